"""Occurrences are those of the reference, one n-gram after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from textgd.text import CountVectorizer, TfidfVectorizer
from textgd.text.extractor import Extractor
from textgd.text.occurrences import find_occurrences
from textgd.text.spans import place_tokens

TEXTS = ["free entry: win a free prize", "see you at lunch, see you", "a b c d e f", "naïve 💰 free", "", "win win win"]
SETTINGS: list[dict[str, Any]] = [
    {},
    {"ngram_range": (1, 3)},
    {"ngram_range": (2, 2)},
    {"ngram_range": (2, 4), "vocabulary": ["free", "win a", "see you at", "see you at lunch", "prize win"]},
    {"ngram_range": (1, 2), "min_df": 2},
    {"ngram_range": (1, 9), "hashing": 32},
    {"ngram_range": (2, 3), "hashing": 1 << 18, "analyzer": "char"},
    {"ngram_range": (1, 3), "analyzer": "char"},
    {"ngram_range": (4, 6), "analyzer": "char_wb"},
    {"ngram_range": (4, 6), "analyzer": "char_wb", "hashing": 64},
    {"ngram_range": (1, 2), "stop_words": ["a", "you"], "negation": True},
]


def extractor(options: dict[str, Any]) -> Extractor:
    fitted: Extractor = CountVectorizer(**options).fit(TEXTS).extractor_
    return fitted


EXTRACTORS = [extractor(options) for options in SETTINGS]


def check(extractor: Extractor, document: str) -> int:
    analysis, features = extractor.analysis, extractor.features
    placed = place_tokens(analysis, document)
    found = find_occurrences(analysis, features, placed)
    ngrams = [tuple(placed.tokens[a : b + 1]) for a, b in zip(found.firsts, found.lasts, strict=True)]
    known = [ngram for ngram in analysis.ngrams(document) if features.column(ngram) >= 0]
    assert sorted(ngrams) == sorted(known)
    assert found.columns.tolist() == [features.column(ngram) for ngram in ngrams]
    order = list(zip(found.firsts.tolist(), found.lasts.tolist(), strict=True))
    assert order == sorted(order)
    return len(order)


@pytest.mark.parametrize("number", range(len(SETTINGS)))
def test_occurrences_are_the_references(number: int) -> None:
    n_found = [check(EXTRACTORS[number], text) for text in [*TEXTS, "win a yacht, see you at lunch!", "xylophone " * 3]]
    assert sum(n_found) > 3


@settings(max_examples=60)
@given(data=st.data(), number=st.integers(0, len(SETTINGS) - 1))
def test_occurrences_in_any_text(data: st.DataObject, number: int, texts: st.SearchStrategy[str]) -> None:
    check(EXTRACTORS[number], data.draw(texts))


@pytest.mark.parametrize("options", [{}, {"binary": True}, {"sublinear_tf": True, "norm": "l1"}, {"hashing": 8}])
def test_rows_of_columns_are_those_of_the_text(options: dict[str, Any]) -> None:
    fitted = TfidfVectorizer(ngram_range=(1, 2), **options).fit(TEXTS).extractor_
    columns = [
        find_occurrences(fitted.analysis, fitted.features, place_tokens(fitted.analysis, t)).columns for t in TEXTS
    ]
    rows, expected = fitted.rows_of_columns(columns), fitted.read(TEXTS)[0]
    for name in ("indptr", "indices", "data"):
        assert_array_equal(getattr(rows, name), getattr(expected, name))
        assert getattr(rows, name).dtype == getattr(expected, name).dtype
    assert len(fitted.rows_of_columns([])) == 0
    assert np.diff(fitted.rows_of_columns([np.zeros(0, np.int64)]).indptr).tolist() == [0]
