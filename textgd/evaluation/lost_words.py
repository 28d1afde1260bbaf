"""The experiment of lost words: models fitted once, tested on documents with ever more gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import thread_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.evaluation.axes import MISSING, RANDOM, WORST
from textgd.evaluation.contestants import Contestant, Point, TextContestant
from textgd.evaluation.entries import enter
from textgd.evaluation.experiment import Job, Mark
from textgd.evaluation.level_task import LevelTask, Use
from textgd.evaluation.measures import Answers, Measure
from textgd.evaluation.reading import SubsetReading
from textgd.explanation.telling import rank_words
from textgd.models import COUNTS, MODELS, Model
from textgd.models import MISSING as MISSING_WORDS
from textgd.parameters import WORD_DROPOUT
from textgd.scoring.missing import MARGINALIZE, MEAN, ZERO
from textgd.text.gaps import GAP, remove_words, replace_words

__all__ = ["LostWordsTask", "check_deletion", "enter_readings"]

# What share of the words a model has lost that learns with dropout, and what its line says of that.
_DROPOUT = 0.3
_DROPOUT_READING = f"word dropout {_DROPOUT:g}"

# Tells the draws of an experiment apart that have the same seed and repeat.
_STREAM = 4


def check_deletion(deletion: str | None) -> str:
    """Return which words are lost, checked.

    Raises
    ------
    InvalidParameterError
    """
    if deletion is None:
        return RANDOM
    if deletion not in (RANDOM, WORST):
        raise InvalidParameterError(f"deletion is {deletion!r}; allowed are {RANDOM!r} and {WORST!r} (--deletion).")
    return deletion


def _imputations(model: Model) -> tuple[str, ...]:
    """Return how a model can deal with missing words, the plainest way first."""
    if MISSING_WORDS in model.abilities:
        return ZERO, MARGINALIZE
    return (ZERO, MEAN) if model.reads == COUNTS else (ZERO,)


def _learns_with_dropout(model: Model, parameters: Mapping[str, Any]) -> bool:
    """Whether a model that cannot sum over missing words can learn to do without them, and does not yet."""
    can = model.reads == COUNTS and MISSING_WORDS not in model.abilities and parameters.get("analyzer") == "word"
    return can and WORD_DROPOUT in parameters and not parameters[WORD_DROPOUT]


def enter_readings(models: Any, measure: Measure, n_jobs: int) -> tuple[list[Contestant], list[Use]]:
    """Return who takes part, and in which ways each reads a text with gaps.

    Parameters
    ----------
    models
        As in `textgd.robustness_curves`.
    measure : Measure
    n_jobs : int
        Threads of a fit.

    Returns
    -------
    contestants : list of Contestant
        A model that can learn with word dropout stands there a second time, so that it does.
    uses : list of Use

    Raises
    ------
    InvalidParameterError
        For an estimator that is none of this package's.
    """
    contestants: list[Contestant] = []
    uses: list[Use] = []
    for contestant in enter(models, measure, n_jobs=n_jobs):
        if not isinstance(contestant, TextContestant):
            raise InvalidParameterError(
                f"{contestant.name} is an estimator of your own, and those cannot read texts with missing words; the "
                f"axis {MISSING} is for models of the registry: {', '.join(MODELS)}."
            )
        model = MODELS[str(contestant.estimator.file_info()["model"])]
        uses += [Use(len(contestants), impute) for impute in _imputations(model)]
        contestants.append(contestant)
        if _learns_with_dropout(model, contestant.estimator.get_params()):
            uses.append(Use(len(contestants), _DROPOUT_READING))
            contestants.append(contestant.changed(**{WORD_DROPOUT: _DROPOUT}))
    return contestants, uses


@dataclass(frozen=True, eq=False)
class LostWordsTask(LevelTask):
    """Each contestant in each way it reads texts with gaps, over the share of words that are lost.

    Parameters
    ----------
    deletion : {"random", "worst"}
    """

    deletion: str

    @property
    def told(self) -> dict[str, Any]:
        """Which words are lost."""
        return {"deletion": self.deletion}

    def jobs(self, number: int) -> Iterator[Job]:
        """Yield the fit of each contestant, with its answers at every level."""
        data, split = self.data, self.data.splits[number]
        subset = SubsetReading(self.reading, split.order, split.test)
        subset.grow(len(split.order))
        point = Point(subset, data.labels, data.codes, data.classes, self.seed_of(number))
        texts = [self.reading.texts[row] for row in split.test]
        # One state of the generator for all levels, so that what is lost at one is lost at the next; and of models one
        # damage for all.
        damaged = [
            remove_words(texts, level, np.random.default_rng((self.seed, number, _STREAM)))
            for level in (self.levels.tolist() if self.deletion == RANDOM else ())
        ]
        weights = self.resamples(number)
        for c in range(len(self.contestants)):
            cells = [(line, p) for p in range(len(self.levels)) for line in self.lines_of(c)]
            yield Job(cells, partial(self._answer, c, point, texts, damaged, weights))

    def _answer(
        self,
        c: int,
        point: Point,
        texts: Sequence[str],
        damaged: Sequence[Sequence[str]],
        weights: NDArray[np.float64],
    ) -> Iterator[Mark]:
        contestant = self.contestants[c]
        assert isinstance(contestant, TextContestant)
        fitted, seconds = contestant.fit(point)
        scorer, truth = fitted.text_scorer_, point.codes[point.subset.test]
        if self.deletion == WORST:
            ranked = [rank_words(scorer, text, column) for text, column in zip(texts, truth.tolist(), strict=True)]
            damaged = [_without_first(texts, ranked, level) for level in self.levels.tolist()]
        for p, documents in enumerate(damaged):
            for line in self.lines_of(c):
                started = thread_time()
                given = scorer.predict(
                    documents, contestant.estimator.n_jobs, missing=GAP, impute=_impute(self.uses[line].reading)
                )
                answers = Answers(given.columns, given.scores, given.log_proba)
                scores = self.measure.compute(truth, answers, weights, len(point.classes))
                yield Mark(line, p, scores, seconds, thread_time() - started)


def _impute(reading: str) -> str:
    """Return what is put in the place of missing words; who has learned with dropout does without."""
    return ZERO if reading == _DROPOUT_READING else reading


def _without_first(texts: Sequence[str], ranked: Sequence[Sequence[tuple[int, int]]], share: float) -> list[str]:
    """Return texts without a share of their words, the first of each."""
    return [
        replace_words(text, sorted(words[: round(share * len(words))]))
        for text, words in zip(texts, ranked, strict=True)
    ]
