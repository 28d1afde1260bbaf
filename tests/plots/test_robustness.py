"""The picture of robustness curves: every line is there, and told apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes

from tests.made_up import make_robustness
from textgd.evaluation.drawing import drawing_of
from textgd.plots import curves_svg, plot_robustness_curves, save_plot
from textgd.plots.lines import find_lines


def texts_of(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_lines_stand_at_their_errors() -> None:
    curves = make_robustness(gaps={"nb (zero)": (1,)})
    axes = curves.plot()
    drawn = {line.get_label(): line.get_xydata() for line in axes.lines}
    for model in curves.models:
        np.testing.assert_allclose(
            drawn[model.name], np.stack([curves.levels, curves.errors[model.name][:, 0]], axis=1)
        )
        assert model.name in texts_of(axes)
    assert axes.get_xscale() == "linear"
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["0 %", "30 %", "90 %"]
    assert axes.get_xlabel() == "words lost from the test documents"
    assert "Gaps: nb (zero) failed at those levels." in texts_of(axes)[-1]


def test_ways_of_one_model_differ_by_dashes_and_families_by_color() -> None:
    lines = find_lines(drawing_of(make_robustness()))
    assert [line.way for line in lines] == [0, 1, 0, 1]
    assert lines[0].dashes != lines[1].dashes
    assert lines[0].color == lines[1].color != lines[2].color
    assert [line.is_leader for line in lines] == [False, True, False, True]
    own = find_lines(drawing_of(make_robustness({("nb", "zero"): (0.1, 0.2, 0.3), ("lm", "zero"): (0.1, 0.2, 0.3)})))
    assert own[0].color != own[1].color


@pytest.mark.parametrize(
    ("axis", "settings", "title"),
    [
        ("missing", {"deletion": "worst"}, "words lost from the test documents, the most telling first"),
        ("label-noise", {}, "wrong labels in the training part"),
        ("prior", {"positive": "$pam"}, "share of $pam among the test documents"),
    ],
)
def test_the_axis_says_what_it_is(axis: str, settings: dict[str, str], title: str) -> None:
    assert plot_robustness_curves(make_robustness(axis=axis, settings=settings)).get_xlabel() == title


def test_levels_that_stand_close_are_not_all_labeled() -> None:
    levels = tuple(k / 100 for k in range(0, 60, 2))
    axes = make_robustness({("nb", ""): levels}, levels=levels).plot()
    labels = [tick.get_text() for tick in axes.get_xticklabels()]
    assert labels[0] == "0 %"
    assert labels[-1] == "58 %"
    assert 3 < len(labels) < 12


def test_the_same_curves_give_the_same_file(tmp_path: Path) -> None:
    curves = make_robustness(n_repeats=1, gaps={"lr (mean)": (0, 1, 2)})
    for name in ("a.svg", "b.svg"):
        save_plot(curves, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert curves_svg(curves).startswith("<svg")
