"""Crossings: of curves whose crossing is known, without noise, with it, and where there is none."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from tests.evaluation.prescribed import power_law, prescribed_scores
from textgd.evaluation.crossover import Crossover, _find_steps, find_crossovers, leads
from textgd.evaluation.power import what_would_decide
from textgd.evaluation.scores import CurveScores, Design
from textgd.evaluation.uncertainty import Comparison, DifferenceDraws, compare

SIZES = np.array([20, 40, 80, 160, 320, 640])
KINDS = {"once", "several", "always", "never", "outside", "undecided"}


def crossing_of(scores: CurveScores) -> Crossover:
    (crossover,) = find_crossovers(scores, compare(scores))
    return crossover


def scores_of(
    first: NDArray[np.float64], second: NDArray[np.float64], noise: float = 0.004, n_repeats: int = 12, seed: int = 0
) -> CurveScores:
    """Return errors with a little noise around prescribed ones; nothing resampled."""
    rng = np.random.default_rng(seed)
    errors = {
        name: curve[:, None] + rng.normal(0.0, noise, (len(curve), n_repeats))
        for name, curve in (("a", first), ("b", second))
    }
    nothing = {name: np.zeros((len(first), n_repeats, 0)) for name in errors}
    return CurveScores(SIZES[: len(first)], errors, nothing, Design(800, 200))


def crossing_pair(place: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two curves of which the first is ahead below a size, and the second above."""
    first = power_law(SIZES, 0.12, 0.6, 0.5)
    level = float(power_law(np.array(place), 0.12, 0.6, 0.5))
    return first, power_law(SIZES, 0.05, (level - 0.05) * place**0.5, 0.5)


FLAT = np.full(6, 0.2)


# Kinds


def test_a_crossing() -> None:
    first, second = crossing_pair(100.0)
    crossover = crossing_of(scores_of(first, second))
    assert crossover.kind == "once"
    assert crossover.probability == 1.0
    assert crossover.size is not None
    assert crossover.low is not None
    assert crossover.high is not None
    assert crossover.low < 100.0 < crossover.high
    assert crossover.size == pytest.approx(100.0, rel=0.15)


def test_the_order_of_models_does_not_matter() -> None:
    first, second = crossing_pair(100.0)
    forth, back = crossing_of(scores_of(first, second)), crossing_of(scores_of(second, first))
    assert forth.kind == back.kind == "once"
    assert forth.size == pytest.approx(back.size, rel=0.1)


def test_the_leader_changes_twice() -> None:
    crossover = crossing_of(scores_of(FLAT, FLAT + np.array([0.05, 0.05, -0.05, -0.05, 0.05, 0.05])))
    assert crossover.kind == "several"


@pytest.mark.parametrize(("shift", "kind"), [(0.05, "always"), (-0.05, "never")])
def test_one_leads_throughout(shift: float, kind: str) -> None:
    crossover = crossing_of(scores_of(FLAT, FLAT + shift))
    assert crossover == Crossover("a", "b", None, None, None, 0.0, kind)


def test_a_lead_that_runs_out_beyond_the_sizes() -> None:
    level = power_law(SIZES, 0.0, 1.0, 0.3)
    ratio = (1500.0 / SIZES) ** 0.15
    crossover = crossing_of(scores_of(level, level * ratio, 0.002))
    assert crossover.kind == "outside"
    assert crossover.size is not None
    assert crossover.low is not None
    assert crossover.low <= 1500.0 <= (crossover.high or math.inf)
    backward = crossing_of(scores_of(level * ratio, level, 0.002))
    assert backward.kind == "outside"


def test_a_lead_that_ran_in_from_below_the_sizes() -> None:
    level = power_law(SIZES, 0.0, 1.0, 0.3)
    crossover = crossing_of(scores_of(level, level * (SIZES / 8.0) ** 0.15, 0.002))
    assert crossover.kind == "outside"
    assert crossover.size is not None
    assert crossover.size < 20.0


def test_no_crossing_is_promised_where_no_subset_could_hold_every_class() -> None:
    level = power_law(SIZES, 0.0, 1.0, 0.3)
    scores = scores_of(level, level * (SIZES / 8.0) ** 0.15, 0.002)
    many_classes = replace(scores, design=replace(scores.design, n_least=20))
    crossover = crossing_of(many_classes)
    assert crossover.kind == "always"
    assert crossover.size is None


def test_a_lead_that_only_dwindles_promises_no_crossing() -> None:
    first = power_law(SIZES, 0.1, 1.0, 0.5)
    kinds = [crossing_of(scores_of(first, first + 0.5 / SIZES**0.5, 0.003, seed=seed)).kind for seed in range(40)]
    assert kinds.count("outside") <= 4


