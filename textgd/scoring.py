"""What a fitted model is: immutable weights, and how to score with them; numpy alone.

Estimators learn; what they learned scores here, in the library, from the command line and from a file alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.text.extractor import Extractor
from textgd.text.rows import row_blocks, row_sums
from textgd.text.threads import run_in_threads

__all__ = ["LinearScorer", "Prediction", "TextScorer", "log_sum_exp"]


def log_sum_exp(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ln Σ exp of each row, shape (n_rows,).

    Examples
    --------
    >>> log_sum_exp(np.log([[0.25, 0.25], [0.5, 0.5]])).round(12)
    array([-0.69314718,  0.        ])
    """
    top = scores.max(axis=1)
    # A row of -inf alone stays -inf instead of becoming NaN.
    shift = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        total: NDArray[np.float64] = shift + np.log(np.exp(scores - shift[:, None]).sum(axis=1))
    return total


@dataclass(frozen=True, eq=False)
class LinearScorer:
    """A score that is linear in the features: naive Bayes is one in log space.

    Parameters
    ----------
    weights : float64 array of shape (n_classes, n_features)
    intercept : float64 array of shape (n_classes,)
    binarize : float or None
        Read features above it as 1 and the others as 0.
    """

    weights: NDArray[np.float64]
    intercept: NDArray[np.float64]
    binarize: float | None = None

    def joint(self, X: Any, n_jobs: int | None = None) -> NDArray[np.float64]:
        """Return ``intercept + X @ weights.T``, shape (n_rows, n_classes): for naive Bayes ln P(c) + ln P(x | c).

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
                scores[rows, c] = row_sums(weights[indices] * values, indptr - indptr[0])

        run_in_threads(score, row_blocks(X.indptr), n_jobs)
        scores += self.intercept
        return scores

    def log_proba(self, X: Any, n_jobs: int | None = None) -> NDArray[np.float64]:
        """Return the logarithms of the classes' probabilities, shape (n_rows, n_classes)."""
        joint = self.joint(X, n_jobs)
        return joint - log_sum_exp(joint)[:, None]

    def contrast(self, c: int) -> NDArray[np.float64]:
        """Return what one unit of each feature adds to the log-odds of class `c` against the others' mean score.

        Shape (n_features,), in nats; of two classes this is the log-odds itself.
        """
        if len(self.weights) == 1:
            alone: NDArray[np.float64] = self.weights[0]
            return alone
        others = (self.weights.sum(axis=0) - self.weights[c]) / (len(self.weights) - 1)
        difference: NDArray[np.float64] = self.weights[c] - others
        return difference


class Prediction(NamedTuple):
    """Log-probabilities of documents, shape (n_documents, n_classes), and how many of their tokens are known."""

    log_proba: NDArray[np.float64]
    n_known_tokens: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TextScorer:
    """A fitted model on raw documents: a feature space and the weights in it.

    Parameters
    ----------
    extractor : Extractor
    scorer : LinearScorer
    classes : array of shape (n_classes,)
        The labels, in the order of the columns.
    """

    extractor: Extractor
    scorer: LinearScorer
    classes: NDArray[Any]

    def predict(self, documents: Sequence[str], n_jobs: int | None = None) -> Prediction:
        """Return the prediction for documents."""
        rows, known = self.extractor.read(documents, n_jobs)
        return Prediction(self.scorer.log_proba(rows, n_jobs), known)

    def labels(self, prediction: Prediction) -> NDArray[Any]:
        """Return the most probable label of each document."""
        most_probable: NDArray[Any] = self.classes[prediction.log_proba.argmax(axis=1)]
        return most_probable

    def top_features(self, c: int, n: int) -> list[tuple[str, float]]:
        """Return the `n` features that speak most for class number `c`, with their weights in nats."""
        contrast = self.scorer.contrast(c)
        n = min(n, len(contrast))
        # A stable sort: features of equal weight stay in the order of their columns.
        best = np.argsort(-contrast, kind="stable")[:n]
        names = self.extractor.feature_names(best)
        return list(zip(names, contrast[best].tolist(), strict=True))
