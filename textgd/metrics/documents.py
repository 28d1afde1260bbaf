"""A model on labeled documents: its predictions, held against their labels."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from textgd.corpus import Corpus, load_corpus
from textgd.errors import InvalidParameterError
from textgd.metrics.evaluation import Evaluation, evaluate_predictions
from textgd.metrics.slices import LENGTH
from textgd.probabilities import log_odds
from textgd.scoring import TextScorer

__all__ = ["evaluate"]


def evaluate(
    classifier: Any,
    corpus: Any,
    *,
    positive: Any = None,
    threshold: float | None = None,
    max_ham_loss: float | None = None,
    by: str | Sequence[str] = (),
    n_errors: int = 20,
    rows: Sequence[int] | None = None,
    n_jobs: int | None = None,
    random_state: int = 0,
) -> Evaluation:
    """Test a fitted model on labeled documents.

    Parameters
    ----------
    classifier : TextClassifier or other text estimator that is fitted, or TextScorer
    corpus : Corpus, or whatever `load_corpus` takes
    positive : label, optional
        Of two classes the positive one; the second in sorted order where it is not given.
    threshold : float, optional
        Call as positive what has that probability or more; else the most probable class is called.
    max_ham_loss : float, optional
        Share of the negative documents that may be called positive: the result's `claim` is the smallest threshold
        that promises it.
    by : str or sequence of str
        What to slice by: ``"length"`` (in characters), or columns of the corpus.
    n_errors : int
        How many of the worst errors to keep.
    rows : sequence of int, optional
        The documents' numbers in their file, counted from 0, where they are a part of it.
    n_jobs : int, optional
    random_state : int
        Of the draws that intervals of F1, its means, MCC, lam and the calibration error rest on.

    Returns
    -------
    Evaluation

    Raises
    ------
    DataError
    InvalidParameterError, UnknownNameError
        For a column that the corpus has not, and as `evaluate_predictions`.

    Examples
    --------
    >>> from textgd import TextClassifier
    >>> texts = ["win a free prize now", "free entry: win cash", "see you at lunch", "are you home now"]
    >>> classifier = TextClassifier(model="nb").fit(texts, ["spam", "spam", "ham", "ham"])
    >>> evaluation = evaluate(classifier, (["free cash", "lunch now"], ["spam", "ham"]))
    >>> evaluation["accuracy"].value, round(evaluation["accuracy"].low, 2)
    (1.0, 0.34)
    """
    scorer = classifier if isinstance(classifier, TextScorer) else classifier.text_scorer_
    names = [by] if isinstance(by, str) else list(by)
    wanted = tuple(name for name in names if name != LENGTH)
    if not isinstance(corpus, Corpus):
        corpus = load_corpus(corpus, columns=wanted)
    prediction = scorer.predict(corpus.texts, n_jobs)
    scores = prediction.scores if prediction.log_proba is None else prediction.log_proba
    if len(scorer.classes) == 2:
        # Where probabilities round to 1, their odds still tell documents apart.
        scores = log_odds(scores)
    return evaluate_predictions(
        _labels(corpus.labels, scorer),
        scorer.labels(prediction).tolist(),
        scorer.classes.tolist(),
        None if prediction.log_proba is None else np.exp(prediction.log_proba),
        scores,
        positive=positive if positive is None or len(scorer.classes) != 2 else scorer.classes[scorer.column(positive)],
        threshold=threshold,
        max_ham_loss=max_ham_loss,
        texts=corpus.texts,
        columns={name: corpus.texts if name == LENGTH else _column(corpus, name) for name in names},
        n_errors=n_errors,
        rows=rows,
        random_state=random_state,
    )


def _labels(labels: Sequence[Any], scorer: TextScorer) -> Sequence[Any]:
    """Return labels as the model knows them: a file holds text, so those of another type are told by their looks."""
    classes = scorer.classes.tolist()
    if all(isinstance(label, str) for label in classes):
        return labels
    by_text = {text: label for label in classes for text in (str(label), json.dumps(label))}
    return tuple(by_text.get(str(label), label) for label in labels)


def _column(corpus: Corpus, name: str) -> Sequence[str]:
    columns: Mapping[str, Sequence[str]] = corpus.columns or {}
    if name not in columns:
        there = ", ".join(map(repr, (LENGTH, *columns)))
        raise InvalidParameterError(f"by is {name!r}, which the corpus {corpus.name} has not. It has: {there}.")
    return columns[name]
