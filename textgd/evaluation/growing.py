"""The experiment of learning curves: every contestant on growing subsets of every repeat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.contestants import Point
from textgd.evaluation.experiment import Job, Task
from textgd.evaluation.reading import SubsetReading

__all__ = ["GrowingTask"]


@dataclass(frozen=True, eq=False)
class GrowingTask(Task):
    """A line a contestant, over the number of documents that it learns from.

    Parameters
    ----------
    sizes : int64 array of shape (n_sizes,)
        Ascending.
    """

    sizes: NDArray[np.int64]

    remedy: ClassVar[str] = "fewer or smaller sizes (--sizes)"

    @property
    def points(self) -> NDArray[Any]:
        """The sizes."""
        return self.sizes

    def jobs(self, number: int) -> Iterator[Job]:
        """Yield a fit of each contestant at each size."""
        data, split = self.data, self.data.splits[number]
        weights = self.resamples(number)
        subset = SubsetReading(self.reading, split.order, split.test)
        for s, size in enumerate(self.sizes.tolist()):
            subset.grow(size)
            point = Point(subset, data.labels, data.codes, data.classes, self.seed_of(number, size))
            for c in range(len(self.contestants)):
                yield Job([(c, s)], partial(self.solve, c, s, point, weights))
