"""Saved models on one test file: as they are, with the uncertainty that the choice of test documents brings."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.corpus import Corpus, load_corpus
from textgd.errors import InvalidParameterError
from textgd.evaluation.comparison import ComparedModel, ComparedPair, ModelComparison
from textgd.evaluation.cross_validation import score
from textgd.evaluation.judging import judge, measures_beside
from textgd.evaluation.measures import Answers, Measure
from textgd.evaluation.provenance import versions
from textgd.evaluation.significance import mcnemar
from textgd.metrics import Evaluation, Interval
from textgd.metrics.documents import evaluate_prediction, labels_as_known, order_of
from textgd.metrics.intervals import undefined
from textgd.modelfile import SavedModel, has_seen, load_model
from textgd.models import MODELS, is_saved
from textgd.probabilities import NO_PROBABILITIES

__all__ = ["are_saved", "compare_saved"]

_N_RESAMPLES = 2000
# So many resamples at a time bound the memory.
_AT_A_TIME = 100
# So many documents load the compiled code, which no model is to be charged for.
_FEW = 20


def are_saved(models: Any) -> bool:
    """Whether models are the paths of saved ones, all of them.

    Raises
    ------
    InvalidParameterError
        Where some are and others are not.
    """
    if isinstance(models, str) or not isinstance(models, Mapping | Sequence):
        return False
    given = list(models.values()) if isinstance(models, Mapping) else list(models)
    saved = [model for model in given if is_saved(model)]
    if saved and len(saved) < len(given):
        other = next(model for model in given if not is_saved(model))
        raise InvalidParameterError(
            f"{os.fspath(saved[0])} is a saved model, and {other!r:.60} is to be fitted (--models). Saved models are "
            "tested on documents as they are: compare them alone, or names alone."
        )
    return bool(saved)


class _Tested(NamedTuple):
    """A saved model with its answers, in the columns of all models' classes, and what they are worth."""

    path: str
    saved: SavedModel
    answers: Answers
    evaluation: Evaluation
    seconds: float


