"""Naive Bayes: scikit-learn's estimators, with P(x), other priors, and the linear form of Bayes' rule."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn import naive_bayes as sklearn_naive_bayes
from sklearn.utils.validation import check_is_fitted

from textgd.errors import InvalidParameterError
from textgd.scoring import LinearScorer, log_sum_exp

__all__ = ["BernoulliNB", "ComplementNB", "MultinomialNB", "resolve_class_prior"]

ClassPrior = Mapping[Any, float] | ArrayLike


def resolve_class_prior(prior: ClassPrior, classes: NDArray[Any]) -> NDArray[np.float64]:
    """Return class probabilities in the order of `classes`, checked.

    Parameters
    ----------
    prior : "uniform", mapping of label -> probability, or array of shape (n_classes,)
    classes : array of shape (n_classes,)

    Raises
    ------
    InvalidParameterError
        Where a class is missing or unknown, a probability is not one, or they do not sum to 1.

    Examples
    --------
    >>> resolve_class_prior({"spam": 0.25, "ham": 0.75}, np.array(["ham", "spam"]))
    array([0.75, 0.25])
    """
    names = list(classes.tolist())
    if isinstance(prior, str):
        if prior != "uniform":
            raise InvalidParameterError(
                f"class_prior is {prior!r}; allowed are 'uniform', a probability for each class, and None."
            )
        return np.full(len(names), 1.0 / len(names))
    if isinstance(prior, Mapping):
        unknown = [label for label in prior if label not in names]
        missing = [label for label in names if label not in prior]
        if unknown or missing:
            what = f"names no class: {unknown[0]!r}" if unknown else f"lacks the class {missing[0]!r}"
            raise InvalidParameterError(f"class_prior {what}. The classes are {', '.join(map(repr, names))}.")
        prior = [prior[label] for label in names]
    try:
        probabilities = np.asarray(prior, np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidParameterError(f"class_prior is {prior!r}; its probabilities have to be numbers.") from error
    if probabilities.shape != (len(names),):
        raise InvalidParameterError(
            f"class_prior has the shape {probabilities.shape}; one probability for each of the {len(names)} classes "
            "is expected."
        )
    if not (np.isfinite(probabilities).all() and (probabilities >= 0).all() and abs(probabilities.sum() - 1) < 1e-6):
        raise InvalidParameterError(
            f"class_prior is {probabilities.tolist()}; the probabilities have to be at least 0 and sum to 1 "
            f"(they sum to {probabilities.sum():g})."
        )
    return probabilities


class _LinearNB:
    """What the three share: they score through a LinearScorer."""

    def scorer(self) -> LinearScorer:
        """Return the fitted weights as a scorer, which is what is saved and what predicts."""
        raise NotImplementedError

    def _joint_log_likelihood(self, X: Any) -> NDArray[np.float64]:
        return self.scorer().joint(X)

    @property
    def coef_(self) -> NDArray[np.float64]:
        """Weights of the linear form.

        Shape (1, n_features) for two classes, the log-odds of the second; else (n_classes, n_features).
        """
        check_is_fitted(self)
        weights = self.scorer().weights
        return weights[1:] - weights[:1] if len(weights) == 2 else weights

    @property
    def intercept_(self) -> NDArray[np.float64]:
        """Intercepts of the linear form, shape (1,) for two classes, else (n_classes,)."""
        check_is_fitted(self)
        intercept = self.scorer().intercept
        return intercept[1:] - intercept[:1] if len(intercept) == 2 else intercept


class _JointNB(_LinearNB):
    """Models of P(x, c), from which P(x) and another prior follow."""

    classes_: NDArray[Any]
    class_count_: NDArray[np.float64]
    feature_count_: NDArray[np.float64]
    class_log_prior_: NDArray[np.float64]
    class_prior: NDArray[np.float64] | None
    predict_joint_log_proba: Callable[[Any], NDArray[np.float64]]

    def log_prob(self, X: Any) -> NDArray[np.float64]:
        """Return ln P(x) = ln Σ_c P(c) P(x | c) of each row, shape (n_rows,), in nats.

        For counts this is the probability of the tokens in their order; the number of orders is left out.
        """
        return log_sum_exp(self.predict_joint_log_proba(X))

    def with_class_prior(self, prior: ClassPrior) -> Any:
        """Return a copy with other class probabilities and the same P(x | c).

        Parameters
        ----------
        prior : "uniform", mapping of label -> probability, or array of shape (n_classes,)

        Raises
        ------
        InvalidParameterError
            Where `prior` is no distribution over the classes.
        """
        check_is_fitted(self)
        other = copy.copy(self)
        # Learning goes on in place: the copy must not take the counts of this one with it.
        other.class_count_, other.feature_count_ = self.class_count_.copy(), self.feature_count_.copy()
        other.class_prior = resolve_class_prior(prior, self.classes_)
        with np.errstate(divide="ignore"):
            other.class_log_prior_ = np.log(other.class_prior)
        return other


class MultinomialNB(_JointNB, sklearn_naive_bayes.MultinomialNB):
    """Multinomial naive Bayes: a document is a bag of words drawn from its class.

    Parameters
    ----------
    alpha : float or array of shape (n_features,)
        Additive smoothing.
    force_alpha : bool
        Take an `alpha` near 0 as it is.
    fit_prior : bool
        Learn the class probabilities; else they are equal.
    class_prior : array of shape (n_classes,), optional
        Fixed class probabilities.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
    class_count_ : array of shape (n_classes,)
    feature_count_ : array of shape (n_classes, n_features)
    class_log_prior_ : array of shape (n_classes,)
        ln P(c).
    feature_log_prob_ : array of shape (n_classes, n_features)
        ln P(w | c) = ln((N_cw + alpha) / (N_c + alpha V)); Manning, Raghavan and Schütze 2008, equation 13.7.

    Examples
    --------
    The worked example of Manning, Raghavan and Schütze 2008, section 13.2:

    >>> from textgd.text import CountVectorizer
    >>> texts = ["Chinese Beijing Chinese", "Chinese Chinese Shanghai", "Chinese Macao", "Tokyo Japan Chinese"]
    >>> vectorizer = CountVectorizer()
    >>> model = MultinomialNB().fit(vectorizer.fit_transform(texts), ["c", "c", "c", "j"])
    >>> X = vectorizer.transform(["Chinese Chinese Chinese Tokyo Japan"])
    >>> np.exp(model.predict_joint_log_proba(X)).round(5), model.predict(X).item()
    (array([[0.0003 , 0.00014]]), 'c')
    """

    def scorer(self) -> LinearScorer:
        """Return the fitted weights as a scorer."""
        check_is_fitted(self)
        return LinearScorer(self.feature_log_prob_, self.class_log_prior_)


class ComplementNB(_LinearNB, sklearn_naive_bayes.ComplementNB):
    """Complement naive Bayes (Rennie et al. 2003): a class is what the other classes are not.

    Its scores are no joint probabilities, so it has neither `log_prob` nor `with_class_prior`.

    Parameters
    ----------
    alpha, force_alpha, fit_prior, class_prior
        As in `MultinomialNB`; the class probabilities count only where there is a single class.
    norm : bool
        Scale the weights of each class to sum to 1.

    Examples
    --------
    >>> model = ComplementNB().fit([[2, 0], [0, 1], [1, 0]], ["a", "b", "a"])
    >>> model.predict([[1, 0]]).item()
    'a'
    """

    def scorer(self) -> LinearScorer:
        """Return the fitted weights as a scorer."""
        check_is_fitted(self)
        alone = len(self.classes_) == 1
        intercept = self.class_log_prior_ if alone else np.zeros(len(self.classes_))
        return LinearScorer(self.feature_log_prob_, intercept)


class BernoulliNB(_JointNB, sklearn_naive_bayes.BernoulliNB):
    """Bernoulli naive Bayes: a document is which words it has and which it has not.

    Parameters
    ----------
    alpha, force_alpha, fit_prior, class_prior
        As in `MultinomialNB`.
    binarize : float or None
        Read features above it as present; None: they are 0 and 1 already.

    Examples
    --------
    >>> model = BernoulliNB().fit([[1, 0], [0, 1], [1, 1]], ["a", "b", "a"])
    >>> model.predict_proba([[1, 0]]).round(3)
    array([[0.871, 0.129]])
    """

    def scorer(self) -> LinearScorer:
        """Return the fitted weights as a scorer: what presence adds, and the score of an empty document."""
        check_is_fitted(self)
        absent = np.log1p(-np.exp(self.feature_log_prob_))
        weights = self.feature_log_prob_ - absent
        return LinearScorer(weights, self.class_log_prior_ + absent.sum(axis=1), self.binarize)

    def _joint_log_likelihood(self, X: Any) -> NDArray[np.float64]:
        # scikit-learn binarized X when it checked it.
        return replace(self.scorer(), binarize=None).joint(X)
