"""Which format a file is in, told by its suffix and, where that says little, by its first lines."""

from __future__ import annotations

import json
from pathlib import PurePath

from textgd.corpus.columns import has_header
from textgd.corpus.lines import FASTTEXT_MARK
from textgd.corpus.reading import LABELED_FORMATS, Reading, spelled
from textgd.corpus.tabular import delimiter_of
from textgd.errors import DataError, UnlabeledError

__all__ = ["format_of_suffix", "recognize"]

_SUFFIXES = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".ft": "fasttext",
    ".fasttext": "fasttext",
}
_HEAD = 1 << 16


def format_of_suffix(name: str) -> str | None:
    """Return the format that a file's name speaks for; ``.gz`` says nothing.

    Examples
    --------
    >>> format_of_suffix("reviews.csv.gz")
    'csv'
    """
    return _SUFFIXES.get(PurePath(name.lower().removesuffix(".gz")).suffix)


def recognize(data: bytes, name: str, reading: Reading) -> str:
    """Return the format of a labeled file."""
    head = data[:_HEAD].decode(reading.encoding or "utf-8-sig", errors="replace")
    by_suffix = format_of_suffix(name)
    if by_suffix == "csv" and delimiter_of(head, reading) == "\t":
        return "tsv"  # tab-separated lines saved as .csv: their quotes are seldom CSV's
    if by_suffix is not None:
        return by_suffix
    first = next((line.rstrip("\r") for line in head.split("\n") if line.strip()), "")
    if not first:
        raise DataError(f"{name} is empty: there is no document to read.")
    cut = "\n" not in head and len(data) > _HEAD
    if first.startswith(FASTTEXT_MARK):
        return "fasttext"
    if first.lstrip().startswith(("{", "[")) and (cut or _is_json(first)):
        return "jsonl"
    cells = first.split("\t")
    if len(cells) > 1:
        table = reading.picks_columns or bool(reading.where) or has_header(cells, reading)
        return "tsv" if table else "lines"
    delimiter = delimiter_of(head, reading)
    if len(first.split(delimiter)) > 1 and (
        reading.picks_columns or has_header([cell.strip('"') for cell in first.split(delimiter)], reading)
    ):
        return "csv"
    raise UnlabeledError(
        f"the format of {name} cannot be recognized from its first line. Name it: {spelled('format')} one of "
        f"{', '.join(LABELED_FORMATS)}."
    )


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return line.lstrip().startswith("[")  # an array over several lines: the reader says what is wrong
    return True
