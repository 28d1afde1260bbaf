"""Which n-grams are features, and which column each has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from textgd.text.analysis import Analysis
from textgd.text.vocabulary import Vocabulary, encode

if TYPE_CHECKING:
    from textgd.kernels.lookup import TrieIndex

__all__ = ["FeatureMapping", "HashedFeatures", "Level", "NgramFeatures"]


@dataclass(frozen=True, eq=False)
class Level:
    """The n-grams of one n in a trie, in lexicographic order.

    Parameters
    ----------
    starts : int array of shape (n_nodes_above + 1,)
        Where the children of each node of the level above start.
    tokens : int32 array of shape (n_nodes,)
        The last token of each n-gram, as numbers of the vocabulary.
    columns : int32 array of shape (n_nodes,)
        The column of each n-gram; -1 where it only begins longer ones.
    """

    starts: NDArray[np.integer]
    tokens: NDArray[np.int32]
    columns: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class NgramFeatures:
    """A vocabulary, the trie of the n-grams that are features, and their columns.

    Columns follow the names' order, which is a walk through the trie, unless the user fixed another one.
    """

    vocabulary: Vocabulary
    levels: tuple[Level, ...]
    n_columns: int

    def __getstate__(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}  # not what can be computed again

    def column(self, ngram: Sequence[str]) -> int:
        """Return the column of an n-gram, -1 where it is no feature."""
        if not 0 < len(ngram) <= len(self.levels):
            return -1
        node = 0
        for token, level in zip(ngram, self.levels, strict=False):
            number = self.vocabulary.find(token)
            first, end = int(level.starts[node]), int(level.starts[node + 1])
            node = first + int(np.searchsorted(level.tokens[first:end], number))
            if node == end or level.tokens[node] != number:
                return -1
        return int(self.levels[len(ngram) - 1].columns[node])

    # All n-grams of a document at once, which grow by one token at a time: the state of each is its node.

    def number(self, tokens: Sequence[str]) -> NDArray[np.int64]:
        """Return the number of each token."""
        return np.fromiter(map(self.vocabulary.find, tokens), np.int64, len(tokens))

    def begin(self, n: int) -> NDArray[np.int64]:
        """Return the states of `n` n-grams that have no token yet."""
        return np.zeros(n, np.int64)

    def follow(self, states: NDArray[Any], numbers: NDArray[Any], depth: int) -> NDArray[np.int64]:
        """Return the states of n-grams of `depth` tokens after one more; -1 where no feature begins so."""
        if depth >= len(self.levels) or len(self.levels[depth].tokens) == 0:
            return np.full(len(states), -1)
        level = self.levels[depth]
        last = len(level.tokens) - 1
        low, end = level.starts[states].astype(np.int64), level.starts[states + 1].astype(np.int64)
        high = end
        while (low < high).any():
            middle = (low + high) // 2
            is_less = (low < high) & (level.tokens[np.minimum(middle, last)] < numbers)
            low, high = np.where(is_less, middle + 1, low), np.where(is_less, high, np.minimum(middle, high))
        return np.where((low < end) & (level.tokens[np.minimum(low, last)] == numbers), low, -1)

    def is_known(self, states: NDArray[Any]) -> NDArray[np.bool_]:
        """Return whether a feature is, or begins with, each n-gram."""
        return states >= 0

    def columns_of(self, states: NDArray[Any], depth: int) -> NDArray[np.int64]:
        """Return the column of each n-gram after ``depth + 1`` tokens, -1 where it is no feature."""
        return self.levels[depth].columns[states].astype(np.int64) if len(states) else np.zeros(0, np.int64)

    @cached_property
    def index(self) -> TrieIndex:
        """The trie as the kernels look it up."""
        from textgd.kernels.lookup import TrieIndex, index_children, level_keys

        roots = np.full(len(self.vocabulary) + 1, -1, np.int32)
        roots[self.levels[0].tokens] = np.arange(len(self.levels[0].tokens))
        keys = level_keys([(level.starts, level.tokens) for level in self.levels])
        columns = np.concatenate([level.columns for level in self.levels])
        return TrieIndex(roots, keys, columns, index_children(keys, len(self.levels[0].tokens)))

    def lengths(self) -> NDArray[np.uint8]:
        """Return how many tokens each n-gram has, shape (n_columns,)."""
        lengths = np.zeros(self.n_columns, np.uint8)
        for n, level in enumerate(self.levels, 1):
            lengths[level.columns[level.columns >= 0]] = n
        return lengths

    @cached_property
    def _nodes(self) -> NDArray[np.int64]:
        """The node of each column, counted over all levels one after the other."""
        columns = np.concatenate([level.columns for level in self.levels])
        is_feature = np.flatnonzero(columns >= 0)
        nodes = np.full(self.n_columns, -1)
        nodes[columns[is_feature]] = is_feature
        return nodes

    def ngrams(self, columns: Sequence[int] | NDArray[np.integer] | None = None) -> list[tuple[str, ...]]:
        """Return the n-grams of some columns, or of all, in order."""
        terms: Sequence[str] | Vocabulary = self.vocabulary
        if columns is None or len(columns) > 1000:
            terms = list(self.vocabulary)
        bounds = np.cumsum([0, *(len(level.tokens) for level in self.levels)])
        nodes = self._nodes if columns is None else self._nodes[np.asarray(columns, np.int64)]
        depths = np.searchsorted(bounds, nodes, side="right") - 1
        ngrams: list[tuple[str, ...]] = [()] * len(nodes)
        for depth in range(len(self.levels)):
            places = np.flatnonzero(depths == depth)
            node = nodes[places] - bounds[depth]
            tokens = []
            for level in reversed(self.levels[: depth + 1]):
                tokens.append(level.tokens[node])
                node = np.searchsorted(level.starts, node, side="right") - 1
            for place, numbers in zip(
                places.tolist(), zip(*(t.tolist() for t in reversed(tokens)), strict=True), strict=True
            ):
                ngrams[place] = tuple(terms[number] for number in numbers)
        return ngrams


@dataclass(frozen=True)
class HashedFeatures:
    """Columns by hashing: memory is bounded, names are not known, and n-grams may share a column.

    Parameters
    ----------
    n_columns : int
        A power of two.
    """

    n_columns: int

    def column(self, ngram: Sequence[str]) -> int:
        """Return the column of an n-gram."""
        state = self.begin(1)
        for depth, number in enumerate(self.number(ngram)):
            state = self.follow(state, number[None], depth)
        return int(self.columns(state)[0])

    def number(self, tokens: Sequence[str]) -> NDArray[np.uint64]:
        """Return the hash of each token."""
        return np.fromiter((_term_hash(encode(token)) for token in tokens), np.uint64, len(tokens))

    def begin(self, n: int) -> NDArray[np.uint64]:
        """Return the states of `n` n-grams that have no token yet: a state is a hash."""
        return np.zeros(n, np.uint64)

    def follow(self, states: NDArray[Any], numbers: NDArray[Any], depth: int) -> NDArray[np.uint64]:
        """Return the states of n-grams of `depth` tokens after one more."""
        return self.extend(states, numbers) if depth else numbers

    def is_known(self, states: NDArray[Any]) -> NDArray[np.bool_]:
        """Return True for each: every n-gram has a column."""
        return np.ones(len(states), np.bool_)

    def columns_of(self, states: NDArray[Any], depth: int) -> NDArray[np.int64]:
        """Return the column of each n-gram."""
        return self.columns(states).astype(np.int64)

    @staticmethod
    def extend(states: NDArray[np.uint64], hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return the hash of each n-gram from that of its first tokens and that of its last one."""
        states = states * np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: spreads, and minds the order
        return (states ^ (states >> np.uint64(32))) + hashes

    def columns(self, states: NDArray[np.uint64]) -> NDArray[np.int32]:
        """Return the column of each n-gram from its hash."""
        # The finalizer of MurmurHash3 (Appleby 2011): every bit of the hash reaches every bit of the column.
        states = states ^ (states >> np.uint64(33))
        states = states * np.uint64(0xFF51AFD7ED558CCD)
        states = states ^ (states >> np.uint64(33))
        states = states * np.uint64(0xC4CEB9FE1A85EC53)
        states = states ^ (states >> np.uint64(33))
        return (states & np.uint64(self.n_columns - 1)).astype(np.int32)


