"""What a language model says of documents: by compiled code of many, and by its slow reference of few."""

from __future__ import annotations

import itertools
import sys
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.lm.model import NgramModel
from textgd.text.documents import TokenizedDocuments
from textgd.text.rows import row_sums
from textgd.text.threads import run_in_threads

__all__ = [
    "ModelIndex",
    "document_sums",
    "find_context",
    "index_model",
    "is_loaded",
    "next_log_probs",
    "score",
    "score_slowly",
    "shards",
    "token_scores",
    "token_scores_slowly",
]

# So few tokens are scored before the compiled code is loaded.
_FEW = 2_000
# A thread scores so many tokens at a time: its scratch is made once for them.
_SHARD = 1 << 18


class ModelIndex(NamedTuple):
    """The n-grams of all orders, numbered one order after the other, and how they are found.

    Attributes
    ----------
    keys, slots
        As in `textgd.kernels.lookup.TrieIndex`.
    log_prob, log_backoff : float32 arrays
        Of all n-grams, and of all below the highest order.
    """

    keys: NDArray[np.int64]
    slots: NDArray[np.int32]
    log_prob: NDArray[np.float32]
    log_backoff: NDArray[np.float32]


def index_model(model: NgramModel) -> ModelIndex:
    """Return the model made for looking up."""
    from textgd.kernels.lookup import index_children, level_keys

    keys = level_keys([(level.starts, level.tokens) for level in model.levels])
    return ModelIndex(
        keys,
        index_children(keys, len(model.levels[0].tokens)),
        np.concatenate([level.log_prob for level in model.levels]),
        np.concatenate([level.log_backoff for level in model.levels]),
    )


def score(model: NgramModel, documents: TokenizedDocuments, n_jobs: int | None = None) -> NDArray[np.float64]:
    """Return ln P of each document, whose tokens are numbered by the model's vocabulary."""

    def work(rows: slice) -> NDArray[np.float64]:
        part = documents[rows]
        return document_sums(token_scores(model, part), part)

    if is_loaded():
        _ = model.index  # made once, before threads ask for it
    return np.concatenate([np.zeros(0), *run_in_threads(work, shards(documents), n_jobs)])


def shards(documents: TokenizedDocuments) -> list[slice]:
    """Cut documents into runs that a thread scores at a time."""
    ends = documents.indptr
    bounds = np.searchsorted(ends, np.arange(0, int(ends[-1]), _SHARD))
    bounds = np.unique([0, *bounds.tolist(), len(documents)])
    return [slice(a, b) for a, b in itertools.pairwise(bounds.tolist())]


def is_loaded() -> bool:
    """Whether the compiled code may be used: loading it takes longer than a few documents without it."""
    return "numba" in sys.modules


def token_scores(model: NgramModel, documents: TokenizedDocuments) -> NDArray[np.float64]:
    """Return ln p of each token of documents, and of the end of each after it, shape (n_tokens + n_documents,)."""
    if not is_loaded() and len(documents.ids) <= _FEW:
        return token_scores_slowly(model, documents)
    from textgd.kernels.ngram_scores import score_documents

    scores: NDArray[np.float64] = score_documents(
        documents.ids, documents.indptr, model.start, model.end, model.order, *model.index
    )
    return scores


def token_scores_slowly(model: NgramModel, documents: TokenizedDocuments) -> NDArray[np.float64]:
    """Return what `token_scores` does: the reference of the compiled code."""
    pieces = np.split(documents.ids, documents.indptr[1:-1]) if len(documents) else []
    return np.concatenate([np.zeros(0), *(score_slowly(model, ids) for ids in pieces)])


def document_sums(scores: NDArray[np.float64], documents: TokenizedDocuments) -> NDArray[np.float64]:
    """Return the sum over each document, its end included, of what `token_scores` gives."""
    return row_sums(scores, documents.indptr + np.arange(len(documents.indptr)))


def score_slowly(model: NgramModel, ids: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return ln p of each token of a document and of its end: the reference of the compiled code."""
    tokens = [model.start, *ids.tolist(), model.end]
    return np.array(
        [log_prob(model, tokens[max(0, i - model.order + 1) : i], tokens[i]) for i in range(1, len(tokens))]
    )


def log_prob(model: NgramModel, context: Sequence[int], token: int) -> float:
    """Return ln p of a token after at most ``order - 1`` tokens."""
    backoff = 0.0
    for first in range(len(context)):
        node = find_context(model, context[first:])
        if node is None:
            continue
        depth = len(context) - first
        if (found := _child(model, depth, node, token)) is not None:
            return backoff + float(model.levels[depth].log_prob[found])
        backoff += float(model.levels[depth - 1].log_backoff[node])
    return backoff + float(model.levels[0].log_prob[token])


def next_log_probs(model: NgramModel, context: Sequence[int]) -> NDArray[np.float64]:
    """Return ln p of every token that can follow a context, shape (n_terms + 2,)."""
    out = model.levels[0].log_prob[: model.start].astype(np.float64)
    for length in range(1, min(len(context), model.order - 1) + 1):
        node = find_context(model, context[len(context) - length :])
        if node is not None:
            level = model.levels[length]
            followers = slice(int(level.starts[node]), int(level.starts[node + 1]))
            out += float(model.levels[length - 1].log_backoff[node])
            out[level.tokens[followers]] = level.log_prob[followers]
    return out


def find_context(model: NgramModel, tokens: Sequence[int]) -> int | None:
    """Return the place of an n-gram among those of its order, None where it is not known."""
    node: int | None = tokens[0]
    for depth, token in enumerate(tokens[1:], 1):
        if node is None:
            return None
        node = _child(model, depth, node, token)
    return node


def _child(model: NgramModel, depth: int, node: int, token: int) -> int | None:
    """Return the n-gram that continues the `node` of `depth` tokens."""
    level = model.levels[depth]
    first, end = int(level.starts[node]), int(level.starts[node + 1])
    place = bisect_left(level.tokens, token, first, end)
    return place if place < end and level.tokens[place] == token else None
