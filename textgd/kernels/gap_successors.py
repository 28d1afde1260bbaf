"""Before a gap: what is known to follow a context, and what the tokens after the gap are worth behind that."""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel
from textgd.kernels.gap_contexts import find_child, read_token

__all__ = ["list_successors", "weigh_fillings", "weigh_successors"]

# So little is left to others only by rounding.
_ROUNDING = 1e-9


@kernel
def list_successors(state, is_whole, forest, rows, is_cut):
    """Return how many tokens are known to follow a context, or only the foremost; fill in their rows.

    The nodes of a row are those of the last ``a + 1`` tokens of the context with its token, for each model and a.
    """
    row_of, tokens, nodes, _, _, _ = rows
    children, foremost = forest.tokens, forest.foremost
    n_models, longest = state.shape
    n_rows = 0
    for j in range(n_models):
        for a in range(longest):
            is_cut[j, a] = False
            node = state[j, a]
            if node < 0:
                continue
            first, end = forest.first[node], forest.first[node + 1]
            place = 0
            if not is_whole and end - first > foremost.shape[1]:
                is_cut[j, a] = True
                place = np.searchsorted(forest.crowded, node)
                first, end = 0, foremost.shape[1]
            for at in range(first, end):
                child = foremost[place, at] if is_cut[j, a] else np.int32(at)
                token = children[child]
                if token > forest.n_terms:
                    continue
                row = row_of[token]
                if row < 0:
                    row = row_of[token] = n_rows
                    tokens[row] = token
                    for k in range(n_models):
                        for b in range(longest):
                            nodes[row, k, b] = -1
                    n_rows += 1
                nodes[row, j, a] = child
    return n_rows


@kernel
def weigh_successors(state, n_rows, forest, rows, is_cut, context, values):
    """Fill in p of the successors by each model; return which share of p by themselves all others have.

    Where not all successors of a context have rows, this is more than its backoff: the others get what is left, as if
    those that are left out had not been seen behind it.

    Returns
    -------
    shares : float64 array of shape (n_models,)
    surplus : float64 array of shape (n_models,)
        By how much they are more than the backoff.
    """
    _, tokens, nodes, of_models, _, _ = rows
    first, children, log_prob, log_backoff = forest.first, forest.tokens, forest.log_prob, forest.log_backoff
    n_models, longest = state.shape
    shares = np.ones(n_models)
    surplus = np.zeros(n_models)
    for j in range(n_models):
        is_any_cut = False
        for a in range(longest):
            if state[j, a] >= 0:
                shares[j] *= np.exp(np.float64(log_backoff[state[j, a]]))
                is_any_cut |= is_cut[j, a]
        total = 0.0
        alone = 0.0
        for row in range(n_rows):
            token = tokens[row]
            value = 0.0
            is_found = False
            for a in range(longest - 1, -1, -1):
                node = state[j, a]
                if node < 0:
                    continue
                child = np.int64(nodes[row, j, a])
                if child < 0 and is_cut[j, a]:
                    child = find_child(node, token, first, children)
                    nodes[row, j, a] = child
                if not is_found:
                    is_found = child >= 0
                    value += log_prob[child] if is_found else log_backoff[node]
            of_models[row, j] = np.exp(value) if is_found else shares[j] * forest.alone[token, j]
            total += of_models[row, j]
            alone += forest.alone[token, j]
        if is_any_cut:
            for i in range(n_models):
                for a in range(longest):
                    context[i, a] = state[i, a]
            read_token(context, forest.n_terms + 1, forest, values)
            left, others = 1.0 - np.exp(values[j]) - total, forest.mass[j] - alone
            share = max(0.0, left) / others if others > _ROUNDING else 0.0
            surplus[j] = max(0.0, share - shares[j])
            shares[j] = share
    return shares, surplus


@kernel
def weigh_fillings(n_rows, after, n, plain, rest, is_known, background, forest, before, behind, chances):
    """Fill in what the tokens after a gap are worth behind each successor of a context: with it, and without.

    Parameters
    ----------
    n_rows : int
        Of the successors; `behind` are theirs, as `list_successors` filled them in.
    after, n, plain, rest, is_known, before
        As `weigh_predecessors` filled them in.
    chances : scratch, as `plain`
    """
    row_before, _, bigrams, worth_before, _, _ = before
    _, tokens, nodes, _, worth, worth_alone = behind
    first, children, log_prob, log_backoff = forest.first, forest.tokens, forest.log_prob, forest.log_backoff
    backoff = forest.backoff
    n_models, longest = nodes.shape[1:]
    n_roots = forest.n_terms + 3
    for row in range(n_rows):
        token = tokens[row]
        at_before = row_before[token]
        if n == 0 or at_before < 0:
            # No model knows the token before the next one: only backoffs change.
            mean = mean_alone = 0.0
            for j in range(n_models):
                alone = plain[0, j] * backoff[token, j] if n > 0 else 1.0
                value = 0.0
                if n > 0:
                    for a in range(longest - 1):
                        if nodes[row, j, a] >= 0:
                            value += log_backoff[nodes[row, j, a]]
                worth_alone[row, j] = alone
                worth[row, j] = alone * np.exp(value)
                mean_alone += worth_alone[row, j]
                mean += worth[row, j]
            for k in range(n_models):
                worth_alone[row, k] = rest[k] * (
                    (1.0 - background) * worth_alone[row, k] + background / n_models * mean_alone
                )
                worth[row, k] = rest[k] * ((1.0 - background) * worth[row, k] + background / n_models * mean)
            continue
        for j in range(n_models):
            chances[0, j] = plain[0, j] * backoff[token, j]
            for at in range(1, n):
                chances[at, j] = plain[at, j]
            bigram = np.int64(bigrams[at_before, j])
            # From the token alone to ever longer contexts before it: each changes what it knows.
            for a in range(-1, longest - 1):
                node = np.int64(nodes[row, j, a]) if a >= 0 else np.int64(j * n_roots + token)
                for at in range(min(n, longest - 1 - a)):
                    if node < 0 or (a < 0 and bigram < 0):
                        break
                    child = np.int64(-1)
                    if a < 0 and at == 0:
                        child = bigram
                    elif bigram >= 0 and is_known[at, j]:
                        child = find_child(node, after[at], first, children)
                    if child >= 0:
                        chances[at, j] = np.exp(np.float64(log_prob[child]))
                    else:
                        chances[at, j] *= np.exp(np.float64(log_backoff[node]))
                    node = child
        for k in range(n_models):
            worth[row, k] = 1.0
            worth_alone[row, k] = worth_before[at_before, k]
        for at in range(n):
            mean = 0.0
            for k in range(n_models):
                mean += chances[at, k]
            for k in range(n_models):
                worth[row, k] *= (1.0 - background) * chances[at, k] + background / n_models * mean
