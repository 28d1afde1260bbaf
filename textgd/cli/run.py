"""From arguments to an exit code: which failure says what, and how the standard streams are treated."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Any, TextIO

import click

from textgd.cli.commands import PROGRAM, textgd
from textgd.cli.console import note
from textgd.cli.wording import in_options
from textgd.errors import TextgdError

__all__ = ["DEBUG_VARIABLE", "run"]

#: The environment variable that lets a fault of textgd itself show its traceback.
DEBUG_VARIABLE = "TEXTGD_DEBUG"

_COMPLETION_VARIABLE = f"_{PROGRAM.upper()}_COMPLETE"
_OUTPUT_FAILED = {errno.ENOSPC, errno.EIO, errno.EBADF, errno.EFBIG, errno.EDQUOT}


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0, or 1 (failed) or 2 (wrong usage) after a sentence on standard error."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - it is open as long as the process
    if sys.stdout is None:
        return _fail("standard output is closed, so there is nowhere to write to; for silence, say > /dev/null.", 1)
    for stream in (sys.stdout, sys.stderr):
        # A label or a file's name may hold what the stream's encoding has not, lone surrogates for one.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = _call(sys.argv[1:] if arguments is None else list(arguments))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Whoever reads our output has enough, which is no failure.
        _drop(sys.stdout)
        _drop(sys.stderr)
        return 0
    except click.ClickException as error:
        return _refuse(error)
    except TextgdError as error:
        return _fail(in_options(str(error)), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        if sys.stderr.isatty():
            click.echo(err=True)  # ends the line on which the terminal shows ^C
        return _fail("interrupted; no file is left half written.", 1)
    except MemoryError:
        return _fail("not enough memory for this. Fewer features need less: --min-df 2, --ngrams 1, or --hashing.", 1)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        if not where and error.errno in _OUTPUT_FAILED:
            where = "standard output cannot be written: "
            _drop(sys.stdout)
        return _fail(f"{where}{error.strerror or error}.", 1)
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        return _fail(
            f"a fault of textgd itself ({type(error).__name__}: {str(error) or 'no more is known'}). Set "
            f"{DEBUG_VARIABLE}=1 to see where it happens, and please report it.",
            1,
        )


def _call(arguments: list[str]) -> int:
    if _COMPLETION_VARIABLE in os.environ:
        textgd.main(arguments, prog_name=PROGRAM)
    # Not by click's own main, which takes a closed pipe for a failure.
    try:
        with textgd.make_context(PROGRAM, arguments) as context:
            textgd.invoke(context)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    return 0


def _refuse(error: click.ClickException) -> int:
    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
        error.show()  # the help, which needs no hint at the help
        return error.exit_code
    context = error.ctx if isinstance(error, click.UsageError) else None
    message = error.format_message()
    message = message if message.endswith((".", "?", ")")) else f"{message}."
    hint = f"\nTry '{context.command_path} --help' for help." if context is not None else ""
    return _fail(f"{message}{hint}", error.exit_code)


def _fail(message: str, code: int) -> int:
    try:
        note(f"error: {message}")
    except OSError:
        _drop(sys.stderr)
    return code


def _drop(stream: TextIO) -> None:
    """Send to nowhere what a stream still holds back, which Python would try to write once more when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    note(f"warning: {in_options(str(message))}")
