"""Self-training: a model labels the documents that it is sure of, and learns from them too (Yarowsky 1995)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.learning.calibration import learn_calibration
from textgd.probabilities import Probabilities
from textgd.validation import encode_classes

__all__ = ["MAX_ROUNDS", "SURE", "SelfTrained", "self_train", "take_rows"]

#: The probability above which a document is given its label.
SURE = 0.9
MAX_ROUNDS = 10


class SelfTrained(NamedTuple):
    """What self-training came to.

    Attributes
    ----------
    model : the fitted model
    codes : int array of shape (n_unlabeled,)
        The class that each unlabeled document was given, -1 where it was never sure of one.
    n_rounds : int
        How often documents were given labels.
    """

    model: Any
    codes: NDArray[np.intp]
    n_rounds: int


def self_train(
    model: Any,
    rows: Any,
    labels: NDArray[Any],
    weight: float,
    *,
    weights: NDArray[np.float64] | None = None,
    threshold: float = SURE,
    max_rounds: int = MAX_ROUNDS,
    calibrated: bool = True,
    **groups: Any,
) -> SelfTrained:
    """Fit, give a label to the unlabeled documents that the model is sure of, fit again, until none is added.

    A label that was given stays.

    Parameters
    ----------
    model : estimator with `fit`, `fit_out_of_fold`, `scorer` and `probabilities`
    rows : sparse matrix, or TokenizedDocuments
        First the labeled documents, then the others.
    labels : array of shape (n_labeled,)
    weight : float
        What a document whose label the model gave counts.
    weights : float64 array of shape (n_labeled,), optional
        What each labeled document counts.
    threshold : float
        It is sure of a probability above.
    max_rounds : int
    calibrated : bool
        Probabilities are those of a temperature that fits scores of labeled documents where they were held out; else,
        and where none can be held out, the model's own.
    **groups
        What else its `fit` takes.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from textgd.generative import MultinomialNB
    >>> rows = csr_matrix([[3, 0, 0], [0, 3, 0], [9, 0, 9], [0, 0, 9]])
    >>> trained = self_train(MultinomialNB(), rows, np.array(["a", "b"]), 1.0, calibrated=False)
    >>> trained.codes.tolist(), trained.n_rounds
    ([0, 0], 2)
    """
    classes, known = encode_classes(labels)
    n = len(labels)
    counted = np.ones(n) if weights is None else weights
    given = np.full(len(_starts(rows)) - 1 - n, -1, np.intp)
    first = take_rows(rows, np.arange(n))
    held_out = model.fit_out_of_fold(first, labels, weights, **groups) if calibrated else None
    if held_out is None:
        model.fit(first, labels, weights, **groups)
        probabilities: Probabilities | None = model.probabilities()
    else:
        _, probabilities = learn_calibration("temperature", held_out, known, counted)
    n_rounds = 0
    while probabilities is not None and n_rounds < max_rounds:
        open_rows = np.flatnonzero(given < 0)
        log_proba = probabilities.log_proba(model.scorer().scores(take_rows(rows, n + open_rows)))
        is_sure = log_proba.max(axis=1, initial=-np.inf) > np.log(threshold)
        if not is_sure.any():
            break
        given[open_rows[is_sure]] = log_proba[is_sure].argmax(axis=1)
        n_rounds += 1
        sure = np.flatnonzero(given >= 0)
        chosen = np.concatenate([np.arange(n), n + sure])
        counts = np.concatenate([counted, np.full(len(sure), weight)])
        model.fit(take_rows(rows, chosen), np.concatenate([labels, classes[given[sure]]]), counts, **groups)
    return SelfTrained(model, given, n_rounds)


def take_rows(rows: Any, chosen: NDArray[np.integer[Any]]) -> Any:
    """Return some documents of a sparse matrix, or of TokenizedDocuments."""
    return rows.select(chosen) if hasattr(rows, "select") else rows[chosen]


def _starts(rows: Any) -> NDArray[np.integer[Any]]:
    starts: NDArray[np.integer[Any]] = rows.indptr
    return starts
