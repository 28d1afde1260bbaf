"""Which column is the text, which the label, which the split."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from textgd.corpus import load_corpus
from textgd.errors import DataError, InvalidParameterError

Write = Callable[[str, "str | bytes"], Path]


@pytest.mark.parametrize(
    "header",
    ["text,label", "Review,Sentiment", " MESSAGE , Class ", "v2,v1", "tweet,stars", "sms,category", "body,target"],
)
def test_usual_names_in_any_case(header: str, write: Write) -> None:
    corpus = load_corpus(write("x.csv", f"{header}\nhello,a\nworld,b\n"))
    assert (corpus.texts, corpus.labels) == (("hello", "world"), ("a", "b"))


def test_first_of_several_usual_names_wins(write: Write) -> None:
    corpus = load_corpus(write("x.csv", "rating,label,comment,text\n5,a,no,yes\n"))
    assert (corpus.texts, corpus.labels) == (("yes",), ("a",))


@pytest.mark.parametrize(
    ("text_column", "label_column"), [("said", "by"), ("SAID", "By"), (3, 2), ("3", "2"), ("said", 2), (3, "by")]
)
def test_columns_by_name_or_number(text_column: str | int, label_column: str | int, write: Write) -> None:
    path = write("x.csv", "id,by,said\n1,a,hello\n2,b,world\n")
    # without a name there is nothing to tell a header from a document
    header = True if isinstance(text_column, int) or text_column.isdigit() else None
    corpus = load_corpus(path, text_column=text_column, label_column=label_column, header=header)
    assert (corpus.texts, corpus.labels) == (("hello", "world"), ("a", "b"))


def test_a_name_goes_before_a_number(write: Write) -> None:
    corpus = load_corpus(write("x.csv", "2,1\nhello,a\n"), text_column="2", label_column="1")
    assert corpus.texts == ("hello",)


def test_numbers_without_header_take_the_first_row(write: Write) -> None:
    corpus = load_corpus(write("x.csv", "1,a,hello\n2,b,world\n"), text_column=3, label_column=2)
    assert corpus.texts == ("hello", "world")


def test_header_can_be_forced(write: Write) -> None:
    path = write("x.tsv", "text\tlabel\nspam\thello\n")
    assert load_corpus(path).texts == ("spam",)
    assert load_corpus(path, header=False).texts == ("label", "hello")
    other = write("y.tsv", "kind\tsaid\nspam\thello\n")
    assert load_corpus(other).texts == ("said", "hello")
    assert load_corpus(other, header=True, text_column=2, label_column=1).texts == ("hello",)


def test_two_columns_without_names_are_label_and_text(write: Write) -> None:
    path = write("x.csv", "spam,win\nham,hello\nham,you\n")
    assert load_corpus(path).labels == ("spam", "ham", "ham")
    assert load_corpus(path, text_column=1).texts == ("spam", "ham", "ham")
    assert load_corpus(path, label_column=2).texts == ("spam", "ham", "ham")


def test_exchanged_columns_are_noticed(write: Write) -> None:
    path = write("x.csv", "win,spam\nhello,ham\nyou,ham\n")
    with pytest.raises(DataError, match=r"3 classes and 2 distinct texts.*text_column=1.*label_column=2"):
        load_corpus(path)
    assert load_corpus(path, text_column=1, label_column=2).labels == ("spam", "ham", "ham")


@pytest.mark.parametrize(
    ("content", "settings", "said"),
    [
        ("text,mark\na,b\n", {}, "no column is named like a label. .* there are: 'text', 'mark'. .*--label-column"),
        ("phrase,label\na,b\n", {}, "no column is named like a text. .* 'phrase', 'label'.*--text-column"),
        ("y,Great product\nn,Bad\n", {}, "header=False"),
        ("text,label\na,b\n", {"label_column": "stars"}, "no column 'stars' .* there are: 'text', 'label'"),
        ("text,label\na,b\n", {"label_column": 3}, "no column 3"),
        ("a,b,c\nd,e,f\n", {}, "no header .* 3 columns. Pick them by number"),
        ("a,b,c\nd,e,f\n", {"text_column": 1, "label_column": 4}, "no column 4"),
        ("text,label,text\na,b,c\n", {}, r"2 columns are named 'text' \(columns 1 and 3\)"),
        ("text,label,Text\na,b,c\n", {}, "2 columns are named 'text'"),
        ("a,b,b\na,b,c\n", {"text_column": "a", "label_column": "b"}, "2 columns are named 'b'"),
        ("text,label\na,b\n", {"text_column": "label"}, "text and label are the same column"),
        ("text,label\na,b\n", {"header": False, "text_column": "text"}, "read without a header"),
    ],
)
def test_bad_columns_are_explained(
    content: str, settings: dict[str, str | int | bool], said: str, write: Write
) -> None:
    with pytest.raises(DataError, match=said):
        load_corpus(write("x.csv", content), **settings)  # type: ignore[arg-type]


def test_bad_column_settings(write: Write) -> None:
    path = write("x.csv", "text,label\na,b\n")
    with pytest.raises(InvalidParameterError, match="counted from 1"):
        load_corpus(path, text_column=0)
    with pytest.raises(InvalidParameterError, match="are both 'text'"):
        load_corpus(path, text_column="text", label_column="text")
    with pytest.raises(InvalidParameterError, match="format lines has no columns"):
        load_corpus(path, format="lines", text_column=2)


def test_columns_of_json_lines(write: Write) -> None:
    path = write("x.jsonl", '{"id": 1, "said": "hello", "by": "a"}\n{"by": "b", "said": "world", "id": 2}\n')
    assert load_corpus(path, text_column="said", label_column="by").texts == ("hello", "world")
    assert load_corpus(path, text_column=2, label_column=3).labels == ("a", "b")
    with pytest.raises(DataError, match=r"no column is named like a text.*'id', 'said', 'by'") as caught:
        load_corpus(path)
    assert "header" not in str(caught.value)


@pytest.mark.parametrize("name", ["split", "Fold", "set"])
def test_split_column(name: str, write: Write) -> None:
    rows = "a,x,train\nb,y,Test\nc,x,validation\nd,y,dev\ne,x,\nf,y,null\n"
    corpus = load_corpus(write("x.csv", f"text,label,{name}\n{rows}"))
    assert corpus.split == ("train", "test", "dev", "dev", None, None)


@pytest.mark.parametrize("values", [("train", "other"), ("", "null"), ("1", "2")])
def test_a_column_of_other_values_is_no_split(values: tuple[str, str], write: Write) -> None:
    first, second = values
    assert load_corpus(write("x.csv", f"text,label,split\na,x,{first}\nb,y,{second}\n")).split is None


def test_split_of_json_lines(write: Write) -> None:
    lines = '{"text": "a", "label": "x", "split": "test"}\n{"text": "b", "label": "y", "split": null}\n'
    assert load_corpus(write("x.jsonl", lines)).split == ("test", None)
