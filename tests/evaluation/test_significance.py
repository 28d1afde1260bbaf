"""Tests of two models: against textbook numbers, scipy, and how often equal models are called different."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, t

from textgd.evaluation.significance import corrected_t, mcnemar, twice_the_median


def test_the_corrected_t_test_by_hand() -> None:
    # Mean 0.02, variance 0.00005; (1/5 + 1/4) of it is 0.0000225, its root 0.0047434; t = 4.2164 with 4 degrees.
    mean, p = corrected_t([0.02, 0.01, 0.03, 0.02, 0.02], 80, 20)
    assert (mean.value, p) == pytest.approx((0.02, 0.01352), abs=5e-6)
    assert (mean.low, mean.high) == pytest.approx((0.02 - 2.776445 * 0.0047434, 0.02 + 2.776445 * 0.0047434), abs=1e-7)


@given(st.lists(st.floats(-1.0, 1.0), min_size=2, max_size=40), st.integers(2, 20))
def test_the_corrected_t_test_is_that_of_scipy_with_another_variance(values: list[float], k: int) -> None:
    mean, p = corrected_t(values, k - 1, 1)
    if np.ptp(values) < 1e-9:
        return
    error = np.sqrt((1.0 / len(values) + 1.0 / (k - 1)) * np.var(values, ddof=1))
    expected = t.interval(0.95, len(values) - 1, np.mean(values), error)
    assert (mean.low, mean.high) == pytest.approx(expected)
    assert p == pytest.approx(2.0 * t.sf(abs(np.mean(values)) / error, len(values) - 1))


def test_folds_that_agree_are_a_sign_test() -> None:
    always = [0.3 - 0.2, 0.2 - 0.1, 0.9 - 0.8, 0.1]
    mean, p = corrected_t(always, 3, 1)
    assert (p, mean.low, mean.high) == pytest.approx((2 / 2**4, 0.1, 0.1))
    assert corrected_t([0.0] * 10, 9, 1)[1] == 1.0


def test_folds_without_a_result_do_not_count() -> None:
    assert corrected_t([0.1, np.nan, 0.3, np.nan], 3, 1) == corrected_t([0.1, 0.3], 3, 1)
    mean, p = corrected_t([np.nan, 0.1], 1, 1)
    assert mean.value == 0.1
    assert np.isnan([mean.low, mean.high, p]).all()
    assert np.isnan(corrected_t([np.nan, np.nan], 1, 1)[0].value)


@pytest.mark.parametrize(
    ("counts", "expected"),
    # Fagerland, Lydersen and Laake (2013), airway responsiveness: 1 against 7, 2 (1 + 8) / 256. By hand: of 20 coins at
    # most 5, 2 (1 + 20 + 190 + 1140 + 4845 + 15504) / 2^20.
    [((1, 7), 18 / 256), ((15, 5), 43400 / 2**20), ((0, 5), 2 / 32), ((3, 3), 1.0), ((0, 0), 1.0)],
)
def test_mcnemar_by_hand(counts: tuple[int, int], expected: float) -> None:
    assert mcnemar(*counts) == pytest.approx(expected, rel=1e-12)


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_is_the_binomial_test_of_scipy(only_first: int, only_second: int) -> None:
    if only_first + only_second:
        expected = binomtest(only_first, only_first + only_second).pvalue
        assert mcnemar(only_first, only_second) == pytest.approx(expected, abs=1e-12)


def test_several_p_values() -> None:
    assert twice_the_median([0.04]) == 0.04
    assert twice_the_median([0.01, 0.02, 0.9]) == 0.04
    assert twice_the_median([0.01, 0.02, 0.03, 0.9]) == 0.04  # the lower median
    assert twice_the_median([0.7, 0.8]) == 1.0
    assert np.isnan(twice_the_median([]))


@pytest.mark.parametrize("dependence", [0.0, 0.9, 1.0])
def test_twice_the_median_is_rarely_small_whatever_the_dependence(dependence: float) -> None:
    rng = np.random.default_rng(0)
    common = rng.standard_normal((4000, 1))
    own = rng.standard_normal((4000, 5))
    p = 2.0 * t.sf(abs(np.sqrt(dependence) * common + np.sqrt(1.0 - dependence) * own), 10**6)
    assert np.mean([twice_the_median(row.tolist()) <= 0.05 for row in p]) <= 0.055


def test_equal_models_are_rarely_called_different() -> None:
    """Two learners of the same kind and quality: each sees other features of the same documents, in 10 folds."""
    rng = np.random.default_rng(0)
    n, n_features, n_trials, claims = 120, 8, 400, 0
    for _ in range(n_trials):
        y = np.tile([-1.0, 1.0], n // 2)
        first, second = (rng.standard_normal((n, n_features)) + 0.25 * y[:, None] for _ in range(2))
        folds = np.arange(n) // 2 % 10
        gains = []
        for fold in range(10):
            train, test = folds != fold, folds == fold
            right = [
                (np.sign(X[test] @ (X[train] * y[train, None]).mean(axis=0)) == y[test]).mean() for X in (first, second)
            ]
            gains.append(right[0] - right[1])
        claims += corrected_t(gains, 0.9 * n, 0.1 * n)[1] < 0.05
    assert claims <= 0.05 * n_trials
