"""Which script a letter belongs to."""

from __future__ import annotations

import unicodedata

__all__ = ["script_of_letter"]


class _Scripts(dict[str, str]):
    """The script of each letter, found when it is first asked for."""

    def __missing__(self, letter: str) -> str:
        name = unicodedata.name(letter, "?").split()[0].split("-")[0]
        # Japanese and Chinese text is a mixture.
        script = self[letter] = "CJK" if name in ("HIRAGANA", "KATAKANA", "CJK") else name
        return script


_SCRIPTS = _Scripts()
# Up to here all letters are Latin, also those that are named after what they stand for, such as "micro sign".
_END_OF_LATIN = "\u0250"


def script_of_letter(letter: str) -> str:
    """Return the first word of a letter's name, which is that of its script; "CJK" for all of Chinese and Japanese.

    Examples
    --------
    >>> script_of_letter("é"), script_of_letter("ж"), script_of_letter("の")
    ('LATIN', 'CYRILLIC', 'CJK')
    """
    return "LATIN" if letter < _END_OF_LATIN else _SCRIPTS[letter]
