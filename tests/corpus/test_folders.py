"""Directories as corpora."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from textgd.corpus import load_corpus
from textgd.errors import DataError, InvalidParameterError

Write = Callable[[str, "str | bytes"], Path]


def test_a_folder_for_each_class(write: Write, tmp_path: Path) -> None:
    write("mail/spam/2.txt", "second\nline\n")
    write("mail/spam/1.txt", gzip.compress(b"first"))
    write("mail/a b/x", "")
    write("mail/spam/.hidden", "no")
    write("mail/.git/config", "no")
    write("mail/README", "no document")
    corpus = load_corpus(tmp_path / "mail")
    assert corpus.texts == ("", "first", "second\nline\n")
    assert corpus.labels == ("a b", "spam", "spam")
    assert (corpus.name, corpus.split) == ("mail", None)


def test_train_and_test_around_the_classes(write: Write, tmp_path: Path) -> None:
    for path in ("test/neg/1", "test/pos/1", "train/neg/1", "train/pos/1"):
        write(f"reviews/{path}", path)
    corpus = load_corpus(str(tmp_path / "reviews"))
    assert corpus.texts == ("test/neg/1", "test/pos/1", "train/neg/1", "train/pos/1")
    assert corpus.labels == ("neg", "pos", "neg", "pos")
    assert corpus.split == ("test", "test", "train", "train")


def test_classes_that_are_called_train_and_test(write: Write, tmp_path: Path) -> None:
    write("words/train/1.txt", "locomotive")
    write("words/test/1.txt", "exam")
    corpus = load_corpus(tmp_path / "words")
    assert (corpus.labels, corpus.split) == (("test", "train"), None)


def test_a_file_for_each_class(write: Write, tmp_path: Path) -> None:
    write("mail/spam.txt", "win\n\ncash\r\n")
    write("mail/ham.txt.gz", gzip.compress(b"hello"))
    write("mail/README.md", "no class")
    corpus = load_corpus(tmp_path / "mail")
    assert corpus.texts == ("hello", "win", "", "cash")
    assert corpus.labels == ("ham", "spam", "spam", "spam")


def test_two_files_of_one_class(write: Write, tmp_path: Path) -> None:
    write("mail/spam.txt", "a")
    write("mail/spam.txt.gz", gzip.compress(b"b"))
    with pytest.raises(DataError, match=r"spam\.txt and spam\.txt\.gz are both class 'spam'"):
        load_corpus(tmp_path / "mail")


def test_a_directory_of_neither_layout(write: Write, tmp_path: Path) -> None:
    write("some/notes.md", "a")
    write("some/one.txt", "a")
    (tmp_path / "some" / "empty").mkdir()
    with pytest.raises(DataError, match=r"some is a directory, and not one of labeled text. Expected: a folder for"):
        load_corpus(tmp_path / "some")


def test_a_directory_of_both_layouts(write: Write, tmp_path: Path) -> None:
    write("both/spam/1", "x")
    write("both/a.txt", "one\n")
    write("both/b.txt", "two\n")
    with pytest.raises(DataError, match=r"--format folders\) or format='files'"):
        load_corpus(tmp_path / "both")
    assert load_corpus(tmp_path / "both", format="folders").labels == ("spam",)
    assert load_corpus(tmp_path / "both", format="files").labels == ("a", "b")


def test_a_folder_inside_a_class(write: Write, tmp_path: Path) -> None:
    write("mail/spam/1", "x")
    write("mail/ham/old/1", "x")
    with pytest.raises(DataError, match=r"ham is the folder of a class but holds the folder 'old'"):
        load_corpus(tmp_path / "mail")


def test_a_document_that_is_not_utf8_is_named(write: Write, tmp_path: Path) -> None:
    write("mail/spam/1", b"a\n\xff")
    with pytest.raises(DataError, match=r"mail/spam/1: byte 0xff at offset 2 \(line 2\)"):
        load_corpus(tmp_path / "mail")
    assert load_corpus(tmp_path / "mail", encoding="latin-1").texts == ("a\nÿ",)


def test_formats_and_kinds_of_path_that_do_not_fit(write: Write, tmp_path: Path) -> None:
    file = write("mail/spam/1", "x")
    with pytest.raises(DataError, match="is a directory; format csv needs a file"):
        load_corpus(tmp_path / "mail", format="csv")
    with pytest.raises(DataError, match="1 is no directory, but format folders needs one"):
        load_corpus(file, format="folders")
    with pytest.raises(DataError, match="holds no document"):
        load_corpus(tmp_path / "mail", format="files")
    with pytest.raises(InvalidParameterError, match="format folders has no columns"):
        load_corpus(tmp_path / "mail", text_column="text")
