"""``textgd evaluate`` judges a saved model as ``train`` judged it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import textgd
from textgd.corpus import holdout, load_corpus

FIGURES = ["labels", "confusion", "n_documents", "positive", "threshold", "metrics", "classes", "unseen", "undefined"]


def test_equals_what_train_said_and_what_the_library_says(run: Any, model: Path, mails: Path) -> None:
    corpus = load_corpus(mails)
    held_out = corpus.select(holdout(corpus.labels)[1].tolist())
    lines = "".join(f"{label}\t{text}\n" for label, text in zip(held_out.labels, held_out.texts, strict=True))
    Path("held-out.tsv").write_text(lines, encoding="utf-8")
    done = run("evaluate", model, "held-out.tsv", "--json")
    trained = run("inspect", model, "--json").json["training"]
    assert {name: done.json[name] for name in FIGURES} == {name: trained[name] for name in FIGURES}
    expected = textgd.evaluate(textgd.load(model), load_corpus("held-out.tsv"))
    assert {name: done.json[name] for name in expected.to_dict()} == expected.to_dict()
    assert (done.json["corpus"], done.err) == ("held-out.tsv", "")
    assert list(done.json["times"]) == ["load", "read", "evaluate"]
    shown = run("evaluate", model, "held-out.tsv")
    assert shown.out.startswith(f"{model} on held-out.tsv\n\naccuracy {100 * expected['accuracy'].value:.2f} % ")
    loss = expected["log_loss"]
    line = next(line.split() for line in shown.lines if line.startswith("log loss"))
    assert line[2:5] == [f"{number:.4f}" for number in (loss.value, loss.low, loss.high)]


def test_a_model_of_scores_alone_is_judged_by_its_labels(run: Any, mails: Path) -> None:
    run("train", mails, "-o", "m.textgd", "--model", "svm", "--calibrate", "none")
    result = run("evaluate", "m.textgd", mails, "--json").json
    expected = textgd.evaluate(textgd.load("m.textgd"), load_corpus(mails)).to_dict()
    assert {name: result[name] for name in expected} == expected
    assert not {"log_loss", "brier", "ece"} & set(result["metrics"])
    assert (result["calibration"], result["thresholds"]) == (None, [])
    assert result["metrics"]["roc_auc"]["value"] > 0.9
    shown = run("evaluate", "m.textgd", mails).out
    assert "accuracy " in shown
    assert "log loss" not in shown


def test_documents_that_the_model_has_seen_are_told(run: Any, model: Path, mails: Path) -> None:
    assert "trained on a corpus named mails.csv" in run("evaluate", model, mails).err


def test_only_the_official_test_part_counts(run: Any, rows: list[tuple[str, str]]) -> None:
    with open("split.jsonl", "w") as file:
        for number, (label, text) in enumerate(rows):
            file.write(json.dumps({"text": text, "label": label, "split": "train" if number % 4 else "test"}) + "\n")
    trained = run("train", "split.jsonl", "-o", "m.textgd", "--json").json
    done = run("evaluate", "m.textgd", "split.jsonl", "--json")
    assert {name: done.json[name] for name in FIGURES} == {name: trained[name] for name in FIGURES}
    in_library = textgd.evaluate(textgd.load("m.textgd"), load_corpus("split.jsonl")).to_dict()
    assert {name: done.json[name] for name in in_library} == in_library
    assert "testing on the 30 documents of the test part" in done.err
    assert "has seen them" not in done.err
    run("train", "split.jsonl", "-o", "m.textgd", "--refit")
    assert "has seen them" in run("evaluate", "m.textgd", "split.jsonl").err


def test_labels_never_seen_are_wrong_and_named(run: Any, model: Path) -> None:
    Path("other.tsv").write_text("spam\twin free cash\nham\tsee you later\nmartian\twe come in peace\n")
    assert run("evaluate", model, "other.tsv", "--json").json["metrics"]["accuracy"]["value"] == 2 / 3
    shown = run("evaluate", model, "other.tsv").out
    left_out = "hm, sm, lam, ROC, precision-recall and thresholds"
    assert f"the model has never seen, counted as wrong, and left out of {left_out}: martian (1)" in shown
    assert "\nthe only error:\n" in shown


def test_labels_never_seen_are_no_ham(run: Any, model: Path) -> None:
    Path("other.tsv").write_text("spam\twin free cash\nmartian\twin cash now\nmartian\twe come in peace\n")
    done = run("evaluate", model, "other.tsv", "--max-ham-loss", "50%", "--json").json
    assert done["metrics"]["hm"]["value"] is done["metrics"]["roc_auc"]["value"] is None
    assert done["undefined"]["hm"] == "no test document is of the class ham"
    assert (done["claim"]["n_negative"], done["claim"]["threshold"], done["curves"]) == (0, None, [])
    assert {row["hm"]["value"] for row in done["thresholds"]} == {None}
    Path("none.tsv").write_text("martian\twe come in peace\n")
    shown = run("evaluate", model, "none.tsv", "--max-ham-loss", "50%").out
    assert "  roc_auc: no test document is of the class spam\n" in shown


def test_compare_gives_the_same_figures(run: Any, model: Path, mails: Path) -> None:
    Path("other.tsv").write_text(
        "".join(f"{c.labels[i]}\t{c.texts[i]}\n" for c in [load_corpus(mails)] for i in range(40)) + "odd\tfilm plot\n"
    )
    evaluated = run("evaluate", model, "other.tsv", "--json").json
    for seed in ("0", "9"):
        (compared,) = run("compare", "other.tsv", "--models", model, "--seed", seed, "--json").json["models"]
        assert compared["metrics"] == {name: evaluated["metrics"][name] for name in compared["metrics"]}
    assert {"accuracy", "f1_macro", "roc_auc", "lam", "log_loss", "brier", "ece"} == set(compared["metrics"])
    assert compared["unseen"] == evaluated["unseen"] == [{"label": "odd", "support": 1}]


@pytest.mark.parametrize(("one", "zero"), [(1, 0), (True, False), (2.0, 1.0)])
def test_a_model_of_labels_that_are_no_text(run: Any, rows: list[tuple[str, str]], one: Any, zero: Any) -> None:
    texts = [text for _, text in rows]
    labels = [one if label == "spam" else zero for label, _ in rows]
    classifier = textgd.TextClassifier().fit(texts, labels)
    classifier.save("numbers.textgd")
    lines = [json.dumps({"text": text, "label": label}) for text, label in zip(texts, labels, strict=True)]
    Path("numbers.jsonl").write_text("\n".join(lines))
    result = run("evaluate", "numbers.textgd", "numbers.jsonl", "--json").json
    assert result["unseen"] == []
    assert result["metrics"]["accuracy"]["value"] == classifier.score(texts, labels)
    assert run("predict", "numbers.textgd", "win a free prize").out == f"{one}\n"
    assert run("predict", "numbers.textgd", "win a free prize", "--json").json["label"] == one
    assert run("inspect", "numbers.textgd", "--top", "1").code == 0


# Options


def test_a_threshold_calls_less_spam(run: Any, model: Path, mails: Path) -> None:
    corpus, classifier = load_corpus(mails), textgd.load(model)
    proba = classifier.predict_proba(corpus.texts)
    result = run("evaluate", model, mails, "--threshold", "0.9", "--json").json
    assert (result["positive"], result["threshold"]) == ("spam", 0.9)
    assert sum(row[1] for row in result["confusion"]) == (proba[:, 1] >= 0.9).sum()
    turned = run("evaluate", model, mails, "--threshold", "0.9", "--positive", "ham", "--json").json
    assert sum(row[0] for row in turned["confusion"]) == (proba[:, 0] >= 0.9).sum()
    shown = run("evaluate", model, mails, "--threshold", "0.9").out
    assert "mails.csv, called spam from a probability of 0.9 on\n" in shown
    assert "\nspam from  called " in shown


def test_max_ham_loss_finds_a_threshold_or_says_what_it_takes(run: Any, model: Path, mails: Path) -> None:
    claim = run("evaluate", model, mails, "--max-ham-loss", "20%", "--json").json["claim"]
    assert claim["limit"] == 0.2
    assert claim["bound"] <= 0.2
    assert claim["caught"]["value"] > 0.5
    shown = run("evaluate", model, mails, "--max-ham-loss", "0.2").out
    assert f"--threshold {claim['threshold']!r}: with 95 % confidence, 20 % of ham at most is called spam" in shown
    assert "it catches" in shown
    again = run("evaluate", model, mails, "--threshold", claim["threshold"], "--json").json
    assert again["confusion"][0][1] == claim["n_lost"]
    refused = run("evaluate", model, mails, "--max-ham-loss", "0.1%")
    assert "it takes 2,995 without any error" in refused.out
    told = run("evaluate", model, mails, "--max-ham-loss", "0.001", "--json").json["claim"]
    assert (told["threshold"], told["n_needed"], told["caught"]["value"]) == (None, 2995, None)


def test_slices_by_length_and_by_column(run: Any, model: Path, rows: list[tuple[str, str]]) -> None:
    with open("sources.jsonl", "w") as file:
        for number, (label, text) in enumerate(rows):
            file.write(json.dumps({"text": text, "label": label, "source": ["web", None, 3][number % 3]}) + "\n")
    result = run("evaluate", model, "sources.jsonl", "--by", "length", "--by", "source", "--json").json["slices"]
    assert [(part["name"], part["n_documents"]) for part in result["source"]] == [("", 40), ("3", 40), ("web", 40)]
    assert sum(part["n_documents"] for part in result["length"]) == 120
    shown = run("evaluate", model, "sources.jsonl", "--by", "source").out
    assert re.search(r"\nby source +documents +accuracy %", shown)
    assert re.search(r"\n\(empty\) +40  ", shown)
    assert "characters  " in run("evaluate", model, "sources.jsonl", "--by", "length").out


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "a.csv",
            "label,text,n\nham,see,1\n",
            "there is no column 'source' (by). The columns there are: 'label', 'text'",
        ),
        ("a.tsv", "ham\tsee you\n", "The first row is taken for a header, which --by source needs."),
        ("a.ft", "__label__ham see\n", "format fasttext has no columns beside text and label, and so no 'source'"),
        ("a.jsonl", '{"text": "see", "label": "ham"}\n', "there is no column 'source'"),
    ],
)
def test_a_column_that_is_not_there(run: Any, model: Path, name: str, text: str, words: str) -> None:
    Path(name).write_text(text)
    failed = run("evaluate", model, name, "--by", "source", code=2 if name.endswith("ft") else 1)
    assert words in failed.err
    assert failed.err.startswith("error: ")


def test_the_worst_errors_are_shown_with_their_rows(run: Any, model: Path) -> None:
    texts = ["win free cash now", "see you \x1b[31m at home, love \u202e", "win " + "cash " * 30_000]
    lines = [
        json.dumps({"text": text, "label": label}) for text, label in zip(texts, ("ham", "spam", "ham"), strict=True)
    ]
    Path("bad.jsonl").write_text("\n".join(lines))
    done = run("evaluate", model, "bad.jsonl")
    assert "the worst of 3 errors, the most confident first:" in done.out
    assert "row 2: spam, called ham" in done.out
    assert "see you \\x1b[31m at home, love \\u202e" in done.out
    assert max(map(len, done.lines)) < 120
    assert "the worst" not in run("evaluate", model, "bad.jsonl", "--errors", "0").out
    assert len(run("evaluate", model, "bad.jsonl", "--errors", "2", "--json").json["errors"]) == 2


def test_rows_of_a_test_part_are_those_of_the_file(run: Any, rows: list[tuple[str, str]]) -> None:
    with open("split.jsonl", "w") as file:
        for number, (label, text) in enumerate(rows):
            part = "test" if number >= 100 else "train"
            label = "ham" if number == 110 else label
            file.write(json.dumps({"text": text, "label": label, "split": part}) + "\n")
    run("train", "split.jsonl", "-o", "m.textgd")
    errors = run("evaluate", "m.textgd", "split.jsonl", "--json").json["errors"]
    assert all(error["row"] > 100 and rows[error["row"] - 1][1] == error["text"] for error in errors)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("new.csv", "text\nwin free cash\nsee you later\n"),
        ("new.csv", "text,label\nwin free cash,\nsee you later,\n"),
        ("new.jsonl", '{"text": "win free cash"}\n{"text": "see you later"}\n'),
        ("new.txt", "win free cash\nsee you later\n"),
    ],
)
def test_without_labels_there_are_predictions_and_no_score(run: Any, model: Path, name: str, text: str) -> None:
    Path(name).write_text(text)
    done = run("evaluate", model, name)
    assert done.lines == ["spam", "ham"]
    assert done.err.startswith("note: no score, because there are no labels: ")
    result = run("evaluate", model, name, "--json").json
    assert (result["metrics"], result["predictions"]) == (None, ["spam", "ham"])
    assert result["reason"].startswith(name.split()[0]) or name in result["reason"]
    assert (
        "--threshold, --report not used" in run("evaluate", model, name, "--threshold", "0.9", "--report", "r.html").err
    )
    assert not Path("r.html").exists()


def test_the_reason_names_options(run: Any, model: Path) -> None:
    Path("plain.txt").write_text("win free cash\nsee you later\n")
    assert "Name it: --format one of" in run("evaluate", model, "plain.txt", "--json").json["reason"]


def test_a_column_needs_a_header(run: Any, model: Path) -> None:
    Path("a.tsv").write_text("ham\tsee you\n")
    failed = run("evaluate", model, "a.tsv", "--by", "source", "--no-header", code=1)
    assert "a.tsv is read without a header, and --by source needs one that names the columns" in failed.err


def test_one_document(run: Any, model: Path) -> None:
    Path("one.tsv").write_text("ham\tsee you later\n")
    done = run("evaluate", model, "one.tsv", "--report", "one.html", "--plot-dir", "figs")
    assert "1 of 1 right" in done.out
    assert "  sm: no test document is of the class spam\n" in done.out
    assert "sm %" in done.out
    assert Path("one.html").stat().st_size > 10_000
    assert sorted(path.name for path in Path("figs").iterdir()) == ["calibration.png", "confusion.png"]


def test_a_report_and_pictures(run: Any, model: Path, mails: Path) -> None:
    done = run("evaluate", model, mails, "--report", "out.html", "--plot-dir", "figs", "--errors", "30", "--json")
    assert done.err.splitlines()[1:] == [
        *(f"wrote figs/{name}.png" for name in ("confusion", "roc", "precision-recall", "calibration", "thresholds")),
        "wrote out.html",
    ]
    assert done.json["n_documents"] == 120
    assert "textgd evaluate" not in done.out


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ("--threshold 0", 2, "--threshold is 0; a probability above 0 and below 1 is expected, such as 0.9."),
        ("--threshold 1.5", 2, "--threshold is 1.5"),
        ("--threshold nan", 2, "--threshold is nan"),
        ("--threshold 0.5 --max-ham-loss 0.1", 2, "--threshold sets what --max-ham-loss looks for"),
        ("--max-ham-loss 5", 2, "'5' is no share to allow"),
        ("--max-ham-loss 0%", 2, "'0%' is no share to allow"),
        ("--max-ham-loss some", 2, "'some' is no share; write 0.1% or 0.001."),
        ("--positive eggs", 2, "The model has no class 'eggs'"),
        ("--report out.txt", 2, "end with .html"),
        ("--report no/out.html", 1, "make it first"),
        ("--plot-dir no/figs", 1, "make it first"),
    ],
)
def test_what_is_refused(run: Any, model: Path, mails: Path, options: str, code: int, words: str) -> None:
    failed = run("evaluate", model, mails, *options.split(), code=code)
    assert words in failed.err
    assert failed.out == ""


@pytest.mark.parametrize("option", ["--threshold 0.9", "--max-ham-loss 0.1"])
def test_without_probabilities_there_is_no_threshold(run: Any, mails: Path, option: str) -> None:
    run("train", mails, "-o", "m.textgd", "--model", "svm", "--calibrate", "none")
    failed = run("evaluate", "m.textgd", mails, *option.split(), code=2)
    assert (
        f"{option.replace(' ', ' is ')}, which needs probabilities. This model has scores and no probabilities"
        in failed.err
    )
    assert "--calibrate auto" in failed.err


@pytest.mark.parametrize("option", ["--threshold 0.9", "--max-ham-loss 0.1", "--positive a"])
def test_more_classes_have_no_positive_one(run: Any, option: str) -> None:
    lines = [f"{label}\t{label * 3} word {n}\n" for label in "abc" for n in range(8)]
    Path("three.tsv").write_text("".join(lines))
    run("train", "three.tsv", "-o", "m.textgd")
    assert "the model has 3" in run("evaluate", "m.textgd", "three.tsv", *option.split(), code=2).err
