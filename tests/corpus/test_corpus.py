"""The corpus and what it refuses."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from textgd.corpus import Corpus
from textgd.errors import DataError, InvalidParameterError

THREE = Corpus(("a", "b", "c"), ("y", "x", "y"), "three", ("train", None, "test"))


def test_counts() -> None:
    assert len(THREE) == 3
    assert THREE.classes == ("x", "y")
    assert list(THREE.class_counts.items()) == [("x", 1), ("y", 2)]


def test_repr_shows_no_text() -> None:
    assert repr(THREE) == "Corpus('three', 3 documents: x 1, y 2)"


def test_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        THREE.name = "other"  # type: ignore[misc]


def test_select_keeps_the_order_of_the_rows() -> None:
    assert THREE.select(np.array([2, 0, 0])) == Corpus(
        ("c", "a", "a"), ("y", "y", "y"), "three", ("test", "train", "train")
    )
    assert Corpus(("a",), (1,), "one").select([]).split is None


def test_select_refuses_a_mask() -> None:
    with pytest.raises(InvalidParameterError, match="not a mask"):
        THREE.select(np.array([True, False, True]))


@pytest.mark.parametrize(
    ("texts", "labels", "split", "said"),
    [
        (("a", "b"), ("x",), None, "2 documents but 1 labels"),
        (("a", None), ("x", "y"), None, r"text in row 2 is missing \(None\)"),
        (("a", float("nan")), ("x", "y"), None, r"text in row 2 is missing \(nan\)"),
        (("a", b"b"), ("x", "y"), None, r"text in row 2 is b'b' \(bytes\), not a string"),
        (("a", 3), ("x", "y"), None, r"text in row 2 is 3 \(int\), not a string"),
        (("a", "b"), ("x", None), None, r"label in row 2 is missing \(None\)"),
        (("a", "b"), (1.0, float("nan")), None, r"label in row 2 is missing \(nan\)"),
        (("a", "b"), ("x", ["y", "z"]), None, r"label in row 2 is \['y', 'z'\] \(list\). One label per document"),
        (("a", "b"), ("x", "y"), ("train",), "2 documents but 1 split entries"),
        (("a", "b"), ("x", "y"), ("train", "later"), "split entry 'later' is not one of train, dev, test"),
    ],
)
def test_what_is_no_corpus_is_refused(
    texts: tuple[Any, ...], labels: tuple[Any, ...], split: tuple[str, ...] | None, said: str
) -> None:
    with pytest.raises(DataError, match=f"mine: .*{said}"):
        Corpus(texts, labels, "mine", split)


def test_labels_of_mixed_types_are_refused_when_sorted() -> None:
    with pytest.raises(DataError, match=r"mix types that cannot be sorted \(int, str\)"):
        _ = Corpus(("a", "b"), (1, "x"), "mixed").classes


def test_parts_are_those_of_a_split_that_tests() -> None:
    corpus = Corpus(tuple("abcd"), tuple("xyxy"), "four", ("train", "test", None, "test"))
    assert (corpus.part("test").texts, corpus.part("train").texts) == (("b", "d"), ("a",))
    assert (corpus.part_rows("test"), corpus.part_rows("train")) == ([1, 3], [0])
    for split in (None, ("train", "dev", None, "train")):
        whole = Corpus(corpus.texts, corpus.labels, "four", split)
        assert whole.part("test") is whole.part("train") is whole
        assert whole.part_rows("test") is None
    with pytest.raises(DataError, match="four: the split marks documents for test and none for train"):
        Corpus(corpus.texts, corpus.labels, "four", ("test", None, None, None)).part("train")
