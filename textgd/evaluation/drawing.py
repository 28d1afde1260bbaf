"""What a picture of curves shows, whatever they run over: one description for paper and for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.axes import level_label
from textgd.evaluation.crossover import Crossover
from textgd.evaluation.curves import CurveModel, LearningCurves
from textgd.evaluation.display import curves_title, mean_error, size_label, size_ticks, visible
from textgd.evaluation.extrapolation import Extrapolation
from textgd.evaluation.highlights import find_leaders, marked_crossovers
from textgd.evaluation.measures import Measure, find_measure
from textgd.evaluation.robustness_display import axis_title, how_made, sides_of
from textgd.evaluation.robustness_result import RobustnessCurves
from textgd.evaluation.scores import Design

__all__ = ["Across", "Drawing", "drawing_of"]


@dataclass(frozen=True, eq=False)
class Across:
    """The axis from left to right.

    Parameters
    ----------
    values : float64 array of shape (n_points,)
        Ascending.
    is_log : bool
        Whether equal ratios look equal.
    titles : tuple of str
        What they are; the first that there is room for.
    label : callable
        From a number to its text.
    ticks : callable
        From a range and the most numbers that there is room for to the numbers that stand there.
    """

    values: NDArray[np.float64]
    is_log: bool
    titles: tuple[str, ...]
    label: Callable[[float], str]
    ticks: Callable[[float, float, int], list[float]]


@dataclass(frozen=True, eq=False)
class Drawing:
    """Curves as a picture shows them.

    Parameters
    ----------
    title : str
    measure : Measure
    models : sequence of CurveModel
        The lines.
    errors : mapping of name -> float64 array of shape (n_points, 3)
        Means, and the bounds of their intervals.
    across : Across
    leaders : tuple of str
        The lines that are drawn strongly.
    notes : tuple of str
        What is to be known of the picture, in lines.
    crossovers : tuple of Crossover
        What is marked.
    expected : mapping of name -> Extrapolation
        How lines go on.
    """

    title: str
    measure: Measure
    models: Sequence[CurveModel]
    errors: Mapping[str, NDArray[np.float64]]
    across: Across
    leaders: tuple[str, ...]
    notes: tuple[str, ...]
    crossovers: tuple[Crossover, ...] = ()
    expected: Mapping[str, Extrapolation] | None = None


def drawing_of(curves: LearningCurves | RobustnessCurves) -> Drawing:
    """Return what a picture of curves shows."""
    if isinstance(curves, RobustnessCurves):
        return _of_robustness(curves)
    expected = {e.model: e for e in curves.extrapolations if np.isfinite(e.value)}
    sizes = Across(
        curves.train_sizes.astype(np.float64), True, ("training documents", "documents"), size_label, size_ticks
    )
    twice = []
    if expected:
        bars = "; bars: 95 % intervals" if curves.n_repeats > 1 else ""
        twice = [f"Dashed: expected with twice the documents{bars}."]
    return Drawing(
        curves_title(curves),
        find_measure(curves.metric),
        curves.models,
        curves.errors,
        sizes,
        find_leaders(curves),
        (_repeated(curves.n_repeats, curves.design), *twice, *_gaps(curves, "sizes")),
        marked_crossovers(curves),
        expected,
    )


def _of_robustness(curves: RobustnessCurves) -> Drawing:
    leaders = {side.model for side in sides_of(curves)}
    how = how_made(curves)
    levels = curves.levels.tolist()

    def ticks(low: float, high: float, n: int) -> list[float]:
        """Return levels that stand apart from each other, the first and the last among them."""
        apart = (levels[-1] - levels[0]) / (n + 1)
        kept: list[float] = []
        for level in levels[:-1]:
            if (not kept or level - kept[-1] >= apart) and (level == levels[0] or levels[-1] - level >= apart):
                kept.append(level)
        return [*kept, levels[-1]]

    title = axis_title(curves)
    return Drawing(
        curves_title(curves),
        find_measure(curves.metric),
        curves.models,
        curves.errors,
        Across(curves.levels, False, (title,), level_label, ticks),
        tuple(model.name for model in curves.models if model.name in leaders),
        (
            _repeated(curves.n_repeats, curves.design),
            f"{how[:1].upper()}{how[1:]}.",
            *_gaps(curves, "levels"),
        ),
    )


def _repeated(n_repeats: int, design: Design) -> str:
    tested = f"{'the official' if design.is_official else 'its own'} {design.n_test:,} test documents"
    if n_repeats == 1:
        return f"One repeat on {tested}: no interval can be given."
    return f"Means of {n_repeats} repeats, each on {tested}; bands: 95 % intervals of the mean."


def _gaps(curves: LearningCurves | RobustnessCurves, where: str) -> list[str]:
    """Return which lines have gaps, and which are not there at all."""
    is_gap = {model.name: np.isnan(mean_error(curves, model.name)) for model in curves.models}
    lost = [visible(name) for name, gaps in is_gap.items() if gaps.all()]
    some = [visible(name) for name, gaps in is_gap.items() if gaps.any() and not gaps.all()]
    lines = [f"Gaps: {', '.join(some)} failed at those {where}."] if some else []
    if lost:
        lines.append(f"Not drawn: {', '.join(lost)} failed at every {where.removesuffix('s')}.")
    return lines
