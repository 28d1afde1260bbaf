"""The result of making models' lives harder: frozen data, which pictures and reports are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import MissingExtraError
from textgd.evaluation.curves import CurveModel
from textgd.evaluation.robustness_json import from_json, to_json, to_records
from textgd.evaluation.scores import Design

__all__ = ["LevelComparison", "LevelFailure", "LineModel", "Loss", "RobustnessCurves"]


@dataclass(frozen=True)
class LineModel(CurveModel):
    """A model, and how it is used.

    Parameters
    ----------
    name, family, title, settings
        As in `CurveModel`; the name is that of the line.
    model : str
        What the model itself is called.
    reading : str
        How it is used, where that makes the line: "zero", "estimate"; empty where there is one way alone.
    """

    model: str
    reading: str = ""


@dataclass(frozen=True)
class LevelFailure:
    """Why a line has a gap.

    Parameters
    ----------
    line : str
    level : float
    n_repeats : int
        How many repeats it failed in.
    reason : str
        Of the first.
    """

    line: str
    level: float
    n_repeats: int
    reason: str


@dataclass(frozen=True)
class LevelComparison:
    """Two lines at one level: their paired difference.

    Parameters
    ----------
    first, second : str
        Lines, in their order.
    level : float
    difference, low, high : float
        Error of the second minus error of the first, positive where the first is better, and the bounds of its 95 %
        interval.
    p_value : float
        Of no difference, two-sided.
    p_holm : float
        The same, adjusted for all levels of this pair (Holm 1979).
    """

    first: str
    second: str
    level: float
    difference: float
    low: float
    high: float
    p_value: float
    p_holm: float

    @property
    def point(self) -> float:
        """Where on the axis it is."""
        return self.level


@dataclass(frozen=True)
class Loss:
    """What a line loses at a level: its paired difference from the level at which nothing is made worse.

    Parameters
    ----------
    line : str
    level : float
    loss, low, high : float
        Error there minus error at the reference, and the bounds of its 95 % interval.
    p_value : float
        Of no loss, two-sided.
    p_holm : float
        The same, adjusted for all levels of this line (Holm 1979).
    """

    line: str
    level: float
    loss: float
    low: float
    high: float
    p_value: float
    p_holm: float


@dataclass(frozen=True, eq=False)
class RobustnessCurves:
    """Errors of several models where something is made worse, level by level, and what they say.

    Attributes
    ----------
    corpus : str
        Its name.
    axis : {"missing", "label-noise", "prior"}
        What is made worse.
    metric : str
        A name of `textgd.evaluation.measures.MEASURES`.
    models : tuple of LineModel
        The lines: each model in each way it is used.
    levels : float64 array of shape (n_levels,)
        Shares, ascending.
    reference : float
        The level at which nothing is made worse.
    test_scores : mapping of line -> float64 array of shape (n_levels, n_repeats)
        In the unit of the metric, on test documents; NaN where a model failed.
    errors : mapping of line -> float64 array of shape (n_levels, 3)
        The mean error, less is better, and the bounds of its 95 % interval; NaN where there are none.
    losses : tuple of Loss
        Of each line at each level but the reference.
    comparisons : tuple of LevelComparison
        Each pair of lines at each level.
    verdict : str
        What all that comes to, in sentences.
    failures : tuple of LevelFailure
    design : Design
    settings : dict
        What else says how the result came about: seed, repeats asked for, versions, the class whose share moves.
    """

    corpus: str
    axis: str
    metric: str
    models: tuple[LineModel, ...]
    levels: NDArray[np.float64]
    reference: float
    test_scores: Mapping[str, NDArray[np.float64]]
    errors: Mapping[str, NDArray[np.float64]]
    losses: tuple[Loss, ...]
    comparisons: tuple[LevelComparison, ...]
    verdict: str
    failures: tuple[LevelFailure, ...]
    design: Design
    settings: Mapping[str, Any]

    def __repr__(self) -> str:
        """Show what was compared, not the numbers."""
        lines = ", ".join(model.name for model in self.models)
        levels = f"{self.levels[0]:g} to {self.levels[-1]:g}"
        what = f"{self.corpus!r}, {self.axis}, {self.metric}, {lines}"
        return f"RobustnessCurves({what}; {levels}, {self.n_repeats} repeats)"

    @property
    def n_repeats(self) -> int:
        """How often documents were drawn."""
        return int(self.test_scores[self.models[0].name].shape[1])

    def to_json(self) -> str:
        """Return everything as one line of JSON; the same documents, seed and version of textgd give the same text."""
        return to_json(self)

    @staticmethod
    def from_json(text: str | bytes) -> RobustnessCurves:
        """Return the curves that `to_json` wrote.

        Raises
        ------
        DataError
            For JSON that holds no robustness curves, damaged ones, or those of another version.
        """
        return from_json(text)

    def to_records(self) -> list[dict[str, Any]]:
        """Return one record a line, level and repeat."""
        return to_records(self)

    def to_frame(self) -> Any:
        """Return a pandas DataFrame, one row a line, level and repeat.

        Raises
        ------
        MissingExtraError
            Where pandas is not installed.
        """
        try:
            from pandas import DataFrame
        except ImportError:
            raise MissingExtraError("RobustnessCurves.to_frame", "frame") from None
        return DataFrame.from_records(self.to_records())

    def plot(self, ax: Any = None) -> Any:
        """Draw the curves; return the axes.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            None makes a figure of its own.

        Raises
        ------
        MissingExtraError
            Where matplotlib is not installed.
        """
        from textgd.plots import plot_robustness_curves

        return plot_robustness_curves(self, ax)
