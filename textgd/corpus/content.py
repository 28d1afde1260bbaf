"""The content of a source: its bytes, unpacked, and its characters, decoded."""

from __future__ import annotations

import codecs
import gzip
import sys
import zlib
from pathlib import Path

from textgd.corpus.reading import Reading, spelled
from textgd.errors import DataError

__all__ = ["decode", "decode_lines", "read_bytes"]

_GZIP_MAGIC = b"\x1f\x8b"
# UTF-32 comes first: its little-endian mark begins with the one of UTF-16.
_FOREIGN_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def read_bytes(path: Path | None, name: str) -> bytes:
    """Return the bytes of a file, or of standard input when there is no path; gzip is unpacked."""
    if path is None and sys.stdin is None:
        raise DataError("standard input is closed, so there is nothing to read from it. Give a file.")
    try:
        data = sys.stdin.buffer.read() if path is None else path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"no such file: {path}") from None
    except IsADirectoryError:
        raise DataError(f"{path} is a directory; a file is expected here.") from None
    except PermissionError:
        raise DataError(f"no permission to read {path}. Change its permissions, or copy it.") from None
    except OSError as error:
        raise DataError(f"{name} cannot be read: {error.strerror or error}.") from error
    return gunzip(data, name)


def gunzip(data: bytes, name: str) -> bytes:
    """Unpack gzip, which its first two bytes tell, and return all else as it is."""
    if not data.startswith(_GZIP_MAGIC):
        return data
    try:
        return gzip.decompress(data)
    except (EOFError, OSError, zlib.error) as error:
        raise DataError(f"{name}: the gzip data is damaged or cut off ({error}). Get the file again.") from None


def decode(data: bytes, name: str, reading: Reading) -> str:
    """Return the characters of a file."""
    if reading.encoding is None:
        for mark, encoding in _FOREIGN_MARKS.items():
            if data.startswith(mark):
                raise DataError(
                    f"{name} begins with the byte order mark of {encoding.upper()} (byte 0x{data[0]:02x}), "
                    f"so it is not UTF-8. Say {spelled('encoding', encoding)}."
                )
    encoding = reading.encoding or "utf-8"
    if codecs.lookup(encoding).name == "utf-8":
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding, errors="replace" if reading.errors == "replace" else "strict")
    except UnicodeDecodeError as error:
        if reading.errors == "latin-1":
            return data.decode("latin-1")
        # The decoder counts from behind the byte order mark that it has taken off.
        skipped = len(data) - len(error.object)
        offset = skipped + error.start
        line = data.count(b"\n", 0, offset) + 1
        other = "latin-1" if encoding == "utf-8-sig" else "utf-8"
        raise DataError(
            f"{name}: byte 0x{data[offset]:02x} at offset {offset} (line {line}) is not "
            f"{'UTF-8' if encoding == 'utf-8-sig' else encoding}. If the file is in another encoding, name it, "
            f"for example {spelled('encoding', other)}."
        ) from None


def decode_lines(data: bytes, name: str, reading: Reading) -> list[str]:
    r"""Return the lines, which end in \n or \r\n and nothing else; a final line end adds no line."""
    lines: list[str]
    if reading.encoding is None and not data.startswith((codecs.BOM_UTF8, *_FOREIGN_MARKS)):
        # Line by line: one emoji must not make the whole file take four bytes a character.
        try:
            lines = [line.decode() for line in data.split(b"\n")]
        except UnicodeDecodeError:
            lines = decode(data, name, reading).split("\n")
    else:
        lines = decode(data, name, reading).split("\n")
    if not lines[-1]:
        lines.pop()
    return [line[:-1] if line.endswith("\r") else line for line in lines]
