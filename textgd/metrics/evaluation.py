"""Accuracy with its interval, the confusion matrix, and what each class contributes.

Everything follows from plain counts, so no library is loaded for it; the tests hold the results against
scikit-learn's.  A measure that is not defined, such as the precision of a class that was never predicted, is NaN and
never 0 by convention.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from textgd.errors import DataError
from textgd.metrics.intervals import Interval, wilson_interval

__all__ = ["ClassReport", "Evaluation", "evaluate_predictions"]

# No logarithm of 0: one document that got probability 0 costs -ln of this, 36.04 nats, and not infinity.
_LEAST_PROBABILITY = float(np.finfo(np.float64).eps)
# Bins of the expected calibration error.
_N_BINS = 15


@dataclass(frozen=True)
class ClassReport:
    """How one class fared; NaN where a measure is not defined.

    Attributes
    ----------
    label : the class
    precision : share of the documents predicted as this class that belong to it
    recall : share of the documents of this class that were predicted as it
    f1 : harmonic mean of the two
    support : number of documents of this class
    """

    label: Any
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What predictions are worth against the true labels.

    Attributes
    ----------
    labels : tuple
        The order of rows and columns: the model's classes, then the labels it has never seen, sorted.
    confusion : int64 array of shape (n_labels, n_labels), read-only
        Documents by true label (row) and predicted label (column).
    n_documents : int
    accuracy : Interval
        With its 95 % interval.  A document of an unseen label counts as an error.
    classes : tuple of ClassReport
        One for each label.
    macro_f1 : float
        Mean of the F1 that are defined.
    unseen : dict
        True labels that the model has never seen, and the number of their documents.
    log_loss : float or None
        Mean of -ln of the true label's probability, in nats; an unseen label has the least probability that counts.
        None without probabilities.
    brier : float or None
        Half the mean squared distance between probabilities and truth, from 0 to 1; of two classes the mean squared
        error of either's probability.  None without probabilities.
    calibration_error : float or None
        Expected calibration error: mean gap between the probability of the predicted label and how often it is right,
        over 15 bins of equal width, weighted by their documents (Guo et al. 2017, equation 3).  None without
        probabilities.
    """

    labels: tuple[Any, ...]
    confusion: NDArray[np.int64]
    n_documents: int
    accuracy: Interval
    classes: tuple[ClassReport, ...]
    macro_f1: float
    unseen: dict[Any, int]
    log_loss: float | None
    brier: float | None
    calibration_error: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold: NaN becomes None, and `unseen` a list, because a JSON key is always a string."""
        result: dict[str, Any] = _plain(
            {
                "labels": self.labels,
                "confusion": self.confusion.tolist(),
                "n_documents": self.n_documents,
                "accuracy": vars(self.accuracy),
                "classes": [vars(report) for report in self.classes],
                "macro_f1": self.macro_f1,
                "unseen": [{"label": label, "support": support} for label, support in self.unseen.items()],
                "log_loss": self.log_loss,
                "brier": self.brier,
                "calibration_error": self.calibration_error,
            }
        )
        return result


def evaluate_predictions(
    true_labels: Iterable[Any],
    predicted_labels: Iterable[Any],
    classes: Iterable[Any],
    probabilities: ArrayLike | None = None,
) -> Evaluation:
    """Hold predictions against the truth.

    Parameters
    ----------
    true_labels, predicted_labels : labels, one a document
    classes : labels
        The classes that the model knows.
    probabilities : array of shape (n_documents, n_classes), optional
        Columns in the order of `classes`.

    Raises
    ------
    DataError
        Without documents, and for lengths, labels or probabilities that do not fit together.

    Examples
    --------
    >>> evaluation = evaluate_predictions(["ham", "spam", "spam"], ["ham", "ham", "ham"], ["ham", "spam"])
    >>> evaluation.confusion
    array([[1, 0],
           [2, 0]])
    >>> evaluation.classes[1]
    ClassReport(label='spam', precision=nan, recall=0.0, f1=0.0, support=2)
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

    counts = Counter(label for label in true if label not in position)
    unseen = {label: counts[label] for label in sorted(counts, key=lambda label: (type(label).__name__, label))}
    labels = (*known, *unseen)
    position = {label: i for i, label in enumerate(labels)}
    rows = np.fromiter((position[label] for label in true), np.intp, len(true))
    columns = np.fromiter((position[label] for label in predicted), np.intp, len(true))
    cells = np.bincount(rows * len(labels) + columns, minlength=len(labels) ** 2)
    confusion = cells.reshape(len(labels), len(labels)).astype(np.int64)
    confusion.setflags(write=False)

    reports = tuple(_report(label, i, confusion) for i, label in enumerate(labels))
    defined = [report.f1 for report in reports if not math.isnan(report.f1)]
    log_loss = brier = calibration_error = None
    if probabilities is not None:
        checked = _checked(probabilities, len(true), len(known))
        log_loss, brier = _probability_losses(rows, checked)
        calibration_error = _calibration_error(checked[np.arange(len(true)), columns], rows == columns)
    return Evaluation(
        labels=labels,
        confusion=confusion,
        n_documents=len(true),
        accuracy=wilson_interval(int(confusion.trace()), len(true)),
        classes=reports,
        macro_f1=sum(defined) / len(defined),
        unseen=unseen,
        log_loss=log_loss,
        brier=brier,
        calibration_error=calibration_error,
    )


