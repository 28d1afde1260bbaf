"""Tables of rows and columns: CSV by its strict rules, and tab-separated lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from textgd.corpus.columns import choose_columns, has_header, names_a_column, split_parts
from textgd.corpus.content import decode, decode_lines
from textgd.corpus.reading import Reading, Rows, spelled
from textgd.errors import DataError, UnlabeledError

__all__ = ["delimiter_of", "read_csv", "read_tsv", "unwrapped"]

_FIELD_SIZE_LIMIT = 2**31 - 1  # the largest that the csv module takes on every platform
_DELIMITERS = ",;\t"


class Record(NamedTuple):
    """One row, and the line (counted from 1) on which it begins."""

    line: int
    cells: list[str]


def read_csv(data: bytes, name: str, reading: Reading, *, labeled: bool = True) -> Rows:
    """Read comma-, semicolon- or tab-separated values with their quotes; an open quote is an error."""
    text = decode(data, name, reading)
    nul = _unused_character(text) if "\0" in text else ""
    if nul:  # before Python 3.11 the csv module refuses NUL
        text = text.replace("\0", nul)
    records = list(_csv_records(text, name, delimiter_of(text, reading)))
    rows = _table_rows(records, name, reading, labeled)
    if nul:
        texts, labels = (_restored(column, nul) for column in (rows.texts, rows.labels))
        others = {column: _restored(cells, nul) for column, cells in rows.columns.items()}
        rows = rows._replace(texts=texts, labels=labels, columns=others)
    return rows


def read_tsv(data: bytes, name: str, reading: Reading, *, labeled: bool = True) -> Rows:
    """Read tab-separated lines: a line is a row, and a cell wholly wrapped in double quotes is unwrapped."""
    records = [
        Record(number, [unwrapped(cell) for cell in line.split("\t")])
        for number, line in enumerate(decode_lines(data, name, reading), start=1)
    ]
    # An empty line is a document where there is one column, and nothing where there are more.
    if any(len(record.cells) > 1 for record in records):
        records = [record for record in records if record.cells != [""]]
    return _table_rows(records, name, reading, labeled)


def delimiter_of(text: str, reading: Reading) -> str:
    """Return the delimiter that the first rows speak for: a header that it makes readable, else equal widths."""
    head = text[: 1 << 16].replace("\0", " ")
    even = []
    for delimiter in _DELIMITERS:
        widths: list[int] = []
        # Not strict, and the last row left out: the head may end in the middle of one.
        for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
            if not widths and len(row) > 1 and names_a_column(row, reading):
                return delimiter
            widths.append(len(row))
            if len(widths) == 20:
                break
        complete = widths[:-1] if len(head) < len(text) and len(widths) < 20 else widths
        if len(set(complete)) == 1 and complete[0] > 1:
            even.append(delimiter)
    return even[0] if even else ","


def unwrapped(cell: str) -> str:
    """Take the quotes off a cell that is wholly wrapped in them, inner quotes written twice; else leave it."""
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        inner = cell[1:-1]
        if '"' not in inner.replace('""', ""):
            return inner.replace('""', '"')
    return cell


def _csv_records(text: str, name: str, delimiter: str) -> Iterator[Record]:
    read: list[str] = []  # the lines of the record being read, for the message about a quote

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            read.append(line)
            yield line

    previous_limit = csv.field_size_limit(_FIELD_SIZE_LIMIT)
    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            if cells:
                yield Record(start, cells)
            start = reader.line_num + 1
            read.clear()
    except csv.Error as error:
        opened = _last_quote_opened("".join(read), delimiter)
        if opened is None:
            raise DataError(f"{name}: line {reader.line_num} is not valid CSV ({error}).") from None
        tabs = f" If quotes mean nothing here, say {spelled('format', 'tsv')}." if delimiter == "\t" else ""
        raise DataError(
            f"{name}: the quote opened on line {start + opened} is not closed where its field ends "
            f"(noticed on line {reader.line_num}). Close it; within a quoted field, write a double quote twice.{tabs}"
        ) from None
    finally:
        csv.field_size_limit(previous_limit)


def _last_quote_opened(record: str, delimiter: str) -> int | None:
    """Return how many line ends stand before the last quote that opens a field, or None without one."""
    opened = None
    position = 0
    while position < len(record):
        if record[position] == '"':
            opened = position
            closing = position + 1
            while (closing := record.find('"', closing)) >= 0 and record[closing + 1 : closing + 2] == '"':
                closing += 2
            if closing < 0 or record[closing + 1 : closing + 2] not in (delimiter, "\r", "\n", ""):
                break
            position = closing
        ends = [end for end in (record.find(mark, position) for mark in (delimiter, "\n")) if end >= 0]
        if not ends:
            break
        position = min(ends) + 1
    return None if opened is None else record.count("\n", 0, opened)


def _table_rows(records: list[Record], name: str, reading: Reading, labeled: bool) -> Rows:
    if not records:
        raise DataError(f"{name} is empty: there is no row to read.")
    header = has_header(records[0].cells, reading)
    first = records[0]
    columns = choose_columns(first.cells, reading, name, header=header, labeled=labeled)
    body = records[1:] if header else records
    if not body and labeled:
        raise DataError(f"{name} has a header and no rows. Add labeled documents below it.")
    width = len(first.cells)
    for record in body:
        if len(record.cells) != width:
            raise DataError(
                f"{name}: line {record.line} has {len(record.cells)} columns, but the first row has {width}. "
                "A text that holds the delimiter or a line end must stand in double quotes (CSV)."
            )
    for position, value in columns.where:
        body = [record for record in body if record.cells[position] == value]
    texts = [record.cells[columns.text] for record in body]
    if columns.label is None:
        return Rows(texts, [])
    labels = [record.cells[columns.label] for record in body]
    if labels and not any(labels):
        raise UnlabeledError(f"{name}: no row has a label; the column {first.cells[columns.label]!r} is empty.")
    if "" in labels:
        raise DataError(f"{name}: line {body[labels.index('')].line} has no label. Label it, or drop the row.")
    if not header and reading.text_column is None and reading.label_column is None:
        _check_guess(texts, labels, name)
    parts = None if columns.split is None else split_parts(record.cells[columns.split] for record in body)
    others = {column: [record.cells[position] for record in body] for column, position in columns.others}
    return Rows(texts, labels, parts, others)


def _check_guess(texts: list[str], labels: list[str], name: str) -> None:
    """Refuse when the columns, taken by their place, look exchanged."""
    n_labels, n_texts = len(set(labels)), len(set(texts))
    if n_labels > n_texts:
        raise DataError(
            f"{name} has no header, so column 1 was taken for the label and column 2 for the text; but that gives "
            f"{n_labels} classes and {n_texts} distinct texts. Say {spelled('text_column', 1)}, "
            f"{spelled('label_column', 2)}."
        )


def _restored(cells: list[str], nul: str) -> list[str]:
    return [cell.replace(nul, "\0") for cell in cells]


def _unused_character(text: str) -> str:
    """Return a character of the private use area that the text does not hold."""
    return next(mark for mark in map(chr, range(0xE000, 0xF900)) if mark not in text)
