"""How a source is read: the settings that library calls, command line and manifests share, and what reading gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from textgd.errors import InvalidParameterError, UnknownNameError, suggestion

__all__ = ["DIRECTORY_FORMATS", "DOCUMENT_FORMATS", "LABELED_FORMATS", "TABLE_FORMATS", "Reading", "Rows", "spelled"]

#: Formats with named or numbered columns.
TABLE_FORMATS = ("csv", "tsv", "jsonl")
#: Formats that are a directory.
DIRECTORY_FORMATS = ("folders", "files")
#: Everything that :func:`textgd.corpus.load_corpus` reads.
LABELED_FORMATS = (*TABLE_FORMATS, "fasttext", "lines", *DIRECTORY_FORMATS)
#: Everything that :func:`textgd.corpus.read_documents` reads; "text" is one document a line.
DOCUMENT_FORMATS = ("text", *TABLE_FORMATS)
#: What to do with bytes that the encoding does not know.
DECODING_ERRORS = ("strict", "replace", "latin-1")


class Rows(NamedTuple):
    """What a reader found, row by row; no labels when unlabeled text was asked for, and of columns those asked for."""

    texts: list[str]
    labels: list[str]
    split: list[str | None] | None = None
    columns: Mapping[str, list[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reading:
    """The settings of one reading; None means: recognize it.

    Parameters
    ----------
    format : str, optional
        One of :data:`LABELED_FORMATS` or :data:`DOCUMENT_FORMATS`.
    text_column, label_column : str or int, optional
        A column's name, or its number counted from 1.
    encoding : str, optional
        UTF-8, with or without a byte order mark, unless given.
    errors : {"strict", "replace", "latin-1"}
        Bytes outside the encoding are an error, become U+FFFD, or make the whole file be read as Latin-1.
    header : bool, optional
        Whether the first row of a table names the columns.
    columns : tuple of str, or None
        Names of further columns to keep; None keeps all that there are.
    where : mapping of str to str
        Keep only the rows whose column (the key) has this value.
    labels : mapping of str to str
        New name of each label as it stands in the file; when given, other labels are an error.
    """

    format: str | None = None
    text_column: str | int | None = None
    label_column: str | int | None = None
    encoding: str | None = None
    errors: str = "strict"
    header: bool | None = None
    columns: tuple[str, ...] | None = ()
    where: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse settings that no reader could follow."""
        known = dict.fromkeys((*LABELED_FORMATS, *DOCUMENT_FORMATS))
        if self.format is not None and self.format not in known:
            raise UnknownNameError(f"no format is named {self.format!r}. {suggestion(str(self.format), known)}")
        if self.errors not in DECODING_ERRORS:
            raise UnknownNameError(
                f"no way to treat undecodable bytes is named {self.errors!r}. "
                f"{suggestion(str(self.errors), DECODING_ERRORS)}"
            )
        if self.encoding is not None:
            _check_encoding(self.encoding)
        for name in ("text_column", "label_column"):
            number = column_number(getattr(self, name))
            if number is not None and number < 1:
                raise InvalidParameterError(f"{spelled(name, number)}: columns are counted from 1.")
        if self.text_column is not None and self.text_column == self.label_column:
            raise InvalidParameterError(f"text_column and label_column are both {self.text_column!r}. Name two.")

    @property
    def picks_columns(self) -> bool:
        """Whether a setting is given that only a table has."""
        named = (self.text_column, self.label_column, self.header)
        return bool(self.columns) or any(setting is not None for setting in named)


def column_number(column: str | int | None) -> int | None:
    """Return the number that a column setting gives, or None when it is a name."""
    if isinstance(column, int):
        return column
    if isinstance(column, str) and column.isascii() and column.isdigit():
        return int(column)
    return None


def spelled(argument: str, value: Any = None) -> str:
    """Spell a setting for the library and for the command line.

    Examples
    --------
    >>> spelled("encoding", "latin-1")
    "encoding='latin-1' (--encoding latin-1)"
    >>> spelled("header", False)
    'header=False (--no-header)'
    """
    option = argument.replace("_", "-")
    if isinstance(value, bool):
        return f"{argument}={value} (--{'' if value else 'no-'}{option})"
    if value is None:
        return f"{argument}= (--{option})"
    return f"{argument}={value!r} (--{option} {value})"


def _check_encoding(encoding: str) -> None:
    try:
        b"a".decode(encoding)
    except LookupError:
        raise InvalidParameterError(
            f"{spelled('encoding', encoding)}: no such text encoding. Allowed: a name that Python knows, "
            "e.g. utf-8, latin-1, cp1252, utf-16."
        ) from None
    except UnicodeError:
        pass  # a real encoding in which one byte alone is no character
