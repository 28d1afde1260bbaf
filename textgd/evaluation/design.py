"""The design of an experiment: which documents test, which ones a model learns from, and in what sizes.

The subsets of a repeat are nested: each is the front of one order of the training part.  The order hands out places to
the classes as Webster's method hands out seats to states, with one for each to begin with, so that a subset of any size
holds every class and mirrors their shares as nearly as whole documents can.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import DataError, InvalidParameterError

__all__ = [
    "Split",
    "class_codes",
    "draw_order",
    "draw_split",
    "named",
    "nested_order",
    "size_schedule",
    "without_duplicates",
]

# Unless something else is asked for: so many sizes, from so many documents on, each larger than the last by that factor
# at least.
_N_SIZES = 8
_LEAST = 20
_LEAST_FACTOR = 1.25

_SIZES_ALLOWED = (
    "Allowed are ascending whole numbers of documents such as 50,100,200,max, or a range such as 20:max:log, "
    "20:max:log:10 or 100:2000:lin:5."
)
_OPEN, _TRAINS, _TESTS = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Split:
    """The documents of one repeat.

    Parameters
    ----------
    order : intp array of shape (n_train,)
        The rows that train.  The first ``m`` of them are the subset of that size, which holds every class and mirrors
        their shares, for any ``m`` from the number of classes on.
    test : intp array of shape (n_test,)
        The rows that test, ascending.
    """

    order: NDArray[np.intp]
    test: NDArray[np.intp]


def class_codes(labels: Sequence[Any], classes: Sequence[Any]) -> NDArray[np.intp]:
    """Return labels as positions in the classes, shape (n_documents,).

    Examples
    --------
    >>> class_codes(["spam", "ham", "spam"], ["ham", "spam"])
    array([1, 0, 1])
    """
    position = {label: code for code, label in enumerate(classes)}
    return np.fromiter((position[label] for label in labels), np.intp, len(labels))


def draw_split(
    codes: NDArray[np.integer[Any]],
    groups: NDArray[np.integer[Any]],
    test_size: float,
    seed: tuple[int, int],
    labels: Sequence[Any] | None = None,
) -> Split:
    """Draw a test part that mirrors the classes, and the order in which the rest is learned from.

    Documents of a group stay on one side.  The groups of a class come in random order and go to the test part where
    they fit into what it still lacks of that class; if it lacks some in the end, one more group goes there, if that
    brings it nearer.  So the parts have the same sizes in every repeat unless groups are large.

    Parameters
    ----------
    codes : int array of shape (n_documents,)
        The class of each document, from 0 on, each with a document.
    groups : int array of shape (n_documents,)
        Documents with the same number are near-duplicates; numbers go from 0 on.
    test_size : float
        The share of each class that tests, between 0 and 1.
    seed : tuple of int
        The seed of the experiment and the number of the repeat: nothing else has influence.
    labels : sequence, optional
        The classes' names for error messages.

    Returns
    -------
    Split

    Raises
    ------
    InvalidParameterError
        For a `test_size` that is no share.
    DataError
        Where there is one class only, and where a class cannot be on both sides.

    Examples
    --------
    >>> split = draw_split(np.array([0, 0, 0, 0, 1, 1, 1, 1]), np.array([0, 0, 1, 2, 3, 4, 5, 6]), 0.25, (0, 0))
    >>> len(split.order), len(split.test), sorted([*split.order.tolist(), *split.test.tolist()])
    (6, 2, [0, 1, 2, 3, 4, 5, 6, 7])
    """
    _check_share(test_size)
    members = [np.unique(groups[codes == code], return_counts=True) for code in range(int(codes.max(initial=-1)) + 1)]
    _check_members(members, labels)
    rng = np.random.default_rng(seed)
    sides = np.full(int(groups.max()) + 1, _OPEN, np.int8)
    # A group of several classes goes where the class with the fewest groups wants it, for that has the least choice.
    for code in sorted(range(len(members)), key=lambda code: len(members[code][0])):
        _assign(*members[code], test_size, sides, rng)
    _check_sides(members, sides, labels)
    tests = sides[groups] == _TESTS
    return Split(nested_order(codes, np.flatnonzero(~tests), rng), np.flatnonzero(tests))


def draw_order(
    codes: NDArray[np.integer[Any]], rows: NDArray[np.integer[Any]], seed: tuple[int, int]
) -> NDArray[np.intp]:
    """Draw the order in which an official training part is learned from; see `nested_order`.

    Parameters
    ----------
    codes : int array of shape (n_documents,)
    rows : int array of shape (n_train,)
        The training part.
    seed : tuple of int
        The seed of the experiment and the number of the repeat.

    Examples
    --------
    >>> codes = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> order = draw_order(codes, np.array([0, 1, 2, 4, 5, 6]), (0, 0))
    >>> [np.bincount(codes[order[:size]]).tolist() for size in (2, 4, 6)]
    [[1, 1], [2, 2], [3, 3]]
    """
    return nested_order(codes, rows, np.random.default_rng(seed))


def nested_order(
    codes: NDArray[np.integer[Any]], rows: NDArray[np.integer[Any]], rng: np.random.Generator
) -> NDArray[np.intp]:
    """Return rows in random order, such that every front part mirrors the classes.

    The k-th document of a class of n, counted from 0, stands at (k + 1/2) / n of the order, the first document of each
    class at the front.  This is Webster's method: a part of the order has of each class that many documents as its
    share times one common number, rounded.

    Parameters
    ----------
    codes : int array of shape (n_documents,)
        The class of every document.
    rows : int array of shape (n_rows,)
        The documents to order.
    rng : numpy Generator

    Returns
    -------
    intp array of shape (n_rows,)

    Examples
    --------
    >>> codes = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 2])
    >>> codes[nested_order(codes, np.arange(10), np.random.default_rng(3))].tolist()
    [2, 1, 0, 0, 0, 1, 0, 0, 1, 0]
    """
    # Which class comes first where several have the same claim is drawn too: no class is favored in all repeats.
    precedence = rng.permutation(int(codes.max(initial=-1)) + 1)
    shuffled: NDArray[np.intp] = rng.permutation(rows).astype(np.intp)
    shuffled = shuffled[np.argsort(precedence[codes[shuffled]], kind="stable")]
    _, starts, counts = np.unique(precedence[codes[shuffled]], return_index=True, return_counts=True)
    positions = np.arange(len(shuffled)) - np.repeat(starts, counts)
    claims = (positions + 0.5) / np.repeat(counts, counts)
    claims[starts] = 0.0
    return shuffled[np.argsort(claims, kind="stable")]


def without_duplicates(
    codes: NDArray[np.integer[Any]],
    rows: NDArray[np.integer[Any]],
    test: NDArray[np.integer[Any]],
    groups: NDArray[np.integer[Any]],
    labels: Sequence[Any] | None = None,
) -> NDArray[np.intp]:
    """Return the rows of an official training part that are near-duplicates of no test document.

    Parameters
    ----------
    codes, groups : int arrays of shape (n_documents,)
        The class and the group of each document.
    rows : int array of shape (n_train,)
    test : int array of shape (n_test,)
    labels : sequence, optional
        The classes' names for error messages.

    Raises
    ------
    DataError
        Where a class of the training part loses all its documents.

    Examples
    --------
    >>> groups = np.array([0, 1, 2, 3, 1])
    >>> without_duplicates(np.array([0, 0, 1, 1, 0]), np.arange(3), np.array([3, 4]), groups)
    array([0, 2])
    """
    all_rows: NDArray[np.intp] = np.asarray(rows, np.intp)
    kept = all_rows[~np.isin(groups[all_rows], groups[test])]
    for code in np.setdiff1d(codes[all_rows], codes[kept])[:1]:
        raise DataError(
            f"All training documents of class {named(int(code), labels)} are near-duplicates of test documents, so "
            "what a model knows of that class cannot be tested. Let near-duplicates be (--duplicates "
            "none), or add documents."
        )
    return kept


def size_schedule(sizes: Any, n_most: int, n_classes: int) -> NDArray[np.int64]:
    """Return the numbers of documents to learn from.

    Parameters
    ----------
    sizes : None, str, int or sequence
        None: 8 sizes with equal factors between them, fewer where those would be below 1.25, from 20 documents, or two
        a class, to all.  Else numbers of documents, where "max" means all, or ranges as text: ``"20:max:log"``,
        ``"20:max:log:10"`` (10 sizes), ``"100:2000:lin:5"``, ``"50,100,200,max"``.  Sizes of a range that round to the
        same number count once.
    n_most : int
        Documents of the training part.
    n_classes : int

    Returns
    -------
    int64 array of shape (n_sizes,), ascending

    Raises
    ------
    InvalidParameterError
        For sizes that cannot be read, do not ascend, are above `n_most` or cannot hold every class.
    DataError
        Where there are fewer documents than the smallest size.

    Examples
    --------
    >>> size_schedule(None, 4460, 2).tolist()
    [20, 43, 94, 203, 439, 951, 2060, 4460]
    >>> size_schedule("100:500:lin:3", 4460, 2).tolist(), size_schedule([50, "max"], 800, 2).tolist()
    ([100, 300, 500], [50, 800])
    """
    if sizes is None:
        least = max(_LEAST, 2 * n_classes)
        factors = np.log(max(n_most / least, 1.0)) / np.log(_LEAST_FACTOR)
        schedule = _spaced(least, max(n_most, least), min(_N_SIZES, 1 + int(factors)), "log")
        if n_most < least:
            raise DataError(_too_few(n_most, least, f"Ask for others (--sizes {n_classes}:max:log), or add documents."))
        return schedule
    schedule = _parsed(sizes, n_most)
    # Before the order of the sizes, for "max" stands for fewer documents than a size above it.
    if (schedule > n_most).all():
        raise DataError(_too_few(n_most, int(schedule[0]), "Ask for smaller sizes (--sizes), or add documents."))
    allowed = f"Allowed is {n_classes:,} to {n_most:,} (max)."
    if (schedule > n_most).any():
        raise _unusable(sizes, f"{schedule.max():,} is above the {n_most:,} documents of the training part.", allowed)
    if (schedule < n_classes).any():
        raise _unusable(
            sizes, f"a subset of {schedule.min():,} cannot hold one of each of the {n_classes} classes.", allowed
        )
    for size, following in itertools.pairwise(schedule.tolist()):
        if following <= size:
            raise _unusable(sizes, f"{size:,} is followed by {following:,}.", "Name each size once, ascending.")
    return schedule


def _assign(
    numbers: NDArray[Any], counts: NDArray[np.intp], test_size: float, sides: NDArray[np.int8], rng: np.random.Generator
) -> None:
    """Give the open groups of a class their sides; `counts` are its documents in each of the groups `numbers`."""
    n = int(counts.sum())
    share = min(max(int(test_size * n + 0.5), 1), n - 1)
    tested = int(counts[sides[numbers] == _TESTS].sum())
    candidates = rng.permutation(np.flatnonzero(sides[numbers] == _OPEN))
    chosen: list[int] = []
    left: list[int] = []
    for i, count in zip(candidates.tolist(), counts[candidates].tolist(), strict=True):
        if tested + count <= share:
            chosen.append(i)
            tested += count
        else:
            left.append(i)
    if tested < share and left:
        i = min(left, key=lambda i: int(counts[i]))
        with_it = tested + int(counts[i])
        if with_it < n and (tested == 0 or with_it - share < share - tested):
            chosen.append(i)
    sides[numbers[candidates]] = _TRAINS
    sides[numbers[chosen]] = _TESTS


def _check_share(test_size: Any) -> None:
    if isinstance(test_size, bool) or not isinstance(test_size, int | float) or not 0 < test_size < 1:
        raise InvalidParameterError(f"test_size is {test_size!r}; allowed is a share between 0 and 1, for example 0.2.")


def _check_members(members: list[tuple[NDArray[Any], NDArray[np.intp]]], labels: Sequence[Any] | None) -> None:
    """Refuse classes that cannot be on both sides, whatever is drawn."""
    if len(members) < 2:
        only = f" only, {named(0, labels)}" if members else "es, for it has no documents"
        raise DataError(f"The corpus has {'one' if members else 'no'} class{only}. Two classes at least are needed.")
    for code, (numbers, counts) in enumerate(members):
        if counts.sum() < 2:
            raise DataError(
                f"Class {named(code, labels)} has {int(counts.sum())} document; at least 2 are needed, one that trains "
                "and one that tests. Add documents of that class, merge it with another, or drop it."
            )
        if len(numbers) < 2:
            raise DataError(
                f"All {int(counts.sum())} documents of class {named(code, labels)} are near-duplicates of each other, "
                "and those are kept on one side of a split. Add other documents of that class, merge it with another, "
                "drop it, or let near-duplicates be (--duplicates none)."
            )


def _check_sides(
    members: list[tuple[NDArray[Any], NDArray[np.intp]]], sides: NDArray[np.int8], labels: Sequence[Any] | None
) -> None:
    """Refuse what groups of several classes have brought about; only labels that contradict each other can."""
    for code, (numbers, _) in enumerate(members):
        for side, name in ((_TESTS, "test"), (_TRAINS, "training")):
            if not (sides[numbers] == side).any():
                raise DataError(
                    f"Class {named(code, labels)} has no document left for the {name} part, for its documents are "
                    "near-duplicates of documents of other classes, and those are kept on one side of a split. "
                    "Correct the labels of near-duplicates, or add documents of that class."
                )


def named(code: int, labels: Sequence[Any] | None) -> str:
    """Return what messages call a class: its label, or its number where labels are not known."""
    return str(code) if labels is None else repr(labels[code])


def _parsed(sizes: Any, n_most: int) -> NDArray[np.int64]:
    """Return sizes as they were asked for, whether or not they are possible."""
    if isinstance(sizes, str):
        items: list[Any] = sizes.split(",")
    elif hasattr(sizes, "__iter__"):
        items = list(sizes)
    else:
        items = [sizes]
    if not items:
        raise _unusable(sizes, "there is no size among them.")
    parts = [
        _parsed_range(item, sizes, n_most)
        if isinstance(item, str) and ":" in item
        else np.array([_parsed_size(item, sizes, n_most)], np.int64)
        for item in items
    ]
    return np.concatenate(parts)


def _parsed_size(item: Any, sizes: Any, n_most: int) -> int:
    if isinstance(item, str):
        text = item.strip()
        if text.lower() == "max":
            return n_most
        # More digits than any corpus has documents; Python refuses to read some thousands.
        if text.isascii() and text.isdigit() and len(text) < 16:
            return int(text)
    elif (
        isinstance(item, int | float | np.number)
        and not isinstance(item, bool)
        and np.isfinite(item)
        and item == int(item)
    ):
        return int(item)
    raise _unusable(sizes, f"{item!r:.60} is no whole number of documents.")


def _parsed_range(item: str, sizes: Any, n_most: int) -> NDArray[np.int64]:
    start, stop, *rest = item.split(":")
    spacing = rest[0].strip().lower() if rest else "log"
    number = _parsed_size(rest[1], sizes, 0) if len(rest) > 1 else _N_SIZES
    if len(rest) > 2 or spacing not in ("log", "lin"):
        raise _unusable(sizes, f"{item!r:.60} is no range.")
    first, last = _parsed_size(start, sizes, n_most), _parsed_size(stop, sizes, n_most)
    if number < 2:
        raise _unusable(sizes, f"a range has 2 sizes at least, its ends, and {item!r} asks for {number}.")
    if first < 1:
        raise _unusable(sizes, f"the range {item!r} starts below 1.")
    if last < first:
        if last == n_most:
            return np.array([first], np.int64)  # the message about sizes above it says more
        raise _unusable(sizes, f"the range {item!r} goes from {first:,} down to {last:,}.")
    return _spaced(first, last, number, spacing)


def _spaced(first: int, last: int, number: int, spacing: str) -> NDArray[np.int64]:
    # No more than there are whole numbers between the ends.
    number = min(number, last - first + 1)
    if number < 2:
        return np.array([last], np.int64)
    exact = np.geomspace(first, last, number) if spacing == "log" else np.linspace(first, last, number)
    spaced: NDArray[np.int64] = np.unique(np.rint(exact).astype(np.int64))
    return spaced


def _too_few(n_most: int, least: int, remedy: str) -> str:
    return f"The training part has {n_most:,} documents, fewer than the smallest size, {least:,}. {remedy}"


def _unusable(sizes: Any, reason: str, allowed: str = _SIZES_ALLOWED) -> InvalidParameterError:
    given = repr(sizes)
    given = given if len(given) <= 80 else f"{given[:77]}..."
    return InvalidParameterError(f"train_sizes (--sizes) is {given}: {reason} {allowed}")
