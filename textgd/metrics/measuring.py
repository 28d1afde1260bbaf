"""From predictions to every metric with its interval, and why one is not defined."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.metrics.calibration import calibration_error
from textgd.metrics.confusion import class_shares, drawn_intervals, macro_mean, mcc
from textgd.metrics.intervals import Interval, influence_interval, undefined, wilson_interval
from textgd.metrics.losses import brier_scores, log_losses
from textgd.metrics.predictions import Predictions
from textgd.metrics.ranking import area_interval, average_precision, roc_auc
from textgd.metrics.spam import one_minus_roca, spam_rates

__all__ = ["ACCURACIES", "ClassReport", "class_reports", "measure", "why_undefined"]


#: What is the accuracy by another name, where each document has one label.
ACCURACIES = ("precision_micro", "recall_micro", "f1_micro", "recall_weighted")


@dataclass(frozen=True)
class ClassReport:
    """How one class fared; NaN where a measure is not defined.

    Attributes
    ----------
    label : the class
    precision : share of the documents called as this class that belong to it
    recall : share of the documents of this class that were called as it
    f1 : harmonic mean of the two
    roc_auc, average_precision : of this class against the rest, by the scores; None without scores
    support : number of documents of this class
    """

    label: Any
    precision: Interval
    recall: Interval
    f1: Interval
    roc_auc: Interval | None
    average_precision: Interval | None
    support: int


def measure(predictions: Predictions, random_state: int = 0) -> tuple[dict[str, Interval], tuple[ClassReport, ...]]:
    """Return every metric that the predictions have, by name, and every class.

    A document of a label that the model has never seen is an error, and in no rate or area that holds one class against
    another: it is neither ham nor spam.
    """
    confusion = predictions.confusion()
    accuracy = wilson_interval(int(confusion.trace()), len(predictions))
    drawn = _of_confusion(confusion, random_state)
    known = predictions.of_known
    areas = _areas(known)
    classes = class_reports(predictions, drawn.pop("f1"), areas)
    metrics = {"accuracy": accuracy}
    positive = predictions.positive
    if positive is not None:
        report = classes[positive]
        metrics |= {"precision": report.precision, "recall": report.recall, "f1": report.f1}
    metrics |= {name: intervals[0] for name, intervals in drawn.items()} | dict.fromkeys(ACCURACIES, accuracy)
    if areas:
        metrics |= _mean_areas(known, areas)
    if predictions.probabilities is not None:
        metrics |= _of_probabilities(predictions, predictions.probabilities, random_state)
    if positive is not None:
        is_positive = known.truth == positive
        metrics |= spam_rates(is_positive, known.called == positive, random_state)
        if areas:
            n_positive = int(is_positive.sum())
            n_negative = len(known) - n_positive
            metrics["one_minus_roca"] = one_minus_roca(metrics["roc_auc"], n_negative, n_positive)
    return metrics, classes


def class_reports(
    predictions: Predictions, f1: list[Interval], areas: list[_Areas] | None = None
) -> tuple[ClassReport, ...]:
    """Return how each label fared."""
    confusion = predictions.confusion()
    reports = []
    for i, label in enumerate(predictions.labels):
        hits, called, support = int(confusion[i, i]), int(confusion[:, i].sum()), int(confusion[i].sum())
        # The model has no score for a label that it has never seen.
        has_scores = bool(areas) and i < predictions.n_classes
        roc, ap = (areas[i].roc, areas[i].ap) if areas and has_scores else (None, None)
        precision, recall = wilson_interval(hits, called), wilson_interval(hits, support)
        reports.append(ClassReport(label, precision, recall, f1[i], roc, ap, support))
    return tuple(reports)


def _of_confusion(confusion: NDArray[np.int64], random_state: int) -> dict[str, list[Interval]]:
    is_there = [~np.isnan(shares) for shares in class_shares(confusion.astype(np.float64))]

    def figures(counts: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        # A class that has no such share in the test has none in the draws.
        shares = class_shares(counts)
        precision, recall, f1 = (np.where(known, share, np.nan) for known, share in zip(is_there, shares, strict=True))
        support = counts.sum(axis=-1)
        return {
            "f1": f1,
            "precision_macro": macro_mean(precision),
            "recall_macro": macro_mean(recall),
            "f1_macro": macro_mean(f1),
            "precision_weighted": macro_mean(precision, support),
            "f1_weighted": macro_mean(f1, support),
            "mcc": mcc(counts),
        }

    return drawn_intervals(confusion, figures, random_state)


@dataclass(frozen=True, eq=False)
class _Areas:
    """The areas of a class against the rest, with the influence of each document on them."""

    roc: Interval
    ap: Interval
    roc_influence: NDArray[np.float64]
    ap_influence: NDArray[np.float64]
    n_least: int


def _areas(predictions: Predictions) -> list[_Areas]:
    """Return the areas of each class that the model knows; none without scores."""
    if predictions.scores is None or predictions.n_classes < 2:
        return []
    areas = []
    for c in range(predictions.n_classes):
        is_class = predictions.truth == c
        n_least = min(int(is_class.sum()), len(is_class) - int(is_class.sum()))
        roc, of_roc = roc_auc(is_class, predictions.scores[:, c])
        ap, of_ap = average_precision(is_class, predictions.scores[:, c])
        intervals = area_interval(roc, of_roc, n_least), area_interval(ap, of_ap, n_least)
        areas.append(_Areas(*intervals, of_roc, of_ap, n_least))
    return areas


def _mean_areas(predictions: Predictions, areas: list[_Areas]) -> dict[str, Interval]:
    """Return the areas of the positive class of two, or the means over the classes for which they are defined."""
    if predictions.positive is not None:
        of_positive = areas[predictions.positive]
        return {"roc_auc": of_positive.roc, "average_precision": of_positive.ap}
    means = {}
    for name, parts in (
        ("roc_auc", [(a.roc, a.roc_influence, a.n_least) for a in areas]),
        ("average_precision", [(a.ap, a.ap_influence, a.n_least) for a in areas]),
    ):
        defined = [part for part in parts if not math.isnan(part[0].value)]
        if not defined:
            means[name] = undefined()
            continue
        mean = sum(area.value for area, _, _ in defined) / len(defined)
        influence = sum((influence for _, influence, _ in defined), np.zeros(len(predictions))) / len(defined)
        means[name] = area_interval(mean, influence, min(n for _, _, n in defined))
    return means


def _of_probabilities(
    predictions: Predictions, probabilities: NDArray[np.float64], random_state: int
) -> dict[str, Interval]:
    losses = log_losses(predictions.truth, probabilities)
    scores = brier_scores(predictions.truth, probabilities)
    confidence = probabilities[np.arange(len(predictions)), predictions.chosen]
    loss, score = float(losses.mean()), float(scores.mean())
    return {
        "log_loss": influence_interval(loss, losses - loss, is_share=False),
        "brier": influence_interval(score, scores - score, is_share=True),
        "ece": calibration_error(confidence, predictions.truth == predictions.chosen, random_state),
    }


def why_undefined(
    predictions: Predictions, metrics: dict[str, Interval], classes: tuple[ClassReport, ...]
) -> dict[str, str]:
    """Return why each metric that is NaN is so, by its name, and those of classes by ``"precision of spam"``."""
    truth = np.bincount(predictions.truth, minlength=len(predictions.labels)).tolist()
    called = np.bincount(predictions.called, minlength=len(predictions.labels)).tolist()
    of_known = " that the model knows" if predictions.unseen else ""
    reasons: dict[str, str] = {}
    for label, n_true, report in zip(predictions.labels, truth, classes, strict=True):
        absent, never = f"no test document is of the class {label}", f"no document was called {label}"
        neither = f"{absent}, and none was called so"
        all_of_it = f"no test document is of another class{of_known}"
        why = {"precision": never, "recall": absent, "f1": neither, "average_precision": absent}
        why["roc_auc"] = absent if not n_true else all_of_it
        for name, reason in why.items():
            interval = getattr(report, name)
            if interval is not None and math.isnan(interval.value):
                reasons[f"{name} of {label}"] = reason
    for name, interval in metrics.items():
        if math.isnan(interval.value):
            reasons[name] = _why(predictions, name, truth, called)
    return reasons


def _why(predictions: Predictions, name: str, truth: list[int], called: list[int]) -> str:
    positive = predictions.positive
    if name.endswith(("_macro", "_weighted")):
        return "it is not defined for any class of the test documents"
    if name == "mcc":
        is_one = max(truth) == len(predictions)
        counts, what = (truth, "test documents are of the class") if is_one else (called, "documents were called")
        return f"all {what} {predictions.labels[int(np.argmax(counts))]}"
    if name == "precision" and positive is not None:
        return f"no document was called {predictions.labels[positive]}"
    if positive is not None:
        if not truth[positive]:
            return f"no test document is of the class {predictions.labels[positive]}"
        return f"no test document is of the class {predictions.labels[1 - positive]}"
    known = truth[: predictions.n_classes]
    if not any(known):
        return "no test document is of a class that the model knows"
    every = "all test documents of a class that the model knows" if predictions.unseen else "all test documents"
    return f"{every} are of the class {predictions.labels[int(np.argmax(known))]}"
