"""Experiments with models whose true error is prescribed: what the statistics of learning curves are held against."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from textgd.evaluation.scores import CurveScores, Design

Float = NDArray[np.float64]


def power_law(sizes: Float, offset: float, scale: float, exponent: float) -> Float:
    return offset + scale * np.asarray(sizes, np.float64) ** -exponent


def prescribed_scores(
    rng: np.random.Generator,
    curves: Mapping[str, Float],
    sizes: NDArray[np.int64],
    n_repeats: int = 20,
    design: Design | None = None,
    n_resamples: int = 50,
    training_noise: float = 0.3,
    is_of_documents: bool = False,
) -> CurveScores:
    """Draw a corpus, and from it an experiment in which each model has the prescribed mean error at each size.

    Each document is hard or easy, for all models and for each of its own, in every repeat the same: so the repeats
    share what they test on.  What a model learned moves its threshold, by something common to all models and something
    of its own that falls with the root of the size; over nested sizes it moves together.  `is_of_documents` makes that
    a sum over the very documents learned from, so that repeats share it too.
    """
    design = design or Design(800, 200)
    n_documents = design.n_train + design.n_test
    common = rng.standard_normal(n_documents)
    hardness = {name: np.sqrt(0.7) * common + np.sqrt(0.3) * rng.standard_normal(n_documents) for name in curves}
    teaches = {name: rng.standard_normal((2, n_documents)) for name in curves}
    spread = training_noise * np.sqrt(sizes[0] / sizes)
    errors = {name: np.zeros((len(sizes), n_repeats)) for name in curves}
    resampled = {name: np.zeros((len(sizes), n_repeats, n_resamples)) for name in curves}
    weights = _resamples(rng, design.n_test, n_resamples)
    for repeat in range(n_repeats):
        if design.is_official:
            test, order = np.arange(design.n_train, n_documents), rng.permutation(design.n_train)
        else:
            shuffled = rng.permutation(n_documents)
            test, order = shuffled[: design.n_test], shuffled[design.n_test :]
            weights = _resamples(rng, design.n_test, n_resamples)
        fresh = rng.standard_normal(len(order))
        for name, curve in curves.items():
            shared = teaches[name][0, order] if is_of_documents else fresh
            own = teaches[name][1, order] if is_of_documents else rng.standard_normal(len(order))
            learned = np.cumsum(np.sqrt(0.7) * shared + np.sqrt(0.3) * own)[sizes - 1] / np.sqrt(sizes)
            threshold = -ndtri(curve) * np.sqrt(1.0 + spread**2)
            is_wrong = hardness[name][test] + (spread * learned)[:, None] > threshold[:, None]
            errors[name][:, repeat] = is_wrong.mean(axis=1)
            resampled[name][:, repeat] = is_wrong @ weights.T
    return CurveScores(sizes, errors, resampled, design)


def _resamples(rng: np.random.Generator, n_documents: int, n_resamples: int) -> Float:
    counts = rng.multinomial(n_documents, np.full(n_documents, 1.0 / n_documents), size=n_resamples)
    weights: Float = counts / n_documents
    return weights
