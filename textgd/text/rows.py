"""A sparse matrix as three arrays: what a scorer reads without importing scipy."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["Rows", "index_dtype", "row_blocks", "row_starts", "row_sums"]

# Entries worked on at a time: what is computed of them stays in the cache.
_BLOCK = 1 << 17


def index_dtype(n_entries: int) -> type[np.int32] | type[np.int64]:
    """Return the type of indices that scipy would choose."""
    return np.int32 if n_entries <= np.iinfo(np.int32).max else np.int64


def row_starts(lengths: NDArray[Any]) -> NDArray[np.int64]:
    """Return where each row starts, and where the last one ends, shape (n_rows + 1,).

    Examples
    --------
    >>> row_starts(np.array([2, 0, 1]))
    array([0, 2, 2, 3])
    """
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def row_blocks(indptr: NDArray[Any]) -> list[slice]:
    """Cut rows into runs of about `_BLOCK` entries, at least one row each.

    Examples
    --------
    >>> row_blocks(np.array([0, 2, 2, 3]))
    [slice(0, 3, None)]
    """
    bounds = np.searchsorted(indptr, np.arange(0, int(indptr[-1]), _BLOCK))
    return [slice(a, b) for a, b in itertools.pairwise(np.unique([0, *bounds, len(indptr) - 1]).tolist())]


def row_sums(values: NDArray[Any], indptr: NDArray[Any]) -> NDArray[Any]:
    """Return the sum of each row's values, shape (n_rows,); an empty row sums to 0.

    Examples
    --------
    >>> row_sums(np.array([1.0, 2.0, 4.0]), np.array([0, 2, 2, 3]))
    array([3., 0., 4.])
    """
    sums = np.zeros(len(indptr) - 1, values.dtype)
    filled = np.flatnonzero(np.diff(indptr))
    if len(filled):
        sums[filled] = np.add.reduceat(values[: indptr[-1]], indptr[:-1][filled])
    return sums


@dataclass(frozen=True, eq=False)
class Rows:
    """Compressed sparse rows with sorted, distinct columns.

    Parameters
    ----------
    indptr : int array of shape (n_rows + 1,)
    indices : int array of shape (n_entries,)
    data : array of shape (n_entries,)
        May be a read-only view of a single number.
    n_columns : int
    """

    indptr: NDArray[Any]
    indices: NDArray[Any]
    data: NDArray[Any]
    n_columns: int

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self), self.n_columns

    def with_data(self, data: NDArray[Any]) -> Rows:
        """Return the same entries with other values."""
        return Rows(self.indptr, self.indices, data, self.n_columns)

    def to_scipy(self) -> csr_matrix:
        """Return a scipy matrix, over the same arrays where they have memory of their own."""
        from scipy.sparse import csr_matrix

        data = np.ascontiguousarray(self.data)
        matrix = csr_matrix((data, self.indices, self.indptr), shape=self.shape, copy=False)
        matrix.has_sorted_indices = True
        return matrix
