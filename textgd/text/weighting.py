"""Weights on counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.text.rows import Rows, row_sums

__all__ = ["Tfidf", "inverse_document_frequency"]


def inverse_document_frequency(rows: Rows, smooth: bool = True, dtype: Any = np.float64) -> NDArray[Any]:
    """Return the inverse document frequency of each column.

    ``ln((1 + n) / (1 + df)) + 1`` if `smooth`, else ``ln(n / df) + 1``: as scikit-learn defines it, so that a
    feature of every document keeps the weight 1.

    Examples
    --------
    >>> rows = Rows(np.array([0, 2, 3]), np.array([0, 1, 0]), np.array([1, 1, 2]), 2)
    >>> inverse_document_frequency(rows)
    array([1.        , 1.40546511])
    """
    df = np.bincount(rows.indices, minlength=rows.n_columns).astype(dtype)
    with np.errstate(divide="ignore"):
        idf: NDArray[Any] = np.log((len(rows) + smooth) / (df + smooth)) + 1.0
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

    def apply(self, rows: Rows) -> Rows:
        """Return the rows with weights in place of counts."""
        data = rows.data.astype(self.dtype)
        if self.sublinear_tf:
            np.log(data, out=data)
            data += 1.0
        if self.idf is not None:
            data *= self.idf[rows.indices]
        if self.norm is not None:
            lengths = row_sums(np.abs(data), rows.indptr) if self.norm == "l1" else row_sums(data * data, rows.indptr)
            if self.norm == "l2":
                np.sqrt(lengths, out=lengths)
            lengths[lengths == 0.0] = 1.0
            data /= np.repeat(lengths, np.diff(rows.indptr))
        return rows.with_data(data)
