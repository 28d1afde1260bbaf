"""The README's code blocks run as they stand.

In the order of the README, all in one empty folder and without network:

- a ``python`` block is executed; all of them share one namespace;
- in a ``console`` or ``sh`` block, each line that starts with ``textgd`` (after a prompt ``$``, if there is one) is run
  by bash and has to succeed. A line that ends with a backslash goes on in the next. Every other line is left alone:
  output, and commands that act on the reader's machine.

A block that cannot run here says why in the line before it: ``<!-- not run: reason -->``.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.markdown import Block, blocks, run_python

README = Path(__file__).resolve().parent.parent / "README.md"

COMMAND = re.compile(r"^(?:\$ )?(?P<command>textgd .*(?:(?<=\\)\n.*)*)", re.MULTILINE)


def commands(block: Block) -> Iterator[tuple[int, str]]:
    """Yield the commands of a block, each with the number of its line."""
    for match in COMMAND.finditer(block.code):
        yield block.line + block.code.count("\n", 0, match.start()), match["command"]


def test_every_block_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "readme"}
    ran = set()
    for block in blocks(README.read_text(encoding="utf-8")):
        if block.language == "python":
            run_python(block, README, namespace)
            ran.add("python")
        elif block.language in ("console", "sh"):
            for line, command in commands(block):
                done = shell(command)
                assert done.returncode == 0, f"README.md, line {line}: {command}\n{done.stdout}{done.stderr}"
                ran.add("textgd")
    assert ran == {"python", "textgd"}


def test_finds_blocks_and_commands() -> None:
    markdown = (
        "# Title\n\n"
        "```python\nx = 1\n```\n\n"
        "<!-- not run: needs a network -->\n```console\ntextgd corpora fetch tweets\n```\n\n"
        "```sh\n$ textgd train \\\n    mails.tsv  # long\nspam 3\ncat mails | textgd predict m -\n"
        'textgd predict m "a"\n```\n'
    )
    python, console = blocks(markdown)
    assert python == Block(4, "python", "x = 1\n")
    assert (console.line, console.language) == (13, "sh")
    assert list(commands(console)) == [(13, "textgd train \\\n    mails.tsv  # long"), (17, 'textgd predict m "a"')]
