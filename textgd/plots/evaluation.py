"""The pictures of an evaluation: on axes, in the files of a folder, or in a page."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textgd.errors import InvalidParameterError, MissingExtraError, TextgdError
from textgd.plots.calibration import draw_calibration
from textgd.plots.confusion import draw_confusion
from textgd.plots.ranking import draw_precision_recall, draw_roc
from textgd.plots.rendering import draw_on, picture_svg, write_picture
from textgd.plots.thresholds import draw_thresholds

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from textgd.metrics import Evaluation

__all__ = [
    "check_plot_folder",
    "evaluation_svgs",
    "plot_calibration",
    "plot_confusion",
    "plot_precision_recall",
    "plot_roc",
    "plot_thresholds",
    "save_evaluation_plots",
]

_WHAT = "The picture of an evaluation"


@dataclass(frozen=True)
class _Display:
    """A picture of an evaluation.

    Parameters
    ----------
    name : str
        Of its file.
    draw : callable
    size : width and height of the axes, in inches
    lacks : callable
        From an evaluation to what it lacks for this picture; None where nothing.
    words : str
        What it shows, for those who do not see it.
    """

    name: str
    draw: Callable[[Evaluation, Axes], None]
    size: tuple[float, float]
    lacks: Callable[[Evaluation], str | None]
    words: str

    def on(self, evaluation: Evaluation, ax: Axes | None) -> Axes:
        lacks = self.lacks(evaluation)
        if lacks is not None:
            raise InvalidParameterError(f"There is no such picture of this evaluation: {lacks}.")
        return draw_on(lambda axes: self.draw(evaluation, axes), ax, self.size, _WHAT)


def _lacks_curves(evaluation: Evaluation) -> str | None:
    if evaluation.curves:
        return None
    return "it has no curves, for which scores and documents of two classes are needed"


def _lacks_probabilities(evaluation: Evaluation) -> str | None:
    return None if evaluation.calibration is not None else "the model has no probabilities"


def _lacks_thresholds(evaluation: Evaluation) -> str | None:
    if not evaluation.thresholds:
        return "thresholds are for two classes, and for a model with probabilities"
    return _lacks_curves(evaluation)


def _lacks_nothing(evaluation: Evaluation) -> str | None:
    return None


_SQUARE, _WIDE = (3.3, 3.3), (4.4, 3.0)
_CONFUSION = _Display("confusion", draw_confusion, _SQUARE, _lacks_nothing, "Documents by true and called label.")
_ROC = _Display("roc", draw_roc, _SQUARE, _lacks_curves, "True positive rate over false positive rate.")
_PRECISION_RECALL = _Display(
    "precision-recall", draw_precision_recall, _SQUARE, _lacks_curves, "Precision over recall."
)
_CALIBRATION = _Display(
    "calibration", draw_calibration, _SQUARE, _lacks_probabilities, "Share that is right over the probability given."
)
_THRESHOLDS = _Display(
    "thresholds", draw_thresholds, _WIDE, _lacks_thresholds, "Precision, recall and false alarms over the threshold."
)
_DISPLAYS = (_CONFUSION, _ROC, _PRECISION_RECALL, _CALIBRATION, _THRESHOLDS)


def plot_confusion(evaluation: Evaluation, ax: Axes | None = None) -> Axes:
    """Draw documents by true label and called label.

    Parameters
    ----------
    evaluation : Evaluation
    ax : matplotlib Axes or None
        Where to draw; names and notes stand around it.  None: a new figure, which pyplot does not know.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    MissingExtraError
        Where matplotlib is not installed.
    """
    return _CONFUSION.on(evaluation, ax)


def plot_roc(evaluation: Evaluation, ax: Axes | None = None) -> Axes:
    """Draw the ROC curve of the positive class of two, or that of each class against the rest.

    Of many classes, those with the least areas have a color and a name.  As `plot_confusion`.

    Raises
    ------
    InvalidParameterError
        Where the evaluation has no curves.
    MissingExtraError
    """
    return _ROC.on(evaluation, ax)


def plot_precision_recall(evaluation: Evaluation, ax: Axes | None = None) -> Axes:
    """Draw precision over recall, of the positive class of two or of each class; as `plot_roc`.

    Raises
    ------
    InvalidParameterError, MissingExtraError
    """
    return _PRECISION_RECALL.on(evaluation, ax)


def plot_calibration(evaluation: Evaluation, ax: Axes | None = None) -> Axes:
    """Draw how often documents of about one probability are right, with intervals; as `plot_confusion`.

    Raises
    ------
    InvalidParameterError
        Where the model has no probabilities.
    MissingExtraError
    """
    return _CALIBRATION.on(evaluation, ax)


def plot_thresholds(evaluation: Evaluation, ax: Axes | None = None) -> Axes:
    """Draw precision, recall and false alarms over the threshold, of two classes; as `plot_confusion`.

    Raises
    ------
    InvalidParameterError
        Where there are no thresholds.
    MissingExtraError
    """
    return _THRESHOLDS.on(evaluation, ax)


def evaluation_svgs(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    """Give each picture that the evaluation has as an ``svg`` element, and what it shows in words."""
    for display in _DISPLAYS:
        if display.lacks(evaluation) is None:
            yield picture_svg(_drawing(display, evaluation), display.size, _WHAT), display.words


def save_evaluation_plots(evaluation: Evaluation, folder: str | os.PathLike[str]) -> list[Path]:
    """Write each picture that the evaluation has into a folder, which is made; files of their names are replaced.

    Returns
    -------
    list of Path

    Raises
    ------
    MissingExtraError
        Where matplotlib is not installed.
    TextgdError
        Where the folder or a file cannot be written.
    """
    folder = check_plot_folder(folder)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise TextgdError(f"The folder {folder} cannot be made: {error.strerror or error}.") from error
    paths = []
    for display in _DISPLAYS:
        if display.lacks(evaluation) is None:
            paths.append(folder / f"{display.name}.png")
            write_picture(_drawing(display, evaluation), paths[-1], display.size, _WHAT)
    return paths


def check_plot_folder(folder: str | os.PathLike[str]) -> Path:
    """Return a folder for pictures; refuse what would fail in the end.

    Raises
    ------
    MissingExtraError
        Where matplotlib is not installed.
    TextgdError
        Where it is a file, or there is no folder that it could be made in.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise MissingExtraError(_WHAT, "plot")
    place = Path(folder)
    if place.exists() and not place.is_dir():
        raise TextgdError(f"{place} is a file; name a folder for the pictures.")
    if not place.absolute().parent.is_dir():
        raise TextgdError(f"There is no folder {place.absolute().parent} for the folder of pictures; make it first.")
    if not os.access(place if place.exists() else place.absolute().parent, os.W_OK):
        raise TextgdError(f"There is no permission to write to {place}; change it, or name another folder.")
    return place


def _drawing(display: _Display, evaluation: Evaluation) -> Callable[[Axes], None]:
    return lambda axes: display.draw(evaluation, axes)
