"""Probabilities of all that may stand in a gap, by several models at once: dense, in numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textgd.lm.mixing import mix
from textgd.lm.model import Level, NgramModel
from textgd.lm.query import find_context, log_prob, next_log_probs, token_scores
from textgd.text.documents import TokenizedDocuments

__all__ = ["Mixture"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Mixture:
    """Probabilities of tokens by models, each mixed with the mean of all; the first axis is the models'."""

    models: tuple[NgramModel, ...]
    background: float

    @property
    def order(self) -> int:
        """How many tokens the longest n-grams have."""
        return max(model.order for model in self.models)

    def outside(self, ids: NDArray[np.int32], gaps: NDArray[np.intp]) -> Array:
        """Return ln of the probability of the tokens that are no gap and do not depend on one."""
        document = TokenizedDocuments(ids[1:-1], np.array([0, len(ids) - 2]), self.models[0].vocabulary)
        probabilities = mix(np.exp([token_scores(model, document) for model in self.models]), self.background)
        places = np.arange(1, len(ids))
        depends = ((places >= gaps[:, None]) & (places < gaps[:, None] + self.order)).any(axis=0)
        with np.errstate(divide="ignore"):
            total: Array = np.log(probabilities[:, ~depends]).sum(axis=1)
        return total

    def after(self, tokens: list[int]) -> Array:
        """Return p, not mixed, of each of the tokens after a gap, for every token in it, as if nothing came before."""
        out = np.empty((len(self.models), len(tokens), self.models[0].unknown + 1))
        for model, own in zip(self.models, out, strict=True):
            for at, token in enumerate(tokens):
                own[at] = np.exp(log_prob(model, tokens[max(0, at - model.order + 1) : at], token))
            _look_further(model, [], tokens, own)
        return out

    def gap(self, before: list[int], tokens: list[int], after: Array) -> Array:
        """Return p of every token in a gap, times that of the tokens after it, shape (n_models, n_terms + 1)."""
        product: Array = mix(self.inside(before), self.background) * self.worth(before, tokens, after)
        return product

    def inside(self, before: list[int]) -> Array:
        """Return p, not mixed, of every token in a gap, shape (n_models, n_terms + 1)."""
        n_inside = self.models[0].unknown + 1
        return np.exp([next_log_probs(model, before)[:n_inside] for model in self.models])

    def worth(self, before: list[int], tokens: list[int], after: Array) -> Array:
        """Return p of the tokens after a gap, for every token in it, shape (n_models, n_terms + 1)."""
        after = after.copy()
        for model, own in zip(self.models, after, strict=True):
            for length in range(1, min(len(before), model.order - 2) + 1):
                _look_further(model, before[len(before) - length :], tokens, own)
        product = np.ones((len(self.models), self.models[0].unknown + 1))
        for at in range(len(tokens)):
            product *= mix(after[:, at], self.background)
        return product


def _look_further(model: NgramModel, before: list[int], tokens: list[int], out: Array) -> None:
    """Take p of the tokens after a gap from contexts that begin after `before` to those that begin with it.

    In `out`, of shape (n_tokens, n_terms + 1), is changed what has to be: most tokens in the gap make no context that
    the model knows.
    """
    nodes = inside = np.arange(model.unknown + 1)
    if before:
        node = find_context(model, before)
        if node is None:
            return
        level = model.levels[len(before)]
        nodes = np.arange(int(level.starts[node]), int(level.starts[node + 1]))
        nodes = nodes[level.tokens[nodes] <= model.unknown]
        inside = level.tokens[nodes].astype(np.int64)
    for at, token in enumerate(tokens[: model.order - len(before) - 1]):
        depth = len(before) + 1 + at
        out[at, inside] *= np.exp(model.levels[depth - 1].log_backoff[nodes].astype(np.float64))
        nodes = _children(model.levels[depth], nodes, token)
        nodes, inside = nodes[nodes >= 0], inside[nodes >= 0]
        out[at, inside] = np.exp(model.levels[depth].log_prob[nodes].astype(np.float64))


def _children(level: Level, nodes: NDArray[np.int64], token: int) -> NDArray[np.int64]:
    """Return the child of each node that `token` names, -1 where there is none."""
    low = level.starts[nodes].astype(np.int64)
    high = end = level.starts[nodes + 1].astype(np.int64)
    for _ in range(int((end - low).max(initial=0)).bit_length()):
        middle = np.minimum((low + high) // 2, len(level.tokens) - 1)
        is_smaller = (low < high) & (level.tokens[middle] < token)
        low, high = np.where(is_smaller, middle + 1, low), np.where(is_smaller, high, middle)
    is_found = low < end
    is_found[is_found] = level.tokens[low[is_found]] == token
    return np.where(is_found, low, -1)
