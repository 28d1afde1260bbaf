"""Counting n-grams without hashing: a trie that is refined one token at a time.

Level ``n`` of the trie holds one node for each distinct n-gram, in lexicographic order of its token numbers; a node
is a parent (its first n - 1 tokens) and a last token.  Level ``n`` comes from level ``n - 1`` by one stable
counting sort: positions taken in the order of their *last* token, dropped into the bucket of their *prefix*,
are in lexicographic order when all are dropped.  No key is hashed and no two are compared.
"""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel

__all__ = [
    "ALL_POSITIONS",
    "NO_POSITION",
    "SHORT_WORDS",
    "add_at",
    "count_rows",
    "document_reach",
    "fill_rows",
    "first_level",
    "locate_keys",
    "next_level",
    "word_reach",
]

# Which positions of a level are counted as features.
NO_POSITION, ALL_POSITIONS, SHORT_WORDS = range(3)


@kernel
def document_reach(ids, indptr, n_terms, max_n):
    """Return, for each position, how many tokens an n-gram that starts there may have, at most `max_n`.

    It ends with the document, or before the first unknown token (an id of `n_terms`).
    """
    reach = np.zeros(len(ids), np.uint8)
    for d in range(len(indptr) - 1):
        left = 0
        for i in range(indptr[d + 1] - 1, indptr[d] - 1, -1):
            left = 0 if ids[i] == n_terms else min(left + 1, max_n)
            reach[i] = left
    return reach


@kernel
def word_reach(ids, indptr, is_space, known, min_n, max_n):
    """Return the reach inside words that are padded with a space on each side, and where short words start.

    A word with fewer than `min_n` characters, its spaces counted, is a feature as a whole.

    Parameters
    ----------
    ids : int32 array
        Character numbers.
    is_space : int
        The number of the space among `ids`.
    known : bool array
        Whether the character of a position belongs to the vocabulary that is counted.
    """
    reach = np.zeros(len(ids), np.uint8)
    short = np.zeros(len(ids), np.bool_)
    for d in range(len(indptr) - 1):
        end = indptr[d + 1]
        i = indptr[d]
        while i < end:
            stop = i + 1
            while stop < end and ids[stop] != is_space:
                stop += 1
            stop = min(stop + 1, end)
            left = 0
            for k in range(stop - 1, i - 1, -1):
                left = min(left + 1, max_n) if known[k] else 0
                reach[k] = left
            short[i] = stop - i < min_n and left == stop - i
            i = stop
    return reach, short


@kernel
def first_level(ids, reach, short, n_terms, document_of, counted):
    """Return the first level of the trie.

    Returns
    -------
    order : int32 array, the positions in the order of their token
    node_of : int32 array, the node of every position
    parents, tokens : int32 arrays, one entry a node (the parent is 0)
    frequencies : int32 array, how many documents hold each n-gram
    starts : int32 array of shape (n_nodes + 1,)
        Where each node's occurrences start in the next.
    documents : uint16 array
        The document of each occurrence, ascending for each node.
    """
    starts = np.zeros(n_terms + 1, np.int64)
    for i in range(len(ids)):
        if reach[i] > 0:
            starts[ids[i] + 1] += 1
    for t in range(n_terms):
        starts[t + 1] += starts[t]
    order = np.empty(starts[n_terms], np.int32)
    place = starts.copy()
    for i in range(len(ids)):
        if reach[i] > 0:
            order[place[ids[i]]] = i
            place[ids[i]] += 1
    node_of = np.zeros(len(ids), np.int32)
    root = np.array([0, len(order)])
    level = number_nodes(1, order, root, ids, reach, short, node_of, document_of, counted)
    return order, node_of, level


@kernel
def next_level(n, by_token, n_parents, ids, reach, short, node_of, document_of, counted):
    """Return level `n` of the trie; `node_of` holds level n - 1 and is overwritten.

    `by_token` is the order of the first level; the rest is as in `first_level`.
    """
    starts = np.zeros(n_parents + 1, np.int64)
    for i in range(len(ids)):
        if reach[i] >= n:
            starts[node_of[i] + 1] += 1
    for b in range(n_parents):
        starts[b + 1] += starts[b]
    order = np.empty(starts[n_parents], np.int32)
    place = starts.copy()
    for last in by_token:
        i = last - (n - 1)
        if i >= 0 and reach[i] >= n:
            b = node_of[i]
            order[place[b]] = i
            place[b] += 1
    return number_nodes(n, order, starts, ids, reach, short, node_of, document_of, counted)


@kernel
def number_nodes(n_tokens, order, starts, ids, reach, short, node_of, document_of, counted):
    """Give numbers to the distinct n-grams of sorted positions and collect each one's documents."""
    n_positions = len(order)
    parents = np.empty(n_positions, np.int32)
    tokens = np.empty(n_positions, np.int32)
    frequencies = np.empty(n_positions, np.int32)
    node_starts = np.empty(n_positions + 1, np.int32)
    documents = np.empty(n_positions if counted != NO_POSITION else 0, np.uint16)
    node = -1
    n = 0
    for b in range(len(starts) - 1):
        token = -1
        for q in range(starts[b], starts[b + 1]):
            i = order[q]
            if ids[i + n_tokens - 1] != token:
                token = ids[i + n_tokens - 1]
                node += 1
                parents[node] = b
                tokens[node] = token
                frequencies[node] = 0
                node_starts[node] = n
                last = np.int64(-1)
            node_of[i] = node
            if counted == ALL_POSITIONS or (counted == SHORT_WORDS and short[i] and reach[i] == n_tokens):
                document = np.int64(document_of[i])
                frequencies[node] += np.int32(document != last)
                last = document
                documents[n] = document
                n += 1
    node_starts[node + 1] = n
    return (
        parents[: node + 1].copy(),
        tokens[: node + 1].copy(),
        frequencies[: node + 1].copy(),
        node_starts[: node + 2].copy(),
        documents[:n].copy(),
    )


@kernel
def locate_keys(union, keys):
    """Return the place of each of the ascending `keys` in the ascending `union` that holds them all."""
    places = np.empty(len(keys), np.int32)
    at = 0
    for k in range(len(keys)):
        while union[at] < keys[k]:
            at += 1
        places[k] = at
    return places


@kernel
def add_at(totals, places, values):
    """Add each value to the total at its place."""
    for k in range(len(places)):
        totals[places[k]] += values[k]


@kernel
def count_rows(columns, starts, documents, n_documents):
    """Return how many features each document has; a node with the column -1 is none."""
    lengths = np.zeros(n_documents, np.int64)
    for node in range(len(columns)):
        if columns[node] >= 0:
            last = np.int64(-1)
            for k in range(starts[node], starts[node + 1]):
                document = np.int64(documents[k])
                lengths[document] += np.int64(document != last)
                last = document
    return lengths


@kernel
def fill_rows(nodes, columns, starts, documents, places, indices, data):
    """Transpose occurrences into rows of counts.

    Parameters
    ----------
    nodes : int array
        The nodes that are features, in the order of their columns.
    columns : int32 array
        The column of every node.
    starts, documents
        As in `first_level`, for all levels one after the other.
    places : int64 array of shape (n_documents,)
        Where the next entry of each row goes; moved on.
    indices, data : arrays
        Filled in.
    """
    for node in nodes:
        column = columns[node]
        k = starts[node]
        end = starts[node + 1]
        while k < end:
            document = documents[k]
            first = k
            k += 1
            while k < end and documents[k] == document:
                k += 1
            at = places[document]
            indices[at] = column
            data[at] = k - first
            places[document] = at + 1
