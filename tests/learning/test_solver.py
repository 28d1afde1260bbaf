"""The solver finds the minimum that scipy finds, from wherever it starts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit

from textgd.learning.solver import LOSSES, Problem, solve
from textgd.learning.sparse_rows import SparseRows

Floats = NDArray[np.float64]

SMOOTH = ["squared_hinge", "log_loss"]


def data(n_rows: int = 60, n_columns: int = 12, seed: int = 0) -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    signs = np.where(np.arange(n_rows) % 3, 1.0, -1.0)
    X = rng.poisson(rng.gamma(0.7, 1.0, (2, n_columns))[(signs > 0).astype(int)]).astype(float)
    return X, signs, rng.uniform(0.05, 2.0, n_rows)


def problem_of(X: Floats, signs: Floats, loss: str, bias: float = 1.0, dtype: Any = np.float64) -> Problem:
    return Problem(SparseRows.of(csr_matrix(X.astype(dtype))), signs, loss, bias)


def objective(loss: str, w: Floats, X: Floats, signs: Floats, costs: Floats) -> tuple[float, Floats]:
    """The primal objective and its gradient."""
    margins = signs * (X @ w)
    if loss == "log_loss":
        losses, slopes = np.logaddexp(0.0, -margins), -expit(-margins)
    else:
        short = np.maximum(0.0, 1.0 - margins)
        losses, slopes = short**2, -2.0 * short
    return float(0.5 * w @ w + costs @ losses), w + X.T @ (costs * slopes * signs)


@pytest.mark.parametrize("bias", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("loss", SMOOTH)
def test_agrees_with_scipy_on_the_primal(loss: str, bias: float) -> None:
    X, signs, costs = data()
    solution = solve(problem_of(X, signs, loss, bias), costs, tol=1e-9, max_epochs=20000)
    extended = np.column_stack([X, np.full(len(X), bias)])
    arguments = (extended, signs, costs)
    found = minimize(
        lambda w: objective(loss, w, *arguments),
        np.zeros(extended.shape[1]),
        jac=True,
        method="BFGS",
        options={"gtol": 1e-8, "maxiter": 5000},
    )
    assert_allclose(solution.weights, found.x[:-1], rtol=1e-6, atol=1e-7)
    assert_allclose(solution.intercept, found.x[-1] * bias, rtol=1e-6, atol=1e-7)
    assert solution.converged


@given(
    arrays(np.float64, (7, 3), elements=st.sampled_from([0.0, 1.0, 2.0, 0.5])),
    arrays(np.float64, 7, elements=st.sampled_from([-1.0, 1.0])),
    st.sampled_from([0.01, 1.0, 20.0]),
    st.sampled_from(SMOOTH),
)
def test_the_gradient_is_zero(X: Floats, signs: Floats, C: float, loss: str) -> None:
    solution = solve(problem_of(X, signs, loss), np.full(7, C), tol=1e-9, max_epochs=50000)
    w = np.append(solution.weights, solution.intercept)
    extended = np.column_stack([X, np.ones(7)])
    _, gradient = objective(loss, w, extended, signs, np.full(7, C))
    assert_allclose(gradient, 0.0, atol=2e-6)


def test_hinge_keeps_the_conditions_of_its_optimum() -> None:
    """Rows beyond the margin count nothing, those inside it all they may, and others are on it."""
    X, signs, costs = data()
    costs = 0.02 * costs
    solution = solve(problem_of(X, signs, "hinge"), costs, tol=1e-9, max_epochs=50000)
    margins = signs * (X @ solution.weights + solution.intercept)
    assert_allclose(solution.weights, X.T @ (solution.alpha * signs), atol=1e-9)
    assert_allclose(solution.intercept, solution.alpha @ signs, atol=1e-9)
    right, wrong = margins > 1 + 1e-6, margins < 1 - 1e-6
    assert right.sum() > 5
    assert wrong.sum() > 5
    assert not solution.alpha[right].any()
    assert_allclose(solution.alpha[wrong], costs[wrong], rtol=1e-12)
    between = solution.alpha[~right & ~wrong]
    assert (between > 0).any()
    assert (between >= 0).all()
    assert (between <= costs[~right & ~wrong]).all()


@pytest.mark.parametrize("loss", LOSSES)
def test_a_warm_start_ends_where_a_cold_one_does(loss: str) -> None:
    X, signs, costs = data(seed=1)
    problem = problem_of(X, signs, loss)
    limits: dict[str, Any] = {"tol": 1e-9, "max_epochs": 50000}
    cold = solve(problem, 10 * costs, **limits)
    for other in (costs, 0.01 * costs, 100 * costs):
        start = solve(problem, other, **limits).alpha
        before = start.copy()
        warm = solve(problem, 10 * costs, start=start, **limits)
        assert_array_equal(start, before)
        assert_allclose(warm.weights, cold.weights, rtol=1e-6, atol=1e-7)
        assert_allclose(warm.intercept, cold.intercept, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_solution_is_where_it_starts_again(loss: str) -> None:
    X, signs, costs = data(seed=2)
    problem = problem_of(X, signs, loss)
    cold = solve(problem, costs, tol=1e-9, max_epochs=50000)
    again = solve(problem, costs, start=cold.alpha, tol=1e-9, max_epochs=50000)
    assert again.n_epochs < 0.5 * cold.n_epochs
    assert_allclose(again.weights, cold.weights, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_start_from_other_rows(loss: str) -> None:
    """What rows counted that are now left out is forgotten."""
    X, signs, costs = data(seed=3)
    problem = problem_of(X, signs, loss)
    limits: dict[str, Any] = {"tol": 1e-9, "max_epochs": 50000}
    start = solve(problem, costs, **limits).alpha
    rows = np.arange(0, 60, 2)
    warm = solve(problem, costs, rows=rows, start=start, **limits)
    alone = solve(problem_of(X[rows], signs[rows], loss), costs[rows], **limits)
    assert_allclose(warm.weights, alone.weights, rtol=1e-6, atol=1e-7)
    assert not warm.alpha[1::2].any()


@pytest.mark.parametrize("loss", LOSSES)
def test_rows_that_cost_nothing_are_not_there(loss: str) -> None:
    X, signs, costs = data(seed=4)
    costs[::3] = 0.0
    costs[1] = 1e-200
    keep = costs > 1e-100
    limits: dict[str, Any] = {"tol": 1e-9, "max_epochs": 50000}
    whole = solve(problem_of(X, signs, loss), costs, **limits)
    part = solve(problem_of(X[keep], signs[keep], loss), costs[keep], **limits)
    assert_allclose(whole.weights, part.weights, rtol=1e-6, atol=1e-8)
    assert not whole.alpha[~keep].any()
    chosen = np.arange(30).astype(np.uint64)
    among = solve(problem_of(X, signs, loss), costs, rows=chosen, **limits)
    first = solve(problem_of(X[:30], signs[:30], loss), costs[:30], **limits)
    assert_allclose(among.weights, first.weights, rtol=1e-6, atol=1e-8)
    assert chosen.tolist() == list(range(30))


@pytest.mark.parametrize("loss", LOSSES)
def test_nothing_to_learn_from(loss: str) -> None:
    X, signs, _ = data()
    solution = solve(problem_of(X, signs, loss), np.zeros(60))
    assert not solution.weights.any()
    assert solution.intercept == 0.0
    assert solution.converged


@pytest.mark.parametrize("loss", LOSSES)
def test_converged_says_whether_it_is(loss: str) -> None:
    X, signs, costs = data(seed=5)
    problem = problem_of(X, signs, loss)
    assert not solve(problem, 100 * costs, tol=1e-6, max_epochs=1).converged
    assert solve(problem, 100 * costs, tol=1e-6, max_epochs=50000).converged


@pytest.mark.parametrize("loss", LOSSES)
def test_single_precision(loss: str) -> None:
    X, signs, costs = data(seed=6)
    single = solve(problem_of(X, signs, loss, dtype=np.float32), costs, tol=1e-4)
    double = solve(problem_of(X, signs, loss), costs, tol=1e-9, max_epochs=50000)
    assert single.weights.dtype == np.float32
    assert single.converged
    assert_allclose(single.weights, double.weights, rtol=1e-3, atol=1e-4)
