"""``textgd compare``: what the library says, from a command line, and nothing half done."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from textgd.corpus import load_corpus
from textgd.evaluation.comparing import compare
from textgd.models import MODELS

FAST = ["--models", "nb,lr", "--cv", "3"]
TIMES = ("fit_seconds", "predict_seconds", "seconds_per_document")


def without_times(data: Any) -> Any:
    models = [{key: value for key, value in model.items() if key not in TIMES} for model in data["models"]]
    return {**data, "models": models}


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        ([], {}),
        (["--models", "lm,svm"], {"models": ["lm", "svm"]}),
        (["--models", "nb,sklearn.naive_bayes:ComplementNB"], {"models": ["nb", "sklearn.naive_bayes:ComplementNB"]}),
        (["--cv", "5", "--repeats", "2"], {"cv": 5, "repeats": 2}),
        (["--metric", "log_loss"], {"metric": "log_loss"}),
        (["--metric", "auc"], {"metric": "roc_auc"}),
        (["--duplicates", "none"], {"duplicates": None}),
        (["--duplicates", "minhash"], {"duplicates": "minhash"}),
        (["--seed", "7"], {"random_state": 7}),
        (["--jobs", "1"], {}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_equals_the_library(run: Any, mails: Path, options: list[str], arguments: dict[str, Any]) -> None:
    expected = {"models": ["nb", "lr"], "cv": 3, "random_state": 0, **arguments}
    done = run("compare", mails, *FAST, *options, "--json")
    comparison = compare(expected.pop("models"), load_corpus(mails), **expected)
    assert without_times(done.json) == without_times(json.loads(comparison.to_json()))


def test_every_metric_has_its_interval(run: Any, mails: Path) -> None:
    printed = run("compare", mails, *FAST, "--metric", "f1", "--json").json
    assert list(printed) == ["corpus", "metric", "ranking", "models", "pairs", "failures", "settings"]
    for model in printed["models"]:
        assert list(model["metrics"]) == ["f1_macro", "accuracy", "roc_auc", "lam"]
        for interval in model["metrics"].values():
            assert interval["low"] <= interval["value"] <= interval["high"]
        assert model["bytes"] > 1000
        assert all(model[key] > 0.0 for key in TIMES)
    assert set(printed["pairs"][0]["difference"]) == {"value", "low", "high"}


def test_defaults(run: Any, mails: Path) -> None:
    printed = run("compare", mails, "--json").json
    assert {model["name"] for model in printed["models"]} == {"nb", "lm", "lr", "svm", "nbsvm"}
    settings = printed["settings"]
    assert (printed["metric"], settings["cv"], settings["repeats"], settings["seed"]) == ("accuracy", 10, 1, 0)
    assert (len(printed["pairs"]), settings["folds_done"]) == (10, 10)


def test_all_stands_for_the_registry(run: Any, mails: Path) -> None:
    printed = run("compare", mails, "--models", "all", "--cv", "2", "--json").json
    assert {model["name"] for model in printed["models"]} == set(MODELS)


def test_two_tables_and_the_sentence(run: Any, mails: Path) -> None:
    done = run("compare", mails, *FAST)
    comparison = compare(["nb", "lr"], load_corpus(mails), cv=3, random_state=0)
    first, models, pairs, last = done.out.rstrip("\n").split("\n\n")
    assert last == comparison.ranking
    assert first.splitlines()[0].startswith("mails.csv: 120 documents (ham ")
    assert first.splitlines()[1] == "3 folds, each document tested once"
    assert "not calibrated, for accuracy needs none" in first
    header, *rows = models.splitlines()
    assert header.split("  ")[0] == "model"
    assert [row.split()[:2] for row in rows] == [[model.name, model.family] for model in comparison.models]
    for row, model in zip(rows, comparison.models, strict=True):
        value, low, high = (float(word.strip("[],")) for word in row.split()[2:5])
        interval = model.metrics["accuracy"]
        assert (value, low, high) == pytest.approx([100 * number for number in vars(interval).values()], abs=0.51)
    (row,) = pairs.splitlines()[1:]
    pair = comparison.pairs[0]
    assert row.split()[:2] == [pair.first, pair.second]
    assert row.split()[-1] == f"{pair.wins}-{pair.ties}-{pair.losses}"
    assert done.err == ""


def test_calibration_is_told_where_it_is_needed(run: Any, mails: Path) -> None:
    done = run("compare", mails, *FAST, "--metric", "log_loss")
    assert "probabilities: calibrated, which log loss needs" in done.out
    assert done.out.split("\n\n")[1].split("\n")[0].split()[-9:-5] == ["lam", "%", "brier", "ece"]


def test_a_report(run: Any, mails: Path) -> None:
    done = run("compare", mails, *FAST, "--report", "page.html")
    assert done.err == "wrote page.html\n"
    page = Path("page.html").read_text(encoding="utf-8")
    assert done.out.rstrip("\n").split("\n\n")[-1] in page.replace("&#x27;", "'")


def test_saved_models(run: Any, mails: Path, model: Path) -> None:
    run("train", mails, "--model", "svm", "-o", "svm.textgd")
    done = run("compare", mails, "--models", f"{model},svm.textgd", "--cv", "5", "--seed", "3")
    assert "saved models, tested as they are" in done.out
    assert "folds won" not in done.out
    notes = done.err.splitlines()
    assert notes[0] == "note: --cv not used: saved models are tested as they are"
    assert [note.split(" was ")[1].split(";")[0] for note in notes[1:]] == ["trained on a corpus named mails.csv"] * 2
    printed = run("compare", mails, "--models", f"{model},svm.textgd", "--seed", "3", "--json").json
    assert without_times(printed) == without_times(
        json.loads(compare([str(model), "svm.textgd"], load_corpus(mails), random_state=3).to_json())
    )
    assert {m["name"]: m["bytes"] for m in printed["models"]}["svm.textgd"] == os.path.getsize("svm.textgd")
    assert all(m["fit_seconds"] is None for m in printed["models"])


def test_labels_never_seen_are_counted_and_named(run: Any, model: Path) -> None:
    Path("other.csv").write_text("label,text\nham,see you at home\nodd\x1b[31m,film plot\nodd\x1b[31m,a scene\n")
    done = run("compare", "other.csv", "--models", model)
    assert (
        f"labels that {model} has never seen, counted as wrong and left out of ROC AUC and lam: odd\\x1b[31m (2)\n"
        in done.err
    )
    assert "\x1b" not in done.out + done.err


def test_an_official_test_part_is_left_alone_and_that_is_told(run: Any, rows: list[tuple[str, str]]) -> None:
    lines = [
        json.dumps({"text": text, "label": label, "split": "train" if number % 4 else "test"})
        for number, (label, text) in enumerate(rows)
    ]
    Path("official.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = run("compare", "official.jsonl", *FAST)
    assert done.err == (
        "note: comparing on the 90 documents of the training part of official.jsonl, of 120; the other documents stay "
        "unseen\n"
    )
    assert done.lines[0].startswith("official.jsonl: 90 documents")


def test_a_model_that_fails_is_told(run: Any, mails: Path) -> None:
    done = run("compare", mails, "--models", "nb,sklearn.naive_bayes:GaussianNB", "--cv", "3")
    assert done.err.startswith("note: GaussianNB failed in 3 of 3 folds: TypeError: ")
    assert done.out.endswith("; GaussianNB gave no result.\n")


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--cv", "1"], 2, "--cv is 1; a whole number from 2 on"),
        (["--cv", "90"], 1, "too few for --cv 90, where each fold tests one"),
        (["--repeats", "0"], 2, "--repeats is 0"),
        (["--models", "nbb"], 2, "There is no model 'nbb'. Did you mean nb"),
        (["--models", " , "], 2, "--models names no model"),
        (["--models", "nb,nb"], 2, "named twice"),
        (["--models", "nb,no.textgd"], 2, "no.textgd is a saved model, and 'nb' is to be fitted (--models). Saved"),
        (["--models", "no.textgd"], 1, "No such file: no.textgd"),
        (["--models", "mails.csv"], 2, "There is no model 'mails.csv'"),
        (["--metric", "speed"], 2, "There is no metric 'speed'"),
        (["--report", "page.txt"], 2, "let the name 'page.txt' end with .html"),
        (["--report", "no/page.html"], 1, "There is no folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_refused_in_a_sentence(
    run: Any, mails: Path, options: list[str], code: int, words: str
) -> None:
    done = run("compare", mails, *options, code=code)
    assert done.out == ""
    first, *rest = done.err.splitlines()
    assert first.startswith("error: ")
    assert words in first
    assert rest in ([], ["Try 'textgd compare --help' for help."])
    assert os.listdir() == []


def test_a_report_on_what_is_read_is_refused(run: Any, mails: Path, model: Path) -> None:
    Path("mails.html").write_bytes(mails.read_bytes())
    Path("link.html").symlink_to("mails.html")
    Path("model.html").symlink_to(model)
    Path("folder/ham").mkdir(parents=True)
    for source, report, models in (
        ("mails.html", "mails.html", "nb,lr"),
        ("mails.html", "link.html", "nb,lr"),
        ("link.html", "mails.html", "nb,lr"),
        ("folder", "folder/ham/page.html", "nb,lr"),
        (mails, "model.html", model),
    ):
        done = run("compare", source, "--models", models, "--report", report, code=2)
        assert f"{report} is what is read here, or in it; name another file" in done.err
    assert Path("mails.html").read_bytes() == mails.read_bytes()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("label,text\nham,a b\nham,c d\n", "one class only"),
        ("label,text\nham,a b\nspam,c d\nham,e f\n", "Class 'spam' has 1 document"),
        ("", "empty"),
    ],
)
def test_corpora_that_cannot_be_compared_on(run: Any, text: str, words: str) -> None:
    Path("few.csv").write_text(text, encoding="utf-8")
    done = run("compare", "few.csv", code=1)
    assert words in done.err
    assert done.err.count("\n") == 1
