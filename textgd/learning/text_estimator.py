"""What every estimator on raw documents does: read and learn; what it answers then is that of `TextPredictor`."""

from __future__ import annotations

import warnings
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from textgd.corpus.unlabeled import unseen_documents
from textgd.errors import InvalidParameterError
from textgd.learning.calibration import check_calibration, learn_calibration
from textgd.learning.folds import HeldOut
from textgd.learning.novelty import learn_novelty
from textgd.learning.self_training import take_rows
from textgd.learning.text_predictor import TextPredictor
from textgd.learning.unlabeled import Joint, check_unlabeled_weight, teach
from textgd.learning.word_dropout import blank_out, with_copies
from textgd.probabilities import NO_PROBABILITIES, Probabilities, reweighted
from textgd.scoring import LanguageScorer, LinearScorer, Novelty, TextScorer
from textgd.text.documents import check_documents
from textgd.validation import (
    AUTO,
    check_labels,
    check_sample_weight,
    encode_classes,
    resolve_class_prior,
    resolve_class_weight,
)

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Learned", "TextEstimator"]

_UNCALIBRATED = (
    "The probabilities are not calibrated, since there are too few different documents to hold any out: give more "
    "documents of each class, or say calibrate=None (--calibrate none)."
)


class Learned(NamedTuple):
    """What was learned from documents that are read.

    Attributes
    ----------
    model : the fitted model, on vectors or on tokens
    classes : array of shape (n_classes,)
    probabilities : Probabilities or None
        What its scores stand for.
    calibration : str or None
        The method that learned them.
    held_out : HeldOut or None
        What documents score where they are not learned from, if that was asked for.
    class_prior : float64 array of shape (n_classes,)
        How frequent the classes are where the probabilities hold.
    scorer : LinearScorer or LanguageScorer
        The model as it scores.
    unlabeled_weight : float
        What an unlabeled document counted; 0 where it learned from labeled ones alone.
    """

    model: Any
    classes: NDArray[Any]
    probabilities: Probabilities | None
    calibration: str | None
    held_out: HeldOut | None
    class_prior: NDArray[np.float64]
    scorer: LinearScorer | LanguageScorer
    unlabeled_weight: float = 0.0

    def text_scorer(self, extractor: Any, novelty: Novelty | None = None) -> TextScorer:
        """Return the fitted model on raw documents, which `extractor` reads."""
        return TextScorer(extractor, self.scorer, self.classes, self.probabilities, self.class_prior, novelty)


class _Read(NamedTuple):
    """Documents that are read, with what is learned from beside them.

    Attributes
    ----------
    vectorizer : the fitted vectorizer
    rows : sparse matrix, or TokenizedDocuments
        What it made of the labeled documents.
    blanked : list of sparse matrices, optional
        The same documents without some of their words.
    joint : Joint, optional
        The same documents with unlabeled ones.
    joint_vectorizer : the vectorizer that read these, optional
    """

    vectorizer: Any
    rows: Any
    blanked: list[Any] | None = None
    joint: Joint | None = None
    joint_vectorizer: Any = None


