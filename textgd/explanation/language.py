"""What each token adds to the scores of language models."""

from __future__ import annotations

import numpy as np

from textgd.explanation.pieces import Pieces
from textgd.scoring import LanguageScorer
from textgd.text.documents import TokenizedDocuments
from textgd.text.sequences import SequenceReader
from textgd.text.spans import PlacedTokens

__all__ = ["END", "language_pieces"]

# The end of the document, which is read like a token.
END = "</s>"


def language_pieces(reader: SequenceReader, scorer: LanguageScorer, placed: PlacedTokens, length: int) -> Pieces:
    """Return the tokens of a document of `length` characters: ln p of each after those before it, in each class."""
    distinct = {token: k for k, token in enumerate(dict.fromkeys(placed.tokens))}
    codes = np.fromiter(map(distinct.__getitem__, placed.tokens), np.int64, len(placed))
    numbers = np.fromiter(map(reader.vocabulary.find, distinct), np.int32, len(distinct))
    documents = TokenizedDocuments(numbers[codes], np.array([0, len(placed)]), reader.vocabulary)
    parts = scorer.parts(documents)
    return Pieces(
        scorer.totals(parts, documents)[0],
        parts,
        np.arange(len(parts)),
        np.append(placed.starts, length),
        np.append(placed.ends, length),
        (*distinct, END),
        np.append(codes, len(distinct)),
    )
