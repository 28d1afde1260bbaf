"""Pictures of evaluations: what is drawn is what was measured, files are whole, and nothing hostile gets through."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread

from textgd.errors import InvalidParameterError, MissingExtraError, TextgdError
from textgd.metrics import Evaluation, evaluate_predictions
from textgd.plots import (
    check_plot_folder,
    evaluation_svgs,
    plot_calibration,
    plot_confusion,
    plot_precision_recall,
    plot_roc,
    plot_thresholds,
    save_evaluation_plots,
)

EVIL = '--><script>alert("$x$")</script>\x00\ud800\u202e'
ALL = ["confusion", "roc", "precision-recall", "calibration", "thresholds"]


def make(n_classes: int = 2, n: int = 400, names: list[str] | None = None, **settings: Any) -> Evaluation:
    rng = np.random.default_rng(n_classes)
    labels = names or [f"class {c}" for c in range(n_classes)]
    truth = rng.integers(0, n_classes, n)
    scores = rng.normal(0.0, 1.0, (n, n_classes))
    scores[np.arange(n), truth] += 2.0
    shares = np.exp(scores)
    shares /= shares.sum(axis=1, keepdims=True)
    called = [labels[c] for c in scores.argmax(axis=1)]
    return evaluate_predictions([labels[c] for c in truth], called, labels, shares, **settings)


@pytest.fixture(scope="module")
def two() -> Evaluation:
    return make(names=["ham", "spam"], threshold=0.9)


@pytest.fixture(scope="module")
def many() -> Evaluation:
    return make(9)


def test_curves_are_drawn_as_measured(two: Evaluation) -> None:
    (ranking,) = two.curves
    roc = plot_roc(two).lines[1].get_xydata()
    np.testing.assert_allclose(roc[1:], np.stack([ranking.false_positive_rate, ranking.true_positive_rate], axis=1))
    steps = plot_precision_recall(two).lines[0]
    assert steps.get_drawstyle() == "steps-pre"
    np.testing.assert_allclose(steps.get_ydata()[1:], ranking.precision)
    assert two.calibration is not None
    points = plot_calibration(two).lines[-1].get_xydata()
    assert points[:, 1].tolist() == [share.value for share in two.calibration.share]
    texts = [text.get_text() for text in plot_thresholds(two).texts]
    assert "in use: 0.9" in texts
    assert {"precision of spam", "spam found", "ham lost"} <= set(texts)
    cells = [text.get_text().split("\n")[0] for text in plot_confusion(two).texts]
    assert cells[:4] == [f"{count:,}" for count in two.confusion.ravel().tolist()]


def test_of_many_classes_the_worst_are_named(many: Evaluation) -> None:
    axes = plot_roc(many)
    areas = {c.label: c.roc_auc.value for c in many.classes if c.roc_auc is not None}
    worst = sorted(areas, key=lambda label: areas[label])[:6]
    named = [text.get_text() for text in axes.texts]
    assert [name.rsplit(" ", 2)[0] for name in named[:6]] == worst
    assert named[6] == "3 more with larger areas"
    assert len(axes.lines) == 10


def test_displays_draw_on_given_axes(two: Evaluation) -> None:
    figure = Figure()
    FigureCanvasAgg(figure)
    for display, axes in zip(
        (plot_roc, plot_precision_recall, plot_calibration, plot_thresholds, plot_confusion),
        figure.subplots(1, 5),
        strict=True,
    ):
        assert display(two, ax=axes) is axes
        assert axes.get_title(loc="left")
    figure.canvas.draw()


def test_a_folder_is_made_and_files_are_replaced(two: Evaluation, tmp_path: Path) -> None:
    folder = tmp_path / "figs"
    paths = save_evaluation_plots(two, folder)
    assert [path.name for path in paths] == [f"{name}.png" for name in ALL]
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "roc.png").write_text("old")
    (folder / "mine.txt").write_text("kept")
    with matplotlib.rc_context({"font.size": 30.0, "axes.facecolor": "black"}):
        save_evaluation_plots(two, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {**first, "mine.txt": b"kept"}
    height, width, _ = imread(folder / "roc.png").shape
    assert width > 700
    assert height > 700


def test_what_there_is_no_picture_of(tmp_path: Path) -> None:
    labels_alone = evaluate_predictions(["a", "b"], ["a", "a"], ["a", "b"])
    assert [path.stem for path in save_evaluation_plots(labels_alone, tmp_path)] == ["confusion"]
    for display in (plot_roc, plot_precision_recall, plot_calibration, plot_thresholds):
        with pytest.raises(InvalidParameterError, match="There is no such picture of this evaluation"):
            display(labels_alone)
    one = evaluate_predictions(["a"], ["a"], ["a", "b"], [[0.7, 0.3]])
    assert len(list(evaluation_svgs(one))) == 2


def test_every_size_can_be_drawn(tmp_path: Path, many: Evaluation) -> None:
    assert len(save_evaluation_plots(many, tmp_path)) == 4
    assert len(list(evaluation_svgs(make(26, 200)))) == 4


def test_hostile_labels_stay_text() -> None:
    for svg, _ in evaluation_svgs(make(names=[EVIL, "b"])):
        assert "script" not in svg
        assert "<!--" not in svg


def test_a_folder_that_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(TextgdError, match="is a file; name a folder"):
        check_plot_folder(tmp_path / "file")
    with pytest.raises(TextgdError, match=r"There is no folder .*make it first"):
        check_plot_folder(tmp_path / "a" / "b")
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "matplotlib" else find_spec(name))
    with pytest.raises(MissingExtraError, match=r"pip install 'textgd\[plot\]'"):
        check_plot_folder(tmp_path)
