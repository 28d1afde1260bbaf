"""Raw documents in, labels and probabilities out: tokenizer, vectorizer and model in one estimator."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from textgd.errors import InvalidParameterError, ModelFileError
from textgd.learning.calibration import check_calibration, learn_calibration
from textgd.learning.folds import HeldOut
from textgd.modelfile import load_model, save_model
from textgd.models import PROBABILITIES, find_model
from textgd.parameters import MODEL, PARAMETERS, TEXT, parameter_docs
from textgd.probabilities import NO_PROBABILITIES, Probabilities, Reweighted
from textgd.scoring import TextScorer
from textgd.text.documents import check_documents
from textgd.text.extractor import Extractor
from textgd.text.features import NgramFeatures
from textgd.text.vectorizer import CountVectorizer, TfidfVectorizer
from textgd.validation import (
    ALPHAS,
    MAX_GROUP,
    check_labels,
    check_number,
    check_sample_weight,
    encode_classes,
    resolve_class_prior,
    resolve_class_weight,
)

__all__ = ["TextClassifier", "load"]

_CHARACTER_NGRAMS = (3, 5)


class TextClassifier(ClassifierMixin, BaseEstimator):
    """Classify raw documents with any model of the registry.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
        The labels, sorted.
    text_scorer_ : TextScorer
        The fitted feature space and weights: what predicts, and what is saved.
    vectorizer_, model_ : estimators
        What learned them; not after `load`.
    calibration_ : str or None
        The method that calibrated the probabilities; not after `load`.
    fit_times_ : dict of str -> float
        Seconds to "scan" the text into features and to "fit" the model; not after `load`.

    Raises
    ------
    DataError
        For documents and labels that cannot be used.
    InvalidParameterError, UnknownNameError
        For a parameter outside what is allowed.

    Examples
    --------
    >>> texts = ["win a free prize now", "free entry: win cash", "see you at lunch", "are you home now"]
    >>> classifier = TextClassifier(model="nb").fit(texts, ["spam", "spam", "ham", "ham"])
    >>> classifier.predict(["a free prize"]).tolist(), classifier.predict_proba(["a free prize"]).round(3)
    (['spam'], array([[0.01, 0.99]]))
    """

    __doc__ = (__doc__ or "").replace("{parameters}", parameter_docs())

    def __init__(
        self,
        *,
        model: str = "nb",
        ngram_range: tuple[int, int] | None = None,
        binary: bool | None = None,
        tfidf: bool | None = None,
        min_df: float = 1,
        max_df: float = 1.0,
        max_features: int | None = None,
        analyzer: Any = "word",
        tokenizer: Any = "word",
        lowercase: bool = True,
        punctuation: bool = True,
        strip_accents: Any = None,
        mask_numbers: bool = False,
        mask_urls: bool = False,
        negation: bool = False,
        stem: str | None = None,
        stop_words: Any = None,
        hashing: int | None = None,
        C: Any = None,
        class_weight: Any = None,
        alpha: float | None = None,
        beta: Any = None,
        calibrate: str | None = "auto",
        class_prior: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.model = model
        self.ngram_range = ngram_range
        self.binary = binary
        self.tfidf = tfidf
        self.min_df = min_df
        self.max_df = max_df
        self.max_features = max_features
        self.analyzer = analyzer
        self.tokenizer = tokenizer
        self.lowercase = lowercase
        self.punctuation = punctuation
        self.strip_accents = strip_accents
        self.mask_numbers = mask_numbers
        self.mask_urls = mask_urls
        self.negation = negation
        self.stem = stem
        self.stop_words = stop_words
        self.hashing = hashing
        self.C = C
        self.class_weight = class_weight
        self.alpha = alpha
        self.beta = beta
        self.calibrate = calibrate
        self.class_prior = class_prior
        self.n_jobs = n_jobs

    def fit(self, raw_documents: Any, y: Any, sample_weight: Any = None) -> TextClassifier:
        """Learn from labeled documents.

        Parameters
        ----------
        raw_documents : sequence of str, or a column of a data frame
        y : labels, one a document: str, int, float or bool
        sample_weight : array of shape (n_documents,), optional
        """
        documents = check_documents(raw_documents)
        labels = check_labels(y, len(documents))
        weights = check_sample_weight(sample_weight, len(documents))
        classes, codes = encode_classes(labels)
        if weights is not None and not (totals := np.bincount(codes, weights)).all():
            # A class whose documents all weigh nothing is not there.
            kept = np.flatnonzero(totals[codes])
            documents, labels, weights = [documents[row] for row in kept], labels[kept], weights[kept]
            classes, codes = encode_classes(labels)
        if self.calibrate is not None:
            check_calibration(self.calibrate)
        prior = None if self.class_prior is None else resolve_class_prior(self.class_prior, classes)
        estimator = self.build_model()
        counted: NDArray[np.float64] = np.ones(len(codes)) if weights is None else weights
        if self.class_weight is not None:
            of_class = np.bincount(codes, counted).astype(np.float64)
            counted = counted * resolve_class_weight(self.class_weight, classes, of_class)[codes]
        vectorizer = self.build_vectorizer()
        started = perf_counter()
        X = vectorizer.fit_transform(documents)
        scanned = perf_counter()
        groups = _length_groups(vectorizer.extractor_) if find_model(self.model).weighs_lengths else {}
        held_out = self._learn(estimator, X, labels, weights, groups)
        probabilities = estimator.probabilities()
        self.calibration_: str | None = None
        if held_out is not None:
            self.calibration_, probabilities = learn_calibration(str(self.calibrate), held_out, codes, counted)
        if prior is not None:
            probabilities = _with_prior(probabilities, prior, np.bincount(codes, counted).astype(np.float64))
        self.fit_times_ = {"scan": scanned - started, "fit": perf_counter() - scanned}
        self.vectorizer_, self.model_ = vectorizer, estimator
        self.text_scorer_ = TextScorer(vectorizer.extractor_, estimator.scorer(), classes, probabilities)
        self.classes_ = classes
        return self

    def _learn(
        self,
        estimator: Any,
        X: Any,
        labels: NDArray[Any],
        weights: NDArray[np.float64] | None,
        groups: dict[str, NDArray[np.uint8]],
    ) -> HeldOut | None:
        """Fit the model; return what documents score where they are not learned from, if that is wanted."""
        if self.calibrate is None:
            estimator.fit(X, labels, weights, **groups)
            return None
        held_out: HeldOut | None = estimator.fit_out_of_fold(X, labels, weights, **groups)
        if held_out is None:
            warnings.warn(
                "The probabilities are not calibrated, since there are too few different documents to hold any out: "
                "give more documents of each class, or say calibrate=None (--calibrate none).",
                stacklevel=3,
            )
        return held_out

    def build_model(self) -> Any:
        """Return the unfitted model that the parameters describe."""
        model = find_model(self.model)
        if self.alpha is not None:
            check_number("alpha", self.alpha, *ALPHAS)
        parameters = {p.name: getattr(self, p.name) for p in PARAMETERS if p.part == MODEL}
        if "n_jobs" in model.parameters:
            parameters["n_jobs"] = self.n_jobs
        estimator = model.create(**parameters)
        if hasattr(estimator, "check_parameters"):
            estimator.check_parameters()
        return estimator

    def build_vectorizer(self) -> CountVectorizer:
        """Return the unfitted vectorizer that the parameters describe."""
        model = find_model(self.model)
        own = model.defaults
        tfidf = self.tfidf
        if tfidf is None:
            # Whoever asks for counts, or for presence alone, wants no weights on them.
            tfidf = self.binary is None and own.get("tfidf", False)
        ngram_range = self.ngram_range
        if ngram_range is None:
            ngram_range = own.get("ngram_range", (1, 1)) if self.analyzer == "word" else _CHARACTER_NGRAMS
        shared = {
            p.name: getattr(self, p.name)
            for p in PARAMETERS
            if p.part == TEXT and p.name not in ("ngram_range", "binary")
        }
        binary = own.get("binary", False) if self.binary is None else self.binary
        vectorizer = TfidfVectorizer if tfidf else CountVectorizer
        return vectorizer(ngram_range=ngram_range, binary=binary, dtype=np.dtype(model.dtype), **shared)

    def predict(self, raw_documents: Any) -> NDArray[Any]:
        """Return the most probable label of each document, shape (n_documents,)."""
        return self._scorer().labels(self._predict(raw_documents))

    def _has_probabilities(self) -> bool:
        scorer: TextScorer | None = getattr(self, "text_scorer_", None)
        if scorer is None:
            is_there = self.calibrate is not None or PROBABILITIES in find_model(self.model).abilities
        else:
            is_there = scorer.probabilities is not None
        if not is_there:
            raise AttributeError(NO_PROBABILITIES)
        return True

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, raw_documents: Any) -> NDArray[np.float64]:
        """Return the probabilities, shape (n_documents, n_classes), columns in the order of `classes_`."""
        probabilities: NDArray[np.float64] = np.exp(self.predict_log_proba(raw_documents))
        return probabilities

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_log_proba(self, raw_documents: Any) -> NDArray[np.float64]:
        """Return the natural logarithms of the probabilities."""
        log_proba: NDArray[np.float64] = self._predict(raw_documents).log_proba
        return log_proba

    def _predict(self, raw_documents: Any) -> Any:
        return self._scorer().predict(check_documents(raw_documents), self.n_jobs)

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
        scorer = self._scorer()
        parameters = {name: _as_json(name, value) for name, value in self.get_params(deep=False).items()}
        save_model(path, scorer, {"model": self.model, "parameters": parameters, "training": training or {}})

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def load(path: str | os.PathLike[str]) -> TextClassifier:
    """Return the classifier that was saved to `path`, ready to predict.

    Raises
    ------
    ModelFileError
        Where the file is no textgd model, or a damaged one.
    """
    saved = load_model(path)
    known = {p.name for p in PARAMETERS}
    parameters = saved.info.get("parameters")
    if not isinstance(parameters, dict):
        raise ModelFileError(f"{path} was not saved by a TextClassifier; read it by textgd.modelfile.load_model.")
    if not parameters.keys() <= known:
        unknown = ", ".join(sorted(parameters.keys() - known))
        raise ModelFileError(f"{path} has parameters that this version does not know: {unknown}. Update textgd.")
    for name, value in parameters.items():
        if isinstance(value, dict):
            parameters[name] = dict(value["items"])
        elif isinstance(value, list):
            parameters[name] = tuple(value)
    classifier = TextClassifier(**parameters)
    classifier.text_scorer_ = saved.scorer
    classifier.classes_ = saved.scorer.classes
    return classifier


def _length_groups(extractor: Extractor) -> dict[str, NDArray[np.uint8]]:
    """Return the n-grams of each length as groups of features; hashed ones do not tell their length."""
    if not isinstance(extractor.features, NgramFeatures):
        return {}
    shortest = extractor.analysis.ngram_range[0]
    # A padded word that is shorter than the shortest n-gram is a feature as well.
    lengths = np.maximum(extractor.features.lengths(), shortest) - shortest
    return {"feature_groups": np.minimum(lengths, MAX_GROUP).astype(np.uint8)}


def _with_prior(
    probabilities: Probabilities | None, prior: NDArray[np.float64], totals: NDArray[np.float64]
) -> Probabilities:
    """Return the probabilities where classes are as frequent as `prior` says, and not as in the training part."""
    if probabilities is None:
        raise InvalidParameterError(f"class_prior needs probabilities. {NO_PROBABILITIES}")
    return Reweighted(probabilities, tuple((prior * totals.sum() / totals).tolist()))


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
