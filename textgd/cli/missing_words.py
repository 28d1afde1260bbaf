"""What ``textgd predict`` says of texts in which words are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textgd.cli.console import escape, note
from textgd.wording import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from textgd.scoring import Prediction, TextScorer

__all__ = ["count_missing"]


def count_missing(scorer: TextScorer, documents: list[str], mark: str, prediction: Prediction) -> NDArray[np.int64]:
    """Return how many words of each text are missing, and note what the answers do not show."""
    from textgd.text.gaps import GappedTexts

    n_gaps = GappedTexts.cut(documents, mark).n_gaps
    if len(documents) and not n_gaps.any():
        note(f"note: no text has the mark {escape(mark)}, standing by itself, so no word is taken to be missing")
    all_missing = int(((n_gaps > 0) & (prediction.n_known_tokens == 0)).sum())
    if all_missing:
        note(
            f"note: {counted(all_missing, 'text')} with nothing but gaps, as far as the model knows the words: what is "
            "answered there says nothing of the text"
        )
    if n_gaps.any() and any(map(str.isalnum, mark)) and _is_known(scorer, mark):
        note(f"note: the mark {escape(mark)} is a word that the model knows; wherever it stands, a word is missing")
    return n_gaps


def _is_known(scorer: TextScorer, mark: str) -> bool:
    """Whether a mark is a token that the model knows; "[MASK]" is three, whatever it knows of these."""
    analysis, vocabulary = scorer.extractor.analysis, scorer.extractor.vocabulary
    if analysis.analyzer != "word" or vocabulary is None:
        return False
    tokens = [token for run in analysis.pieces(mark) for token in run]
    return len(tokens) == 1 and vocabulary.find(tokens[0]) < len(vocabulary)
