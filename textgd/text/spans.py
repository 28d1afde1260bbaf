"""Where the tokens of a document stand in it, as it was before anything was lower-cased, stripped or masked.

Every step from the document to its tokens is followed: what becomes of a character is known for each by itself, so that
a character of the preprocessed text has one place in the document; a token has the place of its characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from textgd.text.analysis import Analysis
from textgd.text.rows import row_starts
from textgd.text.search import find_in_order
from textgd.text.tokenizer import URL, Tokenizer

__all__ = ["PlacedTokens", "place_tokens"]

Places = NDArray[np.int64]

_SPACES = re.compile(r"\s\s+")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, eq=False)
class PlacedTokens:
    """The tokens of one document and their places in it.

    Parameters
    ----------
    tokens : list of str
        As the model reads them.
    starts, ends : int64 arrays of shape (n_tokens,)
        Token ``i`` stands for ``document[starts[i]:ends[i]]``; padding covers no characters.
    piece_starts : int64 array of shape (n_pieces + 1,)
        Piece ``p``, which no n-gram reaches across, has the tokens from ``piece_starts[p]`` to ``piece_starts[p + 1]``.
    """

    tokens: list[str]
    starts: Places
    ends: Places
    piece_starts: Places

    def __len__(self) -> int:
        return len(self.tokens)


def place_tokens(analysis: Analysis, document: str) -> PlacedTokens:
    """Return the tokens of a document, which are those of `Analysis.pieces`, and where they stand.

    Examples
    --------
    >>> placed = place_tokens(Analysis(), "İs it  FREE?")
    >>> list(zip(placed.tokens, placed.starts.tolist(), placed.ends.tolist(), strict=True))
    [('i̇s', 0, 2), ('it', 3, 5), ('free', 7, 11), ('?', 11, 12)]
    """
    text, starts, ends = _align(analysis.tokenizer, document)
    if analysis.analyzer == "char":
        return _characters(text, starts, ends)
    if analysis.analyzer == "char_wb":
        return _padded_words(text, starts, ends)
    tokens, spans = _cut(analysis.tokenizer, text)
    terms = list(analysis.tokenizer.terms(tokens))
    kept = [k for k, term in enumerate(terms) if term is not None]
    first, after = np.array([spans[k] for k in kept], np.int64).reshape(-1, 2).T
    # A token without characters stands where the next one would.
    starts = np.append(starts, len(document))[first]
    ends = np.where(after > first, np.append(ends, len(document))[after - 1], starts)
    return PlacedTokens([term for term in terms if term is not None], starts, ends, np.array([0, len(kept)]))


def _cut(tokenizer: Tokenizer, text: str) -> tuple[list[str], Sequence[tuple[int, int]]]:
    """Return the tokens of a preprocessed document, and where each starts and ends there."""
    if tokenizer.is_built_in:
        spans = list(tokenizer.scan(text))
        return [text[start:end] for start, end in spans], spans
    if tokenizer.pattern is None:
        tokens = tokenizer.cut(text)
        return list(map(tokenizer.joined, tokens)), find_in_order(tokens, text)
    group = tokenizer.pattern.groups
    spans = [
        match.span(group) if match.start(group) >= 0 else (match.start(),) * 2
        for match in tokenizer.pattern.finditer(text)
    ]
    return [tokenizer.joined(text[start:end]) for start, end in spans], spans


# From the document to the text that is cut


def _align(tokenizer: Tokenizer, document: str) -> tuple[str, Places, Places]:
    """Return the preprocessed document, and where each of its characters starts and ends in the document."""
    text = tokenizer.preprocess(document)
    if tokenizer.preprocessor is not None:
        return text, *_follow(text, document)
    folded = reduce(lambda folded, fold: fold(folded), tokenizer.folds, document)
    origins = _origins(tokenizer, document)
    starts, ends = origins, _behind_marks(document, origins)[origins + 1]
    if tokenizer.mask_urls and (urls := tokenizer.urls(folded)):
        starts, ends = _mask(starts, ends, urls)
    return text, starts, ends


def _origins(tokenizer: Tokenizer, document: str) -> Places:
    """Return for each character of the folded document the one that it comes from."""
    origins = np.arange(len(document))
    if document.isascii():
        return origins
    text = document
    for fold in tokenizer.folds:
        lengths = {c: len(fold(c)) for c in set(text)}
        origins = np.repeat(origins, np.fromiter(map(lengths.__getitem__, text), np.int64, len(text)))
        text = fold(text)
    return origins


def _behind_marks(document: str, origins: Places) -> Places:
    """Return for each place in the document the next one that is no mark which was stripped: it belongs before it."""
    places = np.arange(len(document) + 1)
    gone = np.ones(len(document) + 1, np.bool_)
    gone[origins] = False
    for place in np.flatnonzero(gone).tolist():
        gone[place] = place < len(document) and unicodedata.category(document[place])[0] == "M"
    stays = places[~gone]
    behind: Places = stays[np.searchsorted(stays, places)]
    return behind


def _mask(starts: Places, ends: Places, urls: list[tuple[int, int]]) -> tuple[Places, Places]:
    """Return the places where each web address became one word between two spaces."""
    width = len(f" {URL} ")
    new_starts, new_ends = [], []
    behind = 0
    for first, after in urls:
        new_starts += [starts[behind:first], np.full(width, starts[first])]
        new_ends += [ends[behind:first], np.full(width, ends[after - 1])]
        behind = after
    return np.concatenate([*new_starts, starts[behind:]]), np.concatenate([*new_ends, ends[behind:]])


def _follow(text: str, document: str) -> tuple[Places, Places]:
    """Return where the characters of a text stand in the document that a function of the user's made it from."""
    if len(text) == len(document):
        return np.arange(len(text)), np.arange(1, len(text) + 1)
    spans = [match.span() for match in _WORD.finditer(text)]
    starts, ends = np.zeros(len(text), np.int64), np.zeros(len(text), np.int64)
    behind, before = 0, 0
    for (first, after), (start, end) in zip(
        [*spans, (len(text),) * 2],
        [*find_in_order([text[a:b] for a, b in spans], document), (len(document),) * 2],
        strict=True,
    ):
        starts[behind:first], ends[behind:first] = min(before, start), max(before, start)
        starts[first:after], ends[first:after] = start, end
        if end - start == after - first:
            starts[first:after] = np.arange(start, end)
            ends[first:after] = starts[first:after] + 1
        behind, before = after, end
    return starts, ends


