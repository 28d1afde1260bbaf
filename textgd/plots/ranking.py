"""How well scores order documents: the ROC curve and the precision-recall curve, on axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from textgd.evaluation.display import visible
from textgd.metrics.titles import METRICS
from textgd.plots.frame import frame, line, name_lines, note, percent_axis
from textgd.plots.look import BLUE, DISTINCT, GREY, PALE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from textgd.metrics import Evaluation
    from textgd.metrics.ranking import Ranking

__all__ = ["draw_precision_recall", "draw_roc"]

# More lines of as many colors nobody tells apart.
_MOST_COLORS = 6


def draw_roc(evaluation: Evaluation, axes: Axes) -> None:
    """Draw hits over false alarms, for the positive class of two or for each class."""
    line(axes, [0.0, 1.0], [0.0, 1.0], PALE, strong=False)
    for ranking, color, strong in _colored(evaluation, "roc_auc"):
        across = np.concatenate([[0.0], ranking.false_positive_rate])
        up = np.concatenate([[0.0], ranking.true_positive_rate])
        line(axes, across, up, color, strong)
    negative, positive = evaluation.sides
    is_binary = evaluation.positive is not None
    what = (
        f"{visible(negative)} called {visible(positive)}" if is_binary else "other documents called so (false alarms)"
    )
    found = f"{visible(positive)} found" if is_binary else "documents of the class found"
    frame(axes, "ROC curve", what, found)
    percent_axis(axes, "x")
    percent_axis(axes, "y")
    name_lines(axes, _names(evaluation, "roc_auc"))
    note(axes, f"{_area(evaluation, 'roc_auc')}.\nThe diagonal is what scores by chance give.")


def draw_precision_recall(evaluation: Evaluation, axes: Axes) -> None:
    """Draw precision over recall, for the positive class of two or for each class."""
    for ranking, color, strong in _colored(evaluation, "average_precision"):
        across = np.concatenate([[0.0], ranking.true_positive_rate])
        up = np.concatenate([ranking.precision[:1], ranking.precision])
        # As steps, under which the area is the average precision: between two scores there is no threshold.
        line(axes, across, up, color, strong, is_step=True)
    is_binary = evaluation.positive is not None
    positive = visible(evaluation.sides[1])
    frame(
        axes,
        "Precision and recall",
        f"recall: {positive} found" if is_binary else "recall: documents of the class found",
        f"precision: {positive} among those called so"
        if is_binary
        else "precision: of the class among those called so",
    )
    percent_axis(axes, "x")
    percent_axis(axes, "y")
    words = f"{_area(evaluation, 'average_precision')}."
    if is_binary:
        share = next(c.support for c in evaluation.classes if c.label == evaluation.positive) / evaluation.n_documents
        axes.axhline(share, color=PALE, linewidth=0.8, alpha=0.6, zorder=1.5)
        words += f"\nThe level line is what scores by chance give: {100 * share:.1f} %."
    name_lines(axes, _names(evaluation, "average_precision"))
    note(axes, words)


def _area(evaluation: Evaluation, name: str) -> str:
    metric = METRICS[name]
    value, low, high = metric.numbers(evaluation[name])
    of = "" if evaluation.positive is not None else ", mean over the classes"
    return f"{metric.title} {value} % [{low}, {high}]{of}"


def _ranked(evaluation: Evaluation, name: str) -> list[Ranking]:
    """Return the curves, that of the least area first."""
    areas = {report.label: getattr(report, name) for report in evaluation.classes}
    return sorted(evaluation.curves, key=lambda ranking: areas[ranking.label].value)


def _colored(evaluation: Evaluation, name: str) -> list[tuple[Ranking, str, bool]]:
    """Return each curve with its color: of many, those of the least areas alone have one."""
    ranked = _ranked(evaluation, name)
    if evaluation.positive is not None:
        return [(ranking, BLUE, True) for ranking in ranked]
    return [
        (ranking, DISTINCT[number], True) if number < _MOST_COLORS else (ranking, GREY, False)
        for number, ranking in enumerate(ranked)
    ]


def _names(evaluation: Evaluation, name: str) -> list[tuple[str, str]]:
    if evaluation.positive is not None:
        return []
    areas = {report.label: getattr(report, name) for report in evaluation.classes}
    named = [
        (f"{visible(str(ranking.label), 24)} {METRICS[name].numbers(areas[ranking.label])[0]} %", color)
        for ranking, color, strong in _colored(evaluation, name)
        if strong
    ]
    n_others = len(evaluation.curves) - len(named)
    return [*named, (f"{n_others} more with larger areas", GREY)] if n_others else named
