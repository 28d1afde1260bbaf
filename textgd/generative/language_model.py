"""A classifier that can write: one n-gram language model a class, on raw documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.generative.filling import FilledText, fill
from textgd.generative.ngram_classifier import BACKGROUND, NgramClassifier
from textgd.generative.ways import Writing
from textgd.generative.writing import write
from textgd.learning.text_estimator import TextEstimator
from textgd.lm.limits import COPY_WINDOWS
from textgd.lm.model import NgramModel
from textgd.lm.smoothing import Additive, Smoothing
from textgd.scoring import LanguageScorer
from textgd.text.documents import check_documents
from textgd.text.sequences import SequenceVectorizer
from textgd.text.vectorizer import sequence_vectorizer

__all__ = ["ClassLanguageModel"]


class ClassLanguageModel(TextEstimator):
    """One language model a class: classifies by Bayes' rule, writes, fills gaps, and says how typical a text is.

    As a classifier it is `textgd.TextClassifier` with ``model="lm"``, or "charlm" for characters.

    Parameters
    ----------
    order : int
        How many tokens an n-gram has, up to 12.
    smoothing : str or Smoothing
        As in `textgd.lm.NgramModel.fit`.
    prune : sequence of int, optional
        As in `textgd.lm.NgramModel.fit`.
    background : float
        Share of the mean of all classes in each token's probability, where documents are classified.
    analyzer : {"word", "char"}
        What a token is: a word or punctuation mark, or a character.
    tokenizer : str
        As in `textgd.text.CountVectorizer`.
    lowercase : bool
        Lower-case the text.
    calibrate, class_prior, n_jobs
        As in `textgd.TextClassifier`.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
    text_scorer_ : TextScorer
        What predicts and is saved.
    fallback_orders_ : dict of label -> list of int
        The orders of each class for whose discounts there was too little text, so that they have the defaults.

    Examples
    --------
    >>> texts = ["win a free prize now", "win free cash now", "see you at lunch", "see you at home"]
    >>> model = ClassLanguageModel(order=2, calibrate=None).fit(texts, ["spam", "spam", "ham", "ham"])
    >>> model.predict(["a free prize"]).tolist()
    ['spam']
    >>> model.generate("ham", random_state=0)
    ['at home']
    >>> model.perplexity(["see you at lunch", "win cash"]).round(1)  # of each text, by each class: ham, spam
    array([[ 2. , 25. ],
           [19.5,  9.4]])
    """

    def __init__(
        self,
        *,
        order: int = 3,
        smoothing: str | Smoothing = "kneser-ney",
        prune: Sequence[int] | None = None,
        background: float = BACKGROUND,
        analyzer: str = "word",
        tokenizer: Any = "word",
        lowercase: bool = True,
        calibrate: str | None = "auto",
        class_prior: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.order = order
        self.smoothing = smoothing
        self.prune = prune
        self.background = background
        self.analyzer = analyzer
        self.tokenizer = tokenizer
        self.lowercase = lowercase
        self.calibrate = calibrate
        self.class_prior = class_prior
        self.n_jobs = n_jobs

    def build_vectorizer(self) -> SequenceVectorizer:
        """Return the unfitted vectorizer that the parameters describe."""
        names = ("analyzer", "tokenizer", "lowercase", "n_jobs")
        return sequence_vectorizer({name: getattr(self, name) for name in names})

    def build_model(self) -> NgramClassifier:
        """Return the unfitted model that the parameters describe."""
        model = NgramClassifier(
            order=self.order,
            smoothing=self.smoothing,
            prune=self.prune,
            background=self.background,
            copy_window=COPY_WINDOWS.get(self.analyzer),
            n_jobs=self.n_jobs,
        )
        model.check_parameters()
        return model

    def file_info(self) -> dict[str, Any]:
        """Return the name of the model and the parameters of a `textgd.TextClassifier` that is the same."""
        parameters = self.get_params(deep=False)
        if isinstance(self.smoothing, Smoothing):
            parameters["smoothing"] = self.smoothing.name
        if isinstance(self.smoothing, Additive):
            parameters["alpha"] = float(self.smoothing.alpha)
        name = "lm" if parameters.pop("analyzer") == "word" else "charlm"
        return {"model": name, "parameters": {"model": name, **parameters}}

    @property
    def fallback_orders_(self) -> dict[Any, list[int]]:
        """The orders of each class that have default discounts; only classes that have any."""
        scorer = self._language_scorer()
        orders = {label: scorer.fallback_orders(c) for c, label in enumerate(self._scorer().classes.tolist())}
        return {label: found for label, found in orders.items() if found}

    def language_model(self, label: Any) -> NgramModel:
        """Return the language model of a class.

        Raises
        ------
        UnknownNameError
        """
        return self._language_scorer().models[self._scorer().column(label)]

    def log_prob(self, raw_documents: Any) -> NDArray[np.float64]:
        """Return ln P(x | c) of each document by the language model of each class, shape (n_documents, n_classes)."""
        tokens: Any = self._scorer().extractor.read(check_documents(raw_documents), self.n_jobs)[0]
        models = self._language_scorer().models
        return np.stack([model.log_probs(tokens, self.n_jobs) for model in models], axis=1)

    def perplexity(self, raw_documents: Any) -> NDArray[np.float64]:
        """Return the perplexity of each document by the language model of each class, shape (n_documents, n_classes).

        The end of the document counts as a token, and unknown words are included.
        """
        documents = check_documents(raw_documents)
        tokens: Any = self._scorer().extractor.read(documents, self.n_jobs)[0]
        lengths = np.diff(tokens.indptr) + 1
        perplexities: NDArray[np.float64] = np.exp(-self.log_prob(documents) / lengths[:, None])
        return perplexities

    def generate(self, label: Any, n: int = 1, *, random_state: Any = None, **how: Any) -> list[str]:
        """Return texts written by the language model of a class.

        Parameters
        ----------
        label : label
        n : int
        random_state : int, optional
            The same number gives the same texts.
        **how
            The other fields of `textgd.generative.ways.Writing`: temperature, top_k, top_p, prompt, max_tokens,
            min_tokens, max_copy.
        """
        unknown = how.keys() - Writing.__dataclass_fields__.keys()
        if unknown:
            raise InvalidParameterError(
                f"generate has no {', '.join(sorted(unknown))}; allowed are {', '.join(Writing.__dataclass_fields__)}."
            )
        return write(self._scorer(), label, n, Writing(**how), random_state)

    def fill(self, text: str, n: int = 5) -> FilledText:
        """Return the best fillings of the gaps in a text, each of which is written ``___``."""
        return fill(self._scorer(), text, n)

    def _language_scorer(self) -> LanguageScorer:
        scorer = self._scorer().scorer
        assert isinstance(scorer, LanguageScorer)
        return scorer
