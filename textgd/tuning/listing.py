"""What a search has tried, and what became of it."""

from __future__ import annotations

import numpy as np

from textgd.evaluation.measures import Measure
from textgd.metrics.intervals import Interval, wilson_interval
from textgd.tuning.halving import Halving
from textgd.tuning.limits import Limits
from textgd.tuning.result import Tried
from textgd.tuning.space import Candidate
from textgd.tuning.trials import Trial

__all__ = ["list_left_out", "list_tried"]

# Of the standard normal distribution: intervals of 95 %.
_Z = 1.96


def list_tried(halving: Halving, measure: Measure, winner: Trial, limits: Limits) -> list[Tried]:
    """Return all that were tried, the furthest and best first, the winner before them all."""
    last: dict[Candidate, Trial] = {}
    for rung in halving.rungs:
        last.update({trial.candidate: trial for trial in rung.trials})
    last[winner.candidate] = winner
    trials = sorted(last.values(), key=lambda t: (t.candidate != winner.candidate, -t.size, t.error, t.candidate.name))
    return [
        Tried(
            trial.candidate.name,
            trial.candidate.model,
            trial.candidate.parameters,
            trial.size,
            _interval(trial, measure),
            trial.n_bytes,
            trial.latency,
            _outcome(trial, winner, halving, limits),
        )
        for trial in trials
    ]


def _interval(trial: Trial, measure: Measure) -> Interval:
    if measure.name == "accuracy" and trial.reason is None:
        return wilson_interval(round((1.0 - trial.error) * trial.size), trial.size)
    error, half = float(trial.errors[0]), _Z * trial.standard_error()
    top = 1.0 if measure.is_share else float("inf")
    ends = np.array([max(error - half, 0.0), min(error + half, top)])
    low, high = sorted(measure.error(ends).tolist())
    return Interval(float(measure.error(np.array([error]))[0]), low, high)


def _outcome(trial: Trial, winner: Trial, halving: Halving, limits: Limits) -> str:
    if trial.candidate == winner.candidate:
        return "winner"
    if trial.reason is not None:
        return f"failed: {trial.reason}"
    if trial.size == len(halving.order):
        return limits.objection(trial.n_bytes, trial.latency) or "finalist"
    return halving.dropped.get(trial.candidate, "not tried any further")


def list_left_out(halving: Halving) -> dict[str, str]:
    """Return the candidates that were not tried at all, with the reason."""
    tried = {trial.candidate for rung in halving.rungs for trial in rung.trials}
    return {c.name: reason for c, reason in halving.dropped.items() if c not in tried}
