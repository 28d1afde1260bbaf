"""Models of P(class | document): what tells the classes apart, and nothing about how documents come about."""

from textgd.discriminative.logistic import LogisticRegression
from textgd.discriminative.svm import LinearSVC

__all__ = ["LinearSVC", "LogisticRegression"]
