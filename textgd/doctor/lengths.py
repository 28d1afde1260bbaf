"""Documents that hold nothing, and documents far longer than all others."""

from __future__ import annotations

import numpy as np

from textgd.corpus import Corpus
from textgd.doctor.finding import Finding, examples_of, percent_of

__all__ = ["find_length_outliers", "is_empty", "length_limit"]

# In quartile distances of the logarithm above the upper quartile: of a log-normal law one in 10^9 lies beyond.
_FAR = 4.0
# At least so many times the upper quartile, for texts that are all of one length.
_TIMES = 4.0
_SHORTEST_LONG = 1000


def is_empty(text: str) -> bool:
    """Whether a text is empty, white space, or characters that are not seen."""
    return not any(c.isprintable() and not c.isspace() for c in text[:1000]) and not text.strip().strip(
        "\u200b\ufeff\0"
    )


def length_limit(lengths: list[int]) -> float:
    """Return the number of characters above which a document is far longer than the others."""
    there = np.log([length for length in lengths if length > 0] or [1])
    lower, upper = np.quantile(there, [0.25, 0.75])
    return float(max(np.exp(upper + _FAR * (upper - lower)), _TIMES * np.exp(upper), _SHORTEST_LONG))


def find_length_outliers(corpus: Corpus) -> list[Finding]:
    """Return what is empty, and what is far too long.

    Examples
    --------
    >>> corpus = Corpus(("win it", " ", "lunch " * 1000, "see you", "at six"), tuple("abbbb"), "five")
    >>> [(finding.kind, finding.rows) for finding in find_length_outliers(corpus)]
    [('empty', (2,)), ('length-outlier', (3,))]
    """
    findings = []
    empty = [row for row, text in enumerate(corpus.texts) if is_empty(text)]
    if empty:
        n = len(empty)
        findings.append(
            Finding(
                "empty",
                "warning",
                f"{n:,} document{'s' if n > 1 else ''} ({percent_of(n, len(corpus))}) "
                f"{'are' if n > 1 else 'is'} empty or white space: the class is all that can be learned from "
                f"{'them' if n > 1 else 'it'}.",
                "Drop them (--fix does), or find out where their text went.",
                tuple(row + 1 for row in empty),
                examples_of(corpus, empty),
            )
        )
    lengths = [len(text) for text in corpus.texts]
    limit = length_limit(lengths)
    long = sorted((row for row, length in enumerate(lengths) if length > limit), key=lambda row: -lengths[row])
    if long:
        n = len(long)
        findings.append(
            Finding(
                "length-outlier",
                "note",
                f"{n:,} document{'s' if n > 1 else ''} ({percent_of(n, len(corpus))}) {'are' if n > 1 else 'is'} far "
                f"longer than the others, the longest {max(lengths):,} characters (half have "
                f"{int(np.median(lengths)):,} or fewer): several documents in one, an attachment, or an open "
                "quote.",
                "Look at them; split or cut those that are no single document.",
                tuple(row + 1 for row in long),
                examples_of(corpus, long, width=100),
            )
        )
    return findings
