"""Robustness curves as JSON and as a table, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from textgd.errors import DataError
from textgd.evaluation.axes import find_axis
from textgd.evaluation.json_records import DAMAGES, arrays, lists, read_data, record
from textgd.evaluation.measures import find_measure
from textgd.evaluation.scores import Design
from textgd.plain import plain

if TYPE_CHECKING:
    from textgd.evaluation.robustness_result import RobustnessCurves

__all__ = ["KIND", "from_json", "to_json", "to_records"]

#: What says that JSON holds robustness curves.
KIND = "textgd robustness curves"
_FORMAT = 1
_REMEDY = "Make it again: textgd curve CORPUS --axis AXIS --json FILE"


def to_json(curves: RobustnessCurves) -> str:
    """Return curves as one line of JSON."""
    data: dict[str, Any] = {
        "kind": KIND,
        "format": _FORMAT,
        "corpus": curves.corpus,
        "axis": curves.axis,
        "metric": curves.metric,
        "verdict": curves.verdict,
        "models": [asdict(model) for model in curves.models],
        "levels": curves.levels.tolist(),
        "reference": curves.reference,
        "test_scores": lists(curves.test_scores),
        "errors": lists(curves.errors),
        "losses": [asdict(loss) for loss in curves.losses],
        "comparisons": [asdict(comparison) for comparison in curves.comparisons],
        "failures": [asdict(failure) for failure in curves.failures],
        "design": asdict(curves.design),
        "settings": dict(curves.settings),
    }
    return json.dumps(plain(data), allow_nan=False)


def from_json(text: str | bytes, name: str = "The JSON") -> RobustnessCurves:
    """Return the curves that `to_json` wrote.

    Parameters
    ----------
    text : str or bytes
    name : str
        What messages call it.

    Raises
    ------
    DataError
        For JSON that holds no robustness curves, damaged ones, or those of another version.
    """
    from textgd.evaluation.robustness_result import LevelComparison, LevelFailure, LineModel, Loss, RobustnessCurves

    data = read_data(text, name, KIND, _FORMAT, _REMEDY)
    try:
        curves = RobustnessCurves(
            corpus=str(data["corpus"]),
            axis=find_axis(data["axis"]).name,
            metric=find_measure(data["metric"]).name,
            models=tuple(record(LineModel, model) for model in data["models"]),
            levels=np.array(data["levels"], np.float64),
            reference=float(data["reference"]),
            test_scores=arrays(data["test_scores"]),
            errors=arrays(data["errors"]),
            losses=tuple(record(Loss, loss) for loss in data["losses"]),
            comparisons=tuple(record(LevelComparison, comparison) for comparison in data["comparisons"]),
            verdict=str(data["verdict"]),
            failures=tuple(record(LevelFailure, failure) for failure in data["failures"]),
            design=record(Design, data["design"]),
            settings=dict(data["settings"]),
        )
        _check(curves)
    except DAMAGES as error:
        raise DataError(f"{name} is damaged: {type(error).__name__}: {error}. {_REMEDY}") from error
    return curves


def to_records(curves: RobustnessCurves) -> list[dict[str, Any]]:
    """Return one record a line, level and repeat; a score that is not there is None."""
    return [
        plain(
            {
                "corpus": curves.corpus,
                "axis": curves.axis,
                "metric": curves.metric,
                "line": line.name,
                "model": line.model,
                "reading": line.reading,
                "family": line.family,
                "level": level,
                "repeat": r,
                "test_score": score,
            }
        )
        for line in curves.models
        for level, scores in zip(curves.levels.tolist(), curves.test_scores[line.name].tolist(), strict=True)
        for r, score in enumerate(scores)
    ]


def _check(curves: RobustnessCurves) -> None:
    """Refuse parts that do not fit together, before something is drawn from them."""
    names, n_levels = [model.name for model in curves.models], len(curves.levels)
    if not names or not n_levels or not (np.diff(curves.levels) > 0).all() or curves.reference not in curves.levels:
        raise ValueError("its levels do not ascend, its reference is none of them, or it has no line")
    shape = curves.test_scores[names[0]].shape
    for name in names:
        if curves.test_scores[name].shape != shape or len(shape) != 2 or shape[0] != n_levels:
            raise ValueError(f"the numbers of {name} do not fit its levels and repeats")
        if curves.errors[name].shape != (n_levels, 3):
            raise ValueError(f"the errors of {name} do not fit its levels")
    of_lines = {loss.line for loss in curves.losses} | {failure.line for failure in curves.failures}
    compared = {name for comparison in curves.comparisons for name in (comparison.first, comparison.second)}
    at = {loss.level for loss in curves.losses} | {comparison.level for comparison in curves.comparisons}
    if not of_lines | compared <= set(names) or not at <= set(curves.levels.tolist()):
        raise ValueError("it speaks of lines or levels that it does not have")
