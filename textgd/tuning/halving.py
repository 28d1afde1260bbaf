"""Successive halving: many candidates on few documents, few candidates on all of them.

Jamieson and Talwalkar (2016): each rung learns from more documents than the last, and only the better part of the
candidates climbs.  What wins with few documents need not win with many, so halving is gentle where that matters most:
of the models the better half climbs, of each model's candidates the better third, and its default always with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.costs import Clock
from textgd.models import COUNTS, find_model
from textgd.tuning.space import Candidate
from textgd.tuning.trials import Bench, Rung, Trial, reads
from textgd.tuning.waves import waves

__all__ = ["Halving", "rung_sizes"]

_FACTOR = 3
# Below so many documents, or so many a class, a trial says next to nothing.
_LEAST, _LEAST_A_CLASS = 1000, 20
# Documents that the costs are found out by, more of them as long as that takes little of the time, and before that a
# few so that all code is loaded.  What is found out by so few is rough: only a model that would take that many times
# what is left is left out for it.
_PROBES, _WARM_UP, _ROUGH, _LITTLE = (100, 300, 900), 60, 3.0, 0.1
# Shares of the time: for the last rung, and for the defaults on the first one.
_LAST, _FIRST_DEFAULTS = 0.5, 0.6
# What is foretold of the last rung may take that much longer.
_SAFETY = 1.4


def rung_sizes(n: int, n_classes: int) -> list[int]:
    """Return how many documents the rungs have, ascending to all.

    Examples
    --------
    >>> rung_sizes(25_000, 2), rung_sizes(500, 2)
    ([2778, 8333, 25000], [500])
    """
    sizes = [n]
    while (size := round(n / _FACTOR ** len(sizes))) >= max(_LEAST, _LEAST_A_CLASS * n_classes):
        sizes.append(size)
    return sizes[::-1]


@dataclass(eq=False)
class Halving:
    """The search among candidates of some models.

    Parameters
    ----------
    bench : Bench
    models : sequence of str
    order : int array of shape (n_documents,)
        The documents, such that any front part mirrors the classes.
    clock : Clock
    max_candidates : int
        On the first rung.
    ending : callable
        Gives the seconds that it takes to score a candidate on the documents of the outer split.

    Attributes
    ----------
    rungs : list of Rung
        Those that were climbed, with their trials.
    dropped : dict of Candidate -> str
        Why a candidate got no further.
    """

    bench: Bench
    models: Sequence[str]
    order: NDArray[np.intp]
    clock: Clock
    max_candidates: int
    ending: Callable[[Candidate], float]
    rungs: list[Rung] = field(default_factory=list)
    dropped: dict[Candidate, str] = field(default_factory=dict)
    #: What has to be added to candidates of a model so that they fit into the limits.
    _fitting: dict[str, dict[str, int]] = field(default_factory=dict)
    #: Those that are likely to be over a limit with all documents.
    _over: set[Candidate] = field(default_factory=set)

    def run(self) -> None:
        """Search; after an interrupt, what was tried until then is there."""
        n = len(self.order)
        defaults = [Candidate(model) for model in self.models]
        if self.clock.budget is not None:
            defaults = self._probed(defaults, n)
        sizes = rung_sizes(n, len(self.bench.classes))
        ranked = defaults
        if len(sizes) > 1:
            ranked = self._first(sizes[0], defaults, len(sizes) - 1)
        for k, size in enumerate(sizes[1:-1], 1):
            ranked = self._climb(size, ranked, len(sizes) - 1 - k)
        self._last(n, ranked, is_only=len(sizes) == 1)

    # Rungs

    def _probed(self, defaults: list[Candidate], n: int) -> list[Candidate]:
        """Find out what the models cost; return those that can be fitted in time at all, the most promising first."""
        if n <= _PROBES[-1]:
            return defaults
        self._probe(_WARM_UP, defaults)
        self.bench.costs.clear()
        errors: dict[Candidate, float] = {}
        left = self._for(_LITTLE * (self.clock.budget or 0.0))
        for size in _PROBES:
            errors |= {trial.candidate: trial.error for trial in self._probe(size, defaults)}
            if left() < 0.0:
                break
        for candidate in defaults:
            seconds = self.whole_seconds(candidate)
            if seconds > _ROUGH * self.clock.left:
                self.dropped[candidate] = f"no time: about {seconds:.0f} s for a fit on all documents"
        possible = [candidate for candidate in defaults if candidate not in self.dropped]
        return sorted(possible, key=lambda candidate: errors.get(candidate, float("inf")))

    def _probe(self, size: int, defaults: Sequence[Candidate]) -> list[Trial]:
        rung = Rung(self.bench, self.order[: max(size, 2 * len(self.bench.classes))])
        rung.run(defaults, lambda: self.clock.left)
        return rung.trials

    def _first(self, size: int, defaults: Sequence[Candidate], n_lower: int) -> list[Candidate]:
        rung = self._rung(size)
        rung.run(defaults, self._for(_FIRST_DEFAULTS * self._share(None, n_lower)))
        self._fit_limits(rung)
        ranked = sorted(rung.trials, key=lambda trial: trial.error)
        self._explore(rung, self._for(self._share(ranked[0].candidate if ranked else None, n_lower)))
        self._skip(rung)
        return self._survivors(rung) or list(defaults)

    def _explore(self, rung: Rung, left: Callable[[], float]) -> None:
        """Try changes, as long as there is time."""
        models = [trial.candidate.model for trial in sorted(rung.trials, key=lambda trial: trial.error)]
        bases = {model: self._base(model) for model in models}
        for wave in waves(bases, rung.trials, self.bench.limits.n_bytes is not None):
            tried = {trial.candidate for trial in rung.trials} | {*rung.skipped}
            room = max(self.max_candidates - len(rung.trials), 0)
            new = [candidate for candidate in dict.fromkeys(wave) if candidate not in tried][:room]
            before = len(rung.trials)
            rung.run(new, left)
            if new and len(rung.trials) == before:
                return

    def _climb(self, size: int, ranked: Sequence[Candidate], n_lower: int) -> list[Candidate]:
        rung = self._rung(size)
        leader = self._leaders(ranked)[:1]
        left = self._for(self._share(leader[0] if leader else None, n_lower))
        rung.run([*leader, *(candidate for candidate in ranked if candidate not in leader)], left)
        self._skip(rung)
        return self._survivors(rung) or list(ranked)

    def _last(self, n: int, ranked: Sequence[Candidate], is_only: bool) -> None:
        """Try the best on all documents: first the best leader that there is time for."""
        rung = self._rung(n)
        # Where there is no time for those that climbed, the best of the others.
        errors = {trial.candidate: trial.error for lower in self.rungs[:1] for trial in lower.trials}
        others = sorted(map(Candidate, self.models), key=lambda candidate: errors.get(candidate, float("inf")))
        leaders = dict.fromkeys([*self._leaders(ranked), *others])
        first = next((c for c in leaders if self.whole_seconds(c) < self.clock.left), None)
        if first is None:
            return
        rung.run([first], lambda: self.clock.left - self.ending(first))
        if rung.skipped:
            return

        def left() -> float:
            return self.clock.left - 2.2 * self.ending(first)

        rung.run([candidate for candidate in ranked if candidate != first], left)
        if is_only:
            self._fit_limits(rung)
            self._explore(rung, left)
        self._skip(rung)

    def _leaders(self, ranked: Sequence[Candidate]) -> list[Candidate]:
        """Return who goes first on the last rung: the defaults, for whatever follows has to do better.

        Where the limits allow none of them, it is whoever is likely to keep to the limits: there has to be a winner.
        """
        defaults = [candidate for candidate in ranked if candidate.is_default]
        allowed = [candidate for candidate in ranked if candidate not in self._over]
        return allowed if allowed and defaults and self._over.issuperset(defaults) else defaults

    def _rung(self, size: int) -> Rung:
        rung = Rung(self.bench, self.order[:size])
        self.rungs.append(rung)
        return rung

    # Who climbs

    def _survivors(self, rung: Rung) -> list[Candidate]:
        """Return who climbs, the best first."""
        limits = self.bench.limits
        of_model: dict[str, list[Trial]] = {}
        for trial in sorted(rung.trials, key=lambda trial: trial.error):
            candidate = trial.candidate
            if trial.reason is not None:
                self.dropped[candidate] = f"failed: {trial.reason}"
            elif not candidate.is_default and self._is_hopeless(trial):
                objection = limits.objection(trial.n_bytes, trial.latency)
                self.dropped[candidate] = objection or "over a limit with all documents"
            else:
                of_model.setdefault(candidate.model, []).append(trial)
        kept: list[Trial] = []
        n_models = (len(of_model) + 1) // 2
        for position, trials in enumerate(of_model.values()):
            n = -(-len(trials) // _FACTOR) if position < n_models else 0
            best = trials[: max(n, 1)] if n else []
            kept += best
            kept += [trial for trial in trials if n and trial.candidate.is_default and trial not in best]
            for trial in trials:
                if trial not in kept:
                    self.dropped[trial.candidate] = f"behind with {rung.size:,} documents"
        self._over = {trial.candidate for trial in kept if self._is_hopeless(trial, likely=True)}
        kept.sort(key=lambda trial: (trial.candidate in self._over, trial.error))
        # A default that there was no time for goes on: what it is worth with all documents has to be known.
        climbing = dict.fromkeys(trial.candidate for trial in kept)
        return list(climbing | dict.fromkeys(Candidate(candidate.model) for candidate in climbing))

    def _skip(self, rung: Rung) -> None:
        for candidate in rung.skipped:
            self.dropped.setdefault(candidate, f"no time with {rung.size:,} documents")

    # Limits

    def _is_hopeless(self, trial: Trial, likely: bool = False) -> bool:
        """Whether a candidate will be over a limit with all documents, for certain or likely."""
        growth = 1.0 if trial.candidate.is_bounded else len(self.order) / trial.size
        return self.bench.limits.is_hopeless(trial.n_bytes, trial.latency, growth, likely)

    def _base(self, model: str) -> Candidate:
        return Candidate(model, tuple(sorted(self._fitting.get(model, {}).items())))

    def _fit_limits(self, rung: Rung) -> None:
        """Find out to how many features a model has to be held so that its file is likely to fit."""
        limit = self.bench.limits.n_bytes
        for trial in rung.trials:
            model = trial.candidate.model
            if limit is None or trial.n_bytes is None or trial.n_features is None or find_model(model).reads != COUNTS:
                continue
            if self._is_hopeless(trial, likely=True):
                features = 0.8 * limit * trial.n_features / trial.n_bytes
                self._fitting[model] = {"max_features": _round(features)}

    # Time

    def whole_seconds(self, candidate: Candidate) -> float:
        """Return the seconds that it takes to fit a candidate on all documents and to score it, as far as is known."""
        costs, n = self.bench.costs, len(self.order)
        fit = costs.of_fit(candidate, n, self.bench.n_jobs) + costs.of_reading(reads(candidate), n)
        return fit + self.ending(candidate)

    def _for(self, seconds: float) -> Callable[[], float]:
        """Return what tells how much is left of so many seconds."""
        end = self.clock.spent + seconds
        return lambda: end - self.clock.spent

    def _share(self, first: Candidate | None, n_lower: int) -> float:
        """Return the seconds for a rung, where so many are left below the last.

        The last one has half of the time, and at least what the first one there takes, as far as that is known.
        """
        left = self.clock.left
        if self.clock.budget is None:
            return left
        needed = 0.0 if first is None else _SAFETY * self.whole_seconds(first)
        return max(left - max(_LAST * left, needed), 0.0) / n_lower


def _round(number: float) -> int:
    """Return a number of features to two digits, downward."""
    digits = max(len(str(int(number))) - 2, 0)
    step: int = 10**digits
    return max(int(number) // step * step, 1)
