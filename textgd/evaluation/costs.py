"""How long things will take, from how long they took: work within a time has to know before it begins."""

from __future__ import annotations

from time import monotonic

__all__ = ["Clock", "Times"]

# Time grows a little faster than the number of documents, for vocabularies grow and solvers take more rounds.
_GROWTH = 1.08
# Two times that were measured on few documents may be a line by chance alone.
_LEAST_SHARE = 0.4


class Clock:
    """The time since work began, and what is left of its budget.

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


class Times:
    """What one thing took with the last two numbers of documents.

    Examples
    --------
    >>> times = Times()
    >>> times.add(100, 1.0)
    >>> times.at(50), round(times.at(1000), 1)
    (0.5, 12.0)
    """

    def __init__(self) -> None:
        self._known: list[tuple[int, float]] = []

    def add(self, size: int, seconds: float) -> None:
        """Note what it took with so many documents."""
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
