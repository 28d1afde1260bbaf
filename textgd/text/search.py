"""Pieces of a text that somebody else cut out of it, found again."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["find_in_order"]

_SPACE = re.compile(r"\s*")
# How far ahead a piece is looked for, for each one that was not found before it, and at most: a piece that was
# changed is nowhere, and must not be taken for one far away.
_REACH, _MOST = 200, 20_000


def find_in_order(pieces: Iterable[str], text: str) -> list[tuple[int, int]]:
    r"""Return where each piece starts and ends in a text; the places ascend.

    A piece that is not there, since whoever cut the text wrote it in another way, gets all that lies between its
    neighbors, without white space at the ends.

    Examples
    --------
    >>> find_in_order(["so", "``", "good", "''", "!"], 'so  "good" !')
    [(0, 2), (4, 5), (5, 9), (9, 10), (11, 12)]
    """
    spans: list[tuple[int, int]] = []
    behind, n_missing = 0, 0
    for piece in pieces:
        reach = _after_space(text, behind) + min(_REACH * (1 + n_missing), _MOST) + len(piece)
        start = text.find(piece, behind, reach)
        if start < 0:
            n_missing += 1
            continue
        spans += [_trimmed(text, behind, start)] * n_missing
        behind, n_missing = start + len(piece), 0
        spans.append((start, behind))
    return spans + [_trimmed(text, behind, len(text))] * n_missing


def _after_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end].strip()
    first = text.find(inner, start, end) if inner else start
    return first, first + len(inner)
