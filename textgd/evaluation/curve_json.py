"""Learning curves as JSON and as a table, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from textgd.errors import DataError
from textgd.evaluation.crossover import Crossover
from textgd.evaluation.extrapolation import Extrapolation
from textgd.evaluation.json_records import DAMAGES, arrays, lists, read_data, record
from textgd.evaluation.measures import find_measure
from textgd.evaluation.scores import Design
from textgd.evaluation.uncertainty import Comparison
from textgd.plain import plain

if TYPE_CHECKING:
    from textgd.evaluation.curves import LearningCurves

__all__ = ["KIND", "from_json", "to_json", "to_records"]

#: What says that JSON holds learning curves.
KIND = "textgd learning curves"
_FORMAT = 1
_REMEDY = "Make it again: textgd curve CORPUS --json FILE"


def to_json(curves: LearningCurves, times: bool = False) -> str:
    """Return curves as one line of JSON; `times` as in `LearningCurves.to_json`."""
    data: dict[str, Any] = {
        "kind": KIND,
        "format": _FORMAT,
        "corpus": curves.corpus,
        "metric": curves.metric,
        "verdict": curves.verdict,
        "models": [asdict(model) for model in curves.models],
        "train_sizes": curves.train_sizes.tolist(),
        "test_scores": lists(curves.test_scores),
        "errors": lists(curves.errors),
        "comparisons": [asdict(comparison) for comparison in curves.comparisons],
        "crossovers": [asdict(crossover) for crossover in curves.crossovers],
        "extrapolations": [asdict(extrapolation) for extrapolation in curves.extrapolations],
        "failures": [asdict(failure) for failure in curves.failures],
        "design": asdict(curves.design),
        "settings": dict(curves.settings),
    }
    if times:
        data |= {"fit_times": lists(curves.fit_times), "score_times": lists(curves.score_times)}
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

    data = read_data(text, name, KIND, _FORMAT, _REMEDY)
    try:
        scores, errors = arrays(data["test_scores"]), arrays(data["errors"])
        shape = next(iter(scores.values())).shape
        clocks = {key: arrays(data[key]) for key in ("fit_times", "score_times") if key in data}
        nothing = {model: np.full(shape, np.nan) for model in scores}
        curves = LearningCurves(
            corpus=str(data["corpus"]),
            metric=find_measure(data["metric"]).name,
            models=tuple(record(CurveModel, model) for model in data["models"]),
            train_sizes=np.array(data["train_sizes"], np.int64),
            test_scores=scores,
            errors=errors,
            fit_times=clocks.get("fit_times", nothing),
            score_times=clocks.get("score_times", nothing),
            comparisons=tuple(record(Comparison, comparison) for comparison in data["comparisons"]),
            crossovers=tuple(record(Crossover, crossover) for crossover in data["crossovers"]),
            extrapolations=tuple(record(Extrapolation, extrapolation) for extrapolation in data["extrapolations"]),
            verdict=str(data["verdict"]),
            failures=tuple(record(Failure, failure) for failure in data["failures"]),
            design=record(Design, data["design"]),
            settings=dict(data["settings"]),
        )
        _check(curves)
    except DAMAGES as error:
        raise DataError(f"{name} is damaged: {type(error).__name__}: {error}. {_REMEDY}") from error
    return curves


def to_records(curves: LearningCurves, times: bool = False) -> list[dict[str, Any]]:
    """Return one record a model, size and repeat; a score or a time that is not there is None."""
    records = []
    for model in curves.models:
        for s, size in enumerate(curves.train_sizes.tolist()):
            for r, score in enumerate(curves.test_scores[model.name][s].tolist()):
                row = {
                    "corpus": curves.corpus,
                    "metric": curves.metric,
                    "model": model.name,
                    "family": model.family,
                    "train_size": size,
                    "repeat": r,
                    "test_score": score,
                }
                if times:
                    row["fit_time"] = curves.fit_times[model.name][s, r].item()
                    row["score_time"] = curves.score_times[model.name][s, r].item()
                records.append(plain(row))
    return records


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
