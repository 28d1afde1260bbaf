"""Numbers in sentences."""

from __future__ import annotations

__all__ = ["counted"]


def counted(n: int, noun: str) -> str:
    """Return how many there are of something.

    Examples
    --------
    >>> counted(1, "document"), counted(12_000, "document")
    ('1 document', '12,000 documents')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
