"""How sure a measured value is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from textgd.errors import InvalidParameterError

__all__ = ["Interval", "wilson_interval"]


@dataclass(frozen=True)
class Interval:
    """A measured value between the bounds of its confidence interval; all three NaN where nothing was measured."""

    value: float
    low: float
    high: float


def wilson_interval(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Return a proportion with its score interval, which stays honest for few trials and near 0 and 1.

    Parameters
    ----------
    successes : int
    n : int
        Number of trials.
    confidence : float
        The share of such intervals that hold the true proportion.

    Raises
    ------
    InvalidParameterError
        For a count or a confidence outside its range.

    References
    ----------
    E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference.

    Examples
    --------
    >>> interval = wilson_interval(81, 263)
    >>> f"{interval.value:.4f} ({interval.low:.4f} to {interval.high:.4f})"
    '0.3080 (0.2553 to 0.3662)'
    """
    if not 0 <= successes <= n:
        raise InvalidParameterError(f"{successes} successes of {n}: a number from 0 to {n} is expected.")
    if not 0.0 < confidence < 1.0:
        raise InvalidParameterError(
            f"confidence is {confidence!r}; a number between 0 and 1 is expected, such as 0.95."
        )
    if n == 0:
        return Interval(math.nan, math.nan, math.nan)
    z = NormalDist().inv_cdf((1.0 + confidence) / 2.0)
    value = successes / n
    center = (successes + z * z / 2.0) / (n + z * z)
    half = z * math.sqrt(n * value * (1.0 - value) + z * z / 4.0) / (n + z * z)
    # At 0 and n a bound equals the value; rounding must not push it past.
    return Interval(value, max(0.0, min(center - half, value)), min(1.0, max(center + half, value)))
