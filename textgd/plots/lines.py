"""How models are told apart: by the color of their family, and by their marker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textgd.evaluation.highlights import find_leaders
from textgd.models import FAMILIES
from textgd.plots.look import BLUE, DISTINCT, GREEN, GREY, VERMILION

if TYPE_CHECKING:
    from textgd.evaluation.curves import CurveModel, LearningCurves

__all__ = ["FAMILY_COLORS", "OTHER", "Line", "family_of", "find_lines"]

FAMILY_COLORS = dict(zip(FAMILIES, (BLUE, VERMILION, GREEN), strict=True))
OTHER = "other"
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "h")


@dataclass(frozen=True)
class Line:
    """How a model is drawn.

    Parameters
    ----------
    model : CurveModel
    color : str
        One of `COLORS`: of its family, or its own where all are of one family.
    number : int
        Which tells its marker.
    is_leader : bool
        Whether it is drawn strongly.
    """

    model: CurveModel
    color: str
    number: int
    is_leader: bool

    @property
    def marker(self) -> str:
        """What matplotlib calls its marker."""
        return _MARKERS[self.number % len(_MARKERS)]


def find_lines(curves: LearningCurves) -> list[Line]:
    """Return how each model is drawn."""
    leaders = find_leaders(curves)
    groups = {family_of(model) for model in curves.models}
    lines = []
    for k, model in enumerate(curves.models):
        color = FAMILY_COLORS.get(family_of(model), GREY) if len(groups) > 1 else DISTINCT[k % len(DISTINCT)]
        lines.append(Line(model, color, k, model.name in leaders))
    return lines


def family_of(model: CurveModel) -> str:
    """Return a model's family, or `OTHER` where it has no color."""
    return model.family if model.family in FAMILY_COLORS else OTHER
