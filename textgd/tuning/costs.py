"""How long things will take, from how long they took: a search within a time has to know before it begins."""

from __future__ import annotations

from collections.abc import Hashable
from time import monotonic

from textgd.tuning.space import Candidate

__all__ = ["Clock", "Costs"]

# Time grows a little faster than the number of documents, for vocabularies grow and solvers take more rounds.
_GROWTH = 1.08
# What a thread more adds to the speed of one.
_PER_THREAD = 0.6
# Of those never tried: that much of what the dearest of its model took.
_UNKNOWN = 1.3
# Two times that were measured on few documents may be a line by chance alone.
_LEAST_SHARE = 0.4


class Clock:
    """The time since a search began, and what is left of its budget.

    Parameters
    ----------
    budget : float or None
        Seconds; None: no limit.
    spent : float
        Seconds of it that are spent already.
    """

    def __init__(self, budget: float | None, spent: float = 0.0) -> None:
        self.budget = budget
        self._started = monotonic() - spent

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return monotonic() - self._started

    @property
    def left(self) -> float:
        """Seconds to go; infinite without a budget."""
        return float("inf") if self.budget is None else self.budget - self.spent


class Costs:
    """Seconds that candidates took, by the number of documents."""

    def __init__(self) -> None:
        self._fits: dict[Candidate, _Times] = {}
        self._reading: dict[Hashable, _Times] = {}

    def clear(self) -> None:
        """Forget everything: what code takes when it is loaded says nothing of what it takes later."""
        self._fits.clear()
        self._reading.clear()

    def add(self, candidate: Candidate, size: int, seconds: float, threads: int) -> None:
        """Note what a fit took."""
        self._fits.setdefault(candidate, _Times()).add(size, seconds * _speed(threads))

    def add_reading(self, key: Hashable, size: int, seconds: float) -> None:
        """Note what reading took, as one analysis does."""
        self._reading.setdefault(key, _Times()).add(size, seconds)

    def of_fit(self, candidate: Candidate, size: int, threads: int) -> float:
        """Return the seconds that a fit is likely to take; 0 where nothing is known of the model."""
        if candidate in self._fits:
            return self._fits[candidate].at(size) / _speed(threads)
        of_model = [times.at(size) for other, times in self._fits.items() if other.model == candidate.model]
        return _UNKNOWN * max(of_model, default=0.0) / _speed(threads)

    def of_reading(self, key: Hashable, size: int) -> float:
        """Return the seconds that reading is likely to take; 0 where nothing is known."""
        if key in self._reading:
            return self._reading[key].at(size)
        return max((times.at(size) for times in self._reading.values()), default=0.0)


class _Times:
    """What one thing took with the last two numbers of documents."""

    def __init__(self) -> None:
        self._known: list[tuple[int, float]] = []

    def add(self, size: int, seconds: float) -> None:
        self._known = [*(known for known in self._known[-1:] if known[0] < size), (size, seconds)]

    def at(self, size: int) -> float:
        """Return the seconds for so many documents: along the line through both, which leaves out what is constant."""
        last, seconds = self._known[-1]
        ratio = size / last
        if ratio <= 1.0:
            return seconds * ratio
        most: float = seconds * ratio**_GROWTH
        if len(self._known) == 1:
            return most
        before, less = self._known[0]
        line = seconds + (seconds - less) / (last - before) * (size - last)
        likely: float = line * ratio ** (_GROWTH - 1.0)
        return min(max(likely, _LEAST_SHARE * most), most)


def _speed(threads: int) -> float:
    # No fit has more than a few parts that can be done at a time.
    return 1.0 + _PER_THREAD * (min(threads, 4) - 1)
