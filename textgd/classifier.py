"""Raw documents in, labels and probabilities out: tokenizer, vectorizer and model in one estimator."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError, ModelFileError
from textgd.learning.text_estimator import TextEstimator
from textgd.modelfile import load_model
from textgd.models import PROBABILITIES, TOKENS, UNLABELED, find_model
from textgd.parameters import MODEL, PARAMETERS, TEXT, parameter_docs
from textgd.text.sequences import SequenceVectorizer
from textgd.text.vectorizer import CountVectorizer, TfidfVectorizer, sequence_vectorizer
from textgd.validation import ALPHAS, AUTO, MAX_GROUP, check_number

__all__ = ["TextClassifier", "load"]

_CHARACTER_NGRAMS = (3, 5)


class TextClassifier(TextEstimator):
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
    unlabeled_weight_ : float or None
        What an unlabeled document counted, where there were any; not after `load`.
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
        order: int | None = None,
        smoothing: Any = None,
        prune: Any = None,
        background: float | None = None,
        beta: Any = None,
        word_dropout: float = 0.0,
        calibrate: str | None = "auto",
        class_prior: Any = None,
        unlabeled_weight: float | str = AUTO,
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
        self.order = order
        self.smoothing = smoothing
        self.prune = prune
        self.background = background
        self.beta = beta
        self.word_dropout = word_dropout
        self.calibrate = calibrate
        self.class_prior = class_prior
        self.unlabeled_weight = unlabeled_weight
        self.n_jobs = n_jobs

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

    def build_vectorizer(self) -> CountVectorizer | SequenceVectorizer:
        """Return the unfitted vectorizer that the parameters describe."""
        model = find_model(self.model)
        model.check_reading(self.get_params(deep=False))
        if model.reads == TOKENS:
            return sequence_vectorizer(self._text_parameters(), model.analyzer)
        self._check_word_dropout()
        own = model.defaults
        tfidf = self.tfidf
        if tfidf is None:
            # Whoever asks for counts, or for presence alone, wants no weights on them.
            tfidf = self.binary is None and own.get("tfidf", False)
        counting = ("min_df", "max_df", "max_features", "hashing")
        shared = {**self._text_parameters(), **{name: getattr(self, name) for name in counting}}
        binary = own.get("binary", False) if self.binary is None else self.binary
        vectorizer = TfidfVectorizer if tfidf else CountVectorizer
        return vectorizer(ngram_range=self._ngram_range(), binary=binary, dtype=np.dtype(model.dtype), **shared)

    def build_joint_vectorizer(self) -> CountVectorizer | SequenceVectorizer:
        """Return the unfitted vectorizer that reads labeled and unlabeled documents together.

        For expectation maximization it leaves out features of a single document, which tell nothing of another one.
        """
        vectorizer = self.build_vectorizer()
        learns = UNLABELED in find_model(self.model).abilities and self.hashing is None
        if learns and isinstance(vectorizer, CountVectorizer) and type(self.min_df) is int:
            vectorizer.set_params(min_df=max(self.min_df, 2))
        return vectorizer

    def _check_word_dropout(self) -> None:
        check_number("word_dropout", self.word_dropout, 0, 0.99)
        if self.word_dropout and self.analyzer in ("char", "char_wb"):
            raise InvalidParameterError(
                f"word_dropout is {self.word_dropout!r}, and the analyzer {self.analyzer!r} reads no words: choose "
                "analyzer='word' (--analyzer word), or leave word_dropout out."
            )

    def _ngram_range(self) -> tuple[int, int]:
        if self.ngram_range is not None:
            return self.ngram_range
        own: tuple[int, int] = find_model(self.model).defaults.get("ngram_range", (1, 1))
        return own if self.analyzer == "word" else _CHARACTER_NGRAMS

    def _text_parameters(self) -> dict[str, Any]:
        return {p.name: getattr(self, p.name) for p in PARAMETERS if p.part == TEXT}

    def feature_groups(self, lengths: NDArray[np.uint8] | None) -> dict[str, NDArray[np.uint8]]:
        """Return the n-grams of each length as groups of features, where the model weighs them apart."""
        if lengths is None or not find_model(self.model).weighs_lengths:
            return {}
        shortest = self._ngram_range()[0]
        # A padded word that is shorter than the shortest n-gram is a feature as well.
        return {"feature_groups": np.minimum(np.maximum(lengths, shortest) - shortest, MAX_GROUP).astype(np.uint8)}

    def is_probabilistic(self) -> bool:
        """Whether the model has probabilities without any calibration."""
        return PROBABILITIES in find_model(self.model).abilities

    def file_info(self) -> dict[str, Any]:
        """Return the name of the model, and the parameters."""
        return {"model": self.model, "parameters": self.get_params(deep=False)}


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
