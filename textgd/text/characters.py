"""Which class a character belongs to, for each built-in tokenizer."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from textgd.kernels.classes import APOSTROPHE, LETTER, MARK, SINGLE, SPACE, SYMBOL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["character_class", "class_table"]

# Blocks of the scripts that are written without spaces between words.
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19DF),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x3005, 0x3007),  # Han iteration marks and zero
    (0x3021, 0x3029),  # Hangzhou numerals
    (0x3031, 0x3035),  # kana repeat marks
    (0x3038, 0x30FF),  # Han numerals, Hiragana, Katakana
    (0x3100, 0x312F),  # Bopomofo
    (0x31A0, 0x31BF),  # Bopomofo, extended
    (0x31F0, 0x31FF),  # Katakana, extended
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xA9E0, 0xA9FF),  # Myanmar, extended B
    (0xAA60, 0xAADF),  # Myanmar, extended A; Tai Viet
    (0xF900, 0xFAFF),  # Han, compatibility
    (0xFF66, 0xFF9F),  # Katakana, half width
    (0x1AFF0, 0x1B16F),  # kana, extended and small
    (0x20000, 0x3FFFF),  # Han, extensions B and later
)
_UNSPACED_STARTS = [first for first, _ in _UNSPACED]
# Planes beyond these hold nothing, or private characters that Python treats alike; plane 4 stands for them.
_ASSIGNED_PLANES = (0, 1, 2, 3, 14)
_UNASSIGNED = 0x40000


def _unspaced(code: int) -> bool:
    if code < _UNSPACED_STARTS[0]:
        return False
    at = bisect_right(_UNSPACED_STARTS, code) - 1
    return at >= 0 and code <= _UNSPACED[at][1]


def _word_class(character: str) -> int:
    if character.isalnum() or character == "_":
        return SINGLE if _unspaced(ord(character)) else LETTER
    if not character.isprintable() or character == " ":
        return SPACE
    if unicodedata.category(character)[0] == "M":
        return SINGLE if _unspaced(ord(character)) else MARK
    return APOSTROPHE if character == "'" else SYMBOL


def _sklearn_class(character: str) -> int:
    return LETTER if character.isalnum() or character == "_" else SPACE


def _whitespace_class(character: str) -> int:
    return SPACE if character.isspace() else LETTER


_CLASSES: dict[str, Callable[[str], int]] = {
    "word": _word_class,
    "sklearn": _sklearn_class,
    "whitespace": _whitespace_class,
}


@lru_cache(maxsize=4096)
def character_class(tokenizer: str, character: str) -> int:
    """Return the class of one character for the built-in tokenizer of that name.

    Examples
    --------
    >>> from textgd.kernels.classes import LETTER, SINGLE
    >>> character_class("word", "é") == LETTER, character_class("word", "語") == SINGLE
    (True, True)
    """
    return _CLASSES[tokenizer](character)


@cache
def class_table(tokenizer: str, ascii_only: bool) -> NDArray[np.uint8]:
    """Return the classes of all code points, shape (0x110000,); only the first 128 are filled in if `ascii_only`.

    A full table takes a few hundredths of a second, which a corpus of plain ASCII need not spend.
    """
    import numpy as np

    classify = _CLASSES[tokenizer]
    table = np.full(0x110000, classify(chr(_UNASSIGNED)), np.uint8)
    codes = [range(128)] if ascii_only else [range(p << 16, (p + 1) << 16) for p in _ASSIGNED_PLANES]
    for part in codes:
        table[part.start : part.stop] = np.fromiter(map(classify, map(chr, part)), np.uint8, len(part))
    return table
