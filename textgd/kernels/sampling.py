"""Drawing tokens from a language model in backoff form.

With the temperature T a token w has the weight q(w | h) = p(w | h)^(1/T).  Since p(w | h) is not less than
backoff(h) p(w | h'), the weights come apart into what a context adds and what it takes from the next shorter one,

    q(w | h) = added(w | h) + backoff(h)^(1/T) q(w | h'),    added(w | h) = 0 for all w that were not seen after h,

so that a token is drawn by going down the contexts, each time either to a follower, or on to the next shorter
context, without the distribution over the whole vocabulary ever being written down.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.kernels.compiler import kernel
from textgd.kernels.lookup import slot_of

__all__ = ["SamplerArrays", "add_up", "draw_tokens", "follow", "link_contexts"]

_ROOT = -1


class SamplerArrays(NamedTuple):
    """A model made for drawing; n-grams are numbered one order after the other.

    Attributes
    ----------
    keys, slots
        As in `textgd.kernels.lookup.TrieIndex`.
    children : int32 array of shape (n_contexts + 1,)
        Where the n-grams that begin with each n-gram below the highest order start.
    tokens : int32 array of shape (n_ngrams,)
    log_prob : float32 array of shape (n_ngrams,)
    log_backoff : float32 array of shape (n_contexts,)
    shorter : int32 array of shape (n_contexts,)
        The longest known suffix of each context; -1 is the empty one.
    depth : uint8 array of shape (n_contexts,)
        How many tokens each context has.
    added : float64 array of shape (n_ngrams,)
        The sum of what a context adds to its followers, up to and with this one.
    ranked : int32 array of shape (n_terms,)
        The terms by their probability without context, the most probable first.
    ranked_sums : float64 array of shape (n_terms,)
        The sum of their weights, up to and with each.
    """

    keys: NDArray[np.int64]
    slots: NDArray[np.int32]
    children: NDArray[np.int32]
    tokens: NDArray[np.int32]
    log_prob: NDArray[np.float32]
    log_backoff: NDArray[np.float32]
    shorter: NDArray[np.int32]
    depth: NDArray[np.uint8]
    added: NDArray[np.float64]
    ranked: NDArray[np.int32]
    ranked_sums: NDArray[np.float64]


@kernel
def find_child(node, token, keys, slots):
    """Return the n-gram that continues a node, -1 where there is none."""
    mask = np.uint64(len(slots) - 1)
    key = (np.int64(node) << 32) | np.int64(token)
    at = slot_of(key, mask)
    child = slots[at]
    while child >= 0 and keys[child] != key:
        at = (at + np.uint64(1)) & mask
        child = slots[at]
    return child


@kernel
def link_contexts(n_types, children, tokens, keys, slots, log_prob, log_backoff):
    """Return the longest known suffix of each context, and ln p of each n-gram's last token in the shorter context.

    Returns
    -------
    shorter : int32 array of shape (n_contexts,)
    log_lower : float32 array of shape (n_ngrams,)
        -inf for single tokens.
    """
    n_contexts = len(log_backoff)
    shorter = np.full(n_contexts, _ROOT, np.int32)
    log_lower = np.full(len(tokens), -np.inf, np.float32)
    for h in range(n_contexts):
        for v in range(children[h], children[h + 1]):
            token = tokens[v]
            context = shorter[h]
            lost = 0.0
            node = np.int32(_ROOT)
            while context != _ROOT:
                node = find_child(context, token, keys, slots)
                if node >= 0:
                    break
                lost += log_backoff[context]
                context = shorter[context]
            if context == _ROOT:
                node = token
            log_lower[v] = lost + log_prob[node]
            if v < n_contexts:
                shorter[v] = node
    return shorter, log_lower


@kernel
def add_up(n_terms, n_types, power, children, tokens, log_prob, log_backoff, log_lower):
    """Return `SamplerArrays.added` for the temperature ``1 / power``; ``<unk>`` and ``</s>`` add nothing."""
    added = np.zeros(len(tokens))
    total = 0.0
    for v in range(n_types):
        if tokens[v] < n_terms:
            total += np.exp(power * log_prob[v])
        added[v] = total
    for h in range(len(log_backoff)):
        total = 0.0
        for v in range(children[h], children[h + 1]):
            if tokens[v] < n_terms:
                taken = np.exp(power * (np.float64(log_backoff[h]) + log_lower[v]))
                total += max(np.exp(power * log_prob[v]) - taken, 0.0)
            added[v] = total
    return added


@kernel
def follow(context, token, order, arrays):
    """Return the longest known context, of less than `order` tokens, after a token more."""
    if order == 1:
        return np.int32(_ROOT)
    if context != _ROOT and arrays.depth[context] == order - 1:
        context = arrays.shorter[context]
    while context != _ROOT:
        node = find_child(context, token, arrays.keys, arrays.slots)
        if node >= 0:
            return node
        context = arrays.shorter[context]
    return np.int32(token)


@kernel
def log_prob_after(context, token, arrays):
    """Return ln p of a token after a known context."""
    lost = 0.0
    while context != _ROOT:
        node = find_child(context, token, arrays.keys, arrays.slots)
        if node >= 0:
            return lost + arrays.log_prob[node]
        lost += arrays.log_backoff[context]
        context = arrays.shorter[context]
    return lost + arrays.log_prob[token]


@kernel
def followers(context, n_types, arrays):
    """Return where the followers of a context start and end."""
    if context == _ROOT:
        return np.int64(0), np.int64(n_types)
    return np.int64(arrays.children[context]), np.int64(arrays.children[context + 1])


@kernel
def mass_of_terms(context, n_types, power, arrays):
    """Return the sum of the weights of all terms after a context."""
    mass = 0.0
    share = 1.0
    while True:
        first, end = followers(context, n_types, arrays)
        if end > first:
            mass += share * arrays.added[end - 1]
        if context == _ROOT:
            return mass
        share *= np.exp(power * arrays.log_backoff[context])
        context = arrays.shorter[context]


@kernel
def pick(context, place, n_types, power, arrays):
    """Return the term at `place`, from 0 to the sum of the weights of all terms after a context."""
    left = np.float64(place)
    first, end = followers(context, n_types, arrays)
    total = arrays.added[end - 1] if end > first else 0.0
    while left >= total and context != _ROOT:
        left = (left - total) / np.exp(power * np.float64(arrays.log_backoff[context]))
        context = arrays.shorter[context]
        first, end = followers(context, n_types, arrays)
        total = arrays.added[end - 1] if end > first else 0.0
    # The first follower whose sum is above what is left; by rounding that may be the very end.
    wanted = min(left, total * (1.0 - 2.0**-52))
    low, high = first, end - 1
    while low < high:
        middle = (low + high) // 2
        if arrays.added[middle] > wanted:
            high = middle
        else:
            low = middle + 1
    return arrays.tokens[low]


@kernel
def sift(heap_log_prob, heap_term, size):
    """Restore the order of a heap, the least on top, after its top was replaced."""
    at = 0
    while True:
        least = at
        for child in (2 * at + 1, 2 * at + 2):
            if child < size and heap_log_prob[child] < heap_log_prob[least]:
                least = child
        if least == at:
            return
        heap_log_prob[at], heap_log_prob[least] = heap_log_prob[least], heap_log_prob[at]
        heap_term[at], heap_term[least] = heap_term[least], heap_term[at]
        at = least


@kernel
def most_probable(context, k, n_terms, arrays, seen, stamp):
    """Return ln p and the terms of the `k` most probable ones after a context, the most probable first.

    `seen` holds the stamp of the last call that met each term.
    """
    heap_log_prob = np.full(k, -np.inf)
    heap_term = np.full(k, -1, np.int32)
    lost = 0.0
    while context != _ROOT:
        for v in range(arrays.children[context], arrays.children[context + 1]):
            token = arrays.tokens[v]
            if token < n_terms and seen[token] != stamp:
                seen[token] = stamp
                if lost + arrays.log_prob[v] > heap_log_prob[0]:
                    heap_log_prob[0] = lost + arrays.log_prob[v]
                    heap_term[0] = token
                    sift(heap_log_prob, heap_term, k)
        lost += arrays.log_backoff[context]
        context = arrays.shorter[context]
    for token in arrays.ranked:
        if lost + arrays.log_prob[token] <= heap_log_prob[0]:
            break
        if seen[token] != stamp:
            heap_log_prob[0] = lost + arrays.log_prob[token]
            heap_term[0] = token
            sift(heap_log_prob, heap_term, k)
    order = np.argsort(-heap_log_prob, kind="mergesort")
    found = np.sum(heap_term >= 0)
    return heap_log_prob[order][:found], heap_term[order][:found]


@kernel
def pick_probable(context, u, k, nucleus, ends, end, n_terms, power, arrays, seen, stamp):
    """Return a token out of the `k` most probable ones, and of these out of the `nucleus` that has such a share.

    Parameters
    ----------
    u : float
        From 0 to below 1.
    ends : bool
        Whether the end of a document, the token `end`, may be picked.
    """
    log_probs, terms = most_probable(context, min(k, n_terms), n_terms, arrays, seen, stamp)
    if ends:
        of_end = log_prob_after(context, end, arrays)
        place = np.sum(log_probs >= of_end)
        log_probs = np.concatenate((log_probs[:place], np.array([of_end]), log_probs[place:]))[:k]
        terms = np.concatenate((terms[:place], np.array([end], np.int32), terms[place:]))[:k]
    sums = np.cumsum(np.exp(power * (log_probs - log_probs[0])))
    n = min(np.searchsorted(sums, nucleus * sums[-1]) + 1, len(sums))
    return terms[min(np.searchsorted(sums[:n], u * sums[n - 1], side="right"), n - 1)]


@kernel
def mass_above(context, log_prob, ends, end, n_terms, power, arrays, seen, stamp):
    """Return the sum of the weights of all tokens that are more probable after a context than `log_prob`."""
    mass = 0.0
    lost = 0.0
    first = context
    while context != _ROOT:
        for v in range(arrays.children[context], arrays.children[context + 1]):
            token = arrays.tokens[v]
            if token < n_terms and seen[token] != stamp:
                seen[token] = stamp
                if lost + arrays.log_prob[v] > log_prob:
                    mass += np.exp(power * (lost + arrays.log_prob[v]))
        lost += arrays.log_backoff[context]
        context = arrays.shorter[context]
    # Of the others, all down to some rank, without those that have been seen.
    low, high = 0, n_terms
    while low < high:
        middle = (low + high) // 2
        if lost + arrays.log_prob[arrays.ranked[middle]] > log_prob:
            low = middle + 1
        else:
            high = middle
    if low > 0:
        others = arrays.ranked_sums[low - 1]
        context = first
        while context != _ROOT:
            for v in range(arrays.children[context], arrays.children[context + 1]):
                token = arrays.tokens[v]
                if token < n_terms and seen[token] == stamp:
                    seen[token] = 0
                    if lost + arrays.log_prob[token] > log_prob:
                        others -= np.exp(power * arrays.log_prob[token])
            context = arrays.shorter[context]
        mass += np.exp(power * lost) * max(others, 0.0)
    if ends and log_prob_after(first, end, arrays) > log_prob:
        mass += np.exp(power * log_prob_after(first, end, arrays))
    return mass


@kernel
def draw_tokens(context, rng, least, most, k, nucleus, end, order, n_terms, n_types, power, arrays, seen):
    """Return the tokens of a document from a context on, up to its end.

    Parameters
    ----------
    rng : numpy.random.Generator
    least, most : int
        The document does not end before it has so many tokens, and stops at so many.
    k : int
        Only so many of the most probable tokens are drawn; 0 is all.
    nucleus : float
        Only the most probable tokens that together have this share are drawn; 1 is all.
    seen : int64 array of shape (n_terms,)
        Scratch, zeros at first.
    """
    out = np.empty(most, np.int32)
    stamp = 0
    for i in range(most):
        ends = i >= least
        if k > 0:
            stamp += 1
            token = pick_probable(context, rng.random(), k, nucleus, ends, end, n_terms, power, arrays, seen, stamp)
        else:
            of_end = np.exp(power * log_prob_after(context, end, arrays)) if ends else 0.0
            total = of_end + mass_of_terms(context, n_types, power, arrays)
            while True:
                x = rng.random() * total
                token = np.int32(end) if x < of_end else pick(context, x - of_end, n_types, power, arrays)
                if nucleus >= 1.0:
                    break
                # A token is in the nucleus if all that are more probable do not fill it.
                stamp += 1
                log_prob = log_prob_after(context, token, arrays)
                if mass_above(context, log_prob, ends, end, n_terms, power, arrays, seen, stamp) < nucleus * total:
                    break
        if token == end:
            most = i
            break
        out[i] = token
        context = follow(context, token, order, arrays)
    for i in range(n_terms):
        seen[i] = 0
    return out[:most].copy()
