"""How learning curves are shown in a terminal: tables, what was chosen, what failed, the verdict."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from textgd.cli.console import escape, note, table

if TYPE_CHECKING:
    from textgd.evaluation.curves import LearningCurves
    from textgd.evaluation.measures import Measure
    from textgd.evaluation.robustness_result import RobustnessCurves

__all__ = ["class_counts", "error_cell", "has_times", "how_tested", "show_curves", "side_by_side"]

# Classes are told one by one up to so many.
_MANY_CLASSES = 6


def show_curves(curves: LearningCurves, has_chart: bool) -> None:
    """Print the errors, a chart where it is wanted, and last the verdict."""
    from textgd.cli.chart import chart

    click.echo(f"{_describe(curves)}\n")
    click.echo(f"{_errors(curves)}\n")
    if chosen := _chosen(curves):
        click.echo(f"{chosen}\n")
    if has_chart:
        click.echo(f"{chart(curves)}\n")
    gaps: dict[tuple[str, int, str], list[str]] = {}
    for failure in curves.failures:
        gaps.setdefault((failure.model, failure.n_repeats, failure.reason), []).append(f"{failure.size:,}")
    for (model, n_repeats, reason), sizes in gaps.items():
        note(
            f"note: {escape(model)} failed with {' and '.join(filter(None, [', '.join(sizes[:-1]), sizes[-1]]))} "
            f"documents in {n_repeats} of {curves.n_repeats} repeats: {escape(reason)}"
        )
    for text in curves.settings.get("notes", []):
        note(f"note: some fits warned: {escape(text)}")
    click.echo(escape(curves.verdict))


def _describe(curves: LearningCurves) -> str:
    is_tuned = curves.settings.get("tuned")
    parameters = "chosen in each subset" if is_tuned else "each model's own, the same at every size"
    return f"{how_tested(curves)}; parameters: {parameters}"


def how_tested(curves: LearningCurves | RobustnessCurves) -> str:
    """Return what was tested on, in two lines."""
    settings, design = curves.settings, curves.design
    counts = class_counts(settings.get("classes", {}))
    repeats = f"{curves.n_repeats} repeat{'s' * (curves.n_repeats != 1)}"
    tested = f"the official test part of {design.n_test:,}" if design.is_official else f"{design.n_test:,} held out"
    return (
        f"{escape(curves.corpus)}: {settings.get('n_documents', 0):,} documents ({counts})\n"
        f"{repeats}, tested on {tested}"
    )


def class_counts(classes: Mapping[Any, int]) -> str:
    """Return how many documents each class has, or of many classes the range."""
    if len(classes) > _MANY_CLASSES:
        return f"{len(classes):,} classes of {min(classes.values()):,} to {max(classes.values()):,}"
    return ", ".join(f"{escape(label)} {count:,}" for label, count in classes.items())


def _errors(curves: LearningCurves) -> str:
    from textgd.evaluation.display import n_decimals
    from textgd.evaluation.measures import find_measure

    measure = find_measure(curves.metric)
    bounds = [(low, high) for rows in curves.errors.values() for _, low, high in rows.tolist()]
    decimals = n_decimals(measure, bounds)

    unit = " %" if measure.is_share else ""
    is_timed = has_times(curves)
    first = ["documents", *(f"{size:,}" for size in curves.train_sizes.tolist())]
    columns = {
        model.name: [
            escape(model.name),
            *(error_cell(measure, decimals, *errors) for errors in curves.errors[model.name].tolist()),
        ]
        for model in curves.models
    }
    if is_timed:
        first += ["fit, s", "test, s"]
        for name, column in columns.items():
            column += [_seconds(times[name][-1]) for times in (curves.fit_times, curves.score_times)]
    head = f"{measure.error_title}{unit}{' [95 % interval]' * (curves.n_repeats > 1)}"
    times = f"; times with {curves.train_sizes[-1]:,} documents, of one core" if is_timed else ""
    return "\n".join([f"{head}{times}", *side_by_side(first, list(columns.values()))])


def error_cell(measure: Measure, decimals: int, mean: float, low: float, high: float) -> str:
    """Return an error, or a difference of errors, with its interval, as it stands in a table."""
    from textgd.evaluation.display import error_label

    value, *ends = (error_label(measure, number, decimals, unit=False) for number in (mean, low, high))
    return value if low != low else f"{value} [{', '.join(ends)}]"


def has_times(curves: LearningCurves) -> bool:
    """Whether fits were timed; curves that were read from a file may come without."""
    return any((times == times).any() for times in curves.fit_times.values())


def side_by_side(first: list[str], columns: list[list[str]]) -> list[str]:
    """Return columns as a table, or as several where a terminal is too narrow for one; `first` leads each."""
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize
    tables: list[str] = []
    while columns:
        for number in range(len(columns), 0, -1):
            header, *rows = zip(first, *columns[:number], strict=True)
            drawn = table(header, rows)
            if max(map(len, drawn.split("\n"))) <= room:
                break
        tables.append(drawn)
        columns = columns[number:]
    return tables


def _chosen(curves: LearningCurves) -> str:
    """Return which of several was chosen for each model with the most documents, where one was."""
    size, rows = curves.train_sizes[-1], []
    for model in curves.models:
        counts = model.settings.get("chosen", {}).get(str(size))
        if counts:
            most = max(counts, key=counts.__getitem__)
            rows.append([escape(model.name), escape(most), f"{counts[most]:,} of {sum(counts.values()):,}"])
    return table(["model", f"chosen most often with {size:,} documents", "repeats"], rows, left=2) if rows else ""


def _seconds(times: Any) -> str:
    import numpy as np

    measured = times[np.isfinite(times)]
    return "-" if len(measured) == 0 else f"{np.median(measured):.2g}"
