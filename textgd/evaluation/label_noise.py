"""The experiment of wrong labels: models that learn from ever more of them, tested on right ones."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.contestants import Point
from textgd.evaluation.experiment import Job
from textgd.evaluation.level_task import LevelTask
from textgd.evaluation.reading import SubsetReading

__all__ = ["LabelNoiseTask", "flip_labels"]

# Tells the draws of an experiment apart that have the same seed and repeat.
_STREAM = 2


def flip_labels(
    codes: NDArray[np.intp], order: NDArray[np.intp], share: float, n_classes: int, seed: tuple[int, ...]
) -> NDArray[np.intp]:
    """Return classes of which a share of those in `order` is replaced by another class, drawn at random.

    Each class loses the same share, as nearly as whole documents can, and one document at least stays right.  What is
    flipped at one share is flipped, to the same class, at any greater one.

    Parameters
    ----------
    codes : intp array of shape (n_documents,)
        Right classes.
    order : intp array of shape (n_train,)
        Rows of the training part, in an order whose every front part mirrors the classes (`Split.order`).
    share : float
        From 0 to below 1.
    n_classes : int
    seed : tuple of int

    Examples
    --------
    >>> codes, order = np.array([0, 1, 0, 1, 0, 1]), np.arange(6)
    >>> flip_labels(codes, order, 0.5, 2, (0,)).tolist()
    [0, 1, 0, 0, 1, 0]
    """
    n = min(round(share * len(order)), len(order) - n_classes)
    # The end of the order, so that the documents left right are a front part, which has every class.
    flipped = order[::-1]
    steps = np.random.default_rng(seed).integers(1, n_classes, len(order))
    noisy = codes.copy()
    noisy[flipped[:n]] = (codes[flipped[:n]] + steps[:n]) % n_classes
    return noisy


class LabelNoiseTask(LevelTask):
    """A line a contestant, over the share of the training labels that are wrong."""

    def jobs(self, number: int) -> Iterator[Job]:
        """Yield a fit of each contestant at each level."""
        data, split = self.data, self.data.splits[number]
        weights = self.resamples(number)
        for p, level in enumerate(self.levels.tolist()):
            codes = flip_labels(data.codes, split.order, level, len(data.classes), (self.seed, number, _STREAM))
            # One of its own for each level, for it counts the classes of what was learned from.
            subset = SubsetReading(self.reading, split.order, split.test)
            subset.grow(len(split.order))
            point = Point(subset, data.classes[codes], codes, data.classes, self.seed_of(number))
            for c in range(len(self.contestants)):
                yield Job([(c, p)], partial(self.solve, c, p, point, weights))
