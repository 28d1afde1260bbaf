"""What learning curves come to, in sentences made from the numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.crossover import (
    ALWAYS,
    NEVER,
    ONCE,
    SIGNIFICANCE,
    UNDECIDED,
    Crossover,
    find_crossovers,
    leads,
    split_by,
    surety,
)
from textgd.evaluation.curves import CurveModel
from textgd.evaluation.display import error_label, n_decimals, visible
from textgd.evaluation.extrapolation import Extrapolation
from textgd.evaluation.leading import Names, crossing_words, leading_clause, listed
from textgd.evaluation.measures import Measure
from textgd.evaluation.power import what_would_decide
from textgd.evaluation.scores import CurveScores
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
from textgd.evaluation.uncertainty import Comparison, by_pair

__all__ = ["write_verdict"]

# From this share of the draws on a crossing that no lead proves yet is called probable.  Of 2,400 simulated
# pairs of equal models, with 2 to 20 repeats, four reached it.
_PROBABLE = 0.95

Errors = Mapping[str, NDArray[np.float64]]


def write_verdict(
    corpus: str,
    measure: Measure,
    models: Sequence[CurveModel],
    scores: CurveScores,
    errors: Errors,
    comparisons: Sequence[Comparison],
    extrapolations: Sequence[Extrapolation],
    unit: str = "documents",
) -> str:
    """Return one paragraph: who is ahead where, how sure that is, and what more data would do.

    Parameters
    ----------
    corpus : str
        Its name.
    measure : Measure
    models : sequence of CurveModel
    scores : CurveScores
    errors : mapping of name -> float64 array of shape (n_sizes, 3)
        Means and the bounds of their intervals.
    comparisons : sequence of Comparison
        Of each pair of models at each size.
    extrapolations : sequence of Extrapolation
        Of any of the models.
    unit : str
        What the documents are called.

    Notes
    -----
    Of at least two known families the leaders are compared, the members that are best at the largest size; else the
    best two models.  All p-values are adjusted for everything that could have been said (`adjust_for_choice`).

    Examples
    --------
    >>> from textgd.evaluation.measures import find_measure
    >>> from textgd.evaluation.scores import Design
    >>> from textgd.evaluation.uncertainty import compare, mean_errors
    >>> noise = np.linspace(-0.01, 0.01, 10)
    >>> a, b = np.array([[0.30], [0.25], [0.22], [0.20]]), np.array([[0.40], [0.28], [0.18], [0.12]])
    >>> errors = {"a": a + noise, "b": b - noise}
    >>> nothing = {name: np.zeros((4, 10, 0)) for name in errors}
    >>> scores = CurveScores(np.array([20, 40, 80, 160]), errors, nothing, Design(160, 40))
    >>> models = [CurveModel(name, None, name, {}) for name in errors]
    >>> means = {name: mean_errors(scores, name) for name in errors}
    >>> print(write_verdict("mine", find_measure("accuracy"), models, scores, means, compare(scores), []))
    mine, error: a is ahead below 51 documents [44, 62]; b above. At 160 documents b 12.0 % [11.1, 12.9]
    against a 20.0 % [19.1, 20.9], p < 0.001.
    """
    head = f"{visible(corpus)}, {measure.error_title}: "
    there = measured(errors)
    if not there:
        return f"{head}no model gave a result."
    size = reference_size(scores.train_sizes, there)
    ranking = rank_models(scores.train_sizes, there)
    sides = choose_sides(models, ranking)
    counted = adjust_for_choice(comparisons, models, size)
    told = _Verdict(models, measure, scores, there, size, ranking, sides, by_pair(counted), unit)
    leading = told.leading()
    level = told.level()
    if not leading or leading[-1].endswith(":"):
        level = level[0].lower() + level[1:]
    sentences = [*leading, level, *told.probable_crossing(), *told.ties()]
    return head + " ".join([*sentences, *told.more_data(extrapolations), *told.gaps(errors)])


@dataclass(frozen=True, eq=False)
class _Verdict:
    """The sentences; those on p-values take them from `pairs`, where they are adjusted for all that could be said."""

    models: Sequence[CurveModel]
    measure: Measure
    scores: CurveScores
    errors: Errors
    size: int
    ranking: Sequence[str]
    sides: Sequence[Side]
    pairs: Mapping[tuple[str, str], tuple[Comparison, ...]]
    unit: str
    names: Names = field(default_factory=Names)

    def leading(self) -> list[str]:
        """Return the sentence on who is ahead where."""
        if self.scores.n_repeats == 1:
            return ["one repeat: no interval can be given."]
        if len(self.sides) == 1:
            return []
        pairs = pairs_of(self.sides)
        comma = "; " if len(pairs) == 1 else ", "
        clauses, open_pairs = [], []
        for sides in map(self._in_order, pairs):
            of_pair = self.pairs[sides[0].model, sides[1].model]
            crossover, ahead = self._crossover(*sides), leads(of_pair)
            is_decided = crossover.kind == ONCE and crossover.size is not None
            if is_decided or any(ahead.values()):
                split = split_by(crossover, of_pair) if is_decided else None
                clauses.append(leading_clause(sides, crossover, ahead, self.names, self.unit, comma, split))
            else:
                open_pairs.append(sides)
        if not clauses:
            return ["cannot tell yet:"]
        if open_pairs:
            against = [f"{self.names(first)} against {self.names(second)}" for first, second in open_pairs]
            clauses.append(f"cannot tell yet of {listed(against)}")
        return ["; ".join(clauses) + "."]

    def level(self) -> str:
        """Return the sentence on how good the sides are where they learned from most."""
        best, *others = self.sides
        design = self.scores.design
        part = f", on the official test part of {design.n_test:,}," if design.is_official else ""
        sentence = f"At {self.size:,} {self.unit}{part} {self._error(best)}"
        # Of several each p-value has to keep to its model.
        form = ", {}" if len(others) == 1 else " ({})"
        p_values = [_p_value(self._at(best.model, other.model)) for other in others]
        against = [self._error(other) + (p and form.format(p)) for other, p in zip(others, p_values, strict=True)]
        if against:
            sentence += f" against {listed(against)}"
        remedy = self._remedy(best, others[0]) if others else ""
        return f"{sentence}{remedy}."

    def probable_crossing(self) -> list[str]:
        """Return the sentence on where two sides cross though neither is surely ahead on both sides of it."""
        if len(self.sides) != 2 or self.scores.n_repeats == 1:
            return []
        first, second = self._in_order((self.sides[0], self.sides[1]))
        of_pair = self.pairs[first.model, second.model]
        crossover = self._crossover(first, second)
        if crossover.kind != UNDECIDED or crossover.size is None or crossover.probability < _PROBABLE:
            return []
        return [f"They probably cross near {crossing_words(crossover, list(leads(of_pair)), self.unit)}."]

    def ties(self) -> list[str]:
        """Return the sentence on who else could be the best, where there are more models than sides."""
        best, *others = [name for name in self.ranking if math.isfinite(self._row(name)[0])]
        if len(self.errors) <= len(self.sides) or not others:
            return []
        start = f"Of all {len(self.errors)} models {visible(best)} has the least error there"
        if self.scores.n_repeats == 1:
            return [f"{start}."]
        tied = [visible(other) for other in others if not self._at(best, other).p_holm < SIGNIFICANCE]
        return [f"{start}; not told apart from it: {listed(tied)}." if tied else f"{start}, significantly so."]

    def more_data(self, extrapolations: Sequence[Extrapolation]) -> list[str]:
        """Return the sentence on what twice the documents would do to the best model."""
        best = visible(self.ranking[0])
        for found in extrapolations:
            if found.model != self.ranking[0]:
                continue
            if found.form is None:
                reason = f": {found.reason.rstrip('.')}" if found.reason else ""
                return [f"What twice the data would do to {best} cannot be said{reason}."]
            bounds = (found.value, found.low, found.high)
            # No fewer decimals than the sentence before it has.
            decimals = max(self._decimals([bounds]), self._decimals_of_sides())
            value = self._with_interval(bounds, decimals)
            largest = int(self.scores.train_sizes[-1])
            # Where the largest subset is not all that there is, twice of it need not be more.
            doubling = "the data" if largest >= self.scores.design.n_train else f"the {largest:,} {self.unit}"
            if found.form == "last":
                return [f"Doubling {doubling} is expected to leave {best} at {value}."]
            last = error_label(self.measure, found.last, decimals, unit=False)
            return [f"Doubling {doubling} is expected to take {best} to {value} (the last value stays: {last})."]
        return []

    def gaps(self, errors: Errors) -> list[str]:
        """Return a sentence for each model that has no result at some size, or at none."""
        result = []
        for name in errors:
            sizes = [f"{size:,}" for size in self.scores.train_sizes[~np.isfinite(errors[name][:, 0])]]
            if name not in self.errors:
                result.append(f"{visible(name)} gave no result.")
            elif sizes:
                result.append(f"{visible(name)} gave none at {listed(sizes)} {self.unit}.")
        return result

    def _remedy(self, best: Side, other: Side) -> str:
        """Return what would tell the two best apart where they are not."""
        comparison = self._at(best.model, other.model)
        kind = self._crossover(*self._in_order((best, other))).kind
        if not comparison.p_holm >= SIGNIFICANCE or kind == ONCE:
            return ""
        # What Holm multiplies this p-value with.
        p_values = [c.p_value for of_pair in self.pairs.values() for c in of_pair]
        n_least = sum(p >= comparison.p_value for p in p_values)
        need = what_would_decide(self.scores, best.model, other.model, self.size, SIGNIFICANCE / n_least)
        # Of a lead that holds throughout only this size is open.
        decide = "would make it sure there too" if kind in (ALWAYS, NEVER) else "would decide"
        if len(self.sides) > 2:
            decide += f" between {self.names(best)} and {self.names(other)}"
        if need.repeats is not None:
            what = f"about {_about(need.repeats)} repeats"
        elif need.documents is not None:
            where = " to test on" if self.scores.design.is_official else " in all"
            what = f"about {_about(need.documents)} {self.unit}{where}"
        else:
            most = max(abs(comparison.low), abs(comparison.high))
            bound = error_label(self.measure, most, self._decimals_of_sides(), unit=False)
            between = f"{self.names(best)} and {self.names(other)}"
            return f"; {between} differ by at most {bound} {'points' if self.measure.is_share else 'nats'}"
        return f"; {what} {decide}, if the difference stays"

    def _crossover(self, first: Side, second: Side) -> Crossover:
        """Return where two sides cross, decided by what holds for all pairs that they were chosen among."""
        of_pair = self.pairs[first.model, second.model]
        sure = surety(n_choices(self.models, first.model, second.model))
        (crossover,) = find_crossovers(self.scores, of_pair, sure)
        return crossover

    def _in_order(self, pair: tuple[Side, Side]) -> tuple[Side, Side]:
        """Return two sides in the order of the comparisons."""
        return pair if (pair[0].model, pair[1].model) in self.pairs else pair[::-1]

    def _at(self, first: str, second: str) -> Comparison:
        of_pair = self.pairs.get((first, second)) or self.pairs[second, first]
        return next(comparison for comparison in of_pair if comparison.size == self.size)

    def _row(self, name: str) -> tuple[float, float, float]:
        row = self.errors[name][int(np.flatnonzero(self.scores.train_sizes == self.size)[0])]
        return float(row[0]), float(row[1]), float(row[2])

    def _error(self, side: Side) -> str:
        """Return what the side is called, and its error with the decimals of all sides."""
        return f"{self.names(side)} {self._with_interval(self._row(side.model), self._decimals_of_sides())}"

    def _decimals_of_sides(self) -> int:
        return self._decimals([self._row(side.model) for side in self.sides])

    def _decimals(self, rows: Sequence[tuple[float, float, float]]) -> int:
        return n_decimals(self.measure, [row[1:] for row in rows])

    def _with_interval(self, row: tuple[float, float, float], decimals: int) -> str:
        if not math.isfinite(row[0]):
            return "no result"
        value, low, high = (error_label(self.measure, number, decimals, unit=False) for number in row)
        unit = " %" if self.measure.is_share else " nats"
        if not math.isfinite(row[1]):
            return f"{value}{unit}"
        return f"{value}{unit} [{low}, {high}]"


def _p_value(comparison: Comparison) -> str:
    p = comparison.p_holm
    if math.isnan(p):
        return ""
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"


def _about(number: int) -> str:
    """Return a number to two digits, rounded up.

    Examples
    --------
    >>> _about(57), _about(8413)
    ('57', '8,500')
    """
    step = 10 ** max(len(str(number)) - 2, 0)
    return f"{-(-number // step) * step:,}"
