"""The corpus: documents with their labels, and the official split where there is one."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from textgd.errors import DataError, InvalidParameterError

__all__ = ["PARTS", "Corpus"]

#: The parts that an official split may name.
PARTS = ("train", "dev", "test")


@dataclass(frozen=True, slots=True, repr=False)
class Corpus:
    """Labeled documents, in order.

    Parameters
    ----------
    texts : tuple of str
        The documents.
    labels : tuple
        One label for each document: str when read from a file, of the user's own type otherwise.
    name : str
        What results call this corpus.
    split : tuple of {"train", "dev", "test", None}, optional
        The part of the official split that each document belongs to; None where there is no official split.
    columns : mapping of str to tuple of str, optional
        What else is said of each document, by the names of the columns that were asked for.

    Examples
    --------
    >>> corpus = Corpus(("win cash now", "see you at six", "free prize"), ("spam", "ham", "spam"), "three")
    >>> corpus
    Corpus('three', 3 documents: ham 1, spam 2)
    >>> corpus.select([2, 0]).texts
    ('free prize', 'win cash now')
    """

    texts: tuple[str, ...]
    labels: tuple[Any, ...]
    name: str
    split: tuple[str | None, ...] | None = None
    columns: Mapping[str, tuple[str, ...]] | None = None

    def __post_init__(self) -> None:
        """Refuse what is no corpus, naming the row."""
        if len(self.texts) != len(self.labels):
            raise DataError(
                f"{self.name}: {len(self.texts)} documents but {len(self.labels)} labels. Give one label per document."
            )
        if not set(map(type, self.texts)) <= {str}:
            for row, text in enumerate(self.texts, start=1):
                if not isinstance(text, str):
                    raise DataError(f"{self.name}: the text in row {row} is {_described(text)}, not a string.{_REMEDY}")
        self._check_labels()
        if self.split is not None:
            self._check_split(self.split)
        for column, values in (self.columns or {}).items():
            if len(values) != len(self.texts):
                raise DataError(
                    f"{self.name}: {len(self.texts)} documents but {len(values)} values of the column {column!r}."
                )

    def _check_labels(self) -> None:
        try:
            distinct = set(self.labels)
            doubtful = any(_is_missing(label) for label in distinct)
        except TypeError:
            doubtful = True
        if not doubtful:
            return
        for row, label in enumerate(self.labels, start=1):
            if _is_missing(label):
                raise DataError(f"{self.name}: the label in row {row} is {_described(label)}.{_REMEDY}")
            try:
                hash(label)
            except TypeError:
                raise DataError(
                    f"{self.name}: the label in row {row} is {_described(label)}. One label per document, "
                    "a string or a number, is allowed."
                ) from None

    def _check_split(self, split: tuple[str | None, ...]) -> None:
        if len(split) != len(self.texts):
            raise DataError(f"{self.name}: {len(self.texts)} documents but {len(split)} split entries.")
        unknown = set(split) - {None, *PARTS}
        if unknown:
            value = next(part for part in split if part in unknown)
            raise DataError(f"{self.name}: split entry {value!r} is not one of {', '.join(PARTS)} or None.")

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.texts)

    def __repr__(self) -> str:
        """Show the counts, not the texts."""
        counts = ", ".join(f"{label} {count}" for label, count in self.class_counts.items())
        return f"Corpus({self.name!r}, {len(self)} documents: {counts})"

    @property
    def classes(self) -> tuple[Any, ...]:
        """The distinct labels, sorted."""
        try:
            return tuple(sorted(set(self.labels)))
        except TypeError:
            types = ", ".join(sorted({type(label).__name__ for label in self.labels}))
            raise DataError(
                f"{self.name}: the labels mix types that cannot be sorted ({types}). Convert all to one type, e.g. str."
            ) from None

    @property
    def class_counts(self) -> dict[Any, int]:
        """How many documents each class has, in the order of :attr:`classes`."""
        counts = Counter(self.labels)
        return {label: counts[label] for label in self.classes}

    def part_rows(self, part: str) -> list[int] | None:
        """Return the rows (counted from 0) of a part of the official split; None where it marks no test documents.

        Without those it is no split to test by, and the whole corpus stands for each part.
        """
        if self.split is None or "test" not in self.split:
            return None
        return [row for row, name in enumerate(self.split) if name == part]

    def part(self, part: str) -> Corpus:
        """Return a part of the official split; the corpus itself where the split marks no test documents.

        Parameters
        ----------
        part : {"train", "dev", "test"}

        Raises
        ------
        DataError
            Where documents are marked for test, and none for this part.

        Examples
        --------
        >>> corpus = Corpus(("win cash now", "see you at six"), ("spam", "ham"), "two", split=("train", "test"))
        >>> corpus.part("test").texts
        ('see you at six',)
        """
        rows = self.part_rows(part)
        if rows is None:
            return self
        if not rows:
            raise DataError(
                f"{self.name}: the split marks documents for test and none for {part}. Mark both, or leave the split "
                "out."
            )
        return self.select(rows)

    def select(self, rows: Iterable[int]) -> Corpus:
        """Return the corpus of these rows (counted from 0), in their order."""
        try:
            chosen = [operator.index(row) for row in rows]
        except TypeError:
            raise InvalidParameterError("rows must be whole numbers (positions), e.g. [0, 2], not a mask.") from None
        return Corpus(
            texts=tuple(self.texts[row] for row in chosen),
            labels=tuple(self.labels[row] for row in chosen),
            name=self.name,
            split=None if self.split is None else tuple(self.split[row] for row in chosen),
            columns=None
            if self.columns is None
            else {name: tuple(values[row] for row in chosen) for name, values in self.columns.items()},
        )


_REMEDY = " Drop or repair that row."


def _is_missing(value: object) -> bool:
    """Whether this cell stands for no value: None, NaN, NaT or pandas' NA (which refuses to be compared)."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return not isinstance(value, (list, tuple, dict, set)) and not hasattr(value, "__len__")


def _described(value: object) -> str:
    if _is_missing(value):
        return f"missing ({value!r})"
    shown = repr(value)
    return f"{shown if len(shown) <= 40 else shown[:37] + '...'} ({type(value).__name__})"
