"""Reading files out of an archive that nobody vouches for: into memory, within bounds, and nothing else."""

from __future__ import annotations

import gzip
import itertools
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath, PureWindowsPath

from textgd.corpus.folders import Entry
from textgd.errors import FetchError

__all__ = ["MAX_BYTES", "MAX_MEMBERS", "read_members"]

#: The most that an archive may unpack to.
MAX_BYTES = 1 << 30
#: The most members that an archive may have.
MAX_MEMBERS = 200_000


def read_members(archive: Path, patterns: Sequence[str]) -> list[Entry]:
    """Return the members that the patterns name, sorted by path.

    Every member is checked, also those that are not read: a path that leaves the archive, a link or a device
    condemns the whole archive.

    Parameters
    ----------
    archive : Path
        A zip file (a wheel is one) or a gzipped tar file.
    patterns : sequence of str
        Paths inside the archive; ``*`` stands for anything within one part of a path.
    """
    is_zip = zipfile.is_zipfile(archive)
    try:
        found = sorted(_zip_members(archive, patterns) if is_zip else _tar_members(archive, patterns))
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, NotImplementedError) as error:
        if isinstance(error, FetchError):
            raise
        raise FetchError(f"{archive.name} cannot be unpacked: {error}.") from error
    for before, after in itertools.pairwise(found):
        if before.path == after.path:
            raise FetchError(f"{archive.name} holds {after.path!r} twice, so it is not unpacked.")
    for pattern in patterns:
        if not any(_matches(entry.path, pattern) for entry in found):
            raise FetchError(f"{archive.name} holds no file {pattern!r}, so it is not the archive expected.")
    return found


def _zip_members(archive: Path, patterns: Sequence[str]) -> Iterator[Entry]:
    with zipfile.ZipFile(archive) as opened:
        members = opened.infolist()
        budget = _Budget(archive.name)
        for member in members:
            kind = stat.S_IFMT(member.external_attr >> 16)
            _check(archive.name, member.filename, kind in (0, stat.S_IFREG, stat.S_IFDIR))
            budget.take_member(member.file_size)
        for member in members:
            if _wanted(member.filename, patterns) and not member.is_dir():
                if member.flag_bits & 1:
                    raise FetchError(f"{archive.name} is encrypted, so it is not unpacked.")
                # No more is unpacked than the size in the directory, which the budget has counted.
                yield Entry(member.filename, opened.read(member))


def _tar_members(archive: Path, patterns: Sequence[str]) -> Iterator[Entry]:
    budget = _Budget(archive.name)
    # As a stream, so that headers count against the bound like everything else.
    with _BoundedGzip(archive) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as opened:
        for member in opened:
            _check(archive.name, member.name, (member.isreg() and not member.issparse()) or member.isdir())
            budget.take_member(member.size)
            stream = opened.extractfile(member) if _wanted(member.name, patterns) else None
            if stream is not None:
                yield Entry(member.name, stream.read())


class _Budget:
    """Counts members and their sizes against the bounds."""

    def __init__(self, name: str) -> None:
        self.name, self.bytes, self.members = name, MAX_BYTES, MAX_MEMBERS

    def take_member(self, size: int) -> None:
        self.bytes -= size
        self.members -= 1
        if self.bytes < 0:
            raise _too_large(self.name)
        if self.members < 0:
            raise FetchError(f"{self.name} has more than {MAX_MEMBERS:,} members, so it is not unpacked.")


class _BoundedGzip(gzip.GzipFile):
    """A gzip stream that refuses to unpack to more than the bound."""

    def __init__(self, archive: Path) -> None:
        super().__init__(archive, "rb")
        self.archive = archive.name
        # Headers and padding take up to three blocks beside a member's own bytes.
        self.left = MAX_BYTES + 3 * 512 * MAX_MEMBERS

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.left -= len(data)
        if self.left < 0:
            raise _too_large(self.archive)
        return data


def _too_large(name: str) -> FetchError:
    return FetchError(f"{name} unpacks to more than {MAX_BYTES:,} bytes, so it is not unpacked.")


def _check(archive: str, path: str, plain: bool) -> None:
    parts = PurePosixPath(path.replace("\\", "/")).parts
    windows = PureWindowsPath(path)
    if path.startswith("/") or windows.drive or windows.root or ".." in parts or "\0" in path:
        raise FetchError(f"{archive} holds {path!r}, a path that leaves its folder, so it is not unpacked.")
    if not plain:
        raise FetchError(f"{archive} holds {path!r}, which is a link or a device, so it is not unpacked.")


def _wanted(path: str, patterns: Iterable[str]) -> bool:
    return any(_matches(path, pattern) for pattern in patterns)


def _matches(path: str, pattern: str) -> bool:
    """Whether each part of the path matches the pattern's part; a star stays within its part."""
    parts, wanted = path.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))
