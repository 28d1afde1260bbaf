"""Learning curves as JSON and as a table, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from textgd.errors import DataError
from textgd.evaluation.crossover import Crossover
from textgd.evaluation.extrapolation import Extrapolation
from textgd.evaluation.measures import find_measure
from textgd.evaluation.scores import Design
from textgd.evaluation.uncertainty import Comparison
from textgd.plain import plain

if TYPE_CHECKING:
    from textgd.evaluation.curves import LearningCurves

__all__ = ["from_json", "to_json", "to_records"]

Record = TypeVar("Record")

_KIND, _FORMAT = "textgd learning curves", 1
_REMEDY = "Make it again: textgd curve CORPUS --json FILE"


def to_json(curves: LearningCurves, times: bool = False) -> str:
    """Return curves as one line of JSON; `times` as in `LearningCurves.to_json`."""
    data: dict[str, Any] = {
        "kind": _KIND,
        "format": _FORMAT,
        "corpus": curves.corpus,
        "metric": curves.metric,
        "verdict": curves.verdict,
        "models": [asdict(model) for model in curves.models],
        "train_sizes": curves.train_sizes.tolist(),
        "test_scores": _lists(curves.test_scores),
        "errors": _lists(curves.errors),
        "comparisons": [asdict(comparison) for comparison in curves.comparisons],
        "crossovers": [asdict(crossover) for crossover in curves.crossovers],
        "extrapolations": [asdict(extrapolation) for extrapolation in curves.extrapolations],
        "failures": [asdict(failure) for failure in curves.failures],
        "design": asdict(curves.design),
        "settings": dict(curves.settings),
    }
    if times:
        data |= {"fit_times": _lists(curves.fit_times), "score_times": _lists(curves.score_times)}
    return json.dumps(plain(data), allow_nan=False)


def from_json(text: str | bytes, name: str = "The JSON") -> LearningCurves:
    """Return the curves that `to_json` wrote.

    Parameters
    ----------
    text : str or bytes
    name : str
        What messages call it.

    Raises
    ------
    DataError
        For JSON that holds no learning curves, damaged ones, or those of another version.
    """
    from textgd.evaluation.curves import CurveModel, Failure, LearningCurves

    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{name} is no JSON: {error}. {_REMEDY}") from None
    if not isinstance(data, dict) or data.get("kind") != _KIND:
        raise DataError(f"{name} holds no learning curves of textgd. {_REMEDY}")
    if data.get("format") != _FORMAT:
        raise DataError(
            f"{name} is in format {data.get('format')!r} of learning curves; this version of textgd reads format "
            f"{_FORMAT}. {_REMEDY}, or use the version of textgd that wrote it."
        )
    try:
        scores, errors = _arrays(data["test_scores"]), _arrays(data["errors"])
        shape = next(iter(scores.values())).shape
        clocks = {key: _arrays(data[key]) for key in ("fit_times", "score_times") if key in data}
        nothing = {model: np.full(shape, np.nan) for model in scores}
        curves = LearningCurves(
            corpus=str(data["corpus"]),
            metric=find_measure(data["metric"]).name,
            models=tuple(_record(CurveModel, model) for model in data["models"]),
            train_sizes=np.array(data["train_sizes"], np.int64),
            test_scores=scores,
            errors=errors,
            fit_times=clocks.get("fit_times", nothing),
            score_times=clocks.get("score_times", nothing),
            comparisons=tuple(_record(Comparison, comparison) for comparison in data["comparisons"]),
            crossovers=tuple(_record(Crossover, crossover) for crossover in data["crossovers"]),
            extrapolations=tuple(_record(Extrapolation, extrapolation) for extrapolation in data["extrapolations"]),
            verdict=str(data["verdict"]),
            failures=tuple(_record(Failure, failure) for failure in data["failures"]),
            design=_record(Design, data["design"]),
            settings=dict(data["settings"]),
        )
        _check(curves)
    except (LookupError, TypeError, ValueError, AttributeError, StopIteration, OverflowError) as error:
        raise DataError(f"{name} is damaged: {type(error).__name__}: {error}. {_REMEDY}") from error
    return curves


def to_records(curves: LearningCurves, times: bool = False) -> list[dict[str, Any]]:
    """Return one record a model, size and repeat; a score or a time that is not there is None."""
    records = []
    for model in curves.models:
        for s, size in enumerate(curves.train_sizes.tolist()):
            for r, score in enumerate(curves.test_scores[model.name][s].tolist()):
                record = {
                    "corpus": curves.corpus,
                    "metric": curves.metric,
                    "model": model.name,
                    "family": model.family,
                    "train_size": size,
                    "repeat": r,
                    "test_score": score,
                }
                if times:
                    record["fit_time"] = curves.fit_times[model.name][s, r].item()
                    record["score_time"] = curves.score_times[model.name][s, r].item()
                records.append(plain(record))
    return records


def _lists(arrays: Mapping[str, NDArray[np.float64]]) -> dict[str, Any]:
    return {name: array.tolist() for name, array in arrays.items()}


def _arrays(lists: Mapping[str, Any]) -> dict[str, NDArray[np.float64]]:
    return {name: np.array(values, np.float64) for name, values in lists.items()}  # None becomes NaN


# What a field of each type may be in JSON; null is NaN where a number is expected.
_ALLOWED: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "str | None": (str, type(None)),
    "int": (int,),
    "bool": (bool,),
    "float": (float, int, type(None)),
    "float | None": (float, int, type(None)),
    "tuple[float, ...]": (list,),
    "Mapping[str, Any]": (dict,),
}


def _record(cls: type[Record], data: Mapping[str, Any]) -> Record:
    """Return a record of one of our classes, each field of its type.

    Raises
    ------
    TypeError
    """
    values: dict[str, Any] = dict(data)
    for field in fields(cls):  # type: ignore[arg-type]
        if field.name not in values:
            continue
        value, kind = values[field.name], str(field.type)
        is_allowed = isinstance(value, _ALLOWED[kind])
        if not is_allowed or (isinstance(value, bool) and kind != "bool"):
            raise TypeError(f"{field.name} of a {cls.__name__} is {value!r:.40}")
        if kind == "float":
            values[field.name] = math.nan if value is None else float(value)
        elif kind == "tuple[float, ...]":
            values[field.name] = tuple(map(float, value))
    return cls(**values)


def _check(curves: LearningCurves) -> None:
    """Refuse parts that do not fit together, before something is drawn from them."""
    names, n_sizes = [model.name for model in curves.models], len(curves.train_sizes)
    if not names or not n_sizes or (np.diff(curves.train_sizes) <= 0).any() or curves.train_sizes[0] < 1:
        raise ValueError("its sizes do not ascend, or it has no model")
    shape = curves.test_scores[names[0]].shape
    for name in names:
        for part in (curves.test_scores, curves.fit_times, curves.score_times):
            if part[name].shape != shape or len(shape) != 2 or shape[0] != n_sizes:
                raise ValueError(f"the numbers of {name} do not fit its sizes and repeats")
        if curves.errors[name].shape != (n_sizes, 3):
            raise ValueError(f"the errors of {name} do not fit its sizes")
    compared = {name for comparison in curves.comparisons for name in (comparison.first, comparison.second)}
    crossing = {name for crossover in curves.crossovers for name in (crossover.first, crossover.second)}
    if not compared | crossing | {extrapolation.model for extrapolation in curves.extrapolations} <= set(names):
        raise ValueError("it compares models that it does not have")
