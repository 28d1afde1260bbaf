"""Which n-grams become features: learned from counts, or given by the user."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.errors import DataError, InvalidParameterError
from textgd.kernels.ngrams import add_at, locate_keys
from textgd.text.analysis import Analysis
from textgd.text.counting import ShardCounts, child_starts, preorder
from textgd.text.features import HashedFeatures, Level, NgramFeatures
from textgd.text.threads import run_in_threads
from textgd.text.vocabulary import Vocabulary

__all__ = ["Selection", "fixed_features", "hash_columns", "keep_by_frequency", "most_frequent", "select_features"]


class Selection(NamedTuple):
    """The n-grams that are features.

    Parameters
    ----------
    features : NgramFeatures
        Terms that no kept n-gram holds are not in its vocabulary.
    columns : list of int32 arrays
        For each shard, the column of each of its nodes.
    joint_columns, frequencies : lists of int32 and int64 arrays
        For each level of the joint trie, the column of each node, -1 for those that are no features, and how many
        documents hold it.
    """

    features: NgramFeatures
    columns: list[NDArray[np.int32]]
    joint_columns: list[NDArray[np.int32]]
    frequencies: list[NDArray[np.int64]]

    def document_frequency(self) -> NDArray[np.int64]:
        """Return how many documents hold each feature, shape (n_columns,)."""
        return _by_column(self.joint_columns, self.frequencies, self.features.n_columns)


def select_features(
    shards: Sequence[ShardCounts],
    vocabulary: Vocabulary,
    min_df: float = 1,
    max_df: float = 1.0,
    max_features: int | None = None,
    binary: bool = False,
    n_jobs: int | None = None,
) -> Selection:
    """Join the tries of all shards and keep the n-grams that are neither too rare nor too common.

    Parameters
    ----------
    shards : sequence of ShardCounts
        Numbered by `vocabulary`.
    vocabulary : Vocabulary
    min_df, max_df : int or float
        Least and greatest number of documents, or share of them (float).
    max_features : int, optional
        Keep only so many, the most frequent.
    binary : bool
        Count documents, not occurrences, for `max_features`.
    n_jobs : int, optional
        Threads; the features do not depend on it.

    Raises
    ------
    DataError
        Where nothing is left.
    """
    n_documents = sum(shard.n_documents for shard in shards)
    tokens, starts, places = _join(shards, n_jobs)
    frequencies = _totals(shards, places, tokens, lambda shard: shard.frequencies)
    kept = keep_by_frequency(frequencies, n_documents, min_df, max_df)
    if max_features is not None and sum(int(k.sum()) for k in kept) > max_features:
        counted = frequencies if binary else _totals(shards, places, tokens, lambda shard: np.diff(shard.starts))
        kept = _most_frequent(starts, kept, counted, max_features)
    columns, sizes = preorder(starts, kept)

    def look_up(places: list[NDArray[np.int32]]) -> NDArray[np.int32]:
        return np.concatenate([level[place] for level, place in zip(columns, places, strict=True)])

    per_shard = run_in_threads(look_up, places, n_jobs)
    levels = _compress(tokens, starts, columns, [size > 0 for size in sizes])
    used = np.zeros(len(vocabulary), np.bool_)
    for level in levels:
        used[level.tokens] = True
    if not used.all():
        rank = np.cumsum(used, dtype=np.int32) - np.int32(1)
        levels = [Level(level.starts, rank[level.tokens], level.columns) for level in levels]
        vocabulary = vocabulary.take(np.flatnonzero(used))
    n_columns = sum(int(level.sum()) for level in kept)
    return Selection(NgramFeatures(vocabulary, tuple(levels), n_columns), per_shard, columns, frequencies)


def keep_by_frequency(
    frequencies: Sequence[NDArray[np.integer[Any]]], n_documents: int, min_df: float = 1, max_df: float = 1.0
) -> list[NDArray[np.bool_]]:
    """Return which n-grams are neither too rare nor too common.

    Parameters
    ----------
    frequencies : sequence of int arrays
        How many documents hold each n-gram, level by level.
    n_documents : int
    min_df, max_df : int or float
        As in `select_features`.

    Raises
    ------
    DataError
        Where nothing is left.
    InvalidParameterError
        Where `max_df` is below `min_df`.
    """
    least, most = (_documents(limit, n_documents) for limit in (min_df, max_df))
    if not any(level.any() for level in frequencies):
        raise DataError(
            "empty vocabulary; perhaps the documents only contain stop words, or nothing that the tokenizer takes "
            "for a token. Look at the documents, or choose another tokenizer (--tokenizer) or fewer stop words."
        )
    if most < least:
        raise InvalidParameterError(
            f"max_df corresponds to < documents than min_df: max_df={max_df} is {most:g} of {n_documents} documents, "
            f"min_df={min_df} is {least:g}. Lower min_df (--min-df) or raise max_df (--max-df)."
        )
    kept = [(f >= max(least, 1)) & (f <= most) for f in frequencies]
    if not any(level.any() for level in kept):
        raise DataError(
            "After pruning, no terms remain. Try a lower min_df or a higher max_df "
            f"(min_df={min_df}, max_df={max_df}, {n_documents} documents)."
        )
    return kept


def _by_column(
    columns: Sequence[NDArray[np.int32]], values: Sequence[NDArray[np.int64]], n_columns: int
) -> NDArray[np.int64]:
    """Return the values of a trie's nodes in the order of their columns."""
    ordered = np.empty(n_columns, np.int64)
    for column, value in zip(columns, values, strict=True):
        is_feature = column >= 0
        ordered[column[is_feature]] = value[is_feature]
    return ordered


