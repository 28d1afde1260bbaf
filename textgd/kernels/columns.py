"""Some columns of sparse rows, under new numbers."""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel

__all__ = ["add_class_counts", "add_frequencies", "take_columns"]


@kernel
def add_class_counts(indptr, indices, data, classes, first, stop, binary, counts):
    """Add the entries of the rows from `first` to before `stop` to the line of their class."""
    for i in range(first, stop):
        line = counts[classes[i]]
        for k in range(indptr[i], indptr[i + 1]):
            line[indices[k]] += 1.0 if binary else data[k]


@kernel
def add_frequencies(indices, frequencies):
    """Count each column once for each of its entries."""
    for j in indices:
        frequencies[j] += 1


@kernel
def take_columns(indptr, indices, data, numbers):
    """Return the entries of the columns that have a number, each under its number; -1: it has none.

    Returns
    -------
    indptr : int32 array of shape (n_rows + 1,)
    indices : int32 array
    data : array of the type of `data`
    """
    n_rows = len(indptr) - 1
    starts = np.empty(n_rows + 1, np.int32)
    n = 0
    for k in range(indptr[0], indptr[n_rows]):
        n += numbers[indices[k]] >= 0
    columns = np.empty(n, np.int32)
    values = np.empty(n, data.dtype)
    n = 0
    for i in range(n_rows):
        starts[i] = n
        for k in range(indptr[i], indptr[i + 1]):
            number = numbers[indices[k]]
            if number >= 0:
                columns[n] = number
                values[n] = data[k]
                n += 1
    starts[n_rows] = n
    return starts, columns, values
