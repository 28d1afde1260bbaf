"""From a document to n-grams: the definitions, and the specification as data."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from textgd.errors import InvalidParameterError
from textgd.text import Analysis, Tokenizer


def names(analysis: Analysis, document: str) -> list[str]:
    return [analysis.name(ngram) for ngram in analysis.ngrams(document)]


@pytest.mark.parametrize(
    ("analyzer", "ngram_range", "document", "expected"),
    [
        ("word", (1, 1), "A b", ["a", "b"]),
        ("word", (2, 3), "a b c", ["a b", "b c", "a b c"]),
        ("word", (2, 2), "a", []),
        ("word", (1, 9), "a b", ["a", "b", "a b"]),
        ("char", (1, 2), "A  b", ["a", " ", "b", "a ", " b"]),
        ("char", (1, 1), "\ta", ["\t", "a"]),
        ("char_wb", (3, 3), "ab c", [" ab", "ab ", " c "]),
        # A word shorter than the least n is a feature as a whole, once.
        ("char_wb", (4, 6), "a bcd", [" a ", " bcd", "bcd ", " bcd "]),
        ("char_wb", (1, 1), " ", []),
    ],
)
def test_ngrams(analyzer: str, ngram_range: tuple[int, int], document: str, expected: list[str]) -> None:
    assert names(Analysis(analyzer=analyzer, ngram_range=ngram_range), document) == expected


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
@pytest.mark.parametrize("ngram_range", [(1, 1), (1, 3), (2, 2), (4, 6)])
@given(data=st.data())
def test_ngrams_are_those_of_scikit_learn(
    analyzer: str, ngram_range: tuple[int, int], texts: st.SearchStrategy[str], data: st.DataObject
) -> None:
    document = data.draw(texts)
    peer = CountVectorizer(analyzer=analyzer, ngram_range=ngram_range).build_analyzer()
    assert names(Analysis(Tokenizer("sklearn"), analyzer, ngram_range), document) == peer(document)


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
def test_names_are_parsed(analyzer: str) -> None:
    analysis = Analysis(analyzer=analyzer, ngram_range=(1, 3))
    for ngram in analysis.ngrams("so good, i\u0307t is"):
        assert analysis.parse(analysis.name(ngram)) == ngram


def test_data_and_back() -> None:
    analysis = Analysis(Tokenizer(stop_words=("a",), negation=True), "char_wb", (3, 5))
    assert Analysis.from_dict(json.loads(json.dumps(analysis.to_dict()))) == analysis


@pytest.mark.parametrize(
    "ngram_range",
    [(0, 1), (2, 1), (1, 256), (1,), (1, 2, 3), (1.0, 2), ("1", "2"), 2, None, "12", [1, 2], (-1, 1), (None, 1)],
)
def test_a_wrong_range_is_refused(ngram_range: Any) -> None:
    with pytest.raises(InvalidParameterError, match=r"ngram_range is .* two whole numbers are expected"):
        Analysis(ngram_range=ngram_range)


def test_numbers_of_numpy_are_whole_too() -> None:
    analysis = Analysis(ngram_range=(np.int64(1), np.int64(2)))  # type: ignore[arg-type]
    assert names(analysis, "a b") == ["a", "b", "a b"]


def test_an_unknown_analyzer_is_refused() -> None:
    with pytest.raises(InvalidParameterError, match=r"no analyzer 'chars'\. Did you mean char or char_wb\?"):
        Analysis(analyzer="chars")
