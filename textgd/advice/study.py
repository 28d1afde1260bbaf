"""The study that advice rests on: what models cost, and what they are worth on the same folds of growing subsets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from textgd.advice.expenses import Expense, measure_expenses
from textgd.advice.pace import Pace
from textgd.advice.race import SAFETY, Race, finalists, rung_sizes
from textgd.corpus import Corpus
from textgd.corpus.duplicates import duplicate_groups
from textgd.errors import InvalidParameterError
from textgd.evaluation.contestants import Contestant
from textgd.evaluation.costs import Clock, Times
from textgd.evaluation.design import Split, class_codes, nested_order
from textgd.evaluation.entries import enter
from textgd.evaluation.folds import draw_folds
from textgd.evaluation.measures import Measure
from textgd.evaluation.reading import Reading
from textgd.evaluation.splitting import SplitCorpus

__all__ = ["Study"]

N_FOLDS = 5
# Documents that the pace is found out by, more of them as long as that takes little of the time; the first time, with
# the fewest, all code is loaded.
_PROBES, _LITTLE = (60, 60, 240, 960), 0.1
# Shares of the time: for what models cost, and for the judgement at last.
_EXPENSES, _RESERVE = 0.15, 0.05
# Of the documents that there is no time for, so many are left out at a time.
_STEP = 2.0**-0.5
# More documents than before are worth another race if they are so many times as many.
_WORTH = 1.4
# So often are folds drawn, where there is time.
_MOST_ROUNDS = 2

Rows = NDArray[np.intp]


@dataclass(eq=False)
class Study:
    """What is to be found out, and what was.

    Parameters
    ----------
    documents : Corpus
        The training part.
    models : sequence of str
    capable : sequence of str
        Those of them that have what is needed.
    measure : Measure
    seed, n_workers : int
    n_jobs : int or None
    clock : Clock
    allows : callable
        Whether what a model costs keeps to the limits.
    tell : callable
        Called after each fit.
    kept_back : float
        Share of the time for what comes after.

    Attributes
    ----------
    rounds : list of Race
        The folds of each were drawn anew; the first has all models.
    expenses : dict of model -> Expense
    failures : dict of model -> str
    n_read : int
        Documents of the study: all, or so many as there was time for.
    """

    documents: Corpus
    models: Sequence[str]
    capable: Sequence[str]
    measure: Measure
    seed: int
    n_workers: int
    n_jobs: int | None
    clock: Clock
    allows: Callable[[Expense], bool]
    tell: Callable[[], None]
    kept_back: float = 0.0
    rounds: list[Race] = field(default_factory=list)
    expenses: dict[str, Expense] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    n_read: int = 0

    def __post_init__(self) -> None:
        """Check the documents before anything is learned."""
        classes = self.documents.classes
        self._codes = class_codes(self.documents.labels, classes)
        self._classes, self._labels = np.array(classes), np.array(self.documents.labels)
        self._groups = duplicate_groups(self.documents.texts, "exact", self.n_jobs)
        self._folds(np.arange(len(self._codes)), 0)
        self._order = nested_order(self._codes, np.arange(len(self._codes)), np.random.default_rng([self.seed, 1]))
        self._pace, self._reading_times = Pace(self.n_workers), Times()
        self._more: list[list[Split]] = []
        n_threads = max(1, self.n_workers // min(self.n_workers, N_FOLDS))
        entries = enter(list(self.models), self.measure, n_jobs=n_threads)
        self._entries: dict[str, Contestant] = {entry.name: entry for entry in entries}

    def run(self) -> None:
        """Find out what models cost, then what they are worth.

        Raises
        ------
        InvalidParameterError
            Where the time does not do for the smallest study.
        KeyboardInterrupt
            What was found out until then is there.
        """
        ranked = self._probe()
        self._measure_expenses()
        in_question = [name for name in ranked if self.in_question(name)]
        if not in_question:  # whoever asks is told so, with what each model costs
            return
        others = [name for name in ranked if name not in in_question and name in self.expenses]
        rows = self._affordable(in_question)
        while len(rows) >= _WORTH * self.n_read:
            drawn = [self._splits(rows, number) for number in range(_MOST_ROUNDS)]
            n_train = min(len(split.order) for splits in drawn for split in splits)
            race = self._race(rows, drawn[0], in_question)
            if not self.rounds:  # an interrupt finds what there is
                self.rounds.append(race)
            sizes = rung_sizes(n_train, len(self._classes))
            race.climb(sizes, [*in_question, *others])
            if self.n_read and race.sizes[-1:] <= self.rounds[0].sizes[-1:]:
                break
            if not race.sizes:
                raise self.too_short(race.seconds(in_question, sizes[0]))
            self.rounds, self._more, self.n_read = [race], drawn[1:], len(rows)
            # What few documents foretell is rough, and more often too much: with what is known now, there may be time
            # for many more.
            last = race.ranked([name for name in in_question if (name, race.sizes[-1]) in race.scores], race.sizes[-1])
            in_question = [*last, *(name for name in in_question if name not in last)]
            rows = self._affordable(in_question)
        for number, splits in enumerate(self._more, 1):
            self._again(replace(self.rounds[0].data, splits=splits), number)

    def in_question(self, name: str) -> bool:
        """Whether a model may be recommended, as far as what it costs is known."""
        return name in self.capable and name in self.expenses and self.allows(self.expenses[name])

    def too_short(self, seconds: float) -> InvalidParameterError:
        """Return that the time does not suffice, where so many more seconds are needed for the smallest study."""
        needed = SAFETY * (self.clock.spent + seconds) / (1.0 - _RESERVE - self.kept_back) + 1.0
        return InvalidParameterError(
            f"budget is {self.clock.budget:g} seconds, which does not suffice for the smallest study of these "
            f"documents: that takes about {needed:.0f} seconds here. Give more time (--budget), or name fewer models "
            "(--models)."
        )

    def left(self) -> float:
        """Return the seconds that may be spent before the judgement."""
        return self.clock.left - (0.0 if self.clock.budget is None else (_RESERVE + self.kept_back) * self.clock.budget)

    # What comes first

    def _probe(self) -> list[str]:
        """Find out how fast models are; return them, the most promising first."""
        ranked = list(self.models)
        for k, probe in enumerate(_PROBES):
            size = min(max(probe, 4 * len(self._classes)), len(self._codes) // 2)
            race = self._probing(size)
            if k > 1 and (race is None or race.seconds(ranked, size) > _LITTLE * self.clock.left):
                break
            if race is None or not race.run(ranked, size):
                raise self.too_short(0.0)
            ranked = [*race.ranked(ranked, size), *(name for name in ranked if name in race.failures)]
            if k == 0:  # what code takes when it is loaded says nothing of what it takes later
                self._pace = Pace(self.n_workers)
            if k > 0 and size == len(self._codes) // 2:
                break
            if self.left() <= 0.0:
                raise self.too_short(race.seconds(ranked, 4 * size))
        return ranked

    def _probing(self, size: int) -> Race | None:
        """Return a race on few documents, one split for each worker."""
        n = min(size + max(size // 4, len(self._classes)), len(self._codes))
        rows = self._order[:n]
        splits = []
        for number in range(self.n_workers):
            order = nested_order(self._codes[rows], np.arange(n), np.random.default_rng([self.seed, 2, number]))
            splits.append(Split(order[:size], order[size:]))
        return self._race(rows, splits, self.models) if len(splits[0].test) else None

    def _measure_expenses(self) -> None:
        started = self.clock.spent
        allowed = _EXPENSES * self.left()
        rows = self._order.tolist()
        self.expenses, self.failures = measure_expenses(
            self.models,
            [self.documents.texts[row] for row in rows],
            [self.documents.labels[row] for row in rows],
            4 * len(self._classes),
            lambda: started + allowed - self.clock.spent,
            self.n_jobs,
        )

    # How many documents, and in which folds

    def _affordable(self, ranked: Sequence[str]) -> Rows:
        """Return the documents that there is time for: all, or a part that mirrors the classes."""
        n = len(self._codes)
        kept = finalists(ranked, {name: entry.family for name, entry in self._entries.items()})
        size = n
        while size > _PROBES[-1]:
            *sizes, last = rung_sizes(size - size // N_FOLDS, len(self._classes))
            needed = sum(self._seconds(ranked, lower) for lower in sizes[:-1])
            needed += sum(self._seconds(kept, upper) for upper in (*sizes[-1:], last))
            if self._reading_times.at(size) + needed <= self.left():
                break
            size = int(size * _STEP)
        return np.arange(n) if size >= n else self._with_rare_classes(size)

    def _seconds(self, models: Sequence[str], size: int) -> float:
        return SAFETY * self._pace.seconds(models, size, N_FOLDS)

    def _with_rare_classes(self, size: int) -> Rows:
        """Return so many documents, and of each class as many as folds need."""
        taken = [self._order[:size]]
        for code in range(len(self._classes)):
            taken.append(self._order[self._codes[self._order] == code][: 2 * N_FOLDS])
        rows: Rows = np.unique(np.concatenate(taken))
        return rows

    def _folds(self, rows: Rows, number: int) -> list[Rows]:
        codes = self._codes[rows]
        groups = np.unique(self._groups[rows], return_inverse=True)[1]
        # A class with few documents makes few folds.
        least = min((len(np.unique(groups[codes == code])) for code in np.unique(codes)), default=0)
        n_folds = min(N_FOLDS, max(least, 2))
        return draw_folds(codes, groups, n_folds, (self.seed, number), self.documents.classes)

    def _splits(self, rows: Rows, number: int) -> list[Split]:
        """Draw folds, and of each the order in which its training part is learned from."""
        splits = []
        for fold, test in enumerate(self._folds(rows, number)):
            training = np.setdiff1d(np.arange(len(rows)), test, assume_unique=True)
            rng = np.random.default_rng([self.seed, 3, number, fold])
            splits.append(Split(nested_order(self._codes[rows], training, rng), test))
        return splits

    # Races

    def _race(self, rows: Rows, splits: Sequence[Split], in_question: Sequence[str]) -> Race:
        documents = self.documents.select(rows.tolist())
        started = monotonic()
        reading = Reading(documents.texts, np.ones(len(rows), bool), self.n_jobs)
        for entry in self._entries.values():
            entry.prepare(reading)
        self._reading_times.add(len(rows), monotonic() - started)
        data = SplitCorpus(documents, self._labels[rows], self._codes[rows], self._classes, splits, False, 0)
        return self._on(reading, data, in_question, self.seed)

    def _on(self, reading: Reading, data: SplitCorpus, in_question: Sequence[str], seed: int) -> Race:
        race = partial(Race, self._entries, in_question, reading, data, self.measure, seed, self.n_workers)
        return race(self._pace, self.left, self.tell)

    def _again(self, data: SplitCorpus, number: int) -> None:
        """Try all that got furthest on folds that are drawn anew, where there is time."""
        first = self.rounds[0]
        largest = first.sizes[-1]
        models = first.ranked([name for name in self.models if (name, largest) in first.scores], largest)
        if sum(first.seconds(models, size) for size in first.sizes) > self.left():
            return
        race = self._on(first.reading, data, models, self.seed + number)
        race.climb(first.sizes, models)
        if race.sizes == first.sizes:  # a part of it would weigh sizes differently
            self.rounds.append(race)
