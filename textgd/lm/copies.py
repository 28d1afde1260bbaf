"""Telling whether a text recites what a model has learned from, without keeping that text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textgd.text.documents import TokenizedDocuments

__all__ = ["CopyFilter"]


@dataclass(frozen=True, eq=False)
class CopyFilter:
    """The windows of a training text as a Bloom filter: it answers whether a run was there, and lists none.

    Parameters
    ----------
    window : int
        How many tokens a window has; shorter runs cannot be told.
    bits : uint8 array

    Examples
    --------
    >>> documents = TokenizedDocuments.from_tokens([["a", "b", "c", "d", "e"]])
    >>> copies = CopyFilter.of(documents, window=3)
    >>> copies.longest_run(np.array([1, 2, 3, 4, 0], np.int32))  # b c d e a
    4
    """

    window: int
    bits: NDArray[np.uint8]

    @classmethod
    def of(cls, documents: TokenizedDocuments, window: int) -> CopyFilter:
        """Return the filter of all windows of some documents."""
        from textgd.kernels.copies import BITS_PER_WINDOW, insert_windows

        n_windows = int(np.maximum(np.diff(documents.indptr) - window + 1, 0).sum())
        bits = np.zeros(BITS_PER_WINDOW * n_windows // 8 + 8, np.uint8)
        insert_windows(documents.ids, documents.indptr, window, bits)
        return cls(window, bits)

    def longest_run(self, tokens: NDArray[np.int32]) -> int:
        """Return how many tokens the longest run has whose windows all stand in the training text, 0 for none."""
        from textgd.kernels.copies import longest_run

        return int(longest_run(tokens, self.window, self.bits))
