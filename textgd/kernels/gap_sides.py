"""Both sides of a gap: what the tokens after it are worth behind each token in it, and what may follow a context.

Nearly all time goes by here, in loops over thousands of tokens a gap; so they make no views of arrays, each of which
would be counted.
"""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel, prefetch

__all__ = ["list_successors", "mix_all", "read_token", "weigh_fillings", "weigh_predecessors", "weigh_successors"]

# So many rows lie between asking for memory and reading it.
_AHEAD = 8
# So little is left to others only by rounding.
_ROUNDING = 1e-9


@kernel
def find_child(node, token, first, tokens):
    """Return the child of a node that a token names, -1 where there is none."""
    low = np.int64(first[node])
    high = end = np.int64(first[node + 1])
    while low < high:
        middle = (low + high) >> 1
        if tokens[middle] < token:
            low = middle + 1
        else:
            high = middle
    return low if low < end and tokens[low] == token else np.int64(-1)


@kernel
def read_token(context, token, forest, out):
    """Write ln p of a token by each model, and append it to the context.

    ``context[j, a]`` is the node of the last ``a + 1`` tokens in model ``j``, -1 where it does not know them.
    """
    longest = forest.order - 1
    for j in range(len(out)):
        root = j * (forest.n_terms + 3) + token
        value = 0.0
        is_found = False
        for length in range(longest, 0, -1):
            node = context[j, length - 1]
            child = np.int64(-1)
            if node >= 0:
                child = find_child(node, token, forest.first, forest.tokens)
                if not is_found:
                    is_found = child >= 0
                    value += forest.log_prob[child] if is_found else forest.log_backoff[node]
            if length < longest:
                context[j, length] = child
        if longest > 0:
            context[j, 0] = root
        out[j] = value if is_found else value + forest.log_prob[root]


@kernel
def mix_all(values, background):
    """Mix each value with the mean of all, in place."""
    mean = 0.0
    for k in range(len(values)):
        mean += values[k]
    mean *= background / len(values)
    for k in range(len(values)):
        values[k] = (1.0 - background) * values[k] + mean


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
