"""How robustness curves are spelled: one answer for pictures, pages, terminals and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from textgd.evaluation.axes import AXES, LABEL_NOISE, MISSING, TRUE_PRIOR, WORST, level_label
from textgd.evaluation.display import n_decimals, visible
from textgd.evaluation.measures import find_measure
from textgd.evaluation.sides import choose_sides, measured

if TYPE_CHECKING:
    from textgd.evaluation.robustness_result import RobustnessCurves
    from textgd.evaluation.sides import Side

__all__ = ["at_level", "axis_title", "decimals_of", "far_level", "how_made", "level_labels", "sides_of"]


def axis_title(curves: RobustnessCurves) -> str:
    """Return what the levels are."""
    if curves.axis == MISSING and curves.settings.get("deletion") == WORST:
        return "words lost from the test documents, the most telling first"
    return AXES[curves.axis].title.replace("{class}", _class(curves))


def at_level(curves: RobustnessCurves, level: float) -> str:
    """Return a level as part of a sentence."""
    phrase = AXES[curves.axis].phrase.replace("{class}", _class(curves)).replace("{level}", level_label(level))
    return phrase.replace("the words", "the most telling words") if curves.settings.get("deletion") == WORST else phrase


def _class(curves: RobustnessCurves) -> str:
    return visible(str(curves.settings.get("positive", "")))


def level_labels(curves: RobustnessCurves) -> list[str]:
    """Return the levels as text."""
    return [level_label(level) for level in curves.levels.tolist()]


def how_made(curves: RobustnessCurves) -> str:
    """Return what was done to the documents, as a sentence."""
    if curves.axis == MISSING:
        if curves.settings.get("deletion") == WORST:
            return (
                "of each test document the words that speak most for its class are lost, by what each model itself says"
            )
        return "any words of the test documents are lost, the same ones for all models"
    if curves.axis == LABEL_NOISE:
        return "training labels are replaced by another class at random, the same ones for all models"
    share = level_label(curves.reference)
    return f"of these as many as give {_class(curves)} its share, which is {share} where all are taken"


def far_level(curves: RobustnessCurves) -> float:
    """Return the level at which most is made worse and two lines have an error: that farthest from the reference."""
    n_there = sum(np.isfinite(rows[:, 0]).astype(int) for rows in curves.errors.values())
    there = np.flatnonzero(n_there >= min(2, int(np.max(n_there))))
    distances = np.abs(curves.levels[there] - curves.reference)
    return float(curves.levels[there[int(distances.argmax())]])


def sides_of(curves: RobustnessCurves) -> list[Side]:
    """Return the lines that the verdict compares, the best first: of each family that with the least error there.

    Who is told the true class shares shows what could be had, and is not one of them.
    """
    told = {model.name for model in curves.models if model.reading == TRUE_PRIOR}
    there = {name: rows for name, rows in measured(curves.errors).items() if name not in told}
    row = int(np.flatnonzero(curves.levels == far_level(curves))[0])
    at = {name: float(rows[row, 0]) for name, rows in there.items() if np.isfinite(rows[row, 0])}
    return choose_sides(curves.models, sorted(at, key=at.__getitem__))


def decimals_of(curves: RobustnessCurves) -> int:
    """Return how many decimals errors have in tables."""
    bounds = [(low, high) for rows in curves.errors.values() for _, low, high in rows.tolist()]
    return n_decimals(find_measure(curves.metric), bounds)
