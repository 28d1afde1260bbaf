"""Trying candidates on some of the documents: each is judged on documents that its folds have not learned from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.classifier import TextClassifier
from textgd.errors import DataError, TextgdError
from textgd.evaluation.contestants import Point, TextContestant, answers_of
from textgd.evaluation.latency import measure_latency
from textgd.evaluation.measures import Measure
from textgd.evaluation.reading import Reading, SubsetReading
from textgd.evaluation.schedule import run_side_by_side
from textgd.text.vectorizer import CountVectorizer
from textgd.tuning.costs import Costs
from textgd.tuning.limits import Limits
from textgd.tuning.space import Candidate

__all__ = ["Bench", "Rung", "Trial", "reads", "resamples"]

# Bootstrap resamples of the documents of a rung: enough for the standard error of a difference.
_N_RESAMPLES = 100
# So many of the whole training part at a time: their counts take the most memory.
_MOST_AT_ONCE = 4

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trial:
    """A candidate that was tried.

    Parameters
    ----------
    candidate : Candidate
    size : int
        Documents learned from.
    errors : float64 array of shape (1 + n_resamples,)
        The error on all documents, each held out once, and on resamples of them, the same for all candidates of a
        rung.
    classifier : TextClassifier or None
        What was learned from all of them, where that was asked for.
    n_features : int or None
    n_bytes : int or None
        Of its file.
    latency : float or None
        Seconds for a document.
    reason : str or None
        Why there is no error: that it failed.
    """

    candidate: Candidate
    size: int
    errors: Float
    classifier: TextClassifier | None = None
    n_features: int | None = None
    n_bytes: int | None = None
    latency: float | None = None
    reason: str | None = None

    @property
    def error(self) -> float:
        """The error; infinite where it failed or is undefined."""
        error = float(self.errors[0])
        return error if np.isfinite(error) else float("inf")

    def standard_error(self, other: Trial | None = None) -> float:
        """Return the standard error of its error, or of the difference to that of another of the same rung."""
        draws = self.errors[1:] if other is None else self.errors[1:] - other.errors[1:]
        there = draws[np.isfinite(draws)]
        return float(there.std(ddof=1)) if len(there) > 1 else 0.0


def resamples(codes: NDArray[np.intp], n: int, rng: np.random.Generator) -> Float:
    """Return how often each document counts, in all and in each bootstrap resample; classes keep their sizes.

    Returns
    -------
    float64 array of shape (1 + n, n_documents)
    """
    weights = np.ones((1 + n, len(codes)))
    for code in np.unique(codes):
        rows = np.flatnonzero(codes == code)
        drawn = rng.integers(len(rows), size=(n, len(rows))) + len(rows) * np.arange(n)[:, None]
        weights[1:, rows] = np.bincount(drawn.ravel(), minlength=n * len(rows)).reshape(drawn.shape)
    return weights


@dataclass(frozen=True, eq=False)
class Bench:
    """What all candidates have in common.

    Parameters
    ----------
    texts : sequence of str
        The training part.
    labels, codes, classes : arrays
        As in `textgd.evaluation.contestants.Point`.
    measure : Measure
    limits : Limits
    costs : Costs
    seed : int
    n_jobs : int
        Threads.
    tell : callable
        Called after each trial.
    """

    texts: Sequence[str]
    labels: NDArray[Any]
    codes: NDArray[np.intp]
    classes: NDArray[Any]
    measure: Measure
    limits: Limits
    costs: Costs
    seed: int
    n_jobs: int
    tell: Callable[[], None]


class Rung:
    """Some of the documents, and the candidates that are tried on them.

    Parameters
    ----------
    bench : Bench
    rows : int array of shape (size,)
        The documents of this rung.
    """

    def __init__(self, bench: Bench, rows: NDArray[np.intp]) -> None:
        self._bench, self.size = bench, len(rows)
        self.is_whole = len(rows) == len(bench.texts)
        # The whole is learned from in its own order, as a fit from scratch would.
        self._rows = np.sort(rows) if self.is_whole else rows
        self._texts = [bench.texts[row] for row in self._rows.tolist()]
        self._reading = Reading(self._texts, np.ones(self.size, bool), bench.n_jobs)
        self._labels, self._codes = bench.labels[self._rows], bench.codes[self._rows]
        rng = np.random.default_rng([bench.seed, self.size])
        self._weights = resamples(self._codes, _N_RESAMPLES, rng)
        self._prepared: set[Any] = set()
        self.trials: list[Trial] = []
        #: Those that were left out because there was no time.
        self.skipped: list[Candidate] = []
        self.notes: set[str] = set()

    def run(self, candidates: Sequence[Candidate], deadline: Callable[[], float]) -> None:
        """Try candidates in their order, as long as they are likely to be done in time.

        Parameters
        ----------
        candidates : sequence of Candidate
        deadline : callable
            Gives the seconds that are left.

        Raises
        ------
        KeyboardInterrupt
            What was done until then is in `trials`.
        """
        for chunk in self._chunks(candidates):
            threads = self._threads(chunk)
            fitting = [candidate for candidate in chunk if self._seconds(candidate, threads) < deadline()]
            self.skipped += [candidate for candidate in chunk if candidate not in fitting]
            if fitting:
                self._run_chunk(fitting)

    def _threads(self, chunk: Sequence[Candidate]) -> int:
        """Return the threads that each fit has, where some are made at the same time."""
        return max(1, self._bench.n_jobs // len(chunk))

    def _chunks(self, candidates: Sequence[Candidate]) -> Iterator[Sequence[Candidate]]:
        if not self.is_whole:
            step = 2 * self._bench.n_jobs
            yield from (candidates[start : start + step] for start in range(0, len(candidates), step))
            return
        # The first alone: all others are compared with it.
        yield from (candidates[:1],) if candidates else ()
        step = min(self._bench.n_jobs, _MOST_AT_ONCE)
        yield from (candidates[start : start + step] for start in range(1, len(candidates), step))

    def _seconds(self, candidate: Candidate, threads: int) -> float:
        key = reads(candidate)
        reading = 0.0 if key in self._prepared else self._bench.costs.of_reading(key, self.size)
        return reading + self._bench.costs.of_fit(candidate, self.size, threads)

    def _run_chunk(self, candidates: Sequence[Candidate]) -> None:
        threads = self._threads(candidates)
        entered: list[tuple[Candidate, TextContestant]] = []
        for candidate in candidates:
            try:
                entered.append((candidate, self._enter(candidate, threads)))
            except TextgdError as error:
                self._add(self._failed(candidate, error))
        done = run_side_by_side(
            lambda number, stop: self._try(*entered[number], threads, stop), len(entered), self._bench.n_jobs
        )
        self.notes.update(done.notes)
        for trial in done.parts.values():
            self._add(self._measured(trial))
        if self.is_whole:
            for _, contestant in entered:
                contestant.release(self._reading)
            self._prepared.clear()
        if done.is_interrupted:
            raise KeyboardInterrupt

    def _add(self, trial: Trial) -> None:
        self.trials.append(trial)
        self._bench.tell()

    def _enter(self, candidate: Candidate, threads: int) -> TextContestant:
        contestant = TextContestant(candidate.name, None, "", TextClassifier(**candidate.parameters), threads)
        started = monotonic()
        contestant.prepare(self._reading)
        key = reads(candidate)
        if key not in self._prepared:
            self._prepared.add(key)
            self._bench.costs.add_reading(key, self.size, monotonic() - started)
        return contestant

    def _try(
        self, candidate: Candidate, contestant: TextContestant, threads: int, stop: threading.Event
    ) -> Trial | None:
        if stop.is_set():
            return None
        started = monotonic()
        # Each has a subset of its own, for they are tried at the same time.
        subset = SubsetReading(self._reading, np.arange(self.size), np.zeros(0, np.intp))
        subset.grow(self.size)
        bench = self._bench
        point = Point(subset, self._labels, self._codes, bench.classes, bench.seed)
        features = contestant.read(point)
        try:
            learned, _ = contestant.learn(point, features, hold_out=True)
            if learned.held_out is None:
                raise DataError("there are too few different documents to hold any out")
            answers = answers_of(learned, learned.held_out.scores)
            scores = bench.measure.compute(self._codes, answers, self._weights, len(bench.classes))
            is_built = self.is_whole or bench.limits.are_set
            classifier: Any = contestant.classifier(features, learned) if is_built else None
        except TextgdError as error:
            return self._failed(candidate, error)
        bench.costs.add(candidate, self.size, monotonic() - started, threads)
        return Trial(candidate, self.size, bench.measure.error(scores), classifier)

    def _measured(self, trial: Trial) -> Trial:
        """Return a trial with its size and latency, where there are limits to them; no other is under way now."""
        limits, classifier = self._bench.limits, trial.classifier
        if classifier is None:
            return trial
        if limits.n_bytes is not None:
            n_features = classifier.text_scorer_.extractor.n_features
            trial = replace(trial, n_bytes=classifier.file_size(), n_features=n_features)
        if limits.seconds is not None:
            trial = replace(trial, latency=measure_latency(classifier.text_scorer_, self._texts))
        return trial if self.is_whole else replace(trial, classifier=None)

    def _failed(self, candidate: Candidate, error: Exception) -> Trial:
        return Trial(candidate, self.size, np.full(1 + _N_RESAMPLES, np.nan), reason=str(error))


def reads(candidate: Candidate) -> Any:
    """Return what stands for how a candidate reads text."""
    vectorizer = TextClassifier(**candidate.parameters).build_vectorizer()
    return vectorizer.build_analysis() if isinstance(vectorizer, CountVectorizer) else vectorizer.analysis
