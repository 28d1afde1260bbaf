"""What probabilities are worth beside their log loss: told with it, but no model is compared or chosen by them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.measures import Answers, Measure

__all__ = ["BRIER", "CALIBRATION_ERROR"]

# Bins of the expected calibration error.
_N_BINS = 15


def _brier(
    truth: NDArray[np.intp], answers: Answers, weights: NDArray[np.float64], n_classes: int
) -> NDArray[np.float64]:
    assert answers.log_proba is not None
    distances = np.exp(answers.log_proba)
    distances[np.arange(len(truth)), truth] -= 1.0
    values = (distances**2).sum(axis=1) / 2.0
    means: NDArray[np.float64] = (weights * values).sum(axis=1) / weights.sum(axis=1)
    return means


def _calibration_error(
    truth: NDArray[np.intp], answers: Answers, weights: NDArray[np.float64], n_classes: int
) -> NDArray[np.float64]:
    assert answers.log_proba is not None
    confidence = np.exp(answers.log_proba[np.arange(len(truth)), answers.columns])
    gaps = confidence - (answers.columns == truth)
    # A confidence on the edge of two bins belongs to the lower one.
    bins = np.clip(np.ceil(confidence * _N_BINS).astype(np.intp) - 1, 0, _N_BINS - 1)
    of_bins = np.stack([np.bincount(bins, row * gaps, _N_BINS) for row in weights])
    errors: NDArray[np.float64] = np.abs(of_bins).sum(axis=1) / weights.sum(axis=1)
    return errors


#: Half the mean squared distance between probabilities and truth, from 0 to 1; of two classes the mean squared error of
#: either's probability (Brier 1950).
BRIER = Measure("brier", "Brier score", _brier, is_share=False, greater_is_better=False, needs="probabilities")

#: Mean gap between the probability of the named class and how often it is right, over 15 bins of equal width, weighted
#: by their documents (Guo et al. 2017, equation 3).
CALIBRATION_ERROR = Measure(
    "calibration_error",
    "calibration error",
    _calibration_error,
    is_share=False,
    greater_is_better=False,
    needs="probabilities",
)
