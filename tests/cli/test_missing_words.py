"""``textgd predict --missing``: the library's answers, and notes on what they do not show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import textgd

TEXTS = ["win a ___ prize", "___ ___", "see you at lunch"]


@pytest.mark.parametrize("impute", ["auto", "marginalize", "zero", "mean"])
def test_answers_are_the_librarys(run: Any, model: Path, impute: str) -> None:
    done = run("predict", model, *TEXTS, "--missing", "___", "--impute", impute, "--json")
    expected = textgd.load(model).predict_proba(TEXTS, missing="___", impute=impute)
    told = [json.loads(line) for line in done.lines]
    assert [list(answer["probabilities"].values()) for answer in told] == expected.tolist()
    assert [answer["n_missing"] for answer in told] == [1, 2, 0]
    assert told[1]["n_known_tokens"] == 0
    assert done.err.count("note: ") == 1
    assert "note: 1 text with nothing but gaps" in done.err


def test_a_line_for_each_text(run: Any, model: Path) -> None:
    lines = "\n".join(TEXTS).encode()
    expected = textgd.load(model).predict(TEXTS, missing="___").tolist()
    assert run("predict", model, "-", "--missing", "___", stdin=lines).lines == expected
    assert run("predict", model, "-", "--missing", "___", stdin=b"").out == ""


def test_what_a_mark_does_unseen_is_noted(run: Any, model: Path) -> None:
    done = run("predict", model, "win a \x1b___\x1b prize", "a____", "--missing", "[?]")
    assert done.err == "note: no text has the mark [?], standing by itself, so no word is taken to be missing\n"
    done = run("predict", model, "win a Free prize", "--missing", "Free")
    assert "note: the mark Free is a word that the model knows" in done.err
    for mark in ("___", "<free>", "qqq"):  # the second holds a word that is known, and is none
        assert run("predict", model, f"win a {mark} prize", "--missing", mark).err == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--missing", ""], "error: The mark of a missing word is ''"),
        (["--missing", "_ _"], "error: The mark of a missing word is '_ _'"),
        (["--impute", "zero"], "name the mark in their place: missing='___' (--missing ___)"),
        (
            ["--missing", "___", "--impute", "best"],
            "impute is 'best'; allowed are 'auto', 'marg",
        ),
        (["--missing", "___", "--novelty"], "--missing says that words are missing: give one"),
    ],
    ids=str,
)
def test_what_is_refused(run: Any, model: Path, options: list[str], said: str) -> None:
    done = run("predict", model, "win", *options, code=2)
    assert done.out == ""
    assert said in done.err


def test_training_with_word_dropout(run: Any, mails: Path) -> None:
    run("train", mails, "-o", "lr.textgd", "--model", "lr", "--word-dropout", "0.3")
    assert textgd.load("lr.textgd").word_dropout == 0.3
    lines = run("predict", "lr.textgd", "win a ___ prize", "--missing", "___").lines
    assert lines == ["spam"]
    said = run("predict", "lr.textgd", "win ___", "--missing", "___", "--impute", "marginalize", code=2).err
    assert "cannot sum over missing words" in said
    assert "has no --word-dropout" in run("train", mails, "--model", "lm", "--word-dropout", "0.3", code=2).err
