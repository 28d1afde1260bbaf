"""Folds for cross-validation: every document tests once, each class is spread evenly, near-duplicates stay together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.corpus.reading import spelled
from textgd.errors import DataError
from textgd.evaluation.design import named

__all__ = ["draw_folds"]


def draw_folds(
    codes: NDArray[np.integer[Any]],
    groups: NDArray[np.integer[Any]],
    n_folds: int,
    seed: tuple[int, int],
    labels: Sequence[Any] | None = None,
) -> list[NDArray[np.intp]]:
    """Return the rows that each fold tests; every document is in one of them.

    Groups of several documents come first, the largest at the front: each goes to the fold that has the least of its
    classes so far.  Then the single documents of each class, in random order, fill the folds up to one level.  Without
    large groups the folds differ by one document at most, of each class and in all.

    Parameters
    ----------
    codes : int array of shape (n_documents,)
        The class of each document, from 0 on, each with a document.
    groups : int array of shape (n_documents,)
        Documents with the same number are near-duplicates; numbers go from 0 on.
    n_folds : int
        Two at least.
    seed : tuple of int
        The seed of the experiment and the number of the repeat: nothing else has influence.
    labels : sequence, optional
        The classes' names for error messages.

    Returns
    -------
    list of intp arrays, each ascending

    Raises
    ------
    DataError
        Where there is one class only, and where a class cannot be in all folds.

    Examples
    --------
    >>> folds = draw_folds(np.array([0, 0, 0, 1, 1, 1, 1]), np.array([0, 0, 1, 2, 3, 4, 5]), 2, (0, 0))
    >>> [np.bincount(np.array([0, 0, 0, 1, 1, 1, 1])[rows]).tolist() for rows in folds]
    [[2, 2], [1, 2]]
    """
    totals = np.bincount(codes)
    _check_classes(codes, groups, totals, n_folds, labels)
    rng = np.random.default_rng(seed)
    # Which fold comes first where several have the same claim.
    precedence = rng.permutation(n_folds)
    counts = np.zeros((len(totals), n_folds), np.int64)
    fold_of = np.empty(len(codes), np.intp)
    sizes = np.bincount(groups)
    rows_by_group = np.split(np.argsort(groups, kind="stable"), np.cumsum(sizes)[:-1])
    large = rng.permutation(np.flatnonzero(sizes > 1))
    for group in large[np.argsort(-sizes[large], kind="stable")].tolist():
        rows = rows_by_group[group]
        of_class = np.bincount(codes[rows], minlength=len(totals))
        filled = (of_class / totals) @ counts
        fold = int(np.lexsort((precedence, counts.sum(axis=0), filled))[0])
        fold_of[rows] = fold
        counts[:, fold] += of_class
    for code in range(len(totals)):
        singles = rng.permutation(np.flatnonzero((sizes[groups] == 1) & (codes == code)))
        shares = _shares(counts[code], len(singles), counts.sum(axis=0), precedence)
        fold_of[singles] = np.repeat(np.arange(n_folds), shares)
        counts[code] += shares
    _check_training(counts, totals, labels)
    return [np.flatnonzero(fold_of == fold) for fold in range(n_folds)]


def _shares(
    present: NDArray[np.int64], n: int, in_all: NDArray[np.int64], precedence: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return how many of `n` documents of a class each fold gets, so that those with the least of it are level.

    What is left over goes to the folds with the fewest documents in all.
    """
    order = np.argsort(present, kind="stable")
    ascending = present[order]
    # What it takes to raise the first k folds to the level of the k-th.
    cost = np.arange(1, len(order) + 1) * ascending - np.cumsum(ascending)
    raised = order[: int((cost <= n).sum())]
    level, rest = divmod(n + int(present[raised].sum()), len(raised))
    shares = np.zeros(len(present), np.int64)
    shares[raised] = level - present[raised]
    emptiest = raised[np.lexsort((precedence[raised], (in_all + shares)[raised]))]
    shares[emptiest[:rest]] += 1
    return shares


def _check_classes(
    codes: NDArray[np.integer[Any]],
    groups: NDArray[np.integer[Any]],
    totals: NDArray[np.int64],
    n_folds: int,
    labels: Sequence[Any] | None,
) -> None:
    if len(totals) < 2:
        only = f"one class only, {named(0, labels)}" if len(totals) else "no documents"
        raise DataError(f"The corpus has {only}. Two classes at least are needed.")
    counts = [len(np.unique(groups[codes == code])) for code in range(len(totals))]
    code = int(np.argmin(counts))
    n_groups, total = counts[code], int(totals[code])
    if n_groups >= n_folds:
        return
    remedy = "add documents of that class, merge it with another, or drop it"
    if n_groups < 2:
        what = f"{total} document{'s that are near-duplicates of each other' if total > 1 else ''}"
        raise DataError(
            f"Class {named(code, labels)} has {what}; two different ones at least are needed, one that trains and one "
            f"that tests. For that {remedy}."
        )
    what = f"{total} documents" if n_groups == total else f"{total} documents, of which {n_groups} are different"
    raise DataError(
        f"Class {named(code, labels)} has {what}, too few for {spelled('cv', n_folds)}, where each fold tests one. "
        f"Take {n_groups} folds or fewer, {remedy}."
    )


def _check_training(counts: NDArray[np.int64], totals: NDArray[np.int64], labels: Sequence[Any] | None) -> None:
    """Refuse what groups of several classes have brought about; only labels that contradict each other can."""
    for code in np.flatnonzero(counts.max(axis=1) == totals)[:1]:
        raise DataError(
            f"All documents of class {named(int(code), labels)} are in one fold, for they are near-duplicates of each "
            "other or of documents of other classes, and those are kept together. Correct the labels of "
            "near-duplicates, add documents of that class, or let near-duplicates be (--duplicates none)."
        )
