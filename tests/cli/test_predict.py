"""``textgd predict``: a line for each document, in order, and the library's probabilities."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import textgd

# Neither U+0085 nor U+2028 nor a form feed ends a line; a carriage return before the line feed belongs to the end.
DOCUMENTS = ["free win", "", "lunch\x85home", "see\u2028you", "a\x0cb", " ", "tab\tin it", "\0", "😀 ok", ""]
LINES = ("\r\n".join(DOCUMENTS[:4]) + "\r\n" + "\n".join(DOCUMENTS[4:]) + "\n").encode()


def test_probabilities_are_the_librarys(run: Any, model: Path) -> None:
    classifier = textgd.load(model)
    lines = run("predict", model, "-", "--json", stdin=LINES).lines
    assert len(lines) == len(DOCUMENTS)
    expected = classifier.predict_proba(DOCUMENTS)
    labels = classifier.predict(DOCUMENTS).tolist()
    for row, line in enumerate(lines):
        prediction = json.loads(line)
        assert list(prediction) == ["id", "label", "probabilities", "n_known_tokens"]
        assert (prediction["id"], prediction["label"]) == (row, labels[row])
        assert list(prediction["probabilities"]) == classifier.classes_.tolist()
        assert list(prediction["probabilities"].values()) == expected[row].tolist()
    known = [json.loads(line)["n_known_tokens"] for line in lines]
    assert known == [2, 0, 2, 2, 0, 0, 0, 0, 2, 0]


@pytest.fixture
def unsure(run: Any, mails: Path) -> Path:
    """Return a model of scores alone."""
    run("train", mails, "-o", "unsure.textgd", "--model", "svm", "--calibrate", "none")
    return Path("unsure.textgd")


def test_scores_where_there_are_no_probabilities(run: Any, unsure: Path) -> None:
    classifier = textgd.load(unsure)
    expected = classifier.text_scorer_.predict(DOCUMENTS)
    labels = classifier.predict(DOCUMENTS).tolist()
    lines = run("predict", unsure, "-", "--json", stdin=LINES).lines
    for row, line in enumerate(lines):
        prediction = json.loads(line)
        assert list(prediction) == ["id", "label", "scores", "n_known_tokens"]
        assert (prediction["id"], prediction["label"]) == (row, labels[row])
        assert list(prediction["scores"].items()) == list(zip(["ham", "spam"], expected.scores[row], strict=True))
        assert prediction["label"] == ("spam" if prediction["scores"]["spam"] > 0 else "ham")
    assert set(labels) == {"ham", "spam"}
    assert run("predict", unsure, "-", stdin=LINES).lines == labels


@pytest.mark.parametrize("options", [["--proba"], ["--abstain", "0.9"], ["--proba", "--abstain", "0.9", "--json"]])
def test_what_needs_probabilities_is_refused_without(run: Any, unsure: Path, options: list[str]) -> None:
    done = run("predict", unsure, "win", *options, code=2)
    assert done.out == ""
    assert f"error: {options[0]} needs probabilities" in done.err
    assert "--calibrate auto" in done.err


def test_a_line_for_each_line(run: Any, model: Path) -> None:
    expected = textgd.load(model).predict(DOCUMENTS).tolist()
    assert run("predict", model, "-", stdin=LINES).lines == expected
    assert run("predict", model, "-", stdin=LINES[:-1] + b"last").lines == [*expected[:-1], "ham"]
    assert run("predict", model, "-", stdin=b"").out == ""
    assert run("predict", model, "-", stdin=b"\n").lines == expected[1:2]


def test_texts_are_arguments(run: Any, model: Path) -> None:
    assert run("predict", model, "win a free prize", "", "see you at lunch").lines == ["spam", "ham", "ham"]
    assert run("predict", model, "--", "--win free prize").lines == ["spam"]


def test_probability_is_the_second_column(run: Any, model: Path) -> None:
    texts = ["win a free prize", "", "call"]
    classifier = textgd.load(model)
    best = classifier.predict_proba(texts).max(axis=1)
    expected = [f"{label}\t{p:.4f}" for label, p in zip(classifier.predict(texts), best, strict=True)]
    assert run("predict", model, *texts, "--proba").lines == expected


def test_abstaining_answers_a_question_mark(run: Any, model: Path) -> None:
    texts = ["win a free prize", "", "call", "see you"]
    classifier = textgd.load(model)
    best = classifier.predict_proba(texts).max(axis=1)
    labels = classifier.predict(texts)
    threshold = float(sorted(best)[1])  # exactly reached is enough
    expected = [label if p >= threshold else "?" for label, p in zip(labels, best, strict=True)]
    assert expected.count("?") == 1
    assert run("predict", model, *texts, "--abstain", repr(threshold)).lines == expected
    lines = run("predict", model, *texts, "--abstain", repr(threshold), "--json").lines
    assert [json.loads(line)["label"] for line in lines] == expected


@pytest.mark.parametrize("threshold", ["0", "-1", "1.01", "80", "nan"])
def test_abstain_is_a_probability(run: Any, model: Path, threshold: str) -> None:
    assert "--abstain is" in run("predict", model, "x", "--abstain", threshold, code=2).err


def test_documents_of_a_file(run: Any, model: Path, mails: Path, rows: list[tuple[str, str]]) -> None:
    expected = textgd.load(model).predict([text for _, text in rows]).tolist()
    assert run("predict", model, "--input", mails).lines == expected
    assert run("predict", model, "-", "--format", "csv", stdin=mails.read_bytes()).lines == expected
    Path("lines.txt").write_bytes(LINES)
    assert run("predict", model, "--input", "lines.txt").lines == run("predict", model, "-", stdin=LINES).lines
    Path("latin.txt").write_bytes("café win free prize".encode("latin-1"))
    assert run("predict", model, "--input", "latin.txt", "--encoding", "latin-1").lines == ["spam"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["text", "--input", "f.txt"],
        ["-", "--input", "f.txt"],
        ["text", "-"],
        ["-", "-"],
        ["text", "--format", "csv"],
    ],
)
def test_documents_come_from_one_place(run: Any, model: Path, arguments: list[str]) -> None:
    done = run("predict", model, *arguments, code=2)
    assert done.out == ""
    assert done.err.startswith("error: ")


def test_labels_stay_in_their_column_and_line(run: Any, rows: list[tuple[str, str]]) -> None:
    labels = {"spam": "very\tbad\r\n\\spam 😀\x1b", "ham": "just fine\u2028"}
    lines = [json.dumps({"text": text, "label": labels[label]}) for label, text in rows]
    Path("odd.jsonl").write_text("\n".join(lines))
    shown = run("train", "odd.jsonl", "-o", "odd.textgd")
    assert "\x1b" not in shown.out
    lines = run("predict", "odd.textgd", "win a free prize", "see you later", "--proba").lines
    assert [line.split("\t")[0] for line in lines] == [r"very\tbad\r\n\\spam 😀\x1b", r"just fine\u2028"]
    assert [line.count("\t") for line in lines] == [1, 1]
    prediction = run("predict", "odd.textgd", "win a free prize", "--json").json
    assert prediction["label"] == labels["spam"]
    assert set(prediction["probabilities"]) == set(labels.values())


def test_many_documents(run: Any, model: Path) -> None:
    lines = run("predict", model, "-", "--json", stdin=b"\n" * 10_000).lines
    assert [json.loads(line)["id"] for line in lines] == list(range(10_000))


@pytest.mark.parametrize("options", [["--proba"], ["--class-prior", "uniform"], ["--novelty"]], ids=" ".join)
def test_what_a_model_cannot_is_said_before_documents_are_read(run: Any, unsure: Path, options: list[str]) -> None:
    done = run("predict", unsure, "--input", "there-is-none.txt", *options, code=2)
    assert "there-is-none" not in done.err


# Other class frequencies


def test_a_class_prior_is_the_librarys(run: Any, model: Path) -> None:
    expected = textgd.load(model).predict_proba(DOCUMENTS, class_prior={"spam": 0.9, "ham": 0.1})
    lines = run("predict", model, "-", "--json", "--class-prior", "spam=0.9,ham=0.1", stdin=LINES).lines
    assert [list(json.loads(line)["probabilities"].values()) for line in lines] == expected.tolist()
    uniform = run("predict", model, "-", "--proba", "--class-prior", "uniform", stdin=LINES).lines
    best = textgd.load(model).predict_proba(DOCUMENTS, class_prior="uniform").max(axis=1)
    assert [line.split("\t")[1] for line in uniform] == [f"{share:.4f}" for share in best]


def test_an_estimated_prior_is_told_apart_from_the_answers(run: Any, model: Path) -> None:
    texts = ["win a free prize cash", "win cash now", "free entry claim", "see you at lunch"] * 5
    estimate = textgd.load(model).estimate_class_prior(texts)
    done = run("predict", model, "-", "--class-prior", "estimate", stdin="\n".join(texts).encode())
    assert done.lines == textgd.load(model).predict(texts, class_prior="estimate").tolist()
    assert done.err.startswith("class prior, estimated from 20 texts: ham ")
    for label, prior, low, high in zip(estimate.classes, estimate.prior, estimate.low, estimate.high, strict=True):
        assert f"{label} {prior:.3f} ({low:.3f} to {high:.3f})" in done.err
    assert done.err.count("\n") == 1
    assert run("predict", model, "win", "--class-prior", "estimate").lines == ["spam"]


@pytest.mark.parametrize(
    ("prior", "message"),
    [
        ("spam=0.6,ham=0.3", "--class-prior is [0.3, 0.6]; the probabilities have to be at least 0 and sum to 1"),
        ("spam=0.6,eggs=0.4", "--class-prior names no class: 'eggs'. The classes are 'ham', 'spam'."),
        ("spam=0.6,ham", "'ham' is no class with its number; write spam=0.6,ham=0.4."),
        ("even", "--class-prior is 'even'; allowed are 'uniform', 'estimate', a probability for each class"),
    ],
)
def test_class_priors_that_are_refused(run: Any, model: Path, prior: str, message: str) -> None:
    done = run("predict", model, "win", "--class-prior", prior, code=2)
    assert done.out == ""
    assert message in done.err


def test_a_class_prior_needs_probabilities_and_documents(run: Any, model: Path, unsure: Path) -> None:
    done = run("predict", unsure, "win", "--class-prior", "uniform", code=2)
    assert "needs probabilities" in done.err
    done = run("predict", model, "-", "--class-prior", "estimate", stdin=b"", code=1)
    assert "There is no document to estimate the class frequencies from" in done.err
    assert done.out == ""


# Texts of no class


def test_novelty_is_two_more_columns_and_two_more_keys(run: Any, model: Path) -> None:
    texts = ["win free prize cash now claim call lunch", "quixotic zephyrs vexed jumping fjord waltz gymnasts", ""]
    p = textgd.load(model).novelty(texts)
    assert p[1] < 0.05 < p[0]
    flags = ["-", "novel", "-"]
    labels = textgd.load(model).predict(texts).tolist()
    lines = run("predict", model, *texts, "--novelty").lines
    assert lines == [f"{label}\t{share:.4f}\t{flag}" for label, share, flag in zip(labels, p, flags, strict=True)]
    both = run("predict", model, *texts, "--novelty", "--proba").lines
    assert [line.count("\t") for line in both] == [3, 3, 3]
    found = [json.loads(line) for line in run("predict", model, *texts, "--novelty", "--json").lines]
    assert [list(row)[-2:] for row in found] == [["novelty_p", "novel"]] * 3
    assert [row["novelty_p"] for row in found] == p.tolist()
    assert [row["novel"] for row in found] == [False, True, False]
    always = run("predict", model, *texts, "--novelty", "--novelty-level", "99.9%").lines
    assert [line.split("\t")[2] for line in always] == ["novel" if share <= 0.999 else "-" for share in p]


def test_novelty_that_cannot_be(run: Any, model: Path, unsure: Path) -> None:
    done = run("predict", unsure, "win", "--novelty", code=2)
    assert "The models nb, bnb, lm and charlm have both" in done.err
    assert "--novelty-level is about --novelty" in run("predict", model, "x", "--novelty-level", "1%", code=2).err
    run("predict", model, "x", "--novelty", "--novelty-level", "1.5", code=2)
    done = run("predict", model, "qqq zzz", "--novelty", "--novelty-level", "0.001")
    assert "so no text has less than 0.0" in done.err
    assert done.lines[0].endswith("-")
