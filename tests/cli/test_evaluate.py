"""``textgd evaluate`` judges a saved model as ``train`` judged it."""

from __future__ import annotations

import json
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
    assert "testing on the 30 documents of the test part" in done.err
    assert "has seen them" not in done.err
    run("train", "split.jsonl", "-o", "m.textgd", "--refit")
    assert "has seen them" in run("evaluate", "m.textgd", "split.jsonl").err


def test_labels_never_seen_are_wrong_and_named(run: Any, model: Path) -> None:
    Path("other.tsv").write_text("spam\twin free cash\nham\tsee you later\nmartian\twe come in peace\n")
    assert run("evaluate", model, "other.tsv", "--json").json["metrics"]["accuracy"]["value"] == 2 / 3
    assert "the model has never seen, all counted as wrong: martian (1)" in run("evaluate", model, "other.tsv").out


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
