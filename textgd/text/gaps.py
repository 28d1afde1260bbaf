"""Texts in which words are missing: what marks such a gap, and how what is left is read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.text.documents import TokenizedDocuments
from textgd.text.rows import row_starts
from textgd.text.tokenizer import Tokenizer
from textgd.validation import check_number

__all__ = ["GAP", "MISSING", "GappedTexts", "check_mark", "remove_words"]

#: Stands in a text where one word is missing.
GAP = "___"
#: The number of a token that is missing.
MISSING = -1

# Words as everybody means them, where they stand in a text: nothing is changed that would move them.
_WORDS = Tokenizer(lowercase=False)
_ASCII_WORDS = re.compile(r"\w+(?:'\w+)*", re.ASCII)


def check_mark(mark: Any) -> str:
    """Return what marks a missing word, checked.

    Raises
    ------
    InvalidParameterError
        Where it is no str, empty, or holds white space.
    """
    if not isinstance(mark, str) or not mark or any(map(str.isspace, mark)):
        raise InvalidParameterError(
            f"The mark of a missing word is {mark!r:.40}; characters without white space are expected, such as {GAP!r}."
        )
    return mark


def _beside(mark: str) -> str:
    """Return what a mark does not stand beside: it is no part of a word, and no longer line of one character."""
    return r"[\w" + (re.escape(mark[0]) if len(set(mark)) == 1 else "") + "]"


@lru_cache
def _pattern(mark: str) -> re.Pattern[str]:
    """Return what finds a mark that stands by itself."""
    beside = _beside(mark)
    return re.compile(f"(?<!{beside}){re.escape(mark)}(?!{beside})")


@dataclass(frozen=True, eq=False)
class GappedTexts:
    """Documents, cut where words are missing.

    Parameters
    ----------
    pieces : list of str
        What stands before, between and behind the gaps, of all documents one after the other.
    starts : int64 array of shape (n_documents + 1,)
        Document ``d`` is ``pieces[starts[d]:starts[d + 1]]``, with a gap between each piece and the next.
    """

    pieces: list[str]
    starts: NDArray[np.int64]

    @classmethod
    def cut(cls, documents: Sequence[str], mark: str = GAP) -> GappedTexts:
        """Cut documents at each mark that stands by itself, between white space or punctuation.

        Raises
        ------
        InvalidParameterError
            For what cannot be a mark.

        Examples
        --------
        >>> texts = GappedTexts.cut(["a ___ film (___)", "sign here: ______"])
        >>> texts.pieces, texts.n_gaps.tolist()
        (['a ', ' film (', ')', 'sign here: ______'], [2, 0])
        """
        pattern = _pattern(check_mark(mark))
        cut = [pattern.split(document) if mark in document else [document] for document in documents]
        lengths = np.fromiter(map(len, cut), np.int64, len(cut))
        return cls([piece for pieces in cut for piece in pieces], row_starts(lengths))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def n_gaps(self) -> NDArray[np.int64]:
        """How many words of each document are missing, shape (n_documents,)."""
        return np.diff(self.starts) - 1

    def closed(self) -> list[str]:
        """Return the documents without their gaps, as if no word had stood there."""
        bounds = self.starts.tolist()
        return ["".join(self.pieces[a:b]) for a, b in itertools.pairwise(bounds)]

    def sums(self, of_pieces: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the sum over each document of a number that each piece has."""
        return np.diff(row_starts(of_pieces)[self.starts])

    def join(self, pieces: TokenizedDocuments, missing: int = MISSING) -> TokenizedDocuments:
        """Return documents of tokens from their pieces, `missing` between each piece and the next.

        Examples
        --------
        >>> pieces = TokenizedDocuments.from_tokens([["b"], ["a", "b"], ["a"]])
        >>> documents = GappedTexts(["b", "a b", "a"], np.array([0, 2, 3])).join(pieces)
        >>> documents.ids.tolist(), documents.indptr.tolist()
        ([1, -1, 0, 1, 0], [0, 4, 5])
        """
        gaps_before = np.arange(len(self.pieces)) - np.repeat(np.arange(len(self)), np.diff(self.starts))
        ids = np.full(len(pieces.ids) + int(self.n_gaps.sum()), missing, np.int32)
        ids[np.arange(len(pieces.ids)) + np.repeat(gaps_before, np.diff(pieces.indptr))] = pieces.ids
        indptr = pieces.indptr[self.starts] + row_starts(self.n_gaps)
        return TokenizedDocuments(ids, indptr, pieces.vocabulary)

    def lost_share(self, n_tokens: NDArray[np.int64], ngram_range: tuple[int, int]) -> NDArray[np.float64]:
        """Return which share of the n-grams of each document touches a gap, shape (n_documents,).

        Parameters
        ----------
        n_tokens : int64 array of shape (n_pieces,)
            How many tokens each piece has.
        ngram_range : tuple of int

        Examples
        --------
        Of four words, the second is missing: so are two of the three bigrams.

        >>> texts = GappedTexts.cut(["a ___ film again", "a film", ""])
        >>> texts.lost_share(np.array([1, 2, 2, 0]), (1, 1)), texts.lost_share(np.array([1, 2, 2, 0]), (2, 2))
        (array([0.25, 0.  , 0.  ]), array([0.66666667, 0.        , 0.        ]))
        """
        whole = self.sums(n_tokens) + self.n_gaps
        spans = range(ngram_range[0], ngram_range[1] + 1)
        there = sum(self.sums(np.maximum(n_tokens - n + 1, 0)) for n in spans)
        possible = sum(np.maximum(whole - n + 1, 0) for n in spans)
        # Of a text too short for any n-gram, words are what is lost.
        share: NDArray[np.float64] = np.where(
            possible > 0, 1.0 - there / np.maximum(possible, 1), self.n_gaps / np.maximum(whole, 1)
        )
        return share


