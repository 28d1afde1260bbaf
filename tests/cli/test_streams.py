"""The standard streams and signals of a real process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Shell = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shell and signals as POSIX has them")


@pytest.fixture
def here(folder: Path, tmp_path: Path) -> Path:
    """Return the test's folder with the model and the corpus in it."""
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "many.txt").write_text("free win\n" * 100_000)
    return tmp_path


@pytest.mark.parametrize(
    "command", ["predict mails.textgd - < many.txt", "predict mails.textgd - --json < many.txt", "train --help"]
)
def test_a_reader_that_leaves_is_no_failure(here: Path, shell: Shell, command: str) -> None:
    done = shell(f"textgd {command} | head -1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize("command", ["predict mails.textgd free", "corpora list --json", "--help"])
def test_output_that_cannot_be_written(here: Path, shell: Shell, command: str) -> None:
    closed = shell(f"textgd {command} >&-")
    assert (closed.returncode, closed.stdout) == (1, "")
    assert closed.stderr.startswith("error: standard output is closed")
    if Path("/dev/full").exists():
        full = shell(f"textgd {command} > /dev/full")
        assert full.returncode == 1
        assert full.stderr == "error: standard output cannot be written: No space left on device.\n"


def test_closed_input_and_closed_errors(here: Path, shell: Shell) -> None:
    for command in ("predict mails.textgd -", "train -"):
        done = shell(f"textgd {command} <&-")
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("error: standard input is closed")
    for closed, code in (("2>&-", 0), ("2>/dev/full", 0), ("<&-", 0)):
        done = shell(f"textgd predict mails.textgd 'free win' {closed}")
        assert (done.returncode, done.stdout, done.stderr) == (code, "spam\n", "")
    assert shell("textgd predict nothing.textgd x 2>&-").returncode == 1
    assert shell("textgd predict --bogus 2>&1 | true; exit ${PIPESTATUS[0]}").returncode == 2


def test_an_output_without_the_characters(here: Path, shell: Shell) -> None:
    (here / "odd.tsv").write_text("späm 😀\twin cash\nham\tsee you\n" * 10, encoding="utf-8")
    assert shell("textgd train odd.tsv -o odd.textgd").returncode == 0
    done = shell("PYTHONIOENCODING=ascii textgd predict odd.textgd 'win cash' --json")
    assert done.stdout.startswith(r'{"id": 0, "label": "sp\u00e4m \ud83d\ude00"')
    assert shell("PYTHONIOENCODING=ascii textgd predict odd.textgd 'win cash'").returncode == 0
    named = shell("PYTHONIOENCODING=utf-8:strict textgd train mails.csv -o $'\\xff.textgd' --json")
    assert named.returncode == 0
    assert r'"file": "\udcff.textgd"' in named.stdout


INTERRUPTED = """
import os, signal, sys
fsync = os.fsync
def interrupt(handle):
    if os.fstat(handle).st_size:
        os.kill(os.getpid(), signal.SIGINT)
    fsync(handle)
os.fsync = interrupt
from textgd.cli import main
main(["train", "mails.csv", "-o", "mails.textgd", "--ngrams", "1"])
"""


def test_control_c_while_saving(here: Path) -> None:
    before = (here / "mails.textgd").read_bytes()
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], cwd=here, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: interrupted; no file is left half written.\n"
    assert (here / "mails.textgd").read_bytes() == before
    assert sorted(path.name for path in here.iterdir()) == ["mails.csv", "mails.textgd", "many.txt"]


def on_a_terminal(command: str, here: Path, textgd_bin: Path) -> str:
    """Return what a terminal gets that is standard error alone."""
    import pty

    ours, theirs = pty.openpty()
    env = {**os.environ, "PATH": f"{textgd_bin}{os.pathsep}{os.environ['PATH']}"}
    process = subprocess.Popen(
        ["bash", "-c", command], cwd=here, env=env, stderr=theirs, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # how Linux says that the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    process.wait()
    return shown.decode()


def test_progress_is_shown_on_a_terminal_and_vanishes(here: Path, textgd_bin: Path) -> None:
    shown = on_a_terminal("textgd train mails.csv --refit", here, textgd_bin)
    clear = "\r\x1b[K"
    stages = ["reading mails.csv", "loading libraries", "scanning and fitting", "testing", "fitting on everything"]
    assert shown == "".join(f"{clear}{stage} ...{clear}" for stage in [*stages, "saving"])
    failed = on_a_terminal("textgd train mails.csv --test nothing.csv", here, textgd_bin)
    assert failed.endswith(f"{clear}error: no such file: nothing.csv\r\n")


def test_no_progress_elsewhere(here: Path, shell: Shell) -> None:
    assert shell("textgd train mails.csv").stderr == ""
    assert shell("textgd evaluate mails.textgd starter-spam").stderr == ""


def test_notes_leave_the_progress_line_whole(here: Path, textgd_bin: Path) -> None:
    shown = on_a_terminal("textgd train", here, textgd_bin)
    clear = "\r\x1b[K"
    fetching = f"{clear}fetching sms-spam ..."
    downloading, _, rest = shown.removeprefix(fetching).partition("\r\n")
    assert downloading.startswith(f"{clear}sms-spam: downloading ")
    assert rest.startswith(f"{fetching}{clear}note: sms-spam: ")
