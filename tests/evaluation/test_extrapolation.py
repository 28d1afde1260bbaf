"""What twice the documents would give: prescribed curves, refusals in words, and intervals held to their word."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from tests.evaluation.prescribed import power_law, prescribed_scores
from textgd.evaluation.extrapolation import Extrapolation, extrapolate
from textgd.evaluation.forms import FORMS
from textgd.evaluation.scores import CurveScores, Design
from textgd.evaluation.uncertainty import mean_errors

Float = NDArray[np.float64]
Curve = Callable[[Float], Float]

SIZES = np.array([20, 40, 80, 160, 320, 800])


def falling(sizes: Float) -> Float:
    return power_law(sizes, 0.05, 1.0, 0.4)


def flat(sizes: Float) -> Float:
    return np.full(len(sizes), 0.3)


def after_a_plateau(sizes: Float) -> Float:
    return np.asarray(0.1 + 0.3 * np.exp(-sizes / 300.0))


def scores_around(
    means: Float, sizes: NDArray[np.int64] = SIZES, noise: float = 0.004, n_repeats: int = 10
) -> CurveScores:
    """Return repeats that have exactly these means; their noise is independent over sizes."""
    deviations = np.random.default_rng(0).normal(0.0, noise, (len(sizes), n_repeats))
    errors = means[:, None] + deviations - deviations.mean(axis=1, keepdims=True)
    design = Design(int(sizes[-1]), int(sizes[-1]) // 4)
    return CurveScores(sizes, {"a": errors}, {"a": np.zeros((*errors.shape, 0))}, design)


def expected_of(scores: CurveScores, bounds: tuple[float, float] = (0.0, 1.0)) -> Extrapolation:
    return extrapolate(scores, "a", mean_errors(scores, "a", bounds), bounds)


def reason_of(scores: CurveScores) -> str:
    expected = expected_of(scores)
    assert expected.form is None
    assert expected.reason is not None
    assert expected.parameters == ()
    assert np.isnan([expected.value, expected.low, expected.high]).all()
    return expected.reason


# What is expected


def test_a_power_law_is_continued() -> None:
    expected = expected_of(scores_around(falling(SIZES)))
    assert (expected.model, expected.form, expected.size, expected.reason) == ("a", "pow3", 1600, None)
    assert_allclose(expected.last, falling(SIZES)[-1])
    assert_allclose(expected.value, falling(np.array([1600.0]))[0], rtol=0.01)
    assert_allclose(expected.parameters, (0.05, 1.0, 0.4), rtol=0.05)
    assert expected.low < expected.value < expected.high < expected.last


@pytest.mark.parametrize("name", ["pow3", "pow4", "mmf4"])
def test_parameters_give_the_value(name: str) -> None:
    parameters = {"pow3": (0.1, 2.0, 0.5), "pow4": (0.05, 6.0, 0.5, 100.0), "mmf4": (0.5, 200.0**1.5, 0.05, 1.5)}[name]
    expected = expected_of(scores_around(FORMS[name].value(np.array([parameters]), SIZES)[0], noise=0.001))
    assert expected.form is not None
    last, ahead = FORMS[expected.form].value(np.array([expected.parameters]), np.array([800.0, 1600.0]))[0]
    assert_allclose(expected.value, expected.last * ahead / last)
    # Another form may have been taken, which does as well.
    assert expected.low < FORMS[name].value(np.array([parameters]), np.array([1600.0]))[0, 0] < expected.high


def test_a_late_fall_takes_a_fourth_parameter() -> None:
    expected = expected_of(scores_around(after_a_plateau(SIZES)))
    assert expected.form in {"pow4", "mmf4"}
    assert expected.low < after_a_plateau(np.array([1600.0]))[0] < expected.high


@pytest.mark.parametrize("means", [flat(SIZES), np.array([0.5, 0.4, 0.30, 0.298, 0.301, 0.302])])
def test_a_level_curve_stays(means: Float) -> None:
    scores = scores_around(means)
    expected = expected_of(scores)
    assert (expected.form, expected.parameters) == ("last", ())
    assert_allclose(expected.value, expected.last)
    _, low, high = mean_errors(scores, "a")[-1]
    assert expected.low <= low < expected.value < high <= expected.high


def test_what_the_form_missed_widens_the_interval() -> None:
    bent = np.where(SIZES < 300, 0.3, 0.3 * (SIZES / 300.0) ** -0.3)
    expected, straight = (
        expected_of(scores_around(bent, noise=1e-4)),
        expected_of(scores_around(flat(SIZES), noise=1e-4)),
    )
    assert straight.high - straight.low < 0.001
    assert expected.high - expected.low > 0.05


def test_without_any_variation() -> None:
    expected = expected_of(scores_around(falling(SIZES), noise=0.0))
    assert expected.form == "pow3"
    assert_allclose([expected.low, expected.high], falling(np.array([1600.0]))[0], atol=1e-3)


def test_bounds_are_the_measure_s() -> None:
    means = 20.0 * falling(SIZES)
    expected = expected_of(scores_around(means), (0.0, float("inf")))
    assert_allclose(expected.value, 20.0 * falling(np.array([1600.0]))[0], rtol=0.01)
    assert expected_of(scores_around(np.linspace(0.02, 0.01, 6), noise=0.001)).low >= 0.0


def test_sizes_may_be_a_straight_line() -> None:
    sizes = np.array([100, 200, 300, 400, 500, 600, 700])
    expected = expected_of(scores_around(falling(sizes), sizes, noise=0.001))
    assert_allclose(expected.value, falling(np.array([1400.0]))[0], rtol=0.02)


def test_failures_in_few_repeats_do_not_matter() -> None:
    scores = scores_around(falling(SIZES), noise=0.001)
    scores.errors["a"][0] = np.nan
    scores.errors["a"][2, 3] = np.nan
    expected = expected_of(scores)
    assert expected.form == "pow3"
    assert_allclose(expected.value, falling(np.array([1600.0]))[0], rtol=0.02)


def test_the_same_scores_give_the_same_expectation() -> None:
    scores = scores_around(falling(SIZES))
    assert expected_of(scores) == expected_of(scores)


# Where nothing is


def test_one_repeat() -> None:
    assert (
        reason_of(scores_around(falling(SIZES), n_repeats=1)) == "one repeat gives no interval; at least 2 are needed"
    )


@pytest.mark.parametrize(
    ("n_sizes", "said"), [(1, "1 size does not"), (3, "3 sizes do not show how the error falls; at least 4 are needed")]
)
def test_few_sizes(n_sizes: int, said: str) -> None:
    assert reason_of(scores_around(falling(SIZES[:n_sizes]), SIZES[:n_sizes])).startswith(said)


def test_four_sizes_are_enough() -> None:
    assert expected_of(scores_around(falling(SIZES[:4]), SIZES[:4])).form == "pow3"


def test_no_result_at_the_largest_size() -> None:
    scores = scores_around(falling(SIZES))
    scores.errors["a"][-1] = np.nan
    assert reason_of(scores) == "it failed at the largest size, 800 documents"
    assert np.isnan(expected_of(scores).last)


def test_no_result_in_most_repeats() -> None:
    scores = scores_around(falling(SIZES))
    scores.errors["a"][-1, 2:] = np.nan
    assert reason_of(scores) == "it failed in too many repeats"
    assert np.isfinite(expected_of(scores).last)


def test_no_errors_at_all() -> None:
    assert reason_of(scores_around(np.zeros(6), noise=0.0)).startswith("it made no errors at the largest size")


def test_a_rising_error() -> None:
    means = np.array([0.5, 0.3, 0.2, 0.22, 0.25, 0.28])
    assert reason_of(scores_around(means)) == "the error rises over the larger sizes"


def test_repeats_that_leave_it_open() -> None:
    assert reason_of(scores_around(falling(SIZES), noise=0.2, n_repeats=4)).startswith("the repeats leave it open")


def test_no_form_fits() -> None:
    means = np.array([0.5, 0.5, 0.5, 0.5, 0.25, 0.1])
    assert reason_of(scores_around(means)).startswith("from the smaller sizes no form predicts")


# Always


@given(
    st_numpy.arrays(np.float64, (5, 4), elements=st.floats(0.0, 1.0) | st.just(float("nan"))),
    st.integers(0, 3),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_whatever_the_errors(errors: Float, n_resamples: int, is_official: bool) -> None:
    resampled = np.repeat(errors[:, :, None], n_resamples, axis=2)
    sizes = np.array([10, 20, 50, 100, 150])
    expected = expected_of(CurveScores(sizes, {"a": errors}, {"a": resampled}, Design(150, 50, is_official)))
    assert expected.size == 300
    if expected.form is None:
        assert expected.reason
        assert np.isnan(expected.value)
    else:
        assert expected.reason is None
        assert 0.0 <= expected.low <= expected.value <= expected.high <= 1.0


@pytest.mark.slow
@pytest.mark.parametrize(("curve", "is_official"), [(falling, False), (falling, True), (flat, False)])
def test_intervals_cover_what_is_prescribed(curve: Curve, is_official: bool) -> None:
    true = curve(np.array([1600.0]))[0]
    covered = n_given = 0
    for seed in range(50):
        scores = prescribed_scores(
            np.random.default_rng(seed),
            {"a": curve(SIZES)},
            SIZES,
            n_repeats=10,
            n_resamples=20,
            design=Design(800, 200, is_official),
        )
        expected = expected_of(scores)
        if expected.form is not None:
            n_given += 1
            covered += expected.low <= true <= expected.high
    assert n_given >= 45
    assert covered >= 0.9 * n_given
