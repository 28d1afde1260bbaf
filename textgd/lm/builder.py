"""From documents to a language model: the one place that knows the order of the steps."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import DataError, InvalidParameterError
from textgd.lm.counts import OrderCounts, count_ngrams
from textgd.lm.limits import MAX_ORDER
from textgd.lm.model import Level, NgramModel
from textgd.lm.smoothing import KneserNey, Smoothing, Weights, find_smoothing
from textgd.text.documents import TokenizedDocuments
from textgd.validation import check_number

__all__ = ["build", "check_order", "check_prune"]


def build(
    documents: TokenizedDocuments,
    order: int = 3,
    smoothing: str | Smoothing = KneserNey.name,
    prune: Sequence[int] | None = None,
) -> NgramModel:
    """Return the model of some documents; the parameters are those of `NgramModel.fit`."""
    check_order(order)
    thresholds = check_prune(prune, order)
    method = find_smoothing(smoothing)
    if len(documents) == 0:
        raise DataError("A language model needs a document at least to learn from; there are none.")
    counts = count_ngrams(documents, order)
    weights, notes = method.weigh(counts)
    kept = [np.ones(len(o.tokens), np.bool_) for o in counts.orders]
    if thresholds is not None:
        kept = [o.counts > least for o, least in zip(counts.orders, thresholds, strict=True)]
        kept[0][:] = True  # every token keeps a probability
        weights = [_pruned(o, w, keep) for o, w, keep in zip(counts.orders, weights, kept, strict=True)]
    below = np.array([1.0 / counts.n_predicted])
    levels = []
    for n, (ngrams, weight) in enumerate(zip(counts.orders, weights, strict=True)):
        probability = weight.own + np.repeat(weight.gamma, np.diff(ngrams.starts)) * below[ngrams.suffixes]
        gamma = weights[n + 1].gamma if n + 1 < order else np.zeros(0)
        levels.append(_level(ngrams, probability, gamma, kept[n - 1] if n else np.ones(1, np.bool_), kept[n]))
        below = probability
    levels[0].log_prob[-1] = -np.inf  # <s> is never predicted
    record = {**method.to_dict(), **notes, "prune": None if thresholds is None else list(thresholds)}
    return NgramModel(documents.vocabulary, tuple(levels), record)


def check_order(order: Any, most: int = MAX_ORDER) -> None:
    """Raise InvalidParameterError unless `order` is a whole number from 1 to `most`."""
    check_number("order", order, 1, most, whole=True)


def check_prune(prune: Any, order: int) -> tuple[int, ...] | None:
    """Return the thresholds of pruning, one an order, or None where there are none."""
    if prune is None:
        return None
    given: tuple[Any, ...] = tuple(prune) if isinstance(prune, list | tuple | np.ndarray) else ()
    are_whole = all(isinstance(n, Integral) and not isinstance(n, bool) for n in given)
    if not (0 < len(given) <= order and are_whole and given[0] == 0 and list(given) == sorted(given)):
        raise InvalidParameterError(
            f"prune is {prune!r}; whole numbers are expected that do not descend, the first 0, at most one for each of "
            f"the {order} orders: n-grams are left out that occur so often or less, such as (0, 0, 1)."
        )
    # As in KenLM, the last threshold holds for the orders above.
    return tuple(int(n) for n in (*given, *[given[-1]] * (order - len(given))))


def _pruned(ngrams: OrderCounts, weights: Weights, keep: NDArray[np.bool_]) -> Weights:
    """Return the weights where the order below distributes what the n-grams had that are left out."""
    before = np.concatenate([[0.0], np.cumsum(np.where(keep, 0.0, weights.own))])
    lost = before[ngrams.starts[1:]] - before[ngrams.starts[:-1]]
    return Weights(np.where(keep, weights.own, 0.0), weights.gamma + lost)


def _level(
    ngrams: OrderCounts,
    probability: NDArray[np.float64],
    gamma: NDArray[np.float64],
    kept_above: NDArray[np.bool_],
    kept: NDArray[np.bool_],
) -> Level:
    starts, tokens = ngrams.starts, ngrams.tokens
    if not kept.all():
        before = np.concatenate([[0], np.cumsum(kept)]).astype(np.int32)
        starts, tokens, probability = before[starts], tokens[kept], probability[kept]
        gamma = gamma[kept] if len(gamma) else gamma
    if not kept_above.all():
        starts = np.append(starts[:-1][kept_above], starts[-1])
    with np.errstate(divide="ignore"):
        return Level(starts, tokens, np.log(probability).astype(np.float32), np.log(gamma).astype(np.float32))
