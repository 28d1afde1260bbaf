"""Which column of a table is the text, which the label, which the split."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textgd.corpus.reading import Reading, column_number, spelled
from textgd.errors import DataError, UnlabeledError

__all__ = ["Columns", "choose_columns", "has_header", "names_a_column", "split_parts"]

#: Names that are taken for the text and for the label when none is given; the first one present wins.
TEXT_NAMES = (
    "text", "raw_text", "review", "reviewtext", "review_text", "message", "sentence", "document", "body", "content",
    "comment", "comment_text", "tweet", "sms", "email", "mail", "headline", "question", "v2",
)  # fmt: skip
LABEL_NAMES = (
    "label", "labels", "class", "category", "target", "sentiment", "polarity", "stars", "rating", "topic", "tag", "y",
    "v1",
)  # fmt: skip
SPLIT_NAMES = ("split", "fold", "set")

#: What a split column may say; a column with any other value is no split.
SPLIT_VALUES: dict[str | None, str | None] = {
    "train": "train",
    "training": "train",
    "dev": "dev",
    "valid": "dev",
    "validation": "dev",
    "val": "dev",
    "test": "test",
    "": None,
    "null": None,
    None: None,
}


_NO_HEADER = spelled("header", False)


class Columns(NamedTuple):
    """Positions, counted from 0."""

    text: int
    label: int | None
    split: int | None
    where: tuple[tuple[int, str], ...]
    others: tuple[tuple[str, int], ...] = ()


def has_header(first_row: Sequence[str], reading: Reading) -> bool:
    """Whether the first row names the columns rather than being the first document."""
    if reading.header is not None:
        return reading.header
    wanted = [column for column in (reading.text_column, reading.label_column) if isinstance(column, str)]
    if any(column_number(column) is None for column in wanted) or reading.where or reading.columns:
        return True  # a column named must be there, so that a misspelt name is an error and not a document
    return names_a_column(first_row, reading)


def names_a_column(cells: Sequence[str], reading: Reading) -> bool:
    """Whether one of the cells is a column that is asked for, or a usual name of one."""
    wanted = [_folded(column) for column in (reading.text_column, reading.label_column) if isinstance(column, str)]
    return not {_folded(cell) for cell in cells}.isdisjoint((*TEXT_NAMES, *LABEL_NAMES, *wanted))


def choose_columns(
    first_row: Sequence[str], reading: Reading, name: str, *, header: bool, labeled: bool = True, keys: bool = False
) -> Columns:
    """Choose the columns by what the reading asks for, by their names, or, without names, by their place.

    With ``keys`` the first row are the keys of a JSON object, which cannot be taken for a document by mistake.
    """
    if header:
        doubt = f" If the first row is no header, say {_NO_HEADER}."
        if reading.columns:
            doubt = f" The first row is taken for a header, which {spelled('by', reading.columns[0])} needs."
        choose = _Chooser(first_row, name, "" if keys else doubt)
        text = choose.one("text_column", reading.text_column, TEXT_NAMES, alone=not labeled)
        label = choose.one("label_column", reading.label_column, LABEL_NAMES) if labeled else None
        if text == label:
            raise DataError(
                f"{name}: text and label are the same column, {first_row[text]!r}. Name two columns: "
                f"{spelled('text_column')}, {spelled('label_column')}."
            )
        where = tuple((choose.one("where", column, ()), value) for column, value in reading.where.items())
        split = choose.split()
        if reading.columns is None:
            others = choose.others({text, label, split})
        else:
            others = tuple((column, choose.one("by", column, ())) for column in reading.columns)
        return Columns(text, label, split, where, others)
    if reading.columns:
        raise DataError(
            f"{name} is read without a header, and {spelled('by', reading.columns[0])} needs one that names the "
            f"columns. Give it such a first row, or say {spelled('header', True)} where it has one."
        )
    numbers = _by_place(len(first_row), reading, name, labeled)
    return Columns(*numbers, split=None, where=())


def split_parts(values: Iterable[str | None]) -> list[str | None] | None:
    """Return the parts of the official split, or None when the values are no split or all empty."""
    folded = [value.strip().lower() if isinstance(value, str) else value for value in values]
    if not set(folded) <= SPLIT_VALUES.keys():
        return None
    parts = [SPLIT_VALUES[value] for value in folded]
    return parts if any(parts) else None


class _Chooser:
    """Finds columns by name in one header."""

    def __init__(self, header: Sequence[str], name: str, doubt: str) -> None:
        self.doubt = doubt
        self.header = header
        self.folded = [_folded(cell) for cell in header]
        self.name = name
        self.there = f"The columns there are: {', '.join(repr(cell) for cell in _shortened(header))}."

    def one(self, argument: str, wanted: str | int | None, synonyms: Sequence[str], *, alone: bool = False) -> int:
        if wanted is None:
            for synonym in synonyms:
                if synonym in self.folded:
                    return self._only([i for i, cell in enumerate(self.folded) if cell == synonym], synonym)
            if alone and len(self.header) == 1:
                return 0
            error = UnlabeledError if argument == "label_column" else DataError
            raise error(
                f"{self.name}: no column is named like a {argument.split('_')[0]}. {self.there} "
                f"Name it with {spelled(argument)}.{self.doubt}"
            )
        exact = [i for i, cell in enumerate(self.header) if cell == wanted]
        folded = [i for i, cell in enumerate(self.folded) if isinstance(wanted, str) and cell == _folded(wanted)]
        if exact or folded:
            return self._only(exact or folded, str(wanted))
        number = column_number(wanted)
        if number is not None and number <= len(self.header):
            return number - 1
        raise DataError(f"{self.name}: there is no column {wanted!r} ({argument}). {self.there}")

    def others(self, taken: set[int | None]) -> tuple[tuple[str, int], ...]:
        """Return all columns but some."""
        found = [(cell, i) for i, cell in enumerate(self.header) if i not in taken]
        for cell, _ in found:
            self._only([i for other, i in found if other == cell], cell)
        return tuple(found)

    def split(self) -> int | None:
        found = [i for i, cell in enumerate(self.folded) if cell in SPLIT_NAMES]
        return found[0] if len(found) == 1 else None

    def _only(self, found: list[int], wanted: str) -> int:
        if len(found) > 1:
            places = " and ".join(str(i + 1) for i in found)
            raise DataError(
                f"{self.name}: {len(found)} columns are named {wanted!r} (columns {places}). {self.there} "
                "Pick one by its number, counted from 1, or rename the other."
            )
        return found[0]


def _by_place(width: int, reading: Reading, name: str, labeled: bool) -> tuple[int, int | None]:
    """Without names: numbers where given; of two columns the label stands first; one column is the text."""
    given = {}
    for argument in ("text_column", "label_column"):
        wanted = getattr(reading, argument)
        number = column_number(wanted)
        if number is None and wanted is not None:
            raise DataError(
                f"{name} is read without a header, so {spelled(argument, wanted)} cannot be found by "
                "name. Give its number, counted from 1."
            )
        if number is not None and number > width:
            raise DataError(f"{name}: there is no column {number} ({argument}); the first row has {width}.")
        given[argument] = None if number is None else number - 1
    text, label = given["text_column"], given["label_column"]
    if not labeled:
        if text is None and width == 1:
            return 0, None
        if text is not None:
            return text, None
    elif text is not None and label is not None:
        if text == label:
            raise DataError(f"{name}: text and label are the same column, number {text + 1}. Name two columns.")
        return text, label
    elif width == 2:
        if text is None:
            text = 1 if label is None else 1 - label
        return text, 1 - text
    options = ", ".join(spelled(argument) for argument in given if labeled or argument == "text_column")
    error = UnlabeledError if labeled and width == 1 else DataError
    raise error(
        f"{name} has no header that names the columns, and {width} column{'s' if width != 1 else ''}. Pick them by "
        f"number, counted from 1: {options}."
    )


def _folded(cell: str) -> str:
    return cell.strip().lower()


def _shortened(cells: Sequence[str]) -> list[str]:
    shown = [cell if len(cell) <= 30 else cell[:27] + "..." for cell in cells[:20]]
    return [*shown, "..."] if len(cells) > 20 else shown
