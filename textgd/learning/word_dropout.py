"""Training with word dropout: a model that has seen texts without some of their words relies less on any of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.text.documents import TokenizedDocuments
from textgd.text.extractor import Extractor
from textgd.text.sequences import SequenceReader

__all__ = ["blank_out", "with_copies"]

# Measured on reviews and messages: with one copy in the place of each text much is lost on whole texts, and with three
# beside it nothing is; a few more change little.
_N_COPIES = 3
_SEED = 0


def blank_out(
    extractor: Extractor | SequenceReader, documents: TokenizedDocuments, share: float, n_jobs: int | None = None
) -> list[Any]:
    """Return copies of documents that have lost each of their tokens with the same chance.

    An n-gram that had one of these tokens is gone too (blankout noise: van der Maaten et al. 2013, Learning with
    Marginalized Corrupted Features, section 3).  The features are those of the whole documents, with their weights.

    Parameters
    ----------
    extractor : Extractor
        What read the whole documents.
    documents : TokenizedDocuments
        Scanned by its analysis.
    share : float from 0 to 1
        The chance.
    n_jobs : int, optional
        Threads; the copies do not depend on it, and are the same each time.

    Returns
    -------
    list of scipy CSR matrices of shape (n_documents, n_features), one for each copy
    """
    assert isinstance(extractor, Extractor)  # the registry lets only models that count features get here
    rng = np.random.default_rng(_SEED)
    copies = []
    for _ in range(_N_COPIES):
        is_lost = rng.random(len(documents.ids)) < share
        # What is not known breaks n-grams, and is no feature.
        ids = np.where(is_lost, np.int32(len(documents.vocabulary)), documents.ids)
        copy = TokenizedDocuments(ids, documents.indptr, documents.vocabulary)
        copies.append(extractor.rows_of(copy, n_jobs).to_scipy())
    return copies


def with_copies(
    X: Any, copies: list[Any], labels: NDArray[Any], weights: NDArray[np.float64] | None
) -> tuple[Any, NDArray[Any], NDArray[np.float64]]:
    """Return rows and then their copies, with labels and weights; a document with its copies weighs as before."""
    from scipy.sparse import vstack

    n = 1 + len(copies)
    share = np.full(len(labels), 1.0 / n) if weights is None else weights / n
    return vstack([X, *copies], format="csr"), np.tile(labels, n), np.tile(share, n)
