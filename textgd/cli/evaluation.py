"""How an evaluation is shown, by ``train`` and ``evaluate`` alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from textgd.cli.console import escape, percent, table

if TYPE_CHECKING:
    from textgd.metrics import Evaluation, Interval
    from textgd.metrics.mistakes import Mistake
    from textgd.metrics.thresholds import Claim

__all__ = ["show_claim", "show_errors", "show_evaluation", "show_metrics", "show_slices", "show_thresholds"]

# Those that say the same as another, or are in the table of classes, are in JSON and the report alone.
_SHOWN = ("recall_macro", "f1_macro", "f1_weighted", "mcc", "roc_auc", "average_precision")
_OF_PROBABILITIES = ("log_loss", "brier", "ece")
_OF_SPAM = ("hm", "sm", "lam", "one_minus_roca")
_TEXT_WIDTH = 90
# Of all labels in the head of a confusion matrix; else they are numbered.
_MOST_CHARACTERS = 80


def show_evaluation(evaluation: Evaluation, calibration: str | None = None, has_intervals: bool = False) -> None:
    """Print accuracy, how good the probabilities are, what each class gets, and the confusion matrix.

    With intervals, all metrics stand in a table, in the place of those of the probabilities.
    """
    accuracy = evaluation["accuracy"]
    right = round(accuracy.value * evaluation.n_documents)
    click.echo(
        f"accuracy {percent(accuracy.value)} %   95 % interval {percent(accuracy.low)} to {percent(accuracy.high)}"
        f"   {right:,} of {evaluation.n_documents:,} right"
    )
    if has_intervals:
        show_metrics(evaluation)
    elif "log_loss" in evaluation.metrics:
        loss, brier, error = (evaluation[name].value for name in _OF_PROBABILITIES)
        click.echo(
            f"probabilities: log loss {loss:.4f}   Brier score {brier:.4f}   expected calibration error {error:.4f}"
            f"{'' if calibration is None else f'   ({calibration})'}"
        )
    click.echo()
    cell = _with_interval if has_intervals else _alone
    rows = [
        [escape(c.label), cell(c.precision), cell(c.recall), cell(c.f1), f"{c.support:,}"] for c in evaluation.classes
    ]
    click.echo(table(["class", "precision %", "recall %", "f1 %", "documents"], rows))
    click.echo()
    labels = [escape(label) for label in evaluation.labels]
    called = labels
    if sum(map(len, labels)) > _MOST_CHARACTERS:
        called = [str(number) for number in range(1, len(labels) + 1)]
        labels = [f"{number} {label}" for number, label in zip(called, labels, strict=True)]
    rows = [
        [label, *map("{:,}".format, counts)]
        for label, counts in zip(labels, evaluation.confusion.tolist(), strict=True)
    ]
    click.echo(table(["is \\ called", *called], rows))
    if evaluation.unseen:
        unseen = ", ".join(f"{escape(label)} ({count:,})" for label, count in evaluation.unseen.items())
        click.echo(f"\nlabels that the model has never seen, {evaluation.unseen_note}: {unseen}")
    if has_intervals and evaluation.undefined:
        click.echo("\nnot defined, and shown as -:")
        for name, reason in evaluation.undefined.items():
            click.echo(f"  {escape(name)}: {escape(reason)}")


def show_metrics(evaluation: Evaluation) -> None:
    """Print metrics with their intervals."""
    from textgd.metrics.titles import METRICS

    rows = []
    for name in (*_SHOWN, *_OF_PROBABILITIES, *_OF_SPAM):
        if name not in evaluation.metrics:
            continue
        metric, interval = METRICS[name], evaluation[name]
        meaning = metric.meaning_for(*map(escape, evaluation.sides))
        rows.append([f"{metric.title}{' %' if metric.is_share else ''}", *metric.numbers(interval), meaning])
    click.echo()
    # The meaning is a column to the left, which the table sets to the right: so it is padded to one width.
    width = max(len(row[-1]) for row in rows)
    click.echo(table(["", "value", "from", "to", ""], [[*row[:-1], row[-1].ljust(width)] for row in rows]))


def show_thresholds(evaluation: Evaluation) -> None:
    """Print what other thresholds give."""
    negative, positive = map(escape, evaluation.sides)
    rows = [
        [f"{row.threshold:g}", f"{row.n_called:,}", *map(_alone, (row.precision, row.recall)), _with_interval(row.hm)]
        for row in evaluation.thresholds
    ]
    click.echo()
    header = [f"{positive} from", "called", "precision %", "recall %", f"{negative} lost %"]
    click.echo(table(header, rows))


def show_claim(claim: Claim, sides: tuple[str, str]) -> None:
    """Print the threshold that promises not to lose more than a share of the negative documents, or why there is none.

    Parameters
    ----------
    claim : Claim
    sides : tuple of str
        The negative and the positive class.
    """
    negative, positive = map(escape, sides)
    limit = f"{100 * claim.limit:g} %"
    click.echo()
    if claim.threshold is None:
        click.echo(
            f"no threshold can promise that {limit} of {negative} at most is called {positive}: "
            f"{claim.why_none(negative, positive)}"
        )
        return
    click.echo(
        f"--threshold {claim.threshold!r}: with 95 % confidence, {limit} of {negative} at most is called {positive} "
        f"({claim.n_lost:,} of {claim.n_negative:,} here, exact upper bound {100 * claim.bound:.3g} %)"
    )
    caught = claim.caught
    if caught.value == caught.value:
        click.echo(
            f"it catches {percent(caught.value)} % of {positive}, 95 % interval {percent(caught.low)} to "
            f"{percent(caught.high)}"
        )


def show_slices(evaluation: Evaluation) -> None:
    """Print how each part of the documents fared."""
    for name, slices in evaluation.slices.items():
        has_sides = slices[0].hm is not None
        header = [f"by {escape(name)}", "documents", "accuracy %", "macro f1 %"]
        negative, positive = map(escape, evaluation.sides)
        header += [f"{negative} called {positive} %", f"{positive} called {negative} %"] if has_sides else []
        rows = []
        for part in slices:
            cells = [part.accuracy, part.f1_macro, *(rate for rate in (part.hm, part.sm) if rate is not None)]
            rows.append([_short(part.name, 40) or "(empty)", f"{part.n_documents:,}", *map(_with_interval, cells)])
        click.echo(f"\n{table(header, rows)}")


def show_errors(errors: Sequence[Mistake], n_wrong: int) -> None:
    """Print the worst errors, each on a line or two."""
    if not errors:
        return
    what = "the only error" if n_wrong == 1 else f"the worst of {n_wrong:,} errors, the most confident first"
    click.echo(f"\n{what}:")
    for error in errors:
        sure = "" if error.probability is None else f" ({percent(error.probability)} %)"
        click.echo(f"  row {error.row:,}: {escape(error.true)}, called {escape(error.called)}{sure}")
        click.echo(f"    {_short(error.text, _TEXT_WIDTH, error.is_cut)}")


def _short(text: str, width: int, is_cut: bool = False) -> str:
    line = " ".join(text[: 4 * width].split())
    return (
        escape(line)
        if len(line) <= width and not is_cut and len(text) <= 4 * width
        else f"{escape(line[: width - 1])}…"
    )


def _alone(interval: Interval) -> str:
    return percent(interval.value)


def _with_interval(interval: Interval) -> str:
    if interval.low != interval.low:
        return percent(interval.value)
    return f"{percent(interval.value)} [{percent(interval.low)}, {percent(interval.high)}]"
