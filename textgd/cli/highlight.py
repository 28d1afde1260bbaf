"""A document in the terminal, with what speaks for a label in one color and what speaks against it in another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from textgd.cli.console import escape, has_color

if TYPE_CHECKING:
    from textgd.explanation import Explanation
    from textgd.explanation.explanation import Run

__all__ = ["highlight"]

# Blue for, orange against, which the color-blind tell apart; black on them can be read by day and by night.
_INK = 16
_FOR, _AGAINST = (153, 117, 39), (223, 215, 208)
_LEVELS = len(_FOR)
# A longer document is shown around its strongest pieces: so many characters of it, and so many beside each piece.
_MOST, _BESIDE = 1_600, 80


def highlight(explanation: Explanation, color: bool | None = None) -> str:
    """Return the document, indented, without a line end; the empty string where it has no characters.

    Parameters
    ----------
    explanation : Explanation
    color : bool or None
        Colors, or signs around what speaks for the label, ``[+free]``, and against it, ``[--lunch]``: one to three.
        None: colors where standard output shows them.
    """
    if not explanation.text.strip():
        return ""
    color = has_color() if color is None else color
    runs = explanation.runs(_LEVELS)
    label = escape(explanation.label)
    samples = [_painted(f" {side} {label} ", level, color) for side, level in (("for", 2), ("against", -2))]
    legend = " ".join(samples) if color else f"[+...] for {label}, [-...] against it"
    shown = "".join(_pieces(explanation.text, runs, _windows(runs, len(explanation.text)), color)).split("\n")
    told = ["", legend] if any(run.level for run in runs) else []
    return "\n".join(f"  {line}".rstrip(" ") for line in (*shown, *told))


def _windows(runs: list[Run], length: int) -> list[tuple[int, int]]:
    """Return the stretches of a document that are shown: all of it, or what is around its strongest pieces."""
    if length <= _MOST:
        return [(0, length)]
    strongest = sorted((run for run in runs if run.level), key=lambda run: (-abs(run.level), -abs(run.contribution)))
    windows: list[tuple[int, int]] = []
    for run in strongest:
        middle = min(run.end, run.start + _BESIDE)
        windows = _joined([*windows, (max(0, run.start - _BESIDE), min(length, middle + _BESIDE))])
        if sum(end - start for start, end in windows) >= _MOST:
            break
    return windows or [(0, _MOST)]


def _joined(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(windows):
        if joined and start <= joined[-1][1]:
            start, end = joined[-1][0], max(end, joined.pop()[1])
        joined.append((start, end))
    return joined


def _pieces(text: str, runs: list[Run], windows: list[tuple[int, int]], color: bool) -> Iterator[str]:
    number, behind = 0, 0
    for start, end in windows:
        if start > behind:
            yield _gap(start - behind)
        while number < len(runs) and runs[number].start < end:
            run = runs[number]
            if run.end > start:
                yield _painted(_lines(text[max(run.start, start) : min(run.end, end)]), run.level, color)
            if run.end > end:
                break
            number += 1
        behind = end
    if behind < len(text):
        yield _gap(len(text) - behind)


def _gap(n_characters: int) -> str:
    return f"\n[... {n_characters:,} characters ...]\n"


def _lines(text: str) -> str:
    """Return text as it may be shown: only line feeds end lines, and only they are left to do anything."""
    lines = text.replace("\r\n", "\n").replace("\t", " ").split("\n")
    return "\n".join(escape(line).replace("\\\\", "\\") for line in lines)


def _painted(text: str, level: int, color: bool) -> str:
    """Return text in its color, line by line, or between signs."""
    if level == 0 or not (text.strip() or color):
        return text
    if not color:
        inner = text.strip()
        start = text.index(inner)
        signs = ("+" if level > 0 else "-") * abs(level)
        return f"{text[:start]}[{signs}{inner}]{text[start + len(inner) :]}"
    background = (_FOR if level > 0 else _AGAINST)[abs(level) - 1]
    return "\n".join(click.style(line, fg=_INK, bg=background) if line else "" for line in text.split("\n"))
