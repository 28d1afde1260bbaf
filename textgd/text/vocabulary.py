"""The distinct terms of some documents, sorted."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from textgd.container import Arrays, check_starts, take_array

if TYPE_CHECKING:
    from textgd.kernels.terms import TermTable

__all__ = ["UTF8", "Vocabulary", "encode"]

# How text becomes bytes everywhere: lone surrogates, which JSON can bring in, survive the round trip.
UTF8 = ("utf-8", "surrogatepass")


def encode(text: str) -> bytes:
    """Return the UTF-8 of a text that may hold lone surrogates."""
    return text.encode(*UTF8)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Terms and their numbers; term ``i`` is the i-th by its code points.

    An unknown term has the number ``len(vocabulary)``.

    Parameters
    ----------
    blob : uint8 array
        The terms' UTF-8, end to end.
    offsets : int64 array of shape (n_terms + 1,)
        Where each term starts in `blob`, and where the last one ends.

    Examples
    --------
    >>> vocabulary = Vocabulary.from_terms(["spam", "ham"])
    >>> list(vocabulary), vocabulary.find("spam"), vocabulary.find("eggs")
    (['ham', 'spam'], 1, 2)
    """

    blob: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    @classmethod
    def from_terms(cls, terms: Iterable[str]) -> Vocabulary:
        """Return the vocabulary of these terms, which may repeat and stand in any order."""
        encoded = sorted({encode(term) for term in terms})
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(term) for term in encoded], out=offsets[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), offsets)

    def pack(self) -> Arrays:
        """Return the arrays that stand for it in a file."""
        return {"terms": self.blob, "term_offsets": self.offsets}

    @classmethod
    def unpack(cls, arrays: Arrays) -> Vocabulary:
        """Return what `pack` gave, checked so that its numbers may be used as indices without another look.

        Raises
        ------
        ValueError, KeyError
        """
        blob = take_array(arrays, "terms", 1, np.uint8)
        offsets = take_array(arrays, "term_offsets", 1, np.int64)
        check_starts("term_offsets", offsets, len(blob))
        blob.tobytes().decode(*UTF8)
        if (blob[offsets[offsets < len(blob)]] & 0xC0 == 0x80).any():
            raise ValueError("a term begins inside a character")
        return cls(blob, offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getstate__(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}  # not what can be computed again

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self):
            raise IndexError(f"term {number} of {len(self)}")
        return self._bytes(number).decode(*UTF8)

    def __iter__(self) -> Iterator[str]:
        blob = self.blob.tobytes()
        ends = self.offsets.tolist()
        return (blob[a:b].decode(*UTF8) for a, b in itertools.pairwise(ends))

    @cached_property
    def _views(self) -> tuple[memoryview, memoryview]:
        """The arrays as plain memory: single entries are read several times faster than through numpy."""
        return self.blob.data, self.offsets.data

    def _bytes(self, number: int) -> bytes:
        blob, offsets = self._views
        return blob[offsets[number] : offsets[number + 1]].tobytes()

    def find(self, term: str) -> int:
        """Return the number of a term, ``len(self)`` where it is unknown."""
        wanted = encode(term)
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self._bytes(low) == wanted else len(self)

    def find_all(self, other: Vocabulary) -> NDArray[np.int32]:
        """Return the number here of each term of `other`, shape (len(other) + 1,); the last entry is unknown's."""
        from textgd.kernels.terms import find_sorted

        found: NDArray[np.int32] = find_sorted(other.blob, other.offsets, self.blob, self.offsets)
        return found

    @cached_property
    def table(self) -> TermTable:
        """The terms in a hash table, with the same numbers."""
        from textgd.kernels.terms import index_terms

        table: TermTable = index_terms(self.blob, self.offsets)
        return table

    def take(self, numbers: NDArray[np.int64]) -> Vocabulary:
        """Return the vocabulary of some of the terms, given by ascending numbers."""
        from textgd.kernels.terms import take_terms

        return Vocabulary(*take_terms(self.blob, self.offsets, numbers))

    @cached_property
    def term_hashes(self) -> NDArray[np.uint64]:
        """The 64-bit hash of each term, which does not depend on the other terms."""
        from textgd.kernels.terms import hash_terms

        hashes: NDArray[np.uint64] = hash_terms(self.blob, self.offsets)
        return hashes
