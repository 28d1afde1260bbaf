"""What every test gets: no network, a cache of its own, the same examples from hypothesis on every run."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# No deadline and no database: a test passes or fails by what it finds, never by how fast the machine is or ran before.
settings.register_profile("textgd", deadline=None, derandomize=True, database=None)
settings.load_profile("textgd")


class Isolation:
    """Keep each test, and the processes it starts, away from the user's cache and off the network."""

    @pytest.fixture(autouse=True)
    def isolated(
        self,
        request: pytest.FixtureRequest,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> None:
        temporary = tmp_path_factory.getbasetemp()
        monkeypatch.setenv("TEXTGD_CACHE", str(temporary / "cache"))
        if request.node.get_closest_marker("network"):
            return

        def refuse(*_: Any) -> NoReturn:
            raise AssertionError("A test reached for the network; mark it with pytest.mark.network.")

        monkeypatch.setattr(socket.socket, "connect", refuse)
        # The clients that fetch corpora: both then answer at once that there is nothing to be had.
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", "")
        monkeypatch.setenv("npm_config_offline", "true")
        monkeypatch.setenv("npm_config_cache", str(temporary / "npm"))


def pytest_configure(config: pytest.Config) -> None:
    """Isolate the package's doctests too, which the fixtures of this file alone would not reach."""
    config.pluginmanager.register(Isolation())


@pytest.fixture(scope="session")
def textgd_bin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder to put on PATH, whose ``textgd`` does what this checkout's console script does."""
    folder = tmp_path_factory.mktemp("bin")
    script = tmp_path_factory.mktemp("script") / "textgd"
    script.write_text(
        f"import sys\nsys.path[0] = {str(ROOT)!r}\nfrom textgd.cli import main\nsys.exit(main())\n", encoding="utf-8"
    )
    # By way of a shell, because the path of an interpreter with a space in it cannot follow "#!".
    command = folder / "textgd"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(script))} "$@"\n')
    command.chmod(0o755)
    return folder


@pytest.fixture
def shell(textgd_bin: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs one line of bash, with ``textgd`` on PATH and by default in the test's folder."""

    def run(line: str, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PATH": f"{textgd_bin}{os.pathsep}{os.environ['PATH']}"}
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", line],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )

    return run
