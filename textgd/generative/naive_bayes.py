"""Naive Bayes: scikit-learn's estimators, with P(x), other priors, and the linear form of Bayes' rule."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn import naive_bayes as sklearn_naive_bayes
from sklearn.utils.validation import check_is_fitted

from textgd.learning.folds import HeldOut, find_copy_folds, fold_count
from textgd.learning.unit_rows import KnownFeatures
from textgd.probabilities import Probabilities, Softmax, log_sum_exp
from textgd.scoring import LinearScorer
from textgd.validation import ClassPrior, resolve_class_prior

__all__ = ["BernoulliNB", "ComplementNB", "MultinomialNB"]


def _with_own_counts(model: Any) -> Any:
    """Return a copy that can learn on: learning is done in place, and must not change the counts of the first."""
    other = copy.copy(model)
    other.class_count_, other.feature_count_ = model.class_count_.copy(), model.feature_count_.copy()
    return other


def _on_features(model: Any, columns: NDArray[np.intp]) -> Any:
    """Return a copy that can learn on, with some of the features alone."""
    other = _with_own_counts(model)
    other.feature_count_ = model.feature_count_[:, columns]
    other.n_features_in_ = len(columns)
    vars(other).pop("feature_names_in_", None)
    if np.ndim(model.alpha):
        other.alpha = np.asarray(model.alpha)[columns]
    return other


class _LinearNB:
    """What the three share: they score through a LinearScorer."""

    classes_: NDArray[Any]
    class_log_prior_: NDArray[np.float64]
    fit: Callable[..., Any]

    def scorer(self) -> LinearScorer:
        """Return the fitted weights as a scorer, which is what is saved and what predicts."""
        raise NotImplementedError

    def probabilities(self) -> Probabilities | None:
        """Return what turns the scores into probabilities: Bayes' rule."""
        return Softmax()

    def fit_out_of_fold(self, X: Any, y: Any, sample_weight: Any = None) -> HeldOut | None:
        """Fit, and return what each row scores where it is not learned from.

        The counts of the rows that are held out are taken off again, so it costs little more than one fit.  Features
        that are in those rows alone are unknown to the others, and left out; the class probabilities stay.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`.

        Returns
        -------
        HeldOut, or None
            None where a class has a single distinct row, so that none can be held out.
        """
        self.fit(X, y, sample_weight)
        return self._hold_out(X, y, sample_weight, 1)

    def fit_copies(self, X: Any, y: Any, sample_weight: Any, n_copies: int, *, out_of_fold: bool) -> HeldOut | None:
        """Learn from several versions of each document, as `textgd.learning.linear.LinearClassifier.fit_copies`."""
        self.fit(X, y, sample_weight)
        held_out = self._hold_out(X, y, sample_weight, n_copies) if out_of_fold else None
        return None if held_out is None else held_out.of_first(len(held_out.scores) // n_copies)

    def _hold_out(self, X: Any, y: Any, sample_weight: Any, n_copies: int) -> HeldOut | None:
        """Return what each row scores where no version of its document is learned from."""
        matrix, labels = csr_matrix(X), np.asarray(y)
        weights = np.ones(len(labels)) if sample_weight is None else np.asarray(sample_weight, np.float64)
        kept = np.flatnonzero(weights)
        codes = np.searchsorted(self.classes_, labels[kept])
        found = find_copy_folds(matrix[kept], codes, fold_count(len(kept) // n_copies), n_copies)
        if not found:
            return None
        folds = [kept[fold] for fold in found]
        scores = np.zeros((len(labels), len(self.classes_)))
        features = KnownFeatures(matrix[kept])
        for held, fold in zip(folds, found, strict=True):
            known = np.flatnonzero(features.without(fold))
            rows = matrix[held][:, known]
            others = _on_features(self, known)
            others.partial_fit(rows, labels[held], sample_weight=-weights[held])
            # Holding out makes a class rarer, which a new document does not.
            others.class_log_prior_ = self.class_log_prior_
            lengths = features.lengths(fold)
            scores[held] = others.scorer().scores(rows if lengths is None else rows.multiply(1.0 / lengths[:, None]))
        return HeldOut(scores, folds)

    def _joint_log_likelihood(self, X: Any) -> NDArray[np.float64]:
        return self.scorer().scores(X)

    @property
    def coef_(self) -> NDArray[np.float64]:
        """Weights of the linear form.

        Shape (1, n_features) for two classes, the log-odds of the second; else (n_classes, n_features).
        """
        check_is_fitted(self)
        weights: NDArray[Any] = self.scorer().weights
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
        other = _with_own_counts(self)
        other.class_prior = resolve_class_prior(prior, self.classes_)
        with np.errstate(divide="ignore"):
            other.class_log_prior_ = np.log(other.class_prior)
        return other


class _CountingNB:
    """Models that know nothing of the documents but the counts of each class, which can be added up beforehand."""

    def fit_counts(
        self, classes: NDArray[Any], class_count: NDArray[np.float64], feature_count: NDArray[np.float64]
    ) -> Any:
        """Learn from counts: the same as `fit` on the documents that were counted.

        Parameters
        ----------
        classes : array of shape (n_classes,)
            The labels, sorted.
        class_count : float64 array of shape (n_classes,)
            Documents of each class.
        feature_count : float64 array of shape (n_classes, n_features)
        """
        model: Any = self
        model.classes_, model.class_count_ = classes, class_count
        model.n_features_in_ = feature_count.shape[1]
        model.feature_count_ = feature_count
        model._update_feature_log_prob(model._check_alpha())
        model._update_class_log_prior(class_prior=model.class_prior)
        return self


class MultinomialNB(_CountingNB, _JointNB, sklearn_naive_bayes.MultinomialNB):
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
        return LinearScorer(self.feature_log_prob_, self.class_log_prior_, marginalizes=True)

    def learn_unlabeled(self, X: Any, y: Any, unlabeled: Any, weight: float = 1.0, **how: Any) -> MultinomialNB:
        """Return a model with these parameters that learned from unlabeled rows too, by expectation maximization.

        Parameters
        ----------
        X, y, unlabeled, weight, **how
            As in `textgd.generative.expectation_maximization.fit_em`.
        """
        from textgd.generative.expectation_maximization import fit_em

        own = {"alpha": self.alpha, "fit_prior": self.fit_prior, "class_prior": self.class_prior}
        return fit_em(X, y, unlabeled, weight, **own, **how).model

    def unseen_log_prob(self) -> NDArray[np.float64]:
        """Return ln P(w | c) of one out of as many unseen features as there are seen ones, shape (n_classes,).

        Smoothing leaves alpha / (N_c + alpha V) to a feature that was never seen, and here all of them share that.
        """
        alpha = np.broadcast_to(np.asarray(self.alpha, np.float64), self.feature_count_.shape[1:])
        totals = self.feature_count_.sum(axis=1) + alpha.sum()
        unseen: NDArray[np.float64] = np.log(alpha.mean()) - np.log(totals) - np.log(len(alpha))
        return unseen


class ComplementNB(_CountingNB, _LinearNB, sklearn_naive_bayes.ComplementNB):
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

    def fit_counts(
        self, classes: NDArray[Any], class_count: NDArray[np.float64], feature_count: NDArray[np.float64]
    ) -> Any:
        """Learn from counts: the same as `fit` on the documents that were counted."""
        self.feature_all_ = feature_count.sum(axis=0)
        return super().fit_counts(classes, class_count, feature_count)

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

    def unseen_log_prob(self) -> NDArray[np.float64]:
        """Return ln P(w | c) of a feature that was never seen, shape (n_classes,): alpha / (N_c + 2 alpha)."""
        alpha = np.mean(self.alpha)
        unseen: NDArray[np.float64] = np.log(alpha) - np.log(self.class_count_ + 2.0 * alpha)
        return unseen

    def _joint_log_likelihood(self, X: Any) -> NDArray[np.float64]:
        # scikit-learn binarized X when it checked it.
        return replace(self.scorer(), binarize=None).scores(X)
