"""Corpora and documents that a command names: fetched where that is needed, and read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textgd.cli.console import Stages, note
from textgd.wording import counted

if TYPE_CHECKING:
    from textgd.corpus import Corpus, Manifest

__all__ = [
    "STDIN",
    "announce_stdin",
    "fetch_corpus",
    "is_described",
    "official_test",
    "open_corpus",
    "open_unlabeled",
    "read_text",
    "refuse_overwriting",
    "words_of",
]

STDIN = "-"


def open_corpus(source: str, options: dict[str, Any], stages: Stages) -> Corpus:
    """Return the corpus that a command names, fetched first where it is registered and not here."""
    from textgd.corpus import find_manifest, load_corpus

    announce_stdin(source)
    if is_described(source):
        with stages("read", f"fetching {source}"):
            fetch_corpus(find_manifest(source))
    with stages("read", f"reading {'standard input' if source == STDIN else source}"):
        return load_corpus(source, **options)


def open_unlabeled(source: str, encoding: str | None, stages: Stages) -> list[str]:
    """Return the documents of a file or of standard input; labels that are there do not matter."""
    from textgd.corpus import read_documents
    from textgd.errors import DataError

    announce_stdin(source)
    with stages("read", f"reading {'standard input' if source == STDIN else source}"):
        try:
            return read_documents(source, encoding=encoding)
        except DataError as error:
            raise type(error)(f"--unlabeled: {error}") from error


def fetch_corpus(manifest: Manifest, force: bool = False) -> Path:
    """Fetch a corpus where it is not here, and tell how it goes."""
    from textgd.corpus.fetch import fetch

    return fetch(manifest, force=force, progress=lambda what: note(f"{manifest.name}: {what}"))


def is_described(source: str) -> bool:
    """Whether a manifest says how the corpus is read, so that options must not."""
    from textgd.corpus.registry import manifest_path, registered_names

    return source in registered_names() or (source != STDIN and manifest_path(Path(source)) is not None)


def official_test(corpus: Corpus) -> Corpus:
    """Return the official test part where there is one, else the whole corpus."""
    tested = corpus.part("test")
    if tested is not corpus:
        documents = counted(len(tested), "document")
        note(f"note: testing on the {documents} of the test part of {corpus.name}, of {len(corpus):,}")
    return tested


def read_text(source: str, encoding: str | None) -> str:
    """Return all that a file or standard input holds as one document, without the end of its last line."""
    from textgd.corpus.content import decode, read_bytes
    from textgd.corpus.reading import Reading

    reading = Reading(encoding=encoding)
    announce_stdin(source, "all of it one document")
    path, name = (None, "standard input") if source == STDIN else (Path(source), source)
    return decode(read_bytes(path, name), name, reading).removesuffix("\n").removesuffix("\r")


def announce_stdin(source: str, what: str = "one document a line") -> None:
    """Tell whoever sits at a terminal that it is read."""
    if source == STDIN and sys.stdin is not None and sys.stdin.isatty():
        note(f"reading from the terminal, {what}; Ctrl-D ends it")


def refuse_overwriting(output: str | None, *sources: str | None) -> None:
    """Refuse an output that is what is read, by whatever link, or in a folder that is; streams (-) are none.

    Raises
    ------
    InvalidParameterError
    """
    from textgd import files

    if output is not None and output != STDIN:
        files.refuse_overwriting(output, *(source for source in sources if source is not None and source != STDIN))


def words_of(source: str, options: dict[str, Any]) -> list[str]:
    """Return how a command is told what to read."""
    words = [source]
    for name, value in options.items():
        option = name.replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        elif value is not None:
            words += [f"--{option}", str(value)]
    return words
