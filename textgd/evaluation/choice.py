"""A choice among several models, made inside each subset."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from textgd.errors import DataError
from textgd.evaluation.contestants import Contestant, Point, Sheet, TextContestant, answers_of
from textgd.evaluation.measures import Measure
from textgd.evaluation.reading import Features, Reading
from textgd.learning.text_estimator import Learned

__all__ = ["Choice"]


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
        answers = answers_of(learned, learned.held_out.scores[rows])
        truth = point.codes[point.rows][rows]
        score = self._measure.compute(truth, answers, np.ones((1, len(rows))), len(point.classes))
        return float(np.nan_to_num(self._measure.error(score)[0], nan=np.inf))
