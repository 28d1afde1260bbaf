"""The page of learning curves: verdict, picture, tables, and how they came about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.display import (
    crossing_label,
    digits,
    error_label,
    mean_error,
    n_decimals,
    p_label,
    visible,
)
from textgd.evaluation.highlights import find_leaders
from textgd.evaluation.measures import Measure, find_measure
from textgd.plots import curves_svg
from textgd.report.numbers import capital, difference_cells, how_repeated, number, unit, with_interval
from textgd.report.pages import (
    Html,
    details,
    element,
    facts,
    page,
    paragraph,
    section,
    spelled,
    table,
)
from textgd.report.pictures import PICTURE_STYLE, picture

if TYPE_CHECKING:
    from textgd.evaluation.crossover import Crossover
    from textgd.evaluation.curves import LearningCurves
    from textgd.evaluation.extrapolation import Extrapolation
    from textgd.evaluation.uncertainty import Comparison

__all__ = ["curves_page"]


def curves_page(curves: LearningCurves, command: str) -> str:
    """Return what learning curves say as one HTML page.

    Parameters
    ----------
    curves : LearningCurves
    command : str
        What made it.

    Raises
    ------
    MissingExtraError
        Where matplotlib is not installed.
    """
    measure = find_measure(curves.metric)
    bounds = [(low, high) for values in curves.errors.values() for _, low, high in values.tolist()]
    decimals = n_decimals(measure, bounds)
    words = f"Error of {len(curves.models)} models over the number of training documents; the table has the numbers."
    return page(
        f"Learning curves: {visible(curves.corpus, 80)}",
        paragraph(curves.verdict, class_="lead"),
        picture(curves_svg(curves), words),
        _errors(curves, measure, decimals),
        _crossings(curves, measure),
        _expectations(curves, measure, decimals),
        _times(curves, measure, decimals),
        _failures(curves),
        _models(curves),
        section("How this came about", element("pre", command), facts(_settings(curves))),
        style=PICTURE_STYLE,
    )


def _errors(curves: LearningCurves, measure: Measure, decimals: int) -> Html:
    names = [model.name for model in curves.models]
    means = np.stack([mean_error(curves, name) for name in names], axis=1)
    rows = []
    for size, of_models, i in zip(curves.train_sizes.tolist(), means, range(len(means)), strict=True):
        least = np.nanmin(of_models) if np.isfinite(of_models).any() else np.nan
        row: list[Any] = [f"{size:,}"]
        for name, mean in zip(names, of_models.tolist(), strict=True):
            _, low, high = curves.errors[name][i].tolist()
            cell = with_interval(measure, mean, low, high, decimals)
            row.append(element("span", cell, class_="best") if mean == least else cell)
        rows.append(row)
    return section(
        f"{capital(measure.error_title)}, in {unit(measure)}",
        table(["documents", *map(visible, names)], rows),
        paragraph(f"{how_repeated(curves.n_repeats)}. The least of each row is bold.", class_="note"),
    )


def _crossings(curves: LearningCurves, measure: Measure) -> Html:
    if len(curves.models) < 2:
        return Html("")
    decimals = n_decimals(measure, [(comparison.low, comparison.high) for comparison in curves.comparisons])
    largest = int(curves.train_sizes[-1])
    leaders = find_leaders(curves)
    is_bold = len(leaders) < len(curves.models)
    rows = []
    for crossover in curves.crossovers:
        pair = crossover.first, crossover.second
        compared = [c for c in curves.comparisons if (c.first, c.second) == pair]
        words: Any = f"{visible(pair[0])}, {visible(pair[1])}"
        rows.append(
            [
                element("b", words) if is_bold and set(pair) <= set(leaders) else words,
                _ahead(crossover, compared),
                f"{crossover.probability:.2f}" if np.isfinite(crossover.probability) else "-",
                *next((difference_cells(c, measure, decimals) for c in compared if c.size == largest), ("-", "-")),
            ]
        )
    every = [
        [
            f"{visible(c.first)}, {visible(c.second)}",
            f"{c.size:,}",
            *difference_cells(c, measure, decimals),
            p_label(c.p_value),
        ]
        for c in curves.comparisons
    ]
    note = (
        "A difference is the second model's error minus the first's: above 0 the first is better. Its p-value is "
        "corrected for all sizes of the pair (Holm). P(crossing) is the share of draws of both curves in which "
        "the better model changes within the sizes measured. The verdict is "
        "stricter: it counts all that it could have said."
    )
    if is_bold:
        families = {model.family for model in curves.models} - {None}
        note += f" Bold: {'the best of each family' if len(families) > 1 else 'the two best'} at the largest size."
    header = ["models", "ahead", "P(crossing)", f"difference at {largest:,}, in {unit(measure)}", "p"]
    return section(
        "Which is ahead, and where that changes",
        table(header, rows, left=2),
        paragraph(note, class_="note"),
        details(
            "The differences at every size",
            table(["models", "documents", "difference", "p", "p uncorrected"], every),
        ),
    )


def _ahead(crossover: Crossover, compared: Sequence[Comparison]) -> str:
    """Return which of two models is ahead, and where."""
    first, second = visible(crossover.first), visible(crossover.second)
    where = crossing_label(crossover) if crossover.size is not None else ""
    if crossover.kind in ("always", "never"):
        return f"{first if crossover.kind == 'always' else second}, throughout"
    if crossover.kind == "several":
        return f"changes several times{f', most clearly at {where}' if where else ''}"
    if crossover.kind == "undecided" or crossover.size is None:
        return f"undecided{f'; may change at {where}' if where else ''}"
    below = [c for c in compared if c.size <= crossover.size]
    above = [c for c in compared if c.size > crossover.size]
    leads_below = _leads_first(below) if below else not _leads_first(above)
    low, high = (first, second) if leads_below else (second, first)
    if crossover.kind == "once":
        return f"{low} below {where}; {high} above"
    return f"{low}; {high} expected above {where}" if below else f"{high}; {low} expected below {where}"


def _leads_first(compared: Sequence[Comparison]) -> bool:
    """Return whether the first of two models leads where the difference is surest."""
    known = [c for c in compared if np.isfinite(c.p_value) and c.difference != 0.0]
    return not known or min(known, key=lambda c: c.p_value).difference > 0.0


def _expectations(curves: LearningCurves, measure: Measure, decimals: int) -> Html:
    if not curves.extrapolations:
        return Html("")

    def row(expected: Extrapolation) -> list[Any]:
        last = number(measure, expected.last, decimals)
        if expected.form is None:
            return [visible(expected.model), f"none: {expected.reason}", "-", last]
        value = with_interval(measure, expected.value, expected.low, expected.high, decimals)
        form = "the last value stays" if expected.form == "last" else expected.form
        return [visible(expected.model), form, value, last]

    size = f"{curves.extrapolations[0].size:,}"
    return section(
        f"Expected with {size} documents, in {unit(measure)}",
        table(["model", "form", "expected", "the last value"], map(row, curves.extrapolations), left=2),
    )


# Time


def _medians(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of each size; NaN where there is none."""
    medians = np.full(len(times), np.nan)
    for i, values in enumerate(times):
        measured = values[np.isfinite(values)]
        if len(measured):
            medians[i] = np.median(measured)
    return medians


