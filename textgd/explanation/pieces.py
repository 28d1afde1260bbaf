"""The pieces of a document that a model weighs, and what each adds to the score of each class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Pieces"]


@dataclass(frozen=True, eq=False)
class Pieces:
    """What a model reads out of one document, each occurrence a piece.

    Parameters
    ----------
    scores : float64 array of shape (n_classes,)
        Of the whole document.
    parts : float64 array of shape (n_parts, n_classes)
        What one piece adds to the score of each class; pieces may share a part.
    which : int64 array of shape (n_pieces,)
        The part of each piece.
    starts, ends : int64 arrays of shape (n_pieces,)
        Where each piece stands in the document.
    features : tuple of str
        The names of the distinct features, as the model reads them.
    codes : int64 array of shape (n_pieces,)
        The feature of each piece.
    """

    scores: NDArray[np.float64]
    parts: NDArray[np.float64]
    which: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    features: tuple[str, ...]
    codes: NDArray[np.int64]
