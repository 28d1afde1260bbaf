"""Counts of n-grams, raw and adjusted, against dictionaries."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from textgd.lm.counts import NgramCounts, count_ngrams
from textgd.text import TokenizedDocuments, Vocabulary

Documents = list[list[int]]
Gram = tuple[int, ...]

TERMS = ["a", "b", "c"]
# The unknown token is one like the others to whoever counts.
UNKNOWN, END, START = 3, 4, 5

documents_of_ids = st.lists(st.lists(st.integers(0, UNKNOWN), max_size=9), min_size=1, max_size=6)


def tokenized(documents: Documents, terms: list[str] = TERMS) -> TokenizedDocuments:
    ids = np.array([token for document in documents for token in document], np.int32)
    return TokenizedDocuments(ids, np.cumsum([0, *map(len, documents)]), Vocabulary.from_terms(terms))


def slow_counts(documents: Documents, n: int, end: int = END, start: int = START) -> Counter[Gram]:
    counts: Counter[Gram] = Counter()
    for document in documents:
        padded = [start, *document, end]
        counts.update(tuple(padded[i : i + n]) for i in range(len(padded) - n + 1))
    del counts[start,]
    return counts


def slow_adjusted(documents: Documents, n: int, order: int, end: int = END, start: int = START) -> dict[Gram, int]:
    raw = slow_counts(documents, n, end, start)
    if n == order:
        return raw
    before: dict[Gram, set[int]] = {gram: set() for gram in raw}
    for gram in slow_counts(documents, n + 1, end, start):
        before[gram[1:]].add(gram[0])
    return {gram: raw[gram] if gram[0] == start else len(before[gram]) for gram in raw}


def slow_last(documents: Documents, n: int, order: int) -> Gram | None:
    """Return the last n tokens of the n-gram of the highest order that is the last, read from its end.

    KenLM puts so many ``<s>`` before a document that each of its tokens ends an n-gram of the highest order.
    """
    padded = [[*[START] * (order - 1), *document, END] for document in documents]
    numbers = {START: 0, END: 1}
    for document in padded:
        for token in document:
            numbers.setdefault(token, len(numbers))
    ngrams = [tuple(d[i : i + order]) for d in padded for i in range(len(d) - order + 1)]
    gram = max(ngrams, key=lambda gram: [numbers[token] for token in reversed(gram)])[order - n :]
    return None if gram[:2] == (START, START) or gram == (START,) else gram


def slow_counts_of_counts(documents: Documents, n: int, order: int, highest: int) -> list[int]:
    adjusted = dict(slow_adjusted(documents, n, order))
    last = slow_last(documents, n, order)
    if n < order and last is not None:
        adjusted[last] = slow_counts(documents, n)[last]
    number = Counter(adjusted.values())
    return [number[count] for count in range(1, highest + 1)]


def spelled(counts: NgramCounts) -> Iterator[list[Gram]]:
    """Yield the n-grams of each order, spelled out by way of the starts."""
    above: list[Gram] = [()]
    for order in counts.orders:
        assert order.starts.tolist()[0] == 0
        assert len(order.starts) == len(above) + 1
        lengths = np.diff(order.starts)
        assert (lengths >= 0).all()
        prefixes = [gram for gram, length in zip(above, lengths.tolist(), strict=True) for _ in range(length)]
        above = [(*prefix, token) for prefix, token in zip(prefixes, order.tokens.tolist(), strict=True)]
        yield above


def test_by_hand() -> None:
    counts = count_ngrams(TokenizedDocuments.from_tokens([["b", "a", "b"], [], ["b"]]), 3)
    # a 0, b 1, <unk> 2, </s> 3, <s> 4
    unigrams, bigrams, trigrams = counts.orders
    assert unigrams.counts.tolist() == [1, 3, 0, 3, 0]
    assert counts.n_predicted == 4
    assert list(spelled(counts))[1:] == [
        [(0, 1), (1, 0), (1, 3), (4, 1), (4, 3)],
        [(0, 1, 3), (1, 0, 1), (4, 1, 0), (4, 1, 3)],
    ]
    assert bigrams.counts.tolist() == [1, 1, 2, 2, 1]
    assert trigrams.counts.tolist() == [1, 1, 1, 1]
    assert bigrams.suffixes.tolist() == [1, 0, 3, 1, 3]
    assert trigrams.suffixes.tolist() == [2, 0, 1, 2]
    assert [order.first_at_start for order in counts.orders] == [4, 3, 2]
    # a after b; b after a and <s>; </s> after b and <s>.
    adjusted = [number.tolist() for number in counts.adjusted]
    assert adjusted == [[1, 2, 0, 2, 0], [1, 1, 2, 2, 1], [1, 1, 1, 1]]


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
@given(documents=documents_of_ids)
@example([[]])
@example([[], []])
@example([[UNKNOWN] * 4])
@example([[0], [], [0, 0, 0, 0, 0, 0]])
def test_counts_are_a_dictionarys(order: int, documents: Documents) -> None:
    counts = count_ngrams(tokenized(documents), order)
    assert len(counts.orders) == order
    assert counts.n_predicted == 5
    shorter: list[Gram] = [()]
    for n, (ngrams, grams) in enumerate(zip(counts.orders, spelled(counts), strict=True), 1):
        expected = slow_counts(documents, n)
        assert grams == ([(token,) for token in range(6)] if n == 1 else sorted(expected))
        assert ngrams.counts.tolist() == [expected[gram] for gram in grams]
        assert [shorter[i] for i in ngrams.suffixes.tolist()] == [gram[1:] for gram in grams]
        assert [i >= ngrams.first_at_start for i in range(len(grams))] == [gram[0] == START for gram in grams]
        assert {ngrams.starts.dtype, ngrams.tokens.dtype, ngrams.suffixes.dtype} == {np.dtype(np.int32)}
        shorter = grams


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
@given(documents=documents_of_ids)
@example([[]])
@example([[], [0, 0, 0, 0]])
@example([[0, 1], [0, 1], [2, 1]])
def test_adjusted_counts_are_a_dictionarys(order: int, documents: Documents) -> None:
    counts = count_ngrams(tokenized(documents), order)
    for n, (adjusted, grams) in enumerate(zip(counts.adjusted, spelled(counts), strict=True), 1):
        expected = slow_adjusted(documents, n, order)
        assert adjusted.tolist() == [expected.get(gram, 0) for gram in grams]


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
@given(documents=documents_of_ids)
@example([[]])
@example([[], []])
@example([[0], [1], [2]])  # the last one stands right after <s>
@example([[0, 1], [2, 1], [0, 1]])  # the last one occurs in two documents, after other tokens
@example([[1, 1, 1, 1, 1, 1, 1]])
@example([[0, 0], [0, 0, 0, 0]])  # a tie that the beginning of a document decides
def test_counts_of_counts_are_kenlms(order: int, documents: Documents) -> None:
    counts = count_ngrams(tokenized(documents), order)
    for n, grams in enumerate(spelled(counts), 1):
        assert counts.counts_of_counts(n, 4) == slow_counts_of_counts(documents, n, order, 4)
        if n < order:
            last = counts.last[n - 1]
            assert (None if last is None else grams[last]) == slow_last(documents, n, order)


def test_the_last_ngram_enters_with_its_raw_count() -> None:
    # b comes last: it occurs three times, always after a. Adjusted counts: a 1 (after <s>), b 1, </s> 1.
    counts = count_ngrams(tokenized([[0, 1]] * 3), 2)
    assert counts.adjusted[0].tolist() == [1, 1, 0, 0, 1, 0]
    assert counts.counts_of_counts(1, 4) == [2, 0, 1, 0]
    # The highest order has no adjusted counts, and what is above the highest count asked for is left out.
    assert counts.counts_of_counts(2, 4) == [0, 0, 3, 0]
    assert counts.counts_of_counts(2, 2) == [0, 0]


def test_many_tokens_and_the_highest_order() -> None:
    rng = np.random.default_rng(0)
    n_terms = 40
    terms = [f"w{i:02}" for i in range(n_terms)]
    documents = [(rng.zipf(1.3, rng.integers(0, 60)) % (n_terms + 1)).tolist() for _ in range(150)]
    documents += documents[:30]
    counts = count_ngrams(tokenized(documents, terms), 12)
    for n, (ngrams, adjusted, grams) in enumerate(zip(counts.orders, counts.adjusted, spelled(counts), strict=True), 1):
        expected = slow_counts(documents, n, n_terms + 1, n_terms + 2)
        assert ngrams.counts.tolist() == [expected[gram] for gram in grams]
        assert n == 1 or grams == sorted(expected)
        slow = slow_adjusted(documents, n, 12, n_terms + 1, n_terms + 2)
        assert adjusted.tolist() == [slow.get(gram, 0) for gram in grams]


def test_documents_are_not_changed() -> None:
    documents = tokenized([[0, 1], [2]])
    ids: NDArray[np.int32] = documents.ids.copy()
    count_ngrams(documents, 3)
    assert documents.ids.tolist() == ids.tolist()


def test_order_of_documents_does_not_matter_to_counts() -> None:
    documents = [[0, 1, 2], [2, 2], [], [1, 0]]
    expected = count_ngrams(tokenized(documents), 3)
    for order in itertools.permutations(documents):
        counts = count_ngrams(tokenized(list(order)), 3)
        for found, before in zip(counts.orders, expected.orders, strict=True):
            assert found.counts.tolist() == before.counts.tolist()
            assert found.tokens.tolist() == before.tokens.tolist()
