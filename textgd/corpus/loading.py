"""From whatever names a corpus to the corpus."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from textgd.corpus.corpus import Corpus
from textgd.corpus.folders import Entry
from textgd.corpus.formats import read_documents_of, read_entries, read_labeled
from textgd.corpus.reading import Reading, Rows
from textgd.corpus.registry import Manifest, find_manifest, manifest_path, registered_names
from textgd.errors import DataError, FetchError, InvalidParameterError, UnknownNameError, suggestion

__all__ = ["load_corpus", "read_documents"]

_STDIN = "-"


def load_corpus(
    source: Any,
    *,
    format: str | None = None,
    text_column: str | int | None = None,
    label_column: str | int | None = None,
    encoding: str | None = None,
    header: bool | None = None,
    columns: Sequence[str] | None = (),
    download: bool = True,
) -> Corpus:
    """Load labeled text.

    Parameters
    ----------
    source : Corpus, str, path-like or pair
        A corpus (returned as it is), the name of a registered corpus, the path of a file, of a directory or of
        a manifest.toml, ``"-"`` for standard input, or a pair ``(texts, labels)``. A registered name goes before
        a file of the same name; write ``./name`` for that.
    format : {"csv", "tsv", "jsonl", "fasttext", "lines", "folders", "files"}, optional
        Recognized from the suffix and the content when not given.
    text_column, label_column : str or int, optional
        Column names, or numbers counted from 1; the usual names are found without.
    encoding : str, optional
        UTF-8 when not given.
    header : bool, optional
        Whether the first row of a table names the columns; recognized when not given.
    columns : sequence of str, or None
        Names of further columns of a table to keep in :attr:`Corpus.columns`; None keeps all that there are.
    download : bool
        Whether a registered corpus that is not there yet may be fetched.

    Returns
    -------
    Corpus

    Examples
    --------
    >>> corpus = load_corpus((["free prize", "see you"], ["spam", "ham"]))
    >>> corpus.class_counts
    {'ham': 1, 'spam': 1}
    """
    reading = Reading(
        format, text_column, label_column, encoding, header=header, columns=None if columns is None else tuple(columns)
    )
    if isinstance(source, Corpus):
        _refuse_settings(reading, "a corpus")
        return source
    if isinstance(source, (str, os.PathLike)):
        path, manifest = _resolve(source)
        if manifest is not None:
            _refuse_settings(reading, f"corpus {manifest.name}, whose manifest says how it is read")
            return _corpus(_registered_rows(manifest, download), manifest.name)
        name = path.name if path is not None else "stdin"
        return _corpus(read_labeled(path, name, reading), name)
    if isinstance(source, (tuple, list)) and len(source) == 2:
        _refuse_settings(reading, "a pair (texts, labels)")
        texts, labels = (_column(part, what) for part, what in zip(source, ("texts", "labels"), strict=True))
        return Corpus(tuple(str(text) if isinstance(text, str) else text for text in texts), tuple(labels), "data")
    raise DataError(
        f"a corpus cannot be made from {type(source).__name__}. Allowed: a Corpus, the name of a registered corpus, "
        "a path, or a pair (texts, labels)."
    )


def read_documents(
    source: str | os.PathLike[str],
    *,
    format: str | None = None,
    text_column: str | int | None = None,
    encoding: str | None = None,
) -> list[str]:
    r"""Read documents that have no labels, or whose labels do not matter.

    Parameters
    ----------
    source : str or path-like
        A path, or ``"-"`` for standard input.
    format : {"text", "csv", "tsv", "jsonl"}, optional
        Standard input is plain text unless this says otherwise, a file what its suffix says. In plain text a
        line is a document, also an empty line; lines end in ``\n`` or ``\r\n`` and nothing else.
    text_column : str or int, optional
        As in :func:`load_corpus`.
    encoding : str, optional
        UTF-8 when not given.

    Returns
    -------
    list of str
    """
    reading = Reading(format, text_column, encoding=encoding)
    path = None if source == _STDIN else Path(source)
    return read_documents_of(path, path.name if path is not None else "stdin", reading)


def _resolve(source: str | os.PathLike[str]) -> tuple[Path | None, Manifest | None]:
    """Return the path that the source means, None for standard input, or the manifest that it means."""
    if source == _STDIN:
        return None, None
    if isinstance(source, str) and source in registered_names():
        return None, find_manifest(source)
    path = Path(source)
    found = manifest_path(path)
    if found is not None:
        return None, find_manifest(found)
    if source != "" and _exists(path):  # Path("") would be the working directory
        return path, None
    written = os.fspath(source)
    if isinstance(source, os.PathLike) or path.suffix or any(mark in written for mark in ("/", os.sep)):
        raise DataError(f"no such file: {path}")
    raise UnknownNameError(
        f"no corpus is named {source!r}, and there is no such file. {suggestion(written, registered_names())}"
    )


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except PermissionError:
        return True  # something is there; reading it will say what is wrong
    except (OSError, ValueError):  # also a name too long for a file, or with a NUL
        return False
    return True


def _registered_rows(manifest: Manifest, download: bool) -> Rows:
    from textgd.corpus import fetch  # starts programs and opens archives: not for those who read a file

    if manifest.source.shipped:
        rows = read_entries(_shipped_entries(manifest), manifest.name, manifest.reading)
        fetch.check_counts(manifest, rows)
        return rows
    if not fetch.is_fetched(manifest) and not download:
        raise FetchError(f"corpus {manifest.name} is not there yet. Fetch it: textgd corpora fetch {manifest.name}")
    path = fetch.fetch(manifest)
    try:
        return read_labeled(path, path.name, fetch.NORMALIZED)
    except DataError as error:
        raise FetchError(f"{error} Remove {path}, and the corpus is fetched again.") from error


def _shipped_entries(manifest: Manifest) -> Iterable[Entry]:
    from textgd.corpus.content import read_bytes

    for member in manifest.members:
        paths = sorted(manifest.folder.glob(member))
        if not paths:
            raise DataError(f"{manifest.name}: {manifest.folder / member} is missing.")
        for path in paths:
            yield Entry(path.relative_to(manifest.folder).as_posix(), read_bytes(path, path.name))


def _corpus(rows: Rows, name: str) -> Corpus:
    split = None if rows.split is None else tuple(rows.split)
    columns = {column: tuple(cells) for column, cells in rows.columns.items()} or None
    return Corpus(tuple(rows.texts), tuple(rows.labels), name, split, columns)


def _column(values: Any, what: str) -> list[Any]:
    """Return the cells of any column by plain iteration."""
    if isinstance(values, (str, bytes)):
        raise DataError(f"{what} is one string. Give a list with one string per document.")
    if len(getattr(values, "shape", ())) > 1:
        raise DataError(f"{what} has {len(values.shape)} dimensions {tuple(values.shape)}. Give one column.")
    if hasattr(values, "to_pylist"):  # Arrow: its cells are no Python strings
        return list(values.to_pylist())
    try:
        return list(values)
    except TypeError:
        raise DataError(f"{what} is {type(values).__name__}, which cannot be iterated. Give a list.") from None


def _refuse_settings(reading: Reading, source: str) -> None:
    given = [
        name
        for name in ("format", "text_column", "label_column", "encoding", "header")
        if getattr(reading, name) is not None
    ]
    if reading.columns:
        raise InvalidParameterError(
            f"the source is {source}; it has no columns beside text and label, and so no {reading.columns[0]!r}."
        )
    if given:
        raise InvalidParameterError(f"{given[0]}= says how a file is read, but the source is {source}. Leave it out.")
