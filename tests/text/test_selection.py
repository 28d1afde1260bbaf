"""Which n-grams become features; agreement with scikit-learn is tested with the vectorizers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from textgd.errors import DataError, InvalidParameterError
from textgd.text import Analysis, TokenizedDocuments
from textgd.text.counting import count_ngrams
from textgd.text.selection import fixed_features, select_features

DOCUMENTS = [["a", "b", "c"], ["a", "b"], ["a", "d", "d", "d"], []]


def select(ngram_range: tuple[int, int] = (1, 2), **limits: Any) -> Any:
    tokenized = TokenizedDocuments.from_tokens(DOCUMENTS)
    return select_features(count_ngrams(tokenized, Analysis(ngram_range=ngram_range)), tokenized.vocabulary, **limits)


def names(selection: Any) -> list[str]:
    return [" ".join(gram) for gram in selection.features.ngrams()]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, ["a", "a b", "a d", "b", "b c", "c", "d", "d d"]),
        ({"min_df": 2}, ["a", "a b", "b"]),
        ({"min_df": 0.5}, ["a", "a b", "b"]),
        ({"min_df": 0.51}, ["a"]),
        ({"max_df": 1}, ["a d", "b c", "c", "d", "d d"]),
        ({"max_df": 0.5}, ["a b", "a d", "b", "b c", "c", "d", "d d"]),
        ({"min_df": 2, "max_df": 2}, ["a b", "b"]),
        ({"max_features": 2}, ["a", "d"]),
        ({"max_features": 3, "max_df": 2, "min_df": 2}, ["a b", "b"]),
        ({"max_features": 1, "binary": True}, ["a"]),
        ({"max_features": 99}, ["a", "a b", "a d", "b", "b c", "c", "d", "d d"]),
        ({"ngram_range": (2, 2), "max_features": 1, "max_df": 1}, ["d d"]),
    ],
)
def test_limits(limits: dict[str, Any], expected: list[str]) -> None:
    selection = select(**limits)
    assert names(selection) == expected
    assert selection.features.n_columns == len(expected) == len(selection.document_frequency())


def test_the_vocabulary_holds_only_what_features_need() -> None:
    assert list(select(min_df=2).features.vocabulary) == ["a", "b"]
    assert list(select((2, 2), min_df=2).features.vocabulary) == ["a", "b"]
    # Levels that hold nothing are left out.
    assert len(select((1, 3), max_features=1).features.levels) == 1


def test_document_frequency_is_in_the_order_of_columns() -> None:
    assert select().document_frequency().tolist() == [3, 2, 1, 2, 1, 1, 1, 1]


def test_nothing_left() -> None:
    with pytest.raises(DataError, match="empty vocabulary; perhaps the documents only contain stop words"):
        select((5, 5))
    with pytest.raises(DataError, match=r"After pruning, no terms remain.*min_df=4, max_df=1\.0, 4 documents"):
        select(min_df=4)
    with pytest.raises(
        InvalidParameterError, match=r"max_df=0\.1 is 0\.4 of 4 documents, min_df=1 is 1\. Lower min_df"
    ):
        select(max_df=0.1)


# Fixed


@pytest.mark.parametrize(
    "vocabulary", [{"b": 1, "a b": 0, "a": 2}, ["a b", "b", "a"], ("a b", "b", "a"), iter(["a b", "b", "a"])]
)
def test_fixed_features(vocabulary: Any) -> None:
    features = fixed_features(vocabulary, Analysis())
    assert features.ngrams() == [("a", "b"), ("b",), ("a",)]
    assert features.n_columns == 3
    assert [features.column(gram) for gram in [("a", "b"), ("b",), ("a",), ("a", "b", "a")]] == [0, 1, 2, -1]


@pytest.mark.parametrize("vocabulary", [{"b", "a", "a b"}, frozenset({"a", "a b", "b"})])
def test_a_set_is_sorted(vocabulary: Any) -> None:
    assert fixed_features(vocabulary, Analysis()).ngrams() == [("a",), ("a", "b"), ("b",)]


def test_names_of_characters() -> None:
    features = fixed_features([" a", "ab", "b"], Analysis(analyzer="char_wb"))
    assert features.ngrams() == [(" ", "a"), ("a", "b"), ("b",)]


def test_columns_of_numpy() -> None:
    features = fixed_features({"a": np.int64(1), "b": np.int32(0)}, Analysis())
    assert features.ngrams() == [("b",), ("a",)]


@pytest.mark.parametrize(
    ("vocabulary", "message"),
    [
        ([], "empty vocabulary passed to fit"),
        ({}, "empty vocabulary passed to fit"),
        (set(), "empty vocabulary passed to fit"),
        (["a", "b", "a"], "Duplicate term in vocabulary: 'a'"),
        ({"a": 0, "b": 0}, "Vocabulary contains repeated indices"),
        ({"a": 0, "b": 2}, "Vocabulary of size 2 doesn't contain index 1"),
        ({"a": 1, "b": 2}, "Vocabulary of size 2 doesn't contain index 0"),
        ({"a": 0, "b": -1}, "Vocabulary of size 2 doesn't contain index 1"),
        # Names that are no text, and columns that are no numbers.
        ([1, 2], "ocabulary"),
        ({1: 0, "a": 1}, "ocabulary"),
        ({"a": 0, "b": "x"}, "ocabulary"),
        ({"a": 0.5, "b": 1}, "ocabulary"),
        ("abc", "ocabulary"),
    ],
)
def test_a_wrong_vocabulary_is_refused(vocabulary: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        fixed_features(vocabulary, Analysis())
