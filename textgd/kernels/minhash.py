"""Which texts are nearly the same: MinHash, and the pairs it proposes held against each other.

A text is the set of its shingles, all runs of `WIDTH` characters.  The least hash of a set is the same for two sets
with the probability of their Jaccard similarity, what they share of what they have together (Broder 1997), and texts
are compared only where all hashes of a band are the same (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets,
chapter 3).
"""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel

__all__ = ["N_BANDS", "N_HASHES", "WIDTH", "band_keys", "join_similar", "shingle_sets", "signatures"]

WIDTH = 5
# Two texts that share 0.8 of their shingles meet in a band with probability 0.998, of 0.5 with 0.28, of 0.1 with 2e-5.
N_BANDS = 21
_ROWS = 6
N_HASHES = N_BANDS * _ROWS
# Hashes of a pair with similarity 0.8 that agree are 101 +- 4.5 of 126: fewer than this come once in millions.
_LEAST_AGREEING = 78

# The finalizer of MurmurHash3 (Appleby 2011), and 2^64 over the golden ratio.
_FIRST = np.uint64(0xFF51AFD7ED558CCD)
_SECOND = np.uint64(0xC4CEB9FE1A85EC53)
_SHIFT = np.uint64(33)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


@kernel
def mix(h):
    """Return a number all of whose bits depend on all of `h`."""
    h ^= h >> _SHIFT
    h *= _FIRST
    h ^= h >> _SHIFT
    h *= _SECOND
    return h ^ (h >> _SHIFT)


@kernel
def shingle_hash(codes, first, width):
    """Return a hash of a run of characters."""
    h = np.uint64(width)
    for i in range(first, first + width):
        h = (h + np.uint64(codes[i])) * _GOLDEN
    return np.uint32(mix(h) >> _HALF)


@kernel
def signatures(codes, starts):
    """Return the least hash of each text's shingles, for each of the hash functions.

    Parameters
    ----------
    codes : uint32 array
        The texts' characters, end to end.
    starts : int64 array of shape (n_texts + 1,)
        Where each text starts, and where the last one ends.

    Returns
    -------
    uint32 array of shape (n_texts, N_HASHES)
    """
    flips = np.empty(N_HASHES, np.uint32)
    factors = np.empty(N_HASHES, np.uint32)
    for j in range(N_HASHES):
        drawn = mix(np.uint64(j + 1) * _GOLDEN)
        flips[j] = np.uint32(drawn >> _HALF)
        factors[j] = np.uint32(drawn | np.uint64(1))
    n_texts = len(starts) - 1
    least = np.empty((n_texts, N_HASHES), np.uint32)
    row = np.empty(N_HASHES, np.uint32)
    for d in range(n_texts):
        width = min(WIDTH, starts[d + 1] - starts[d])
        row[:] = np.uint32(0xFFFFFFFF)
        for first in range(starts[d], starts[d + 1] - width + 1):
            h = shingle_hash(codes, first, width)
            for j in range(N_HASHES):
                row[j] = min(row[j], np.uint32((h ^ flips[j]) * factors[j]))
        least[d] = row
    return least


@kernel
def band_keys(least):
    """Return a number for what is in each band of each signature, uint64 of shape (N_BANDS, n_texts)."""
    keys = np.empty((N_BANDS, len(least)), np.uint64)
    for d in range(len(least)):
        for band in range(N_BANDS):
            h = np.uint64(band)
            for j in range(band * _ROWS, (band + 1) * _ROWS):
                h = mix(h + np.uint64(least[d, j]))
            keys[band, d] = h
    return keys


@kernel
def shingle_sets(codes, starts):
    """Return the distinct hashes of each text's shingles, ascending, and where each text's start.

    Parameters
    ----------
    codes, starts
        As in `signatures`.

    Returns
    -------
    hashes : uint32 array
    set_starts : int64 array of shape (n_texts + 1,)
    """
    n_texts = len(starts) - 1
    hashes = np.empty(len(codes) + n_texts, np.uint32)
    set_starts = np.zeros(n_texts + 1, np.int64)
    n = 0
    for d in range(n_texts):
        width = min(WIDTH, starts[d + 1] - starts[d])
        own = np.empty(starts[d + 1] - starts[d] - width + 1, np.uint32)
        for i in range(len(own)):
            own[i] = shingle_hash(codes, starts[d] + i, width)
        own.sort()
        for i in range(len(own)):
            if i == 0 or own[i] != own[i - 1]:
                hashes[n] = own[i]
                n += 1
        set_starts[d + 1] = n
    return hashes[:n].copy(), set_starts


@kernel
def is_similar(hashes, a, a_end, b, b_end, threshold):
    """Return whether two ascending sets share so much of their union."""
    n_both = (a_end - a) + (b_end - b)
    n_shared = 0
    while a < a_end and b < b_end:
        left, right = hashes[a], hashes[b]
        n_shared += np.int64(left == right)
        a += np.int64(left <= right)
        b += np.int64(right <= left)
    return n_shared / (n_both - n_shared) >= threshold


@kernel
def find_root(parents, d):
    """Return the first text of the group, and make the way there shorter."""
    while parents[d] != d:
        parents[d] = parents[parents[d]]
        d = parents[d]
    return d


@kernel
def join_similar(least, keys, orders, hashes, set_starts, threshold):
    """Join the texts that meet in a band and are similar.

    Parameters
    ----------
    least : uint32 array of shape (n_texts, N_HASHES)
    keys : uint64 array of shape (N_BANDS, n_texts)
    orders : int array of shape (N_BANDS, n_texts)
        The texts in the order of their keys in each band.
    hashes, set_starts : as `shingle_sets` returns them
    threshold : float
        The least Jaccard similarity.

    Returns
    -------
    int64 array of shape (n_texts,), the first text of each one's group
    """
    n_texts = len(least)
    parents = np.arange(n_texts)
    for band in range(N_BANDS):
        order = orders[band]
        start = 0
        for stop in range(1, n_texts + 1):
            if stop < n_texts and keys[band, order[stop]] == keys[band, order[start]]:
                continue
            for p in range(start, stop):
                for q in range(p + 1, stop):
                    a, b = order[p], order[q]
                    root_a, root_b = find_root(parents, a), find_root(parents, b)
                    if root_a == root_b:
                        continue
                    met = False
                    for earlier in range(band):
                        met |= keys[earlier, a] == keys[earlier, b]
                    if met:
                        continue
                    n_agreeing = 0
                    for j in range(N_HASHES):
                        n_agreeing += np.int64(least[a, j] == least[b, j])
                    if n_agreeing >= _LEAST_AGREEING and is_similar(
                        hashes, set_starts[a], set_starts[a + 1], set_starts[b], set_starts[b + 1], threshold
                    ):
                        parents[max(root_a, root_b)] = min(root_a, root_b)
            start = stop
    for d in range(n_texts):
        parents[d] = find_root(parents, d)
    return parents
