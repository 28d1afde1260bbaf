"""The logarithms in an ARPA file, which are decimal: the only place where logarithms are not natural."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["LN10", "LOG10_UNKNOWN", "LOG10_ZERO", "natural"]

LN10 = math.log(10)
# Stands for log10 of 0, as in SRILM: KenLM refuses what is not finite.
LOG10_ZERO = -99.0
# What KenLM gives to <unk> where a file does not have it.
LOG10_UNKNOWN = -100.0


def natural(decimal: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return decimal logarithms as natural ones."""
    with np.errstate(over="ignore"):
        return (decimal * LN10).astype(np.float32)
