"""Results that people or other programs read: written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from textgd.container import open_beside
from textgd.errors import InvalidParameterError, TextgdError

__all__ = ["check_destination", "refuse_overwriting", "write_whole"]


def check_destination(path: str | os.PathLike[str], kind: str) -> Path:
    """Return where a file of that path will stand; refuse a place that could not be written to in the end.

    Raises
    ------
    TextgdError
        For a folder, a device, a missing folder and no permission.
    """
    path = Path(os.path.realpath(path))
    if path.is_dir():
        raise TextgdError(f"{path} is a folder; name a file for the {kind}.")
    if not path.parent.is_dir():
        raise TextgdError(f"There is no folder {path.parent} for the {kind}; make it first.")
    if path.exists() and not path.is_file():
        raise TextgdError(f"{path} is a device or a pipe, not a file; name a file for the {kind}.")
    with _reported(path), open_beside(path, keep=False):
        pass
    return path


def refuse_overwriting(output: str | os.PathLike[str], *sources: str | os.PathLike[str]) -> None:
    """Refuse to write on what is read, by whatever link, or into a folder that is read.

    Sources that are no files or folders, such as names of corpora, are passed over.

    Raises
    ------
    InvalidParameterError
    """
    place = Path(os.path.realpath(output))
    for source in sources:
        if not os.path.exists(source):
            continue
        read = Path(os.path.realpath(source))
        if read == place or read in place.parents or (place.exists() and os.path.samefile(read, place)):
            raise InvalidParameterError(f"{os.fspath(output)} is what is read here, or in it; name another file.")


def write_whole(path: Path, data: bytes) -> None:
    """Write beside `path`, then move the file there: what stood there before is whole until then.

    Raises
    ------
    TextgdError
        Where the file cannot be written.
    """
    with _reported(path), open_beside(path) as file:
        file.write(data)


@contextlib.contextmanager
def _reported(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TextgdError(f"{path} cannot be written: {error.strerror or error}.") from error
