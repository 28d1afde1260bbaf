"""Pictures of learning curves: whole files of the same bytes, and nothing on top of anything else."""

from __future__ import annotations

import importlib.util
import warnings
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text

from tests.made_up import make_curves
from textgd.errors import InvalidParameterError, MissingExtraError
from textgd.evaluation.crossover import Crossover
from textgd.evaluation.curves import LearningCurves
from textgd.evaluation.drawing import drawing_of
from textgd.plots import curves_svg, plot_learning_curves, save_plot
from textgd.plots.lines import find_lines
from textgd.plots.look import COLORS

NINE = ("nb", "lm", "cnb", "bnb", "charlm", "lr", "svm", "nbsvm", "nblr")
LONG = "An estimator of $x_1$ with a name that goes on and on"


def _equal_errors() -> LearningCurves:
    curves = make_curves(NINE)
    for errors in curves.errors.values():
        errors[:] = curves.errors["nb"]
    return replace(curves, extrapolations=())


def _crowded_crossings() -> LearningCurves:
    near = [(a, b) for a, b in combinations(("lm", "svm", "nbsvm"), 2)]
    crossovers = tuple(Crossover(a, b, 300.0 + i, None, None, 0.99, "once") for i, (a, b) in enumerate(near))
    curves = make_curves(("nb", "lm", "svm", "nbsvm"))
    sure = [replace(c, p_value=1e-9, difference=0.01 if c.size < 300 else -0.01) for c in curves.comparisons]
    return replace(curves, crossovers=crossovers, comparisons=tuple(sure))


CURVES: dict[str, LearningCurves] = {
    **{f"{n} models": make_curves(NINE[:n]) for n in range(1, 10)},
    "three families": make_curves(("nb", "lm", "lr", "svm", "nbsvm")),
    "log loss of many classes": make_curves(("nb", "lm", "lr"), metric="log_loss", floor=0.5),
    "one repeat": make_curves(("nb", "lr", "nbsvm"), n_repeats=1),
    "gaps": make_curves(("nb", "lr", LONG, "charlm"), gaps={"lr": (0, 1, 3), "nb": (7,), "charlm": tuple(range(8))}),
    "own estimators": make_curves(("a", "b", "c")),
    "tiny errors": make_curves(("nb", "svm"), metric="roc_auc", sizes=(1000, 2000, 3000, 4460), corpus="日本語.csv"),
    "official": make_curves(("nb", "svm"), floor=0.3, sizes=(40, 100, 500, 9000), is_official=True),
    "one size": make_curves(("nb", "lr"), sizes=(500,)),
    "two sizes near each other": make_curves(("nb", "lr"), sizes=(500, 501)),
    "all failed": make_curves(("nb", "lr"), gaps=dict.fromkeys(("nb", "lr"), tuple(range(8)))),
    "equal errors": _equal_errors(),
    "crowded crossings": _crowded_crossings(),
}
every_curves = pytest.mark.parametrize("curves", CURVES.values(), ids=CURVES)


def _texts(axes: Any) -> list[Text]:
    ticks = [*axes.get_xticklabels(), *axes.get_yticklabels()]
    texts = [*axes.texts, axes.title, axes._left_title, axes.xaxis.label, *ticks]
    return [text for text in texts if text.get_text() and text.get_visible()]


def _names(axes: Any, curves: LearningCurves) -> list[str]:
    names = {model.name for model in curves.models}
    return [text.get_text() for text in axes.texts if text.get_text() in names]


# What is drawn


@every_curves
def test_nothing_is_written_over_anything_else_or_cut_off(curves: LearningCurves) -> None:
    axes = plot_learning_curves(curves)
    figure = axes.figure
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        figure.canvas.draw()
    texts = _texts(axes)
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    for (a, box), (b, other) in combinations(boxes, 2):
        # One pixel of blank around a letter may be shared.
        across = min(box.x1, other.x1) - max(box.x0, other.x0)
        down = min(box.y1, other.y1) - max(box.y0, other.y0)
        assert across < 1.0 or down < 1.0, f"{a!r} and {b!r} overlap by {across} x {down} pixels"
    whole = figure.bbox
    for text, box in boxes:
        assert min(box.x0, box.y0) >= 0.0, text
        assert max(box.x1 - whole.x1, box.y1 - whole.y1) <= 0.0, text


