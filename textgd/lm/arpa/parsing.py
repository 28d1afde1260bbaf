"""The lines of n-grams as arrays, many at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.lm.arpa.lines import Lines, shown
from textgd.lm.arpa.logarithms import natural

__all__ = ["Block", "parsed"]

# A number has no more characters.
_MAX_NUMERAL = 64

_IS_SPACE = np.zeros(256, np.bool_)
_IS_SPACE[list(b" \t\r\n")] = True
_IN_NUMERAL = np.zeros(256, np.bool_)
_IN_NUMERAL[list(b"\0+-.0123456789eEinfatyINFATY")] = True


class Block(NamedTuple):
    """The n-grams of some lines.

    Attributes
    ----------
    data : bytes
    starts, ends : int arrays of shape (n_ngrams, n)
        Where each token is in `data`.
    lines : int array of shape (n_ngrams,)
        The number of each one's line.
    log_prob, log_backoff : float32 arrays of shape (n_ngrams,)
        Natural logarithms.
    """

    data: bytes
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]
    lines: NDArray[np.intp]
    log_prob: NDArray[np.float32]
    log_backoff: NDArray[np.float32]

    def shown(self, ngram: int, n: int) -> str:
        """Return the first `n` tokens of an n-gram for a message."""
        return shown(self.data[self.starts[ngram, 0] : self.ends[ngram, n - 1]])


def parsed(lines: Lines, n: int, order: int) -> Iterator[Block]:
    """Yield the n-grams of one order as they stand in the file."""
    for first_line, data in lines.blocks(f"{n}-grams"):
        block = _parse(lines, first_line, data, n, order)
        if len(block.lines):
            yield block


def _parse(lines: Lines, first_line: int, data: bytes, n: int, order: int) -> Block:
    """Return the n-grams of whole lines."""
    if (nul := data.find(b"\0")) >= 0:
        line = first_line + data.count(b"\n", 0, nul)
        raise lines.error("there is a NUL byte in it, so this is no ARPA file, which is text.", line)
    characters = np.frombuffer(data, np.uint8)
    is_space = _IS_SPACE[characters]
    # A field begins after a space and ends before one; the last character is a line feed.
    edges = np.flatnonzero(is_space[1:] != is_space[:-1]) + 1
    if not is_space[0]:
        edges = np.concatenate([[0], edges])
    starts, ends = edges[::2], edges[1::2]
    fields_before = np.concatenate([[0], np.searchsorted(starts, np.flatnonzero(characters == ord("\n")))])
    n_fields = np.diff(fields_before)
    present = np.flatnonzero(n_fields)
    at_lines = first_line + present
    first, n_fields = fields_before[present], n_fields[present]
    has_backoff = n_fields == n + 2 if n < order else np.zeros(len(present), np.bool_)
    for i in np.flatnonzero((n_fields != n + 1) & ~has_backoff)[:1].tolist():
        allowed = f"log10 p, {n} token{'s' * (n > 1)}" + (" and a backoff or none" if n < order else " and no backoff")
        line_text = data[starts[first[i]] : ends[first[i] + n_fields[i] - 1]]
        raise lines.error(
            f"{allowed} are expected, but there are {n_fields[i]} fields: {shown(line_text)}.", at_lines[i]
        )
    number = partial(_numbers, lines, data, characters)
    log_prob = number(starts[first], ends[first], at_lines, "log10 p", True)
    log_backoff = np.zeros(len(first), np.float32)
    last = (first + n + 1)[has_backoff]
    log_backoff[has_backoff] = number(starts[last], ends[last], at_lines[has_backoff], "a backoff", False)
    tokens = first[:, None] + np.arange(1, n + 1)
    return Block(data, starts[tokens], ends[tokens], at_lines, log_prob, log_backoff)


def _numbers(
    lines: Lines,
    data: bytes,
    characters: NDArray[np.uint8],
    starts: NDArray[np.intp],
    ends: NDArray[np.intp],
    at_lines: NDArray[np.intp],
    what: str,
    is_probability: bool,
) -> NDArray[np.float32]:
    """Return decimal logarithms as natural ones."""
    lengths = ends - starts
    width = min(int(lengths.max(initial=1)), _MAX_NUMERAL)
    columns = np.arange(width)
    numerals = characters[np.minimum(starts[:, None] + columns, len(characters) - 1)]
    numerals[columns >= lengths[:, None]] = 0
    try:
        if (lengths > width).any() or not _IN_NUMERAL[numerals].all():
            raise ValueError
        decimal = numerals.view(f"S{width}").ravel().astype(np.float64)
    except ValueError:
        decimal = np.array([_number(data[a:b]) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)])
    logarithms = natural(decimal)
    wrong = ~(logarithms <= 0) if is_probability else ~(logarithms < np.inf)
    for i in np.flatnonzero(wrong)[:1].tolist():
        allowed = "a number that is not above 0" if is_probability else "a number"
        raise lines.error(f"{what} has to be {allowed}, not {shown(data[starts[i] : ends[i]])}.", at_lines[i])
    return logarithms


def _number(numeral: bytes) -> float:
    """Return a number, NaN where it is none."""
    if len(numeral) > _MAX_NUMERAL or not _IN_NUMERAL[list(numeral)].all():
        return math.nan
    try:
        return float(numeral)
    except ValueError:
        return math.nan
