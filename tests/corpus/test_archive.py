"""Archives that mean harm are refused whole; honest ones give the members asked for."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from textgd.corpus import archive
from textgd.corpus.archive import read_members
from textgd.errors import FetchError

GOOD = {"data/a/2.txt": b"two", "data/a/1.txt": b"one", "data/b/1.txt": b"", "data/a/x/3.txt": b"deep"}


def zipped(path: Path, members: dict[str, bytes], attributes: dict[str, int] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (attributes or {}).get(name, stat.S_IFREG | 0o644) << 16
            opened.writestr(info, data)
    return path


def tarred(path: Path, members: dict[str, bytes], types: dict[str, bytes] | None = None) -> Path:
    with tarfile.open(path, "w:gz") as opened:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.type = (types or {}).get(name, tarfile.REGTYPE)
            info.linkname = "/etc/passwd" if info.type != tarfile.REGTYPE else ""
            info.size = len(data)
            opened.addfile(info, io.BytesIO(data))
    return path


Pack = Callable[[Path, "dict[str, bytes]"], Path]
both = pytest.mark.parametrize("pack", [zipped, tarred])


@both
def test_members_are_read_in_order(pack: Pack, tmp_path: Path) -> None:
    path = pack(tmp_path / "x", GOOD)
    assert [tuple(entry) for entry in read_members(path, ["data/*/*.txt"])] == [
        ("data/a/1.txt", b"one"),
        ("data/a/2.txt", b"two"),
        ("data/b/1.txt", b""),
    ]
    assert [entry.data for entry in read_members(path, ["data/a/x/3.txt"])] == [b"deep"]
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@both
def test_a_member_that_is_not_there(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"holds no file 'data/c\.txt'"):
        read_members(pack(tmp_path / "x", GOOD), ["data/a/1.txt", "data/c.txt"])


@both
@pytest.mark.parametrize("hostile", ["../evil", "data/../../evil", "/evil", "C:\\evil", "\\evil", "a\\..\\..\\evil"])
def test_a_path_that_leaves_the_folder_condemns_the_archive(pack: Pack, hostile: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="a path that leaves its folder"):
        read_members(pack(tmp_path / "x", {**GOOD, hostile: b"x"}), ["data/a/1.txt"])


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_a_link_or_device_in_a_tar_condemns_it(kind: bytes, tmp_path: Path) -> None:
    path = tarred(tmp_path / "x", {**GOOD, "data/link": b""}, {"data/link": kind})
    with pytest.raises(FetchError, match="'data/link', which is a link or a device"):
        read_members(path, ["data/a/1.txt"])


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_a_link_or_device_in_a_zip_condemns_it(kind: int, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x", {**GOOD, "data/link": b"/etc/passwd"}, {"data/link": kind | 0o777})
    with pytest.raises(FetchError, match="'data/link', which is a link or a device"):
        read_members(path, ["data/a/1.txt"])


@both
def test_a_bomb_is_refused(pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 1_000_000)
    path = pack(tmp_path / "x", {**GOOD, "bomb": bytes(1_000_001)})
    assert path.stat().st_size < 10_000
    with pytest.raises(FetchError, match="unpacks to more than 1,000,000 bytes"):
        read_members(path, ["data/a/1.txt"])


@both
def test_too_many_members_are_refused(pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    with pytest.raises(FetchError, match="more than 3 members"):
        read_members(pack(tmp_path / "x", GOOD), ["data/a/1.txt"])


def test_a_bomb_in_tar_headers_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 1_000)
    monkeypatch.setattr(archive, "MAX_MEMBERS", 10)
    with tarfile.open(tmp_path / "x", "w:gz", format=tarfile.PAX_FORMAT) as opened:
        info = tarfile.TarInfo("a")
        info.pax_headers = {"comment": "x" * 1_000_000}
        opened.addfile(info)
    with pytest.raises(FetchError, match="unpacks to more than"):
        read_members(tmp_path / "x", ["a"])


def test_a_zip_that_lies_about_a_size(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x", {"a": bytes(5000)})
    data = path.read_bytes()
    size = (5000).to_bytes(4, "little")
    assert data.count(size) == 2
    path.write_bytes(data.replace(size, (5).to_bytes(4, "little")))
    with pytest.raises(FetchError, match="x cannot be unpacked: Bad CRC-32"):
        read_members(path, ["a"])


def test_a_member_twice(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with tarfile.open(path, "w:gz") as opened:
        for data in (b"one", b"two"):
            info = tarfile.TarInfo("a")
            info.size = 3
            opened.addfile(info, io.BytesIO(data))
    with pytest.raises(FetchError, match="holds 'a' twice"):
        read_members(path, ["a"])


@pytest.mark.parametrize("data", [b"", b"neither", b"PK\x03\x04cut", gzip.compress(b"no tar" * 200, mtime=0)])
def test_what_is_no_archive(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.whl"
    path.write_bytes(data)
    with pytest.raises(FetchError, match=r"x\.whl"):
        read_members(path, ["a"])


def test_a_tar_that_is_cut_off(tmp_path: Path) -> None:
    path = tarred(tmp_path / "x.tgz", GOOD)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FetchError, match=r"x\.tgz cannot be unpacked"):
        read_members(path, ["data/*/*.txt"])
