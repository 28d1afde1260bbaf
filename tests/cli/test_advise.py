"""``textgd advise``: what it prints, as text, JSON and a page."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from textgd.advice import advising

FAST = ["--models", "nb,svm", "--budget", "none", "--jobs", "1"]


def test_what_is_printed(run: Any, mails: Path, tmp_path: Path) -> None:
    done = run("advise", mails, *FAST, "--need", "explain", "--report", "page.html")
    model, title = done.lines[0].split(": ", 1)
    assert (model, title) in [("nb", "multinomial naive Bayes, generative"), ("svm", done.lines[0].partition(": ")[2])]
    assert done.lines[2].startswith("- accuracy ")
    header = next(line for line in done.lines if line.startswith("model "))
    assert "accuracy % [95 % interval]" in header
    rows = done.lines[done.lines.index(header) + 1 :][:2]
    assert rows[0].startswith(f"{model} ")
    assert rows[0].split()[2] == "recommended"
    assert "mails.csv: 120 documents" in done.out
    assert any(line.startswith("runner-up: ") for line in done.lines)
    assert "what would change the answer:" in done.lines
    assert done.lines[-1] == f"textgd train {mails} --model {model}"
    run(*shlex.split(done.lines[-1])[1:])
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert done.lines[2].removeprefix("- ").split(",")[0] in page
    assert "<svg " in page
    assert "<script" not in page


def test_json_and_unlabeled_documents(run: Any, mails: Path, tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("free prize now\nsee you later\n" * 70, encoding="utf-8")
    found = run("advise", mails, *FAST, "--unlabeled", "more.txt", "--json", "--seed", "3").json
    assert {"model", "reasons", "runner_up", "would_change"} <= set(found)
    assert found["settings"]["seed"] == 3
    assert found["settings"]["n_unlabeled"] == 140
    kinds = {reason["kind"] for reason in found["reasons"]} | {change["what"] for change in found["would_change"]}
    assert "unlabeled" in kinds
    asks = "--unlabeled more.txt" in found["command"]
    assert asks == found["settings"]["learns_from_unlabeled"]


def test_options_arrive(run: Any, mails: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}

    def told(corpus: Any, **options: Any) -> Any:
        given.update(options)
        raise advising.InvalidParameterError("seen")

    monkeypatch.setattr(advising, "advise", told)
    run(
        "advise",
        mails,
        "--need",
        "generate,fill",
        "--max-latency",
        "2ms",
        "--max-train",
        "10s",
        "--budget",
        "2m",
        code=2,
    )
    assert (given["needs"], given["max_latency"], given["max_train"], given["budget"]) == (
        "generate,fill",
        pytest.approx(0.002),
        10.0,
        120.0,
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--need", "sing"], "There is no need 'sing'"),
        (["--models", "svm", "--need", "generate"], "--need is generate"),
        (["--budget", "0s"], "is no time to spend"),
        (["--report", "page.txt"], "let the name 'page.txt' end with .html"),
    ],
    ids=["need", "nobody", "budget", "page"],
)
def test_bad_input(run: Any, mails: Path, options: list[str], said: str) -> None:
    done = run("advise", mails, *options, code=2)
    assert said in done.err
    assert done.out == ""
