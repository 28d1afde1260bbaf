"""``textgd tune``: a search from a command line, and a command that gives what it found."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import textgd
from textgd.cli.tune import _tell_left_out
from textgd.tuning import search

FAST = ["--model", "nb,svm", "--budget", "none"]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few candidates do."""
    defaults = dict(search.tune.__kwdefaults__)
    monkeypatch.setattr(search.tune, "__kwdefaults__", {**defaults, "max_candidates": 8})


def test_the_printed_command_gives_the_winner(run: Any, mails: Path, tmp_path: Path) -> None:
    done = run("tune", mails, *FAST, "--seed", "4", "-o", "best.textgd")
    command = done.lines[-1]
    assert command.startswith(f"textgd train {mails} --seed 4 --model ")
    run(*shlex.split(command)[1:])
    found, trained = (textgd.load(tmp_path / name) for name in ("best.textgd", "model.textgd"))
    assert found.get_params() == trained.get_params()
    texts = textgd.load_corpus(mails).texts
    assert np.array_equal(found.predict_log_proba(texts), trained.predict_log_proba(texts))
    assert "saved best.textgd, fitted on the training part" in done.out
    assert run("inspect", "best.textgd").out


def test_the_command_names_how_the_file_is_read(run: Any, tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    path = tmp_path / "two words.csv"
    path.write_text(
        "".join(f"{text};{label};x\n" for label, text in rows).replace(";", ","), encoding="latin-1", errors="replace"
    )
    options = ["--label-column", "2", "--text-column", "1", "--no-header", "--encoding", "latin-1"]
    done = run("tune", path, *FAST, *options, "--json")
    command = shlex.split(done.json["command"])
    assert command[:3] == ["textgd", "train", str(path)]
    assert {"--label-column", "--text-column", "--no-header", "--encoding"} <= set(command)
    run(*command[1:])


def test_what_is_printed(run: Any, mails: Path) -> None:
    done = run("tune", mails, *FAST)
    found = run("tune", mails, *FAST, "--json").json
    lines = done.lines
    assert lines[0].startswith("mails.csv: 96 documents to search on, ")
    assert lines[2].split()[:4] == ["options", "of", "textgd", "train"]
    table = lines[3 : lines.index("", 3)]
    assert len(table) == len(found["tried"])
    for line, tried in zip(table, found["tried"], strict=True):
        assert line.startswith(tried["options"])
        assert line.endswith(tried["outcome"])
        assert f"{100 * tried['score']['value']:.2f} [" in line
    assert table[0].endswith("winner")
    assert lines[-1] == found["command"]
    assert any(line.startswith("winner ") for line in lines)


def test_json_holds_everything(run: Any, mails: Path) -> None:
    found = run("tune", mails, *FAST, "--metric", "f1", "--json", "-o", "best.textgd").json
    assert found["metric"] == "f1_macro"
    assert set(found["score"]) == set(found["default_score"]) == set(found["difference"]) == {"value", "low", "high"}
    assert found["parameters"]["model"] in ("nb", "svm")
    assert found["file"] == "best.textgd"
    assert found["settings"]["budget"] is None
    assert {"options", "model", "parameters", "n_documents", "score", "outcome"} <= set(found["tried"][0])
    assert found["seconds"] > 0.0
    assert found["bytes"] <= Path("best.textgd").stat().st_size <= found["bytes"] + 2048


@pytest.mark.parametrize(
    ("option", "text", "value"),
    [
        ("--max-size", "5MB", 5_000_000),
        ("--max-size", "500 kB", 500_000),
        ("--max-size", "1.5gb", 1_500_000_000),
        ("--max-size", "4096", 4096),
        ("--max-latency", "1ms", 0.001),
        ("--max-latency", "250us", 0.00025),
        ("--max-latency", "2s", 2.0),
        ("--budget", "2m", 120.0),
        ("--budget", "none", None),
    ],
)
def test_units(run: Any, monkeypatch: pytest.MonkeyPatch, mails: Path, option: str, text: str, value: float) -> None:
    given: dict[str, Any] = {}

    def told(
        corpus: Any, model: Any, metric: Any, budget: Any, max_size: Any, max_latency: Any, *_: Any, **__: Any
    ) -> Any:
        given.update({"--budget": budget, "--max-size": max_size, "--max-latency": max_latency})
        raise textgd.TextgdError("seen")

    monkeypatch.setattr(search, "tune", told)
    run("tune", mails, option, text, code=1)
    assert given[option] == pytest.approx(value)


def test_one_more_candidate_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    _tell_left_out({"--model nb --min-df 2": "no time"})
    assert "for 1 more candidate there was no time" in capsys.readouterr().err
    _tell_left_out({"--model nb --min-df 2": "no time", "--model nb --min-df 3": "no time"})
    assert "for 2 more candidates there was no time" in capsys.readouterr().err


def test_limits_are_shown(run: Any, mails: Path) -> None:
    done = run("tune", mails, *FAST, "--max-size", "1MB", "--max-latency", "1s")
    header = done.lines[2]
    assert "size" in header
    assert "latency" in header
    assert " kB " in done.lines[3]
    assert " ms " in done.lines[3]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "nbb"], "There is no model 'nbb'. Did you mean"),
        (["--metric", "f1_makro"], "There is no metric 'f1_makro'. Did you mean"),
        (["--max-size", "5 apples"], "'5 apples' is no size; write 5MB"),
        (["--max-size", "0"], "leaves no room"),
        (["--max-latency", "1 fortnight"], "is no short time; write 1ms"),
        (["--budget", "soon"], "'soon' is no time"),
        (["-o", "-"], "name a file: -o best.textgd"),
        (["--test-size", "7"], "--test-size"),
    ],
)
def test_wrong_usage(run: Any, mails: Path, arguments: list[str], message: str) -> None:
    done = run("tune", mails, *arguments, code=2)
    assert message in done.err
    assert not done.out


