"""All models on the same folds, with ever more documents, as long as there is time.

Each fold holds documents out, and models learn from nested subsets of the others, the last of which is all of them: so
the last point of a learning curve is a cross-validation, and its other points cost no reading more.  Where the time
does not do for all models at a size, those that are furthest behind leave.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from textgd.advice.pace import Pace
from textgd.errors import InvalidParameterError
from textgd.evaluation.contestants import Contestant
from textgd.evaluation.design import Split
from textgd.evaluation.experiment import Outcome, run
from textgd.evaluation.growing import GrowingTask
from textgd.evaluation.measures import Measure
from textgd.evaluation.reading import Reading
from textgd.evaluation.splitting import SplitCorpus

__all__ = ["SAFETY", "Race", "finalists", "rung_sizes"]

# Sizes, each half of the next, down to so many documents and so many a class.
_N_SIZES, _LEAST, _LEAST_A_CLASS = 6, 40, 6
# Of those that are behind, half are still tried with the most documents.
_SHARE = 0.5
#: What is foretold may take that much longer.
SAFETY = 1.2

Float = NDArray[np.float64]


def rung_sizes(n: int, n_classes: int) -> list[int]:
    """Return the numbers of documents to learn from, ascending to all that there are.

    Examples
    --------
    >>> rung_sizes(4459, 2), rung_sizes(30, 2)
    ([140, 279, 558, 1115, 2230, 4459], [30])
    """
    sizes = [n]
    least = max(_LEAST, _LEAST_A_CLASS * n_classes)
    while len(sizes) < _N_SIZES and (half := -(-sizes[-1] // 2)) >= least:
        sizes.append(half)
    return sizes[::-1]


def finalists(ranked: Sequence[str], families: Mapping[str, str | None]) -> list[str]:
    """Return the better half of models, the best first, and the best of each family.

    Examples
    --------
    >>> finalists(["a", "b", "c", "d", "e"], {"a": "x", "b": "x", "c": "x", "d": "x", "e": "y"})
    ['a', 'b', 'c', 'e']
    """
    of_family: dict[str | None, str] = {}
    for name in ranked:
        of_family.setdefault(families[name], name)
    half = ranked[: -int(-len(ranked) * _SHARE // 1)]
    return [name for name in ranked if name in half or name in of_family.values()]


@dataclass(eq=False)
class Race:
    """What is run, and what it gave.

    Parameters
    ----------
    entries : mapping of model -> Contestant
    in_question : sequence of str
        The models that may be recommended; the others show what a need or a limit costs, and leave first.
    reading : Reading
    data : SplitCorpus
        The folds.
    measure : Measure
    seed : int
    n_workers : int
        Folds at a time.
    pace : Pace
    left : callable
        Gives the seconds that may still be spent.
    tell : callable
        Called after each fit.

    Attributes
    ----------
    sizes : list of int
        Documents that were learned from, those sizes at which all folds were done.
    scores : dict of (model, size) -> float64 array of shape (n_folds, 1 + n_resamples)
        On the documents of each fold, and on resamples of them.
    failures : dict of model -> str
    notes : set of str
        Warnings that the fits gave.
    """

    entries: Mapping[str, Contestant]
    in_question: Sequence[str]
    reading: Reading
    data: SplitCorpus
    measure: Measure
    seed: int
    n_workers: int
    pace: Pace
    left: Callable[[], float]
    tell: Callable[[], None]
    sizes: list[int] = field(default_factory=list)
    scores: dict[tuple[str, int], Float] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)

    def climb(self, sizes: Sequence[int], ranked: Sequence[str]) -> None:
        """Try models at each size, as far as the time reaches.

        Parameters
        ----------
        sizes : sequence of int
            Ascending.
        ranked : sequence of str
            The models, the most promising first.
        """
        active = list(ranked)
        for k, size in enumerate(sizes):
            kept = finalists(self._questioned(active), self._families)
            top = self._reach(sizes, k, active, kept)
            later = sum(self.seconds(kept, another) for another in sizes[k + 1 : top + 1])
            # Below the two largest sizes nobody leaves: they cost little, and tell little of who will be behind.
            leaving = self._leaving(active, kept, top < k) if k >= top - 1 else []
            for name in leaving:
                if self.seconds(active, size) + later <= self.left():
                    break
                active.remove(name)
            if not active or self.seconds(active, size) > self.left() or not self.run(active, size):
                return
            self.sizes.append(size)
            active = self.ranked(active, size)

    def _reach(self, sizes: Sequence[int], k: int, active: Sequence[str], kept: Sequence[str]) -> int:
        """Return the number of the largest size that there is time for, if the two largest are for the kept alone."""
        for top in range(len(sizes) - 1, k - 1, -1):
            needed = (self.seconds(kept if j >= top - 1 else active, sizes[j]) for j in range(k, top + 1))
            if sum(needed) <= self.left():
                return top
        return k - 1

    def seconds(self, models: Sequence[str], size: int) -> float:
        """Return the seconds that a size is likely to take."""
        return SAFETY * self.pace.seconds(models, size, len(self.data.splits))

    def run(self, models: Sequence[str], size: int) -> bool:
        """Try models on all folds; whether there was time for that."""
        splits = [Split(split.order[:size], split.test) for split in self.data.splits]
        entries = [self.entries[name] for name in models]
        task = GrowingTask(
            entries, self.reading, replace(self.data, splits=splits), self.measure, self.seed, np.array([size])
        )
        started = monotonic()
        try:
            outcome = run(task, self.n_workers, started + self.left(), self.left(), lambda done, of: self.tell())
        except InvalidParameterError:  # the time ended before any fold did
            return False
        if outcome.is_interrupted:
            raise KeyboardInterrupt
        if next(iter(outcome.scores.values())).shape[1] < len(splits):
            return False
        self._keep(outcome, size, monotonic() - started)
        return True

    def _keep(self, outcome: Outcome, size: int, seconds: float) -> None:
        self.notes.update(outcome.notes)
        self.failures.update({gap.line: gap.reason for gap in outcome.gaps})
        processor = {}
        for name, scores in outcome.scores.items():
            self.scores[name, size] = scores[0]
            taken = float(np.mean(outcome.fit_times[name][0] + outcome.score_times[name][0]))
            if np.isfinite(taken):
                processor[name] = taken
        self.pace.note(size, len(self.data.splits), processor, seconds)

    def ranked(self, models: Sequence[str], size: int) -> list[str]:
        """Return the models that have a result at a size on all folds, the best first."""
        errors = {name: float(self.measure.error(self.scores[name, size][:, 0]).mean()) for name in models}
        return sorted((name for name in models if np.isfinite(errors[name])), key=lambda name: errors[name])

    @property
    def _families(self) -> dict[str, str | None]:
        return {name: entry.family for name, entry in self.entries.items()}

    def _questioned(self, models: Sequence[str]) -> list[str]:
        return [name for name in models if name in self.in_question]

    def _leaving(self, active: Sequence[str], kept: Sequence[str], is_tight: bool) -> list[str]:
        """Return who may leave, the first in front: where it is tight all but two of those in question."""
        questioned = self._questioned(active)
        others = [name for name in active if name not in questioned]
        behind = [name for name in questioned if name not in kept]
        further = [name for name in questioned[2:] if name in kept] if is_tight else []
        return [*others[::-1], *behind[::-1], *further[::-1]]