# Characters as tokens


def _characters(text: str, starts: Places, ends: Places) -> PlacedTokens:
    is_kept = np.ones(len(text), np.bool_)
    ends = ends.copy()
    for match in _SPACES.finditer(text):
        is_kept[match.start() + 1 : match.end()] = False
        ends[match.start()] = ends[match.end() - 1]
    tokens = list(_SPACES.sub(" ", text))
    return PlacedTokens(tokens, starts[is_kept], ends[is_kept], np.array([0, len(tokens)]))


def _padded_words(text: str, starts: Places, ends: Places) -> PlacedTokens:
    spans = [match.span() for match in _WORD.finditer(text)]
    first, after = np.array(spans, np.int64).reshape(-1, 2).T
    piece_starts = row_starts(after - first + 2)
    # The place in the text of each token; the padding stands just before the word, and just behind it.
    lengths = np.diff(piece_starts)
    places = np.arange(piece_starts[-1]) - np.repeat(piece_starts[:-1] + 1 - first, lengths)
    is_before, is_behind = places < np.repeat(first, lengths), places == np.repeat(after, lengths)
    places = np.clip(places, np.repeat(first, lengths), np.repeat(after - 1, lengths))
    tokens = [token for a, b in spans for token in f" {text[a:b]} "]
    starts, ends = np.where(is_behind, ends[places], starts[places]), np.where(is_before, starts[places], ends[places])
    # Words that could not be told apart in the document share a place, and their padding does too.
    starts = np.minimum.accumulate(starts[::-1])[::-1]
    return PlacedTokens(tokens, starts, np.maximum.accumulate(ends), piece_starts)
