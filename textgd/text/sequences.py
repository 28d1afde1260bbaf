"""From raw documents to sequences of token numbers: what language models read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.text.analysis import Analysis, is_read_slowly
from textgd.text.documents import TokenizedDocuments, check_documents
from textgd.text.gaps import GappedTexts
from textgd.text.vocabulary import Vocabulary

__all__ = ["SequenceReader", "SequenceVectorizer"]


@dataclass(frozen=True, eq=False)
class SequenceReader:
    """A tokenizer and the vocabulary that it met, immutable.

    Parameters
    ----------
    analysis : Analysis
        Words, or characters; its span of n-grams is not used.
    vocabulary : Vocabulary
    """

    analysis: Analysis
    vocabulary: Vocabulary

    @property
    def n_features(self) -> int:
        """How many terms the vocabulary has."""
        return len(self.vocabulary)

    def read(self, documents: Sequence[str], n_jobs: int | None = None) -> tuple[TokenizedDocuments, NDArray[np.int64]]:
        """Return the tokens of documents, and how many of each the vocabulary knows."""
        if is_read_slowly(documents):
            return self.read_slowly(documents)
        is_word = self.analysis.analyzer == "word"
        tokenized = self.analysis.scan(documents, n_jobs, self.vocabulary if is_word else None)
        return self._counted(tokenized if is_word else tokenized.aligned(self.vocabulary))

    def read_slowly(self, documents: Sequence[str]) -> tuple[TokenizedDocuments, NDArray[np.int64]]:
        """Return what `read` does: the reference of the compiled code."""
        ids: list[int] = []
        ends = [0]
        for document in documents:
            ids.extend(self.vocabulary.find(token) for piece in self.analysis.pieces(document) for token in piece)
            ends.append(len(ids))
        return self._counted(TokenizedDocuments(np.array(ids, np.int32), np.array(ends, np.int64), self.vocabulary))

    def read_gapped(
        self, texts: GappedTexts, n_jobs: int | None = None
    ) -> tuple[TokenizedDocuments, NDArray[np.int64]]:
        """Return the tokens of documents in which words are missing, -1 in the place of each, and how many are known.

        Each piece is cut into tokens by itself.
        """
        pieces, known = self.read(texts.pieces, n_jobs)
        return texts.join(pieces), texts.sums(known)

    def _counted(self, tokenized: TokenizedDocuments) -> tuple[TokenizedDocuments, NDArray[np.int64]]:
        before = np.concatenate([[0], np.cumsum(tokenized.ids < len(self.vocabulary))])
        return tokenized, before[tokenized.indptr[1:]] - before[tokenized.indptr[:-1]]

    def feature_names(self, numbers: Sequence[int] | NDArray[np.integer]) -> list[str]:
        """Return some terms."""
        return [self.vocabulary[int(number)] for number in numbers]


class SequenceVectorizer:
    """Learn a vocabulary; the counterpart of `CountVectorizer` for models that read tokens in their order.

    Parameters
    ----------
    analysis : Analysis
    n_jobs : int, optional

    Attributes
    ----------
    extractor_ : SequenceReader
    """

    def __init__(self, analysis: Analysis, n_jobs: int | None = None) -> None:
        self.analysis = analysis
        self.n_jobs = n_jobs

    keeps_all = True

    def fit_transform(self, raw_documents: Any) -> TokenizedDocuments:
        """Return the tokens of documents, numbered by the vocabulary that they make."""
        tokenized = self.analysis.scan(check_documents(raw_documents), self.n_jobs)
        self.extractor_ = SequenceReader(self.analysis, tokenized.vocabulary)
        return tokenized

    def feature_lengths(self) -> None:
        """Return None: there are no features that were counted."""
        return None
