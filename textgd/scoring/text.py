"""A fitted model on raw documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.errors import UnknownNameError, suggestion
from textgd.probabilities import Probabilities
from textgd.scoring.language import LanguageScorer
from textgd.scoring.linear import LinearScorer
from textgd.text.extractor import Extractor
from textgd.text.sequences import SequenceReader

__all__ = ["Prediction", "TextScorer"]


class Prediction(NamedTuple):
    """What a model says of documents.

    Attributes
    ----------
    scores : float64 array of shape (n_documents, n_classes)
    log_proba : float64 array of shape (n_documents, n_classes), or None
        Natural logarithms of the probabilities; None where the model has none.
    n_known_tokens : int64 array of shape (n_documents,)
        How many tokens of each document the model knows.
    """

    scores: NDArray[np.float64]
    log_proba: NDArray[np.float64] | None
    n_known_tokens: NDArray[np.int64]

    @property
    def columns(self) -> NDArray[np.intp]:
        """The class of each document as a column: the most probable, or without probabilities the best scored."""
        # From the logarithms: two of them may differ where their probabilities round to the same.
        best: NDArray[np.intp] = (self.scores if self.log_proba is None else self.log_proba).argmax(axis=1)
        return best


@dataclass(frozen=True, eq=False)
class TextScorer:
    """A fitted model on raw documents: a feature space, the weights in it, and what its scores stand for.

    Parameters
    ----------
    extractor : Extractor, or SequenceReader
    scorer : LinearScorer, or LanguageScorer
    classes : array of shape (n_classes,)
        The labels, in the order of the columns.
    probabilities : Probabilities, optional
        None where scores are all that the model has.
    """

    extractor: Extractor | SequenceReader
    scorer: LinearScorer | LanguageScorer
    classes: NDArray[Any]
    probabilities: Probabilities | None = None

    def predict(self, documents: Sequence[str], n_jobs: int | None = None) -> Prediction:
        """Return the prediction for documents."""
        rows, known = self.extractor.read(documents, n_jobs)
        return self.predict_rows(rows, known, n_jobs)

    def predict_rows(self, rows: Any, known: NDArray[np.int64], n_jobs: int | None = None) -> Prediction:
        """Return the prediction for documents whose features are counted."""
        return self._prediction(self.scorer.scores(rows, n_jobs), known)

    def predict_slowly(self, documents: Sequence[str]) -> Prediction:
        """Return the prediction for documents, by the reference implementations alone."""
        rows: Any
        rows, known = self.extractor.read_slowly(documents)
        return self._prediction(self.scorer.scores_slowly(rows), known)

    def _prediction(self, scores: NDArray[np.float64], known: NDArray[np.int64]) -> Prediction:
        log_proba = None if self.probabilities is None else self.probabilities.log_proba(scores)
        return Prediction(scores, log_proba, known)

    def labels(self, prediction: Prediction) -> NDArray[Any]:
        """Return the label of each document."""
        labels: NDArray[Any] = self.classes[prediction.columns]
        return labels

    def column(self, label: Any) -> int:
        """Return the number of a class that is given as its label, or as what that looks like.

        Raises
        ------
        UnknownNameError
        """
        classes = self.classes.tolist()
        for column, known in enumerate(classes):
            if known == label or str(known) == label:
                return column
        raise UnknownNameError(
            f"The model has no class {label!r}. {suggestion(str(label), [str(known) for known in classes])}"
        )

    def unit(self, c: int) -> str:
        """Return what weights of class number `c` are in: "nats" of its log-odds, or its "score"."""
        nats = None if self.probabilities is None else self.probabilities.nats(c)
        return "score" if nats is None else "nats"

    def top_features(self, c: int, n: int) -> list[tuple[str, float]]:
        """Return the `n` features that speak most for class number `c`, with their weights.

        The weight is what one occurrence adds to the class's log-odds in nats, or to its score (`unit`).
        """
        nats = None if self.probabilities is None else self.probabilities.nats(c)
        contrast = self.scorer.contrast(c) * (1.0 if nats is None else nats)
        n = min(n, len(contrast))
        # A stable sort: features of equal weight stay in the order of their columns.
        best = np.argsort(-contrast, kind="stable")[:n]
        names = self.extractor.feature_names(best)
        return list(zip(names, contrast[best].tolist(), strict=True))
