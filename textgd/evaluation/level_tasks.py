"""From an axis to the experiment over its levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textgd.errors import InvalidParameterError
from textgd.evaluation.axes import MISSING, PRIOR, Axis, check_levels
from textgd.evaluation.contestants import Contestant
from textgd.evaluation.entries import enter
from textgd.evaluation.label_noise import LabelNoiseTask
from textgd.evaluation.level_task import LevelTask, Use
from textgd.evaluation.lost_words import LostWordsTask, check_deletion, enter_readings
from textgd.evaluation.measures import Measure
from textgd.evaluation.moved_prior import PRIOR_READINGS, MovedPriorTask, choose_class, class_share
from textgd.evaluation.reading import Reading
from textgd.evaluation.splitting import SplitCorpus

__all__ = ["LevelEntry", "enter_for"]


@dataclass(frozen=True, eq=False)
class LevelEntry:
    """Who takes part in an experiment over levels, before any document is read.

    Attributes
    ----------
    axis : Axis
    contestants : sequence of Contestant
    uses : sequence of Use
        The lines.
    measure : Measure
    deletion, positive
        As in `textgd.robustness_curves`.
    """

    axis: Axis
    contestants: Sequence[Contestant]
    uses: Sequence[Use]
    measure: Measure
    deletion: str
    positive: Any

    def task(self, reading: Reading, data: SplitCorpus, seed: int, levels: Any) -> LevelTask:
        """Return the experiment.

        Raises
        ------
        InvalidParameterError, UnknownNameError
            For levels that are no ascending shares, and a class that the corpus does not have.
        """
        common = self.contestants, reading, data, self.measure, seed
        if self.axis.name == PRIOR:
            moving = choose_class(data, self.positive)
            reference = class_share(data, moving)
            return MovedPriorTask(*common, check_levels(self.axis, levels, reference), reference, self.uses, moving)
        shares = check_levels(self.axis, levels)
        assert self.axis.reference is not None
        if self.axis.name == MISSING:
            return LostWordsTask(*common, shares, self.axis.reference, self.uses, self.deletion)
        return LabelNoiseTask(*common, shares, self.axis.reference, self.uses)


def enter_for(
    axis: Axis, models: Any, measure: Measure, *, deletion: str | None, positive: Any, n_jobs: int
) -> LevelEntry:
    """Return who takes part.

    Parameters
    ----------
    axis : Axis
    models, deletion, positive
        As in `textgd.robustness_curves`.
    measure : Measure
    n_jobs : int
        Threads of a fit.

    Raises
    ------
    InvalidParameterError, UnknownNameError
    """
    for name, value, of in (("deletion", deletion, MISSING), ("positive", positive, PRIOR)):
        if value is not None and axis.name != of:
            raise InvalidParameterError(
                f"{name} (--{name}) is for the axis {of}; the axis here is {axis.name}. Leave it out."
            )
    chosen = check_deletion(deletion)
    if axis.name == MISSING:
        return LevelEntry(axis, *enter_readings(models, measure, n_jobs), measure, chosen, None)
    # Other priors need probabilities, whatever is measured.
    needs = "probabilities" if axis.name == PRIOR else measure.needs
    contestants = enter(models, measure, n_jobs=n_jobs, needs=needs)
    readings = PRIOR_READINGS if axis.name == PRIOR else ("",)
    uses = [Use(c, reading) for c in range(len(contestants)) for reading in readings]
    return LevelEntry(axis, contestants, uses, measure, chosen, positive)
