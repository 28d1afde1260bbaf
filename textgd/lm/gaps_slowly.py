"""The reference of `textgd.lm.gaps.sum_over_gaps`: all tokens of the vocabulary in every gap, in numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textgd.lm.gaps import BEAM, FOLLOWED, GapSums
from textgd.lm.mixing import mix
from textgd.lm.mixture import Mixture
from textgd.lm.query import find_context, log_prob
from textgd.text.documents import TokenizedDocuments

__all__ = ["sum_over_gaps_slowly"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_TINY = 1e-300
# So little is left to others only by rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class _States:
    """Contexts that may have come to stand before the next token, and their shares in the sum of each model."""

    contexts: list[list[int]]
    shares: Array  # (n_states, n_models)


def sum_over_gaps_slowly(
    mixture: Mixture, documents: TokenizedDocuments, beam: int = BEAM, n_followed: int = FOLLOWED
) -> GapSums:
    """Return what `textgd.lm.gaps.sum_over_gaps` does."""
    shape = len(documents), len(mixture.models)
    sums = GapSums(np.zeros(shape), np.zeros(shape))
    for d, ids in enumerate(np.split(documents.ids, documents.indptr[1:-1]) if len(documents) else []):
        first = mixture.models[0]
        tokens = [*ids.tolist(), first.end]
        states = _States([[first.start]], np.ones((1, shape[1])))
        at = 0
        while at < len(tokens):
            if tokens[at] >= 0:
                context = states.contexts[0]
                logs = [log_prob(model, _last(context, model.order - 1), tokens[at]) for model in mixture.models]
                with np.errstate(divide="ignore"):
                    sums.log_prob[d] += np.log(mix(np.exp(logs), mixture.background))
                context.append(tokens[at])
                at += 1
                continue
            end = at + 1
            while end < len(tokens) and end - at < mixture.order and tokens[end] >= 0:
                end += 1
            goes_on = end - at < mixture.order and end < len(tokens)
            gap = _Gap(mixture, tokens[at + 1 : end], goes_on, beam, n_followed)
            states, totals, doubtful = gap.passed(states)
            with np.errstate(divide="ignore"):
                sums.log_prob[d] += np.log(totals)
            sums.doubtful[d] += doubtful
            at = end
    return sums


@dataclass(frozen=True)
class _Gap:
    """A gap, the tokens after it that depend on it, and whether the next gap does."""

    mixture: Mixture
    after: list[int]
    goes_on: bool
    beam: int
    n_followed: int

    def passed(self, states: _States) -> tuple[_States, Array, Array]:
        """Return the states behind the gap and the tokens after it, P of these, and the share that is doubtful."""
        models, background, after = self.mixture.models, self.mixture.background, self.after
        alone = np.exp([model.levels[0].log_prob[: model.unknown + 1].astype(np.float64) for model in models])
        as_if_first = self.mixture.after(after)
        plain = self.mixture.worth([], after, as_if_first)
        sums = plain @ alone.T
        is_listed = self._listed(alone)
        is_forgotten = len(after) >= self.mixture.order - 2
        totals, lost = np.zeros((2, len(models)))
        of_tokens = np.zeros_like(alone)
        candidates: list[tuple[int, int, Array]] = []
        is_listed_now = is_listed.copy()
        for i, (context, share) in enumerate(zip(states.contexts, states.shares, strict=True)):
            before = _last(context, self.mixture.order - 1)
            p, surplus, is_known = self._inside(before, alone, len(states.contexts) == 1 and len(after) > 0)
            worth = np.where(is_known, self.mixture.worth(before, after, as_if_first), plain)
            weights = share[:, None] * mix(p, background) * worth
            totals += weights.sum(axis=1)
            lost += share * _mixed_sums(sums, surplus, background)
            is_candidate = is_known & (is_listed | (len(after) == 0))
            if is_forgotten:
                of_tokens += weights
                is_listed_now |= is_candidate
            else:
                of_tokens += np.where(is_known, 0.0, weights)
                candidates += [(i, token, weights[:, token]) for token in np.flatnonzero(is_candidate).tolist()]
        candidates += [(-1, token, of_tokens[:, token]) for token in np.flatnonzero(is_listed_now).tolist()]
        kept = self._best(candidates, _mixed_sums(sums, np.ones(len(models)), background)) if self.goes_on else []
        left = totals - sum((weight for _, _, weight in kept), np.zeros(len(models)))
        doubtful = lost
        if self.goes_on and after:
            offered = sum((weight for _, _, weight in candidates), np.zeros(len(models)))
            doubtful = lost + np.maximum(offered - (totals - left), 0.0)
        elif self.goes_on:
            doubtful = lost + np.maximum(left, 0.0)
        contexts = [[*(states.contexts[i] if i >= 0 else []), token, *after] for i, token, _ in kept]
        shares = np.array([*(weight for _, _, weight in kept), np.maximum(left, 0.0)]) / np.maximum(totals, _TINY)
        return _States([*contexts, list(after)], shares), totals, np.minimum(doubtful / np.maximum(totals, _TINY), 1.0)

    def _listed(self, alone: Array) -> Mask:
        """Return which tokens go on whatever came before: those known before the next token, or the most frequent."""
        is_listed = np.zeros(alone.shape[1], np.bool_)
        if not self.after:
            is_listed[np.argsort(-alone.mean(axis=0), kind="stable")[: self.beam]] = True
            return is_listed
        for model in self.mixture.models:
            if model.order > 1:
                level = model.levels[1]
                before = np.repeat(np.arange(len(level.starts) - 1), np.diff(level.starts))
                before = before[level.tokens == self.after[0]]
                is_listed[before[before <= model.unknown]] = True
        return is_listed

    def _inside(self, before: list[int], alone: Array, is_whole: bool) -> tuple[Array, Array, Mask]:
        """Return p of every token in the gap, not mixed, the surplus of those not told apart, and which are."""
        models = self.mixture.models
        p = self.mixture.inside(before)
        shares = np.ones(len(models))
        is_known = np.zeros(alone.shape[1], np.bool_)
        is_cut = np.zeros(len(models), np.bool_)
        for j, model in enumerate(models):
            for length in range(1, min(len(before), model.order - 1) + 1):
                node = find_context(model, before[len(before) - length :])
                if node is None:
                    continue
                shares[j] *= np.exp(float(model.levels[length - 1].log_backoff[node]))
                level = model.levels[length]
                children = np.arange(int(level.starts[node]), int(level.starts[node + 1]))
                if not is_whole and len(children) > self.n_followed:
                    is_cut[j] = True
                    best = np.argsort(-level.log_prob[children], kind="stable")[: self.n_followed]
                    children = children[best]
                tokens = level.tokens[children]
                is_known[tokens[tokens <= model.unknown]] = True
        surplus = np.zeros(len(models))
        for j in np.flatnonzero(is_cut).tolist():
            end = np.exp(log_prob(models[j], before, models[j].end))
            left = max(0.0, float(1.0 - end - p[j, is_known].sum()))
            others = float(alone[j].sum() - alone[j, is_known].sum())
            share = left / others if others > _ROUNDING else 0.0
            surplus[j] = max(0.0, share - shares[j])
            shares[j] = share
        return np.where(is_known, p, shares[:, None] * alone), surplus, is_known

    def _best(self, candidates: list[tuple[int, int, Array]], norms: Array) -> list[tuple[int, int, Array]]:
        """Return the best candidates; of two that differ by rounding alone the first of states, then of tokens."""

        def rank(candidate: tuple[int, int, Array]) -> tuple[float, int, int]:
            state, token, weight = candidate
            return -float(np.float32((weight / np.maximum(norms, _TINY)).sum())), state, token

        return sorted(filter(lambda candidate: rank(candidate)[0] < 0.0, candidates), key=rank)[: self.beam]


def _last(context: list[int], n: int) -> list[int]:
    return context[max(0, len(context) - n) :]


def _mixed_sums(sums: Array, shares: Array, background: float) -> Array:
    mixed: Array = np.diag(mix((sums * shares).T, background))
    return mixed
