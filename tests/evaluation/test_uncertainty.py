"""Intervals of errors and of their differences: by hand, against slow ways, and held to their word by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from tests.evaluation.prescribed import power_law, prescribed_scores
from textgd.evaluation.scores import CurveScores, Design
from textgd.evaluation.uncertainty import (
    common_repeats,
    compare,
    covariance_of_mean,
    difference_draws,
    holm,
    mean_draws,
    mean_errors,
)

SIZES = np.array([20, 40, 80, 160, 320, 800])
CURVES = {"a": power_law(SIZES, 0.05, 1.0, 0.5), "b": power_law(SIZES, 0.1, 0.8, 0.5)}


def scores_of(
    errors: dict[str, list[list[float]]], design: Design | None = None, sizes: list[int] | None = None
) -> CurveScores:
    arrays = {name: np.array(rows, np.float64) for name, rows in errors.items()}
    shape = next(iter(arrays.values())).shape
    nothing = {name: np.zeros((*shape, 0)) for name in arrays}
    return CurveScores(np.array(sizes or [20, 40, 80][: shape[0]]), arrays, nothing, design or Design(80, 20))


# Holm


@given(st.lists(st.floats(0.0, 1.0) | st.just(float("nan")), max_size=8))
def test_holm_is_the_slow_way(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    there = sorted(p for p in p_values if p == p)
    for p, got in zip(p_values, adjusted, strict=True):
        if p != p:
            assert np.isnan(got)
        else:
            rank = there.index(p)
            assert_allclose(got, min(1.0, max((len(there) - i) * there[i] for i in range(rank + 1))))
    assert np.all((adjusted >= np.array(p_values)) | np.isnan(adjusted))


# The variance of a mean


def test_with_nothing_resampled_it_is_the_correction_of_nadeau_and_bengio() -> None:
    values = np.random.default_rng(0).normal(size=(3, 10))
    for sizes in ([20, 40, 80], [80, 80, 80]):
        covariance = covariance_of_mean(values, np.zeros((3, 10, 0)), np.array(sizes), Design(80, 20))
        assert_allclose(covariance, np.cov(values) * (1 / 10 + 20 / 80))


def test_at_the_whole_training_part_resamples_change_nothing() -> None:
    rng = np.random.default_rng(0)
    values, resampled = rng.normal(size=(1, 10)), rng.normal(0, 0.1, (1, 10, 30))
    covariance = covariance_of_mean(values, resampled, np.array([80]), Design(80, 20))
    assert_allclose(covariance, np.var(values, ddof=1) * (1 / 10 + 20 / 80))


def test_small_subsets_share_only_what_is_tested_on() -> None:
    rng = np.random.default_rng(0)
    values, resampled = rng.normal(size=(1, 10)), rng.normal(0, 0.1, (1, 10, 30))
    s2, v = np.var(values, ddof=1), np.var(resampled, axis=2, ddof=1).mean()
    covariance = covariance_of_mean(values, resampled, np.array([8]), Design(80, 20))
    assert_allclose(covariance, s2 / 10 + 0.2 * v + 0.25 * 0.1 * (s2 - 0.8 * v))


def test_repeats_that_agree_by_chance_are_not_sure_of_other_test_documents() -> None:
    resampled = np.random.default_rng(0).normal(0.1, 0.05, (1, 3, 40))
    covariance = covariance_of_mean(np.full((1, 3), 0.1), resampled, np.array([40]), Design(80, 20))
    assert_allclose(covariance, 0.2 * np.var(resampled, axis=2, ddof=1).mean())


def test_with_an_official_test_part_its_choice_stays() -> None:
    rng = np.random.default_rng(0)
    values, resampled = rng.normal(size=(2, 10)), rng.normal(0, 0.1, (2, 10, 30))
    covariance = covariance_of_mean(values, resampled, np.array([20, 80]), Design(80, 20, is_official=True))
    assert_allclose(covariance, np.cov(values) / 10 + np.cov(resampled.mean(axis=1)))
    nothing = covariance_of_mean(values, np.zeros((2, 10, 0)), np.array([20, 80]), Design(80, 20, is_official=True))
    assert_allclose(nothing, np.cov(values) / 10)


def test_resamples_on_which_nothing_is_defined_are_left_out() -> None:
    rng = np.random.default_rng(0)
    values, resampled = rng.normal(size=(2, 4)), rng.normal(0, 0.1, (2, 4, 30))
    with_gaps = np.concatenate([resampled, np.full((2, 4, 5), np.nan)], axis=2)
    for official in (False, True):
        design = Design(80, 20, official)
        wanted = covariance_of_mean(values, resampled, np.array([20, 40]), design)
        assert_allclose(covariance_of_mean(values, with_gaps, np.array([20, 40]), design), wanted)


# Intervals and differences


def test_interval_is_a_t_interval() -> None:
    values = [0.30, 0.26, 0.31, 0.29]
    ((mean, low, high),) = mean_errors(scores_of({"a": [values]}), "a")
    standard_error = np.std(values, ddof=1) * np.sqrt(1 / 4 + 20 / 80)
    assert_allclose([low, high], stats.t.interval(0.95, 3, np.mean(values), standard_error))
    assert mean == pytest.approx(np.mean(values))


def test_interval_stays_in_bounds() -> None:
    scores = scores_of({"a": [[0.0, 0.02, 0.0], [1.0, 0.9, 1.0], [3.0, 3.2, 3.1]]})
    shares = mean_errors(scores, "a")
    assert shares[0, 1] == 0.0
    assert shares[1, 2] == 1.0
    assert mean_errors(scores, "a", (0.0, np.inf))[2, 2] > 3.1


def test_gaps_are_left_out_of_their_size_alone() -> None:
    nan = np.nan
    scores = scores_of({"a": [[0.3, 0.2, nan], [nan, 0.2, nan], [nan, nan, nan]], "b": [[0.3, nan, 0.1]] * 3})
    means = mean_errors(scores, "a")
    assert_allclose(means[:, 0], [0.25, 0.2, nan])
    assert_array_equal(np.isfinite(means), [[True, True, True], [True, False, False], [False, False, False]])
    first, *others = compare(scores)
    assert first.difference == 0.0
    assert np.isnan([first.p_value, first.p_holm, first.low, first.high]).all()
    assert np.isnan([other.difference for other in others]).all()


def test_one_repeat_has_no_interval() -> None:
    scores = scores_of({"a": [[0.3], [0.2]], "b": [[0.4], [0.1]]})
    assert np.isnan(mean_errors(scores, "a")[:, 1:]).all()
    comparisons = compare(scores)
    assert_allclose([c.difference for c in comparisons], [0.1, -0.1])
    assert np.isnan([c.p_value for c in comparisons]).all()
    difference = difference_draws(scores, "a", "b")
    assert difference.draws.shape == (0, 2)
    assert_allclose(difference.mean, [0.1, -0.1])


def test_models_without_any_variation() -> None:
    scores = scores_of({"a": [[0.25] * 5, [0.25] * 5], "b": [[0.25] * 5, [0.5] * 5]})
    same, other = compare(scores)
    assert (same.p_value, same.low, same.high) == (1.0, 0.0, 0.0)
    assert (other.p_value, other.low, other.high) == (0.0, 0.25, 0.25)


def test_pairs_come_in_the_order_of_models_and_sizes() -> None:
    scores = prescribed_scores(np.random.default_rng(0), dict.fromkeys("cab", CURVES["a"]), SIZES, 4)
    order = [(c.first, c.second, c.size) for c in compare(scores)]
    assert order == [(*pair, size) for pair in (("c", "a"), ("c", "b"), ("a", "b")) for size in SIZES]
    of_pair = compare(scores)[:6]
    assert_allclose([c.p_holm for c in of_pair], holm([c.p_value for c in of_pair]))


# Draws


@pytest.mark.parametrize("official", [False, True])
def test_draws_are_distributed_as_the_intervals_say(official: bool) -> None:
    scores = prescribed_scores(np.random.default_rng(1), CURVES, SIZES, 6, Design(800, 200, official))
    difference = difference_draws(scores, "a", "b", n_draws=40_000)
    comparisons = compare(scores)
    assert_allclose(difference.mean, [c.difference for c in comparisons])
    low, high = np.quantile(difference.draws, [0.025, 0.975], axis=0)
    width = np.array([c.high - c.low for c in comparisons])
    assert_allclose((low - [c.low for c in comparisons]) / width, 0.0, atol=0.02)
    assert_allclose((high - [c.high for c in comparisons]) / width, 0.0, atol=0.02)


def test_draws_move_together_as_the_repeats_do() -> None:
    rng = np.random.default_rng(0)
    shift = rng.normal(0, 0.05, 10)
    errors = {"a": [[0.3] * 10, [0.2] * 10], "b": [list(0.3 + shift), list(0.2 + shift)]}
    draws = difference_draws(scores_of(errors), "a", "b").draws
    assert np.corrcoef(draws.T)[0, 1] > 0.999


def test_draws_hang_on_the_seed_alone() -> None:
    scores = prescribed_scores(np.random.default_rng(1), CURVES, SIZES, 6)
    draws = [difference_draws(scores, "a", "b", seed=seed).draws for seed in (0, 0, 1)]
    assert_array_equal(draws[0], draws[1])
    assert not np.array_equal(draws[0], draws[2])


def test_draws_leave_out_sizes_that_would_cost_most_repeats() -> None:
    errors = np.random.default_rng(0).uniform(size=(2, 3, 8))
    errors[0, 0, :5] = np.nan
    errors[1, 2, 7] = np.nan
    scores = scores_of({"a": errors[0].tolist(), "b": errors[1].tolist()})
    difference = difference_draws(scores, "a", "b")
    assert_array_equal(difference.sizes, [40, 80])
    assert_allclose(difference.mean, (errors[1] - errors[0])[1:, :7].mean(axis=1))


@pytest.mark.parametrize("official", [False, True])
def test_draws_of_one_model_are_distributed_as_its_intervals_say(official: bool) -> None:
    scores = prescribed_scores(np.random.default_rng(1), CURVES, SIZES, 6, Design(800, 200, official))
    curve = mean_draws(scores, "a", n_draws=40_000)
    mean, low, high = mean_errors(scores, "a", (-np.inf, np.inf)).T
    assert curve.n_repeats == 6
    assert_allclose(curve.mean, mean)
    assert_allclose((np.quantile(curve.draws, 0.025, axis=0) - low) / (high - low), 0.0, atol=0.02)
    assert_allclose((np.quantile(curve.draws, 0.975, axis=0) - high) / (high - low), 0.0, atol=0.02)


@pytest.mark.parametrize(("n_repeats", "n_sizes"), [(1, 3), (0, 0)])
def test_fewer_than_two_repeats_have_no_draws(n_repeats: int, n_sizes: int) -> None:
    errors = np.full((3, 4), np.nan)
    errors[:, :n_repeats] = 0.5
    scores = scores_of({"a": errors[:, : max(n_repeats, 1)].tolist()})
    curve = mean_draws(scores, "a")
    assert curve.n_repeats == n_repeats
    assert curve.draws.shape == (0, n_sizes)
    assert np.isnan(curve.standard_error).all()


@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=5))
def test_common_repeats_are_a_whole_table(there: list[list[bool]]) -> None:
    values = np.where(there, 1.0, np.nan)
    rows, columns = common_repeats(values)
    assert np.isfinite(values[np.ix_(rows, columns)]).all()
    assert len(rows) == 0 or 2 * len(columns) >= 5
    if np.isfinite(values).all():
        assert values[np.ix_(rows, columns)].shape == values.shape


def test_nothing_in_common() -> None:
    nan = np.nan
    difference = difference_draws(scores_of({"a": [[nan, nan]], "b": [[0.1, 0.2]]}), "a", "b")
    assert difference.draws.shape == (0, 0)


# Held to their word


@pytest.mark.parametrize("official", [False, True])
@pytest.mark.parametrize("n_repeats", [5, 20])
def test_intervals_cover_what_is_prescribed(n_repeats: int, official: bool) -> None:
    covered, n = np.zeros(2), 60
    for seed in range(n):
        scores = prescribed_scores(
            np.random.default_rng([seed, n_repeats]), CURVES, SIZES, n_repeats, Design(1600, 400, official), 100
        )
        means = mean_errors(scores, "a")
        covered[0] += np.mean((means[:, 1] <= CURVES["a"]) & (CURVES["a"] <= means[:, 2]))
        truth = CURVES["b"] - CURVES["a"]
        covered[1] += np.mean([c.low <= d <= c.high for c, d in zip(compare(scores), truth, strict=True)])
    assert np.all(covered >= 0.9 * n)
