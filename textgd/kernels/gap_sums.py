"""Summing over what may stand in the gaps of documents, by language models in backoff form.

A document goes by as a set of *states*: contexts that may have come to stand before the next token, each with its
share in the sum of every model.  Between gaps that do not depend on each other there is one.  At a gap every state
meets every token there is, in two parts: as if its context said nothing (`weigh_predecessors`, once for all states),
and what its successors have beyond that (`weigh_successors`, `weigh_fillings`).
"""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel
from textgd.kernels.gap_contexts import mix_all, read_token
from textgd.kernels.gap_predecessors import weigh_predecessors
from textgd.kernels.gap_successors import list_successors, weigh_fillings, weigh_successors

__all__ = ["sum_documents"]

_TINY = 1e-300


@kernel
def offer(state, token, weights, norms, n_kept, best):
    """Keep a filling where it is among the best; of two as good the first of states, then of tokens. Return how many.

    Scores are compared as 32-bit floats: what differs by rounding alone is as good.
    """
    scores, states, tokens, kept_weights, worst = best
    total = 0.0
    for k in range(len(weights)):
        total += weights[k] / max(norms[k], _TINY)
    score = np.float32(total)
    if not score > 0.0:
        return n_kept
    at = n_kept
    if n_kept == len(scores):
        at = worst[0]
        if score < scores[at] or (score == scores[at] and (-state, -token) < (-states[at], -tokens[at])):
            return n_kept
    else:
        n_kept += 1
    scores[at] = score
    states[at] = state
    tokens[at] = token
    for k in range(len(weights)):
        kept_weights[at, k] = weights[k]
    if n_kept == len(scores):
        at = 0
        for i in range(1, n_kept):
            if (scores[i], -states[i], -tokens[i]) < (scores[at], -states[at], -tokens[at]):
                at = i
        worst[0] = at
    return n_kept


@kernel
def pass_gap(states, shares, n_states, after, n, goes_on, background, forest, new_states, new_shares, room):
    """Take the states over a gap and the `n` tokens after it that depend on it and come before the next.

    Parameters
    ----------
    states : int32 array of shape (n_places, n_models, order - 1)
    shares : float64 array of shape (n_places, n_models)
        Of the `n_states` first; those of a model sum to 1.
    goes_on : bool
        The next gap depends on this one; if not, a single state is left.
    new_states, new_shares
        Filled in.
    room : tuple of scratch
        ``before`` is of the tokens known before the next one, ``behind`` of those known behind a state, ``best`` of
        the fillings that are kept; each ``row`` array holds the row of every token, or -1.

    Returns
    -------
    n_states : int
    totals, doubtful : float64 arrays of shape (n_models,)
        P of the `n` tokens, and which share of it `textgd.lm.gaps.GapSums` calls doubtful.
    """
    context, values, plain, chances, is_known, before, behind, is_cut, best = room
    row_before, tokens_before, _, worth_before, shares_before, _ = before
    row_of, tokens, _, of_models, worth, worth_alone = behind
    alone = forest.alone
    n_models = shares.shape[1]
    longest = forest.order - 1
    n_before, rest, sums = weigh_predecessors(after, n, background, forest, plain, is_known, before, context, values)
    if n == 0 and goes_on:
        for at in range(min(len(best[0]), forest.n_terms + 1)):
            token = forest.frequent[at]
            row_before[token] = at
            tokens_before[at] = token
            worth_before[at] = 1.0
            n_before += 1
    shares_before[:n_before] = 0.0
    # The context of a state is gone behind a token in the gap and those after it.
    is_forgotten = n >= longest - 1
    norms = np.empty(n_models)
    for k in range(n_models):
        norms[k] = 0.0
        for j in range(n_models):
            norms[k] += background / n_models * sums[k, j]
        norms[k] += (1.0 - background) * sums[k, k]
    totals = np.zeros(n_models)
    lost = np.zeros(n_models)
    offered = np.zeros(n_models)
    of_others = np.zeros((n_models, n_models))
    p, p_alone = np.empty(n_models), np.empty(n_models)
    n_kept = np.int64(0)
    for i in range(np.int64(n_states)):
        state = states[i]
        n_rows = list_successors(state, n > 0 and n_states == 1, forest, behind, is_cut)
        others, surplus = weigh_successors(state, n_rows, forest, behind, is_cut, context, values)
        for k in range(n_models):
            of_all = 0.0
            of_lost = 0.0
            for j in range(n_models):
                of_all += others[j] * sums[k, j]
                of_lost += surplus[j] * sums[k, j]
                of_others[k, j] += shares[i, k] * others[j]
            own = (1.0 - background) * sums[k, k]
            totals[k] += shares[i, k] * (own * others[k] + background / n_models * of_all)
            lost[k] += shares[i, k] * (own * surplus[k] + background / n_models * of_lost)
        weigh_fillings(n_rows, after, n, plain, rest, is_known, background, forest, before, behind, chances)
        for row in range(n_rows):
            token = tokens[row]
            row_of[token] = -1
            at = row_before[token]
            mean = mean_alone = 0.0
            for j in range(n_models):
                p[j] = of_models[row, j]
                p_alone[j] = others[j] * alone[token, j]
                mean += p[j]
                mean_alone += p_alone[j]
            for k in range(n_models):
                p[k] = shares[i, k] * worth[row, k] * ((1.0 - background) * p[k] + background / n_models * mean)
                p_alone[k] = (1.0 - background) * p_alone[k] + background / n_models * mean_alone
                p_alone[k] *= shares[i, k] * worth_alone[row, k]
                totals[k] += p[k] - p_alone[k]
            is_candidate = n == 0 or at >= 0
            if not (goes_on and is_candidate):
                continue
            if is_forgotten and at < 0:
                at = row_before[token] = n_before
                tokens_before[at] = token
                for k in range(n_models):
                    worth_before[at, k] = worth_alone[row, k]
                    shares_before[at, k] = 0.0
                n_before += 1
            for k in range(n_models):
                if at >= 0:
                    shares_before[at, k] += p[k] - p_alone[k] if is_forgotten else -p_alone[k]
            if not is_forgotten:
                for k in range(n_models):
                    offered[k] += p[k]
                n_kept = offer(i, np.int64(token), p, norms, n_kept, best)
    for at in range(n_before):
        token = tokens_before[at]
        row_before[token] = -1
        if goes_on:
            for k in range(n_models):
                for j in range(n_models):
                    values[j] = of_others[k, j] * alone[token, j]
                mix_all(values, background)
                p[k] = max(0.0, values[k] * worth_before[at, k] + shares_before[at, k])
                offered[k] += p[k]
            n_kept = offer(np.int64(-1), np.int64(token), p, norms, n_kept, best)
    _, best_states, best_tokens, best_weights, _ = best
    for at in range(n_kept + 1):
        for j in range(n_models):
            for a in range(longest):
                is_new = at == n_kept or best_states[at] < 0
                new_states[at, j, a] = -1 if is_new else states[best_states[at], j, a]
        if at < n_kept:
            read_token(new_states[at], np.int64(best_tokens[at]), forest, values)
        for place in range(n):
            read_token(new_states[at], np.int64(after[place]), forest, values)
    doubtful = np.empty(n_models)
    for k in range(n_models):
        kept = 0.0
        for at in range(n_kept):
            kept += best_weights[at, k]
            new_shares[at, k] = best_weights[at, k] / max(totals[k], _TINY)
        new_shares[n_kept, k] = max(totals[k] - kept, 0.0) / max(totals[k], _TINY)
        loose = lost[k]
        if goes_on:
            loose += max((offered[k] if n > 0 else totals[k]) - kept, 0.0)
        doubtful[k] = min(loose / max(totals[k], _TINY), 1.0)
    return n_kept + 1, totals, doubtful


