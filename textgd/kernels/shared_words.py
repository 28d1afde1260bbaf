"""Which documents share all but a few of their words: candidates by their rarest words, each then counted exactly.

Two documents that share all but k of n words, as bags, share one of the k + 1 rarest words of either, whatever order
"rare" is (prefix filtering: Chaudhuri, Ganti and Kaushik 2006, A primitive operator for similarity joins in data
cleaning, section 4.2).  So no pair is missed, and few others are looked at.
"""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel

__all__ = ["similar_pairs"]


@kernel
def n_shared(ids, a, a_end, b, b_end, least):
    """Return how many numbers two ascending runs share, or fewer than `least` as soon as that is all there can be."""
    shared = 0
    while a < a_end and b < b_end:
        if shared + min(a_end - a, b_end - b) < least:
            return shared
        left, right = ids[a], ids[b]
        shared += np.int64(left == right)
        a += np.int64(left <= right)
        b += np.int64(right <= left)
    return shared


@kernel
def similar_pairs(ids, indptr, allowed, weights, least_weight):
    """Return the pairs of documents that differ in no more words than allowed.

    Parameters
    ----------
    ids : int32 array
        The words of each document, ascending; the rarer, the smaller.  Equal words of a document have numbers of
        their own: its first "the" is another word than its second.
    indptr : int64 array of shape (n_documents + 1,)
        Document d is ``ids[indptr[d]:indptr[d + 1]]``.
    allowed : int64 array
        How many words may differ, by the number of words of the longer document; n - allowed[n] must not fall.
    weights : float64 array
        What sharing each word says.
    least_weight : float
        What all shared words together have to say.

    Returns
    -------
    int64 array of shape (n_pairs, 2), the later document first
    """
    n_documents = len(indptr) - 1
    n_words = 0
    for i in range(len(ids)):
        n_words = max(n_words, ids[i] + 1)
    # The documents that have each word among their rarest, as lists from the last to the first.
    last = np.full(n_words, -1, np.int64)
    n_entries = 0
    for d in range(n_documents):
        n = indptr[d + 1] - indptr[d]
        n_entries += min(n, allowed[n] + 1)
    before = np.empty(n_entries, np.int64)
    documents = np.empty(n_entries, np.int64)
    seen = np.full(n_documents, -1, np.int64)
    pairs = np.empty((1024, 2), np.int64)
    n_pairs = 0
    n_entries = 0
    for d in range(n_documents):
        a, a_end = indptr[d], indptr[d + 1]
        n = a_end - a
        for i in range(a, a + min(n, allowed[n] + 1)):
            entry = last[ids[i]]
            while entry >= 0:
                other = documents[entry]
                entry = before[entry]
                if seen[other] == d:
                    continue
                seen[other] = d
                b, b_end = indptr[other], indptr[other + 1]
                longer = max(n, b_end - b)
                least = longer - allowed[longer]
                if min(n, b_end - b) < least or n_shared(ids, a, a_end, b, b_end, least) < least:
                    continue
                weight = 0.0
                p, q = a, b
                while p < a_end and q < b_end:
                    left, right = ids[p], ids[q]
                    if left == right:
                        weight += weights[left]
                    p += np.int64(left <= right)
                    q += np.int64(right <= left)
                if weight < least_weight:
                    continue
                if n_pairs == len(pairs):
                    grown = np.empty((2 * n_pairs, 2), np.int64)
                    grown[:n_pairs] = pairs
                    pairs = grown
                pairs[n_pairs] = d, other
                n_pairs += 1
            documents[n_entries] = d
            before[n_entries] = last[ids[i]]
            last[ids[i]] = n_entries
            n_entries += 1
    return pairs[:n_pairs].copy()
