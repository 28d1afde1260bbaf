"""What a corpus argument may be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from textgd.corpus import Corpus, load_corpus
from textgd.corpus.fetch import is_fetched
from textgd.corpus.registry import find_manifest
from textgd.errors import DataError, FetchError, InvalidParameterError, UnknownNameError, UnlabeledError

Write = Callable[[str, "str | bytes"], Path]
TEXTS, LABELS = ["a", "b", "c"], [1, 0, 1]


def test_a_corpus_comes_back_as_it_is() -> None:
    corpus = Corpus(("a",), ("x",), "mine")
    assert load_corpus(corpus) is corpus


@pytest.mark.parametrize(
    "column", [list, tuple, np.array, lambda v: np.array(v, dtype=object), pd.Series, pl.Series, pa.array, iter]
)
def test_a_pair_of_any_columns(column: Callable[[list[Any]], Any]) -> None:
    corpus = load_corpus((column(TEXTS), column(LABELS)))
    assert corpus.texts == ("a", "b", "c")
    assert {type(text) for text in corpus.texts} == {str}
    assert corpus.labels == (1, 0, 1)
    assert corpus.name == "data"


def test_a_pair_keeps_the_type_of_its_labels() -> None:
    assert {type(label) for label in load_corpus((TEXTS, [True, False, True])).labels} == {bool}


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT])
def test_missing_cells_name_the_row(missing: Any) -> None:
    with pytest.raises(DataError, match="the text in row 2 is missing"):
        load_corpus((["a", missing], ["x", "y"]))
    with pytest.raises(DataError, match="the label in row 2 is missing"):
        load_corpus((["a", "b"], ["x", missing]))


@pytest.mark.parametrize("column", [pd.Series, pl.Series, pa.array])
def test_missing_cells_of_frames_name_the_row(column: Callable[[list[Any]], Any]) -> None:
    with pytest.raises(DataError, match="the text in row 2 is missing"):
        load_corpus((column(["a", None]), ["x", "y"]))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (("one string", ["x"]), "texts is one string"),
        ((["a"], "x"), "labels is one string"),
        ((pd.DataFrame({"t": TEXTS}), LABELS), r"texts has 2 dimensions \(3, 1\)"),
        ((pl.DataFrame({"t": TEXTS}), LABELS), "texts has 2 dimensions"),
        ((3, LABELS), "texts is int, which cannot be iterated"),
        ((TEXTS, LABELS[:2]), "3 documents but 2 labels"),
        ((TEXTS, LABELS, LABELS), "cannot be made from tuple"),
        (None, "cannot be made from NoneType"),
    ],
)
def test_what_is_no_pair_is_explained(source: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        load_corpus(source)


@pytest.mark.parametrize("source", [Corpus(("a",), ("x",), "c"), (["a"], ["x"]), "starter-spam"])
def test_reading_settings_need_something_to_read(source: Any) -> None:
    with pytest.raises(InvalidParameterError, match="label_column= says how a file is read"):
        load_corpus(source, label_column="label")


def test_unknown_name_suggests() -> None:
    with pytest.raises(UnknownNameError, match=r"no corpus is named 'sms-span'.*Did you mean sms-spam.*Allowed: "):
        load_corpus("sms-span")


def test_an_empty_name_is_not_the_working_directory() -> None:
    with pytest.raises(UnknownNameError, match="no corpus is named ''"):
        load_corpus("")


@pytest.mark.parametrize("path", ["missing.csv", "./missing", "a/b", Path("missing"), "x" * 5000 + ".csv", "nul\0.csv"])
def test_missing_file(path: str | Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        load_corpus(path)


def test_a_registered_name_goes_before_a_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write("starter-spam", "a\tone\n").parent)
    assert load_corpus("starter-spam").name == "starter-spam"
    assert load_corpus("./starter-spam").texts == ("one",)
    assert load_corpus(Path("starter-spam")).texts == ("one",)


def test_no_permission(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    path = write("x.csv", "text,label\na,b\n")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match=r"no permission to read .*x\.csv"):
        load_corpus(path)


@pytest.mark.parametrize("name", ["starter-spam", "starter-sentiment"])
def test_starters_are_there_without_fetching(name: str, cache: Path) -> None:
    corpus = load_corpus(name, download=False)
    assert len(corpus) >= 200
    assert len(corpus.classes) == 2
    assert not cache.exists()


def test_manifest_path_works_like_a_name() -> None:
    manifest = find_manifest("starter-spam")
    by_name = load_corpus("starter-spam")
    assert load_corpus(manifest.folder / "manifest.toml") == by_name
    assert load_corpus(str(manifest.folder)) == by_name


def test_without_download_a_corpus_must_be_there() -> None:
    assert not is_fetched(find_manifest("sms-spam"))
    with pytest.raises(FetchError, match="textgd corpora fetch sms-spam"):
        load_corpus("sms-spam", download=False)


# Further columns


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("c.csv", 'label,source,text\nham,web,see\nspam,"a,b\0",win\nham,,you\n'),
        ("c.tsv", "label\tsource\ttext\nham\tweb\tsee\nspam\ta,b\0\twin\nham\t\tyou\n"),
        (
            "c.jsonl",
            '{"label": "ham", "source": "web", "text": "see"}\n'
            '{"label": "spam", "source": "a,b\\u0000", "text": "win"}\n'
            '{"label": "ham", "text": "you"}\n',
        ),
    ],
)
def test_columns_that_are_asked_for_are_kept(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    corpus = load_corpus(tmp_path / name, columns=("source",))
    assert corpus.columns == {"source": ("web", "a,b\0", "")}
    assert corpus.select([2, 1]).columns == {"source": ("", "a,b\0")}
    plain = load_corpus(tmp_path / name)
    assert plain.columns is None
    assert plain.texts == corpus.texts


def test_a_column_by_its_number_and_the_text_itself(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("label,source,text\nham,web,see\n")
    corpus = load_corpus(tmp_path / "c.csv", columns=["2", "label"])
    assert corpus.columns == {"2": ("web",), "label": ("ham",)}


@pytest.mark.parametrize(
    ("name", "content", "settings", "error", "message"),
    [
        ("c.csv", "label,text\nham,see\n", {}, DataError, r"no column 'source' \(by\).*there are: 'label', 'text'"),
        ("c.csv", "ham,see\n", {"header": False}, DataError, "read without a header, and by='source'"),
        ("c.txt", "ham\tsee\n", {"format": "lines"}, InvalidParameterError, "format lines has no columns beside"),
        ("c.ft", "__label__ham see\n", {}, InvalidParameterError, "csv, tsv, jsonl have"),
    ],
)
def test_a_column_that_is_not_there(
    tmp_path: Path, name: str, content: str, settings: dict[str, Any], error: type[Exception], message: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(error, match=message):
        load_corpus(tmp_path / name, columns=("source",), **settings)


def test_a_registered_corpus_has_no_further_columns() -> None:
    with pytest.raises(InvalidParameterError, match="it has no columns beside text and label, and so no 'source'"):
        load_corpus("starter-spam", columns=("source",))


def test_columns_are_as_long_as_the_corpus() -> None:
    with pytest.raises(DataError, match="1 documents but 2 values of the column 'source'"):
        Corpus(("a",), ("ham",), "c", None, {"source": ("x", "y")})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("c.csv", "text\nsee\n"),
        ("c.csv", "see\nyou\n"),
        ("c.csv", "label,text\n,see\n,you\n"),
        ("c.jsonl", '{"text": "see"}\n'),
        ("c.jsonl", '{"text": "see", "label": ""}\n'),
        ("c.txt", "see\nyou\n"),
    ],
)
def test_a_file_without_any_label_is_told_apart(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(UnlabeledError):
        load_corpus(tmp_path / name)
