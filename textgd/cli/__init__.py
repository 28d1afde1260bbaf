"""The command line: one module a command; each parses, calls the library and prints."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; every failure ends with a sentence on standard error and exit code 1 or 2."""
    try:
        # Loaded here, so that an interrupt while the commands load ends like any other.
        from textgd.cli.run import run

        code = run(arguments)
    except KeyboardInterrupt:
        print("error: interrupted; no file is left half written.", file=sys.stderr)
        code = 1
    sys.exit(code)
