"""What each model costs: to train as ``textgd train`` does, to ask for one document, and to keep."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from time import perf_counter
from typing import Any

from textgd.classifier import TextClassifier
from textgd.errors import TextgdError
from textgd.evaluation.costs import Times
from textgd.evaluation.latency import measure_latencies
from textgd.metrics import Interval

__all__ = ["Expense", "measure_expenses"]

# What a model costs is first found out by so many documents.
_FIRST = 200
# More documents than before are worth another fit if they are so many times as many.
_WORTH = 2.0
# Half the width of a 95 % interval, in standard deviations.
_Z = 1.96


@dataclass(frozen=True)
class Expense:
    """What a model costs.

    Parameters
    ----------
    n_documents : int
        The most that it was trained on to find out.
    train_seconds : float
        Of training on all documents, calibration included: measured where `n_documents` is all of them, else foretold.
    is_measured : bool
    latency : Interval
        The median of the seconds for one document after another, with one thread, and its 95 % interval.
    n_bytes : int
        Of its file, with `n_documents` documents.
    """

    n_documents: int
    train_seconds: float
    is_measured: bool
    latency: Interval
    n_bytes: int


def measure_expenses(
    models: Sequence[str],
    texts: Sequence[str],
    labels: Sequence[Any],
    n_first: int,
    left: Callable[[], float],
    n_jobs: int | None,
) -> tuple[dict[str, Expense], dict[str, str]]:
    """Train each model on few documents, and on more or all where there is time.

    Parameters
    ----------
    models : sequence of str
    texts, labels : sequences
        In such an order that a front part mirrors the classes.
    n_first : int
        Documents that hold every class several times.
    left : callable
        Gives the seconds that may still be spent.
    n_jobs : int, optional
        Threads of training.

    Returns
    -------
    expenses : dict of model -> Expense
    failures : dict of model -> str
        Why a model could not be trained.
    """
    meter = _Meter(texts, labels, n_jobs)
    first = min(max(_FIRST, n_first), len(texts))
    fitted: dict[str, TextClassifier] = {}
    failures = {}
    for number, model in enumerate(models):
        try:
            if number == 0:  # loads what all have in common, which none is to be charged for
                meter.train(model, min(n_first, len(texts)), is_counted=False)
            fitted[model] = meter.train(model, first)
        except TextgdError as error:
            failures[model] = str(error)
    # The cheapest first: what they leave over is for the others.
    cheapest = sorted(fitted, key=lambda model: meter.times[model].at(len(texts)))
    for position, model in enumerate(cheapest):
        allowed = left() / (len(cheapest) - position)
        size = first
        # What few documents foretell is too much, for much of what they take is constant: so again, with what is left.
        while (more := meter.affordable(model, allowed)) >= _WORTH * size or size < more == len(texts):
            size = more
            fitted[model] = meter.train(model, size)
            allowed -= meter.times[model].at(size)
    return {model: meter.expense(model, fitted[model]) for model in fitted}, failures


class _Meter:
    """Trains models, and knows how long that took."""

    def __init__(self, texts: Sequence[str], labels: Sequence[Any], n_jobs: int | None) -> None:
        self._texts, self._labels, self._n_jobs = texts, labels, n_jobs
        self.times: dict[str, Times] = {}
        self._sizes: dict[str, int] = {}

    def train(self, model: str, size: int, is_counted: bool = True) -> TextClassifier:
        """Return the model trained on the first so many documents."""
        started = perf_counter()
        with warnings.catch_warnings():
            # That so few documents are too few for this or that is nothing that anybody needs to know.
            warnings.simplefilter("ignore")
            classifier = TextClassifier(model=model, n_jobs=self._n_jobs).fit(self._texts[:size], self._labels[:size])
        if is_counted:
            self.times.setdefault(model, Times()).add(size, perf_counter() - started)
            self._sizes[model] = size
        return classifier

    def affordable(self, model: str, seconds: float) -> int:
        """Return how many documents it can be trained on in so many seconds."""
        times, n, size = self.times[model], len(self._texts), self._sizes[model]
        if times.at(n) <= seconds:
            return n
        return min(int(size * seconds / times.at(size)), n)

    def expense(self, model: str, classifier: TextClassifier) -> Expense:
        """Return what it costs."""
        size, n = self._sizes[model], len(self._texts)
        latencies = measure_latencies(classifier.text_scorer_, self._texts)
        return Expense(size, self.times[model].at(n), size == n, median_interval(latencies), classifier.file_size())


def median_interval(values: Sequence[float]) -> Interval:
    """Return the median of values and its 95 % interval, between two of them by their ranks.

    Examples
    --------
    >>> median_interval([float(n) for n in range(1, 101)])
    Interval(value=50.5, low=40.0, high=61.0)
    """
    ordered, n = sorted(values), len(values)
    half = _Z * sqrt(n) / 2.0
    low, high = max(int(n / 2.0 - half), 1), min(int(n / 2.0 + half) + 2, n)
    middle = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2.0
    return Interval(middle, ordered[low - 1], ordered[high - 1])