@every_curves
def test_every_model_that_was_measured_is_drawn_and_named_once(curves: LearningCurves) -> None:
    axes = plot_learning_curves(curves)
    measured = [m.name for m in curves.models if np.isfinite(curves.errors[m.name][:, 0]).any()]
    shown = [name for name in measured if name != LONG]
    assert sorted(name for name in _names(axes, curves)) == sorted(shown)
    for name in measured:
        (line,) = [line for line in axes.lines if line.get_label() == name]
        np.testing.assert_array_equal(line.get_xdata(), curves.train_sizes)
        np.testing.assert_array_equal(line.get_ydata(), curves.errors[name][:, 0])


def test_bands_are_the_intervals() -> None:
    curves = make_curves(("nb",))
    (band,) = plot_learning_curves(curves).collections
    vertices = band.get_paths()[0].vertices
    for size, (_, low, high) in zip(curves.train_sizes, curves.errors["nb"], strict=True):
        at = vertices[vertices[:, 0] == size, 1]
        assert at.min() == pytest.approx(low)
        assert at.max() == pytest.approx(high)


def test_a_band_down_to_zero_leaves_the_picture_at_its_lower_edge() -> None:
    curves = make_curves(("nb",))
    curves.errors["nb"][2, 1] = 0.0
    axes = plot_learning_curves(curves)
    assert axes.get_yscale() == "log"
    (band,), bottom = axes.collections, axes.get_ylim()[0]
    lowest = band.get_paths()[0].vertices[:, 1].min()
    assert bottom / 2.0 < lowest < bottom


def test_one_repeat_has_no_band_and_says_so() -> None:
    axes = plot_learning_curves(make_curves(("nb", "lr"), n_repeats=1))
    assert all(len(path.vertices) == 0 for band in axes.collections for path in band.get_paths())
    assert any("no interval can be given" in text.get_text() for text in axes.texts)


def test_an_interval_between_two_gaps_is_a_bar() -> None:
    curves = make_curves(("nb",), gaps={"nb": (3, 5)})
    axes = plot_learning_curves(curves)
    bars = [line.get_ydata() for line in axes.lines if list(line.get_xdata()) == [curves.train_sizes[4]] * 2]
    np.testing.assert_array_equal(bars, [curves.errors["nb"][4, 1:]])
    assert any("Gaps: nb failed" in text.get_text() for text in axes.texts)


def test_sizes_are_round_numbers_and_errors_percent() -> None:
    axes = plot_learning_curves(make_curves())
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert [text.get_text() for text in axes.get_xticklabels()][:4] == ["20", "50", "100", "200"]
    assert all(text.get_text().endswith(" %") for text in axes.get_yticklabels())
    loss = plot_learning_curves(make_curves(metric="log_loss"))
    assert not any("%" in text.get_text() for text in loss.get_yticklabels())
    assert plot_learning_curves(make_curves(floor=0.3)).get_yscale() == "linear"


def test_a_decided_crossing_stands_on_its_interval() -> None:
    curves = replace(make_curves(), crossovers=(Crossover("nb", "svm", 310.0, 180.0, 520.0, 0.99, "once"),))
    axes = plot_learning_curves(curves)
    assert "crossing at 310 [180, 520]" in [text.get_text() for text in axes.texts]
    (span,) = axes.patches
    assert (span.get_x(), span.get_x() + span.get_width()) == pytest.approx((180.0, 520.0))
    undecided = replace(curves, crossovers=(replace(curves.crossovers[0], kind="undecided"),))
    assert not plot_learning_curves(undecided).patches


def test_the_line_of_a_crossing_goes_through_no_words() -> None:
    axes = plot_learning_curves(CURVES["crowded crossings"])
    axes.figure.canvas.draw()
    words = [text.get_window_extent() for text in axes.texts if " at 300" in text.get_text()]
    assert len(words) == 3
    upright = [line.get_window_extent() for line in axes.lines if len(set(line.get_xdata())) == 1]
    for line in (line for line in upright if line.height > 100.0):
        assert all(line.y1 <= box.y0 + 1.0 or not box.x0 < line.x0 < box.x1 for box in words)


