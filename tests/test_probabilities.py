"""Probabilities sum to one, obey Bayes' rule, and come back from JSON as they were."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy.special import expit, log_softmax, logsumexp

from textgd.probabilities import (
    Isotonic,
    OneVsRest,
    Probabilities,
    Reweighted,
    Sigmoid,
    Softmax,
    log_odds,
    log_sum_exp,
)

Floats = NDArray[np.float64]

TWO: dict[str, Probabilities] = {
    "softmax": Softmax(2.5),
    "one-vs-rest": OneVsRest(),
    "sigmoid": Sigmoid((0.7,), (-0.3,)),
    "isotonic": Isotonic(((-2.0, 0.0, 1.0),), ((0.1, 0.4, 0.9),)),
    "reweighted": Reweighted(Softmax(0.5), (0.25, 3.0)),
}
THREE: dict[str, Probabilities] = {
    "softmax": Softmax(0.5),
    "one-vs-rest": OneVsRest(),
    "sigmoid": Sigmoid((0.7, 1.0, 2.0), (-0.3, 0.0, 1.0)),
    "isotonic": Isotonic(((-2.0, 1.0), (0.0,), (-1.0, 1.0)), ((0.1, 0.9), (0.5,), (0.2, 0.3))),
    "reweighted": Reweighted(Sigmoid((0.7, 1.0, 2.0), (-0.3, 0.0, 1.0)), (0.25, 0.0, 3.0)),
}
kinds = pytest.mark.parametrize("kind", list(TWO))

numbers = st.one_of(st.floats(-5, 5), st.floats(-1e6, 1e6), st.floats(-1e150, 1e150))
two_columns = arrays(np.float64, st.tuples(st.integers(1, 5), st.just(2)), elements=numbers)
three_columns = arrays(np.float64, st.tuples(st.integers(1, 5), st.just(3)), elements=numbers)


@kinds
@given(two_columns, three_columns)
def test_rows_sum_to_one(kind: str, two: Floats, three: Floats) -> None:
    for probabilities, scores in ((TWO[kind], two), (THREE[kind], three)):
        log_proba = probabilities.log_proba(scores)
        assert log_proba.shape == scores.shape
        assert (log_proba <= 1e-12).all()
        assert_allclose(logsumexp(log_proba, axis=1), 0.0, atol=1e-12)


@given(three_columns, st.floats(0.01, 100.0))
def test_softmax_is_that_of_scipy(scores: Floats, temperature: float) -> None:
    expected = log_softmax(scores / temperature, axis=1)
    assert_allclose(Softmax(temperature).log_proba(scores), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("offset", [-1e17, -1e9, 0.0, 1e17])
def test_what_scores_have_in_common_does_not_matter(offset: float) -> None:
    """Long documents have joint probabilities of any smallness."""
    assert_allclose(np.exp(Softmax().log_proba(np.full((1, 4), offset))), [[0.25] * 4], rtol=1e-12)
    if offset < 0:
        assert_allclose(np.exp(OneVsRest().log_proba(np.full((1, 4), offset))), [[0.25] * 4], rtol=1e-12)


@given(arrays(np.float64, (4, 3), elements=st.floats(-30, 30)))
def test_log_sum_exp_and_log_odds(scores: Floats) -> None:
    assert_allclose(log_sum_exp(scores), logsumexp(scores, axis=1), rtol=1e-12, atol=1e-12)
    proba = np.exp(log_softmax(scores, axis=1))
    others = np.stack([np.delete(proba, k, axis=1).sum(axis=1) for k in range(3)], axis=1)
    assert_allclose(log_odds(scores), np.log(proba) - np.log(others), rtol=1e-8, atol=1e-8)
    two = scores[:, :2]
    assert_allclose(log_odds(two), np.stack([two[:, 0] - two[:, 1], two[:, 1] - two[:, 0]], axis=1), rtol=1e-12)


def test_impossible_classes() -> None:
    assert log_sum_exp(np.array([[-np.inf, -np.inf], [0.0, -np.inf]])).tolist() == [-np.inf, 0.0]
    assert Softmax().log_proba(np.array([[-np.inf, 3.0]])).tolist() == [[-np.inf, 0.0]]


def test_by_hand() -> None:
    three_to_one = np.array([[0.0, np.log(9.0)]])
    assert_allclose(np.exp(Softmax().log_proba(three_to_one)), [[0.1, 0.9]])
    assert_allclose(np.exp(Softmax(2.0).log_proba(three_to_one)), [[0.25, 0.75]])
    # 1/2, 3/4 and 1/4 of 3/2.
    scores = np.array([[0.0, np.log(3.0), -np.log(3.0)]])
    assert_allclose(np.exp(OneVsRest().log_proba(scores)), [[1 / 3, 1 / 2, 1 / 6]])
    assert_allclose(np.exp(Sigmoid((0.5,), (np.log(2.0),)).log_proba(three_to_one)), [[1 / 7, 6 / 7]])
    # Log-odds of 2 are half way between 1 and 3; beyond the ends, the ends hold.
    curve = Isotonic(((-1.0, 1.0, 3.0),), ((0.1, 0.4, 0.8),))
    ahead = np.array([2.0, -7.0, 9.0])
    expected = np.array([[0.4, 0.6], [0.9, 0.1], [0.2, 0.8]])
    assert_allclose(np.exp(curve.log_proba(np.stack([np.zeros(3), ahead], axis=1))), expected)


def test_more_classes_are_normalized() -> None:
    scores = np.random.default_rng(0).normal(size=(5, 3))
    ahead = log_odds(scores)
    shares = expit(ahead * [0.7, 1.0, 2.0] + [-0.3, 0.0, 1.0])
    assert_allclose(np.exp(THREE["sigmoid"].log_proba(scores)), shares / shares.sum(axis=1, keepdims=True), rtol=1e-12)
    shares = np.stack(
        [np.interp(ahead[:, 0], [-2, 1], [0.1, 0.9]), np.full(5, 0.5), np.interp(ahead[:, 2], [-1, 1], [0.2, 0.3])],
        axis=1,
    )
    assert_allclose(np.exp(THREE["isotonic"].log_proba(scores)), shares / shares.sum(axis=1, keepdims=True), rtol=1e-12)


def test_bayes_rule_by_hand() -> None:
    """9 to 1 under even priors is 9 to 3 where the first class is three times as frequent."""
    scores = np.array([[0.0, np.log(9.0)]])
    assert_allclose(np.exp(Reweighted(Softmax(), (1.5, 0.5)).log_proba(scores)), [[0.25, 0.75]])
    assert_allclose(np.exp(Reweighted(Softmax(), (0.0, 0.5)).log_proba(scores)), [[0.0, 1.0]])


@given(three_columns, st.lists(st.floats(0.01, 100.0), min_size=3, max_size=3))
def test_bayes_rule(scores: Floats, factors: list[float]) -> None:
    base = Softmax(1.5).log_proba(scores)
    posterior = Reweighted(Softmax(1.5), tuple(factors)).log_proba(scores)
    assert_allclose(posterior, log_softmax(base + np.log(factors), axis=1), rtol=1e-9, atol=1e-9)


# What a unit of the score adds.


def slope(probabilities: Probabilities, scores: Floats, c: int) -> float:
    """The derivative of a class's log-odds by its score."""
    step = np.zeros_like(scores)
    step[0, c] = 1e-5
    up, down = (log_odds(probabilities.log_proba(scores + sign * step))[0, c] for sign in (1, -1))
    return float((up - down) / 2e-5)


