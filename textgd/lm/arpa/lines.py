"""The lines of a file: one by one, or many at a time."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from textgd.errors import DataError

__all__ = ["Lines", "shown", "unpacked"]

# So many bytes are read and parsed at a time; a line is not as long.
_BLOCK = 1 << 23


def unpacked(file: BufferedReader) -> BufferedReader | gzip.GzipFile:
    """Return the file as it is read, uncompressed where it is compressed by gzip."""
    return gzip.GzipFile(fileobj=file) if file.peek(2).startswith(b"\x1f\x8b") else file


class Lines:
    """The lines of a file: one by one, or many at a time."""

    def __init__(self, path: Path, file: BufferedReader | gzip.GzipFile) -> None:
        self._path, self._file = path, file
        self._data, self._at = b"", 0
        #: The number of the last line that was handed out.
        self.number = 0

    def error(self, what: str, line: int | None = None) -> DataError:
        """Return an error that names the file and a line, by default the last one."""
        line = self.number if line is None else line
        return DataError(f"{self._path}, line {line}: {what}" if line else f"{self._path} {what}")

    def cut(self, expected: str) -> DataError:
        """Return the error for a file that ends too early."""
        return self.error(f"the file ends here, but {expected} is still to come; it was cut off. Get the file again.")

    def next(self) -> bytes | None:
        """Return the next line that is not blank, without the space around it; None at the end."""
        while True:
            end = self._data.find(b"\n", self._at)
            if end < 0:
                if self._more():
                    continue
                end = len(self._data)
            line = self._data[self._at : end].strip()
            is_last = end == len(self._data)
            self.number += self._at < end or not is_last
            self._at = end + (not is_last)
            if line:
                return line
            if is_last:
                return None

    def blocks(self, section: str) -> Iterator[tuple[int, bytes]]:
        """Yield whole lines up to one that begins with a backslash, and the number of the first of them."""
        while not self._data.startswith(b"\\", self._at):
            end = self._data.find(b"\n\\", self._at) + 1 or self._data.rfind(b"\n", self._at) + 1
            if end > self._at:
                block = self._data[self._at : end]
                self._at = end
                first = self.number + 1
                self.number += block.count(b"\n")
                yield first, block
            elif not self._more():
                raise self.cut(f"the rest of the {section}")

    def _more(self) -> bool:
        """Read on; return whether there was more."""
        rest = self._data[self._at :]
        if len(rest) > _BLOCK:
            self.number += 1
            raise self.error(f"it has more than {_BLOCK} bytes, so this is no ARPA file, which is lines of text.")
        data = self._file.read(_BLOCK)
        self._data, self._at = rest + data, 0
        return len(data) > 0


def shown(text: bytes) -> str:
    """Return a piece of the file for a message."""
    return repr(text[:80].decode("utf-8", "replace") + ("..." if len(text) > 80 else ""))
