"""A corpus that is written reads as the same corpus, or is refused with the row."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from textgd.corpus import Corpus, load_corpus
from textgd.corpus.writing import check_corpus_file, write_corpus
from textgd.errors import DataError, InvalidParameterError

characters = st.characters(exclude_categories=("Cs",), exclude_characters="\t\n\r\0")
texts = st.lists(
    st.text(characters, max_size=12) | st.sampled_from(['"a"', '"', 'a "b" c', "a,b;c", " ", "é"]), min_size=2
)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=texts, split=st.booleans())
def test_round_trip(tmp_path: Path, suffix: str, texts: list[str], split: bool) -> None:
    parts = ("train", "test", None)
    corpus = Corpus(
        tuple(texts),
        tuple("xy"[i % 2] for i in range(len(texts))),
        "c",
        tuple(parts[i % 3] for i in range(len(texts))) if split else None,
    )
    path = tmp_path / f"c{suffix}"
    write_corpus(corpus, path, {"suspect": ["x"] * len(texts)})
    again = load_corpus(path)
    assert (again.texts, again.labels, again.split) == (corpus.texts, corpus.labels, corpus.split)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_line_ends_and_tabs_survive(tmp_path: Path, suffix: str) -> None:
    corpus = Corpus(("a\nb\tc", 'd\r\n"e"', "f"), ("x", "y", "x"), "c")
    write_corpus(corpus, tmp_path / f"c{suffix}")
    assert load_corpus(tmp_path / f"c{suffix}").texts == corpus.texts


def test_what_a_format_cannot_hold_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="document 2 holds a tab"):
        write_corpus(Corpus(("a", "b\tc"), ("x", "y"), "c"), tmp_path / "c.tsv")
    with pytest.raises(DataError, match="half a character"):
        write_corpus(Corpus(("a", "b\ud800"), ("x", "y"), "c"), tmp_path / "c.csv")
    with pytest.raises(InvalidParameterError, match="'label'"):
        write_corpus(Corpus(("a", "b"), ("x", "y"), "c"), tmp_path / "c.csv", {"label": ["", ""]})
    assert list(tmp_path.iterdir()) == []


def test_the_source_is_never_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "source.csv"
    source.write_text("text,label\na,x\n")
    (tmp_path / "link.csv").symlink_to(source)
    os.link(source, tmp_path / "hard.csv")
    for name in ("source.csv", "link.csv", "hard.csv"):
        with pytest.raises(InvalidParameterError, match="what is read here"):
            check_corpus_file(tmp_path / name, source)
    with pytest.raises(InvalidParameterError, match="or in it"):
        check_corpus_file(tmp_path / "other.csv", tmp_path)
    with pytest.raises(InvalidParameterError, match=r"\.csv, \.tsv, \.jsonl"):
        check_corpus_file(tmp_path / "other.txt", source)
    assert check_corpus_file(tmp_path / "other.csv", source) == tmp_path / "other.csv"
