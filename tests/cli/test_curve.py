"""``textgd curve``: what the library says, from a command line, and nothing half done."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import textgd
from tests.made_up import SIZES as SIZES_OF_MADE_UP
from tests.made_up import make_curves
from textgd.cli import console, curve_tables
from textgd.cli.console import Countdown
from textgd.corpus import load_corpus
from textgd.evaluation.learning_curve import learning_curves
from textgd.models import MODELS

Shell = Callable[..., subprocess.CompletedProcess[str]]

FAST = ["--models", "nb,lr", "--sizes", "20,max", "--repeats", "3"]
SIZES, REPEATS = [20, 96], 3
GAPS = ["--models", "nb,sklearn.naive_bayes:GaussianNB", "--sizes", "20,max", "--repeats", "3"]


@pytest.fixture
def three(tmp_path: Path, rows: list[tuple[str, str]]) -> Path:
    """Return a corpus of three classes."""
    path = tmp_path / "three.csv"
    odd = [("odd", f"film plot scene number {number}") for number in range(30)]
    path.write_text("label,text\n" + "".join(f"{label},{text}\n" for label, text in [*rows, *odd]), encoding="utf-8")
    return path


@pytest.fixture
def official(tmp_path: Path, rows: list[tuple[str, str]]) -> Path:
    """Return a corpus with a test part of its own."""
    path = tmp_path / "official.jsonl"
    lines = [
        json.dumps({"text": text, "label": label, "split": "train" if number % 4 else "test"})
        for number, (label, text) in enumerate(rows)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def saved(run: Any, mails: Path) -> Path:
    """Return curves that were written before."""
    run("curve", mails, *FAST, "--json", "saved.json")
    return Path("saved.json")


@pytest.fixture
def nothing_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whatever computes or reads a corpus fail."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("This should have been refused before.")

    monkeypatch.setattr("textgd.evaluation.learning_curve.learning_curves", refuse)
    monkeypatch.setattr("textgd.cli.sources.open_corpus", refuse)


def paragraphs(text: str) -> list[str]:
    return text.rstrip("\n").split("\n\n")


def assert_refused(done: Any, *words: str) -> None:
    assert done.out == ""
    first, *rest = done.err.splitlines()
    assert first.startswith("error: ")
    assert rest in ([], ["Try 'textgd curve --help' for help."])
    for word in words:
        assert word in first
    # The option that one types, and not the parameter of the library.
    for name in ("train_sizes", "random_state", "n_jobs", "test_size", "metric is", "budget is", "repeats is"):
        assert f" {name}" not in first.replace(f"--{name}", "")


# The options


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        ([], {}),
        (["--models", "lm,bnb,svm"], {"models": ["lm", "bnb", "svm"]}),
        (["--models", " nb , cnb "], {"models": ["nb", "cnb"]}),
        (
            ["--models", "nb,sklearn.naive_bayes:ComplementNB"],
            {"models": ["nb", "sklearn.naive_bayes:ComplementNB"]},
        ),
        (["--models", "nb,cnb,lr,svm", "--families"], {"models": ["nb", "cnb", "lr", "svm"], "families": True}),
        (["--tune"], {"tune": True}),
        (["--sizes", "10,30,max"], {"train_sizes": [10, 30, 96]}),
        (["--sizes", "10:max:log"], {"train_sizes": "10:max:log"}),
        (["--sizes", "20:80:lin:3"], {"train_sizes": [20, 50, 80]}),
        (["--sizes", "max"], {"train_sizes": [96]}),
        (["--sizes", "20:max:log:3"], {"train_sizes": [20, 44, 96]}),
        (["--repeats", "2"], {"repeats": 2}),
        (["--repeats", "1"], {"repeats": 1}),
        (["--metric", "f1"], {"metric": "f1_macro"}),
        (["--metric", "log_loss"], {"metric": "log_loss"}),
        (["--metric", "auc"], {"metric": "roc_auc"}),
        (["--metric", "lam"], {"metric": "lam"}),
        (["--duplicates", "minhash"], {"duplicates": "minhash"}),
        (["--duplicates", "none"], {"duplicates": None}),
        (["--seed", "7"], {"random_state": 7}),
        (["--test-size", "0.25", "--sizes", "20,90"], {"test_size": 0.25, "train_sizes": [20, 90]}),
        (["--jobs", "1"], {}),
        (["--jobs", "-1"], {}),
        (["--budget", "1h"], {}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.filterwarnings("ignore:The probabilities are not calibrated")
def test_equals_the_library(run: Any, mails: Path, options: list[str], arguments: dict[str, Any]) -> None:
    expected = {"models": ["nb", "lr"], "train_sizes": SIZES, "repeats": REPEATS, "random_state": 0, **arguments}
    done = run("curve", mails, *FAST, *options, "--json", "-")
    assert done.json == json.loads(learning_curves(expected.pop("models"), load_corpus(mails), **expected).to_json())


def test_defaults(run: Any, mails: Path) -> None:
    curves = run("curve", mails, "--json", "-").json
    assert [model["name"] for model in curves["models"]] == ["nb", "lm", "lr", "svm", "nbsvm"]
    assert (curves["metric"], curves["settings"]["seed"], curves["settings"]["repeats"]) == ("accuracy", 0, 20)
    assert (curves["train_sizes"][0], curves["train_sizes"][-1], len(curves["train_sizes"])) == (20, 96, 8)
    assert {len(scores) for scores in curves["test_scores"]["nb"]} == {20}


def test_all_stands_for_the_registry(run: Any, mails: Path) -> None:
    curves = run("curve", mails, "--models", "all", "--sizes", "max", "--repeats", "1", "--json", "-").json
    assert [model["name"] for model in curves["models"]] == list(MODELS)


@pytest.mark.parametrize("budget", ["90", "60s", "5m", "5 min", "1h"])
def test_a_budget_is_written_as_people_do(run: Any, mails: Path, budget: str) -> None:
    settings = run("curve", mails, *FAST, "--budget", budget, "--json", "-").json["settings"]
    assert settings["repeats"] == settings["repeats_asked"] == 3


def test_with_a_budget_as_many_repeats_as_fit_are_made(run: Any, mails: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def note_it(*_: Any, **arguments: Any) -> Any:
        asked.update(arguments)
        return learning_curves(["nb"], mails, [20, 96], 2, random_state=0)

    monkeypatch.setattr("textgd.evaluation.learning_curve.learning_curves", note_it)
    run("curve", mails, "--budget", "5m")
    assert asked["repeats"] == 200
    assert 0 < asked["budget"] <= 300


def test_standard_input_is_a_corpus(run: Any, mails: Path) -> None:
    piped = run("curve", "-", *FAST, "--json", "-", stdin=mails.read_bytes()).json
    named = run("curve", mails, *FAST, "--json", "-").json
    assert piped["test_scores"] == named["test_scores"]


def test_reading_options(run: Any, mails: Path, rows: list[tuple[str, str]]) -> None:
    lines = "".join(f"{text};x;{label}\n" for label, text in rows)
    Path("other.csv").write_text(f"mail;text;verdict\n{lines}", encoding="utf-8")
    columns = ["--text-column", "mail", "--label-column", "verdict"]
    read = run("curve", "other.csv", *columns, *FAST, "--json", "-").json
    assert read["test_scores"] == run("curve", mails, *FAST, "--json", "-").json["test_scores"]


def test_an_official_test_part_is_told(run: Any, official: Path) -> None:
    done = run("curve", official, *FAST)
    assert "tested on the official test part of 30" in done.out
    assert done.err == ""
    told = run("curve", official, *FAST, "--test-size", "0.5")
    assert told.err == "note: --test-size not used: official.jsonl has a test part of its own\n"
    assert told.out.splitlines()[:2] == done.out.splitlines()[:2]


# What is said where


def test_the_verdict_is_the_last_paragraph(run: Any, mails: Path) -> None:
    done = run("curve", mails, *FAST)
    curves = learning_curves(["nb", "lr"], mails, SIZES, REPEATS, random_state=0)
    shown = paragraphs(done.out)
    assert shown[-1] == curves.verdict
    assert shown[0].splitlines()[0].startswith("mails.csv: 120 documents (ham ")
    assert shown[0].splitlines()[1] == (
        "3 repeats, tested on 24 held out; parameters: each model's own, the same at every size"
    )
    title, header, *table = shown[1].splitlines()
    assert title == "error % [95 % interval]; times with 96 documents, of one core"
    assert header.split() == ["documents", "nb", "lr"]
    assert [line.split()[0] for line in table] == ["20", "96", "fit,", "test,"]
    assert shown[2].startswith("mails.csv: error\n")
    assert (len(shown), done.err) == (4, "")


def test_the_table_has_the_numbers(run: Any, three: Path) -> None:
    curves = learning_curves(["nb", "lr"], three, [20, 120], REPEATS, metric="f1", random_state=0)
    table = paragraphs(run("curve", three, *FAST, "--metric", "f1").out)[1]
    assert table.startswith("1 - macro F1 % ")
    for line, s in ((table.splitlines()[2], 0), (table.splitlines()[3], 1)):
        cells = [float(word.strip("[],")) for word in line.split()[1:]]
        expected = [100 * number for name in ("nb", "lr") for number in curves.errors[name][s].tolist()]
        assert cells == pytest.approx(expected, abs=0.51)


def test_many_classes_are_told_in_short(run: Any) -> None:
    lines = [f"c{number % 8},word{number % 8} and number {number}\n" for number in range(60)]
    Path("many.csv").write_text("label,text\n" + "".join(lines))
    assert run("curve", "many.csv", *FAST).lines[0] == "many.csv: 60 documents (8 classes of 7 to 8)"


def test_one_repeat_has_no_interval_and_says_so(run: Any, mails: Path) -> None:
    done = run("curve", mails, "--models", "nb,lr", "--sizes", "20,max", "--repeats", "1")
    shown = paragraphs(done.out)
    assert "1 repeat, tested on" in shown[0]
    assert "[" not in shown[1]
    assert "one repeat" in shown[-1]


@pytest.mark.parametrize("option", ["--families", "--tune"])
def test_what_was_chosen_is_told(run: Any, mails: Path, option: str) -> None:
    told = run("curve", mails, "--models", "nb,cnb,lr", "--sizes", "20,max", "--repeats", "3", option)
    assert ("parameters: chosen in each subset" in told.out) == (option == "--tune")
    header, *rows = paragraphs(told.out)[2].splitlines()
    assert " ".join(header.split()) == "model chosen most often with 96 documents repeats"
    lines = ["generative", "discriminative"] if option == "--families" else ["nb", "cnb", "lr"]
    assert [row.split()[0] for row in rows] == lines
    assert all(row.split()[-3] in "123" and row.endswith(" of 3") for row in rows)


def test_gaps_are_told_once_for_all_sizes(run: Any, mails: Path) -> None:
    done = run("curve", mails, *GAPS)
    assert done.err.startswith("note: GaussianNB failed with 20 and 96 documents in 3 of 3 repeats: TypeError: ")
    assert done.err.count("\n") == 1
    table = paragraphs(done.out)[1].splitlines()
    assert all(line.split()[-1] == "-" for line in table[2:])
    assert "GaussianNB gave no result" in paragraphs(done.out)[-1]
    curves = run("curve", mails, *GAPS, "--json", "-").json
    assert curves["test_scores"]["GaussianNB"] == [[None] * 3] * 2
    assert [failure["size"] for failure in curves["failures"]] == [20, 96]


def test_where_no_model_can_be_fitted_that_is_an_error(run: Any, mails: Path) -> None:
    done = run("curve", mails, *GAPS[2:], "--models", "sklearn.naive_bayes:GaussianNB", "--json", "x.json", code=1)
    assert_refused(done, "No model could be fitted", "GaussianNB with 20 documents")
    assert os.listdir() == []


def test_printed_json_is_all_of_standard_output(run: Any, mails: Path) -> None:
    done = run("curve", mails, *GAPS, "--json", "-", "--csv", "x.csv", "--plot", "x.svg")
    assert textgd.LearningCurves.from_json(done.out).verdict == done.json["verdict"]
    assert paragraphs(run("curve", mails, *GAPS).out)[-1] == done.json["verdict"]
    assert done.err.splitlines()[-2:] == ["wrote x.csv", "wrote x.svg"]


# Files


def test_every_file_in_one_go(run: Any, mails: Path) -> None:
    names = ["c.json", "c.csv", "c.png", "c.html"]
    flags = ["--json", "--csv", "--plot", "--report"]
    done = run("curve", mails, *FAST, *(word for pair in zip(flags, names, strict=True) for word in pair))
    assert done.err.splitlines() == [f"wrote {name}" for name in names]
    assert sorted(os.listdir()) == sorted(names)
    shown = paragraphs(done.out)
    assert len(shown) == 3  # no chart where a picture was asked for
    curves = json.loads(Path("c.json").read_text())
    assert shown[-1] == curves["verdict"]
    assert Path("c.png").read_bytes().startswith(b"\x89PNG")
    page = Path("c.html").read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert "mails.csv" in page


@pytest.mark.parametrize(("name", "start"), [("c.png", b"\x89PNG"), ("c.svg", b"<?xml"), ("c.PDF", b"%PDF")])
def test_pictures(run: Any, saved: Path, name: str, start: bytes) -> None:
    run("curve", "--from", saved, "--plot", name)
    assert Path(name).read_bytes().startswith(start)


def test_a_report_has_the_command_that_made_it(here: Path, shell: Shell) -> None:
    command = f"textgd curve mails.csv {shlex.join(FAST)} --report 'my page.html'"
    assert shell(command).returncode == 0
    page = (here / "my page.html").read_text(encoding="utf-8")
    assert f"textgd curve mails.csv {shlex.join(FAST)} --report &#x27;my page.html&#x27;" in page


def test_times_are_written_where_they_are_asked_for(run: Any, mails: Path) -> None:
    run("curve", mails, *FAST, "--csv", "plain.csv", "--json", "plain.json")
    run("curve", mails, *FAST, "--csv", "timed.csv", "--json", "timed.json", "--times")
    plain, timed = (list(csv.DictReader(io.StringIO(Path(f"{n}.csv").read_text()))) for n in ("plain", "timed"))
    assert list(plain[0]) == ["corpus", "metric", "model", "family", "train_size", "repeat", "test_score"]
    assert [{key: row[key] for key in plain[0]} for row in timed] == plain
    assert all(float(row["fit_time"]) > 0 and float(row["score_time"]) > 0 for row in timed)
    assert [(row["model"], row["train_size"], row["repeat"]) for row in plain[:4]] == [
        ("nb", "20", "0"),
        ("nb", "20", "1"),
        ("nb", "20", "2"),
        ("nb", "96", "0"),
    ]
    plain_json, timed_json = (json.loads(Path(f"{name}.json").read_text()) for name in ("plain", "timed"))
    assert timed_json.keys() - plain_json.keys() == {"fit_times", "score_times"}
    assert {key: timed_json[key] for key in plain_json} == plain_json


def test_gaps_are_empty_in_the_table(run: Any, mails: Path) -> None:
    run("curve", mails, *GAPS, "--csv", "gaps.csv")
    rows = list(csv.DictReader(io.StringIO(Path("gaps.csv").read_text())))
    assert [row["test_score"] for row in rows if row["model"] == "GaussianNB"] == [""] * 6
    assert all(0 <= float(row["test_score"]) <= 1 for row in rows if row["model"] == "nb")


def test_the_same_bytes_with_any_number_of_jobs(run: Any, mails: Path) -> None:
    options = ["--models", "nb,lm,lr,nbsvm", "--repeats", "4", "--seed", "5"]
    for jobs in (1, 2):
        run("curve", mails, *options, "--jobs", jobs, "--json", f"{jobs}.json", "--csv", f"{jobs}.csv")
    assert Path("1.json").read_bytes() == Path("2.json").read_bytes()
    assert Path("1.csv").read_bytes() == Path("2.csv").read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="links as POSIX has them")
def test_a_link_stays_one(run: Any, saved: Path) -> None:
    Path("there").mkdir()
    Path("link.csv").symlink_to("there/real.csv")
    run("curve", "--from", saved, "--csv", "link.csv")
    assert Path("link.csv").is_symlink()
    assert Path("there/real.csv").read_text().startswith("corpus,")


# Curves that are there


def test_from_shows_and_draws_again(run: Any, mails: Path, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = paragraphs(run("curve", mails, *FAST).out)
    monkeypatch.setattr("textgd.evaluation.learning_curve.learning_curves", None)
    monkeypatch.setattr("textgd.cli.sources.open_corpus", None)
    shown = paragraphs(run("curve", "--from", saved).out)
    times = "; times with 96 documents, of one core"
    assert shown[1].splitlines() == before[1].replace(times, "").splitlines()[:-2]
    assert [shown[0], *shown[2:]] == [before[0], *before[2:]]
    run("curve", "--from", saved, "--json", "again.json")
    assert Path("again.json").read_bytes() == saved.read_bytes()
    assert run("curve", "--from", "-", "--json", "-", stdin=saved.read_bytes()).out == saved.read_text()
    done = run("curve", "--from", saved, "--plot", "a.svg", "--report", "a.html", "--csv", "a.csv")
    assert done.err.splitlines() == ["wrote a.csv", "wrote a.svg", "wrote a.html"]


def test_from_keeps_times_and_gaps(run: Any, mails: Path) -> None:
    made = run("curve", mails, *GAPS, "--times", "--json", "timed.json")
    shown = run("curve", "--from", "timed.json")
    assert shown.out == made.out
    assert f"{shown.err}wrote timed.json\n".splitlines() == sorted(made.err.splitlines())
    again = run("curve", "--from", "timed.json", "--times", "--json", "-")
    assert again.out == Path("timed.json").read_text()


def test_times_that_are_not_there_are_told(run: Any, saved: Path) -> None:
    done = run("curve", "--from", saved, "--times", "--json", "-")
    assert done.err == "note: there are no times in these curves; --times writes them where the curves are made\n"
    assert done.json["fit_times"]["nb"] == [[None] * 3] * 2


@pytest.mark.usefixtures("nothing_is_computed")
@pytest.mark.parametrize(
    ("options", "name"),
    [
        (["mails.csv"], "CORPUS"),
        (["--models", "nb"], "--models"),
        (["--sizes", "20,max"], "--sizes"),
        (["--repeats", "20"], "--repeats"),
        (["--metric", "accuracy"], "--metric"),
        (["--seed", "0"], "--seed"),
        (["--tune"], "--tune"),
        (["--families"], "--families"),
        (["--budget", "5m"], "--budget"),
        (["--test-size", "0.2"], "--test-size"),
        (["--duplicates", "none"], "--duplicates"),
        (["--jobs", "2"], "--jobs"),
        (["--format", "csv"], "--format"),
        (["--text-column", "1"], "--text-column"),
        (["--label-column", "1"], "--label-column"),
        (["--header"], "--header"),
        (["--encoding", "utf-8"], "--encoding"),
    ],
)
def test_from_refuses_what_would_compute(run: Any, options: list[str], name: str) -> None:
    assert_refused(run("curve", "--from", "saved.json", *options, code=2), f"there; {name} would make others")


FOREIGN: dict[str, tuple[Callable[[str], str], str]] = {
    "empty": (lambda text: "", "is no JSON"),
    "cut": (lambda text: text[:-100], "is no JSON"),
    "a list": (lambda text: "[]", "holds no learning curves of textgd"),
    "other": (lambda text: '{"accuracy": 0.9}', "holds no learning curves of textgd"),
    "newer": (lambda text: text.replace('"format": 1', '"format": 2'), "is in format 2 of learning curves"),
    "without scores": (lambda text: text.replace('"test_scores"', '"scores"'), "is damaged"),
    "without a size": (lambda text: text.replace('"train_sizes": [20, 96]', '"train_sizes": [20]'), "is damaged"),
}


@pytest.mark.parametrize("damage", FOREIGN)
def test_json_that_holds_no_curves(run: Any, saved: Path, damage: str) -> None:
    change, words = FOREIGN[damage]
    Path("bad.json").write_text(change(saved.read_text()))
    for options in ([], ["--plot", "x.png"], ["--json", "-"]):
        assert_refused(run("curve", "--from", "bad.json", *options, code=1), "bad.json", words, "textgd curve CORPUS")
    assert sorted(os.listdir()) == ["bad.json", "saved.json"]


@pytest.mark.parametrize(("name", "words"), [("nothing.json", "No such file"), (".", "Is a directory")])
def test_from_a_place_without_a_file(run: Any, name: str, words: str) -> None:
    assert_refused(run("curve", "--from", name, code=1), f"{name} cannot be read", words)


# What is refused


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--sizes 30,20", "--sizes is '30,20': 30 is followed by 20. Name each size once, ascending."),
        ("--sizes 20,20", "--sizes is '20,20': 20 is followed by 20."),
        ("--sizes 20,97", "--sizes is '20,97': 97 is above the 96 documents of the training part."),
        ("--sizes 1,20", "a subset of 1 cannot hold one of each of the 2 classes"),
        ("--sizes 2:max:exp", "--sizes is '2:max:exp': '2:max:exp' is no range."),
        ("--sizes many", "'many' is no whole number of documents"),
        ("--sizes 20.5", "'20.5' is no whole number"),
        ("--sizes=-5", "'-5' is no whole number"),
        ("--sizes=", "'' is no whole number"),
        ("--repeats 0", "'--repeats': 0 is not in the range"),
        ("--repeats 100000000", "--repeats is 100000000; a whole number from 1 to 1000 is expected"),
        ("--repeats many", "'many' is not a valid integer"),
        ("--budget 0", "'--budget': '0' is no time to spend; write more than 0"),
        ("--budget=-3s", "'-3s' is no time to spend"),
        ("--budget 5x", "'5x' is no time; write 60s, 5m or 1h."),
        ("--budget soon", "'soon' is no time"),
        ("--budget nan", "'nan' is no time"),
        ("--budget 1e999", "'1e999' is no time to spend"),
        ("--budget 1ms", "'1ms' is no time; write 60s"),
        ("--budget 0.0001s", "--budget is 0.0001 seconds, which ended before one repeat did: 0% of its 4 results"),
        ("--models nbb", "Did you mean nb or cnb?"),
        ("--models nb,nb", "'nb' is named twice"),
        ("--models ,", "--models names no model; write their names with commas between"),
        ("--models=", "--models names no model"),
        ("--models nb,no_such_module:Class", "'no_such_module:Class' cannot be made"),
        ("--models nb,sklearn.naive_bayes:Nothing", "cannot be made"),
        ("--families --models nb,sklearn.naive_bayes:ComplementNB", "--families chooses among models of the registry"),
        ("--metric precision", "There is no metric 'precision'. Allowed: accuracy, auc"),
        ("--duplicates fuzzy", "'fuzzy' is not one of"),
        ("--test-size 1.5", "--test-size is 1.5; allowed is a share between 0 and 1"),
        ("--test-size nan", "--test-size is nan"),
        ("--seed -1", "'--seed': -1 is not in the range"),
        ("--jobs 0", "--jobs is 0; it has to be a whole number other than 0"),
        ("--repeat 3", "'--repeats'"),
        ("--csv -", "Only --json can be printed (-)"),
        ("--plot -", "Only --json can be printed (-)"),
        ("more", "unexpected extra argument (more)"),
    ],
)
def test_option_that_cannot_be(run: Any, mails: Path, options: str, words: str) -> None:
    assert_refused(run("curve", mails, *FAST, "--json", "x.json", *options.split(), code=2), words)
    assert os.listdir() == []


def test_without_anything_to_show(run: Any) -> None:
    assert_refused(run("curve", code=2), "Name a CORPUS, such as sms-spam, or curves to show with --from FILE.")


@pytest.mark.parametrize("metric", ["roc_auc", "lam"])
def test_a_metric_of_two_classes_on_three(run: Any, three: Path, metric: str) -> None:
    done = run("curve", three, *FAST, "--metric", metric, code=2)
    assert_refused(done, f"--metric is '{metric}', which is defined for two classes, and three.csv has 3. Choose")


FEW: dict[str, tuple[str, int, str]] = {
    "few.csv": ("spam,win {n}\nham,see {n}\n", 5, "8 documents, fewer than the smallest size, 20"),
    "single.csv": ("spam,win {n}\nham,see {n}\n", 20, "Class 'odd' has 1 document; at least 2 are needed"),
    "one-class.csv": ("ham,see {n}\n", 20, "one class only, 'ham'"),
    "copies.csv": ("spam,win {n}\nham,see you\n", 20, "documents of class 'ham' are near-duplicates of each other"),
    "none.csv": ("", 0, "a header and no rows"),
}


@pytest.mark.parametrize("name", FEW)
def test_corpus_that_cannot_be_used(run: Any, name: str) -> None:
    lines, number, words = FEW[name]
    odd = "odd,one\n" * (name == "single.csv")
    Path(name).write_text("label,text\n" + "".join(lines.format(n=n) for n in range(number)) + odd)
    assert_refused(run("curve", name, "--models", "nb,lr", "--repeats", "2", "--json", "x.json", code=1), words)
    assert os.listdir() == [name]


def test_fewer_documents_than_the_smallest_size_that_was_asked_for(run: Any, mails: Path) -> None:
    done = run("curve", mails, "--models", "nb", "--sizes", "500:max:log", code=1)
    assert_refused(done, "96 documents, fewer than the smallest size, 500", "--sizes")


@pytest.mark.parametrize(("source", "code"), [("nothing.csv", 1), ("sms-span", 2), ("", 2)])
def test_source_that_is_none(run: Any, source: str, code: int) -> None:
    assert_refused(run("curve", source, "--json", "x.json", code=code))
    assert os.listdir() == []


@pytest.mark.usefixtures("nothing_is_computed")
@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--json", "nowhere/x.json"], 1, "There is no folder"),
        (["--csv", "nowhere/x.csv"], 1, "There is no folder"),
        (["--plot", "nowhere/x.png"], 1, "There is no folder"),
        (["--report", "nowhere/x.html"], 1, "There is no folder"),
        (["--json", "folder"], 1, "is a folder; name a file for the JSON"),
        (["--csv", "folder"], 1, "is a folder; name a file for the CSV"),
        (["--report", "folder"], 1, "is a folder; name a file for the report"),
        (["--plot", "folder.png"], 1, "is a folder; name a file for the picture"),
        (["--plot", "x.gif"], 2, "Let its name end with .png, .svg or .pdf."),
        (["--plot", "x"], 2, "Let its name end with .png, .svg or .pdf."),
        (["--json", "x", "--csv", "x"], 2, "is named for two results"),
        (["--json", "x", "--csv", "./x"], 2, "is named for two results"),
        (["--report", "x.svg", "--plot", "folder/../x.svg"], 2, "is named for two results"),
        (["--csv", "mine.csv"], 2, "mine.csv is what is read here"),
        (["--json", "folder/../mine.csv"], 2, "mine.csv is what is read here"),
        (["--json", "/dev/null"], 1, "is a device or a pipe"),
    ],
)
def test_destination_that_cannot_be(run: Any, tmp_path: Path, options: list[str], code: int, words: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "mine.csv").write_text("label,text\n")
    assert_refused(run("curve", "mine.csv", *options, code=code), words)
    assert sorted(os.listdir()) == ["folder", "folder.png", "mine.csv"]
    assert Path("mine.csv").read_text() == "label,text\n"


def test_unlabeled_documents_are_not_overwritten(run: Any) -> None:
    Path("mine.csv").write_text("label,text\n")
    Path("more.txt").write_text("some text\n")
    options = ["--axis", "unlabeled", "--unlabeled", "more.txt", "--json", "./more.txt"]
    assert_refused(run("curve", "mine.csv", *options, code=2), "more.txt is what is read here")
    assert Path("more.txt").read_text() == "some text\n"


def test_curves_that_are_shown_are_not_overwritten(run: Any, saved: Path) -> None:
    before = saved.read_bytes()
    assert_refused(run("curve", "--from", saved, "--csv", saved, code=2), "saved.json is what is read here")
    assert saved.read_bytes() == before


@pytest.mark.usefixtures("nothing_is_computed")
@pytest.mark.parametrize("option", ["--plot", "--report"])
def test_a_picture_without_matplotlib(run: Any, mails: Path, monkeypatch: pytest.MonkeyPatch, option: str) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert_refused(run("curve", mails, *FAST, option, "x.svg", code=1), "pip install 'textgd[plot]'")
    assert os.listdir() == []


def test_trouble_while_writing_leaves_what_was_there(run: Any, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("old.csv").write_text("old\n")

    def replace(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", replace)
    done = run("curve", "--from", saved, "--csv", "old.csv", code=1)
    assert_refused(done, "interrupted; no file is left half written")
    assert Path("old.csv").read_text() == "old\n"
    assert sorted(os.listdir()) == ["old.csv", "saved.json"]


# Interrupts and progress


INTERRUPTED = """
import os, signal, sys, time
from textgd.evaluation.contestants import TextContestant
solve, fits = TextContestant.solve, 0

