"""In what order candidates are tried on the first rung, which may end at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, zip_longest

from textgd.models import find_model
from textgd.tuning.space import Candidate, combine, single_changes
from textgd.tuning.trials import Trial

__all__ = ["waves"]

# Combinations for each model, at most, and so many in a wave.
_COMBINATIONS, _AT_A_TIME = 24, 2


def waves(bases: Mapping[str, Candidate], trials: Sequence[Trial], is_limited: bool) -> Iterator[list[Candidate]]:
    """Yield what to try together: of each model one change, then the next; at last combinations of what did no harm.

    Parameters
    ----------
    bases : mapping of str -> Candidate
        What changes are added to, for each model: the model as it is, or what keeps it within a limit.  The best first.
    trials : sequence of Trial
        What was tried until now; it grows while waves are asked for.
    is_limited : bool
        Whether files have to be small.
    """
    singles = {
        model: [
            (change, candidate)
            for change in single_changes(find_model(model), is_limited)
            if (candidate := base.changed(change) or Candidate(model).changed(change)) is not None
        ]
        for model, base in bases.items()
    }
    yield list(bases.values())
    for column in zip_longest(*singles.values()):
        yield [pair[1] for pair in column if pair is not None]
    errors = {trial.candidate: trial.error for trial in trials}
    combinations = {}
    for model, base in bases.items():
        gains = [
            (change, errors[base] - errors[candidate])
            for change, candidate in singles[model]
            if candidate in errors and base in errors
        ]
        combinations[model] = list(islice(combine(model, gains, dict(base.changes)), _COMBINATIONS))
    for start in range(0, _COMBINATIONS, _AT_A_TIME):
        yield [candidate for some in combinations.values() for candidate in some[start : start + _AT_A_TIME]]
