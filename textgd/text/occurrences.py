"""Where the features of one document stand: each occurrence of an n-gram that is a feature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.text.analysis import Analysis
from textgd.text.features import HashedFeatures, NgramFeatures
from textgd.text.spans import PlacedTokens

__all__ = ["Occurrences", "find_occurrences"]


class Occurrences(NamedTuple):
    """The n-grams of a document that are features.

    Attributes
    ----------
    columns : int64 array of shape (n_occurrences,)
    firsts, lasts : int64 arrays of shape (n_occurrences,)
        The first and the last token of each, as their numbers in the document.
    """

    columns: NDArray[np.int64]
    firsts: NDArray[np.int64]
    lasts: NDArray[np.int64]


def find_occurrences(analysis: Analysis, features: NgramFeatures | HashedFeatures, placed: PlacedTokens) -> Occurrences:
    """Return every occurrence of a feature, in the order of the document, shorter ones first.

    They are those of `Analysis.ngrams` whose column is known, all found at once: the n-grams that start at each token
    grow by one token at a time.
    """
    low, high = analysis.ngram_range
    lengths = np.diff(placed.piece_starts)
    # So many tokens are left in the piece, from each on.
    left = np.repeat(placed.piece_starts[1:], lengths) - np.arange(len(placed))
    is_short = np.zeros(len(placed), np.bool_)
    if analysis.analyzer == "char_wb":
        # A padded word that is shorter than the least n is a feature as a whole.
        is_short[placed.piece_starts[:-1]] = lengths < low
    found = []
    for n, (firsts, columns) in enumerate(_grow(features, placed, left, high), 1):
        counts = (columns >= 0) & (is_short[firsts] & (left[firsts] == n) if n < low else True)
        found.append((columns[counts], firsts[counts], firsts[counts] + n - 1))
    columns, firsts, lasts = (np.concatenate([np.zeros(0, np.int64), *parts]) for parts in zip(*found, strict=True))
    order = np.lexsort((lasts, firsts))
    return Occurrences(columns[order], firsts[order], lasts[order])


def _grow(
    features: NgramFeatures | HashedFeatures, placed: PlacedTokens, left: NDArray[np.int64], high: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield for n = 1, 2, … the tokens at which an n-gram may start, and the column of each, -1 where it has none."""
    distinct = {token: k for k, token in enumerate(dict.fromkeys(placed.tokens))}
    which = np.fromiter(map(distinct.__getitem__, placed.tokens), np.int64, len(placed))
    numbers: NDArray[Any] = features.number(list(distinct))[which]
    firsts = np.arange(len(placed))
    states: NDArray[Any] = features.begin(len(placed))
    for depth in range(high):
        inside = left[firsts] > depth
        firsts = firsts[inside]
        states = features.follow(states[inside], numbers[firsts + depth], depth)
        goes_on = features.is_known(states)
        firsts, states = firsts[goes_on], states[goes_on]
        yield firsts, features.columns_of(states, depth)
