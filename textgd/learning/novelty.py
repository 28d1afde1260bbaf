"""Learning how improbable held-out training documents are, for others to be held against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.learning.folds import HeldOut
from textgd.scoring import Novelty
from textgd.scoring.novelty import beyond_empty, counts_once
from textgd.text.documents import TokenizedDocuments
from textgd.text.extractor import Extractor
from textgd.text.features import HashedFeatures
from textgd.text.rows import row_sums
from textgd.text.sequences import SequenceReader

__all__ = ["learn_novelty"]


def learn_novelty(
    model: Any,
    held_out: HeldOut | None,
    rows: Any,
    reader: Extractor | SequenceReader,
    lengths: Callable[[bool], NDArray[np.int64]] | None = None,
    weights: NDArray[np.float64] | None = None,
) -> Novelty | None:
    """Return the distribution of what is held out; None where the model has no P(x), or nothing is held out.

    Parameters
    ----------
    model : fitted model
        Has `unseen_log_prob` where it has P(x).
    held_out : HeldOut or None
        Of the documents.
    rows : sparse matrix or TokenizedDocuments
        All that was learned from: the documents, and what may come after them.
    reader : Extractor or SequenceReader
        What read them.
    lengths : function, optional
        Returns how many n-grams each document has, each counted once or as often as it occurs; needed where the rows do
        not hold all of them.
    weights : array of shape (n_documents,), optional
        Those of weight 0 were not learned from.
    """
    if held_out is None or not hasattr(model, "unseen_log_prob"):
        return None
    distinct = False
    if isinstance(reader, Extractor):
        # Weighted counts are no probabilities of anything, and by hashing every feature is known.
        if reader.tfidf is not None or isinstance(reader.features, HashedFeatures):
            return None
        distinct = counts_once(reader, model.scorer())
    n = _totals(rows, distinct) if lengths is None else lengths(distinct)
    known = _known_counts(rows, held_out, distinct, weights)
    held = held_out.rows
    n, n_unknown = n[held], (n[: len(known)] - known)[held]
    if isinstance(reader, SequenceReader):
        n = n + (n > 0)  # the end of a document is predicted as well
    scores = beyond_empty(model.scorer(), held_out.scores[held])
    return Novelty.learn(model.unseen_log_prob(), scores, n, n_unknown)


def _known_counts(
    rows: Any, held_out: HeldOut, distinct: bool, weights: NDArray[np.float64] | None
) -> NDArray[np.int64]:
    """Return how many tokens or features of each document are known where it is held out."""
    n_terms = len(rows.vocabulary) + 1 if isinstance(rows, TokenizedDocuments) else rows.shape[1]
    occurrences = np.bincount(_terms(rows), minlength=n_terms)
    if weights is not None:
        occurrences -= np.bincount(_terms(_take(rows, np.flatnonzero(weights == 0))), minlength=n_terms)
    counts = np.zeros(len(held_out.scores), np.int64)
    for held in held_out.folds:
        part = _take(rows, held)
        terms = _terms(part)
        is_known = occurrences > np.bincount(terms, minlength=n_terms)
        counts[held] = _totals(part, distinct, is_known[terms])
    return counts


def _totals(rows: Any, distinct: bool, counted: NDArray[np.bool_] | bool = True) -> NDArray[np.int64]:
    """Return how many tokens or features each document has, of those that are counted."""
    once = distinct or isinstance(rows, TokenizedDocuments)
    values = np.broadcast_to(counted, len(_terms(rows))) * (1.0 if once else rows.data)
    return row_sums(values, rows.indptr).astype(np.int64)


def _take(rows: Any, numbers: NDArray[np.integer]) -> Any:
    return rows.select(numbers) if isinstance(rows, TokenizedDocuments) else rows[numbers]


def _terms(rows: Any) -> NDArray[np.integer]:
    """Return the number of each token, or the column of each entry."""
    terms: NDArray[np.integer] = rows.ids if isinstance(rows, TokenizedDocuments) else rows.indices
    return terms