def _term_hash(data: bytes) -> int:
    """Return the hash that the kernels give a term (see `textgd.kernels.terms`)."""
    mask = 0xFFFFFFFFFFFFFFFF
    h = 0x243F6A8885A308D3
    for value in [*(int.from_bytes(data[i : i + 8], "little") for i in range(0, len(data), 8)), len(data)]:
        h = ((h ^ value) * 0x9E6C63D0876A9A47) & mask
        h ^= h >> 32
    return h


class FeatureMapping(Mapping[str, int]):
    """The ``vocabulary_`` of a fitted vectoriser: name of a feature -> column.

    Names are made when they are asked for; most uses never ask for all of them.

    Parameters
    ----------
    features : NgramFeatures
    analysis : Analysis
    """

    def __init__(self, features: NgramFeatures, analysis: Analysis) -> None:
        self._features = features
        self._analysis = analysis

    def __len__(self) -> int:
        return self._features.n_columns

    def __getitem__(self, name: Any) -> int:
        column = self._features.column(self._analysis.parse(name)) if isinstance(name, str) else -1
        if column < 0:
            raise KeyError(name)
        return column

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def items(self) -> Any:
        """Return all names with their columns."""
        return dict(zip(self.names(), range(len(self)), strict=True)).items()

    def names(self, columns: Sequence[int] | NDArray[np.integer] | None = None) -> list[str]:
        """Return the names of some columns, or of all, in order."""
        return [self._analysis.name(ngram) for ngram in self._features.ngrams(columns)]

    def __repr__(self) -> str:
        return f"FeatureMapping({len(self)} features)"
