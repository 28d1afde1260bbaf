"""How often each n-gram occurs, for every order up to that of a language model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from textgd.kernels.ngram_counts import count_order, delimit, sort_positions
from textgd.text.documents import TokenizedDocuments

__all__ = ["NgramCounts", "OrderCounts", "count_ngrams"]


@dataclass(frozen=True, eq=False)
class OrderCounts:
    """The n-grams of one order, in lexicographic order of their token numbers: one level of a trie.

    Parameters
    ----------
    starts : int32 array of shape (n_contexts + 1,)
        Where the n-grams that begin with each (n - 1)-gram start.
    tokens : int32 array of shape (n_ngrams,)
        The last token of each.
    counts : int array of shape (n_ngrams,)
        Raw counts.
    suffixes : int32 array of shape (n_ngrams,)
        Each n-gram without its first token, as an n-gram of the order below.
    first_at_start : int
        From this n-gram on they begin with ``<s>``.
    """

    starts: NDArray[np.int32]
    tokens: NDArray[np.int32]
    counts: NDArray[np.integer]
    suffixes: NDArray[np.int32]
    first_at_start: int


@dataclass(frozen=True, eq=False)
class NgramCounts:
    """The n-grams of all orders.

    Tokens are numbered as in the vocabulary; after its terms come ``<unk>``, ``</s>`` and ``<s>``.

    Parameters
    ----------
    orders : tuple of OrderCounts
        Order 1 has an n-gram for every token, those of count 0 too.
    last : tuple of int or None
        For each order below the highest, the n-gram that KenLM comes to last, if there is one.
    """

    orders: tuple[OrderCounts, ...]
    last: tuple[int | None, ...]

    @property
    def n_predicted(self) -> int:
        """How many tokens can follow: the terms, ``<unk>`` and ``</s>``."""
        return len(self.orders[0].tokens) - 1

    @cached_property
    def adjusted(self) -> tuple[NDArray[np.integer], ...]:
        """Adjusted counts: how many different tokens stand before an n-gram.

        The highest order, and n-grams that begin with ``<s>``, keep their raw counts.
        """
        adjusted: list[NDArray[np.integer]] = []
        for lower, higher in zip(self.orders, self.orders[1:], strict=False):
            extensions = np.bincount(higher.suffixes, minlength=len(lower.tokens)).astype(np.int32)
            extensions[lower.first_at_start :] = lower.counts[lower.first_at_start :]
            adjusted.append(extensions)
        return (*adjusted, self.orders[-1].counts)

    def counts_of_counts(self, order: int, highest: int) -> list[int]:
        """Return how many n-grams of an order have the adjusted count 1, 2, ... `highest`.

        As in KenLM, the n-gram that it comes to last enters with its raw count.
        """
        counts = self.adjusted[order - 1]
        number = np.bincount(np.minimum(counts, highest + 1), minlength=highest + 2)
        if order < len(self.orders) and (last := self.last[order - 1]) is not None:
            number[min(int(counts[last]), highest + 1)] -= 1
            number[min(int(self.orders[order - 1].counts[last]), highest + 1)] += 1
        return [int(n) for n in number[1 : highest + 1]]


def count_ngrams(documents: TokenizedDocuments, order: int) -> NgramCounts:
    """Count the n-grams of documents, each between ``<s>`` and ``</s>``.

    Examples
    --------
    >>> counts = count_ngrams(TokenizedDocuments.from_tokens([["a", "b", "a"]]), 2)
    >>> counts.orders[0].counts.tolist(), counts.orders[1].counts.tolist()  # a, b, <unk>, </s>, <s>
    ([2, 1, 0, 1, 0], [1, 1, 1, 1])
    """
    n_terms = len(documents.vocabulary)
    start, end = n_terms + 2, n_terms + 1
    tokens, reach = delimit(documents.ids, documents.indptr, start, end, order)
    by_token, counts = sort_positions(tokens, n_terms + 3)
    end_of_last, longest = _last_occurrence(tokens, by_token, counts, order)
    last: list[int | None] = [int(tokens[end_of_last])]
    counts[start] = 0  # it is never predicted
    types = np.arange(n_terms + 3, dtype=np.int32)
    levels = [OrderCounts(np.array([0, len(types)], np.int32), types, counts, np.zeros(len(types), np.int32), start)]
    node_of, spare = tokens.copy(), np.empty_like(tokens)
    for n in range(2, order + 1):
        n_contexts = len(levels[-1].tokens)
        starts, ends, numbers, suffixes = count_order(n, by_token, n_contexts, tokens, reach, node_of, spare)
        node_of, spare = spare, node_of
        levels.append(OrderCounts(starts, ends, numbers, suffixes, int(starts[levels[-1].first_at_start])))
        last.append(int(node_of[end_of_last - n + 1]) if n <= longest else None)
    return NgramCounts(tuple(levels), tuple(last))


def _last_occurrence(
    tokens: NDArray[np.int32], by_token: NDArray[np.int32], counts: NDArray[np.int64], order: int
) -> tuple[int, int]:
    """Return where the n-gram of `order` tokens ends that KenLM comes to last, and how long it is within its document.

    KenLM compares n-grams from their last token backwards, tokens by where they first occur in the text.
    """
    starts = np.concatenate([[0], np.cumsum(counts)])
    first = np.full(len(counts), -1)
    present = np.flatnonzero(counts)
    first[present] = by_token[starts[present]]
    start = len(counts) - 1
    first[start], first[start - 1] = -1, 0  # before all terms
    last = int(first.argmax())
    ends = by_token[starts[last] : starts[last + 1]].astype(np.int64)
    begins = by_token[starts[start] :]
    begin = begins[np.searchsorted(begins, ends, side="right") - 1]
    for back in range(1, order):
        rank = np.where(ends - back <= begin, -1, first[tokens[np.maximum(ends - back, 0)]])
        best = rank == rank.max()
        ends, begin = ends[best], begin[best]
    return int(ends[0]), int(min(ends[0] - begin[0] + 1, order))
