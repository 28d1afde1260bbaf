"""What a unit of each class's score adds to the log-odds of one class, on the mean over the way to a document.

The log-odds of one among several classes are no linear function of the scores, so that what a piece adds depends on
what is there already.  Integrated gradients (Sundararajan, Taly and Yan 2017, "Axiomatic attribution for deep
networks", section 3) walk straight from the empty document to the whole one and take the mean slope.  Here the way is
cut into steps, and in each the slopes are secants instead of derivatives, which add up to the difference of the
log-odds exactly, however coarse the steps are and whatever the curve of the calibration is.

A straight way alone misleads where much speaks for a class and about as much against it: it is short, so that a jump of
the calibration on it counts a hundredfold, and on a plateau nothing would count.  So what speaks for the class and what
speaks against it go one after the other, in both orders, and each side gets the mean: the Shapley value of two players
(Shapley 1953, "A value for n-person games").  Of two classes and a calibration that is linear, both are the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from textgd.probabilities import Probabilities

__all__ = ["mean_slopes", "side_slopes"]

Scores = NDArray[np.float64]

# Scores lie hundreds of nats apart, and which class is the strongest rival may change within one.
_STEPS = 512
# Of steps below this the secant is rounding; the slope is that of a step of this width.
_LEAST = 1e-6


def mean_slopes(probabilities: Probabilities, start: Scores, end: Scores, c: int) -> Scores:
    """Return what one unit of each class's score adds to the log-odds of class number `c`, shape (n_classes,).

    Parameters
    ----------
    probabilities : Probabilities
    start, end : float64 arrays of shape (n_classes,)
        The scores of an empty document, and of the whole one.
    c : int

    Returns
    -------
    float64 array of shape (n_classes,)
        ``slopes @ (end - start)`` is what the log-odds gain.

    Examples
    --------
    Of two classes the way does not matter:

    >>> from textgd.probabilities import Softmax
    >>> mean_slopes(Softmax(2.0), np.zeros(2), np.array([-3.0, 5.0]), 1)
    array([-0.5,  0.5])
    """
    way = start + np.linspace(0.0, 1.0, _STEPS + 1)[:, None] * (end - start)
    way[-1] = end
    mean: Scores = _slopes(probabilities, way[:-1], way[1:], c).mean(axis=0)
    return mean


def side_slopes(
    probabilities: Probabilities, start: Scores, end: Scores, gain: Scores, c: int
) -> tuple[Scores, Scores]:
    """Return what one unit of each class's score adds to the log-odds of class number `c`, on either side.

    Parameters
    ----------
    probabilities : Probabilities
    start, end : float64 arrays of shape (n_classes,)
        The scores of an empty document, and of the whole one.
    gain : float64 array of shape (n_classes,)
        What all that speaks for the class adds to the scores; the rest of the way is what speaks against it.
    c : int

    Returns
    -------
    speaking_for, speaking_against : float64 arrays of shape (n_classes,)
        ``speaking_for @ gain + speaking_against @ (end - start - gain)`` is what the log-odds gain.
    """

    def mean(*ways: tuple[Scores, Scores]) -> Scores:
        slopes: Scores = np.mean([mean_slopes(probabilities, *way, c) for way in ways], axis=0)
        return slopes

    for_first, against_first = start + gain, end - gain
    return mean((start, for_first), (against_first, end)), mean((for_first, end), (start, against_first))


def _slopes(probabilities: Probabilities, start: Scores, end: Scores, c: int) -> Scores:
    """Return the secants of the log-odds of a class between rows of scores, shape (n_rows, n_classes)."""
    lines = probabilities.lines(start), probabilities.lines(end)
    shares = [probabilities.log_shares(rows) for rows in lines]
    curves = _secants(probabilities, *lines)
    ahead = _ahead(shares[0], shares[1], c) * curves
    if not probabilities.is_relative:
        return ahead
    # A line is the log-odds of a score, so its slopes are of the same kind once more.
    slopes = np.zeros_like(ahead)
    for k in range(start.shape[1]):
        slopes += ahead[:, k, None] * _ahead(start, end, k)
    return slopes


def _secants(probabilities: Probabilities, start: Scores, end: Scores) -> Scores:
    """Return the slope of each class's share between two lines, column by column."""
    middle = (start + end) / 2
    is_short = np.abs(end - start) < _LEAST
    low = np.where(is_short, middle - _LEAST / 2, start)
    high = np.where(is_short, middle + _LEAST / 2, end)
    with np.errstate(invalid="ignore"):
        rise = probabilities.log_shares(high) - probabilities.log_shares(low)
    # A class that other priors rule out stays ruled out.
    slopes: Scores = np.where(np.isnan(rise), 0.0, rise) / (high - low)
    return slopes


def _ahead(start: Scores, end: Scores, c: int) -> Scores:
    """Return the secants of ``s_c - ln Σ_{j≠c} exp s_j``: 1 for the class, and minus weights that sum to 1.

    The weights are those that Sato (1976) and Vartia (1976) found for price indices: in proportion to the logarithmic
    mean of the shares before and after, they make the change of the logarithm of a sum exactly the weighted mean of
    the changes of its terms' logarithms.
    """
    slopes = np.ones_like(start)
    others = np.arange(start.shape[1]) != c
    before, after = start[:, others], end[:, others]
    top_before, top_after = before.max(axis=1, keepdims=True), after.max(axis=1, keepdims=True)
    before = before - top_before - np.log(np.exp(before - top_before).sum(axis=1, keepdims=True))
    after = after - top_after - np.log(np.exp(after - top_after).sum(axis=1, keepdims=True))
    logs = _log_of_mean(before, after)
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    slopes[:, others] = -weights / weights.sum(axis=1, keepdims=True)
    return slopes


def _log_of_mean(a: Scores, b: Scores) -> Scores:
    """Return ln L(e^a, e^b), L the logarithmic mean (x - y) / (ln x - ln y)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        half = np.abs(b - a) / 2
        # ln(sinh(x) / x), by its series where x is small.
        bent = np.where(half < 1e-3, half**2 / 6, half + np.log1p(-np.exp(-2 * half)) - np.log(2 * half))
        mean: Scores = (a + b) / 2 + bent
    return np.where(np.isnan(mean), -np.inf, mean)
