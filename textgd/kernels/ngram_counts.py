"""Counting the n-grams of every order for language models.

As in `textgd.kernels.ngrams` a trie is refined one token at a time, by a stable counting sort and without a hash:
positions in the order of their last token, dropped into the bucket of their prefix.  Here all documents are one
sequence, each between its own start and end, and each n-gram also gets the number of its suffix (the n-gram without
its first token), which is what adjusted counts and interpolation ask for.
"""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel, prefetch

__all__ = ["count_order", "delimit", "sort_positions"]

# So many positions ahead memory is asked for: reads that are far apart then wait for each other no longer.
_AHEAD = 24


@kernel
def delimit(ids, indptr, start, end, order):
    """Put each document between a start and an end.

    Returns
    -------
    tokens : int32 array of shape (n_tokens + 2 n_documents,)
    reach : uint8 array of the same shape
        How many tokens an n-gram that starts there may have, at most `order`: none reaches over the end.
    """
    n_documents = len(indptr) - 1
    tokens = np.empty(len(ids) + 2 * n_documents, np.int32)
    reach = np.empty(len(tokens), np.uint8)
    at = 0
    for d in range(n_documents):
        tokens[at] = start
        at += 1
        for i in range(indptr[d], indptr[d + 1]):
            tokens[at] = ids[i]
            at += 1
        tokens[at] = end
        left = 0
        for k in range(at, at - (indptr[d + 1] - indptr[d]) - 2, -1):
            left = min(left + 1, order)
            reach[k] = left
        at += 1
    return tokens, reach


@kernel
def sort_positions(tokens, n_types):
    """Return the positions in the order of their token, int32, and the count of each token, int64."""
    starts = np.zeros(n_types + 1, np.int64)
    for token in tokens:
        starts[token + 1] += 1
    counts = starts[1:].copy()
    for t in range(n_types):
        starts[t + 1] += starts[t]
    positions = np.empty(len(tokens), np.int32)
    for i in range(len(tokens)):
        positions[starts[tokens[i]]] = i
        starts[tokens[i]] += 1
    return positions, counts


@kernel
def count_order(n, by_token, n_parents, tokens, reach, node_of, spare):
    """Return the n-grams of `n` tokens, in lexicographic order of their token numbers.

    Parameters
    ----------
    n : int
        At least 2.
    by_token : int32 array
        The positions in the order of their token.
    n_parents : int
        How many n-grams of ``n - 1`` tokens there are.
    tokens, reach
        As `delimit` gives them.
    node_of : int32 array
        The (n - 1)-gram that starts at each position.
    spare : int32 array of the same shape
        Overwritten by the n-gram that starts at each position.

    Returns
    -------
    starts : int32 array of shape (n_parents + 1,)
        Where the n-grams that begin with each (n - 1)-gram start.
    last : int32 array
        The last token of each n-gram.
    counts : int32 array
        How often it occurs.
    suffixes : int32 array
        Its last n - 1 tokens, as an (n - 1)-gram.
    """
    begins = np.zeros(n_parents + 1, np.int32)
    n_positions = 0
    for i in range(len(tokens)):
        if reach[i] >= n:
            begins[node_of[i] + 1] += 1
            n_positions += 1
    for h in range(n_parents):
        begins[h + 1] += begins[h]
    positions = np.empty(n_positions, np.int32)
    place = begins[:-1].copy()
    n_all = len(by_token)
    for q in range(n_all):
        if q + _AHEAD < n_all:
            ahead = by_token[q + _AHEAD] - (n - 1)
            if ahead >= 0:
                prefetch(reach, ahead)
                prefetch(node_of, ahead)
        if q + _AHEAD // 2 < n_all:
            ahead = by_token[q + _AHEAD // 2] - (n - 1)
            if ahead >= 0:
                prefetch(place, node_of[ahead])
        i = by_token[q] - (n - 1)
        if i >= 0 and reach[i] >= n:
            h = node_of[i]
            positions[place[h]] = i
            place[h] += 1
    starts = np.empty(n_parents + 1, np.int32)
    last = np.empty(n_positions, np.int32)
    counts = np.empty(n_positions, np.int32)
    suffixes = np.empty(n_positions, np.int32)
    node = -1
    for h in range(n_parents):
        starts[h] = node + 1
        token = np.int32(-1)
        for q in range(begins[h], begins[h + 1]):
            if q + _AHEAD < n_positions:
                ahead = positions[q + _AHEAD]
                prefetch(tokens, ahead + n - 1)
                prefetch(node_of, ahead + 1)
                prefetch(spare, ahead)
            i = positions[q]
            if tokens[i + n - 1] != token:
                token = tokens[i + n - 1]
                node += 1
                last[node] = token
                counts[node] = 0
                suffixes[node] = node_of[i + 1]
            counts[node] += 1
            spare[i] = node
    starts[n_parents] = node + 1
    return starts, last[: node + 1].copy(), counts[: node + 1].copy(), suffixes[: node + 1].copy()
