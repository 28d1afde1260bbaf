"""How good predictions are, and how sure one can be of it: no family of models is named here."""

from __future__ import annotations

from textgd.evaluation.metrics import ClassReport, Evaluation, Interval, evaluate_predictions, wilson_interval

__all__ = ["ClassReport", "Evaluation", "Interval", "evaluate_predictions", "wilson_interval"]
