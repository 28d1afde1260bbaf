"""Where two learning curves would cross beyond the sizes measured, if the trend went on."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.uncertainty import DifferenceDraws

__all__ = ["crossing_beyond"]

# No further than this factor beyond the sizes measured.
_REACH = 10.0
# A line through fewer sizes tells nothing about whether it is one.
_LEAST_SIZES = 3
# The trend is called one if it points to a crossing in this share of the draws.
_SURE = 0.975
# The exponents of the decays that a line has to fit better than.
_EXPONENTS = np.linspace(0.02, 3.0, 150)

Float = NDArray[np.float64]


def crossing_beyond(
    difference: DifferenceDraws, leader: int, n_least: int = 1
) -> tuple[float, float | None, float | None] | None:
    """Return the size beyond those measured at which the leader would be caught up, and its interval.

    Parameters
    ----------
    difference : DifferenceDraws
    leader : {1, -1}
        Who leads: the first or the second.
    n_least : int
        Documents that there have to be: no crossing is below.

    Returns
    -------
    (size, low, high), or None
        The bounds are None where the interval is open: reaches into the sizes measured, or further than ten times
        beyond them.  None where no trend points to a crossing that near.

    Notes
    -----
    The difference relative to the errors is a straight line over the logarithm of the size where both errors follow
    power laws.  It is fitted to the larger half of the sizes, then to the smaller half, by least squares weighted with
    the variances.  A lead that dwindles without ever ending, as where two models come to the same error in the end, is
    no line but a decay; where that fits better, no crossing is promised.

    Examples
    --------
    >>> sizes, level = np.array([20, 40, 80, 160, 320]), np.full(5, 0.2)
    >>> mean = 0.02 * np.log(640 / sizes)
    >>> draws = mean + 0.001 * np.random.default_rng(0).standard_normal((500, 1))
    >>> difference = DifferenceDraws(sizes, level, mean, np.full(5, 0.001), draws)
    >>> [round(size) for size in crossing_beyond(difference, 1)]
    [640, 581, 706]
    """
    n_part = max(_LEAST_SIZES, (len(difference.sizes) + 1) // 2)
    if len(difference.sizes) < n_part or not np.all(difference.level > 0.0):
        return None
    for part, end in ((slice(-n_part, None), 1), (slice(None, n_part), -1)):
        found = _line_to_zero(difference, part, end, leader)
        if found is not None and found[0] >= n_least:
            return found
    return None


def _line_to_zero(
    difference: DifferenceDraws, part: slice, end: int, leader: int
) -> tuple[float, float | None, float | None] | None:
    """Return where the line through some sizes is 0, beyond the largest (end 1) or below the smallest (end -1)."""
    # Away from the middle the place is positive, and the lead too.
    x = end * np.log(difference.sizes[part].astype(np.float64))
    lead = leader * difference.mean[part] / difference.level[part]
    draws = leader * difference.draws[:, part] / difference.level[part]
    error = difference.standard_error[part] / difference.level[part]
    if not np.all(error > 0.0):
        return None
    weights = error**-2 / np.sum(error**-2)
    center = float(weights @ x)
    at_center = draws @ weights
    slopes = draws @ (weights * (x - center)) / float(weights @ (x - center) ** 2)
    mean_slope = float((weights * (x - center)) @ lead) / float(weights @ (x - center) ** 2)
    mean_center = float(weights @ lead)
    if mean_slope >= 0.0 or mean_center <= 0.0 or np.mean(slopes < 0.0) < _SURE:
        return None
    farthest = float(x.max())
    place = center - mean_center / mean_slope
    if not farthest < place <= farthest + math.log(_REACH):
        return None
    misfit = float(weights @ (lead - mean_center - mean_slope * (x - center)) ** 2)
    if _decay_misfit(x, lead, weights) < misfit:
        return None
    falls = slopes < 0.0
    places = np.where(falls, center - at_center / np.where(falls, slopes, -1.0), np.inf)
    near, far = (float(bound) for bound in np.quantile(places, (0.025, 0.975), method="inverted_cdf"))
    bounds = (
        math.exp(end * near) if near > farthest else None,
        math.exp(end * far) if far <= farthest + math.log(_REACH) else None,
    )
    low, high = bounds if end > 0 else bounds[::-1]
    return math.exp(end * place), low, high


def _decay_misfit(x: Float, lead: Float, weights: Float) -> float:
    """Return the least weighted mean square by which a lead that never ends misses what was measured."""
    shapes = np.exp(-_EXPONENTS[:, None] * (x - x[0]))
    scale = np.maximum((shapes * weights) @ lead / ((shapes**2) @ weights), 0.0)
    return float(((lead - scale[:, None] * shapes) ** 2 @ weights).min())
