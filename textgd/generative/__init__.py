"""Generative models: they learn how texts of a class come about, P(x, c)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textgd.lazy import hand_on

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
__getattr__, __dir__ = hand_on(__name__, _HOMES)
