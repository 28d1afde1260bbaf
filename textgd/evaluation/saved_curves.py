"""Curves that were saved as JSON, of whichever kind they are."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from textgd.evaluation import curve_json, robustness_json

if TYPE_CHECKING:
    from textgd.evaluation.curves import LearningCurves
    from textgd.evaluation.robustness_result import RobustnessCurves

__all__ = ["curves_from_json"]


def curves_from_json(text: str | bytes, name: str = "The JSON") -> LearningCurves | RobustnessCurves:
    """Return the curves that `to_json` wrote.

    Parameters
    ----------
    text : str or bytes
    name : str
        What messages call it.

    Raises
    ------
    DataError
        For JSON that holds no curves, damaged ones, or those of another version.
    """
    kind = None
    # Whatever is wrong with it is told by who reads it.
    with contextlib.suppress(ValueError, RecursionError, AttributeError):
        kind = json.loads(text).get("kind")
    if kind == robustness_json.KIND:
        return robustness_json.from_json(text, name)
    return curve_json.from_json(text, name)