def _documents(limit: Any, n_documents: int) -> float:
    """Return a document frequency, given as a number of documents or as a share of them."""
    return float(limit if isinstance(limit, Integral) else limit * n_documents)


def _join(
    shards: Sequence[ShardCounts], n_jobs: int | None
) -> tuple[list[NDArray[np.int32]], list[NDArray[np.int64]], list[list[NDArray[np.int32]]]]:
    """Return the joint trie (tokens and child starts of each level) and where each shard's nodes are in it."""
    tokens: list[NDArray[np.int32]] = []
    starts: list[NDArray[np.int64]] = []
    places: list[list[NDArray[np.int32]]] = [[] for _ in shards]
    above = [np.zeros(1, np.int32)] * len(shards)
    n_above = 1
    for level in range(len(shards[0].tokens)):
        # A node is its parent's joint number and its token, as one number; both ascend, so each shard's do.
        keys = [
            place[shard.parents[level]].astype(np.int64) << 32 | shard.tokens[level]
            for shard, place in zip(shards, above, strict=True)
        ]
        union = np.concatenate(keys)
        union.sort(kind="stable")  # which merges the runs that are there, four times as fast as sorting anew
        union = union[np.insert(union[1:] != union[:-1], 0, True)] if len(union) else union
        above = run_in_threads(partial(locate_keys, union), keys, n_jobs)
        for shard_places, place in zip(places, above, strict=True):
            shard_places.append(place)
        tokens.append(union.astype(np.int32))  # the lower half
        starts.append(child_starts(union >> 32, n_above))
        n_above = len(union)
    return tokens, starts, places


def _totals(
    shards: Sequence[ShardCounts],
    places: Sequence[Sequence[NDArray[np.int32]]],
    tokens: Sequence[NDArray[np.int32]],
    value: Any,
) -> list[NDArray[np.int64]]:
    """Sum a value of each shard's nodes over all shards."""
    totals = [np.zeros(len(level), np.int64) for level in tokens]
    for shard, shard_places in zip(shards, places, strict=True):
        for total, place, part in zip(
            totals, shard_places, np.split(value(shard), shard.level_starts[1:-1]), strict=True
        ):
            add_at(total, place, part)
    return totals


def _most_frequent(
    starts: Sequence[NDArray[np.int64]],
    kept: Sequence[NDArray[np.bool_]],
    counted: Sequence[NDArray[np.int64]],
    max_features: int,
) -> list[NDArray[np.bool_]]:
    """Keep the most frequent n-grams; ties fall as they do in scikit-learn, which sorts the same numbers."""
    columns, _ = preorder(starts, kept)
    totals = _by_column(columns, counted, sum(int(k.sum()) for k in kept))
    chosen = most_frequent(totals, max_features)
    return [keep & chosen[column] for keep, column in zip(kept, columns, strict=True)]


def most_frequent(totals: NDArray[np.integer[Any]], max_features: int) -> NDArray[np.bool_]:
    """Return which columns count most, given how often each does; ties fall as in scikit-learn."""
    chosen = np.zeros(len(totals), np.bool_)
    chosen[(-totals).argsort()[:max_features]] = True
    return chosen


