"""The one scan: documents to `TokenizedDocuments`, by compiled code where there is some."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from textgd.kernels.scan import fold_white_space, padded_copy, rewrite_tokens, scan_words
from textgd.kernels.terms import TermTable, find_terms, new_table, same_neighbours, sort_terms, take_terms
from textgd.text.characters import class_table
from textgd.text.documents import TokenizedDocuments
from textgd.text.rows import row_starts
from textgd.text.threads import effective_jobs, run_in_threads
from textgd.text.tokenizer import BUILT_IN, NEGATED, Tokenizer
from textgd.text.vocabulary import Vocabulary, encode

__all__ = ["scan_characters", "scan_tokens"]

# The terms of a shard, its tokens as numbers of these terms, and how many tokens each document has.
Scanned = tuple[TermTable, NDArray[np.int32], NDArray[np.int64]]

# A shard is one thread's share of a scan, in characters: enough that few vocabularies have to be joined, and not
# so much that its copy of the text is felt in memory.
_SHARD_CHARACTERS = (1 << 20, 1 << 24)


def scan_tokens(
    documents: Sequence[str],
    tokenizer: Tokenizer,
    n_jobs: int | None = None,
    vocabulary: Vocabulary | None = None,
) -> TokenizedDocuments:
    """Tokenize documents; the result does not depend on `n_jobs`.

    With a `vocabulary` the tokens have its numbers, else those of the terms that were found.
    """
    if not tokenizer.is_built_in or (vocabulary is not None and tokenizer.changes_terms):
        own = (
            scan_tokens(documents, tokenizer, n_jobs)
            if tokenizer.is_built_in
            else TokenizedDocuments.from_tokens(map(tokenizer.tokens, documents))
        )
        return own if vocabulary is None else own.aligned(vocabulary)
    shards = _shards(documents, n_jobs)
    scanned = run_in_threads(lambda rows: _scan_shard(documents[rows], tokenizer), shards, n_jobs)
    tables = [table for table, _, _ in scanned]
    if vocabulary is None:
        vocabulary, ranks = _join(tables)
    else:
        ranks = run_in_threads(partial(find_terms, known=vocabulary.table), tables, n_jobs)
    ids = np.concatenate(run_in_threads(lambda k: ranks[k][scanned[k][1]], range(len(shards)), n_jobs))
    lengths = np.concatenate([lengths for _, _, lengths in scanned])
    tokenized = TokenizedDocuments(ids, row_starts(lengths), vocabulary)
    return _rewrite(tokenized, tokenizer) if tokenizer.changes_terms else tokenized


def scan_characters(
    documents: Sequence[str], tokenizer: Tokenizer, word_bounded: bool, n_jobs: int | None = None
) -> TokenizedDocuments:
    """Return documents as characters; white space is folded, and the result does not depend on `n_jobs`.

    With `word_bounded` each word stands between two spaces of its own, else runs of white space become one space.
    """

    def scan(rows: slice) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.bool_]]:
        texts = [tokenizer.preprocess(document) for document in documents[rows]]
        text = "".join(texts)
        folded: tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.bool_]] = fold_white_space(
            np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32),
            row_starts(np.fromiter(map(len, texts), np.int64, len(texts))),
            class_table("whitespace", text.isascii()),
            word_bounded,
        )
        return folded

    scanned = run_in_threads(scan, _shards(documents, n_jobs), n_jobs)
    present = np.logical_or.reduce([seen for _, _, seen in scanned])
    rank = np.cumsum(present, dtype=np.int32) - np.int32(1)
    ids = np.concatenate(run_in_threads(lambda shard: rank[shard[0]], scanned, n_jobs))
    alphabet = map(chr, np.flatnonzero(present).tolist())
    lengths = np.concatenate([lengths for _, lengths, _ in scanned])
    return TokenizedDocuments(ids, row_starts(lengths), Vocabulary.from_terms(alphabet))


def _shards(documents: Sequence[str], n_jobs: int | None) -> list[slice]:
    """Cut the rows into runs of about equal length in characters."""
    ends = np.cumsum([0, *map(len, documents)])
    least, most = _SHARD_CHARACTERS
    jobs = effective_jobs(n_jobs)
    size = min(max(int(ends[-1]) // (2 * jobs) + 1, least), most) if jobs > 1 else most
    starts = np.unique(np.searchsorted(ends, np.arange(0, max(int(ends[-1]), 1), size)))
    bounds = [*starts.tolist(), len(documents)]
    return [slice(a, b) for a, b in itertools.pairwise(bounds) if a < b] or [slice(0, 0)]


def _scan_shard(documents: Sequence[str], tokenizer: Tokenizer) -> Scanned:
    # Plain ASCII is lower-cased by the kernel. Not after accents were stripped: that may bring new capitals in,
    # and the order of the two steps is part of the specification.
    kernel_lowers = tokenizer.lowercase and tokenizer.strip_accents is None and tokenizer.preprocessor is None
    as_it_is = (kernel_lowers or not tokenizer.lowercase) and not tokenizer.mask_urls and tokenizer.preprocessor is None
    # UTF-8 bytes are carried as a str of one-byte characters, so that all documents are joined at once and those
    # that are ASCII need no bytes of their own.
    parts = [d if as_it_is and d.isascii() else encode(tokenizer.preprocess(d)).decode("latin-1") for d in documents]
    text = "".join(parts)
    buffer = padded_copy(np.frombuffer(text.encode("latin-1"), np.uint8), kernel_lowers)
    scanned: Scanned = scan_words(
        buffer,
        row_starts(np.fromiter(map(len, parts), np.int64, len(parts))),
        class_table(tokenizer.name, text.isascii()),
        BUILT_IN[tokenizer.name] == 1,
        tokenizer.scans_symbols,
        new_table(len(buffer) >> 8),
    )
    return scanned


def _join(tables: list[TermTable]) -> tuple[Vocabulary, list[NDArray[np.int32]]]:
    """Return the sorted union of several term tables, and for each the new numbers of its terms."""
    counts = [int(table.counters[0]) for table in tables]
    blob = np.concatenate([table.blob[: table.counters[1]] for table in tables])
    lengths = np.concatenate([np.diff(table.offsets[: n + 1]) for table, n in zip(tables, counts, strict=True)])
    offsets = row_starts(lengths)
    order = sort_terms(blob, offsets)
    repeated = same_neighbours(blob, offsets, order)
    rank = np.empty(len(order), np.int32)
    rank[order] = np.cumsum(~repeated) - 1
    vocabulary = Vocabulary(*take_terms(blob, offsets, order[~repeated]))
    return vocabulary, np.split(rank, np.cumsum(counts)[:-1])


def _rewrite(documents: TokenizedDocuments, tokenizer: Tokenizer) -> TokenizedDocuments:
    """Apply to each term, once, what the tokenizer does to tokens after the cut."""
    tokens = list(documents.vocabulary)
    plain = [tokenizer.term(token) for token in tokens]
    negated = [
        NEGATED + term if term is not None and tokenizer.can_be_negated(token) else term
        for token, term in zip(tokens, plain, strict=True)
    ]
    union = Vocabulary.from_terms(term for term in (*plain, *negated) if term is not None)
    number: dict[str | None, int] = {term: i for i, term in enumerate(union)}
    number[None] = -1
    ids, lengths = rewrite_tokens(
        documents.ids,
        documents.indptr,
        np.array([tokenizer.negates(token) for token in tokens], np.bool_),
        np.array([tokenizer.ends_clause(token) for token in tokens], np.bool_),
        np.array([number[term] for term in plain], np.int32),
        np.array([number[term] for term in negated], np.int32),
    )
    used = np.zeros(len(union), np.bool_)
    used[ids] = True
    rank = np.cumsum(used, dtype=np.int32) - np.int32(1)
    return TokenizedDocuments(rank[ids], row_starts(lengths), union.take(np.flatnonzero(used)))
