"""Estimators of the user's own: whatever has `fit` and `predict`."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from time import thread_time
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import get_tags

from textgd.errors import DataError
from textgd.evaluation.contestants import Contestant, Point, Sheet, settings_of
from textgd.evaluation.measures import Answers
from textgd.evaluation.reading import Reading
from textgd.text.vectorizer import CountVectorizer

__all__ = ["OutsideContestant"]


class OutsideContestant(Contestant):
    """An estimator of the user's own, with `fit` and `predict` on raw documents or on counts.

    Parameters
    ----------
    name : str
    estimator : estimator
        A fresh copy is fitted each time.
    needs : {"labels", "scores", "probabilities"}
        What the measure asks of it.
    everything : bool
        Ask for scores also where the measure does not need them, if it has any.
    """

    def __init__(self, name: str, estimator: Any, needs: str, everything: bool = False) -> None:
        super().__init__(name, None, type(estimator).__name__, settings_of(estimator))
        self._estimator, self._needs, self._everything = estimator, needs, everything
        self._vectorizer = (
            None if _reads_documents(estimator) else CountVectorizer(ngram_range=(1, 2), dtype=np.float64)
        )

    def prepare(self, reading: Reading) -> None:
        """Have the n-grams counted, where it learns from counts."""
        if self._vectorizer is not None:
            reading.prepare(self._vectorizer)

    def solve(self, point: Point) -> Sheet:
        """Learn, and answer."""
        estimator = self._fresh(point.seed)
        read = [0.0, 0.0]
        if self._vectorizer is None:
            texts = point.subset.reading.texts
            training, testing = ([texts[row] for row in rows] for rows in (point.rows, point.subset.test))
        else:
            features = point.subset.features(self._vectorizer)
            # Copies, for others read the same, and some estimators work in place.
            training, testing = features.training()[0].copy(), features.testing().to_scipy().copy()
            read = [features.fit_seconds, features.score_seconds]
        started = thread_time()
        estimator.fit(training, point.labels[point.rows])
        fitted = thread_time()
        answers = self._ask(estimator, testing, point)
        return Sheet(answers, read[0] + fitted - started, read[1] + thread_time() - fitted)

    def _fresh(self, seed: int) -> Any:
        """Return an unfitted copy; what draws at random and has no seed of its own gets one, to be repeatable."""
        if not hasattr(self._estimator, "get_params"):
            return copy.deepcopy(self._estimator)
        estimator = clone(self._estimator)
        unseeded = [
            name
            for name, value in estimator.get_params().items()
            if value is None and name.rpartition("__")[2] == "random_state"
        ]
        return estimator.set_params(**dict.fromkeys(unseeded, seed))

    def _ask(self, estimator: Any, testing: Any, point: Point) -> Answers:
        n_classes = len(point.classes)
        position = {label: code for code, label in enumerate(point.classes.tolist())}
        named = np.asarray(estimator.predict(testing)).tolist()
        unknown = next((label for label in named if label not in position), None)
        if unknown is not None or len(named) != len(point.subset.test):
            what = (
                f"the label {unknown!r}, which is no class"
                if len(named) == len(point.subset.test)
                else "too few labels"
            )
            raise DataError(f"{self.name} predicted {what}.")
        columns = np.array([position[label] for label in named], np.intp)
        if self._needs == "labels" and not self._everything:
            return Answers(columns)
        asked = ("predict_proba",) if self._needs == "probabilities" else ("decision_function", "predict_proba")
        method = next((name for name in asked if hasattr(estimator, name)), None)
        if method is None and self._needs == "labels":
            return Answers(columns)
        if method is None:
            raise DataError(f"{self.name} has no {' or '.join(asked)}, which the metric needs.")
        given = np.asarray(getattr(estimator, method)(testing), np.float64)
        if given.ndim == 1:
            given = np.stack([np.zeros(len(given)), given], axis=1)
        own = [position[label] for label in np.asarray(estimator.classes_).tolist()]
        scores = np.zeros((len(given), n_classes))
        scores[:, own] = given
        with np.errstate(divide="ignore"):
            return Answers(columns, scores, np.log(scores) if method == "predict_proba" else None)


def _reads_documents(estimator: Any) -> bool:
    """Whether an estimator takes raw documents: one of its parts says so, or the first does not say it takes a matrix.

    What an estimator takes are its scikit-learn tags; they say a matrix where nobody has said anything else.
    """
    tags = [_input_tags(part) for part in _parts(estimator)]
    return any(given is not None and given.string for given in tags) or tags[0] is None or not tags[0].two_d_array


def _parts(estimator: Any) -> Iterator[Any]:
    """Yield the estimators that one is made of; itself where it is not made of others."""
    inner = [
        part
        for name in ("steps", "transformer_list", "estimators")
        for _, part, *_ in _pairs(getattr(estimator, name, None))
    ]
    if not inner and hasattr(getattr(estimator, "estimator", None), "fit"):
        inner = [estimator.estimator]
    for part in inner:
        yield from _parts(part)
    if not inner:
        yield estimator


def _pairs(named: Any) -> list[tuple[Any, ...]]:
    """Return the parts that have names; "drop" and "passthrough" stand for none."""
    pairs = named if isinstance(named, list) else []
    return [pair for pair in pairs if isinstance(pair, tuple) and hasattr(pair[1], "fit")]


def _input_tags(part: Any) -> Any:
    try:
        return get_tags(part).input_tags
    except (AttributeError, TypeError, ValueError):
        return None