def compare_saved(
    models: Any,
    corpus: Any,
    measure: Measure,
    seed: int,
    n_jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ModelComparison:
    """Compare saved models on the same test documents.

    Metrics and their intervals are those of `textgd.evaluate`; differences have percentile intervals of 2,000 bootstrap
    resamples of the documents, the same ones for all models.  Documents of labels that no model has ever seen are
    errors of all, and left out of metrics of two classes.  The p-value of a difference of accuracies is McNemar's,
    exact for few documents too; that of another metric the bootstrap's, twice the share of resamples without the
    difference.  What the choice of training documents would do is in none of that: these models are given.

    Parameters
    ----------
    models : sequence of path, or mapping of name -> path
    corpus : Corpus, or whatever `textgd.load_corpus` takes
        Where it has an official test part, that is what is tested on.
    measure : Measure
    seed : int
        Of the resamples.
    n_jobs : int, optional
        Threads of reading; one where times are to be compared.
    progress : callable, optional
        Told how many models are tested and how many there are.

    Raises
    ------
    ModelFileError, DataError, InvalidParameterError
    """
    paths = _paths(models)
    saved = {name: load_model(path) for name, path in paths.items()}
    whole = load_corpus(corpus)
    documents = whole.part("test")
    all_classes = [label for model in saved.values() for label in model.scorer.classes.tolist()]
    truth = [str(label) for label in labels_as_known(documents.labels, all_classes)]
    known = sorted(set(map(str, all_classes)))
    # Labels that no model has ever seen come last.
    classes = [*known, *sorted(set(truth).difference(known))]
    place = {label: code for code, label in enumerate(classes)}
    codes = np.array([place[label] for label in truth], np.intp)
    tested = {}
    for done, (name, model) in enumerate(saved.items(), start=1):
        tested[name] = _test(os.fspath(paths[name]), model, documents, known, n_jobs)
        if progress is not None:
            progress(done, len(saved))
    silent = [name for name, of in tested.items() if of.answers.log_proba is None]
    if measure.needs == "probabilities" and silent:
        raise InvalidParameterError(
            f"metric is {measure.name!r}, which needs probabilities of {silent[0]}. {NO_PROBABILITIES}"
        )
    measures = measures_beside(measure, documents.name, len(known), len(silent) < len(tested))
    draws = {name: _draws(of.answers, codes, measure, len(known), len(classes), seed) for name, of in tested.items()}
    settings = {
        "n_documents": len(documents),
        "n_left_out": len(whole) - len(documents),
        "n_test": len(documents),
        "classes": dict(sorted(Counter(truth).items())),
        "classes_differ": len({frozenset(map(str, model.scorer.classes.tolist())) for model in saved.values()}) > 1,
        "n_resamples": _N_RESAMPLES,
        "seed": seed,
        "versions": versions(),
    }
    seen = {name: has_seen(model.info, whole.name, documents is not whole) for name, model in saved.items()}
    compared = [_model(name, of, measures, seen[name]) for name, of in tested.items()]

    def compare_two(first: str, second: str) -> ComparedPair:
        right = [tested[name].answers.columns == codes for name in (first, second)]
        return _pair((first, second), right, [draws[name] for name in (first, second)], measure)

    return judge(documents.name, measure, compared, compare_two, (), settings)


def _paths(models: Any) -> dict[str, Path]:
    if isinstance(models, Mapping):
        return {str(name): Path(path) for name, path in models.items()}
    paths = [os.fspath(path) for path in models]
    for path in paths:
        if paths.count(path) > 1:
            raise InvalidParameterError(f"The model {path!r} is named twice; name each once.")
    return {path: Path(path) for path in paths}


def _test(path: str, saved: SavedModel, documents: Corpus, known: Sequence[str], n_jobs: int | None) -> _Tested:
    scorer = saved.scorer
    scorer.predict(documents.texts[:_FEW], n_jobs)
    started = process_time()
    prediction = scorer.predict(documents.texts, n_jobs)
    seconds = process_time() - started
    places = np.array([known.index(str(label)) for label in scorer.classes.tolist()])

    def placed(given: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
        if given is None:
            return None
        whole = np.full((len(documents), len(known)), -np.inf)
        whole[:, places] = given
        return whole

    # An order by two classes needs both.
    scores = placed(order_of(prediction)) if len(places) == len(known) else None
    answers = Answers(places[prediction.columns], scores, placed(prediction.log_proba))
    # With the seed of textgd evaluate, so that both give the same intervals for the same documents.
    return _Tested(path, saved, answers, evaluate_prediction(scorer, prediction, documents.labels), seconds)


def _draws(
    answers: Answers,
    codes: NDArray[np.intp],
    measure: Measure,
    n_known: int,
    n_classes: int,
    seed: int,
) -> NDArray[np.float64]:
    """Return the score on all documents, then on the resamples, shape (1 + n_resamples,)."""
    rows = np.arange(len(codes))
    if measure.two_classes:
        # What holds two classes against each other has no place for a third, as in `textgd.metrics`.
        rows, n_classes = np.flatnonzero(codes < n_known), n_known
    log_proba = answers.log_proba
    if log_proba is not None:
        # A label that no model has ever seen has probability 0.
        log_proba = np.pad(log_proba, ((0, 0), (0, n_classes - n_known)), constant_values=-np.inf)[rows]
    scores = None if answers.scores is None else answers.scores[rows]
    placed = Answers(answers.columns[rows], scores, log_proba)
    parts = [score(measure, codes[rows], placed, weights[:, rows], n_classes) for weights in _weights(len(codes), seed)]
    return np.concatenate(parts)


def _weights(n: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Yield how often each document counts: once, then as often as resamples draw it; the same for every model."""
    yield np.ones((1, n))
    rng = np.random.default_rng(seed)
    for _ in range(_N_RESAMPLES // _AT_A_TIME):
        drawn = rng.integers(n, size=(_AT_A_TIME, n)) + n * np.arange(_AT_A_TIME)[:, None]
        yield np.bincount(drawn.ravel(), minlength=_AT_A_TIME * n).reshape(_AT_A_TIME, n).astype(np.float64)


def _model(name: str, tested: _Tested, measures: Sequence[Measure], seen: bool) -> ComparedModel:
    info, evaluation = tested.saved.info, tested.evaluation
    registered = MODELS.get(str(info.get("model")))
    metrics = {of.name: evaluation.metrics.get(of.name, undefined()) for of in measures}
    unseen = {str(label): count for label, count in evaluation.unseen.items()}
    return ComparedModel(
        name,
        None if registered is None else registered.family,
        str(info.get("model")) if registered is None else registered.title,
        {},
        metrics,
        {},
        np.nan,
        tested.seconds,
        tested.seconds / evaluation.n_documents,
        os.path.getsize(tested.path),
        dict(sorted(unseen.items())),
        seen,
    )


def _interval(draws: NDArray[np.float64], n: int) -> Interval:
    """Return a difference of scores with the bounds of its percentile interval."""
    resampled = draws[1:][np.isfinite(draws[1:])]
    if n < 2 or len(resampled) == 0:
        return Interval(float(draws[0]), np.nan, np.nan)
    low, high = np.quantile(resampled, (0.025, 0.975)).tolist()
    return Interval(float(draws[0]), low, high)


def _pair(
    names: tuple[str, str],
    right: Sequence[NDArray[np.bool_]],
    draws: Sequence[NDArray[np.float64]],
    measure: Measure,
) -> ComparedPair:
    only_first, only_second = (int((a & ~b).sum()) for a, b in (right, right[::-1]))
    p_mcnemar = mcnemar(only_first, only_second)
    gains = measure.error(draws[1]) - measure.error(draws[0])
    p_value = p_mcnemar if measure.name == "accuracy" else _share_without(gains)
    difference = _interval(gains, len(right[0]))
    counts = (only_first,), (only_second,)
    return ComparedPair(*names, difference, p_value, p_value, *counts, p_mcnemar, p_mcnemar, 0, 0, 0)


def _share_without(gains: NDArray[np.float64]) -> float:
    """Return the two-sided p-value of no difference: the resamples that do not show it, itself counted as one."""
    resampled = gains[1:][np.isfinite(gains[1:])]
    if not np.isfinite(gains[0]) or len(resampled) == 0:
        return np.nan
    fewer = min(int((resampled <= 0.0).sum()), int((resampled >= 0.0).sum()))
    return min(2.0 * (1.0 + fewer) / (1.0 + len(resampled)), 1.0)
