"""Where one learning curve crosses another, and how sure that is.

Everything is read off the paired difference of two models over the logarithm of the size: off its mean, and off draws
of the whole difference curve (`textgd.evaluation.uncertainty.difference_draws`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.scores import CurveScores
from textgd.evaluation.trend import crossing_beyond
from textgd.evaluation.uncertainty import Comparison, DifferenceDraws, PairedDifference, by_pair, difference_draws

__all__ = [
    "ALWAYS",
    "NEVER",
    "ONCE",
    "OUTSIDE",
    "SEVERAL",
    "UNDECIDED",
    "Crossover",
    "find_crossovers",
    "leads",
    "split_by",
    "surety",
]

ONCE, SEVERAL, ALWAYS, NEVER, OUTSIDE, UNDECIDED = "once", "several", "always", "never", "outside", "undecided"

# What is called significant, of p-values adjusted for the number of sizes.
SIGNIFICANCE = 0.05
# From this share of draws on that cross in one direction a crossing is decided, though neither model need be
# significantly ahead at any single size.  Of simulated pairs that do not cross, 0 to 5 of 100 reach it: those of
# equal models none, most of them pairs that get ever closer and then stay equal.
_SURE = 0.99
# A lead holds throughout if fewer draws than this have a crossing.
_FEW = 0.05
_HALF = 0.5
# A change of the leader has to tell more than none by more than rounding does.
_ROUNDING = 1e-12

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Crossover:
    """Where the better of two models changes.

    Parameters
    ----------
    first, second : str
        Names of models, in the order of the models.
    size : float or None
        Documents at which they are equally good; None where there is no such size.
    low, high : float or None
        The bounds of its 95 % interval; None where that is open: beyond the smallest or the largest size measured.
    probability : float
        Share of the draws of the two curves in which the better model changes between the smallest and the largest
        size, in the direction of most draws; NaN with fewer than two repeats.
    kind : {"once", "several", "always", "never", "outside", "undecided"}
        once: each is significantly ahead somewhere, and the leader changes once, or it does in 99 % of the draws;
        several: it changes more often;
        always: the first is significantly ahead somewhere, and in fewer than 5 % of the draws the leader changes;
        never: the same of the second; outside: one leads, and ever less, up to a size
        beyond those measured; undecided: all else.  Then `size` is what most draws suggest, and None if most suggest
        none.
    """

    first: str
    second: str
    size: float | None
    low: float | None
    high: float | None
    probability: float
    kind: str


def leads(comparisons: Sequence[PairedDifference], significance: float = SIGNIFICANCE) -> Mapping[Any, int]:
    """Return who of a pair is significantly ahead at each size, or at each level of another axis.

    Parameters
    ----------
    comparisons : sequence of Comparison, or of LevelComparison
        Of one pair.
    significance : float
        Below which an adjusted p-value is called significant.

    Returns
    -------
    dict of size -> int
        1: the first, -1: the second, 0: neither; ascending.  Sizes at which nothing was tested are left out.

    Examples
    --------
    >>> leads([Comparison("a", "b", 20, 0.1, 0.05, 0.15, 0.001, 0.002), Comparison("a", "b", 80, 0.1, -0.1, 0.3, 1, 1)])
    {20: 1, 80: 0}
    """
    ordered = sorted(comparisons, key=lambda c: c.point)
    tested = [c for c in ordered if not math.isnan(c.p_holm)]
    return {c.point: (1 if c.difference > 0.0 else -1) if c.p_holm < significance else 0 for c in tested}


def surety(n_pairs: int) -> float:
    """Return the probability from which a crossing is decided, where a pair was chosen among so many (Bonferroni).

    Examples
    --------
    >>> surety(1), surety(4)
    (0.99, 0.9975)
    """
    return 1.0 - (1.0 - _SURE) / n_pairs


def split_by(crossover: Crossover, comparisons: Sequence[Comparison]) -> Mapping[int, int]:
    """Return who of a pair that crosses once is ahead at each size: 1 or -1, as `leads` does.

    Examples
    --------
    >>> differences = {20: 0.1, 40: 0.01, 80: 0.02, 160: -0.1}
    >>> few = [Comparison("a", "b", size, d, 0, 0, 0, 0) for size, d in differences.items()]
    >>> split_by(Crossover("a", "b", 60.0, 40.0, 90.0, 1.0, "once"), few)
    {20: 1, 40: 1, 80: -1, 160: -1}
    """
    assert crossover.size is not None
    size = crossover.size
    # What the two sides of the crossing say, each mean difference in units of its interval.
    tilt = sum(
        (1.0 if c.size < size else -1.0) * c.difference / (c.high - c.low or 1.0)
        for c in comparisons
        if not math.isnan(c.p_holm)
    )
    early = 1 if tilt > 0.0 else -1
    return {c.size: early if c.size < size else -early for c in sorted(comparisons, key=lambda c: c.size)}


def find_crossovers(
    scores: CurveScores, comparisons: Sequence[Comparison], sure: float = _SURE
) -> tuple[Crossover, ...]:
    """Return where each pair of models crosses.

    Parameters
    ----------
    scores : CurveScores
    comparisons : sequence of Comparison
        Of the pairs in question, at every size; their adjusted p-values decide what is significant.
    sure : float
        From which probability on a crossing is decided: see `surety`.

    Returns
    -------
    tuple of Crossover
        One for each pair.

    Examples
    --------
    >>> from textgd.evaluation.scores import Design
    >>> from textgd.evaluation.uncertainty import compare
    >>> sizes, noise = np.array([20, 40, 80, 160]), np.linspace(-0.01, 0.01, 10) * np.array([[1], [-1], [1], [-1]])
    >>> a, b = np.array([0.30, 0.25, 0.22, 0.20]), np.array([0.40, 0.28, 0.19, 0.12])
    >>> errors = {"a": a[:, None] + noise, "b": b[:, None] - noise}
    >>> scores = CurveScores(sizes, errors, {name: np.zeros((4, 10, 0)) for name in errors}, Design(160, 40))
    >>> (crossover,) = find_crossovers(scores, compare(scores))
    >>> crossover.kind, round(crossover.size), crossover.probability
    ('once', 54, 1.0)
    """
    return tuple(
        _of_pair(difference_draws(scores, *pair), *pair, leads(of_pair), sure, scores.design.n_least)
        for pair, of_pair in by_pair(comparisons).items()
    )


def _of_pair(
    difference: DifferenceDraws, first: str, second: str, ahead: Mapping[int, int], sure: float, n_least: int
) -> Crossover:
    if not len(difference.draws):
        return Crossover(first, second, None, None, None, math.nan, UNDECIDED)
    steps = _find_steps(difference, difference.draws)
    probability = float(np.mean(steps.direction == steps.majority)) if steps.majority else 0.0
    significant = [side for side in ahead.values() if side]
    leaders = [side for i, side in enumerate(significant) if i == 0 or side != significant[i - 1]]
    if len(leaders) > 1:
        return Crossover(
            first, second, *_crossing(difference, steps), probability, ONCE if len(leaders) == 2 else SEVERAL
        )
    if probability >= sure:
        return Crossover(first, second, *_crossing(difference, steps), probability, ONCE)
    if leaders and probability < _HALF:
        beyond = crossing_beyond(difference, leaders[0], n_least)
        if beyond is not None:
            return Crossover(first, second, *beyond, probability, OUTSIDE)
    if leaders and probability < _FEW:
        return Crossover(first, second, None, None, None, probability, ALWAYS if leaders[0] > 0 else NEVER)
    if probability >= _HALF:
        return Crossover(first, second, *_crossing(difference, steps), probability, UNDECIDED)
    return Crossover(first, second, None, None, None, probability, UNDECIDED)


@dataclass(frozen=True, eq=False)
class _Steps:
    """The one change of the leader that tells most of each difference curve; arrays of shape (n_curves,).

    `direction` is 1 where the first is ahead before it and the second behind it, -1 the other way round, and 0 where
    no change tells as much as none does; `leader` is then who leads.  `place` is the logarithm of the size.
    """

    place: Float
    direction: NDArray[np.int64]
    leader: NDArray[np.int64]

    @property
    def majority(self) -> int:
        """The direction of most curves; 0 if none has a change."""
        forth, back = int(np.sum(self.direction > 0)), int(np.sum(self.direction < 0))
        return 0 if forth == back == 0 else 1 if forth >= back else -1


def _find_steps(difference: DifferenceDraws, curves: Float) -> _Steps:
    """Find the change of the leader that fits best: of steps from one side to the other, or of no change at all.

    It maximizes what lies on the right side less what lies on the wrong one, of the difference in standard errors,
    between the sizes in straight lines over their logarithm.  The place itself is where the difference relative to the
    errors is 0: that is a straight line where both errors follow power laws, as the difference itself is not.
    """
    x = np.log(difference.sizes.astype(np.float64))
    z = curves / _positive(difference.standard_error)
    relative = curves / _positive(difference.level)
    left, right = relative[:, :-1], relative[:, 1:]
    has_change = (left > 0.0) != (right > 0.0)
    share = np.divide(left, left - right, out=np.zeros_like(left), where=has_change)
    width = np.diff(x)
    before = 0.5 * width * np.where(has_change, share, 1.0) * z[:, :-1]
    after = 0.5 * width * np.where(has_change, 1.0 - share, 1.0) * z[:, 1:]
    until = np.cumsum(before + after, axis=1)
    total = until[:, -1] if len(width) else np.zeros(len(curves))
    # The area up to the change less the area beyond it.
    gain = np.where(has_change, 2.0 * (until - after) - total[:, None], 0.0)
    if not len(width):
        return _Steps(np.full(len(z), np.nan), np.zeros(len(z), np.int64), np.sign(z[:, 0]).astype(np.int64))
    best = np.argmax(np.abs(gain), axis=1)
    rows = np.arange(len(z))
    is_better = np.abs(gain[rows, best]) > np.abs(total) * (1.0 + _ROUNDING)
    place = np.where(is_better, x[best] + width[best] * share[rows, best], np.nan)
    direction = np.where(is_better, np.sign(gain[rows, best]), 0.0).astype(np.int64)
    return _Steps(place, direction, np.sign(total).astype(np.int64))


def _positive(scale: Float) -> Float:
    """Return the scale, with the least of its positive values where it is 0; 1 where there are none."""
    positive = scale[scale > 0.0]
    return np.where(scale > 0.0, scale, positive.min() if len(positive) else 1.0)


def _crossing(difference: DifferenceDraws, steps: _Steps) -> tuple[float | None, float | None, float | None]:
    """Return the size of the crossing, and its interval from the draws that cross in the same direction.

    A draw that does not cross counts too, at the open end: where its leader leads throughout, the crossing is beyond
    the end at which the other one should lead.
    """
    mean = _find_steps(difference, difference.mean[None])
    direction = int(mean.direction[0]) or steps.majority
    if not direction:
        return None, None, None
    places = steps.place[steps.direction == direction]
    beyond = steps.leader[steps.direction == 0] * direction
    places = np.concatenate([places, np.where(beyond > 0, np.inf, -np.inf)])
    # Quantiles that are draws themselves: between a draw and an open end there is nothing.
    low, median, high = np.quantile(places, (0.025, 0.5, 0.975), method="inverted_cdf")
    size = float(mean.place[0]) if mean.direction[0] else float(median)
    return _documents(size), _documents(min(low, size)), _documents(max(high, size))


def _documents(place: float) -> float | None:
    return math.exp(place) if math.isfinite(place) else None
