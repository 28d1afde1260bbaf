"""Running an experiment: every line at every point of an axis in every repeat, the repeats side by side."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.evaluation.contestants import Contestant, Point
from textgd.evaluation.measures import Measure
from textgd.evaluation.reading import Reading
from textgd.evaluation.schedule import run_side_by_side
from textgd.evaluation.splitting import SplitCorpus

__all__ = ["Gap", "Job", "Mark", "Outcome", "Task", "run"]

# Bootstrap resamples of the test documents of a repeat: enough to tell how much their choice moves a score.
_N_RESAMPLES = 100

Progress = Callable[[int, int], None]


class Mark(NamedTuple):
    """What one line of the picture gave at one point of the axis.

    Attributes
    ----------
    line, point : int
        Which.
    scores : float64 array of shape (1 + n_resamples,)
        On all test documents, then on their resamples.
    fit_seconds, score_seconds : float
        Processor time, reading included.
    chosen : str or None
        Which of several was chosen.
    """

    line: int
    point: int
    scores: NDArray[np.float64]
    fit_seconds: float
    score_seconds: float
    chosen: str | None = None


class Job(NamedTuple):
    """A part of a repeat, whose failure is a gap in its cells and nothing else.

    Attributes
    ----------
    cells : sequence of (line, point)
        What it fills.
    work : callable
        Yields the mark of each cell.
    """

    cells: Sequence[tuple[int, int]]
    work: Callable[[], Iterable[Mark]]


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be run: lines over the points of an axis, in repeats; what a repeat does is said by who inherits.

    Parameters
    ----------
    contestants : sequence of Contestant
    reading : Reading
    data : SplitCorpus
    measure : Measure
    seed : int

    Attributes
    ----------
    remedy : str
        What to ask less of where the time does not do for one repeat.
    """

    contestants: Sequence[Contestant]
    reading: Reading
    data: SplitCorpus
    measure: Measure
    seed: int

    remedy: ClassVar[str]

    @property
    def points(self) -> NDArray[Any]:
        """The points of the axis, ascending, shape (n_points,)."""
        raise NotImplementedError

    @property
    def lines(self) -> Sequence[str]:
        """The names of the lines."""
        return [contestant.name for contestant in self.contestants]

    def jobs(self, number: int) -> Iterable[Job]:
        """Yield what a repeat does; each job is done before the next is asked for."""
        raise NotImplementedError

    def solve(self, c: int, p: int, point: Point, weights: NDArray[np.float64]) -> Iterator[Mark]:
        """Yield what a contestant gives that learns from what `point` says; tested on right labels, whatever it says.

        Parameters
        ----------
        c, p : int
            The contestant, which is its line, and the point of the axis.
        point : Point
        weights : float64 array of shape (1 + n_resamples, n_test)
        """
        sheet = self.contestants[c].solve(point)
        truth = self.data.codes[point.subset.test]
        scores = self.measure.compute(truth, sheet.answers, weights, len(point.classes))
        yield Mark(c, p, scores, sheet.fit_seconds, sheet.score_seconds, sheet.chosen)

    @property
    def n_cells(self) -> int:
        """Results of a repeat."""
        return len(self.points) * len(self.lines)

    def resamples(self, number: int) -> NDArray[np.float64]:
        """Return how often each test document of a repeat counts: once, then as often as bootstrap resamples draw it.

        Each class keeps its number of documents, as it does from repeat to repeat.  Documents are drawn one by one,
        also those that are near-duplicates of each other.  An official test part is resampled once: its documents are
        the same in every repeat.  Shape (1 + n_resamples, n_test).
        """
        return self._resampled_once if self.data.is_official else self._resampled(number)

    @cached_property
    def _resampled_once(self) -> NDArray[np.float64]:
        return self._resampled(0)

    def _resampled(self, number: int) -> NDArray[np.float64]:
        rng = np.random.default_rng([self.seed, number, 1])
        truth = self.data.codes[self.data.splits[number].test]
        weights = np.ones((1 + _N_RESAMPLES, len(truth)))
        for code in range(len(self.data.classes)):
            rows = np.flatnonzero(truth == code)
            drawn = rng.integers(len(rows), size=(_N_RESAMPLES, len(rows)))
            drawn += len(rows) * np.arange(_N_RESAMPLES)[:, None]
            weights[1:, rows] = np.bincount(drawn.ravel(), minlength=_N_RESAMPLES * len(rows)).reshape(drawn.shape)
        return weights

    def seed_of(self, number: int, *more: int) -> int:
        """Return a seed for what draws at random in a repeat."""
        return int(np.random.SeedSequence([self.seed, number, *more]).generate_state(1)[0])


@dataclass(eq=False)
class _Repeat:
    """What one repeat gave: arrays of shape (n_lines, n_points, ...)."""

    scores: NDArray[np.float64]
    seconds: NDArray[np.float64]
    failures: dict[tuple[int, int], str] = field(default_factory=dict)
    chosen: dict[tuple[int, int], str] = field(default_factory=dict)


