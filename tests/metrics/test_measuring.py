"""Every metric is scikit-learn's, or its formula by hand; what is not defined is NaN and says why."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as peer

from textgd.metrics import Evaluation, evaluate_predictions
from textgd.metrics.titles import METRICS

CLOSE: dict[str, Any] = {"rel": 1e-9, "abs": 1e-9}
AVERAGES = ("macro", "micro", "weighted")


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[int], np.ndarray[Any, Any]]:
    """Return true classes and probabilities, many of them equal; the first two documents are of two classes."""
    n_classes = draw(st.integers(2, 4))
    n = draw(st.integers(2, 40))
    truth = [0, 1, *draw(st.lists(st.integers(0, n_classes - 1), min_size=n - 2, max_size=n - 2))]
    counts = draw(st.lists(st.integers(1, 6), min_size=n * n_classes, max_size=n * n_classes))
    shares = np.array(counts, float).reshape(n, n_classes)
    return truth, shares / shares.sum(axis=1, keepdims=True)


@settings(max_examples=30)
@given(cases())
def test_every_metric_is_scikit_learns(case: tuple[list[int], Any]) -> None:
    truth, probabilities = case
    n_classes = probabilities.shape[1]
    classes, called = list(range(n_classes)), probabilities.argmax(axis=1).tolist()
    evaluation = evaluate_predictions(truth, called, classes, probabilities)
    expected = {"accuracy": peer.accuracy_score(truth, called)}
    with np.errstate(all="ignore"):
        for average in AVERAGES:
            shares = peer.precision_recall_fscore_support(truth, called, average=average, zero_division=np.nan)
            expected |= dict(zip([f"{name}_{average}" for name in ("precision", "recall", "f1")], shares, strict=False))
    expected["log_loss"] = peer.log_loss(truth, probabilities, labels=classes)
    expected["brier"] = peer.brier_score_loss(truth, probabilities, labels=classes, scale_by_half=True)
    if len(set(called)) > 1:
        expected["mcc"] = peer.matthews_corrcoef(truth, called)
    there = [c for c in classes if c in truth]
    areas = [peer.roc_auc_score(np.equal(truth, c), probabilities[:, c]) for c in there]
    precisions = [peer.average_precision_score(np.equal(truth, c), probabilities[:, c]) for c in there]
    if n_classes == 2:
        expected |= {"roc_auc": areas[1], "average_precision": precisions[1]}
        matrix = peer.confusion_matrix(truth, called, labels=classes)
        expected |= {"hm": matrix[0, 1] / matrix[0].sum(), "sm": matrix[1, 0] / matrix[1].sum()}
        pair = matrix[0].sum() * matrix[1].sum()
        expected["one_minus_roca"] = max(1.0 - areas[1], 0.5 / pair) if areas[1] > 1 - 1e-12 else 1.0 - areas[1]
        expected["lam"] = _lam(matrix)
    else:
        expected |= {"roc_auc": np.mean(areas), "average_precision": np.mean(precisions)}
    for name, value in expected.items():
        if name == "mcc" and evaluation["mcc"].value != evaluation["mcc"].value:
            continue
        assert evaluation[name].value == pytest.approx(value, **CLOSE, nan_ok=True), name
    for report in evaluation.classes:
        if report.support and report.roc_auc is not None and report.average_precision is not None:
            c = there.index(report.label)
            assert report.roc_auc.value == pytest.approx(areas[c], **CLOSE)
            assert report.average_precision.value == pytest.approx(precisions[c], **CLOSE)
    assert_sound(evaluation)


def _lam(matrix: Any) -> float:
    logits = []
    for errors, n in ((matrix[0, 1], matrix[0].sum()), (matrix[1, 0], matrix[1].sum())):
        rate = (errors + 0.5) / (n + 1.0)
        logits.append(math.log(rate / (1.0 - rate)))
    return 1.0 / (1.0 + math.exp(-sum(logits) / 2.0))


def assert_sound(evaluation: Evaluation) -> None:
    """Check that intervals hold their values, and that NaN has a reason and nothing else has one."""
    named = {f"{name} of {report.label}": interval for report in evaluation.classes for name, interval in _of(report)}
    every = {**evaluation.metrics, **named}
    assert set(evaluation.undefined) == {name for name, interval in every.items() if math.isnan(interval.value)}
    assert set(evaluation.metrics) <= set(METRICS)
    for name, interval in every.items():
        if not math.isnan(interval.low) and name != "ece":
            assert interval.low <= interval.value + 1e-12, name
            assert interval.value <= interval.high + 1e-12, name
            assert interval.low < interval.high, name


def _of(report: Any) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in vars(report).items() if hasattr(value, "low")]


def test_a_test_without_errors_is_no_certainty() -> None:
    truth = ["ham"] * 30 + ["spam"] * 10
    probabilities = np.array([[0.9, 0.1]] * 30 + [[0.2, 0.8]] * 10)
    evaluation = evaluate_predictions(truth, truth, ["ham", "spam"], probabilities)
    for name in ("accuracy", "f1_macro", "f1_weighted", "mcc", "roc_auc", "average_precision", "precision", "recall"):
        assert evaluation[name].value == 1.0
        assert 0.5 < evaluation[name].low < 1.0 == evaluation[name].high, name
    # No inversion in ten pairs of different documents: the exact bound.
    assert evaluation["roc_auc"].low == pytest.approx(0.025**0.1, rel=1e-9)
    assert evaluation["one_minus_roca"].value == 0.5 / 300
    assert evaluation["one_minus_roca"].low == 0.0
    assert evaluation["hm"].value == evaluation["sm"].value == 0.0
    assert 0.0 < evaluation["lam"].value < 0.05


def test_one_document() -> None:
    evaluation = evaluate_predictions(["ham"], ["ham"], ["ham", "spam"], [[0.8, 0.2]])
    assert evaluation["accuracy"].value == 1.0
    assert evaluation["hm"].high < 1.0
    assert evaluation["log_loss"].value == pytest.approx(-math.log(0.8))
    assert math.isnan(evaluation["log_loss"].low)
    assert math.isnan(evaluation["ece"].low)
    for name in ("sm", "lam", "roc_auc", "average_precision", "one_minus_roca", "mcc", "precision", "recall", "f1"):
        assert math.isnan(evaluation[name].value), name
    assert evaluation.undefined["sm"] == "no test document is of the class spam"
    assert evaluation.undefined["precision"] == "no document was called spam"
    assert evaluation.undefined["mcc"] == "all test documents are of the class ham"
    assert evaluation.to_dict()["metrics"]["sm"] == {"value": None, "low": None, "high": None}
    assert_sound(evaluation)


def test_what_is_never_called_is_not_defined() -> None:
    evaluation = evaluate_predictions(list("aabb"), list("aaaa"), list("ab"), [[0.9, 0.1]] * 4)
    assert evaluation.undefined == {
        "precision of b": "no document was called b",
        "precision": "no document was called b",
        "mcc": "all documents were called a",
    }
    assert evaluation["precision_macro"].value == 0.5
    assert evaluation["roc_auc"].value == 0.5


def test_the_positive_class_is_the_second_or_the_one_asked_for() -> None:
    truth, called = ["spam", "ham", "ham", "ham"], ["spam", "spam", "spam", "ham"]
    for order in (["ham", "spam"], ["spam", "ham"]):
        evaluation = evaluate_predictions(truth, called, order)
        assert (evaluation.positive, evaluation["hm"].value, evaluation["sm"].value) == ("spam", 2 / 3, 0.0)
    turned = evaluate_predictions(truth, called, ["ham", "spam"], positive="ham")
    assert (turned.positive, turned["hm"].value, turned["sm"].value, turned.sides) == (
        "ham",
        0.0,
        2 / 3,
        ("spam", "ham"),
    )


def test_a_label_never_seen_is_not_positive_and_not_lost() -> None:
    evaluation = evaluate_predictions(
        ["spam", "ham", "news"], ["spam", "ham", "spam"], ["ham", "spam"], [[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]]
    )
    assert evaluation.unseen == {"news": 1}
    known = evaluate_predictions(["spam", "ham"], ["spam", "ham"], ["ham", "spam"], [[0.1, 0.9], [0.8, 0.2]])
    for name in ("hm", "sm", "lam", "roc_auc", "average_precision", "one_minus_roca"):
        assert evaluation[name] == known[name], name
    assert evaluation.thresholds == known.thresholds
    assert evaluation["accuracy"].value == 2 / 3
    assert evaluation["precision"].value == 0.5
    assert evaluation.confusion[2].tolist() == [0, 1, 0]
    assert evaluation.classes[2].roc_auc is None


def test_means_say_why_they_are_not_defined() -> None:
    evaluation = evaluate_predictions(list("aa"), list("bb"), list("abc"))
    assert math.isnan(evaluation["precision_weighted"].value)
    assert evaluation.undefined["precision_weighted"] == "it is not defined for any class of the test documents"
    assert_sound(evaluation)


def test_the_calibration_error_ends_at_one() -> None:
    confidence = np.concatenate([np.full(40, 0.999), np.full(5, 0.95)])
    probabilities = np.stack([1.0 - confidence, confidence], axis=1)
    evaluation = evaluate_predictions([0] * 44 + [1], [1] * 45, [0, 1], probabilities)
    assert evaluation["ece"].value <= evaluation["ece"].high <= 1.0


def test_the_same_documents_give_the_same_intervals_whatever_their_order() -> None:
    rng = np.random.default_rng(5)
    truth, probabilities = rng.integers(0, 3, 200), rng.dirichlet(np.ones(3), 200)
    called, order = probabilities.argmax(axis=1), rng.permutation(200)
    one = evaluate_predictions(truth, called, range(3), probabilities)
    other = evaluate_predictions(truth[order], called[order], range(3), probabilities[order])
    for name, interval in one.metrics.items():
        assert vars(interval) == pytest.approx(vars(other[name]), rel=1e-9), name


def test_scores_alone_order_documents() -> None:
    scores = np.array([[0.0, -3.0], [0.0, 2.0], [0.0, 1.0], [0.0, -1.0]])
    evaluation = evaluate_predictions(list("abba"), list("abba"), list("ab"), scores=scores)
    assert evaluation["roc_auc"].value == 1.0
    assert "log_loss" not in evaluation.metrics
    assert evaluation.curves[0].thresholds.tolist() == [2.0, 1.0, -1.0, -3.0]
