"""From UTF-8 bytes to term numbers, in one pass.

What a character does is looked up in a table of classes (`textgd.text.characters` makes it), so that one scanner
serves every built-in tokenizer.
"""

from __future__ import annotations

import numpy as np

from textgd.kernels.classes import APOSTROPHE, LETTER, MARK, SINGLE, SPACE
from textgd.kernels.compiler import kernel
from textgd.kernels.terms import FNV_OFFSET, FNV_PRIME, append_term, find_term, has_room, make_room

__all__ = ["lower_ascii", "rewrite_tokens", "scan_words"]


@kernel
def lower_ascii(buffer):
    """Lower-case A to Z in place."""
    for i in range(len(buffer)):
        b = buffer[i]
        buffer[i] = b + np.uint8(32) if np.uint8(65) <= b <= np.uint8(90) else b


@kernel
def decode(buffer, i):
    """Return the code point at `i` and the place after it; the bytes are known to be UTF-8."""
    b = np.int64(buffer[i])
    if b < 0x80:
        return b, i + 1
    if b < 0xE0:
        return (b & 0x1F) << 6 | (buffer[i + 1] & 0x3F), i + 2
    if b < 0xF0:
        return (b & 0x0F) << 12 | (buffer[i + 1] & 0x3F) << 6 | (buffer[i + 2] & 0x3F), i + 3
    return (
        (b & 0x07) << 18 | (buffer[i + 1] & 0x3F) << 12 | (buffer[i + 2] & 0x3F) << 6 | (buffer[i + 3] & 0x3F),
        i + 4,
    )


@kernel
def scan_span(buffer, i, end, classes, min_length, keep_symbols, table, ids, n):
    """Tokenize ``buffer[i:end]`` as long as the table and `ids` have room.

    Returns the token that found no room (its start and end; both are `end` where all is done) and how many `ids`
    there are now.  No array is replaced in here: numba would count references on every character.
    """
    slots, _, offsets, blob, _ = table
    while i < end:
        start = i
        code, i = decode(buffer, i)
        kind = classes[code]
        if kind == SPACE or kind == MARK:
            continue
        h = FNV_OFFSET
        for k in range(start, i):
            h = (h ^ np.uint64(buffer[k])) * FNV_PRIME
        if kind == LETTER:
            characters = 1
            while i < end:
                code, after = decode(buffer, i)
                kind = classes[code]
                if kind == APOSTROPHE:
                    # Inside a word only: a letter has to follow.
                    if after == end or classes[decode(buffer, after)[0]] != LETTER:
                        break
                elif kind != LETTER and kind != MARK:
                    break
                for k in range(i, after):
                    h = (h ^ np.uint64(buffer[k])) * FNV_PRIME
                i = after
                characters += 1
            if characters < min_length:
                continue
        elif kind != SINGLE and not keep_symbols:
            continue
        if n == len(ids):
            return start, i, n
        number = find_term(slots, offsets, blob, buffer, start, i, h)
        if number < 0:
            if not has_room(table, i - start):
                return start, i, n
            number = append_term(table, buffer, start, i, h)
        ids[n] = number
        n += 1
    return end, end, n


@kernel
def scan_words(buffer, starts, classes, min_length, keep_symbols, table):
    """Tokenize documents and number their tokens.

    Parameters
    ----------
    buffer : uint8 array
        The documents' UTF-8, end to end.
    starts : int64 array of shape (n_documents + 1,)
        Where each document starts in `buffer`, and where the last one ends.
    classes : uint8 array of shape (0x110000,)
        The class of every code point.
    min_length : int
        The shortest word that counts, in characters.
    keep_symbols : bool
        Whether symbols are tokens.
    table : TermTable
        The terms known so far.

    Returns
    -------
    table : TermTable
    ids : int32 array, the number of each token's term
    lengths : int64 array of shape (n_documents,), tokens in each document
    """
    n_documents = len(starts) - 1
    lengths = np.zeros(n_documents, np.int64)
    ids = np.empty(len(buffer) // 5 + 16, np.int32)
    n = 0
    for d in range(n_documents):
        before = n
        i = starts[d]
        end = starts[d + 1]
        while True:
            i, stop, n = scan_span(buffer, i, end, classes, min_length, keep_symbols, table, ids, n)
            if i == end:
                break
            table = make_room(table, stop - i)
            if n == len(ids):
                larger = np.empty(2 * n, np.int32)
                larger[:n] = ids
                ids = larger
        lengths[d] = n - before
    return table, ids[:n].copy(), lengths


@kernel
def rewrite_tokens(ids, indptr, negators, clause_ends, plain, negated):
    """Replace each token by another term, or drop it.

    Parameters
    ----------
    ids : int32 array
    indptr : int64 array of shape (n_documents + 1,)
    negators, clause_ends : bool arrays of shape (n_terms,)
        The terms after which a negation holds, and those after which it holds no longer.
    plain, negated : int32 arrays of shape (n_terms,)
        The new number of a term outside and inside a negation; -1 drops the token.

    Returns
    -------
    ids : int32 array
    lengths : int64 array of shape (n_documents,)
    """
    n_documents = len(indptr) - 1
    lengths = np.zeros(n_documents, np.int64)
    out = np.empty(len(ids), np.int32)
    n = 0
    for d in range(n_documents):
        before = n
        inside = False
        for i in range(indptr[d], indptr[d + 1]):
            term = ids[i]
            new = negated[term] if inside else plain[term]
            if new >= 0:
                out[n] = new
                n += 1
            if clause_ends[term]:
                inside = False
            elif negators[term]:
                inside = True
        lengths[d] = n - before
    return out[:n].copy(), lengths
