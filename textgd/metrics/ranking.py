"""How well scores order documents: ROC and precision-recall curves with their areas; equal scores share their place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.metrics.intervals import Interval, exact_interval, influence_interval, undefined

__all__ = ["Ranking", "area_interval", "average_precision", "rank", "roc_auc", "weighted_auc"]

Floats = NDArray[np.float64]

# A curve is kept in steps of this share; no picture shows more.
_STEP = 1.0 / 128.0


@dataclass(frozen=True, eq=False)
class Ranking:
    """The curves of one class against the rest: what calling all documents from a score on as it would give.

    Parameters
    ----------
    label
        The class that is looked for.
    thresholds : float64 array of shape (n_points,)
        Descending: a document is called as the class from this probability (without probabilities, score) on.
    false_positive_rate, true_positive_rate, precision : float64 arrays of shape (n_points,)
        The true positive rate is the recall.
    """

    label: Any
    thresholds: Floats
    false_positive_rate: Floats
    true_positive_rate: Floats
    precision: Floats


def rank(label: Any, is_class: NDArray[np.bool_], scores: Floats, shown: Floats, step: float = _STEP) -> Ranking | None:
    """Return the curves of a class; None where all documents, or none, are of it.

    Parameters
    ----------
    label
    is_class : bool array of shape (n_documents,)
    scores : float64 array of shape (n_documents,)
        What orders the documents.
    shown : float64 array of shape (n_documents,)
        What thresholds are given in; it must not order documents otherwise.
    step : float
        Points nearer to each other than that in every direction are left out; 0 keeps all.
    """
    n_class, n = int(is_class.sum()), len(is_class)
    if n_class in (0, n):
        return None
    order, ends = _descending(scores)
    hits = np.cumsum(is_class[order])[ends].astype(np.float64)
    called = ends + 1.0
    curves = np.stack([(called - hits) / (n - n_class), hits / n_class, hits / called])
    if step > 0.0:
        moved = np.abs(np.diff(curves, axis=1)).max(axis=0).cumsum()
        places = np.concatenate([[0.0], np.floor(moved / step)])
        is_kept = np.ones(len(places), bool)
        is_kept[1:-1] = places[1:-1] != places[:-2]
        ends, curves = ends[is_kept], curves[:, is_kept]
    return Ranking(label, shown[order[ends]], *curves)


def roc_auc(is_class: NDArray[np.bool_], scores: Floats) -> tuple[float, Floats]:
    """Return the area under the ROC curve, and the influence of each document on it (DeLong et al. 1988).

    It is the share of pairs of a document of the class and another one in which the first has the higher score, pairs
    of equal scores half; NaN where there is no such pair.

    Examples
    --------
    >>> area, influence = roc_auc(np.array([False, True, False, True]), np.array([0.1, 0.4, 0.5, 0.8]))
    >>> area, influence.tolist()
    (0.75, [0.5, -0.5, -0.5, 0.5])
    """
    n_class, n = int(is_class.sum()), len(is_class)
    if n_class in (0, n):
        return math.nan, np.full(n, np.nan)
    own, others = np.sort(scores[is_class]), np.sort(scores[~is_class])
    won = np.empty(n)
    won[is_class] = _below(others, scores[is_class])
    won[~is_class] = 1.0 - _below(own, scores[~is_class])
    area = float(won[is_class].mean())
    return area, (won - area) / np.where(is_class, n_class / n, 1.0 - n_class / n)


def average_precision(is_class: NDArray[np.bool_], scores: Floats) -> tuple[float, Floats]:
    """Return the mean over the documents of a class of the precision at their scores, and each document's influence.

    NaN where no document is of the class.

    Examples
    --------
    >>> average_precision(np.array([False, True, False, True]), np.array([0.1, 0.4, 0.5, 0.8]))[0].__round__(4)
    0.8333
    """
    n_class, n = int(is_class.sum()), len(is_class)
    if n_class == 0:
        return math.nan, np.full(n, np.nan)
    order, ends = _descending(scores)
    group = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=-1))
    hits, called = np.cumsum(is_class[order])[ends], ends + 1.0
    precision = hits / called
    own = np.diff(hits, prepend=0) / n_class
    area = float((own * precision).sum())
    # A document counts in the precision at its own score and at all lower ones.
    if_hit, if_not = ((own * change / called)[::-1].cumsum()[::-1][group] for change in (1.0 - precision, -precision))
    influence = np.empty(n)
    influence[order] = n * np.where(is_class[order], (precision[group] - area) / n_class + if_hit, if_not)
    return area, influence


def area_interval(area: float, influence: Floats, n_least: int) -> Interval:
    """Return an area with its interval.

    Where nothing is out of order, no resample is; what is known then is that in `n_least` pairs of documents that
    have none in common, none was out of order, which bounds the share of such pairs exactly.

    Parameters
    ----------
    area : float
    influence : float64 array of shape (n_documents,)
    n_least : int
        Documents of the class, or of the rest, whichever are fewer.
    """
    if math.isnan(area):
        return undefined()
    if n_least and (area >= 1.0 or area <= 0.0):
        return exact_interval(n_least if area >= 1.0 else 0, n_least)
    return influence_interval(area, influence, is_share=True)


def weighted_auc(is_class: NDArray[np.bool_], scores: Floats, weights: Floats) -> Floats:
    """Return the area under the ROC curve under weights of the documents.

    Parameters
    ----------
    is_class : bool array of shape (n_documents,)
    scores : float64 array of shape (n_documents,)
    weights : float64 array of shape (n_resamples, n_documents)

    Returns
    -------
    float64 array of shape (n_resamples,)
    """
    order = np.argsort(scores, kind="stable")
    is_new = np.ones(len(order), bool)
    is_new[1:] = scores[order[1:]] != scores[order[:-1]]
    starts = np.flatnonzero(is_new)
    own = np.add.reduceat(weights[:, order] * is_class[order], starts, axis=1)
    others = np.add.reduceat(weights[:, order] * ~is_class[order], starts, axis=1)
    # Pairs in the right order, those with equal scores half.
    below = np.cumsum(others, axis=1) - others
    right = (own * (below + 0.5 * others)).sum(axis=1)
    with np.errstate(invalid="ignore"):
        areas: Floats = right / (own.sum(axis=1) * others.sum(axis=1))
    return areas


def _descending(scores: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the documents from the highest score down, and where among them each score ends."""
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    return order, np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(order) - 1)


def _below(ordered: Floats, scores: Floats) -> Floats:
    """Return the share of `ordered` that lies below each score, equal ones half."""
    under = np.searchsorted(ordered, scores, "left") + np.searchsorted(ordered, scores, "right")
    shares: Floats = under / (2.0 * len(ordered))
    return shares
