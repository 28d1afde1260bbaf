"""How sure a measured value is: 95 % intervals of shares, of anything else that documents add up to, and exact bounds.

Every interval here is for a fixed list of documents drawn at random from what the model will meet: it says nothing of
another source of text.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError

__all__ = [
    "CONFIDENCE",
    "Interval",
    "documents_needed",
    "exact_interval",
    "exact_upper_bound",
    "influence_interval",
    "undefined",
    "wilson_interval",
]

#: The share of such intervals that hold the true value.
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """A measured value between the bounds of its confidence interval.

    All three are NaN where nothing was measured; the bounds alone where the documents do not tell how sure it is.
    """

    value: float
    low: float
    high: float

    def mirrored(self) -> Interval:
        """Return 1 minus it: of a hit rate the miss rate.

        Examples
        --------
        >>> Interval(0.75, 0.5, 1.0).mirrored()
        Interval(value=0.25, low=0.0, high=0.5)
        """
        return Interval(1.0 - self.value, 1.0 - self.high, 1.0 - self.low)


def undefined() -> Interval:
    """Return what stands where nothing was measured."""
    return Interval(math.nan, math.nan, math.nan)


def wilson_interval(successes: int, n: int, confidence: float = CONFIDENCE) -> Interval:
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
    _check(successes, n, confidence)
    if n == 0:
        return undefined()
    z = NormalDist().inv_cdf((1.0 + confidence) / 2.0)
    value = successes / n
    center = (successes + z * z / 2.0) / (n + z * z)
    half = z * math.sqrt(n * value * (1.0 - value) + z * z / 4.0) / (n + z * z)
    # At 0 and n a bound equals the value; rounding must not push it past.
    return Interval(value, max(0.0, min(center - half, value)), min(1.0, max(center + half, value)))


def exact_interval(successes: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Return a proportion with its exact interval, which holds the true one at least as often as it says.

    Raises
    ------
    InvalidParameterError
        For a count or a confidence outside its range.

    References
    ----------
    C. J. Clopper and E. S. Pearson (1934), The use of confidence or fiducial limits illustrated in the case of the
    binomial.

    Examples
    --------
    >>> interval = exact_interval(4, 20)
    >>> f"{interval.value:.4f} ({interval.low:.4f} to {interval.high:.4f})"
    '0.2000 (0.0573 to 0.4366)'
    """
    _check(successes, n, confidence)
    if n == 0:
        return undefined()
    one_sided = (1.0 + confidence) / 2.0
    low = 1.0 - exact_upper_bound(n - successes, n, one_sided)
    return Interval(successes / n, low, exact_upper_bound(successes, n, one_sided))


def exact_upper_bound(successes: int, n: int, confidence: float = CONFIDENCE) -> float:
    """Return the proportion that the true one exceeds with probability 1 - `confidence` at most (Clopper and Pearson).

    Raises
    ------
    InvalidParameterError
        For a count or a confidence outside its range.

    Examples
    --------
    >>> round(exact_upper_bound(0, 2995), 6)  # the rule of three: about 3 / n
    0.001
    """
    from scipy.special import betaincinv

    _check(successes, n, confidence)
    return 1.0 if successes == n else float(betaincinv(successes + 1, n - successes, confidence))


def documents_needed(limit: float, confidence: float = CONFIDENCE) -> int:
    """Return how many documents, all without error, bound the true share of errors by `limit`.

    Raises
    ------
    InvalidParameterError
        For a limit or a confidence that is not between 0 and 1.

    Examples
    --------
    >>> documents_needed(0.001)
    2995
    """
    if not 0.0 < limit < 1.0:
        raise InvalidParameterError(f"limit is {limit!r}; a share between 0 and 1 is expected, such as 0.001.")
    _check(0, 0, confidence)
    # Of n documents without error the bound is 1 - (1 - confidence) ** (1 / n).
    return math.ceil(math.log(1.0 - confidence) / math.log1p(-limit))


def influence_interval(value: float, influence: NDArray[np.float64], is_share: bool) -> Interval:
    r"""Return a measured value with its interval, from what each document contributes to it.

    The standard error is that of the bootstrap of documents with infinitely many resamples, found without any (the
    infinitesimal jackknife): :math:`s^2 = \sum u_i^2 / (n (n - 1))`.  The interval is a t interval on the scale of the
    logit for what lies between 0 and 1, and of the logarithm for a loss; few documents that contribute most of it cost
    degrees of freedom (Satterthwaite): :math:`2 / (\sum u_i^4 / (\sum u_i^2)^2 - 1/n)`.

    Parameters
    ----------
    value : float
    influence : float64 array of shape (n_documents,)
        n times the derivative of the value by the weight of each document; they sum to 0.
    is_share : bool
        Whether it lies between 0 and 1; else it is a loss above 0.

    References
    ----------
    L. A. Jaeckel (1972), The infinitesimal jackknife.  F. E. Satterthwaite (1946), An approximate distribution of
    estimates of variance components.

    Examples
    --------
    >>> losses = np.array([0.1, 0.2, 0.1, 0.9, 0.3, 0.2])
    >>> interval = influence_interval(losses.mean(), losses - losses.mean(), is_share=False)
    >>> f"{interval.value:.2f} ({interval.low:.2f} to {interval.high:.2f})"
    '0.30 (0.10 to 0.91)'
    """
    from scipy.special import stdtrit

    n = len(influence)
    squares = influence * influence
    total = float(squares.sum())
    within = 0.0 < value < 1.0 if is_share else value > 0.0
    # What is rounding alone is no spread.
    if n < 2 or not within or not total > n * 1e-24:
        return Interval(value, math.nan, math.nan)
    spread = float((squares * squares).sum()) / total / total - 1.0 / n
    freedom = n - 1.0 if spread <= 0.0 else min(max(2.0 / spread, 1.0), n - 1.0)
    half = float(stdtrit(freedom, (1.0 + CONFIDENCE) / 2.0)) * math.sqrt(total / n / (n - 1.0))
    if not is_share:
        factor = math.exp(min(half / value, 700.0))
        return Interval(value, value / factor, value * factor)
    odds, factor = value / (1.0 - value), math.exp(min(half / (value * (1.0 - value)), 700.0))
    low, high = odds / factor, odds * factor
    return Interval(value, min(low / (1.0 + low), value), max(high / (1.0 + high), value))


def _check(successes: int, n: int, confidence: float) -> None:
    if not 0 <= successes <= n:
        raise InvalidParameterError(f"{successes} successes of {n}: a number from 0 to {n} is expected.")
    if not 0.0 < confidence < 1.0:
        raise InvalidParameterError(
            f"confidence is {confidence!r}; a number between 0 and 1 is expected, such as 0.95."
        )
