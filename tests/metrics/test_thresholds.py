"""Thresholds: the table by counting, and the promise of a bounded loss by trying every threshold."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.metrics import evaluate_predictions, wilson_interval
from textgd.metrics.intervals import documents_needed, exact_upper_bound
from textgd.metrics.thresholds import SHOWN_THRESHOLDS, claim_threshold, threshold_table

documents = st.lists(
    st.tuples(st.one_of(st.floats(0.0, 1.0), st.integers(0, 10).map(lambda k: k / 10)), st.booleans()), max_size=80
)


def arrays(rows: list[tuple[float, bool]]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    return np.array([p for p, _ in rows]), np.array([positive for _, positive in rows], bool)


@given(documents)
def test_the_table_is_counted(rows: list[tuple[float, bool]]) -> None:
    probability, is_positive = arrays(rows)
    for row in threshold_table(probability, is_positive):
        called = [positive for p, positive in rows if p >= row.threshold]
        n_positive = sum(positive for _, positive in rows)
        assert row.n_called == len(called)
        pairs = (
            (row.precision, wilson_interval(sum(called), len(called))),
            (row.recall, wilson_interval(sum(called), n_positive)),
            (row.hm, wilson_interval(len(called) - sum(called), len(rows) - n_positive)),
            (row.sm, wilson_interval(n_positive - sum(called), n_positive)),
        )
        for ours, expected in pairs:
            assert vars(ours) == pytest.approx(vars(expected), abs=1e-12, nan_ok=True)


@given(documents, st.sampled_from([0.02, 0.05, 0.1, 0.3, 0.9]))
def test_the_claim_is_the_smallest_threshold_that_holds(rows: list[tuple[float, bool]], limit: float) -> None:
    probability, is_positive = arrays(rows)
    claim = claim_threshold(probability, is_positive, limit)
    others, own = probability[~is_positive], probability[is_positive]

    def holds(threshold: float) -> bool:
        return exact_upper_bound(int((others >= threshold).sum()), len(others)) <= limit

    holding = [p for p in probability.tolist() if p > 0.0 and holds(p)]
    below_one = [p for p in holding if p < 1.0 or holds(math.nextafter(1.0, 0.0))]
    assert (claim.n_negative, claim.n_needed) == (len(others), documents_needed(limit))
    if claim.threshold is None:
        assert not below_one or len(others) < claim.n_needed or max(others, default=0.0) >= 1.0 - 1e-15
        assert claim.bound == exact_upper_bound(0, len(others))
        return
    assert 0.0 < claim.threshold < 1.0
    assert holds(claim.threshold)
    # It calls what the smallest one calls.
    assert (probability >= claim.threshold).sum() == (probability >= min(holding)).sum()
    assert claim.n_lost == (others >= claim.threshold).sum()
    assert claim.bound == exact_upper_bound(claim.n_lost, len(others)) <= limit
    caught = wilson_interval(int((own >= claim.threshold).sum()), len(own))
    assert vars(claim.caught) == pytest.approx(vars(caught), nan_ok=True)


def test_too_few_documents_to_promise_anything() -> None:
    probability, is_positive = np.array([0.1] * 300 + [0.9] * 100), np.array([False] * 300 + [True] * 100)
    claim = claim_threshold(probability, is_positive, 0.001)
    assert (claim.threshold, claim.n_needed, claim.n_negative) == (None, 2995, 300)
    assert claim.bound == pytest.approx(1 - 0.05 ** (1 / 300))


def test_thresholds_are_round_where_they_can_be() -> None:
    probability = np.array([0.1] * 3000 + [0.83217, 0.95, 0.97])
    is_positive = np.array([False] * 3001 + [True] * 2)
    assert claim_threshold(probability, is_positive, 0.001).threshold == 0.9
    assert claim_threshold(probability, is_positive, 0.002).threshold == 0.2


@pytest.mark.parametrize("limit", [0.0, 1.0, -1.0, 5.0, math.nan])
def test_a_limit_that_is_none(limit: float) -> None:
    with pytest.raises(InvalidParameterError, match="max_ham_loss is"):
        claim_threshold(np.array([0.5]), np.array([True]), limit)


def test_a_threshold_calls_the_positive_class_from_there_on() -> None:
    probabilities = np.array([[0.8, 0.2], [0.25, 0.75], [0.75, 0.25], [0.05, 0.95]])
    truth, chosen = list("abab"), list("abab")
    for threshold, called in ((0.2, "bbbb"), (0.25, "abbb"), (0.75, "abab"), (0.9, "aaab")):
        evaluation = evaluate_predictions(truth, chosen, list("ab"), probabilities, threshold=threshold)
        direct = evaluate_predictions(truth, list(called), list("ab"), probabilities)
        assert evaluation.confusion.tolist() == direct.confusion.tolist()
        assert evaluation.threshold == threshold
        # What probabilities are worth has nothing to do with where one cuts.
        assert evaluation["ece"] == evaluate_predictions(truth, chosen, list("ab"), probabilities)["ece"]
    assert [row.threshold for row in evaluation.thresholds] == list(SHOWN_THRESHOLDS)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"threshold": 0.0}, "threshold is 0; a probability above 0 and below 1"),
        ({"threshold": 1.0}, "threshold is 1"),
        ({"threshold": math.nan}, "threshold is nan"),
        (
            {"threshold": 0.5, "probabilities": None},
            "threshold is 0.5, which needs probabilities. This model has scores",
        ),
        (
            {"max_ham_loss": 0.1, "probabilities": None},
            "max_ham_loss is 0.1, which needs probabilities. This model has scores",
        ),
        ({"positive": "c"}, "positive is 'c'.*Allowed: a, b"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, Any], message: str) -> None:
    arguments = {"probabilities": [[0.5, 0.5]], **settings}
    with pytest.raises(InvalidParameterError, match=message):
        evaluate_predictions(["a"], ["a"], ["a", "b"], **arguments)


@pytest.mark.parametrize("settings", [{"threshold": 0.5}, {"positive": "a"}, {"max_ham_loss": 0.1}])
def test_more_classes_have_no_threshold(settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameterError, match="the model has 3"):
        evaluate_predictions(["a"], ["a"], ["a", "b", "c"], [[0.5, 0.25, 0.25]], **settings)
