"""What a study says: the errors of its models with their intervals, who is ahead of whom, and where that may change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from textgd.advice.expenses import Expense
from textgd.advice.race import Race, finalists
from textgd.evaluation.curves import LearningCurves
from textgd.evaluation.experiment import Outcome
from textgd.evaluation.judging import bounds_of
from textgd.evaluation.learning_curve import judged
from textgd.evaluation.measures import Measure
from textgd.evaluation.scores import CurveScores, Design
from textgd.evaluation.uncertainty import Comparison, compare, mean_errors
from textgd.metrics import Interval

__all__ = ["Findings", "Lead"]


@dataclass(frozen=True)
class Lead:
    """How far one model is ahead of another, on the same folds with the most documents.

    Parameters
    ----------
    difference : Interval
        In the unit of the metric, positive where it is ahead; the interval counts that folds share what they learn
        from (`textgd.evaluation.uncertainty.covariance_of_mean`).
    p_value : float
        Of no difference, two-sided.
    """

    difference: Interval
    p_value: float

    @property
    def is_noise(self) -> bool:
        """Whether the interval holds 0."""
        return not (self.difference.low > 0.0 or self.difference.high < 0.0)


@dataclass(frozen=True, eq=False)
class Findings:
    """The study's figures.

    Parameters
    ----------
    corpus : str
    measure : Measure
    rounds : sequence of Race
    expenses : mapping of model -> Expense
    n_documents : int
        Of the training part.
    """

    corpus: str
    measure: Measure
    rounds: Sequence[Race]
    expenses: Mapping[str, Expense]
    n_documents: int

    @property
    def sizes(self) -> list[int]:
        """Documents that were learned from, ascending."""
        return self.rounds[0].sizes

    @cached_property
    def names(self) -> list[str]:
        """Models that have a result at some size."""
        first = self.rounds[0]
        return [name for name in first.entries if name not in first.failures and (name, self.sizes[0]) in first.scores]

    @cached_property
    def errors(self) -> Mapping[str, NDArray[np.float64]]:
        """The mean errors and their intervals, arrays of shape (n_sizes, 3); NaN where a model had left."""
        return {name: mean_errors(self._scores, name, bounds_of(self.measure)) for name in self.names}

    @cached_property
    def finishers(self) -> list[str]:
        """Models that were tried with the most documents, the best first."""
        last = {name: float(rows[-1, 0]) for name, rows in self.errors.items()}
        return sorted((name for name in self.names if np.isfinite(last[name])), key=lambda name: last[name])

    def score(self, name: str) -> tuple[Interval, int]:
        """Return what a model is worth, and the most documents that it was tried with."""
        rows = self.errors[name]
        row = int(np.flatnonzero(np.isfinite(rows[:, 0]))[-1])
        value, *ends = self.measure.error(rows[row]).tolist()
        return Interval(value, *sorted(ends)), self.sizes[row]

    def lead(self, first: str, second: str) -> Lead:
        """Return how far one of two finishers is ahead of the other."""
        if (first, second) in self._pairs:
            found, sign = self._pairs[first, second], 1.0
        else:
            found, sign = self._pairs[second, first], -1.0
        low, high = sorted((sign * found.low, sign * found.high))
        return Lead(Interval(sign * found.difference, low, high), found.p_value)

    @cached_property
    def _pairs(self) -> Mapping[tuple[str, str], Comparison]:
        return {(c.first, c.second): c for c in compare(self._scores) if c.size == self.sizes[-1]}

    @cached_property
    def curves(self) -> LearningCurves:
        """The learning curves of the better half of the finishers and the best of each family."""
        first = self.rounds[0]
        names = finalists(self.finishers, {name: first.entries[name].family for name in self.finishers})
        scores = {name: self._stacked(name) for name in names}
        blank = {name: np.full(scores[name].shape[:2], np.nan) for name in names}
        outcome = Outcome(scores, blank, blank, (), {}, (), False)
        entries = [first.entries[name] for name in names]
        settings = {"n_documents": len(first.data.codes), "folds": self._design_folds}
        sizes = np.array(self.sizes, np.int64)
        return judged(self.corpus, self.measure, entries, sizes, outcome, self.design, settings)

    @property
    def n_folds(self) -> int:
        """Folds of each time that they were drawn."""
        return len(self.rounds[0].data.splits)

    @property
    def _design_folds(self) -> int:
        return sum(len(race.data.splits) for race in self.rounds)

    @cached_property
    def design(self) -> Design:
        """How documents are drawn."""
        n_test = round(float(np.mean([len(split.test) for split in self.rounds[0].data.splits])))
        return Design(max(self.rounds[0].data.n_train, self.sizes[-1]), n_test, False, len(self.rounds[0].data.classes))

    @cached_property
    def _scores(self) -> CurveScores:
        errors = {name: self.measure.error(self._stacked(name)) for name in self.names}
        return CurveScores(
            np.array(self.sizes, np.int64),
            {name: rows[..., 0] for name, rows in errors.items()},
            {name: rows[..., 1:] for name, rows in errors.items()},
            self.design,
        )

    def _stacked(self, name: str) -> NDArray[np.float64]:
        """Return a model's scores, shape (n_sizes, n_folds of all rounds, 1 + n_resamples)."""
        shape = next(iter(self.rounds[0].scores.values())).shape
        rows = [
            np.concatenate([race.scores.get((name, size), np.full(shape, np.nan)) for race in self.rounds])
            for size in self.sizes
        ]
        stacked: NDArray[np.float64] = np.stack(rows)
        return stacked
