"""Looking the n-grams of documents up in a known trie.

From each position the walk goes down the trie token by token.  A child is found in a hash table that holds nothing
but node numbers: whether a node is the child looked for is read off the trie itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.kernels.compiler import kernel

__all__ = ["TrieIndex", "descend", "index_children", "level_keys", "look_up_rows"]

# An odd number from the digits of pi: it spreads parents and tokens over the upper half of a 64-bit product.
_FACTOR = np.uint64(0x243F6A8885A308D3)
# Up to so many columns are sorted by insertion, more by digits of eight bits.
_INSERTION = 32
_RADIX = 8


class TrieIndex(NamedTuple):
    """A trie made for looking up; nodes are numbered level by level.

    Parameters
    ----------
    roots : int32 array of shape (n_terms + 1,)
        The node of each token at the first level, -1 where there is none; the last entry is the unknown token's.
    keys : int64 array of shape (n_nodes,)
        ``parent << 32 | token`` of each node below the first level.
    columns : int32 array of shape (n_nodes,)
        Each node's column or -1.
    slots : int32 array, a power of two long
        The number of a node below the first level, -1 where empty.
    """

    roots: NDArray[np.int32]
    keys: NDArray[np.int64]
    columns: NDArray[np.int32]
    slots: NDArray[np.int32]


def level_keys(levels: Sequence[tuple[NDArray[np.integer], NDArray[np.int32]]]) -> NDArray[np.int64]:
    """Return ``parent << 32 | token`` of every node, from where the children of each start and their tokens."""
    keys = []
    first_above = 0
    for starts, tokens in levels:
        parents = np.repeat(np.arange(len(starts) - 1), np.diff(starts)) + first_above
        keys.append(parents << 32 | tokens)
        first_above += len(starts) - 1 if len(keys) > 1 else 0
    return np.concatenate(keys)


@kernel
def slot_of(key, mask):
    """Return where the search for a node begins."""
    h = np.uint64(key) * _FACTOR
    return (h ^ (h >> np.uint64(32))) * _FACTOR >> np.uint64(32) & mask


@kernel
def index_children(keys, n_roots):
    """Return the hash table of the nodes from the `n_roots`-th on."""
    size = 16
    while size < 2 * (len(keys) - n_roots):
        size *= 2
    slots = np.full(size, -1, np.int32)
    mask = np.uint64(size - 1)
    for node in range(n_roots, len(keys)):
        at = slot_of(keys[node], mask)
        while slots[at] >= 0:
            at = (at + np.uint64(1)) & mask
        slots[at] = node
    return slots


@kernel
def descend(depth, ids, reach, nodes, n, keys, slots, places, candidates):
    """Take each of `n` positions' nodes down to the child that its next token names, -1 where there is none.

    Two of every three children are far away in memory.  They are asked for in loops that do not branch, so that
    many are under way at once.

    Parameters
    ----------
    depth : int
        How many tokens the children have.
    ids, reach : arrays of shape (n,)
        Of one document.
    nodes : int32 array of shape (n,)
        Overwritten.
    places, candidates : uint64 and int32 scratch of shape (n,)
    """
    mask = np.uint64(len(slots) - 1)
    for i in range(n - depth + 1):
        key = (np.int64(nodes[i]) << 32) | np.int64(ids[i + depth - 1])
        places[i] = slot_of(key, mask)
    for i in range(n - depth + 1):
        candidates[i] = slots[places[i]]
    for i in range(n):
        if nodes[i] < 0 or reach[i] < depth:
            nodes[i] = -1
            continue
        key = (np.int64(nodes[i]) << 32) | np.int64(ids[i + depth - 1])
        node = candidates[i]
        while node >= 0 and keys[node] != key:
            places[i] = (places[i] + np.uint64(1)) & mask
            node = slots[places[i]]
        nodes[i] = node


@kernel
def sort_columns(values, n, spare, n_bits):
    """Sort ``values[:n]`` ascending; `spare` is as long."""
    if n <= _INSERTION:
        for i in range(1, n):
            value = values[i]
            j = i - 1
            while j >= 0 and values[j] > value:
                values[j + 1] = values[j]
                j -= 1
            values[j + 1] = value
        return
    places = np.empty(1 << _RADIX, np.int32)
    source, target = values, spare
    passes = 0
    for shift in range(0, n_bits, _RADIX):
        places[:] = 0
        for i in range(n):
            places[(source[i] >> shift) & 0xFF] += 1
        total = 0
        for digit in range(1 << _RADIX):
            count = places[digit]
            places[digit] = total
            total += count
        for i in range(n):
            digit = (source[i] >> shift) & 0xFF
            target[places[digit]] = source[i]
            places[digit] += 1
        source, target = target, source
        passes += 1
    if passes % 2 == 1:
        values[:n] = spare[:n]


@kernel
def look_up_rows(ids, indptr, reach, short, low, high, n_columns, index):
    """Return the rows of documents.

    Parameters
    ----------
    ids : int32 array
        Tokens as numbers of the trie's vocabulary.
    indptr : int64 array of shape (n_documents + 1,)
    reach, short
        As `textgd.kernels.ngrams` gives them.
    low, high : int
        The least and the greatest n.
    n_columns : int
    index : TrieIndex

    Returns
    -------
    lengths : int64 array of shape (n_documents,), features in each document
    columns, counts : int32 arrays, of all documents one after the other, columns ascending
    """
    roots, keys, node_columns, slots = index
    n_bits = 1
    while n_columns >> n_bits:
        n_bits += 1
    longest = 0
    for d in range(len(indptr) - 1):
        longest = max(longest, indptr[d + 1] - indptr[d])
    nodes = np.empty(longest, np.int32)
    places = np.empty(longest, np.uint64)
    candidates = np.empty(longest, np.int32)
    found = np.empty(longest * (high - low + 1) + 1, np.int32)
    spare = np.empty(len(found), np.int32)
    lengths = np.empty(len(indptr) - 1, np.int64)
    columns = np.empty(len(ids) * (high - low + 1), np.int32)
    counts = np.empty(len(columns), np.int32)
    n_out = 0
    for d in range(len(indptr) - 1):
        first, end = indptr[d], indptr[d + 1]
        length = end - first
        n = 0
        for i in range(length):
            nodes[i] = roots[ids[first + i]] if reach[first + i] > 0 else -1
        for depth in range(1, high + 1):
            if depth > 1:
                descend(depth, ids[first:end], reach[first:end], nodes, length, keys, slots, places, candidates)
            if depth >= low:
                for i in range(length):
                    column = node_columns[nodes[i]] if nodes[i] >= 0 else -1
                    found[n] = column
                    n += np.int64(column >= 0)
            elif len(short) > 0:
                for i in range(length):
                    is_whole = short[first + i] and reach[first + i] == depth and nodes[i] >= 0
                    found[n] = node_columns[nodes[i]] if is_whole else -1
                    n += np.int64(found[n] >= 0)
        sort_columns(found, n, spare, n_bits)
        before = n_out
        for k in range(n):
            if k > 0 and found[k] == found[k - 1]:
                counts[n_out - 1] += 1
            else:
                columns[n_out] = found[k]
                counts[n_out] = 1
                n_out += 1
        lengths[d] = n_out - before
    return lengths, columns[:n_out].copy(), counts[:n_out].copy()
