"""What a fitted model is: immutable weights, and how to score with them; numpy alone.

Estimators learn; what they learned scores here, in the library, from the command line and from a file alike.
"""

from textgd.scoring.language import LanguageScorer
from textgd.scoring.linear import LinearScorer
from textgd.scoring.novelty import Novelty
from textgd.scoring.priors import ESTIMATE, PriorEstimate
from textgd.scoring.text import Prediction, TextScorer

__all__ = [
    "ESTIMATE",
    "LanguageScorer",
    "LinearScorer",
    "Novelty",
    "Prediction",
    "PriorEstimate",
    "TextScorer",
]
