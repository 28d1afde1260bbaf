"""The experiment of a moved prior: models trained as the documents are, tested where a class has another share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import DataError, UnknownNameError, suggestion
from textgd.evaluation.axes import TRUE_PRIOR, level_label
from textgd.evaluation.contestants import Point
from textgd.evaluation.design import nested_order
from textgd.evaluation.experiment import Job, Mark
from textgd.evaluation.level_task import LevelTask
from textgd.evaluation.measures import Answers
from textgd.evaluation.reading import SubsetReading
from textgd.evaluation.splitting import SplitCorpus
from textgd.probabilities import Reweighted, Softmax
from textgd.scoring.priors import estimate_class_prior

__all__ = ["PRIOR_READINGS", "MovedPriorTask", "choose_class", "class_share", "draw_share"]

AS_IS, ESTIMATE = "as is", "estimated prior"
#: How each model answers: with the training part's class shares, with those estimated from the documents, or told.
PRIOR_READINGS = (AS_IS, ESTIMATE, TRUE_PRIOR)

# Tells the draws of an experiment apart that have the same seed and repeat.
_STREAM = 3


def choose_class(data: SplitCorpus, positive: Any = None) -> int:
    """Return the class whose share moves, as its position: the one that is named, or the rarest.

    Raises
    ------
    UnknownNameError
        Where the corpus has no such class.
    """
    names = [str(label) for label in data.classes.tolist()]
    if positive is None:
        # Of several that are equally rare the last: of two classes it is the one that measures call positive.
        counts = np.bincount(data.codes, minlength=len(names))
        return len(names) - 1 - int(counts[::-1].argmin())
    if str(positive) in names:
        return names.index(str(positive))
    raise UnknownNameError(
        f"{data.documents.name} has no class {str(positive)!r} (--positive). {suggestion(str(positive), names)}"
    )


def class_share(data: SplitCorpus, moving: int) -> float:
    """Return the share of a class in the test part."""
    return float(np.mean(data.codes[data.splits[0].test] == moving))


def draw_share(codes: NDArray[np.intp], moving: int, share: float, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return as many documents as there can be where one class has another share, ascending, drawn without repetition.

    The other classes keep their shares of the rest.  The same generator state gives documents for a more extreme share
    that are among those for a less extreme one, on the same side of the share that is there.

    Parameters
    ----------
    codes : intp array of shape (n_documents,)
        Classes, from 0 on.
    moving : int
        The class whose share is given.
    share : float
        Between 0 and 1.
    rng : numpy Generator

    Raises
    ------
    DataError
        Where so few documents would be left that a class has none.

    Examples
    --------
    >>> codes = np.array([0] * 60 + [1] * 20)
    >>> drawn = draw_share(codes, 1, 0.5, np.random.default_rng(0))
    >>> np.bincount(codes[drawn]).tolist()
    [20, 20]
    """
    ours = rng.permutation(np.flatnonzero(codes == moving))
    rest = nested_order(codes, np.flatnonzero(codes != moving), rng)
    total = min(len(ours) / share, len(rest) / (1.0 - share))
    n_ours, n_rest = (min(round(part * total), len(of)) for part, of in ((share, ours), (1.0 - share, rest)))
    n_others = len(np.unique(codes)) - 1
    if n_ours < 1 or n_rest < n_others:
        raise DataError(
            f"There are too few test documents to give a class the share {level_label(share)}: {n_ours} of it and "
            f"{n_rest} of the others would be left. Ask for less extreme shares (--levels), or test on more documents."
        )
    return np.sort(np.concatenate([ours[:n_ours], rest[:n_rest]]))


@dataclass(frozen=True, eq=False)
class MovedPriorTask(LevelTask):
    """Each contestant as it is, with an estimated prior and with the true one, over the share of a class.

    Parameters
    ----------
    moving : int
        The class, as its position.
    """

    moving: int

    @property
    def told(self) -> dict[str, Any]:
        """Which class moves."""
        return {"positive": str(self.data.classes[self.moving])}

    def jobs(self, number: int) -> Iterator[Job]:
        """Yield the fit of each contestant, which answers for all documents; levels take some of the answers."""
        data, split = self.data, self.data.splits[number]
        subset = SubsetReading(self.reading, split.order, split.test)
        subset.grow(len(split.order))
        point = Point(subset, data.labels, data.codes, data.classes, self.seed_of(number))
        chosen = [self._drawn(number, level) for level in self.levels.tolist()]
        weights = self.resamples(number)
        for c in range(len(self.contestants)):
            cells = [(line, p) for line in self.lines_of(c) for p in range(len(self.levels))]
            yield Job(cells, partial(self._answer, c, point, chosen, weights))

    def _drawn(self, number: int, level: float) -> NDArray[np.intp]:
        """Return which test documents of a repeat make a level."""
        codes = self.data.codes[self.data.splits[number].test]
        if level == self.reference:
            return np.arange(len(codes))
        return draw_share(codes, self.moving, level, np.random.default_rng((self.seed, number, _STREAM)))

    def _answer(
        self, c: int, point: Point, chosen: list[NDArray[np.intp]], weights: NDArray[np.float64]
    ) -> Iterator[Mark]:
        sheet = self.contestants[c].solve(point)
        n_classes = len(point.classes)
        truth = point.codes[point.subset.test]
        learned = np.bincount(point.codes[point.rows], minlength=n_classes) / len(point.rows)
        for p, rows in enumerate(chosen):
            answers, right = _take(sheet.answers, rows), truth[rows]
            balanced = _with_class_counts(weights[:, rows], right, n_classes)
            true = np.bincount(right, minlength=n_classes) / len(right)
            for line in self.lines_of(c):
                given = _answer_as(self.uses[line].reading, answers, learned, true)
                scores = self.measure.compute(right, given, balanced, n_classes)
                yield Mark(line, p, scores, sheet.fit_seconds, sheet.score_seconds, sheet.chosen)


def _take(answers: Answers, rows: NDArray[np.intp]) -> Answers:
    scores, log_proba = (None if part is None else part[rows] for part in (answers.scores, answers.log_proba))
    return Answers(answers.columns[rows], scores, log_proba)


def _with_class_counts(weights: NDArray[np.float64], truth: NDArray[np.intp], n_classes: int) -> NDArray[np.float64]:
    """Return weights of which each class has the sum that it has documents: a resample keeps the shares drawn for.

    A class of which a resample has no document makes that resample NaN.
    """
    balanced = weights.copy()
    for code in range(n_classes):
        rows = np.flatnonzero(truth == code)
        sums = weights[:, rows].sum(axis=1, keepdims=True)
        balanced[:, rows] *= np.divide(len(rows), sums, out=np.full_like(sums, np.nan), where=sums > 0.0)
    return balanced


def _answer_as(reading: str, answers: Answers, learned: NDArray[np.float64], true: NDArray[np.float64]) -> Answers:
    """Return the answers of a model that is used in one of the ways."""
    if reading == AS_IS:
        return answers
    if answers.log_proba is None:
        raise DataError("A new prior needs probabilities, which the model does not give.")
    prior = true if reading == TRUE_PRIOR else estimate_class_prior(answers.log_proba, learned).prior
    log_proba = Reweighted(Softmax(), tuple((prior / learned).tolist())).log_proba(answers.log_proba)
    return Answers(log_proba.argmax(axis=1), log_proba, log_proba)
