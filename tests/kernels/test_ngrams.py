"""Tries of n-grams, level by level, against counts in dictionaries."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from textgd.kernels import ngrams as kernels
from textgd.kernels.ngrams import ALL_POSITIONS, NO_POSITION, SHORT_WORDS

Documents = list[list[int]]

N_TERMS = 4
# N_TERMS itself stands for an unknown token.
token_lists = st.lists(st.lists(st.integers(0, N_TERMS), max_size=12), max_size=6)
lone_documents = [[], [[]], [[], [0], []], [[N_TERMS, 0, 0, N_TERMS, 0, 1]], [[0] * 12], [[N_TERMS] * 3]]


class Trie(NamedTuple):
    """What a trie says, spelled out."""

    nodes: list[list[tuple[int, ...]]]
    entries: dict[tuple[int, ...], list[tuple[int, int]]]


def flat(documents: Documents) -> tuple[Any, Any]:
    ids = np.array([token for document in documents for token in document], np.int32)
    return ids, np.cumsum([0, *map(len, documents)]).astype(np.int64)


def slow_document_reach(documents: Documents, max_n: int) -> list[int]:
    reach = []
    for document in documents:
        for start in range(len(document)):
            known = 0
            while known < max_n and start + known < len(document) and document[start + known] != N_TERMS:
                known += 1
            reach.append(known)
    return reach


def slow_trie(documents: Documents, reach: list[int], counted: list[int], short: list[bool]) -> Trie:
    """Level n holds every n-gram that some position reaches; its occurrences are the positions that count."""
    nodes: list[list[tuple[int, ...]]] = []
    entries: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for n, mode in enumerate(counted, 1):
        grams: set[tuple[int, ...]] = set()
        per_document: Counter[tuple[tuple[int, ...], int]] = Counter()
        position = 0
        for d, document in enumerate(documents):
            for start in range(len(document)):
                if reach[position] >= n:
                    gram = tuple(document[start : start + n])
                    grams.add(gram)
                    whole = mode == SHORT_WORDS and short[position] and reach[position] == n
                    if mode == ALL_POSITIONS or whole:
                        per_document[gram, d] += 1
                position += 1
        nodes.append(sorted(grams))
        for gram in grams:
            entries[gram] = sorted((d, count) for (g, d), count in per_document.items() if g == gram)
    return Trie(nodes, entries)


def build_trie(documents: Documents, reach: Any, counted: list[int], short: Any) -> Trie:
    ids, indptr = flat(documents)
    document_of = np.repeat(np.arange(len(documents), dtype=np.uint16), np.diff(indptr))
    nodes: list[list[tuple[int, ...]]] = []
    entries: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    by_token = node_of = None
    for n, mode in enumerate(counted, 1):
        if n == 1:
            by_token, node_of, level = kernels.first_level(ids, reach, short, N_TERMS, document_of, mode)
            assert ids[by_token].tolist() == sorted(ids[reach > 0].tolist())
            above: list[tuple[int, ...]] = [()]
        else:
            above = nodes[-1]
            level = kernels.next_level(n, by_token, len(above), ids, reach, short, node_of, document_of, mode)
        parents, tokens, frequencies, starts, occurrences = level
        grams = [(*above[parent], token) for parent, token in zip(parents.tolist(), tokens.tolist(), strict=True)]
        assert len(starts) == len(grams) + 1
        assert starts[-1] == len(occurrences)
        for node, gram in enumerate(grams):
            of_node = occurrences[starts[node] : starts[node + 1]].tolist()
            assert of_node == sorted(of_node)
            assert frequencies[node] == len(set(of_node))
            entries[gram] = sorted(Counter(of_node).items())
        for position in np.flatnonzero(reach >= n).tolist():
            assert grams[node_of[position]] == tuple(ids[position : position + n].tolist())
        nodes.append(grams)
    return Trie(nodes, entries)


@pytest.mark.parametrize("max_n", [1, 2, 5, 255])
@given(documents=token_lists)
def test_document_reach(max_n: int, documents: Documents) -> None:
    ids, indptr = flat(documents)
    reach = kernels.document_reach(ids, indptr, N_TERMS, max_n)
    assert reach.tolist() == slow_document_reach(documents, max_n)


def test_a_reach_fits_into_its_byte() -> None:
    ids = np.zeros(1000, np.int32)
    reach = kernels.document_reach(ids, np.array([0, 1000]), 1, 255)
    assert reach.tolist() == [min(255, 1000 - i) for i in range(1000)]


@pytest.mark.parametrize("counted", [[1], [0, 1], [1, 1, 1], [0, 0, 1], [0, 0, 0, 1, 1]])
@given(documents=token_lists)
@example(lone_documents[0])
@example(lone_documents[1])
@example(lone_documents[2])
@example(lone_documents[3])
@example(lone_documents[4])
@example(lone_documents[5])
def test_trie_holds_what_a_dictionary_counts(counted: list[int], documents: Documents) -> None:
    counted = [ALL_POSITIONS if level else NO_POSITION for level in counted]
    reach = slow_document_reach(documents, len(counted))
    expected = slow_trie(documents, reach, counted, [])
    assert build_trie(documents, np.array(reach, np.uint8), counted, np.zeros(0, np.bool_)) == expected


# Words between spaces: token 0 is the space.


def padded(words: list[list[int]]) -> list[int]:
    return [token for word in words for token in (0, *word, 0)]


words_of_documents = st.lists(
    st.lists(st.lists(st.integers(1, N_TERMS - 1), min_size=1, max_size=7), max_size=4), max_size=4
)


def slow_word_reach(
    words: list[list[list[int]]], unknown: set[int], low: int, high: int
) -> tuple[list[int], list[bool]]:
    reach: list[int] = []
    short: list[bool] = []
    for document in words:
        for word in document:
            whole = padded([word])
            of_word = []
            for start in range(len(whole)):
                known = 0
                while known < high and start + known < len(whole) and whole[start + known] not in unknown:
                    known += 1
                of_word.append(known)
            reach += of_word
            short += [len(whole) < low and not unknown & set(whole)] + [False] * (len(whole) - 1)
    return reach, short


@pytest.mark.parametrize(("low", "high"), [(1, 1), (1, 3), (2, 3), (4, 4), (4, 6), (9, 12)])
@given(words=words_of_documents, unknown=st.sets(st.integers(0, N_TERMS - 1), max_size=2))
@example([], set())
@example([[]], set())
@example([[[1]]], {0})
@example([[[1], [2, 2], [3, 3, 3]], [], [[1, 2, 3, 1, 2, 3]]], set())
def test_words(low: int, high: int, words: list[list[list[int]]], unknown: set[int]) -> None:
    documents = [padded(document) for document in words]
    ids, indptr = flat(documents)
    known = ~np.isin(ids, list(unknown))
    reach, short = kernels.word_reach(ids, indptr, 0, known, low, high)
    slow_reach, slow_short = slow_word_reach(words, unknown, low, high)
    assert reach.tolist() == slow_reach
    assert short.tolist() == slow_short

    counted = [ALL_POSITIONS if n >= low else SHORT_WORDS for n in range(1, high + 1)]
    assert build_trie(documents, reach, counted, short) == slow_trie(documents, slow_reach, counted, slow_short)


# Rows


@given(st.sets(st.integers(0, 2**40), max_size=30), st.data())
def test_keys_are_located(union: set[int], data: st.DataObject) -> None:
    ordered = sorted(union)
    keys = sorted(data.draw(st.sets(st.sampled_from(ordered)))) if ordered else []
    places = kernels.locate_keys(np.array(ordered, np.int64), np.array(keys, np.int64))
    assert places.tolist() == [ordered.index(key) for key in keys]


@pytest.mark.parametrize("dtype", [np.int64, np.float64])
@given(
    counts=st.lists(st.lists(st.integers(0, 3), min_size=5, max_size=5), min_size=1, max_size=7), shuffle=st.randoms()
)
def test_occurrences_are_transposed_into_rows(dtype: type, counts: list[list[int]], shuffle: Any) -> None:
    """Nodes are rows of `counts`, documents its columns; a third of the nodes are no features."""
    table = np.array(counts)
    columns = np.full(len(table), -1, np.int32)
    nodes = [node for node in range(len(table)) if node % 3 != 2]
    order = list(range(len(nodes)))
    shuffle.shuffle(order)
    columns[nodes] = order
    nodes.sort(key=columns.__getitem__)
    starts = np.cumsum([0, *table.sum(axis=1)]).astype(np.int64)
    documents = np.concatenate([np.repeat(np.arange(5), row) for row in table]).astype(np.uint16)

    lengths = kernels.count_rows(columns, starts, documents, 5)
    dense = np.zeros((5, len(nodes)), dtype)
    for node in nodes:
        dense[:, columns[node]] = table[node]
    assert lengths.tolist() == (dense > 0).sum(axis=1).tolist()

    indptr = np.cumsum([0, *lengths]).astype(np.int64)
    indices = np.empty(indptr[-1], np.int32)
    data = np.empty(indptr[-1], dtype)
    places = indptr[:-1].copy()
    kernels.fill_rows(np.array(nodes, np.int64), columns, starts, documents, places, indices, data)
    assert places.tolist() == indptr[1:].tolist()
    for row in range(5):
        of_row = slice(indptr[row], indptr[row + 1])
        assert indices[of_row].tolist() == np.flatnonzero(dense[row]).tolist()
        assert data[of_row].tolist() == dense[row][dense[row] > 0].tolist()
