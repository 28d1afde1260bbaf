"""What predictions are worth against the truth: every metric with its interval.

The tests hold each against scikit-learn's, or a formula by hand.  A measure that is not defined, such as the precision
of a class that was never called, is NaN with the reason, and never 0 or 1 by convention.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from textgd.errors import DataError, InvalidParameterError
from textgd.metrics.calibration import Calibration, calibration_curve
from textgd.metrics.intervals import Interval
from textgd.metrics.measuring import ClassReport, measure, why_undefined
from textgd.metrics.mistakes import Mistake, worst_mistakes
from textgd.metrics.predictions import Predictions, check_predictions
from textgd.metrics.ranking import Ranking, rank
from textgd.metrics.slices import LENGTH, Slice, length_slices, measure_slices, value_slices
from textgd.metrics.thresholds import Claim, Threshold, claim_threshold, threshold_table
from textgd.plain import plain
from textgd.probabilities import NO_PROBABILITIES

__all__ = ["Evaluation", "evaluate_predictions"]

# What is told beside the figures themselves, and not kept in the notes of a model's file.
_DETAILS = ("calibration", "curves", "thresholds", "claim", "slices", "errors")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What predictions are worth against the true labels.

    Attributes
    ----------
    labels : tuple
        The order of rows and columns: the model's classes, then the labels it has never seen, sorted.
    confusion : int64 array of shape (n_labels, n_labels), read-only
        Documents by true label (row) and called label (column).
    n_documents : int
    positive : label or None
        The positive class of two, which precision, recall, F1, average precision, hm and sm are about; None for more.
    threshold : float or None
        The probability from which on a document was called positive; None: the most probable class was called.
    metrics : dict of str to Interval
        By the names of `textgd.metrics.titles.METRICS`, those that apply, with 95 % intervals.  A document of a label
        never seen counts as an error, and is left out of what holds one class against another: hm, sm, lam, 1-ROCA,
        areas, curves, thresholds and the claim.  Means over classes are of those for which the measure is defined.
    classes : tuple of ClassReport
        One for each label.
    unseen : dict
        True labels that the model has never seen, and the number of their documents.
    undefined : dict of str to str
        The metrics that are NaN, and why.
    calibration : Calibration or None
        Of the probability of the positive class of two, of more that of the class called.
    curves : tuple of Ranking
        Of the positive class of two; of more, one for each.
    thresholds : tuple of Threshold
        Of two classes, what other thresholds give.
    claim : Claim or None
        The threshold for the share of negative documents that may be lost, where one was asked for.
    slices : dict of str to tuple of Slice
    errors : tuple of Mistake
        The worst errors, where texts are known.
    """

    labels: tuple[Any, ...]
    confusion: NDArray[np.int64]
    n_documents: int
    positive: Any
    threshold: float | None
    metrics: Mapping[str, Interval]
    classes: tuple[ClassReport, ...]
    unseen: Mapping[Any, int]
    undefined: Mapping[str, str]
    calibration: Calibration | None = None
    curves: tuple[Ranking, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    claim: Claim | None = None
    slices: Mapping[str, tuple[Slice, ...]] = dataclasses.field(default_factory=dict)
    errors: tuple[Mistake, ...] = ()

    def __getitem__(self, name: str) -> Interval:
        """Return a metric by its name."""
        return self.metrics[name]

    @property
    def unseen_note(self) -> str:
        """What labels that the model has never seen count as, in a clause; empty where there are none."""
        if not self.unseen:
            return ""
        rates = "hm, sm, lam, ROC, precision-recall and thresholds" if self.positive is not None else "areas and curves"
        has_any = self.positive is not None or bool(self.curves)
        return f"counted as wrong{f', and left out of {rates}' if has_any else ''}"

    @property
    def sides(self) -> tuple[str, str]:
        """The negative and the positive class of two, as text; of more, those words."""
        if self.positive is None:
            return "negative", "positive"
        known = self.labels[:2]
        return str(known[known[0] == self.positive]), str(self.positive)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold: NaN becomes None, and `unseen` a list, because a JSON key is always a string."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        values["unseen"] = [{"label": label, "support": support} for label, support in self.unseen.items()]
        result: dict[str, Any] = plain(values)
        return result

    def summary(self) -> dict[str, Any]:
        """Return the figures alone, as JSON data, without what they come from."""
        return {name: value for name, value in self.to_dict().items() if name not in _DETAILS}


def evaluate_predictions(
    true_labels: Iterable[Any],
    predicted_labels: Iterable[Any],
    classes: Iterable[Any],
    probabilities: ArrayLike | None = None,
    scores: ArrayLike | None = None,
    *,
    positive: Any = None,
    threshold: float | None = None,
    max_ham_loss: float | None = None,
    texts: Sequence[str] | None = None,
    columns: Mapping[str, Sequence[str]] | None = None,
    n_errors: int = 20,
    rows: Sequence[int] | None = None,
    random_state: int = 0,
) -> Evaluation:
    """Hold predictions against the truth.

    Parameters
    ----------
    true_labels, predicted_labels : labels, one a document
    classes : labels
        The classes that the model knows.
    probabilities : array of shape (n_documents, n_classes), optional
        Columns in the order of `classes`.
    scores : array of shape (n_documents, n_classes), optional
        What orders documents by how much they look like each class; the probabilities where it is not given.
    positive : label, optional
        Of two classes the positive one; the second in sorted order where it is not given.
    threshold : float, optional
        Call as positive what has that probability or more, in the place of `predicted_labels`.
    max_ham_loss : float, optional
        Share of the negative documents that may be called positive; see `claim_threshold`.
    texts : sequence of str, optional
        For the worst errors.
    columns : mapping of str to sequence of str, optional
        What to slice by: for each name a value of each document; for ``length`` the texts.
    n_errors : int
        How many of the worst errors to keep.
    rows : sequence of int, optional
        The documents' numbers in their corpus, counted from 0, where they are a part of it.
    random_state : int

    Raises
    ------
    DataError
        Without documents, and for lengths, labels or probabilities that do not fit together.
    InvalidParameterError, UnknownNameError
        For what needs probabilities where there are none, or two classes where there are more; a threshold or a share
        that is not between 0 and 1; a positive class that there is not.

    Examples
    --------
    >>> evaluation = evaluate_predictions(["ham", "spam", "spam"], ["ham", "ham", "ham"], ["ham", "spam"])
    >>> evaluation.confusion
    array([[1, 0],
           [2, 0]])
    >>> evaluation["recall"].value, evaluation["precision"].value, evaluation.undefined["precision"]
    (0.0, nan, 'no document was called spam')
    """
    predictions = check_predictions(true_labels, predicted_labels, classes, probabilities, scores, positive, threshold)
    known = predictions.of_known
    metrics, reports = measure(predictions, random_state)
    confusion = predictions.confusion()
    confusion.setflags(write=False)
    return Evaluation(
        labels=predictions.labels,
        confusion=confusion,
        n_documents=len(predictions),
        positive=None if predictions.positive is None else predictions.labels[predictions.positive],
        threshold=threshold,
        metrics=metrics,
        classes=reports,
        unseen=predictions.unseen,
        undefined=why_undefined(predictions, metrics, reports),
        calibration=_calibration(predictions),
        curves=_curves(known),
        thresholds=() if (of := _positive(known)) is None else threshold_table(*of),
        claim=None if max_ham_loss is None else _claim(known, max_ham_loss),
        slices=_slices(predictions, columns or {}, random_state),
        errors=() if texts is None else worst_mistakes(predictions, texts, n_errors, rows),
    )


def _positive(predictions: Predictions) -> tuple[NDArray[np.float64], NDArray[np.bool_]] | None:
    """Return the probability that each document is positive, and whether it is; None where there is no such thing."""
    if predictions.positive is None or predictions.probabilities is None:
        return None
    return predictions.probabilities[:, predictions.positive], predictions.truth == predictions.positive


def _claim(predictions: Predictions, limit: float) -> Claim:
    if predictions.positive is None:
        raise InvalidParameterError(
            f"max_ham_loss is for two classes, one of them ham; the model has {predictions.n_classes}. Leave it out."
        )
    of_positive = _positive(predictions)
    if of_positive is None:
        raise InvalidParameterError(f"max_ham_loss is {limit:g}, which needs probabilities. {NO_PROBABILITIES}")
    return claim_threshold(*of_positive, limit)


def _calibration(predictions: Predictions) -> Calibration | None:
    if predictions.probabilities is None:
        return None
    of_positive = _positive(predictions)
    if of_positive is not None:
        return calibration_curve(predictions.labels[predictions.positive or 0], *of_positive)
    confidence = predictions.probabilities[np.arange(len(predictions)), predictions.chosen]
    return calibration_curve(None, confidence, predictions.truth == predictions.chosen)


def _curves(predictions: Predictions) -> tuple[Ranking, ...]:
    if predictions.scores is None or predictions.n_classes < 2:
        return ()
    shown = predictions.scores if predictions.probabilities is None else predictions.probabilities
    every = range(predictions.n_classes) if predictions.positive is None else [predictions.positive]
    curves = (rank(predictions.labels[c], predictions.truth == c, predictions.scores[:, c], shown[:, c]) for c in every)
    return tuple(curve for curve in curves if curve is not None)


def _slices(
    predictions: Predictions, columns: Mapping[str, Sequence[str]], random_state: int
) -> dict[str, tuple[Slice, ...]]:
    slices = {}
    for name, values in columns.items():
        if len(values) != len(predictions):
            raise DataError(f"{name} has {len(values)} values for {len(predictions)} documents; one each is expected.")
        parts = length_slices(values) if name == LENGTH else value_slices(values)
        slices[name] = measure_slices(predictions, parts, random_state)
    return slices
