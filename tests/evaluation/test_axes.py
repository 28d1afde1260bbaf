"""The levels of an axis: which there may be, and the one at which nothing is made worse."""

from __future__ import annotations

from typing import Any

import pytest

from textgd.errors import InvalidParameterError, UnknownNameError
from textgd.evaluation.axes import AXES, check_levels, find_axis, level_label


@pytest.mark.parametrize(
    ("name", "given", "reference", "levels"),
    [
        ("missing", None, None, [0.0, 0.1, 0.3, 0.5, 0.7, 0.9]),
        ("missing", [0.0, 0.5], None, [0.0, 0.5]),
        ("label-noise", (0.2,), None, [0.0, 0.2]),
        ("prior", [0.1, 0.9], 0.25, [0.1, 0.25, 0.9]),
        ("prior", [0.25, 0.9], 0.25 + 1e-12, [0.25 + 1e-12, 0.9]),
    ],
)
def test_the_undamaged_level_is_among_them(name: str, given: Any, reference: Any, levels: list[float]) -> None:
    assert check_levels(AXES[name], given, reference).tolist() == levels


@pytest.mark.parametrize("given", [[], [0.5, 0.1], [0.1, 0.1], [-0.1, 0.5], [0.5, 1.0], "half", [float("nan")], 0.5])
def test_levels_that_cannot_be(given: Any) -> None:
    with pytest.raises(InvalidParameterError, match=r"levels is .* ascending shares from 0 up to"):
        check_levels(AXES["missing"], given)


def test_no_class_is_all_or_nothing() -> None:
    with pytest.raises(InvalidParameterError, match="ascending shares between 0 and 1"):
        check_levels(AXES["prior"], [0.0, 0.5], 0.2)


def test_an_axis_that_is_none() -> None:
    with pytest.raises(UnknownNameError, match="label-noise"):
        find_axis("labelnoise")


def test_labels() -> None:
    assert [level_label(level) for level in (0.0, 0.05, 0.134, 0.0625)] == ["0 %", "5 %", "13.4 %", "6.25 %"]
