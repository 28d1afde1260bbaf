"""Rows of unit length, as tf-idf gives them, where some of their features are not known.

A document that is predicted is scaled to unit length by the features that are known.  One that is held out came with
features that only it and others held out with it have: it is scaled again by those that the rest knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from textgd.text.rows import row_sums

__all__ = ["KnownFeatures"]

_ROUNDING = 1e-3


@dataclass(frozen=True, eq=False)
class KnownFeatures:
    """What the rows that are not held out know.

    Parameters
    ----------
    matrix : csr_matrix
        All rows.
    """

    matrix: csr_matrix

    @cached_property
    def has_unit_rows(self) -> bool:
        """Whether all rows that are not empty have the Euclidean length 1."""
        lengths = row_sums(self.matrix.data * self.matrix.data, self.matrix.indptr)
        return bool(((np.abs(lengths - 1.0) < _ROUNDING) | (lengths == 0.0)).all())

    @cached_property
    def _frequencies(self) -> NDArray[np.intp]:
        return np.bincount(self.matrix.indices, minlength=self.matrix.shape[1])

    def without(self, held: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Return which columns the other rows hold, shape (n_columns,)."""
        return self._known(self.matrix[held])

    def _known(self, part: csr_matrix) -> NDArray[np.bool_]:
        known: NDArray[np.bool_] = self._frequencies > np.bincount(part.indices, minlength=part.shape[1])
        return known

    def lengths(self, held: NDArray[np.integer]) -> NDArray[np.float64] | None:
        """Return the lengths of the rows by what the others know, shape (len(held),); None where rows are as they are.

        Examples
        --------
        >>> rows = KnownFeatures(csr_matrix([[0.6, 0.8, 0.0], [0.6, 0.0, 0.8], [1.0, 0.0, 0.0]]))
        >>> rows.lengths(np.array([0, 2]))
        array([0.6, 1. ])
        """
        if not self.has_unit_rows:
            return None
        part = self.matrix[held]
        squares = part.data * part.data * self._known(part)[part.indices]
        lengths = np.sqrt(row_sums(squares, part.indptr).astype(np.float64))
        lengths[lengths == 0.0] = 1.0
        return lengths
