"""Confident learning: how many labels are wrong, from probabilities of models that have not seen the documents.

C. Northcutt, L. Jiang and I. Chuang (2021), Confident learning: estimating uncertainty in dataset labels, Journal of
Artificial Intelligence Research 70, section 3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from textgd.metrics import Interval

__all__ = ["class_thresholds", "confident_classes", "noise_interval"]

_N_DRAWS = 200


def class_thresholds(probabilities: NDArray[np.float64], codes: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return how probable each class is, on average, for the documents that have its label (equation 2).

    Parameters
    ----------
    probabilities : float64 array of shape (n_documents, n_classes)
    codes : intp array of shape (n_documents,)
        The class that each document's label says.

    Returns
    -------
    float64 array of shape (n_classes,); infinite for a class without documents
    """
    sizes = np.bincount(codes, minlength=probabilities.shape[1])
    own = probabilities[np.arange(len(codes)), codes]
    sums = np.bincount(codes, own, probabilities.shape[1])
    return np.where(sizes > 0, sums / np.maximum(sizes, 1), np.inf)


def confident_classes(probabilities: NDArray[np.float64], thresholds: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the class that each document confidently is of, -1 where there is none (equation 1).

    That is the most probable of the classes that are as probable as on average for their own documents.

    Examples
    --------
    >>> probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.9, 0.1]])
    >>> codes = np.array([0, 0, 1, 1])
    >>> thresholds = class_thresholds(probabilities, codes)
    >>> thresholds, confident_classes(probabilities, thresholds)
    (array([0.85, 0.4 ]), array([ 0, -1,  1,  0]))
    """
    sure = probabilities >= thresholds
    best = np.where(sure, probabilities, -1.0).argmax(axis=1)
    return np.where(sure.any(axis=1), best, -1)


def noise_interval(confident: NDArray[np.intp], codes: NDArray[np.intp], n_classes: int, random_state: int) -> Interval:
    """Return the share of labels that are wrong, with its 95 % interval.

    The confident joint counts the documents by their label and the class that they confidently are of; each row is
    scaled to all documents with that label (equation 3), and what is off the diagonal is wrong.  The interval is that
    of a bootstrap of the documents.

    Parameters
    ----------
    confident : intp array of shape (n_documents,)
        -1 where a document is confidently of no class.
    codes : intp array of shape (n_documents,)
    n_classes : int
    random_state : int

    Examples
    --------
    >>> confident = np.array([0] * 50 + [1] * 40 + [0] * 10)
    >>> noise = noise_interval(confident, np.repeat([0, 1], 50), 2, random_state=0)
    >>> f"{noise.value:.2f} ({noise.low:.2f} to {noise.high:.2f})"
    '0.10 (0.05 to 0.16)'
    """
    # A document is one of few cells: its label, and right, wrong, or nothing sure.
    state = np.where(confident < 0, 2, (confident != codes).astype(np.intp))
    cells = np.bincount(codes * 3 + state, minlength=3 * n_classes).astype(np.int64)
    draws = np.random.default_rng(random_state).multinomial(len(codes), cells / len(codes), _N_DRAWS)
    values = _noise(np.vstack([cells, draws]).reshape(-1, n_classes, 3))
    low, high = np.quantile(values[1:], [0.025, 0.975]).tolist()
    return Interval(float(values[0]), min(low, float(values[0])), max(high, float(values[0])))


def _noise(cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share off the diagonal of the joint; cells has shape (n, n_classes, 3)."""
    totals = cells.sum(axis=2)
    sure = np.maximum(cells[:, :, 0] + cells[:, :, 1], 1)
    wrong: NDArray[np.float64] = (totals * cells[:, :, 1] / sure).sum(axis=1) / totals.sum(axis=1)
    return wrong
