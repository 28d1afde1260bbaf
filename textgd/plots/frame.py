"""Axes as all pictures of an evaluation have them: no box, a quiet grid, a bold title at the left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from textgd.evaluation.display import visible
from textgd.plots.look import GREY, INK, PALE, SMALL, TEXT_SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["frame", "line", "name_lines", "note", "percent_axis"]

_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


def frame(axes: Axes, title: str, across: str, up: str) -> None:
    """Set title, labels and grid."""
    axes.set_title(visible(title, 60), loc="left", pad=8.0, fontsize=TEXT_SIZE + 1.5, fontweight="bold", color=INK)
    axes.title.set_parse_math(False)
    axes.set_xlabel(across, fontsize=TEXT_SIZE, color=INK, labelpad=3.0, parse_math=False)
    axes.set_ylabel(up, fontsize=TEXT_SIZE, color=INK, labelpad=4.0, parse_math=False)
    axes.tick_params(labelsize=TEXT_SIZE, labelcolor=INK, color=PALE, length=3.0, width=0.6)
    axes.grid(visible=True, color=PALE, alpha=0.25, linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        axes.spines[side].set(color=PALE, linewidth=0.6)
    axes.patch.set_alpha(0.0)


def percent_axis(axes: Axes, side: str, low: float = 0.0, high: float = 1.0) -> None:
    """Make an axis ("x" or "y") one of shares, in percent, with a little room at the ends."""
    room = 0.015 * (high - low)
    ticks = [low + quarter * (high - low) for quarter in _QUARTERS]
    labels = [f"{100 * tick:.4g} %" for tick in ticks]
    if side == "x":
        axes.set_xlim(low - room, high + room)
        axes.set_xticks(ticks, labels)
    else:
        axes.set_ylim(low - room, high + room)
        axes.set_yticks(ticks, labels)


def note(axes: Axes, words: str, below: float = 36.0) -> None:
    """Write what is to be known of a picture so many points below it."""
    axes.annotate(
        words,
        (0.0, 0.0),
        (0.0, -below),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=SMALL - 0.5,
        color=GREY,
        va="top",
        linespacing=1.35,
        annotation_clip=False,
        parse_math=False,
    )


def name_lines(axes: Axes, names: Sequence[tuple[str, str]]) -> None:
    """Write what each color stands for at the right of the axes, from the top down."""
    for number, (name, color) in enumerate(names):
        axes.annotate(
            visible(name, 36),
            (1.0, 1.0),
            (9.0, -2.0 - 12.5 * number),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=TEXT_SIZE,
            color=color,
            va="top",
            annotation_clip=False,
            parse_math=False,
        )


def line(axes: Axes, across: ArrayLike, up: ArrayLike, color: str, strong: bool = True, is_step: bool = False) -> None:
    """Draw a line as all pictures have it; as a step, each height reaches back to the point before."""
    axes.plot(
        np.asarray(across),
        np.asarray(up),
        color=color,
        linewidth=1.8 if strong else 0.8,
        alpha=1.0 if strong else 0.6,
        solid_joinstyle="round",
        drawstyle="steps-pre" if is_step else "default",
        zorder=3.0 if strong else 2.0,
    )
