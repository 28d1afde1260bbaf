"""Some rows of a sparse matrix: what their columns add up to, and some columns under new numbers."""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel

__all__ = ["add_class_counts", "add_frequencies", "take_columns"]


@kernel
def add_frequencies(indptr, indices, rows, frequencies):
    """Count each column once for each of the rows that hold it."""
    for i in rows:
        for k in range(indptr[i], indptr[i + 1]):
            frequencies[indices[k]] += 1


@kernel
def add_class_counts(indptr, indices, data, rows, classes, binary, counts):
    """Add the entries of each row to the line of its class; `classes` has the class of each of `rows`."""
    for r in range(len(rows)):
        i = rows[r]
        line = counts[classes[r]]
        for k in range(indptr[i], indptr[i + 1]):
            line[indices[k]] += 1.0 if binary else data[k]


@kernel
def take_columns(indptr, indices, data, rows, numbers):
    """Return the entries of some rows in the columns that have a number, each under its number; -1: it has none.

    Returns
    -------
    indptr : int32 array of shape (n_rows + 1,)
    indices : int32 array
    data : array of the type of `data`
    """
    starts = np.empty(len(rows) + 1, np.int32)
    n = 0
    for r in range(len(rows)):
        starts[r] = n
        for k in range(indptr[rows[r]], indptr[rows[r] + 1]):
            n += numbers[indices[k]] >= 0
    starts[len(rows)] = n
    columns = np.empty(n, np.int32)
    values = np.empty(n, data.dtype)
    n = 0
    for i in rows:
        for k in range(indptr[i], indptr[i + 1]):
            number = numbers[indices[k]]
            if number >= 0:
                columns[n] = number
                values[n] = data[k]
                n += 1
    return starts, columns, values
