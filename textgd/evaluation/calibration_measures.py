"""What probabilities are worth beside their log loss: told with it, but no model is compared or chosen by them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.measures import Answers, Measure
from textgd.metrics.calibration import N_BINS, bins_of
from textgd.metrics.losses import brier_scores

__all__ = ["BRIER", "ECE"]


def _brier(
    truth: NDArray[np.intp], answers: Answers, weights: NDArray[np.float64], n_classes: int
) -> NDArray[np.float64]:
    assert answers.log_proba is not None
    values = brier_scores(truth, np.exp(answers.log_proba))
    means: NDArray[np.float64] = (weights * values).sum(axis=1) / weights.sum(axis=1)
    return means


def _calibration_error(
    truth: NDArray[np.intp], answers: Answers, weights: NDArray[np.float64], n_classes: int
) -> NDArray[np.float64]:
    assert answers.log_proba is not None
    confidence = np.exp(answers.log_proba[np.arange(len(truth)), answers.columns])
    gaps, bins = confidence - (answers.columns == truth), bins_of(confidence)
    of_bins = np.stack([np.bincount(bins, row * gaps, N_BINS) for row in weights])
    errors: NDArray[np.float64] = np.abs(of_bins).sum(axis=1) / weights.sum(axis=1)
    return errors


#: The mean of `textgd.metrics.losses.brier_scores`.
BRIER = Measure("brier", "Brier score", _brier, is_share=False, greater_is_better=False, needs="probabilities")

#: The value of `textgd.metrics.calibration.calibration_error`.
ECE = Measure(
    "ece", "calibration error", _calibration_error, is_share=False, greater_is_better=False, needs="probabilities"
)
