"""How a comparison is spelled: one answer for terminals and pages."""

from __future__ import annotations

import math
from dataclasses import dataclass

from textgd.evaluation.calibration_measures import BRIER, ECE
from textgd.evaluation.comparison import ModelComparison
from textgd.evaluation.display import digits, error_label, n_decimals
from textgd.evaluation.measures import MEASURES, Measure
from textgd.metrics import Interval
from textgd.wording import counted

__all__ = ["MeasureLabels", "bytes_label", "difference_labels", "how_counted", "how_tested", "labels_of", "time_label"]

_MEASURES = {measure.name: measure for measure in (*MEASURES.values(), BRIER, ECE)}


@dataclass(frozen=True)
class MeasureLabels:
    """How the numbers of one measure are written, all with as many decimals as their intervals deserve.

    Parameters
    ----------
    measure : Measure
    decimals : int
    """

    measure: Measure
    decimals: int

    @property
    def title(self) -> str:
        """What heads a column."""
        return f"{self.measure.name.replace('_', ' ')}{' %' if self.measure.is_share else ''}"

    def number(self, value: float, sign: bool = False) -> str:
        """Return a score, with a plus sign if it is positive and that is wanted."""
        text = error_label(self.measure, value, self.decimals, unit=False)
        return f"+{text}" if sign and value > 0.0 and float(text) > 0.0 else text

    def bounds(self, interval: Interval) -> str:
        """Return an interval in brackets; nothing where there is none."""
        if not (math.isfinite(interval.low) and math.isfinite(interval.high)):
            return ""
        return f"[{self.number(interval.low)}, {self.number(interval.high)}]"


def labels_of(comparison: ModelComparison) -> dict[str, MeasureLabels]:
    """Return how the numbers of each measure are written, what models are ranked by first."""
    labels = {}
    for name in comparison.models[0].metrics:
        intervals = [model.metrics[name] for model in comparison.models]
        measure = _MEASURES[name]
        labels[name] = MeasureLabels(measure, n_decimals(measure, [(i.low, i.high) for i in intervals]))
    return labels


def difference_labels(comparison: ModelComparison) -> MeasureLabels:
    """Return how differences of what models are compared by are written."""
    measure = _MEASURES[comparison.metric]
    bounds = [(pair.difference.low, pair.difference.high) for pair in comparison.pairs]
    return MeasureLabels(measure, n_decimals(measure, bounds))


def how_tested(comparison: ModelComparison) -> list[str]:
    """Return on what models were tested, in clauses."""
    settings = comparison.settings
    if not comparison.is_cross_validated:
        return ["saved models, tested as they are"]
    once = "once" if settings["repeats"] == 1 else f"{settings['repeats']} times, in folds drawn anew"
    done, asked = settings["folds_done"], settings["cv"] * settings["repeats"]
    gap = "" if done == asked else f" (interrupted: {done} of {asked} folds were done)"
    needs = f"{comparison.metric.replace('_', ' ')} needs"
    calibrated = f"calibrated, which {needs}" if settings["calibrated"] else f"not calibrated, for {needs} none"
    return [
        f"{settings['cv']} folds, each document tested {once}{gap}",
        f"parameters: each model's own; probabilities: {calibrated}",
    ]


def how_counted(comparison: ModelComparison) -> list[str]:
    """Return what the numbers are, and their intervals, in clauses."""
    settings = comparison.settings
    if not comparison.is_cross_validated:
        resamples = f"{settings['n_resamples']:,} bootstrap resamples of the documents"
        return [
            f"95 % intervals: of models those of textgd evaluate, of differences from {resamples}",
            f"predict: processor time for {counted(settings['n_test'], 'document')}",
        ]
    n_test = round(settings["n_test"])
    n_train = settings["n_documents"] - n_test
    return [
        "means over folds, with 95 % intervals by the corrected resampled t-test",
        f"times of one core: fit on {counted(n_train, 'document')}, predict {n_test:,}; "
        "file: of what the first fold taught",
    ]


def bytes_label(n_bytes: int | None) -> str:
    """Return the size of a file.

    Examples
    --------
    >>> bytes_label(4_197_586), bytes_label(83_000), bytes_label(812), bytes_label(None)
    ('4.2 MB', '83 kB', '812 B', '-')
    """
    if n_bytes is None:
        return "-"
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if n_bytes >= unit:
            number = n_bytes / unit
            return f"{number:.1f} {name}" if number < 10.0 else f"{number:,.0f} {name}"
    return f"{n_bytes} B"


def time_label(seconds: float | None) -> str:
    """Return a time, short or long.

    Examples
    --------
    >>> time_label(0.000312), time_label(0.0042), time_label(1.24), time_label(75.3), time_label(None)
    ('0.31 ms', '4.2 ms', '1.2 s', '75 s', '-')
    """
    if seconds is None:
        return "-"
    return f"{digits(1e3 * seconds)} ms" if seconds < 0.9995 else f"{digits(seconds)} s"