def test_nothing_to_tell() -> None:
    crossover = crossing_of(scores_of(FLAT, FLAT + 0.001, 0.02))
    assert crossover.kind == "undecided"


def test_ahead_below_and_equal_above_is_undecided() -> None:
    crossover = crossing_of(scores_of(FLAT, FLAT + np.array([0.05, 0.05, 0.02, 0.0, 0.0, 0.0])))
    assert crossover.kind == "undecided"
    assert crossover.high is None


def test_one_repeat_decides_nothing() -> None:
    first, second = crossing_pair(100.0)
    crossover = crossing_of(scores_of(first, second, n_repeats=1))
    assert (crossover.kind, crossover.size, crossover.low, crossover.high) == ("undecided", None, None, None)
    assert math.isnan(crossover.probability)


def test_prescribed_errors_without_noise_cross_where_they_cross() -> None:
    first, second = power_law(SIZES, 0.0, 0.6, 0.2), power_law(SIZES, 0.0, 0.6 * 100.0**0.3, 0.5)
    crossover = crossing_of(scores_of(first, second, noise=0.0))
    assert crossover.kind == "once"
    assert_allclose([crossover.size, crossover.low, crossover.high], 100.0, rtol=0.01)


def test_gaps_leave_out_their_sizes() -> None:
    first, second = crossing_pair(100.0)
    scores = scores_of(first, second)
    scores.errors["a"][0] = np.nan
    scores.errors["b"][5, 3] = np.nan
    crossover = crossing_of(scores)
    assert crossover.kind == "once"
    assert crossover.size == pytest.approx(100.0, rel=0.2)
    scores.errors["a"][:] = np.nan
    assert crossing_of(scores).kind == "undecided"


@pytest.mark.parametrize("n_sizes", [1, 2])
def test_few_sizes(n_sizes: int) -> None:
    scores = scores_of(FLAT[:n_sizes], FLAT[:n_sizes] + 0.05)
    assert crossing_of(scores).kind == "always"


def test_same_answers_again() -> None:
    first, second = crossing_pair(100.0)
    scores = scores_of(first, second, 0.02)
    assert crossing_of(scores) == crossing_of(scores)


def test_who_leads() -> None:
    nan = math.nan
    rows = [(40, -0.1, 0.01), (20, 0.1, 0.01), (80, -0.1, 0.06), (160, -0.1, nan)]
    comparisons = [Comparison("a", "b", size, d, nan, nan, nan, p) for size, d, p in rows]
    assert leads(comparisons) == {20: 1, 40: -1, 80: 0}


# The step that fits best


def slow_step(z: list[float]) -> tuple[int, float]:
    """Return direction and gain of the best step by trying each place of a fine grid; sizes are e^0, e^1, ..."""
    grid = np.linspace(0.0, len(z) - 1.0, 100 * (len(z) - 1) + 1)
    values = np.interp(grid, np.arange(len(z)), z)
    areas = np.concatenate([[0.0], np.cumsum((values[1:] + values[:-1]) / 2 * np.diff(grid))])
    gains = 2.0 * areas - areas[-1]
    best = int(np.argmax(np.abs(gains)))
    return int(np.sign(gains[best])), float(abs(gains[best]) - abs(areas[-1]))


@given(st.lists(st.floats(-5.0, 5.0).map(lambda x: round(x, 1)), min_size=2, max_size=7))
def test_step_is_the_best_one(z: list[float]) -> None:
    n = len(z)
    sizes = np.round(1000 * np.exp(np.arange(n))).astype(np.int64)
    difference = DifferenceDraws(sizes, np.ones(n), np.array(z), np.ones(n), np.zeros((0, n)))
    steps = _find_steps(difference, np.array([z]))
    direction, gain = slow_step(z)
    if gain > 0.05:
        assert steps.direction[0] == direction
        assert np.log(sizes[0]) <= steps.place[0] <= np.log(sizes[-1])
    elif gain == 0.0:
        assert steps.direction[0] == 0


@given(st.integers(0, 1000), st.integers(2, 5), st.integers(1, 6), st.booleans())
def test_every_answer_is_of_a_known_kind(seed: int, n_repeats: int, n_sizes: int, official: bool) -> None:
    rng = np.random.default_rng(seed)
    errors = {name: np.round(rng.uniform(size=(n_sizes, n_repeats)), 1) for name in "ab"}
    for values in errors.values():
        values[rng.uniform(size=values.shape) < 0.1] = np.nan
    resampled = {name: values[..., None] + rng.normal(0, 0.1, (*values.shape, 3)) for name, values in errors.items()}
    crossover = crossing_of(CurveScores(SIZES[:n_sizes], errors, resampled, Design(800, 200, official)))
    assert crossover.kind in KINDS
    bounds = [bound for bound in (crossover.low, crossover.size, crossover.high) if bound is not None]
    assert bounds == sorted(bounds)
    assert crossover.size is not None or not bounds


