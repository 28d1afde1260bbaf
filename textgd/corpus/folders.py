"""Directories as corpora: a folder for each class, or a file for each class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from textgd.corpus.columns import SPLIT_VALUES
from textgd.corpus.content import decode, decode_lines, gunzip, read_bytes
from textgd.corpus.reading import Reading, Rows, spelled
from textgd.errors import DataError

__all__ = ["Entry", "directory_format", "entries_of", "read_files", "read_folders"]

_PARTS = {value for value in SPLIT_VALUES if value}


class Entry(NamedTuple):
    """A file of a directory or an archive: its path inside, with slashes, and its bytes."""

    path: str
    data: bytes


def read_folders(entries: Iterable[Entry], name: str, reading: Reading) -> Rows:
    """Read one document a file; the folder that holds it is its class, a train or test folder around that its part."""
    texts, labels = [], []
    parts: list[str | None] = []
    for entry in entries:
        path = PurePosixPath(entry.path)
        texts.append(decode(gunzip(entry.data, entry.path), f"{name}/{entry.path}", reading))
        labels.append(path.parent.name)
        parts.append(SPLIT_VALUES.get(path.parent.parent.name.lower()))
    if not texts:
        raise DataError(f"{name} holds no document. Expected: a folder for each class, with one document in each file.")
    return Rows(texts, labels, parts if all(parts) else None)


def read_files(entries: Iterable[Entry], name: str, reading: Reading) -> Rows:
    """Read one document a line; the name of the file, without its suffix, is the class."""
    texts: list[str] = []
    labels: list[str] = []
    for entry in entries:
        lines = decode_lines(gunzip(entry.data, entry.path), f"{name}/{entry.path}", reading)
        texts += lines
        labels += [_class_of_file(entry.path)] * len(lines)
    if not texts:
        raise DataError(f"{name} holds no document. Expected: a .txt file for each class, with one document a line.")
    return Rows(texts, labels)


def directory_format(directory: Path) -> str:
    """Return which of the two layouts a directory has."""
    folders, files = _contents(directory)
    folders = [folder for folder in folders if any(_contents(folder))]
    class_files = [file for file in files if _is_class_file(file)]
    if folders and len(class_files) >= 2:
        raise DataError(
            f"{directory} holds folders and .txt files, so it could be a folder for each class or a file for each "
            f"class. Say {spelled('format', 'folders')} or {spelled('format', 'files')}."
        )
    if folders:
        return "folders"
    if len(class_files) >= 2:
        return "files"
    raise DataError(
        f"{directory} is a directory, and not one of labeled text. Expected: a folder for each class with one "
        "document in each file, or a file for each class (spam.txt, ham.txt) with one document a line. "
        "For one file, give the file's path."
    )


def entries_of(directory: Path, layout: str) -> Iterator[Entry]:
    """Give the files of a layout in the order of their names, reading each when it is asked for."""
    paths = _class_files(directory) if layout == "files" else _folder_files(directory)
    for path in paths:
        yield Entry(path.relative_to(directory).as_posix(), read_bytes(path, str(path)))


def _class_files(directory: Path) -> Iterator[Path]:
    seen: dict[str, Path] = {}
    for file in filter(_is_class_file, _contents(directory)[1]):
        label = _class_of_file(file.name)
        if label in seen:
            raise DataError(f"{directory}: {seen[label].name} and {file.name} are both class {label!r}. Remove one.")
        seen[label] = file
    yield from seen.values()


def _folder_files(directory: Path) -> Iterator[Path]:
    outer = _contents(directory)[0]
    split = bool(outer) and all(folder.name.lower() in _PARTS for folder in outer)
    split = split and any(_contents(folder)[0] for folder in outer)
    classes = [inner for folder in outer for inner in _contents(folder)[0]] if split else outer
    for folder in classes:
        folders, files = _contents(folder)
        if folders:
            raise DataError(
                f"{folder} is the folder of a class but holds the folder {folders[0].name!r}. Expected: files only, "
                "one document in each (or train and test around the classes)."
            )
        yield from files


def _contents(directory: Path) -> tuple[list[Path], list[Path]]:
    """Return the folders and the files, each sorted by name, hidden ones left out."""
    try:
        shown = sorted(path for path in directory.iterdir() if not path.name.startswith("."))
    except PermissionError:
        raise DataError(f"no permission to read {directory}. Change its permissions, or copy it.") from None
    except NotADirectoryError:
        raise DataError(f"{directory} is a file, where a directory is expected. Leave the format out.") from None
    return [path for path in shown if path.is_dir()], [path for path in shown if not path.is_dir()]


def _is_class_file(path: Path) -> bool:
    return path.name.removesuffix(".gz").endswith(".txt")


def _class_of_file(path: str) -> str:
    return PurePosixPath(PurePosixPath(path).name.removesuffix(".gz")).stem
