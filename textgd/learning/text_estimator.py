"""What every estimator on raw documents does: read, learn, calibrate, predict, save."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from textgd.corpus.unlabeled import unseen_documents
from textgd.errors import InvalidParameterError, ModelFileError
from textgd.explanation import Explanation, explain
from textgd.learning.calibration import check_calibration, learn_calibration
from textgd.learning.folds import HeldOut
from textgd.learning.novelty import learn_novelty
from textgd.learning.self_training import take_rows
from textgd.learning.unlabeled import Joint, check_unlabeled_weight, teach
from textgd.learning.word_dropout import blank_out, with_copies
from textgd.modelfile import model_size, save_model
from textgd.probabilities import NO_PROBABILITIES, Probabilities, reweighted
from textgd.scoring import ESTIMATE, LanguageScorer, LinearScorer, Novelty, Prediction, PriorEstimate, TextScorer
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


class TextEstimator(ClassifierMixin, BaseEstimator):
    """An estimator on raw documents; those that inherit say which vectorizer reads and which model learns.

    Attributes
    ----------
    classes_, text_scorer_, vectorizer_, model_, calibration_, fit_times_
        As in `textgd.TextClassifier`.
    """

    calibrate: str | None
    class_prior: Any
    class_weight: Any = None
    unlabeled_weight: Any = AUTO
    word_dropout: float = 0.0
    n_jobs: int | None

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

    def is_probabilistic(self) -> bool:
        """Whether the model has probabilities without any calibration."""
        return True

    def file_info(self) -> dict[str, Any]:
        """Return the name of the model and the parameters of a `textgd.TextClassifier` that is the same."""
        raise NotImplementedError

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
        if weights is not None:
            _, codes = encode_classes(labels)
            if not (totals := np.bincount(codes, weights)).all():
                # A class whose documents all weigh nothing is not there.
                kept = np.flatnonzero(totals[codes])
                documents, labels, weights = [documents[row] for row in kept], labels[kept], weights[kept]
        # Whatever is wrong with the parameters is said before the text is read.
        self.check_parameters(labels)
        check_unlabeled_weight(self.unlabeled_weight, unlabeled is not None)
        if self.word_dropout and unlabeled is not None:
            raise InvalidParameterError(
                f"word_dropout is {self.word_dropout!r}, and there are unlabeled documents, which it is not for: leave "
                "out one of them (--word-dropout, --unlabeled)."
            )
        others: list[str] = []
        if unlabeled is not None:
            others, left_out = unseen_documents(check_documents(unlabeled, "unlabeled"), documents)
            if left_out:
                warnings.warn(left_out, stacklevel=2)
        vectorizer = self.build_vectorizer()
        started = perf_counter()
        blanked: list[Any] = []
        if self.word_dropout:
            tokens = vectorizer.build_analysis().scan(documents, self.n_jobs)
            X = vectorizer.fit_transform(tokens)
            blanked = blank_out(vectorizer.extractor_, tokens, self.word_dropout, self.n_jobs)
        else:
            X = vectorizer.fit_transform(documents)
        scanned = perf_counter()
        joint = None
        if others and self.unlabeled_weight != 0:
            wide = self.build_joint_vectorizer()
            joint = Joint(wide.fit_transform([*documents, *others]), self.feature_groups(wide.feature_lengths()))
            scanned = perf_counter()
        learned = self.learn(X, labels, weights, vectorizer.feature_lengths(), blanked=blanked, joint=joint)
        if joint is not None and learned.unlabeled_weight:
            vectorizer = wide
        self.unlabeled_weight_ = learned.unlabeled_weight if unlabeled is not None else None
        self.fit_times_ = {"scan": scanned - started, "fit": perf_counter() - scanned}
        self.vectorizer_, self.model_, self.calibration_ = vectorizer, learned.model, learned.calibration
        # What was learned from: with unlabeled documents, those after the labeled ones.
        rows = joint.rows if joint is not None and learned.unlabeled_weight else X
        reader = vectorizer.extractor_
        lengths = None if vectorizer.keeps_all else partial(reader.n_ngrams, documents, self.n_jobs)
        novelty = learn_novelty(learned.model, learned.held_out, rows, reader, lengths, weights)
        self.text_scorer_ = learned.text_scorer(reader, novelty)
        self.classes_ = learned.classes
        return self

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
            self._tell_uncalibrated(held_out)
            if share:
                X = take_rows(joint.rows, np.arange(len(labels)))
        probabilities, calibration = estimator.probabilities(), None
        if held_out is not None and self.calibrate is not None:
            calibration, probabilities = learn_calibration(self.calibrate, held_out, codes, counted)
        totals = np.bincount(codes, counted).astype(np.float64)
        probabilities, class_prior = self._reweighted(probabilities, classes, totals)
        scorer = estimator.scorer()
        if isinstance(scorer, LinearScorer):
            scorer = scorer.with_mean(*_totals(X, weights))
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
        held_out: HeldOut | None
        if blanked:
            rows = with_copies(X, blanked, labels, weights)
            held_out = estimator.fit_copies(*rows, 1 + len(blanked), out_of_fold=out_of_fold, **groups)
        elif out_of_fold:
            held_out = estimator.fit_out_of_fold(X, labels, weights, **groups)
        else:
            estimator.fit(X, labels, weights, **groups)
            return None
        self._tell_uncalibrated(held_out)
        return held_out

    def _tell_uncalibrated(self, held_out: HeldOut | None) -> None:
        if held_out is None and self.calibrate is not None:
            warnings.warn(
                "The probabilities are not calibrated, since there are too few different documents to hold any out: "
                "give more documents of each class, or say calibrate=None (--calibrate none).",
                stacklevel=5,
            )

    def predict(
        self, raw_documents: Any, *, missing: str | None = None, impute: str = AUTO, class_prior: Any = None
    ) -> NDArray[Any]:
        """Return the most probable label of each document, shape (n_documents,).

        Parameters
        ----------
        raw_documents : sequence of str, or a column of a data frame
        missing : str, optional
            The mark that stands by itself in the place of each missing word, such as ``"___"``.
        impute : {"auto", "marginalize", "zero", "mean"}
            What is put in the place of a missing word: "marginalize" sums over all that may stand there, "zero" takes
            the text as if no word had stood there, "mean" puts a share of the mean training document there; "auto"
            marginalizes where the model can, else it is "zero".  See `textgd.scoring.missing.gapped_scores`.
        class_prior : "uniform", mapping of label -> probability, array of shape (n_classes,), or "estimate"
            How frequent the classes are where these documents come from; by default as the model was trained for.
            "estimate" finds it from the documents themselves, as `estimate_class_prior` does.

        Raises
        ------
        InvalidParameterError
            For what cannot be a mark, and where the model cannot impute so; for a `class_prior` that is no distribution
            over the classes, or of a model without probabilities.
        """
        return self._scorer().labels(self._predict(raw_documents, missing, impute, class_prior))

    def _has_probabilities(self) -> bool:
        scorer: TextScorer | None = getattr(self, "text_scorer_", None)
        if scorer is None:
            is_there = self.calibrate is not None or self.is_probabilistic()
        else:
            is_there = scorer.probabilities is not None
        if not is_there:
            raise AttributeError(NO_PROBABILITIES)
        return True

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(
        self, raw_documents: Any, *, missing: str | None = None, impute: str = AUTO, class_prior: Any = None
    ) -> NDArray[np.float64]:
        """Return the probabilities, shape (n_documents, n_classes), columns in the order of `classes_`.

        The parameters are those of `predict`.
        """
        log_proba = self.predict_log_proba(raw_documents, missing=missing, impute=impute, class_prior=class_prior)
        probabilities: NDArray[np.float64] = np.exp(log_proba)
        return probabilities

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_log_proba(
        self, raw_documents: Any, *, missing: str | None = None, impute: str = AUTO, class_prior: Any = None
    ) -> NDArray[np.float64]:
        """Return the natural logarithms of the probabilities; the parameters are those of `predict`."""
        log_proba: Any = self._predict(raw_documents, missing, impute, class_prior).log_proba
        return np.asarray(log_proba, np.float64)

    def estimate_class_prior(self, raw_documents: Any) -> PriorEstimate:
        """Return how frequent the classes are in the source of unlabeled documents.

        Parameters
        ----------
        raw_documents : sequence of str, or a column of a data frame

        Raises
        ------
        DataError
            Where there is no document.
        InvalidParameterError
            Where the model has no probabilities.

        See Also
        --------
        textgd.scoring.priors.estimate_class_prior : how, and what the interval covers.
        """
        return self._scorer().estimate_class_prior(self._predict(raw_documents))

    def novelty(self, raw_documents: Any) -> NDArray[np.float64]:
        """Return p-values for "a text of none of these classes", shape (n_documents,).

        It is how often documents like those learned from are as improbable as this one, for their length; a small one
        speaks for another source.  See `textgd.scoring.Novelty`.

        Parameters
        ----------
        raw_documents : sequence of str, or a column of a data frame

        Raises
        ------
        InvalidParameterError
            Of a model that has no P(text), such as a discriminative one.
        """
        return self._scorer().novelty_p(check_documents(raw_documents), self.n_jobs)

    def explain(self, text: str, label: Any = None) -> Explanation:
        """Return how the pieces of one text add up to the log-odds of a label.

        Parameters
        ----------
        text : str
        label : label, optional
            By default the one that is predicted.

        Raises
        ------
        DataError
            Where `text` is no str, or a label is certain whatever a text says.
        UnknownNameError
            Where the model has no such label.
        """
        return explain(self._scorer(), text, label)

    def _predict(
        self, raw_documents: Any, missing: str | None = None, impute: str = AUTO, class_prior: Any = None
    ) -> Prediction:
        scorer, documents = self._scorer(), check_documents(raw_documents)
        prediction = scorer.predict(documents, self.n_jobs, missing=missing, impute=impute)
        if class_prior is None:
            return prediction
        if isinstance(class_prior, str) and class_prior == ESTIMATE:
            class_prior = scorer.estimate_class_prior(prediction).prior
        return scorer.with_class_prior(class_prior).judge(prediction)

    def _scorer(self) -> TextScorer:
        check_is_fitted(self, "text_scorer_")
        return self.text_scorer_

    def save(self, path: str | os.PathLike[str], training: dict[str, Any] | None = None) -> None:
        """Write the fitted model to one file that holds no code.

        Parameters
        ----------
        path : path of the file
        training : dict, optional
            JSON-ready notes on where the model comes from, kept in the file.

        Raises
        ------
        ModelFileError
            Where the model cannot be saved, or the file not written.
        """
        save_model(path, self._scorer(), self._described(training))

    def file_size(self) -> int:
        """Return how many bytes the file of the fitted model has that `save` writes, without notes.

        Raises
        ------
        ModelFileError
            Where the model cannot be saved.
        """
        return model_size(self._scorer(), self._described(None))

    def _described(self, training: dict[str, Any] | None) -> dict[str, Any]:
        info = self.file_info()
        parameters = {name: _as_json(name, value) for name, value in info["parameters"].items()}
        return {**info, "parameters": parameters, "training": training or {}}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def _totals(X: Any, weights: NDArray[np.float64] | None) -> tuple[NDArray[np.float64], float]:
    """Return the sum of the rows of a CSR matrix, shape (n_features,), and how many they are."""
    values = X.data if weights is None else X.data * np.repeat(weights, np.diff(X.indptr))
    totals = np.bincount(X.indices, values, X.shape[1]).astype(np.float64, copy=False)
    return totals, float(X.shape[0] if weights is None else weights.sum())


def _as_json(name: str, value: Any) -> Any:
    """Return a parameter as JSON data, from which `load` makes it again."""
    for method in ("tolist", "to_list"):  # numpy and pandas, polars
        if hasattr(value, method):
            value = getattr(value, method)()
    if callable(value):
        raise ModelFileError(
            f"The {name} is a Python function, and a model file holds no code: it cannot be saved. "
            f"Use a {name} by name."
        )
    if isinstance(value, Mapping):
        # The keys of a JSON object are strings; labels are not always.
        return {"items": [[_as_json(name, key), _as_json(name, number)] for key, number in value.items()]}
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [_as_json(name, item) for item in value]
    return value
