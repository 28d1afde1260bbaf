"""Cross-validation of several models side by side: every fold once, all models on the same documents of one reading."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from textgd.errors import DataError, TextgdError
from textgd.evaluation.comparison import ModelFailure
from textgd.evaluation.contestants import Contestant, Point, Sheet
from textgd.evaluation.measures import Answers, Measure
from textgd.evaluation.reading import Reading, SubsetReading
from textgd.evaluation.schedule import run_side_by_side

__all__ = ["CrossValidation", "FoldScores", "cross_validate", "score"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """What is to be run.

    Parameters
    ----------
    contestants : sequence of Contestant
    reading : Reading
    labels, codes, classes : arrays
        As in `Point`.
    folds : sequence of int arrays
        The rows that each fold tests, of all repeats; it trains on the others.
    measures : sequence of Measure
        The first is the one that counts; a model that cannot give what it needs fails.
    seed : int
    """

    contestants: Sequence[Contestant]
    reading: Reading
    labels: NDArray[np.generic]
    codes: NDArray[np.intp]
    classes: NDArray[np.generic]
    folds: Sequence[NDArray[np.intp]]
    measures: Sequence[Measure]
    seed: int


@dataclass(eq=False)
class _Fold:
    """What one fold gave, by contestant."""

    scores: NDArray[np.float64]
    seconds: NDArray[np.float64]
    is_right: dict[int, NDArray[np.bool_]] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    failures: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class FoldScores:
    """What all folds gave that were run to their end.

    Attributes
    ----------
    numbers : tuple of int
        Which folds these are.
    scores : float64 array of shape (n_contestants, n_measures, n_folds)
        NaN where a contestant failed, and where a measure is not defined.
    seconds : float64 array of shape (n_contestants, n_folds, 2)
        Processor time, reading included: of learning, and of answering.
    is_right : sequence, by fold, of mapping of contestant -> bool array of shape (n_test,)
        Which documents it named rightly.
    sizes : mapping of contestant -> int
        Bytes of the file of what the first fold taught, where a file holds it.
    failures : tuple of ModelFailure
    notes : tuple of str
        Warnings that the fits gave, each once.
    is_interrupted : bool
    """

    numbers: tuple[int, ...]
    scores: NDArray[np.float64]
    seconds: NDArray[np.float64]
    is_right: Sequence[dict[int, NDArray[np.bool_]]]
    sizes: dict[int, int]
    failures: tuple[ModelFailure, ...]
    notes: tuple[str, ...]
    is_interrupted: bool


def cross_validate(task: CrossValidation, n_workers: int, progress: Progress | None = None) -> FoldScores:
    """Run the folds side by side, until all are done or somebody interrupts.

    Parameters
    ----------
    task : CrossValidation
    n_workers : int
        Folds at a time; nothing but the times depends on it.
    progress : callable, optional
        Given how many fits are done and how many there are; from any thread, one at a time.

    Raises
    ------
    KeyboardInterrupt
        Where that came before two folds were done; else what is done is returned.
    """
    done = run_side_by_side(_Folds(task, progress).run, len(task.folds), n_workers)
    if len(done.parts) < 2:
        raise KeyboardInterrupt
    folds = list(done.parts.values())
    failures = []
    for c, contestant in enumerate(task.contestants):
        reasons = [fold.failures[c] for fold in folds if c in fold.failures]
        if reasons:
            failures.append(ModelFailure(contestant.name, len(reasons), reasons[0]))
    return FoldScores(
        tuple(done.parts),
        np.stack([fold.scores for fold in folds], axis=-1),
        np.stack([fold.seconds for fold in folds], axis=1),
        [fold.is_right for fold in folds],
        {c: size for fold in folds for c, size in fold.sizes.items()},
        tuple(failures),
        done.notes,
        done.is_interrupted,
    )


class _Folds:
    """The folds of a task, each by its number; they count together how many fits are done."""

    def __init__(self, task: CrossValidation, progress: Progress | None) -> None:
        self._task, self._progress, self._lock = task, progress, threading.Lock()
        self._n_done = 0

    def run(self, number: int, stop: threading.Event) -> _Fold | None:
        """Return what a fold gives; None where it was stopped."""
        task = self._task
        test = task.folds[number]
        training = np.setdiff1d(np.arange(len(task.codes)), test, assume_unique=True)
        subset = SubsetReading(task.reading, training, test)
        subset.grow(len(training))
        seed = int(np.random.SeedSequence([task.seed, number]).generate_state(1)[0])
        point = Point(subset, task.labels, task.codes, task.classes, seed)
        n = len(task.contestants)
        fold = _Fold(np.full((n, len(task.measures)), np.nan), np.full((n, 2), np.nan))
        for c, contestant in enumerate(task.contestants):
            if stop.is_set():
                return None
            try:
                sheet = contestant.solve(point)
                fold.scores[c] = _scores(task, task.codes[test], sheet.answers, contestant.name)
            # Whatever it is, the others go on, and the reason is told.
            except Exception as error:
                fold.failures[c] = f"{type(error).__name__}: {error}"
            else:
                fold.seconds[c] = sheet.fit_seconds, sheet.score_seconds
                fold.is_right[c] = sheet.answers.columns == task.codes[test]
                if number == 0 and (size := _size(sheet)) is not None:
                    fold.sizes[c] = size
            self._tell()
        return fold

    def _tell(self) -> None:
        with self._lock:
            self._n_done += 1
            if self._progress is not None:
                self._progress(self._n_done, len(self._task.contestants) * len(self._task.folds))


def _scores(task: CrossValidation, truth: NDArray[np.intp], answers: Answers, name: str) -> list[float]:
    weights = np.ones((1, len(truth)))
    main = task.measures[0]
    if not _has(answers, main):
        raise DataError(f"{name} has no {main.needs}, which {main.name} needs.")
    return [float(score(measure, truth, answers, weights, len(task.classes))[0]) for measure in task.measures]


def score(
    measure: Measure, truth: NDArray[np.intp], answers: Answers, weights: NDArray[np.float64], n_classes: int
) -> NDArray[np.float64]:
    """Return the scores, one for each row of weights; NaN where the answers lack what the measure needs."""
    if not _has(answers, measure):
        return np.full(len(weights), np.nan)
    return measure.compute(truth, answers, weights, n_classes)


def _has(answers: Answers, measure: Measure) -> bool:
    given = {"labels": True, "scores": answers.scores is not None, "probabilities": answers.log_proba is not None}
    return given[measure.needs]


def _size(sheet: Sheet) -> int | None:
    try:
        return None if sheet.n_bytes is None else sheet.n_bytes()
    except TextgdError:  # no file holds it, as a tokenizer that is a function
        return None
