"""The readers by the name of their format, and the one way from a path to rows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from textgd.corpus import folders, jsonl, lines, tabular
from textgd.corpus.content import read_bytes
from textgd.corpus.folders import Entry
from textgd.corpus.reading import (
    DIRECTORY_FORMATS,
    DOCUMENT_FORMATS,
    LABELED_FORMATS,
    TABLE_FORMATS,
    Reading,
    Rows,
    spelled,
)
from textgd.corpus.recognize import format_of_suffix, recognize
from textgd.errors import DataError, InvalidParameterError, UnknownNameError, suggestion

__all__ = ["read_documents_of", "read_entries", "read_labeled"]

_FILE_READERS: dict[str, Callable[[bytes, str, Reading], Rows]] = {
    "csv": tabular.read_csv,
    "tsv": tabular.read_tsv,
    "jsonl": jsonl.read_jsonl,
    "fasttext": lines.read_fasttext,
    "lines": lines.read_lines,
}
_DIRECTORY_READERS: dict[str, Callable[[Iterable[Entry], str, Reading], Rows]] = {
    "folders": folders.read_folders,
    "files": folders.read_files,
}
_TABLE_READERS: dict[str, Callable[..., Rows]] = {
    "csv": tabular.read_csv,
    "tsv": tabular.read_tsv,
    "jsonl": jsonl.read_jsonl,
}


def read_labeled(path: Path | None, name: str, reading: Reading) -> Rows:
    """Read labeled text from a file, a directory, or, without a path, standard input."""
    _allow(reading.format, LABELED_FORMATS)
    if path is not None and os.path.isdir(path):
        if reading.format is not None and reading.format not in DIRECTORY_FORMATS:
            raise DataError(f"{path} is a directory; format {reading.format} needs a file.")
        layout = reading.format or folders.directory_format(path)
        return read_entries(folders.entries_of(path, layout), str(path), replace(reading, format=layout))
    if reading.format in DIRECTORY_FORMATS:
        if path is not None and not path.exists():
            raise DataError(f"no such directory: {path}")
        raise DataError(f"{name} is no directory, but format {reading.format} needs one.")
    return read_entries([Entry(name, read_bytes(path, name))], name, reading)


def read_entries(entries: Iterable[Entry], name: str, reading: Reading) -> Rows:
    """Read labeled text from files already in memory, one after the other."""
    if reading.format in DIRECTORY_FORMATS:
        _refuse_columns(reading, reading.format)
        return _renamed(_DIRECTORY_READERS[reading.format](entries, name, reading), name, reading)
    others: dict[str, list[str]] = {column: [] for column in reading.columns or ()}
    every = Rows([], [], [], others)
    parts: list[str | None] = []
    for entry in entries:
        rows = _read_file(entry, reading)
        every.texts.extend(rows.texts)
        every.labels.extend(rows.labels)
        parts.extend(rows.split or [None] * len(rows.texts))
        for column, cells in rows.columns.items():
            others.setdefault(column, []).extend(cells)
    return _renamed(every._replace(split=parts if any(parts) else None), name, reading)


def read_documents_of(path: Path | None, name: str, reading: Reading) -> list[str]:
    """Read documents without labels: lines of plain text unless format or suffix say that it is a table."""
    _allow(reading.format, DOCUMENT_FORMATS)
    form = reading.format or (format_of_suffix(name) if path is not None else None)
    if form not in TABLE_FORMATS:
        if reading.picks_columns:
            raise InvalidParameterError(
                f"{name} is read as plain text, one document a line, which has no columns. For a table, say "
                f"{spelled('format')} one of {', '.join(TABLE_FORMATS)}."
            )
        return lines.read_text(read_bytes(path, name), name, reading)
    return _TABLE_READERS[form](read_bytes(path, name), name, reading, labeled=False).texts


def _read_file(entry: Entry, reading: Reading) -> Rows:
    if not entry.data or entry.data.isspace():
        raise DataError(f"{entry.path} is empty: there is no document to read.")
    form = reading.format or recognize(entry.data, entry.path, reading)
    if form not in TABLE_FORMATS:
        _refuse_columns(reading, form)
    return _FILE_READERS[form](entry.data, entry.path, reading)


def _allow(form: str | None, allowed: tuple[str, ...]) -> None:
    if form is not None and form not in allowed:
        raise UnknownNameError(f"{spelled('format', form)} cannot be used here. {suggestion(form, allowed)}")


def _refuse_columns(reading: Reading, form: str) -> None:
    if reading.columns:
        raise InvalidParameterError(
            f"format {form} has no columns beside text and label, and so no {reading.columns[0]!r}; "
            f"{', '.join(TABLE_FORMATS)} have."
        )
    if reading.picks_columns or reading.where:
        raise InvalidParameterError(
            f"format {form} has no columns to pick. Leave {spelled('text_column')} and {spelled('label_column')} out, "
            f"or say {spelled('format')} one of {', '.join(TABLE_FORMATS)}."
        )


def _renamed(rows: Rows, name: str, reading: Reading) -> Rows:
    if not reading.labels:
        return rows
    unknown = sorted(set(rows.labels) - reading.labels.keys())
    if unknown:
        raise DataError(f"{name}: label {unknown[0]!r} is not among those expected: {', '.join(reading.labels)}.")
    return rows._replace(labels=[reading.labels[label] for label in rows.labels])
