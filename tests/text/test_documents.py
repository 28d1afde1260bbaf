"""Columns of every kind come in as lists of text; what is no text is refused by its row."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from textgd.errors import DataError
from textgd.text import TokenizedDocuments
from textgd.text.documents import check_documents
from textgd.text.vocabulary import Vocabulary

TEXTS = ["free entry", "", "été \U0001f600", "a\x00b"]

COLUMNS: dict[str, Any] = {
    "list": TEXTS,
    "tuple": tuple(TEXTS),
    "numpy object": np.array(TEXTS, dtype=object),
    "numpy str": np.array(TEXTS),
    "numpy column": np.array(TEXTS, dtype=object).reshape(-1, 1),
    "pandas object": pd.Series(TEXTS, dtype=object, index=[7, 5, 3, 1]),
    "pandas string": pd.Series(TEXTS, dtype="string"),
    "pandas arrow": pd.Series(TEXTS, dtype=pd.ArrowDtype(pa.string())),
    "pandas category": pd.Series(TEXTS, dtype="category"),
    "pandas frame": pd.DataFrame({"text": TEXTS}, index=list("dcba")),
    "pandas index": pd.Index(TEXTS),
    "polars": pl.Series("text", TEXTS),
    "polars frame": pl.DataFrame({"text": TEXTS}),
    "arrow": pa.array(TEXTS),
    "arrow large": pa.array(TEXTS, pa.large_string()),
    "arrow chunks": pa.chunked_array([TEXTS[:1], TEXTS[1:]]),
    "arrow table": pa.table({"text": TEXTS}),
    "arrow batch": pa.record_batch({"text": TEXTS}),
    "numpy strings in a list": [np.str_(text) for text in TEXTS],
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_columns(kind: str) -> None:
    documents = check_documents(COLUMNS[kind])
    assert documents == TEXTS
    assert type(documents) is list
    assert {type(document) for document in documents} == {str}


@pytest.mark.parametrize(
    "empty", [[], (), np.array([], object), pd.Series([], dtype=object), pl.Series([], dtype=pl.String)]
)
def test_no_documents(empty: Any) -> None:
    assert check_documents(empty) == []


class Lazy:
    """A sequence that is neither list nor column."""

    def __len__(self) -> int:
        return 2

    def __getitem__(self, i: int) -> str:
        return ["a", "b"][i]


def test_any_sequence() -> None:
    assert check_documents(Lazy()) == ["a", "b"]


def test_documents_are_not_changed() -> None:
    texts = ["a", np.str_("b")]
    check_documents(texts)
    assert type(texts[1]) is np.str_


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("free", r"raw_documents is a single str; a list of documents is expected\. Pass \[text\]\."),
        (b"free", "raw_documents is a single bytes"),
        (iter(["a"]), "raw_documents is list_iterator, which can be read only once"),
        ((text for text in ["a"]), r"raw_documents is generator, which can be read only once .* list\(documents\)"),
        ({"a", "b"}, "raw_documents is a set, which has no order of rows"),
        (frozenset({"a"}), "raw_documents is a frozenset, which has no order"),
        ({"a": 1}, "raw_documents is a dict, which has no order"),
        (None, "raw_documents is NoneType"),
        (5, "raw_documents is int"),
        (open, "raw_documents is builtin_function_or_method"),
        (np.array("a"), r"raw_documents has the shape \(\)"),
        (np.array([[["a"]]]), r"raw_documents has the shape \(1, 1, 1\)"),
        (np.array([["a", "b"]]), "raw_documents has 2 columns; one column of documents is expected"),
        (pd.DataFrame({"a": ["x"], "b": ["y"]}), "raw_documents has 2 columns.*Pass the column that holds the text"),
        (pd.DataFrame(index=[0, 1]), "raw_documents has 0 columns"),
        (pl.DataFrame({"a": ["x"], "b": ["y"]}), "raw_documents has 2 columns"),
        (pa.table({"a": ["x"], "b": ["y"]}), "raw_documents has 2 columns"),
        (csr_matrix((3, 1)), "raw_documents is csr_matrix|raw_documents: row 0"),
    ],
)
def test_what_is_no_column(raw: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        check_documents(raw)


MISSING = (
    r"texts: row 2 is missing \(None or NaN\)\. Every document has to be a str; drop such rows or fill them with ''"
)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (["a", "b", None], MISSING),
        (["a", "b", float("nan")], MISSING),
        (["a", "b", np.float32("nan")], MISSING),
        (["a", "b", pd.NA], MISSING),
        (["a", "b", pd.NaT], MISSING),
        (pd.Series(["a", "b", None], dtype=object), MISSING),
        (pd.Series(["a", "b", np.nan], dtype=object), MISSING),
        (pd.Series(["a", "b", pd.NA], dtype="string"), MISSING),
        (pd.Series(["a", "b", None], dtype=pd.ArrowDtype(pa.string())), MISSING),
        (pd.DataFrame({"text": ["a", "b", None]}), MISSING),
        (pl.Series(["a", "b", None]), MISSING),
        (pl.DataFrame({"text": ["a", "b", None]}), MISSING),
        (pa.array(["a", "b", None]), MISSING),
        (pa.table({"text": ["a", "b", None]}), MISSING),
        (np.array(["a", "b", None], object), MISSING),
        (["a", 5, None], "texts: row 1 is int, not text: 5"),
        (["a", b"b"], "texts: row 1 is bytes, not text: b'b'"),
        ([["a"]], r"texts: row 0 is list, not text: \['a'\]"),
        (["a", np.array([1, 2])], "texts: row 1 is ndarray, not text"),
        ([pd.Series(["a", "b"])], "texts: row 0 is Series, not text"),
        ([datetime.date(2020, 1, 1)], "texts: row 0 is date, not text"),
        (range(3), "texts: row 0 is int, not text: 0"),
        (pd.Series([1.5, 2.5]), r"texts: row 0 is float, not text: 1\.5"),
        (["a", ["x" * 1000]], r"texts: row 1 is list, not text: .{60}\. Every"),
    ],
)
def test_cells_that_are_no_text(raw: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        check_documents(raw, "texts")


# Tokenized


@given(st.lists(st.lists(st.sampled_from(["b", "a", "", "é", "\ud800", "a b"]), max_size=5), max_size=5))
def test_from_tokens(documents: list[list[str]]) -> None:
    tokenized = TokenizedDocuments.from_tokens(documents)
    terms = list(tokenized.vocabulary)
    assert terms == sorted({token for tokens in documents for token in tokens})
    assert len(tokenized) == len(documents)
    assert (tokenized.ids.dtype, tokenized.indptr.dtype) == (np.int32, np.int64)
    ends = tokenized.indptr.tolist()
    assert [[terms[i] for i in tokenized.ids[a:b]] for a, b in itertools.pairwise(ends)] == documents


def test_from_tokens_takes_iterators() -> None:
    tokenized = TokenizedDocuments.from_tokens(iter(text.split()) for text in ["b a", "a"])
    assert tokenized.ids.tolist() == [1, 0, 0]


def test_aligned() -> None:
    tokenized = TokenizedDocuments.from_tokens([["b", "c"], ["a", "b"]])
    aligned = tokenized.aligned(Vocabulary.from_terms(["b", "a", "x"]))
    assert aligned.ids.tolist() == [1, 3, 0, 1]
    assert aligned.indptr.tolist() == [0, 2, 4]
    # Unknown tokens stay unknown.
    assert aligned.aligned(Vocabulary.from_terms(["x"])).ids.tolist() == [1, 1, 1, 1]
    assert aligned.aligned(Vocabulary.from_terms(["b", "c"])).ids.tolist() == [0, 2, 2, 0]
