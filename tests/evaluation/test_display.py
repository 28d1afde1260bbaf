"""What is shown of a comparison: ranges, ticks, places and numbers."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.made_up import make_curves
from textgd.evaluation.crossover import Crossover
from textgd.evaluation.display import (
    axis_range,
    crossing_label,
    curves_title,
    error_label,
    has_log_axis,
    n_decimals,
    round_ticks,
    separate,
    size_label,
    visible,
)
from textgd.evaluation.measures import find_measure

# Axes


def test_the_axis_is_logarithmic_where_errors_differ_much_and_none_is_zero() -> None:
    assert has_log_axis(make_curves())
    assert not has_log_axis(make_curves(floor=0.3))
    curves = make_curves(("nb",))
    curves.errors["nb"][-1] = 0.0
    assert not has_log_axis(curves)


@pytest.mark.parametrize("floor", [0.0, 0.3])
@pytest.mark.parametrize("n_repeats", [1, 20])
def test_the_range_holds_all_means_but_not_all_of_wide_intervals(floor: float, n_repeats: int) -> None:
    curves = make_curves(("nb", "svm"), floor=floor, n_repeats=n_repeats)
    curves.errors["nb"][0, 1:] = 0.0, 1.0
    low, high = axis_range(curves, [(0.001, 0.0001, 0.9)])
    means = np.concatenate([curves.errors[name][:, 0] for name in ("nb", "svm")])
    assert 0.0 <= low < 0.001 < means.max() < high < 0.8


def test_the_range_of_nothing() -> None:
    assert axis_range(make_curves(("nb",), gaps={"nb": tuple(range(8))})) == (0.0, 1.0)


@given(st.floats(1e-4, 1e6), st.floats(1.05, 1e5), st.integers(2, 12), st.booleans())
def test_ticks_are_in_range_ascend_and_are_few(low: float, ratio: float, n: int, log: bool) -> None:
    high = low * ratio
    ticks = round_ticks(low, high, n, log)
    assert 1 <= len(ticks) <= n
    assert all(a < b for a, b in pairwise(ticks))
    assert ticks[0] >= low * (1 - 1e-9)
    assert ticks[-1] <= high * (1 + 1e-9)


@given(
    st.lists(st.floats(-1.0, 2.0), min_size=1, max_size=9),
    st.floats(0.01, 0.1),
)
def test_separated_places_keep_distance_order_and_bounds(wanted: list[float], distance: float) -> None:
    apart = separate(wanted, distance, 0.0, 1.0)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [apart[i] for i in order]
    assert all(b - a >= distance - 1e-9 for a, b in pairwise(placed))
    assert placed[0] >= -1e-9
    assert placed[-1] <= 1.0 + 1e-9


def test_places_that_are_apart_already_stay() -> None:
    assert separate([0.5, 0.1, 0.9], 0.2, 0.0, 1.0) == pytest.approx([0.5, 0.1, 0.9])


# Words and numbers


def test_names_stay_on_one_line() -> None:
    assert visible("a\n\x1b[31mb\u202e") == "a �[31mb�"
    assert len(visible("x" * 1000, 11)) == 11
    assert visible("short") == "short"


def test_title_names_what_is_measured() -> None:
    assert curves_title(make_curves()) == "sms-spam: error"
    assert curves_title(make_curves(metric="log_loss")) == "sms-spam: log loss (nats)"


@pytest.mark.parametrize(("size", "label"), [(20, "20"), (1000, "1k"), (1500, "1.5k"), (25_000, "25k"), (2e6, "2M")])
def test_size_labels(size: float, label: str) -> None:
    assert size_label(size) == label


def test_error_labels() -> None:
    accuracy, loss = find_measure("accuracy"), find_measure("log_loss")
    assert error_label(accuracy, 0.009) == "0.9 %"
    assert error_label(accuracy, 0.12345, 2, unit=False) == "12.35"
    assert error_label(accuracy, -1e-6, 1) == "0.0 %"
    assert error_label(loss, 1.5) == "1.5"
    assert error_label(loss, math.nan) == "-"


def test_decimals_follow_the_intervals() -> None:
    accuracy, loss = find_measure("accuracy"), find_measure("log_loss")
    assert n_decimals(accuracy, [(0.007, 0.011)]) == 1
    assert n_decimals(accuracy, [(0.1, 0.4)]) == 0
    assert n_decimals(accuracy, [(math.nan, math.nan)]) == 1
    assert n_decimals(loss, [(0.11, 0.15)]) == 2


def test_crossings_say_open_ends() -> None:
    crossover = Crossover("a", "b", 3149.0, None, 6321.0, 0.9, "once")
    assert crossing_label(crossover) == "3,100 […, 6,300]"
