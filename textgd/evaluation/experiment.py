"""Running an experiment: every contestant on every subset of every repeat, the repeats side by side."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.evaluation.contestants import Contestant, Point
from textgd.evaluation.curves import Failure
from textgd.evaluation.design import Split
from textgd.evaluation.measures import Measure
from textgd.evaluation.reading import Reading, SubsetReading
from textgd.evaluation.schedule import run_side_by_side

__all__ = ["Outcome", "Task", "run"]

# Bootstrap resamples of the test documents of a repeat: enough to tell how much their choice moves a score.
_N_RESAMPLES = 100

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be run.

    Parameters
    ----------
    contestants : sequence of Contestant
    reading : Reading
    labels, codes, classes : arrays
        As in `Point`.
    sizes : int64 array of shape (n_sizes,)
    splits : sequence of Split
        One for each repeat.
    measure : Measure
    seed : int
    is_official : bool
        All repeats test on the same documents.
    """

    contestants: Sequence[Contestant]
    reading: Reading
    labels: NDArray[np.generic]
    codes: NDArray[np.intp]
    classes: NDArray[np.generic]
    sizes: NDArray[np.int64]
    splits: Sequence[Split]
    measure: Measure
    seed: int
    is_official: bool

    @property
    def n_points(self) -> int:
        """Fits of a repeat."""
        return len(self.sizes) * len(self.contestants)


@dataclass(eq=False)
class _Repeat:
    """What one repeat gave: arrays of shape (n_contestants, n_sizes, ...)."""

    scores: NDArray[np.float64]
    seconds: NDArray[np.float64]
    failures: dict[tuple[int, int], str] = field(default_factory=dict)
    chosen: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What all repeats gave that were run to their end.

    Attributes
    ----------
    scores : mapping of name -> float64 array of shape (n_sizes, n_repeats, 1 + n_resamples)
        On all test documents, then on their resamples; NaN where a contestant failed.
    fit_times, score_times : mapping of name -> float64 array of shape (n_sizes, n_repeats)
    failures : tuple of Failure
    chosen : mapping of name -> mapping of size -> Counter
        How often each of several was chosen.
    notes : tuple of str
        Warnings that the fits gave, each once.
    is_interrupted : bool
    """

    scores: Mapping[str, NDArray[np.float64]]
    fit_times: Mapping[str, NDArray[np.float64]]
    score_times: Mapping[str, NDArray[np.float64]]
    failures: tuple[Failure, ...]
    chosen: Mapping[str, Mapping[int, Counter[str]]]
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
        Given how many fits are done and how many there are; from any thread, one at a time.

    Raises
    ------
    InvalidParameterError
        Where the time is up before any repeat is done.
    KeyboardInterrupt
        Where that came before any repeat was done; else what is done is returned.
    """
    repeats = _Repeats(task, progress)
    done = run_side_by_side(repeats.run, len(task.splits), n_workers, deadline)
    if not done.parts:
        if done.is_interrupted:
            raise KeyboardInterrupt
        share = repeats.n_done / task.n_points / n_workers
        raise InvalidParameterError(
            f"budget is {budget:g} seconds, which ended before one repeat did: {share:.0%} of its {task.n_points} fits "
            "were done. Give more time (--budget), or ask for fewer or smaller sizes (--sizes) or fewer models."
        )
    return _outcome(task, list(done.parts.values()), done.notes, done.is_interrupted)


class _Repeats:
    """The repeats of a task, each by its number; they count together how many fits are done."""

    def __init__(self, task: Task, progress: Progress | None) -> None:
        self._task, self._progress, self._lock = task, progress, threading.Lock()
        self.n_done = 0
        # An official test part is resampled once: its documents are the same in every repeat.
        self._weights = _resamples(task, 0) if task.is_official else None

    def run(self, number: int, stop: threading.Event) -> _Repeat | None:
        """Return what a repeat gives; None where it was stopped."""
        task = self._task
        split = task.splits[number]
        weights = _resamples(task, number) if self._weights is None else self._weights
        subset = SubsetReading(task.reading, split.order, split.test)
        truth = task.codes[split.test]
        shape = (len(task.contestants), len(task.sizes))
        repeat = _Repeat(np.full((*shape, len(weights)), np.nan), np.full((*shape, 2), np.nan))
        for s, size in enumerate(task.sizes.tolist()):
            subset.grow(size)
            seed = int(np.random.SeedSequence([task.seed, number, size]).generate_state(1)[0])
            point = Point(subset, task.labels, task.codes, task.classes, seed)
            for c, contestant in enumerate(task.contestants):
                if stop.is_set():
                    return None
                try:
                    sheet = contestant.solve(point)
                # Whatever it is, the others go on: the line of this one gets a gap, and the reason is told.
                except Exception as error:
                    repeat.failures[c, s] = f"{type(error).__name__}: {error}"
                else:
                    repeat.scores[c, s] = task.measure.compute(truth, sheet.answers, weights, len(task.classes))
                    repeat.seconds[c, s] = sheet.fit_seconds, sheet.score_seconds
                    if sheet.chosen is not None:
                        repeat.chosen[c, s] = sheet.chosen
                self._tell()
        return repeat

    def _tell(self) -> None:
        with self._lock:
            self.n_done += 1
            if self._progress is not None:
                self._progress(self.n_done, self._task.n_points * len(self._task.splits))


def _resamples(task: Task, number: int) -> NDArray[np.float64]:
    """Return how often each test document of a repeat counts: once, then as often as bootstrap resamples draw it.

    Each class keeps its number of documents, as it does from repeat to repeat.  Documents are drawn one by one, also
    those that are near-duplicates of each other.  Shape (1 + n_resamples, n_test).
    """
    rng = np.random.default_rng([task.seed, number, 1])
    truth = task.codes[task.splits[number].test]
    weights = np.ones((1 + _N_RESAMPLES, len(truth)))
    for code in range(len(task.classes)):
        rows = np.flatnonzero(truth == code)
        drawn = rng.integers(len(rows), size=(_N_RESAMPLES, len(rows)))
        drawn += len(rows) * np.arange(_N_RESAMPLES)[:, None]
        weights[1:, rows] = np.bincount(drawn.ravel(), minlength=_N_RESAMPLES * len(rows)).reshape(drawn.shape)
    return weights


def _outcome(task: Task, repeats: Sequence[_Repeat], notes: tuple[str, ...], is_interrupted: bool) -> Outcome:
    scores, fit_times, score_times, failures = {}, {}, {}, []
    chosen: dict[str, dict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for c, contestant in enumerate(task.contestants):
        scores[contestant.name] = np.stack([repeat.scores[c] for repeat in repeats], axis=1)
        fit_times[contestant.name] = np.stack([repeat.seconds[c, :, 0] for repeat in repeats], axis=1)
        score_times[contestant.name] = np.stack([repeat.seconds[c, :, 1] for repeat in repeats], axis=1)
        for s, size in enumerate(task.sizes.tolist()):
            reasons = [repeat.failures[c, s] for repeat in repeats if (c, s) in repeat.failures]
            if reasons:
                failures.append(Failure(contestant.name, size, len(reasons), reasons[0]))
            for repeat in repeats:
                if (c, s) in repeat.chosen:
                    chosen[contestant.name][size][repeat.chosen[c, s]] += 1
    return Outcome(scores, fit_times, score_times, tuple(failures), chosen, notes, is_interrupted)
