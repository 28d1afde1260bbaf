"""The small picture in the terminal: it fits, names every model, and shows gaps and crossings."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest

from tests.made_up import make_curves
from textgd.cli.chart import chart
from textgd.evaluation.crossover import Crossover
from textgd.evaluation.curves import LearningCurves

NINE = ("nb", "lm", "cnb", "bnb", "charlm", "lr", "svm", "nbsvm", "nblr")
CURVES: dict[str, LearningCurves] = {
    **{f"{n} models": make_curves(NINE[:n]) for n in range(1, 10)},
    "three families": make_curves(("nb", "lm", "lr", "svm", "nbsvm")),
    "log loss": make_curves(metric="log_loss"),
    "one repeat": make_curves(("nb", "lr", "nbsvm"), n_repeats=1),
    "gaps": make_curves(("nb", "lr", "charlm"), gaps={"lr": (0, 1, 3), "nb": (7,), "charlm": tuple(range(8))}),
    "one size": make_curves(("nb", "lr"), sizes=(500,)),
    "two sizes": make_curves(("nb", "lr"), sizes=(500, 501)),
    "all failed": make_curves(("nb", "lr"), gaps=dict.fromkeys(("nb", "lr"), tuple(range(8)))),
    "odd names": make_curves(("日本語", "x" * 80, "a\tb\x1b[31m")),
}


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("curves", CURVES.values(), ids=CURVES)
def test_it_fits_and_names_every_model(curves: LearningCurves, width: int, unicode: bool) -> None:
    drawn = chart(curves, width, unicode=unicode, color=False)
    lines = drawn.split("\n")
    assert all(len(line) <= width for line in lines)
    assert all(line.isprintable() and line == line.rstrip() for line in lines)
    assert drawn.isascii() or unicode
    assert lines[0].startswith("sms-spam: ")
    for model in curves.models:
        if model.name in NINE:
            measured = bool(np.isfinite(curves.errors[model.name][:, 0]).any())
            assert sum(line.endswith(f" {model.name}") for line in lines) == measured


def test_every_size_has_a_marker() -> None:
    curves = make_curves(("nb",))
    for unicode, marker in ((True, "●"), (False, "A")):
        drawn = chart(curves, 100, unicode=unicode, color=False)
        # One more at the name.
        assert drawn.count(marker) == len(curves.train_sizes) + 1


def test_a_gap_is_blank() -> None:
    whole = chart(make_curves(("nb",)), 80, unicode=False, color=False)
    gap = chart(make_curves(("nb",), gaps={"nb": (3, 4)}), 80, unicode=False, color=False)
    assert gap.count("A") == whole.count("A") - 2
    assert gap.count(".") < 0.7 * whole.count(".")
    columns = {column for line in gap.split("\n")[1:-2] for column, sign in enumerate(line) if sign in ".A"}
    between = [column for column in range(min(columns), 60) if column not in columns]
    assert len(between) > 15


def test_a_better_model_is_lower() -> None:
    lines = chart(make_curves(("nb", "svm"), floor=0.0), 80, unicode=False, color=False).split("\n")
    rows = {name: next(i for i, line in enumerate(lines) if line.endswith(f" {name}")) for name in ("nb", "svm")}
    assert rows["svm"] > rows["nb"]


def test_a_decided_crossing_is_marked_and_its_interval_on_the_axis() -> None:
    curves = replace(make_curves(), crossovers=(Crossover("nb", "svm", 310.0, 180.0, 520.0, 0.99, "once"),))
    lines = chart(curves, 80, unicode=False, color=False).split("\n")
    assert lines[1].strip() == "crossing at 310 [180, 520]"
    assert sum(":" in line for line in lines[2:]) > 10
    axis = lines[-2]
    assert axis.lstrip().startswith("+")
    assert 5 < axis.count("=") < 20
    column = lines[2].index(":")
    assert axis.index("=") < column < axis.rindex("=")
    undecided = replace(curves, crossovers=(replace(curves.crossovers[0], kind="undecided"),))
    assert "=" not in chart(undecided, 80, unicode=False, color=False)


def test_open_ends_reach_the_end_of_the_axis() -> None:
    curves = replace(make_curves(), crossovers=(Crossover("nb", "svm", 310.0, None, None, 0.99, "once"),))
    axis = chart(curves, 80, unicode=False, color=False).split("\n")[-2].strip()
    assert set(axis) <= {"=", "+"}


def test_a_narrow_terminal_still_gets_a_picture() -> None:
    drawn = chart(make_curves(), 10, 4, unicode=True, color=False)
    assert "nb" in drawn
    assert "●" in drawn


class _Stream(io.TextIOWrapper):
    """A standard output that may be a terminal."""

    def __init__(self, encoding: str, is_terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


@pytest.mark.parametrize(("encoding", "has_unicode"), [("utf-8", True), ("ascii", False), ("cp1252", False)])
def test_it_uses_what_standard_output_has(encoding: str, has_unicode: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    curves = make_curves(("nb", "svm"))
    stream = _Stream(encoding, False)
    monkeypatch.setattr("sys.stdout", stream)
    drawn = chart(curves, 80)
    monkeypatch.undo()
    assert drawn == chart(curves, 80, unicode=has_unicode, color=False)
    drawn.encode(encoding)


@pytest.mark.parametrize(
    ("is_terminal", "environment", "has_color"),
    [(True, {}, True), (True, {"NO_COLOR": "1"}, False), (True, {"TERM": "dumb"}, False), (False, {}, False)],
)
def test_color_is_for_terminals(
    is_terminal: bool, environment: dict[str, str], has_color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"NO_COLOR": "", "TERM": "xterm", **environment}.items():
        monkeypatch.setenv(name, value)
    curves = make_curves(("nb", "svm"))
    stream = _Stream("utf-8", is_terminal)
    monkeypatch.setattr("sys.stdout", stream)
    drawn = chart(curves, 80)
    monkeypatch.undo()
    assert ("\x1b[" in drawn) == has_color
    assert drawn == chart(curves, 80, unicode=True, color=has_color)
