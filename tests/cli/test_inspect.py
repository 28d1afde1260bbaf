"""``textgd inspect`` shows what a model file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import textgd


def test_features_are_the_scorers(run: Any, model: Path) -> None:
    scorer = textgd.load(model).text_scorer_
    done = run("inspect", model, "--top", "4", "--json").json
    for number, label in enumerate(["ham", "spam"]):
        listed = [(entry["feature"], entry["weight"]) for entry in done["features"][label]]
        assert listed == scorer.top_features(4)[number]
    assert done["bytes"] == model.stat().st_size
    assert done["model"] == "nb"
    assert done["training"]["n_train"] == 96


def test_table_shows_the_same(run: Any, model: Path) -> None:
    done = run("inspect", model, "--top", "2")
    training = run("inspect", model, "--json").json["training"]
    accuracy = f"accuracy {100 * training['metrics']['accuracy']['value']:.2f} % on 24 held out"
    assert f"{accuracy}; probabilities by {training['calibration_saved']}\n" in done.out
    for pairs in textgd.load(model).text_scorer_.top_features(2):
        for name, weight in pairs:
            assert any(line.split() == [*name.split(), f"{weight:+.3f}"] for line in done.lines)
    assert "speaks for" not in run("inspect", model, "--top", "0").out
    run("inspect", model, "--top", "-1", code=2)


@pytest.mark.parametrize(
    ("options", "unit"),
    [
        ("--model lr --calibrate none", "nats"),
        ("--model lr --calibrate temperature", "nats"),
        ("--model svm --calibrate sigmoid", "nats"),
        ("--model nblr --calibrate none --class-prior uniform", "nats"),
        ("--model svm --calibrate none", "score"),
        ("--calibrate isotonic", "score"),
    ],
)
def test_weights_are_told_with_their_unit(run: Any, mails: Path, options: str, unit: str) -> None:
    run("train", mails, *options.split())
    told = run("inspect", "model.textgd", "--top", "1", "--json").json
    assert told["units"] == {"ham": unit, "spam": unit}
    classifier = textgd.load("model.textgd")
    entry = told["features"]["spam"][0]
    assert [(entry["feature"], entry["weight"])] == classifier.text_scorer_.top_features(1)[1]
    headings = [line.split() for line in run("inspect", "model.textgd").lines if line.startswith("speaks for")]
    assert headings == [["speaks", "for", "ham", unit], ["speaks", "for", "spam", unit]]


@pytest.mark.parametrize(
    "options",
    [
        "",
        "--ngrams 2-3 --counts --min-df 2 --max-df 0.5",
        "--tfidf --max-features 9 --analyzer char_wb --no-lowercase --strip-accents ascii",
        "--tokenizer nltk:tweet --no-punctuation --stop-words the,you",
        "--mask-numbers --mask-urls --negation --stem english",
        "--hashing 64 --alpha 0.5 --class-prior spam=0.25,ham=0.75 --jobs 1",
        "--calibrate none",
        "--calibrate isotonic --class-prior uniform",
        "--model svm --C 0.5 --class-weight spam=2,ham=0.5",
        "--model lr --C auto --class-weight balanced --calibrate sigmoid --ngrams 1-1",
        "--model nbsvm --beta 0.25 --alpha 2.0",
        "--model nblr --beta auto",
    ],
)
def test_options_that_made_the_model_make_it_again(run: Any, mails: Path, options: str) -> None:
    run("train", mails, "-o", "first.textgd", *options.split())
    made = run("inspect", "first.textgd").lines[1].removeprefix("made by: textgd train ")
    given = options.split() if "--model" in options else ["--model", "nb", *options.split()]
    assert sorted(made.split()) == sorted(given)
    run("train", mails, "-o", "again.textgd", *made.split())
    assert Path("again.textgd").read_bytes() == Path("first.textgd").read_bytes()


def test_a_model_that_the_library_saved(run: Any, mails: Path, rows: list[tuple[str, str]]) -> None:
    labels, texts = zip(*rows, strict=True)
    classifier = textgd.TextClassifier(model="cnb").fit(texts, labels)
    classifier.save("library.textgd")
    assert run("inspect", "library.textgd").lines[1] == "made by: textgd train --model cnb"
    assert run("predict", "library.textgd", "win a free prize").out == "spam\n"
    classifier.save("library.textgd", {"corpus": "mails.csv", "by": "me"})
    assert run("inspect", "library.textgd").lines[2] == 'notes: {"by": "me", "corpus": "mails.csv"}'
    assert "has seen them" in run("evaluate", "library.textgd", mails).err


def test_refitted_models_say_so(run: Any, mails: Path) -> None:
    run("train", mails, "--refit")
    assert "trained on 120 documents" in run("inspect", "model.textgd").out
    assert "24 held out before it was fitted on all" in run("inspect", "model.textgd").out
