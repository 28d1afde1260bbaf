"""Which runs of tokens stand in a text: a Bloom filter of all windows of one length.

B. H. Bloom, Space/Time Trade-offs in Hash Coding with Allowable Errors, 1970.  A window that is in the text is always
found; one that is not, about once in a hundred times.
"""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel

__all__ = ["BITS_PER_WINDOW", "insert_windows", "longest_run"]

BITS_PER_WINDOW = 10
# The number of bits each window sets: ln 2 times the bits there are for it.
_PROBES = 7

# The finalizer of MurmurHash3 (Appleby 2011), and 2^64 over the golden ratio.
_FIRST = np.uint64(0xFF51AFD7ED558CCD)
_SECOND = np.uint64(0xC4CEB9FE1A85EC53)
_SHIFT = np.uint64(33)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@kernel
def window_hash(tokens, first, window):
    """Return a hash of the tokens of a window."""
    h = np.uint64(window)
    for i in range(first, first + window):
        h = (h ^ np.uint64(tokens[i])) * _GOLDEN
        h ^= h >> _SHIFT
    h *= _FIRST
    h ^= h >> _SHIFT
    h *= _SECOND
    return h ^ (h >> _SHIFT)


@kernel
def insert_windows(tokens, indptr, window, bits):
    """Set the bits of every window of the documents; `bits` is a uint8 array."""
    n_bits = np.uint64(8 * len(bits))
    for d in range(len(indptr) - 1):
        for first in range(indptr[d], indptr[d + 1] - window + 1):
            h = window_hash(tokens, first, window)
            step = (h >> np.uint64(32)) | np.uint64(1)
            for _ in range(_PROBES):
                at = h % n_bits
                bits[at >> np.uint64(3)] |= np.uint8(1 << (at & np.uint64(7)))
                h += step


@kernel
def longest_run(tokens, window, bits):
    """Return the length of the longest run all of whose windows are set; 0 where there is none."""
    n_bits = np.uint64(8 * len(bits))
    longest = 0
    run = 0
    for first in range(len(tokens) - window + 1):
        h = window_hash(tokens, first, window)
        step = (h >> np.uint64(32)) | np.uint64(1)
        is_there = True
        for _ in range(_PROBES):
            at = h % n_bits
            if bits[at >> np.uint64(3)] & np.uint8(1 << (at & np.uint64(7))) == 0:
                is_there = False
                break
            h += step
        run = run + 1 if is_there else 0
        longest = max(longest, run + window - 1 if run else 0)
    return longest
