"""Coordinate descent ends where it is certain to be right: where the primal and the dual objective meet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.sparse import csr_matrix
from scipy.special import xlogy

from textgd.kernels.descent import descend_hinge, descend_logistic

Floats = NDArray[np.float64]

LOSSES = ["squared_hinge", "hinge", "log_loss"]
SEED = np.uint64(7)

problems = st.integers(2, 9).flatmap(
    lambda n: st.tuples(
        arrays(np.float64, (n, 4), elements=st.sampled_from([0.0, 0.0, 1.0, 2.0, -0.5])),
        arrays(np.float64, n, elements=st.sampled_from([-1.0, 1.0])),
        arrays(np.float64, n, elements=st.sampled_from([0.01, 0.5, 1.0, 3.0])),
        st.sampled_from([0.0, 1.0, 2.0]),
    )
)


def descend(
    loss: str,
    X: Floats,
    signs: Floats,
    costs: Floats,
    bias: float,
    max_epochs: int = 20000,
    rows: Any = None,
    dtype: Any = np.float64,
) -> tuple[Floats, Floats, int, float]:
    matrix = csr_matrix(X.astype(dtype))
    arrays = matrix.indptr.astype(np.uint64), matrix.indices.astype(np.uint32), matrix.data
    rows = np.arange(len(signs), dtype=np.uint64) if rows is None else rows
    alpha, weights = np.zeros(len(signs)), np.zeros(X.shape[1] + 1, dtype)
    upper, diagonal = costs, np.zeros(len(signs))
    if loss == "squared_hinge":
        upper, diagonal = np.full(len(signs), np.inf), 0.5 / costs
    if loss == "log_loss":
        alpha[rows.astype(int)] = 1e-8 * costs[rows.astype(int)]
        weights[:-1] = X.T @ (alpha * signs)
        weights[-1] = bias * (alpha @ signs)
    function = descend_logistic if loss == "log_loss" else descend_hinge
    limits = (1e-9, 1e-9, 0, max_epochs, SEED)
    n_epochs, violation = function(*arrays, signs, upper, diagonal, rows, alpha, weights, dtype(bias), *limits)
    return weights, alpha, n_epochs, violation


def primal(loss: str, margins: Floats, costs: Floats, weights: Floats) -> float:
    losses = {
        "squared_hinge": np.maximum(0.0, 1.0 - margins) ** 2,
        "hinge": np.maximum(0.0, 1.0 - margins),
        "log_loss": np.logaddexp(0.0, -margins),
    }
    return float(0.5 * weights @ weights + costs @ losses[loss])


def dual(loss: str, alpha: Floats, costs: Floats, weights: Floats) -> float:
    gains = {
        "squared_hinge": alpha.sum() - (alpha**2 / (4.0 * costs)).sum(),
        "hinge": alpha.sum(),
        "log_loss": (xlogy(costs, costs) - xlogy(alpha, alpha) - xlogy(costs - alpha, costs - alpha)).sum(),
    }
    return float(gains[loss] - 0.5 * weights @ weights)


@pytest.mark.parametrize("loss", LOSSES)
@given(problems)
def test_primal_and_dual_meet(loss: str, problem: tuple[Floats, Floats, Floats, float]) -> None:
    X, signs, costs, bias = problem
    weights, alpha, _, violation = descend(loss, X, signs, costs, bias)
    extended = np.column_stack([X, np.full(len(X), bias)])
    assert violation <= 1e-9
    assert (alpha >= 0.0).all()
    if loss != "squared_hinge":
        assert (alpha <= costs).all()
    assert_allclose(weights, extended.T @ (alpha * signs), rtol=0, atol=1e-11)
    upper = primal(loss, signs * (extended @ weights), costs, weights)
    assert_allclose(dual(loss, alpha, costs, weights), upper, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("C", [0.01, 0.3, 1.0, 50.0])
def test_two_points_by_hand(C: float) -> None:
    """Points at 1 and -1: w is where it equals the sum of what the two losses pull."""
    X, signs, costs = np.array([[1.0], [-1.0]]), np.array([1.0, -1.0]), np.full(2, C)
    expected = {
        "squared_hinge": 4 * C / (1 + 4 * C),
        "hinge": min(1.0, 2 * C),
        "log_loss": brentq(lambda w: w - 2 * C / (1 + np.exp(w)), 0.0, 100.0, xtol=1e-14),
    }
    for loss, weight in expected.items():
        weights, _, _, _ = descend(loss, X, signs, costs, 0.0)
        assert_allclose(weights, [weight, 0.0], rtol=1e-8)


def slow_descent(loss: str, X: Floats, signs: Floats, costs: Floats, n_epochs: int) -> Floats:
    """Algorithm 1 of Hsieh et al. 2008, without shrinking and without a shuffle."""
    alpha, weights = np.zeros(len(X)), np.zeros(X.shape[1])
    upper = costs if loss == "hinge" else np.full(len(X), np.inf)
    diagonal = np.zeros(len(X)) if loss == "hinge" else 0.5 / costs
    for _ in range(n_epochs):
        for i, x in enumerate(X):
            gradient = signs[i] * (weights @ x) - 1.0 + diagonal[i] * alpha[i]
            before = alpha[i]
            alpha[i] = np.clip(before - gradient / (x @ x + diagonal[i]), 0.0, upper[i])
            weights += (alpha[i] - before) * signs[i] * x
    return weights


@pytest.mark.parametrize("loss", ["squared_hinge", "hinge"])
def test_agrees_with_the_textbook_algorithm(loss: str) -> None:
    rng = np.random.default_rng(0)
    X = rng.poisson(0.7, (25, 6)) + 0.1
    signs, costs = rng.choice([-1.0, 1.0], 25), rng.uniform(0.1, 2.0, 25)
    weights, _, _, _ = descend(loss, X, signs, costs, 0.0)
    assert_allclose(weights[:-1], slow_descent(loss, X, signs, costs, 3000), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("loss", LOSSES)
def test_other_rows_are_left_alone(loss: str) -> None:
    rng = np.random.default_rng(1)
    X = rng.poisson(0.7, (20, 6)).astype(float)
    signs, costs = rng.choice([-1.0, 1.0], 20), rng.uniform(0.1, 2.0, 20)
    kept = np.array([17, 3, 4, 8, 11, 2, 0], np.uint64)
    weights, alpha, _, _ = descend(loss, X, signs, costs, 1.0, rows=kept.copy())
    few = kept.astype(int)
    alone, _, _, _ = descend(loss, X[few], signs[few], costs[few], 1.0)
    assert_allclose(weights, alone, rtol=1e-7, atol=1e-8)
    assert not np.delete(alpha, few).any()
    assert alpha[few].any()


@pytest.mark.parametrize("bias", [0.0, 1.0])
@pytest.mark.parametrize("loss", LOSSES)
def test_empty_rows(loss: str, bias: float) -> None:
    """A row without entries and without a constant feature says nothing; its loss cannot be lowered."""
    X = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    signs, costs = np.array([1.0, 1.0, -1.0, -1.0]), np.array([1.0, 2.0, 0.7, 0.5])
    weights, alpha, _, violation = descend(loss, X, signs, costs, bias)
    assert violation <= 1e-9
    value = primal(loss, signs * (X @ weights[:-1] + bias * weights[-1]), costs, weights)
    assert_allclose(dual(loss, alpha, costs, weights), value, rtol=1e-9)
    if not bias:
        alone, _, _, _ = descend(loss, X[::2], signs[::2], costs[::2], bias)
        assert_allclose(weights, alone, rtol=1e-9)


@pytest.mark.parametrize("loss", LOSSES)
def test_single_precision(loss: str) -> None:
    rng = np.random.default_rng(2)
    X = rng.poisson(0.7, (40, 6)).astype(float)
    signs, costs = rng.choice([-1.0, 1.0], 40), rng.uniform(0.1, 2.0, 40)
    single, _, _, _ = descend(loss, X, signs, costs, 1.0, max_epochs=2000, dtype=np.float32)
    double, _, _, _ = descend(loss, X, signs, costs, 1.0)
    assert single.dtype == np.float32
    assert_allclose(single, double, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("loss", LOSSES)
def test_epochs_are_counted_and_limited(loss: str) -> None:
    rng = np.random.default_rng(3)
    X = rng.poisson(0.7, (30, 6)).astype(float)
    signs, costs = rng.choice([-1.0, 1.0], 30), np.full(30, 10.0)
    _, _, n_epochs, violation = descend(loss, X, signs, costs, 1.0, max_epochs=1)
    assert n_epochs == 1
    assert violation > 1e-3
    _, _, n_epochs, violation = descend(loss, X, signs, costs, 1.0)
    assert 1 < n_epochs < 20000
    assert violation <= 1e-9


@pytest.mark.parametrize("loss", LOSSES)
def test_the_same_seed_gives_the_same_bits(loss: str) -> None:
    rng = np.random.default_rng(4)
    X = rng.poisson(0.7, (30, 6)).astype(float)
    signs, costs = rng.choice([-1.0, 1.0], 30), np.full(30, 1.0)
    first, second = (descend(loss, X, signs, costs, 1.0)[0] for _ in range(2))
    assert_array_equal(first, second)
