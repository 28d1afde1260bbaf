"""What robustness curves come to, in sentences made from the numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from textgd.evaluation.axes import level_label
from textgd.evaluation.crossover import SIGNIFICANCE, leads
from textgd.evaluation.display import error_label, p_label, visible
from textgd.evaluation.leading import Names, listed
from textgd.evaluation.measures import Measure, find_measure
from textgd.evaluation.robustness_display import at_level, decimals_of, far_level, sides_of
from textgd.evaluation.robustness_result import LevelComparison, RobustnessCurves
from textgd.evaluation.sides import Side, adjust_for_choice, measured, pairs_of
from textgd.evaluation.uncertainty import by_pair, holm

__all__ = ["write_robustness_verdict"]


def write_robustness_verdict(curves: RobustnessCurves) -> str:
    """Return one paragraph: who is ahead at the far end, what each side loses, where the order changes, what helps.

    Parameters
    ----------
    curves : RobustnessCurves
        Its verdict is not looked at.

    Notes
    -----
    Of at least two known families the best lines at the level farthest from the reference are compared, else the best
    two lines.  Their p-values are adjusted for all pairs of lines of different families at every level
    (`adjust_for_choice`); those of the ways of using a model, another question, for all of these ways.
    """
    measure = find_measure(curves.metric)
    head = f"{visible(curves.corpus)}, {measure.error_title}: "
    if not measured(curves.errors):
        return f"{head}no model gave a result."
    far, sides = far_level(curves), sides_of(curves)
    # No level is one of which the best of all is told, so that no pair inside a family counts.
    pairs = by_pair(adjust_for_choice(curves.comparisons, curves.models, math.nan))
    told = _Verdict(curves, measure, far, sides, pairs)
    return head + " ".join([*told.level(), *told.losses(), *told.order(), *told.readings(), *told.gaps()])


@dataclass(frozen=True, eq=False)
class _Verdict:
    """The sentences; p-values come from `pairs`, where they are adjusted for all that could be said."""

    curves: RobustnessCurves
    measure: Measure
    far: float
    sides: Sequence[Side]
    pairs: Mapping[tuple[str, str], tuple[LevelComparison, ...]]
    names: Names = field(default_factory=Names)

    def level(self) -> list[str]:
        """Return the sentence on who is how good where most is made worse."""
        best, *others = self.sides
        p_values = [p_label(self._between(best.model, other.model, self.far)[1]) for other in others]
        form = ", p {}" if len(others) == 1 else " (p {})"
        against = [
            self._error(other) + (form.format(p if p.startswith("<") else f"= {p}") if p != "-" else "")
            for other, p in zip(others, p_values, strict=True)
        ]
        # Named before the others, for it is spoken of first.
        sentence = f"{at_level(self.curves, self.far)}, {self._error(best)}"
        if against:
            sentence += f" against {listed(against)}"
        one = ["One repeat: no interval can be given."] if self.curves.n_repeats == 1 else []
        return [f"{sentence}.", *one]

    def losses(self) -> list[str]:
        """Return the sentence on what each side loses from the level at which nothing is made worse."""
        if self.far == self.curves.reference:
            return []
        at = {loss.line: loss for loss in self.curves.losses if loss.level == self.far}
        there = [at[side.model] for side in self.sides if math.isfinite(at[side.model].loss)]
        if not there:
            return []
        there.sort(key=lambda loss: loss.loss)
        told = [f"{visible(loss.line)} {self._bracketed(loss.loss, loss.low, loss.high)}" for loss in there]
        return [f"Lost since {level_label(self.curves.reference)}, in {self._unit}: {listed(told)}."]

    def order(self) -> list[str]:
        """Return who of each two sides is surely ahead at which levels, where that is not the same at all of them."""
        if self.curves.n_repeats == 1:
            return []
        sentences, open_pairs = [], []
        throughout: dict[str, list[str]] = {}
        for first, second in pairs_of(self.sides):
            pair, sign = self._pair(first.model, second.model)
            ahead = {level: sign * side for level, side in leads(self.pairs.get(pair, ())).items()}
            won = [(side, levels) for key, side in ((1, first), (-1, second)) if (levels := _where(ahead, key))]
            if len(won) == 2:
                won.sort(key=lambda item: item[1])
                clauses = [f"{self.names(side)} is ahead at {_spoken(levels, ahead)}" for side, levels in won]
                sentences.append(f"The order changes: {', '.join(clauses)}.")
            elif won:
                (leader, levels), behind = won[0], second if won[0][0] is first else first
                if len(levels) == len(ahead):
                    throughout.setdefault(self.names(leader), []).append(self.names(behind))
                else:
                    where = _spoken(levels, ahead)
                    lead = f"{self.names(leader)} is surely ahead of {self.names(behind)}"
                    sentences.append(f"{lead} at {where} alone.")
            else:
                open_pairs.append(f"{self.names(first)} and {self.names(second)}")
        sentences += [f"{leader} is ahead of {listed(others)} at every level." for leader, others in throughout.items()]
        if open_pairs and not sentences:
            return [f"{'They are not' if len(open_pairs) == 1 else 'No two of them are'} told apart at any level."]
        if open_pairs:
            sentences.append(f"Not told apart at any level: {'; '.join(open_pairs)}.")
        return sentences

    def readings(self) -> list[str]:
        """Return what each way of using a model gains on the first of its ways, at the far level."""
        groups: dict[str, list[str]] = {}
        for model in self.curves.models:
            if model.reading:
                groups.setdefault(model.model, []).append(model.name)
        readings = {model.name: model.reading for model in self.curves.models}
        gains = self._gains({other: plain for plain, *others in groups.values() for other in others})
        told = []
        for name, (_, *others) in groups.items():
            spoken = [f"{readings[other]} {gains[other]}" for other in others if other in gains]
            if spoken:
                told.append(f"{visible(name)}: {listed(spoken)}")
        if not told:
            return []
        plain_ones = {readings[lines[0]] for lines in groups.values()}
        on = listed([f"({reading})" for reading in sorted(plain_ones)])
        return [f"Gained there on {on}, in {self._unit}: {'; '.join(told)}."]

    def _gains(self, plain: Mapping[str, str]) -> Mapping[str, str]:
        """Return by how much lines are ahead of plainer ones at the far level, in words, and whether that is sure."""
        at = {(c.first, c.second): c for c in self.curves.comparisons if c.level == self.far}
        found = {}
        for line, other in plain.items():
            compared = at[(other, line) if (other, line) in at else (line, other)]
            if math.isfinite(compared.difference):
                found[line] = (
                    compared.difference if compared.first == line else -compared.difference,
                    compared.p_value,
                )
        adjusted = holm([p for _, p in found.values()])
        words = {}
        for (line, (difference, _)), p in zip(found.items(), adjusted.tolist(), strict=True):
            gain = error_label(self.measure, difference, self._decimals, unit=False)
            is_sure = p < SIGNIFICANCE or self.curves.n_repeats == 1 or float(gain) == 0.0
            words[line] = f"{'+' * (float(gain) > 0.0)}{gain}{'' if is_sure else ', not surely'}"
        return words

    def gaps(self) -> list[str]:
        """Return a sentence for each line that has no result at some level, or at none."""
        result = []
        for name, rows in self.curves.errors.items():
            missing = self.curves.levels[~np.isfinite(rows[:, 0])]
            if len(missing) == len(rows):
                result.append(f"{visible(name)} gave no result.")
            elif len(missing):
                result.append(f"{visible(name)} gave none at {listed([level_label(level) for level in missing])}.")
        return result

    @property
    def _unit(self) -> str:
        """What differences are in."""
        return "points" if self.measure.is_share else "nats"

    @property
    def _decimals(self) -> int:
        return decimals_of(self.curves)

    def _pair(self, first: str, second: str) -> tuple[tuple[str, str], int]:
        """Return two lines in the order of the comparisons, and 1 where that is the order given, else -1."""
        return ((first, second), 1) if (first, second) in self.pairs else ((second, first), -1)

    def _between(self, first: str, second: str, level: float) -> tuple[float, float]:
        """Return by how much the first of two lines is ahead, and the adjusted p-value."""
        pair, sign = self._pair(first, second)
        found = next((c for c in self.pairs.get(pair, ()) if c.level == level), None)
        return (math.nan, math.nan) if found is None else (sign * found.difference, found.p_holm)

    def _error(self, side: Side) -> str:
        row = self.curves.errors[side.model][int(np.flatnonzero(self.curves.levels == self.far)[0])]
        value, low, high = (error_label(self.measure, number, self._decimals, unit=False) for number in row.tolist())
        unit = " %" if self.measure.is_share else " nats"
        interval = f" [{low}, {high}]" if np.isfinite(row[1]) else ""
        return f"{self.names(side)} {value}{unit}{interval}"

    def _bracketed(self, value: float, low: float, high: float) -> str:
        shown = [error_label(self.measure, number, self._decimals, unit=False) for number in (value, low, high)]
        return f"{shown[0]} [{shown[1]}, {shown[2]}]" if math.isfinite(low) else shown[0]


def _where(ahead: Mapping[float, int], key: int) -> list[float]:
    return [level for level, side in ahead.items() if side == key]


def _spoken(levels: Sequence[float], every: Mapping[float, int]) -> str:
    """Return levels in words, a run of three and more by its ends.

    Examples
    --------
    >>> every = dict.fromkeys((0.0, 0.1, 0.3, 0.5), 0)
    >>> _spoken([0.0, 0.1, 0.3], every), _spoken([0.0, 0.3, 0.5], every)
    ('0 % to 30 %', '0 %, 30 % and 50 %')
    """
    known = list(every)
    first, last = known.index(levels[0]), known.index(levels[-1])
    if len(levels) > 2 and last - first + 1 == len(levels):
        return f"{level_label(levels[0])} to {level_label(levels[-1])}"
    return listed([level_label(level) for level in levels])
