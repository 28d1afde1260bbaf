"""Whether two models differ: what folds of one corpus can tell, and what single documents can."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr

from textgd.evaluation.uncertainty import t_interval
from textgd.metrics import Interval

__all__ = ["SIGNIFICANCE", "corrected_t", "mcnemar", "twice_the_median"]

#: From which adjusted p-value downward two models are said to differ.
SIGNIFICANCE = 0.05

# Scores that differ by no more are the same, added up in another order.
_ROUNDING = 1e-12


def corrected_t(values: ArrayLike, n_train: float, n_test: float) -> tuple[Interval, float]:
    r"""Return the mean of what folds gave, with its 95 % interval, and the p-value of a mean of 0.

    Parameters
    ----------
    values : array of shape (n_folds,)
        A score of each fold, or the difference of two models' scores; of all folds of all repeats.  NaN does not count.
    n_train, n_test : float
        Documents that a fold trains and tests on.

    Returns
    -------
    mean : Interval
        Bounds are NaN with fewer than two folds.
    p_value : float
        Two-sided.

    Notes
    -----
    Folds learn from documents that they share, so their scores are not independent, and a plain t-test claims far too
    much.  With J folds and the variance :math:`s^2` over them, the variance of the mean is taken as
    :math:`(1/J + n_{test}/n_{train}) s^2`, with J - 1 degrees of freedom.  Where all folds agree there is
    no such variance, and the sign test answers in its place.

    References
    ----------
    Nadeau and Bengio (2003), Inference for the Generalization Error, section 4, the corrected resampled t-test.

    Examples
    --------
    >>> mean, p = corrected_t([0.02, 0.01, 0.03, 0.02, 0.02], 80, 20)
    >>> f"{mean.value:.3f} [{mean.low:.3f}, {mean.high:.3f}], p = {p:.3f}"
    '0.020 [0.007, 0.033], p = 0.014'
    """
    every = np.asarray(values, np.float64)
    there = every[np.isfinite(every)]
    if len(there) < 2:
        mean = float(there.mean()) if len(there) else np.nan
        return Interval(mean, np.nan, np.nan), np.nan
    if np.ptp(there) < _ROUNDING:
        value = float(there[0])
        return Interval(value, value, value), _binomial(0, len(there)) if abs(value) > _ROUNDING else 1.0
    variance = (1.0 / len(there) + n_test / n_train) * float(there.var(ddof=1))
    *bounds, p_value = t_interval(float(there.mean()), float(np.sqrt(variance)), len(there))
    return Interval(*bounds), p_value


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact p-value of McNemar's test: whether two models are right on equally many documents.

    Parameters
    ----------
    only_first, only_second : int
        Documents that one model is right on and the other is not.

    References
    ----------
    McNemar (1947), Note on the sampling error of the difference between correlated proportions.

    Examples
    --------
    >>> round(mcnemar(1, 7), 4), mcnemar(0, 0)
    (0.0703, 1.0)
    """
    return _binomial(min(only_first, only_second), only_first + only_second)


def twice_the_median(p_values: Sequence[float]) -> float:
    """Return one p-value for several tests of the same, however these depend on each other; of one test its own.

    Twice the median, of an even number the lower one: no more than the share p of such values is below p.

    References
    ----------
    Meinshausen, Meier and Bühlmann (2009), P-values for high-dimensional regression, theorem 3.1.

    Examples
    --------
    >>> twice_the_median([0.03]), twice_the_median([0.2, 0.01, 0.02, 0.04])
    (0.03, 0.04)
    """
    if len(p_values) < 2:
        return p_values[0] if p_values else np.nan
    return float(min(2.0 * sorted(p_values)[(len(p_values) - 1) // 2], 1.0))


def _binomial(fewer: int, n: int) -> float:
    """Return the two-sided p-value of so few of `n` fair coins."""
    return float(min(2.0 * bdtr(fewer, n, 0.5), 1.0))
