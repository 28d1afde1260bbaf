"""Who of two is ahead at which sizes, in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from textgd.evaluation.crossover import ALWAYS, NEVER, ONCE, OUTSIDE, SEVERAL, Crossover
from textgd.evaluation.display import visible
from textgd.evaluation.sides import Side

__all__ = ["Names", "crossing_words", "leading_clause", "listed"]


class Names:
    """What sides are called: the family too when a side is spoken of first."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def __call__(self, side: Side) -> str:
        """Return what to call a side now."""
        is_new = side.model not in self._said
        self._said.add(side.model)
        return side.title if is_new else visible(side.model)


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> listed(["nb"]), listed(["nb", "lm", "lr"])
    ('nb', 'nb, lm and lr')
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def leading_clause(
    sides: tuple[Side, Side],
    crossover: Crossover,
    ahead: Mapping[int, int],
    names: Names,
    unit: str = "documents",
    comma: str = "; ",
) -> str:
    """Return who of two sides is ahead where.

    Parameters
    ----------
    sides : tuple of Side
        In the order of the crossover's models.
    crossover : Crossover
    ahead : dict of size -> {1, -1, 0}
        Who is significantly ahead (`textgd.evaluation.crossover.leads`).
    names : Names
    unit : str
        What the documents are called.
    comma : str
        What parts the clause.

    Examples
    --------
    >>> sides, ahead = (Side("nb", "nb"), Side("lr", "lr")), {20: 1, 40: 1, 80: 0, 160: -1}
    >>> leading_clause(sides, Crossover("nb", "lr", 81.2, 45.0, None, 0.99, "once"), ahead, Names())
    'nb is ahead below 81 documents [45, above 160]; lr above'
    >>> leading_clause(sides, Crossover("nb", "lr", None, None, None, 0.2, "undecided"), {20: 1, 40: 1, 80: 0}, Names())
    'nb is ahead of lr from 20 to 40 documents; undecided above 40'
    """
    return _Clause(sides, crossover, ahead, names, unit, comma).text()


@dataclass(frozen=True)
class _Clause:
    sides: tuple[Side, Side]
    crossover: Crossover
    ahead: Mapping[int, int]
    names: Names
    unit: str
    comma: str

    def text(self) -> str:
        first, second = self.sides
        won = [(size, side) for size, side in self.ahead.items() if side]
        if not won:
            return f"{self.names(first)} against {self.names(second)}: cannot tell yet"
        ranges = [(key, [size for size, _ in group]) for key, group in groupby(won, key=lambda item: item[1])]
        early, late = (first, second) if ranges[0][0] > 0 else (second, first)
        kind = self.crossover.kind
        if kind == ONCE and self.crossover.size is not None:
            return f"{self.names(early)} is ahead below {self._crossing()}{self.comma}{self.names(late)} above"
        if kind in (ONCE, SEVERAL):
            parts = [f"{self.names(first if key > 0 else second)} {self._span(sizes)}" for key, sizes in ranges]
            changes = "changes more than once" if kind == SEVERAL else "changes"
            return f"the lead {changes}: {', '.join(parts)}"
        leader = f"{self.names(early)} is ahead of {self.names(late)}"
        if kind in (ALWAYS, NEVER) and len(self.ahead) > 1:
            return f"{leader} throughout, {self._span(list(self.ahead))}"
        return self.comma.join([f"{leader} {self._span(ranges[0][1])}", *self._rest(ranges[0][1], late)])

    def _rest(self, won: Sequence[int], behind: Side) -> Iterable[str]:
        """Yield what is to be said of the sizes at which the one leader does not lead surely."""
        sizes = list(self.ahead)
        doubtful = [size for size in sizes if won[0] < size < won[-1] and size not in won]
        if doubtful:
            yield f"not surely at {listed([f'{size:,}' for size in doubtful])}"
        if self.crossover.kind == OUTSIDE and self.crossover.size is not None:
            where = "above" if self.crossover.size > sizes[-1] else "below"
            yield f"if the trend goes on, {self.names(behind)} is ahead {where} {self._crossing()}"
            return
        if sizes[0] < won[0] == won[-1] < sizes[-1]:
            yield "undecided elsewhere"
            return
        sides = [f"below {won[0]:,}"] * (won[0] > sizes[0]) + [f"above {won[-1]:,}"] * (won[-1] < sizes[-1])
        if sides:
            yield f"undecided {listed(sides)}"

    def _span(self, sizes: Sequence[int]) -> str:
        if len(sizes) == 1:
            return f"at {sizes[0]:,} {self.unit}"
        return f"from {sizes[0]:,} to {sizes[-1]:,} {self.unit}"

    def _crossing(self) -> str:
        return crossing_words(self.crossover, list(self.ahead), self.unit)


def crossing_words(crossover: Crossover, sizes: Sequence[int], unit: str = "documents") -> str:
    """Return where a crossing is, with its interval, and of an open end what is known of it.

    Parameters
    ----------
    crossover : Crossover
        With a size.
    sizes : sequence of int
        Those measured, ascending.
    unit : str

    Examples
    --------
    >>> crossing_words(Crossover("nb", "lr", 9134.0, 6021.0, None, 0.1, "outside"), [20, 4460])
    '9,100 documents [6,000, open]'
    """
    size = crossover.size
    assert size is not None
    low_open, high_open = f"below {sizes[0]:,}", f"above {sizes[-1]:,}"
    if size > sizes[-1]:
        low_open, high_open = f"below {sizes[-1]:,}", "open"
    elif size < sizes[0]:
        low_open, high_open = "open", f"above {sizes[0]:,}"
    low = low_open if crossover.low is None else _rounded(crossover.low)
    high = high_open if crossover.high is None else _rounded(crossover.high)
    return f"{_rounded(size)} {unit} [{low}, {high}]"


def _rounded(size: float) -> str:
    """Return a size to two digits: a crossing is never known better."""
    digits = 1 - math.floor(math.log10(max(size, 1.0)))
    return f"{round(size, digits) if digits < 0 else round(size):,.0f}"
