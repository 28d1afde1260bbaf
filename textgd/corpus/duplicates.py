"""Documents that say the same: an experiment must not test on a copy of what was learned from."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textgd.errors import UnknownNameError, suggestion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DUPLICATE_METHODS", "SIMILARITY", "duplicate_groups", "normalized"]

DUPLICATE_METHODS = ("exact", "minhash")

# The least share of common shingles, of all that two documents have, for which they count as near-duplicates.
SIMILARITY = 0.8

# What a text of plain ASCII loses before it is compared.
_NO_CONTENT = bytes(code for code in range(128) if not chr(code).isalnum())


def duplicate_groups(texts: Sequence[str], method: str | None = "exact", n_jobs: int | None = None) -> NDArray[np.intp]:
    """Return which documents are near-duplicates of each other.

    Parameters
    ----------
    texts : sequence of str
    method : {"exact", "minhash"} or None
        ``"exact"``: documents with the same letters and digits, whatever stands between them and in upper or lower
        case.  ``"minhash"``: also those that share `SIMILARITY` of their runs of five letters or digits, found by
        MinHash (of a hundred such pairs it misses less than one), and what these are near-duplicates of in turn.
        None: no two documents.
    n_jobs : int, optional
        Threads; None and -1 are all cores.  The result does not depend on it.

    Returns
    -------
    intp array of shape (n_documents,)
        The number of each document's group, in the order of first appearance.

    Raises
    ------
    UnknownNameError
        For another method.

    Examples
    --------
    >>> texts = ["Call me when you are at home!", "Win a prize", "call me, when you are at home", "WIN A PRIZE!!"]
    >>> duplicate_groups(texts).tolist()
    [0, 1, 0, 1]
    >>> duplicate_groups([*texts, "Call me when you are at home, ok?"], "minhash").tolist()
    [0, 1, 0, 1, 0]
    """
    import numpy as np

    if method is None:
        return np.arange(len(texts))
    if method not in DUPLICATE_METHODS:
        raise UnknownNameError(
            f"There is no method {method!r} to find near-duplicates. {suggestion(str(method), DUPLICATE_METHODS)}"
        )
    numbers: dict[str, int] = {}
    groups = np.fromiter((numbers.setdefault(normalized(text), len(numbers)) for text in texts), np.intp, len(texts))
    if method == "exact":
        return groups
    # The first of a group stands for it, so that their order is that of first appearance.
    _, joined = np.unique(_similar(list(numbers), n_jobs), return_inverse=True)
    return joined.astype(np.intp)[groups]


def normalized(text: str) -> str:
    """Return the letters and digits of a text in one form of each; a text with neither is itself, stripped.

    Examples
    --------
    >>> normalized("Ｆoo BAR, 1st!"), normalized(" :-) ")
    ('foobar1st', ':-)')
    """
    if text.isascii():
        return text.lower().encode().translate(None, _NO_CONTENT).decode() or text.strip()
    # Folding case can bring forth what has to be composed again.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded.translate(_CONTENT) or text.strip()


class _Content(dict[int, int | None]):
    """What becomes of each character: itself or nothing; filled as they come, for a call a character takes long."""

    def __missing__(self, code: int) -> int | None:
        kept = self[code] = code if _is_content(chr(code)) else None
        return kept


_CONTENT = _Content()


def _is_content(character: str) -> bool:
    """Return whether a character is a letter, a digit, or a sign that makes another letter of one, as in Hindi."""
    if character.isalnum():
        return True
    # Variation selectors say only how a character is drawn.
    return unicodedata.category(character)[0] == "M" and not "\ufe00" <= character <= "\ufe0f"


def _similar(texts: list[str], n_jobs: int | None) -> NDArray[np.int64]:
    """Return the first text of the group of each of some distinct texts."""
    import numpy as np

    from textgd.kernels.minhash import N_HASHES, band_keys, join_similar, shingle_sets, signatures
    from textgd.text.rows import row_blocks, row_starts
    from textgd.text.threads import run_in_threads

    def encoded(some: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        codes = np.frombuffer("".join(some).encode("utf-32-le", "surrogatepass"), np.uint32)
        return codes, row_starts(np.fromiter(map(len, some), np.int64, len(some)))

    blocks = row_blocks(row_starts(np.fromiter(map(len, texts), np.int64, len(texts))))
    parts = run_in_threads(lambda block: signatures(*encoded(texts[block])), blocks, n_jobs)
    least = np.concatenate([np.empty((0, N_HASHES), np.uint32), *parts])
    keys = band_keys(least)
    orders = np.argsort(keys, axis=1)
    ordered = np.take_along_axis(keys, orders, axis=1)
    is_shared = ordered[:, 1:] == ordered[:, :-1]
    # Most texts meet no other, and are not needed any more.
    meeting = np.unique(np.r_[orders[:, 1:][is_shared], orders[:, :-1][is_shared]])
    groups = np.arange(len(texts), dtype=np.int64)
    if len(meeting):
        keys = np.ascontiguousarray(keys[:, meeting])
        hashes, set_starts = shingle_sets(*encoded([texts[i] for i in meeting.tolist()]))
        firsts = join_similar(least[meeting], keys, np.argsort(keys, axis=1), hashes, set_starts, SIMILARITY)
        groups[meeting] = meeting[firsts]
    return groups
