"""Comparing models: by cross-validation on one corpus, or saved ones on one test file."""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.corpus import load_corpus
from textgd.corpus.duplicates import duplicate_groups
from textgd.errors import DataError
from textgd.evaluation.comparison import ComparedModel, ComparedPair, ModelComparison
from textgd.evaluation.contestants import Contestant
from textgd.evaluation.cross_validation import CrossValidation, FoldScores, cross_validate
from textgd.evaluation.design import class_codes
from textgd.evaluation.entries import enter
from textgd.evaluation.folds import draw_folds
from textgd.evaluation.judging import bounds_of, judge, measures_beside
from textgd.evaluation.measures import Measure, find_measure
from textgd.evaluation.provenance import versions
from textgd.evaluation.reading import Reading
from textgd.evaluation.saved_models import are_saved, compare_saved
from textgd.evaluation.significance import corrected_t, mcnemar, twice_the_median
from textgd.metrics import Interval
from textgd.text.threads import effective_jobs
from textgd.validation import check_number

__all__ = ["compare"]

# Of more repeats the intervals hardly become narrower.
_MOST_REPEATS = 100
# Scores of a fold that differ by no more are the same, added up in another order.
_ROUNDING = 1e-12


def compare(
    models: Any,
    corpus: Any,
    *,
    cv: int = 10,
    repeats: int = 1,
    metric: str = "accuracy",
    random_state: int | None = None,
    n_jobs: int | None = None,
    duplicates: str | None = "exact",
    progress: Callable[[int, int], None] | None = None,
) -> ModelComparison:
    """Compare models on the same documents, and say which differ.

    Models by name and estimators are cross-validated: each document tests once in each repeat, and what a model does
    in a fold is what it would do if it were fitted on the text of the other folds alone.  Saved models are tested as
    they are.  Every metric that the models allow is measured; two models are compared by one of them.

    Parameters
    ----------
    models : sequence or mapping
        As in `textgd.learning_curves`; or the paths of saved models, all of them.
    corpus : Corpus, or whatever `textgd.load_corpus` takes
        Where it has an official test part, saved models are tested on that, and the others are cross-validated on the
        training part, so that the test part stays unseen until a model is chosen.
    cv : int
        Folds.
    repeats : int
        How often folds are drawn, up to 100.
    metric : {"accuracy", "f1_macro", "log_loss", "roc_auc", "lam"}
        What models are ranked and compared by, see `textgd.evaluation.measures.MEASURES`.  For "log_loss" their
        probabilities are calibrated, and Brier score and calibration error are measured too; nothing else needs that.
    random_state : int, optional
        The seed of the folds, or of the resamples of the test documents; None draws one, which the result tells.
    n_jobs : int, optional
        Folds at a time; nothing but the times depends on it.
    duplicates : {"exact", "minhash", None}
        Which documents are so alike that they stay in one fold.
    progress : callable, optional
        Told how many fits are done and how many there are.

    Returns
    -------
    ModelComparison
        After an interrupt (Ctrl-C) of the folds that were done; `settings` says so.

    Raises
    ------
    DataError
        For documents that no comparison can be made on.
    InvalidParameterError, UnknownNameError
        For a parameter outside what is allowed.
    ModelFileError
        For a saved model that cannot be read.

    Notes
    -----
    In cross-validation metrics and differences are means over folds with intervals by the corrected resampled t-test
    (`textgd.evaluation.significance.corrected_t`).  McNemar's test takes all predictions of a repeat together; of
    several repeats twice the median p-value.  Of saved models see `textgd.evaluation.saved_models.compare_saved`.
    All p-values are adjusted for the number of pairs (Holm 1979).

    The guard of "lam", half an error for each class, counts in every fold, as do the gaps that chance makes in "ece".
    Small folds make both larger: they compare models, not corpora.

    Examples
    --------
    >>> labels = ["pos"] * 3 + ["neg"] * 3
    >>> texts = ["good film", "so good", "fine", "bad film", "so bad", "awful"]
    >>> corpus = ([f"{text} {number}" for number in range(5) for text in texts], labels * 5)
    >>> comparison = compare(["nb", "lr"], corpus, cv=5, random_state=0)
    >>> comparison.ranking
    'accuracy: nb and lr are tied: no difference is significant; nb and lr have the best value (100.0 %).'
    """
    measure = find_measure(metric)
    check_number("cv", cv, 2, whole=True)
    check_number("repeats", repeats, 1, _MOST_REPEATS, whole=True)
    seed = int(secrets.randbits(32) if random_state is None else random_state)
    check_number("random_state", seed, 0, 2**32 - 1, whole=True)
    if are_saved(models):
        return compare_saved(models, corpus, measure, seed, n_jobs, progress)
    n_cores = effective_jobs(n_jobs)
    n_workers = min(n_cores, cv * repeats)
    contestants = enter(models, measure, n_jobs=max(1, n_cores // n_workers), everything=True)
    whole = load_corpus(corpus)
    documents = whole.part("train")
    labels = documents.classes
    measures = measures_beside(measure, documents.name, len(labels), measure.needs == "probabilities")
    codes, groups = class_codes(documents.labels, labels), duplicate_groups(documents.texts, duplicates, n_jobs)
    folds = [rows for repeat in range(repeats) for rows in draw_folds(codes, groups, cv, (seed, repeat), labels)]
    reading = Reading(documents.texts, np.ones(len(documents), bool), n_jobs)
    for contestant in contestants:
        contestant.prepare(reading)
    task = CrossValidation(
        contestants, reading, np.array(documents.labels), codes, np.array(labels), folds, measures, seed
    )
    done = cross_validate(task, n_workers, progress)
    if not np.isfinite(done.scores[:, 0]).any():
        first = done.failures[0] if done.failures else None
        why = f"{first.model}: {first.reason}" if first else f"{measure.name} is not defined on any fold."
        raise DataError(f"No model gave a result in any fold. {why}")
    n_done = len(done.numbers)
    if done.is_interrupted:
        warnings.warn(f"Interrupted: this is what {n_done} of {len(folds)} folds say.", stacklevel=2)
    n_test = float(np.mean([len(folds[number]) for number in done.numbers]))
    settings = {
        "cv": int(cv),
        "repeats": int(repeats),
        "folds_done": n_done,
        "interrupted": done.is_interrupted,
        "n_documents": len(documents),
        "n_left_out": len(whole) - len(documents),
        "n_test": n_test,
        "classes": {str(label): count for label, count in documents.class_counts.items()},
        "calibrated": measure.needs == "probabilities",
        "seed": seed,
        "duplicates": duplicates,
        "n_duplicates": len(groups) - int(groups.max()) - 1,
        "notes": list(done.notes),
        "versions": versions(),
    }
    return _Judge(task, done, n_test, cv).judged(documents.name, settings)


class _Judge:
    """From the scores of folds to what they say."""

    def __init__(self, task: CrossValidation, done: FoldScores, n_test: float, cv: int) -> None:
        self._task, self._done, self._cv = task, done, cv
        self._sizes = len(task.codes) - n_test, n_test
        self._number = {contestant.name: c for c, contestant in enumerate(task.contestants)}

    def judged(self, corpus: str, settings: dict[str, Any]) -> ModelComparison:
        task = self._task
        models = [self._model(c, contestant) for c, contestant in enumerate(task.contestants)]
        return judge(corpus, task.measures[0], models, self._pair, self._done.failures, settings)

    def _model(self, c: int, contestant: Contestant) -> ComparedModel:
        scores = dict(zip((measure.name for measure in self._task.measures), self._done.scores[c], strict=True))
        fit, predict = (_mean(seconds) for seconds in self._done.seconds[c].T)
        described = contestant.describe()
        return ComparedModel(
            described.name,
            described.family,
            described.title,
            described.settings,
            {measure.name: self._mean(measure, scores[measure.name]) for measure in self._task.measures},
            {name: tuple(values.tolist()) for name, values in scores.items()},
            fit,
            predict,
            predict / self._sizes[1],
            self._done.sizes.get(c),
        )

    def _mean(self, measure: Measure, scores: NDArray[np.float64]) -> Interval:
        mean, _ = corrected_t(scores, *self._sizes)
        low, high = np.clip([mean.low, mean.high], *bounds_of(measure)).tolist()
        return Interval(mean.value, low, high)

    def _pair(self, first: str, second: str) -> ComparedPair:
        a, b = self._number[first], self._number[second]
        measure, scores = self._task.measures[0], self._done.scores
        gains = measure.error(scores[b, 0]) - measure.error(scores[a, 0])
        difference, p_value = corrected_t(gains, *self._sizes)
        only_first, only_second = self._disagreements(a, b)
        of_repeats = [mcnemar(*counts) for counts in zip(only_first, only_second, strict=True)]
        won, lost = int((gains > _ROUNDING).sum()), int((gains < -_ROUNDING).sum())
        ties = int(np.isfinite(gains).sum()) - won - lost
        p_mcnemar = twice_the_median(of_repeats)
        return ComparedPair(
            first,
            second,
            difference,
            p_value,
            p_value,
            tuple(only_first),
            tuple(only_second),
            p_mcnemar,
            p_mcnemar,
            won,
            ties,
            lost,
        )

    def _disagreements(self, a: int, b: int) -> tuple[Sequence[int], Sequence[int]]:
        """Return how many documents of each repeat one of two models alone names rightly."""
        counts: dict[int, list[int]] = {}
        for number, is_right in zip(self._done.numbers, self._done.is_right, strict=True):
            if a in is_right and b in is_right:
                of_repeat = counts.setdefault(number // self._cv, [0, 0])
                of_repeat[0] += int((is_right[a] & ~is_right[b]).sum())
                of_repeat[1] += int((is_right[b] & ~is_right[a]).sum())
        return [first for first, _ in counts.values()], [second for _, second in counts.values()]


def _mean(seconds: NDArray[np.float64]) -> float:
    there = seconds[np.isfinite(seconds)]
    return float(there.mean()) if len(there) else np.nan
