"""How a document becomes n-grams: the analyzer, its tokenizer and the span of n, as data."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from numbers import Integral
from typing import TYPE_CHECKING, Any

from textgd.errors import InvalidParameterError, suggestion
from textgd.text.tokenizer import Tokenizer

if TYPE_CHECKING:
    from textgd.text.documents import TokenizedDocuments
    from textgd.text.vocabulary import Vocabulary

__all__ = ["ANALYZERS", "MAX_N", "Analysis", "is_read_slowly"]

ANALYZERS = ("word", "char", "char_wb")
# How far an n-gram reaches is kept in one byte.
MAX_N = 255

# Below so many characters it takes longer to load the compiled code than to do without it.
_REFERENCE_CHARACTERS = 20_000

_WHITE_SPACE = re.compile(r"\s\s+")


def is_read_slowly(documents: Sequence[str]) -> bool:
    """Whether documents are so few that the reference implementation reads them, which gives the same result.

    It does as long as the compiled code is not loaded: a single prediction from the command line is over before numba
    is imported.
    """
    return "numba" not in sys.modules and sum(map(len, documents)) <= _REFERENCE_CHARACTERS


@dataclass(frozen=True)
class Analysis:
    """From a document to its n-grams.

    Parameters
    ----------
    tokenizer : Tokenizer
        What a token is.  For characters, only its preprocessing counts.
    analyzer : {"word", "char", "char_wb"}
        N-grams of tokens, of characters, or of characters inside words that are padded with a space on each side.
    ngram_range : tuple of int
        The least and the greatest n.

    Examples
    --------
    >>> list(Analysis(ngram_range=(1, 2)).ngrams("So good"))
    [('so',), ('good',), ('so', 'good')]
    """

    tokenizer: Tokenizer = field(default_factory=Tokenizer)
    analyzer: str = "word"
    ngram_range: tuple[int, int] = (1, 1)

    def __post_init__(self) -> None:
        if self.analyzer not in ANALYZERS:
            raise InvalidParameterError(
                f"There is no analyzer {self.analyzer!r}. {suggestion(self.analyzer, ANALYZERS)}"
            )
        span: Any = self.ngram_range
        if not (
            isinstance(span, tuple)
            and len(span) == 2
            and all(isinstance(n, Integral) and not isinstance(n, bool) for n in span)
            and 1 <= span[0] <= span[1] <= MAX_N
        ):
            raise InvalidParameterError(
                f"ngram_range is {self.ngram_range!r}; two whole numbers are expected, the first at least 1, "
                f"the second at least the first and at most {MAX_N}, such as (1, 2)."
            )

    @property
    def separator(self) -> str:
        """What stands between the tokens of an n-gram in the name of its feature."""
        return " " if self.analyzer == "word" else ""

    def scan(
        self, documents: Sequence[str], n_jobs: int | None = None, vocabulary: Vocabulary | None = None
    ) -> TokenizedDocuments:
        """Scan documents by compiled code; words get the numbers of `vocabulary` where one is given."""
        from textgd.text.scanner import scan_characters, scan_tokens

        if self.analyzer == "word":
            return scan_tokens(documents, self.tokenizer, n_jobs, vocabulary)
        return scan_characters(documents, self.tokenizer, self.analyzer == "char_wb", n_jobs)

    def name(self, ngram: Sequence[str]) -> str:
        """Return the feature name of an n-gram."""
        return self.separator.join(ngram)

    def parse(self, name: str) -> tuple[str, ...]:
        """Return the n-gram of a feature name."""
        return tuple(name.split(self.separator)) if self.separator else tuple(name) or ("",)

    def pieces(self, document: str) -> list[list[str]]:
        """Return the runs of tokens that no n-gram reaches across: the reference of `scan`."""
        if self.analyzer == "word":
            return [self.tokenizer.tokens(document)]
        text = self.tokenizer.preprocess(document)
        if self.analyzer == "char":
            return [list(_WHITE_SPACE.sub(" ", text))]
        return [list(f" {word} ") for word in text.split()]

    def ngrams(self, document: str) -> Iterator[tuple[str, ...]]:
        """Yield the n-grams of a document: the reference of the compiled counting."""
        return self.ngrams_of(self.pieces(document))

    def ngrams_of(self, pieces: Iterable[Sequence[str]]) -> Iterator[tuple[str, ...]]:
        """Yield the n-grams of runs of tokens.

        A padded word that is shorter than the least n is a feature as a whole.
        """
        low, high = self.ngram_range
        for piece in pieces:
            if self.analyzer == "char_wb" and len(piece) < low:
                yield tuple(piece)
            for n in range(low, min(high, len(piece)) + 1):
                for start in range(len(piece) - n + 1):
                    yield tuple(piece[start : start + n])

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready data."""
        return {
            "tokenizer": self.tokenizer.to_dict(),
            "analyzer": self.analyzer,
            "ngram_range": [int(n) for n in self.ngram_range],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Analysis:
        """Return what `to_dict` described."""
        low, high = data["ngram_range"]
        return cls(Tokenizer.from_dict(data["tokenizer"]), data["analyzer"], (low, high))
