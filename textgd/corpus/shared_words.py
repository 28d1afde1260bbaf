"""Documents that differ in a few words: changed, dropped or added.

A word changed in a sentence of ten breaks nine of its fifty runs of five characters, and what MinHash then sees is
another text.  Counted in words the same pair differs by a tenth.  So documents are compared as bags of words here, all
pairs, by an index of their rarest words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textgd.corpus.duplicates import duplicate_groups, normalized

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SHARE", "nearly_equal_groups", "nearly_equal_pairs"]

#: The share of its words by which a short document may differ; one word always may.
SHARE = 0.15
# A long one may differ by this share and so many words more.
_SHARE_OF_LONG, _MORE = 0.11, 2
# Nats.  What two documents share has to be as rare as one in 60,000: "ok see you" and "ok love you" are no copies.
_LEAST_INFORMATION = 11.0


def nearly_equal_groups(texts: Sequence[str], n_jobs: int | None = None) -> NDArray[np.intp]:
    """Return which documents differ in a few words, or in a few characters as MinHash compares them.

    Parameters
    ----------
    texts : sequence of str
    n_jobs : int, optional
        Threads; None and -1 are all cores.

    Returns
    -------
    intp array of shape (n_documents,)
        The number of each document's group, in the order of first appearance.

    Examples
    --------
    >>> texts = ["the cat sat on the red mat today", "a dog", "the cat sat on the blue mat today", "a cat", "a"]
    >>> others = [f"{word} is something else" for word in ("one", "two", "three", "four", "five", "six", "seven")]
    >>> nearly_equal_groups([*texts, *others])[:5].tolist()
    [0, 1, 0, 2, 3]
    """
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    n = len(texts)
    by_characters = duplicate_groups(texts, "minhash", n_jobs)
    first = np.unique(by_characters, return_index=True)[1]
    pairs = np.concatenate([nearly_equal_pairs(texts), np.stack([np.arange(n), first[by_characters]], axis=1)])
    graph = coo_matrix((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    components = connected_components(graph, directed=False)[1] if n else np.zeros(0, np.intp)
    # Numbered by the first document of each.
    _, firsts, numbers = np.unique(components, return_index=True, return_inverse=True)
    place = np.empty(len(firsts), np.intp)
    place[np.argsort(firsts)] = np.arange(len(firsts))
    groups: NDArray[np.intp] = place[numbers]
    return groups


def nearly_equal_pairs(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return the pairs of documents that share all but a few of their words, and enough that are rare.

    Of n words, as many as the longer document has, `SHARE` may differ, and one always; of more than forty fewer.
    Words are what stands between white space, as `textgd.corpus.duplicates.normalized` writes it; their order does
    not count.

    Returns
    -------
    int64 array of shape (n_pairs, 2)
        Positions, the later document first.
    """
    import numpy as np

    from textgd.kernels.shared_words import similar_pairs

    ids, indptr, frequencies = _bags(texts)
    lengths = np.arange(int(np.diff(indptr).max(initial=0)) + 1)
    allowed = np.minimum(np.floor(SHARE * lengths + 0.5), np.floor(_SHARE_OF_LONG * lengths + 0.5) + _MORE)
    information = np.log(len(texts) / np.maximum(frequencies, 1))
    pairs: NDArray[np.int64] = similar_pairs(
        ids, indptr, np.maximum(allowed, 1).astype(np.int64), information, _LEAST_INFORMATION
    )
    return pairs


def _bags(texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Return the words of each document, ascending, the rarest first; where each starts; how many have each word."""
    import numpy as np

    numbers = _Words()
    words = [[numbers[word] for word in text.split()] for text in texts]
    indptr = np.zeros(len(texts) + 1, np.int64)
    flat = np.fromiter((number for of_one in words for number in of_one), np.int64)
    documents = np.repeat(np.arange(len(texts)), np.fromiter(map(len, words), np.int64, len(texts)))
    documents, flat = documents[flat >= 0], flat[flat >= 0]
    np.cumsum(np.bincount(documents, minlength=len(texts)), out=indptr[1:])
    # The second "the" of a document is another word than its first.
    order = np.lexsort((flat, documents))
    flat, documents = flat[order], documents[order]
    begins = np.ones(len(flat), bool)
    begins[1:] = (flat[1:] != flat[:-1]) | (documents[1:] != documents[:-1])
    places = np.arange(len(flat))
    occurrence = places - np.maximum.accumulate(np.where(begins, places, 0))
    _, terms = np.unique(flat * (occurrence.max(initial=0) + 1) + occurrence, return_inverse=True)
    frequencies = np.bincount(terms)
    by_rarity = np.argsort(frequencies, kind="stable")
    rank = np.empty(len(by_rarity), np.int32)
    rank[by_rarity] = np.arange(len(by_rarity))
    ids = rank[terms]
    return ids[np.lexsort((ids, documents))], indptr, frequencies[by_rarity]


class _Words(dict[str, int]):
    """The number of each word as it is compared, by the word as it stands; -1 where nothing is left of it."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        form = normalized(word)
        number = self._numbers.setdefault(form, len(self._numbers)) if any(map(str.isalnum, form)) else -1
        self[word] = number
        return number
