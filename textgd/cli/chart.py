"""A small picture of curves, in characters of a terminal."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import click
import numpy as np

from textgd.cli.console import has_color
from textgd.evaluation.display import (
    axis_range,
    crossing_label,
    error_label,
    has_log_axis,
    mean_error,
    places,
    round_ticks,
    separate,
    visible,
)
from textgd.evaluation.drawing import Drawing, drawing_of
from textgd.plots.lines import Line, find_lines
from textgd.plots.look import COLORS

if TYPE_CHECKING:
    from textgd.evaluation.curves import LearningCurves
    from textgd.evaluation.robustness_result import RobustnessCurves

__all__ = ["chart"]

_TERMINAL_COLORS = ("blue", "red", "green", "magenta", "yellow", "cyan", "white", "bright_black")
_COLORS = dict(zip(COLORS, _TERMINAL_COLORS, strict=True))
# Of a braille character the bit of each dot, by row and column.
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_BRAILLE = 0x2800
_MOST_NAME = 24
_LEAST_WIDTH, _MOST_WIDTH = 16, 100


class _Signs:
    """The characters to draw with: those that a terminal of any encoding has."""

    markers = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    side, tick, corner, below, above, bound, crossing = "|", "+", "+", "-", "+", "=", ":"
    # So many dots a character, down and across.
    dots = 1, 1

    def line(self, bits: int) -> str:
        return "."

    def words(self, text: str) -> str:
        return text.replace("…", "...").replace("×", "x").encode("ascii", "backslashreplace").decode()


class _UnicodeSigns(_Signs):
    """The characters to draw with where there are all of Unicode."""

    markers = "●■▲◆▼✚✖★⬢"
    side, tick, corner, below, above, bound, crossing = "│", "┤", "└", "─", "┬", "━", "┊"
    dots = 4, 2

    def line(self, bits: int) -> str:
        return chr(_BRAILLE | bits)

    def words(self, text: str) -> str:
        return text


def chart(
    curves: LearningCurves | RobustnessCurves,
    width: int | None = None,
    height: int = 16,
    unicode: bool | None = None,
    color: bool | None = None,
) -> str:
    """Return curves in characters, without a line end.

    Parameters
    ----------
    curves : LearningCurves or RobustnessCurves
    width : int or None
        Columns that lines may have; where they are too few, lines are longer.  None: the terminal's, at most 100.
    height : int
        Rows of the axes alone; at least one for each model.
    unicode : bool or None
        Whether dots and symbols may be used; None: where standard output has them.
    color : bool or None
        None: where standard output is a terminal, unless the environment says NO_COLOR.
    """
    signs = _UnicodeSigns() if (_has_unicode() if unicode is None else unicode) else _Signs()
    if width is None:
        width = min(shutil.get_terminal_size().columns, _MOST_WIDTH)
    return _Chart(drawing_of(curves), width, height, signs, has_color() if color is None else color).draw()


def _has_unicode() -> bool:
    try:
        f"{_UnicodeSigns.markers}{chr(_BRAILLE)}┊".encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


class _Chart:
    """Curves on a grid of characters."""

    def __init__(self, drawing: Drawing, width: int, height: int, signs: _Signs, has_color: bool) -> None:
        self.drawing, self.signs, self.has_color = drawing, signs, has_color
        self.measure = drawing.measure
        # Leaders last, over the others.
        self.lines = sorted(find_lines(drawing), key=lambda line: line.is_leader)
        self.names = {line.model.name: signs.words(visible(line.model.name, _MOST_NAME)) for line in self.lines}
        self.height = max(height, len(self.lines))
        low, high = axis_range(drawing, has_intervals=False)
        log = has_log_axis(drawing)
        self.up = places(low, high, log)
        ticks = round_ticks(low, high, max(self.height // 3, 2), log)
        self.rows = {self._row(tick): error_label(self.measure, tick) for tick in ticks}
        self.left = max(map(len, self.rows.values()), default=0)
        right = max(map(len, self.names.values())) + 4
        self.whole = width
        self.width = max(width - self.left - 2 - right, _LEAST_WIDTH)
        self.points = drawing.across.values
        self.across = places(self.points[0], self.points[-1], drawing.across.is_log)
        self.cells = [[" "] * self.width for _ in range(self.height)]
        self.bits = np.zeros((self.height, self.width), np.int64)

    def draw(self) -> str:
        above = self._draw_crossovers()
        for line in self.lines:
            self._draw_line(line)
        for line in self.lines:
            self._draw_markers(line)
        names = self._place_names()
        body = [
            f"{self.rows.get(row, ''):>{self.left}} {self.signs.tick if row in self.rows else self.signs.side}"
            f"{''.join(self.cells[row])}{names.get(row, '')}"
            for row in range(self.height)
        ]
        indent = " " * (self.left + 2)
        lines = [self.signs.words(self.drawing.title), *(indent + row for row in above), *body, *self._draw_axis()]
        return "\n".join(line.rstrip() for line in lines)

    # Places

    def _row(self, error: float) -> int:
        """Return the row of an error, from the top."""
        place = float(np.clip(self.up(np.asarray(error, np.float64)), 0.0, 1.0))
        return min(int((1.0 - place) * self.height), self.height - 1)

    def _column(self, size: float) -> int:
        if len(self.points) == 1:
            return self.width // 2
        place = float(np.clip(self.across(np.asarray(size, np.float64)), 0.0, 1.0))
        return int(place * (self.width - 1) + 0.5)

    def _styled(self, text: str, line: Line) -> str:
        return click.style(text, fg=_COLORS[line.color], bold=line.is_leader) if self.has_color else text

    # Lines

    def _draw_line(self, line: Line) -> None:
        """Draw dots from each point to the next, unless there is a gap."""
        down, aside = self.signs.dots
        rows, columns = self.height * down, self.width * aside
        y = (1.0 - np.clip(self.up(mean_error(self.drawing, line.model.name)), 0.0, 1.0)) * rows
        x = (np.array([self._column(size) for size in self.points]) + 0.5) * aside
        for i in np.flatnonzero(np.isfinite(y[1:]) & np.isfinite(y[:-1])):
            n = 2 * int(max(abs(y[i + 1] - y[i]), abs(x[i + 1] - x[i]))) + 2
            across = np.minimum(np.linspace(x[i], x[i + 1], n).astype(int), columns - 1)
            along = np.minimum(np.linspace(y[i], y[i + 1], n).astype(int), rows - 1)
            for row, column in zip(along.tolist(), across.tolist(), strict=True):
                cell = row // down, column // aside
                self.bits[cell] |= _DOTS[row % down][column % aside]
                self.cells[cell[0]][cell[1]] = self._styled(self.signs.line(int(self.bits[cell])), line)

    def _draw_markers(self, line: Line) -> None:
        for size, mean in zip(self.points, mean_error(self.drawing, line.model.name), strict=True):
            if np.isfinite(mean):
                self.cells[self._row(mean)][self._column(size)] = self._styled(self._marker(line), line)

    def _marker(self, line: Line) -> str:
        return self.signs.markers[line.number % len(self.signs.markers)]

    def _place_names(self) -> dict[int, str]:
        """Return what stands right of each row: a model's name, as near to the end of its line as there is room."""
        ended = []
        for line in self.lines:
            means = mean_error(self.drawing, line.model.name)
            if np.isfinite(means).any():
                ended.append((line, float(means[np.isfinite(means)][-1])))
        wanted = [float((1.0 - self.up(np.asarray(mean))) * self.height) for _, mean in ended]
        rows = separate(wanted, 1.0, 0.0, self.height - 1.0)
        return {
            int(row + 0.5): "  " + self._styled(f"{self._marker(line)} {self.names[line.model.name]}", line)
            for (line, _), row in zip(ended, rows, strict=True)
        }

    # Crossings

    def _draw_crossovers(self) -> list[str]:
        """Draw a column of signs for each crossing, and return the rows of words above them."""
        several = len(self.drawing.leaders) > 2
        above = []
        for crossover in sorted(self.drawing.crossovers, key=lambda crossover: crossover.size or 0.0):
            assert crossover.size is not None
            column = self._column(crossover.size)
            for row in range(self.height):
                self.cells[row][column] = self.signs.crossing
            pair = f"{self.names[crossover.first]} × {self.names[crossover.second]}" if several else "crossing"
            text = self.signs.words(f"{pair} at {crossing_label(crossover)}")
            above.append(" " * max(min(column - len(text) // 2, self.width - len(text)), 0) + text)
        return above

    # The axis from left to right

    def _draw_axis(self) -> list[str]:
        """Return the axis, heavy along the intervals of crossings, and the numbers under it."""
        axis = [self.signs.below] * self.width
        for crossover in self.drawing.crossovers:
            low = 0 if crossover.low is None else self._column(crossover.low)
            high = self.width - 1 if crossover.high is None else self._column(crossover.high)
            axis[low : high + 1] = [self.signs.bound] * (high + 1 - low)
        one, across = len(self.points) == 1, self.drawing.across
        room = max(self.width // 7, 2)
        ticks = [self.points[0]] if one else across.ticks(self.points[0], self.points[-1], room)
        numbers = [" "] * (self.width + 8)
        free = 0
        for tick in ticks:
            column, text = self._column(tick), across.label(tick)
            start = max(column - (len(text) - 1) // 2, 0)
            if start >= free:
                axis[column] = self.signs.above
                numbers[start : start + len(text)] = text
                free = start + len(text) + 1
        indent = " " * (self.left + 1)
        rows = [f"{indent}{self.signs.corner}{''.join(axis)}", f"{indent} {''.join(numbers).rstrip()}"]
        for words in map(self.signs.words, across.titles):
            if len(rows[-1]) + 2 + len(words) <= self.whole:
                return [rows[0], f"{rows[1]}  {words}"]
        return [*rows, f"{indent} {self.signs.words(across.titles[0])}"]
