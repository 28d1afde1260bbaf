"""L2-regularized linear models with two classes, solved on rows of one matrix that is never copied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.learning.sparse_rows import SparseRows

__all__ = ["LOSSES", "Problem", "Solution", "solve"]

LOSSES = ("squared_hinge", "hinge", "log_loss")

# A small problem is solved exactly, for it costs nothing: `tol` counts once so many entries were visited.
_EFFORT = 1 << 21
# What counts as exactly: a tenth of it float32 does not reach, and would use up the whole effort for nothing.
_EXACT = {"float32": 1e-5, "float64": 1e-11}
# Where the logistic loss starts: its dual variables must not be 0.
_FIRST = 1e-8
# Products of smaller costs are 0, and no weight notices them.
_LEAST_COST = 1e-100
_SEED = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False)
class Problem:
    """Minimize ½|w|² + Σ C_i loss(y_i w·x_i) over the weights w, the intercept among them where there is one.

    Parameters
    ----------
    rows : SparseRows
        float32 or float64, and so are the weights.
    signs : float64 array of shape (n_rows,)
        1 for the class, -1 for the others.
    loss : {"squared_hinge", "hinge", "log_loss"}
    bias : float
        Value of the constant feature that the intercept is the weight of; 0: no intercept.
    """

    rows: SparseRows
    signs: NDArray[np.float64]
    loss: str = "squared_hinge"
    bias: float = 1.0


@dataclass(frozen=True, eq=False)
class Solution:
    """What minimizes it.

    Attributes
    ----------
    weights : array of shape (n_features,)
    intercept : float
    alpha : float64 array of shape (n_rows,)
        The dual variables: where another solution may start.
    n_epochs : int
    converged : bool
    """

    weights: NDArray[Any]
    intercept: float
    alpha: NDArray[np.float64]
    n_epochs: int
    converged: bool


def solve(
    problem: Problem,
    costs: NDArray[np.float64],
    *,
    rows: NDArray[np.integer[Any]] | None = None,
    start: NDArray[np.float64] | None = None,
    tol: float = 0.1,
    max_epochs: int = 1000,
) -> Solution:
    """Solve a problem by dual coordinate descent.

    Parameters
    ----------
    problem : Problem
    costs : float64 array of shape (n_rows,)
        C_i: what an error in each row costs.  Rows of cost 0 are left out.
    rows : int array, optional
        Learn from these rows alone.
    start : float64 array of shape (n_rows,), optional
        Dual variables to start from, such as those of a solution with smaller costs.
    tol : float
        Violation of the optimality conditions at which a large problem counts as solved; a small one is solved
        exactly.
    max_epochs : int
        Passes over the rows.

    Examples
    --------
    Two points, at 1 and at -1, and no intercept: the minimum is where w = 2C(1 - w) + 2C(1 - w).

    >>> from scipy.sparse import csr_matrix
    >>> problem = Problem(SparseRows.of(csr_matrix([[1.0], [-1.0]])), np.array([1.0, -1.0]), bias=0.0)
    >>> solve(problem, np.array([1.0, 1.0])).weights.round(12)
    array([0.8])
    """
    from textgd.kernels.descent import descend_hinge, descend_logistic
    from textgd.kernels.products import add_rows

    chosen = np.flatnonzero(costs > _LEAST_COST) if rows is None else rows[costs[rows] > _LEAST_COST]
    chosen = chosen.astype(np.uint64)
    matrix = problem.rows
    weights = np.zeros(matrix.n_columns + 1, matrix.data.dtype)
    is_logistic = problem.loss == "log_loss"
    alpha = np.zeros(len(costs)) if start is None else start.copy()
    upper, diagonal = costs, np.zeros(len(costs))
    if is_logistic:
        alpha = np.clip(alpha, np.minimum(1e-3 * costs, _FIRST), costs * (1.0 - 1e-8))
    elif problem.loss == "squared_hinge":
        upper = np.full(len(costs), np.inf)
        with np.errstate(divide="ignore", over="ignore"):
            diagonal = 0.5 / costs
    else:
        alpha = np.minimum(alpha, costs)
    bias = matrix.data.dtype.type(problem.bias)
    factors = alpha * problem.signs
    add_rows(*matrix.arrays, chosen, factors, weights[:-1])
    weights[-1] = factors[chosen.astype(np.intp)].sum() * problem.bias
    descend = descend_logistic if is_logistic else descend_hinge
    limits = (float(tol), _EXACT[matrix.data.dtype.name], _EFFORT, int(max_epochs), _SEED)
    n_epochs, violation = descend(*matrix.arrays, problem.signs, upper, diagonal, chosen, alpha, weights, bias, *limits)
    left_out = np.ones(len(costs), bool)
    left_out[chosen] = False
    alpha[left_out] = 0.0
    return Solution(weights[:-1], float(weights[-1]) * problem.bias, alpha, n_epochs, violation <= tol)