def slow(self, point):
    global fits
    fits += 1
    if fits in {at}:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.5)  # the main thread hears of it
    return solve(self, point)

TextContestant.solve = slow
from textgd.cli import main
main(sys.argv[1:])
"""


@pytest.fixture
def here(folder: Path, tmp_path: Path) -> Path:
    """Return the test's folder with the corpus in it."""
    (tmp_path / "mails.csv").write_bytes((folder / "mails.csv").read_bytes())
    return tmp_path


def interrupted(here: Path, at: set[int], *options: str) -> subprocess.CompletedProcess[str]:
    """Run with one job, and interrupt in the middle of the fits of these numbers."""
    command = [sys.executable, "-c", INTERRUPTED.format(at=at), "curve", "mails.csv", *FAST, "--repeats", "1000"]
    return subprocess.run([*command, "--jobs", "1", *options], cwd=here, capture_output=True, text=True, timeout=120)


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_control_c_keeps_what_is_done(here: Path) -> None:
    done = interrupted(here, {30}, "--json", "kept.json")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    curves = textgd.LearningCurves.from_json((here / "kept.json").read_text())
    assert 1 <= curves.n_repeats < 1000
    assert (curves.settings["interrupted"], curves.settings["repeats_asked"]) == (True, 1000)
    warning, wrote = done.stderr.splitlines()
    assert warning == f"warning: Interrupted: this is what {curves.n_repeats} of 1000 repeats say."
    assert wrote == "wrote kept.json"
    assert paragraphs(done.stdout)[-1] == curves.verdict
    fewer = learning_curves(["nb", "lr"], here / "mails.csv", SIZES, curves.n_repeats, random_state=0)
    assert fewer.verdict == curves.verdict


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_control_c_before_a_repeat_is_done(here: Path) -> None:
    done = interrupted(here, {2}, "--sizes", "10:max:lin:80", "--json", "kept.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: interrupted; no file is left half written.\n"
    assert [path.name for path in here.iterdir()] == ["mails.csv"]


class _Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    clock = _Clock()
    monkeypatch.setattr(console, "time", clock)
    return clock


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the lines that a terminal shows one after the other."""
    lines: list[str] = []
    monkeypatch.setattr(console._progress, "show", lines.append)
    return lines


HOW_TO_END = "(Ctrl-C ends and shows what is done)"


def test_the_time_left_is_told_by_the_pace(clock: _Clock, shown: list[str]) -> None:
    tell = Countdown("fits", "comparing")
    clock.now += 50  # reading, which is no part of the pace
    tell(1, 20_001)
    clock.now += 10
    tell(101, 20_001)
    clock.now += 10
    tell(2_001, 20_001)
    clock.now += 170
    tell(20_000, 20_001)
    clock.now += 1
    tell(20_001, 20_001)
    assert shown == [
        f"1 of 20,001 fits {HOW_TO_END}",
        f"101 of 20,001 fits, about 33 min left {HOW_TO_END}",
        f"2,001 of 20,001 fits, about 3 min left {HOW_TO_END}",
        f"20,000 of 20,001 fits, about 0 s left {HOW_TO_END}",
        "comparing ...",
    ]


def test_hours_are_told_as_hours(clock: _Clock, shown: list[str]) -> None:
    tell = Countdown("fits", "comparing")
    tell(1, 1001)
    clock.now += 9
    tell(2, 1001)
    assert shown[-1] == f"2 of 1,001 fits, about 2.5 h left {HOW_TO_END}"


def test_the_line_does_not_flicker(clock: _Clock, shown: list[str]) -> None:
    tell = Countdown("fits", "comparing")
    for done in range(1, 101):
        clock.now += 0.01
        tell(done, 100)
    assert len(shown) <= 6
    assert shown[-1] == "comparing ..."


def test_a_limit_is_what_is_left(clock: _Clock, shown: list[str]) -> None:
    tell = Countdown("fits", "comparing", 60.0)
    clock.now += 10
    tell(1, 1000)
    clock.now += 10
    tell(11, 1000)
    clock.now += 100
    tell(12, 1000)
    assert shown == [
        f"1 fit, about 50 s left {HOW_TO_END}",
        f"11 fits, about 40 s left {HOW_TO_END}",
        f"12 fits, about 0 s left {HOW_TO_END}",
    ]
    soon = Countdown("fits", "comparing", 60.0)
    soon(1, 10)
    clock.now += 5
    soon(6, 10)
    assert shown[-1] == f"6 of 10 fits, about 4 s left {HOW_TO_END}"


def test_control_c_is_heard_at_once(clock: _Clock, shown: list[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    with Countdown("fits", "comparing") as tell:
        tell(1, 10)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        clock.now += 5
        tell(2, 10)
    assert shown == [f"1 of 10 fits {HOW_TO_END}", "ending what is under way (Ctrl-C again gives up) ..."]
    assert signal.getsignal(signal.SIGINT) is before


def test_who_gives_up_can_end_the_process() -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(KeyboardInterrupt), Countdown("fits", "comparing"):
            raise KeyboardInterrupt
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_handler_of_somebody_else_is_left_alone() -> None:
    def mine(*_: Any) -> None:
        raise AssertionError

    before = signal.signal(signal.SIGINT, mine)
    try:
        with Countdown("fits", "comparing"):
            assert signal.getsignal(signal.SIGINT) is mine
        assert signal.getsignal(signal.SIGINT) is mine
    finally:
        signal.signal(signal.SIGINT, before)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("columns", "tables"), [(24, 5), (60, 2), (200, 1)])
def test_a_narrow_terminal_gets_several_tables(monkeypatch: pytest.MonkeyPatch, columns: int, tables: int) -> None:
    monkeypatch.setattr("sys.stdout", _Terminal())
    monkeypatch.setenv("COLUMNS", str(columns))
    curves = make_curves(("nb", "lm", "lr", "svm", "nbsvm"))
    title, *lines = curve_tables._errors(curves).splitlines()
    assert title.startswith("error % [95 % interval]")
    headers = [line.split() for line in lines if line.startswith("documents ")]
    assert len(headers) == tables
    assert [name for header in headers for name in header[1:]] == ["nb", "lm", "lr", "svm", "nbsvm"]
    assert len(lines) == tables * (3 + len(SIZES_OF_MADE_UP))
    assert max(map(len, lines)) <= max(columns, 30)
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert curve_tables._errors(curves).count("documents  ") == 1
