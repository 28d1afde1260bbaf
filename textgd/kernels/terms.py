"""Distinct byte strings ("terms"): an open-addressing hash table, a sort and a lookup.

Terms stand end to end in one byte array; term ``i`` is ``blob[offsets[i]:offsets[i + 1]]``.  The hash table maps
bytes to the number of a term.  A slot holds a term's first eight bytes, its length and a part of its hash, so that
terms of up to eight bytes, which most are, are found without touching anything else; of longer ones the rest is
compared as well.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.kernels.compiler import kernel, load_word

__all__ = [
    "HASH_FACTOR",
    "HASH_START",
    "PADDING",
    "TermTable",
    "append_term",
    "find_sorted",
    "find_term",
    "find_terms",
    "first_word",
    "has_room",
    "hash_term",
    "hash_terms",
    "index_terms",
    "make_room",
    "new_table",
    "same_neighbours",
    "sort_terms",
    "take_terms",
]

# A term's hash takes its bytes eight at a time: h = (h ^ word) * factor, upper half folded into the lower; last its
# length. The factor is odd and has about as many ones as zeros, so that every bit reaches the upper half.
HASH_START = np.uint64(0x243F6A8885A308D3)
HASH_FACTOR = np.uint64(0x9E6C63D0876A9A47)
# So many bytes must follow the last term of a buffer that is read by whole words.
PADDING = 8

_NUMBER = np.uint64(0xFFFFFFFF)


class TermTable(NamedTuple):
    """Growable set of terms, numbered in the order of their first insertion.

    Slot ``i`` is ``slots[2 * i]``, the first eight bytes of a term, and ``slots[2 * i + 1]``: 0 where the slot is
    empty, else a part of the hash (24 bits), the length (8 bits, at most 255) and the number plus 1 (32 bits).
    ``counters`` holds the number of terms and the bytes they fill.
    """

    slots: NDArray[np.uint64]
    hashes: NDArray[np.uint64]
    offsets: NDArray[np.int64]
    blob: NDArray[np.uint8]
    counters: NDArray[np.int64]


@kernel
def new_table(expected_terms):
    """Return an empty TermTable with room for about `expected_terms` terms."""
    size = 64
    while size < 2 * expected_terms:
        size *= 2
    return TermTable(
        np.zeros(2 * size, np.uint64),
        np.empty(size // 2, np.uint64),
        np.zeros(size // 2 + 1, np.int64),
        np.empty(8 * size, np.uint8),
        np.zeros(2, np.int64),
    )


@kernel
def first_word(buffer, start, end):
    """Return up to eight bytes from `start` as a number; the buffer is padded."""
    word = load_word(buffer, start)
    length = end - start
    return word if length >= 8 else word & ((np.uint64(1) << np.uint64(8 * length)) - np.uint64(1))


@kernel
def hash_term(buffer, start, end):
    """Return the hash of ``buffer[start:end]``; the buffer is padded."""
    h = HASH_START
    i = start
    while i < end:
        h = (h ^ first_word(buffer, i, end)) * HASH_FACTOR
        h ^= h >> np.uint64(32)
        i += 8
    h = (h ^ np.uint64(end - start)) * HASH_FACTOR
    return h ^ (h >> np.uint64(32))


@kernel
def slot_mark(h, length):
    """Return what a slot holds of a term beside its first bytes and its number."""
    return ((h >> np.uint64(40)) << np.uint64(40)) | (np.uint64(min(length, 255)) << np.uint64(32))


@kernel
def fill_slot(slots, head, h, length, number):
    """Enter a term in the first empty slot of its chain."""
    mask = np.uint64(len(slots) // 2 - 1)
    at = h & mask
    while slots[2 * at + np.uint64(1)] != 0:
        at = (at + np.uint64(1)) & mask
    slots[2 * at] = head
    slots[2 * at + np.uint64(1)] = slot_mark(h, length) | np.uint64(number + 1)


@kernel
def has_room(table, length):
    """Whether one more term of `length` bytes fits; the slots are kept at most half full."""
    number, filled = table.counters
    return 4 * (number + 1) < len(table.slots) and filled + length + PADDING <= len(table.blob)


@kernel
def make_room(table, length):
    """Return the table with room for one more term of `length` bytes, and for as many again as it holds."""
    slots, hashes, offsets, blob, counters = table
    number, filled = counters
    if filled + length + PADDING > len(blob):
        larger = np.empty(2 * (filled + length + PADDING), np.uint8)
        larger[:filled] = blob[:filled]
        blob = larger
    if 4 * (number + 1) >= len(slots):
        slots = np.zeros(2 * len(slots), np.uint64)
        for i in range(number):
            head = first_word(blob, offsets[i], offsets[i + 1])
            fill_slot(slots, head, hashes[i], offsets[i + 1] - offsets[i], i)
        larger_hashes = np.empty(len(slots) // 4, np.uint64)
        larger_hashes[:number] = hashes[:number]
        hashes = larger_hashes
        larger_offsets = np.zeros(len(slots) // 4 + 1, np.int64)
        larger_offsets[: number + 1] = offsets[: number + 1]
        offsets = larger_offsets
    return TermTable(slots, hashes, offsets, blob, counters)


@kernel
def find_term(slots, offsets, blob, buffer, start, end, head, h):
    """Return the number of the term ``buffer[start:end]`` with first word `head` and hash `h`, or -1.

    Takes the table's arrays one by one: handing over the tuple would count references on every token.
    """
    mask = np.uint64(len(slots) // 2 - 1)
    at = h & mask
    length = end - start
    mark = slot_mark(h, length)
    while slots[2 * at + np.uint64(1)] != 0:
        slot = slots[2 * at + np.uint64(1)]
        if slots[2 * at] == head and (slot & ~_NUMBER) == mark:
            number = np.int64(slot & _NUMBER) - 1
            if length <= 8:
                return number
            first = offsets[number]
            if offsets[number + 1] - first == length:
                k = 8
                while k < length and first_word(blob, first + k, first + length) == first_word(buffer, start + k, end):
                    k += 8
                if k >= length:
                    return number
        at = (at + np.uint64(1)) & mask
    return np.int64(-1)


@kernel
def append_term(table, buffer, start, end, head, h):
    """Add the term ``buffer[start:end]``, which is new and has room; return its number."""
    number, filled = table.counters
    length = end - start
    for k in range(length):
        table.blob[filled + k] = buffer[start + k]
    table.hashes[number] = h
    table.offsets[number + 1] = filled + length
    table.counters[0] = number + 1
    table.counters[1] = filled + length
    fill_slot(table.slots, head, h, length, number)
    return number


@kernel
def index_terms(blob, offsets):
    """Return the table of terms that are known to be distinct; their numbers are kept."""
    padded = np.zeros(len(blob) + PADDING, np.uint8)
    padded[: len(blob)] = blob
    table = new_table(len(offsets))
    for i in range(len(offsets) - 1):
        start, end = offsets[i], offsets[i + 1]
        if not has_room(table, end - start):
            table = make_room(table, end - start)
        append_term(table, padded, start, end, first_word(padded, start, end), hash_term(padded, start, end))
    return table


@kernel
def find_terms(wanted, known):
    """Return the number in the table `known` of each term of the table `wanted`; as many as it has where unknown."""
    n_known = known.counters[0]
    found = np.empty(wanted.counters[0], np.int32)
    for i in range(len(found)):
        start, end = wanted.offsets[i], wanted.offsets[i + 1]
        head = first_word(wanted.blob, start, end)
        number = find_term(known.slots, known.offsets, known.blob, wanted.blob, start, end, head, wanted.hashes[i])
        found[i] = number if number >= 0 else n_known
    return found


@kernel
def sort_terms(blob, offsets):
    """Return the numbers of the terms in the order of their bytes (for UTF-8: of their code points).

    Terms are compared eight bytes at a time: the whole list is sorted by its first eight bytes, then every run of
    equal keys by the next eight, until no run is left.  A term that ends inside its eight bytes is padded with
    zeros; the number of its bytes in the last place tells it from one that really holds zeros.
    """
    n = len(offsets) - 1
    order = np.arange(n)
    keys = np.empty(n, np.uint64)
    # Runs still to be sorted: where they start and end, and how many bytes of their terms are known to be equal.
    run_start = [np.int64(0)]
    run_end = [np.int64(n)]
    run_depth = [np.int64(0)]
    while len(run_start) > 0:
        start = run_start.pop()
        end = run_end.pop()
        depth = run_depth.pop()
        for i in range(start, end):
            first = offsets[order[i]] + depth
            taken = min(offsets[order[i] + 1] - first, 7)
            key = np.uint64(0)
            for k in range(taken):
                key |= np.uint64(blob[first + k]) << np.uint64(56 - 8 * k)
            # Seven bytes of the term, then how many of them are real: 8 says that more follow.
            more = offsets[order[i] + 1] - first > 7
            keys[i] = key | np.uint64(8 if more else taken)
        inside = np.argsort(keys[start:end])
        order[start:end] = order[start:end][inside]
        keys[start:end] = keys[start:end][inside]
        i = start
        while i < end:
            j = i + 1
            while j < end and keys[j] == keys[i]:
                j += 1
            if j - i > 1 and (keys[i] & np.uint64(0xFF)) == 8:
                run_start.append(i)
                run_end.append(j)
                run_depth.append(depth + 7)
            i = j
    return order


@kernel
def same_neighbours(blob, offsets, order):
    """Return, for each place of `order`, whether its term equals the one before it."""
    n = len(order)
    same = np.zeros(n, np.bool_)
    for i in range(1, n):
        a = offsets[order[i - 1]]
        b = offsets[order[i]]
        length = offsets[order[i] + 1] - b
        if offsets[order[i - 1] + 1] - a != length:
            continue
        equal = True
        for k in range(length):
            if blob[a + k] != blob[b + k]:
                equal = False
                break
        same[i] = equal
    return same


@kernel
def take_terms(blob, offsets, numbers):
    """Return the blob and the offsets of some of the terms, in the order of `numbers`."""
    taken = np.zeros(len(numbers) + 1, np.int64)
    for i in range(len(numbers)):
        taken[i + 1] = taken[i] + offsets[numbers[i] + 1] - offsets[numbers[i]]
    out = np.empty(taken[-1], np.uint8)
    for i in range(len(numbers)):
        out[taken[i] : taken[i + 1]] = blob[offsets[numbers[i]] : offsets[numbers[i] + 1]]
    return out, taken


@kernel
def hash_terms(blob, offsets):
    """Return the 64-bit hash of every term."""
    padded = np.zeros(len(blob) + PADDING, np.uint8)
    padded[: len(blob)] = blob
    hashes = np.empty(len(offsets) - 1, np.uint64)
    for i in range(len(hashes)):
        hashes[i] = hash_term(padded, offsets[i], offsets[i + 1])
    return hashes


@kernel
def compare(blob, start, end, other, other_start, other_end):
    """Return a number below, at or above zero, as one term comes before, is, or comes after the other."""
    shared = min(end - start, other_end - other_start)
    for k in range(shared):
        difference = np.int64(blob[start + k]) - np.int64(other[other_start + k])
        if difference != 0:
            return difference
    return (end - start) - (other_end - other_start)


@kernel
def find_sorted(blob, offsets, known_blob, known_offsets):
    """Return the number of each term among known, sorted ones; ``n_known`` for those that are not among them.

    The terms looked for are sorted too, so the search for each begins where the last one ended.  One entry more
    than terms is returned: an unknown term stays unknown.
    """
    n_known = len(known_offsets) - 1
    found = np.full(len(offsets), n_known, np.int32)
    floor = 0
    for i in range(len(offsets) - 1):
        low = floor
        high = n_known
        while low < high:
            middle = (low + high) // 2
            order = compare(
                known_blob, known_offsets[middle], known_offsets[middle + 1], blob, offsets[i], offsets[i + 1]
            )
            if order == 0:
                found[i] = middle
                low = middle
                high = middle
            elif order < 0:
                low = middle + 1
            else:
                high = middle
        floor = low
    return found
