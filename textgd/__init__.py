"""Text classification that says which family of model the data at hand deserve, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textgd.lazy import hand_on

if TYPE_CHECKING:
    from textgd.advice.advising import advise as advise
    from textgd.advice.result import Advice as Advice
    from textgd.classifier import TextClassifier as TextClassifier
    from textgd.classifier import load as load
    from textgd.corpus import Corpus as Corpus
    from textgd.corpus import load_corpus as load_corpus
    from textgd.doctor import Diagnosis as Diagnosis
    from textgd.doctor import diagnose as diagnose
    from textgd.errors import TextgdError as TextgdError
    from textgd.evaluation.comparing import compare as compare
    from textgd.evaluation.comparison import ModelComparison as ModelComparison
    from textgd.evaluation.curves import LearningCurves as LearningCurves
    from textgd.evaluation.learning_curve import learning_curves as learning_curves
    from textgd.evaluation.robustness import robustness_curves as robustness_curves
    from textgd.evaluation.robustness_result import RobustnessCurves as RobustnessCurves
    from textgd.metrics import Evaluation as Evaluation
    from textgd.metrics import evaluate as evaluate
    from textgd.metrics import evaluate_predictions as evaluate_predictions
    from textgd.tuning.result import Tuning as Tuning
    from textgd.tuning.search import tune as tune

__version__ = "0.1.0"

# Handed on lazily (PEP 562): ``import textgd`` costs nothing, and each name only what it needs.
_HOMES = {
    "Advice": "advice.result",
    "Corpus": "corpus",
    "Diagnosis": "doctor",
    "Evaluation": "metrics",
    "LearningCurves": "evaluation.curves",
    "ModelComparison": "evaluation.comparison",
    "RobustnessCurves": "evaluation.robustness_result",
    "TextClassifier": "classifier",
    "TextgdError": "errors",
    "Tuning": "tuning.result",
    "advise": "advice.advising",
    "compare": "evaluation.comparing",
    "diagnose": "doctor",
    "evaluate": "metrics",
    "evaluate_predictions": "metrics",
    "learning_curves": "evaluation.learning_curve",
    "load": "classifier",
    "load_corpus": "corpus",
    "robustness_curves": "evaluation.robustness",
    "tune": "tuning.search",
}

__all__ = ["__version__", *_HOMES]
__getattr__, __dir__ = hand_on(__name__, _HOMES)