def _compress(
    tokens: Sequence[NDArray[np.int32]],
    starts: Sequence[NDArray[np.int64]],
    columns: Sequence[NDArray[np.int32]],
    live: Sequence[NDArray[np.bool_]],
) -> list[Level]:
    """Drop the nodes at and below which nothing is kept, and the levels that are then empty."""
    if all(len(alive) and alive.all() for alive in live):
        return [Level(s.astype(np.int32), t, c) for s, t, c in zip(starts, tokens, columns, strict=True)]
    levels = []
    live_above = np.ones(1, np.bool_)
    for token, start, column, alive in zip(tokens, starts, columns, live, strict=True):
        if not alive.any():
            break
        running = np.zeros(len(alive) + 1, np.int64)
        np.cumsum(alive, out=running[1:])
        ends = running[start]
        first = ends[:-1][live_above]
        levels.append(Level(np.append(first, ends[-1]).astype(np.int32), token[alive], column[alive]))
        live_above = alive
    return levels


def hash_columns(shard: ShardCounts, features: HashedFeatures, vocabulary: Vocabulary) -> NDArray[np.int32]:
    """Return the hashed column of each of a shard's nodes; several may share one."""
    columns = []
    states = np.zeros(0, np.uint64)
    for depth, (parents, tokens) in enumerate(zip(shard.parents, shard.tokens, strict=True)):
        hashes = vocabulary.term_hashes[tokens]
        states = features.extend(states[parents], hashes) if depth else hashes
        columns.append(features.columns(states))
    return np.concatenate(columns)


def fixed_features(vocabulary: Mapping[str, int] | Iterable[str], analysis: Analysis) -> NgramFeatures:
    """Return the features of a vocabulary that the user gives.

    Parameters
    ----------
    vocabulary : mapping of name -> column, or iterable of names
        A set is sorted; columns have to be 0, 1, 2 and so on, each once.
    analysis : Analysis

    Raises
    ------
    DataError
        For an empty vocabulary, a repeated name, a repeated or a missing column.
    """
    if isinstance(vocabulary, str) or not isinstance(vocabulary, Iterable):
        raise DataError(f"vocabulary is {vocabulary!r:.40}; names of features are expected, such as ['spam', 'ham'].")
    given = vocabulary if isinstance(vocabulary, Mapping) else list(vocabulary)
    for name in given:
        if not isinstance(name, str):
            raise DataError(f"vocabulary holds {name!r}, which is {type(name).__name__}; names have to be str.")
    if isinstance(given, Mapping):
        for name, column in given.items():
            if not isinstance(column, Integral):
                raise DataError(f"vocabulary gives {name!r} the column {column!r}; a whole number is expected.")
        columns = {name: int(column) for name, column in given.items()}
        taken = set(columns.values())
        if len(taken) != len(columns):
            raise DataError("Vocabulary contains repeated indices.")
        missing = next((i for i in range(len(columns)) if i not in taken), None)
        if missing is not None:
            raise DataError(f"Vocabulary of size {len(columns)} doesn't contain index {missing}.")
    else:
        names = sorted(given) if isinstance(vocabulary, set | frozenset) else given
        columns = {}
        for name in names:
            if name in columns:
                raise DataError(f"Duplicate term in vocabulary: {name!r}")
            columns[name] = len(columns)
    if not columns:
        raise DataError("empty vocabulary passed to fit")
    grams = {analysis.parse(name): column for name, column in columns.items()}
    terms = Vocabulary.from_terms(token for gram in grams for token in gram)
    number = {term: i for i, term in enumerate(terms)}
    wanted = {tuple(number[token] for token in gram): column for gram, column in grams.items()}
    levels = []
    above: dict[tuple[int, ...], int] = {(): 0}
    for depth in range(1, max(map(len, wanted)) + 1):
        nodes = sorted({gram[:depth] for gram in wanted if len(gram) >= depth})
        parents = np.array([above[gram[:-1]] for gram in nodes], np.int64)
        levels.append(
            Level(
                child_starts(parents, len(above)),
                np.array([gram[-1] for gram in nodes], np.int32),
                np.array([wanted.get(gram, -1) for gram in nodes], np.int32),
            )
        )
        above = {gram: i for i, gram in enumerate(nodes)}
    return NgramFeatures(terms, tuple(levels), len(columns))
