"""Weights on counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.text.rows import Rows, row_blocks, row_sums
from textgd.text.threads import run_in_threads

__all__ = ["Tfidf", "document_frequency", "inverse_document_frequency"]


def document_frequency(rows: Rows) -> NDArray[np.int64]:
    """Return how many rows hold each column, shape (n_columns,)."""
    frequency: NDArray[np.int64] = np.bincount(rows.indices, minlength=rows.n_columns)
    return frequency


def inverse_document_frequency(
    frequency: NDArray[np.integer[Any]], n_documents: int, smooth: bool = True, dtype: Any = np.float64
) -> NDArray[Any]:
    """Return the inverse document frequency of each column.

    ``ln((1 + n) / (1 + df)) + 1`` if `smooth`, else ``ln(n / df) + 1``: as scikit-learn defines it, so that a
    feature of every document keeps the weight 1.

    Examples
    --------
    >>> inverse_document_frequency(np.array([2, 1]), n_documents=2)
    array([1.        , 1.40546511])
    """
    df = frequency.astype(dtype)
    with np.errstate(divide="ignore"):
        idf: NDArray[Any] = np.log((n_documents + smooth) / (df + smooth)) + 1.0
    return idf.astype(dtype, copy=False)


@dataclass(frozen=True, eq=False)
class Tfidf:
    """Term frequency times inverse document frequency, rows scaled to unit length.

    Parameters
    ----------
    idf : array of shape (n_columns,) or None
        None leaves the factor out.
    norm : {"l1", "l2", None}
    sublinear_tf : bool
        Take 1 + ln(tf) for tf.
    dtype : floating dtype of the result
    """

    idf: NDArray[Any] | None
    norm: str | None = "l2"
    sublinear_tf: bool = False
    dtype: Any = np.float64

    def __post_init__(self) -> None:
        if self.norm not in ("l1", "l2", None):
            raise InvalidParameterError(f"norm is {self.norm!r}; allowed are 'l1', 'l2' and None.")

    def apply(self, rows: Rows, n_jobs: int | None = None, overwrite: bool = False) -> Rows:
        """Return the rows with weights in place of counts.

        With `overwrite` the memory of the counts is used where it fits.
        """
        takes_over = overwrite and rows.data.dtype == self.dtype and rows.data.flags.writeable
        data = rows.data if takes_over else np.empty(len(rows.data), self.dtype)

        def weigh(part: slice) -> None:
            indptr = rows.indptr[part.start : part.stop + 1]
            entries = slice(int(indptr[0]), int(indptr[-1]))
            weights = data[entries]
            if not takes_over:
                weights[:] = rows.data[entries]
            if self.sublinear_tf:
                np.log(weights, out=weights)
                weights += 1.0
            if self.idf is not None:
                weights *= self.idf[rows.indices[entries]]
            if self.norm is not None:
                lengths = row_sums(np.abs(weights) if self.norm == "l1" else weights * weights, indptr - indptr[0])
                if self.norm == "l2":
                    np.sqrt(lengths, out=lengths)
                lengths[lengths == 0.0] = 1.0
                weights /= np.repeat(lengths, np.diff(indptr))

        run_in_threads(weigh, row_blocks(rows.indptr), n_jobs)
        return rows.with_data(data)
