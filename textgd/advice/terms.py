"""On what terms a model is taken: what it must have, and what it may cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textgd.advice.expenses import Expense
from textgd.advice.needs import lacking, spelled
from textgd.evaluation.comparison_display import time_label
from textgd.models import find_model

__all__ = ["Terms"]


@dataclass(frozen=True)
class Terms:
    """What is asked of a model.

    Parameters
    ----------
    needs : tuple of str
    max_latency : float or None
        The most seconds for a document, in the median.
    max_train : float or None
        The most seconds of training on all documents.
    """

    needs: tuple[str, ...] = ()
    max_latency: float | None = None
    max_train: float | None = None

    def allow(self, expense: Expense) -> bool:
        """Whether what a model costs keeps to the limits."""
        return self.too_dear(expense) is None

    def too_dear(self, expense: Expense) -> str | None:
        """Return which limit what a model costs does not keep to."""
        if self.max_latency is not None and expense.latency.value > self.max_latency:
            return f"too slow: {time_label(expense.latency.value)} a document"
        if self.max_train is not None and expense.train_seconds > self.max_train:
            return f"too slow to train: {time_label(expense.train_seconds)}"
        return None

    def objection(self, model: str, expense: Expense | None) -> str | None:
        """Return why a model is not taken; None where it may be.

        Examples
        --------
        >>> Terms(("generate",)).objection("svm", None), Terms().objection("svm", None)
        ('lacks generate', 'failed')
        """
        lacks = lacking(find_model(model), self.needs)
        if lacks:
            return f"lacks {', '.join(map(spelled, lacks))}"
        return "failed" if expense is None else self.too_dear(expense)

    def allowed(self, models: Sequence[str], expenses: dict[str, Expense]) -> list[str]:
        """Return the models that may be taken, in their order."""
        return [model for model in models if self.objection(model, expenses.get(model)) is None]
