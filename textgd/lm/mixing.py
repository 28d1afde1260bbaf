"""Several models of one vocabulary, each mixed with the mean of all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["mix", "mix_logs"]


def mix(probabilities: NDArray[np.float64], background: float) -> NDArray[np.float64]:
    """Mix what each model says of a token with the mean of all.

    Parameters
    ----------
    probabilities : float64 array of shape (n_models, ...)
    background : float
        The share of the mean.
    """
    mixed: NDArray[np.float64] = (1.0 - background) * probabilities + background * probabilities.mean(axis=0)
    return mixed


def mix_logs(log_probs: NDArray[np.float64], background: float) -> NDArray[np.float64]:
    """Do the same with natural logarithms."""
    if background == 0.0:
        return log_probs
    # Relative to the largest, so that none is lost where all are small.
    largest = log_probs.max(axis=0)
    mixed: NDArray[np.float64] = np.log(mix(np.exp(log_probs - largest), background)) + largest
    return mixed
