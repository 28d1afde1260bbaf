"""Intervals give published values, hold what they should, and refuse what cannot be."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest
from sklearn.metrics import average_precision_score, roc_auc_score

from textgd.errors import InvalidParameterError
from textgd.metrics import exact_interval, wilson_interval
from textgd.metrics.intervals import documents_needed, exact_upper_bound, influence_interval
from textgd.metrics.ranking import average_precision, roc_auc


@st.composite
def trials(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(1, 10**6))
    return draw(st.integers(0, n)), n


# The interval


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_interval_gives_the_published_values(successes: int, n: int, low: float, high: float) -> None:
    interval = wilson_interval(successes, n)
    assert interval.value == successes / n
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@given(trials(), st.floats(0.01, 0.999))
def test_interval_holds_the_value_and_is_symmetric(trial: tuple[int, int], confidence: float) -> None:
    successes, n = trial
    interval = wilson_interval(successes, n, confidence)
    assert 0.0 <= interval.low <= interval.value <= interval.high <= 1.0
    assert interval.low < interval.high
    mirrored = wilson_interval(n - successes, n, confidence)
    assert mirrored.low == pytest.approx(1.0 - interval.high, abs=1e-12)
    assert mirrored.high == pytest.approx(1.0 - interval.low, abs=1e-12)


@given(trials())
def test_interval_widens_with_confidence_and_narrows_with_trials(trial: tuple[int, int]) -> None:
    successes, n = trial
    interval = wilson_interval(successes, n)
    surer, more = wilson_interval(successes, n, 0.99), wilson_interval(successes * 100, n * 100)
    assert surer.high - surer.low > interval.high - interval.low > more.high - more.low


def test_interval_of_no_trial_is_nan() -> None:
    interval = wilson_interval(0, 0)
    assert all(math.isnan(bound) for bound in (interval.value, interval.low, interval.high))


@pytest.mark.parametrize("arguments", [(3, 2), (-1, 2), (0, -1), (1, 2, 0.0), (1, 2, 1.0), (1, 2, 95)])
def test_interval_refuses_impossible_arguments(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(InvalidParameterError, match="is expected"):
        wilson_interval(*arguments)


# Exact bounds


@pytest.mark.parametrize(("errors", "n"), [(0, 1), (0, 2995), (3, 10), (10, 10), (17, 4000)])
def test_exact_bounds_solve_the_binomial(errors: int, n: int) -> None:
    bound = exact_upper_bound(errors, n)
    # At the bound, so few errors or fewer come with probability 5 %.
    assert errors == n or binom.cdf(errors, n, bound) == pytest.approx(0.05, rel=1e-9)
    interval = exact_interval(errors, n)
    expected = binomtest(errors, n).proportion_ci(0.95, "exact")
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


@given(st.floats(1e-5, 0.5))
def test_documents_needed_are_the_fewest(limit: float) -> None:
    n = documents_needed(limit)
    assert exact_upper_bound(0, n) <= limit * (1 + 1e-9)
    assert n == 1 or exact_upper_bound(0, n - 1) > limit * (1 - 1e-9)


@pytest.mark.parametrize("limit", [0.0, 1.0, -0.1, math.nan])
def test_documents_needed_refuse_what_is_no_share(limit: float) -> None:
    with pytest.raises(InvalidParameterError, match="a share between 0 and 1"):
        documents_needed(limit)


# Influence


def test_interval_of_a_mean_is_the_t_interval_on_its_scale() -> None:
    values = np.random.default_rng(0).gamma(4.0, 0.1, 400)
    mean = float(values.mean())
    interval = influence_interval(mean, values - mean, is_share=False)
    error = values.std(ddof=1) / math.sqrt(len(values)) / mean
    # Many documents of one weight cost few degrees of freedom, so about the normal interval.
    assert math.log(interval.high / mean) == pytest.approx(1.96 * error, rel=0.02)
    assert interval.low * interval.high == pytest.approx(mean * mean)


def test_influence_that_tells_nothing_has_no_bounds() -> None:
    for value, influence in ((0.5, np.zeros(9)), (0.0, np.ones(9)), (0.3, np.ones(1))):
        interval = influence_interval(value, influence, is_share=True)
        assert interval.value == value
        assert math.isnan(interval.low)
        assert math.isnan(interval.high)


def test_the_influence_is_the_derivative_by_the_weight_of_each_document() -> None:
    rng = np.random.default_rng(3)
    is_class, scores = rng.random(30) < 0.4, rng.integers(0, 9, 30).astype(float)
    for measure, weighted in (
        (roc_auc, lambda w: roc_auc_score(is_class, scores, sample_weight=w)),
        (average_precision, lambda w: average_precision_score(is_class, scores, sample_weight=w)),
    ):
        influence = measure(is_class, scores)[1]
        assert influence.sum() == pytest.approx(0.0, abs=1e-9)
        for i in range(30):
            up, down = np.ones(30), np.ones(30)
            up[i], down[i] = 1.0 + 1e-5, 1.0 - 1e-5
            assert influence[i] == pytest.approx(30 * (weighted(up) - weighted(down)) / 2e-5, abs=1e-4)
