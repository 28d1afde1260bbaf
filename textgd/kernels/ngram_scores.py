"""Scoring documents by a language model in backoff form."""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel
from textgd.kernels.lookup import descend

__all__ = ["score_documents", "score_tokens"]


@kernel
def score_tokens(ids, start, end, order, keys, slots, log_prob, log_backoff, scratch, out):
    """Write ln p of each token of a document, and of its end, into ``out[: len(ids) + 1]``.

    p(w | h) is that of the longest known n-gram that ends with w, times the backoff of each longer known context.

    Parameters
    ----------
    ids : int32 array
        The tokens of one document.
    start, end : int
        The tokens before and after it.
    keys, slots
        As in `textgd.kernels.lookup.TrieIndex`; the node of a token at the first level is its number.
    log_prob : float32 array of shape (n_nodes,)
    log_backoff : float32 array, for the nodes below the highest order
    scratch : tuple of arrays with room for the document and its two ends: tokens, reach, nodes, above (int32, uint8,
        int32, int32), places, candidates (uint64, int32)
    """
    tokens, reach, nodes, above, places, candidates = scratch
    n = len(ids) + 2
    tokens[0] = start
    for i in range(len(ids)):
        tokens[i + 1] = ids[i]
    tokens[n - 1] = end
    for i in range(n):
        reach[i] = min(n - i, order)
        nodes[i] = tokens[i]
    for i in range(1, n):
        out[i - 1] = log_prob[tokens[i]]
    for depth in range(2, min(order, n) + 1):
        for i in range(n):
            above[i] = nodes[i]
        descend(depth, tokens[:n], reach, nodes, n, keys, slots, places, candidates)
        for i in range(n - depth + 1):
            predicted = i + depth - 2
            if nodes[i] >= 0:
                out[predicted] = log_prob[nodes[i]]
            elif above[i] >= 0:
                out[predicted] += log_backoff[above[i]]


@kernel
def score_documents(ids, indptr, start, end, order, keys, slots, log_prob, log_backoff):
    """Return ln p of each token of some documents and of the end of each, float64 of shape (n_tokens + n_documents,).

    The end of a document comes after its tokens; the parameters are those of `score_tokens`.
    """
    longest = 2
    for d in range(len(indptr) - 1):
        longest = max(longest, indptr[d + 1] - indptr[d] + 2)
    scratch = (
        np.empty(longest, np.int32),
        np.empty(longest, np.uint8),
        np.empty(longest, np.int32),
        np.empty(longest, np.int32),
        np.empty(longest, np.uint64),
        np.empty(longest, np.int32),
    )
    out = np.empty(len(ids) + len(indptr) - 1)
    at = 0
    for d in range(len(indptr) - 1):
        document = ids[indptr[d] : indptr[d + 1]]
        score_tokens(document, start, end, order, keys, slots, log_prob, log_backoff, scratch, out[at:])
        at += len(document) + 1
    return out
