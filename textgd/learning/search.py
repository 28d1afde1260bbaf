"""Choosing C by inner cross-validation on the matrix that is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textgd.learning.stacking import fit_stack
from textgd.learning.tasks import HeldRows, Trainer
from textgd.text.threads import run_in_threads

__all__ = ["Search", "search_cost"]

# Decades first, then the half decades beside the best.
_DECADES = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
_HALF_DECADE = 3.162
# A fold stops after so many costs in succession that are worse than the one before.
_PATIENCE = 1
_AS_GOOD = 1.005

_Fold = tuple[Trainer, HeldRows]


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


def search_cost(folds: Sequence[Callable[[], _Fold]], n_jobs: int | None = None) -> Search:
    """Try costs from the smallest on, each starting from the solution of the one before, until they get worse.

    Parameters
    ----------
    folds : sequence of callables
        For each fold and class, what makes the trainer and names the rows that it does not learn from.
    n_jobs : int, optional
        Threads.
    """
    tried = _log_losses(folds, _DECADES, n_jobs)
    best = min(tried, key=lambda C: tried[C])
    beside = tuple(float(f"{C:.3g}") for C in (best / _HALF_DECADE, best * _HALF_DECADE))
    tried |= _log_losses(folds, beside, n_jobs)
    costs = sorted(tried)
    return Search(tuple(costs), tuple(tried[C] for C in costs))


def _log_losses(
    folds: Sequence[Callable[[], _Fold]], costs: Sequence[float], n_jobs: int | None
) -> dict[float, float]:
    """Return the mean log loss of costs that ascend, without those at which every fold had stopped."""

    def path(make: Callable[[], _Fold]) -> tuple[list[float], float]:
        trainer, held = make()
        is_class, weights = trainer.task.is_class[held.numbers], trainer.task.weights[held.numbers]
        losses: list[float] = []
        start = None
        n_worse = 0
        for C in costs:
            found, solution = trainer.train(C, start)
            start = solution.alpha
            losses.append(fit_stack(found.evidence(trainer.task.rows, held), found.kinds, is_class, weights).log_loss)
            n_worse = n_worse + 1 if len(losses) > 1 and losses[-1] > losses[-2] else 0
            if n_worse == _PATIENCE:
                break
        return losses, float(weights.sum())

    paths = run_in_threads(path, folds, n_jobs)
    total = sum(weight for _, weight in paths)
    return {
        C: sum(losses[min(step, len(losses) - 1)] * weight for losses, weight in paths) / total
        for step, C in enumerate(costs)
        if any(step < len(losses) for losses, _ in paths)
    }
