"""What it would take to tell two models apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from textgd.evaluation.scores import CurveScores
from textgd.evaluation.uncertainty import covariance_of_mean

__all__ = ["Need", "what_would_decide"]

# More than that nobody waits for.
_MOST_REPEATS = 1000
_MOST_FACTOR = 100.0


@dataclass(frozen=True)
class Need:
    """What would make the difference of two models significant, if it stays what it is.

    Parameters
    ----------
    repeats : int or None
        So many, of the same documents; None where not even very many would: what the documents at hand have in common
        does not average away.
    documents : int or None
        So many, with as many repeats as now: of the whole corpus, or to test on where there is an official test part.
        None where not even a hundred times as many would.
    """

    repeats: int | None
    documents: int | None


def what_would_decide(scores: CurveScores, first: str, second: str, size: int, significance: float = 0.05) -> Need:
    """Return how many repeats or documents would tell two models apart at a size.

    Parameters
    ----------
    scores : CurveScores
    first, second : str
        Models.
    size : int
        Of the sizes measured.
    significance : float
        The p-value to fall below.

    Returns
    -------
    Need
        Nothing that would where there are fewer than two repeats, or no difference at all.

    Examples
    --------
    >>> from textgd.evaluation.scores import Design
    >>> errors = {"a": np.array([[0.10, 0.14, 0.12]]), "b": np.array([[0.15, 0.14, 0.20]])}
    >>> scores = CurveScores(np.array([20]), errors, {n: np.zeros((1, 3, 0)) for n in errors}, Design(90, 10))
    >>> what_would_decide(scores, "a", "b", 20)
    Need(repeats=10, documents=716)
    """
    row = int(np.flatnonzero(scores.train_sizes == size)[0])
    differences = (scores.errors[second] - scores.errors[first])[row]
    there = np.isfinite(differences)
    n_repeats = int(there.sum())
    mean = abs(float(differences[there].mean())) if n_repeats else 0.0
    if n_repeats < 2 or mean == 0.0:
        return Need(None, None)
    resampled = (scores.resampled[second] - scores.resampled[first])[row]
    variance = float(
        covariance_of_mean(differences[None, there], resampled[None, there], np.array([size]), scores.design)[0, 0]
    )
    of_repeats = float(differences[there].var(ddof=1))
    stays = max(variance - of_repeats / n_repeats, 0.0)
    upper = 1.0 - significance / 2.0
    repeats = np.arange(n_repeats, _MOST_REPEATS + 1)
    is_enough = mean > stdtrit(repeats - 1.0, upper) * np.sqrt(of_repeats / repeats + stays)
    factor = float(stdtrit(n_repeats - 1.0, upper)) ** 2 * variance / mean**2
    design = scores.design
    n_documents = design.n_test if design.is_official else design.n_train + design.n_test
    return Need(
        int(repeats[np.argmax(is_enough)]) if is_enough.any() else None,
        int(np.ceil(factor * n_documents)) if factor <= _MOST_FACTOR else None,
    )
