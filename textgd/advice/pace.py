"""How fast models are tried side by side, so that a study knows what it has time for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil

from textgd.evaluation.costs import Times

__all__ = ["Pace"]


class Pace:
    """Seconds that models take at some size, from what they took at smaller ones.

    Parameters
    ----------
    n_workers : int
        Splits at a time.

    Examples
    --------
    >>> pace = Pace(2)
    >>> pace.note(100, 2, {"nb": 1.0, "lr": 3.0}, 5.0)
    >>> pace.seconds(["nb"], 100, 5), pace.seconds(["nb", "lr"], 50, 2)
    (3.75, 2.5)
    """

    def __init__(self, n_workers: int) -> None:
        self._n_workers = n_workers
        self._times: dict[str, Times] = {}
        self._size = 0
        # What goes by on the clock while one second of the processor is spent on a split.
        self._slowness = 1.0

    def note(self, size: int, n_splits: int, processor: Mapping[str, float], seconds: float) -> None:
        """Note what trying models has taken.

        Parameters
        ----------
        size : int
            Documents learned from.
        n_splits : int
        processor : mapping of model -> float
            Seconds of processor time of each for a split.
        seconds : float
            That went by.
        """
        if size <= self._size:
            return
        self._size = size
        for model, taken in processor.items():
            self._times.setdefault(model, Times()).add(size, taken)
        rounds = ceil(n_splits / self._n_workers)
        self._slowness = max(seconds / max(sum(processor.values()) * rounds, 1e-6), 0.5)

    def seconds(self, models: Iterable[str], size: int, n_splits: int) -> float:
        """Return the seconds that trying models is likely to take."""
        known = (self._times[model].at(size) for model in models if model in self._times)
        return self._slowness * sum(known) * ceil(n_splits / self._n_workers)
