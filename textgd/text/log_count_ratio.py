"""How much more often a feature occurs in one class than in the others."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted, validate_data

from textgd.validation import ALPHAS, check_counts, check_number, encode_classes

__all__ = ["LogCountRatio", "log_count_ratio"]


def log_count_ratio(
    counts: NDArray[np.floating[Any]], others: NDArray[np.floating[Any]], alpha: float = 1.0
) -> NDArray[np.float64]:
    """Return how much each feature speaks for a class, in nats.

    r = ln((alpha + p) / ||alpha + p||₁) - ln((alpha + q) / ||alpha + q||₁), over the features that were seen; the
    others say nothing.  Wang and Manning 2012, section 2.1.

    Parameters
    ----------
    counts, others : arrays of shape (n_features,)
        How often each feature occurs in the class (p) and in the other classes (q).
    alpha : float
        Additive smoothing.

    Returns
    -------
    float64 array of shape (n_features,)

    Examples
    --------
    >>> log_count_ratio(np.array([3.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])).round(3)
    array([ 0.875, -1.204,  0.   ])
    """
    seen = np.flatnonzero(counts + others)
    p, q = counts[seen] + alpha, others[seen] + alpha
    ratio = np.zeros(len(counts))
    ratio[seen] = np.log(p / p.sum()) - np.log(q / q.sum())
    return ratio


class LogCountRatio(TransformerMixin, BaseEstimator):
    """Weigh features by the log-count ratio of their classes: what NB-SVM learns from.

    Of two classes, the weight is how much a feature speaks for the second: where every feature was seen, it is the
    coefficient of `textgd.generative.MultinomialNB`.  Of more, each class has columns of its own, against the others.

    Parameters
    ----------
    alpha : float
        Additive smoothing.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
    log_count_ratio_ : float64 array of shape (n_classes, n_features), of two classes (1, n_features)
        In nats; 0 for features that were never seen.

    Raises
    ------
    DataError
        For negative counts, and a single class.
    InvalidParameterError
        For an `alpha` outside what is allowed.

    Examples
    --------
    >>> ratio = LogCountRatio().fit([[3, 0], [0, 1]], ["ham", "spam"])
    >>> ratio.log_count_ratio_.round(3)
    array([[-0.875,  1.204]])
    >>> ratio.transform([[1, 1]]).toarray().round(3)
    array([[-0.875,  1.204]])
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def fit(self, X: Any, y: Any) -> LogCountRatio:
        """Learn from counts with a class each.

        Parameters
        ----------
        X : sparse matrix or array of shape (n_rows, n_features)
            0 or more.
        y : labels, one a row
        """
        check_number("alpha", self.alpha, *ALPHAS)
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=(np.float64, np.float32))
        check_classification_targets(y)
        check_counts(X, "LogCountRatio")
        self.classes_, codes = encode_classes(y)
        matrix = csr_matrix(X)
        indicator = csr_matrix((np.ones(len(codes)), (codes, np.arange(len(codes)))))
        counts = (indicator @ matrix).toarray()
        totals = counts.sum(axis=0)
        targets = [1] if len(self.classes_) == 2 else range(len(self.classes_))
        self.log_count_ratio_ = np.stack([log_count_ratio(counts[c], totals - counts[c], self.alpha) for c in targets])
        return self

    def transform(self, X: Any) -> csr_matrix:
        """Return the weighted features, shape (n_rows, n_features), or n_classes times as wide for more than two."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=(np.float64, np.float32), reset=False)
        matrix = csr_matrix(X)
        blocks = [matrix.multiply(ratio.astype(matrix.dtype)).tocsr() for ratio in self.log_count_ratio_]
        return blocks[0] if len(blocks) == 1 else csr_matrix(hstack(blocks))

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> NDArray[np.object_]:
        """Return the names of the columns: those of the features, of more than two classes with the class behind."""
        names = _check_feature_names_in(self, input_features)
        if len(self.log_count_ratio_) == 1:
            return names  # type: ignore[no-any-return]
        return np.array([f"{name} | {label}" for label in self.classes_ for name in names], dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        tags.target_tags.required = True
        return tags
