"""Learning from unlabeled documents too, each of them weighted by what held-out labeled documents say it is worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.learning.calibration import learn_calibration
from textgd.learning.folds import HeldOut, find_folds, fold_count
from textgd.learning.self_training import self_train, take_rows
from textgd.text.rows import Rows
from textgd.text.threads import run_in_threads
from textgd.validation import AUTO, check_number, encode_classes

__all__ = ["Joint", "Taught", "check_unlabeled_weight", "teach"]

# What is tried for "auto".
_WEIGHTS, _WHOLE_WEIGHTS = (0.1, 1.0), (1.0,)
# By how many of its standard errors a gain in log loss, or in errors, has to be beyond noise.  The model that learns
# from labeled documents alone loses most by those that are held out, and looks worse than it is: on 200 reviews one
# standard error let that through.  With two documents a class the log loss is noise, and errors show the gain.
_BEYOND_LOSS, _BEYOND_ERRORS = 2.0, 3.0

Codes = NDArray[np.intp]
Floats = NDArray[np.float64]


class Joint(NamedTuple):
    """Labeled and unlabeled documents, read together: their words are one vocabulary.

    Attributes
    ----------
    rows : sparse matrix, or TokenizedDocuments
        First the labeled documents, then the others.
    groups : mapping
        What else the model's `fit` takes.
    """

    rows: Any
    groups: dict[str, Any]


class Taught(NamedTuple):
    """What was learned.

    Attributes
    ----------
    model : the fitted model
        On the joint reading; where `weight` is 0 on that of the labeled documents alone.
    held_out : HeldOut or None
        What labeled documents score where they are not learned from.
    weight : float
        What an unlabeled document counts.
    """

    model: Any
    held_out: HeldOut | None
    weight: float


def check_unlabeled_weight(weight: Any, has_unlabeled: bool) -> None:
    """Check what an unlabeled document is to count.

    Raises
    ------
    InvalidParameterError
        For what is no number from 0 to 1, nor "auto"; and for a number where there is no unlabeled document.
    """
    if isinstance(weight, str) and weight == AUTO:
        return
    check_number("unlabeled_weight", weight, 0, 1, words=(AUTO,))
    if not has_unlabeled:
        raise InvalidParameterError(
            f"unlabeled_weight is {weight!r}, and there are no unlabeled documents. Give some by unlabeled= "
            "(--unlabeled), or leave it out."
        )


def teach(
    build: Callable[[], Any],
    X: Any,
    groups: dict[str, Any],
    joint: Joint,
    labels: NDArray[Any],
    weights: Floats | None,
    weight: float | str,
    n_jobs: int | None,
) -> Taught:
    """Learn from labeled and unlabeled documents.

    A model that has the method `learn_unlabeled` learns by that, any other by self-training.  With the weight "auto"
    some are tried, and each labeled document is held out once; what does best is taken where it is better than
    without unlabeled documents beyond noise, in log loss or in errors, and worse in neither.

    Parameters
    ----------
    build : callable
        Makes an unfitted model.
    X : sparse matrix, or TokenizedDocuments
        The labeled documents, read by themselves.
    groups : dict
        What else the model's `fit` takes for them.
    joint : Joint
    labels : array of shape (n_labeled,)
    weights : float64 array of shape (n_labeled,), optional
    weight : float above 0, or "auto"
    n_jobs : int, optional
        Threads; what is learned does not depend on it.
    """
    model = build()
    whole = getattr(model, "counts_whole_documents", False)
    if weight != AUTO and whole and weight != 1:
        raise InvalidParameterError(
            f"unlabeled_weight is {weight!r}; language models count whole documents: allowed are 0, 1 and {AUTO!r}."
        )
    _, codes = encode_classes(labels)
    counted = np.ones(len(codes)) if weights is None else weights
    learns = hasattr(model, "learn_unlabeled")
    tried = (_WHOLE_WEIGHTS if whole else _WEIGHTS) if isinstance(weight, str) else (float(weight),)
    kept = np.flatnonzero(counted)
    n_documents = len(joint.rows.indptr) - 1
    content = _content(take_rows(joint.rows, kept))
    # As many as the time of a fit asks for, and that goes with the number of all documents.
    folds = [kept[fold] for fold in find_folds(content, codes[kept], fold_count(n_documents))]
    n_classes = int(codes.max()) + 1
    class_count = np.bincount(codes, counted, n_classes)

    def learn(part: tuple[float, NDArray[np.intp] | None]) -> Any:
        share, held = part
        own = np.arange(len(labels)) if held is None else np.setdiff1d(kept, held)
        others = np.arange(len(labels), n_documents)
        own_weights = None if weights is None else weights[own]
        if learns:
            # Holding out makes a class rarer, which a new document does not.
            fitted = build().learn_unlabeled(
                take_rows(joint.rows, own),
                labels[own],
                take_rows(joint.rows, others),
                share,
                sample_weight=own_weights,
                class_count=class_count,
                warn=held is None,
            )
        else:
            rows = joint.rows if held is None else take_rows(joint.rows, np.concatenate([own, others]))
            fitted = self_train(build(), rows, labels[own], share, weights=own_weights, **joint.groups).model
        return fitted if held is None else fitted.scorer().scores(take_rows(joint.rows, held))

    parts: list[tuple[float, Codes | None]] = [(share, held) for share in tried for held in folds]
    scored = run_in_threads(learn, parts, n_jobs)
    trials = []
    for number, _ in enumerate(tried if folds else ()):
        scores = np.zeros((len(codes), n_classes))
        for held, some in zip(folds, scored[number * len(folds) :], strict=False):
            scores[held] = some
        trials.append(HeldOut(scores, folds))
    if weight != AUTO:
        return Taught(learn((tried[0], None)), trials[0] if trials else None, tried[0])
    plain = model.fit_out_of_fold(X, labels, weights, **groups)
    best = _choose(plain, trials, codes, counted)
    if best is None:
        return Taught(model, plain, 0.0)
    return Taught(learn((tried[best], None)), trials[best], tried[best])


def _choose(plain: HeldOut | None, trials: list[HeldOut], codes: Codes, weights: Floats) -> int | None:
    """Return the number of the trial that is better than none beyond noise, the best of them; None where none is."""
    if plain is None or not trials:
        return None
    rows = np.intersect1d(plain.rows, trials[0].rows)
    share = weights[rows] / weights[rows].sum()

    def gain(first: Floats, second: Floats) -> tuple[float, float]:
        """Return by how much the second is less, and that in standard errors."""
        difference = (first - second)[rows]
        mean = float(share @ difference)
        error = float(np.sqrt(share @ (difference - mean) ** 2 / len(rows)))
        return mean, mean / error if error else 0.0

    losses, errors = _judge(plain, codes, weights)
    best, most = None, 0.0
    for number, trial in enumerate(trials):
        trial_losses, trial_errors = _judge(trial, codes, weights)
        less, sure = gain(losses, trial_losses)
        fewer, sure_of_errors = gain(errors, trial_errors)
        is_beyond_noise = sure > _BEYOND_LOSS or sure_of_errors > _BEYOND_ERRORS
        if is_beyond_noise and fewer >= 0.0 and less > most:
            best, most = number, less
    return best


def _judge(held_out: HeldOut, codes: Codes, weights: Floats) -> tuple[Floats, Floats]:
    """Return the log loss of each document, calibrated, and 1 where it is wrong."""
    # As it would be used: calibration may move the border between classes, where naive Bayes gains much by it.
    _, probabilities = learn_calibration(AUTO, held_out, codes, weights)
    log_proba = probabilities.log_proba(held_out.scores)
    return -log_proba[np.arange(len(codes)), codes], (log_proba.argmax(axis=1) != codes).astype(np.float64)


def _content(rows: Any) -> Any:
    """Return what tells documents apart."""
    if hasattr(rows, "select"):
        return Rows(rows.indptr, rows.ids, np.ones(len(rows.ids)), len(rows.vocabulary) + 1)
    return rows
