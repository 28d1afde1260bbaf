"""A corpus to a file that `textgd.load_corpus` reads to the same corpus."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from textgd.corpus.columns import SPLIT_NAMES
from textgd.corpus.corpus import Corpus
from textgd.errors import DataError, InvalidParameterError
from textgd.files import check_destination, refuse_overwriting, write_whole

__all__ = ["check_corpus_file", "write_corpus"]

Table = dict[str, Sequence[Any]]


def check_corpus_file(path: str | os.PathLike[str], source: str | os.PathLike[str] | None = None) -> Path:
    """Return where a corpus would stand; refuse a place that it could not be written to, and where it comes from.

    Parameters
    ----------
    path : path of the file
    source : path, optional
        The file or folder that the corpus was read from.

    Raises
    ------
    InvalidParameterError
        For a suffix that names no table, and for the source itself, by whatever link.
    TextgdError
    """
    if Path(path).suffix.lower() not in _WRITERS:
        raise InvalidParameterError(
            f"{os.fspath(path)!r} names no table; let it end with one of {', '.join(_WRITERS)}."
        )
    place = check_destination(path, "corpus")
    if source is not None:
        refuse_overwriting(path, source)
    return place


def write_corpus(
    corpus: Corpus, path: str | os.PathLike[str], columns: Mapping[str, Sequence[Any]] | None = None
) -> None:
    r"""Write a corpus as CSV, TSV or JSON lines, by the suffix, whole or not at all.

    Parameters
    ----------
    corpus : Corpus
        Its columns are written too.
    path : path of the file
    columns : mapping of str to sequence, optional
        More columns, one value a document.

    Raises
    ------
    DataError
        For what the format cannot hold: tabs and line ends in TSV, half a character anywhere.
    InvalidParameterError
        For another suffix.
    TextgdError
        Where the file cannot be written.
    """
    place = check_corpus_file(path)
    table: Table = {"text": corpus.texts, "label": corpus.labels}
    if corpus.split is not None:
        table[SPLIT_NAMES[0]] = [part or "" for part in corpus.split]
    for name, values in {**(corpus.columns or {}), **(columns or {})}.items():
        if name in table:
            raise InvalidParameterError(f"A column {name!r} is there already; name it otherwise.")
        table[name] = values
    try:
        data = _WRITERS[Path(path).suffix.lower()](table).encode("utf-8")
    except UnicodeEncodeError as error:
        raise DataError(
            f"{corpus.name}: {error.object[error.start : error.end]!r} is half a character (a lone surrogate), which "
            "no file can hold. Repair or drop that document."
        ) from None
    write_whole(place, data)


def _csv(table: Table) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table)
    writer.writerows(zip(*table.values(), strict=True))
    return text.getvalue()


def _tsv(table: Table) -> str:
    lines = ["\t".join(table)]
    for row, values in enumerate(zip(*table.values(), strict=True), start=1):
        cells = [_wrapped(str(value)) for value in values]
        if any(mark in cell for cell in cells for mark in "\t\n\r"):
            raise DataError(f"document {row} holds a tab or a line end, which TSV cannot. Name a .csv or .jsonl file.")
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


def _wrapped(cell: str) -> str:
    """Return a cell that quotes are not taken off when it is read."""
    return f'"{cell.replace(chr(34), chr(34) * 2)}"' if cell[:1] == cell[-1:] == '"' else cell


def _jsonl(table: Table) -> str:
    lines = (
        json.dumps(dict(zip(table, values, strict=True)), ensure_ascii=False, default=str)
        for values in zip(*table.values(), strict=True)
    )
    return "".join(f"{line}\n" for line in lines)


_WRITERS: dict[str, Callable[[Table], str]] = {".csv": _csv, ".tsv": _tsv, ".jsonl": _jsonl}
