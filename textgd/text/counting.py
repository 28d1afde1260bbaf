"""Counts of n-grams, shard by shard.

Documents are counted in shards that fit into a core's cache.  Each shard builds its own n-gram trie (see
`textgd.kernels.ngrams`); `textgd.text.features` joins the tries or looks their nodes up in a known one, and `to_rows`
writes all shards into one matrix.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from textgd.kernels.lookup import look_up_rows
from textgd.kernels.ngrams import (
    ALL_POSITIONS,
    NO_POSITION,
    SHORT_WORDS,
    count_rows,
    document_reach,
    fill_rows,
    first_level,
    next_level,
    word_reach,
)
from textgd.text.analysis import Analysis
from textgd.text.documents import TokenizedDocuments
from textgd.text.features import NgramFeatures
from textgd.text.rows import Rows, index_dtype, row_starts
from textgd.text.threads import run_in_threads
from textgd.text.vocabulary import Vocabulary

__all__ = ["ShardCounts", "child_starts", "count_ngrams", "look_up", "preorder", "to_rows"]

Result = TypeVar("Result")

# Tokens a shard: few enough that what its sort touches at random (about ten bytes a token) stays in a cache, and
# enough that few tries have to be joined. Measured on words, bigrams and characters; half or twice is as good.
_SHARD_TOKENS = 1 << 19
# Documents of a shard are numbered in two bytes.
_SHARD_DOCUMENTS = 1 << 16


@dataclass(frozen=True, eq=False)
class ShardCounts:
    """The n-grams of a run of documents, one trie.

    Parameters
    ----------
    n_documents : int
    parents, tokens : lists of int32 arrays, one a level
        Each node's parent in the level above, and its last token.
    frequencies : int32 array of shape (n_nodes,)
        How many documents hold each n-gram, all levels one after the other.
    starts : int64 array of shape (n_nodes + 1,)
        Where the occurrences of each n-gram start.
    documents : uint16 array of shape (n_occurrences,)
        The document of each occurrence, ascending for each n-gram.
    """

    n_documents: int
    parents: list[NDArray[np.int32]]
    tokens: list[NDArray[np.int32]]
    frequencies: NDArray[np.int32]
    starts: NDArray[np.int64]
    documents: NDArray[np.uint16]

    @property
    def level_starts(self) -> NDArray[np.int64]:
        """Where each level's nodes start among all nodes, shape (n_levels + 1,)."""
        return np.cumsum([0, *map(len, self.tokens)])

    def n_ngrams(self, distinct: bool) -> NDArray[np.int64]:
        """Return how many n-grams each document has, each counted once or as often as it occurs."""
        documents = self.documents
        if distinct:
            is_first = np.ones(len(documents), bool)
            is_first[1:] = documents[1:] != documents[:-1]
            is_first[self.starts[:-1][np.diff(self.starts) > 0]] = True
            documents = documents[is_first]
        return np.bincount(documents, minlength=self.n_documents)


class _Positions(NamedTuple):
    """A shard's tokens, and how far an n-gram may reach from each (see `textgd.kernels.ngrams`)."""

    ids: NDArray[np.int32]
    indptr: NDArray[np.int64]
    reach: NDArray[np.uint8]
    short: NDArray[np.bool_]


def _each_shard(
    documents: TokenizedDocuments,
    analysis: Analysis,
    vocabulary: Vocabulary | None,
    work: Callable[[_Positions], Result],
    n_jobs: int | None,
) -> list[Result]:
    """Do `work` on every shard of the documents, their tokens numbered by `vocabulary`, or by their own."""
    number = None
    if vocabulary is not None and vocabulary is not documents.vocabulary:
        number = vocabulary.find_all(documents.vocabulary)
    n_terms = len(documents.vocabulary if vocabulary is None else vocabulary)
    is_space = documents.vocabulary.find(" ")
    low, high = analysis.ngram_range

    def prepare(rows: slice) -> Result:
        indptr = documents.indptr[rows.start : rows.stop + 1]
        scanned = documents.ids[indptr[0] : indptr[-1]]
        ids = scanned if number is None else number[scanned]
        indptr = indptr - indptr[0]
        if analysis.analyzer == "char_wb":
            reach, short = word_reach(scanned, indptr, is_space, ids != n_terms, low, high)
        else:
            reach, short = document_reach(ids, indptr, n_terms, high), np.zeros(0, np.bool_)
        return work(_Positions(ids, indptr, reach, short))

    return run_in_threads(prepare, _shards(documents.indptr), n_jobs)