@kernel
def sum_documents(ids, indptr, background, beam, forest):
    """Return ln of the sum of P(document) over all that may stand in its gaps, by each model mixed with their mean.

    Parameters
    ----------
    ids : int32 array
        Of all documents; -1 is a gap.
    indptr : int64 array of shape (n_documents + 1,)
    background : float
    beam : int
        How many fillings go on from a gap to the next that depends on it.
    forest : textgd.lm.forest.Forest

    Returns
    -------
    out : float64 array of shape (n_documents, n_models)
    doubtful : float64 array of shape (n_documents, n_models)
        The sum over the gaps of what `pass_gap` calls doubtful.
    """
    n_inside, n_models = forest.alone.shape
    longest = forest.order - 1
    n_documents = len(indptr) - 1
    out = np.zeros((n_documents, n_models))
    doubtful = np.zeros((n_documents, n_models))
    room = (
        np.empty((n_models, longest), np.int32),
        np.empty(n_models),
        np.empty((longest + 1, n_models)),
        np.empty((longest + 1, n_models)),
        np.empty((longest + 1, n_models), np.bool_),
        (
            np.full(n_inside, -1, np.int32),
            np.empty(n_inside, np.int32),
            np.empty((n_inside, n_models), np.int32),
            np.empty((n_inside, n_models)),
            np.empty((n_inside, n_models)),
            np.empty((n_inside, n_models), np.int32),
        ),
        (
            np.full(n_inside, -1, np.int32),
            np.empty(n_inside, np.int32),
            np.empty((n_inside, n_models, longest), np.int32),
            np.empty((n_inside, n_models)),
            np.empty((n_inside, n_models)),
            np.empty((n_inside, n_models)),
        ),
        np.empty((n_models, longest), np.bool_),
        (
            np.empty(beam, np.float32),
            np.empty(beam, np.int32),
            np.empty(beam, np.int32),
            np.empty((beam, n_models)),
            np.zeros(1, np.int64),
        ),
    )
    states = np.empty((beam + 1, n_models, longest), np.int32)
    shares = np.empty((beam + 1, n_models))
    new_states, new_shares = np.empty_like(states), np.empty_like(shares)
    after = np.empty(longest + 1, np.int32)
    values = np.empty(n_models)
    for d in range(n_documents):
        end = indptr[d + 1]
        states[0] = -1
        read_token(states[0], np.int64(forest.n_terms + 2), forest, values)
        shares[0] = 1.0
        n_states = np.int64(1)
        place = indptr[d]
        while place <= end:
            token = ids[place] if place < end else np.int32(forest.n_terms + 1)
            place += 1
            if token >= 0:
                read_token(states[0], np.int64(token), forest, values)
                for k in range(n_models):
                    values[k] = np.exp(values[k])
                mix_all(values, background)
                for k in range(n_models):
                    out[d, k] += np.log(values[k])
                continue
            n = np.int64(0)
            while n < longest and place <= end and (place == end or ids[place] >= 0):
                after[n] = ids[place] if place < end else np.int32(forest.n_terms + 1)
                place += 1
                n += 1
            goes_on = n < longest and place < end
            n_states, totals, share = pass_gap(
                states, shares, n_states, after, n, goes_on, background, forest, new_states, new_shares, room
            )
            states, new_states = new_states, states
            shares, new_shares = new_shares, shares
            for k in range(n_models):
                out[d, k] += np.log(totals[k])
                doubtful[d, k] += share[k]
    return out, doubtful
