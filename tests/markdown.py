"""Code blocks of Markdown pages, and what their Python prints."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

BLOCK = re.compile(
    r"^(?:<!-- not run: (?P<reason>[^\n]+?) -->\n\n?)?```(?P<language>\w+)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    line: int
    language: str
    code: str


def blocks(markdown: str) -> Iterator[Block]:
    """Yield the blocks that are to be run, each with the number of its first line."""
    for match in BLOCK.finditer(markdown):
        if match["reason"] is None:
            yield Block(markdown.count("\n", 0, match.start("code")) + 1, match["language"], match["code"])


def run_python(block: Block, path: Path, namespace: dict[str, Any]) -> str:
    """Run a block in a namespace, and return what it prints."""
    printed = io.StringIO()
    # Blank lines in front make a traceback name the page's own line.
    code = compile("\n" * (block.line - 1) + block.code, str(path), "exec")
    with contextlib.redirect_stdout(printed):
        exec(code, namespace)
    return printed.getvalue()
