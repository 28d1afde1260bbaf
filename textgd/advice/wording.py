"""Numbers of advice in words, all of one metric with as many decimals as their intervals deserve."""

from __future__ import annotations

import math
from dataclasses import dataclass

from textgd.evaluation.display import error_label, n_decimals
from textgd.evaluation.measures import Measure
from textgd.metrics import Interval

__all__ = ["Words"]


@dataclass(frozen=True)
class Words:
    """How scores and differences are written.

    Parameters
    ----------
    measure : Measure
    decimals : int
    """

    measure: Measure
    decimals: int

    @staticmethod
    def of(measure: Measure, bounds: list[tuple[float, float]]) -> Words:
        """Return how numbers are written whose intervals are these."""
        return Words(measure, max(n_decimals(measure, bounds), 1))

    @property
    def metric(self) -> str:
        """What the metric is called."""
        return self.measure.name.replace("_", " ")

    def number(self, value: float) -> str:
        """Return a score without its unit."""
        return error_label(self.measure, value, self.decimals, unit=False)

    def score(self, interval: Interval) -> str:
        """Return a score with its unit and interval.

        Examples
        --------
        >>> from textgd.evaluation.measures import find_measure
        >>> Words(find_measure("accuracy"), 1).score(Interval(0.912, 0.9, 0.924))
        '91.2 % [90.0, 92.4]'
        """
        unit = " %" if self.measure.is_share else ""
        return f"{self.number(interval.value)}{unit}{self.bounds(interval)}"

    def points(self, interval: Interval) -> str:
        """Return a difference, whatever its sign, with its unit and interval."""
        if interval.value < 0.0:
            interval = Interval(-interval.value, -interval.high, -interval.low)
        unit = " points" if self.measure.is_share else ""
        return f"{self.number(interval.value)}{unit}{self.bounds(interval)}"

    def bounds(self, interval: Interval) -> str:
        """Return an interval in brackets behind a space; nothing where there is none."""
        if not (math.isfinite(interval.low) and math.isfinite(interval.high)):
            return ""
        return f" [{self.number(interval.low)}, {self.number(interval.high)}]"
