"""What evidence counts: the optimum of the penalized likelihood, and what the prior says where there is little."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from textgd.learning.stacking import Stack, fit_scale, fit_stack

Floats = NDArray[np.float64]


def data(n_rows: int = 80, seed: int = 0) -> tuple[Floats, NDArray[np.bool_], Floats]:
    """Two columns of one kind and one of another, that say more or less of the class."""
    rng = np.random.default_rng(seed)
    evidence = rng.normal(size=(n_rows, 3)) * [1.0, 3.0, 0.5] + [0.3, 0.0, -1.0]
    odds = evidence @ [1.0, -0.2, 1.5] + 1.0
    return evidence, rng.uniform(size=n_rows) < expit(odds), rng.uniform(0.2, 3.0, n_rows)


def penalized(stack: Any, evidence: Floats, is_class: Any, weights: Floats) -> float:
    """The objective of kinds [0, 0, 1] over (kind 0, kind 1, two parts of kind 0, intercept), by its definition."""
    total = evidence[:, :2].sum(axis=1)
    spreads = [np.sqrt(np.cov(column, aweights=weights, ddof=0)) for column in (total, evidence[:, 2])]
    first, second, part_a, part_b, intercept = stack
    evidence = evidence - weights @ evidence / weights.sum()
    odds = (first + part_a) / spreads[0] * evidence[:, 0] + (first + part_b) / spreads[0] * evidence[:, 1]
    odds = odds + second / spreads[1] * evidence[:, 2] + intercept
    base = np.log(weights[is_class].sum() / weights[~is_class].sum())
    off = (first - 1) ** 2 + (second - 1) ** 2 + part_a**2 + part_b**2 + (intercept - base) ** 2
    return float(weights @ np.logaddexp(0.0, np.where(is_class, -odds, odds)) + 1.5 * off)


@pytest.mark.parametrize("n_rows", [10, 80, 1000])
def test_agrees_with_scipy_on_the_penalized_likelihood(n_rows: int) -> None:
    evidence, is_class, weights = data(n_rows)
    stack = fit_stack(evidence, [0, 0, 1], is_class, weights)
    found = minimize(penalized, np.zeros(5), (evidence, is_class, weights), "Powell", options={"xtol": 1e-9}).x
    found = minimize(penalized, found, (evidence, is_class, weights), options={"gtol": 1e-7}).x
    center = weights @ evidence / weights.sum()
    total = evidence[:, :2].sum(axis=1)
    spreads = [np.sqrt(np.cov(column, aweights=weights, ddof=0)) for column in (total, evidence[:, 2])]
    expected = [(found[0] + found[2]) / spreads[0], (found[0] + found[3]) / spreads[0], found[1] / spreads[1]]
    assert_allclose(stack.weights, expected, rtol=1e-4, atol=1e-5)
    assert_allclose(stack.intercept + center @ stack.weights, found[4], rtol=1e-4, atol=1e-5)
    losses = np.logaddexp(0.0, np.where(is_class, -1, 1) * stack.log_odds(evidence))
    assert_allclose(stack.log_loss, weights @ losses / weights.sum(), rtol=1e-12)


def test_many_documents_forget_the_prior() -> None:
    evidence, is_class, weights = data(30000)
    stack = fit_stack(evidence, [0, 0, 1], is_class, weights)
    peer = LogisticRegression(C=1e8, tol=1e-10, max_iter=10000).fit(evidence, is_class, weights)
    assert_allclose(stack.weights, peer.coef_[0], rtol=0.01, atol=0.005)
    assert_allclose(stack.intercept, peer.intercept_[0], rtol=0.02)


def test_a_weight_is_so_many_documents() -> None:
    evidence, is_class, _ = data(40)
    times = np.arange(40) % 3
    stack = fit_stack(evidence, [0, 0, 1], is_class, times.astype(float))
    copies = fit_stack(np.repeat(evidence, times, axis=0), [0, 0, 1], np.repeat(is_class, times))
    assert_allclose(stack.weights, copies.weights, rtol=1e-5)
    assert_allclose(stack.intercept, copies.intercept, rtol=1e-5, atol=1e-6)
    assert_allclose(stack.log_loss, copies.log_loss, rtol=1e-5)


def test_without_held_out_documents_the_prior_decides() -> None:
    """One nat for each standard deviation of a kind's total from its mean, and the odds of the class."""
    evidence = np.array([[1.0, 1.0, 0.0], [3.0, 1.0, 4.0], [1.0, 1.0, 0.0], [3.0, 1.0, 4.0]])
    is_class = np.array([True, True, True, False])
    stack = fit_stack(evidence, [0, 0, 1], is_class, held_out=False)
    assert_allclose(stack.weights, [1.0, 1.0, 0.5], rtol=1e-12)
    assert_allclose(stack.intercept, np.log(3.0) - 4.0, rtol=1e-12)
    odds = stack.log_odds(evidence)
    assert_allclose(odds, [-2 + np.log(3), 2 + np.log(3)] * 2, rtol=1e-12)
    assert_allclose(stack.log_loss, np.logaddexp(0, [-odds[0], -odds[1], -odds[2], odds[3]]).mean(), rtol=1e-12)


