"""How frequent each class is where unlabeled documents come from, found from the documents themselves."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.errors import DataError
from textgd.plain import plain

__all__ = ["ESTIMATE", "PriorEstimate", "estimate_class_prior"]

#: Stands in the place of class probabilities that are to be found from the documents themselves.
ESTIMATE = "estimate"

# How far below its maximum the log-likelihood may be and yet be called that; a standard error's worth is 1/2.
_CLOSE, _CLOSE_ENOUGH = 1e-4, 1e-2
# Half the 95 % quantile of chi-square with one degree of freedom: the depth of a 95 % interval below the maximum.
_DEPTH = 1.920729
_MAX_ITERATIONS = 10_000
# The bounds are told to so many parts of a standard error at the least.
_BOUND_STEPS, _BOUND_TOLERANCE = 60, 1e-3


@dataclass(frozen=True, eq=False)
class PriorEstimate:
    """Class probabilities as they are where a batch of documents comes from.

    Attributes
    ----------
    classes : tuple
        The labels.
    prior : float64 array of shape (n_classes,)
        Their estimated probabilities, which sum to 1.
    low, high : float64 arrays of shape (n_classes,)
        95 % interval of each by the profile likelihood.  It holds the probability in the source that the documents are
        drawn from at random, as far as P(class | document) is calibrated and texts of a class are what they were in
        training; it says nothing of an error of the calibration.
    n_documents, n_iterations : int
    converged : bool
    """

    classes: tuple[Any, ...]
    prior: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    n_documents: int
    n_iterations: int
    converged: bool

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        data: dict[str, Any] = plain(self)
        return data


class _Top(NamedTuple):
    """Where a log-likelihood is greatest."""

    prior: NDArray[np.float64]
    log_likelihood: float
    #: What each class would gain: the derivative by its probability.
    slopes: NDArray[np.float64]
    n_iterations: int
    converged: bool


def estimate_class_prior(
    log_proba: NDArray[np.float64],
    training_prior: NDArray[np.float64],
    classes: Any = None,
    max_iterations: int = _MAX_ITERATIONS,
) -> PriorEstimate:
    r"""Estimate how frequent the classes are in a batch's source, by expectation maximization.

    With :math:`q` the unknown probabilities and :math:`\pi` those of training, a step takes the mean over documents of
    :math:`q_c p_{ic} / \pi_c` scaled to sum to 1 (Saerens, Latinne and Decaestecker 2002, equations 2.8 and 2.9), which
    climbs the likelihood of the batch; it is concave, so there is one maximum.  One document's worth of the training
    prior is added, so that no class that documents do not speak for becomes impossible, and a single document proves
    little.  Steps end where duality bounds what is left to gain by 0.0001 nats.

    The interval of a class is where the likelihood, the others at their best, is within 1.92 nats of its maximum; this
    holds next to 0 and 1 too.

    Parameters
    ----------
    log_proba : float64 array of shape (n_documents, n_classes)
        ln P(class | document) under `training_prior`, calibrated.
    training_prior : float64 array of shape (n_classes,)
    classes : sequence, optional
        The labels; by default the numbers of the columns.
    max_iterations : int
        Steps; where they do not suffice there is a warning, and `converged` is False.

    Raises
    ------
    DataError
        Where there is no document.

    References
    ----------
    M. Saerens, P. Latinne and C. Decaestecker (2002), Adjusting the outputs of a classifier to new a priori
    probabilities: a simple procedure.

    Examples
    --------
    Trained on as many of both classes; four documents in five are surely of the first:

    >>> log_proba = np.log([[0.999, 0.001]] * 80 + [[0.001, 0.999]] * 20)
    >>> found = estimate_class_prior(log_proba, np.array([0.5, 0.5]), ["ham", "spam"])
    >>> found.prior.round(2), found.low.round(2), found.high.round(2)
    (array([0.8, 0.2]), array([0.72, 0.13]), array([0.87, 0.28]))
    """
    n, n_classes = log_proba.shape
    if n == 0:
        raise DataError("There is no document to estimate the class frequencies from; give some, or the frequencies.")
    training_prior = np.asarray(training_prior, np.float64)
    ratios = _ratios(log_proba, training_prior)
    top = _climb(ratios, training_prior, training_prior, max_iterations, _CLOSE)
    if not top.converged:
        warnings.warn(
            f"The estimate of the class frequencies did not converge in {max_iterations:,} steps: the probabilities "
            "hardly tell the classes apart. Give the class frequencies, or more documents.",
            stacklevel=2,
        )
    likeliest = _climb(ratios, top.prior, np.zeros(n_classes), max_iterations, _CLOSE_ENOUGH)
    bounds = [
        _bounds(ratios, c, top.prior, likeliest, max_iterations) if training_prior[c] > 0.0 else (0.0, 0.0)
        for c in range(n_classes)
    ]
    low, high = np.array(bounds).T
    names = range(n_classes) if classes is None else np.asarray(classes).tolist()
    return PriorEstimate(tuple(names), top.prior, low, high, n, top.n_iterations, top.converged)


def _ratios(log_proba: NDArray[np.float64], prior: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what is proportional to P(x | c) in each row, the greatest 1, shape (n_classes, n_documents)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(prior > 0.0, log_proba - np.log(prior), -np.inf)
    ratios: NDArray[np.float64] = np.ascontiguousarray(np.exp(logs - logs.max(axis=1, keepdims=True)).T)
    return ratios


def _climb(
    ratios: NDArray[np.float64],
    start: NDArray[np.float64],
    extra: NDArray[np.float64],
    max_iterations: int,
    close: float,
    held: int | None = None,
) -> _Top:
    """Climb the log-likelihood from a prior by expectation maximization.

    Parameters
    ----------
    ratios : float64 array of shape (n_classes, n_documents)
    start : float64 array of shape (n_classes,)
    extra : float64 array of shape (n_classes,)
        Documents of each class that are added.
    max_iterations : int
    close : float
        End where the gain that is left cannot be more, which is how far the steepest slope is above the mean one.
    held : int, optional
        A class whose probability stays.
    """
    prior, free = start, np.ones(len(start), bool)
    if held is not None:
        free[held] = False
    mass = float(prior[free].sum())
    slopes = np.zeros(len(prior))
    for step in range(max_iterations + 1):
        mixed = prior @ ratios
        if not mixed.all():  # a document is impossible
            return _Top(prior, -np.inf, slopes, step, True)
        slopes = ratios @ (1.0 / mixed)
        per_class = prior * slopes + extra
        steepest = (slopes + np.divide(extra, prior, out=np.zeros_like(extra), where=extra > 0.0))[free].max()
        total = float(per_class[free].sum())
        converged = bool(mass * steepest - total <= close)
        if converged or step == max_iterations:
            break
        prior = np.where(free, per_class * (mass / total), prior)
    return _Top(prior, float(np.log(mixed).sum()), slopes, step, converged)


def _bounds(
    ratios: NDArray[np.float64], c: int, prior: NDArray[np.float64], top: _Top, max_iterations: int
) -> tuple[float, float]:
    """Return where the likelihood of one class's probability, the others at their best, is as deep as an interval is.

    It is concave, so that Newton's method finds the depth from outside, and halving keeps it there.
    """
    least, value = top.log_likelihood - _DEPTH, float(prior[c])
    bounds = []
    for end in (0.0, 1.0):
        inside, outside, share = value, end, end
        best = top.prior
        for _ in range(_BOUND_STEPS):
            others = np.delete(best, c)
            at = np.insert(others * ((1.0 - share) / others.sum()) if others.sum() > 0.0 else others, c, share)
            found = _climb(ratios, at, np.zeros(len(at)), max_iterations, _CLOSE_ENOUGH, held=c)
            height = found.log_likelihood - least
            if height >= 0.0:
                inside, best = share, found.prior
                if share == end:
                    break
            else:
                outside = share
            if abs(outside - inside) <= _BOUND_TOLERANCE * abs(outside - value):
                break
            step = np.nan
            if np.isfinite(height) and 0.0 < share < 1.0:
                slope = found.slopes[c] - (len(ratios[0]) - share * found.slopes[c]) / (1.0 - share)
                step = share - height / slope if slope else np.nan
            within = min(inside, outside) < step < max(inside, outside)
            share = float(step) if within else 0.5 * (inside + outside)
        bounds.append(end if inside == end else outside)
    return min(bounds[0], value), max(bounds[1], value)
