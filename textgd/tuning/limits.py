"""How large a model may be, and how long it may take for a document."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]

# What is written into a file beside the model: where it comes from.
NOTES_BYTES = 2048
# Sizes grow with the documents, but less: at least by this power of their number, and more likely by that.
_LEAST_GROWTH, _LIKELY_GROWTH = 0.4, 0.75


@dataclass(frozen=True)
class Limits:
    """What a model may cost.

    Parameters
    ----------
    n_bytes : int or None
        The most that its file may have.
    seconds : float or None
        The most that it may take for a document, in the median.
    """

    n_bytes: int | None = None
    seconds: float | None = None

    @property
    def are_set(self) -> bool:
        """Whether there is any."""
        return self.n_bytes is not None or self.seconds is not None

    def objection(self, n_bytes: int | None, seconds: float | None) -> str | None:
        """Return why a model is not allowed; None where it is.

        Examples
        --------
        >>> Limits(n_bytes=5_000_000).objection(9_400_000, None), Limits().objection(9_400_000, 1.0)
        ('too large', None)
        """
        if self.n_bytes is not None and n_bytes is not None and n_bytes + NOTES_BYTES > self.n_bytes:
            return "too large"
        if self.seconds is not None and seconds is not None and seconds > self.seconds:
            return "too slow"
        return None

    def is_hopeless(self, n_bytes: int | None, seconds: float | None, growth: float, likely: bool = False) -> bool:
        """Whether a model is not allowed with so many times the documents, at the least or likely."""
        power = _LIKELY_GROWTH if likely else _LEAST_GROWTH
        grown = None if n_bytes is None else int(n_bytes * growth**power)
        # Times of a prediction are measured, and no measurement is without noise.
        shorter = None if seconds is None else seconds / (1.0 if likely else 2.0)
        return self.objection(grown, shorter) is not None
