"""Which documents train and which test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from textgd.corpus.reading import spelled
from textgd.errors import DataError, InvalidParameterError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SEED", "TEST_SIZE", "holdout"]

#: What is held out unless something else is asked for, here and by every command.
TEST_SIZE, SEED = 0.2, 0


def holdout(
    labels: Sequence[Any],
    *,
    test_size: float = TEST_SIZE,
    random_state: int = SEED,
    split: Sequence[str | None] | None = None,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows that train and the rows that test, each ascending.

    Parameters
    ----------
    labels : sequence
        One label per document.
    test_size : float
        The share of documents held out; each class gives the same share of its own.
    random_state : int
        The seed.
    split : sequence of {"train", "dev", "test", None}, optional
        The official split. Where it has test documents it decides alone, and ``dev`` joins neither side.

    Returns
    -------
    train_rows, test_rows : ndarray of int

    Examples
    --------
    >>> train_rows, test_rows = holdout(["ham"] * 6 + ["spam"] * 4, test_size=0.5)
    >>> len(train_rows), len(test_rows)
    (5, 5)
    """
    import numpy as np

    labels = list(labels)
    if split is not None and "test" in split:
        if len(split) != len(labels):
            raise DataError(f"{len(labels)} labels but {len(split)} split entries. Give one entry per document.")
        marks = np.array([part or "" for part in split])
        train_rows, test_rows = np.flatnonzero(marks == "train"), np.flatnonzero(marks == "test")
        if not len(train_rows):
            raise DataError("the split marks documents for test and none for train. Mark both, or leave it out.")
        _check_classes(Counter(labels[row] for row in train_rows), "the training part of the split")
        return train_rows, test_rows
    counts = Counter(labels)
    _check_classes(counts, "the corpus")
    _check_test_size(test_size, counts)
    from sklearn.model_selection import StratifiedShuffleSplit

    number = {label: index for index, label in enumerate(counts)}
    codes = np.array([number[label] for label in labels])
    splitter = StratifiedShuffleSplit(n_splits=1, test_size=test_size, random_state=random_state)
    train_rows, test_rows = next(splitter.split(np.empty((len(codes), 0)), codes))
    for rows, side in ((train_rows, "training"), (test_rows, "test")):
        absent = set(range(len(counts))) - set(codes[rows].tolist())
        if absent:
            _refuse_absent(list(counts)[min(absent)], counts, test_size, side)
    return np.sort(train_rows), np.sort(test_rows)


def _check_classes(counts: Counter[Any], where: str) -> None:
    if not counts:
        raise DataError(f"{where} has no documents.")
    if len(counts) == 1:
        raise DataError(
            f"{where} has one class only, {next(iter(counts))!r}. A classifier needs documents of at least two classes."
        )
    if where != "the corpus":
        return
    for position, (label, count) in enumerate(counts.items()):
        if count == 1:
            # Counted in order, so this is the first row's label.
            header = f" If it names the column, say {spelled('header', True)}." if position == 0 else ""
            raise DataError(
                f"class {label!r} has one document, which cannot be in both the training and the test part. "
                f"Add documents of that class, merge it with another, or drop it.{header}"
            )


def _check_test_size(test_size: object, counts: Counter[Any]) -> None:
    if isinstance(test_size, bool) or not isinstance(test_size, (int, float)) or not 0 < test_size < 1:
        raise InvalidParameterError(
            f"{spelled('test_size', test_size)}: allowed is a share between 0 and 1, for example 0.2."
        )
    n_documents = counts.total()
    n_test = ceil(test_size * n_documents)
    for side, size in (("test", n_test), ("training", n_documents - n_test)):
        if size < len(counts):
            raise InvalidParameterError(
                f"{spelled('test_size', test_size)} leaves {size} of {n_documents} documents for the {side} part, "
                f"too few to hold one of each of the {len(counts)} classes. Make it "
                f"{'larger' if side == 'test' else 'smaller'}, or add documents."
            )


def _refuse_absent(label: Any, counts: Counter[Any], test_size: float, side: str) -> None:
    share = ceil(100 / counts[label]) / 100
    advice = f"{share:g} or more" if side == "test" else f"{1 - share:g} or less"
    raise InvalidParameterError(
        f"{spelled('test_size', test_size)} leaves none of the {counts[label]} documents of class {label!r} in the "
        f"{side} part. Take {advice}, or add documents of that class."
    )
