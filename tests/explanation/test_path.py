"""Mean slopes are those of integrated gradients, and they lose nothing on the way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.special import softmax

from textgd.explanation.path import mean_slopes, side_slopes
from textgd.probabilities import Isotonic, OneVsRest, Probabilities, Reweighted, Sigmoid, Softmax, log_odds

Floats = NDArray[np.float64]

TWO: list[Probabilities] = [
    Softmax(2.5),
    OneVsRest(),
    Sigmoid((0.7,), (-0.3,)),
    Sigmoid((-0.7,), (0.3,)),
    Isotonic(((-2.0, 0.0, 1.0),), ((0.1, 0.4, 0.9),)),
    Reweighted(Softmax(0.5), (0.25, 3.0)),
    Reweighted(Isotonic(((-2.0, 0.0, 1.0),), ((0.1, 0.4, 0.9),)), (0.25, 3.0)),
]
THREE: list[Probabilities] = [
    Softmax(0.5),
    OneVsRest(),
    Sigmoid((0.7, 1.0, 2.0), (-0.3, 0.0, 1.0)),
    Isotonic(((-2.0, 1.0), (0.0,), (-1.0, 1.0)), ((0.1, 0.9), (0.5,), (0.2, 0.3))),
    Reweighted(Sigmoid((0.7, 1.0, 2.0), (-0.3, 0.0, 1.0)), (0.25, 1.0, 3.0)),
]
SMOOTH = [probabilities for probabilities in THREE if probabilities.kind != "isotonic"]

near = st.floats(-4, 4)
anywhere = st.one_of(near, st.floats(-2000, 2000), st.just(0.0))


def odds(probabilities: Probabilities, scores: Floats, c: int) -> float:
    return float(log_odds(probabilities.log_proba(scores[None]))[0, c])


def pairs(n: int, elements: st.SearchStrategy[float] = anywhere) -> st.SearchStrategy[Floats]:
    return arrays(np.float64, (2, n), elements=elements)


def check_sum(probabilities: Probabilities, ends: Floats, c: int) -> None:
    start, end = ends
    gained = odds(probabilities, end, c) - odds(probabilities, start, c)
    slopes = mean_slopes(probabilities, start, end, c)
    assert_allclose(slopes @ (end - start), gained, rtol=1e-9, atol=1e-9 * (1 + np.abs(ends).max()))


@given(st.sampled_from(TWO), pairs(2), st.integers(0, 1))
def test_slopes_of_two_classes_add_up_to_what_the_log_odds_gain(
    probabilities: Probabilities, ends: Floats, c: int
) -> None:
    check_sum(probabilities, ends, c)


@given(st.sampled_from(THREE), pairs(3), st.integers(0, 2))
@example(Softmax(), np.array([[0.0, 0.0, 0.0], [0.0, -900.0, 900.0]]), 0)
def test_slopes_of_more_classes_add_up_to_what_the_log_odds_gain(
    probabilities: Probabilities, ends: Floats, c: int
) -> None:
    check_sum(probabilities, ends, c)


@pytest.mark.parametrize("c", [0, 1, 2])
@pytest.mark.parametrize("probabilities", SMOOTH, ids=lambda probabilities: probabilities.kind)
def test_slopes_are_the_mean_of_the_gradients(probabilities: Probabilities, c: int) -> None:
    start, end = np.array([0.3, -0.2, 0.1]), np.array([-4.0, 5.0, 2.0])

    def gradient(t: float, k: int) -> float:
        step = np.zeros(3)
        step[k] = 1e-5
        at = start + t * (end - start)
        return (odds(probabilities, at + step, c) - odds(probabilities, at - step, c)) / 2e-5

    expected = [quad(gradient, 0.0, 1.0, args=(k,), epsabs=1e-8, limit=200)[0] for k in range(3)]
    assert_allclose(mean_slopes(probabilities, start, end, c), expected, atol=2e-6)


def test_slopes_of_far_scores_find_where_the_rival_changes() -> None:
    """The strongest rival is one class for the first fifth of the way and another one for the rest."""
    start, end = np.array([0.0, 100.0, 0.0]), np.array([0.0, -300.0, 0.0])
    end[2] = 100.0
    assert_allclose(mean_slopes(Softmax(), start, end, 0), [1.0, -0.2, -0.8], atol=2e-3)


@pytest.mark.parametrize("probabilities", [*THREE, Softmax(7.0)], ids=lambda probabilities: str(probabilities)[:40])
def test_what_all_classes_share_makes_no_difference(probabilities: Probabilities) -> None:
    """Naive Bayes adds some -10 nats to every class for every word."""
    slopes = mean_slopes(probabilities, np.array([0.1, 0.5, -0.2]), np.array([30.0, -25.0, 4.0]), 1)
    if probabilities.kind != "one-vs-rest":
        assert abs(slopes.sum()) < 1e-12
    moved = mean_slopes(Softmax(3.0), np.zeros(3), np.array([30.0, -25.0, 4.0]), 1)
    assert_allclose(mean_slopes(Softmax(3.0), np.zeros(3), np.array([-970.0, -1025.0, -996.0]), 1), moved, atol=1e-9)


def test_no_way_has_the_slope_of_the_place() -> None:
    at = np.array([0.5, -1.0, 0.2])
    p = softmax(at)
    expected = np.array([-p[0], 1.0 - p[1], -p[2]]) / (1.0 - p[1])
    assert_allclose(mean_slopes(Softmax(), at, at, 1), expected, rtol=1e-9)
    curve = Isotonic(((-1.0, 1.0),), ((0.2, 0.8),))
    # At even odds: p = 0.5 + 0.3 x, so that ln p / (1 - p) rises by 0.3 / 0.25.
    assert_allclose(mean_slopes(curve, np.zeros(2), np.zeros(2), 1), [-1.2, 1.2], rtol=1e-6)


def test_a_class_that_is_ruled_out_is_no_rival() -> None:
    start, end = np.zeros(3), np.array([2.0, 1.0, 9.0])
    ruled = mean_slopes(Reweighted(Softmax(), (1.0, 1.0, 0.0)), start, end, 0)
    assert_allclose(ruled, [1.0, -1.0, 0.0], atol=1e-12)


# What speaks for a class and what speaks against it


@given(st.sampled_from(THREE), arrays(np.float64, (3, 3), elements=near), st.integers(0, 2))
def test_sides_add_up_to_what_the_log_odds_gain(probabilities: Probabilities, drawn: Floats, c: int) -> None:
    start, end, gain = drawn
    slopes, opposite = side_slopes(probabilities, start, end, gain, c)
    gained = odds(probabilities, end, c) - odds(probabilities, start, c)
    assert_allclose(slopes @ gain + opposite @ (end - start - gain), gained, atol=1e-8)


@pytest.mark.parametrize("probabilities", [TWO[0], TWO[2], TWO[3], TWO[5]], ids=str)
def test_sides_of_linear_log_odds_are_those_of_the_straight_way(probabilities: Probabilities) -> None:
    start, end, gain = np.array([0.2, -0.1]), np.array([-3.0, 2.0]), np.array([1.0, 9.0])
    straight = mean_slopes(probabilities, start, end, 1)
    for slopes in side_slopes(probabilities, start, end, gain, 1):
        assert_allclose(slopes, straight, rtol=1e-9)


def test_a_jump_does_not_count_many_times_over() -> None:
    """Ten nats for and ten against: on the straight way, which is one thousandth of a nat, all is one jump."""
    jump = Isotonic(((-20.0, 0.0, 0.001, 20.0),), ((0.01, 0.1, 0.9, 0.99),))
    start, end, gain = np.zeros(2), np.array([0.0, 0.001]), np.array([0.0, 10.0])
    assert mean_slopes(jump, start, end, 1) @ gain > 10_000
    slopes, opposite = side_slopes(jump, start, end, gain, 1)
    most = odds(jump, np.array([0.0, 20.0]), 1) - odds(jump, np.array([0.0, -20.0]), 1)
    assert 0.0 < slopes @ gain < most
    assert -most < opposite @ (end - start - gain) < 0.0


def test_on_a_plateau_both_sides_count() -> None:
    """What is for and what is against cancel out, and are still something."""
    plateau = Isotonic(((-5.0, -1.0, 1.0, 5.0),), ((0.1, 0.5, 0.5, 0.9),))
    start, end, gain = np.zeros(2), np.array([0.0, 0.5]), np.array([0.0, 4.5])
    assert mean_slopes(plateau, start, end, 1).tolist() == [0.0, 0.0]
    slopes, opposite = side_slopes(plateau, start, end, gain, 1)
    assert slopes @ gain > 1.0
    assert slopes @ gain == pytest.approx(-opposite @ (end - start - gain))
