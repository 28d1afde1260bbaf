"""What can take part in an experiment: a model by name, an estimator, or a choice among several."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import thread_time
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.utils import get_tags

from textgd.classifier import TextClassifier
from textgd.errors import DataError, InvalidParameterError
from textgd.evaluation.curves import CurveModel
from textgd.evaluation.measures import Answers, Measure
from textgd.evaluation.reading import Features, Reading, SubsetReading
from textgd.learning.text_estimator import Learned, TextEstimator
from textgd.models import MODELS, find_model
from textgd.scoring import Prediction
from textgd.text.vectorizer import CountVectorizer

__all__ = ["Contestant", "Point", "Sheet", "enter"]


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
    """

    subset: SubsetReading
    labels: NDArray[Any]
    codes: NDArray[np.intp]
    classes: NDArray[Any]

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
    """

    answers: Answers
    fit_seconds: float
    score_seconds: float
    chosen: str | None = None


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
        super().__init__(name, family, title, _settings(estimator))
        self.estimator = clone(estimator).set_params(n_jobs=n_jobs)
        # Whatever is wrong with its parameters is said before anything is read.
        self._vectorizer = self.estimator.build_vectorizer()
        self._learns_counts = (
            self.estimator.calibrate is None
            and type(self._vectorizer) is CountVectorizer
            and self._vectorizer.hashing is None
            and hasattr(self.estimator.build_model(), "fit_counts")
        )

    def prepare(self, reading: Reading) -> None:
        """Have the documents read as its vectorizer does."""
        reading.prepare(self._vectorizer)

    def solve(self, point: Point) -> Sheet:
        """Learn, and answer."""
        features = point.subset.features(self._vectorizer)
        if self._learns_counts:
            return self.answer(features, *self._learn_counts(point, features))
        return self.answer(features, *self.learn(point, features))

    def learn(self, point: Point, features: Features, hold_out: bool = False) -> tuple[Learned, float]:
        """Return what was learned, and the seconds that it took; `hold_out` as in `TextEstimator.learn`."""
        X, lengths = features.training()
        started = thread_time()
        learned = self.estimator.learn(X, point.labels[point.rows], None, lengths, hold_out=hold_out)
        return learned, thread_time() - started

    def read(self, point: Point) -> Features:
        """Return what it reads."""
        return point.subset.features(self._vectorizer)

    def answer(self, features: Features, learned: Learned, seconds: float) -> Sheet:
        """Return the answers of what was learned."""
        test = features.testing()
        started = thread_time()
        scores = learned.model.scorer().scores(test, self.estimator.n_jobs)
        answers = _answers(learned, scores)
        scored = thread_time() - started
        return Sheet(answers, features.fit_seconds + seconds, features.score_seconds + scored)

    def _learn_counts(self, point: Point, features: Features) -> tuple[Learned, float]:
        codes = point.codes[point.subset.order]
        counts = features.class_counts(codes, len(point.classes))
        started = thread_time()
        class_count = np.bincount(codes[: point.subset.size], minlength=len(point.classes)).astype(np.float64)
        learned = self.estimator.learn_counts(point.classes, class_count, counts)
        return learned, thread_time() - started


class Choice(Contestant):
    """Several, of which one is chosen in each subset, by documents of the subset that are held out.

    Parameters
    ----------
    name, family, title
    candidates : sequence of TextContestant
        The first is taken where too few documents can be held out.
    measure : Measure
        What they are chosen by.
    """

    def __init__(
        self,
        name: str,
        family: str | None,
        title: str,
        candidates: Sequence[TextContestant],
        measure: Measure,
    ) -> None:
        settings = {"chosen among": [candidate.name for candidate in candidates]}
        super().__init__(name, family, title, settings)
        self._candidates, self._measure = candidates, measure

    def prepare(self, reading: Reading) -> None:
        """Have the documents read as all of them do."""
        for candidate in self._candidates:
            candidate.prepare(reading)

    def solve(self, point: Point) -> Sheet:
        """Try all, and answer by the best."""
        best: tuple[TextContestant, Features, Learned] | None = None
        least, seconds, reasons = np.inf, 0.0, []
        for candidate in self._candidates:
            features = candidate.read(point)
            try:
                learned, taken = candidate.learn(point, features, hold_out=True)
            except DataError as reason:  # such as too few documents for a search of its own
                reasons.append(reason)
                continue
            seconds += features.fit_seconds + taken
            error = self._held_out_error(point, learned)
            if best is None or error < least:
                best, least = (candidate, features, learned), error
        if best is None:
            raise reasons[0]
        candidate, features, learned = best
        sheet = candidate.answer(features, learned, 0.0)
        return sheet._replace(fit_seconds=seconds, chosen=candidate.name)

    def _held_out_error(self, point: Point, learned: Learned) -> float:
        if learned.held_out is None:
            return np.inf
        rows = learned.held_out.rows
        answers = _answers(learned, learned.held_out.scores[rows])
        truth = point.codes[point.rows][rows]
        score = self._measure.compute(truth, answers, np.ones((1, len(rows))), len(point.classes))
        return float(np.nan_to_num(self._measure.error(score)[0], nan=np.inf))


class OutsideContestant(Contestant):
    """An estimator of the user's own, with `fit` and `predict` on raw documents or on counts.

    Parameters
    ----------
    name : str
    estimator : estimator
        A fresh copy is fitted each time.
    needs : {"labels", "scores", "probabilities"}
        What the measure asks of it.
    """

    def __init__(self, name: str, estimator: Any, needs: str) -> None:
        super().__init__(name, None, type(estimator).__name__, _settings(estimator))
        self._estimator, self._needs = estimator, needs
        self._vectorizer = (
            None if _reads_documents(estimator) else CountVectorizer(ngram_range=(1, 2), dtype=np.float64)
        )

    def prepare(self, reading: Reading) -> None:
        """Have the n-grams counted, where it learns from counts."""
        if self._vectorizer is not None:
            reading.prepare(self._vectorizer)

    def solve(self, point: Point) -> Sheet:
        """Learn, and answer."""
        estimator = clone(self._estimator) if hasattr(self._estimator, "get_params") else copy.deepcopy(self._estimator)
        read = [0.0, 0.0]
        if self._vectorizer is None:
            texts = point.subset.reading.texts
            training, testing = ([texts[row] for row in rows] for rows in (point.rows, point.subset.test))
        else:
            features = point.subset.features(self._vectorizer)
            training, testing = features.training()[0], features.testing().to_scipy()
            read = [features.fit_seconds, features.score_seconds]
        started = thread_time()
        estimator.fit(training, point.labels[point.rows])
        fitted = thread_time()
        answers = self._ask(estimator, testing, point)
        return Sheet(answers, read[0] + fitted - started, read[1] + thread_time() - fitted)

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
        if self._needs == "labels":
            return Answers(columns)
        asked = ("predict_proba",) if self._needs == "probabilities" else ("decision_function", "predict_proba")
        method = next((name for name in asked if hasattr(estimator, name)), None)
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


def enter(
    models: Any, measure: Measure, *, tune: bool = False, families: bool = False, n_jobs: int = 1
) -> list[Contestant]:
    """Return those who take part.

    Parameters
    ----------
    models : sequence of str or estimator, mapping of name -> str or estimator, or None
        Names of the registry, and estimators with `fit` and `predict`; a pair (name, estimator) has a name of its own.
        None: all of the registry.
    measure : Measure
    tune : bool
        Choose the parameters of the registry's models in each subset.
    families : bool
        One for each family, the best of its models, chosen in each subset.
    n_jobs : int
        Threads of a fit.

    Raises
    ------
    InvalidParameterError, UnknownNameError

    Examples
    --------
    >>> from textgd.evaluation.measures import find_measure
    >>> [contestant.name for contestant in enter(["nb", "lr"], find_measure("accuracy"))]
    ['nb', 'lr']
    """
    # Probabilities are worth comparing once they are calibrated; a label or an order of documents needs none.
    calibrate = "auto" if measure.needs == "probabilities" else None
    named = _named(list(MODELS) if models is None else models)
    if not families:
        return [_contestant(name, model, measure, calibrate, tune, n_jobs) for name, model in named]
    members: dict[str, list[TextContestant]] = {}
    for _, model in named:
        if not isinstance(model, str):
            raise InvalidParameterError(
                f"families=True (--families) chooses among models of the registry; {type(model).__name__} is none. "
                f"Allowed: {', '.join(MODELS)}."
            )
        family = find_model(model).family
        members.setdefault(family, []).extend(_candidates(model, calibrate, tune, n_jobs))
    return [Choice(family, family, f"the best {family} model", few, measure) for family, few in members.items()]


def _named(models: Any) -> list[tuple[str, Any]]:
    """Return each contestant with a name that no other has."""
    if isinstance(models, str) or not isinstance(models, Mapping | Sequence) or not models:
        raise InvalidParameterError(
            f"models is {models!r:.60}; a list of names and estimators is expected, such as ['nb', 'lr']. "
            f"Names: {', '.join(MODELS)}."
        )
    if isinstance(models, Mapping):
        named = list(models.items())
    else:
        named = [model if isinstance(model, tuple) and len(model) == 2 else (_name(model), model) for model in models]
    counts: Counter[str] = Counter()
    result = []
    taken = Counter(name for name, _ in named)
    for name, model in named:
        if isinstance(model, str) and taken[name] > 1 and name == model:
            raise InvalidParameterError(f"The model {name!r} is named twice; name each once.")
        counts[name] += 1
        result.append((name if taken[name] == 1 else f"{name}-{counts[name]}", model))
    return result


def _name(model: Any) -> str:
    if isinstance(model, str):
        return model
    if isinstance(model, TextClassifier):
        return model.model
    return type(model).__name__


def _contestant(name: str, model: Any, measure: Measure, calibrate: str | None, tune: bool, n_jobs: int) -> Contestant:
    if isinstance(model, str):
        known = find_model(model)
        if tune and known.tuning:
            return Choice(name, known.family, known.title, _candidates(model, calibrate, tune, n_jobs), measure)
        return TextContestant(name, known.family, known.title, TextClassifier(model=model, calibrate=calibrate), n_jobs)
    if isinstance(model, TextEstimator):
        registered = MODELS.get(str(model.file_info()["model"]))
        family, title = (None, type(model).__name__) if registered is None else (registered.family, registered.title)
        return TextContestant(name, family, title, model, n_jobs)
    missing = [method for method in ("fit", "predict") if not hasattr(model, method)]
    if missing or isinstance(model, type):
        what = "is a class, not an object; write it with ()" if isinstance(model, type) else f"has no {missing[0]}"
        raise InvalidParameterError(
            f"{name}: {model!r:.60} {what}. Allowed are names ({', '.join(MODELS)}) and estimators with fit and "
            "predict."
        )
    return OutsideContestant(name, model, measure.needs)


def _candidates(model: str, calibrate: str | None, tune: bool, n_jobs: int) -> list[TextContestant]:
    """Return a model with each of the settings that are worth trying, its own first."""
    known = find_model(model)
    candidates = []
    for settings in known.tuning if tune and known.tuning else ({},):
        shown = ", ".join(f"{key}={value}" for key, value in settings.items())
        estimator = TextClassifier(model=model, calibrate=calibrate, **settings)
        name = f"{model} ({shown})" if shown else model
        candidates.append(TextContestant(name, known.family, known.title, estimator, n_jobs))
    return candidates


def _answers(learned: Learned, scores: NDArray[np.float64]) -> Answers:
    log_proba = None if learned.probabilities is None else learned.probabilities.log_proba(scores)
    columns = Prediction(scores, log_proba, np.zeros(0, np.int64)).columns
    return Answers(columns, scores, log_proba)


def _reads_documents(estimator: Any) -> bool:
    """Whether an estimator takes raw documents; those of scikit-learn say whether they take a matrix."""
    first = estimator.steps[0][1] if hasattr(estimator, "steps") else estimator
    try:
        tags = get_tags(first).input_tags
    except (AttributeError, TypeError, ValueError):
        return True
    return bool(tags.string) or not tags.two_d_array


def _settings(estimator: Any) -> dict[str, Any]:
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