@pytest.mark.parametrize("c", [0, 1])
@given(arrays(np.float64, (1, 2), elements=st.floats(-3, 3)))
def test_nats_are_the_slope_of_the_log_odds(c: int, scores: Floats) -> None:
    for kind in ("softmax", "sigmoid", "reweighted"):
        nats = TWO[kind].nats(c)
        assert nats is not None
        assert_allclose(slope(TWO[kind], scores, c), nats, rtol=1e-4)


@pytest.mark.parametrize("c", [0, 1, 2])
def test_nats_of_more_classes(c: int) -> None:
    scores = np.array([[0.3, -1.0, 0.5]])
    assert slope(Softmax(0.5), scores, c) == pytest.approx(Softmax(0.5).nats(c), rel=1e-4)
    # Where classes are scaled to sum to 1, it is the slope before: what remains far below the others.
    scores[0, c] = -20.0
    assert slope(OneVsRest(), scores, c) == pytest.approx(OneVsRest().nats(c), rel=1e-4)
    sigmoid = THREE["sigmoid"]
    assert slope(sigmoid, scores, c) == pytest.approx(sigmoid.nats(c), rel=1e-4)


def test_a_curve_has_no_slope_of_its_own() -> None:
    assert TWO["isotonic"].nats(0) is None
    assert Reweighted(TWO["isotonic"], (1.0, 2.0)).nats(1) is None


