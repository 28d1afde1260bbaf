"""From which probability on a document is called positive: what each choice costs, and one that keeps a promise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.metrics.intervals import Interval, documents_needed, exact_upper_bound, undefined, wilson_interval
from textgd.wording import counted

__all__ = ["SHOWN_THRESHOLDS", "Claim", "Threshold", "check_threshold", "claim_threshold", "threshold_table"]

#: The thresholds of the table.
SHOWN_THRESHOLDS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999)


@dataclass(frozen=True)
class Threshold:
    """What calling documents from a probability on as the positive class gives.

    Parameters
    ----------
    threshold : float
    n_called : int
        Documents that are called so.
    precision : Interval
        Share of those that are; NaN where there are none.
    recall : Interval
        Share of the positive documents that are called so.
    hm, sm : Interval
        Share of the negative ones that are called so ("ham misclassified"), and of the positive ones that are not.
    """

    threshold: float
    n_called: int
    precision: Interval
    recall: Interval
    hm: Interval
    sm: Interval


@dataclass(frozen=True)
class Claim:
    """The smallest threshold that keeps a promise: no more than such a share of the negative documents is lost.

    Parameters
    ----------
    limit : float
        The share that is promised.
    threshold : float or None
        None where the documents bear no threshold out.
    n_lost, n_negative : int
        Negative documents that are called positive at it (0 where there is none), of all.
    bound : float
        Exact upper 95 % bound of the share that is lost; without a threshold, what losing none would bound it by.
    caught : Interval
        Share of the positive documents that are caught at it.
    n_needed : int
        Negative documents, all called rightly, that are the fewest to claim it with.
    """

    limit: float
    threshold: float | None
    n_lost: int
    n_negative: int
    bound: float
    caught: Interval
    n_needed: int

    def why_none(self, negative: str, positive: str) -> str:
        """Return why no threshold can promise it, in the words of two labels."""
        if self.n_negative < self.n_needed:
            there = "there is" if self.n_negative == 1 else "there are"
            return (
                f"{there} {counted(self.n_negative, 'document')} of {negative}, and it takes {self.n_needed:,} without "
                "any error to say so with 95 % confidence"
            )
        return f"the documents that look most like {positive} are {negative}, too many of them"


def check_threshold(threshold: float) -> float:
    """Return a threshold.

    Raises
    ------
    InvalidParameterError
        Where it is not between 0 and 1.
    """
    if not 0.0 < threshold < 1.0:
        raise InvalidParameterError(
            f"threshold is {threshold:g}; a probability above 0 and below 1 is expected, such as 0.9."
        )
    return threshold


def threshold_table(
    probability: NDArray[np.float64], is_positive: NDArray[np.bool_], thresholds: Sequence[float] = SHOWN_THRESHOLDS
) -> tuple[Threshold, ...]:
    """Return what each threshold gives.

    Parameters
    ----------
    probability : float64 array of shape (n_documents,)
        That a document is positive.
    is_positive : bool array of shape (n_documents,)
    thresholds : sequence of float

    Examples
    --------
    >>> rows = threshold_table(np.array([0.2, 0.6, 0.9]), np.array([False, False, True]), [0.5])
    >>> rows[0].precision.value, rows[0].hm.value, rows[0].sm.value
    (0.5, 0.5, 0.0)
    """
    own, others = np.sort(probability[is_positive]), np.sort(probability[~is_positive])
    rows = []
    for threshold in thresholds:
        caught, lost = (len(part) - int(np.searchsorted(part, threshold, "left")) for part in (own, others))
        recall = wilson_interval(caught, len(own))
        precision = wilson_interval(caught, caught + lost)
        rows.append(
            Threshold(
                threshold, caught + lost, precision, recall, wilson_interval(lost, len(others)), recall.mirrored()
            )
        )
    return tuple(rows)


def claim_threshold(probability: NDArray[np.float64], is_positive: NDArray[np.bool_], limit: float) -> Claim:
    """Return the smallest threshold that, as sure as 95 %, loses no more than `limit` of the negative documents.

    That one looks at all thresholds and takes the best does not weaken the promise.  Go down from 1, and at each
    threshold test the hypothesis that more than the limit is lost; stop before the first that is not rejected.  Only
    then an error is made when a true hypothesis is rejected; the first true one on the way is rejected with probability
    5 % at most, and only if it is, one comes to others.  So each test may have the whole 5 % (fixed-sequence testing:
    Bauer 1991; for the risk of predictions: Angelopoulos et al. 2021, "Learn then test").  Of two thresholds the lower
    one loses what the higher one does, so the tests fail from some threshold on, and it can be found at once.  The
    promise is about one limit that was set before, and documents like these.

    Parameters
    ----------
    probability : float64 array of shape (n_documents,)
    is_positive : bool array of shape (n_documents,)
    limit : float
        Between 0 and 1.

    Raises
    ------
    InvalidParameterError

    Examples
    --------
    >>> probability = np.array([0.1] * 60 + [0.7] + [0.8, 0.6])
    >>> is_positive = np.array([False] * 61 + [True] * 2)
    >>> claim = claim_threshold(probability, is_positive, 0.05)
    >>> claim.threshold, claim.n_lost, claim.caught.value, claim.n_needed
    (0.8, 0, 0.5, 59)
    """
    if not 0.0 < limit < 1.0:
        raise InvalidParameterError(
            f"max_ham_loss is {limit:g}; a share above 0 and below 1 is expected, such as 0.001 or 0.1%."
        )
    others, own = np.sort(probability[~is_positive])[::-1], probability[is_positive]
    n, needed = len(others), documents_needed(limit)
    n_lost = _most_lost(n, limit)
    threshold = None
    if n_lost is not None:
        # Above the first one too many; the documents' probabilities are all that tells thresholds apart.
        above = float(others[n_lost])
        higher = probability[probability > above]
        threshold = _roundest(above, float(higher.min())) if len(higher) else None
    if threshold is None:
        return Claim(limit, None, 0, n, exact_upper_bound(0, n), undefined(), needed)
    lost = int((others >= threshold).sum())
    caught = wilson_interval(int((own >= threshold).sum()), len(own))
    return Claim(limit, threshold, lost, n, exact_upper_bound(lost, n), caught, needed)


def _most_lost(n: int, limit: float) -> int | None:
    """Return how many of n documents may be lost so that the bound stays within the limit; None where not even 0."""
    if exact_upper_bound(0, n) > limit:
        return None
    low, high = 0, n
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if exact_upper_bound(middle, n) <= limit else (low, middle)
    return low


def _roundest(above: float, to: float) -> float | None:
    """Return the number with the fewest decimals that lies above the one and up to the other, and below 1."""
    for decimals in range(1, 18):
        for digits in (math.floor(above * 10.0**decimals) + 1, math.floor(to * 10.0**decimals)):
            number = digits / 10.0**decimals
            if above < number <= to and 0.0 < number < 1.0:
                return number
    return to if 0.0 < to < 1.0 else None
