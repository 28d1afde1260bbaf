"""What a fitted model is: immutable weights, and how to score with them; numpy alone.

Estimators learn; what they learned scores here, in the library, from the command line and from a file alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.probabilities import Probabilities
from textgd.text.extractor import Extractor
from textgd.text.rows import row_blocks, row_sums
from textgd.text.threads import run_in_threads

__all__ = ["LinearScorer", "Prediction", "TextScorer"]


@dataclass(frozen=True, eq=False)
class LinearScorer:
    """A score that is linear in the features: naive Bayes is one in log space.

    Parameters
    ----------
    weights : float32 or float64 array of shape (n_classes, n_features)
        Of two classes one row may do: what speaks for the second.
    intercept : float64 array of shape (n_classes,), or (1,)
    binarize : float or None
        Read features above it as 1 and the others as 0.
    is_contrast : bool
        The one row of weights is for the second of two classes, against the first.
    """

    weights: NDArray[np.floating[Any]]
    intercept: NDArray[np.float64]
    binarize: float | None = None
    is_contrast: bool = False

    def scores(self, X: Any, n_jobs: int | None = None) -> NDArray[np.float64]:
        """Return the score of each class, shape (n_rows, n_classes): for naive Bayes ln P(c) + ln P(x | c).

        The first of two classes that are told apart by one row of weights has the score 0.
        """
        lines = self.lines(X, n_jobs)
        if not self.is_contrast:
            return lines
        scores: NDArray[np.float64] = np.concatenate([np.zeros_like(lines), lines], axis=1)
        return scores

    def lines(self, X: Any, n_jobs: int | None = None) -> NDArray[np.float64]:
        """Return ``intercept + X @ weights.T``, shape (n_rows, number of rows of weights).

        Parameters
        ----------
        X : Rows, scipy sparse matrix, or dense array of shape (n_rows, n_features)
        """
        if hasattr(X, "tocsr"):
            X = X.tocsr()
        if not hasattr(X, "indptr"):
            dense = np.asarray(X, np.float64)
            if self.binarize is not None:
                dense = (dense > self.binarize).astype(np.float64)
            product: NDArray[np.float64] = dense @ self.weights.T + self.intercept
            return product
        scores = np.empty((len(X.indptr) - 1, len(self.intercept)))

        def score(rows: slice) -> None:
            indptr = X.indptr[rows.start : rows.stop + 1]
            part = slice(indptr[0], indptr[-1])
            indices, values = X.indices[part], X.data[part]
            if self.binarize is not None:
                values = values > self.binarize
            for c, weights in enumerate(self.weights):
                scores[rows, c] = row_sums(np.multiply(weights[indices], values, dtype=np.float64), indptr - indptr[0])

        run_in_threads(score, row_blocks(X.indptr), n_jobs)
        scores += self.intercept
        return scores

    def contrast(self, c: int) -> NDArray[np.float64]:
        """Return what one unit of each feature adds to the score of class `c` against the others' mean score.

        Shape (n_features,); of two classes against the other's.
        """
        if len(self.weights) == 1:
            sign = -1.0 if self.is_contrast and c == 0 else 1.0
            alone: NDArray[np.float64] = sign * self.weights[0].astype(np.float64)
            return alone
        others = (self.weights.sum(axis=0) - self.weights[c]) / (len(self.weights) - 1)
        difference: NDArray[np.float64] = self.weights[c] - others
        return difference


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
    extractor : Extractor
    scorer : LinearScorer
    classes : array of shape (n_classes,)
        The labels, in the order of the columns.
    probabilities : Probabilities, optional
        None where scores are all that the model has.
    """

    extractor: Extractor
    scorer: LinearScorer
    classes: NDArray[Any]
    probabilities: Probabilities | None = None

    def predict(self, documents: Sequence[str], n_jobs: int | None = None) -> Prediction:
        """Return the prediction for documents."""
        rows, known = self.extractor.read(documents, n_jobs)
        return self.predict_rows(rows, known, n_jobs)

    def predict_rows(self, rows: Any, known: NDArray[np.int64], n_jobs: int | None = None) -> Prediction:
        """Return the prediction for documents whose features are counted."""
        scores = self.scorer.scores(rows, n_jobs)
        log_proba = None if self.probabilities is None else self.probabilities.log_proba(scores)
        return Prediction(scores, log_proba, known)

    def labels(self, prediction: Prediction) -> NDArray[Any]:
        """Return the label of each document."""
        labels: NDArray[Any] = self.classes[prediction.columns]
        return labels

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
