"""One class against the rest: what is learned from which rows, and what is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.learning.solver import Problem, Solution, solve
from textgd.learning.sparse_rows import Floats, SparseRows
from textgd.learning.stacking import Stack

__all__ = ["Finding", "HeldRows", "Task", "Trainer"]


@dataclass(frozen=True, eq=False)
class Task:
    """Tell one class from the rest, by some rows of a matrix.

    Parameters
    ----------
    rows : SparseRows
    is_class : bool array of shape (n_rows,)
    weights : float64 array of shape (n_rows,)
        Of the documents.
    chosen : uint64 array
        The numbers of the rows to learn from.
    feature_groups : uint8 array of shape (n_features,), optional
        Features that are weighed apart.
    """

    rows: SparseRows
    is_class: NDArray[np.bool_]
    weights: NDArray[np.float64]
    chosen: NDArray[np.uint64]
    feature_groups: NDArray[np.uint8] | None = None

    def log_prior_odds(self) -> float:
        """Return ln of the class's share of the documents over that of the rest."""
        inside = self.is_class[self.chosen]
        weights = self.weights[self.chosen]
        return float(np.log(weights[inside].sum() / weights[~inside].sum()))

    def class_counts(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the features' counts in the rest and in the class, and how many documents hold each.

        Shapes (2, n_features) and (n_features,); a document counts by its weight.
        """
        from textgd.kernels.products import add_counts

        counts, frequencies = np.zeros((2, self.rows.n_columns)), np.zeros(self.rows.n_columns)
        add_counts(*self.rows.arrays, self.chosen, self.weights, self.is_class.view(np.uint8), counts, frequencies)
        return counts, frequencies


class HeldRows(NamedTuple):
    """Rows that are scored and not learned from.

    Attributes
    ----------
    numbers : uint64 array
    lengths : float64 array of shape (len(numbers),), or None
        What each is to be divided by: see `textgd.learning.unit_rows`.
    """

    numbers: NDArray[np.uint64]
    lengths: NDArray[np.float64] | None = None

    def scaled(self, products: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return products with the rows, shape (len(numbers), n), as they are with rows of unit length."""
        return products if self.lengths is None else products / self.lengths[:, None]


@dataclass(frozen=True, eq=False)
class Finding:
    """A linear score of the class: one kind of evidence.

    Parameters
    ----------
    weights : array of shape (n_features,)
    intercept : float
    """

    weights: Floats
    intercept: float

    @property
    def kinds(self) -> Sequence[int]:
        """The kind of each column of evidence."""
        return [0]

    def evidence(self, rows: SparseRows, held: HeldRows) -> NDArray[np.float64]:
        """Return the scores of some rows, shape (len(held.numbers), n_columns)."""
        return held.scaled(rows.products(held.numbers, self.weights)) + self.intercept

    def combined(self, stack: Stack | None) -> tuple[Floats, float]:
        """Return the weights of the features and the intercept, by what each kind of evidence counts."""
        if stack is None:
            return self.weights, self.intercept
        factor = stack.weights[-1]
        return (factor * self.weights).astype(self.weights.dtype), factor * self.intercept + stack.intercept


@dataclass(frozen=True, eq=False)
class Trainer:
    """A task made ready to be solved at any cost.

    Parameters
    ----------
    task : Task
    seen : SparseRows
        The rows as the solver sees them.
    loss, bias, tol, max_epochs
        As in `Problem` and `solve`.
    interpret : callable
        From the solver's weights and intercept to the finding.
    """

    task: Task
    seen: SparseRows
    loss: str
    bias: float
    tol: float
    max_epochs: int
    interpret: Callable[[Floats, float], Finding] = Finding

    def train(self, C: float, start: NDArray[np.float64] | None = None) -> tuple[Finding, Solution]:
        """Return what is found where an error costs `C`; `start` are the dual variables of a smaller one."""
        problem = Problem(self.seen, np.where(self.task.is_class, 1.0, -1.0), self.loss, self.bias)
        solution = solve(
            problem,
            C * self.task.weights,
            rows=self.task.chosen,
            start=start,
            tol=self.tol,
            max_epochs=self.max_epochs,
        )
        return self.interpret(solution.weights, solution.intercept), solution
