"""Which of the models that may be taken is recommended, and which comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from textgd.advice.expenses import Expense
from textgd.advice.findings import Findings

__all__ = ["Choice", "choose"]

# How near the best a cheaper model has to be, as a share of the half width of the interval of the difference.
_NEAR = 0.5
# How much cheaper it has to be.
_CHEAPER = 0.5


@dataclass(frozen=True)
class Choice:
    """What is recommended.

    Parameters
    ----------
    model : str
    best : str
        The one with the best score.
    runner_up : str or None
        The best of the others; None where there is no other.
    as_good : tuple of str
        Those whose difference from the best may be noise.
    """

    model: str
    best: str
    runner_up: str | None
    as_good: tuple[str, ...]


def choose(findings: Findings, models: Sequence[str]) -> Choice | None:
    """Return which of some models to take; None where none of them was tried with the most documents.

    A measured advantage decides: the best score wins, and only a model that is behind it by no more than half of what
    chance allows can take its place (the difference is at most half of the half width of its 95 % interval, about one
    standard error).  Among those the cheapest is taken, if it costs half or less of what the best does, where the cost
    of one relative to another is the geometric mean of how they compare in time of training and in time for a
    document.

    Parameters
    ----------
    findings : Findings
    models : sequence of str
    """
    ranked = [name for name in findings.finishers if name in models]
    if not ranked:
        return None
    best, *others = ranked
    leads = {name: findings.lead(best, name) for name in others}
    near = [
        name
        for name, lead in leads.items()
        if lead.difference.value <= _NEAR * (lead.difference.high - lead.difference.value)
    ]
    cheapest = min(near, key=lambda name: relative_cost(findings.expenses, name, best), default=best)
    is_cheap = cheapest != best and relative_cost(findings.expenses, cheapest, best) <= _CHEAPER
    model = cheapest if is_cheap else best
    runner_up = next((name for name in ranked if name != model), None)
    return Choice(model, best, runner_up, tuple(name for name, lead in leads.items() if lead.is_noise))


def relative_cost(expenses: Mapping[str, Expense], model: str, other: str) -> float:
    """Return what a model costs relative to another.

    Examples
    --------
    >>> from textgd.metrics import Interval
    >>> one = Expense(100, 4.0, True, Interval(0.002, 0.002, 0.002), 1000)
    >>> two = Expense(100, 1.0, True, Interval(0.002, 0.002, 0.002), 1000)
    >>> relative_cost({"a": one, "b": two}, "b", "a")
    0.5
    """
    a, b = expenses[model], expenses[other]
    return sqrt(a.train_seconds / b.train_seconds * a.latency.value / b.latency.value)
