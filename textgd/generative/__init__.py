"""Generative models: they learn how texts of a class come about, P(x, c)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textgd.generative.language_model import ClassLanguageModel as ClassLanguageModel
    from textgd.generative.naive_bayes import BernoulliNB as BernoulliNB
    from textgd.generative.naive_bayes import ComplementNB as ComplementNB
    from textgd.generative.naive_bayes import MultinomialNB as MultinomialNB

# Handed on lazily: what writes text does not learn, and needs no scikit-learn.
_HOMES = {
    "BernoulliNB": "naive_bayes",
    "ClassLanguageModel": "language_model",
    "ComplementNB": "naive_bayes",
    "MultinomialNB": "naive_bayes",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
