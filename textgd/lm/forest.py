"""The tries of several models side by side, and what precedes each token in them: what sums over gaps read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.lm.model import Level, NgramModel

__all__ = ["Forest", "plant"]


class Forest(NamedTuple):
    """The n-grams of several models of one vocabulary, all of one order before those of the next.

    Nodes of one order stand model after model, as in `textgd.lm.model.Level`; so the children of a node are those
    from ``first[node]`` to ``first[node + 1]``, and the node of a token of model ``j`` is
    ``j * (n_terms + 3) + token``.

    Attributes
    ----------
    n_terms, order : int
    first : int32 array of shape (n_contexts + 1,)
    tokens : int32 array of shape (n_nodes,)
    log_prob : float32 array of shape (n_nodes,)
    log_backoff : float32 array of shape (n_contexts,)
    before_first : int32 array of shape (n_models * (n_terms + 3) + 1,)
        Where the bigrams that end in a token of a model start in the next two.
    before_tokens, before_nodes : int32 arrays of shape (n_bigrams,)
        The first token of each bigram, ascending, and its node.
    crowded : int32 array of shape (n_crowded,)
        The contexts that have more children than a beam follows, ascending.
    foremost : int32 array of shape (n_crowded, n_followed)
        The most probable children of each, ascending.
    frequent : int32 array of shape (n_terms + 1,)
        The terms and ``<unk>``, the most probable first.
    alone, backoff : float64 arrays of shape (n_terms + 1, n_models)
        p of each by itself, and its backoff as a context.
    mass : float64 array of shape (n_models,)
        The sums of ``alone``.
    sums : float64 array of shape (n_models, n_models)
        Those of the products of ``alone`` of one model and ``backoff`` of another.
    """

    n_terms: int
    order: int
    first: NDArray[np.int32]
    tokens: NDArray[np.int32]
    log_prob: NDArray[np.float32]
    log_backoff: NDArray[np.float32]
    before_first: NDArray[np.int32]
    before_tokens: NDArray[np.int32]
    before_nodes: NDArray[np.int32]
    crowded: NDArray[np.int32]
    foremost: NDArray[np.int32]
    frequent: NDArray[np.int32]
    alone: NDArray[np.float64]
    backoff: NDArray[np.float64]
    mass: NDArray[np.float64]
    sums: NDArray[np.float64]


def plant(models: Sequence[NgramModel], n_followed: int) -> Forest:
    """Return the forest of models of one vocabulary and order.

    Parameters
    ----------
    models : sequence of NgramModel
        Each n-gram that one knows ends with n-grams that it knows, as fitting and pruning leave it.
    n_followed : int
        How many successors of a context are followed in a beam.
    """
    n_terms, order = models[0].unknown, models[0].order
    orders: list[list[Level]] = [[model.levels[n] for model in models] for n in range(order)]
    sizes = [len(level.tokens) for levels in orders for level in levels]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    first = [
        level.starts[:-1] + starts[n * len(models) + j] for n in range(1, order) for j, level in enumerate(orders[n])
    ]
    alone = np.exp(np.stack([level.log_prob[: n_terms + 1] for level in orders[0]], axis=1).astype(np.float64))
    if order > 1:
        backoffs = [level.log_backoff[: n_terms + 1] for level in orders[0]]
        backoff = np.exp(np.stack(backoffs, axis=1).astype(np.float64))
    else:
        backoff = np.ones_like(alone)
    tokens = np.concatenate([level.tokens for levels in orders for level in levels])
    log_prob = np.concatenate([level.log_prob for levels in orders for level in levels])
    ends = np.concatenate([*first, [starts[-1]]]).astype(np.int32)
    crowded = np.flatnonzero(np.diff(ends) > n_followed).astype(np.int32)
    return Forest(
        n_terms,
        order,
        ends,
        tokens,
        log_prob,
        np.concatenate([np.zeros(0, np.float32), *(level.log_backoff for levels in orders[:-1] for level in levels)]),
        *_predecessors(models, starts[len(models) :]),
        crowded,
        _foremost(log_prob, ends, crowded, n_followed),
        np.argsort(-alone.mean(axis=1), kind="stable").astype(np.int32),
        alone,
        backoff,
        alone.sum(axis=0),
        alone.T @ backoff,
    )


def _predecessors(
    models: Sequence[NgramModel], starts: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return the bigrams sorted by their last token; those that begin with ``<s>`` have no place in a gap."""
    counts, tokens, nodes = [np.zeros(1, np.int64)], [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    for model, start in zip(models, starts.tolist(), strict=False):
        if model.order == 1:
            break
        level = model.levels[1]
        n_inside = int(level.starts[model.unknown + 1])
        parents = np.repeat(np.arange(model.unknown + 1, dtype=np.int32), np.diff(level.starts[: model.unknown + 2]))
        by_last = np.argsort(level.tokens[:n_inside], kind="stable").astype(np.int32)
        counts.append(np.bincount(level.tokens[:n_inside], minlength=model.start + 1))
        tokens.append(parents[by_last])
        nodes.append(by_last + np.int32(start))
    return np.cumsum(np.concatenate(counts)).astype(np.int32), np.concatenate(tokens), np.concatenate(nodes)


def _foremost(
    log_prob: NDArray[np.float32], first: NDArray[np.int32], crowded: NDArray[np.int32], n: int
) -> NDArray[np.int32]:
    """Return the `n` most probable children of each context; of those that are equally probable the first."""
    foremost = np.empty((len(crowded), n), np.int32)
    for row, node in zip(foremost, crowded.tolist(), strict=True):
        start = int(first[node])
        best = np.argsort(-log_prob[start : first[node + 1]], kind="stable")[:n]
        row[:] = np.sort(best) + start
    return foremost
