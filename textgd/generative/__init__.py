"""Generative models: they learn how texts of a class come about, P(x, c)."""

from textgd.generative.naive_bayes import BernoulliNB, ComplementNB, MultinomialNB

__all__ = ["BernoulliNB", "ComplementNB", "MultinomialNB"]
