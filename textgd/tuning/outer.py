"""The outer split: documents that the search never sees, and what the winner is worth on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.corpus import Corpus, holdout
from textgd.corpus.duplicates import duplicate_groups
from textgd.errors import DataError
from textgd.evaluation.measures import Answers, Measure
from textgd.metrics.intervals import Interval, wilson_interval
from textgd.scoring import TextScorer
from textgd.tuning.trials import resamples

__all__ = ["OuterSplit", "Scored", "draw_outer", "score"]

_N_RESAMPLES, _AT_A_TIME = 1000, 100
_LOW, _HIGH = 0.025, 0.975

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class OuterSplit:
    """What is searched on, and what the result is tested on.

    Parameters
    ----------
    train : intp array of shape (n_train,)
        The rows that ``textgd train`` fits on.
    test : intp array of shape (n_test,)
    is_official : bool
        Whether the corpus says which documents test.
    n_left_out : int
        Documents held out that are near-duplicates of training documents, and so not in `test`; an official test part
        is taken as it is.
    """

    train: NDArray[np.intp]
    test: NDArray[np.intp]
    is_official: bool
    n_left_out: int


@dataclass(frozen=True, eq=False)
class Scored:
    """A score on the outer split, with what is needed to compare it with another.

    Parameters
    ----------
    interval : Interval
        The score and its 95 % interval: of Wilson for accuracy, else of the bootstrap.
    draws : float64 array of shape (n_resamples,)
        The score on resamples of the documents, the same for all.
    """

    interval: Interval
    draws: Float

    def ahead_of(self, other: Scored) -> Interval:
        """Return its score minus that of another on the same documents, with the interval of the paired bootstrap."""
        difference = self.interval.value - other.interval.value
        return _between(difference, self.draws - other.draws)


def draw_outer(corpus: Corpus, test_size: float, seed: int, n_jobs: int | None = None) -> OuterSplit:
    """Return the split of ``textgd train``, so that its command gives the model that was found, document by document.

    Raises
    ------
    DataError
        Where there are too few documents, all that would test are near-duplicates of training documents, or an official
        test part has a class that the training part lacks.
    """
    is_official = corpus.part_rows("test") is not None
    train, test = holdout(corpus.labels, test_size=test_size, random_state=seed, split=corpus.split)
    if is_official:
        learned = {corpus.labels[row] for row in train.tolist()}
        missing = next((corpus.labels[row] for row in test.tolist() if corpus.labels[row] not in learned), None)
        if missing is not None:
            raise DataError(
                f"{corpus.name}: the test part of the split has class {missing!r}, of which the training part has no "
                "document. Add some, or drop that class."
            )
        return OuterSplit(train, test, True, 0)
    groups = duplicate_groups(corpus.texts, "exact", n_jobs)
    is_near = np.isin(groups[test], groups[train])
    kept = test[~is_near]
    if not len(kept):
        raise DataError(
            "All documents held out are near-duplicates of training documents: there is nothing to test on. Hold more "
            "out (test_size, --test-size), or add documents."
        )
    return OuterSplit(train, kept, False, int(is_near.sum()))


def score(
    scorer: TextScorer, corpus: Corpus, rows: NDArray[np.intp], measure: Measure, seed: int, n_jobs: int | None = None
) -> Scored:
    """Return the score of a model on documents of a corpus, and the same on resamples of them."""
    classes = scorer.classes.tolist()
    position = {label: code for code, label in enumerate(classes)}
    truth = np.array([position[corpus.labels[row]] for row in rows.tolist()], np.intp)
    prediction = scorer.predict([corpus.texts[row] for row in rows.tolist()], n_jobs)
    answers = Answers(prediction.columns, prediction.scores, prediction.log_proba)
    rng = np.random.default_rng([seed, 2])
    draws: list[Any] = []
    value = float("nan")
    for _ in range(_N_RESAMPLES // _AT_A_TIME):
        scores = measure.compute(truth, answers, resamples(truth, _AT_A_TIME, rng), len(classes))
        value = float(scores[0])
        draws.append(scores[1:])
    drawn: Float = np.concatenate(draws)
    if measure.name == "accuracy":
        n_right = int((answers.columns == truth).sum())
        return Scored(wilson_interval(n_right, len(truth)), drawn)
    return Scored(_between(value, drawn), drawn)


def _between(value: float, draws: Float) -> Interval:
    there = draws[np.isfinite(draws)]
    if not np.isfinite(value) or len(there) < len(draws) // 2:
        return Interval(value, float("nan"), float("nan"))
    low, high = np.quantile(there, (_LOW, _HIGH)).tolist()
    return Interval(value, min(low, value), max(high, value))
