"""The registry of models: what the command line offers and what the contract tests run over."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Any

from textgd.errors import InvalidParameterError, UnknownNameError, suggestion
from textgd.lm.limits import COPY_WINDOWS
from textgd.parameters import FEATURES, PARAMETERS, WORD_DROPOUT

__all__ = ["EVERY", "MODELS", "Model", "find_model", "is_saved"]

FAMILIES = ("generative", "discriminative", "hybrid")
# What a model can do beyond naming a label: probabilities of its own, before any calibration; ln P(x); other priors.
PROBABILITIES = "probabilities"
LOG_PROB = "log_prob"
OTHER_PRIOR = "class_prior"
# Writing text of a class, and filling gaps in a text.
GENERATE, FILL = "generate", "fill"
# Learning from unlabeled documents by a method of its own; the others train themselves on them.
UNLABELED = "unlabeled"
#: Words for all models of the registry, alone: all are asked for, or any will do.
EVERY = ("all", "any")
# Summing over what may stand in the place of a missing word.
MISSING = "missing"
# What a model learns from: counts of features, or tokens in their order.
COUNTS, TOKENS = "counts", "tokens"


@dataclass(frozen=True)
class Model:
    """A model by its name.

    Parameters
    ----------
    name : str
    title : str
        For people.
    family : {"generative", "discriminative", "hybrid"}
    factory : str
        ``module:Class`` of the vector-level estimator; imported when it is needed.
    abilities : frozenset of str
    parameters : tuple of str
        The parameters of a text classifier that it takes.
    defaults : mapping
        Its own values for parameters that are None by default.
    fixed : mapping
        What makes the factory's estimator this model, and no other.
    dtype : str
        The type of the counts that it learns from fastest.
    weighs_lengths : bool
        Whether its `fit` takes n-grams of each length as a group of features.
    reads : {"counts", "tokens"}
        What it learns from.
    analyzer : str or None
        The one analyzer that it is for.
    tuning : tuple of mappings
        Parameters that are worth trying where some are to be chosen by held-out documents; the first where none can be.
    search : tuple of mappings
        Changes to its own parameters that a longer search tries, alone and together; what one mapping holds belongs
        together.  How text is read is not among them: that is the same for all models (`textgd.tuning.space`).
    smaller : tuple of mappings
        Changes that make its file smaller, beside those of the features.
    """

    name: str
    title: str
    family: str
    factory: str
    abilities: frozenset[str]
    parameters: tuple[str, ...]
    defaults: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    fixed: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    dtype: str = "float64"
    weighs_lengths: bool = False
    reads: str = COUNTS
    analyzer: str | None = None
    tuning: tuple[Mapping[str, Any], ...] = ()
    search: tuple[Mapping[str, Any], ...] = ()
    smaller: tuple[Mapping[str, Any], ...] = ()

    def create(self, **parameters: Any) -> Any:
        """Return an estimator; parameters that are None take the model's own values, else the estimator's.

        Raises
        ------
        InvalidParameterError
            Where a parameter is given that the model does not have.
        """
        for name, value in parameters.items():
            if value is not None and name not in self.parameters:
                raise self._lacks(name, value, [m.name for m in MODELS.values() if name in m.parameters])
        module, _, cls = self.factory.partition(":")
        own = {name: value for name, value in self.defaults.items() if name in self.parameters}
        given = {name: value for name, value in parameters.items() if value is not None}
        return getattr(import_module(module), cls)(**{**self.fixed, **own, **given})

    def check_reading(self, parameters: Mapping[str, Any]) -> None:
        """Check parameters of the reading of text: a model that reads tokens in their order counts no features.

        Raises
        ------
        InvalidParameterError
        """
        for parameter in PARAMETERS:
            value = parameters.get(parameter.name, parameter.default)
            is_asked_for = value is not False and value != parameter.default
            is_counted = parameter.part == FEATURES or parameter.name == WORD_DROPOUT
            if self.reads == TOKENS and is_counted and is_asked_for:
                raise self._lacks(parameter.name, value, [m.name for m in MODELS.values() if m.reads == COUNTS])

    def _lacks(self, name: str, value: Any, having: list[str]) -> InvalidParameterError:
        option = next((p.option.split("/")[0] for p in PARAMETERS if p.name == name), name)
        return InvalidParameterError(
            f"The model {self.name} has no {name} (--{option}); it is {value!r} here. "
            f"Leave it out, or choose a model that has it: {', '.join(having)}."
        )


_BINARY = MappingProxyType({"ngram_range": (1, 2), "binary": True, "tfidf": False})
_TFIDF = MappingProxyType({"ngram_range": (1, 2), "binary": True, "tfidf": True})
_TRIGRAMS = MappingProxyType({"ngram_range": (1, 3), "binary": True, "tfidf": False, "beta": "auto"})
_LINEAR = ("C", "class_weight", "n_jobs")
_LANGUAGE = ("order", "smoothing", "prune", "background", "alpha", "n_jobs")
_LANGUAGE_MODEL = "textgd.generative.ngram_classifier:NgramClassifier"
_WRITES = frozenset({PROBABILITIES, GENERATE})
_OWN: Mapping[str, Any] = MappingProxyType({})
_ALPHAS = (_OWN, *(MappingProxyType({"alpha": alpha}) for alpha in (0.01, 0.1, 0.3, 3.0)))
# A search of its own; where there are too few documents for it, its own C.
_COSTS = (MappingProxyType({"C": "auto"}), _OWN)


def _changes(*changes: dict[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return tuple(map(MappingProxyType, changes))


def _each(name: str, *values: Any) -> tuple[Mapping[str, Any], ...]:
    return _changes(*({name: value} for value in values))


# The nearest values first: a short search tries what stands in front.
_BAYES_SEARCH = _each("alpha", 0.3, 0.1, 3.0, 0.03) + _changes({"tfidf": True}, {"binary": False})
_BALANCED = _changes({"class_weight": "balanced"})
# Rows of counts are longer than those of tf-idf, which have length 1: an error has to cost less on them.
_LR_SEARCH = (
    _each("C", 30.0, 300.0, 10.0) + _changes({"binary": True, "C": 0.3}, {"binary": False, "C": 0.1}) + _BALANCED
)
_SVM_SEARCH = (
    _each("C", 1.0, 10.0, 0.3) + _changes({"binary": True, "C": 0.03}, {"binary": False, "C": 0.01}) + _BALANCED
)
_NBSVM_SEARCH = (
    _each("C", 0.01, 0.1, 0.003)
    + _each("alpha", 0.3, 3.0)
    + _each("beta", 0.25)
    + _changes({"tfidf": True, "C": 3.0})
    + _BALANCED
)
_NBLR_SEARCH = (
    _each("C", 0.1, 1.0, 0.03)
    + _each("alpha", 0.3, 3.0)
    + _each("beta", 0.25)
    + _changes({"tfidf": True, "C": 30.0})
    + _BALANCED
)
_SMOOTHINGS = _each("background", 0.25, 0.75, 0.0) + _each("smoothing", "witten-bell", "absolute", "jelinek-mercer")

MODELS: Mapping[str, Model] = MappingProxyType(
    {
        model.name: model
        for model in (
            Model(
                "nb",
                "multinomial naive Bayes",
                "generative",
                "textgd.generative.naive_bayes:MultinomialNB",
                _WRITES | {LOG_PROB, OTHER_PRIOR, UNLABELED, MISSING},
                ("alpha",),
                _BINARY,
                tuning=_ALPHAS,
                search=_BAYES_SEARCH,
            ),
            Model(
                "cnb",
                "complement naive Bayes",
                "generative",
                "textgd.generative.naive_bayes:ComplementNB",
                frozenset({PROBABILITIES}),
                ("alpha",),
                _BINARY,
                tuning=_ALPHAS,
                search=_BAYES_SEARCH,
            ),
            Model(
                "bnb",
                "Bernoulli naive Bayes",
                "generative",
                "textgd.generative.naive_bayes:BernoulliNB",
                frozenset({PROBABILITIES, LOG_PROB, OTHER_PRIOR}),
                ("alpha",),
                _BINARY,
                tuning=_ALPHAS,
                search=_BAYES_SEARCH,
            ),
            Model(
                "lr",
                "logistic regression",
                "discriminative",
                "textgd.discriminative.logistic:LogisticRegression",
                frozenset({PROBABILITIES}),
                _LINEAR,
                MappingProxyType({**_TFIDF, "C": 100.0}),
                dtype="float32",
                tuning=_COSTS,
                search=_LR_SEARCH,
            ),
            Model(
                "svm",
                "linear support vector machine",
                "discriminative",
                "textgd.discriminative.svm:LinearSVC",
                frozenset(),
                _LINEAR,
                MappingProxyType({**_TFIDF, "C": 3.0}),
                dtype="float32",
                tuning=_COSTS,
                search=_SVM_SEARCH,
            ),
            Model(
                "nbsvm",
                "NB-SVM",
                "hybrid",
                "textgd.hybrid.nbsvm:NBSVM",
                frozenset({PROBABILITIES}),
                (*_LINEAR, "alpha", "beta"),
                MappingProxyType({**_TRIGRAMS, "C": 0.03}),
                MappingProxyType({"loss": "squared_hinge"}),
                dtype="float32",
                tuning=_COSTS,
                search=_NBSVM_SEARCH,
                weighs_lengths=True,
            ),
            Model(
                "nblr",
                "NB-weighted logistic regression",
                "hybrid",
                "textgd.hybrid.nbsvm:NBSVM",
                frozenset({PROBABILITIES}),
                (*_LINEAR, "alpha", "beta"),
                MappingProxyType({**_TRIGRAMS, "C": 0.3}),
                MappingProxyType({"loss": "log_loss"}),
                dtype="float32",
                tuning=_COSTS,
                search=_NBLR_SEARCH,
                weighs_lengths=True,
            ),
            Model(
                "lm",
                "one language model of words a class",
                "generative",
                _LANGUAGE_MODEL,
                _WRITES | {LOG_PROB, FILL, MISSING},
                _LANGUAGE,
                MappingProxyType({"order": 3}),
                MappingProxyType({"copy_window": COPY_WINDOWS["word"]}),
                tuning=(_OWN, *(MappingProxyType({"order": order}) for order in (1, 2, 4))),
                search=_each("order", 2, 4, 1) + _SMOOTHINGS,
                smaller=_changes(
                    {"order": 3, "prune": (0, 0, 1)}, {"order": 2, "prune": (0, 1)}, {"order": 2, "prune": (0, 4)}
                ),
                reads=TOKENS,
                analyzer="word",
            ),
            Model(
                "charlm",
                "one language model of characters a class",
                "generative",
                _LANGUAGE_MODEL,
                _WRITES | {LOG_PROB},
                _LANGUAGE,
                MappingProxyType({"order": 6}),
                MappingProxyType({"copy_window": COPY_WINDOWS["char"]}),
                tuning=(_OWN, *(MappingProxyType({"order": order}) for order in (4, 8))),
                search=_each("order", 5, 8, 4) + _SMOOTHINGS,
                smaller=_changes(
                    {"order": 6, "prune": (0, 0, 0, 1)}, {"order": 5, "prune": (0, 0, 2)}, {"order": 4, "prune": (0, 4)}
                ),
                reads=TOKENS,
                analyzer="char",
            ),
        )
    }
)


def find_model(name: str) -> Model:
    """Return the model of that name.

    Raises
    ------
    UnknownNameError
        With the nearest names.

    Examples
    --------
    >>> find_model("nb").family
    'generative'
    """
    try:
        return MODELS[name]
    except (KeyError, TypeError):
        raise UnknownNameError(f"There is no model {name!r}. {suggestion(str(name), MODELS)}") from None


def is_saved(model: Any) -> bool:
    """Whether what stands for a model is the path of a saved one, and no name of the registry.

    Examples
    --------
    >>> from pathlib import Path
    >>> is_saved("nb"), is_saved("nb.textgd"), is_saved(Path("folder") / "nb")
    (False, True, True)
    """
    if isinstance(model, os.PathLike):
        return True
    return isinstance(model, str) and model not in MODELS and (model.endswith(".textgd") or os.path.isfile(model))
