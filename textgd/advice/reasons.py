"""Why a model is recommended: sentences made from what was measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from textgd.advice.choice import Choice, relative_cost
from textgd.advice.expenses import Expense
from textgd.advice.findings import Findings
from textgd.advice.gains import Gain
from textgd.advice.needs import spelled
from textgd.advice.result import Reason, RunnerUp
from textgd.advice.terms import Terms
from textgd.advice.wording import Words
from textgd.evaluation.comparison_display import bytes_label, time_label
from textgd.evaluation.display import p_label
from textgd.evaluation.extrapolation import Extrapolation
from textgd.evaluation.leading import listed
from textgd.evaluation.measures import Measure
from textgd.metrics import Interval
from textgd.models import find_model

__all__ = ["WITHOUT", "expectation", "find_reasons", "find_runner_up", "score_of", "score_of_error"]

#: What figures are told with that were measured without unlabeled documents, where a model is recommended with them.
WITHOUT = " without unlabeled documents"

_NAN = float("nan")


def find_reasons(
    findings: Findings,
    choice: Choice,
    terms: Terms,
    eligible: Sequence[str],
    n_models: int,
    words: Words,
    gain: Gain | None = None,
) -> list[Reason]:
    """Return the reasons, that of the score first.

    Parameters
    ----------
    findings : Findings
    choice : Choice
    terms : Terms
    eligible : sequence of str
        Models that may be taken.
    n_models : int
        Models that were asked for.
    words : Words
    gain : Gain, optional
        That it is recommended for.
    """
    expense = findings.expenses[choice.model]
    reasons = [_score(findings, choice, words)]
    if gain is None:
        reasons += _ahead(findings, choice, eligible, words)
    else:
        reasons.append(_by_unlabeled(gain, words))
    without = "" if gain is None else WITHOUT
    reasons += _more_data(findings, choice, words, without)
    if terms != Terms():
        asked = [f"has {', '.join(map(spelled, terms.needs))}"] if terms.needs else []
        if terms.max_latency is not None:
            asked.append(f"takes {time_label(terms.max_latency)} a document at most")
        if terms.max_train is not None:
            asked.append(f"is trained in {time_label(terms.max_train)} at most")
        text = f"it {listed(asked)}, as {len(eligible)} of {n_models} models do"
        reasons.append(Reason("need", text, float(len(eligible)), _NAN, _NAN, "models"))
    return [*reasons, *_costs(expense, findings.n_documents, without)]


def _score(findings: Findings, choice: Choice, words: Words) -> Reason:
    score, size = findings.score(choice.model)
    text = f"{words.metric} {words.score(score)}, learned from {size:,} documents and tested on others"
    return Reason("score", text, score.value, score.low, score.high, "metric")


def _by_unlabeled(gain: Gain, words: Words) -> Reason:
    difference = gain.gain.difference
    text = (
        f"{gain.n_unlabeled:,} unlabeled documents more make that better by {words.points(difference)}, and training "
        f"on a fold and on them takes {time_label(gain.train_seconds)}"
    )
    return Reason("unlabeled", text, difference.value, difference.low, difference.high, "metric")


def _ahead(findings: Findings, choice: Choice, eligible: Sequence[str], words: Words) -> list[Reason]:
    """Return how it compares with the best where that is another one, or with those behind it."""
    reasons = []
    if choice.model != choice.best:
        lead = findings.lead(choice.best, choice.model).difference
        times = 1.0 / relative_cost(findings.expenses, choice.model, choice.best)
        reasons.append(
            Reason(
                "as_good",
                f"{choice.best} has the best score, by {words.points(lead)}, which may be noise, and costs {times:.1f} "
                "times as much (geometric mean of training and of asking)",
                -lead.value,
                -lead.high,
                -lead.low,
                "metric",
            )
        )
    family = find_model(choice.model).family
    seen = {family}
    for name in findings.finishers:
        other = find_model(name).family
        if name not in eligible or other in seen:
            continue
        seen.add(other)
        lead_of = findings.lead(choice.model, name)
        difference = lead_of.difference
        points = words.points(difference)
        side = "ahead of" if difference.value >= 0.0 else "behind"
        noise = ", which may be noise" if lead_of.is_noise else ""
        text = f"{side} the best {other} model, {name}, by {points}{noise}"
        reasons.append(
            Reason(
                "family",
                text,
                difference.value,
                difference.low,
                difference.high,
                "metric",
            )
        )
    return reasons


def _more_data(findings: Findings, choice: Choice, words: Words, without: str) -> list[Reason]:
    expected = expectation(findings, choice.model)
    if expected is None or expected.form is None:
        return []
    value = score_of(findings, expected)
    text = f"with {expected.size:,} documents it is expected to have {words.score(value)}{without}"
    return [Reason("more_data", text, value.value, value.low, value.high, "metric")]


def expectation(findings: Findings, model: str) -> Extrapolation | None:
    """Return what twice the documents would do to a model, where its curve was drawn."""
    return next((found for found in findings.curves.extrapolations if found.model == model), None)


def score_of(findings: Findings, expected: Extrapolation) -> Interval:
    """Return what is expected as a score."""
    return score_of_error(findings.measure, expected.value, expected.low, expected.high)


def score_of_error(measure: Measure, error: float, low: float, high: float) -> Interval:
    """Return an error and its interval as a score.

    Examples
    --------
    >>> from textgd.evaluation.measures import find_measure
    >>> score_of_error(find_measure("accuracy"), 0.25, 0.125, 0.375)
    Interval(value=0.75, low=0.625, high=0.875)
    """
    value, *ends = measure.error(np.array([error, low, high])).tolist()
    return Interval(value, *sorted(ends))


def _costs(expense: Expense, n_documents: int, without: str) -> list[Reason]:
    latency = expense.latency
    if expense.is_measured:
        train = f"trained on all {n_documents:,} documents in {time_label(expense.train_seconds)}{without}"
    else:
        train = (
            f"trained on all {n_documents:,} documents in about {time_label(expense.train_seconds)}, as "
            f"{expense.n_documents:,} foretell{without}"
        )
    size = bytes_label(expense.n_bytes)
    file = f"a file of {size}" + ("" if expense.is_measured else f" from {expense.n_documents:,} documents")
    ask = f"{time_label(latency.value)} a document [{time_label(latency.low)}, {time_label(latency.high)}]"
    return [
        Reason("train", train, expense.train_seconds, _NAN, _NAN, "seconds"),
        Reason("latency", f"{ask}, in the median", latency.value, latency.low, latency.high, "seconds"),
        Reason("size", file, float(expense.n_bytes), _NAN, _NAN, "bytes"),
    ]


def find_runner_up(findings: Findings, choice: Choice, words: Words, gain: Gain | None = None) -> RunnerUp | None:
    """Return who comes next."""
    if choice.runner_up is None:
        return None
    lead = findings.lead(choice.model, choice.runner_up)
    without = ""
    if gain is not None:
        without = "" if gain.over == choice.runner_up else WITHOUT
        lead = gain.over_choice if gain.over == choice.runner_up else lead
    side = "behind" if lead.difference.value >= 0.0 else "ahead"
    noise = ", which may be noise" if lead.is_noise else ""
    p = p_label(lead.p_value)
    text = f"{words.points(lead.difference)} {side}{without}{noise} (p {p if p.startswith('<') else f'= {p}'})"
    return RunnerUp(choice.runner_up, lead.difference, lead.p_value, text)
