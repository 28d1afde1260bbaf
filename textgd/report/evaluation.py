"""The page of an evaluation: what the model is worth in a sentence, figures, pictures, slices, the worst errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textgd.evaluation.display import visible
from textgd.metrics.measuring import ACCURACIES
from textgd.metrics.titles import METRICS
from textgd.plots import evaluation_svgs
from textgd.report.pages import (
    Html,
    details,
    element,
    facts,
    page,
    paragraph,
    section,
    table,
)
from textgd.report.pictures import PICTURE_STYLE, picture
from textgd.wording import counted

if TYPE_CHECKING:
    from textgd.metrics import Evaluation, Interval

__all__ = ["evaluation_page"]

_SHARE = METRICS["accuracy"]
# Side by side where the page is wide enough.
_STYLE = """.pictures { display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
.pictures figure { flex: 1 1 24rem; max-width: 29rem; margin: .75rem 0; }
.quote { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; min-width: 20rem; max-width: 34rem; }
"""


def evaluation_page(evaluation: Evaluation, model: str, corpus: str, command: str) -> str:
    """Return what an evaluation says as one HTML page.

    Parameters
    ----------
    evaluation : Evaluation
    model, corpus : str
        What was tested, on what.
    command : str
        What made it.

    Raises
    ------
    MissingExtraError
        Where matplotlib is not installed.
    """
    return page(
        f"{visible(model, 60)} on {visible(corpus, 60)}",
        paragraph(_summary(evaluation), class_="lead"),
        _notes(evaluation),
        _metrics(evaluation),
        _classes(evaluation),
        element("div", *(picture(svg, words) for svg, words in evaluation_svgs(evaluation)), class_="pictures"),
        _thresholds(evaluation),
        *(_slices(evaluation, name) for name in evaluation.slices),
        _errors(evaluation),
        section("How this came about", element("pre", command), facts(_settings(evaluation, model, corpus))),
        style=PICTURE_STYLE + _STYLE,
    )


def _summary(evaluation: Evaluation) -> str:
    accuracy, n = evaluation["accuracy"], evaluation.n_documents
    value, low, high = _SHARE.numbers(accuracy)
    words = (
        f"{round(accuracy.value * n):,} of {counted(n, 'document')} called rightly: accuracy {value} % [{low}, {high}]."
    )
    if evaluation.positive is not None:
        negative, positive = (visible(side) for side in evaluation.sides)
        parts = []
        for name, of in (("hm", f"{negative} is called {positive}"), ("sm", f"{positive} is called {negative}")):
            rate, low, high = METRICS[name].numbers(evaluation[name])
            if rate != "-":
                parts.append(f"{rate} % [{low}, {high}] of {of}")
        words += f" {' and '.join(parts)}." if parts else ""
    else:
        value, low, high = METRICS["f1_macro"].numbers(evaluation["f1_macro"])
        words += f" Macro F1 {value} % [{low}, {high}]."
    return words


def _notes(evaluation: Evaluation) -> Html:
    notes = []
    if evaluation.unseen:
        unseen = ", ".join(f"{visible(str(label))} ({count:,})" for label, count in evaluation.unseen.items())
        notes.append(f"Labels that the model has never seen, {evaluation.unseen_note}: {unseen}.")
    claim = evaluation.claim
    if claim is not None:
        negative, positive = (visible(side) for side in evaluation.sides)
        limit = f"{100 * claim.limit:g} % of {negative}"
        if claim.threshold is None:
            notes.append(
                f"No threshold can promise to call {limit} or less {positive}: {claim.why_none(negative, positive)}."
            )
        else:
            caught, low, high = METRICS["recall"].numbers(claim.caught)
            notes.append(
                f"From a probability of {claim.threshold!r} on, with 95 % confidence, {limit} or less is called "
                f"{positive} ({claim.n_lost:,} of {claim.n_negative:,} here, exact upper bound "
                f"{100 * claim.bound:.3g} %); it catches {caught} % [{low}, {high}] of {positive}."
            )
    return Html("".join(paragraph(words) for words in notes))


def _metrics(evaluation: Evaluation) -> Html:
    sides = tuple(visible(side) for side in evaluation.sides)
    rows = []
    for name, metric in METRICS.items():
        if name not in evaluation.metrics or name in ACCURACIES:
            continue
        interval = evaluation[name]
        value, low, high = metric.numbers(interval)
        title = f"{metric.title}, %" if metric.is_share else metric.title
        rows.append([title, metric.meaning_for(*sides), value, "-" if low == "-" else f"[{low}, {high}]"])
    undefined = [[visible(name, 60), visible(reason, 200)] for name, reason in evaluation.undefined.items()]
    why = [details("What is not defined, and why", table(["metric", "why"], undefined, left=2))] if undefined else []
    note = (
        "Intervals are for documents drawn at random from the same source: Wilson's for shares; for areas and losses "
        "what the documents contribute, on the scale of the logit or the logarithm; for F1, MCC and lam draws of the "
        "confusion matrix. That of the calibration error is for documents without end, of which there is less of it."
    )
    return section(
        "Figures",
        table(["metric", "what it is", "value", "95 % interval"], rows, left=2),
        paragraph(note, class_="note"),
        *why,
    )


def _cell(interval: Interval | None) -> Html:
    if interval is None:
        return Html("-")
    value, low, high = _SHARE.numbers(interval)
    if low == "-":
        return Html(value)
    return Html(f"{value} {element('small', f'[{low}, {high}]')}")


def _classes(evaluation: Evaluation) -> Html:
    # Of two classes both have the area that stands above.
    has_areas = evaluation.positive is None and any(report.roc_auc is not None for report in evaluation.classes)
    rows: list[Sequence[Any]] = []
    for report in evaluation.classes:
        areas = [_cell(report.roc_auc), _cell(report.average_precision)] if has_areas else []
        shares = [_cell(report.precision), _cell(report.recall), _cell(report.f1)]
        rows.append([visible(str(report.label), 40), *shares, *areas, f"{report.support:,}"])
    header = [
        "class",
        "precision",
        "recall",
        "F1",
        *(["ROC AUC", "average precision"] if has_areas else []),
        "documents",
    ]
    return section("Classes, in %", table(header, rows))


def _thresholds(evaluation: Evaluation) -> Html:
    if not evaluation.thresholds:
        return Html("")
    negative, positive = (visible(side) for side in evaluation.sides)
    rows = [
        [f"{row.threshold:g}", f"{row.n_called:,}", *map(_cell, (row.precision, row.recall, row.hm, row.sm))]
        for row in evaluation.thresholds
    ]
    header = [
        f"{positive} from",
        "called so",
        "precision",
        "recall",
        f"{negative} lost (hm)",
        f"{positive} missed (sm)",
    ]
    return section("Thresholds, in %", table(header, rows))


def _slices(evaluation: Evaluation, name: str) -> Html:
    slices = evaluation.slices[name]
    has_sides = slices[0].hm is not None
    negative, positive = (visible(side) for side in evaluation.sides)
    rows = [
        [
            visible(part.name, 60) or "(empty)",
            f"{part.n_documents:,}",
            *map(_cell, (part.accuracy, part.f1_macro)),
            *(map(_cell, (part.hm, part.sm)) if has_sides else ()),
        ]
        for part in slices
    ]
    sides = [f"{negative} called {positive}", f"{positive} called {negative}"] if has_sides else []
    header = [visible(name), "documents", "accuracy", "macro F1", *sides]
    return section(f"By {visible(name)}, in %", table(header, rows))


def _errors(evaluation: Evaluation) -> Html:
    if not evaluation.errors:
        return Html("")
    n_wrong = int(evaluation.confusion.sum() - evaluation.confusion.trace())
    rows = [
        [
            f"{error.row:,}",
            visible(str(error.true), 40),
            visible(str(error.called), 40),
            element("div", visible(error.text, len(error.text)) + ("…" if error.is_cut else ""), class_="quote"),
            "-" if error.probability is None else f"{100 * error.probability:.2f} %",
        ]
        for error in evaluation.errors
    ]
    return section(
        "The only error" if n_wrong == 1 else f"The worst of {n_wrong:,} errors, the most confident first",
        table(["row", "is", "called", "text", "probability"], rows, left=4),
    )


def _settings(evaluation: Evaluation, model: str, corpus: str) -> dict[str, Any]:
    settings: dict[str, Any] = {"model": model, "corpus": corpus, "test documents": f"{evaluation.n_documents:,}"}
    if evaluation.positive is not None:
        settings["positive class"] = evaluation.positive
        settings["called"] = (
            "the more probable class"
            if evaluation.threshold is None
            else f"{visible(str(evaluation.positive))} from a probability of {evaluation.threshold:g} on"
        )
    return settings
