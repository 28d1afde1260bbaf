"""Which models a verdict compares, and the p-values that count all it could have said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.curves import CurveModel
from textgd.evaluation.display import visible
from textgd.evaluation.uncertainty import Paired, holm

__all__ = [
    "Side",
    "adjust_for_choice",
    "choose_sides",
    "measured",
    "n_choices",
    "pairs_of",
    "rank_models",
    "reference_size",
]

Errors = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Parameters
    ----------
    model : str
        The name of the model that stands for it.
    title : str
        What to call it: the family with the model, or the model alone.
    """

    model: str
    title: str


def reference_size(sizes: NDArray[np.int64], errors: Errors) -> int:
    """Return the largest size at which two models have an error; of one model, at which it has.

    Examples
    --------
    >>> nan = np.nan
    >>> reference_size(np.array([20, 40]), {"a": np.array([[0.2] * 3] * 2), "b": np.array([[0.3] * 3, [nan] * 3])})
    20
    """
    n_there = sum(np.isfinite(errors[name][:, 0]).astype(int) for name in errors)
    rows = np.flatnonzero(n_there >= min(2, int(np.max(n_there))))
    return int(sizes[rows[-1]])


def rank_models(sizes: NDArray[np.int64], errors: Errors) -> list[str]:
    """Return the models from the best to the worst at the reference size; those without an error there come last.

    Examples
    --------
    >>> rank_models(np.array([20]), {"a": np.array([[0.2, 0.1, 0.3]]), "b": np.array([[0.1, 0.0, 0.2]])})
    ['b', 'a']
    """
    row = int(np.flatnonzero(sizes == reference_size(sizes, errors))[0])
    at = {name: float(errors[name][row, 0]) for name in errors}
    return sorted(errors, key=lambda name: at[name] if math.isfinite(at[name]) else math.inf)


def measured(errors: Errors) -> Errors:
    """Return the errors of the models that gave a result at some size."""
    return {name: rows for name, rows in errors.items() if np.isfinite(rows[:, 0]).any()}


def choose_sides(models: Sequence[CurveModel], ranking: Sequence[str]) -> list[Side]:
    """Return the leaders of the families, best first; where fewer than two are known, the best two models.

    Models that are not in the ranking do not take part.

    Examples
    --------
    >>> models = [CurveModel(name, family, name, {}) for name, family in (("a", "x"), ("b", "y"), ("c", "x"))]
    >>> [side.title for side in choose_sides(models, ["c", "a", "b"])]
    ['x (c)', 'y (b)']
    """
    families = {model.name: model.family for model in models}
    leaders: dict[str, str] = {}
    for name in ranking:
        family = families[name]
        if family is not None:
            leaders.setdefault(family, name)
    if len(leaders) > 1:
        return [Side(name, _title(family, name)) for family, name in leaders.items()]
    return [Side(name, visible(name)) for name in ranking[:2]]


def _title(family: str, name: str) -> str:
    """Return what a leader is called; a line that stands for its whole family has its name already."""
    return visible(family) if name == family else f"{visible(family)} ({visible(name)})"


def adjust_for_choice(comparisons: Sequence[Paired], models: Sequence[CurveModel], size: float) -> tuple[Paired, ...]:
    """Return the comparisons that a verdict can speak of, their p-values adjusted for all of them (Holm 1979).

    The leaders were chosen by what they did, so it is not enough to count the sizes of one pair.  Counted are the
    pairs of models of different families at every size and all other pairs at the size of which the best is told;
    where fewer than two families are known, all pairs at every size.

    Parameters
    ----------
    comparisons : sequence of Comparison, or of LevelComparison
    models : sequence of CurveModel
    size : int or float
        At which the best of all is told; of another axis the level.
    """
    families = {model.name: model.family for model in models}
    known = {family for family in families.values() if family is not None}

    def counts(comparison: Paired) -> bool:
        pair = families[comparison.first], families[comparison.second]
        crosses = len(known) < 2 or (None not in pair and pair[0] != pair[1])
        return crosses or comparison.point == size

    counted = [comparison for comparison in comparisons if counts(comparison)]
    adjusted = holm([comparison.p_value for comparison in counted])
    return tuple(
        replace(comparison, p_holm=float(p))  # type: ignore[type-var]
        for comparison, p in zip(counted, adjusted, strict=True)
    )


def n_choices(models: Sequence[CurveModel], first: str, second: str) -> int:
    """Return among how many pairs these two models were chosen as leaders.

    Those of the members of their families, or all pairs where fewer than two families are known.

    Examples
    --------
    >>> models = [CurveModel(name, family, name, {}) for name, family in (("a", "x"), ("b", "y"), ("c", "x"))]
    >>> n_choices(models, "a", "b"), n_choices(models[::2], "a", "c")
    (2, 1)
    """
    families = [model.family for model in models]
    if len({family for family in families if family is not None}) < 2:
        return len(models) * (len(models) - 1) // 2
    own = {model.name: model.family for model in models}
    return families.count(own[first]) * families.count(own[second])


def pairs_of(sides: Sequence[Side]) -> list[tuple[Side, Side]]:
    """Return each two of at most three sides; of more the first with each other one."""
    return list(combinations(sides, 2)) if len(sides) <= 3 else [(sides[0], side) for side in sides[1:]]
