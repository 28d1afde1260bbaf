"""Who wins: not the luckiest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from textgd.tuning.limits import Limits
from textgd.tuning.space import Candidate
from textgd.tuning.trials import Trial
from textgd.tuning.winner import best_default, choose

NOISE = np.random.default_rng(0).standard_normal(4000)


def trial(error: float, spread: float = 0.0, model: str = "svm", n_bytes: int | None = None, **changes: Any) -> Trial:
    """Return a trial; of the difference of two, the standard error is the difference of their spreads."""
    candidate = Candidate(model, tuple(sorted(changes.items())))
    return Trial(candidate, 100, np.concatenate([[error], error + spread * NOISE]), n_bytes=n_bytes)


@pytest.mark.parametrize(("advantage", "wins"), [(0.019, False), (0.021, True)])
def test_the_default_is_replaced_by_more_than_two_standard_errors(advantage: float, wins: bool) -> None:
    default, better = trial(0.1), trial(0.1 - advantage, 0.01, C=1.0)
    assert better.standard_error(default) == pytest.approx(0.01, rel=0.03)
    assert choose([default, better], Limits()) is (better if wins else default)


def test_the_difference_counts_and_not_the_noise_that_both_share() -> None:
    default, better = trial(0.1, 0.05), trial(0.095, 0.051, C=1.0)
    assert choose([default, better], Limits()) is better


def test_what_is_not_better_than_the_default_does_not_win() -> None:
    # As good as the best by its own noise, with fewer changes, and behind the default.
    default, best = trial(0.1), trial(0.07, 0.01, C=1.0, min_df=2)
    noisy = trial(0.11, 0.05, C=10.0)
    assert noisy.error - best.error < 2 * noisy.standard_error(best)
    assert choose([noisy, default, best], Limits()) is best
    assert choose([noisy, default], Limits()) is default


def test_a_lead_over_another_default_is_none() -> None:
    worse, better = trial(0.2, model="nb"), trial(0.1, model="svm")
    changed = trial(0.09, 0.01, model="nb", alpha=0.1)
    assert choose([worse, better, changed], Limits()) is better


def test_where_no_default_is_allowed_the_simplest_of_the_best_wins() -> None:
    default = trial(0.1, n_bytes=9_000_000)
    one, two, behind = (
        trial(0.21, 0.01, n_bytes=1_000, C=1.0),
        trial(0.2, n_bytes=1_000, C=1.0, min_df=2),
        trial(0.3, n_bytes=1_000, min_df=2),
    )
    assert choose([behind, two, one, default], Limits(n_bytes=5_000_000)) is one


def test_of_those_that_are_as_good_the_simplest_wins() -> None:
    default, one, two = trial(0.2), trial(0.101, 0.01, C=1.0), trial(0.1, 0.02, C=1.0, min_df=2)
    assert choose([two, one, default], Limits()) is one
    equal = trial(0.1009, 0.01, min_df=2)
    assert choose([two, one, equal, default], Limits()) is equal


def test_of_two_defaults_the_better_wins() -> None:
    worse, better = trial(0.101, 0.01, model="nb"), trial(0.1, model="svm")
    assert choose([worse, better], Limits()) is better
    assert best_default([worse, better, trial(0.0, C=1.0)]) is better


def test_what_is_over_a_limit_does_not_win() -> None:
    large, small = trial(0.1, n_bytes=9_000_000), trial(0.2, n_bytes=1_000_000, min_df=5)
    assert choose([large, small], Limits(n_bytes=5_000_000)) is small
    assert choose([large], Limits(n_bytes=5_000_000)) is None
    assert best_default([large, small]) is large


def test_what_failed_or_is_undefined_does_not_win() -> None:
    failed, fine = trial(float("nan")), trial(0.4, C=1.0)
    assert choose([failed, fine], Limits()) is fine
    assert choose([failed], Limits()) is None
    assert best_default([failed]) is None
