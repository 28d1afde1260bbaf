"""Logistic regression for sparse text."""

from __future__ import annotations

from typing import Any

from textgd.learning.linear import LinearClassifier

__all__ = ["LogisticRegression"]


class LogisticRegression(LinearClassifier):
    """L2-regularized logistic regression, one class against the rest.

    Minimizes ½|w|² + C Σ_i ln(1 + exp(-y_i w·x_i)), the intercept among the weights w, by dual coordinate descent (Yu,
    Huang and Lin 2011): what scikit-learn's liblinear solver minimizes.

    Parameters
    ----------
    C : float or "auto"
        What an error costs against the length of w; less regularizes more.  "auto" is chosen by cross-validation.
    class_weight : None, "balanced", or mapping of label -> weight
        What an error in each class costs.  See `textgd.validation.resolve_class_weight`.
    fit_intercept : bool
    tol : float
        Violation of the optimality conditions at which a large problem counts as solved; a small one is solved to
        the last digits.
    max_iter : int
        Most passes over the rows.
    n_jobs : int, optional
        Threads; None and -1 are all cores.  The result does not depend on it.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
    coef_ : array of shape (n_classes, n_features), of two classes (1, n_features)
        In nats; float32 where `X` is.
    intercept_ : array of shape (n_classes,), or (1,)
    C_ : float
        The cost that was used.
    search_ : Search or None
        What each cost was worth, with ``C="auto"``.
    n_iter_ : array of shape (n_classes,), or (1,)
        Passes over the rows.

    Raises
    ------
    DataError
        For labels and weights that cannot be used, and a single class.
    InvalidParameterError
        For a parameter outside what is allowed.

    Examples
    --------
    >>> from textgd.text import CountVectorizer
    >>> texts = ["a good film", "so good", "a bad film", "so bad"]
    >>> vectorizer = CountVectorizer()
    >>> model = LogisticRegression(C=10).fit(vectorizer.fit_transform(texts), ["pos", "pos", "neg", "neg"])
    >>> model.predict_proba(vectorizer.transform(["good", "film"])).round(3)
    array([[0.106, 0.894],
           [0.5  , 0.5  ]])
    """

    loss = "log_loss"
    is_log_odds = True

    def __init__(
        self,
        C: float | str = 1.0,
        *,
        class_weight: Any = None,
        fit_intercept: bool = True,
        tol: float = 0.1,
        max_iter: int = 1000,
        n_jobs: int | None = None,
    ) -> None:
        self.C = C
        self.class_weight = class_weight
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.max_iter = max_iter
        self.n_jobs = n_jobs
