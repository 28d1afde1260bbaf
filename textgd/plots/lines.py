"""How models are told apart: by the color of their family, and by their marker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textgd.evaluation.robustness_result import LineModel
from textgd.models import FAMILIES
from textgd.plots.look import BLUE, DISTINCT, GREEN, GREY, VERMILION

if TYPE_CHECKING:
    from textgd.evaluation.curves import CurveModel
    from textgd.evaluation.drawing import Drawing

__all__ = ["FAMILY_COLORS", "OTHER", "Line", "family_of", "find_lines"]

FAMILY_COLORS = dict(zip(FAMILIES, (BLUE, VERMILION, GREEN), strict=True))
OTHER = "other"
_DASHES: tuple[tuple[float, tuple[float, ...]] | str, ...] = ("-", (0.0, (4.0, 1.5)), (0.0, (1.0, 1.2)))
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
    way : int
        Which of several ways of using one model it is: 0 the first.
    """

    model: CurveModel
    color: str
    number: int
    is_leader: bool
    way: int = 0

    @property
    def marker(self) -> str:
        """What matplotlib calls its marker."""
        return _MARKERS[self.number % len(_MARKERS)]

    @property
    def dashes(self) -> tuple[float, tuple[float, ...]] | str:
        """What matplotlib calls its dashes; the first way of using a model has none."""
        return _DASHES[self.way % len(_DASHES)]


def find_lines(drawing: Drawing) -> list[Line]:
    """Return how each line is drawn: ways of using one model have its color, and dashes of their own."""
    groups = {family_of(model) for model in drawing.models}
    used = [model.model if isinstance(model, LineModel) else model.name for model in drawing.models]
    distinct = list(dict.fromkeys(used))
    lines = []
    for k, (model, name) in enumerate(zip(drawing.models, used, strict=True)):
        own = DISTINCT[distinct.index(name) % len(DISTINCT)]
        color = FAMILY_COLORS.get(family_of(model), GREY) if len(groups) > 1 else own
        lines.append(Line(model, color, k, model.name in drawing.leaders, used[:k].count(name)))
    return lines


def family_of(model: CurveModel) -> str:
    """Return a model's family, or `OTHER` where it has no color."""
    return model.family if model.family in FAMILY_COLORS else OTHER
