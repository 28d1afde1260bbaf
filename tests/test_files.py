"""Files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from textgd.errors import InvalidParameterError, TextgdError
from textgd.files import check_destination, refuse_overwriting, write_whole


def test_what_is_written_is_there(tmp_path: Path) -> None:
    path = check_destination(tmp_path / "curve.csv", "table")
    assert not path.exists()
    write_whole(path, b"a,b\n")
    assert path.read_bytes() == b"a,b\n"
    write_whole(check_destination(path, "table"), b"c")
    assert path.read_bytes() == b"c"
    assert [file.name for file in tmp_path.iterdir()] == ["curve.csv"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_whole(check_destination(tmp_path / "link", "table"), b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"x"


def test_places_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TextgdError, match="is a folder; name a file for the picture"):
        check_destination(tmp_path, "picture")
    with pytest.raises(TextgdError, match=r"There is no folder .*nowhere for the picture; make it first"):
        check_destination(tmp_path / "nowhere" / "curve.png", "picture")
    if os.name == "posix":
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(TextgdError, match="is a device or a pipe"):
            check_destination(tmp_path / "pipe", "picture")


def test_what_stood_there_is_whole_until_all_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "curve.svg"
    path.write_text("before")

    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(TextgdError, match=r"curve.svg cannot be written: No space left on device\."):
        write_whole(path, b"after")
    assert path.read_text() == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["curve.svg"]


def test_what_is_read_is_not_written_on(tmp_path: Path) -> None:
    read = tmp_path / "corpus" / "mails.csv"
    read.parent.mkdir()
    read.write_text("text,label")
    (tmp_path / "soft.csv").symlink_to(read)
    os.link(read, tmp_path / "hard.csv")
    (tmp_path / "linked").symlink_to(read.parent)
    for output, source in (
        (read, read),
        (tmp_path / "soft.csv", read),
        (read, tmp_path / "soft.csv"),
        (tmp_path / "hard.csv", read),
        (tmp_path / "linked" / "mails.csv", read),
        (tmp_path / "linked" / "new.csv", read.parent),
        (read.parent / "deep" / "new.csv", tmp_path),
    ):
        with pytest.raises(InvalidParameterError, match="is what is read here, or in it; name another file"):
            refuse_overwriting(output, tmp_path / "other.csv", source)
    refuse_overwriting(read.parent / "new.csv", read, "sms-spam", tmp_path / "not there.csv")