# What would decide


def test_repeats_that_would_decide_do() -> None:
    rng = np.random.default_rng(0)
    differences = rng.normal(0.0, 1.0, 10)
    differences = 0.02 + 0.03 * (differences - differences.mean()) / differences.std(ddof=1)

    def p_value(n_repeats: int) -> float:
        spread = np.resize([1.0, -1.0], n_repeats) - np.mean(np.resize([1.0, -1.0], n_repeats))
        values = 0.02 + 0.03 * spread / spread.std(ddof=1)
        errors = {"a": np.full((1, n_repeats), 0.2), "b": 0.2 + values[None]}
        nothing = {name: np.zeros((1, n_repeats, 0)) for name in errors}
        (comparison,) = compare(CurveScores(np.array([20]), errors, nothing, Design(950, 50)))
        return comparison.p_value

    errors = {"a": np.full((1, 10), 0.2), "b": 0.2 + differences[None]}
    nothing = {name: np.zeros((1, 10, 0)) for name in errors}
    scores = CurveScores(np.array([20]), errors, nothing, Design(950, 50))
    need = what_would_decide(scores, "a", "b", 20)
    assert need.repeats is not None
    assert p_value(need.repeats) < 0.05 <= p_value(need.repeats - 1)


def test_more_repeats_of_the_same_documents_do_not_always_decide() -> None:
    rng = np.random.default_rng(0)
    errors = {"a": np.full((1, 10), 0.2), "b": 0.21 + rng.normal(0, 0.01, (1, 10))}
    resampled = {"a": np.full((1, 10, 40), 0.2), "b": np.full((1, 10, 1), 0.21) + rng.normal(0, 0.01, 40)}
    scores = CurveScores(np.array([20]), errors, resampled, Design(800, 200, is_official=True))
    need = what_would_decide(scores, "a", "b", 20)
    assert need.repeats is None
    assert need.documents is not None
    assert 200 < need.documents <= 20_000


def test_nothing_decides_where_there_is_no_difference() -> None:
    scores = scores_of(FLAT, FLAT, 0.0)
    assert what_would_decide(scores, "a", "b", 20).documents is None
    one = scores_of(FLAT, FLAT, 0.1, n_repeats=1)
    assert what_would_decide(one, "a", "b", 20).repeats is None


# Held to their word


@pytest.mark.parametrize("official", [False, True])
@pytest.mark.parametrize("n_repeats", [5, 20])
def test_interval_covers_a_known_crossing(n_repeats: int, official: bool) -> None:
    n_covered = 0
    first, second = crossing_pair(100.0)
    for seed in range(100):
        rng = np.random.default_rng([seed, n_repeats])
        curves = {"a": first, "b": second}
        crossover = crossing_of(prescribed_scores(rng, curves, SIZES, n_repeats, Design(800, 200, official)))
        # No interval at all covers nothing.
        covers = (crossover.low or 0.0) <= 100.0 <= (crossover.high or math.inf)
        n_covered += crossover.size is not None and covers
    assert n_covered >= 90


@pytest.mark.parametrize("official", [False, True])
@pytest.mark.parametrize("n_repeats", [5, 20])
def test_of_equal_models_nothing_is_claimed(n_repeats: int, official: bool) -> None:
    n_claimed = 0
    curve = power_law(SIZES, 0.05, 1.0, 0.5)
    for seed in range(100):
        rng = np.random.default_rng([seed, n_repeats])
        scores = prescribed_scores(rng, {"a": curve, "b": curve}, SIZES, n_repeats, Design(800, 200, official))
        crossover = crossing_of(scores)
        n_claimed += crossover.kind != "undecided" or any(leads(compare(scores)).values())
    assert n_claimed <= 5


@pytest.mark.slow
@pytest.mark.parametrize("official", [False, True])
def test_a_lead_that_ends_in_a_tie_is_called_a_crossing_in_at_most_five_of_a_hundred_experiments(
    official: bool,
) -> None:
    sizes = np.array([20, 34, 57, 96, 163, 275, 466, 800])
    first = power_law(sizes, 0.05, 1.2, 0.45)
    head_start = np.maximum(np.log(96 / sizes) / np.log(96 / 20), 0.0)
    curves = {"a": first, "b": first * (1.0 + 0.5 * head_start)}
    claims = 0
    for run in range(100):
        scores = prescribed_scores(np.random.default_rng(run), curves, sizes, 20, Design(800, 200, official))
        (crossover,) = find_crossovers(scores, compare(scores))
        claims += crossover.kind in ("once", "several")
    assert claims <= 5
