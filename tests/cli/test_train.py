"""``textgd train`` gives what the library gives, and says what it did."""

from __future__ import annotations

import gzip
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import textgd
from textgd.corpus import Corpus, holdout, load_corpus
from textgd.learning.calibration import CALIBRATIONS
from textgd.models import MODELS

STAGES = ["read", "load", "scan", "fit", "evaluate", "save"]


def library_result(
    training: Corpus, testing: Corpus, **parameters: Any
) -> tuple[textgd.TextClassifier, dict[str, Any]]:
    """Return the classifier that the library fits on the one, and its figures on the other."""
    classifier = textgd.TextClassifier(**parameters).fit(training.texts, training.labels)
    return classifier, textgd.evaluate(classifier, testing).summary()


def parts(corpus: Corpus, **settings: Any) -> tuple[Corpus, Corpus]:
    train_rows, test_rows = holdout(corpus.labels, split=corpus.split, **settings)
    return corpus.select(train_rows.tolist()), corpus.select(test_rows.tolist())


def assert_figures(result: dict[str, Any], expected: dict[str, Any]) -> None:
    assert {name: result[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("options", "parameters"),
    [
        ([], {}),
        (["--model", "cnb", "--ngrams", "1", "--counts"], {"model": "cnb", "ngram_range": (1, 1), "binary": False}),
        (["--model", "bnb", "--min-df", "2", "--alpha", "0.5"], {"model": "bnb", "min_df": 2, "alpha": 0.5}),
        (["--analyzer", "char_wb", "--tfidf", "--jobs", "1"], {"analyzer": "char_wb", "tfidf": True, "n_jobs": 1}),
        (["--hashing", "256", "--no-punctuation"], {"hashing": 256, "punctuation": False}),
        (["--class-prior", "spam=0.6,ham=0.4"], {"class_prior": {"spam": 0.6, "ham": 0.4}}),
        (["--class-prior", "uniform", "--max-df", "0.5"], {"class_prior": "uniform", "max_df": 0.5}),
        (["--stop-words", "you,the", "--max-features", "9"], {"stop_words": ("you", "the"), "max_features": 9}),
        (["--model", "lr"], {"model": "lr"}),
        (["--model", "lr", "--C", "0.5", "--no-tfidf"], {"model": "lr", "C": 0.5, "tfidf": False}),
        (["--model", "lr", "--C", "auto", "--ngrams", "1"], {"model": "lr", "C": "auto", "ngram_range": (1, 1)}),
        (["--model", "svm"], {"model": "svm"}),
        (["--model", "svm", "--class-weight", "spam=2"], {"model": "svm", "class_weight": {"spam": 2.0}}),
        (["--model", "svm", "--class-prior", "uniform"], {"model": "svm", "class_prior": "uniform"}),
        (["--model", "svm", "--calibrate", "none"], {"model": "svm", "calibrate": None}),
        (["--model", "nbsvm", "--class-weight", "balanced"], {"model": "nbsvm", "class_weight": "balanced"}),
        (["--model", "nbsvm", "--beta", "0.25", "--alpha", "2"], {"model": "nbsvm", "beta": 0.25, "alpha": 2.0}),
        (["--model", "nbsvm", "--beta", "1", "--C", "1"], {"model": "nbsvm", "beta": 1.0, "C": 1.0}),
        (["--model", "nblr", "--beta", "auto", "--jobs", "2"], {"model": "nblr", "beta": "auto", "n_jobs": 2}),
        (["--calibrate", "isotonic"], {"calibrate": "isotonic"}),
        (["--model", "nblr", "--calibrate", "sigmoid"], {"model": "nblr", "calibrate": "sigmoid"}),
        (["--calibrate", "none"], {"calibrate": None}),
        (["--calibrate", "auto"], {}),
    ],
)
def test_equals_the_library(run: Any, mails: Path, options: list[str], parameters: dict[str, Any]) -> None:
    result = run("train", mails, "-o", "m.textgd", "--json", *options).json
    training, testing = parts(load_corpus(mails))
    classifier, figures = library_result(training, testing, **parameters)
    assert_figures(result, figures)
    assert result["n_features"] == classifier.text_scorer_.extractor.features.n_columns
    loaded = textgd.load("m.textgd")
    assert loaded.get_params() == classifier.get_params()
    ours, librarys = (c.text_scorer_.predict(testing.texts) for c in (loaded, classifier))
    assert np.array_equal(ours.scores, librarys.scores)
    assert (ours.log_proba is None) == (librarys.log_proba is None) == (not hasattr(classifier, "predict_proba"))
    if ours.log_proba is not None:
        assert np.array_equal(ours.log_proba, librarys.log_proba)
    assert ("log_loss" not in result["metrics"]) == (ours.log_proba is None)


@pytest.mark.parametrize("model", MODELS)
def test_every_model_tells_its_family_and_is_worth_something(run: Any, mails: Path, model: str) -> None:
    result = run("train", mails, "--model", model, "--json").json
    assert (result["model"], result["family"]) == (model, MODELS[model].family)
    assert result["metrics"]["accuracy"]["value"] > 0.8
    assert result["calibration"] in CALIBRATIONS
    own = {"lr": 100.0, "svm": 3.0, "nbsvm": 0.03, "nblr": 0.3}
    assert (result["C"], result["cost_search"]) == (own.get(model), None)
    texts = ("win a free prize, claim cash now, call !", "see you home later, thanks, love lunch ok")
    assert run("predict", "model.textgd", *texts).lines == ["spam", "ham"]


def test_the_search_for_a_cost_is_told(run: Any, mails: Path) -> None:
    options = ["--model", "lr", "--C", "auto", "--ngrams", "1", "-o", "m.textgd"]
    result = run("train", mails, *options, "--json").json
    training, _ = parts(load_corpus(mails))
    classifier = textgd.TextClassifier(model="lr", C="auto", ngram_range=(1, 1))
    estimator = classifier.fit(training.texts, training.labels).model_
    assert [tried["C"] for tried in result["cost_search"]] == list(estimator.search_.costs)
    assert [tried["log_loss"] for tried in result["cost_search"]] == list(estimator.search_.log_losses)
    assert result["C"] == estimator.search_.best == estimator.C_
    rows = [line.split() for line in run("train", mails, *options).lines]
    for tried in result["cost_search"]:
        assert [f"{tried['C']:g}", f"{tried['log_loss']:.4f}"] in rows


def test_what_cannot_be_calibrated_is_told(run: Any) -> None:
    Path("few.tsv").write_text("spam\twin cash\nham\tsee you\n" * 10)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        done = run("train", "few.tsv", "--json", "--model", "svm")
        assert done.err.count("warning: The probabilities are not calibrated") == 1
        assert "4 of the 4 test documents" in done.err
        assert "log_loss" not in done.json["metrics"]
        assert run("train", "few.tsv", "--model", "svm", "--calibrate", "none").err.count("warning") == 0
        refused = run("train", "few.tsv", "--model", "lr", "--C", "auto", code=1)
        assert "at least two different documents of each class" in refused.err


def test_result_tells_the_whole_story(run: Any, mails: Path) -> None:
    result = run("train", mails, "-o", "m.textgd", "--json", "--test-size", "0.25", "--seed", "3").json
    training, testing = parts(load_corpus(mails), test_size=0.25, random_state=3)
    assert_figures(result, library_result(training, testing)[1])
    assert (result["corpus"], result["model"], result["family"]) == ("mails.csv", "nb", "generative")
    assert (result["n_train"], result["n_test"], result["n_saved_on"]) == (90, 30, 90)
    assert result["class_counts"] == training.class_counts
    assert result["file"] == "m.textgd"
    assert list(result["times"]) == STAGES
    assert all(seconds >= 0.0 for seconds in result["times"].values())


def test_table_shows_the_same_figures(run: Any, mails: Path) -> None:
    result = run("train", mails, "--json").json
    shown = run("train", mails)
    assert shown.err == ""
    words = shown.out.split()
    accuracy = result["metrics"]["accuracy"]
    interval = [f"{100 * accuracy[bound]:.2f}" for bound in ("value", "low", "high")]
    assert shown.out.splitlines()[3].startswith("accuracy {} %   95 % interval {} to {}".format(*interval))
    for report in result["classes"]:
        line = next(line.split() for line in shown.out.splitlines() if line.startswith(f"{report['label']} "))
        figures = [f"{100 * report[name]['value']:.2f}" for name in ("precision", "recall", "f1")]
        assert line == [report["label"], *figures, str(report["support"])]
    assert shown.lines[4] == (
        "probabilities: log loss {:.4f}   Brier score {:.4f}   expected calibration error {:.4f}   ({})".format(
            *(result["metrics"][name]["value"] for name in ("log_loss", "brier", "ece")), result["calibration"]
        )
    )
    assert "probabilities" not in run("train", mails, "--model", "svm", "--calibrate", "none").out
    times = [line for line in shown.out.splitlines() if line.startswith("read ")]
    assert [part.split()[0] for part in times[0].split(" · ")] == STAGES
    assert "model.textgd" in words
    assert Path("model.textgd").is_file()


def test_refit_saves_a_model_of_everything_and_figures_of_the_split(run: Any, mails: Path) -> None:
    result = run("train", mails, "--refit", "-o", "m.textgd", "--json").json
    corpus = load_corpus(mails)
    assert_figures(result, library_result(*parts(corpus))[1])
    assert (result["n_train"], result["n_saved_on"]) == (96, 120)
    assert result["class_counts"] == corpus.class_counts
    everything = textgd.TextClassifier().fit(corpus.texts, corpus.labels)
    assert np.array_equal(textgd.load("m.textgd").predict_proba(corpus.texts), everything.predict_proba(corpus.texts))
    assert list(result["times"]) == [*STAGES[:-1], "refit", "save"]


def test_test_corpus_with_labels_never_seen(run: Any, mails: Path) -> None:
    Path("other.tsv").write_text("spam\twin cash\nham\tsee you\nmartian\twe come in peace\n")
    done = run("train", mails, "--test", "other.tsv", "-o", "m.textgd", "--json")
    assert_figures(done.json, library_result(load_corpus(mails), load_corpus("other.tsv"))[1])
    assert done.json["unseen"] == [{"label": "martian", "support": 1}]
    assert (done.json["n_train"], done.json["n_test"]) == (120, 3)
    assert done.err == ""
    assert "martian (1)" in run("train", mails, "--test", "other.tsv").out
    # The one martian cannot be held out of what the last model is fitted on.
    refit = ["--test", "other.tsv", "--refit", "-o", "m.textgd", "--json", "--calibrate", "none"]
    together = run("train", mails, *refit).json
    assert together["n_saved_on"] == 123
    assert textgd.load("m.textgd").classes_.tolist() == ["ham", "martian", "spam"]


def test_documents_on_both_sides_are_told(run: Any, mails: Path) -> None:
    done = run("train", mails, "--test", mails)
    assert done.err == "note: 120 of the 120 test documents are training documents as well\n"


def test_official_split_decides(run: Any, rows: list[tuple[str, str]]) -> None:
    with open("split.jsonl", "w") as file:
        for number, (label, text) in enumerate(rows):
            file.write(json.dumps({"text": text, "label": label, "split": "test" if number % 4 else "train"}) + "\n")
    result = run("train", "split.jsonl", "-o", "m.textgd", "--json").json
    assert (result["n_train"], result["n_test"]) == (30, 90)
    assert_figures(result, library_result(*parts(load_corpus("split.jsonl")))[1])
    told = run("train", "split.jsonl", "--test-size", "0.5", "--json")
    assert (told.json["n_train"], told.err.count("--test-size not used")) == (30, 1)
    other = run("train", "starter-spam", "--test", "split.jsonl", "--json")
    assert other.json["n_test"] == 90


@pytest.mark.parametrize("form", ["stdin", "gz", "numbers", "names", "folders"])
def test_every_way_of_giving_the_corpus_gives_the_same(
    run: Any, mails: Path, rows: list[tuple[str, str]], form: str
) -> None:
    arguments: list[object] = []
    stdin = b""
    if form == "stdin":
        arguments, stdin = ["-"], mails.read_bytes()
    elif form == "gz":
        arguments = ["mails.csv.gz"]
        Path("mails.csv.gz").write_bytes(gzip.compress(mails.read_bytes()))
    elif form == "numbers":
        arguments = ["swapped.csv", "--text-column", "1", "--label-column", "2"]
        Path("swapped.csv").write_text("".join(f"{text},{label}\n" for label, text in rows), encoding="utf-8")
    elif form == "names":
        arguments = ["stars.csv", "--text-column", "review", "--label-column", "verdict", "--format", "csv"]
        lines = "".join(f"{text},x,{label}\n" for label, text in rows)
        Path("stars.csv").write_text(f"review,text,verdict\n{lines}", encoding="utf-8")
    else:
        arguments = ["classes", "--seed", "0"]
        for number, (label, text) in enumerate(rows):
            Path("classes", label).mkdir(parents=True, exist_ok=True)
            Path("classes", label, f"{number:03}.txt").write_text(text, encoding="utf-8")
    result = run("train", *arguments, "-o", "m.textgd", "--json", stdin=stdin).json
    if form == "folders":  # in another order, so by another split
        corpus = load_corpus("classes")
        assert corpus.class_counts == load_corpus(mails).class_counts
    else:
        corpus = load_corpus(mails)
    assert_figures(result, library_result(*parts(corpus))[1])


def test_labels_that_are_numbers(run: Any, rows: list[tuple[str, str]]) -> None:
    lines = [json.dumps({"text": text, "label": int(label == "spam")}) for label, text in rows]
    Path("numbers.jsonl").write_text("\n".join(lines))
    result = run("train", "numbers.jsonl", "-o", "m.textgd", "--json").json
    assert result["labels"] == ["0", "1"]
    assert result["unseen"] == []
    assert run("predict", "m.textgd", "win cash prize free").out == "1\n"


def test_without_a_network_a_starter_is_trained_on_and_named(run: Any) -> None:
    done = run("train", "--model", "nb", "--json")
    assert done.json["corpus"] == "starter-spam"
    assert "note: sms-spam: pip could not download" in done.err
    assert "training on starter-spam instead" in done.err
    assert run("evaluate", "model.textgd", "starter-spam", "--json").json["n_documents"] == 272


def test_a_corpus_that_was_asked_for_is_not_replaced(run: Any) -> None:
    done = run("train", "sms-spam", code=1)
    assert done.out == ""
    assert "error: sms-spam: pip could not download" in done.err
    assert not Path("model.textgd").exists()


def test_options_of_a_file_leave_a_registered_corpus_alone(run: Any) -> None:
    Path("mine.csv").write_text("verdict,mail\nspam,win cash\nham,see you\nspam,win\nham,see\n")
    columns = ["--text-column", "mail", "--label-column", "verdict"]
    assert run("train", "starter-spam", "--test", "mine.csv", *columns, "--json").json["n_test"] == 4
    assert run("train", "mine.csv", "--test", "starter-spam", *columns, "--json").json["n_train"] == 4
    assert "error: --text-column says" in run("train", "starter-spam", *columns, code=2).err


def test_one_stop_word_is_no_language(run: Any, mails: Path) -> None:
    assert "the one word 'german'" in run("train", mails, "--stop-words", "german").err
    assert run("train", mails, "--stop-words", "english").err == ""


def few_and_many(known: int = 0) -> tuple[str, str]:
    """Return two files: labeled messages, and unlabeled ones, some of which are labeled ones as well."""
    texts = [f"{'win cash' if i % 2 else 'see you'} w{i % 7} {'prize' if i % 2 else 'lunch'} n{i}" for i in range(100)]
    lines = [json.dumps({"text": text, "label": "spam" if i % 2 else "ham"}) for i, text in enumerate(texts[:40])]
    Path("few.jsonl").write_text("\n".join(lines))
    Path("many.txt").write_text("\n".join(texts[40 - known :]) + "\n")
    return "few.jsonl", "many.txt"


def test_unlabeled_documents(run: Any) -> None:
    few, many = few_and_many(known=3)
    done = run("train", few, "--unlabeled", many, "--unlabeled-weight", "0.5", "-o", "m.textgd", "--json")
    assert done.json["n_unlabeled"] == 60
    assert (done.json["unlabeled_weight"], done.json["unlabeled_weight_saved"]) == (0.5, 0.5)
    assert "unlabeled documents are training ones as well" in done.err or "as well, and left out" in done.err
    assert run("predict", "m.textgd", "cash prize").out == "spam\n"
    told = run("train", few, "--unlabeled", many, "-o", "m.textgd").out
    assert "unlabeled documents" in told
    training, testing = parts(load_corpus(few))
    texts = [text for text in Path(many).read_text().splitlines() if text not in {*training.texts, *testing.texts}]
    classifier = textgd.TextClassifier(unlabeled_weight=0.5).fit(training.texts, training.labels, unlabeled=texts)
    assert_figures(done.json, textgd.evaluate(classifier, testing).summary())


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--unlabeled", "empty.txt"], 1, "There is no text in the unlabeled documents."),
        (["--unlabeled", "none.txt"], 1, "--unlabeled: no such file: none.txt"),
        (["--unlabeled", "few.jsonl"], 1, "so there is nothing to learn from them"),
        (["--unlabeled-weight", "0.5"], 2, "name some with --unlabeled"),
        (["--unlabeled", "many.txt", "--unlabeled-weight", "2"], 2, "--unlabeled-weight is 2.0; a number from 0 to 1"),
        (["--unlabeled", "many.txt", "-o", "many.txt"], 2, "many.txt"),
    ],
    ids=["empty", "missing", "known", "weight alone", "weight", "overwriting"],
)
def test_unlabeled_documents_that_cannot_be_used(run: Any, options: list[str], code: int, message: str) -> None:
    few_and_many()
    Path("empty.txt").write_text("")
    assert message in run("train", "few.jsonl", *options, code=code).err
