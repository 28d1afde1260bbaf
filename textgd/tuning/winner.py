"""Which of the finalists wins: not the luckiest."""

from __future__ import annotations

from collections.abc import Sequence

from textgd.tuning.limits import Limits
from textgd.tuning.trials import Trial

__all__ = ["best_default", "choose"]

_MORE_THAN_NOISE = 2.0


def choose(trials: Sequence[Trial], limits: Limits) -> Trial | None:
    """Return the winner of a rung; None where the limits allow none.

    The best default stays unless a candidate leads it by more than two standard errors of the difference, on the same
    documents.  Of those that do, whoever is behind the best of them by no more than two standard errors does as well;
    among these whoever has the fewest changes wins, then whoever errs least.  So whatever replaces the default has an
    advantage of its own that is more than noise.  Where the limits allow no default, all candidates are in the running.
    Breiman et al. (1984) have such a rule with one standard error, for a few trees; of a hundred candidates many are
    ahead by that.

    Parameters
    ----------
    trials : sequence of Trial
        Of one rung.
    limits : Limits
    """
    allowed = [trial for trial in _fitted(trials) if limits.objection(trial.n_bytes, trial.latency) is None]
    default = best_default(allowed)
    leading = allowed if default is None else [trial for trial in allowed if _leads(trial, default)]
    if not leading:
        return default
    best = min(leading, key=lambda trial: trial.error)
    as_good = [trial for trial in leading if not _leads(best, trial)]
    return min(as_good, key=lambda trial: (len(trial.candidate.changes), trial.error))


def best_default(trials: Sequence[Trial]) -> Trial | None:
    """Return the default with the least error, whatever the limits; None where none could be fitted."""
    defaults = [trial for trial in _fitted(trials) if trial.candidate.is_default]
    return min(defaults, key=lambda trial: trial.error, default=None)


def _fitted(trials: Sequence[Trial]) -> list[Trial]:
    return [trial for trial in trials if trial.error < float("inf")]


def _leads(trial: Trial, other: Trial) -> bool:
    """Whether a trial errs less than another by more than noise."""
    return other.error - trial.error > _MORE_THAN_NOISE * trial.standard_error(other)
