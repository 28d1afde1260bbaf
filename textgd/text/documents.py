"""Documents as they come in, and as token numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import DataError
from textgd.text.vocabulary import Vocabulary

__all__ = ["TokenizedDocuments", "check_documents", "check_token_lists"]


@dataclass(frozen=True, eq=False)
class TokenizedDocuments:
    """Documents after the one scan: the joint of everything that counts tokens.

    Parameters
    ----------
    ids : int32 array of shape (n_tokens,)
        The number of each token's term; ``len(vocabulary)`` where the vocabulary does not know it.
    indptr : int64 array of shape (n_documents + 1,)
        Document ``d`` is ``ids[indptr[d]:indptr[d + 1]]``.
    vocabulary : Vocabulary
        The terms.
    """

    ids: NDArray[np.int32]
    indptr: NDArray[np.int64]
    vocabulary: Vocabulary

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def __getitem__(self, rows: slice) -> TokenizedDocuments:
        """Return documents that stand side by side, without a copy of their tokens."""
        first, stop, step = rows.indices(len(self))
        if step != 1 or stop < first:
            raise IndexError(f"documents are sliced forwards and without gaps, not by {rows}; see select")
        indptr = self.indptr[first : stop + 1]
        return TokenizedDocuments(self.ids[indptr[0] : indptr[-1]], indptr - indptr[0], self.vocabulary)

    @classmethod
    def from_tokens(cls, documents: Iterable[Iterable[str]]) -> TokenizedDocuments:
        """Return tokenized documents from lists of tokens.

        Examples
        --------
        >>> documents = TokenizedDocuments.from_tokens([["b", "a", "b"], []])
        >>> documents.ids.tolist(), documents.indptr.tolist(), list(documents.vocabulary)
        ([1, 0, 1], [0, 3, 3], ['a', 'b'])
        """
        numbers: dict[str, int] = {}
        ids: list[int] = []
        ends = [0]
        for tokens in documents:
            ids.extend(numbers.setdefault(token, len(numbers)) for token in tokens)
            ends.append(len(ids))
        vocabulary = Vocabulary.from_terms(numbers)
        order = {term: number for number, term in enumerate(vocabulary)}
        place = np.array([order[term] for term in numbers], np.int32)
        return cls(place[np.array(ids, np.int64)], np.array(ends, np.int64), vocabulary)

    def select(self, rows: NDArray[np.integer[Any]]) -> TokenizedDocuments:
        """Return some of the documents, in the order of `rows`, which may repeat."""
        lengths = np.diff(self.indptr)[rows]
        indptr = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(indptr[-1]) + np.repeat(self.indptr[rows] - indptr[:-1], lengths)
        return TokenizedDocuments(self.ids[places], indptr, self.vocabulary)

    def aligned(self, vocabulary: Vocabulary) -> TokenizedDocuments:
        """Return the same documents with the numbers of another vocabulary."""
        return TokenizedDocuments(vocabulary.find_all(self.vocabulary)[self.ids], self.indptr, vocabulary)


def check_documents(raw_documents: Any, name: str = "raw_documents") -> list[str]:
    """Return documents as a list of str.

    Takes lists, tuples, and columns of numpy, pandas, polars and Arrow; a frame with one column is unwrapped.

    Raises
    ------
    DataError
        For a single string, a generator, a frame with several columns, and cells that are not text (the message
        names the first such row, counted from 0).
    """
    column = _column(raw_documents, name)
    documents = column if isinstance(column, list) else list(column)
    if set(map(type, documents)) <= {str}:
        return documents
    checked = []
    for row, document in enumerate(documents):
        if not isinstance(document, str):
            # Only numbers are compared with themselves: pandas.NA and arrays have no truth value.
            missing = (
                document is None
                or type(document).__name__ in ("NAType", "NaTType")
                or (isinstance(document, float | np.floating) and bool(np.isnan(document)))
            )
            what = (
                "is missing (None or NaN)" if missing else f"is {type(document).__name__}, not text: {document!r:.60}"
            )
            raise DataError(
                f"{name}: row {row} {what}. Every document has to be a str; drop such rows or fill them with ''."
            )
        checked.append(str.__str__(document))  # an enum says something else of itself
    return checked


def check_token_lists(documents: Any, name: str = "documents") -> list[list[str]]:
    """Return documents as lists of tokens.

    Raises
    ------
    DataError
        For a single string or list of strings, and for tokens that are not text.
    """
    if isinstance(documents, str | bytes) or not hasattr(documents, "__iter__"):
        raise DataError(
            f"{name} is {type(documents).__name__}; a list of documents is expected, each a list of tokens."
        )
    checked = []
    for row, tokens in enumerate(documents):
        if isinstance(tokens, str | bytes) or not hasattr(tokens, "__iter__"):
            raise DataError(
                f"{name}: row {row} is {type(tokens).__name__}, not a list of tokens: {tokens!r:.60}. "
                "Cut it into tokens first."
            )
        checked.append(list(tokens))
        for token in checked[-1]:
            if not isinstance(token, str):
                raise DataError(f"{name}: row {row} holds {type(token).__name__}, not a token of text: {token!r:.60}.")
    return checked


def _column(raw: Any, name: str) -> Any:
    """Return an iterable column from whatever holds one."""
    if isinstance(raw, str | bytes):
        raise DataError(f"{name} is a single {type(raw).__name__}; a list of documents is expected. Pass [text].")
    if isinstance(raw, list | tuple):
        return raw
    if isinstance(raw, Mapping | set | frozenset):
        raise DataError(f"{name} is a {type(raw).__name__}, which has no order of rows; pass a list of str.")
    shape = getattr(raw, "shape", None)
    if shape is not None and len(shape) == 2:
        return _column_of_frame(raw, shape, name)
    if shape is not None and len(shape) != 1:
        raise DataError(f"{name} has the shape {tuple(shape)}; one column of documents is expected.")
    for method in ("to_pylist", "to_list", "tolist"):  # Arrow, pandas and polars, numpy
        if hasattr(raw, method):
            return getattr(raw, method)()
    if hasattr(raw, "__len__") and hasattr(raw, "__getitem__"):
        return list(raw)
    raise DataError(
        f"{name} is {type(raw).__name__}, which can be read only once or not at all; pass a list of str, "
        "such as list(documents)."
    )


def _column_of_frame(raw: Any, shape: tuple[int, ...], name: str) -> Any:
    if shape[1] != 1:
        raise DataError(
            f"{name} has {shape[1]} columns; one column of documents is expected. Pass the column that holds the text."
        )
    if hasattr(raw, "iloc"):  # pandas
        return raw.iloc[:, 0].tolist()
    if hasattr(raw, "column"):  # Arrow
        return raw.column(0).to_pylist()
    if hasattr(raw, "to_series"):  # polars
        return raw.to_series(0).to_list()
    if hasattr(raw, "ravel"):  # numpy
        return raw.ravel().tolist()
    raise DataError(f"{name} is {type(raw).__name__}, a table of a kind that is not known; pass a list of str.")
