"""The models that were asked for, with what was found of each and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from textgd.advice.choice import Choice
from textgd.advice.findings import Findings
from textgd.advice.gains import Gain
from textgd.advice.reasons import WITHOUT
from textgd.advice.result import Candidate
from textgd.advice.terms import Terms
from textgd.models import find_model

__all__ = ["list_candidates"]


def list_candidates(
    findings: Findings, choice: Choice, terms: Terms, names: Sequence[str], gain: Gain | None
) -> list[Candidate]:
    """Return all models, the recommended one first, then those that were tried furthest, the best first."""
    scored = {name: findings.score(name) for name in findings.names}
    errors = {name: findings.errors[name][findings.sizes.index(size), 0] for name, (_, size) in scored.items()}
    order = sorted(
        names,
        key=lambda name: (
            name != choice.model,
            name not in scored,
            -scored[name][1] if name in scored else 0,
            errors.get(name, 0.0),
        ),
    )
    candidates, failed = [], findings.rounds[0].failures
    for name in order:
        known, expense = find_model(name), findings.expenses.get(name)
        objection = terms.objection(name, expense)
        if name not in scored and name in failed:
            objection = objection or "failed"
        score, size = scored.get(name, (None, 0))
        candidates.append(
            Candidate(
                name,
                known.family,
                known.title,
                score,
                size,
                None if expense is None else expense.train_seconds,
                expense is not None and expense.is_measured,
                None if expense is None else expense.latency,
                None if expense is None else expense.n_bytes,
                0 if expense is None else expense.n_documents,
                objection or _outcome(name, findings, choice, gain),
                objection is None,
            )
        )
    return candidates


def _outcome(name: str, findings: Findings, choice: Choice, gain: Gain | None) -> str:
    if name == choice.model:
        return "recommended"
    if name not in findings.names:
        return "not tried, for lack of time"
    if name not in findings.finishers:
        return f"behind with {findings.score(name)[1]:,} documents"
    is_noise = name == choice.best or name in choice.as_good
    side = "as good" if is_noise else "behind"
    if gain is not None:  # with which no other model was compared
        side = "behind" if name == gain.over else f"{side}{WITHOUT}"
    return f"runner-up, {side}" if name == choice.runner_up else side
