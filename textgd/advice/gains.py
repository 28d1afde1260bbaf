"""What learning from unlabeled documents beside the labeled ones gains, on the folds of the study."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from time import monotonic

import numpy as np

from textgd.advice.choice import Choice
from textgd.advice.findings import Findings, Lead
from textgd.advice.pace import Pace
from textgd.advice.race import SAFETY, Race
from textgd.advice.result import Change
from textgd.advice.wording import Words
from textgd.evaluation.costs import Times
from textgd.evaluation.leading import listed
from textgd.evaluation.scores import CurveScores
from textgd.evaluation.uncertainty import compare
from textgd.evaluation.unlabeled import with_unlabeled
from textgd.metrics import Interval
from textgd.models import UNLABELED, find_model

__all__ = ["INTERRUPTED", "NO_TIME", "Gain", "decisive_gain", "measure_gains", "unlabeled_changes", "with_gain"]

#: Why something was not measured.
INTERRUPTED, NO_TIME = "an interrupt came before", "lack of time; --budget gives more"
# So many unlabeled documents show first how long learning from them takes.
_FIRST = 200
# Fewer unlabeled documents than that share of the labeled ones tell little of what more of them would do.
_LEAST_SHARE = 0.5
# Of the documents that there is no time for, so many are left out at a time.
_STEP = 2.0**-0.5


@dataclass(frozen=True)
class Gain:
    """What a model gains by unlabeled documents.

    Parameters
    ----------
    model : str
    n_unlabeled : int
        Documents that it was given.
    gain : Lead
        Over itself without them.
    over : str
        The model that is recommended without them.
    over_choice : Lead
        Over that one.
    train_seconds : float
        Of training on the labeled documents of a fold and on these.
    """

    model: str
    n_unlabeled: int
    gain: Lead
    over: str
    over_choice: Lead
    train_seconds: float

    @property
    def behind(self) -> Lead:
        """How far the model that is recommended without them is ahead; below 0 it is behind."""
        difference = self.over_choice.difference
        return Lead(Interval(-difference.value, -difference.high, -difference.low), self.over_choice.p_value)


def measure_gains(
    findings: Findings,
    choice: Choice,
    eligible: Sequence[str],
    unlabeled: Sequence[str],
    left: Callable[[], float],
    seed: int,
    n_jobs: int | None,
) -> tuple[list[Gain], dict[str, str]]:
    """Return what models gain with as many documents as the study could learn from, as far as there is time.

    The models are those that are made for it, the best of them first, and the one that is recommended.

    Parameters
    ----------
    findings : Findings
    choice : Choice
    eligible : sequence of str
    unlabeled : sequence of str
        Documents none of which is one of the study.
    left : callable
        Gives the seconds that may be spent.
    seed : int
    n_jobs : int, optional

    Returns
    -------
    gains : list of Gain
    unknown : dict of model -> str
        Why it was not measured what a model gains.
    """
    able = [n for n in findings.finishers if n in eligible and UNLABELED in find_model(n).abilities]
    models = list(dict.fromkeys([*able, choice.model]))
    # In an order of which every front part is a sample.
    shuffled = [unlabeled[row] for row in np.random.default_rng([seed, 4]).permutation(len(unlabeled)).tolist()]
    gains, unknown = [], {}
    for k, model in enumerate(models):
        rest = len(models) - k
        reserved = 0.0 if left() == float("inf") else left() * (rest - 1) / rest
        trial = _Trial(findings, choice.model, model, shuffled, n_jobs, left, reserved)
        try:
            gains.append(trial.gain())
        except _NotMeasured as why:
            unknown[model] = str(why)
        except KeyboardInterrupt:
            unknown.update(dict.fromkeys(models[k:], INTERRUPTED))
            break
    return gains, unknown


def decisive_gain(gains: Sequence[Gain], max_train: float | None = None) -> Gain | None:
    """Return the gain that puts a model furthest ahead of the one that is recommended without it; None where none does.

    What may be noise does not count, nor what takes longer to train than `max_train` seconds.
    """
    sure = [
        gain
        for gain in gains
        if gain.over_choice.difference.low > 0.0 and (max_train is None or gain.train_seconds <= max_train)
    ]
    return max(sure, key=lambda gain: gain.over_choice.difference.value, default=None)


def with_gain(choice: Choice, gain: Gain) -> Choice:
    """Return the choice where a model that learns from unlabeled documents is ahead."""
    runner_up = choice.runner_up if gain.model == choice.model else choice.model
    return replace(choice, model=gain.model, runner_up=runner_up)


def unlabeled_changes(
    gains: Sequence[Gain], unknown: Mapping[str, str], decisive: Gain | None, words: Words
) -> list[Change]:
    """Return what unlabeled documents would change, and what of that was not measured."""
    changes = []
    if decisive is not None and decisive.over != decisive.model:
        difference = decisive.behind.difference
        text = f"without the unlabeled documents: {decisive.over}, {words.points(difference)} behind"
        changes.append(Change("unlabeled", text, decisive.over, difference.value, difference.low, difference.high))
    for gain in gains:
        if gain is not decisive:
            difference = gain.gain.difference
            verb = "gains" if difference.value >= 0.0 else "loses"
            text = f"unlabeled documents: with {gain.n_unlabeled:,} {gain.model} {verb} {_told(gain.gain, words)}"
            if gain.model != gain.over:
                side = "ahead of" if gain.over_choice.difference.value >= 0.0 else "behind"
                text += f"; it is then {side} {gain.over} by {_told(gain.over_choice, words)}"
            changes.append(Change("unlabeled", text, gain.model, difference.value, difference.low, difference.high))
    for why in dict.fromkeys(unknown.values()):
        models = listed([model for model, of_model in unknown.items() if of_model == why])
        text = f"unlabeled documents: what {models} would gain was not measured, for {why}"
        changes.append(Change("unlabeled", text, None))
    if not gains and not unknown:
        text = "unlabeled documents: what they would gain was not measured; give some (--unlabeled)"
        changes.append(Change("unlabeled", text, None))
    return changes


def _told(lead: Lead, words: Words) -> str:
    return f"{words.points(lead.difference)}{', which may be noise' if lead.is_noise else ''}"


class _NotMeasured(Exception):
    """Why a gain was not measured."""


@dataclass(frozen=True)
class _Trial:
    """A model with unlabeled documents, on the folds of the study."""

    findings: Findings
    chosen: str
    model: str
    unlabeled: Sequence[str]
    n_jobs: int | None
    left: Callable[[], float]
    # Seconds of those left that are for others.
    reserved: float

    def gain(self) -> Gain:
        """Return what the model gains with as many documents as there is time for; few of them tell how many."""
        number = len(self.unlabeled)
        if self._left() < float("inf"):
            number = self._affordable()
        return self._judged(*self._run(number, len(self._race.data.splits)), number)

    @property
    def _race(self) -> Race:
        return self.findings.rounds[0]

    @property
    def _size(self) -> int:
        return self.findings.sizes[-1]

    def _left(self) -> float:
        return self.left() - self.reserved

    def _affordable(self) -> int:
        """Return how many unlabeled documents there is time for."""
        race, size, n_splits = self._race, self._size, len(self._race.data.splits)
        few = min(max(_FIRST, int(_LEAST_SHARE * size)), len(self.unlabeled))
        started, times = monotonic(), Times()
        self._run(few, min(race.n_workers, n_splits))
        times.add(size + few, monotonic() - started)
        number = len(self.unlabeled)
        while SAFETY * ceil(n_splits / race.n_workers) * times.at(size + number) > self._left():
            number = int(number * _STEP)
            if number < few:
                raise _NotMeasured(NO_TIME)
        return number

    def _run(self, number: int, n_splits: int) -> tuple[Race, str]:
        """Let the model learn from so many unlabeled documents too, on so many folds."""
        race = self._race
        texts = race.data.documents.texts
        entry = with_unlabeled([race.entries[self.model]], race.reading, texts, self.unlabeled[:number], self.n_jobs)[1]
        again = replace(
            race,
            entries={entry.name: entry},
            in_question=[],
            data=replace(race.data, splits=race.data.splits[:n_splits]),
            pace=Pace(race.n_workers),
            left=self._left,
            sizes=[],
            scores={},
            failures={},
            notes=set(),
        )
        if not again.run([entry.name], self._size):
            raise _NotMeasured(NO_TIME)
        if again.failures:
            raise _NotMeasured(f"it failed: {again.failures[entry.name]}")
        return again, entry.name

    def _judged(self, again: Race, name: str, number: int) -> Gain:
        race, size, measure = self._race, self._size, self.findings.measure
        found = {
            name: again.scores[name, size],
            self.model: race.scores[self.model, size],
            self.chosen: race.scores[self.chosen, size],
        }
        errors = {line: measure.error(scores)[None] for line, scores in found.items()}
        scores = CurveScores(
            np.array([size]),
            {line: rows[..., 0] for line, rows in errors.items()},
            {line: rows[..., 1:] for line, rows in errors.items()},
            self.findings.design,
        )
        leads = {
            c.second: Lead(Interval(c.difference, c.low, c.high), c.p_value) for c in compare(scores) if c.first == name
        }
        seconds = again.pace.seconds([name], size, 1)
        return Gain(self.model, number, leads[self.model], self.chosen, leads[self.chosen], seconds)