def remove_words(texts: Sequence[str], share: float, rng: np.random.Generator, mark: str = GAP) -> list[str]:
    """Return texts in which a share of the words is missing, each with the same chance.

    Parameters
    ----------
    texts : sequence of str
    share : float from 0 to 1
        Of the ``n`` words of a text, ``round(share * n)`` are replaced.  What is a word is what the default tokenizer
        says, punctuation apart.  The same `rng` and a greater share take out the same words and more.
    rng : Generator
    mark : str
        What is put in the place of each.

    Raises
    ------
    InvalidParameterError

    Examples
    --------
    >>> remove_words(["A good film, isn't it?", ""], 0.6, np.random.default_rng(0))
    ['A good ___, ___ ___?', '']
    """
    check_mark(mark)
    check_number("share", share, 0, 1)
    removed = []
    for text in texts:
        words = find_words(text)
        chosen = rng.permutation(len(words))[: round(share * len(words))]
        removed.append(replace_words(text, [words[k] for k in sorted(chosen.tolist())], mark))
    return removed


def find_words(text: str) -> list[tuple[int, int]]:
    """Return where each word of a text starts and ends.

    Examples
    --------
    >>> find_words("Isn't it? 50%")
    [(0, 5), (6, 8), (10, 12)]
    """
    if text.isascii():  # the same, by what is faster
        spans = [match.span() for match in _ASCII_WORDS.finditer(text)]
    else:
        spans = list(_WORDS.scan(_WORDS.preprocess(text)))
    return [(start, end) for start, end in spans if any(map(str.isalnum, text[start:end]))]


def replace_words(text: str, spans: Sequence[tuple[int, int]], mark: str = GAP) -> str:
    """Return a text with a mark in the place of some of its words.

    A space keeps a mark apart from what it would not stand by itself beside, as in scripts without spaces.

    Parameters
    ----------
    text : str
    spans : sequence of tuple of int
        Where each word starts and ends, one after the other.
    mark : str
    """
    is_beside = re.compile(_beside(check_mark(mark))).match
    parts: list[str] = []
    last = 0
    for k, (start, end) in enumerate(spans):
        before = text[last:start]
        behind = "" if k + 1 < len(spans) and spans[k + 1][0] == end else text[end : end + 1]
        left = before[-1:] or (mark[-1] if parts else "")
        parts += [before, " " if is_beside(left) else "", mark, " " if is_beside(behind) else ""]
        last = end
    return "".join([*parts, text[last:]])
