"""What a picture of learning curves dwells on: the models and the crossings that the verdict speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textgd.evaluation.crossover import ONCE, SEVERAL, Crossover, leads, surety
from textgd.evaluation.sides import (
    Side,
    adjust_for_choice,
    choose_sides,
    measured,
    n_choices,
    pairs_of,
    rank_models,
    reference_size,
)
from textgd.evaluation.uncertainty import by_pair

if TYPE_CHECKING:
    from textgd.evaluation.curves import LearningCurves

__all__ = ["find_leaders", "marked_crossovers"]


def find_leaders(curves: LearningCurves) -> tuple[str, ...]:
    """Return the best model of each family, or the two best where families are not known, in the order of the models.

    They are those that the verdict compares.
    """
    leaders = {side.model for side in _sides(curves)}
    return tuple(model.name for model in curves.models if model.name in leaders)


def _sides(curves: LearningCurves) -> Sequence[Side]:
    there = measured(curves.errors)
    if not there:
        return ()
    return choose_sides(curves.models, rank_models(curves.train_sizes, there))


def marked_crossovers(curves: LearningCurves) -> tuple[Crossover, ...]:
    """Return the crossings that the verdict tells of.

    They are decided when all is counted that the verdict could have said.
    """
    sides = _sides(curves)
    if len(sides) < 2:
        return ()
    told = {frozenset((first.model, second.model)) for first, second in pairs_of(sides)}
    size = reference_size(curves.train_sizes, curves.errors)
    compared = by_pair(adjust_for_choice(curves.comparisons, curves.models, size))
    marked = []
    for crossover in curves.crossovers:
        pair = crossover.first, crossover.second
        if crossover.kind in (ONCE, SEVERAL) and crossover.size is not None and frozenset(pair) in told:
            ahead = leads(compared.get(pair, ())).values()
            is_sure = crossover.kind == ONCE and crossover.probability >= surety(n_choices(curves.models, *pair))
            if is_sure or (1 in ahead and -1 in ahead):
                marked.append(crossover)
    return tuple(marked)
