"""Intervals give published values, hold what they should, and refuse what cannot be."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgd.errors import InvalidParameterError
from textgd.metrics import wilson_interval


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
