"""Results as JSON and back: arrays, records of our classes, and what is said of JSON that holds none."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from textgd.errors import DataError

__all__ = ["DAMAGES", "arrays", "lists", "read_data", "record"]

Record = TypeVar("Record")

#: What is raised where JSON of the right kind does not hold what it should.
DAMAGES = (LookupError, TypeError, ValueError, AttributeError, StopIteration, OverflowError)


def read_data(text: str | bytes, name: str, kind: str, version: int, remedy: str) -> dict[str, Any]:
    """Return what JSON holds that `to_json` of one of our results wrote.

    Parameters
    ----------
    text : str or bytes
    name : str
        What messages call it.
    kind : str
        Of the result: its `kind`.
    version : int
        Its `format`.
    remedy : str
        What to do where it is something else.

    Raises
    ------
    DataError
    """
    what = kind.removeprefix("textgd ")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{name} is no JSON: {error}. {remedy}") from None
    if not isinstance(data, dict) or data.get("kind") != kind:
        raise DataError(f"{name} holds no {what} of textgd. {remedy}")
    if data.get("format") != version:
        raise DataError(
            f"{name} is in format {data.get('format')!r} of {what}; this version of textgd reads format "
            f"{version}. {remedy}, or use the version of textgd that wrote it."
        )
    return data


def lists(of: Mapping[str, NDArray[np.float64]]) -> dict[str, Any]:
    """Return arrays by name as lists."""
    return {name: array.tolist() for name, array in of.items()}


def arrays(of: Mapping[str, Any]) -> dict[str, NDArray[np.float64]]:
    """Return lists by name as arrays; None becomes NaN."""
    return {name: np.array(values, np.float64) for name, values in of.items()}


# What a field of each type may be in JSON; null is NaN where a number is expected.
_ALLOWED: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "str | None": (str, type(None)),
    "int": (int,),
    "bool": (bool,),
    "float": (float, int, type(None)),
    "float | None": (float, int, type(None)),
    "tuple[float, ...]": (list,),
    "Mapping[str, Any]": (dict,),
}


def record(cls: type[Record], data: Mapping[str, Any]) -> Record:
    """Return an instance of one of our dataclasses, each field of its type.

    Raises
    ------
    TypeError

    Examples
    --------
    >>> from textgd.evaluation.scores import Design
    >>> record(Design, {"n_train": 80, "n_test": 20})
    Design(n_train=80, n_test=20, is_official=False, n_least=1)
    """
    values: dict[str, Any] = dict(data)
    for field in fields(cls):  # type: ignore[arg-type]
        if field.name not in values:
            continue
        value, kind = values[field.name], str(field.type)
        is_allowed = isinstance(value, _ALLOWED[kind])
        if not is_allowed or (isinstance(value, bool) and kind != "bool"):
            raise TypeError(f"{field.name} of a {cls.__name__} is {value!r:.40}")
        if kind == "float":
            values[field.name] = math.nan if value is None else float(value)
        elif kind == "tuple[float, ...]":
            values[field.name] = tuple(map(float, value))
    return cls(**values)
