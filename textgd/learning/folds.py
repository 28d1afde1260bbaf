"""Folds: every document is scored by a model that has not seen it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["HeldOut", "find_copy_folds", "find_folds", "fold_count"]

# Of many documents, two thirds teach nearly as much as four fifths, and cost half as much.
_MANY = 10_000
_FOLDS, _FOLDS_OF_MANY = 5, 3


class HeldOut(NamedTuple):
    """What rows score by models that have not seen them.

    Attributes
    ----------
    scores : float64 array of shape (n_rows, n_classes)
        0 for rows that are in no fold, for they have no weight, or are all of their class.
    folds : sequence of int arrays
        The rows that were held out together.
    """

    scores: NDArray[np.float64]
    folds: Sequence[NDArray[np.integer[Any]]]

    @property
    def rows(self) -> NDArray[np.integer[Any]]:
        """The rows that were held out at all, ascending."""
        rows: NDArray[np.integer[Any]] = np.sort(np.concatenate(self.folds))
        return rows

    def of_first(self, n_rows: int) -> HeldOut:
        """Return the same of the first rows alone."""
        return HeldOut(self.scores[:n_rows], [fold[fold < n_rows] for fold in self.folds])


def fold_count(n_rows: int) -> int:
    """Return into how many parts a training set is cut for scores of documents that were not learned from."""
    return _FOLDS if n_rows < _MANY else _FOLDS_OF_MANY


def find_folds(X: Any, classes: NDArray[np.integer[Any]], n_folds: int) -> list[NDArray[np.intp]]:
    """Return the rows of each fold, every class spread evenly over all of them.

    A row goes where its content says: equal rows of a class stay together, so no model is tested on a copy of what it
    learned, the order of the rows does not matter, and a weight is the same as so many copies.  The rows of a class
    with a single distinct one are in no fold: it would be unknown where they are held out.

    Parameters
    ----------
    X : scipy CSR matrix with sorted indices
    classes : int array of shape (n_rows,)
        The class of each row, from 0 on, each with a row at least.
    n_folds : int
        At most so many; folds that would be empty are left out.

    Returns
    -------
    list of int arrays
        None where fewer than two classes can be held out.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> X = csr_matrix([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 2.0]])
    >>> [fold.tolist() for fold in find_folds(X, np.array([0, 0, 0, 1, 1]), 2)]
    [[0, 2, 4], [1, 3]]
    >>> find_folds(X, np.array([0, 0, 0, 0, 1]), 5)
    []
    """
    from textgd.kernels.digests import row_digests

    digests = row_digests(X.indptr, X.indices, X.data)
    order = np.lexsort((digests, classes))
    of_class, digest = classes[order], digests[order]
    is_new = np.ones(len(order), bool)
    is_new[1:] = (of_class[1:] != of_class[:-1]) | (digest[1:] != digest[:-1])
    distinct = np.cumsum(is_new) - 1
    first = np.full(int(classes.max()) + 1, len(order))
    np.minimum.at(first, of_class, distinct)
    can_be_held_out = np.bincount(of_class[is_new]) > 1
    if can_be_held_out.sum() < 2:
        return []
    # Each class begins in another fold: with few rows a class, no fold gets all the first ones.
    fold = np.empty(len(order), np.intp)
    fold[order] = np.where(can_be_held_out[of_class], (distinct - first[of_class] + of_class) % n_folds, -1)
    folds = [np.flatnonzero(fold == number) for number in range(n_folds)]
    return [rows for rows in folds if len(rows)]


def find_copy_folds(X: Any, classes: NDArray[np.integer[Any]], n_folds: int, n_copies: int) -> list[NDArray[np.intp]]:
    """Return the rows of each fold, where rows are so many versions of the same documents, one set after the other.

    All versions of a document are in the fold of the first one; else as `find_folds`.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> X = csr_matrix([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 2.0], [0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    >>> [fold.tolist() for fold in find_copy_folds(X, np.array([0, 0, 1, 1, 0, 0, 1, 1]), 2, 2)]
    [[0, 3, 4, 7], [1, 2, 5, 6]]
    """
    n = X.shape[0] // n_copies
    folds = find_folds(X[:n], classes[:n], n_folds)
    return [np.concatenate([fold + n * copy for copy in range(n_copies)]) for fold in folds]
