"""The page of robustness curves: verdict, picture, errors, losses, each two lines, and how they came about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from textgd.evaluation.axes import level_label
from textgd.evaluation.display import n_decimals, p_label, visible
from textgd.evaluation.measures import Measure, find_measure
from textgd.evaluation.robustness_display import axis_title, decimals_of, how_made, level_labels
from textgd.plots import curves_svg
from textgd.report.numbers import capital, difference_cells, how_repeated, signed, unit, with_interval
from textgd.report.pages import Html, details, element, facts, page, paragraph, section, spelled, table
from textgd.report.pictures import PICTURE_STYLE, picture

if TYPE_CHECKING:
    from textgd.evaluation.robustness_result import RobustnessCurves

__all__ = ["robustness_page"]


def robustness_page(curves: RobustnessCurves, command: str) -> str:
    """Return what robustness curves say as one HTML page.

    Parameters
    ----------
    curves : RobustnessCurves
    command : str
        What made it.

    Raises
    ------
    MissingExtraError
        Where matplotlib is not installed.
    """
    measure, title = find_measure(curves.metric), axis_title(curves)
    words = f"Error of {len(curves.models)} lines over {title}; the table has the numbers."
    return page(
        f"Robustness curves: {visible(curves.corpus, 80)}",
        paragraph(curves.verdict, class_="lead"),
        picture(curves_svg(curves), words),
        _errors(curves, measure, title),
        _losses(curves, measure),
        _differences(curves, measure),
        _failures(curves),
        _lines(curves),
        section("How this came about", element("pre", command), facts(_settings(curves))),
        style=PICTURE_STYLE,
    )


def _errors(curves: RobustnessCurves, measure: Measure, title: str) -> Html:
    decimals = decimals_of(curves)
    means = np.stack([curves.errors[model.name][:, 0] for model in curves.models])
    least = np.min(means, axis=0, where=np.isfinite(means), initial=np.inf)
    rows = []
    for model, of_line in zip(curves.models, means, strict=True):
        row: list[Any] = [visible(model.name, 40)]
        for i, (_, low, high) in enumerate(curves.errors[model.name].tolist()):
            cell = with_interval(measure, float(of_line[i]), low, high, decimals)
            row.append(element("span", cell, class_="best") if of_line[i] == least[i] else cell)
        rows.append(row)
    return section(
        f"{capital(measure.error_title)}, in {unit(measure)}, by {title}",
        table(["model", *level_labels(curves)], rows),
        paragraph(
            f"{how_repeated(curves.n_repeats)}. {capital(how_made(curves))}. The least of each column is bold.",
            class_="note",
        ),
    )


def _losses(curves: RobustnessCurves, measure: Measure) -> Html:
    if not curves.losses:
        return Html("")
    decimals = n_decimals(measure, [(loss.low, loss.high) for loss in curves.losses])
    levels = [level for level in curves.levels.tolist() if level != curves.reference]
    at = {(loss.line, loss.level): loss for loss in curves.losses}
    rows = []
    for model in curves.models:
        of_line = [at[model.name, level] for level in levels]
        cells = [signed(measure, loss.loss, loss.low, loss.high, decimals) for loss in of_line]
        rows.append([visible(model.name, 40), *cells, p_label(of_line[-1].p_holm)])
    return section(
        f"Lost since {level_label(curves.reference)}, in {'points' if measure.is_share else 'nats'}",
        table(["model", *map(level_label, levels), f"p at {level_label(levels[-1])}"], rows),
        paragraph(
            "Error there minus error where nothing is made worse, of the same repeats. The p-value is adjusted for all "
            "levels of the line (Holm).",
            class_="note",
        ),
    )


def _differences(curves: RobustnessCurves, measure: Measure) -> Html:
    if not curves.comparisons:
        return Html("")
    decimals = n_decimals(measure, [(comparison.low, comparison.high) for comparison in curves.comparisons])
    rows = [
        [
            f"{visible(c.first, 40)}, {visible(c.second, 40)}",
            level_label(c.level),
            *difference_cells(c, measure, decimals),
            p_label(c.p_value),
        ]
        for c in curves.comparisons
    ]
    header = ["models", "level", f"difference, in {unit(measure)}", "p", "p uncorrected"]
    note = (
        "A difference is the second one's error minus the first's: above 0 the first is better. Its p-value is "
        "corrected for all levels of the pair (Holm). The verdict is stricter: it counts all that it could have said."
    )
    return section(
        "Each two of them",
        paragraph(note, class_="note"),
        details("The differences at every level", table(header, rows)),
    )


def _failures(curves: RobustnessCurves) -> Html:
    if not curves.failures:
        return Html("")
    levels: dict[tuple[str, str], list[str]] = {}
    for failure in curves.failures:
        often = f" ({failure.n_repeats} of {curves.n_repeats})"
        levels.setdefault((failure.line, failure.reason), []).append(f"{level_label(failure.level)}{often}")
    rows = [[visible(line, 40), ", ".join(at), visible(reason, 300)] for (line, reason), at in levels.items()]
    return section("What failed", table(["model", "levels (repeats)", "why"], rows, left=3))


def _lines(curves: RobustnessCurves) -> Html:
    rows = [
        [
            visible(model.name, 40),
            model.family or "not known",
            model.title,
            model.reading or "-",
            spelled(model.settings),
        ]
        for model in curves.models
    ]
    return section("Models", table(["model", "family", "what it is", "used", "settings"], rows, left=5))


def _settings(curves: RobustnessCurves) -> dict[str, Any]:
    design = curves.design
    return {
        "corpus": curves.corpus,
        "axis": curves.axis,
        "metric": curves.metric,
        "training documents": f"{design.n_train:,}",
        "test documents": f"{design.n_test:,}, {'the official test part' if design.is_official else 'in each repeat'}",
        "repeats done": curves.n_repeats,
        **curves.settings,
    }
