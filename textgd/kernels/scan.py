"""From UTF-8 bytes to term numbers, in one pass.

What a character does is looked up in a table of classes (`textgd.text.characters` makes it), so that one scanner
serves every built-in tokenizer.
"""

from __future__ import annotations

import numpy as np

from textgd.kernels.classes import APOSTROPHE, LETTER, MARK, SPACE, SYMBOL
from textgd.kernels.compiler import kernel
from textgd.kernels.terms import PADDING, append_term, find_term, first_word, has_room, hash_term, make_room

__all__ = ["fold_white_space", "padded_copy", "rewrite_tokens", "scan_words"]

# Bytes scanned at a time: the places of their tokens stay in the first-level cache.
_BLOCK = 1 << 10


@kernel
def padded_copy(buffer, lower):
    """Return the bytes with `PADDING` zeros behind them, A to Z in lower case if `lower`."""
    copy = np.zeros(len(buffer) + PADDING, np.uint8)
    if lower:
        for i in range(len(buffer)):
            b = buffer[i]
            copy[i] = b + np.uint8(32) if np.uint8(65) <= b <= np.uint8(90) else b
    else:
        copy[: len(buffer)] = buffer
    return copy


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
def find_spans(buffer, i, limit, end, previous, classes, symbol, starts, ends, n_starts, n_ends):
    """Find where tokens start and end in ``buffer[i:limit]``, part of a document that ends at `end`.

    Nothing branches on where tokens are, which no processor could predict: each character writes its place to the
    next entry of both lists, and an entry counts only where the class of the character says so.

    Parameters
    ----------
    previous : int
        The class of the character before `i`, SPACE at the start of a document.
    symbol : int
        What symbols count as: SYMBOL, or SPACE where they are left out.
    starts, ends : int64 arrays of shape (_BLOCK + 2,)
        Filled from `n_starts` and `n_ends` on.

    Returns
    -------
    i, previous, n_starts, n_ends : int
        Where it stopped, and what holds there.
    """
    while i < limit:
        code = np.int64(buffer[i])
        after = i + 1
        if code >= 0x80:
            code, after = decode(buffer, i)
        kind = np.int64(classes[code])
        if kind > LETTER:
            if kind == MARK:
                kind = LETTER if previous == LETTER else SPACE
            elif kind == SYMBOL:
                kind = symbol
            elif kind == APOSTROPHE:
                # Inside a word only: a letter on each side.
                inner = previous == LETTER and after < end and classes[decode(buffer, after)[0]] == LETTER
                kind = LETTER if inner else symbol
        apart = np.int64(kind != LETTER) | np.int64(previous != LETTER)
        ends[n_ends] = i
        n_ends += apart & np.int64(previous != SPACE)
        starts[n_starts] = i
        n_starts += apart & np.int64(kind != SPACE)
        previous = kind
        i = after
    return i, previous, n_starts, n_ends


@kernel
def number_spans(buffer, starts, ends, k, n_spans, keep_single, table, ids, n):
    """Append the number of the term of each span from the `k`-th on to `ids`, from `n` on.

    Returns the span that found no room in the table or in `ids` (`n_spans` where all did), and how many ids there
    are.  No array is replaced in here: numba would count references on every token.
    """
    slots, _, offsets, blob, _ = table
    while k < n_spans:
        start, end = starts[k], ends[k]
        if not keep_single and decode(buffer, start)[1] == end:
            k += 1
            continue
        if n == len(ids):
            break
        head = first_word(buffer, start, end)
        h = hash_term(buffer, start, end)
        number = find_term(slots, offsets, blob, buffer, start, end, head, h)
        if number < 0:
            if not has_room(table, end - start):
                break
            number = append_term(table, buffer, start, end, head, h)
        ids[n] = number
        n += 1
        k += 1
    return k, n


@kernel
def scan_words(buffer, document_starts, classes, keep_single, keep_symbols, table):
    """Tokenize documents and number their tokens.

    Parameters
    ----------
    buffer : uint8 array
        The documents' UTF-8, end to end, and `PADDING` bytes more.
    document_starts : int64 array of shape (n_documents + 1,)
        Where each document starts in `buffer`, and where the last one ends.
    classes : uint8 array of shape (0x110000,)
        The class of every code point.
    keep_single : bool
        Whether tokens of one character count.
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
    n_documents = len(document_starts) - 1
    lengths = np.zeros(n_documents, np.int64)
    ids = np.empty(len(buffer) // 5 + 16, np.int32)
    starts = np.empty(_BLOCK + 2, np.int64)
    ends = np.empty(_BLOCK + 2, np.int64)
    symbol = SYMBOL if keep_symbols else SPACE
    n = 0
    for d in range(n_documents):
        before = n
        i = document_starts[d]
        end = document_starts[d + 1]
        previous = SPACE
        n_starts = 0
        while i < end:
            limit = min(i + _BLOCK, end)
            i, previous, n_starts, n_ends = find_spans(
                buffer, i, limit, end, previous, classes, symbol, starts, ends, n_starts, 0
            )
            if i == end and previous != SPACE:
                ends[n_ends] = end
                n_ends += 1
            k = 0
            while True:
                k, n = number_spans(buffer, starts, ends, k, n_ends, keep_single, table, ids, n)
                if k == n_ends:
                    break
                table = make_room(table, ends[k] - starts[k])
                if n == len(ids):
                    larger = np.empty(2 * n, np.int32)
                    larger[:n] = ids
                    ids = larger
            # A token may go on in the next block.
            starts[0] = starts[n_ends]
            n_starts -= n_ends
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


@kernel
def fold_white_space(codes, starts, classes, word_bounded):
    """Fold the white space of documents given as code points.

    Parameters
    ----------
    codes : uint32 array
        The documents' code points, end to end.
    starts : int64 array of shape (n_documents + 1,)
    classes : uint8 array of shape (0x110000,)
        SPACE for white space.
    word_bounded : bool
        Put each word between two spaces of its own; else make one space of two and more.

    Returns
    -------
    codes : uint32 array
    lengths : int64 array of shape (n_documents,)
    present : bool array of shape (0x110000,), which code points there are
    """
    n_documents = len(starts) - 1
    lengths = np.zeros(n_documents, np.int64)
    present = np.zeros(0x110000, np.bool_)
    # A word of one letter becomes three characters, and a space stands between two.
    out = np.empty((2 * len(codes) + 2 * n_documents) if word_bounded else len(codes), np.uint32)
    n = 0
    for d in range(n_documents):
        before = n
        i = starts[d]
        end = starts[d + 1]
        while i < end:
            first = i
            while i < end and classes[codes[i]] == SPACE:
                i += 1
            if not word_bounded and i > first:
                out[n] = codes[first] if i - first == 1 else 32
                present[out[n]] = True
                n += 1
            if i == end:
                break
            if word_bounded:
                out[n] = 32
                n += 1
            while i < end and classes[codes[i]] != SPACE:
                out[n] = codes[i]
                present[codes[i]] = True
                n += 1
                i += 1
            if word_bounded:
                out[n] = 32
                n += 1
        lengths[d] = n - before
    if word_bounded and n > 0:
        present[32] = True
    return out[:n].copy(), lengths, present
