"""Text to numbers: tokenizers, vocabularies, and the sparse matrices of n-grams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textgd.lazy import hand_on

if TYPE_CHECKING:
    from textgd.text.analysis import Analysis as Analysis
    from textgd.text.documents import TokenizedDocuments as TokenizedDocuments
    from textgd.text.log_count_ratio import LogCountRatio as LogCountRatio
    from textgd.text.tokenizer import Tokenizer as Tokenizer
    from textgd.text.vectorizer import CountVectorizer as CountVectorizer
    from textgd.text.vectorizer import TfidfVectorizer as TfidfVectorizer
    from textgd.text.vocabulary import Vocabulary as Vocabulary

# Handed on lazily: a prediction needs the tokenizer alone, not scikit-learn behind the vectorizers.
_HOMES = {
    "Analysis": "analysis",
    "CountVectorizer": "vectorizer",
    "LogCountRatio": "log_count_ratio",
    "TfidfVectorizer": "vectorizer",
    "TokenizedDocuments": "documents",
    "Tokenizer": "tokenizer",
    "Vocabulary": "vocabulary",
}

__all__ = sorted(_HOMES)
__getattr__, __dir__ = hand_on(__name__, _HOMES)
