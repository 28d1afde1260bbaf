"""How an evaluation is made and shown, by ``train`` and ``evaluate`` alike."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from textgd.cli.console import escape, percent, table

if TYPE_CHECKING:
    from textgd.corpus import Corpus
    from textgd.metrics import Evaluation
    from textgd.scoring import TextScorer

__all__ = ["evaluate_classifier", "show_evaluation"]


def evaluate_classifier(scorer: TextScorer, corpus: Corpus, n_jobs: int | None = None) -> Evaluation:
    """Return how well a model does on labeled documents."""
    import numpy as np

    from textgd.metrics import evaluate_predictions

    prediction = scorer.predict(corpus.texts, n_jobs)
    classes = scorer.classes.tolist()
    labels = corpus.labels
    if not all(isinstance(label, str) for label in classes):
        # A file holds text; compare with labels of another type by what they look like.
        by_text = {text: label for label in classes for text in (str(label), json.dumps(label))}
        labels = tuple(by_text.get(str(label), label) for label in labels)
    probabilities = None if prediction.log_proba is None else np.exp(prediction.log_proba)
    return evaluate_predictions(labels, scorer.labels(prediction).tolist(), classes, probabilities)


def show_evaluation(evaluation: Evaluation, calibration: str | None = None) -> None:
    """Print accuracy, how good the probabilities are, what each class gets, and the confusion matrix."""
    accuracy = evaluation.accuracy
    right = round(accuracy.value * evaluation.n_documents)
    click.echo(
        f"accuracy {percent(accuracy.value)} %   95 % interval {percent(accuracy.low)} to {percent(accuracy.high)}"
        f"   {right:,} of {evaluation.n_documents:,} right"
    )
    if evaluation.log_loss is not None:
        click.echo(
            f"probabilities: log loss {evaluation.log_loss:.4f}   Brier score {evaluation.brier:.4f}   "
            f"expected calibration error {evaluation.calibration_error:.4f}"
            f"{'' if calibration is None else f'   ({calibration})'}"
        )
    click.echo()
    rows = [
        [escape(c.label), percent(c.precision), percent(c.recall), percent(c.f1), f"{c.support:,}"]
        for c in evaluation.classes
    ]
    click.echo(table(["class", "precision %", "recall %", "f1 %", "documents"], rows))
    click.echo()
    labels = [escape(label) for label in evaluation.labels]
    rows = [
        [label, *map("{:,}".format, counts)]
        for label, counts in zip(labels, evaluation.confusion.tolist(), strict=True)
    ]
    click.echo(table(["is \\ called", *labels], rows))
    if evaluation.unseen:
        unseen = ", ".join(f"{escape(label)} ({count:,})" for label, count in evaluation.unseen.items())
        click.echo(f"\nlabels that the model has never seen, all counted as wrong: {unseen}")
