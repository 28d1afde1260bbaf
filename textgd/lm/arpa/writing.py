"""Writing ARPA files: many n-grams at a time, as arrays of characters."""

from __future__ import annotations

import codecs
import gzip
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textgd.container import check_destination, open_beside, reported
from textgd.lm.arpa.lines import unpacked
from textgd.lm.arpa.logarithms import LN10, LOG10_ZERO, natural
from textgd.lm.arpa.spelling import END, START, UNKNOWN, escape
from textgd.lm.model import NgramModel
from textgd.text.vocabulary import encode

__all__ = ["write_arpa"]

# So many n-grams are put together at a time, so that they stay in the cache.
_N_LINES = 1 << 16
# Fewer than these do where the same 32 bits are read back.
_DECIMALS = 8


def write_arpa(path: str | os.PathLike[str], model: NgramModel) -> None:
    r"""Write a language model as KenLM's ``lmplz`` does; what it says of its smoothing is lost.

    Parameters
    ----------
    path : path of the file
        Compressed by gzip if it ends in ``.gz``.  An ARPA file that is there is replaced once all is written; any
        other file is left alone.
    model : NgramModel
        A probability of 0 is written as log10 p = -99, but that of ``<s>``, which is never predicted, as 0.

    Raises
    ------
    ModelFileError
        Where the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_arpa(f"{folder}/bigrams.arpa", NgramModel.fit([["to", "be"], ["to", "do"]], order=2))
    ...     print(Path(folder, "bigrams.arpa").read_text().expandtabs(12))
    \data\
    ngram 1=6
    ngram 2=5
    <BLANKLINE>
    \1-grams:
    -1          <unk>       0
    0           <s>         -0.30103
    -0.52287875 </s>        0
    -0.69897    be          -0.30103
    -0.69897    do          -0.30103
    -0.69897    to          -0.30103
    <BLANKLINE>
    \2-grams:
    -0.18708664 be </s>
    -0.18708664 do </s>
    -0.45593194 to be
    -0.45593194 to do
    -0.22184875 <s> to
    <BLANKLINE>
    \end\
    <BLANKLINE>
    """
    to_compress = Path(path).suffix == ".gz"  # of the name that was given: a link may lead to another
    path = check_destination(path, "ARPA file", "model.arpa", _looks_like_arpa)
    with reported(path, "written"), open_beside(path) as file:
        if not to_compress:
            file.writelines(_text(model))
        else:
            with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:  # the same model gives the same bytes
                packed.writelines(_text(model))


def _looks_like_arpa(path: Path) -> bool:
    try:
        with path.open("rb") as raw, unpacked(raw) as file:
            head = file.read(1 << 16)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return False
    return any(line.strip() == b"\\data\\" for line in head.removeprefix(codecs.BOM_UTF8).split(b"\n"))


def _text(model: NgramModel) -> Iterator[bytes]:
    """Yield the pieces of the file.  A line begins with its line feed here: then every part but the first is alike."""
    yield b"\\data\\\n"
    for n, level in enumerate(model.levels, 1):
        yield b"ngram %d=%d\n" % (n, len(level.tokens))
    names = [encode(escape(term)) for term in model.vocabulary] + [UNKNOWN, END, START]
    offsets = np.cumsum([0, *(1 + len(name) for name in names)])
    names_after = {mark: np.frombuffer(mark + mark.join(names), np.uint8) for mark in (b"\t", b" ")}
    names_blob = np.concatenate([names_after[b"\t"], names_after[b" "]])
    for n, level in enumerate(model.levels, 1):
        yield b"\n\\%d-grams:" % n
        ngrams = np.arange(len(level.tokens))
        if n == 1:
            ngrams = np.concatenate([[model.unknown, model.start, model.end], ngrams[: model.unknown]])
        for first in range(0, len(ngrams), _N_LINES):
            yield _lines_of(model, n, ngrams[first : first + _N_LINES], names_blob, offsets)
        yield b"\n"
    yield b"\n\\end\\\n"


def _lines_of(
    model: NgramModel, n: int, ngrams: NDArray[np.intp], names_blob: NDArray[np.uint8], offsets: NDArray[np.int64]
) -> bytes:
    """Return the lines of some n-grams; `names_blob` holds all tokens after a tab, then all after a space."""
    level = model.levels[n - 1]
    log_prob = np.minimum(level.log_prob[ngrams], 0)  # not above by rounding, which no reader takes
    if n == 1:
        log_prob[ngrams == model.start] = 0
    numbers = [_numerals(log_prob, b"\n")]
    if n < model.order:
        numbers.append(_numerals(level.log_backoff[ngrams], b"\t"))
    starts = np.empty((len(ngrams), n + len(numbers)), np.int64)
    lengths = np.empty_like(starts)
    node = ngrams
    for depth in range(n, 0, -1):
        token = model.levels[depth - 1].tokens[node]
        starts[:, depth] = offsets[token] + (0 if depth == 1 else offsets[-1])
        lengths[:, depth] = offsets[token + 1] - offsets[token]
        if depth > 1:
            node = np.searchsorted(model.levels[depth - 1].starts, node, side="right") - 1
    end = len(names_blob)
    for column, (blob, length) in zip((0, n + 1), numbers, strict=False):
        lengths[:, column] = length
        starts[:, column] = end + np.cumsum(length) - length
        end += len(blob)
    return _gather(np.concatenate([names_blob, *(blob for blob, _ in numbers)]), starts, lengths).tobytes()


def _gather(source: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return pieces of `source` one after the other."""
    starts, lengths = starts.ravel(), lengths.ravel()
    before = np.cumsum(lengths) - lengths
    places = np.repeat(starts - before, lengths)
    places += np.arange(len(places))
    pieces: NDArray[np.uint8] = source[places]
    return pieces


def _numerals(values: NDArray[np.float32], mark: bytes) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return natural logarithms as text of decimal ones, each after a mark, end to end; and how long each is."""
    decimal = values.astype(np.float64) / LN10
    decimal[decimal == -np.inf] = LOG10_ZERO
    decimal = np.clip(decimal, -1e9, 1e9)  # as much as 64 bits hold
    rounded, shorter = np.round(decimal, _DECIMALS), np.round(decimal, _DECIMALS - 1)
    rounded = np.where(natural(shorter) == values, shorter, rounded)
    rest = np.rint(np.abs(rounded) * 10**_DECIMALS).astype(np.int64)
    n_whole = len(str(int(rest.max(initial=0)) // 10**_DECIMALS))
    text = np.empty((len(values), 2 + n_whole + 1 + _DECIMALS), np.uint8)
    shown = np.empty(text.shape, np.bool_)
    text[:, :2] = [*mark, *b"-"]
    shown[:, 0], shown[:, 1] = True, (decimal < 0) & (rest > 0)
    point = 2 + n_whole
    text[:, point] = ord(".")
    significant = np.zeros(len(values), np.bool_)
    for column in [*range(text.shape[1] - 1, point, -1), *range(point - 1, 1, -1)]:
        if column == point - 1:
            shown[:, point] = significant
        if column < point:
            shown[:, column] = (rest > 0) | (column == point - 1)
        rest, digit = np.divmod(rest, 10)
        text[:, column] = digit + ord("0")
        if column > point:  # zeros at the end are left out
            significant |= digit > 0
            shown[:, column] = significant
    return text[shown], shown.sum(1)
