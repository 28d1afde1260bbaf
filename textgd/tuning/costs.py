"""How long things will take, from how long they took: a search within a time has to know before it begins."""

from __future__ import annotations

from collections.abc import Hashable

from textgd.evaluation.costs import Times
from textgd.tuning.space import Candidate

__all__ = ["Costs"]

# What a thread more adds to the speed of one.
_PER_THREAD = 0.6
# Of those never tried: that much of what the dearest of its model took.
_UNKNOWN = 1.3


class Costs:
    """Seconds that candidates took, by the number of documents."""

    def __init__(self) -> None:
        self._fits: dict[Candidate, Times] = {}
        self._reading: dict[Hashable, Times] = {}

    def clear(self) -> None:
        """Forget everything: what code takes when it is loaded says nothing of what it takes later."""
        self._fits.clear()
        self._reading.clear()

    def add(self, candidate: Candidate, size: int, seconds: float, threads: int) -> None:
        """Note what a fit took."""
        self._fits.setdefault(candidate, Times()).add(size, seconds * _speed(threads))

    def add_reading(self, key: Hashable, size: int, seconds: float) -> None:
        """Note what reading took, as one analysis does."""
        self._reading.setdefault(key, Times()).add(size, seconds)

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


def _speed(threads: int) -> float:
    # No fit has more than a few parts that can be done at a time.
    return 1.0 + _PER_THREAD * (min(threads, 4) - 1)
