"""What a confusion matrix says: precision, recall, F1 and their means, Matthews' correlation; and draws of matrices.

All figures take counts of shape (..., n_labels, n_labels), true label by called label, whole or fractional: one matrix,
or many that were drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from textgd.metrics.intervals import CONFIDENCE, Interval

__all__ = ["class_shares", "draw_confusions", "drawn_intervals", "macro_mean", "mcc"]

Counts = NDArray[np.float64]

# What Jeffreys' prior of a rate adds to what was counted, on either side.
_PRIOR = 0.5
_N_DRAWS = 2000
_CELLS_AT_A_TIME = 1 << 21


def class_shares(counts: Counts) -> tuple[Counts, Counts, Counts]:
    """Return precision, recall and F1 of each class, of shape (..., n_labels); NaN where one is not defined.

    Examples
    --------
    >>> [shares.round(3).tolist() for shares in class_shares(np.array([[8.0, 2.0], [1.0, 4.0]]))]
    [[0.889, 0.667], [0.8, 0.8], [0.842, 0.727]]
    """
    hits = np.einsum("...cc->...c", counts)
    called, there = counts.sum(axis=-2), counts.sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return hits / called, hits / there, 2.0 * hits / (called + there)


def macro_mean(shares: Counts, weights: Counts | None = None) -> Counts:
    """Return the mean over the classes for which the share is defined, of shape (...); NaN where it is for none.

    Parameters
    ----------
    shares : float64 array of shape (..., n_labels)
    weights : float64 array of shape (..., n_labels), optional

    Examples
    --------
    >>> macro_mean(np.array([0.5, 0.7, np.nan])).item()
    0.6
    """
    is_defined = ~np.isnan(shares)
    weights = is_defined * (np.ones_like(shares) if weights is None else weights)
    with np.errstate(invalid="ignore"):
        means: Counts = (weights * np.where(is_defined, shares, 0.0)).sum(axis=-1) / weights.sum(axis=-1)
    return means


def mcc(counts: Counts) -> Counts:
    """Return Matthews' correlation coefficient, of shape (...); NaN where all is, or is called, of one class.

    References
    ----------
    J. Gorodkin (2004), Comparing two K-category assignments by a K-category correlation coefficient.

    Examples
    --------
    >>> mcc(np.array([[8.0, 2.0], [1.0, 4.0]])).round(4).item()
    0.5774
    """
    there, called = counts.sum(axis=-1), counts.sum(axis=-2)
    n = there.sum(axis=-1)
    hits = np.einsum("...cc->...", counts)
    of_both = (n * n - (called * called).sum(axis=-1)) * (n * n - (there * there).sum(axis=-1))
    with np.errstate(invalid="ignore", divide="ignore"):
        coefficients: Counts = (hits * n - (there * called).sum(axis=-1)) / np.sqrt(of_both)
    return np.where(of_both > 0.0, coefficients, np.nan)


# How sure they are


def draw_confusions(counts: NDArray[np.int64], random_state: int = 0) -> Iterator[Counts]:
    """Give draws of what the whole population's confusion matrix may be, in blocks of shape (n, n_labels, n_labels).

    They are bootstrap resamples of the documents with smooth weights (Rubin 1981), and with half a document more, right
    and wrong, in each class: what did not happen in the test may happen all the same.  Of one rate that is the
    posterior under Jeffreys' prior (Goutte and Gaussier 2005 for precision, recall and F1), whose intervals hold the
    true value as often as they say.  A draw is 1 in sum.

    Examples
    --------
    >>> sum(len(block) for block in draw_confusions(np.array([[8, 2], [1, 4]])))
    2000
    """
    rng = np.random.default_rng(random_state)
    n_labels = len(counts)
    prior = np.full(counts.shape, _PRIOR / max(n_labels - 1, 1))
    np.fill_diagonal(prior, _PRIOR)
    size = max(_CELLS_AT_A_TIME // counts.size, 1)
    for start in range(0, _N_DRAWS, size):
        cells = rng.standard_gamma(counts + prior, (min(size, _N_DRAWS - start), *counts.shape))
        yield cells / cells.sum(axis=(1, 2), keepdims=True)


def drawn_intervals(
    counts: NDArray[np.int64], figures: Callable[[Counts], dict[str, Counts]], random_state: int = 0
) -> dict[str, list[Interval]]:
    """Return what `figures` makes of a matrix, each with its interval.

    Parameters
    ----------
    counts : int64 array of shape (n_labels, n_labels)
    figures : callable
        From counts to figures by name, each of shape (...) or (..., n_labels).
    random_state : int
    """
    values = {name: np.atleast_1d(value) for name, value in figures(counts.astype(np.float64)).items()}
    blocks = [figures(block) for block in draw_confusions(counts, random_state)]
    intervals = {}
    for name, value in values.items():
        draws = np.concatenate([block[name] for block in blocks]).reshape(-1, len(value))
        intervals[name] = [_drawn_interval(*pair) for pair in zip(value.tolist(), draws.T, strict=True)]
    return intervals


def _drawn_interval(value: float, draws: NDArray[np.float64]) -> Interval:
    """Return a value with the interval that draws of it give: the same on every scale, so on that of the logit too."""
    if np.isnan(value):
        return Interval(value, value, value)
    tail = (1.0 - CONFIDENCE) / 2.0
    low, high = np.quantile(draws, [tail, 1.0 - tail]).tolist()
    return Interval(value, min(low, value), max(high, value))
