"""Formats of one document a line: fastText, label and text with a tab between, and plain text."""

from __future__ import annotations

import re

from textgd.corpus.content import decode_lines
from textgd.corpus.reading import Reading, Rows
from textgd.errors import DataError

__all__ = ["FASTTEXT_MARK", "read_fasttext", "read_lines", "read_text"]

FASTTEXT_MARK = "__label__"
_BLANK = re.compile(r"[ \t]")
_SECOND_LABEL = re.compile(rf"(?:^|[ \t]){FASTTEXT_MARK}\S")


def read_text(data: bytes, name: str, reading: Reading) -> list[str]:
    """Read plain text: each line is a document, empty ones too."""
    return decode_lines(data, name, reading)


def read_lines(data: bytes, name: str, reading: Reading) -> Rows:
    """Read lines of label, tab, text; the text is kept as it stands, with any further tabs."""
    texts, labels = [], []
    for number, line in enumerate(decode_lines(data, name, reading), start=1):
        if not line:
            continue
        label, tab, text = line.partition("\t")
        if not tab:
            raise DataError(f"{name}: line {number} has no tab. Each line must be a label, a tab and the text.")
        if not label:
            raise DataError(f"{name}: line {number} has no label before its tab. Label it, or drop the line.")
        labels.append(label)
        texts.append(text)
    return _some(Rows(texts, labels), name)


def read_fasttext(data: bytes, name: str, reading: Reading) -> Rows:
    """Read fastText's lines: ``__label__x``, a space, the text; one label a line."""
    texts, labels = [], []
    for number, line in enumerate(decode_lines(data, name, reading), start=1):
        if not line:
            continue
        mark, *rest = _BLANK.split(line, maxsplit=1)
        text = rest[0] if rest else ""
        label = mark.removeprefix(FASTTEXT_MARK)
        if label == mark or not label:
            raise DataError(f"{name}: line {number} does not begin with a label like {FASTTEXT_MARK}spam.")
        if _SECOND_LABEL.search(text):
            raise DataError(
                f"{name}: line {number} has several labels. One label a document is allowed: "
                "keep one, or write the document once for each."
            )
        texts.append(text)
        labels.append(label)
    return _some(Rows(texts, labels), name)


def _some(rows: Rows, name: str) -> Rows:
    if not rows.texts:
        raise DataError(f"{name} is empty: there is no labeled line to read.")
    return rows
