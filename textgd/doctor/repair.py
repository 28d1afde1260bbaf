"""Damaged text made whole, where there is no doubt what it was: nothing is guessed."""

from __future__ import annotations

import re
import unicodedata

from textgd.doctor.scripts import script_of_letter

__all__ = ["BOM", "CONTROLS", "SURROGATES", "has_mojibake", "repair"]

BOM = "\ufeff"
#: Control characters other than tab, line ends and page ends.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
SURROGATES = re.compile(r"[\ud800-\udfff]")
# A pair of them is one character that was cut in two.
_PAIRS = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")


def _windows_1252() -> dict[int, str]:
    """Return the character of each byte from 0x80 on; the five that the code page leaves out are as in Latin-1."""
    return {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)}


_CHARACTERS = _windows_1252()
# Each byte may have been read as Windows-1252 or as Latin-1.
_BYTES = {chr(byte): byte for byte in _CHARACTERS} | {character: byte for byte, character in _CHARACTERS.items()}


def _class(first: int, last: int) -> str:
    return "[" + "".join(re.escape(c) for c, byte in _BYTES.items() if first <= byte <= last) + "]"


_NEXT = _class(0x80, 0xBF)
_SEQUENCE = f"(?:{_class(0xC2, 0xDF)}{_NEXT}|{_class(0xE0, 0xEF)}{_NEXT}{{2}}|{_class(0xF0, 0xF4)}{_NEXT}{{3}})"
# What UTF-8 makes of the letters and signs of western Europe, of emoji, and of a byte order mark.  "«IRMû", with a
# capital before the last one, may be a name in quotation marks.
_WESTERN = (
    f"(?:(?<![A-ZÀ-ÖØ-Þ])[ÂÃ]{_NEXT}|[ÂÃ](?![\xa0´¨»‘’“”]){_NEXT}"
    f"|â(?:€|\x80|\x82|‚|\x84|„){_NEXT}|ï»¿|ï\xbf\xbd|ð(?:Ÿ|\x9f){_NEXT}{{2}})"
)
# Where such stand beside other letters than those of English, text may be in a code page of another language.  Of other
# scripts it takes three in a row.
_MOJIBAKE = re.compile(f"(?P<other>{_SEQUENCE}{{3,}})|(?<![À-ÿ])(?:{_WESTERN})+(?![À-ÿ])")


def has_mojibake(text: str) -> bool:
    """Whether UTF-8 was read as Windows-1252 or Latin-1 somewhere on the way.

    Examples
    --------
    >>> has_mojibake("cafÃ©"), has_mojibake("«CAFÉ»"), has_mojibake("São")
    (True, False, False)
    """
    return not text.isascii() and _unscrambled(text) != text


def repair(text: str) -> str:
    r"""Return a text with its damage undone.

    UTF-8 that was read as Windows-1252 or Latin-1, also twice; characters of Windows-1252 that were read as control
    characters of Latin-1; halves of one character joined; marks of byte order and control characters taken out; letters
    and their accents composed (NFC).  A half without its other becomes U+FFFD, which no file could hold otherwise.

    Examples
    --------
    >>> repair("cafÃ©, itâ€™s"), repair("it\x92s"), repair("a\x00b\ufeff"), repair("e\u0301")
    ('café, it’s', 'it’s', 'ab', 'é')
    """
    while (better := _step(text)) != text:
        text = better
    return text


def _step(text: str) -> str:
    if text.isascii():
        return CONTROLS.sub("", text)
    text = _PAIRS.sub(lambda pair: pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text)
    text = SURROGATES.sub("\ufffd", text)
    # First as often as it takes: what is a control character now may be a part of a letter.
    while (better := _unscrambled(text)) != text:
        text = better
    text = text.replace(BOM, "")
    text = CONTROLS.sub(lambda c: _printable(_CHARACTERS.get(ord(c[0]), "")), text)
    return unicodedata.normalize("NFC", text)


def _printable(character: str) -> str:
    return "" if CONTROLS.match(character) else character


def _unscrambled(text: str) -> str:
    return "\n".join(map(_unscrambled_line, text.split("\n"))) if _MOJIBAKE.search(text) else text


def _unscrambled_line(text: str) -> str:
    better = _MOJIBAKE.sub(_decoded, text)
    # In a code page, such as that of Korean read as Latin-1, there is UTF-8 by chance; most of it is none.
    strange = sum(character in _BYTES for character in text)
    left = sum(character in _BYTES for character in better)
    return better if 2 * left <= strange else text


def _decoded(found: re.Match[str]) -> str:
    try:
        text = bytes(_BYTES[character] for character in found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
    # What is UTF-8 by chance would be of all scripts at once.
    scripts = {script_of_letter(letter) for letter in text if letter.isalpha()}
    return text if len(scripts) <= 1 else found[0]
