"""Known n-grams are found in documents as a dictionary finds them."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from textgd.kernels.lookup import TrieIndex, index_children, look_up_rows, sort_columns
from textgd.kernels.ngrams import document_reach, word_reach

Gram = tuple[int, ...]

N_TERMS = 4
grams = st.dictionaries(
    st.lists(st.integers(0, N_TERMS - 1), min_size=1, max_size=4).map(tuple), st.booleans(), min_size=1, max_size=30
)
documents_of_tokens = st.lists(st.lists(st.integers(0, N_TERMS), max_size=50), max_size=5)


def index_of(columns: dict[Gram, int]) -> TrieIndex:
    """Return the trie of n-grams, with the beginnings of each."""
    longest = max(map(len, columns))
    nodes: list[Gram] = []
    for n in range(1, longest + 1):
        nodes += sorted({gram[:n] for gram in columns if len(gram) >= n})
    number = {gram: i for i, gram in enumerate(nodes)}
    n_roots = sum(len(gram) == 1 for gram in nodes)
    roots = np.full(N_TERMS + 1, -1, np.int32)
    for gram in nodes[:n_roots]:
        roots[gram[0]] = number[gram]
    keys = np.array([number.get(gram[:-1], 0) << 32 | gram[-1] for gram in nodes], np.int64)
    node_columns = np.array([columns.get(gram, -1) for gram in nodes], np.int32)
    return TrieIndex(roots, keys, node_columns, index_children(keys, n_roots))


def flat(documents: list[list[int]]) -> tuple[Any, Any]:
    ids = np.array([token for document in documents for token in document], np.int32)
    return ids, np.cumsum([0, *map(len, documents)]).astype(np.int64)


def rows_of(found: Any) -> list[dict[int, int]]:
    lengths, columns, counts = found
    rows, start = [], 0
    for length in lengths.tolist():
        of_row = columns[start : start + length].tolist()
        assert of_row == sorted(set(of_row))
        rows.append(dict(zip(of_row, counts[start : start + length].tolist(), strict=True)))
        start += length
    assert start == len(columns) == len(counts)
    return rows


@pytest.mark.parametrize(("low", "high"), [(1, 1), (1, 2), (2, 2), (1, 4), (3, 6)])
@given(known=grams, documents=documents_of_tokens)
@example({(0,): True}, [])
@example({(0, 1, 2): True}, [[], [0, 1, 2, 0, 1, 2], [0, 1], [4, 0, 1, 4, 2]])
def test_ngrams_are_looked_up(low: int, high: int, known: dict[Gram, bool], documents: list[list[int]]) -> None:
    # Every other one is a feature only by what follows it; columns are in no order.
    names = [gram for gram, is_feature in known.items() if is_feature] or [next(iter(known))]
    columns = {gram: len(names) - 1 - i for i, gram in enumerate(names)}
    ids, indptr = flat(documents)
    reach = document_reach(ids, indptr, N_TERMS, high)
    found = look_up_rows(ids, indptr, reach, np.zeros(0, np.bool_), low, high, len(columns), index_of(columns))
    expected = [
        Counter(
            columns[tuple(document[i : i + n])]
            for n in range(low, high + 1)
            for i in range(len(document) - n + 1)
            if tuple(document[i : i + n]) in columns
        )
        for document in documents
    ]
    assert rows_of(found) == expected


@given(
    known=grams, words=st.lists(st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=5), max_size=5), max_size=4)
)
@example({(0, 1, 0): True, (0, 1, 0, 2): True}, [[[1], [1, 1], [1]]])
def test_words_that_are_too_short_are_looked_up_whole(known: dict[Gram, bool], words: list[list[list[int]]]) -> None:
    low, high = 4, 5
    columns = {gram: i for i, gram in enumerate(known)}
    documents = [[token for word in document for token in (0, *word, 0)] for document in words]
    ids, indptr = flat(documents)
    reach, short = word_reach(ids, indptr, 0, np.ones(len(ids), np.bool_), low, high)
    expected = []
    for document in words:
        names: list[Gram] = []
        for word in document:
            whole = (0, *word, 0)
            names += [whole] if len(whole) < low else []
            names += [whole[i : i + n] for n in range(low, high + 1) for i in range(len(whole) - n + 1)]
        expected.append(Counter(columns[name] for name in names if name in columns))
    assert rows_of(look_up_rows(ids, indptr, reach, short, low, high, len(columns), index_of(columns))) == expected


def test_a_large_trie() -> None:
    rng = np.random.default_rng(0)
    pairs = {(int(a), int(b)) for a, b in rng.integers(0, 300, (20_000, 2))}
    columns = {pair: i for i, pair in enumerate(sorted(pairs))}
    roots = np.arange(301, dtype=np.int32)
    roots[300] = -1
    keys = np.array([*range(300), *(a << 32 | b for a, b in columns)], np.int64)
    node_columns = np.array([*[-1] * 300, *columns.values()], np.int32)
    index = TrieIndex(roots, keys, node_columns, index_children(keys, 300))
    documents = [rng.integers(0, 301, n).tolist() for n in (0, 1, 2, 31, 32, 33, 34, 300, 5000)]
    ids, indptr = flat(documents)
    reach = document_reach(ids, indptr, 300, 2)
    found = look_up_rows(ids, indptr, reach, np.zeros(0, np.bool_), 1, 2, len(columns), index)
    expected = [
        Counter(columns[pair] for pair in itertools.pairwise(document) if pair in columns) for document in documents
    ]
    assert rows_of(found) == expected


@pytest.mark.parametrize("n_bits", [1, 7, 8, 9, 16, 17, 24, 25, 30])
def test_columns_are_sorted(n_bits: int) -> None:
    rng = np.random.default_rng(n_bits)
    for n in [*range(40), 255, 256, 1000]:
        values = rng.integers(0, 1 << n_bits, n + 3).astype(np.int32)
        expected = sorted(values[:n].tolist())
        rest = values[n:].tolist()
        sort_columns(values, n, np.empty_like(values), n_bits)
        assert values[:n].tolist() == expected
        assert values[n:].tolist() == rest
