"""Numbers of advice in words, all of one metric with as many decimals as their intervals deserve."""

from __future__ import annotations

from textgd.evaluation.comparison_display import MeasureLabels
from textgd.evaluation.display import n_decimals
from textgd.evaluation.measures import Measure
from textgd.metrics import Interval

__all__ = ["Words"]


class Words(MeasureLabels):
    """How scores and differences are written in sentences."""

    @staticmethod
    def of(measure: Measure, bounds: list[tuple[float, float]]) -> Words:
        """Return how numbers are written whose intervals are these."""
        return Words(measure, max(n_decimals(measure, bounds), 1))

    @property
    def metric(self) -> str:
        """What the metric is called."""
        return self.measure.name.replace("_", " ")

    def score(self, interval: Interval) -> str:
        """Return a score with its unit and interval.

        Examples
        --------
        >>> from textgd.evaluation.measures import find_measure
        >>> Words(find_measure("accuracy"), 1).score(Interval(0.912, 0.9, 0.924))
        '91.2 % [90.0, 92.4]'
        """
        return self.written(interval, " %")

    def points(self, interval: Interval) -> str:
        """Return a difference, whatever its sign, with its unit and interval."""
        if interval.value < 0.0:
            interval = Interval(-interval.value, -interval.high, -interval.low)
        return self.written(interval, " points")

    def written(self, interval: Interval, unit: str = "") -> str:
        """Return a number with its interval, and the unit where the metric has one."""
        number = f"{self.number(interval.value)}{unit if self.measure.is_share else ''}"
        return f"{number} {self.bounds(interval)}".rstrip()
