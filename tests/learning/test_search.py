"""The choice of C: what each is worth on documents held out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import csr_matrix

from textgd.learning.folds import find_folds
from textgd.learning.search import Search, own_loss, scaled_loss, search_cost, stacked_loss
from textgd.learning.sparse_rows import SparseRows
from textgd.learning.stacking import fit_scale, fit_stack
from textgd.learning.tasks import HeldRows, Task, Trainer

DECADES = [0.001, 0.01, 0.1, 1.0, 10.0, 100.0]


def parts_of(seed: int, n_rows: int = 90) -> tuple[list[Any], Any, Any]:
    rng = np.random.default_rng(seed)
    is_class = np.arange(n_rows) % 3 == 0
    X = csr_matrix(rng.poisson(rng.gamma(0.4, 1.0, (2, 30))[is_class.astype(int)]).astype(float))
    weights = rng.uniform(0.5, 2.0, n_rows)
    rows = SparseRows.of(X)
    parts = []
    for held in find_folds(X, is_class.astype(int), 3):
        chosen = np.setdiff1d(np.arange(n_rows), held).astype(np.uint64)
        trainer = Trainer(Task(rows, is_class, weights, chosen), rows, "log_loss", 1.0, 1e-8, 20000)
        parts.append((trainer, HeldRows(held.astype(np.uint64))))
    return parts, is_class, weights


def stacked(evidence: Any, is_class: Any, weights: Any) -> float:
    return fit_stack(evidence, [0], is_class, weights).log_loss


def losses_at(C: float, parts: list[Any], is_class: Any, weights: Any) -> list[tuple[float, float]]:
    """The log loss of each fold from a cold start, and the weight of its documents."""
    found = []
    for trainer, held in parts:
        evidence = trainer.train(C)[0].evidence(trainer.task.rows, held)
        found.append(
            (
                stacked(evidence, is_class[held.numbers], weights[held.numbers]),
                weights[held.numbers].sum(),
            )
        )
    return found


def paths(costs: list[float], parts: list[Any], is_class: Any, weights: Any) -> dict[float, float]:
    """The mean log loss of each cost; a fold that has got worse stays with its last loss."""
    at = [losses_at(C, parts, is_class, weights) for C in costs]
    kept: list[list[float]] = []
    total = np.zeros(len(costs))
    for fold, (_, weight) in enumerate(at[0]):
        path = [at[0][fold][0]]
        for step in range(1, len(costs)):
            path.append(at[step][fold][0])
            has_gained = 1.05 * path[-2] < path[0]
            if path[-1] > path[-2] or (has_gained and 1.005 * path[-1] > path[-2]):
                break
        kept.append(path)
        total += weight * np.array(path + [path[-1]] * (len(costs) - len(path)))
    total /= sum(weight for _, weight in at[0])
    return {C: total[step] for step, C in enumerate(costs) if any(step < len(path) for path in kept)}


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_a_search_from_cold_starts(seed: int) -> None:
    parts, is_class, weights = parts_of(seed)
    search = search_cost([lambda part=part: part for part in parts], stacked_loss, 1)
    expected = paths(DECADES, parts, is_class, weights)
    best = min(expected, key=expected.__getitem__)
    expected |= paths([float(f"{best / 3.162:.3g}"), float(f"{best * 3.162:.3g}")], parts, is_class, weights)
    assert list(search.costs) == sorted(expected)
    assert_allclose(search.log_losses, [expected[C] for C in search.costs], rtol=1e-5)
    least = min(search.log_losses)
    assert search.best == min(
        C for C, loss in zip(search.costs, search.log_losses, strict=True) if loss <= 1.005 * least
    )


def test_threads_change_nothing() -> None:
    parts, _, _ = parts_of(0)
    makers: list[Any] = [lambda part=part: part for part in parts]
    assert search_cost(makers, stacked_loss, 3) == search_cost(makers, stacked_loss, 1)


def test_the_smallest_of_equally_good_costs_is_the_best() -> None:
    assert Search((0.1, 1.0, 10.0), (0.5, 0.25, 0.25)).best == 1.0
    assert Search((0.1, 1.0, 10.0), (0.5, 0.2512, 0.25)).best == 1.0
    assert Search((0.1, 1.0, 10.0), (0.5, 0.2513, 0.25)).best == 10.0


def test_scores_are_judged_as_the_model_uses_them() -> None:
    rng = np.random.default_rng(0)
    evidence = rng.normal(size=(400, 1))
    is_class = rng.uniform(size=400) < 1 / (1 + np.exp(-3 * evidence[:, 0]))
    weights = rng.uniform(0.5, 2.0, 400)
    signed = np.where(is_class, 1.0, -1.0) * evidence[:, 0]
    found: Any = None
    own = weights @ np.logaddexp(0.0, -signed) / weights.sum()
    assert_allclose(own_loss(found, evidence, is_class, weights), own, rtol=1e-12)
    best = fit_scale(evidence[:, 0], is_class, weights).log_loss
    assert best < own - 0.01
    for unit in (1e-6, 1.0, 1e6):
        assert_allclose(scaled_loss(found, unit * evidence, is_class, weights), best, rtol=1e-4)
