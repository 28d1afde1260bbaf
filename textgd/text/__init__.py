"""Text to numbers: tokenizers, vocabularies, and the sparse matrices of n-grams."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
