"""A number for what is in a row."""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel

__all__ = ["row_digests"]

# The finalizer of MurmurHash3 (Appleby 2011).
_FIRST = np.uint64(0xFF51AFD7ED558CCD)
_SECOND = np.uint64(0xC4CEB9FE1A85EC53)
_SHIFT = np.uint64(33)


@kernel
def row_digests(indptr, indices, data):
    """Return a hash of each row's columns and values, uint64 of shape (n_rows,)."""
    n = len(indptr) - 1
    digests = np.empty(n, np.uint64)
    value = np.empty(1, np.float64)
    bits = value.view(np.uint64)
    for i in range(n):
        h = np.uint64(indptr[i + 1] - indptr[i])
        for k in range(indptr[i], indptr[i + 1]):
            value[0] = data[k]
            h ^= np.uint64(indices[k]) + bits[0]
            h *= _FIRST
            h ^= h >> _SHIFT
        h *= _SECOND
        digests[i] = h ^ (h >> _SHIFT)
    return digests
