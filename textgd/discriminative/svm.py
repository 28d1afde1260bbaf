"""The linear support vector machine for sparse text."""

from __future__ import annotations

from typing import Any

from textgd.learning.linear import LinearClassifier
from textgd.validation import check_choice

__all__ = ["LinearSVC"]


class LinearSVC(LinearClassifier):
    """L2-regularized linear support vector machine, one class against the rest.

    Minimizes ½|w|² + C Σ_i max(0, 1 - y_i w·x_i)², the intercept among the weights w, by dual coordinate descent (Hsieh
    et al. 2008): what scikit-learn's class of this name minimizes.  Its scores are no log-odds, so it has no
    probabilities of its own; `textgd.TextClassifier` learns them from held-out scores.

    Parameters
    ----------
    C, class_weight, fit_intercept, tol, max_iter, n_jobs
        As in `textgd.discriminative.LogisticRegression`.
    loss : {"squared_hinge", "hinge"}
        "hinge" does not square the loss.

    Attributes
    ----------
    classes_, coef_, intercept_, C_, search_, n_iter_
        As in `textgd.discriminative.LogisticRegression`.

    Raises
    ------
    DataError, InvalidParameterError
        As in `textgd.discriminative.LogisticRegression`.

    Examples
    --------
    >>> from textgd.text import CountVectorizer
    >>> texts = ["a good film", "so good", "a bad film", "so bad"]
    >>> vectorizer = CountVectorizer()
    >>> model = LinearSVC().fit(vectorizer.fit_transform(texts), ["pos", "pos", "neg", "neg"])
    >>> model.decision_function(vectorizer.transform(["good", "film"])).round(3)
    array([0.8, 0. ])
    """

    def __init__(
        self,
        C: float | str = 1.0,
        *,
        loss: str = "squared_hinge",
        class_weight: Any = None,
        fit_intercept: bool = True,
        tol: float = 0.1,
        max_iter: int = 1000,
        n_jobs: int | None = None,
    ) -> None:
        self.C = C
        self.loss = loss
        self.class_weight = class_weight
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.max_iter = max_iter
        self.n_jobs = n_jobs

    def check_parameters(self) -> None:
        """Refuse parameters outside what is allowed."""
        super().check_parameters()
        check_choice("loss", self.loss, ("squared_hinge", "hinge"))
