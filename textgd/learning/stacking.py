"""Weighing several kinds of evidence against each other, by what they were worth on documents not seen before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Stack", "fit_scale", "fit_stack"]

Floats = NDArray[np.float64]

# How sure it is beforehand that each kind of evidence adds one nat a standard deviation, in units of documents: a
# few of them, each scored by a model that lacks it, make good evidence look bad.
_PRECISION = 3.0
_BEFOREHAND = 1.0
# Newton's method takes less than ten steps.
_MOST_STEPS = 100
# Beyond, a logistic function is 0 or 1.
_FAR = 500.0


class Stack(NamedTuple):
    """Log-odds of a class as a weighted sum of evidence.

    Attributes
    ----------
    weights : float64 array of shape (n_columns,)
    intercept : float
    log_loss : float
        Mean over the documents it was fitted on, in nats.
    """

    weights: Floats
    intercept: float
    log_loss: float

    def log_odds(self, evidence: Floats) -> Floats:
        """Return the log-odds of documents, shape (n_rows,)."""
        odds: Floats = evidence @ self.weights + self.intercept
        return odds


def fit_stack(
    evidence: Floats,
    kinds: Sequence[int],
    is_class: NDArray[np.bool_],
    weights: Floats | None = None,
    *,
    held_out: bool = True,
) -> Stack:
    """Fit the weights of evidence by logistic regression on held-out scores (stacking: Wolpert 1992).

    The weight of a column is that of its kind plus one of its own.  A normal prior holds the kinds' weights near one
    nat for each standard deviation, and the columns' own near 0: it decides where there are a few dozen documents,
    and is forgotten where there are thousands.

    Parameters
    ----------
    evidence : float64 array of shape (n_rows, n_columns)
        Scores of documents from models that did not learn from them.
    kinds : sequence of int, one a column
        0, 1 and so on: columns that say parts of the same thing have the same kind.
    is_class : bool array of shape (n_rows,)
    weights : float64 array of shape (n_rows,), optional
        Of the documents.
    held_out : bool
        False where the models learned from these very documents: then only the spread of the evidence is taken from
        them, and the prior decides.

    Examples
    --------
    The first kind of evidence decides, the second is noise:

    >>> evidence = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]] * 500)
    >>> stack = fit_stack(evidence, [0, 1], evidence[:, 0] > 0)
    >>> bool(stack.weights[0] > 5), bool(abs(stack.weights[1]) < 0.2)
    (True, True)
    """
    if weights is None:
        weights = np.ones(len(evidence))
    kind_of = np.asarray(kinds)
    n_kinds = int(kind_of.max()) + 1
    share = weights / weights.sum()
    # Around its mean, so that evidence that says the same of all documents moves no prior.
    center = share @ evidence
    centered = evidence - center
    totals = np.stack([centered[:, kind_of == kind].sum(axis=1) for kind in range(n_kinds)], axis=1)
    spread = np.sqrt(share @ totals**2)
    spread[spread == 0.0] = 1.0
    is_part = np.flatnonzero(np.bincount(kind_of, minlength=n_kinds)[kind_of] > 1)
    design = np.column_stack([totals / spread, centered[:, is_part] / spread[kind_of[is_part]], np.ones(len(evidence))])
    expected = np.zeros(design.shape[1])
    expected[:n_kinds] = _BEFOREHAND
    expected[-1] = np.log(weights[is_class].sum() / weights[~is_class].sum())
    signed = np.where(is_class, 1.0, -1.0)
    found = _fit_penalized(design, signed, weights, expected) if held_out else expected
    combined = (found[:n_kinds] / spread)[kind_of]
    combined[is_part] += found[n_kinds:-1] / spread[kind_of[is_part]]
    margins = signed * (design @ found)
    return Stack(combined, float(found[-1] - center @ combined), float(share @ np.logaddexp(0.0, -margins)))


def fit_scale(scores: Floats, is_class: NDArray[np.bool_], weights: Floats) -> Stack:
    """Fit how many nats a unit of a score is worth: a stack of one column without an intercept.

    Parameters
    ----------
    scores : float64 array of shape (n_rows,)
    is_class : bool array of shape (n_rows,)
    weights : float64 array of shape (n_rows,)
    """
    from scipy.optimize import minimize_scalar

    share = weights / weights.sum()
    spread = float(np.sqrt(share @ scores**2)) or 1.0
    margins = np.where(is_class, scores, -scores) / spread

    def log_loss(scale: float) -> float:
        return float(share @ np.logaddexp(0.0, -scale * margins))

    def loss(scale: float) -> float:
        return float(weights.sum()) * log_loss(scale) + 0.5 * _PRECISION * (scale - _BEFOREHAND) ** 2

    scale = float(minimize_scalar(loss, bounds=(0.0, _FAR), method="bounded", options={"xatol": 1e-9}).x)
    return Stack(np.array([scale / spread]), 0.0, log_loss(scale))


def _fit_penalized(design: Floats, signed: Floats, weights: Floats, expected: Floats) -> Floats:
    """Return the most probable coefficients: Newton's method, each step halved until it is one downhill."""

    def loss(coefficients: Floats) -> float:
        off = coefficients - expected
        return float(weights @ np.logaddexp(0.0, -signed * (design @ coefficients)) + 0.5 * _PRECISION * off @ off)

    found, least = expected, loss(expected)
    for _ in range(_MOST_STEPS):
        doubt = 1.0 / (1.0 + np.exp(np.clip(signed * (design @ found), -_FAR, _FAR)))
        gradient = _PRECISION * (found - expected) - design.T @ (weights * signed * doubt)
        curvature = design.T @ (design * (weights * doubt * (1.0 - doubt))[:, None])
        step = np.linalg.solve(curvature + _PRECISION * np.eye(len(found)), gradient)
        gain = gradient @ step
        size = 1.0
        while loss(found - size * step) > least - 1e-4 * size * gain and size > 1e-10:
            size /= 2
        found = found - size * step
        least = loss(found)
        if gain < 1e-12 * max(least, 1.0):
            break
    return found
