"""A model on labeled documents: its predictions, held against their labels."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from textgd.corpus import Corpus, load_corpus
from textgd.errors import InvalidParameterError
from textgd.metrics.evaluation import Evaluation, evaluate_predictions
from textgd.metrics.slices import LENGTH
from textgd.probabilities import log_odds
from textgd.scoring import TextScorer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from textgd.scoring import Prediction

__all__ = ["evaluate", "evaluate_prediction", "labels_as_known", "order_of"]


def evaluate(
    classifier: Any,
    corpus: Any,
    *,
    positive: Any = None,
    threshold: float | None = None,
    max_ham_loss: float | None = None,
    by: str | Sequence[str] = (),
    n_errors: int = 20,
    n_jobs: int | None = None,
    random_state: int = 0,
) -> Evaluation:
    """Test a fitted model on labeled documents.

    Parameters
    ----------
    classifier : TextClassifier or other text estimator that is fitted, or TextScorer
    corpus : Corpus, or whatever `load_corpus` takes
        Where it has an official test part, only that is tested on.
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
    tested = corpus.part("test")
    return evaluate_prediction(
        scorer,
        scorer.predict(tested.texts, n_jobs),
        tested.labels,
        positive=positive if positive is None or len(scorer.classes) != 2 else scorer.classes[scorer.column(positive)],
        threshold=threshold,
        max_ham_loss=max_ham_loss,
        texts=tested.texts,
        columns={name: tested.texts if name == LENGTH else _column(tested, name) for name in names},
        n_errors=n_errors,
        # Errors are told by their rows in the file.
        rows=corpus.part_rows("test"),
        random_state=random_state,
    )


def evaluate_prediction(scorer: TextScorer, prediction: Prediction, labels: Sequence[Any], **asked: Any) -> Evaluation:
    """Hold what a scorer says of documents against their labels; `asked` is what `evaluate_predictions` takes more."""
    return evaluate_predictions(
        labels_as_known(labels, scorer.classes.tolist()),
        scorer.labels(prediction).tolist(),
        scorer.classes.tolist(),
        None if prediction.log_proba is None else np.exp(prediction.log_proba),
        order_of(prediction),
        **asked,
    )


def order_of(prediction: Prediction) -> NDArray[np.float64]:
    """Return what orders documents by how much they look like each class, shape (n_documents, n_classes)."""
    scores = prediction.scores if prediction.log_proba is None else prediction.log_proba
    # Where probabilities round to 1, their odds still tell documents apart.
    return log_odds(scores) if scores.shape[1] == 2 else scores


def labels_as_known(labels: Sequence[Any], classes: Sequence[Any]) -> Sequence[Any]:
    """Return labels as a model knows them: a file holds text, so those of another type are told by their looks.

    Examples
    --------
    >>> labels_as_known(("1", "true", "2"), [0, 1, True])
    (1, True, '2')
    """
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
