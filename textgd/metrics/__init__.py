"""What predictions are worth against the truth, each figure with its interval; no model is named here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textgd.lazy import hand_on

if TYPE_CHECKING:
    from textgd.metrics.documents import evaluate as evaluate
    from textgd.metrics.evaluation import Evaluation as Evaluation
    from textgd.metrics.evaluation import evaluate_predictions as evaluate_predictions
    from textgd.metrics.intervals import Interval as Interval
    from textgd.metrics.intervals import exact_interval as exact_interval
    from textgd.metrics.intervals import wilson_interval as wilson_interval
    from textgd.metrics.measuring import ClassReport as ClassReport

_HOMES = {
    "ClassReport": "measuring",
    "Evaluation": "evaluation",
    "Interval": "intervals",
    "evaluate": "documents",
    "evaluate_predictions": "evaluation",
    "exact_interval": "intervals",
    "wilson_interval": "intervals",
}

__all__ = sorted(_HOMES)
__getattr__, __dir__ = hand_on(__name__, _HOMES)
