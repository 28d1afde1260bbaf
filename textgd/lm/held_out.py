"""The share of each order in Jelinek-Mercer smoothing, learned from tokens that are held out one at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from textgd.lm.counts import NgramCounts

__all__ = ["held_out_weights"]

Array = NDArray[np.float64]

# Contexts are put together by powers of two of their count, the last for all that are more frequent.
_BUCKETS = 24
# The weights are few, so that they are known well from so many n-grams, taken at even distances from all.
_SAMPLE = 200_000
_ITERATIONS = 200
_TOLERANCE = 1e-6
# No order is ever sure, and none is worth nothing.
_LEAST = 1e-4


def held_out_weights(counts: NgramCounts) -> list[Array]:
    """Return for each order the weights of its contexts, by the logarithm (base 2) of their count.

    An occurrence is predicted by the counts of all others: c - 1 of C - 1.  The weights are those under which what was
    held out is most probable.

    Examples
    --------
    >>> from textgd.lm.counts import count_ngrams
    >>> from textgd.text.documents import TokenizedDocuments
    >>> documents = TokenizedDocuments.from_tokens([["a", "b"]] * 50 + [["b", "a"]])
    >>> [float(weights[5].round(2)) for weights in held_out_weights(count_ngrams(documents, 2))]
    [1.0, 0.97]
    """
    weight, shares, buckets = _events(counts)
    weights = [np.full(_BUCKETS, 0.5) for _ in counts.orders]
    uniform = 1.0 / counts.n_predicted
    before = -np.inf
    for _ in range(_ITERATIONS):
        mixed = [np.full(len(weight), uniform)]
        mixing = []
        for lam, share, bucket in zip(weights, shares, buckets, strict=True):
            of_event = np.where(bucket >= 0, lam[bucket], 0.0)
            mixing.append(of_event)
            mixed.append(of_event * share + (1.0 - of_event) * mixed[-1])
        reached = weight / mixed[-1]
        for n in reversed(range(len(weights))):
            known = buckets[n] >= 0
            from_here = reached * mixing[n] * shares[n]
            taken = np.bincount(buckets[n][known], from_here[known], _BUCKETS)
            total = np.bincount(buckets[n][known], (reached * mixed[n + 1])[known], _BUCKETS)
            updated = np.where(total > 0, taken / np.maximum(total, 1e-300), np.nan)
            weights[n] = np.clip(_filled(updated), _LEAST, 1.0 - _LEAST)
            reached = reached * (1.0 - mixing[n])
        likelihood = float(weight @ np.log(mixed[-1])) / float(weight.sum())
        if likelihood - before < _TOLERANCE:
            break
        before = likelihood
    return weights


def _filled(weights: Array) -> Array:
    """Give buckets that nothing fell into the weight of the nearest one that is less frequent, else more."""
    known = np.flatnonzero(~np.isnan(weights))
    if not len(known):
        return np.full(len(weights), 0.5)
    nearest = np.maximum(np.searchsorted(known, np.arange(len(weights)), side="right") - 1, 0)
    return weights[known[nearest]]


def _events(counts: NgramCounts) -> tuple[Array, list[Array], list[NDArray[np.intp]]]:
    """Return n-grams that were predicted with all of their context.

    Returns
    -------
    weight : float64 array, how often each occurs
    shares : for each order, the maximum likelihood estimate with one occurrence held out
    buckets : for each order, the bucket of the context with one occurrence held out, -1 where it is not seen any more
    """
    highest = len(counts.orders)
    # Those of the highest order, and those of the others that begin with <s>: their context is all there is.
    full = [
        np.arange(0 if n == highest else order.first_at_start, len(order.tokens))
        for n, order in enumerate(counts.orders, 1)
    ]
    step = max(1, sum(map(len, full)) // _SAMPLE)
    weight, depth, chains = [], [], []
    for n, nodes in enumerate(full, 1):
        nodes = nodes[::step]
        chain: dict[int, NDArray[np.integer]] = {n: nodes}
        for below in range(n - 1, 0, -1):
            chain[below] = counts.orders[below].suffixes[chain[below + 1]]
        weight.append(counts.orders[n - 1].counts[nodes])
        depth.append(np.full(len(nodes), n))
        chains.append(chain)
    weights = np.concatenate(weight).astype(np.float64)
    shares, buckets = [], []
    for n, order in enumerate(counts.orders, 1):
        before = np.concatenate([[0], np.cumsum(order.counts)])
        total = before[order.starts[1:]] - before[order.starts[:-1]]
        share, bucket = [], []
        for chain, depths in zip(chains, depth, strict=True):
            if n not in chain:
                share.append(np.zeros(len(depths)))
                bucket.append(np.full(len(depths), -1))
                continue
            at = chain[n]
            contexts = total[np.searchsorted(order.starts, at, side="right") - 1] - 1
            is_seen = contexts > 0
            share.append(np.where(is_seen, (order.counts[at] - 1) / np.maximum(contexts, 1), 0.0))
            logarithm = np.log2(np.maximum(contexts, 1)).astype(np.intp)
            bucket.append(np.where(is_seen, np.minimum(logarithm, _BUCKETS - 1), -1))
        shares.append(np.concatenate(share))
        buckets.append(np.concatenate(bucket))
    kept = weights > 0
    return weights[kept], [s[kept] for s in shares], [b[kept] for b in buckets]
