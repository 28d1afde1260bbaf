"""Why a search has no winner, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from textgd.errors import DataError, InvalidParameterError, TextgdError
from textgd.tuning.halving import Halving
from textgd.tuning.limits import Limits
from textgd.tuning.space import Candidate
from textgd.tuning.trials import Trial

__all__ = ["nothing_fits", "too_short"]


def too_short(halving: Halving, models: Sequence[str]) -> TextgdError:
    """Return why no default was fitted on all documents: for lack of time, and how much it takes, or for a failure."""
    clock = halving.clock
    failed = [trial for rung in halving.rungs for trial in rung.trials if trial.reason is not None]
    if clock.budget is None or (failed and not any(rung.skipped for rung in halving.rungs)):
        reason = f" {failed[0].candidate.name}: {failed[0].reason}" if failed else ""
        return DataError(f"No model could be fitted.{reason}")
    needed = clock.spent + min(halving.whole_seconds(Candidate(model)) for model in models)
    return InvalidParameterError(
        f"budget is {clock.budget:g} seconds, which does not suffice to fit and score one model as it is: that takes "
        f"about {1.2 * needed:.0f} seconds here. Give more time (--budget), or name models that are faster to fit, "
        "such as nb."
    )


def nothing_fits(trials: Sequence[Trial], limits: Limits) -> DataError:
    """Return that no finalist keeps to the limits, with the one that comes nearest."""
    sizes = [trial for trial in trials if trial.n_bytes is not None]
    remedies = "Allow more, choose fewer features (--min-df, --max-features, --hashing), or name another model."
    if limits.n_bytes is not None and sizes:
        least = min(sizes, key=lambda trial: trial.n_bytes or 0)
        if limits.objection(least.n_bytes, None) is not None:
            return DataError(
                f"max_size is {limits.n_bytes:,} bytes (--max-size), and no model found is that small: the smallest, "
                f"{least.candidate.name}, has {least.n_bytes:,}. {remedies}"
            )
    timed = [trial for trial in trials if trial.latency is not None]
    fastest = min(timed, key=lambda trial: trial.latency or 0.0)
    return DataError(
        f"max_latency is {limits.seconds} seconds a document (--max-latency), and no model that keeps to all limits is "
        f"that fast: the fastest, {fastest.candidate.name}, takes {fastest.latency:.2g}. {remedies}"
    )
