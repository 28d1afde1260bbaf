"""From raw documents to the rows of a fitted feature space: what a saved model does with text."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.text.analysis import Analysis, is_read_slowly
from textgd.text.features import HashedFeatures, NgramFeatures
from textgd.text.gaps import GappedTexts
from textgd.text.rows import Rows, row_starts
from textgd.text.weighting import Tfidf

if TYPE_CHECKING:
    from textgd.text.documents import TokenizedDocuments
    from textgd.text.vocabulary import Vocabulary

__all__ = ["Extractor", "GappedRows"]


class GappedRows(NamedTuple):
    """Documents in which words are missing, as features.

    Attributes
    ----------
    rows : Rows
        Of what is there.
    n_known_tokens : int64 array of shape (n_documents,)
    lost : float64 array of shape (n_documents,)
        Which share of its n-grams each document has lost.
    """

    rows: Rows
    n_known_tokens: NDArray[np.int64]
    lost: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Extractor:
    """A fitted feature space, immutable.

    Parameters
    ----------
    analysis : Analysis
        Text to n-grams.
    features : NgramFeatures or HashedFeatures
        N-grams to columns.
    binary : bool
        Whether every count above 0 is 1.
    tfidf : Tfidf or None
        Weights on the counts.
    dtype : dtype of the counts
    """

    analysis: Analysis
    features: NgramFeatures | HashedFeatures
    binary: bool = False
    tfidf: Tfidf | None = None
    dtype: Any = np.int64

    @property
    def n_features(self) -> int:
        """How many columns there are."""
        return self.features.n_columns

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The terms; None where features are hashed."""
        return self.features.vocabulary if isinstance(self.features, NgramFeatures) else None

    def rows(self, documents: Sequence[str], n_jobs: int | None = None) -> Rows:
        """Return the features of documents."""
        if is_read_slowly(documents):
            return self.read_slowly(documents)[0]
        return self.rows_of(self._scan(documents, n_jobs), n_jobs)

    def rows_of(self, tokenized: TokenizedDocuments, n_jobs: int | None = None) -> Rows:
        """Return the features of documents that `analysis` scanned."""
        return self._weighted(self._count(tokenized, n_jobs), n_jobs)

    def read(self, documents: Sequence[str], n_jobs: int | None = None) -> tuple[Rows, NDArray[np.int64]]:
        """Return the features of documents, and how many tokens of each the vocabulary knows."""
        if is_read_slowly(documents):
            return self.read_slowly(documents)
        tokenized = self._scan(documents, n_jobs)
        return self.rows_of(tokenized, n_jobs), self._known_tokens(tokenized)

    def _scan(self, documents: Sequence[str], n_jobs: int | None) -> TokenizedDocuments:
        return self.analysis.scan(documents, n_jobs, self.vocabulary)

    def _weighted(self, rows: Rows, n_jobs: int | None = None) -> Rows:
        return rows if self.tfidf is None else self.tfidf.apply(rows, n_jobs, overwrite=True)

    def _count(self, tokenized: TokenizedDocuments, n_jobs: int | None) -> Rows:
        from textgd.text.counting import count_ngrams, look_up, to_rows
        from textgd.text.selection import hash_columns

        if isinstance(self.features, HashedFeatures):
            shards = count_ngrams(tokenized, self.analysis, n_jobs=n_jobs)
            columns = [hash_columns(shard, self.features, tokenized.vocabulary) for shard in shards]
            rows = to_rows(shards, columns, self.features.n_columns, self.dtype, n_jobs=n_jobs)
            matrix = rows.to_scipy()
            matrix.sum_duplicates()
            data = np.ones_like(matrix.data) if self.binary else matrix.data
            return Rows(matrix.indptr, matrix.indices, data, rows.n_columns)
        return look_up(tokenized, self.analysis, self.features, self.dtype, self.binary, n_jobs)

    def n_ngrams(self, documents: Sequence[str], n_jobs: int | None = None, distinct: bool = False) -> NDArray[Any]:
        """Return how many n-grams each document has, those too that are no features, shape (n_documents,).

        Parameters
        ----------
        documents : sequence of str
        n_jobs : int, optional
        distinct : bool
            Count each one once a document.

        Examples
        --------
        >>> from textgd.text.features import HashedFeatures
        >>> extractor = Extractor(Analysis(ngram_range=(1, 2)), HashedFeatures(8))
        >>> extractor.n_ngrams(["so so good", ""]), extractor.n_ngrams(["so so good so so"], distinct=True)
        (array([5, 0]), array([5]))
        """
        if is_read_slowly(documents):
            found = (list(self.analysis.ngrams(document)) for document in documents)
            return np.array([len(set(ngrams) if distinct else ngrams) for ngrams in found], np.int64)
        return self.n_ngrams_of(self.analysis.scan(documents, n_jobs), n_jobs, distinct)

    def n_ngrams_of(
        self, tokenized: TokenizedDocuments, n_jobs: int | None = None, distinct: bool = False
    ) -> NDArray[Any]:
        """Return the same of documents that `analysis` scanned."""
        from textgd.text.counting import count_ngrams

        shards = count_ngrams(tokenized, self.analysis, n_jobs)
        return np.concatenate([np.zeros(0, np.int64), *(shard.n_ngrams(distinct) for shard in shards)])

    def _known_tokens(self, tokenized: TokenizedDocuments) -> NDArray[np.int64]:
        if (vocabulary := self.vocabulary) is None:
            return np.diff(tokenized.indptr)
        if tokenized.vocabulary is vocabulary:
            is_unknown = tokenized.ids == len(vocabulary)
        else:
            is_unknown = (vocabulary.find_all(tokenized.vocabulary) == len(vocabulary))[tokenized.ids]
        documents = np.searchsorted(tokenized.indptr, np.flatnonzero(is_unknown), side="right") - 1
        unknown = np.bincount(documents, minlength=len(tokenized))
        known: NDArray[np.int64] = np.diff(tokenized.indptr) - unknown
        return known

    def read_slowly(self, documents: Sequence[str]) -> tuple[Rows, NDArray[np.int64]]:
        """Return what `read` does: the reference of the compiled code."""
        return self._read_runs([self.analysis.pieces(document) for document in documents])

    def read_gapped(self, texts: GappedTexts, n_jobs: int | None = None) -> GappedRows:
        """Return the features of documents in which words are missing: those of n-grams that touch no gap.

        Each piece between gaps is cut into tokens by itself.
        """
        if is_read_slowly(texts.pieces):
            return self.read_gapped_slowly(texts)
        pieces = self._scan(texts.pieces, n_jobs)
        # What is not known breaks n-grams as well, and is no feature either.
        rows = self.rows_of(texts.join(pieces, missing=len(pieces.vocabulary)), n_jobs)
        lost = texts.lost_share(np.diff(pieces.indptr), self.analysis.ngram_range)
        return GappedRows(rows, texts.sums(self._known_tokens(pieces)), lost)

    def read_gapped_slowly(self, texts: GappedTexts) -> GappedRows:
        """Return what `read_gapped` does: the reference of the compiled code."""
        of_pieces = [self.analysis.pieces(piece) for piece in texts.pieces]
        bounds = itertools.pairwise(texts.starts.tolist())
        rows, known = self._read_runs([list(itertools.chain(*of_pieces[a:b])) for a, b in bounds])
        n_tokens = np.fromiter((sum(map(len, runs)) for runs in of_pieces), np.int64, len(of_pieces))
        return GappedRows(rows, known, texts.lost_share(n_tokens, self.analysis.ngram_range))

    def _read_runs(self, documents: Sequence[Sequence[Sequence[str]]]) -> tuple[Rows, NDArray[np.int64]]:
        """Return the features of documents, each runs of tokens that no n-gram reaches across, and the known tokens."""
        columns, known = [], []
        for runs in documents:
            found = [self.features.column(ngram) for ngram in self.analysis.ngrams_of(runs)]
            columns.append(np.array([column for column in found if column >= 0], np.int64))
            tokens = [token for run in runs for token in run]
            if (vocabulary := self.vocabulary) is not None:
                tokens = [token for token in tokens if vocabulary.find(token) < len(vocabulary)]
            known.append(len(tokens))
        return self.rows_of_columns(columns), np.array(known, np.int64)

    def rows_of_columns(self, documents: Sequence[NDArray[np.int64]]) -> Rows:
        """Return the features of documents from the columns of their n-grams, one entry an occurrence."""
        counted = [np.unique(columns, return_counts=True) for columns in documents]
        counts = np.concatenate([np.zeros(0, np.int64), *(counts for _, counts in counted)])
        return self._weighted(
            Rows(
                row_starts(np.array([len(counts) for _, counts in counted], np.int64)).astype(np.int32),
                np.concatenate([np.zeros(0, np.int32), *(columns for columns, _ in counted)]).astype(np.int32),
                (np.ones_like(counts) if self.binary else counts).astype(self.dtype),
                self.features.n_columns,
            )
        )

    def feature_names(self, columns: Sequence[int] | NDArray[np.integer]) -> list[str]:
        """Return the names of some columns; of hashed ones, their numbers."""
        if isinstance(self.features, HashedFeatures):
            return [f"#{column}" for column in columns]
        return [self.analysis.name(ngram) for ngram in self.features.ngrams(columns)]
