"""What lines lose as something is made worse, and how they differ at each level; all differences are paired."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.robustness_result import LevelComparison, Loss
from textgd.evaluation.scores import CurveScores
from textgd.evaluation.uncertainty import holm, mean_intervals, paired_differences

__all__ = ["compare_levels", "find_losses"]


def compare_levels(scores: CurveScores, levels: NDArray[np.float64]) -> tuple[LevelComparison, ...]:
    """Return the paired difference of each two lines at each level, from the repeats that have both.

    Parameters
    ----------
    scores : CurveScores
        Its points are the levels.
    levels : float64 array of shape (n_levels,)
    """
    return tuple(
        LevelComparison(first, second, level, *row, p_holm=float(p))
        for first, second, rows, adjusted in paired_differences(scores)
        for level, row, p in zip(levels.tolist(), rows, adjusted, strict=True)
    )


def find_losses(scores: CurveScores, levels: NDArray[np.float64], reference: float) -> tuple[Loss, ...]:
    """Return what each line loses at each level but the reference, from the repeats that have both.

    Parameters
    ----------
    scores : CurveScores
        Its points are the levels.
    levels : float64 array of shape (n_levels,)
    reference : float
        One of them.

    Examples
    --------
    >>> from textgd.evaluation.scores import Design
    >>> errors = np.array([[0.10, 0.12, 0.11], [0.20, 0.21, 0.22]])
    >>> scores = CurveScores(np.array([80, 80]), {"nb": errors}, {"nb": np.zeros((2, 3, 0))}, Design(80, 20))
    >>> (loss,) = find_losses(scores, np.array([0.0, 0.5]), 0.0)
    >>> f"{loss.level}: {loss.loss:.2f} [{loss.low:.2f}, {loss.high:.2f}], p = {loss.p_value:.3f}"
    '0.5: 0.10 [0.07, 0.13], p = 0.006'
    """
    at = int(np.flatnonzero(levels == reference)[0])
    others: Sequence[int] = [i for i in range(len(levels)) if i != at]
    losses = []
    for name in scores.names:
        errors, resampled = scores.errors[name], scores.resampled[name]
        rows = mean_intervals(errors - errors[at], resampled - resampled[at], scores)
        adjusted = holm([rows[i][3] for i in others])
        losses += [
            Loss(name, float(levels[i]), *rows[i], p_holm=float(p)) for i, p in zip(others, adjusted, strict=True)
        ]
    return tuple(losses)
