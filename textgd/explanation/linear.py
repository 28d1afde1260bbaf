"""What each occurrence of a feature adds to scores that are linear in the features."""

from __future__ import annotations

import numpy as np

from textgd.explanation.pieces import Pieces
from textgd.scoring import LinearScorer
from textgd.text.extractor import Extractor
from textgd.text.occurrences import find_occurrences
from textgd.text.spans import PlacedTokens

__all__ = ["linear_pieces"]


def linear_pieces(extractor: Extractor, scorer: LinearScorer, placed: PlacedTokens) -> Pieces:
    """Return the features of a document: weight times value, shared evenly by the feature's occurrences.

    N-grams that share a column, as hashed ones may, are one feature, named after the first of them.
    """
    analysis = extractor.analysis
    found = find_occurrences(analysis, extractor.features, placed)
    row = extractor.rows_of_columns([found.columns])
    columns, first, codes, counts = np.unique(found.columns, return_index=True, return_inverse=True, return_counts=True)
    names = (analysis.name(placed.tokens[found.firsts[k] : found.lasts[k] + 1]) for k in first)
    return Pieces(
        scorer.scores(row, 1)[0],
        scorer.parts(columns, row.data) / counts[:, None],
        codes,
        placed.starts[found.firsts],
        placed.ends[found.lasts],
        tuple(names),
        codes,
    )
