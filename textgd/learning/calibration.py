"""Learning what probability a score stands for, from scores of documents that the model has not seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import UnknownNameError, suggestion
from textgd.learning.folds import HeldOut
from textgd.probabilities import Isotonic, Probabilities, Sigmoid, Softmax, log_odds
from textgd.validation import AUTO

__all__ = ["CALIBRATIONS", "check_calibration", "learn_calibration"]

Scores = NDArray[np.float64]
Codes = NDArray[np.integer[Any]]

# So many documents of each class it takes to tell where its probability lies.
_ENOUGH = 10


def learn_calibration(
    method: str, held_out: HeldOut, classes: Codes, weights: Scores | None = None
) -> tuple[str, Probabilities]:
    """Return the method that was used, and the probabilities that fit held-out scores best.

    Parameters
    ----------
    method : {"auto", "temperature", "sigmoid", "isotonic"}
        "auto" takes the temperature, which changes no label, unless another one makes no more errors and is better by
        more than the standard error of its advantage in log loss, each fold judged by what the others teach; and
        where a class has fewer than ten documents.
    held_out : HeldOut
        Scores of documents that the model did not learn from.
    classes : int array of shape (n_rows,)
        The true classes.
    weights : float64 array of shape (n_rows,), optional

    Examples
    --------
    A model that is twice as sure as it should be:

    >>> held_out = HeldOut(np.array([[0.0, 2 * np.log(3)]] * 4000), [np.arange(4000)])
    >>> method, calibration = learn_calibration("temperature", held_out, np.array([1, 1, 1, 0] * 1000))
    >>> np.exp(calibration.log_proba(held_out.scores[:1])).round(3)
    array([[0.25, 0.75]])
    """
    check_calibration(method)
    weights = np.ones(len(classes)) if weights is None else weights
    if method == AUTO:
        method = _choose(held_out, classes, weights)
    rows = held_out.rows
    return method, CALIBRATIONS[method](held_out.scores[rows], classes[rows], weights[rows])


def _choose(held_out: HeldOut, classes: Codes, weights: Scores) -> str:
    """Return the method that does best on documents that it has not seen."""
    rows = held_out.rows
    first, *others = CALIBRATIONS
    if np.bincount(classes[rows], minlength=held_out.scores.shape[1]).min() < _ENOUGH:
        return first
    share = weights[rows] / weights[rows].sum()
    losses, errors = {}, {}
    for method in CALIBRATIONS:
        log_proba = _held_out_log_proba(method, held_out, classes, weights)[rows]
        losses[method] = -log_proba[np.arange(len(rows)), classes[rows]]
        errors[method] = share @ (log_proba.argmax(axis=1) != classes[rows])
    best, most = first, 0.0
    for method in others:
        advantage = losses[first] - losses[method]
        mean = share @ advantage
        error = np.sqrt(share @ (advantage - mean) ** 2 / len(rows))
        if mean > max(error, most) and errors[method] <= errors[first]:
            best, most = method, float(mean)
    return best


def _held_out_log_proba(method: str, held_out: HeldOut, classes: Codes, weights: Scores) -> Scores:
    """Return the log-probabilities of each document, by a calibration that has not seen its fold."""
    log_proba = np.zeros_like(held_out.scores)
    for number, held in enumerate(held_out.folds):
        seen = np.concatenate([fold for other, fold in enumerate(held_out.folds) if other != number])
        calibration = CALIBRATIONS[method](held_out.scores[seen], classes[seen], weights[seen])
        log_proba[held] = calibration.log_proba(held_out.scores[held])
    return log_proba


def check_calibration(method: str) -> None:
    """Check the name of a method.

    Raises
    ------
    UnknownNameError
    """
    if method not in (AUTO, *CALIBRATIONS):
        raise UnknownNameError(
            f"calibrate is {method!r}; there is no such calibration. {suggestion(str(method), (AUTO, *CALIBRATIONS))} "
            "None leaves the scores as they are."
        )


def _temperature(scores: Scores, classes: Codes, weights: Scores) -> Softmax:
    from scipy.optimize import minimize_scalar

    # A few documents that are all right are no reason to be certain: as if one more had been wrong, of any score.
    n_classes = scores.shape[1]
    wrong = 1.0 / (weights.sum() + 1.0)
    targets = np.outer(weights, np.full(n_classes, wrong / (n_classes - 1)))
    targets[np.arange(len(classes)), classes] = weights * (1.0 - wrong)
    # Scores of any size: the search takes place where they are about 1.
    scale = float(np.ptp(scores, axis=1).max())
    if scale <= 1e-12 * float(np.abs(scores).max()):
        # Nothing but rounding tells the classes apart: any temperature is as good.
        return Softmax()

    def loss(log_temperature: float) -> float:
        log_proba = Softmax(scale * float(np.exp(log_temperature))).log_proba(scores)
        return -float(np.vdot(targets, log_proba))

    # The loss is convex in 1 / temperature, so it has one minimum.
    best = minimize_scalar(loss, bounds=np.log([1e-4, 1e4]), method="bounded", options={"xatol": 1e-8})
    return Softmax(scale * float(np.exp(best.x)))


def _sigmoid(scores: Scores, classes: Codes, weights: Scores) -> Sigmoid:
    lines = [_line(ahead, is_class, weights) for ahead, is_class in _one_by_one(scores, classes)]
    slopes, intercepts = zip(*lines, strict=True)
    return Sigmoid(slopes, intercepts)


def _line(ahead: Scores, is_class: NDArray[np.bool_], weights: Scores) -> tuple[float, float]:
    """Return slope and intercept of the log-odds by Platt's method (1999), section 2.2.

    Its targets keep off 0 and 1 by what a uniform prior of the class's share leaves open.
    """
    from scipy.optimize import minimize

    n_yes, n_no = float(weights[is_class].sum()), float(weights[~is_class].sum())
    target = np.where(is_class, (n_yes + 1.0) / (n_yes + 2.0), 1.0 / (n_no + 2.0))
    # Scores of any size: the search takes place where they are about 1.
    scale = max(float(np.abs(ahead).max()), np.finfo(np.float64).tiny)
    x = ahead / scale

    def loss(line: Scores) -> tuple[float, Scores]:
        z = line[0] * x + line[1]
        error = weights * (1.0 / (1.0 + np.exp(-z)) - target)
        value = weights @ (np.logaddexp(0.0, z) - target * z)
        return float(value), np.array([error @ x, error.sum()])

    start = np.array([0.0, np.log((n_yes + 1.0) / (n_no + 1.0))])
    with np.errstate(over="ignore"):
        found = minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-9 * weights.sum()}).x
    return float(found[0] / scale), float(found[1])


def _isotonic(scores: Scores, classes: Codes, weights: Scores) -> Isotonic:
    from sklearn.isotonic import IsotonicRegression

    odds, shares = [], []
    for ahead, is_class in _one_by_one(scores, classes):
        curve = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
        curve.fit(ahead, is_class.astype(np.float64), weights)
        # Nothing is certain: the ends are what one more document of the other kind would make of all.
        least = 1.0 / (weights.sum() + 2.0)
        odds.append(tuple(curve.X_thresholds_.tolist()))
        shares.append(tuple(np.clip(curve.y_thresholds_, least, 1.0 - least).tolist()))
    return Isotonic(tuple(odds), tuple(shares))


def _one_by_one(scores: Scores, classes: Codes) -> list[tuple[Scores, NDArray[np.bool_]]]:
    """Return each class's log-odds and whether it is true; of two classes, only the second's."""
    ahead = log_odds(scores)
    wanted = [1] if scores.shape[1] == 2 else range(scores.shape[1])
    return [(ahead[:, k], classes == k) for k in wanted]


# The first changes no label, the later ones are freer.
CALIBRATIONS: dict[str, Callable[[Scores, Codes, Scores], Probabilities]] = {
    "temperature": _temperature,
    "sigmoid": _sigmoid,
    "isotonic": _isotonic,
}
