"""How robustness curves are shown in a terminal: a row a line, a column a level, and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from textgd.cli.console import escape, note
from textgd.cli.curve_tables import error_cell, how_tested, side_by_side

if TYPE_CHECKING:
    from textgd.evaluation.robustness_result import RobustnessCurves

__all__ = ["show_robustness"]


def show_robustness(curves: RobustnessCurves, has_chart: bool) -> None:
    """Print the errors and losses, a chart where it is wanted, and last the verdict."""
    from textgd.cli.chart import chart
    from textgd.evaluation.axes import level_label
    from textgd.evaluation.robustness_display import how_made

    click.echo(f"{how_tested(curves)}; {escape(how_made(curves))}\n")
    click.echo(f"{_errors(curves)}\n")
    if has_chart:
        click.echo(f"{chart(curves)}\n")
    gaps: dict[tuple[str, int, str], list[str]] = {}
    for failure in curves.failures:
        key = failure.line, failure.n_repeats, failure.reason
        gaps.setdefault(key, []).append(level_label(failure.level))
    for (line, n_repeats, reason), levels in gaps.items():
        note(
            f"note: {escape(line)} failed at {', '.join(levels)} in {n_repeats} of {curves.n_repeats} repeats: "
            f"{escape(reason)}"
        )
    for text in curves.settings.get("notes", []):
        note(f"note: some fits warned: {escape(text)}")
    click.echo(escape(curves.verdict))


def _errors(curves: RobustnessCurves) -> str:
    from textgd.evaluation.axes import level_label
    from textgd.evaluation.measures import find_measure
    from textgd.evaluation.robustness_display import axis_title, decimals_of, far_level, level_labels

    measure, decimals = find_measure(curves.metric), decimals_of(curves)
    names = [model.name for model in curves.models]
    columns = [
        [label, *(error_cell(measure, decimals, *curves.errors[name][i].tolist()) for name in names)]
        for i, label in enumerate(level_labels(curves))
    ]
    far = far_level(curves)
    lost = {loss.line: loss for loss in curves.losses if loss.level == far}
    if lost:
        cells = [error_cell(measure, decimals, lost[name].loss, lost[name].low, lost[name].high) for name in names]
        columns.append([f"lost by {level_label(far)}", *cells])
    unit = " %" if measure.is_share else ""
    interval = " [95 % interval]" if curves.n_repeats > 1 else ""
    head = f"{measure.error_title}{unit}{interval}, by {escape(axis_title(curves))}"
    return "\n".join([head, *side_by_side(["model", *map(escape, names)], columns)])
