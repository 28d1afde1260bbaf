"""Predictions beside the truth, checked: what every measure starts from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from textgd.errors import DataError, InvalidParameterError, UnknownNameError, suggestion
from textgd.metrics.thresholds import check_threshold
from textgd.probabilities import NO_PROBABILITIES

__all__ = ["Predictions", "check_predictions"]


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predictions beside the truth.

    Parameters
    ----------
    labels : tuple
        The model's classes, then the labels that it has never seen, sorted.
    n_classes : int
        How many of them the model knows.
    truth, called, chosen : int arrays of shape (n_documents,)
        Numbers of the true label, the one called, and the one that the model chose itself: a threshold may call
        another.
    probabilities, scores : float64 arrays of shape (n_documents, n_classes), or None
        A score orders the documents by how much they look like the class.
    positive : int or None
        Number of the positive class, of two.
    """

    labels: tuple[Any, ...]
    n_classes: int
    truth: NDArray[np.intp]
    called: NDArray[np.intp]
    chosen: NDArray[np.intp]
    probabilities: NDArray[np.float64] | None
    scores: NDArray[np.float64] | None
    positive: int | None

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.truth)

    def confusion(self, rows: NDArray[np.intp] | slice = slice(None)) -> NDArray[np.int64]:
        """Return documents by true label (row) and called label (column), shape (n_labels, n_labels)."""
        n = len(self.labels)
        cells = np.bincount(self.truth[rows] * n + self.called[rows], minlength=n * n)
        return cells.reshape(n, n).astype(np.int64)

    @property
    def of_known(self) -> Predictions:
        """The predictions for documents whose label the model knows.

        What holds one class against another is about those alone: a document of a third label is in neither.
        """
        rows = np.flatnonzero(self.truth < self.n_classes)
        if len(rows) == len(self):
            return self
        return replace(
            self,
            labels=self.labels[: self.n_classes],
            truth=self.truth[rows],
            called=self.called[rows],
            chosen=self.chosen[rows],
            probabilities=None if self.probabilities is None else self.probabilities[rows],
            scores=None if self.scores is None else self.scores[rows],
        )

    @property
    def unseen(self) -> dict[Any, int]:
        """The labels that the model has never seen, and the number of their documents."""
        counts = np.bincount(self.truth, minlength=len(self.labels)).tolist()
        return dict(zip(self.labels[self.n_classes :], counts[self.n_classes :], strict=True))


def check_predictions(
    true_labels: Iterable[Any],
    predicted_labels: Iterable[Any],
    classes: Iterable[Any],
    probabilities: ArrayLike | None = None,
    scores: ArrayLike | None = None,
    positive: Any = None,
    threshold: float | None = None,
) -> Predictions:
    """Return predictions beside the truth, by numbers.

    Raises
    ------
    DataError
        Without documents, and for lengths, labels or probabilities that do not fit together.
    InvalidParameterError, UnknownNameError
        For a positive class or a threshold that cannot be.
    """
    true, predicted, known = _labels(true_labels), _labels(predicted_labels), _labels(classes)
    if len(true) != len(predicted):
        raise DataError(f"There are {len(true)} true labels and {len(predicted)} predicted ones; one each is expected.")
    if not true:
        raise DataError("There is no document to evaluate on; at least one is needed.")
    position = {label: i for i, label in enumerate(known)}
    for label in predicted:
        if label not in position:
            raise DataError(f"{label!r} was predicted, which is none of the model's classes: {_listed(known)}.")
    unseen = sorted(
        Counter(label for label in true if label not in position), key=lambda label: (type(label).__name__, label)
    )
    labels = (*known, *unseen)
    place = {label: i for i, label in enumerate(labels)}
    truth, chosen = (np.fromiter((place[label] for label in part), np.intp, len(true)) for part in (true, predicted))
    shape = len(true), len(known)
    checked = None if probabilities is None else _probabilities(probabilities, shape)
    order = checked if scores is None else _scores(scores, shape)
    column = _positive(positive, known)
    called = chosen if threshold is None else _called(threshold, checked, column, known)
    return Predictions(labels, len(known), truth, called, chosen, checked, order, column)


def _labels(labels: Iterable[Any]) -> list[Any]:
    """Return Python's own values: numpy's do not go into JSON."""
    return [label.item() if isinstance(label, np.generic) else label for label in labels]


def _listed(labels: list[Any]) -> str:
    few = ", ".join(repr(label) for label in labels[:10])
    return few if len(labels) <= 10 else f"{few} and {len(labels) - 10} more"


def _positive(positive: Any, known: list[Any]) -> int | None:
    """Return the number of the positive class: the one asked for, else the second in sorted order."""
    if len(known) != 2:
        if positive is not None:
            raise InvalidParameterError(
                f"positive is {positive!r}, but the model has {len(known)} classes: a positive and a negative class "
                "are two. Leave it out; each class is measured against the rest."
            )
        return None
    if positive is None:
        return known.index(max(known))
    if isinstance(positive, np.generic):
        positive = positive.item()
    if positive not in known:
        raise UnknownNameError(f"positive is {positive!r}. {suggestion(str(positive), map(str, known))}")
    return known.index(positive)


def _called(
    threshold: float, probabilities: NDArray[np.float64] | None, positive: int | None, known: list[Any]
) -> NDArray[np.intp]:
    check_threshold(threshold)
    if positive is None:
        raise InvalidParameterError(
            f"threshold is {threshold:g}, but the model has {len(known)} classes: a threshold is for the probability "
            "of one class of two. Leave it out; the most probable class is called."
        )
    if probabilities is None:
        raise InvalidParameterError(f"threshold is {threshold:g}, which needs probabilities. {NO_PROBABILITIES}")
    return np.where(probabilities[:, positive] >= threshold, positive, 1 - positive)


def _probabilities(probabilities: ArrayLike, shape: tuple[int, int]) -> NDArray[np.float64]:
    array = _shaped("probabilities", probabilities, shape)
    wrong = ~((array >= 0.0) & (array <= 1.0 + 1e-6)).all(axis=1)
    if wrong.any():
        i = int(wrong.argmax())
        raise DataError(
            f"Row {i} of probabilities is {array[i].tolist()}; numbers from 0 to 1 are expected, no logarithms."
        )
    return array


def _scores(scores: ArrayLike, shape: tuple[int, int]) -> NDArray[np.float64]:
    array = _shaped("scores", scores, shape)
    if np.isnan(array).any():
        raise DataError(f"Row {int(np.isnan(array).any(axis=1).argmax())} of scores has NaN; numbers are expected.")
    return array


def _shaped(name: str, values: ArrayLike, shape: tuple[int, int]) -> NDArray[np.float64]:
    array = np.asarray(values, np.float64)
    if array.shape != shape:
        raise DataError(
            f"{name} has shape {array.shape}; {shape} is expected, a row for each document and a column for each class."
        )
    return array
