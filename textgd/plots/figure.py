"""The picture of curves, on axes, in a file, or in a page."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textgd.evaluation.drawing import drawing_of
from textgd.plots.picture import Picture
from textgd.plots.rendering import Draw, draw_on, picture_svg, write_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from textgd.evaluation.curves import LearningCurves
    from textgd.evaluation.robustness_result import RobustnessCurves

__all__ = ["curves_svg", "plot_learning_curves", "plot_robustness_curves", "save_plot"]

_SIZE = 4.7, 3.2
_WHAT = "The picture of curves"


def plot_learning_curves(curves: LearningCurves, ax: Axes | None = None) -> Axes:
    """Draw errors over the number of training documents.

    Lines are mean errors, bands their 95 % intervals; a line is dashed from the largest size to twice of it, where
    what is expected there stands with its interval.  Colors tell families apart, or models where there is one family;
    the best of each is drawn more strongly.  A vertical line stands where two of those cross, on the interval of the
    crossing.

    Parameters
    ----------
    curves : LearningCurves
    ax : matplotlib Axes or None
        Where to draw; labels stand to the right of it and above it.  None: a new figure, which pyplot does not know.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    MissingExtraError
        Where matplotlib is not installed.
    """
    return draw_on(_draw(curves), ax, _SIZE, _WHAT)


def plot_robustness_curves(curves: RobustnessCurves, ax: Axes | None = None) -> Axes:
    """Draw errors over the levels of what is made worse.

    Lines are mean errors, bands their 95 % intervals.  Colors tell families apart, or models where there is one
    family; the ways of using one model differ by dashes.  The lines that the verdict compares are drawn more strongly.

    Parameters
    ----------
    curves : RobustnessCurves
    ax : matplotlib Axes or None
        As in `plot_learning_curves`.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    MissingExtraError
        Where matplotlib is not installed.
    """
    return draw_on(_draw(curves), ax, _SIZE, _WHAT)


def save_plot(curves: LearningCurves | RobustnessCurves, path: str | os.PathLike[str]) -> None:
    """Write the picture of curves to a file: ``.png``, ``.svg`` or ``.pdf``.

    The same curves give the same bytes.  The file takes its place once it is whole.

    Raises
    ------
    InvalidParameterError
        For another end of the name.
    MissingExtraError
        Where matplotlib is not installed.
    TextgdError
        Where the file cannot be written.
    """
    write_picture(_draw(curves), path, _SIZE, _WHAT)


def curves_svg(curves: LearningCurves | RobustnessCurves) -> str:
    """Return the picture as an ``svg`` element, to stand in a page.

    Its colors are ``INK`` and ``COLORS``, and its background is left out.
    """
    return picture_svg(_draw(curves), _SIZE, _WHAT)


def _draw(curves: LearningCurves | RobustnessCurves) -> Draw:
    drawing = drawing_of(curves)
    return lambda axes: Picture(drawing, axes).draw()
