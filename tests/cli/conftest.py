"""A small corpus, a model that the command line trained on it, and a way to run commands without a process."""

from __future__ import annotations

import contextlib
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from textgd.cli.run import run as run_command

WORDS = {
    "spam": ["free", "win", "prize", "cash", "now", "claim", "urgent", "call", "text", "entry", "£1000", "!"],
    "ham": ["lunch", "home", "see", "you", "later", "ok", "thanks", "meeting", "tomorrow", "love", "😀", "call"],
}


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of standard output; only a line feed ends one."""
        assert not self.out or self.out.endswith("\n")
        return self.out.split("\n")[:-1]

    @property
    def json(self) -> Any:
        """The one JSON value on standard output."""
        assert len(self.lines) == 1
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Return a function that runs a command in the test's folder; it must succeed unless `code` says otherwise."""
    monkeypatch.chdir(tmp_path)

    def run_here(*arguments: object, stdin: bytes = b"", code: int = 0) -> Done:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            ended = run_command([str(argument) for argument in arguments])
            for stream in (out, err):
                stream.flush()
        told, said = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]
        # Where no kernel is cached yet, any command may be the first that needs one.
        said = "".join(line for line in said.splitlines(keepends=True) if not line.startswith("compiling the "))
        done = Done(ended, told, said)
        assert done.code == code, done
        return done

    return run_here


@pytest.fixture(scope="session")
def rows() -> list[tuple[str, str]]:
    """Labels and texts, in an order that follows no pattern, each class with a few words of the other."""
    rng = random.Random(5)
    rows = []
    for _ in range(120):
        label = rng.choice(["spam", "ham"])
        own, other = (label, "ham") if label == "spam" else (label, "spam")
        rows.append((label, " ".join(rng.choices(WORDS[own], k=6) + rng.choices(WORDS[other], k=2))))
    return rows


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> Path:
    """Return a folder with ``mails.csv`` and ``mails.textgd``, a model trained on it; read only."""
    folder = tmp_path_factory.mktemp("mails")
    lines = "".join(f"{label},{text}\n" for label, text in rows)
    (folder / "mails.csv").write_text(f"label,text\n{lines}", encoding="utf-8")
    corpus, model = str(folder / "mails.csv"), str(folder / "mails.textgd")
    with contextlib.redirect_stdout(io.StringIO()):
        assert run_command(["train", corpus, "-o", model]) == 0
        # All that the processes of other tests will need is compiled by now.
        assert run_command(["predict", model, "--input", corpus]) == 0
    return folder


@pytest.fixture
def mails(folder: Path) -> Path:
    """Return the corpus."""
    return folder / "mails.csv"


@pytest.fixture
def model(folder: Path) -> Path:
    """Return the model trained on its training part."""
    return folder / "mails.textgd"
