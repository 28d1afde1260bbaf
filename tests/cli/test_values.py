"""Kinds of values, each as people write it."""

from __future__ import annotations

from typing import Any

import click
import pytest

from textgd.cli.experiment_options import model_names
from textgd.cli.values import Budget, Bytes, Seconds, Share, ShortTime
from textgd.models import EVERY, MODELS


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Seconds(), "90", 90.0),
        (Seconds(), "1.5 h", 5400.0),
        (Seconds(), "2min", 120.0),
        (Budget(), "none", float("inf")),
        (Budget(), "5m", 300.0),
        (ShortTime(), "500us", 0.0005),
        (ShortTime(), "3µs", 0.000003),
        (Bytes(), "5MB", 5_000_000),
        (Bytes(), "12 kb", 12_000),
        (Share(), "0.1%", 0.001),
        (Share(), "0.25", 0.25),
    ],
)
def test_what_is_read(kind: click.ParamType[Any], text: str, value: float) -> None:
    found = kind.convert(text, None, None)
    assert found == pytest.approx(value)
    # click may read a value that was read before.
    assert kind.convert(found, None, None) == found


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (Seconds(), "soon", "'soon' is no time; write 60s, 5m or 1h."),
        (Seconds(), "5ms", "is no time"),
        (Seconds(), "0", "'0' is no time to spend; write more than 0"),
        (Budget(), "nan", "is no time;"),
        (Budget(), "inf", "is no time;"),
        (ShortTime(), "5", "is no short time; write 1ms"),
        (ShortTime(), "5 h", "is no short time; write 1ms"),
        (Bytes(), "5 apples", "is no size; write 5MB"),
        (Bytes(), "-1kB", "leaves no room for any model"),
        (Share(), "100%", "is no share to allow"),
        (Share(), "half", "is no share; write 0.1%"),
    ],
)
def test_what_is_refused(kind: click.ParamType[Any], text: str, message: str) -> None:
    with pytest.raises(click.BadParameter, match=message):
        kind.convert(text, None, None)


@pytest.mark.parametrize("word", EVERY)
def test_every_model_goes_by_two_words(word: str) -> None:
    assert model_names(word) == list(MODELS)
