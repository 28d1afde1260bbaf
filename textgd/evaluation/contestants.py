"""Who takes part in an experiment, and what each is asked: learn from a subset, answer for other documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import thread_time
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from textgd.evaluation.curves import CurveModel
from textgd.evaluation.measures import Answers
from textgd.evaluation.reading import Features, Reading, SubsetReading
from textgd.learning.novelty import learn_novelty
from textgd.learning.text_estimator import Learned, TextEstimator
from textgd.learning.word_dropout import blank_out
from textgd.scoring import Prediction
from textgd.text.vectorizer import CountVectorizer

__all__ = ["Contestant", "Point", "Sheet", "TextContestant", "answers_of", "settings_of"]


@dataclass(frozen=True, eq=False)
class Point:
    """A task: learn from a subset, answer for the documents to test on.

    Parameters
    ----------
    subset : SubsetReading
    labels : array of shape (n_documents,)
        Of all documents.
    codes : int array of shape (n_documents,)
        The same as positions in `classes`.
    classes : array of shape (n_classes,)
        Sorted; the subset holds them all.
    seed : int
        For what draws at random.
    """

    subset: SubsetReading
    labels: NDArray[Any]
    codes: NDArray[np.intp]
    classes: NDArray[Any]
    seed: int

    @property
    def rows(self) -> NDArray[np.intp]:
        """The documents to learn from."""
        return self.subset.order[: self.subset.size]


class Sheet(NamedTuple):
    """The answers to a task.

    Attributes
    ----------
    answers : Answers
    fit_seconds, score_seconds : float
        Processor time, reading included.
    chosen : str or None
        Which of several was chosen.
    n_bytes : callable or None
        Gives how many bytes the file of what was learned has, found out when it is asked; None where no file holds it.
    """

    answers: Answers
    fit_seconds: float
    score_seconds: float
    chosen: str | None = None
    n_bytes: Callable[[], int] | None = None


class Contestant:
    """Whatever learns from documents and answers.

    Parameters
    ----------
    name, family, title, settings
        As in `CurveModel`.
    """

    def __init__(self, name: str, family: str | None, title: str, settings: Mapping[str, Any]) -> None:
        self.name, self.family, self.title, self.settings = name, family, title, settings

    def prepare(self, reading: Reading) -> None:
        """Have the documents read as it reads them."""

    def solve(self, point: Point) -> Sheet:
        """Learn, and answer."""
        raise NotImplementedError

    def describe(self, chosen: Mapping[int, Counter[str]] | None = None) -> CurveModel:
        """Return what results say of it, with how often each of several was chosen at each size."""
        settings = dict(self.settings)
        if chosen:
            settings["chosen"] = {str(size): dict(sorted(counts.items())) for size, counts in chosen.items()}
        return CurveModel(self.name, self.family, self.title, settings)


class TextContestant(Contestant):
    """An estimator of ours on raw documents: it learns from the common reading, to the same result.

    Parameters
    ----------
    name, family, title
    estimator : TextEstimator
    n_jobs : int
        Threads of a fit.
    """

    def __init__(self, name: str, family: str | None, title: str, estimator: TextEstimator, n_jobs: int) -> None:
        settings = settings_of(estimator)
        if settings.get("model") == name:
            del settings["model"]
        super().__init__(name, family, title, settings)
        self.estimator = clone(estimator).set_params(n_jobs=n_jobs)
        # Whatever is wrong with its parameters is said before anything is read.
        self._vectorizer = self.estimator.build_vectorizer()
        self._learns_counts = (
            self.estimator.calibrate is None
            and not self.estimator.word_dropout
            and type(self._vectorizer) is CountVectorizer
            and self._vectorizer.hashing is None
            and hasattr(self.estimator.build_model(), "fit_counts")
        )

    def prepare(self, reading: Reading) -> None:
        """Have the documents read as its vectorizer does."""
        reading.prepare(self._vectorizer, adds_up=self._learns_counts)

    def release(self, reading: Reading) -> None:
        """Let go of what was read for it and for all that read alike."""
        reading.release(self._vectorizer)

    def solve(self, point: Point) -> Sheet:
        """Learn, and answer."""
        features = self.read(point)
        return self.answer(features, *self._learn(point, features))

    def fit(self, point: Point) -> tuple[TextEstimator, float]:
        """Learn, and return the estimator as it would be after the text of the same documents, with the seconds."""
        features = self.read(point)
        learned, seconds = self._learn(point, features)
        return self.classifier(features, learned), features.fit_seconds + seconds

    def changed(self, **parameters: Any) -> TextContestant:
        """Return one of the same name whose estimator has some other parameters."""
        estimator = clone(self.estimator).set_params(**parameters)
        return TextContestant(self.name, self.family, self.title, estimator, estimator.n_jobs)

    def _learn(self, point: Point, features: Features) -> tuple[Learned, float]:
        return self._learn_counts(point, features) if self._learns_counts else self.learn(point, features)

    def learn(self, point: Point, features: Features, hold_out: bool = False) -> tuple[Learned, float]:
        """Return what was learned, and the seconds that it took; `hold_out` as in `TextEstimator.learn`."""
        X, lengths = features.training()
        started = thread_time()
        estimator, blanked = self.estimator, []
        if estimator.word_dropout:
            blanked = blank_out(features.extractor(), features.tokens(), estimator.word_dropout, estimator.n_jobs)
        learned = estimator.learn(X, point.labels[point.rows], None, lengths, hold_out=hold_out, blanked=blanked)
        return learned, thread_time() - started

    def read(self, point: Point) -> Features:
        """Return what it reads."""
        return point.subset.features(self._vectorizer)

    def answer(self, features: Features, learned: Learned, seconds: float) -> Sheet:
        """Return the answers of what was learned."""
        test = features.testing()
        started = thread_time()
        scores = learned.scorer.scores(test, self.estimator.n_jobs)
        answers = answers_of(learned, scores)
        scored = thread_time() - started
        times = features.fit_seconds + seconds, features.score_seconds + scored
        return Sheet(answers, *times, n_bytes=lambda: self.classifier(features, learned).file_size())

    def classifier(self, features: Features, learned: Learned) -> TextEstimator:
        """Return the estimator as it would be if it were fitted on the text of the same documents."""
        fitted: TextEstimator = clone(self.estimator).set_params(n_jobs=None)
        fitted.classes_ = learned.classes
        fitted.model_, fitted.calibration_ = learned.model, learned.calibration
        reader: Any = features.extractor()

        def lengths(distinct: bool) -> NDArray[np.int64]:
            n_ngrams: NDArray[np.int64] = reader.n_ngrams_of(features.tokens(), None, distinct)
            return n_ngrams

        known = None if self._vectorizer.keeps_all else lengths
        held_out = None if self.estimator.calibrate is None else learned.held_out
        novelty = learn_novelty(learned.model, held_out, features.training()[0], reader, known)
        fitted.text_scorer_ = learned.text_scorer(reader, novelty)
        return fitted

    def _learn_counts(self, point: Point, features: Features) -> tuple[Learned, float]:
        codes = point.codes[point.subset.order]
        counts = features.class_counts(codes, len(point.classes))
        started = thread_time()
        class_count = np.bincount(codes[: point.subset.size], minlength=len(point.classes)).astype(np.float64)
        learned = self.estimator.learn_counts(point.classes, class_count, counts)
        return learned, thread_time() - started


def answers_of(learned: Learned, scores: NDArray[np.float64]) -> Answers:
    """Return what a model's scores say."""
    log_proba = None if learned.probabilities is None else learned.probabilities.log_proba(scores)
    columns = Prediction(scores, log_proba, np.zeros(0, np.int64)).columns
    return Answers(columns, scores, log_proba)


def settings_of(estimator: Any) -> dict[str, Any]:
    """Return the parameters that are not the defaults, as JSON can hold them."""
    if not hasattr(estimator, "get_params"):
        return {}
    try:
        defaults = type(estimator)().get_params(deep=False)
    except TypeError:
        defaults = {}
    settings = {}
    for name, value in estimator.get_params(deep=False).items():
        if name not in defaults or repr(defaults[name]) != repr(value):
            is_plain = value is None or isinstance(value, bool | int | float | str)
            settings[name] = value if is_plain else repr(value)
    return settings
