"""Results as data that JSON can hold."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

__all__ = ["plain"]


def plain(value: Any) -> Any:
    """Return dataclasses as dicts, arrays and tuples as lists, and None for a number that JSON has not: NaN, +-inf.

    Examples
    --------
    >>> plain({"scores": (0.5, math.nan), "bound": math.inf})
    {'scores': [0.5, None], 'bound': None}
    """
    if hasattr(value, "tolist"):  # numpy's, which only who has some needs to load
        value = value.tolist()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
