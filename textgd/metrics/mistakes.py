"""The worst errors: documents that were called wrongly, the most confident first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textgd.metrics.predictions import Predictions

__all__ = ["Mistake", "worst_mistakes"]

_MOST_CHARACTERS = 500


@dataclass(frozen=True)
class Mistake:
    """A document that was called wrongly.

    Parameters
    ----------
    row : int
        Its number among the documents of the corpus, counted from 1.
    true, called
        Its label, and the one that it was called.
    probability : float or None
        Of the label that it was called; None where the model has no probabilities.
    text : str
        Its beginning.
    is_cut : bool
        Whether there is more.
    """

    row: int
    true: Any
    called: Any
    probability: float | None
    text: str
    is_cut: bool


def worst_mistakes(
    predictions: Predictions, texts: Sequence[str], n: int, rows: Sequence[int] | None = None
) -> tuple[Mistake, ...]:
    """Return the `n` worst errors: by the score of the label that was called, or its lead over the best other one.

    Parameters
    ----------
    predictions : Predictions
    texts : sequence of str
    n : int
    rows : sequence of int, optional
        The documents' numbers, counted from 0, where they are a part of a corpus.
    """
    wrong = np.flatnonzero(predictions.truth != predictions.called)
    called = predictions.called[wrong]
    if predictions.scores is not None:
        scores = predictions.scores[wrong]
        own = scores[np.arange(len(wrong)), called]
        if predictions.probabilities is None and scores.shape[1] > 1:
            others = scores.copy()
            others[np.arange(len(wrong)), called] = -np.inf
            own = own - others.max(axis=1)
        # Stable: errors alike stay in the order of the documents.
        order = np.argsort(-own, kind="stable")
        wrong, called = wrong[order], called[order]
    mistakes = []
    for row, column in zip(wrong[:n].tolist(), called[:n].tolist(), strict=True):
        probability = None if predictions.probabilities is None else float(predictions.probabilities[row, column])
        true = predictions.labels[predictions.truth[row]]
        number = (row if rows is None else rows[row]) + 1
        text = texts[row]
        cut = text[:_MOST_CHARACTERS]
        mistakes.append(Mistake(number, true, predictions.labels[column], probability, cut, len(cut) < len(text)))
    return tuple(mistakes)
