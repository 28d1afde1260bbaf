"""Whole processes: their time, their greatest memory, and the accuracy they report."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .measure import BenchmarkError, Pair, Sample

PROGRAMS = Path(__file__).parent / "programs"

Command = Sequence["str | Path"]


def find_command(name: str) -> str | None:
    """Return the path of a command, the ones installed beside this Python first."""
    folders = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return shutil.which(name, path=folders)


def textgd(*arguments: str | Path) -> Command:
    return [find_command("textgd") or "textgd", *arguments]


def python(*arguments: str | Path) -> Command:
    return [sys.executable, *arguments]


def program(name: str, *arguments: str | Path) -> Command:
    return python(PROGRAMS / f"{name}.py", *arguments)


def run(command: Command, **environment: str) -> Sample:
    """Run a command to its end.

    The kernel counts the memory of the parent at the fork to the child's greatest, and this process holds corpora;
    so a small process stands in between.
    """
    with TemporaryDirectory(prefix="textgd-bench-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        launcher = [sys.executable, "-I", "-S", PROGRAMS / "launch.py", out, err, *command]
        done = subprocess.run(launcher, env={**os.environ, **environment}, stdout=subprocess.PIPE, check=True)
        seconds, peak_mb, status = json.loads(done.stdout)
        if status != 0:
            words = " ".join(map(str, command))
            last = err.read_text(errors="replace").strip().splitlines()[-1:]
            raise BenchmarkError(f"exit status {status} of {words}: {''.join(last) or 'nothing on stderr'}")
        return Sample(seconds, peak_mb, _accuracy(out.read_text(errors="replace")))


def processes(ours: Command, peer: Command, warm_up: Sequence[Command] = ()) -> Pair:
    """Return the pair of two commands; they are run once before, or what is given for that is."""
    return Pair(lambda: run(ours), lambda: run(peer), lambda: [run(command) for command in warm_up or (ours, peer)])


def _accuracy(output: str) -> float | None:
    """Return the accuracy in the JSON object of the last line, wherever in it."""
    try:
        return _find(json.loads(output.strip().rpartition("\n")[2]))
    except ValueError:
        return None


def _find(value: Any) -> float | None:
    if not isinstance(value, dict):
        return None
    accuracy = value.get("accuracy")
    if isinstance(accuracy, dict):
        accuracy = accuracy.get("value")
    if isinstance(accuracy, float):
        return accuracy
    return next((found for item in value.values() if (found := _find(item)) is not None), None)
