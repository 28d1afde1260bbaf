"""The measures of spam filters (TREC spam tracks): hm, sm, lam and 1-ROCA, all of them rates of errors.

Spam is the positive class, ham what is not: the words are those of the field, the measures good for any two classes.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from textgd.metrics.confusion import drawn_intervals
from textgd.metrics.intervals import Interval, undefined, wilson_interval

__all__ = ["lam", "one_minus_roca", "spam_rates"]

#: Half an error is added to those of each class, and a whole document to its own: a rate of 0 has no logit.
_GUARD = 0.5


def lam(counts: NDArray[np.float64], guard: float = _GUARD) -> NDArray[np.float64]:
    """Return the logistic average misclassification: the rate whose logit is the mean of those of the two classes.

    Parameters
    ----------
    counts : float64 array of shape (..., 2, 2)
        Documents by true class (row) and called class.
    guard : float
        Errors that are added to those of each class, and to what it has right.

    Returns
    -------
    float64 array of shape (...)

    References
    ----------
    G. Cormack and T. Lynam (2005), TREC 2005 spam track overview.

    Examples
    --------
    >>> lam(np.array([[98.0, 2.0], [10.0, 90.0]]), guard=0.0).round(4).item()
    0.0455
    """
    there = counts.sum(axis=-1)
    wrong = there - np.einsum("...cc->...c", counts)
    rates = (wrong + guard) / (there + 2.0 * guard)
    with np.errstate(divide="ignore"):
        logits = np.log(rates / (1.0 - rates)).mean(axis=-1)
    shares: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-logits))
    return shares


def spam_rates(
    is_spam: NDArray[np.bool_], is_called_spam: NDArray[np.bool_], random_state: int = 0
) -> dict[str, Interval]:
    """Return hm (ham called spam, of all ham), sm (spam called ham, of all spam) and lam, each with its interval.

    Where there is no ham, or no spam, what needs it is NaN.

    Examples
    --------
    >>> rates = spam_rates(np.array([True, True, False, False]), np.array([True, False, False, False]))
    >>> {name: round(rate.value, 3) for name, rate in rates.items()}
    {'hm': 0.0, 'sm': 0.5, 'lam': 0.309}
    """
    cells = np.bincount(2 * is_spam + is_called_spam, minlength=4).reshape(2, 2)
    n_ham, n_spam = cells.sum(axis=1).tolist()
    rates = {"hm": wilson_interval(int(cells[0, 1]), n_ham), "sm": wilson_interval(int(cells[1, 0]), n_spam)}
    if not (n_ham and n_spam):
        return {**rates, "lam": undefined()}
    # What is drawn has the guard in it already.
    drawn = drawn_intervals(
        cells, lambda counts: {"lam": lam(counts, _GUARD if counts.ndim == 2 else 0.0)}, random_state
    )
    return {**rates, "lam": drawn["lam"][0]}


def one_minus_roca(roc_auc: Interval, n_ham: int, n_spam: int) -> Interval:
    """Return the share of pairs of a ham and a spam that the scores have in the wrong order.

    Where there is no such pair, it is given as half a pair.

    Examples
    --------
    >>> one_minus_roca(Interval(1.0, 0.9, 1.0), 50, 10).value
    0.001
    """
    share = roc_auc.mirrored()
    if math.isnan(share.value) or share.value > 0.0:
        return share
    half_a_pair = 0.5 / (n_ham * n_spam)
    return Interval(half_a_pair, share.low, max(share.high, half_a_pair))
