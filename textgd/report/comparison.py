"""The page of a comparison: who is ahead of whom, what each model is worth and costs, each pair, how it came about."""

from __future__ import annotations

from typing import Any

from textgd.evaluation.comparison import ModelComparison
from textgd.evaluation.comparison_display import (
    MeasureLabels,
    bytes_label,
    difference_labels,
    how_counted,
    how_tested,
    labels_of,
)
from textgd.evaluation.display import digits, p_label, visible
from textgd.metrics import Interval
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
    to_html,
)

__all__ = ["comparison_page"]


def comparison_page(comparison: ModelComparison, command: str) -> str:
    """Return what a comparison says as one HTML page.

    Parameters
    ----------
    comparison : ModelComparison
    command : str
        What made it.
    """
    labels = labels_of(comparison)
    return page(
        f"Models compared: {visible(comparison.corpus, 80)}",
        paragraph(comparison.ranking, class_="lead"),
        _worth(comparison, labels),
        _pairs(comparison, difference_labels(comparison)),
        _costs(comparison),
        _failures(comparison),
        _folds(comparison, labels[comparison.metric]),
        _about(comparison),
        section("How this came about", element("pre", command), facts(_settings(comparison))),
    )


def _cell(labels: MeasureLabels, interval: Interval, sign: bool = False) -> Html:
    number = to_html(_minus(labels.number(interval.value, sign)))
    bounds = _minus(labels.bounds(interval))
    return Html(f"{number} {element('small', bounds)}") if bounds else number


def _minus(text: str) -> str:
    """Return numbers with a minus sign as print has it; a dash that stands for none stays."""
    return text if text == "-" else text.replace("-", "−")


def _worth(comparison: ModelComparison, labels: dict[str, MeasureLabels]) -> Html:
    rows = [
        [
            visible(model.name),
            model.family or "not known",
            *(_cell(of, model.metrics[name]) for name, of in labels.items()),
        ]
        for model in comparison.models
    ]
    return section(
        "What each model is worth",
        table(["model", "family", *(of.title for of in labels.values())], rows, left=2),
        paragraph(" ".join(map(_sentence, (*how_tested(comparison), *how_counted(comparison)))), class_="note"),
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _pairs(comparison: ModelComparison, labels: MeasureLabels) -> Html:
    if not comparison.pairs:
        return Html("")
    folds = ["folds won, tied, lost"] if comparison.is_cross_validated else []
    rows = []
    for pair in comparison.pairs:
        alone = f"{sum(pair.only_first):,} : {sum(pair.only_second):,}"
        row: list[Any] = [
            visible(pair.first),
            visible(pair.second),
            _cell(labels, pair.difference, sign=True),
            p_label(pair.p_holm),
            Html(f"{to_html(p_label(pair.mcnemar_holm))} {element('small', alone)}"),
        ]
        rows.append([*row, f"{pair.wins}, {pair.ties}, {pair.losses}"] if folds else row)
    n = len(rows)
    adjusted = f" Both p-values are adjusted for {n} pairs (Holm)." if n > 1 else ""
    return section(
        "Each two of them",
        table(["model", "against", f"ahead by, {labels.title}", "p", "McNemar p", *folds], rows, left=2),
        paragraph(
            f"Small behind McNemar's p: documents that one of the two alone named rightly.{adjusted}", class_="note"
        ),
    )


def _costs(comparison: ModelComparison) -> Html:
    is_timed = comparison.is_cross_validated
    rows = [
        [
            visible(model.name),
            *([digits(model.fit_seconds)] if is_timed else []),
            digits(model.predict_seconds),
            digits(1e6 * model.seconds_per_document),
            bytes_label(model.n_bytes),
        ]
        for model in comparison.models
    ]
    fit = ["learning, s"] if is_timed else []
    return section(
        "What each model costs",
        table(["model", *fit, "answering, s", "a document, µs", "file"], rows),
        paragraph("Processor time, reading included, so that every model is charged for it alone.", class_="note"),
    )


def _failures(comparison: ModelComparison) -> Html:
    if not comparison.failures:
        return Html("")
    rows = [[visible(of.model), f"{of.n_folds:,}", visible(of.reason, 300)] for of in comparison.failures]
    return section("What failed", table(["model", "folds", "why"], rows, left=3))


def _folds(comparison: ModelComparison, labels: MeasureLabels) -> Html:
    if not comparison.is_cross_validated:
        return Html("")
    scores = [model.fold_scores[comparison.metric] for model in comparison.models]
    rows = [
        [f"{number:,}", *map(labels.number, of_fold)] for number, of_fold in enumerate(zip(*scores, strict=True), 1)
    ]
    names = [visible(model.name) for model in comparison.models]
    return details(f"Each fold, {labels.title}", table(["fold", *names], rows))


def _about(comparison: ModelComparison) -> Html:
    rows = [
        [visible(model.name), model.title, spelled(model.settings), _unseen(model.unseen), spelled(model.has_seen)]
        for model in comparison.models
    ]
    if comparison.is_cross_validated:
        return section("Models", table(["model", "what it is", "settings"], [row[:3] for row in rows], left=3))
    header = ["model", "what it is", "labels never seen, all wrong", "trained on a corpus of this name"]
    return section("Models", table(header, [[*row[:2], *row[3:]] for row in rows], left=4))


def _unseen(unseen: Any) -> str:
    return ", ".join(f"{visible(str(label))} {count:,}" for label, count in unseen.items()) or "none"


def _settings(comparison: ModelComparison) -> dict[str, Any]:
    return {"corpus": comparison.corpus, "metric": comparison.metric, **comparison.settings}
