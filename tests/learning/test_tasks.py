"""What a task counts, what a trainer finds, and how a finding is weighed."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix

from textgd.learning.solver import Problem, solve
from textgd.learning.sparse_rows import SparseRows
from textgd.learning.stacking import Stack
from textgd.learning.tasks import Finding, HeldRows, Task, Trainer

X = np.random.default_rng(0).poisson(0.8, (30, 7)).astype(float)
ROWS = SparseRows.of(csr_matrix(X))
IS_CLASS = np.arange(30) % 3 == 0
WEIGHTS = np.linspace(0.5, 2.0, 30)
CHOSEN = np.delete(np.arange(30), [4, 9, 20]).astype(np.uint64)
TASK = Task(ROWS, IS_CLASS, WEIGHTS, CHOSEN)


def test_class_counts() -> None:
    counts, frequencies = TASK.class_counts()
    part, of_class, weights = (array[CHOSEN.astype(int)] for array in (X, IS_CLASS, WEIGHTS))
    assert_allclose(counts[0], weights[~of_class] @ part[~of_class], rtol=1e-12)
    assert_allclose(counts[1], weights[of_class] @ part[of_class], rtol=1e-12)
    assert_allclose(frequencies, weights @ (part > 0), rtol=1e-12)


def test_a_trainer_solves_the_task_at_a_cost() -> None:
    trainer = Trainer(TASK, ROWS.scaled(np.full(7, 2.0)), "log_loss", 1.0, 1e-9, 20000)
    found, solution = trainer.train(0.3)
    few = CHOSEN.astype(int)
    problem = Problem(SparseRows.of(csr_matrix(2.0 * X[few])), np.where(IS_CLASS[few], 1.0, -1.0), "log_loss", 1.0)
    expected = solve(problem, 0.3 * WEIGHTS[few], tol=1e-9, max_epochs=20000)
    assert_allclose(found.weights, expected.weights, rtol=1e-7)
    assert_allclose(found.intercept, expected.intercept, rtol=1e-7)
    assert_array_equal(found.weights, solution.weights)
    warm, _ = trainer.train(3.0, solution.alpha)
    cold, _ = trainer.train(3.0)
    assert_allclose(warm.weights, cold.weights, rtol=1e-6)


def test_a_finding_is_one_column_of_evidence() -> None:
    finding = Finding(np.linspace(-1, 1, 7), 0.25)
    chosen = np.array([5, 2], np.uint64)
    assert finding.kinds == [0]
    evidence = finding.evidence(ROWS, HeldRows(chosen))
    assert_allclose(evidence[:, 0], X[[5, 2]] @ finding.weights + 0.25, rtol=1e-12)
    shorter = finding.evidence(ROWS, HeldRows(chosen, np.array([0.5, 1.0])))
    assert_allclose(shorter[:, 0], X[[5, 2]] @ finding.weights / [0.5, 1.0] + 0.25, rtol=1e-12)
    weights, intercept = finding.combined(None)
    assert weights is finding.weights
    assert intercept == 0.25
    stack = Stack(np.array([2.0]), -0.75, 0.0)
    weights, intercept = finding.combined(stack)
    assert_allclose(X[[5, 2]] @ weights + intercept, stack.log_odds(evidence), rtol=1e-12)
