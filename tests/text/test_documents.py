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
from textgd.text.documents import check_documents, check_token_lists
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


# Some of the documents

some_tokens = st.lists(st.lists(st.sampled_from(["b", "a", "", "é", "a b"]), max_size=5), max_size=6)


def spelled(tokenized: TokenizedDocuments) -> list[list[str]]:
    terms = [*tokenized.vocabulary, "?"]
    return [[terms[i] for i in tokenized.ids[a:b]] for a, b in itertools.pairwise(tokenized.indptr.tolist())]


@given(some_tokens, st.data())
def test_select(documents: list[list[str]], data: st.DataObject) -> None:
    tokenized = TokenizedDocuments.from_tokens(documents)
    rows = data.draw(st.lists(st.sampled_from(range(len(documents))), max_size=9)) if documents else []
    selected = tokenized.select(np.array(rows, np.intp))
    assert spelled(selected) == [documents[row] for row in rows]
    assert selected.vocabulary is tokenized.vocabulary
    assert (selected.ids.dtype, selected.indptr.dtype) == (np.int32, np.int64)
    assert spelled(tokenized) == documents


def test_select_by_hand() -> None:
    tokenized = TokenizedDocuments.from_tokens([["b", "a"], [], ["c"]])
    selected = tokenized.select(np.array([2, 0, 0, 1], np.int32))
    assert selected.ids.tolist() == [2, 1, 0, 1, 0]
    assert selected.indptr.tolist() == [0, 1, 3, 5, 5]
    with pytest.raises(IndexError):
        tokenized.select(np.array([3]))
    # Unknown tokens stay unknown.
    aligned = tokenized.aligned(Vocabulary.from_terms(["a"]))
    assert aligned.select(np.array([0])).ids.tolist() == [1, 0]


@given(some_tokens, st.integers(-8, 8) | st.none(), st.integers(-8, 8) | st.none())
def test_a_slice_is_a_lists(documents: list[list[str]], first: int | None, stop: int | None) -> None:
    tokenized = TokenizedDocuments.from_tokens(documents)
    rows = slice(first, stop)
    low, high, _ = rows.indices(len(documents))
    if high < low:
        with pytest.raises(IndexError, match="forwards"):
            tokenized[rows]
        return
    part = tokenized[rows]
    assert spelled(part) == documents[rows]
    assert len(part) == len(documents[rows])
    assert part.indptr[0] == 0
    assert part.vocabulary is tokenized.vocabulary


def test_a_slice_is_no_copy() -> None:
    tokenized = TokenizedDocuments.from_tokens([["b", "a"], ["c", "a"], ["c"]])
    part = tokenized[1:]
    assert part.ids.tolist() == [2, 0, 2]
    assert np.shares_memory(part.ids, tokenized.ids)
    assert tokenized[1:][1:].ids.tolist() == [2]
    assert tokenized.indptr.tolist() == [0, 2, 4, 5]


@pytest.mark.parametrize("rows", [slice(None, None, 2), slice(None, None, -1), slice(2, 0)], ids=str)
def test_slices_with_gaps_are_refused(rows: slice) -> None:
    tokenized = TokenizedDocuments.from_tokens([["a"], ["b"], ["c"]])
    with pytest.raises(IndexError, match=r"forwards and without gaps, .*; see select"):
        tokenized[rows]


# Lists of tokens

Tokens = list[list[str]]
TOKENS: Tokens = [["free", "entry"], [], ["", "a b", "\ud800"]]


@pytest.mark.parametrize(
    "documents",
    [
        TOKENS,
        tuple(map(tuple, TOKENS)),
        (iter(tokens) for tokens in TOKENS),
        [np.array(tokens, object) for tokens in TOKENS],
        pd.Series(TOKENS),
        [pd.Series(tokens, dtype=object) for tokens in TOKENS],
    ],
    ids=["list", "tuple", "generator", "numpy", "pandas", "pandas in a list"],
)
def test_token_lists(documents: Any) -> None:
    checked = check_token_lists(documents)
    assert checked == TOKENS
    assert type(checked) is list
    assert {type(tokens) for tokens in checked} == {list}


def test_token_lists_are_copies() -> None:
    tokens = ["a", "b"]
    checked = check_token_lists([tokens])
    checked[0].append("c")
    assert tokens == ["a", "b"]


def test_no_token_lists() -> None:
    assert check_token_lists([]) == []
    assert check_token_lists(np.array([], object)) == []


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ("a b", r"texts is str; a list of documents is expected, each a list of tokens\."),
        (b"a b", "texts is bytes; a list of documents"),
        (None, "texts is NoneType"),
        (5, "texts is int"),
        (["a b"], r"texts: row 0 is str, not a list of tokens: 'a b'\. Cut it into tokens first"),
        ([["a"], b"a"], "texts: row 1 is bytes, not a list of tokens"),
        ([["a"], None], "texts: row 1 is NoneType, not a list of tokens: None"),
        ([["a"], 5.5], r"texts: row 1 is float, not a list of tokens: 5\.5"),
        (["x" * 1000], r"texts: row 0 is str, not a list of tokens: .{60}\. Cut"),
        ([["a"], ["b", 5]], r"texts: row 1 holds int, not a token of text: 5\."),
        ([["a", None]], "texts: row 0 holds NoneType, not a token of text"),
        ([["a", float("nan")]], "texts: row 0 holds float, not a token of text: nan"),
        ([[b"a"]], "texts: row 0 holds bytes, not a token of text"),
        ([[["a"]]], r"texts: row 0 holds list, not a token of text: \['a'\]"),
        ([np.array([1, 2])], "texts: row 0 holds int64, not a token of text"),
        ({"text": ["a"]}, "texts: row 0 is str, not a list of tokens: 'text'"),
    ],
)
def test_what_are_no_token_lists(documents: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        check_token_lists(documents, "texts")
