"""Why a model says what it says: what each piece of a text adds to the log-odds of a label."""

from textgd.explanation.explainer import explain
from textgd.explanation.explanation import Contribution, Explanation, Feature, Run

__all__ = ["Contribution", "Explanation", "Feature", "Run", "explain"]
