"""The same figures for parts of the documents: by how long they are, or by what a column says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textgd.metrics.confusion import class_shares, drawn_intervals, macro_mean
from textgd.metrics.intervals import Interval, wilson_interval
from textgd.metrics.predictions import Predictions
from textgd.metrics.spam import spam_rates

__all__ = ["LENGTH", "Slice", "length_slices", "measure_slices", "value_slices"]

#: What to slice by that is no column.
LENGTH = "length"

_N_LENGTHS = 5
_MOST_VALUES = 20


@dataclass(frozen=True)
class Slice:
    """How a part of the documents fared.

    Parameters
    ----------
    name : str
    n_documents : int
    accuracy, f1_macro : Interval
    hm, sm : Interval or None
        Of two classes: the share of the negative documents called positive, and of the positive ones called negative.
    """

    name: str
    n_documents: int
    accuracy: Interval
    f1_macro: Interval
    hm: Interval | None
    sm: Interval | None


Rows = NDArray[np.intp]


def length_slices(texts: Sequence[str]) -> list[tuple[str, Rows]]:
    """Return documents of about the same length in characters together, in up to five parts of about the same size.

    Documents of one length stay together.

    Examples
    --------
    >>> [(name, rows.tolist()) for name, rows in length_slices(["a", "bb", "cc", "a" * 70])]
    [('1 character', [0]), ('2 characters', [1, 2]), ('70 characters', [3])]
    """
    lengths = np.array([len(text) for text in texts])
    edges = np.unique(np.quantile(lengths, np.linspace(0.0, 1.0, _N_LENGTHS + 1)[1:-1], method="lower"))
    part = np.searchsorted(edges, lengths, "left")
    slices = []
    for number in np.unique(part).tolist():
        rows = np.flatnonzero(part == number)
        least, most = int(lengths[rows].min()), int(lengths[rows].max())
        span = f"{least:,}" if least == most else f"{least:,} to {most:,}"
        slices.append((f"{span} character{'s' * (most != 1)}", rows))
    return slices


def value_slices(values: Sequence[str]) -> list[tuple[str, Rows]]:
    """Return the documents of each value together, the most frequent first; from the 20th on, all in one.

    Examples
    --------
    >>> [(name, rows.tolist()) for name, rows in value_slices(["web", "mail", "web", ""])]
    [('web', [0, 2]), ('', [3]), ('mail', [1])]
    """
    counts = Counter(values)
    ordered = sorted(counts, key=lambda value: (-counts[value], value))
    is_cut = len(ordered) > _MOST_VALUES
    named = ordered[: _MOST_VALUES - 1] if is_cut else ordered
    numbers = {value: number for number, value in enumerate(named)}
    part = np.array([numbers.get(value, len(named)) for value in values])
    slices = [(value, np.flatnonzero(part == number)) for value, number in numbers.items()]
    if is_cut:
        slices.append((f"{len(ordered) - len(named):,} other values", np.flatnonzero(part == len(named))))
    return slices


def measure_slices(
    predictions: Predictions, slices: Sequence[tuple[str, Rows]], random_state: int = 0
) -> tuple[Slice, ...]:
    """Return how each part fared."""
    measured = []
    for name, rows in slices:
        confusion = predictions.confusion(rows)
        f1 = _macro_f1(confusion, random_state)
        hm = sm = None
        if predictions.positive is not None:
            known = rows[predictions.truth[rows] < predictions.n_classes]
            is_positive, is_called = (
                part[known] == predictions.positive for part in (predictions.truth, predictions.called)
            )
            rates = spam_rates(is_positive, is_called, random_state)
            hm, sm = rates["hm"], rates["sm"]
        measured.append(Slice(name, len(rows), wilson_interval(int(confusion.trace()), len(rows)), f1, hm, sm))
    return tuple(measured)


def _macro_f1(confusion: NDArray[np.int64], random_state: int) -> Interval:
    met = (confusion.sum(axis=0) + confusion.sum(axis=1)) > 0

    def figures(counts: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        # What a part has not met has no F1 there, and yet its documents might have been called so.
        return {"f1": macro_mean(np.where(met, class_shares(counts)[2], np.nan))}

    return drawn_intervals(confusion, figures, random_state)["f1"][0]
