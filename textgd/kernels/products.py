"""Sums over the entries of sparse rows, some rows at a time."""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel

__all__ = ["add_counts", "add_rows", "grouped_products"]


@kernel
def add_rows(indptr, indices, data, rows, factors, sums):
    """Add ``Σ factors[i] x_i`` over the rows to `sums`, one number a column."""
    for i in rows:
        factor = factors[i]
        if factor != 0.0:
            for k in range(indptr[i], indptr[i + np.uint64(1)]):
                sums[indices[k]] += factor * data[k]


@kernel
def add_counts(indptr, indices, data, rows, factors, is_class, counts, frequencies):
    """Add the columns' weighted sums to `counts` and the weight of the rows that hold each to `frequencies`.

    `counts` has one line for the rows outside the class and one for those in it; `is_class` holds 0 and 1.
    """
    for i in rows:
        factor = factors[i]
        sums = counts[is_class[i]]
        for k in range(indptr[i], indptr[i + np.uint64(1)]):
            j = indices[k]
            sums[j] += factor * data[k]
            frequencies[j] += factor


@kernel
def grouped_products(indptr, indices, data, rows, weights, groups, products):
    """Write ``Σ weights[j] x_ij`` of row ``rows[s]`` over the columns j of each group to ``products[s, group]``."""
    for s in range(len(rows)):
        i = rows[s]
        products[s, :] = 0.0
        for k in range(indptr[i], indptr[i + np.uint64(1)]):
            j = indices[k]
            products[s, groups[j]] += weights[j] * data[k]
