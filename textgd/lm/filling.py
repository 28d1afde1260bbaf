"""Filling gaps: what may stand in them, and what a document with gaps says, whatever stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.lm.mixture import Mixture
from textgd.lm.model import NgramModel
from textgd.validation import check_number

__all__ = ["BEAM", "MAX_FILLINGS", "MAX_GAPS", "Filled", "fill_models"]

#: So many partial fillings go on from a gap to the next that depends on it.
BEAM = 64
MAX_GAPS = 10
MAX_FILLINGS = 1000

Array = NDArray[np.float64]

# Keeps 0 / 0 at 0, where models take a document to be impossible.
_TINY = np.finfo(np.float64).tiny


@dataclass(frozen=True, eq=False)
class Filled:
    """What models say of a document with gaps.

    Attributes
    ----------
    log_prob : float64 array of shape (n_models,)
        ln of the sum of P(document) over all fillings.
    fillings : int64 array of shape (n_fillings, n_gaps)
        The terms of the best fillings of each model, ranked by the mean of their shares in the models' sums.
    log_probs : float64 array of shape (n_fillings, n_models)
        ln P(document) with each of them.
    """

    log_prob: Array
    fillings: NDArray[np.int64]
    log_probs: Array


def fill_models(
    models: Sequence[NgramModel], tokens: Sequence[int | None], n: int, background: float = 0.0, beam: int = BEAM
) -> Filled:
    """Fill the gaps of a document, by one model or by each of several of one vocabulary.

    Parameters
    ----------
    models : sequence of NgramModel
    tokens : sequence of int or None
        Their numbers in the vocabulary; None is a gap, where one token stands.
    n : int
        How many fillings of each model are given, or all where there are fewer.
    background : float
        The share of the models' mean in what each says of a token, as in `textgd.scoring.LanguageScorer`.
    beam : int
        How many partial fillings are kept.

    Raises
    ------
    InvalidParameterError

    Notes
    -----
    In a gap stands any term or ``<unk>``, never ``</s>``.  The sum is over all of these; a filling that is given
    holds terms alone, and its probability is exact.

    Gaps that are ``order`` tokens apart or more do not depend on each other: then the sum is exact, and no filling is
    better than those given.  Through nearer gaps it goes from the first to the last, over all tokens in each; but on
    to the next one only the `beam` best partial fillings go, and what all others had is taken to continue as they do
    on the average.  That is exact, too, where there are no others.

    Examples
    --------
    >>> model = NgramModel.fit([["to", "be", "or", "not", "to", "be"]] * 3, order=3)
    >>> to, be = model.read([["to", "be"]]).ids.tolist()
    >>> filled = fill_models([model], [to, be, None, None, to, be], 1)
    >>> [model.vocabulary[number] for number in filled.fillings[0].tolist()]
    ['or', 'not']
    >>> np.exp(filled.log_probs[0] - filled.log_prob).round(2)
    array([0.89])
    """
    check_number("n", n, 1, MAX_FILLINGS, whole=True)
    check_number("beam", beam, 1, whole=True)
    gaps = np.flatnonzero([token is None for token in tokens]) + 1
    if not 1 <= len(gaps) <= MAX_GAPS:
        raise InvalidParameterError(f"There are {len(gaps)} gaps; from 1 to {MAX_GAPS} can be filled at a time.")
    mixture = Mixture(tuple(models), background)
    first = models[0]
    ids = np.array([first.start, *(first.unknown if t is None else t for t in tokens), first.end], np.int32)
    outside = mixture.outside(ids, gaps)
    filled = Filled(outside, np.zeros((1, 0), np.int64), outside[None])
    for group in np.split(gaps, np.flatnonzero(np.diff(gaps) >= mixture.order) + 1):
        filled = _join(filled, _fill_group(mixture, ids, group.tolist(), n, beam), n)
    shares = np.exp(filled.log_probs - np.where(np.isfinite(filled.log_prob), filled.log_prob, 0.0)).mean(axis=1)
    ranked = np.lexsort([*filled.fillings.T[::-1], -shares])
    return Filled(filled.log_prob, filled.fillings[ranked], filled.log_probs[ranked])


def _fill_group(mixture: Mixture, ids: NDArray[np.int32], gaps: list[int], n: int, beam: int) -> Filled:
    """Fill gaps that depend on each other; of P(document), only what they and the tokens after them add is given."""
    ids = ids.copy()
    n_terms = mixture.models[0].unknown
    log_total = np.zeros(len(mixture.models))
    fillings = np.zeros((1, 0), np.int64)
    # In the sum over all partial fillings; what is missing from 1 is the share of those that were not kept.
    shares = np.ones((1, len(log_total)))
    for at, (gap, end) in enumerate(zip(gaps, [*gaps[1:], gaps[-1] + mixture.order], strict=True)):
        is_last = gap == gaps[-1]
        tokens = ids[gap + 1 : end].tolist()
        after = mixture.after(tokens)
        growth = np.zeros(len(log_total))
        longer, weights = [], []
        for filling, share in zip(fillings, shares, strict=True):
            ids[gaps[:at]] = filling
            of_tokens = share[:, None] * mixture.gap(ids[max(0, gap - mixture.order + 1) : gap].tolist(), tokens, after)
            growth += of_tokens.sum(axis=1)
            # <unk> goes on to the next gap, but is no filling.
            best = _best(of_tokens[:, :n_terms], n) if is_last else _best(of_tokens, beam)
            longer.append(np.column_stack([np.tile(filling, (len(best), 1)), best]))
            weights.append(of_tokens[:, best].T)
        growth /= np.maximum(shares.sum(axis=0), _TINY)  # of those not kept, too
        log_total += _log(growth)
        fillings, shares = np.concatenate(longer), np.concatenate(weights) / np.maximum(growth, _TINY)
        if is_last:
            is_known = (fillings < n_terms).all(axis=1)
            fillings, shares = fillings[is_known], shares[is_known]
        best = _best(shares.T, n) if is_last else _best(shares.mean(axis=1)[None], beam)
        fillings, shares = fillings[best], shares[best]
    return Filled(log_total, fillings, _log(shares) + log_total)


def _join(left: Filled, right: Filled, n: int) -> Filled:
    """Put the fillings of some gaps together with those of others that do not depend on them."""
    pairs = [np.zeros(0, np.intp)]
    for a, b in zip(left.log_probs.T, right.log_probs.T, strict=True):
        first, second = _best(a[None], n), _best(b[None], n)  # the best of all are among the best of both
        best = _best((a[first][:, None] + b[second]).reshape(1, -1), n)
        pairs.append(first[best // len(second)] * len(b) + second[best % len(second)])
    first, second = np.divmod(np.unique(np.concatenate(pairs)), max(1, len(right.fillings)))
    return Filled(
        left.log_prob + right.log_prob,
        np.concatenate([left.fillings[first], right.fillings[second]], axis=1),
        left.log_probs[first] + right.log_probs[second],
    )


def _best(weights: Array, n: int) -> NDArray[np.intp]:
    """Return the columns that are among the n greatest of a row."""
    n_columns = weights.shape[1]
    if n_columns <= n:
        return np.arange(n_columns)
    return np.unique(np.argpartition(weights, n_columns - n, axis=1)[:, n_columns - n :])


def _log(values: Array) -> Array:
    with np.errstate(divide="ignore"):
        logarithms: Array = np.log(values)
    return logarithms
