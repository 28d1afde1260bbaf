"""An experiment over the levels of something that is made worse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.experiment import Task
from textgd.evaluation.robustness_result import LineModel

__all__ = ["LevelTask", "Use"]


class Use(NamedTuple):
    """A line: a contestant, and how it is used.

    Attributes
    ----------
    contestant : int
        Which.
    reading : str
        Empty where there is one way alone.
    """

    contestant: int
    reading: str = ""


@dataclass(frozen=True, eq=False)
class LevelTask(Task):
    """Lines over shares: each contestant in each way it is used.

    Parameters
    ----------
    levels : float64 array of shape (n_levels,)
        Shares, ascending.
    reference : float
        The level at which nothing is made worse.
    uses : sequence of Use
        The lines.
    """

    levels: NDArray[np.float64]
    reference: float
    uses: Sequence[Use]

    remedy: ClassVar[str] = "fewer levels (--levels)"

    @property
    def points(self) -> NDArray[Any]:
        """The levels."""
        return self.levels

    @property
    def lines(self) -> Sequence[str]:
        """The names of the lines: of the contestants, with what they do in parentheses."""
        names = [self.contestants[use.contestant].name for use in self.uses]
        return [f"{name} ({use.reading})" if use.reading else name for name, use in zip(names, self.uses, strict=True)]

    @property
    def told(self) -> dict[str, Any]:
        """What results say of it beside what they say of any experiment."""
        return {}

    def describe(self, chosen: Mapping[str, Mapping[Any, Counter[str]]]) -> tuple[LineModel, ...]:
        """Return what results say of the lines, with how often each of several was chosen."""
        described = []
        for line, use in zip(self.lines, self.uses, strict=True):
            model = self.contestants[use.contestant].describe(chosen.get(line))
            described.append(LineModel(line, model.family, model.title, model.settings, model.name, use.reading))
        return tuple(described)

    def lines_of(self, contestant: int) -> list[int]:
        """Return the numbers of a contestant's lines."""
        return [line for line, use in enumerate(self.uses) if use.contestant == contestant]