class TextEstimator(TextPredictor, ClassifierMixin, BaseEstimator):
    """An estimator on raw documents; those that inherit say which vectorizer reads and which model learns.

    Attributes
    ----------
    classes_, text_scorer_, vectorizer_, model_, calibration_, fit_times_
        As in `textgd.TextClassifier`.
    """

    class_prior: Any
    class_weight: Any = None
    unlabeled_weight: Any = AUTO
    word_dropout: float = 0.0

    def build_vectorizer(self) -> Any:
        """Return the unfitted vectorizer that the parameters describe."""
        raise NotImplementedError

    def build_joint_vectorizer(self) -> Any:
        """Return the unfitted vectorizer that reads labeled and unlabeled documents together."""
        return self.build_vectorizer()

    def build_model(self) -> Any:
        """Return the unfitted model that the parameters describe."""
        raise NotImplementedError

    def feature_groups(self, lengths: NDArray[np.uint8] | None) -> dict[str, NDArray[np.uint8]]:
        """Return what else the model's `fit` takes, from how many tokens each feature has; None: that is not known."""
        return {}

    def fit(self, raw_documents: Any, y: Any, sample_weight: Any = None, *, unlabeled: Any = None) -> Self:
        """Learn from labeled documents, and from unlabeled ones beside them.

        Parameters
        ----------
        raw_documents : sequence of str, or a column of a data frame
        y : labels, one a document: str, int, float or bool
        sample_weight : array of shape (n_documents,), optional
        unlabeled : sequence of str, or a column of a data frame, optional
            More documents, whose labels are not known; those that are labeled ones as well are left out.  Naive Bayes
            (nb) learns from them by expectation maximization (Nigam et al. 2000), the others by self-training.
        """
        documents = check_documents(raw_documents)
        labels = check_labels(y, len(documents))
        weights = check_sample_weight(sample_weight, len(documents))
        documents, labels, weights = _without_weightless_classes(documents, labels, weights)
        # Whatever is wrong with the parameters is said before the text is read.
        self.check_parameters(labels)
        others = self._check_unlabeled(unlabeled, documents)
        started = perf_counter()
        read = self._read(documents, others)
        scanned = perf_counter()
        lengths = read.vectorizer.feature_lengths()
        learned = self.learn(read.rows, labels, weights, lengths, blanked=read.blanked, joint=read.joint)
        self.fit_times_ = {"scan": scanned - started, "fit": perf_counter() - scanned}
        vectorizer, rows = read.vectorizer, read.rows
        if read.joint is not None and learned.unlabeled_weight:
            vectorizer, rows = read.joint_vectorizer, read.joint.rows
        reader = vectorizer.extractor_
        n_ngrams = None if vectorizer.keeps_all else partial(reader.n_ngrams, documents, self.n_jobs)
        novelty = learn_novelty(learned.model, learned.held_out, rows, reader, n_ngrams, weights)
        self.unlabeled_weight_ = None if unlabeled is None else learned.unlabeled_weight
        self.vectorizer_, self.model_, self.calibration_ = vectorizer, learned.model, learned.calibration
        self.text_scorer_ = learned.text_scorer(reader, novelty)
        self.classes_ = learned.classes
        return self

    def _check_unlabeled(self, unlabeled: Any, documents: list[str]) -> list[str]:
        """Return the unlabeled documents that are to be learned from, checked."""
        check_unlabeled_weight(self.unlabeled_weight, unlabeled is not None)
        if unlabeled is None:
            return []
        if self.word_dropout:
            raise InvalidParameterError(
                f"word_dropout is {self.word_dropout!r}, and there are unlabeled documents, which it is not for: leave "
                "out one of them (--word-dropout, --unlabeled)."
            )
        others, left_out = unseen_documents(check_documents(unlabeled, "unlabeled"), documents)
        if left_out:
            warnings.warn(left_out, stacklevel=3)
        return others if self.unlabeled_weight != 0 else []

    def _read(self, documents: list[str], others: list[str]) -> _Read:
        """Read labeled documents, and those that are learned from beside them."""
        vectorizer = self.build_vectorizer()
        if self.word_dropout:
            tokens = vectorizer.build_analysis().scan(documents, self.n_jobs)
            rows = vectorizer.fit_transform(tokens)
            return _Read(vectorizer, rows, blank_out(vectorizer.extractor_, tokens, self.word_dropout, self.n_jobs))
        rows = vectorizer.fit_transform(documents)
        if not others:
            return _Read(vectorizer, rows)
        both = self.build_joint_vectorizer()
        joint = Joint(both.fit_transform([*documents, *others]), self.feature_groups(both.feature_lengths()))
        return _Read(vectorizer, rows, None, joint, both)

    def check_parameters(self, labels: NDArray[Any]) -> None:
        """Refuse parameters outside what is allowed, for documents of these labels.

        Raises
        ------
        InvalidParameterError, UnknownNameError, DataError
        """
        classes, _ = encode_classes(labels)
        if self.calibrate is not None:
            check_calibration(self.calibrate)
        if self.class_prior is not None:
            resolve_class_prior(self.class_prior, classes)
        if self.class_weight is not None:
            resolve_class_weight(self.class_weight, classes, np.ones(len(classes)))
        self.build_model()

    def learn(
        self,
        X: Any,
        labels: NDArray[Any],
        weights: NDArray[np.float64] | None = None,
        lengths: NDArray[np.uint8] | None = None,
        *,
        hold_out: bool = False,
        blanked: list[Any] | None = None,
        joint: Joint | None = None,
    ) -> Learned:
        """Learn from documents that are read; this leaves the estimator as it is.

        Parameters
        ----------
        X : sparse matrix, or TokenizedDocuments
            What the vectorizer makes of the documents.
        labels : array of shape (n_documents,)
        weights : float64 array of shape (n_documents,), optional
        lengths : uint8 array of shape (n_features,), optional
            How many tokens each feature has.
        hold_out : bool
            Score documents where they are not learned from, also where no calibration needs it.
        blanked : list of sparse matrices, optional
            The same documents without some of their words, which are learned from beside them (`blank_out`).
        joint : Joint, optional
            The same documents read together with unlabeled ones, to learn from these too.
        """
        classes, codes = encode_classes(labels)
        estimator = self.build_model()
        counted: NDArray[np.float64] = np.ones(len(codes)) if weights is None else weights
        if self.class_weight is not None:
            of_class = np.bincount(codes, counted).astype(np.float64)
            counted = counted * resolve_class_weight(self.class_weight, classes, of_class)[codes]
        groups, share = self.feature_groups(lengths), 0.0
        if joint is None:
            held_out = self._fit(estimator, X, labels, weights, groups, hold_out, blanked)
        else:
            weight = self.unlabeled_weight
            estimator, held_out, share = teach(self.build_model, X, groups, joint, labels, weights, weight, self.n_jobs)
            if share:
                X = take_rows(joint.rows, np.arange(len(labels)))
        probabilities, calibration = estimator.probabilities(), None
        if self.calibrate is not None:
            if held_out is None:
                warnings.warn(_UNCALIBRATED, stacklevel=3)
            else:
                calibration, probabilities = learn_calibration(self.calibrate, held_out, codes, counted)
        totals = np.bincount(codes, counted).astype(np.float64)
        probabilities, class_prior = self._reweighted(probabilities, classes, totals)
        scorer = estimator.scorer()
        if isinstance(scorer, LinearScorer):
            scorer = scorer.with_mean(*_totals(X, weights, scorer.binarize))
        return Learned(estimator, classes, probabilities, calibration, held_out, class_prior, scorer, share)

    def learn_counts(
        self, classes: NDArray[Any], class_count: NDArray[np.float64], feature_count: NDArray[np.float64]
    ) -> Learned:
        """Learn from the counts of each class, where the model can (`fit_counts`) and nothing is calibrated."""
        if self.calibrate is not None:
            raise InvalidParameterError("Counts hold no documents to hold out: calibrate has to be None.")
        estimator = self.build_model().fit_counts(classes, class_count, feature_count)
        probabilities, class_prior = self._reweighted(estimator.probabilities(), classes, class_count)
        scorer = estimator.scorer().with_mean(feature_count.sum(axis=0), class_count.sum())
        return Learned(estimator, classes, probabilities, None, None, class_prior, scorer)

    def _reweighted(
        self, probabilities: Probabilities | None, classes: NDArray[Any], totals: NDArray[np.float64]
    ) -> tuple[Probabilities | None, NDArray[np.float64]]:
        """Return probabilities for the class frequencies that are asked for, and these."""
        learned: NDArray[np.float64] = totals / totals.sum()
        if self.class_prior is None:
            return probabilities, learned
        if probabilities is None:
            raise InvalidParameterError(f"class_prior needs probabilities. {NO_PROBABILITIES}")
        wanted = resolve_class_prior(self.class_prior, classes)
        return reweighted(probabilities, wanted / learned), wanted

    def _fit(
        self,
        estimator: Any,
        X: Any,
        labels: NDArray[Any],
        weights: NDArray[np.float64] | None,
        groups: dict[str, NDArray[np.uint8]],
        hold_out: bool,
        blanked: list[Any] | None,
    ) -> HeldOut | None:
        """Fit the model; return what documents score where they are not learned from, if that is wanted."""
        out_of_fold = self.calibrate is not None or hold_out
        held_out: HeldOut | None = None
        if blanked:
            rows = with_copies(X, blanked, labels, weights)
            held_out = estimator.fit_copies(*rows, 1 + len(blanked), out_of_fold=out_of_fold, **groups)
        elif out_of_fold:
            held_out = estimator.fit_out_of_fold(X, labels, weights, **groups)
        else:
            estimator.fit(X, labels, weights, **groups)
        return held_out

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def _without_weightless_classes(
    documents: list[str], labels: NDArray[Any], weights: NDArray[np.float64] | None
) -> tuple[list[str], NDArray[Any], NDArray[np.float64] | None]:
    """Leave out the classes whose documents all weigh nothing: they are not there."""
    if weights is None:
        return documents, labels, weights
    _, codes = encode_classes(labels)
    totals = np.bincount(codes, weights)
    if totals.all():
        return documents, labels, weights
    kept = np.flatnonzero(totals[codes])
    return [documents[row] for row in kept], labels[kept], weights[kept]


def _totals(X: Any, weights: NDArray[np.float64] | None, binarize: float | None) -> tuple[NDArray[np.float64], float]:
    """Return the sum of the rows of a CSR matrix as a scorer reads them, shape (n_features,), and how many they are."""
    values = X.data if binarize is None else X.data > binarize
    if weights is not None:
        values = values * np.repeat(weights, np.diff(X.indptr))
    totals = np.bincount(X.indices, values, X.shape[1]).astype(np.float64, copy=False)
    return totals, float(X.shape[0] if weights is None else weights.sum())
