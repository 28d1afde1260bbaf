"""The matrix that is learned from: never copied, whatever rows of it are used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["SparseRows"]

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class SparseRows:
    """A matrix as the kernels take it.

    Parameters
    ----------
    indptr : uint64 array of shape (n_rows + 1,)
    indices : uint32 or uint64 array of shape (n_entries,)
        Unsigned: the kernels say why.
    data : float32 or float64 array of shape (n_entries,)
    n_columns : int
    """

    indptr: NDArray[np.uint64]
    indices: NDArray[np.unsignedinteger[Any]]
    data: Floats
    n_columns: int

    @classmethod
    def of(cls, matrix: Any) -> SparseRows:
        """Return the rows of a scipy CSR matrix, over the same arrays."""
        indices = matrix.indices.view(np.dtype(f"u{matrix.indices.itemsize}"))
        return cls(matrix.indptr.astype(np.uint64), indices, matrix.data, matrix.shape[1])

    @property
    def arrays(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """What a kernel takes first."""
        return self.indptr, self.indices, self.data

    @cached_property
    def _one_group(self) -> NDArray[np.uint8]:
        return np.zeros(self.n_columns, np.uint8)

    def scaled(self, factors: Floats) -> SparseRows:
        """Return the rows with each column times a factor, of shape (n_columns,)."""
        data = factors.astype(self.data.dtype, copy=False)[self.indices]
        data *= self.data
        return replace(self, data=data)

    def products(
        self, rows: NDArray[np.uint64], weights: Floats, groups: NDArray[np.uint8] | None = None, n_groups: int = 1
    ) -> NDArray[np.float64]:
        """Return each row's products with the weights, summed over the columns of each group.

        Parameters
        ----------
        rows : uint64 array
            The numbers of the rows.
        weights : array of shape (n_columns,)
        groups : uint8 array of shape (n_columns,), optional
            The group of each column; by default they are one.

        Returns
        -------
        float64 array of shape (len(rows), n_groups)

        Examples
        --------
        >>> from scipy.sparse import csr_matrix
        >>> matrix = SparseRows.of(csr_matrix([[1.0, 2.0, 0.0], [0.0, 1.0, 1.0]]))
        >>> matrix.products(np.array([1, 0], np.uint64), np.array([1.0, 2.0, 3.0]), np.array([0, 0, 1], np.uint8), 2)
        array([[2., 3.],
               [5., 0.]])
        """
        from textgd.kernels.products import grouped_products

        if groups is None:
            groups = self._one_group
        products = np.empty((len(rows), n_groups))
        grouped_products(*self.arrays, rows, weights, groups, products)
        return products
