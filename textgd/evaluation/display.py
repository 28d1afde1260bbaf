"""What of a comparison is shown, and how its numbers are spelled: one answer for pictures, pages and terminals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.measures import Measure, find_measure

if TYPE_CHECKING:
    from textgd.evaluation.crossover import Crossover
    from textgd.evaluation.curves import CurveModel, LearningCurves
    from textgd.evaluation.robustness_result import RobustnessCurves

__all__ = [
    "HasErrors",
    "axis_range",
    "crossing_label",
    "curves_title",
    "digits",
    "error_label",
    "has_log_axis",
    "mean_error",
    "n_decimals",
    "p_label",
    "places",
    "round_ticks",
    "rounded_size",
    "separate",
    "size_label",
    "size_ticks",
    "visible",
]

# From this ratio of the greatest to the least mean error on, a logarithmic axis shows what a linear one would hide.
_LOG_RATIO = 3.0
_LOG_STEPS = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 5.0, 7.0), tuple(np.arange(1.0, 10.0, 0.5)))
_MOST_DECIMALS = {True: 2, False: 4}


class HasErrors(Protocol):
    """Curves of any kind, and what is drawn of them."""

    @property
    def models(self) -> Sequence[CurveModel]:
        """The lines."""

    @property
    def errors(self) -> Mapping[str, NDArray[np.float64]]:
        """Of each line the means and the bounds of their intervals, shape (n_points, 3)."""


def mean_error(curves: HasErrors, name: str) -> NDArray[np.float64]:
    """Return the mean error of a line at each point; NaN where it has none."""
    means: NDArray[np.float64] = curves.errors[name][:, 0]
    return means


# Axes


def has_log_axis(curves: HasErrors) -> bool:
    """Return whether errors differ so much that equal ratios, not equal differences, should look equal."""
    means = np.concatenate([mean_error(curves, model.name) for model in curves.models])
    means = means[np.isfinite(means)]
    return len(means) > 0 and bool(means.min() > 0.0) and bool(means.max() / means.min() > _LOG_RATIO)


def axis_range(
    curves: HasErrors, extra: Iterable[tuple[float, float, float]] = (), has_intervals: bool = True
) -> tuple[float, float]:
    """Return the least and the greatest error to show: all means, and of the intervals what leaves room for them.

    Parameters
    ----------
    curves : LearningCurves, RobustnessCurves or Drawing
    extra : iterable of (mean, low, high)
        More errors to show; NaN does not count.
    has_intervals : bool
        Whether intervals are shown.
    """
    log = has_log_axis(curves)
    stretch, back = (np.log, np.exp) if log else (np.asarray, float)
    rows = np.array(list(extra), np.float64).reshape(-1, 3)
    errors = np.concatenate([*(curves.errors[model.name] for model in curves.models), rows])
    means = errors[:, 0]
    means = means[np.isfinite(means) & ((means > 0.0) | (not log))]
    if len(means) == 0:
        return 0.0, 1.0
    low, high = float(stretch(means.min())), float(stretch(means.max()))
    least = 0.1 if log else 0.05 * high or 0.05
    room = 0.3 * max(high - low, least)
    bounds = errors[:, 1:] if has_intervals else errors[:0]
    bounds = bounds[np.isfinite(bounds) & ((bounds > 0.0) | (not log))]
    reach = stretch(bounds) if len(bounds) else np.array([low, high])
    margin = 0.04 * max(high - low, least)
    bottom = max(low - room, min(low, float(reach.min()))) - margin
    top = min(high + room, max(high, float(reach.max()))) + margin
    if not log:
        bottom = max(bottom, 0.0)
    return float(back(bottom)), float(back(top))


def round_ticks(low: float, high: float, n: int, log: bool = True) -> list[float]:
    """Return at most `n` round numbers between two numbers, and at least one.

    Examples
    --------
    >>> round_ticks(20, 4460, 7)
    [20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0]
    >>> round_ticks(0.11, 0.24, 4, log=False)
    [0.15, 0.2]
    """
    candidates = _log_ticks(low, high) if log and low > 0.0 else []
    if not candidates or max(map(len, candidates)) < 3:
        candidates = [*candidates, *_linear_ticks(low, high)]
    some = [ticks for ticks in candidates if ticks]
    fitting = [ticks for ticks in some if len(ticks) <= n]
    if not fitting:
        least = min(some, key=len)
        return least[:: math.ceil(len(least) / n)]
    return max(fitting, key=len)


def size_ticks(low: float, high: float, n: int) -> list[float]:
    """Return at most `n` round numbers of documents on a logarithmic axis.

    Examples
    --------
    >>> size_ticks(499.7, 501.3, 9)
    [500.0, 501.0]
    """
    return [tick for tick in round_ticks(low, high, n) if tick == round(tick)]


def _log_ticks(low: float, high: float) -> list[list[float]]:
    decades = range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1)
    every = [[_round(step * 10.0**decade) for decade in decades for step in steps] for steps in _LOG_STEPS]
    return [[tick for tick in ticks if low <= tick <= high] for ticks in every]


def _linear_ticks(low: float, high: float) -> list[list[float]]:
    if not high > low:
        return [[low]]
    scale = 10.0 ** math.floor(math.log10(high - low))
    candidates = []
    for step in (5.0 * scale, 2.0 * scale, scale, 0.5 * scale, 0.2 * scale, 0.1 * scale):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        candidates.append([_round(k * step) for k in range(first, last + 1)])
    return candidates


def _round(number: float) -> float:
    return float(f"{number:.12g}")


def separate(wanted: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Return places near those wanted, in their order, that keep a distance and stay in bounds where they can.

    The sum of the squared moves is the least that there is: neighbors too near each other become a block around the
    mean of what they want.

    Examples
    --------
    >>> separate([1.0, 1.0, 5.0], 1.0, 0.0, 10.0)
    [0.5, 1.5, 5.0]
    >>> separate([9.9, 10.0], 1.0, 0.0, 10.0)
    [9.0, 10.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[list[float]] = []
    for rank, i in enumerate(order):
        blocks.append([wanted[i] - rank * distance, 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            value, n = blocks.pop()
            before, m = blocks[-1]
            blocks[-1] = [(before * m + value * n) / (m + n), m + n]
    moved = [value for value, n in blocks for _ in range(int(n))]
    last = high - (len(wanted) - 1) * distance
    apart = [0.0] * len(wanted)
    for rank, i in enumerate(order):
        apart[i] = max(min(moved[rank], last), min(low, last)) + rank * distance
    return apart


# Words and numbers


def curves_title(curves: LearningCurves | RobustnessCurves) -> str:
    """Return what a picture is headed with: the corpus, and what is measured."""
    measure = find_measure(curves.metric)
    return f"{visible(curves.corpus, 40)}: {measure.error_title}{'' if measure.is_share else ' (nats)'}"


def visible(text: str, most: int = 28) -> str:
    r"""Return a name on one line, its invisible characters replaced, its middle left out where it is long.

    Examples
    --------
    >>> visible("a\tb\x00"), visible("a-very-long-name-of-an-estimator", 12)
    ('a b�', 'a-very…mator')
    """
    line = "".join(c if c.isprintable() else " " if c.isspace() else "�" for c in text)
    if len(line) <= most:
        return line
    half = most // 2
    return f"{line[:half]}…{line[len(line) - (most - half - 1) :]}"


def size_label(size: float) -> str:
    """Return a number of documents as an axis has it.

    Examples
    --------
    >>> [size_label(size) for size in (20, 1500, 20000, 3e6)]
    ['20', '1.5k', '20k', '3M']
    """
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if size >= unit:
            return f"{size / unit:.6g}{name}"
    return f"{size:.6g}"


def n_decimals(measure: Measure, bounds: Iterable[tuple[float, float]]) -> int:
    """Return how many decimals are worth showing: so many that a typical interval is several steps wide.

    Parameters
    ----------
    measure : Measure
    bounds : iterable of (low, high)
        NaN does not count.

    Examples
    --------
    >>> [n_decimals(find_measure("accuracy"), [(0.1, 0.1 + width)]) for width in (0.2, 0.02, 0.002)]
    [0, 1, 2]
    """
    widths = np.array([high - low for low, high in bounds])
    widths = widths[np.isfinite(widths) & (widths > 0.0)]
    most = _MOST_DECIMALS[measure.is_share]
    if len(widths) == 0:
        return most - 1
    width = float(np.median(widths)) * (100.0 if measure.is_share else 1.0)
    return int(min(max(math.ceil(0.5 - math.log10(width)), 0), most))


def error_label(measure: Measure, error: float, decimals: int | None = None, unit: bool = True) -> str:
    """Return an error as text: a share in percent, a loss as it is; ``-`` where there is none.

    Parameters
    ----------
    measure : Measure
    error : float
    decimals : int or None
        None: as many as it needs.
    unit : bool
        Whether a percent sign follows.

    Examples
    --------
    >>> error_label(find_measure("accuracy"), 0.0912, 1), error_label(find_measure("log_loss"), 0.0912, 2)
    ('9.1 %', '0.09')
    """
    if not math.isfinite(error):
        return "-"
    number = 100.0 * error if measure.is_share else error
    # z: what rounds to zero has no sign.
    text = f"{number:.6g}" if decimals is None else f"{number:z.{decimals}f}"
    return f"{text} %" if measure.is_share and unit else text


def digits(number: float) -> str:
    """Return a number of any size with two digits that count, or all before the point; ``-`` where there is none.

    Examples
    --------
    >>> [digits(number) for number in (0.01234, 1.234, 1234.5, float("nan"))]
    ['0.012', '1.2', '1,234', '-']
    """
    if not math.isfinite(number):
        return "-"
    return f"{number:,.0f}" if number >= 9.95 else f"{number:.1f}" if number >= 0.995 else f"{number:.2g}"


def p_label(p: float) -> str:
    """Return a p-value; ``-`` where there is none.

    Examples
    --------
    >>> [p_label(p) for p in (0.0002, 0.0312, 0.31, float("nan"))]
    ['< 0.001', '0.031', '0.31', '-']
    """
    if not math.isfinite(p):
        return "-"
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def crossing_label(crossover: Crossover) -> str:
    """Return a crossing in documents with its interval, of which an open end is said.

    Examples
    --------
    >>> from textgd.evaluation.crossover import Crossover
    >>> crossing_label(Crossover("nb", "lr", 312.4, 181.0, None, 0.99, "once"))
    '310 [180, …]'
    """
    size, low, high = (
        "…" if size is None else rounded_size(size) for size in (crossover.size, crossover.low, crossover.high)
    )
    return f"{size} [{low}, {high}]"


def rounded_size(size: float) -> str:
    """Return where a crossing is to two digits: it is never known better.

    Examples
    --------
    >>> rounded_size(312.4), rounded_size(4460), rounded_size(7.6)
    ('310', '4,500', '8')
    """
    digits = 1 - math.floor(math.log10(max(size, 1.0)))
    return f"{round(size, min(digits, 0)):,.0f}"


def places(low: float, high: float, log: bool) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Return the function that tells where on an axis from `low` to `high` numbers lie: 0 to 1."""
    stretch: Callable[[NDArray[np.float64]], NDArray[np.float64]] = np.log if log else np.asarray
    start, end = (float(stretch(np.asarray(bound))) for bound in (low, high))
    span = end - start or 1.0
    return lambda numbers: (stretch(np.asarray(numbers, np.float64)) - start) / span
