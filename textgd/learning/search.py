"""Choosing C by inner cross-validation on the matrix that is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textgd.learning.stacking import fit_scale, fit_stack
from textgd.learning.tasks import Finding, HeldRows, Trainer
from textgd.text.threads import run_in_threads

__all__ = ["Search", "own_loss", "scaled_loss", "search_cost", "stacked_loss"]

# Decades first, then the half decades beside the best.
_DECADES = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
_HALF_DECADE = 3.162
_AS_GOOD = 1.005
_CLEARLY = 1.05

_Fold = tuple[Trainer, HeldRows]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Judge = Callable[[Finding, Floats, Mask, Floats], float]


@dataclass(frozen=True)
class Search:
    """The costs that were tried, and how each did.

    Attributes
    ----------
    costs : tuple of float
    log_losses : tuple of float
        Mean log loss on documents held out, in nats; beyond where a fold stopped, its last one stands in.
    """

    costs: tuple[float, ...]
    log_losses: tuple[float, ...]

    @property
    def best(self) -> float:
        """The smallest cost whose log loss is the least, up to what is worth no more regularization (0.5 %)."""
        enough = _AS_GOOD * min(self.log_losses)
        return next(C for C, loss in zip(self.costs, self.log_losses, strict=True) if loss <= enough)


def own_loss(found: Finding, evidence: Floats, is_class: Mask, weights: Floats) -> float:
    """Return the mean log loss of a score that is the log-odds."""
    margins = np.where(is_class, 1.0, -1.0) * evidence[:, 0]
    return float(weights @ np.logaddexp(0.0, -margins) / weights.sum())


def scaled_loss(found: Finding, evidence: Floats, is_class: Mask, weights: Floats) -> float:
    """Return the mean log loss of a score that is the log-odds but for their unit."""
    return fit_scale(evidence[:, 0], is_class, weights).log_loss


def stacked_loss(found: Finding, evidence: Floats, is_class: Mask, weights: Floats) -> float:
    """Return the mean log loss of evidence that is stacked."""
    if is_class.all() or not is_class.any():
        # A part without the class, or with nothing else, says nothing of how evidence is to be weighed.
        return own_loss(found, evidence[:, -1:], is_class, weights)
    return fit_stack(evidence, found.kinds, is_class, weights).log_loss


def search_cost(folds: Sequence[Callable[[], _Fold]], judge: Judge, n_jobs: int | None = None) -> Search:
    """Try costs from the smallest on, each starting from the solution of the one before, until they get worse.

    Parameters
    ----------
    folds : sequence of callables
        For each fold and class, what makes the trainer and names the rows that it does not learn from.
    judge : callable
        The log loss of held-out evidence, as the model will use it: `own_loss`, `scaled_loss` or `stacked_loss`.
    n_jobs : int, optional
        Threads.
    """
    tried = _log_losses(folds, judge, _DECADES, n_jobs)
    best = min(tried, key=lambda C: tried[C])
    beside = tuple(float(f"{C:.3g}") for C in (best / _HALF_DECADE, best * _HALF_DECADE))
    tried |= _log_losses(folds, judge, beside, n_jobs)
    costs = sorted(tried)
    return Search(tuple(costs), tuple(tried[C] for C in costs))


def _is_over(losses: list[float]) -> bool:
    """Return whether higher costs have nothing to give: the last was worse, or no better once others had been."""
    if len(losses) < 2:
        return False
    no_better = losses[-1] * _AS_GOOD > losses[-2]
    return losses[-1] > losses[-2] or (no_better and losses[-2] * _CLEARLY < losses[0])


def _log_losses(
    folds: Sequence[Callable[[], _Fold]], judge: Judge, costs: Sequence[float], n_jobs: int | None
) -> dict[float, float]:
    """Return the mean log loss of costs that ascend, without those at which every fold had stopped."""

    def path(make: Callable[[], _Fold]) -> tuple[list[float], float]:
        trainer, held = make()
        is_class, weights = trainer.task.is_class[held.numbers], trainer.task.weights[held.numbers]
        losses: list[float] = []
        start = None
        for C in costs:
            found, solution = trainer.train(C, start)
            start = solution.alpha
            losses.append(judge(found, found.evidence(trainer.task.rows, held), is_class, weights))
            if _is_over(losses):
                break
        return losses, float(weights.sum())

    paths = run_in_threads(path, folds, n_jobs)
    total = sum(weight for _, weight in paths)
    return {
        C: sum(losses[min(step, len(losses) - 1)] * weight for losses, weight in paths) / total
        for step, C in enumerate(costs)
        if any(step < len(losses) for losses, _ in paths)
    }
