"""Which of the finalists wins: not the luckiest."""

from __future__ import annotations

from collections.abc import Sequence

from textgd.tuning.limits import Limits
from textgd.tuning.trials import Trial

__all__ = ["best_default", "choose"]

_MORE_THAN_NOISE = 2.0


def choose(trials: Sequence[Trial], limits: Limits) -> Trial | None:
    """Return the winner of a rung; None where the limits allow none.

    Whoever is behind the least error by no more than two standard errors of the difference, on the same documents, does
    as well as the best.  Of those a default wins; where there is none, whoever has the fewest changes; and among equals
    whoever errs least.  So a candidate replaces the default only by an advantage that is more than noise.  Breiman et
    al. (1984) have the rule with one standard error, for a few trees; of a hundred candidates many are ahead by that.

    Parameters
    ----------
    trials : sequence of Trial
        Of one rung.
    limits : Limits
    """
    allowed = [
        trial
        for trial in trials
        if trial.error < float("inf") and limits.objection(trial.n_bytes, trial.latency) is None
    ]
    if not allowed:
        return None
    best = min(allowed, key=lambda trial: trial.error)
    as_good = [trial for trial in allowed if trial.error - best.error <= _MORE_THAN_NOISE * trial.standard_error(best)]
    return min(as_good, key=lambda trial: (len(trial.candidate.changes), trial.error))


def best_default(trials: Sequence[Trial]) -> Trial | None:
    """Return the default with the least error, whatever the limits; None where none could be fitted."""
    defaults = [trial for trial in trials if trial.candidate.is_default and trial.error < float("inf")]
    return min(defaults, key=lambda trial: trial.error, default=None)
