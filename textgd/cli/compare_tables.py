"""How a comparison is shown in a terminal: a table of models, a table of pairs, the sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from textgd.cli.console import escape, table
from textgd.cli.curve_tables import class_counts
from textgd.wording import counted

if TYPE_CHECKING:
    from textgd.evaluation.comparison import ModelComparison

__all__ = ["show_comparison"]


def show_comparison(comparison: ModelComparison) -> None:
    """Print what each model is worth and costs, what is between each two, and last who is ahead of whom."""
    from textgd.evaluation.comparison_display import how_counted, how_tested

    settings = comparison.settings
    counts = class_counts(settings["classes"])
    click.echo(f"{escape(comparison.corpus)}: {counted(settings['n_documents'], 'document')} ({counts})")
    for line in (*how_tested(comparison), *how_counted(comparison)):
        click.echo(line)
    click.echo()
    click.echo(f"{_models(comparison)}\n")
    if comparison.pairs:
        click.echo(f"{_pairs(comparison)}\n")
    click.echo(escape(comparison.ranking))


def _models(comparison: ModelComparison) -> str:
    from textgd.evaluation.comparison_display import bytes_label, labels_of
    from textgd.evaluation.display import digits

    (main, labels), *others = labels_of(comparison).items()
    header = ["model", "family", f"{labels.title} [95 % interval]", *(other.title for _, other in others)]
    rows = []
    for model in comparison.models:
        value = model.metrics[main]
        rows.append(
            [
                escape(model.name),
                model.family or "-",
                f"{labels.number(value.value)} {labels.bounds(value)}".rstrip(),
                *(other.number(model.metrics[name].value) for name, other in others),
                *([digits(model.fit_seconds)] if comparison.is_cross_validated else []),
                digits(model.predict_seconds),
                bytes_label(model.n_bytes),
            ]
        )
    fit = ["fit, s"] if comparison.is_cross_validated else []
    return table([*header, *fit, "predict, s", "file"], rows, left=2)


def _pairs(comparison: ModelComparison) -> str:
    from textgd.evaluation.comparison_display import difference_labels
    from textgd.evaluation.display import p_label

    labels = difference_labels(comparison)
    header = ["model", "against", f"ahead by, {labels.title} [95 % interval]", "p", "McNemar p"]
    rows = []
    for pair in comparison.pairs:
        by = f"{labels.number(pair.difference.value, sign=True)} {labels.bounds(pair.difference)}".rstrip()
        row = [escape(pair.first), escape(pair.second), by, p_label(pair.p_holm), p_label(pair.mcnemar_holm)]
        if comparison.is_cross_validated:
            row.append(f"{pair.wins}-{pair.ties}-{pair.losses}")
        rows.append(row)
    folds = ["folds won-tied-lost"] if comparison.is_cross_validated else []
    n = len(comparison.pairs)
    adjusted = f"p: adjusted for {n} pairs (Holm)\n" if n > 1 else ""
    return adjusted + table([*header, *folds], rows, left=2)
