"""What lines lose and how they differ: paired, and with what repeats share counted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from textgd.evaluation.robustness_statistics import compare_levels, find_losses
from textgd.evaluation.scores import CurveScores, Design

LEVELS = np.array([0.0, 0.5, 0.9])
ERRORS = {
    "a": np.array([[0.10, 0.14, 0.11], [0.15, 0.20, 0.17], [0.30, 0.33, np.nan]]),
    "b": np.array([[0.12, 0.13, 0.12], [0.13, 0.16, 0.15], [0.20, 0.26, 0.21]]),
}
SCORES = CurveScores(np.full(3, 80), ERRORS, {name: np.zeros((3, 3, 0)) for name in ERRORS}, Design(80, 20))


def corrected(values: list[float]) -> tuple[float, float, float, float]:
    """Nadeau and Bengio's t interval, by scipy's distribution."""
    n, mean = len(values), float(np.mean(values))
    error = float(np.sqrt((1 / n + 20 / 80) * np.var(values, ddof=1)))
    half = float(t.ppf(0.975, n - 1)) * error
    return mean, mean - half, mean + half, 2 * float(t.sf(abs(mean) / error, n - 1))


def test_losses_are_paired_differences_from_the_reference() -> None:
    losses = {(loss.line, loss.level): loss for loss in find_losses(SCORES, LEVELS, 0.0)}
    assert list(losses) == [("a", 0.5), ("a", 0.9), ("b", 0.5), ("b", 0.9)]
    for (line, level), values in {("a", 0.5): [0.05, 0.06, 0.06], ("a", 0.9): [0.20, 0.19]}.items():
        loss = losses[line, level]
        assert (loss.loss, loss.low, loss.high, loss.p_value) == pytest.approx(corrected(values))
    p, q = losses["b", 0.5].p_value, losses["b", 0.9].p_value
    assert losses["b", 0.5].p_holm == pytest.approx(max(p, min(2 * p, 2 * q) if p > q else 2 * p))
    assert max(losses["b", 0.5].p_holm, losses["b", 0.9].p_holm) == pytest.approx(max(p, q, 2 * min(p, q)))


def test_the_reference_may_stand_between_other_levels() -> None:
    losses = find_losses(SCORES, LEVELS, 0.5)
    assert [loss.level for loss in losses] == [0.0, 0.9] * 2
    assert losses[0].loss == pytest.approx(-(0.05 + 0.06 + 0.06) / 3)


def test_differences_are_paired_at_each_level() -> None:
    compared = compare_levels(SCORES, LEVELS)
    assert [(c.first, c.second, c.level) for c in compared] == [("a", "b", level) for level in LEVELS]
    middle = compared[1]
    assert (middle.difference, middle.low, middle.high, middle.p_value) == pytest.approx(
        corrected([-0.02, -0.04, -0.02])
    )
    assert compared[2].difference == pytest.approx((-0.10 - 0.07) / 2)
