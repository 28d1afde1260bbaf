"""Saved models on one test file: as they are, with the uncertainty that the choice of test documents brings."""

from __future__ import annotations

import json
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
from textgd.evaluation.calibration_measures import ECE
from textgd.evaluation.comparison import ComparedModel, ComparedPair, ModelComparison
from textgd.evaluation.cross_validation import score
from textgd.evaluation.design import class_codes
from textgd.evaluation.judging import bounds_of, judge, measures_beside
from textgd.evaluation.measures import Answers, Measure
from textgd.evaluation.provenance import versions
from textgd.evaluation.significance import mcnemar
from textgd.metrics import Interval, wilson_interval
from textgd.metrics.calibration import calibration_error
from textgd.modelfile import SavedModel, has_seen, load_model
from textgd.models import MODELS, is_saved

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
    """A saved model with its answers, in the columns of all classes."""

    path: str
    saved: SavedModel
    answers: Answers
    seconds: float
    known: frozenset[str]


def compare_saved(
    models: Any,
    corpus: Any,
    measure: Measure,
    seed: int,
    n_jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ModelComparison:
    """Compare saved models on the same test documents.

    Accuracy has Wilson's interval, the calibration error that of `textgd.metrics.calibration.calibration_error`, every
    other metric and all differences percentile intervals of 2,000 bootstrap resamples of the documents, the same ones
    for all models.  The p-value of a difference of accuracies is McNemar's,
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
    documents = _test_part(whole)
    truth = _as_known(documents.labels, [model.scorer.classes.tolist() for model in saved.values()])
    classes = sorted({*truth, *(str(label) for model in saved.values() for label in model.scorer.classes.tolist())})
    codes = class_codes(truth, classes)
    tested = {}
    for done, (name, model) in enumerate(saved.items(), start=1):
        tested[name] = _test(os.fspath(paths[name]), model, documents.texts, classes, n_jobs)
        if progress is not None:
            progress(done, len(saved))
    silent = [name for name, of in tested.items() if of.answers.log_proba is None]
    if measure.needs == "probabilities" and silent:
        raise InvalidParameterError(
            f"metric is {measure.name!r}, and {silent[0]} has no probabilities. Choose accuracy or f1_macro (--metric), or "
            "train the model with calibration."
        )
    measures = measures_beside(measure, documents.name, len(classes), len(silent) < len(tested))
    draws = {name: _draws(of.answers, codes, measures, len(classes), seed) for name, of in tested.items()}
    settings = {
        "n_documents": len(documents),
        "n_left_out": len(whole) - len(documents),
        "n_test": len(documents),
        "classes": dict(sorted(Counter(truth).items())),
        "classes_differ": len({of.known for of in tested.values()}) > 1,
        "n_resamples": _N_RESAMPLES,
        "seed": seed,
        "versions": versions(),
    }
    seen = {name: has_seen(model.info, whole.name, documents is not whole) for name, model in saved.items()}
    compared = [_model(name, of, draws[name], measures, truth, codes, seed, seen[name]) for name, of in tested.items()]

    def compare_two(first: str, second: str) -> ComparedPair:
        right = [tested[name].answers.columns == codes for name in (first, second)]
        return _pair((first, second), right, [draws[name][measure.name] for name in (first, second)], measure)

    return judge(documents.name, measure, compared, compare_two, (), settings)


def _paths(models: Any) -> dict[str, Path]:
    if isinstance(models, Mapping):
        return {str(name): Path(path) for name, path in models.items()}
    paths = [os.fspath(path) for path in models]
    for path in paths:
        if paths.count(path) > 1:
            raise InvalidParameterError(f"The model {path!r} is named twice; name each once.")
    return {path: Path(path) for path in paths}


def _test_part(corpus: Corpus) -> Corpus:
    if corpus.split is None or "test" not in corpus.split:
        return corpus
    return corpus.select([row for row, part in enumerate(corpus.split) if part == "test"])


def _as_known(labels: Sequence[Any], classes: Sequence[Sequence[Any]]) -> list[str]:
    """Return labels as text, as the models' own of any type look: a file of documents holds text."""
    known = [label for of_model in classes for label in of_model]
    by_text = {text: str(label) for label in known for text in (str(label), json.dumps(label))}
    return [by_text.get(str(label), str(label)) for label in labels]


def _test(path: str, saved: SavedModel, texts: Sequence[str], classes: Sequence[str], n_jobs: int | None) -> _Tested:
    scorer = saved.scorer
    scorer.predict(texts[:_FEW], n_jobs)
    started = process_time()
    prediction = scorer.predict(texts, n_jobs)
    seconds = process_time() - started
    own = [str(label) for label in scorer.classes.tolist()]
    places = np.array([classes.index(label) for label in own])

    def placed(given: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
        if given is None:
            return None
        whole = np.full((len(texts), len(classes)), -np.inf)
        whole[:, places] = given
        return whole

    # An order by two classes needs both.
    scores = placed(prediction.scores) if len(own) == len(classes) else None
    answers = Answers(places[prediction.columns], scores, placed(prediction.log_proba))
    return _Tested(path, saved, answers, seconds, frozenset(own))


def _draws(
    answers: Answers, codes: NDArray[np.intp], measures: Sequence[Measure], n_classes: int, seed: int
) -> dict[str, NDArray[np.float64]]:
    """Return the score of each measure on all documents, then on the resamples, shape (1 + n_resamples,)."""
    parts: dict[str, list[NDArray[np.float64]]] = {measure.name: [] for measure in measures}
    for weights in _weights(len(codes), seed):
        for measure in measures:
            parts[measure.name].append(score(measure, codes, answers, weights, n_classes))
    return {name: np.concatenate(some) for name, some in parts.items()}


def _weights(n: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Yield how often each document counts: once, then as often as resamples draw it; the same for every model."""
    yield np.ones((1, n))
    rng = np.random.default_rng(seed)
    for _ in range(_N_RESAMPLES // _AT_A_TIME):
        drawn = rng.integers(n, size=(_AT_A_TIME, n)) + n * np.arange(_AT_A_TIME)[:, None]
        yield np.bincount(drawn.ravel(), minlength=_AT_A_TIME * n).reshape(_AT_A_TIME, n).astype(np.float64)


def _model(
    name: str,
    tested: _Tested,
    draws: Mapping[str, NDArray[np.float64]],
    measures: Sequence[Measure],
    truth: Sequence[str],
    codes: NDArray[np.intp],
    seed: int,
    seen: bool,
) -> ComparedModel:
    info = tested.saved.info
    registered = MODELS.get(str(info.get("model")))
    metrics = {measure.name: _interval(draws[measure.name], bounds_of(measure), len(truth)) for measure in measures}
    right = round(metrics["accuracy"].value * len(truth))
    metrics["accuracy"] = wilson_interval(right, len(truth))
    if tested.answers.log_proba is not None:
        # Resamples make gaps of their own, so that they say nothing of this one.
        columns = tested.answers.columns
        confidence = np.exp(tested.answers.log_proba[np.arange(len(truth)), columns])
        metrics[ECE.name] = calibration_error(confidence, columns == codes, seed)
    unseen = Counter(label for label in truth if label not in tested.known)
    return ComparedModel(
        name,
        None if registered is None else registered.family,
        str(info.get("model")) if registered is None else registered.title,
        {},
        metrics,
        {},
        np.nan,
        tested.seconds,
        tested.seconds / len(truth),
        os.path.getsize(tested.path),
        dict(sorted(unseen.items())),
        seen,
    )


def _interval(draws: NDArray[np.float64], bounds: tuple[float, float], n: int) -> Interval:
    """Return a score, or a difference of scores, with the bounds of its percentile interval."""
    resampled = draws[1:][np.isfinite(draws[1:])]
    if n < 2 or len(resampled) == 0:
        return Interval(float(draws[0]), np.nan, np.nan)
    low, high = np.clip(np.quantile(resampled, (0.025, 0.975)), *bounds).tolist()
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
    difference = _interval(gains, (-np.inf, np.inf), len(right[0]))
    counts = (only_first,), (only_second,)
    return ComparedPair(*names, difference, p_value, p_value, *counts, p_mcnemar, p_mcnemar, 0, 0, 0)


def _share_without(gains: NDArray[np.float64]) -> float:
    """Return the two-sided p-value of no difference: the resamples that do not show it, itself counted as one."""
    resampled = gains[1:][np.isfinite(gains[1:])]
    if not np.isfinite(gains[0]) or len(resampled) == 0:
        return np.nan
    fewer = min(int((resampled <= 0.0).sum()), int((resampled >= 0.0).sum()))
    return min(2.0 * (1.0 + fewer) / (1.0 + len(resampled)), 1.0)
