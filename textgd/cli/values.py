"""Kinds of values that options take: times, sizes, shares, as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

__all__ = ["Budget", "Bytes", "ClassPrior", "Levels", "Seconds", "Share", "ShortTime"]

_TIMES: Mapping[str, float] = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_SHORT_TIMES: Mapping[str, float] = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0}
_SIZES: Mapping[str, float] = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}


class _Quantity(click.ParamType[float]):
    """A number above 0 with a unit."""

    units: Mapping[str, float]
    #: What a value is said to be none of, and how one is written.
    what: str
    #: What is wrong with a number that is not above 0.
    too_small: str

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> float:
        """Return it in the first of its units."""
        text = str(value).strip().lower()
        number = text.rstrip("abcdefghijklmnopqrstuvwxyzµ ")
        try:
            found = float(number) * self.units[text[len(number) :].strip()]
        except (ValueError, KeyError):
            self.fail(f"{value!r} is no {self.what}.", parameter, context)
        if not 0 < found < float("inf"):
            self.fail(f"{value!r} {self.too_small}.", parameter, context)
        return found


class Seconds(_Quantity):
    """A time: 90, 60s, 5m, 1h."""

    name, units, what = "time", _TIMES, "time; write 60s, 5m or 1h"
    too_small = "is no time to spend; write more than 0, such as 60s"


class Budget(Seconds):
    """A time, or none."""

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> float:
        """Return the seconds; infinite where there is no limit."""
        return float("inf") if value in ("none", float("inf")) else super().convert(value, parameter, context)


class ShortTime(_Quantity):
    """A short time: 1ms, 500us, 0.1s."""

    name, units, what = "time", _SHORT_TIMES, "short time; write 1ms, 500us or 0.1s"
    too_small = "leaves no room for any model; write more than 0"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> float:
        """Return the seconds."""
        return value if isinstance(value, float) else super().convert(value, parameter, context)


class Bytes(_Quantity):
    """A size: 5MB, 500kB, 1000000."""

    name, units, what = "size", _SIZES, "size; write 5MB, 500kB or a number of bytes"
    too_small = "leaves no room for any model; write more than 0"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int:
        """Return the bytes."""
        return round(super().convert(value, parameter, context))


class ClassPrior(click.ParamType[Any]):
    """A probability for each class, spam=0.6,ham=0.4, or a word that stands for them."""

    name = "prior"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        """Return a mapping of label -> probability, or the word."""
        from textgd.parameters import parse_class_numbers

        if not isinstance(value, str):
            return value
        try:
            return parse_class_numbers(value)
        except ValueError as error:
            self.fail(f"{error}.", parameter, context)


class Share(click.ParamType[float]):
    """A share: 0.001, or 0.1%."""

    name = "share"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> float:
        """Return it as a number between 0 and 1."""
        if isinstance(value, float):
            return value
        try:
            share = _share(value)
        except ValueError:
            self.fail(f"{value!r} is no share; write 0.1% or 0.001.", parameter, context)
        if not 0.0 < share < 1.0:
            self.fail(f"{value!r} is no share to allow; write more than 0 and less than 100%.", parameter, context)
        return share


class Levels(click.ParamType[list[float]]):
    """Shares with commas between: 0,0.1,0.5, or 0,10%,50%."""

    name = "levels"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> list[float]:
        """Return them as numbers; which of them make sense depends on what they are shares of."""
        if isinstance(value, list):
            return value
        try:
            return [_share(part) for part in value.split(",")]
        except ValueError:
            self.fail(f"{value!r} names no shares; write them with commas between: 0,0.1,0.5.", parameter, context)


def _share(text: str) -> float:
    """Return a share, written as a number or in percent."""
    number = text.strip()
    return float(number.removesuffix("%")) / (100.0 if number.endswith("%") else 1.0)
