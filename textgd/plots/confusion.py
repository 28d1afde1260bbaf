"""What is called what: the confusion matrix, on axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.display import visible
from textgd.plots.frame import frame, note
from textgd.plots.look import BLUE, INK, TEXT_SIZE, VERMILION

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from textgd.metrics import Evaluation

__all__ = ["draw_confusion"]

# With more labels, numbers in cells are too small to be read.
_MOST_NUMBERS = 24
_LONGEST = 18


def draw_confusion(evaluation: Evaluation, axes: Axes) -> None:
    """Draw documents by true and called label; the darker a cell, the larger its share of the true label's."""
    counts = evaluation.confusion
    n = len(counts)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [visible(str(label), _LONGEST) for label in evaluation.labels]
    _draw_cells(axes, shares)
    size = TEXT_SIZE if n <= 6 else max(TEXT_SIZE * 8.0 / n, 3.5)
    if n <= _MOST_NUMBERS:
        for (i, j), count in np.ndenumerate(counts):
            if count or n <= 6:
                dark = shares[i, j] > 0.4
                text = f"{count:,}" if n > 4 else f"{count:,}\n{100 * shares[i, j]:.1f} %"
                axes.text(j, i, text, ha="center", va="center", fontsize=size, color="white" if dark else INK)
    frame(axes, "Confusion matrix", "called", "true label")
    axes.grid(visible=False)
    axes.set_xlim(-0.5, n - 0.5)
    axes.set_ylim(n - 0.5, -0.5)
    axes.set_xticks(range(n), names, rotation=0 if n <= 3 else 60, ha="center" if n <= 3 else "right", fontsize=size)
    axes.set_yticks(range(n), names, fontsize=size)
    axes.tick_params(length=0.0)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_parse_math(False)
        label.set_rotation_mode("anchor")
    for spine in axes.spines.values():
        spine.set_visible(False)
    if n <= 3:
        note(axes, "Percentages are of the row: of all documents with that true label.")


def _draw_cells(axes: Axes, shares: NDArray[np.float64]) -> None:
    from matplotlib.collections import PolyCollection
    from matplotlib.colors import to_rgba

    cells, colors = [], []
    for (i, j), share in np.ndenumerate(shares):
        left, top = j - 0.48, i - 0.48
        cells.append([(left, top), (left + 0.96, top), (left + 0.96, top + 0.96), (left, top + 0.96)])
        # The eye takes the root for the share.
        colors.append(to_rgba(BLUE if i == j else VERMILION, 0.85 * float(share) ** 0.5))
    axes.add_collection(PolyCollection(cells, facecolors=colors, linewidths=0.0))
