"""What learning from unlabeled documents beside the labeled ones gains, on the folds of the study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from textgd.advice.choice import Choice
from textgd.advice.findings import Findings, Lead
from textgd.advice.result import Change
from textgd.advice.wording import Words
from textgd.evaluation.scores import CurveScores
from textgd.evaluation.uncertainty import compare
from textgd.evaluation.unlabeled import with_unlabeled
from textgd.metrics import Interval
from textgd.models import UNLABELED, find_model

__all__ = ["Gain", "decisive_gain", "measure_gains", "unlabeled_changes", "with_gain"]

# How much a document costs when a model learns from it without its label, and how much that counts is to be found out.
_PASSES = 6.0
# Fewer unlabeled documents than that share of the labeled ones tell little of what more of them would do.
_LEAST_SHARE = 0.5


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
    """

    model: str
    n_unlabeled: int
    gain: Lead
    over: str
    over_choice: Lead


def measure_gains(
    findings: Findings,
    choice: Choice,
    eligible: Sequence[str],
    unlabeled: Sequence[str],
    left: Callable[[], float],
    seed: int,
    n_jobs: int | None,
) -> list[Gain]:
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
    """
    able = [n for n in findings.finishers if n in eligible and UNLABELED in find_model(n).abilities]
    gains = []
    for model in dict.fromkeys([*able, choice.model]):
        few = _affordable(findings, model, unlabeled, left(), seed)
        if few and (gain := _measure(findings, choice.model, model, few, n_jobs)) is not None:
            gains.append(gain)
    return gains


def decisive_gain(gains: Sequence[Gain]) -> Gain | None:
    """Return the gain that puts a model furthest ahead of the one that is recommended without it; None where none does.

    What may be noise does not count.
    """
    sure = [gain for gain in gains if gain.over_choice.difference.low > 0.0]
    return max(sure, key=lambda gain: gain.over_choice.difference.value, default=None)


def with_gain(choice: Choice, gain: Gain) -> Choice:
    """Return the choice where a model that learns from unlabeled documents is ahead."""
    runner_up = choice.runner_up if gain.model == choice.model else choice.model
    return replace(choice, model=gain.model, runner_up=runner_up)


def unlabeled_changes(gains: Sequence[Gain], decisive: Gain | None, were_given: bool, words: Words) -> list[Change]:
    """Return what unlabeled documents would change, or that this was not measured."""
    if not gains:
        why = "there was no time; give more (--budget)" if were_given else "give some (--unlabeled)"
        return [Change("unlabeled", f"unlabeled documents: what they would gain was not measured; {why}", None)]
    changes = []
    for gain in gains:
        if gain is not decisive:
            difference = gain.gain.difference
            noise = ", which may be noise" if gain.gain.is_noise else ""
            verb = "gains" if difference.value >= 0.0 else "loses"
            how_much = f"{verb} {words.points(difference)}{noise}"
            text = f"unlabeled documents: with {gain.n_unlabeled:,} {gain.model} {how_much}; that changes nothing"
            changes.append(Change("unlabeled", text, gain.model, difference.value, difference.low, difference.high))
    return changes


def _affordable(
    findings: Findings, model: str, unlabeled: Sequence[str], seconds: float, seed: int
) -> Sequence[str] | None:
    """Return the unlabeled documents that there is time for; None where those are too few."""
    race, size = findings.rounds[0], findings.sizes[-1]
    a_document = _PASSES * race.seconds([model], size) / size
    number = len(unlabeled) if seconds == float("inf") else int(max(seconds / a_document - size, 0.0))
    if number >= len(unlabeled):
        return unlabeled
    if number < _LEAST_SHARE * size:
        return None
    rows = np.sort(np.random.default_rng([seed, 4]).choice(len(unlabeled), number, replace=False))
    return [unlabeled[row] for row in rows.tolist()]


def _measure(findings: Findings, chosen: str, model: str, unlabeled: Sequence[str], n_jobs: int | None) -> Gain | None:
    race, size = findings.rounds[0], findings.sizes[-1]
    texts = race.data.documents.texts
    _, entry = with_unlabeled([race.entries[model]], race.reading, texts, unlabeled, n_jobs)
    again = replace(race, entries={entry.name: entry}, in_question=[], sizes=[], scores={}, failures={}, notes=set())
    if not again.run([entry.name], size) or again.failures:
        return None
    errors = {
        name: findings.measure.error(scores)[None]
        for name, scores in {
            entry.name: again.scores[entry.name, size],
            model: race.scores[model, size],
            chosen: race.scores[chosen, size],
        }.items()
    }
    scores = CurveScores(
        np.array([size]),
        {name: rows[..., 0] for name, rows in errors.items()},
        {name: rows[..., 1:] for name, rows in errors.items()},
        findings.design,
    )
    leads = {
        c.second: Lead(Interval(c.difference, c.low, c.high), c.p_value)
        for c in compare(scores)
        if c.first == entry.name
    }
    return Gain(model, len(unlabeled), leads[model], chosen, leads[chosen])
