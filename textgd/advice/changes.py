"""What would change the answer: the same study, asked on other terms, and its curves followed further."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from textgd.advice.choice import Choice, choose
from textgd.advice.findings import Findings
from textgd.advice.gains import Gain, with_gain
from textgd.advice.needs import every_need, lacking, spelled
from textgd.advice.reasons import expectation, score_of
from textgd.advice.result import Change
from textgd.advice.terms import Terms
from textgd.advice.wording import Words
from textgd.evaluation.comparison_display import time_label
from textgd.evaluation.crossover import ONCE, OUTSIDE
from textgd.evaluation.leading import crossing_words, listed
from textgd.models import find_model

__all__ = ["find_changes"]

# A limit is worth telling of that a model with a fraction of the time keeps to.
_FASTER = 0.67


def find_changes(
    findings: Findings, choice: Choice, terms: Terms, models: list[str], words: Words, gain: Gain | None = None
) -> list[Change]:
    """Return what would change the answer; of nothing that, where nothing measured would.

    Parameters
    ----------
    findings : Findings
    choice : Choice
    terms : Terms
    models : list of str
        All that were asked for.
    words : Words
    gain : Gain, optional
        By unlabeled documents, that another choice is recommended for.  With them no other model was tried, so what
        was measured without them tells of a need alone.
    """
    if gain is not None:
        found = _Changes(findings, with_gain(choice, gain), terms, models, words, gain)
        return [*found.lacked(), *found.part()]
    found = _Changes(findings, choice, terms, models, words)
    changes = [*found.data(), *found.limits(), *found.dropped(), *found.lacked(), *found.part(), *found.chance()]
    nothing = Change("nothing", "nothing that was measured here would change it", choice.model)
    return changes or [nothing]


@dataclass(frozen=True)
class _Changes:
    findings: Findings
    choice: Choice
    terms: Terms
    models: list[str]
    words: Words
    gain: Gain | None = None

    def data(self) -> Iterator[Change]:
        """Yield with how many documents another model is ahead."""
        findings, model = self.findings, self.choice.model
        largest, n = findings.sizes[-1], findings.n_documents
        allowed = self.terms.allowed(findings.finishers, dict(findings.expenses))
        for crossover in findings.curves.crossovers:
            pair = crossover.first, crossover.second
            other = pair[1] if pair[0] == model else pair[0]
            if model not in pair or other not in allowed or crossover.size is None:
                continue
            if crossover.kind not in (ONCE, OUTSIDE):
                continue
            where = crossing_words(crossover, findings.sizes)
            bounds = [bound if bound is not None else float("nan") for bound in (crossover.low, crossover.high)]
            if crossover.size > largest:
                there = f"; there are {n:,}" if n > largest else ""
                text = f"more data: from about {where} on {other} is ahead of {model}, if the trend goes on{there}"
                yield Change("more_data", text, other, crossover.size, *bounds)
            elif self._is_behind_early(other):
                text = f"less data: below about {where} {other} is ahead of {model}"
                yield Change("less_data", text, other, crossover.size, *bounds)
        yield from self._overtaken(allowed)

    def _is_behind_early(self, other: str) -> bool:
        errors = self.findings.errors
        return bool(errors[other][0, 0] < errors[self.choice.model][0, 0])

    def _overtaken(self, allowed: list[str]) -> Iterator[Change]:
        """Yield who is expected to be ahead with twice the documents, where no crossing is sure."""
        findings, model = self.findings, self.choice.model
        own = expectation(findings, model)
        if own is None or own.form is None:
            return
        expected = {e.model: e for e in findings.curves.extrapolations if e.form is not None and e.model in allowed}
        best = min(expected, key=lambda name: expected[name].value, default=model)
        if best == model or expected[best].high >= own.value:
            return
        score = score_of(findings, expected[best])
        text = (
            f"more data: with {own.size:,} documents {best} is expected to have {self.words.score(score)}, {model} "
            f"{self.words.score(score_of(findings, own))}"
        )
        yield Change("more_data", text, best, score.value, score.low, score.high)

    def limits(self) -> Iterator[Change]:
        """Yield what a limit lifted would give, and what one set would cost."""
        expense = self.findings.expenses[self.choice.model]
        latency, train = expense.latency.value, expense.train_seconds
        terms = self.terms
        if terms.max_latency is not None:
            head = f"without the limit of {time_label(terms.max_latency)} a document"
            yield from self._on(replace(terms, max_latency=None), "latency", head)
        head = f"with a limit below {time_label(latency)} a document"
        yield from self._on(replace(terms, max_latency=_FASTER * latency), "latency", head)
        if terms.max_train is not None:
            head = f"without the limit of {time_label(terms.max_train)} of training"
            yield from self._on(replace(terms, max_train=None), "training_time", head)
        head = f"with a limit below {time_label(train)} of training"
        yield from self._on(replace(terms, max_train=_FASTER * train), "training_time", head)

    def dropped(self) -> Iterator[Change]:
        """Yield what a need dropped would give."""
        for need in self.terms.needs:
            without = replace(self.terms, needs=tuple(other for other in self.terms.needs if other != need))
            yield from self._on(without, "need", f"without the need of {spelled(need)}")

    def lacked(self) -> Iterator[Change]:
        """Yield what a need more would cost; needs with one answer together."""
        lacked = lacking(find_model(self.choice.model), every_need())
        answers: dict[str, list[str]] = {}
        for need in lacked:
            chosen = self._chosen(replace(self.terms, needs=(*self.terms.needs, need)))
            if chosen is not None:
                answers.setdefault(chosen.model, []).append(need)
        for model, some in answers.items():
            terms = replace(self.terms, needs=(*self.terms.needs, some[0]))
            yield from self._on(
                terms,
                "need",
                f"if {listed(list(map(spelled, some)))} {'is' if len(some) == 1 else 'are each'} needed",
                model,
            )

    def part(self) -> Iterator[Change]:
        """Yield that the study saw a part of the documents alone."""
        findings = self.findings
        read = len(findings.rounds[0].data.codes)
        if read < findings.n_documents:
            text = f"more time: it was enough for {read:,} of {findings.n_documents:,} documents; --budget gives more"
            yield Change("time", text, None, float(read))

    def chance(self) -> Iterator[Change]:
        """Yield that the study cannot tell who is ahead."""
        findings, choice = self.findings, self.choice
        if choice.runner_up is None or not findings.lead(choice.model, choice.runner_up).is_noise:
            return
        difference = findings.lead(choice.model, choice.runner_up).difference
        if difference.high > difference.low:
            text = (
                f"chance: {choice.model} and {choice.runner_up} differ by {self.words.points(difference)}, so other "
                "documents of the same kind may turn them"
            )
            yield Change("chance", text, choice.runner_up, difference.value, difference.low, difference.high)

    def _chosen(self, terms: Terms) -> Choice | None:
        return choose(self.findings, terms.allowed(self.models, dict(self.findings.expenses)))

    def _on(self, terms: Terms, what: str, head: str, expected: str | None = None) -> Iterator[Change]:
        chosen = self._chosen(terms)
        if chosen is None or chosen.model == self.choice.model or (expected is not None and chosen.model != expected):
            return
        if self.gain is not None and chosen.model != self.gain.over:
            yield Change(what, f"{head}: {chosen.model}; unlabeled documents were not tried with it", chosen.model)
            return
        lead = self.findings.lead(chosen.model, self.choice.model) if self.gain is None else self.gain.behind
        difference = lead.difference
        side = "ahead" if difference.value > 0.0 else "behind"
        noise = ", which may be noise" if lead.is_noise else ""
        cost = self.findings.expenses[chosen.model]
        times = {"latency": f" ({time_label(cost.latency.value)})"}
        times["training_time"] = f" ({time_label(cost.train_seconds)})"
        text = f"{head}: {chosen.model}{times.get(what, '')}, {self.words.points(difference)} {side}{noise}"
        yield Change(what, text, chosen.model, difference.value, difference.low, difference.high)
