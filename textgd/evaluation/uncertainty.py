"""How sure the errors of a learning curve are, and the differences between two models.

Repeats that draw their documents from one corpus are not independent: they share documents.  So the variance of a mean
over repeats has, beside the part that more repeats average away, one that they do not; a t interval on the repeats
alone would be far too narrow (Nadeau and Bengio 2003).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from textgd.evaluation.scores import CurveScores, Design

__all__ = [
    "Comparison",
    "DifferenceDraws",
    "MeanDraws",
    "Paired",
    "PairedDifference",
    "by_pair",
    "common_repeats",
    "compare",
    "covariance_of_mean",
    "difference_draws",
    "holm",
    "mean_draws",
    "mean_errors",
    "mean_intervals",
    "paired_differences",
    "t_interval",
]

# Two-sided intervals of 95 %.
_UPPER = 0.975

Float = NDArray[np.float64]
# Mean, low, high, p-value.
Row = tuple[float, float, float, float]


@dataclass(frozen=True)
class Comparison:
    """Two models at one size: their paired difference.

    Parameters
    ----------
    first, second : str
        Names of models, in the order of the models.
    size : int
        Documents learned from.
    difference : float
        Error of the second minus error of the first: positive where the first is better.  NaN where none was measured.
    low, high : float
        The bounds of its 95 % interval; NaN with fewer than two repeats.
    p_value : float
        Of no difference, two-sided; NaN with fewer than two repeats.
    p_holm : float
        The same, adjusted for all sizes of this pair (Holm 1979).
    """

    first: str
    second: str
    size: int
    difference: float
    low: float
    high: float
    p_value: float
    p_holm: float

    @property
    def point(self) -> float:
        """Where on the axis it is."""
        return self.size


class PairedDifference(Protocol):
    """Two lines at one point of an axis: a `Comparison`, or what is like it over another axis."""

    @property
    def first(self) -> str: ...  # noqa: D102

    @property
    def second(self) -> str: ...  # noqa: D102

    @property
    def point(self) -> float: ...  # noqa: D102

    @property
    def difference(self) -> float: ...  # noqa: D102

    @property
    def p_value(self) -> float: ...  # noqa: D102

    @property
    def p_holm(self) -> float: ...  # noqa: D102


Paired = TypeVar("Paired", bound=PairedDifference)


@dataclass(frozen=True, eq=False)
class DifferenceDraws:
    """The difference of two models over all sizes at once, as it may be.

    Parameters
    ----------
    sizes : int64 array of shape (n_sizes,)
        Those at which enough repeats have both models.
    level : float64 array of shape (n_sizes,)
        The mean of the two models' errors.
    mean : float64 array of shape (n_sizes,)
        The mean difference: error of the second minus error of the first.
    standard_error : float64 array of shape (n_sizes,)
    draws : float64 array of shape (n_draws, n_sizes)
        Of a multivariate t distribution around the mean; none with fewer than two repeats.
    """

    sizes: NDArray[np.int64]
    level: Float
    mean: Float
    standard_error: Float
    draws: Float


@dataclass(frozen=True, eq=False)
class MeanDraws:
    """The mean error of a model over all sizes at once, as it may be.

    Parameters
    ----------
    sizes : int64 array of shape (n_sizes,)
        Those at which the model failed in few repeats or none.
    n_repeats : int
        The repeats that have all of them.
    mean : float64 array of shape (n_sizes,)
    standard_error : float64 array of shape (n_sizes,)
    draws : float64 array of shape (n_draws, n_sizes)
        Of a multivariate t distribution around the mean; none with fewer than two repeats.
    """

    sizes: NDArray[np.int64]
    n_repeats: int
    mean: Float
    standard_error: Float
    draws: Float


def holm(p_values: ArrayLike) -> Float:
    """Return p-values adjusted for their number (Holm 1979); NaN stays NaN and does not count.

    Examples
    --------
    >>> holm([0.01, 0.04, np.nan, 0.03]).round(3)
    array([0.03, 0.06,  nan, 0.06])
    """
    p = np.asarray(p_values, np.float64)
    adjusted = np.full(p.shape, np.nan)
    there = np.flatnonzero(np.isfinite(p))
    order = there[np.argsort(p[there], kind="stable")]
    multiplied = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(multiplied), 1.0)
    return adjusted


def covariance_of_mean(values: Float, resampled: Float, sizes: NDArray[np.int64], design: Design) -> Float:
    r"""Return the covariance, over sizes, of the mean over repeats.

    Parameters
    ----------
    values : float64 array of shape (n_sizes, n_repeats)
        A model's error or the difference of two models' errors; at least two repeats, no NaN.
    resampled : float64 array of shape (n_sizes, n_repeats, n_resamples)
        The same on resamples of the test documents.
    sizes : int64 array of shape (n_sizes,)
    design : Design

    Returns
    -------
    float64 array of shape (n_sizes, n_sizes)

    Notes
    -----
    With :math:`s^2` the variance over J repeats, :math:`v` what the choice of so many test documents alone does (from
    the resamples), :math:`\tau` the share of the documents that is tested on and :math:`\kappa = \tau/(1 - \tau)`,
    the variance at m of n documents is

    .. math:: s^2/J + \tau v + \kappa (m/n) \max(0, s^2 - (1 - \tau) v)

    Test parts of two repeats share the part :math:`\tau` of their documents, and drawn without being put back they
    vary by :math:`(1 - \tau) v`; the rest of :math:`s^2` comes from the documents to learn from.  At m = n, or where
    nothing was resampled, the sum is :math:`(1/J + \kappa) s^2`, the correction of Nadeau and Bengio; subsets that are
    small beside the training part hardly overlap, and there only test documents are shared.  The part of the test
    documents is not held to at most s²: a few repeats may agree by chance, and that says little about other documents.

    With an official test part it is :math:`s^2/J + v`, where v is what the one choice of test documents does to the
    mean: no number of repeats averages that away.

    Examples
    --------
    >>> values, nothing = np.array([[0.1, 0.2, 0.3]]), np.zeros((1, 3, 0))
    >>> covariance_of_mean(values, nothing, np.array([80]), Design(80, 20)).round(6)
    array([[0.005833]])
    """
    n_repeats = values.shape[1]
    residuals = values - values.mean(axis=1, keepdims=True)
    over_repeats: Float = residuals @ residuals.T / (n_repeats - 1)
    if design.is_official:
        given: Float = over_repeats / n_repeats + _mean_covariance(resampled.mean(axis=1, keepdims=True))
        return given
    kappa = design.n_test / design.n_train
    tau = design.n_test / (design.n_train + design.n_test)
    # What differs between test parts; without resamples all that differs between repeats.
    of_test = (1.0 - tau) * _mean_covariance(resampled) if resampled.shape[2] > 1 else over_repeats
    s2, v = np.diagonal(over_repeats), np.diagonal(of_test)
    of_training = np.divide(np.maximum(s2 - v, 0.0), s2, out=np.zeros_like(s2), where=s2 > 0.0)
    overlap = np.sqrt(np.minimum(sizes / design.n_train, 1.0) * of_training)
    result: Float = over_repeats / n_repeats + kappa * (of_test + np.outer(overlap, overlap) * over_repeats)
    return result


def _mean_covariance(resampled: Float) -> Float:
    """Return the covariance over resamples, the mean of all repeats; resamples on which nothing is defined are NaN."""
    there = np.isfinite(resampled)
    counts = there.sum(axis=2, keepdims=True)
    means = np.where(there, resampled, 0.0).sum(axis=2, keepdims=True) / np.maximum(counts, 1)
    residuals = np.where(there, resampled - means, 0.0).transpose(1, 0, 2)
    degrees = np.maximum(counts.min(axis=0).ravel() - 1, 1)
    covariances = residuals @ residuals.transpose(0, 2, 1) / degrees[:, None, None]
    result: Float = covariances.mean(axis=0)
    return result


def mean_errors(scores: CurveScores, name: str, bounds: tuple[float, float] = (0.0, 1.0)) -> Float:
    """Return a model's mean error at each size, with the bounds of its 95 % interval.

    Parameters
    ----------
    scores : CurveScores
    name : str
        Of a model.
    bounds : tuple of float
        Between which an error lies.

    Returns
    -------
    float64 array of shape (n_sizes, 3)
        Mean, low, high.  Repeats where the model failed at a size are left out of that size; NaN where none is left,
        and for the interval where fewer than two are.

    Examples
    --------
    >>> errors = np.array([[0.30, 0.26, 0.28], [0.20, 0.20, np.nan]])
    >>> scores = CurveScores(np.array([20, 80]), {"a": errors}, {"a": np.zeros((2, 3, 0))}, Design(80, 20))
    >>> mean_errors(scores, "a").round(3)
    array([[0.28 , 0.214, 0.346],
           [0.2  , 0.2  , 0.2  ]])
    """
    rows = mean_intervals(scores.errors[name], scores.resampled[name], scores)
    result = np.array([row[:3] for row in rows], np.float64).reshape(-1, 3)
    result[:, 1:] = np.clip(result[:, 1:], *bounds)
    return result


def compare(scores: CurveScores) -> tuple[Comparison, ...]:
    """Return the paired difference of each two models at each size, from the repeats that have both.

    Examples
    --------
    >>> errors = {"a": np.array([[0.10, 0.12, 0.11]]), "b": np.array([[0.20, 0.21, 0.22]])}
    >>> scores = CurveScores(np.array([20]), errors, {n: np.zeros((1, 3, 0)) for n in errors}, Design(80, 20))
    >>> (comparison,) = compare(scores)
    >>> f"{comparison.difference:.2f} [{comparison.low:.2f}, {comparison.high:.2f}], p = {comparison.p_value:.3f}"
    '0.10 [0.07, 0.13], p = 0.006'
    """
    return tuple(
        Comparison(first, second, int(size), *row, p_holm=float(p))
        for first, second, rows, adjusted in paired_differences(scores)
        for size, row, p in zip(scores.train_sizes, rows, adjusted, strict=True)
    )


def paired_differences(scores: CurveScores) -> Iterator[tuple[str, str, list[Row], Float]]:
    """Yield each two models, how they differ at each point, and the p-values of these adjusted for their number.

    A row is the mean difference, error of the second minus error of the first, the bounds of its 95 % interval and its
    p-value, of the repeats that have both.
    """
    for first, second in combinations(scores.names, 2):
        differences = scores.errors[second] - scores.errors[first]
        rows = mean_intervals(differences, scores.resampled[second] - scores.resampled[first], scores)
        yield first, second, rows, holm([row[3] for row in rows])


def mean_intervals(values: Float, resampled: Float, scores: CurveScores) -> list[Row]:
    """Return the mean, the bounds of its 95 % interval and the p-value of a mean of 0, at each point of curves.

    Parameters
    ----------
    values : float64 array of shape (n_points, n_repeats)
        An error, or a difference of errors; NaN does not count.
    resampled : float64 array of shape (n_points, n_repeats, n_resamples)
        The same on resamples of the test documents.
    scores : CurveScores
        Whose points and design these are.
    """
    return [_t_interval(values[i], resampled[i], int(size), scores.design) for i, size in enumerate(scores.train_sizes)]


def _t_interval(values: Float, resampled: Float, size: int, design: Design) -> Row:
    """Return mean, low, high, and the p-value of a mean of 0, of one size's repeats."""
    there = np.isfinite(values)
    n_repeats = int(there.sum())
    if n_repeats == 0:
        return (np.nan,) * 4
    mean = float(values[there].mean())
    if n_repeats == 1:
        return mean, np.nan, np.nan, np.nan
    variance = covariance_of_mean(values[None, there], resampled[None, there], np.array([size]), design)
    return t_interval(mean, float(np.sqrt(variance[0, 0])), n_repeats)


