"""A classifier by one n-gram language model a class, on sequences of token numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from textgd.errors import DataError, InvalidParameterError
from textgd.learning.folds import HeldOut, find_folds, fold_count
from textgd.lm.builder import build, check_order, check_prune
from textgd.lm.copies import CopyFilter
from textgd.lm.model import NgramModel
from textgd.lm.smoothing import Additive, Smoothing, find_smoothing
from textgd.probabilities import Softmax, log_sum_exp
from textgd.scoring import LanguageScorer
from textgd.text.documents import TokenizedDocuments
from textgd.text.rows import Rows
from textgd.text.threads import run_in_threads
from textgd.validation import check_number, check_sample_weight, encode_classes

__all__ = ["BACKGROUND", "NgramClassifier"]

# Without it one token that a class has never seen may outweigh all others. Measured on reviews, sentences and messages:
# from 0.2 to 0.5 it makes little difference, of words each is better than none, and of characters about as good.
BACKGROUND = 0.5


class NgramClassifier(ClassifierMixin, BaseEstimator):
    """Bayes' rule over one n-gram language model a class, all of one vocabulary.

    A document is scored by ln P(c) + ln P(x | c), P(c) the share of the class among the documents learned from, and
    P(x | c) as `textgd.scoring.LanguageScorer` mixes it.

    Parameters
    ----------
    order : int
        How many tokens an n-gram has.
    smoothing : str or Smoothing
        As in `textgd.lm.NgramModel.fit`.
    prune : sequence of int, optional
        As in `textgd.lm.NgramModel.fit`.
    background : float
        How much of each token's probability is the mean of all classes; 0 leaves each class to itself.
    alpha : float, optional
        What additive smoothing adds to each count; no other method has it.
    copy_window : int, optional
        Keep a filter of all runs of so many tokens, which tells what is recited (`textgd.lm.copies.CopyFilter`).
    n_jobs : int, optional
        Threads; the models do not depend on it.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
    models_ : tuple of NgramModel
        One a class.
    class_log_prior_ : float64 array of shape (n_classes,)
    copies_ : CopyFilter or None

    Examples
    --------
    >>> documents = TokenizedDocuments.from_tokens([["win", "a", "prize"], ["see", "you"], ["win", "cash"]])
    >>> classifier = NgramClassifier(order=2).fit(documents, ["spam", "ham", "spam"])
    >>> classifier.predict(TokenizedDocuments.from_tokens([["a", "prize"]])).tolist()
    ['spam']
    """

    counts_whole_documents = True

    def __init__(
        self,
        *,
        order: int = 3,
        smoothing: str | Smoothing = "kneser-ney",
        prune: Sequence[int] | None = None,
        background: float = BACKGROUND,
        alpha: float | None = None,
        copy_window: int | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.order = order
        self.smoothing = smoothing
        self.prune = prune
        self.background = background
        self.alpha = alpha
        self.copy_window = copy_window
        self.n_jobs = n_jobs

    def check_parameters(self) -> None:
        """Raise InvalidParameterError or UnknownNameError for a parameter outside what is allowed."""
        check_order(self.order)
        check_prune(self.prune, self.order)
        self._method()
        check_number("background", self.background, 0.0, 0.99)

    def _method(self) -> Smoothing:
        method = find_smoothing(self.smoothing)
        if self.alpha is None:
            return method
        if not isinstance(method, Additive):
            raise InvalidParameterError(
                f"alpha is {self.alpha!r}, and the smoothing {method.name} adds nothing to counts. Leave alpha out, or "
                f"choose smoothing={Additive.name!r} (--smoothing {Additive.name})."
            )
        return Additive(self.alpha)

    def fit(self, X: TokenizedDocuments, y: Any, sample_weight: Any = None) -> NgramClassifier:
        """Learn one model a class.

        Parameters
        ----------
        X : TokenizedDocuments
        y : labels of shape (n_documents,)
        sample_weight : array of whole numbers of shape (n_documents,), optional
            How often each document is there.
        """
        self.check_parameters()
        self.classes_, codes = encode_classes(np.asarray(y))
        copies = _copies(sample_weight, len(codes))
        if len(X.ids) == 0:
            raise DataError(
                "No document has a token to learn from. Check what a token is (tokenizer, analyzer), and the text."
            )
        self.models_ = self._models(X, codes, copies, np.flatnonzero(copies))
        counts = np.bincount(codes, copies, len(self.classes_))
        self.class_log_prior_ = np.log(counts / counts.sum())
        self.copies_ = None if self.copy_window is None else CopyFilter.of(X, self.copy_window)
        return self

    def fit_out_of_fold(self, X: TokenizedDocuments, y: Any, sample_weight: Any = None) -> HeldOut | None:
        """Fit, and return what each document scores by models that have not seen it; None where none can be held out.

        The class probabilities are those of all documents.
        """
        self.fit(X, y, sample_weight)
        codes = np.searchsorted(self.classes_, np.asarray(y))
        copies = _copies(sample_weight, len(codes))
        kept = np.flatnonzero(copies)
        there = X.select(kept)
        content = Rows(there.indptr, there.ids, np.ones(len(there.ids)), len(X.vocabulary) + 1)
        found = find_folds(content, codes[kept], fold_count(len(kept)))
        if not found:
            return None
        folds = [kept[fold] for fold in found]
        scores = np.zeros((len(codes), len(self.classes_)))
        for held in folds:
            others = self._models(X, codes, copies, np.setdiff1d(kept, held))
            scores[held] = self._scorer(others).scores(X.select(held), self.n_jobs)
        return HeldOut(scores, folds)

    def _models(
        self, X: TokenizedDocuments, codes: NDArray[np.intp], copies: NDArray[np.int64], rows: NDArray[Any]
    ) -> tuple[NgramModel, ...]:
        work = partial(self._build, X, codes, copies, rows)
        return tuple(run_in_threads(work, range(len(self.classes_)), self.n_jobs))

    def _build(
        self, X: TokenizedDocuments, codes: NDArray[np.intp], copies: NDArray[np.int64], rows: NDArray[Any], c: int
    ) -> NgramModel:
        """Return the model of one class, learned from those of its documents that are among `rows`."""
        own = rows[codes[rows] == c]
        return build(X.select(np.repeat(own, copies[own])), self.order, self._method(), self.prune)

    def scorer(self) -> LanguageScorer:
        """Return what was learned, ready to score."""
        check_is_fitted(self, "models_")
        return self._scorer(self.models_, self.copies_)

    def _scorer(self, models: tuple[NgramModel, ...], copies: CopyFilter | None = None) -> LanguageScorer:
        return LanguageScorer(models, self.class_log_prior_, self.background, copies)

    def log_prob(self, X: TokenizedDocuments) -> NDArray[np.float64]:
        """Return ln P(x) = ln Σ_c P(c) P(x | c) of each document, shape (n_documents,), in nats."""
        return log_sum_exp(self._scores(X))

    def unseen_log_prob(self) -> NDArray[np.float64]:
        """Return what an unseen token adds to its score, shape (n_classes,).

        The score has p(<unk>), which as many unseen tokens share as there are seen ones.
        """
        check_is_fitted(self, "models_")
        return np.full(len(self.classes_), -np.log(max(self.models_[0].unknown, 1)))

    def probabilities(self) -> Softmax:
        """Return what the scores stand for by themselves, far too sure of long documents."""
        return Softmax()

    def predict(self, X: TokenizedDocuments) -> NDArray[Any]:
        """Return the most probable label of each document."""
        best = self._scores(X).argmax(axis=1)
        labels: NDArray[Any] = self.classes_[best]
        return labels

    def predict_log_proba(self, X: TokenizedDocuments) -> NDArray[np.float64]:
        """Return the natural logarithms of the probabilities, shape (n_documents, n_classes), not calibrated."""
        return self.probabilities().log_proba(self._scores(X))

    def predict_proba(self, X: TokenizedDocuments) -> NDArray[np.float64]:
        """Return the probabilities, shape (n_documents, n_classes), not calibrated."""
        proba: NDArray[np.float64] = np.exp(self.predict_log_proba(X))
        return proba

    def _scores(self, X: TokenizedDocuments) -> NDArray[np.float64]:
        scorer = self.scorer()
        return scorer.scores(scorer.models[0].read(X), self.n_jobs)


def _copies(sample_weight: Any, n: int) -> NDArray[np.int64]:
    """Return how often each document is there."""
    if sample_weight is None:
        return np.ones(n, np.int64)
    weights = check_sample_weight(sample_weight, n)
    assert weights is not None
    if (weights != np.round(weights)).any():
        raise InvalidParameterError(
            "sample_weight of a language model has to be whole numbers from 0 on, since it counts whole documents; "
            f"here there is {weights[weights != np.round(weights)][0]:g}."
        )
    if not weights.any():
        raise DataError("Every sample_weight is 0: there is no document to learn from.")
    return weights.astype(np.int64)
