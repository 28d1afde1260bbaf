"""What probabilities cost each document: log loss and Brier score."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEAST_PROBABILITY", "brier_scores", "log_losses"]

#: No logarithm of 0: a document that got probability 0 costs -ln of this, 36.04 nats, and not infinity.
LEAST_PROBABILITY = float(np.finfo(np.float64).eps)


def log_losses(truth: NDArray[np.intp], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return -ln of the probability that each document's own class got, in nats.

    Parameters
    ----------
    truth : int array of shape (n_documents,)
        The column of the true class; of one that the model has never seen, any number past the columns.
    probabilities : float64 array of shape (n_documents, n_classes)

    Examples
    --------
    >>> log_losses(np.array([0, 1, 2]), np.array([[0.5, 0.5], [0.75, 0.25], [0.5, 0.5]])).round(2).tolist()
    [0.69, 1.39, 36.04]
    """
    of_truth = _of_truth(truth, probabilities)
    losses: NDArray[np.float64] = -np.log(np.clip(of_truth, LEAST_PROBABILITY, 1.0))
    return losses


def brier_scores(truth: NDArray[np.intp], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return half the squared distance between each document's probabilities and the truth, from 0 to 1.

    Of two classes it is the squared error of either's probability.

    References
    ----------
    G. W. Brier (1950), Verification of forecasts expressed in terms of probability.

    Examples
    --------
    >>> brier_scores(np.array([0, 1]), np.array([[0.5, 0.5], [0.75, 0.25]])).tolist()
    [0.25, 0.5625]
    """
    of_truth = _of_truth(truth, probabilities)
    squares = (probabilities**2).sum(axis=1)
    # Off the true class as it is, on it the distance to 1; the column that an unseen label would have is 0.
    scores: NDArray[np.float64] = (squares - of_truth**2 + (1.0 - of_truth) ** 2) / 2.0
    return scores


def _of_truth(truth: NDArray[np.intp], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability that each document's own class got; 0 for a class that has no column."""
    seen = np.flatnonzero(truth < probabilities.shape[1])
    of_truth = np.zeros(len(truth))
    of_truth[seen] = probabilities[seen, truth[seen]]
    return of_truth
