"""Behind a gap: what the tokens after it are worth, whatever stands in it.

Here and in `textgd.kernels.gap_successors` nearly all time goes by, in loops over thousands of tokens a gap; so they
make no views of arrays, each of which would be counted.
"""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel, prefetch
from textgd.kernels.gap_contexts import find_child, mix_all, read_token

__all__ = ["weigh_predecessors"]

# So many rows lie between asking for memory and reading it.
_AHEAD = 8


@kernel
def weigh_predecessors(after, n, background, forest, plain, is_known, rows, context, values):
    """Return what the tokens after a gap are worth behind a token in it, as if nothing came before.

    The rows that are filled in are of the tokens that any model knows before the first of them.  Behind all others it
    has its own probability, times their backoffs, and the tokens after it do not depend on them.

    Parameters
    ----------
    after : int32 array
        Its first `n` are the tokens after the gap that depend on it and come before the next.
    plain : float64 array of shape (n_after, n_models)
        Filled in: p of the tokens as if the gap were the beginning.
    is_known : bool array of the same shape
        Filled in: the tokens up to each may stand behind another in what a model knows.
    rows : tuple of arrays
        Filled in: the row of each token or -1, the token of each row, the nodes of its bigrams with the first token
        after the gap, what the tokens after it are worth.
    context, values : scratch

    Returns
    -------
    n_rows : int
    rest : float64 array of shape (n_models,)
        What the tokens from the second on are worth behind the first.
    sums : float64 array of shape (n_models, n_models)
        What all of them are worth by each model, in the mean over the tokens in the gap as another has them.
    """
    row_of, tokens, bigrams, worth, _, walk = rows
    first, children, log_prob, log_backoff = forest.first, forest.tokens, forest.log_prob, forest.log_backoff
    alone, backoff = forest.alone, forest.backoff
    n_models = len(values)
    rest = np.ones(n_models)
    sums = np.empty((n_models, n_models))
    for k in range(n_models):
        for j in range(n_models):
            sums[k, j] = forest.mass[j]
    if n == 0:
        return 0, rest, sums
    context[:] = -1
    for at in range(n):
        read_token(context, np.int64(after[at]), forest, values)
        for j in range(n_models):
            plain[at, j] = values[j] = np.exp(values[j])
            is_known[at, j] = context[j, at] >= 0
        mix_all(values, background)
        if at > 0:
            for k in range(n_models):
                rest[k] *= values[k]
    for j in range(n_models):
        for k in range(n_models):
            values[k] = forest.sums[j, k] * plain[0, k]
        mix_all(values, background)
        for k in range(n_models):
            sums[k, j] = values[k] * rest[k]
    n_rows = 0
    for j in range(n_models):
        place = j * (forest.n_terms + 3) + after[0]
        for at in range(forest.before_first[place], forest.before_first[place + 1]):
            token = forest.before_tokens[at]
            row = row_of[token]
            if row < 0:
                row = row_of[token] = n_rows
                tokens[row] = token
                for k in range(n_models):
                    bigrams[row, k] = -1
                n_rows += 1
            bigrams[row, j] = forest.before_nodes[at]
    for row in range(n_rows):
        token = tokens[row]
        mean = 0.0
        for j in range(n_models):
            child = bigrams[row, j]
            walk[row, j] = child
            values[j] = np.exp(np.float64(log_prob[child])) if child >= 0 else plain[0, j] * backoff[token, j]
            mean += values[j]
        for k in range(n_models):
            worth[row, k] = (1.0 - background) * values[k] + background / n_models * mean
    for at in range(1, n):
        for row in range(n_rows):
            # Nodes are far apart in memory: those of later rows are asked for ahead.
            if row + 2 * _AHEAD < n_rows:
                for j in range(n_models):
                    node = max(walk[row + 2 * _AHEAD, j], 0)
                    prefetch(first, node)
                    prefetch(log_backoff, node)
            if row + _AHEAD < n_rows:
                for j in range(n_models):
                    node = walk[row + _AHEAD, j]
                    if node >= 0 and is_known[at, j]:
                        prefetch(children, first[node])
            mean = 0.0
            for j in range(n_models):
                node = np.int64(walk[row, j])
                values[j] = plain[at, j]
                child = np.int64(-1)
                if node >= 0:
                    if is_known[at, j]:
                        child = find_child(node, after[at], first, children)
                    if child >= 0:
                        values[j] = np.exp(np.float64(log_prob[child]))
                    else:
                        values[j] *= np.exp(np.float64(log_backoff[node]))
                walk[row, j] = child
                mean += values[j]
            for k in range(n_models):
                worth[row, k] *= (1.0 - background) * values[k] + background / n_models * mean
    for row in range(n_rows):
        token = tokens[row]
        mean = 0.0
        for k in range(n_models):
            values[k] = plain[0, k] * backoff[token, k]
            mean += values[k]
        for k in range(n_models):
            beyond = worth[row, k] - ((1.0 - background) * values[k] + background / n_models * mean) * rest[k]
            for j in range(n_models):
                sums[k, j] += alone[token, j] * beyond
    return n_rows, rest, sums
