"""Weighing several kinds of evidence against each other, by what they were worth on documents not seen before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Stack", "fit_stack"]

Floats = NDArray[np.float64]

# How sure it is beforehand that each kind of evidence adds one nat a standard deviation, in units of documents: a
# few of them, each scored by a model that lacks it, make good evidence look bad.
_PRECISION = 3.0
_BEFOREHAND = 1.0


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
    >>> bool(stack.weights[0] > 5), abs(stack.weights[1]) < 0.2
    (True, True)
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    if weights is None:
        weights = np.ones(len(evidence))
    kind_of = np.asarray(kinds)
    n_kinds = int(kind_of.max()) + 1
    share = weights / weights.sum()
    totals = np.stack([evidence[:, kind_of == kind].sum(axis=1) for kind in range(n_kinds)], axis=1)
    spread = np.sqrt(share @ (totals - share @ totals) ** 2)
    spread[spread == 0.0] = 1.0
    is_part = np.flatnonzero(np.bincount(kind_of, minlength=n_kinds)[kind_of] > 1)
    design = np.column_stack([totals / spread, evidence[:, is_part] / spread[kind_of[is_part]], np.ones(len(evidence))])
    expected = np.zeros(design.shape[1])
    expected[:n_kinds] = _BEFOREHAND
    expected[-1] = np.log(weights[is_class].sum() / weights[~is_class].sum())
    signed = np.where(is_class, 1.0, -1.0)

    def loss(coefficients: Floats) -> tuple[float, Floats]:
        margins = signed * (design @ coefficients)
        off = coefficients - expected
        value = weights @ np.logaddexp(0.0, -margins) + 0.5 * _PRECISION * off @ off
        return float(value), _PRECISION * off - design.T @ (weights * signed * expit(-margins))

    found = expected
    if held_out:
        found = minimize(loss, expected, jac=True, method="L-BFGS-B", options={"ftol": 1e-13, "gtol": 1e-9}).x
    combined = (found[:n_kinds] / spread)[kind_of]
    combined[is_part] += found[n_kinds:-1] / spread[kind_of[is_part]]
    margins = signed * (design @ found)
    return Stack(combined, float(found[-1]), float(share @ np.logaddexp(0.0, -margins)))