class Gap(NamedTuple):
    """Why a line has no result at a point.

    Attributes
    ----------
    line : str
    point : int or float
    n_repeats : int
        How many repeats it failed in.
    reason : str
        Of the first.
    """

    line: str
    point: Any
    n_repeats: int
    reason: str


@dataclass(frozen=True, eq=False)
class Outcome:
    """What all repeats gave that were run to their end.

    Attributes
    ----------
    scores : mapping of line -> float64 array of shape (n_points, n_repeats, 1 + n_resamples)
        On all test documents, then on their resamples; NaN where it failed.
    fit_times, score_times : mapping of line -> float64 array of shape (n_points, n_repeats)
    gaps : tuple of Gap
    chosen : mapping of line -> mapping of point -> Counter
        How often each of several was chosen.
    notes : tuple of str
        Warnings that the fits gave, each once.
    is_interrupted : bool
    """

    scores: Mapping[str, NDArray[np.float64]]
    fit_times: Mapping[str, NDArray[np.float64]]
    score_times: Mapping[str, NDArray[np.float64]]
    gaps: tuple[Gap, ...]
    chosen: Mapping[str, Mapping[Any, Counter[str]]]
    notes: tuple[str, ...]
    is_interrupted: bool


def run(
    task: Task,
    n_workers: int,
    deadline: float | None = None,
    budget: float | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Run repeats side by side, until all are done, the time is up, or somebody interrupts.

    Parameters
    ----------
    task : Task
    n_workers : int
        Repeats at a time; the outcome does not depend on it.
    deadline : float, optional
        When to stop, by `time.monotonic`: as many repeats are run as are likely to end before.
    budget : float, optional
        What that was in seconds, for the message.
    progress : callable, optional
        Given how many results there are and how many there will be; from any thread, one at a time.

    Raises
    ------
    InvalidParameterError
        Where the time is up before any repeat is done.
    KeyboardInterrupt
        Where that came before any repeat was done; else what is done is returned.
    """
    repeats = _Repeats(task, progress)
    done = run_side_by_side(repeats.run, len(task.data.splits), n_workers, deadline)
    if not done.parts:
        if done.is_interrupted:
            raise KeyboardInterrupt
        share = repeats.n_done / task.n_cells / n_workers
        raise InvalidParameterError(
            f"budget is {budget:g} seconds, which ended before one repeat did: {share:.0%} of its {task.n_cells} "
            f"results were there. Give more time (--budget), or ask for {task.remedy} or fewer models."
        )
    return _outcome(task, list(done.parts.values()), done.notes, done.is_interrupted)


class _Repeats:
    """The repeats of a task, each by its number; they count together how many results there are."""

    def __init__(self, task: Task, progress: Progress | None) -> None:
        self._task, self._progress, self._lock = task, progress, threading.Lock()
        self.n_done = 0

    def run(self, number: int, stop: threading.Event) -> _Repeat | None:
        """Return what a repeat gives; None where it was stopped."""
        task = self._task
        shape = (len(task.lines), len(task.points))
        repeat = _Repeat(np.full((*shape, 1 + _N_RESAMPLES), np.nan), np.full((*shape, 2), np.nan))
        for job in task.jobs(number):
            missing = dict.fromkeys(job.cells)
            try:
                for mark in job.work():
                    if stop.is_set():
                        return None
                    cell = mark.line, mark.point
                    repeat.scores[cell] = mark.scores
                    repeat.seconds[cell] = mark.fit_seconds, mark.score_seconds
                    if mark.chosen is not None:
                        repeat.chosen[cell] = mark.chosen
                    del missing[cell]
                    self._tell(1)
            # Whatever it is, the others go on: this line gets a gap, and the reason is told.
            except Exception as error:
                repeat.failures.update(dict.fromkeys(missing, f"{type(error).__name__}: {error}"))
                self._tell(len(missing))
            if stop.is_set():
                return None
        return repeat

    def _tell(self, n: int) -> None:
        with self._lock:
            self.n_done += n
            if self._progress is not None:
                self._progress(self.n_done, self._task.n_cells * len(self._task.data.splits))


def _outcome(task: Task, repeats: Sequence[_Repeat], notes: tuple[str, ...], is_interrupted: bool) -> Outcome:
    scores, fit_times, score_times, gaps = {}, {}, {}, []
    chosen: dict[str, dict[Any, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for k, line in enumerate(task.lines):
        scores[line] = np.stack([repeat.scores[k] for repeat in repeats], axis=1)
        fit_times[line] = np.stack([repeat.seconds[k, :, 0] for repeat in repeats], axis=1)
        score_times[line] = np.stack([repeat.seconds[k, :, 1] for repeat in repeats], axis=1)
        for p, point in enumerate(task.points.tolist()):
            reasons = [repeat.failures[k, p] for repeat in repeats if (k, p) in repeat.failures]
            if reasons:
                gaps.append(Gap(line, point, len(reasons), reasons[0]))
            for repeat in repeats:
                if (k, p) in repeat.chosen:
                    chosen[line][point][repeat.chosen[k, p]] += 1
    return Outcome(scores, fit_times, score_times, tuple(gaps), chosen, notes, is_interrupted)
