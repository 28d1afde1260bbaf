"""What a model loses where words are missing at prediction: asked only where that is needed."""

from __future__ import annotations

from collections.abc import Callable

from textgd.advice.choice import Choice
from textgd.advice.findings import Findings
from textgd.advice.gains import NO_TIME
from textgd.advice.reasons import score_of_error
from textgd.advice.result import Change, Reason
from textgd.advice.wording import Words
from textgd.errors import InvalidParameterError
from textgd.evaluation.robustness import robustness_curves
from textgd.metrics import Interval

__all__ = ["lost_words", "not_measured"]

# The share of the words that is taken away, at random, and how often at most.
_SHARE, _MOST_REPEATS = 0.3, 10


def lost_words(
    findings: Findings,
    choice: Choice,
    words: Words,
    left: Callable[[], float],
    seed: int,
    n_jobs: int | None,
) -> Reason | Change:
    """Return what the recommended model is worth, and loses, with three of ten words missing.

    Of the ways that it has to deal with that, the one that it errs least with.  Where the time does not do for two
    draws, which an interval takes, that it was not measured.

    Parameters
    ----------
    findings : Findings
    choice : Choice
    words : Words
    left : callable
        Gives the seconds that may be spent.
    seed : int
    n_jobs : int, optional
    """
    seconds = left()
    if seconds <= 0.0:
        return not_measured(choice.model, NO_TIME)
    try:
        curves = robustness_curves(
            [choice.model],
            findings.rounds[0].data.documents,
            "missing",
            [_SHARE],
            _MOST_REPEATS,
            metric=findings.measure.name,
            random_state=seed,
            n_jobs=n_jobs,
            budget=None if seconds == float("inf") else seconds,
        )
    except InvalidParameterError:  # the time ended before one draw did
        return not_measured(choice.model, NO_TIME)
    line = min(curves.errors, key=lambda name: float(curves.errors[name][-1, 0]))
    error = curves.errors[line][-1]
    loss = next(found for found in curves.losses if found.line == line and found.level == _SHARE)
    if error[1] != error[1]:
        return not_measured(choice.model, NO_TIME)
    score = score_of_error(findings.measure, *error.tolist())
    lost = words.points(Interval(loss.loss, loss.low, loss.high))
    text = f"with {100 * _SHARE:.0f} % of the words missing {words.metric} {words.score(score)}, {lost} less ({line})"
    return Reason("missing", text, score.value, score.low, score.high, "metric")


def not_measured(model: str, why: str) -> Change:
    """Return that it was not measured what a model loses."""
    return Change("missing", f"missing words: what they cost {model} was not measured, for {why}", None)
