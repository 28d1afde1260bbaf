"""The result of comparing models over training sizes: frozen data, which pictures and reports are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import MissingExtraError
from textgd.evaluation.crossover import Crossover
from textgd.evaluation.curve_json import from_json, to_json, to_records
from textgd.evaluation.extrapolation import Extrapolation
from textgd.evaluation.scores import Design
from textgd.evaluation.uncertainty import Comparison

__all__ = ["CurveModel", "Failure", "LearningCurves"]


@dataclass(frozen=True)
class CurveModel:
    """A model of the comparison.

    Parameters
    ----------
    name : str
        What results call it.
    family : str or None
        None where it is not known, as of an estimator of the user's own.
    title : str
        For people.
    settings : dict
        Its parameters, as text or numbers; with what they were chosen among, where they were.
    """

    name: str
    family: str | None
    title: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Failure:
    """Why a model has a gap in its line.

    Parameters
    ----------
    model : str
    size : int
        Documents that it was to learn from.
    n_repeats : int
        How many repeats it failed in.
    reason : str
        Of the first.
    """

    model: str
    size: int
    n_repeats: int
    reason: str


@dataclass(frozen=True, eq=False)
class LearningCurves:
    """Learning curves of several models on the same documents, and what they say.

    Attributes
    ----------
    corpus : str
        Its name.
    metric : str
        A name of `textgd.evaluation.measures.MEASURES`.
    models : tuple of CurveModel
    train_sizes : int64 array of shape (n_sizes,)
        Numbers of documents.
    test_scores : mapping of name -> float64 array of shape (n_sizes, n_repeats)
        In the unit of the metric, on test documents; NaN where a model failed.
    errors : mapping of name -> float64 array of shape (n_sizes, 3)
        The mean error, less is better, and the bounds of its 95 % interval; NaN where there are none.
    fit_times, score_times : mapping of name -> float64 array of shape (n_sizes, n_repeats)
        Seconds of processor time: reading and counting the documents, and learning from or scoring them.
    comparisons : tuple of Comparison
        Each pair of models at each size.
    crossovers : tuple of Crossover
        One for each pair of models.
    extrapolations : tuple of Extrapolation
        One for each model.
    verdict : str
        What all that comes to, in sentences.
    failures : tuple of Failure
    design : Design
    settings : dict
        What else says how the result came about: seed, repeats asked for, how duplicates were kept together, versions.
    """

    corpus: str
    metric: str
    models: tuple[CurveModel, ...]
    train_sizes: NDArray[np.int64]
    test_scores: Mapping[str, NDArray[np.float64]]
    errors: Mapping[str, NDArray[np.float64]]
    fit_times: Mapping[str, NDArray[np.float64]]
    score_times: Mapping[str, NDArray[np.float64]]
    comparisons: tuple[Comparison, ...]
    crossovers: tuple[Crossover, ...]
    extrapolations: tuple[Extrapolation, ...]
    verdict: str
    failures: tuple[Failure, ...]
    design: Design
    settings: Mapping[str, Any]

    def __repr__(self) -> str:
        """Show what was compared, not the numbers."""
        models = ", ".join(model.name for model in self.models)
        sizes = f"{self.train_sizes[0]:,} to {self.train_sizes[-1]:,} documents"
        return f"LearningCurves({self.corpus!r}, {self.metric}, {models}; {sizes}, {self.n_repeats} repeats)"

    @property
    def n_repeats(self) -> int:
        """How often documents were drawn."""
        return int(self.test_scores[self.models[0].name].shape[1])

    def to_json(self, times: bool = False) -> str:
        """Return everything as one line of JSON.

        Parameters
        ----------
        times : bool
            Whether `fit_times` and `score_times` are in it.  Without them the same documents, seed and version of
            textgd give the same text.
        """
        return to_json(self, times)

    @staticmethod
    def from_json(text: str | bytes) -> LearningCurves:
        """Return the curves that `to_json` wrote; times that are not in it are NaN.

        Raises
        ------
        DataError
            For JSON that holds no learning curves, damaged ones, or those of another version.
        """
        return from_json(text)

    def to_records(self, times: bool = False) -> list[dict[str, Any]]:
        """Return one record a model, size and repeat, with the times if they are wanted."""
        return to_records(self, times)

    def to_frame(self) -> Any:
        """Return a pandas DataFrame, one row a model, size and repeat, with the times.

        Raises
        ------
        MissingExtraError
            Where pandas is not installed.
        """
        try:
            from pandas import DataFrame
        except ImportError:
            raise MissingExtraError("LearningCurves.to_frame", "frame") from None
        return DataFrame.from_records(self.to_records(times=True))

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
        from textgd.plots import plot_learning_curves

        return plot_learning_curves(self, ax)
