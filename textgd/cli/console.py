"""What commands say: tables and JSON on standard output, progress and notes on standard error."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import click

import textgd.kernels

__all__ = [
    "Countdown",
    "Stages",
    "escape",
    "has_color",
    "note",
    "percent",
    "print_json",
    "print_lines",
    "shorten",
    "table",
    "to_json",
]

_ESCAPES = {ord("\\"): "\\\\", ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}
_LINES_AT_A_TIME = 4096
# Seconds between two looks of the progress line.
_BLINK = 0.2


def note(message: str) -> None:
    """Say something that is not the result."""
    doing = _progress.text
    _progress.show("")
    click.echo(message, err=True)
    _progress.show(doing)


def to_json(data: Any) -> str:
    r"""Return data as JSON on one line, in characters that standard output has and that do nothing to a terminal.

    Examples
    --------
    >>> print(to_json("a\x9b\u202e"))
    "a\u009b\u202e"
    """
    encoding = sys.stdout.encoding or ""
    text = json.dumps(data, ensure_ascii=not encoding.lower().startswith("utf"), allow_nan=False)
    if text.isprintable():
        return text
    return text.translate({ord(c): json.dumps(c)[1:-1] for c in set(text) if not c.isprintable()})


def print_json(data: Any) -> None:
    """Print one JSON value on one line."""
    click.echo(to_json(data))


def print_lines(lines: Iterable[str]) -> None:
    """Print many lines."""
    lines = iter(lines)
    while block := list(islice(lines, _LINES_AT_A_TIME)):
        click.echo("\n".join(block))


def escape(text: Any) -> str:
    r"""Return a label or a feature as it may stand in a line: tabs, line ends and control characters escaped.

    Examples
    --------
    >>> escape("a\tb"), escape("\x1b[31m")
    ('a\\tb', '\\x1b[31m')
    """
    escaped = str(text).translate(_ESCAPES)
    if escaped.isprintable():
        return escaped
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in escaped)


def has_color() -> bool:
    """Whether standard output shows colors: a terminal does, unless the environment says NO_COLOR."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def shorten(text: Any, most: int) -> str:
    r"""Return the beginning of a text as it may stand in a line, in at most so many characters.

    Examples
    --------
    >>> shorten("see you at lunch", 16), shorten("see you at lunch\n", 10)
    ('see you at lunch', 'see you a…')
    """
    # No more than can be shown is looked at: a text may be long.
    shown = escape(str(text)[: most + 1])
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def percent(value: float) -> str:
    """Return a share as a percentage, ``-`` where it is undefined."""
    return "-" if value != value else f"{100 * value:.2f}"


def table(header: Sequence[str], rows: Sequence[Sequence[Any]], left: int = 1) -> str:
    """Return a table: the first `left` columns to the left, the others to the right.

    Examples
    --------
    >>> print(table(["class", "documents"], [["ham", 12], ["spam", 7]]))
    class  documents
    ham           12
    spam           7
    """
    cells = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        spaces = [" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        padded = [
            cell + space if column < left else space + cell
            for column, (cell, space) in enumerate(zip(row, spaces, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class _Progress:
    """The line at the bottom of a terminal that says what is being done; where there is no terminal, nothing."""

    text = ""

    def show(self, text: str) -> None:
        if text != self.text and sys.stderr.isatty():
            click.echo(f"\r\x1b[K{text}", nl=False, err=True)
            self.text = text


_progress = _Progress()


class Countdown:
    """How far long work has come and how long it will take, on a terminal; a first Ctrl-C ends it early.

    In a ``with`` statement it says at once that Ctrl-C was heard, where the work takes a while to end.  A second one
    gives up; a third one ends the process, which otherwise waits for what is under way.

    Parameters
    ----------
    what : str
        What is counted.
    then : str
        What is done after the last.
    seconds : float, optional
        When it ends at the latest.
    """

    def __init__(self, what: str, then: str, seconds: float | None = None) -> None:
        self._what, self._then, self._limit = what, then, seconds
        self._started = time.monotonic()
        self._shown = -_BLINK
        self._first: tuple[float, int] | None = None
        self._is_ending = False
        self._handler: Any = None

    def __enter__(self) -> Countdown:
        """Be told of an interrupt."""
        if threading.current_thread() is threading.main_thread():
            self._handler = signal.getsignal(signal.SIGINT)
            if self._handler is signal.default_int_handler:
                signal.signal(signal.SIGINT, self._interrupted)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Leave interrupts as they were."""
        if self._handler is signal.default_int_handler:
            gives_up = kind is not None and issubclass(kind, KeyboardInterrupt)
            signal.signal(signal.SIGINT, signal.SIG_DFL if gives_up else self._handler)

    def __call__(self, done: int, of: int) -> None:
        """Tell that so many are done."""
        now = time.monotonic()
        if self._is_ending or (now - self._shown < _BLINK and done < of):
            return
        self._shown = now
        if done >= of:
            _progress.show(f"{self._then} ...")
            return
        # What came before the first is no part of the pace.
        begun, before = self._first = self._first or (now, done)
        left = (now - begun) * (of - done) / (done - before) if done > before else None
        count = f"{done:,} of {of:,} {self._what}"
        limit = None if self._limit is None else max(self._limit - (now - self._started), 0.0)
        if limit is not None and (left is None or left > limit):
            count, left = f"{done:,} {self._what if done > 1 else self._what.removesuffix('s')}", limit
        time_left = "" if left is None else f", about {_duration(left)} left"
        _progress.show(f"{count}{time_left} (Ctrl-C ends and shows what is done)")

    def _interrupted(self, number: int, frame: Any) -> None:
        self._is_ending = True
        with contextlib.suppress(RuntimeError):  # somebody is in the middle of writing there
            _progress.show("ending what is under way (Ctrl-C again gives up) ...")
        raise KeyboardInterrupt


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


class Stages:
    """The stages of a long command: timed, and shown while they run where standard error is a terminal.

    Parameters
    ----------
    *names : str
        The order in which their times are told.
    """

    def __init__(self, *names: str) -> None:
        self.times = dict.fromkeys(names, 0.0)
        textgd.kernels.on_compile = self._compiling

    @contextlib.contextmanager
    def __call__(self, name: str, doing: str) -> Iterator[None]:
        """Time a stage by `name` and say what it is `doing`."""
        _progress.show(f"{doing} ...")
        started = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, time.perf_counter() - started)
            _progress.show("")

    def add(self, name: str, seconds: float) -> None:
        """Count time that was measured elsewhere."""
        self.times[name] = self.times.get(name, 0.0) + seconds

    def summary(self) -> str:
        """Return the time of each stage in one line."""
        return " · ".join(f"{name} {seconds:.2f} s" for name, seconds in self.times.items())

    @staticmethod
    def _compiling() -> None:
        note("compiling the counting kernels for this machine; this happens once and takes about 15 s ...")
