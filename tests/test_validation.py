"""What is refused of labels, weights and parameters, and with which words."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.sparse import csr_matrix
from sklearn.utils.class_weight import compute_class_weight

from textgd.errors import DataError, InvalidParameterError
from textgd.validation import (
    check_choice,
    check_counts,
    check_labels,
    check_number,
    check_sample_weight,
    encode_classes,
    resolve_class_prior,
    resolve_class_weight,
)

SPAM = np.array(["ham", "spam"])


@given(st.floats(), st.floats(-3, 3), st.booleans())
def test_numbers(value: float, low: float, above: bool) -> None:
    high = low + 2.0
    allowed = low < value <= high if above else low <= value <= high
    if allowed:
        check_number("x", value, low, high, above=above)
    else:
        with pytest.raises(InvalidParameterError, match=f"^x is {value!r}; ".replace("+", r"\+")):
            check_number("x", value, low, high, above=above)


@pytest.mark.parametrize("value", [1, 1.0, np.float32(1), np.int64(1), Fraction(1, 2)])
def test_kinds_of_numbers(value: Any) -> None:
    check_number("x", value, 0)


@pytest.mark.parametrize("value", [None, True, "1", np.bool_(True), 1j, [1.0], np.ones(1), float("inf"), float("nan")])
def test_what_is_no_number(value: Any) -> None:
    with pytest.raises(InvalidParameterError):
        check_number("x", value, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"low": 0}, "x is -1; a number from 0 on is expected."),
        ({"low": 0, "above": True}, "x is -1; a number above 0 is expected."),
        ({"low": 0, "high": 1}, "x is -1; a number from 0 to 1 is expected."),
        ({"low": 0, "high": 1, "above": True}, "x is -1; a number above 0 and up to 1 is expected."),
        ({"low": 1, "whole": True}, "x is -1; a whole number from 1 on is expected."),
        ({"low": 0, "words": ("auto",)}, "x is -1; a number from 0 on, or 'auto', is expected."),
    ],
)
def test_what_is_said_of_numbers(arguments: Any, message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        check_number("x", -1, **arguments)
    assert str(error.value) == message


def test_whole_numbers() -> None:
    check_number("x", np.int32(3), 1, whole=True)
    for value in (1.5, 3.0, "3", True):
        with pytest.raises(InvalidParameterError, match="a whole number from 1 on"):
            check_number("x", value, 1, whole=True)


def test_choices() -> None:
    check_choice("loss", "hinge", ["hinge", None])
    check_choice("loss", None, ["hinge", None])
    with pytest.raises(InvalidParameterError, match=r"^loss is 'x'; allowed are 'hinge', None\.$"):
        check_choice("loss", "x", ["hinge", None])


def test_counts() -> None:
    for X in (np.array([[0.0, 2.5]]), csr_matrix([[0, 1]]), np.empty((0, 3)), csr_matrix((2, 2))):
        check_counts(X, "Model")
    for X in (np.array([[0.5, -2.5]]), csr_matrix([[0.5, -2.5]])):
        with pytest.raises(DataError, match=r"^Negative values in data passed to Model: the least is -2\.5; "):
            check_counts(X, "Model")


@given(st.lists(st.sampled_from("abc"), min_size=1))
def test_classes(labels: list[str]) -> None:
    if len(set(labels)) < 2:
        with pytest.raises(DataError, match=f"^All {len(labels)} documents have the label '{labels[0]}': one class"):
            encode_classes(np.array(labels))
        return
    classes, codes = encode_classes(np.array(labels))
    assert classes.tolist() == sorted(set(labels))
    assert classes[codes].tolist() == labels


def test_no_rows_that_count() -> None:
    with pytest.raises(DataError, match="weights are zero for all documents"):
        encode_classes(np.array([], "U1"))


@given(st.lists(st.floats(0.1, 100), min_size=2, max_size=5))
def test_balanced_class_weights(totals: list[float]) -> None:
    classes = np.arange(len(totals))
    weights = resolve_class_weight("balanced", classes, np.array(totals))
    expected = compute_class_weight("balanced", classes=classes, y=classes, sample_weight=np.array(totals))
    assert_allclose(weights, expected, rtol=1e-12)
    assert_allclose(weights * totals, np.full(len(totals), sum(totals) / len(totals)), rtol=1e-12)


def test_class_weights() -> None:
    totals = np.array([3.0, 1.0])
    assert resolve_class_weight(None, SPAM, totals).tolist() == [1.0, 1.0]
    assert resolve_class_weight({"spam": 2}, SPAM, totals).tolist() == [1.0, 2.0]
    assert resolve_class_weight({np.int64(7): 3, 5: 0.5}, np.array([5, 7]), totals).tolist() == [0.5, 3.0]
    for given_weight, message in [
        ("foo", "class_weight is 'foo'; allowed are 'balanced' and a weight for each class, or None."),
        ([1, 2], "class_weight is [1, 2]; allowed are"),
        ({"eggs": 1}, "class_weight names no class: 'eggs'. The classes are 'ham', 'spam'."),
        ({"spam": 0}, "class_weight of 'spam' is 0; a number above 0 is expected."),
        ({"spam": -1}, "class_weight of 'spam' is -1;"),
        ({"spam": float("nan")}, "class_weight of 'spam' is nan;"),
        ({"spam": "2"}, "class_weight of 'spam' is '2';"),
    ]:
        with pytest.raises(InvalidParameterError) as error:
            resolve_class_weight(given_weight, SPAM, totals)
        assert str(error.value).startswith(message)


@pytest.mark.parametrize("prior", [{"spam": 0.25, "ham": 0.75}, [0.75, 0.25], np.array([0.75, 0.25])])
def test_class_priors(prior: Any) -> None:
    assert resolve_class_prior(prior, SPAM).tolist() == [0.75, 0.25]
    assert resolve_class_prior("uniform", SPAM).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("prior", "message"),
    [
        ("even", "class_prior is 'even'; allowed are 'uniform'"),
        ({"ham": 0.5, "eggs": 0.5}, "class_prior names no class: 'eggs'. The classes are 'ham', 'spam'."),
        ({"ham": 1.0}, "class_prior lacks the class 'spam'."),
        ([0.5, "x"], "class_prior is [0.5, 'x']; its probabilities have to be numbers."),
        ([1.0], "class_prior has the shape (1,); one probability for each of the 2 classes"),
        ([0.5, 0.6], "class_prior is [0.5, 0.6]; the probabilities have to be at least 0 and sum to 1 (they sum to"),
        ([1.5, -0.5], "class_prior is [1.5, -0.5];"),
        ([float("nan"), 1.0], "class_prior is [nan, 1.0];"),
    ],
)
def test_class_priors_that_are_refused(prior: Any, message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        resolve_class_prior(prior, SPAM)
    assert str(error.value).startswith(message)


class Kind(str, Enum):
    HAM = "ham"
    SPAM = "spam"


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["ham", "spam"], ["ham", "spam"]),
        (("ham", "spam"), ["ham", "spam"]),
        (np.array(["ham", "spam"]), ["ham", "spam"]),
        (np.array(["ham", "spam"], object), ["ham", "spam"]),
        (pd.Series(["ham", "spam"]), ["ham", "spam"]),
        (pd.Series(["ham", "spam"], dtype="category"), ["ham", "spam"]),
        ((label for label in ["ham", "spam"]), ["ham", "spam"]),
        ([Kind.HAM, Kind.SPAM], ["ham", "spam"]),
        ([1, 2], [1, 2]),
        (np.array([1, 2], np.int8), [1, 2]),
        ([True, False], [True, False]),
        ([1.0, 2.0], [1.0, 2.0]),
    ],
    ids=lambda labels: type(labels).__name__,
)
def test_labels(labels: Any, expected: list[Any]) -> None:
    found = check_labels(labels, 2).tolist()
    assert found == expected
    assert [type(label) for label in found] == [type(label) for label in expected]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "y is None; a label for each document is expected"),
        ("ab", "y is str; a sequence with one label a document"),
        ({"a": 1, "b": 2}, "y is dict;"),
        (7, "y is int;"),
        (np.zeros((2, 1)), "y has the shape (2, 1); one column is expected"),
        (["a"], "There are 2 documents and 1 labels"),
        (["a", None], "y: the label of row 1 is missing"),
        ([float("nan"), 1.0], "y: the label of row 0 is missing"),
        (pd.Series(["a", pd.NA]), "y: the label of row 1 is missing"),
        ([["a"], ["b"]], "y: the label of row 0 is list; str, int, float or bool is expected."),
        ([1.0, 1.5], "y: the label of row 1 is 1.5; labels that are float have to be whole numbers."),
        ([1.0, float("inf")], "y: the label of row 1 is inf;"),
        (["a", "a\0"], "y: the label of row 1, 'a\\x00', ends with a NUL character"),
        (["a", 1], "y holds labels of mixed types (int, str)"),
        ([1, True], "y holds labels of mixed types (bool, int)"),
        ([1, 2**70], f"y: the label {2**70} does not fit 64 bits"),
    ],
)
def test_labels_that_are_refused(labels: Any, message: str) -> None:
    with pytest.raises(DataError) as error:
        check_labels(labels, 2)
    assert str(error.value).startswith(message)


def test_no_documents() -> None:
    with pytest.raises(DataError, match="There are no documents to learn from"):
        check_labels([], 0)


def test_sample_weights() -> None:
    assert check_sample_weight(None, 3) is None
    found = check_sample_weight([0, 1, 2], 3)
    assert found is not None
    assert found.dtype == np.float64
    assert found.tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0], "sample_weight has the shape (1,); one weight for each of 2 documents."),
        (1.0, "sample_weight has the shape ();"),
        (np.ones((2, 1)), "sample_weight has the shape (2, 1);"),
        ([1.0, -0.5], "sample_weight: the weight of row 1 is -0.5; 0 or more is expected."),
        ([float("nan"), 1.0], "sample_weight: the weight of row 0 is nan;"),
        ([1.0, float("inf")], "sample_weight: the weight of row 1 is inf;"),
        (["a", "b"], "sample_weight holds what is no number"),
        ([1j, 1j], "sample_weight holds what is no number"),
    ],
)
def test_sample_weights_that_are_refused(weights: Any, message: str) -> None:
    with pytest.raises(DataError) as error:
        check_sample_weight(weights, 2)
    assert str(error.value).startswith(message)