def test_too_short_a_budget(run: Any, mails: Path) -> None:
    done = run("tune", mails, "--budget", "0.001s", code=2)
    assert done.err.startswith("error: --budget is 0.001 seconds, which does not suffice")
    assert "Give more time, or name models that are faster to fit, such as nb." in done.err


def test_nothing_small_enough(run: Any, mails: Path) -> None:
    done = run("tune", mails, *FAST, "--max-size", "3kB", "-o", "best.textgd", code=1)
    assert done.err.startswith("error: --max-size is 3,000 bytes, and no model found is that small: the smallest, ")
    assert not Path("best.textgd").exists()


@pytest.mark.filterwarnings("default:Interrupted")
def test_an_interrupt_tells_the_best_so_far(run: Any, mails: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from textgd.tuning import trials

    add, count = trials.Rung._add, 0

    def adding(rung: Any, trial: Any) -> None:
        nonlocal count
        add(rung, trial)
        count += 1
        if count == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(trials.Rung, "_add", adding)
    done = run("tune", mails, *FAST, "--jobs", "1", "--json", code=1)
    assert "Interrupted: this is the best of what was tried until then." in done.err
    assert done.json["settings"]["interrupted"]
    assert len(done.json["tried"]) == 3


def test_labels_and_names_cannot_reach_the_terminal(run: Any, tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    path = tmp_path / "a\x1b[31m.csv"
    path.write_text("label,text\n" + "".join(f"{label}\x1b[1m,{text}\n" for label, text in rows), encoding="utf-8")
    done = run("tune", path, *FAST)
    assert "\x1b" not in done.out + done.err


def test_a_page_of_help_names_all_that_can_be_chosen(run: Any) -> None:
    out = run("tune", "--help").out
    assert "One of accuracy, f1_macro, log_loss, roc_auc, lam" in " ".join(out.split())
