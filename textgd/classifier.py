"""Raw documents in, labels and probabilities out: tokenizer, vectorizer and model in one estimator."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from textgd.errors import DataError, InvalidParameterError, ModelFileError
from textgd.generative.naive_bayes import resolve_class_prior
from textgd.modelfile import load_model, save_model
from textgd.models import find_model
from textgd.parameters import PARAMETERS, parameter_docs
from textgd.scoring import TextScorer
from textgd.text.documents import check_documents
from textgd.text.vectorizer import CountVectorizer, TfidfVectorizer

__all__ = ["TextClassifier", "load"]

_CHARACTER_NGRAMS = (3, 5)
# Below, probabilities of 0 and of 1 come out by rounding, and a document can be impossible in all classes; scikit-learn
# takes the same bound. Above, sums overflow in the end.
_ALPHAS = (1e-10, 1e10)


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
    (['spam'], array([[0.032, 0.968]]))
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
        alpha: float | None = None,
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
        self.alpha = alpha
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
        classes = np.unique(labels)
        if len(classes) < 2:
            raise DataError(
                f"All {len(documents)} documents have the label {classes.tolist()[0]!r}; "
                "at least two classes are needed."
            )
        model = find_model(self.model)
        alpha: Any = self.alpha
        low, high = _ALPHAS
        if alpha is not None and not (
            isinstance(alpha, int | float | np.integer | np.floating) and low <= alpha <= high
        ):
            raise InvalidParameterError(f"alpha is {alpha!r}; a number from {low:g} to {high:g} is expected (--alpha).")
        parameters = {p.name: getattr(self, p.name) for p in PARAMETERS if p.of_model}
        if self.class_prior is not None and "class_prior" in model.parameters:
            parameters["class_prior"] = resolve_class_prior(self.class_prior, classes)
        weights = check_sample_weight(sample_weight, len(documents))
        estimator = model.create(**parameters)
        vectorizer = self.build_vectorizer()
        started = perf_counter()
        X = vectorizer.fit_transform(documents)
        scanned = perf_counter()
        # A class that is given the probability 0 has the logarithm -inf, rightly.
        with np.errstate(divide="ignore"):
            estimator.fit(X, labels, weights)
        self.fit_times_ = {"scan": scanned - started, "fit": perf_counter() - scanned}
        self.vectorizer_, self.model_ = vectorizer, estimator
        self.text_scorer_ = TextScorer(vectorizer.extractor_, estimator.scorer(), classes)
        self.classes_ = classes
        return self

    def build_vectorizer(self) -> CountVectorizer:
        """Return the unfitted vectorizer that the parameters describe."""
        own = find_model(self.model).defaults
        tfidf = own.get("tfidf", False) if self.tfidf is None else self.tfidf
        ngram_range = self.ngram_range
        if ngram_range is None:
            ngram_range = own.get("ngram_range", (1, 1)) if self.analyzer == "word" else _CHARACTER_NGRAMS
        shared = {
            p.name: getattr(self, p.name)
            for p in PARAMETERS
            if not p.of_model and p.name not in ("model", "tfidf", "ngram_range", "binary")
        }
        binary = own.get("binary", False) if self.binary is None else self.binary
        # The learners work in float64, and would each make a copy of anything else.
        vectorizer = TfidfVectorizer if tfidf else CountVectorizer
        return vectorizer(ngram_range=ngram_range, binary=binary, dtype=np.float64, **shared)

    def predict(self, raw_documents: Any) -> NDArray[Any]:
        """Return the most probable label of each document, shape (n_documents,)."""
        return self._scorer().labels(self._predict(raw_documents))

    def predict_proba(self, raw_documents: Any) -> NDArray[np.float64]:
        """Return the probabilities, shape (n_documents, n_classes), columns in the order of `classes_`."""
        probabilities: NDArray[np.float64] = np.exp(self.predict_log_proba(raw_documents))
        return probabilities

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


def check_labels(y: Any, n_documents: int) -> NDArray[Any]:
    """Return labels as an array of shape (n_documents,).

    Raises
    ------
    DataError
        For another number of labels than documents, missing ones, and labels of mixed types.
    """
    if y is None:
        raise DataError("y is None; a label for each document is expected (requires y to be passed).")
    shape = getattr(y, "shape", None)
    if shape is not None and len(shape) != 1:
        raise DataError(f"y has the shape {tuple(shape)}; one column is expected: pass the one that holds the labels.")
    if isinstance(y, str | bytes | Mapping | set | frozenset) or not isinstance(y, Iterable):
        raise DataError(f"y is {type(y).__name__}; a sequence with one label a document is expected.")
    cells = y.to_list() if hasattr(y, "to_list") else y.to_pylist() if hasattr(y, "to_pylist") else y
    labels = [label.item() if isinstance(label, np.generic) else label for label in cells]
    if len(labels) != n_documents:
        raise DataError(f"There are {n_documents} documents and {len(labels)} labels; they have to be as many.")
    if not labels:
        raise DataError("There are no documents to learn from.")
    for row, label in enumerate(labels):
        if label is None or type(label).__name__ in ("NAType", "NaTType") or label != label:
            raise DataError(f"y: the label of row {row} is missing (None or NaN); drop such rows.")
        if not isinstance(label, str | int | float | bool):
            raise DataError(
                f"y: the label of row {row} is {type(label).__name__}; str, int, float or bool is expected."
            )
        if isinstance(label, float) and not label.is_integer():
            raise DataError(
                f"y: the label of row {row} is {label!r}; labels that are float have to be whole numbers. "
                "Convert them to str."
            )
        if isinstance(label, str) and label.endswith("\0"):
            # numpy's arrays of text would drop it, and might make two classes one.
            raise DataError(f"y: the label of row {row}, {label!r}, ends with a NUL character; take it off.")
    # Subclasses of str, enums for one, become what they hold.
    labels = [str.__str__(label) if isinstance(label, str) else label for label in labels]
    kinds = {type(label).__name__ for label in labels}
    if len(kinds) > 1:
        raise DataError(f"y holds labels of mixed types ({', '.join(sorted(kinds))}); convert them to one type first.")
    column = np.array(labels)
    if kinds == {"int"} and column.dtype.kind != "i":
        raise DataError(f"y: the label {max(labels, key=abs)} does not fit 64 bits; convert the labels to str.")
    return column


def check_sample_weight(sample_weight: Any, n_documents: int) -> NDArray[np.float64] | None:
    """Return the weights of documents, shape (n_documents,), or None.

    Raises
    ------
    DataError
        For another number of weights than documents, and for weights that are negative or no numbers.
    """
    if sample_weight is None:
        return None
    try:
        weights = np.asarray(sample_weight, np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"sample_weight holds what is no number: {error}.") from error
    if weights.shape != (n_documents,):
        raise DataError(f"sample_weight has the shape {weights.shape}; one weight for each of {n_documents} documents.")
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        row = int(np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))[0])
        raise DataError(f"sample_weight: the weight of row {row} is {weights[row]}; 0 or more is expected.")
    return weights


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
