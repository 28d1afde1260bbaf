"""Documents that are read once, and any subset of them as if it had been read by itself.

A vocabulary, document frequencies and everything that follows from them belong to the documents that are learned from.
For a learning curve there are hundreds of such subsets; here each follows from one scan and one count, and is entry by
entry what a vectorizer makes of the subset's text.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textgd.text.analysis import Analysis
from textgd.text.counting import count_ngrams, look_up, to_rows
from textgd.text.documents import TokenizedDocuments
from textgd.text.features import NgramFeatures
from textgd.text.rows import Rows, index_dtype, row_starts
from textgd.text.selection import select_features

__all__ = ["CountedDocuments", "NestedCounts", "NestedTokens"]


@dataclass(frozen=True, eq=False)
class CountedDocuments:
    """The n-grams of documents, counted.

    Parameters
    ----------
    rows : Rows
        How often each n-gram occurs in each document; columns in the order of the n-grams' names.
    lengths : uint8 array of shape (n_columns,)
        How many tokens each n-gram has.
    features : NgramFeatures
        The n-grams.
    """

    rows: Rows
    lengths: NDArray[np.uint8]
    features: NgramFeatures

    @classmethod
    def of(
        cls,
        documents: TokenizedDocuments,
        analysis: Analysis,
        learned: NDArray[np.bool_] | None = None,
        n_jobs: int | None = None,
    ) -> CountedDocuments:
        """Count the n-grams of documents that `analysis` scanned.

        Parameters
        ----------
        documents : TokenizedDocuments
        analysis : Analysis
        learned : bool array of shape (n_documents,), optional
            Which documents may be learned from; n-grams that are in none of them are left out.
        n_jobs : int, optional
            Threads; the counts do not depend on it.

        Raises
        ------
        DataError
            Where no document that may be learned from has any.
        """
        if learned is None or learned.all():
            rows, features = _count(documents, analysis, n_jobs)
            return cls(rows, features.lengths(), features)
        places = [np.flatnonzero(learned), np.flatnonzero(~learned)]
        rows, features = _count(documents.select(places[0]), analysis, n_jobs)
        others = look_up(documents.select(places[1]), analysis, features, np.int32, n_jobs=n_jobs)
        joined = _joined(rows, _small(others), np.concatenate(places))
        return cls(joined, features.lengths(), features)


class NestedCounts:
    """Subsets of counted documents, each inside the next, and documents to test on.

    Parameters
    ----------
    counted : CountedDocuments
    order : int array
        The rows that are learned from: the first so many of them are a subset.
    test : int array
        The rows that are tested on.

    Examples
    --------
    >>> documents = Analysis().scan(["so good", "so bad", "very good"])
    >>> nested = NestedCounts(CountedDocuments.of(documents, Analysis()), np.array([1, 0]), np.array([2]))
    >>> nested.grow(1)
    >>> numbers = nested.frequencies > 0  # of bad, good, so, very
    >>> numbers.tolist()
    [True, False, True, False]
    >>> nested.training(numbers).indices.tolist(), nested.testing(numbers).indices.tolist()
    ([0, 1], [])
    """

    def __init__(self, counted: CountedDocuments, order: NDArray[np.intp], test: NDArray[np.intp]) -> None:
        self._rows, self._lengths = counted.rows, counted.lengths
        self._order, self._test = order, test
        self.size = 0
        #: How many documents of the subset hold each n-gram, int32 array of shape (n_columns,).
        self.frequencies = np.zeros(counted.rows.n_columns, np.int32)
        self._class_counts: dict[bool, tuple[int, NDArray[np.float64]]] = {}

    def grow(self, size: int) -> None:
        """Go on to the first `size` rows, which are no fewer than before."""
        from textgd.kernels.columns import add_frequencies

        add_frequencies(self._rows.indptr, self._rows.indices, self._order[self.size : size], self.frequencies)
        self.size = size

    def totals(self) -> NDArray[np.int64]:
        """Return how often each n-gram occurs in the subset, shape (n_columns,)."""
        from textgd.kernels.columns import add_class_counts

        rows, subset = self._rows, self._order[: self.size]
        totals = np.zeros((1, rows.n_columns))
        add_class_counts(rows.indptr, rows.indices, rows.data, subset, np.zeros_like(subset), False, totals)
        whole: NDArray[np.int64] = totals[0].astype(np.int64)
        return whole

    def class_counts(self, codes: NDArray[np.intp], n_classes: int, binary: bool) -> NDArray[np.float64]:
        """Return how often each n-gram occurs in each class of the subset, shape (n_classes, n_columns).

        Only what is new since the last call is counted; the array is the same each time.

        Parameters
        ----------
        codes : int array of shape (n_rows,)
            The class of each row in the order of learning; the same at each call.
        n_classes : int
        binary : bool
            Count documents, not occurrences.
        """
        from textgd.kernels.columns import add_class_counts

        rows = self._rows
        counted, counts = self._class_counts.get(binary, (0, np.zeros((n_classes, rows.n_columns))))
        new = slice(counted, self.size)
        add_class_counts(rows.indptr, rows.indices, rows.data, self._order[new], codes[new], binary, counts)
        self._class_counts[binary] = self.size, counts
        return counts

    def training(self, kept: NDArray[np.bool_]) -> Rows:
        """Return the counts of the subset in some of the columns, which get new numbers without a gap."""
        return _take_columns(self._rows, self._order[: self.size], kept)

    def testing(self, kept: NDArray[np.bool_]) -> Rows:
        """Return the counts of the documents to test on in the same columns."""
        return _take_columns(self._rows, self._test, kept)

    def lengths(self, kept: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """Return how many tokens each of these columns has."""
        lengths: NDArray[np.uint8] = self._lengths[kept]
        return lengths


class NestedTokens:
    """Subsets of scanned documents, each inside the next, and documents to test on.

    Parameters
    ----------
    documents : TokenizedDocuments
    order, test : int arrays
        As in `NestedCounts`.

    Examples
    --------
    >>> documents = TokenizedDocuments.from_tokens([["so", "good"], ["so", "bad"], ["very", "good"]])
    >>> training, testing = NestedTokens(documents, np.array([1, 0]), np.array([2])).subset(1)
    >>> list(training.vocabulary), training.ids.tolist(), testing.ids.tolist()  # 2 stands for what is unknown
    (['bad', 'so'], [1, 0], [2, 2])
    """

    def __init__(self, documents: TokenizedDocuments, order: NDArray[np.intp], test: NDArray[np.intp]) -> None:
        self._train, self._test = (documents.select(rows) for rows in (order, test))

    def subset(self, size: int) -> tuple[TokenizedDocuments, TokenizedDocuments]:
        """Return the first `size` documents and those to test on, numbered by the vocabulary of the first."""
        documents = self._train[:size]
        everything = documents.vocabulary
        is_used = np.zeros(len(everything) + 1, np.bool_)
        is_used[documents.ids] = True
        used = np.flatnonzero(is_used[:-1])
        vocabulary = everything.take(used)
        numbers = np.full(len(everything) + 1, len(used), np.int32)
        numbers[used] = np.arange(len(used))
        training, testing = (
            TokenizedDocuments(numbers[part.ids], part.indptr, vocabulary) for part in (documents, self._test)
        )
        return training, testing


def _count(documents: TokenizedDocuments, analysis: Analysis, n_jobs: int | None) -> tuple[Rows, NgramFeatures]:
    shards = count_ngrams(documents, analysis, n_jobs)
    selected = select_features(shards, documents.vocabulary, n_jobs=n_jobs)
    rows = to_rows(shards, selected.columns, selected.features.n_columns, np.int32, n_jobs=n_jobs)
    return _small(rows), selected.features


def _small(rows: Rows) -> Rows:
    """Return counts in one byte where they fit: they are few, and their entries many."""
    return rows.with_data(rows.data.astype(np.uint8)) if rows.data.max(initial=0) < 256 else rows


def _joined(first: Rows, second: Rows, places: NDArray[np.intp]) -> Rows:
    """Return the rows of both, the i-th of them as row number ``places[i]``."""
    indices, data = (np.concatenate([getattr(part, name) for part in (first, second)]) for name in ("indices", "data"))
    starts = np.concatenate([first.indptr[:-1], first.indptr[-1] + second.indptr])
    lengths = np.diff(starts)
    order = np.argsort(places)
    indptr = row_starts(lengths[order])
    entries = np.arange(indptr[-1]) + np.repeat(starts[:-1][order] - indptr[:-1], lengths[order])
    return Rows(indptr.astype(index_dtype(len(indices))), indices[entries], data[entries], first.n_columns)


def _take_columns(rows: Rows, chosen: NDArray[np.intp], kept: NDArray[np.bool_]) -> Rows:
    from textgd.kernels.columns import take_columns

    numbers = np.cumsum(kept, dtype=np.int32)
    n_columns = int(numbers[-1])
    numbers -= 1
    numbers[~kept] = -1
    indptr, indices, data = take_columns(rows.indptr, rows.indices, rows.data, chosen, numbers)
    return Rows(indptr, indices, data, n_columns)
