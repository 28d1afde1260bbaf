"""Whether probabilities are what they say: the calibration curve, on axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from textgd.evaluation.display import visible
from textgd.metrics.titles import METRICS
from textgd.plots.frame import frame, line, note, percent_axis
from textgd.plots.look import BLUE, GREY, PALE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from textgd.metrics import Evaluation

__all__ = ["draw_calibration"]

# The bars at the bottom reach so high.
_BARS = 0.14


def draw_calibration(evaluation: Evaluation, axes: Axes) -> None:
    """Draw how often documents of about one probability are of the class, with bars for how many there are."""
    calibration = evaluation.calibration
    assert calibration is not None
    line(axes, [0.0, 1.0], [0.0, 1.0], PALE, strong=False)
    heights = _BARS * calibration.n_documents / calibration.n_documents.max()
    axes.bar(calibration.probability, heights, width=0.03, color=GREY, alpha=0.35, linewidth=0.0, zorder=1.0)
    values = np.array([share.value for share in calibration.share])
    ends = np.array([[share.low, share.high] for share in calibration.share])
    for probability, (low, high) in zip(calibration.probability.tolist(), ends.tolist(), strict=True):
        axes.plot([probability] * 2, [low, high], color=BLUE, linewidth=1.6, alpha=0.4, zorder=2.5)
    # A thin line leads the eye; what is known are the points.
    line(axes, calibration.probability, values, BLUE, strong=False)
    axes.plot(
        calibration.probability,
        values,
        color=BLUE,
        linestyle="none",
        marker="o",
        markersize=5.0,
        markeredgecolor="white",
        markeredgewidth=0.6,
        zorder=3.5,
    )
    of_class = "the label called" if calibration.label is None else visible(str(calibration.label))
    right = "are called rightly" if calibration.label is None else f"are {visible(str(calibration.label))}"
    frame(axes, "Calibration", f"probability of {of_class}", f"documents that {right}")
    percent_axis(axes, "x")
    percent_axis(axes, "y")
    value, low, high = METRICS["ece"].numbers(evaluation["ece"])
    note(
        axes,
        "On the diagonal, probabilities are what they say. Through the points:\n"
        "95 % intervals; grey: how many documents there are. Expected calibration\n"
        f"error {value}; with documents without end it lies in [{low}, {high}].",
    )