def t_interval(mean: float, standard_error: float, n: int) -> Row:
    """Return a mean of `n` values, the bounds of its 95 % interval, and the two-sided p-value of a mean of 0.

    Examples
    --------
    >>> [round(number, 4) for number in t_interval(2.0, 1.0, 11)]
    [2.0, -0.2281, 4.2281, 0.0734]
    """
    half = float(stdtrit(n - 1, _UPPER)) * standard_error
    if standard_error > 0.0:
        p_value = 2.0 * float(stdtr(n - 1, -abs(mean) / standard_error))
    else:
        p_value = 1.0 if mean == 0.0 else 0.0
    return mean, mean - half, mean + half, p_value


def common_repeats(values: Float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the sizes and the repeats that make a whole table without NaN.

    Sizes that would cost more than half of the repeats are left out, the one with the most gaps first.

    Parameters
    ----------
    values : float64 array of shape (n_sizes, n_repeats)

    Returns
    -------
    sizes, repeats : intp arrays
        Rows and columns of the table.

    Examples
    --------
    >>> common_repeats(np.array([[np.nan, np.nan, 1.0], [1.0, 1.0, np.nan], [1.0, 1.0, 1.0]]))
    (array([1, 2]), array([0, 1]))
    """
    there = np.isfinite(values)
    rows = np.flatnonzero(there.any(axis=1))
    while len(rows):
        complete = there[rows].all(axis=0)
        if 2 * complete.sum() >= values.shape[1]:
            return rows, np.flatnonzero(complete)
        rows = np.delete(rows, np.argmin(there[rows].sum(axis=1)))
    return rows, np.zeros(0, np.intp)


def difference_draws(
    scores: CurveScores, first: str, second: str, n_draws: int = 2000, seed: int = 0
) -> DifferenceDraws:
    """Return what the difference of two models may be, at all sizes together.

    Parameters
    ----------
    scores : CurveScores
    first, second : str
        Models.
    n_draws : int
    seed : int
        The same seed gives the same draws.

    Returns
    -------
    DifferenceDraws
        At each size the draws are distributed as the t interval says; over sizes they move together as the repeats do.

    Examples
    --------
    >>> errors = {"a": np.array([[0.10, 0.12, 0.11]]), "b": np.array([[0.20, 0.21, 0.22]])}
    >>> scores = CurveScores(np.array([20]), errors, {n: np.zeros((1, 3, 0)) for n in errors}, Design(80, 20))
    >>> difference = difference_draws(scores, "a", "b")
    >>> difference.mean.round(3), difference.standard_error.round(4), difference.draws.shape
    (array([0.1]), array([0.0076]), (2000, 1))
    """
    differences = scores.errors[second] - scores.errors[first]
    rows, columns = common_repeats(differences)
    table = np.ix_(rows, columns)
    resampled = scores.resampled[second][table] - scores.resampled[first][table]
    sizes = scores.train_sizes[rows]
    level = (scores.errors[first][table] + scores.errors[second][table]).sum(axis=1) / (2.0 * max(len(columns), 1))
    return DifferenceDraws(
        sizes, level, *_draws_of_mean(differences[table], resampled, sizes, scores.design, n_draws, seed)
    )


def mean_draws(scores: CurveScores, name: str, n_draws: int = 2000, seed: int = 0) -> MeanDraws:
    """Return what the mean error of a model may be, at all sizes together.

    Parameters
    ----------
    scores : CurveScores
    name : str
        Of a model.
    n_draws : int
    seed : int
        The same seed gives the same draws.

    Returns
    -------
    MeanDraws
        At each size the draws are distributed as the t interval says; over sizes they move together as the repeats do.

    Examples
    --------
    >>> errors = np.array([[0.30, 0.26, 0.28], [0.20, 0.20, np.nan]])
    >>> scores = CurveScores(np.array([20, 80]), {"a": errors}, {"a": np.zeros((2, 3, 0))}, Design(80, 20))
    >>> curve = mean_draws(scores, "a")
    >>> curve.n_repeats, curve.mean.round(3), curve.draws.shape
    (2, array([0.28, 0.2 ]), (2000, 2))
    """
    errors = scores.errors[name]
    rows, columns = common_repeats(errors)
    table = np.ix_(rows, columns)
    sizes = scores.train_sizes[rows]
    return MeanDraws(
        sizes,
        len(columns),
        *_draws_of_mean(errors[table], scores.resampled[name][table], sizes, scores.design, n_draws, seed),
    )


def _draws_of_mean(
    values: Float, resampled: Float, sizes: NDArray[np.int64], design: Design, n_draws: int, seed: int
) -> tuple[Float, Float, Float]:
    """Return the mean over repeats, its standard error and draws around it; no draws with fewer than two repeats."""
    n_sizes, n_repeats = values.shape
    mean = values.sum(axis=1) / max(n_repeats, 1)
    if n_repeats < 2:
        return mean, np.full(n_sizes, np.nan), np.zeros((0, n_sizes))
    covariance = covariance_of_mean(values, resampled, sizes, design)
    rng = np.random.default_rng(seed)
    degrees = n_repeats - 1
    stretch = np.sqrt(degrees / rng.chisquare(degrees, n_draws))
    noise = rng.standard_normal((n_draws, n_sizes)) @ _root(covariance)
    return mean, np.sqrt(np.diagonal(covariance)), mean + stretch[:, None] * noise


def _root(covariance: Float) -> Float:
    """Return the symmetric root: it is unique, so that the draws do not hang on how a library picks eigenvectors."""
    values, vectors = np.linalg.eigh(covariance)
    root: Float = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return root


def by_pair(comparisons: Sequence[Paired]) -> Mapping[tuple[str, str], tuple[Paired, ...]]:
    """Return the comparisons of each pair, in the order of the axis."""
    pairs: dict[tuple[str, str], list[Paired]] = {}
    for comparison in comparisons:
        pairs.setdefault((comparison.first, comparison.second), []).append(comparison)
    return {pair: tuple(sorted(of_pair, key=lambda c: c.point)) for pair, of_pair in pairs.items()}
