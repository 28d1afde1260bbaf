"""What each threshold gives: precision, recall and false alarms over the probability asked for, on axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.display import visible
from textgd.plots.frame import frame, name_lines, note, percent_axis
from textgd.plots.look import BLUE, GREEN, INK, PALE, SMALL, VERMILION

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from textgd.metrics import Evaluation

__all__ = ["draw_thresholds"]

# The axis is that of the log-odds, so that thresholds near 0 and 1, which matter most, have room.
_TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
_ENDS = 0.0004, 0.9996


def draw_thresholds(evaluation: Evaluation, axes: Axes) -> None:
    """Draw precision, recall and false alarms over the threshold; the one in use is marked."""
    (ranking,) = evaluation.curves
    negative, positive = map(visible, evaluation.sides)
    low, high = (_place(end) for end in _ENDS)
    across = _places(ranking.thresholds)
    for values, color in (
        (ranking.precision, BLUE),
        (ranking.true_positive_rate, GREEN),
        (ranking.false_positive_rate, VERMILION),
    ):
        # From each document's probability down to the next one's nothing changes.
        axes.step(across, values, where="post", color=color, linewidth=1.8, zorder=3.0)
        if across[-1] > low:
            axes.plot([across[-1], low], [values[-1]] * 2, color=color, linewidth=1.8, zorder=3.0)
    used = 0.5 if evaluation.threshold is None else evaluation.threshold
    at = min(max(_place(used), low), high)
    axes.axvline(at, color=PALE, linewidth=0.9, zorder=1.5)
    frame(axes, "Thresholds", f"called {positive} from this probability on", "share of documents")
    percent_axis(axes, "y")
    axes.set_xlim(low, high)
    axes.set_xticks([_place(tick) for tick in _TICKS], [f"{tick:g}" for tick in _TICKS])
    axes.annotate(
        f"in use: {used:g}",
        (at, 1.0),
        (3.0, 1.0),
        xycoords=axes.get_xaxis_transform(),
        textcoords="offset points",
        fontsize=SMALL,
        color=INK,
        va="bottom",
    )
    name_lines(
        axes,
        [(f"precision of {positive}", BLUE), (f"{positive} found", GREEN), (f"{negative} lost", VERMILION)],
    )
    note(axes, "The axis is stretched near 0 and 1: it is that of the log-odds.")


def _places(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    shares = np.clip(probabilities, 1e-12, 1.0 - 1e-12)
    places: NDArray[np.float64] = np.log(shares / (1.0 - shares))
    return places


def _place(probability: float) -> float:
    return float(_places(np.array(probability)))
