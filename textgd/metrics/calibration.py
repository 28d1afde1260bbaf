"""Whether probabilities are what they say: the calibration curve, and the expected calibration error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.metrics.intervals import CONFIDENCE, Interval, wilson_interval

__all__ = ["N_BINS", "Calibration", "bins_of", "calibration_curve", "calibration_error"]

Floats = NDArray[np.float64]

#: Bins of equal width.
N_BINS = 15
_N_DRAWS = 1000
# How far, in standard errors, the gaps of the bins are moved to find what would still give the error observed.
_FARTHEST = 12.0
# Where, as far, a gap is shrunk to nothing that shrinks by a factor.
_NEAREST = 6.0


@dataclass(frozen=True, eq=False)
class Calibration:
    """Of documents with about the same probability, how many were right; in bins of equal width, empty ones left out.

    Parameters
    ----------
    label
        The class whose probability it is; None: that of the predicted class, whichever it is.
    probability : float64 array of shape (n_bins,)
        Mean probability in each bin.
    share : tuple of Interval
        Share of its documents that are of the class, with its Wilson interval.
    n_documents : int64 array of shape (n_bins,)
    """

    label: Any
    probability: Floats
    share: tuple[Interval, ...]
    n_documents: NDArray[np.int64]


def calibration_curve(label: Any, probability: Floats, is_right: NDArray[np.bool_]) -> Calibration:
    """Return the calibration curve; a probability on the edge of two of the 15 bins belongs to the lower one.

    Parameters
    ----------
    label
        What the probability is of; None where that differs from document to document.
    probability : float64 array of shape (n_documents,)
    is_right : bool array of shape (n_documents,)

    Examples
    --------
    >>> curve = calibration_curve("spam", np.array([0.1, 0.12, 0.9]), np.array([False, True, True]))
    >>> curve.probability.round(2).tolist(), [share.value for share in curve.share], curve.n_documents.tolist()
    ([0.11, 0.9], [0.5, 1.0], [2, 1])
    """
    bins = bins_of(probability)
    counts = np.bincount(bins, minlength=N_BINS)
    held = np.flatnonzero(counts)
    right = np.bincount(bins, is_right, minlength=N_BINS)[held].astype(int).tolist()
    shares = tuple(wilson_interval(k, n) for k, n in zip(right, counts[held].tolist(), strict=True))
    means = np.bincount(bins, probability, minlength=N_BINS)[held] / counts[held]
    return Calibration(label, means, shares, counts[held].astype(np.int64))


def calibration_error(confidence: Floats, is_right: NDArray[np.bool_], random_state: int = 0) -> Interval:
    """Return the expected calibration error, and an interval of what it would be with documents without end.

    The error is the mean gap between the probability of the predicted label and how often it is right, over 15 bins of
    equal width, weighted by their documents (Guo et al. 2017, equation 3).  Of few documents it is too large: chance
    alone makes gaps, and all of them count.  So the interval is no resampling around it.  It holds the errors of those
    gaps under which the error observed is not among the 2.5 % least or greatest, for gaps that are the observed ones
    made larger by one number of their standard errors, or smaller.  What is smaller is a choice: by a number of
    standard errors holds the truth too often, by a factor too seldom (scripts/reproduce.py coverage), so half of each.
    The error observed may lie above the interval: then that many documents give a model without any fault such an
    error, and more.

    Parameters
    ----------
    confidence : float64 array of shape (n_documents,)
        Probability of the label that was predicted.
    is_right : bool array of shape (n_documents,)
    random_state : int

    Examples
    --------
    >>> error = calibration_error(np.array([0.9, 0.9, 0.6, 0.6]), np.array([True, True, True, False]))
    >>> round(error.value, 2)
    0.1
    """
    n = len(confidence)
    bins, gaps = bins_of(confidence), confidence - is_right
    mean = np.bincount(bins, gaps, minlength=N_BINS) / n
    squares = np.bincount(bins, gaps * gaps, minlength=N_BINS) / n
    spread = np.sqrt(np.maximum(squares - mean * mean, 0.0) / n)
    value = float(np.abs(mean).sum())
    if n < 2 or not spread.any():
        return Interval(value, math.nan, math.nan)
    noise = spread * np.random.default_rng(random_state).standard_normal((_N_DRAWS, N_BINS))
    tail = (1.0 - CONFIDENCE) / 2.0

    def moved(by: float) -> Floats:
        """Return gaps that are smaller from -_FARTHEST, where nearly all are 0, to 0, and larger beyond."""
        shifted: Floats = np.sign(mean) * np.maximum(np.abs(mean) + by * spread, 0.0)
        return shifted if by >= 0.0 else 0.5 * (shifted + mean * max(1.0 + by / _NEAREST, 0.0))

    def bound(quantile: float) -> float:
        """Return the error of the gaps under which what was observed is this quantile of what would be."""
        low, high = -_FARTHEST, _FARTHEST
        for _ in range(30):
            middle = 0.5 * (low + high)
            is_less = (np.abs(moved(middle) + noise).sum(axis=1) < value).mean() < quantile
            low, high = (low, middle) if is_less else (middle, high)
        return min(float(np.abs(moved(low)).sum()), 1.0)

    # The greater the gaps, the lower a quantile the error observed is among those that they give.
    return Interval(value, bound(1.0 - tail), bound(tail))


def bins_of(probability: Floats) -> NDArray[np.intp]:
    """Return the bin of each probability; what is on the edge of two belongs to the lower one."""
    bins: NDArray[np.intp] = np.clip(np.ceil(probability * N_BINS).astype(np.intp) - 1, 0, N_BINS - 1)
    return bins