# To JSON and back.


@kinds
def test_round_trip(kind: str) -> None:
    for n_classes, probabilities in ((2, TWO[kind]), (3, THREE[kind])):
        described = probabilities.to_dict()
        assert described["kind"] == kind
        for data in (described, json.loads(json.dumps(described))):
            assert Probabilities.from_dict(data, n_classes) == probabilities
        assert probabilities.to_dict() == described


@pytest.mark.parametrize(
    "described",
    [
        {},
        {"kind": "platt"},
        {"kind": ["softmax"]},
        {"kind": "softmax"},
        {"kind": "softmax", "temperature": 0.0},
        {"kind": "softmax", "temperature": -1.0},
        {"kind": "softmax", "temperature": float("inf")},
        {"kind": "softmax", "temperature": float("nan")},
        {"kind": "softmax", "temperature": "warm"},
        {"kind": "softmax", "temperature": None},
        {"kind": "one-vs-rest", "temperature": 1.0},
        {"kind": "sigmoid", "slopes": [1.0]},
        {"kind": "sigmoid", "slopes": [1.0, 1.0], "intercepts": [0.0, 0.0]},
        {"kind": "sigmoid", "slopes": [1.0], "intercepts": []},
        {"kind": "sigmoid", "slopes": [float("nan")], "intercepts": [0.0]},
        {"kind": "sigmoid", "slopes": [1.0], "intercepts": [float("inf")]},
        {"kind": "sigmoid", "slopes": 1.0, "intercepts": 0.0},
        {"kind": "isotonic", "odds": [[0.0]]},
        {"kind": "isotonic", "odds": [[0.0]] * 2, "shares": [[0.5]] * 2},
        {"kind": "isotonic", "odds": [[]], "shares": [[]]},
        {"kind": "isotonic", "odds": [[1.0, 0.0]], "shares": [[0.2, 0.8]]},
        {"kind": "isotonic", "odds": [[0.0, 1.0]], "shares": [[0.8, 0.2]]},
        {"kind": "isotonic", "odds": [[0.0, 1.0]], "shares": [[0.2]]},
        {"kind": "isotonic", "odds": [[0.0, 1.0]], "shares": [[0.0, 0.5]]},
        {"kind": "isotonic", "odds": [[0.0, 1.0]], "shares": [[0.5, 1.0]]},
        {"kind": "isotonic", "odds": [[float("nan")]], "shares": [[0.5]]},
        {"kind": "isotonic", "odds": [[float("-inf"), 0.0]], "shares": [[0.2, 0.5]]},
        {"kind": "isotonic", "odds": [[float("inf"), float("inf")]], "shares": [[0.2, 0.5]]},
        {"kind": "isotonic", "odds": [[0.0]], "shares": [[float("nan")]]},
        {"kind": "reweighted", "factors": [1.0, 1.0]},
        {"kind": "reweighted", "base": {"kind": "softmax", "temperature": 1.0}, "factors": [1.0]},
        {"kind": "reweighted", "base": {"kind": "softmax", "temperature": 1.0}, "factors": [0.0, 0.0]},
        {"kind": "reweighted", "base": {"kind": "softmax", "temperature": 1.0}, "factors": [-1.0, 1.0]},
        {"kind": "reweighted", "base": {"kind": "softmax", "temperature": 1.0}, "factors": [float("nan"), 1.0]},
        {"kind": "reweighted", "base": {"kind": "softmax", "temperature": 0.0}, "factors": [1.0, 1.0]},
        {"kind": "reweighted", "base": "softmax", "factors": [1.0, 1.0]},
        {"kind": "reweighted", "base": Reweighted(Softmax(), (1.0, 1.0)).to_dict(), "factors": [1.0, 1.0]},
    ],
    ids=str,
)
def test_what_describes_none_is_refused(described: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError, LookupError)):
        Probabilities.from_dict(described, 2)


def test_the_number_of_classes_has_to_fit() -> None:
    for kind in ("sigmoid", "isotonic", "reweighted"):
        for n_classes, other in ((3, TWO[kind]), (2, THREE[kind]), (4, THREE[kind])):
            with pytest.raises(ValueError, match=r"do(es)? not fit its classes"):
                Probabilities.from_dict(other.to_dict(), n_classes)