def test_evidence_that_never_varies_counts_as_it_is() -> None:
    stack = fit_stack(np.ones((4, 1)), [0], np.array([True, False, True, False]), held_out=False)
    assert_allclose(stack.weights, [1.0])
    fitted = fit_stack(np.zeros((4, 1)), [0], np.array([True, False, True, False]))
    assert_allclose(fitted.log_loss, np.log(2), rtol=1e-6)


@pytest.mark.parametrize("held_out", [True, False])
@settings(max_examples=30)
@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_the_scale_of_a_kind_does_not_matter(held_out: bool, first: float, second: float) -> None:
    evidence, is_class, weights = data(60)
    factors = np.array([first, first, second])
    plain = fit_stack(evidence, [0, 0, 1], is_class, weights, held_out=held_out)
    scaled = fit_stack(evidence * factors, [0, 0, 1], is_class, weights, held_out=held_out)
    assert_allclose(scaled.log_odds(evidence * factors), plain.log_odds(evidence), rtol=1e-4, atol=1e-4)
    assert_allclose(scaled.weights * factors, plain.weights, rtol=1e-4, atol=1e-4)


def test_noise_counts_less_than_evidence() -> None:
    rng = np.random.default_rng(0)
    is_class = rng.uniform(size=2000) < 0.5
    evidence = np.column_stack([is_class + rng.normal(size=2000), rng.normal(size=2000)])
    stack = fit_stack(evidence, [0, 1], is_class)
    # Two normal distributions a standard deviation apart: the log-odds rise by 1 nat a unit.
    assert_allclose(stack.weights, [1.0, 0.0], atol=0.15)


def test_log_odds() -> None:
    assert Stack(np.array([2.0, -1.0]), 0.5, 0.0).log_odds(np.array([[1.0, 1.0], [0.0, 3.0]])).tolist() == [1.5, -2.5]


def test_scale_of_a_score() -> None:
    """The most probable scale by a look at many, its prior one nat for the root of the mean square."""
    evidence, is_class, weights = data(60)
    scores = evidence[:, 2]
    size = np.sqrt(weights @ scores**2 / weights.sum())
    margins = np.where(is_class, scores, -scores)
    scales = np.linspace(0, 20, 20001)
    losses = [weights @ np.logaddexp(0.0, -s * margins) + 1.5 * (s * size - 1) ** 2 for s in scales]
    for unit in (1e-6, 1.0, 1e6):
        found = fit_scale(unit * scores, is_class, weights)
        assert_allclose(found.weights * unit, scales[np.argmin(losses)], atol=2e-3)
        assert found.intercept == 0.0
    assert np.isfinite(fit_scale(np.where(is_class, 1.0, -1.0), is_class, weights).weights[0])