_BUDGETS = tuple(float(f"{step}e{power}") for power in range(-3, 4) for step in (1, 3))


def _times(curves: LearningCurves, measure: Measure, decimals: int) -> Html:
    names = [model.name for model in curves.models]
    fit = np.stack([_medians(curves.fit_times[name]) for name in names], axis=1)
    score = np.stack([_medians(curves.score_times[name]) for name in names], axis=1)
    whole = fit + score
    measured = whole[np.isfinite(whole)]
    if len(measured) == 0:
        return Html("")
    name, seconds = ("seconds", 1.0) if np.median(measured) >= 1.0 else ("milliseconds", 1e-3)
    rows = [
        [f"{size:,}", *(_time(*pair) for pair in zip(fits, scores, strict=True))]
        for size, fits, scores in zip(
            curves.train_sizes.tolist(), (fit / seconds).tolist(), (score / seconds).tolist(), strict=True
        )
    ]
    errors = np.stack([mean_error(curves, name) for name in names], axis=1)
    best = _best_within(curves, whole, errors, measure, decimals)
    return section(
        f"Time, in {name}",
        table(["documents", *map(visible, names)], rows),
        paragraph(
            f"Processor time, small: of learning + of scoring {curves.design.n_test:,} test documents. "
            "Medians over the repeats.",
            class_="note",
        ),
        table(["within", "the best is", "trained on", measure.error_title], best, left=2),
    )


def _time(fit: float, score: float) -> Html:
    if not np.isfinite(fit + score):
        return Html("-")
    return Html(f"{digits(fit + score)} {element('small', f'{digits(fit)} + {digits(score)}')}")


def _best_within(
    curves: LearningCurves,
    times: NDArray[np.float64],
    errors: NDArray[np.float64],
    measure: Measure,
    decimals: int,
) -> list[list[Any]]:
    """Return the best model and size for budgets of time, as long as more time brings more."""
    rows: list[list[Any]] = []
    least = np.inf
    for budget in _BUDGETS:
        within = np.where((times <= budget) & np.isfinite(errors), errors, np.inf)
        if within.min() < least:
            least = float(within.min())
            i, k = np.unravel_index(int(within.argmin()), within.shape)
            name = curves.models[int(k)].name
            error = error_label(measure, least, decimals)
            rows.append([f"{budget:g} s", visible(name), f"{int(curves.train_sizes[i]):,} documents", error])
    return rows


# What else there is to know


def _failures(curves: LearningCurves) -> Html:
    """Return what failed: one row for all sizes at which a model failed for the same reason."""
    if not curves.failures:
        return Html("")
    sizes: dict[tuple[str, str], list[str]] = {}
    for failure in curves.failures:
        often = f" ({failure.n_repeats} of {curves.n_repeats})"
        sizes.setdefault((failure.model, failure.reason), []).append(f"{failure.size:,}{often}")
    rows = [[visible(model), ", ".join(at), visible(reason, 300)] for (model, reason), at in sizes.items()]
    return section("What failed", table(["model", "documents (repeats)", "why"], rows, left=3))


def _models(curves: LearningCurves) -> Html:
    rows = [
        [visible(model.name), model.family or "not known", model.title, spelled(model.settings)]
        for model in curves.models
    ]
    return section("Models", table(["model", "family", "what it is", "settings"], rows, left=4))


def _settings(curves: LearningCurves) -> dict[str, Any]:
    design = curves.design
    return {
        "corpus": curves.corpus,
        "metric": curves.metric,
        "training documents": f"{design.n_train:,}",
        "test documents": f"{design.n_test:,}, {'the official test part' if design.is_official else 'in each repeat'}",
        "repeats done": curves.n_repeats,
        **curves.settings,
    }
