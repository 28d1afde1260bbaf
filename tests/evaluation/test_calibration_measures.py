"""Brier score and calibration error, against scikit-learn and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from textgd.evaluation.calibration_measures import BRIER, ECE
from textgd.evaluation.measures import Answers
from textgd.metrics.calibration import calibration_error


def answers_of(proba: np.ndarray) -> Answers:
    with np.errstate(divide="ignore"):
        return Answers(proba.argmax(axis=1), proba, np.log(proba))


@pytest.mark.parametrize("n_classes", [2, 3])
def test_brier_is_that_of_scikit_learn(n_classes: int) -> None:
    rng = np.random.default_rng(0)
    proba = rng.dirichlet(np.ones(n_classes), 200)
    truth = rng.integers(n_classes, size=200)
    weights = np.stack([np.ones(200), rng.integers(0, 4, 200)]).astype(float)
    found = BRIER.compute(truth, answers_of(proba), weights, n_classes)
    for row, value in zip(weights, found, strict=True):
        # scikit-learn's sum over classes is twice ours.
        expected = brier_score_loss(truth, proba, sample_weight=row, scale_by_half=True, labels=range(n_classes))
        assert value == pytest.approx(expected, abs=1e-12)


def test_calibration_error_by_hand() -> None:
    # In the bin of 0.8 (0.8 to 0.867) one of two is right, in that of 0.6 (0.533 to 0.6) one of one.
    proba = np.array([[0.84, 0.16], [0.18, 0.82], [0.6, 0.4]])
    truth = np.array([0, 0, 0])
    expected = (abs(0.84 + 0.82 - 1.0) + abs(0.6 - 1.0)) / 3.0
    assert ECE.compute(truth, answers_of(proba), np.ones((1, 3)), 2)[0] == pytest.approx(expected)
    # A document that counts twice is two documents.
    twice = np.array([[1.0, 2.0, 1.0]])
    repeated = np.repeat(np.arange(3), [1, 2, 1])
    assert ECE.compute(truth, answers_of(proba), twice, 2) == pytest.approx(
        ECE.compute(truth[repeated], answers_of(proba[repeated]), np.ones((1, 4)), 2)
    )


def test_calibration_error_is_that_of_an_evaluation() -> None:
    rng = np.random.default_rng(0)
    proba, truth = rng.dirichlet(np.ones(3), 200), rng.integers(3, size=200)
    expected = calibration_error(proba.max(axis=1), proba.argmax(axis=1) == truth).value
    assert ECE.compute(truth, answers_of(proba), np.ones((1, 200)), 3)[0] == pytest.approx(expected, abs=1e-12)


def test_a_sure_and_right_model_is_perfect() -> None:
    proba, truth = np.eye(3)[[0, 1, 2, 2]], np.array([0, 1, 2, 2])
    for measure in (BRIER, ECE):
        assert measure.compute(truth, answers_of(proba), np.ones((1, 4)), 3)[0] == 0.0
