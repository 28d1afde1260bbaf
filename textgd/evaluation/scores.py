"""What an experiment with models, sizes and repeats gave: what every statistic of learning curves starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["CurveScores", "Design"]


@dataclass(frozen=True)
class Design:
    """How documents were drawn.

    Parameters
    ----------
    n_train : int
        Documents that the largest subset could have: of the training part of each repeat, or of the official one.
    n_test : int
        Documents that are tested on in a repeat.
    is_official : bool
        All repeats test on one official test part, and draw other subsets of the training part; else each repeat
        draws its own test part.
    n_least : int
        Documents that the smallest subset could have: one of each class.
    """

    n_train: int
    n_test: int
    is_official: bool = False
    n_least: int = 1


@dataclass(frozen=True, eq=False)
class CurveScores:
    """The errors of several models on the same documents: whatever the measure, less is better.

    Parameters
    ----------
    train_sizes : int64 array of shape (n_sizes,)
        Documents that were learned from at each point: of learning curves ascending, over another axis all the same.
    errors : mapping of name -> float64 array of shape (n_sizes, n_repeats)
        NaN where a model failed.  In a repeat all models have learned from the same documents and are tested on the
        same ones, and the documents of a point are among those of the next.
    resampled : mapping of name -> float64 array of shape (n_sizes, n_repeats, n_resamples)
        The same errors on bootstrap resamples of the test documents: of a repeat the same ones for every model and
        size, and with an official test part for every repeat.
    design : Design

    Examples
    --------
    >>> errors = np.array([[0.3, 0.2], [0.2, 0.1]])
    >>> scores = CurveScores(np.array([20, 40]), {"a": errors}, {"a": np.zeros((2, 2, 0))}, Design(80, 20))
    >>> scores.n_repeats, scores.n_resamples
    (2, 0)
    """

    train_sizes: NDArray[np.int64]
    errors: Mapping[str, NDArray[np.float64]]
    resampled: Mapping[str, NDArray[np.float64]]
    design: Design

    @property
    def names(self) -> tuple[str, ...]:
        """The models."""
        return tuple(self.errors)

    @property
    def n_repeats(self) -> int:
        """How often documents were drawn."""
        return int(next(iter(self.errors.values())).shape[1])

    @property
    def n_resamples(self) -> int:
        """How many bootstrap resamples of the test documents there are of each repeat; 0: none."""
        return int(next(iter(self.resampled.values())).shape[2])