def test_what_is_expected_is_dashed_to_twice_the_documents() -> None:
    curves = make_curves(("nb", "svm"))
    axes = plot_learning_curves(curves)
    dashed = [line for line in axes.lines if list(line.get_xdata()) == [4460, 8920]]
    assert [line.get_ydata()[1] for line in dashed] == [e.value for e in curves.extrapolations]
    assert all(line.is_dashed() for line in dashed)
    refused = replace(curves, extrapolations=make_curves(n_repeats=1).extrapolations)
    assert not [line for line in plot_learning_curves(refused).lines if line.is_dashed()]


def test_families_have_colors_and_models_markers() -> None:
    lines = find_lines(drawing_of(make_curves(NINE)))
    assert len({line.marker for line in lines}) == len(NINE)
    by_family: dict[str | None, set[str]] = {}
    for line in lines:
        by_family.setdefault(line.model.family, set()).add(line.color)
    assert sorted(map(len, by_family.values())) == [1, 1, 1]
    assert len(set.union(*by_family.values())) == 3
    # Of one family, or none that is known, models have colors of their own.
    for names in (NINE[:5], ("a", "b", "c")):
        assert len({line.color for line in find_lines(drawing_of(make_curves(names)))}) == len(names)
    mixed = find_lines(drawing_of(make_curves(("nb", "a", "b"))))
    assert mixed[1].color == mixed[2].color != mixed[0].color
    assert all(line.color in COLORS for line in lines)


def test_a_picture_on_given_axes() -> None:
    figure = Figure(figsize=(10, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, 2)
    assert plot_learning_curves(make_curves(), ax=axes[1]) is axes[1]
    assert not axes[0].lines
    figure.canvas.draw()
    (line,) = [line for line in axes[1].lines if line.get_label() == "nb"]
    assert to_hex(line.get_color()) in COLORS


# Files


@every_curves
def test_every_picture_can_be_written(curves: LearningCurves, tmp_path: Path) -> None:
    save_plot(curves, tmp_path / "curve.svg")
    root = ElementTree.parse(tmp_path / "curve.svg").getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert [path.name for path in tmp_path.iterdir()] == ["curve.svg"]


def test_each_format_is_what_it_says(tmp_path: Path) -> None:
    curves = make_curves()
    for name in ("curve.png", "curve.SVG", "curve.pdf"):
        save_plot(curves, tmp_path / name)
    height, width, _ = imread(tmp_path / "curve.png").shape
    assert width > 1000
    assert height > 700
    assert b"<svg" in (tmp_path / "curve.SVG").read_bytes()
    pdf = (tmp_path / "curve.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert b"CreationDate" not in pdf


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_the_same_curves_give_the_same_bytes_whatever_the_style(kind: str, tmp_path: Path) -> None:
    save_plot(make_curves(), tmp_path / f"a.{kind}")
    style = {"font.size": 30.0, "axes.facecolor": "black", "svg.hashsalt": "other", "lines.linewidth": 9.0}
    with matplotlib.rc_context(style):
        save_plot(make_curves(), tmp_path / f"b.{kind}")
    assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


@pytest.mark.parametrize("name", ["curve.gif", "curve", "png", ".png"])
def test_other_formats_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidParameterError, match=r"Let its name end with \.png, \.svg or \.pdf\."):
        save_plot(make_curves(), tmp_path / name)


def test_without_matplotlib_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "matplotlib" else find_spec(name))
    for draw in (plot_learning_curves, curves_svg, lambda curves: save_plot(curves, tmp_path / "a.png")):
        with pytest.raises(MissingExtraError, match=r"pip install 'textgd\[plot\]'"):
            draw(make_curves(("nb",)))


def test_hostile_names_stay_text() -> None:
    evil = '--><script>alert("$x$")</script>\x00\ud800'
    svg = curves_svg(make_curves((evil, "nb"), corpus=evil))
    assert "script" not in svg
    assert "<!--" not in svg
    ElementTree.fromstring(svg)
