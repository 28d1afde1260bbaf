"""Reading ARPA files, and refusing what is none."""

from __future__ import annotations

import codecs
import gzip
import os
import re
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textgd.errors import DataError
from textgd.lm.arpa.lines import Lines, shown, unpacked
from textgd.lm.arpa.logarithms import LN10, LOG10_UNKNOWN
from textgd.lm.arpa.parsing import parsed
from textgd.lm.arpa.spelling import CONTROL, END, START, UNKNOWN, unescape
from textgd.lm.limits import MAX_ORDER
from textgd.lm.model import Level, NgramModel
from textgd.text.vocabulary import UTF8, Vocabulary

__all__ = ["read_arpa"]

# Some toolkits write notes before the header, but no longer ones.
_MAX_NOTES = 1 << 20
_MAX_NGRAMS = 2**31 - 1


def read_arpa(path: str | os.PathLike[str]) -> NgramModel:
    r"""Read a language model from an ARPA file, plain or compressed by gzip.

    Parameters
    ----------
    path : path of the file
        An n-gram without a backoff has the backoff 0; ``<unk>``, where it is missing, log10 p = -100, as in KenLM, and
        so has ``</s>`` in a file of order 1.  What `write_arpa` escaped is read back.

    Raises
    ------
    DataError
        Where the file cannot be read, is cut off, or is no sound ARPA file: an n-gram too often, more or fewer of them
        than the header says, a probability above 1, an n-gram that begins with one that is not there.  Nothing is
        repaired.

    Examples
    --------
    >>> import tempfile
    >>> lines = ["\\data\\", "ngram 1=3", "\\1-grams:", "-0.5 ham", "-0.5 </s>", "-0.6 <unk>", "\\end\\"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "unigrams.arpa").write_text("\n".join(lines))
    ...     model = read_arpa(f"{folder}/unigrams.arpa")
    >>> round(model.log_prob(["ham", "spam"]) / LN10, 4)
    -1.6
    """
    path = Path(path)
    try:
        with path.open("rb") as raw, unpacked(raw) as file:
            return _read(Lines(path, file))
    except FileNotFoundError:
        raise DataError(f"No such file: {path}") from None
    except IsADirectoryError:
        raise DataError(f"{path} is a folder; an ARPA file is expected.") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path}: the gzip data is damaged or cut off ({error}). Get the file again.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error


def _read(lines: Lines) -> NgramModel:
    counts = _read_header(lines)
    order = len(counts)
    numbers = _Numbers()
    n_unigrams, vocabulary, level = _read_unigrams(lines, order, numbers)
    _leave_level(lines, n_unigrams, counts, 1)
    levels = [level]
    keys: list[NDArray[np.int64]] = []
    for n in range(2, order + 1):
        levels.append(_read_level(lines, n, order, numbers, keys, len(levels[-1].tokens), len(vocabulary) + 2))
        _leave_level(lines, len(levels[-1].tokens), counts, n)
    if (trailing := lines.next()) is not None:
        raise lines.error(f"nothing is expected after \\end\\, but there is {shown(trailing)}.")
    return NgramModel(vocabulary, tuple(levels), {"name": "arpa"})


def _leave_level(lines: Lines, n_read: int, counts: list[int], n: int) -> None:
    """Go behind the line that ends the n-grams of one order, and check that all were there."""
    expected = f"\\{n + 1}-grams:" if n < len(counts) else "\\end\\"
    found = lines.next() or b""
    if n_read != counts[n - 1]:
        raise lines.error(f"there are {n_read} {n}-grams before it, but the header says {counts[n - 1]}.")
    if found != expected.encode():
        raise lines.error(f"{expected} is expected after the {n}-grams, not {shown(found)}.")


def _read_header(lines: Lines) -> list[int]:
    """Return how many n-grams of each order the file says that it has, and go to the first of them."""
    no_arpa = "is no ARPA file, which is text that begins with the line \\data\\."
    n_notes = 0
    while (line := lines.next()) is not None:
        if lines.number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if line == b"\\data\\":
            break
        n_notes += len(line)
        if n_notes > _MAX_NOTES:
            break
    if line is None and n_notes == 0:
        raise lines.error("is empty; an ARPA file is expected.", 0)
    if line != b"\\data\\":
        raise lines.error(f"{no_arpa} A binary model cannot be read; give the ARPA file that it was made from.", 0)
    counts: list[int] = []
    while (line := lines.next()) is not None:
        n = len(counts) + 1
        found = re.fullmatch(rb"ngram\s+(\d{1,9})\s*=\s*(\d{1,18})", line)
        if found is None:
            break
        if int(found[1]) != n:
            raise lines.error(f"the number of {n}-grams is expected, ngram {n}=..., not {shown(line)}.")
        if int(found[2]) > _MAX_NGRAMS:
            raise lines.error(f"so many n-grams cannot be held; {_MAX_NGRAMS} of one order are the most.")
        counts.append(int(found[2]))
    if line is None:
        raise lines.cut("\\1-grams:" if counts else "ngram 1=...")
    if not counts:
        raise lines.error(f"the header has to say how many n-grams there are, ngram 1=..., but has {shown(line)}.")
    if line != b"\\1-grams:":
        raise lines.error(f"ngram {n}=... or \\1-grams: is expected, not {shown(line)}.")
    if len(counts) > MAX_ORDER:
        raise lines.error(f"the model is of order {len(counts)}; the highest that can be read is {MAX_ORDER}.")
    return counts


class _Numbers(dict[bytes, int]):
    """The number of each token as the file spells it, -1 for others."""

    def __missing__(self, token: bytes) -> int:
        return -1


