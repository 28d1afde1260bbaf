"""Curves on axes: lines, bands, crossings, names and notes, none on top of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

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
from textgd.models import FAMILIES
from textgd.plots.frame import note
from textgd.plots.lines import FAMILY_COLORS, OTHER, Line, family_of, find_lines
from textgd.plots.look import GREY, INK, PALE, SMALL, TEXT_SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from textgd.evaluation.crossover import Crossover
    from textgd.evaluation.drawing import Drawing

__all__ = ["Picture"]

_INCH = 72.0  # points
_LINE = 11.5  # points from one label to the next


@dataclass(frozen=True)
class _Label:
    """What is said of a crossing, and where across the axes, 0 to 1, it and the crossing stand."""

    crossover: Crossover
    text: str
    place: float
    start: float
    end: float
    row: int


class Picture:
    """The picture of curves on axes.

    Parameters
    ----------
    drawing : Drawing
    axes : matplotlib Axes
    """

    def __init__(self, drawing: Drawing, axes: Axes) -> None:
        self.drawing, self.axes = drawing, axes
        self.measure = drawing.measure
        self.points = drawing.across.values
        self.lines = find_lines(drawing)
        self.expected = drawing.expected or {}
        box = axes.get_window_extent()
        dots = axes.figure.dpi / _INCH
        self.width, self.height = box.width / dots, box.height / dots  # points

    def draw(self) -> None:
        """Draw everything."""
        self._set_scales()
        self._draw_crossovers()
        for line in self.lines:
            self._draw_model(line)
        self._draw_names()
        self._set_words()

    # Axes

    def _set_scales(self) -> None:
        axes, across = self.axes, self.drawing.across
        ends = [e.size for e in self.expected.values()]
        self.span = _with_room(self.points[0], max([self.points[-1], *ends]), across.is_log)
        self.range = axis_range(self.drawing, [(e.value, e.low, e.high) for e in self.expected.values()])
        log = has_log_axis(self.drawing)
        axes.set_xscale("log" if across.is_log else "linear")
        axes.set_yscale("log" if log else "linear")
        axes.set_xlim(*self.span)
        axes.set_ylim(*self.range)
        self.across, self.up = places(*self.span, across.is_log), places(*self.range, log)
        columns = across.ticks(*self.span, max(int(self.width / 34), 2))
        rows = round_ticks(*self.range, max(int(self.height / 30), 2), log)
        axes.set_xticks(columns, [across.label(tick) for tick in columns])
        axes.set_yticks(rows, [error_label(self.measure, tick) for tick in rows])
        axes.set_xticks([], minor=True)
        axes.set_yticks([], minor=True)
        axes.tick_params(labelsize=TEXT_SIZE, labelcolor=INK, color=PALE, length=3.0, width=0.6)
        axes.tick_params(axis="y", length=0.0)
        axes.grid(visible=True, axis="y", color=PALE, alpha=0.25, linewidth=0.5)
        axes.set_axisbelow(True)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set(color=PALE, linewidth=0.6)
        axes.patch.set_alpha(0.0)

    # Lines

    def _draw_model(self, line: Line) -> None:
        axes, color = self.axes, line.color
        errors = self.drawing.errors[line.model.name]
        means, low, high = errors.T
        # An interval down to 0, which a log axis does not have, leaves the picture at its lower edge.
        low = np.maximum(low, 0.9 * self.range[0])
        weight, z = (1.8, 4.0) if line.is_leader else (1.0, 3.0)
        # NaN leaves a gap in all of them.
        axes.fill_between(
            self.points, low, high, color=color, alpha=0.16 if line.is_leader else 0.06, linewidth=0.0, zorder=z - 2.0
        )
        if line.is_leader:
            axes.plot(self.points, np.stack([low, high], axis=1), color=color, linewidth=0.4, alpha=0.5, zorder=z - 2.0)
        axes.plot(
            self.points,
            means,
            color=color,
            linewidth=weight,
            linestyle=line.dashes,
            alpha=1.0 if line.is_leader else 0.75,
            marker=line.marker,
            markersize=5.0,
            markeredgecolor="white",
            markeredgewidth=0.6,
            solid_capstyle="round",
            label=line.model.name,
            zorder=z,
        )
        # Between two gaps a band has no width, and so has that of a single size.
        is_there = np.isfinite(means)
        padded = np.pad(is_there, 1)
        has_neighbor = padded[:-2] | padded[2:]
        for i in np.flatnonzero(is_there & ~has_neighbor):
            axes.plot([self.points[i]] * 2, [low[i], high[i]], color=color, linewidth=1.6, alpha=0.4, zorder=z - 1.0)
        if line.model.name in self.expected and np.isfinite(means[-1]):
            self._draw_expected(line, float(means[-1]), weight)

    def _draw_expected(self, line: Line, last: float, weight: float) -> None:
        expected = self.expected[line.model.name]
        self.axes.plot(
            [self.points[-1], expected.size],
            [last, expected.value],
            color=line.color,
            linewidth=0.7 * weight,
            linestyle=(0, (2.0, 1.6)),
            alpha=0.9 if line.is_leader else 0.6,
            zorder=2.5,
        )
        if line.is_leader and np.isfinite([expected.low, expected.high]).all():
            # Beside each other, where two are expected at the same error.
            leaders = [other.model.name for other in self.lines if other.is_leader]
            aside = (leaders.index(line.model.name) - (len(leaders) - 1) / 2.0) * 3.0 / self.width
            place = self.span[0] * (self.span[1] / self.span[0]) ** (self._x(expected.size) + aside)
            self.axes.plot(
                [place, place], [expected.low, expected.high], color=line.color, linewidth=1.6, alpha=0.4, zorder=2.4
            )[0].set_solid_capstyle("butt")

    def _x(self, size: float) -> float:
        return float(self.across(np.asarray(size, np.float64)))

    def _y(self, error: float) -> float:
        return float(np.clip(self.up(np.asarray(error, np.float64)), 0.0, 1.0))

    # Names at the right

    def _draw_names(self) -> None:
        """Write each model's name, with its marker, as near to the end of its line as the other names let it."""
        named = [(line, *end) for line in self.lines if (end := self._end(line.model.name)) is not None]
        if not named:
            return
        distance = min(_LINE / self.height, 1.0 / max(len(named) - 1, 1))
        rows = separate([y for _, _, y in named], distance, 0.0, 1.0)
        elbow, column, text = (1.0 + points / self.width for points in (4.0, 16.0, 23.0))
        for (line, x, y), row in zip(named, rows, strict=True):
            start = x + 6.0 / self.width
            self.axes.plot(
                [min(start, elbow), elbow, column],
                [y, y, row],
                color=line.color,
                linewidth=0.5,
                alpha=0.55,
                transform=self.axes.transAxes,
                clip_on=False,
                zorder=2.0,
            )
            self.axes.plot(
                [column],
                [row],
                marker=line.marker,
                markersize=5.0,
                color=line.color,
                markeredgecolor="none",
                transform=self.axes.transAxes,
                clip_on=False,
            )
            self.axes.text(
                text,
                row,
                visible(line.model.name),
                color=line.color,
                fontsize=TEXT_SIZE,
                fontweight="bold" if line.is_leader else "normal",
                va="center_baseline",
                transform=self.axes.transAxes,
                parse_math=False,
                gid=f"name-{line.model.name}" if line.model.name.isidentifier() else None,
            )

    def _end(self, name: str) -> tuple[float, float] | None:
        """Return where in the axes a line ends; None where there is none."""
        means = mean_error(self.drawing, name)
        measured = np.flatnonzero(np.isfinite(means))
        if len(measured) == 0:
            return None
        if name in self.expected and measured[-1] == len(means) - 1:
            return self._x(self.expected[name].size), self._y(self.expected[name].value)
        return self._x(self.points[measured[-1]]), self._y(means[measured[-1]])

    # Crossings

    def _draw_crossovers(self) -> None:
        """Mark crossings by a line on their interval; what they say stands above, in as many rows as it needs."""
        labels = self._place_labels()
        for label in labels:
            low = self.span[0] if label.crossover.low is None else label.crossover.low
            high = self.points[-1] if label.crossover.high is None else label.crossover.high
            self.axes.axvspan(low, high, color=PALE, alpha=0.16, linewidth=0.0, zorder=0.5)
            # Up to its words, unless it would go through those of another.
            lower = [other for other in labels if other.row < label.row]
            is_free = all(not other.start <= label.place <= other.end for other in lower)
            row = label.row if is_free else 0
            self.axes.plot(
                [label.place, label.place],
                [0.0, 1.0 + (3.0 + 10.0 * row) / self.height],
                color=PALE,
                linewidth=0.9,
                transform=self.axes.transAxes,
                clip_on=False,
                zorder=1.5,
            )
            self.axes.text(
                0.5 * (label.start + label.end),
                1.0 + (4.5 + 10.0 * label.row) / self.height,
                label.text,
                color=INK,
                fontsize=SMALL,
                ha="center",
                va="bottom",
                transform=self.axes.transAxes,
                parse_math=False,
            )
        # Points above the axes that are taken.
        self.head = 8.0 + 10.0 * len({label.row for label in labels})

    def _place_labels(self) -> list[_Label]:
        several = len(self.drawing.leaders) > 2
        labels: list[_Label] = []
        ends: list[float] = []
        for crossover in sorted(self.drawing.crossovers, key=lambda crossover: crossover.size or 0.0):
            assert crossover.size is not None
            text = f"crossing at {crossing_label(crossover)}"
            if several:
                pair = f"{visible(crossover.first, 12)} × {visible(crossover.second, 12)}"
                text = f"{pair} at {crossing_label(crossover)}"
            place = self._x(crossover.size)
            half = 0.5 * 0.56 * SMALL * len(text) / self.width
            center = min(max(place, half), 1.0 - half)
            row = next((r for r, end in enumerate(ends) if center - half > end), len(ends))
            ends[row : row + 1] = [center + half + 6.0 / self.width]
            labels.append(_Label(crossover, text, place, center - half, center + half, row))
        return labels

    # Words

    def _set_words(self) -> None:
        drawing, axes = self.drawing, self.axes
        families = [family for family in (*FAMILIES, OTHER) if family in map(family_of, drawing.models)]
        is_keyed = len(families) > 1
        axes.set_title(
            drawing.title,
            loc="left",
            pad=self.head + (14.5 if is_keyed else 0.0),
            fontsize=TEXT_SIZE + 1.5,
            fontweight="bold",
            color=INK,
            parse_math=False,
        )
        if is_keyed:
            before: Any = axes.transAxes
            at, aside = (0.0, 1.0), (0.0, self.head)
            for family in families:
                before = axes.annotate(
                    family,
                    at,
                    aside,
                    xycoords=before,
                    textcoords="offset points",
                    color=FAMILY_COLORS.get(family, GREY),
                    fontsize=TEXT_SIZE,
                    fontweight="bold",
                    va="bottom",
                    annotation_clip=False,
                )
                at, aside = (1.0, 0.0), (9.0, 0.0)
        axes.set_xlabel(drawing.across.titles[0], fontsize=TEXT_SIZE, color=INK, labelpad=3.0, parse_math=False)
        note(axes, "\n".join(drawing.notes), below=34.0)


def _with_room(first: float, last: float, log: bool) -> tuple[float, float]:
    """Return a range with a little room at both ends."""
    if log:
        room = (last / first) ** 0.025 if last > first else 1.5
        return first / room, last * room
    aside = 0.025 * (last - first) or 0.05
    return first - aside, last + aside
