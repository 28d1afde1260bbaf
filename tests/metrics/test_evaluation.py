"""Plain counts agree with scikit-learn's metrics, and what is undefined says so."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    confusion_matrix,
    f1_score,
    log_loss,
    precision_recall_fscore_support,
)

from textgd.errors import DataError
from textgd.metrics import evaluate_predictions, wilson_interval
from textgd.metrics.calibration import calibration_error

NOTHING = {"value": None, "low": None, "high": None}
CLASSES = {
    "str": ["ham", "spam"],
    "names with spaces": ["free entry", "see\tyou", "🙂", ""],
    "int": [-1, 0, 7],
    "bool": [False, True],
    "numpy": np.array(["a", "b", "c"]),
}


# Against scikit-learn


@pytest.mark.parametrize("classes", CLASSES.values(), ids=CLASSES)
@pytest.mark.parametrize("n", [1, 3, 200])
def test_every_measure_is_scikit_learns(classes: Any, n: int) -> None:
    rng = np.random.default_rng(n)
    true = [classes[i] for i in rng.integers(len(classes), size=n)]
    probabilities = rng.dirichlet(np.ones(len(classes)), size=n)
    # One certain mistake, so that the logarithm of 0 is met.
    certain = 1 if classes[0] == true[0] else 0
    probabilities[0] = np.eye(len(classes))[certain]
    predicted = [classes[i] for i in probabilities.argmax(axis=1)]

    evaluation = evaluate_predictions(true, predicted, classes, probabilities)

    order = list(classes)
    assert evaluation.labels == tuple(order)
    np.testing.assert_array_equal(evaluation.confusion, confusion_matrix(true, predicted, labels=order))
    assert evaluation.n_documents == n
    assert evaluation["accuracy"] == wilson_interval(int(accuracy_score(true, predicted, normalize=False)), n)
    expected = precision_recall_fscore_support(true, predicted, labels=order, zero_division=np.nan)
    reports = [(r.precision.value, r.recall.value, r.f1.value, r.support) for r in evaluation.classes]
    np.testing.assert_allclose(np.array(reports).T, np.array(expected), rtol=1e-14)
    assert [r.label for r in evaluation.classes] == order
    macro = f1_score(true, predicted, labels=order, average="macro", zero_division=np.nan)
    assert evaluation["f1_macro"].value == pytest.approx(macro, rel=1e-14)
    # scikit-learn reads columns in sorted order of the labels.
    columns = np.argsort(np.array(order))
    ordered = probabilities[:, columns]
    assert evaluation["log_loss"].value == pytest.approx(log_loss(true, ordered, labels=sorted(order)), rel=1e-12)
    assert evaluation["brier"].value == pytest.approx(
        brier_score_loss(true, ordered, labels=sorted(order), scale_by_half=True), rel=1e-12
    )
    assert evaluation.unseen == {}


def test_brier_of_two_classes_is_the_squared_error_of_one_probability() -> None:
    evaluation = evaluate_predictions([1, 0, 1], [1, 0, 0], [0, 1], [[0.1, 0.9], [0.8, 0.2], [0.6, 0.4]])
    assert evaluation["brier"].value == pytest.approx((0.1**2 + 0.2**2 + 0.6**2) / 3)


def test_unseen_labels_are_errors_with_rows_of_their_own() -> None:
    true = ["spam", "ham", "news", "ham", "ad", "news"]
    predicted = ["spam", "spam", "ham", "ham", "ham", "spam"]
    probabilities = np.array([[0.1, 0.9], [0.4, 0.6], [0.7, 0.3], [1.0, 0.0], [0.5, 0.5], [0.2, 0.8]])
    evaluation = evaluate_predictions(true, predicted, ["ham", "spam"], probabilities)

    assert evaluation.labels == ("ham", "spam", "ad", "news")
    assert evaluation.unseen == {"ad": 1, "news": 2}
    np.testing.assert_array_equal(
        evaluation.confusion, confusion_matrix(true, predicted, labels=list(evaluation.labels))
    )
    assert evaluation.confusion.sum() == evaluation.n_documents == 6
    assert evaluation["accuracy"] == wilson_interval(2, 6)
    news = evaluation.classes[3]
    assert math.isnan(news.precision.value)
    assert (news.recall.value, news.f1.value, news.support) == (0.0, 0.0, 2)
    assert evaluation["f1_macro"].value == pytest.approx(
        f1_score(true, predicted, average="macro", zero_division=np.nan)
    )

    # The same as a model that knows all four labels and gives the last two no probability.
    names = ["ad", "ham", "news", "spam"]
    padded = np.zeros((6, 4))
    padded[:, [1, 3]] = probabilities
    assert evaluation["log_loss"].value == pytest.approx(log_loss(true, padded, labels=names))
    assert evaluation["brier"].value == pytest.approx(brier_score_loss(true, padded, labels=names, scale_by_half=True))


def test_unseen_labels_of_several_types_have_an_order() -> None:
    evaluation = evaluate_predictions(["b", 2, None, "a", 1], ["x"] * 5, ["x"])
    assert list(evaluation.unseen) == [None, 1, 2, "a", "b"]


def test_one_class_only() -> None:
    evaluation = evaluate_predictions(["a", "a"], ["a", "a"], ["a"], [[1.0], [1.0]])
    assert evaluation.confusion.tolist() == [[2]]
    assert evaluation["accuracy"].value == evaluation["f1_macro"].value == 1.0
    assert evaluation["log_loss"].value == evaluation["brier"].value == evaluation["ece"].value == 0.0


def test_a_class_neither_met_nor_predicted_is_undefined_and_outside_the_mean() -> None:
    evaluation = evaluate_predictions(["a", "b"], ["a", "a"], ["a", "b", "c"])
    missing = evaluation.classes[2]
    assert all(math.isnan(share.value) for share in (missing.precision, missing.recall, missing.f1))
    assert evaluation["f1_macro"].value == pytest.approx((2 / 3 + 0.0) / 2)


def test_without_probabilities_there_is_no_loss() -> None:
    evaluation = evaluate_predictions([1], [1], [0, 1])
    assert not {"log_loss", "brier", "ece", "roc_auc", "one_minus_roca"} & set(evaluation.metrics)
    assert evaluation.calibration is None
    assert evaluation.curves == evaluation.thresholds == ()


# Calibration


def slow_calibration_error(confidence: list[float], is_right: list[bool], n_bins: int = 15) -> float:
    """Return the gap of each bin, from above its lower edge up to its upper one, by the definition."""
    total = 0.0
    for number in range(n_bins):
        low, high = number / n_bins, (number + 1) / n_bins
        held = [i for i, p in enumerate(confidence) if low < p <= high or (number == 0 and p == 0.0)]
        if held:
            mean = sum(confidence[i] for i in held) / len(held)
            accuracy = sum(is_right[i] for i in held) / len(held)
            total += len(held) / len(confidence) * abs(mean - accuracy)
    return total


@given(
    st.lists(
        st.tuples(st.one_of(st.floats(0.0, 1.0), st.integers(0, 60).map(lambda k: k / 60)), st.booleans()), min_size=1
    )
)
def test_calibration_error_is_its_definition(documents: list[tuple[float, bool]]) -> None:
    confidence, is_right = [p for p, _ in documents], [right for _, right in documents]
    error = calibration_error(np.array(confidence), np.array(is_right)).value
    # Which bin an edge is in is a question of rounding where 15 p is no whole number in the end.
    if all(abs(15 * p - round(15 * p)) > 1e-9 or p in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0) for p in confidence):
        assert error == pytest.approx(slow_calibration_error(confidence, is_right), abs=1e-12)
    assert 0.0 <= error <= 1.0


def test_calibration_error_by_hand() -> None:
    # Two bins: 0.95 and 0.97 in the last, one of them right; 0.61 and 0.65 in the tenth, both right.
    probabilities = [[0.95, 0.05], [0.97, 0.03], [0.61, 0.39], [0.35, 0.65]]
    evaluation = evaluate_predictions(["a", "b", "a", "b"], ["a", "a", "a", "b"], ["a", "b"], probabilities)
    expected = (abs(0.95 + 0.97 - 1.0) + abs(0.61 + 0.65 - 2.0)) / 4
    assert evaluation["ece"].value == pytest.approx(expected)


def test_a_confidence_on_the_edge_of_two_bins_belongs_to_the_lower_one() -> None:
    # 0.8 is the upper edge of the twelfth bin of 15, with 0.75; 0.81 is in the next.
    true, predicted = ["a", "b", "b"], ["a", "a", "a"]
    evaluation = evaluate_predictions(true, predicted, ["a", "b"], [[0.8, 0.2], [0.75, 0.25], [0.81, 0.19]])
    assert evaluation["ece"].value == pytest.approx((abs(0.8 + 0.75 - 1.0) + 0.81) / 3)


def test_calibration_is_judged_by_the_predicted_label_and_unseen_labels_are_wrong() -> None:
    probabilities = [[0.2, 0.8], [0.3, 0.7]]
    # A model may answer another label than the most probable one.
    evaluation = evaluate_predictions(["a", "c"], ["a", "b"], ["a", "b"], probabilities)
    assert evaluation["ece"].value == pytest.approx((abs(0.2 - 1.0) + 0.7) / 2)


# To JSON


def test_to_dict_is_json_with_nan_as_none() -> None:
    true, predicted = np.array([1, 1, 2]), np.array([0, 0, 0])
    evaluation = evaluate_predictions(true, predicted, np.array([0, 1]), np.array([[0.9, 0.1]] * 3))
    plain = evaluation.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain["labels"] == [0, 1, 2]
    assert plain["confusion"] == [[0, 0, 0], [2, 0, 0], [1, 0, 0]]
    missed = plain["classes"][1]
    assert (missed["label"], missed["precision"], missed["recall"]["value"], missed["support"]) == (1, NOTHING, 0.0, 2)
    assert plain["unseen"] == [{"label": 2, "support": 1}]
    assert plain["metrics"]["accuracy"] == {"value": 0.0, "low": 0.0, "high": pytest.approx(0.5615, abs=1e-4)}
    assert set(plain) == set(evaluation.__dataclass_fields__)


# Refusals


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((["a", "b"], ["a"], ["a", "b"]), "2 true labels and 1 predicted"),
        (([], [], ["a"]), "no document"),
        ((["a"], ["c"], ["a", "b"]), r"'c' was predicted.*'a', 'b'\."),
        ((["a"], [11], range(11)), "and 1 more"),
        ((["a"], ["a"], ["a", "b"], [[1.0]]), r"shape \(1, 1\); \(1, 2\) is expected"),
        ((["a", "a"], ["a", "a"], ["a"], [[1.0], [-0.7]]), r"Row 1 .*\[-0.7\].*no logarithms"),
        ((["a"], ["a"], ["a", "b"], [[math.nan, 1.0]]), "Row 0"),
        ((["a"], ["a"], ["a", "b"], [[0.2, 1.1]]), "Row 0"),
    ],
)
def test_what_does_not_fit_together_is_refused(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(DataError, match=message):
        evaluate_predictions(*arguments)


def test_the_confusion_matrix_cannot_be_changed() -> None:
    evaluation = evaluate_predictions(["a"], ["a"], ["a"])
    with pytest.raises(ValueError, match="read-only"):
        evaluation.confusion[0, 0] = 5
