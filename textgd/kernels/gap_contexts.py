"""Contexts in the tries of several models: reading on from one, and mixing what the models say."""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel

__all__ = ["find_child", "mix_all", "read_token"]


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
