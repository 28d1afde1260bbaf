"""Figures of learning curves, and the files that hold them."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textgd.errors import InvalidParameterError, MissingExtraError
from textgd.files import check_destination, write_whole
from textgd.plots.picture import TEXT_SIZE, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from textgd.evaluation.curves import LearningCurves

__all__ = ["PICTURE_FORMATS", "check_picture", "curves_svg", "plot_learning_curves", "save_plot"]

#: What a picture can be written as: the end of the file's name.
PICTURE_FORMATS = ("png", "svg", "pdf")

_DPI = 200
_PLOT = 4.7, 3.2  # inches of the axes alone

_STYLE: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT_SIZE,
    "text.usetex": False,
    "path.simplify": False,
    "svg.hashsalt": "textgd",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
}
# Nothing that changes from one day, or one version, to the next.
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": None, "Producer": None},
}


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
    _need_matplotlib()
    if ax is not None:
        Picture(curves, ax).draw()
        return ax
    with _style():
        return _figure(curves)[1]


def save_plot(curves: LearningCurves, path: str | os.PathLike[str]) -> None:
    """Write the picture of learning curves to a file: ``.png``, ``.svg`` or ``.pdf``.

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
    path, kind = check_picture(path)
    write_whole(path, _rendered(curves, kind))


def curves_svg(curves: LearningCurves) -> str:
    """Return the picture as an ``svg`` element, to stand in a page.

    Its colors are ``INK`` and ``COLORS``, and its background is left out.
    """
    _need_matplotlib()
    text = _rendered(curves, "svg").decode("utf-8")
    return re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", text[text.index("<svg") :], flags=re.DOTALL)


def check_picture(path: str | os.PathLike[str]) -> tuple[Path, str]:
    """Return where a picture will stand, and its format; refuse what would fail in the end.

    Raises
    ------
    InvalidParameterError
        For an end of the name that is none of `PICTURE_FORMATS`.
    MissingExtraError
        Where matplotlib is not installed.
    TextgdError
        Where the file cannot be written.

    Examples
    --------
    >>> check_picture("curve.gif")
    Traceback (most recent call last):
    ...
    textgd.errors.InvalidParameterError: A picture cannot be written as 'curve.gif'.
    Let its name end with .png, .svg or .pdf.
    """
    kind = Path(path).suffix.lower().removeprefix(".")
    if kind not in PICTURE_FORMATS:
        first, *others = (f".{name}" for name in PICTURE_FORMATS)
        allowed = f"{', '.join([first, *others[:-1]])} or {others[-1]}"
        raise InvalidParameterError(
            f"A picture cannot be written as {os.fspath(path)!r}. Let its name end with {allowed}."
        )
    _need_matplotlib()
    return check_destination(path, "picture"), kind


def _need_matplotlib() -> None:
    if importlib.util.find_spec("matplotlib") is None:
        raise MissingExtraError("The picture of learning curves", "plot")


# Figures


@contextlib.contextmanager
def _style() -> Iterator[None]:
    """Draw as this module says, whatever the user's own style is; a character that the font has not is a box."""
    import matplotlib.style

    with matplotlib.style.context(["default", _STYLE]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        yield


def _rendered(curves: LearningCurves, kind: str) -> bytes:
    with _style():
        file = io.BytesIO()
        _figure(curves)[0].savefig(file, format=kind, dpi=_DPI, metadata=_METADATA[kind], transparent=kind == "svg")
    return file.getvalue()


def _figure(curves: LearningCurves) -> tuple[Figure, Axes]:
    """Return a figure that is as wide and as high as what stands around its axes needs."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    width, height = _PLOT
    figure = Figure(figsize=(width, height), dpi=100)
    FigureCanvasAgg(figure)
    # Of the right size from the start, because labels are placed by the size of the axes; then only moved.
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    Picture(curves, axes).draw()
    _fit(figure, axes)
    return figure, axes


def _fit(figure: Figure, axes: Axes) -> None:
    """Widen the figure to all that is drawn, and keep the size of the axes."""
    width, height = _PLOT
    pad = 0.08
    box = axes.get_tightbbox()
    assert box is not None
    left, bottom = (pad - side / figure.dpi for side in (box.x0, box.y0))
    right, top = (side / figure.dpi - inches + pad for side, inches in ((box.x1, width), (box.y1, height)))
    whole = left + width + right, bottom + height + top
    figure.set_size_inches(*whole)
    axes.set_position((left / whole[0], bottom / whole[1], width / whole[0], height / whole[1]))
