"""Text that was damaged on its way: read in another encoding, cut in the middle of a character, left with markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from textgd.corpus import Corpus
from textgd.doctor.finding import Finding, examples_of, percent_of
from textgd.doctor.repair import BOM, CONTROLS, SURROGATES, has_mojibake

__all__ = ["find_damage"]

_FIXED = "--fix repairs it."
_MARKUP = re.compile(
    r"&(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|amp|lt|gt|quot|apos|nbsp|[a-z]{2,6}(?:acute|grave|uml|circ|tilde|slash|quo|dash));"
    r"|(?i:</?(?:br|p|div|span|a|b|i|em|strong|font|table|tr|td|img|html|body|head|script|style|li|ul|ol|h[1-6])\b[^<>]{0,200}>)"
)


class _Damage(NamedTuple):
    """One kind of damage: how it is told, how bad it is, what helps, and where in a text it is; -1: nowhere."""

    what: str
    severity: str
    remedy: str
    find: Callable[[str], int]


def _searching(pattern: re.Pattern[str]) -> Callable[[str], int]:
    def find(text: str) -> int:
        found = pattern.search(text)
        return found.start() if found else -1

    return find


def _mojibake(text: str) -> int:
    if not has_mojibake(text):
        return -1
    return next(place for place, character in enumerate(text) if not character.isascii())


def _decomposed(text: str) -> int:
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return -1
    composed = unicodedata.normalize("NFC", text)
    return next(i for i, (one, other) in enumerate(zip(text, f"{composed}\0", strict=False)) if one != other)


_DAMAGES = (
    _Damage(
        "hold UTF-8 that was read as another encoding, such as Ã© for é",
        "warning",
        f"Read the source as UTF-8 (--encoding utf-8) where it is at hand; else {_FIXED}",
        _mojibake,
    ),
    _Damage(
        "hold U+FFFD, the sign for bytes that could not be read",
        "warning",
        "What stood there is lost: get the text again from where it comes from, in its own encoding (--encoding).",
        lambda text: text.find("\ufffd"),
    ),
    _Damage(
        "hold halves of characters (lone surrogates), which no file can hold",
        "warning",
        "Get the text again; --fix joins halves that stand together, and writes U+FFFD for the others.",
        _searching(SURROGATES),
    ),
    _Damage(
        "hold control characters, such as NUL or 0x96",
        "warning",
        f"{_FIXED[:-1]}: those of Windows-1252 (0x80 to 0x9F) become the characters meant, the others are taken out.",
        _searching(CONTROLS),
    ),
    _Damage(
        "hold a byte order mark (U+FEFF), which belongs at the beginning of a file",
        "warning",
        _FIXED[0].upper() + _FIXED[1:],
        lambda text: text.find(BOM),
    ),
    _Damage(
        "hold letters apart from their accents (no NFC), so that equal words are counted as different ones",
        "note",
        _FIXED[0].upper() + _FIXED[1:],
        _decomposed,
    ),
    _Damage(
        "hold remains of markup, such as &amp; or <br />",
        "note",
        "Take it out where the text is extracted, if it says nothing of the class; --fix leaves it.",
        _searching(_MARKUP),
    ),
)


def find_damage(corpus: Corpus) -> list[Finding]:
    r"""Return what is damaged, one finding a kind of damage.

    Examples
    --------
    >>> corpus = Corpus(("cafÃ©", "plain", "a\x00b &lt;3"), ("a", "b", "b"), "three")
    >>> [(finding.kind, finding.severity, finding.rows) for finding in find_damage(corpus)]
    [('encoding', 'warning', (1,)), ('encoding', 'warning', (3,)), ('encoding', 'note', (3,))]
    """
    findings = []
    for damage in _DAMAGES:
        places = {row: place for row, place in enumerate(map(damage.find, corpus.texts)) if place >= 0}
        if places:
            n = len(places)
            what = damage.what if n > 1 else damage.what.replace("hold ", "holds ", 1)
            findings.append(
                Finding(
                    "encoding",
                    damage.severity,
                    f"{n:,} document{'s' if n > 1 else ''} ({percent_of(n, len(corpus))}) {what}.",
                    damage.remedy,
                    tuple(row + 1 for row in places),
                    examples_of(corpus, places, around=list(places.values())),
                )
            )
    return findings
