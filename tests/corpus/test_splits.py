"""The rows that train and the rows that test."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgd.corpus import holdout
from textgd.errors import DataError, InvalidParameterError

LABELS = ["ham"] * 60 + ["spam"] * 40


@given(
    st.lists(st.sampled_from("abc"), min_size=30).filter(lambda x: min(Counter(x).values()) >= 10 and len(set(x)) > 1),
    st.integers(0, 99),
)
def test_every_row_is_on_one_side_and_every_class_on_both(labels: list[str], seed: int) -> None:
    train, test = holdout(labels, random_state=seed)
    assert sorted([*train, *test]) == list(range(len(labels)))
    assert np.all(np.diff(train) > 0)
    assert np.all(np.diff(test) > 0)
    assert {labels[i] for i in train} == {labels[i] for i in test} == set(labels)


def test_stratified_and_repeatable() -> None:
    train, test = holdout(LABELS, test_size=0.25, random_state=3)
    assert Counter(LABELS[i] for i in test) == {"ham": 15, "spam": 10}
    again = holdout(LABELS, test_size=0.25, random_state=3)
    assert np.array_equal(train, again[0])
    assert np.array_equal(test, again[1])
    assert not np.array_equal(test, holdout(LABELS, test_size=0.25, random_state=4)[1])


@pytest.mark.parametrize("labels", [[0, 1] * 10, [True, False] * 10, np.array(["a", "b"] * 10)])
def test_labels_of_any_type(labels: Any) -> None:
    assert len(holdout(labels)[1]) == 4


def test_official_split_decides_alone() -> None:
    split = ["test", "train", "dev", "train", None]
    train, test = holdout(["a", "b", "a", "a", "b"], split=split, test_size=0.9)
    assert (train.tolist(), test.tolist()) == ([1, 3], [0])


def test_a_split_without_test_is_passed_over() -> None:
    rows = holdout(LABELS, split=["train", "dev"] * 50)
    assert [len(part) for part in rows] == [80, 20]


@pytest.mark.parametrize(
    ("labels", "split", "said"),
    [
        ([], None, "the corpus has no documents"),
        (["a"] * 9, None, "the corpus has one class only, 'a'"),
        (["a"] * 9 + ["b"], None, "class 'b' has one document.*Add documents"),
        (["a", "b"], ["test", None], "for test and none for train"),
        (["a", "b"], ["test"], "2 labels but 1 split entries"),
        (["a", "b", "b"], ["test", "train", "train"], "the training part of the split has one class only, 'b'"),
    ],
)
def test_labels_that_cannot_be_split(labels: list[str], split: list[str | None] | None, said: str) -> None:
    with pytest.raises(DataError, match=said):
        holdout(labels, split=split)


@pytest.mark.parametrize("test_size", [0, 1, -0.1, 1.5, 20, True, float("nan"), "0.2"])
def test_test_size_out_of_range(test_size: Any) -> None:
    with pytest.raises(InvalidParameterError, match=r"test_size=.*\(--test-size.*between 0 and 1"):
        holdout(LABELS, test_size=test_size)


@pytest.mark.parametrize(
    ("labels", "test_size", "said"),
    [
        (LABELS, 0.001, "leaves 1 of 100 documents for the test part, .* 2 classes. Make it larger"),
        (LABELS, 0.999, "leaves 0 of 100 documents for the training part, .* 2 classes. Make it smaller"),
        (["a"] * 96 + ["b"] * 4, 0.05, "none of the 4 documents of class 'b' in the test part. Take 0.25 or more"),
        (["a"] * 96 + ["b"] * 4, 0.95, "none of the 4 documents of class 'b' in the training part. Take 0.75 or less"),
    ],
)
def test_test_size_that_leaves_a_class_out(labels: list[str], test_size: float, said: str) -> None:
    with pytest.raises(InvalidParameterError, match=said):
        holdout(labels, test_size=test_size)
