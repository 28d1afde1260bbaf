"""The axes of robustness curves: what is made worse, by how much, and what that is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError, UnknownNameError, suggestion

__all__ = [
    "AXES",
    "LABEL_NOISE",
    "MISSING",
    "PRIOR",
    "RANDOM",
    "TRUE_PRIOR",
    "WORST",
    "Axis",
    "check_levels",
    "find_axis",
    "level_label",
]

MISSING, LABEL_NOISE, PRIOR = "missing", "label-noise", "prior"
#: Which words are lost: any, or those that tell a class most.
RANDOM, WORST = "random", "worst"
#: The way of using a model in which it is told the class shares of the test documents.
TRUE_PRIOR = "true prior"


@dataclass(frozen=True)
class Axis:
    """What is made worse, level by level.

    Parameters
    ----------
    name : str
    title : str
        What the levels are; ``{class}`` stands for the class whose share moves.
    phrase : str
        A level in a sentence; ``{level}`` stands for it.
    levels : tuple of float
        Unless others are asked for.
    reference : float or None
        The level at which nothing is made worse; None: the share that the class has in the test part.
    """

    name: str
    title: str
    phrase: str
    levels: tuple[float, ...]
    reference: float | None

    @property
    def allowed(self) -> str:
        """Which levels there may be, in words."""
        return "shares between 0 and 1" if self.reference is None else "shares from 0 up to, but not including, 1"


AXES: Mapping[str, Axis] = MappingProxyType(
    {
        axis.name: axis
        for axis in (
            Axis(
                MISSING,
                "words lost from the test documents",
                "with {level} of the words lost",
                (0.0, 0.1, 0.3, 0.5, 0.7, 0.9),
                0.0,
            ),
            Axis(
                LABEL_NOISE,
                "wrong labels in the training part",
                "with {level} of the training labels wrong",
                (0.0, 0.05, 0.1, 0.2, 0.3, 0.4),
                0.0,
            ),
            Axis(
                PRIOR,
                "share of {class} among the test documents",
                "with {level} {class} among the test documents",
                (0.05, 0.1, 0.25, 0.5, 0.75, 0.9),
                None,
            ),
        )
    }
)


def find_axis(name: str) -> Axis:
    """Return the axis of that name.

    Raises
    ------
    UnknownNameError

    Examples
    --------
    >>> find_axis("missing").levels
    (0.0, 0.1, 0.3, 0.5, 0.7, 0.9)
    """
    try:
        return AXES[name]
    except (KeyError, TypeError):
        raise UnknownNameError(f"There is no axis {name!r}. {suggestion(str(name), AXES)}") from None


def check_levels(axis: Axis, levels: Any = None, reference: float | None = None) -> NDArray[np.float64]:
    """Return the levels of an axis, ascending, the one at which nothing is made worse among them.

    Parameters
    ----------
    axis : Axis
    levels : sequence of float, optional
        By default the axis's own.
    reference : float, optional
        The level at which nothing is made worse, where the axis does not know.

    Returns
    -------
    float64 array of shape (n_levels,)

    Raises
    ------
    InvalidParameterError
        For levels that are no ascending shares.

    Examples
    --------
    >>> check_levels(AXES["missing"], [0.2, 0.5]), check_levels(AXES["prior"], [0.1, 0.9], 0.25)
    (array([0. , 0.2, 0.5]), array([0.1 , 0.25, 0.9 ]))
    """
    try:
        given = np.array(axis.levels if levels is None else levels, np.float64)
    except (TypeError, ValueError):
        given = np.zeros(0)
    least = given > 0.0 if axis.reference is None else given >= 0.0
    if given.ndim != 1 or not len(given) or not (least & (given < 1.0)).all() or (np.diff(given) <= 0.0).any():
        raise InvalidParameterError(
            f"levels is {levels!r:.60}; allowed for the axis {axis.name} are ascending {axis.allowed}, such as "
            f"{', '.join(f'{level:g}' for level in axis.levels)} (--levels)."
        )
    undamaged = axis.reference if reference is None else reference
    assert undamaged is not None
    # A share of documents that is asked for and the one that is there may differ by less than one document.
    kept = given[np.abs(given - undamaged) > 1e-9]
    return np.sort(np.append(kept, undamaged))


def level_label(level: float) -> str:
    """Return a level as text.

    Examples
    --------
    >>> level_label(0.1), level_label(0.1337)
    ('10 %', '13.4 %')
    """
    return f"{100.0 * level:.3g} %"