def count_ngrams(documents: TokenizedDocuments, analysis: Analysis, n_jobs: int | None = None) -> list[ShardCounts]:
    """Count the n-grams of all documents.

    Parameters
    ----------
    documents : TokenizedDocuments
        As `analysis` scanned them.
    analysis : Analysis
    n_jobs : int, optional
        Threads; the counts do not depend on it.
    """
    n_terms = len(documents.vocabulary)
    count = partial(_count_shard, n_terms=n_terms, ngram_range=analysis.ngram_range)
    return _each_shard(documents, analysis, None, count, n_jobs)


def look_up(
    documents: TokenizedDocuments,
    analysis: Analysis,
    features: NgramFeatures,
    dtype: DTypeLike,
    binary: bool = False,
    n_jobs: int | None = None,
) -> Rows:
    """Return the rows of documents in known features; the parameters are those of `count_ngrams` and `to_rows`."""
    low, high = analysis.ngram_range
    index = features.index  # made once, before threads ask for it

    def work(shard: _Positions) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        found: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]] = look_up_rows(
            *shard, low, high, features.n_columns, index
        )
        return found

    parts = _each_shard(documents, analysis, features.vocabulary, work, n_jobs)
    indptr = row_starts(np.concatenate([lengths for lengths, _, _ in parts]))
    indices = np.empty(indptr[-1], index_dtype(int(indptr[-1])))
    # Ones alone need no memory: one of them is seen everywhere.
    data = np.broadcast_to(np.ones(1, dtype), len(indices)) if binary else np.empty(len(indices), dtype)
    ends = np.cumsum([0, *(len(columns) for _, columns, _ in parts)])

    def fill(k: int) -> None:
        part = slice(ends[k], ends[k + 1])
        indices[part] = parts[k][1]
        if not binary:
            data[part] = parts[k][2]

    run_in_threads(fill, range(len(parts)), n_jobs)
    return Rows(indptr.astype(indices.dtype), indices, data, features.n_columns)


def _shards(indptr: NDArray[np.int64]) -> list[slice]:
    """Cut the documents into runs of about `_SHARD_TOKENS` tokens, at least one document each."""
    n_documents = len(indptr) - 1
    n_shards = max(1, round(int(indptr[-1]) / _SHARD_TOKENS))
    bounds = np.searchsorted(indptr, np.linspace(0, indptr[-1], n_shards + 1)[1:-1])
    bounds = np.unique([*range(0, n_documents, _SHARD_DOCUMENTS), *bounds, n_documents]).tolist()
    return [slice(a, b) for a, b in itertools.pairwise(bounds)] or [slice(0, 0)]


def _count_shard(shard: _Positions, n_terms: int, ngram_range: tuple[int, int]) -> ShardCounts:
    ids, indptr, reach, short = shard
    low, high = ngram_range
    n_documents = len(indptr) - 1
    document_of = np.repeat(np.arange(n_documents, dtype=np.uint16), np.diff(indptr))
    below = SHORT_WORDS if len(short) else NO_POSITION
    levels = []
    by_token = node_of = None
    for n in range(1, high + 1):
        counted = ALL_POSITIONS if n >= low else below
        if by_token is None or node_of is None:
            by_token, node_of, level = first_level(ids, reach, short, n_terms, document_of, counted)
        else:
            n_parents = len(levels[-1][1])
            level = next_level(n, by_token, n_parents, ids, reach, short, node_of, document_of, counted)
        levels.append(level)
    parents, tokens, frequencies, starts, documents = (list(arrays) for arrays in zip(*levels, strict=True))
    first = np.cumsum([0, *map(len, documents)])
    return ShardCounts(
        n_documents,
        parents,
        tokens,
        np.concatenate(frequencies),
        np.append(np.concatenate([s[:-1] + f for s, f in zip(starts, first, strict=False)]), first[-1]),
        np.concatenate(documents),
    )


