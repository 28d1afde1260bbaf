"""Who of two is ahead at which sizes, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from textgd.evaluation.crossover import ALWAYS, NEVER, ONCE, OUTSIDE, SEVERAL, Crossover
from textgd.evaluation.display import rounded_size, visible
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
    split: Mapping[int, int] | None = None,
) -> str:
    """Return who of two sides is ahead where; one of them is, somewhere.

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
    split : dict of size -> {1, -1}, optional
        Who is ahead on which side of a crossing that is decided by all sizes together
        (`textgd.evaluation.crossover.split_by`); by default as `ahead` says.

    Examples
    --------
    >>> sides, ahead = (Side("nb", "nb"), Side("lr", "lr")), {20: 1, 40: 1, 80: 0, 160: -1}
    >>> leading_clause(sides, Crossover("nb", "lr", 81.2, 45.0, None, 0.99, "once"), ahead, Names())
    'nb is ahead below 81 documents [45, above 160]; lr above'
    >>> leading_clause(sides, Crossover("nb", "lr", None, None, None, 0.2, "undecided"), {20: 1, 40: 1, 80: 0}, Names())
    'nb is ahead of lr from 20 to 40 documents; undecided above 40'
    """
    return _Clause(sides, crossover, ahead, names, unit, comma, split or ahead).text()


@dataclass(frozen=True)
class _Clause:
    sides: tuple[Side, Side]
    crossover: Crossover
    ahead: Mapping[int, int]
    names: Names
    unit: str
    comma: str
    split: Mapping[int, int]

    def text(self) -> str:
        first, second = self.sides
        kind = self.crossover.kind
        if kind == ONCE and self.crossover.size is not None:
            return self._crossed()
        won = [(size, side) for size, side in self.ahead.items() if side]
        ranges = [(key, [size for size, _ in group]) for key, group in groupby(won, key=lambda item: item[1])]
        early, late = (first, second) if ranges[0][0] > 0 else (second, first)
        if kind in (ONCE, SEVERAL):
            parts = [f"{self.names(first if key > 0 else second)} {self._span(sizes)}" for key, sizes in ranges]
            changes = "changes more than once" if kind == SEVERAL else "changes"
            return f"the lead {changes}: {', '.join(parts)}"
        leader = f"{self.names(early)} is ahead of {self.names(late)}"
        sure = ranges[0][1]
        if kind in (ALWAYS, NEVER) and len(self.ahead) > 1:
            throughout = f"{leader} throughout, {self._span(list(self.ahead))}"
            return throughout if len(sure) == len(self.ahead) else f"{throughout}{self.comma}{self._surely(sure)}"
        return self.comma.join([f"{leader} {self._span(sure)}", *self._rest(sure, late)])

    def _crossed(self) -> str:
        """Return who is ahead on either side of a crossing, and how sure that is where the sizes do not all say so."""
        early = next(side for side in self.split.values() if side)
        first, second = self.sides[::early]
        won, caught_up = ([size for size, side in self.ahead.items() if side == one] for one in (early, -early))
        nowhere = ", though at no single size surely"
        below = f"{self.names(first)} is ahead below {self._crossing()}{'' if won else nowhere}"
        above = f"{self.names(second)} above"
        if not caught_up:
            above += nowhere
        elif caught_up[-1] != max(self.ahead):
            above += f", {self._surely(caught_up)}"  # what is told of the largest size would contradict it
        if not won or not caught_up:
            probability = self.crossover.probability
            likely = f"{probability:.3f}" if probability < 0.9995 else "> 0.999"
            above += f" (probability of the crossing {likely})"
        return f"{below}{self.comma}{above}"

    def _surely(self, sure: Sequence[int]) -> str:
        """Return at which sizes a lead is significant that holds at others too."""
        n_between = sum(sure[0] <= size <= sure[-1] for size in self.ahead)
        if n_between == len(sure):
            return f"surely {self._span(sure)}"
        return f"surely at {listed([f'{size:,}' for size in sure])} {self.unit}"

    def _rest(self, won: Sequence[int], behind: Side) -> Iterable[str]:
        """Yield what is to be said of the sizes at which the one leader does not lead surely."""
        sizes = list(self.ahead)
        doubtful = [size for size in sizes if won[0] < size < won[-1] and size not in won]
        if doubtful:
            yield f"not surely at {listed([f'{size:,}' for size in doubtful])}"
        if sizes[0] < won[0] == won[-1] < sizes[-1]:
            yield "undecided elsewhere"
        else:
            ends = [f"below {won[0]:,}"] * (won[0] > sizes[0]) + [f"above {won[-1]:,}"] * (won[-1] < sizes[-1])
            if ends:
                yield f"undecided {listed(ends)}"
        if self.crossover.kind == OUTSIDE and self.crossover.size is not None:
            where = "above" if self.crossover.size > sizes[-1] else "below"
            yield f"if the trend goes on, {self.names(behind)} is ahead {where} {self._crossing()}"

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
    low = low_open if crossover.low is None else rounded_size(crossover.low)
    high = high_open if crossover.high is None else rounded_size(crossover.high)
    return f"{rounded_size(size)} {unit} [{low}, {high}]"
