"""Counting n-grams, kernel by kernel, on arrays small enough to be written out."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from textgd.kernels.ngram_counts import count_order, delimit, sort_positions

START, END = 9, 8


def i32(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


# Between a start and an end


def test_delimit_by_hand() -> None:
    tokens, reach = delimit(i32(5, 6, 5, 7), np.array([0, 3, 3, 4]), START, END, 3)
    assert tokens.tolist() == [9, 5, 6, 5, 8, 9, 8, 9, 7, 8]
    assert reach.tolist() == [3, 3, 3, 2, 1, 2, 1, 3, 2, 1]
    assert (tokens.dtype, reach.dtype) == (np.int32, np.uint8)


def test_delimit_nothing() -> None:
    tokens, reach = delimit(i32(), np.array([0]), START, END, 3)
    assert tokens.tolist() == reach.tolist() == []
    tokens, reach = delimit(i32(), np.array([0, 0]), START, END, 3)
    assert tokens.tolist() == [9, 8]
    assert reach.tolist() == [2, 1]


@pytest.mark.parametrize("order", [1, 2, 5, 255])
@given(documents=st.lists(st.lists(st.integers(0, 7), max_size=9), max_size=5))
def test_no_ngram_reaches_over_an_end(order: int, documents: list[list[int]]) -> None:
    ids = i32(*itertools.chain.from_iterable(documents))
    tokens, reach = delimit(ids, np.cumsum([0, *map(len, documents)]), START, END, order)
    padded = [[START, *document, END] for document in documents]
    assert tokens.tolist() == [token for document in padded for token in document]
    assert reach.tolist() == [min(order, len(d) - i) for d in padded for i in range(len(d))]


# Positions by their token


def test_positions_by_hand() -> None:
    positions, counts = sort_positions(i32(3, 0, 3, 1, 0, 3), 5)
    assert positions.tolist() == [1, 4, 3, 0, 2, 5]
    assert counts.tolist() == [2, 1, 0, 3, 0]
    assert (positions.dtype, counts.dtype) == (np.int32, np.int64)


def test_positions_of_nothing() -> None:
    positions, counts = sort_positions(i32(), 3)
    assert positions.tolist() == []
    assert counts.tolist() == [0, 0, 0]


@given(st.lists(st.integers(0, 5), max_size=40))
def test_positions_are_sorted_by_token_and_stay_in_their_order(tokens: list[int]) -> None:
    positions, counts = sort_positions(i32(*tokens), 6)
    assert_array_equal(positions, np.argsort(i32(*tokens), kind="stable"))
    assert_array_equal(counts, np.bincount(i32(*tokens), minlength=6))


# One order


def test_orders_by_hand() -> None:
    # a b a between <s> and </s>, then b: a 0, b 1, <unk> 2, </s> 3, <s> 4.
    tokens, reach = delimit(i32(0, 1, 0, 1), np.array([0, 3, 4]), 4, 3, 3)
    assert tokens.tolist() == [4, 0, 1, 0, 3, 4, 1, 3]
    by_token, _ = sort_positions(tokens, 5)
    node_of, spare = tokens.copy(), np.full_like(tokens, -7)

    starts, last, counts, suffixes = count_order(2, by_token, 5, tokens, reach, node_of, spare)
    # a b, a </s> | b a, b </s> | | | <s> a, <s> b
    assert starts.tolist() == [0, 2, 4, 4, 4, 6]
    assert last.tolist() == [1, 3, 0, 3, 0, 1]
    assert counts.tolist() == [1, 1, 1, 1, 1, 1]
    assert suffixes.tolist() == [1, 3, 0, 3, 0, 1]
    # Positions where no bigram starts are left alone.
    assert spare.tolist() == [4, 0, 2, 1, -7, 5, 3, -7]
    assert node_of.tolist() == tokens.tolist()
    assert {array.dtype for array in (starts, last, counts, suffixes)} == {np.dtype(np.int32)}

    starts, last, counts, suffixes = count_order(3, by_token, 6, tokens, reach, spare, node_of)
    # a b a | | b a </s> | | <s> a b | <s> b </s>
    assert starts.tolist() == [0, 1, 1, 2, 2, 3, 4]
    assert last.tolist() == [0, 3, 1, 3]
    assert counts.tolist() == [1, 1, 1, 1]
    assert suffixes.tolist() == [2, 1, 0, 3]  # b a, a </s>, a b, b </s>


def test_an_ngram_is_counted_as_often_as_it_occurs() -> None:
    tokens, reach = delimit(np.zeros(300, np.int32), np.array([0, 100, 300]), 3, 2, 2)
    by_token, _ = sort_positions(tokens, 4)
    starts, last, counts, suffixes = count_order(2, by_token, 4, tokens, reach, tokens.copy(), np.empty_like(tokens))
    assert starts.tolist() == [0, 2, 2, 2, 3]
    assert last.tolist() == suffixes.tolist() == [0, 2, 0]
    assert counts.tolist() == [298, 2, 2]


def test_an_order_that_nothing_reaches() -> None:
    tokens, reach = delimit(i32(), np.array([0, 0, 0]), 2, 1, 3)  # <s> </s> <s> </s>
    by_token, _ = sort_positions(tokens, 3)
    node_of, spare = tokens.copy(), np.empty_like(tokens)
    starts, last, counts, suffixes = count_order(2, by_token, 3, tokens, reach, node_of, spare)
    assert starts.tolist() == [0, 0, 0, 1]
    assert (last.tolist(), counts.tolist(), suffixes.tolist()) == ([1], [2], [1])
    starts, last, counts, suffixes = count_order(3, by_token, 1, tokens, reach, spare, node_of)
    assert starts.tolist() == [0, 0]
    assert last.tolist() == counts.tolist() == suffixes.tolist() == []