def child_starts(parents: NDArray[np.integer], n_parents: int) -> NDArray[np.int64]:
    """Return where the children of each parent start, shape (n_parents + 1,), for ascending `parents`."""
    return row_starts(np.bincount(parents, minlength=n_parents))


def preorder(
    starts: Sequence[NDArray[np.int64]], kept: Sequence[NDArray[np.bool_]]
) -> tuple[list[NDArray[np.int32]], list[NDArray[np.int64]]]:
    """Give numbers to the kept nodes of a trie in the order of a walk from the root, children after their parent.

    That is the order of the n-grams' names: a shorter n-gram comes before those that it begins.

    Parameters
    ----------
    starts : sequence of int arrays
        For each level, where the children of each node of the level above start.
    kept : sequence of bool arrays
        For each level, which nodes get a number.

    Returns
    -------
    numbers : list of int32 arrays
        -1 for nodes that are not kept.
    sizes : list of int64 arrays
        How many kept nodes there are at and below each node.
    """
    sizes: list[NDArray[np.int64]] = []
    before: list[NDArray[np.int64]] = []
    below = np.zeros(0, np.int64)
    for level in reversed(range(len(kept))):
        size = kept[level].astype(np.int64)
        if level + 1 < len(kept):
            size += below[starts[level + 1][1:]] - below[starts[level + 1][:-1]]
        below = np.zeros(len(size) + 1, np.int64)
        np.cumsum(size, out=below[1:])
        sizes.insert(0, size)
        before.insert(0, below)
    numbers = []
    first = np.zeros(1, np.int64)
    for level, keep in enumerate(kept):
        parents = np.repeat(np.arange(len(first)), np.diff(starts[level]))
        place = first[parents] + before[level][:-1] - before[level][starts[level][:-1]][parents]
        numbers.append(np.where(keep, place, -1).astype(np.int32))
        first = place + keep
    return numbers, sizes


def to_rows(
    shards: Sequence[ShardCounts],
    columns: Sequence[NDArray[np.int32]],
    n_columns: int,
    dtype: DTypeLike,
    binary: bool = False,
    n_jobs: int | None = None,
) -> Rows:
    """Write the counts of all shards into one matrix.

    Parameters
    ----------
    shards : sequence of ShardCounts
    columns : sequence of int32 arrays
        For each shard, the column of each of its nodes; -1 where a node is no feature.
    n_columns : int
    dtype : dtype of the matrix
    binary : bool
        Write 1 for every count.
    """
    lengths = np.concatenate(
        [
            count_rows(shard_columns, shard.starts, shard.documents, shard.n_documents)
            for shard, shard_columns in zip(shards, columns, strict=True)
        ]
    )
    indptr = row_starts(lengths)
    n_entries = int(indptr[-1])
    indices = np.empty(n_entries, index_dtype(n_entries))
    data = np.empty(n_entries, dtype)
    first_rows = np.cumsum([0, *(shard.n_documents for shard in shards)])

    def fill(k: int) -> None:
        shard = shards[k]
        level_starts = shard.level_starts
        kept = np.split(columns[k] >= 0, level_starts[1:-1])
        starts = [child_starts(p, n) for p, n in zip(shard.parents, [1, *map(len, shard.tokens)], strict=False)]
        place = np.concatenate(preorder(starts, kept)[0])
        is_feature = np.flatnonzero(place >= 0)
        nodes = np.empty(len(is_feature), np.int64)
        nodes[place[is_feature]] = is_feature
        in_order = columns[k][nodes]
        if (in_order[1:] < in_order[:-1]).any():  # hashed, or in an order of the user's
            nodes = nodes[np.argsort(in_order, kind="stable")]
        places = indptr[first_rows[k] : first_rows[k + 1]].copy()
        fill_rows(nodes, columns[k], shard.starts, shard.documents, places, indices, data)

    run_in_threads(fill, range(len(shards)), n_jobs)
    if binary:
        data.fill(1)
    return Rows(indptr.astype(indices.dtype), indices, data, n_columns)
