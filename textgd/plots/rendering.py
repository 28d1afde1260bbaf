"""What all pictures share: the style, a figure that fits what is drawn, and the files that hold it."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textgd.errors import InvalidParameterError, MissingExtraError
from textgd.files import check_destination, write_whole
from textgd.plots.look import TEXT_SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["PICTURE_FORMATS", "Draw", "check_picture", "draw_on", "picture_svg", "write_picture"]

#: What a picture can be written as: the end of the file's name.
PICTURE_FORMATS = ("png", "svg", "pdf")

#: What draws a finished result on axes.
Draw = Callable[["Axes"], None]

#: Width and height of the axes alone, in inches.
Size = tuple[float, float]

_DPI = 200

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


def draw_on(draw: Draw, ax: Axes | None, size: Size, what: str) -> Axes:
    """Draw on axes, or on a new figure of its own, which pyplot does not know.

    Parameters
    ----------
    draw : callable
    ax : matplotlib Axes or None
    size : width and height of new axes, in inches
    what : str
        What is drawn, for a message.

    Raises
    ------
    MissingExtraError
        Where matplotlib is not installed.
    """
    _need_matplotlib(what)
    if ax is not None:
        draw(ax)
        return ax
    with _style():
        return _figure(draw, size)[1]


def write_picture(draw: Draw, path: str | os.PathLike[str], size: Size, what: str) -> None:
    """Write a picture to a file, which takes its place once it is whole; the same result gives the same bytes.

    Raises
    ------
    InvalidParameterError
        For an end of the name that is none of `PICTURE_FORMATS`.
    MissingExtraError
        Where matplotlib is not installed.
    TextgdError
        Where the file cannot be written.
    """
    place, kind = check_picture(path, what)
    write_whole(place, _rendered(draw, kind, size))


def picture_svg(draw: Draw, size: Size, what: str) -> str:
    """Return a picture as an ``svg`` element, to stand in a page; its background is left out.

    Raises
    ------
    MissingExtraError
        Where matplotlib is not installed.
    """
    _need_matplotlib(what)
    text = _rendered(draw, "svg", size).decode("utf-8")
    return re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", text[text.index("<svg") :], flags=re.DOTALL)


def check_picture(path: str | os.PathLike[str], what: str = "A picture") -> tuple[Path, str]:
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
    _need_matplotlib(what)
    return check_destination(path, "picture"), kind


def _need_matplotlib(what: str) -> None:
    if importlib.util.find_spec("matplotlib") is None:
        raise MissingExtraError(what, "plot")


@contextlib.contextmanager
def _style() -> Iterator[None]:
    """Draw as this module says, whatever the user's own style is; a character that the font has not is a box."""
    import matplotlib.style

    with matplotlib.style.context(["default", _STYLE]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        yield


def _rendered(draw: Draw, kind: str, size: Size) -> bytes:
    with _style():
        file = io.BytesIO()
        figure = _figure(draw, size)[0]
        figure.savefig(file, format=kind, dpi=_DPI, metadata=_METADATA[kind], transparent=kind == "svg")
    return file.getvalue()


def _figure(draw: Draw, size: Size) -> tuple[Figure, Axes]:
    """Return a figure that is as wide and as high as what stands around its axes needs."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, dpi=100)
    FigureCanvasAgg(figure)
    # Of the right size from the start, because labels are placed by the size of the axes; then only moved.
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    draw(axes)
    _fit(figure, axes, size)
    return figure, axes


def _fit(figure: Figure, axes: Axes, size: Size) -> None:
    """Widen the figure to all that is drawn, and keep the size of the axes."""
    width, height = size
    pad = 0.08
    box = axes.get_tightbbox()
    assert box is not None
    left, bottom = (pad - side / figure.dpi for side in (box.x0, box.y0))
    right, top = (side / figure.dpi - inches + pad for side, inches in ((box.x1, width), (box.y1, height)))
    whole = left + width + right, bottom + height + top
    figure.set_size_inches(*whole)
    axes.set_position((left / whole[0], bottom / whole[1], width / whole[0], height / whole[1]))
