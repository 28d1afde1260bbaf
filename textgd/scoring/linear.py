"""A score that is linear in the features."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.text.rows import row_blocks, row_sums
from textgd.text.threads import run_in_threads

__all__ = ["LinearScorer"]


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
    marginalizes : bool or None
        Whether the score without some of the features is ln P(c) + ln P(x | c) summed over whatever these may be; None
        where that is not known.
    mean : float64 array of shape (n_classes,), or (1,), optional
        What the mean row that was learned from adds to each line.
    """

    weights: NDArray[np.floating[Any]]
    intercept: NDArray[np.float64]
    binarize: float | None = None
    is_contrast: bool = False
    marginalizes: bool | None = False
    mean: NDArray[np.float64] | None = None

    def scores(self, X: Any, n_jobs: int | None = None) -> NDArray[np.float64]:
        """Return the score of each class, shape (n_rows, n_classes): for naive Bayes ln P(c) + ln P(x | c).

        The first of two classes that are told apart by one row of weights has the score 0.
        """
        return self._contrasted(self.lines(X, n_jobs))

    def imputed_scores(
        self, X: Any, kept: NDArray[np.float64], lost: NDArray[np.float64], n_jobs: int | None = None
    ) -> NDArray[np.float64]:
        """Return the scores of rows of which a part is lost, the mean row in its place, shape (n_rows, n_classes).

        Parameters
        ----------
        X : as in `lines`
        kept, lost : float64 arrays of shape (n_rows,)
            How much each row counts, and how much the mean one does beside it.
        """
        lines = self.lines(X, n_jobs)
        # In this form a row that has lost nothing scores what it scores, to the last bit.
        lines += (kept - 1.0)[:, None] * (lines - self.intercept) + lost[:, None] * np.asarray(self.mean)
        return self._contrasted(lines)

    def _contrasted(self, lines: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the scores of classes from those of rows of weights."""
        if not self.is_contrast:
            return lines
        scores: NDArray[np.float64] = np.concatenate([np.zeros_like(lines), lines], axis=1)
        return scores

    def with_mean(self, totals: NDArray[np.float64], n_rows: float) -> LinearScorer:
        """Return the same scorer that knows its mean row: `totals`, of shape (n_features,), over `n_rows`."""
        return replace(self, mean=(self.weights @ (totals / n_rows)).astype(np.float64))

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

    def scores_slowly(self, X: Any) -> NDArray[np.float64]:
        """Return what `scores` does; numpy does both."""
        return self.scores(X, 1)

    @property
    def baseline(self) -> NDArray[np.float64]:
        """The score of each class for a document without any feature, shape (n_classes,)."""
        return np.append(0.0, self.intercept) if self.is_contrast else self.intercept

    def parts(self, columns: NDArray[np.integer[Any]], values: NDArray[Any]) -> NDArray[np.float64]:
        """Return what features add to the score of each class, shape (n_entries, n_classes).

        Parameters
        ----------
        columns : int array of shape (n_entries,)
        values : array of shape (n_entries,)
            What stands in these columns; `baseline` and the sum of all parts are the scores.
        """
        if self.binarize is not None:
            values = values > self.binarize
        return self._both(np.multiply(self.weights[:, columns], values, dtype=np.float64))

    def alone(self, features: slice) -> NDArray[np.float64]:
        """Return what one unit of each of some features adds to the score of each class, shape (n, n_classes)."""
        return self._both(self.weights[:, features].astype(np.float64))

    def _both(self, lines: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return lines as columns, with one for the first of two classes that are told apart by one."""
        columns: NDArray[np.float64] = (np.insert(lines, 0, 0.0, axis=0) if self.is_contrast else lines).T
        return columns