def _read_unigrams(lines: Lines, order: int, numbers: _Numbers) -> tuple[int, Vocabulary, Level]:
    """Return how many 1-grams there are, their terms, and the first level; enter their numbers."""
    terms: dict[str, int] = {}  # each with its place in the file
    controls: dict[bytes, int] = {}
    spelled: list[bytes] = []
    at_lines: list[int] = []
    log_probs, log_backoffs = [np.zeros(0, np.float32)], [np.zeros(0, np.float32)]
    for block in parsed(lines, 1, order):
        log_probs.append(block.log_prob)
        log_backoffs.append(block.log_backoff)
        for start, end, line in zip(
            block.starts[:, 0].tolist(), block.ends[:, 0].tolist(), block.lines.tolist(), strict=True
        ):
            token = block.data[start:end]
            place = len(spelled)
            if token in CONTROL:
                earlier = controls.setdefault(token.lower(), place)
            else:
                try:
                    term = token.decode(*UTF8)
                except UnicodeDecodeError:
                    raise lines.error(f"the token {shown(token)} is not UTF-8.", line) from None
                earlier = terms.setdefault(unescape(term) if "\\" in term else term, place)
            if earlier != place:
                raise lines.error(
                    f"the 1-gram {shown(token)} is there for the second time, after line {at_lines[earlier]}.", line
                )
            spelled.append(token)
            at_lines.append(line)
    missing = [token.decode() for token in (START, END) if token not in controls]
    if missing and order > 1:
        raise lines.error(
            f"the 1-grams end here, but {missing[0]} is not among them, which a model of order {order} needs."
        )
    vocabulary = Vocabulary.from_terms(terms)
    n_types = len(vocabulary) + 3
    # The place in the file of each token, in the order of their numbers; the last of all stands for a missing one.
    places = np.array(
        [*map(terms.__getitem__, vocabulary), *(controls.get(c, -1) for c in (UNKNOWN, END, START))], np.intp
    )
    log_prob = np.concatenate([*log_probs, np.full(1, LOG10_UNKNOWN * LN10, np.float32)])[places]
    log_backoff = np.concatenate([*log_backoffs, np.zeros(1, np.float32)])[places]
    log_prob[-1] = -np.inf  # <s> is never predicted
    for number, place in enumerate(places.tolist()):
        if place >= 0:
            numbers[spelled[place]] = number
    starts, tokens = np.array([0, n_types], np.int32), np.arange(n_types, dtype=np.int32)
    return len(spelled), vocabulary, Level(starts, tokens, log_prob, log_backoff if order > 1 else log_backoff[:0])


def _read_level(
    lines: Lines, n: int, order: int, numbers: _Numbers, keys: list[NDArray[np.int64]], n_above: int, start: int
) -> Level:
    """Return the n-grams of one order above 1.

    Parameters
    ----------
    keys : list of int64 arrays
        Of each order from 2 on, ``context << 32 | token`` of its n-grams, ascending, where the context is the place
        of the other tokens among the n-grams of the order below.  This order's are added.
    n_above : int
        How many (n - 1)-grams there are.
    start : int
        The number of ``<s>``.
    """
    keys_read, lines_read = [np.zeros(0, np.int64)], [np.zeros(0, np.intp)]
    log_probs, log_backoffs = [np.zeros(0, np.float32)], [np.zeros(0, np.float32)]
    for block in parsed(lines, n, order):
        spans = map(slice, block.starts.ravel().tolist(), block.ends.ravel().tolist())
        found = map(numbers.__getitem__, map(block.data.__getitem__, spans))
        tokens = np.fromiter(found, np.int64, block.starts.size).reshape(block.starts.shape)
        for i, k in np.argwhere(tokens < 0)[:1].tolist():
            token = shown(block.data[block.starts[i, k] : block.ends[i, k]])
            raise lines.error(f"the token {token} is not among the 1-grams.", block.lines[i])
        for i in np.flatnonzero((tokens[:, 1:] == start).any(1))[:1].tolist():
            raise lines.error(
                f"<s> stands inside of the {n}-gram {block.shown(i, n)}, but it is never predicted, so it can only "
                "come first.",
                block.lines[i],
            )
        node = tokens[:, 0]
        for k in range(1, n - 1):
            node = _places(keys[k - 1], node << 32 | tokens[:, k])
            for i in np.flatnonzero(node < 0)[:1].tolist():
                raise lines.error(
                    f"the {n}-gram {block.shown(i, n)} begins with {block.shown(i, k + 1)}, which is not among the "
                    f"{k + 1}-grams.",
                    block.lines[i],
                )
        keys_read.append(node << 32 | tokens[:, -1])
        lines_read.append(block.lines)
        log_probs.append(block.log_prob)
        log_backoffs.append(block.log_backoff)
    unsorted = np.concatenate(keys_read)
    ranks = np.argsort(unsorted, kind="stable")
    keys.append(unsorted[ranks])
    repeated = np.flatnonzero(keys[-1][1:] == keys[-1][:-1])
    if len(repeated):
        at_lines = np.concatenate(lines_read)[ranks]
        first, second = min((int(at_lines[i + 1]), int(at_lines[i])) for i in repeated.tolist())[::-1]
        raise lines.error(f"this {n}-gram is there for the second time, after line {first}.", second)
    starts = np.searchsorted(keys[-1], np.arange(n_above + 1) << 32).astype(np.int32)
    return Level(
        starts,
        (keys[-1] & 0xFFFFFFFF).astype(np.int32),
        np.concatenate(log_probs)[ranks],
        np.concatenate(log_backoffs)[ranks if n < order else ranks[:0]],
    )


def _places(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each wanted key is among ascending ones, -1 where it is not."""
    if len(keys) == 0:
        return np.full(len(wanted), -1)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    places[keys[places] != wanted] = -1
    return places