def _labels(labels: Iterable[Any]) -> list[Any]:
    """Return Python's own values: numpy's do not go into JSON."""
    return [label.item() if isinstance(label, np.generic) else label for label in labels]


def _listed(labels: list[Any]) -> str:
    few = ", ".join(repr(label) for label in labels[:10])
    return few if len(labels) <= 10 else f"{few} and {len(labels) - 10} more"


def _report(label: Any, i: int, confusion: NDArray[np.int64]) -> ClassReport:
    hits, predicted, support = int(confusion[i, i]), int(confusion[:, i].sum()), int(confusion[i].sum())
    return ClassReport(
        label, _ratio(hits, predicted), _ratio(hits, support), _ratio(2 * hits, predicted + support), support
    )


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else math.nan


def _checked(probabilities: ArrayLike, n_documents: int, n_classes: int) -> NDArray[np.float64]:
    array = np.asarray(probabilities, np.float64)
    if array.shape != (n_documents, n_classes):
        raise DataError(
            f"probabilities has shape {array.shape}; {(n_documents, n_classes)} is expected, "
            "a row for each document and a column for each class."
        )
    wrong = ~((array >= 0.0) & (array <= 1.0 + 1e-6)).all(axis=1)
    if wrong.any():
        i = int(wrong.argmax())
        raise DataError(
            f"Row {i} of probabilities is {array[i].tolist()}; numbers from 0 to 1 are expected, no logarithms."
        )
    return array


def _probability_losses(rows: NDArray[np.intp], probabilities: NDArray[np.float64]) -> tuple[float, float]:
    """Return log loss and Brier score (1950); `rows` are positions of the true labels, unseen ones past the columns."""
    seen = np.flatnonzero(rows < probabilities.shape[1])
    of_truth = np.zeros(len(rows))
    of_truth[seen] = probabilities[seen, rows[seen]]
    log_loss = -np.log(np.clip(of_truth, _LEAST_PROBABILITY, 1.0)).mean()
    differences = probabilities.copy()
    differences[seen, rows[seen]] -= 1.0
    # The column that an unseen label would have is 0 where the truth is 1.
    distances = (differences**2).sum() + (len(rows) - len(seen))
    return float(log_loss), float(distances / len(rows) / 2.0)


def _calibration_error(confidence: NDArray[np.float64], is_right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error; a confidence on the edge of two bins belongs to the lower one."""
    bins = np.clip(np.ceil(confidence * _N_BINS).astype(np.intp) - 1, 0, _N_BINS - 1)
    gaps = np.bincount(bins, confidence - is_right, minlength=_N_BINS)
    return float(np.abs(gaps).sum() / len(confidence))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
