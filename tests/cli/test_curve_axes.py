"""``textgd curve --axis``: what the library says, and which option is for which axis."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.made_up import make_robustness
from textgd import robustness_curves
from textgd.cli.chart import chart
from textgd.corpus import load_corpus

FAST = ["--models", "nb,lr", "--repeats", "2", "--jobs", "1"]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Return robustness curves that were written before."""
    path = tmp_path / "saved.json"
    path.write_text(make_robustness(gaps={"nb (zero)": (1,)}).to_json(), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        (["missing", "--levels", "0,50%"], {"levels": [0, 0.5]}),
        (["missing", "--levels", ".3", "--deletion", "worst"], {"levels": [0.3], "deletion": "worst"}),
        (["label-noise", "--levels", "0.2", "--seed", "3"], {"levels": [0.2], "random_state": 3}),
        (
            ["prior", "--levels", "0.3", "--positive", "ham", "--metric", "f1"],
            {"levels": [0.3], "positive": "ham", "metric": "f1"},
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_equals_the_library(run: Any, mails: Path, options: list[str], arguments: dict[str, Any]) -> None:
    done = run("curve", mails, *FAST, "--axis", *options, "--json", "-")
    curves = robustness_curves(
        ["nb", "lr"], load_corpus(mails), options[0], repeats=2, **{"random_state": 0, **arguments}
    )
    assert done.json == json.loads(curves.to_json())
    assert done.err == ""


def test_everything_is_shown_and_written(run: Any, mails: Path) -> None:
    files = ["--json", "c.json", "--csv", "c.csv", "--plot", "c.svg", "--report", "c.html"]
    done = run("curve", mails, *FAST, "--axis", "label-noise", "--levels", "0.3", *files)
    shown = done.out.rstrip("\n").split("\n\n")
    assert shown[0].splitlines()[1] == (
        "2 repeats, tested on 24 held out; training labels are replaced by another class at random, the same ones for "
        "all models"
    )
    head, header, *rows = shown[1].splitlines()
    assert head == "error % [95 % interval], by wrong labels in the training part"
    assert header.split() == ["model", "0", "%", "30", "%", "lost", "by", "30", "%"]
    assert [row.split()[0] for row in rows] == ["nb", "lr"]
    assert shown[-1] == json.loads(Path("c.json").read_text())["verdict"]
    with Path("c.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 2 * 2 * 2
    for name in ("c.svg", "c.html"):
        assert Path(name).stat().st_size > 1000
    assert [line.split()[-1] for line in done.err.splitlines()] == ["c.json", "c.csv", "c.svg", "c.html"]


def test_saved_curves_are_shown_again(run: Any, saved: Path) -> None:
    curves = make_robustness(gaps={"nb (zero)": (1,)})
    done = run("curve", "--from", saved)
    assert curves.verdict in done.out
    assert chart(curves, 80, color=False).splitlines()[-1].strip() == "words lost from the test documents"
    assert done.err == "note: nb (zero) failed at 30 % in 10 of 10 repeats: ValueError: too many gaps\n"
    told = run("curve", "--from", saved, "--times", "--json", "-")
    assert told.json == json.loads(curves.to_json())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--axis", "missing", "--sizes", "20"], "--sizes is for --axis size"),
        (["--axis", "prior", "--tune"], "--tune is for --axis size"),
        (["--axis", "prior", "--families"], "--families is for --axis size"),
        (["--axis", "label-noise", "--times"], "--times is for --axis size"),
        (
            ["--levels", "0.1"],
            "--levels is for --axis missing, --axis label-noise and --axis prior; the axis here is size",
        ),
        (["--axis", "prior", "--deletion", "worst"], "--deletion is for --axis missing; the axis here is prior"),
        (["--axis", "missing", "--positive", "spam"], "--positive is for --axis prior; the axis here is missing"),
        (["--axis", "missing", "--levels", "a,b"], "'a,b' names no shares"),
        (["--axis", "missing", "--deletion", "some"], "'some' is not one of 'random', 'worst'"),
        (["--axis", "cheese"], "'cheese' is not one of 'size', "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage(run: Any, mails: Path, options: list[str], message: str) -> None:
    done = run("curve", mails, *options, code=2)
    assert done.out == ""
    assert message in done.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--axis", "missing", "--levels", "0.5,0.1"],
            "error: --levels is [0.5, 0.1]; allowed for the axis missing are",
        ),
        (["--axis", "prior", "--levels", "0,0.5"], "ascending shares between 0 and 1"),
        (["--axis", "prior", "--positive", "egg"], "error: mails.csv has no class 'egg' (--positive)"),
        (["--axis", "missing", "--models", "sklearn.naive_bayes:ComplementNB"], "is an estimator of your own"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be(run: Any, mails: Path, options: list[str], message: str) -> None:
    done = run("curve", mails, *FAST, *options, code=2)
    assert done.out == ""
    assert message in done.err


def test_from_goes_with_no_axis(run: Any, saved: Path) -> None:
    done = run("curve", "--from", saved, "--axis", "missing", code=2)
    assert "--from shows curves that are there; --axis would make others" in done.err
