"""Scoring by a trie whose every figure is written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from textgd.kernels.lookup import index_children, level_keys
from textgd.kernels.ngram_scores import score_documents, score_tokens

A, B, UNKNOWN, END, START = range(5)


def i32(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


LEVELS = [
    (i32(0, 5), i32(A, B, UNKNOWN, END, START)),
    (i32(0, 2, 4, 4, 4, 5), i32(A, B, A, END, A)),  # a a, a b, b a, b </s>, <s> a
    (i32(0, 0, 1, 1, 1, 2), i32(END, B)),  # a b </s>, <s> a b
]
LOG_PROB = np.array([-1.0, -2.0, -3.0, -4.0, -np.inf, -0.5, -0.25, -0.75, -1.5, -0.125, -0.0625, -0.1], np.float32)
BACKOFF = np.array([-0.01, -0.02, -0.04, 0.0, -0.08, -0.16, -0.32, -0.64, -1.28, -2.56], np.float32)


def index(order: int) -> tuple[Any, ...]:
    keys = level_keys(LEVELS[:order])
    n = sum(len(tokens) for _, tokens in LEVELS[:order])
    below = sum(len(tokens) for _, tokens in LEVELS[: order - 1])
    return keys, index_children(keys, 5), LOG_PROB[:n], BACKOFF[:below]


DOCUMENTS: dict[int, list[tuple[list[int], list[float]]]] = {
    1: [
        ([], [-4.0]),
        ([A, B, UNKNOWN, A], [-1.0, -2.0, -3.0, -1.0, -4.0]),
    ],
    2: [
        ([], [-0.08 - 4.0]),  # after <s>
        ([A], [-0.125, -0.01 - 4.0]),
        ([B], [-0.08 - 2.0, -1.5]),
        ([A, B, A, A], [-0.125, -0.25, -0.75, -0.5, -0.01 - 4.0]),
        ([UNKNOWN, A, UNKNOWN], [-0.08 - 3.0, -0.04 - 1.0, -0.01 - 3.0, -0.04 - 4.0]),
    ],
    3: [
        ([], [-0.08 - 4.0]),
        ([A], [-0.125, -2.56 - 0.01 - 4.0]),
        ([B], [-0.08 - 2.0, -1.5]),  # <s> b is no context, it has no backoff
        ([A, B], [-0.125, -0.1, -0.0625]),
        ([A, B, A, A], [-0.125, -0.1, -0.32 - 0.75, -0.64 - 0.5, -0.16 - 0.01 - 4.0]),
        ([B, B], [-0.08 - 2.0, -0.02 - 2.0, -1.5]),
        ([UNKNOWN, A, B], [-0.08 - 3.0, -0.04 - 1.0, -0.25, -0.0625]),
    ],
}


@pytest.mark.parametrize("order", DOCUMENTS)
def test_documents_by_hand(order: int) -> None:
    documents = [tokens for tokens, _ in DOCUMENTS[order]]
    ids = i32(*[token for tokens in documents for token in tokens])
    indptr = np.cumsum([0, *map(len, documents)])
    scores = score_documents(ids, indptr, START, END, order, *index(order))
    assert scores.dtype == np.float64
    assert_allclose(scores, np.concatenate([of_tokens for _, of_tokens in DOCUMENTS[order]]), rtol=1e-6)


def test_no_document() -> None:
    assert score_documents(i32(), np.array([0]), START, END, 3, *index(3)).shape == (0,)


def test_what_a_longer_document_left_behind_does_not_matter() -> None:
    scratch = (
        np.full(50, A, np.int32),
        np.full(50, 3, np.uint8),
        np.full(50, 6, np.int32),
        np.full(50, 6, np.int32),
        np.zeros(50, np.uint64),
        np.full(50, 7, np.int32),
    )
    for tokens, expected in [*DOCUMENTS[3][::-1], *DOCUMENTS[3]]:
        out = np.full(10, 7.0)
        score_tokens(i32(*tokens), START, END, 3, *index(3), scratch, out)
        assert_allclose(out[: len(tokens) + 1], expected, rtol=1e-6)
        assert out[len(tokens) + 1 :].tolist() == [7.0] * (9 - len(tokens))
