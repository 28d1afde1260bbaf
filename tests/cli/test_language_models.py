"""``generate``, ``fill``, ``perplexity`` and ``export``: what only generative models do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import textgd
from textgd.generative.filling import fill
from textgd.generative.ways import Writing
from textgd.generative.writing import write
from textgd.lm import read_arpa
from textgd.lm.smoothing import SMOOTHINGS
from textgd.parameters import PARAMETERS
from textgd.scoring import LanguageScorer


@pytest.fixture(scope="module")
def language(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "lm.textgd"
    corpus = textgd.load_corpus("starter-spam")
    textgd.TextClassifier(model="lm").fit(corpus.texts, corpus.labels).save(path)
    return path


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "nb.textgd"
    corpus = textgd.load_corpus("starter-spam")
    textgd.TextClassifier(model="nb").fit(corpus.texts, corpus.labels).save(path)
    return path


def test_generate_prints_what_the_library_writes(run: Any, language: Path) -> None:
    scorer = textgd.load(language).text_scorer_
    done = run("generate", language, "--label", "spam", "-n", "4", "--seed", "7")
    assert done.lines == write(scorer, "spam", 4, random_state=7)
    assert done.err == ""
    assert run("generate", language, "--label", "spam", "-n", "4", "--seed", "7").out == done.out
    options = [
        "--temperature",
        "0.5",
        "--top-k",
        "9",
        "--top-p",
        "0.9",
        "--max-tokens",
        "8",
        "--min-tokens",
        "3",
        "--max-copy",
        "8",
    ]
    way = Writing(0.5, 9, 0.9, "you have", 8, 3, 8)
    told = run("generate", language, "--label", "ham", "--seed", "1", "--prompt", "you have", *options, "--json").json
    assert told == {"label": "ham", "texts": write(scorer, "ham", 1, way, 1)}


def test_generate_checks_on_standard_error(run: Any, language: Path) -> None:
    done = run("generate", language, "--label", "spam", "-n", "20", "--seed", "7", "--temperature", "0.5", "--check")
    assert len(done.lines) == 20
    for piece in ("% are classified as spam", "distinct tokens", "perplexity by the model of spam", "longest run"):
        assert piece in done.err
    told = run("generate", language, "--label", "spam", "-n", "20", "--seed", "7", "--check", "--json").json
    assert set(told["check"]) == {
        "own_class",
        "distinct_1",
        "distinct_2",
        "perplexity",
        "longest_copy",
        "copy_window",
    }
    assert told["check"]["own_class"] >= 0.8


def test_generate_says_that_a_bag_is_a_bag(run: Any, bag: Path) -> None:
    done = run("generate", bag, "--label", "spam", "--seed", "1", "--max-tokens", "5", "--check")
    assert len(done.lines[0].split()) == 5
    assert "bag of words; their order means nothing" in done.err
    assert "perplexity" not in done.err


def test_generate_tells_unknown_words_of_the_prompt(run: Any, language: Path) -> None:
    done = run("generate", language, "--label", "ham", "--seed", "1", "--prompt", "you xyzzy")
    assert done.lines[0].startswith("you xyzzy")
    assert "note: the model does not know 'xyzzy'" in done.err


@pytest.mark.parametrize(
    ("options", "code", "piece"),
    [
        ("", 2, "--label ham or --label spam"),
        ("--label eggs", 2, "The model has no class 'eggs'"),
        ("--label ham --temperature -1", 2, "temperature is -1"),
        ("--label ham --top-k 0", 2, "top_k is 0"),
        ("--label ham --min-tokens 99", 2, "min_tokens is 99 and max_tokens is 60"),
        ("--label ham --max-copy 2", 2, "max_copy is 2"),
        ("--label ham -n 0", 2, "n is 0"),
        ("--label ham --seed -3", 2, "-3"),
    ],
)
def test_generate_refuses(run: Any, language: Path, options: str, code: int, piece: str) -> None:
    assert piece.replace("_", "-") in run("generate", language, *options.split(), code=code).err.replace("_", "-")


def test_fill_prints_what_the_library_finds(run: Any, language: Path) -> None:
    scorer = textgd.load(language).text_scorer_
    text = "claim your ___ now"
    filled = fill(scorer, text, 3)
    told = run("fill", language, text, "-n", "3", "--json").json
    assert [entry["words"] for entry in told["fillings"]] == [list(filling.words) for filling in filled.fillings]
    np.testing.assert_allclose(list(told["probabilities"].values()), filled.posterior, rtol=1e-9)
    np.testing.assert_allclose([e["probability"] for e in told["fillings"]], [f.probability for f in filled.fillings])
    done = run("fill", language, text, "-n", "3")
    assert len(done.lines) == 5
    assert done.lines[2].startswith(filled.fillings[0].text)


def test_perplexity_is_that_of_the_class_models(run: Any, language: Path) -> None:
    corpus = textgd.load_corpus("starter-spam")
    scorer = textgd.load(language).text_scorer_
    assert isinstance(scorer.scorer, LanguageScorer)
    told = run("perplexity", language, "starter-spam", "--json").json
    assert len(told["documents"]) == len(corpus)
    tokens: Any = scorer.extractor.read(corpus.texts)[0]
    for c, label in enumerate(["ham", "spam"]):
        for other in ("ham", "spam"):
            rows = np.flatnonzero(np.array(corpus.labels) == other)
            expected = scorer.scorer.models[c].perplexity(tokens.select(rows))
            assert told["parts"][other]["perplexities"][label] == pytest.approx(expected)
        assert told["documents"][0]["perplexities"][label] == pytest.approx(
            scorer.scorer.models[c].perplexity(tokens[:1])
        )
    table = run("perplexity", language, "starter-spam").lines
    assert table[0].split() == ["texts", "of", "documents", "tokens", "unknown", "%", "by", "ham", "by", "spam"]
    assert [line.split()[0] for line in table[1:]] == ["ham", "spam"]


def test_unknown_words_are_counted(run: Any, language: Path, tmp_path: Path) -> None:
    path = tmp_path / "new.tsv"
    path.write_text("label\ttext\nham\tyou xyzzy you\nham\t\n")
    told = run("perplexity", language, path, "--json").json
    assert told["parts"]["ham"]["unknown_rate"] == pytest.approx(1 / 3)
    assert [entry["n_unknown"] for entry in told["documents"]] == [1, 0]


def test_export_writes_what_arpa_readers_read(run: Any, language: Path, tmp_path: Path) -> None:
    path = tmp_path / "spam.arpa"
    done = run("export", language, "--to", "arpa", "--label", "spam", "-o", path)
    scorer = textgd.load(language).text_scorer_.scorer
    assert isinstance(scorer, LanguageScorer)
    model, back = scorer.models[1], read_arpa(path)
    assert f"{len(model.levels[2].tokens):,} 3-grams of spam" in done.out
    assert back.log_prob(["free", "prize"]) == pytest.approx(model.log_prob(["free", "prize"]), rel=1e-6)
    told = run("export", language, "--to", "arpa", "--label", "spam", "-o", path, "--json").json
    assert told == {
        "file": str(path),
        "label": "spam",
        "order": 3,
        "ngrams": [len(level.tokens) for level in model.levels],
    }


@pytest.mark.parametrize(
    ("command", "piece"),
    [
        ("fill {} a___", "has 0 gaps"),
        ("export {} --to arpa -o x.arpa", "--label ham or --label spam"),
        ("export {} --to arpa --label eggs -o x.arpa", "no class 'eggs'"),
        ("export {} --to kenlm --label ham -o x.arpa", "'kenlm' is not 'arpa'"),
    ],
)
def test_other_commands_refuse(run: Any, language: Path, command: str, piece: str) -> None:
    assert piece in run(*command.format(language).split(), code=2).err


@pytest.mark.parametrize(
    "command",
    [
        ["fill", "{}", "a ___ b"],
        ["perplexity", "{}", "starter-spam"],
        ["export", "{}", "--to", "arpa", "--label", "ham", "-o", "x"],
    ],
)
def test_a_model_without_language_models(run: Any, bag: Path, command: list[str]) -> None:
    assert "--model lm" in run(*[word.format(bag) for word in command], code=2).err


def test_train_tells_default_discounts_and_inspect_shows_the_models(run: Any, mails: Path) -> None:
    done = run("train", mails, "--model", "lm", "--order", "2")
    assert "note: the counts do not give the discounts of ham (order" in done.err
    told = run("inspect", "model.textgd", "--json").json
    models = told["language_models"]
    assert [models[label]["order"] for label in ("ham", "spam")] == [2, 2]
    assert models["ham"]["smoothing"]["name"] == "kneser-ney"
    assert models["ham"]["smoothing"]["fallback_orders"]
    assert "language model of ham: kneser-ney, " in run("inspect", "model.textgd").out
    assert "language_models" not in json.loads(run("inspect", "model.textgd", "--json").out)["training"]


def test_train_takes_the_options_of_language_models(run: Any, mails: Path) -> None:
    run(
        "train",
        mails,
        *[
            "--model",
            "lm",
            "--order",
            "2",
            "--smoothing",
            "additive",
            "--alpha",
            "0.1",
            "--prune",
            "0,1",
            "--background",
            "0.2",
        ],
    )
    made = run("inspect", "model.textgd").out
    assert "--model lm --alpha 0.1 --order 2 --smoothing additive --prune 0,1 --background 0.2" in made
    for options, piece in (
        ("--min-df 2", "no --min-df"),
        ("--alpha 1", "--smoothing additive"),
        ("--prune 1", "--prune is"),
    ):
        assert piece in run("train", mails, "--model", "lm", *options.split(), code=2).err


def test_the_methods_that_can_be_chosen_are_all_there_are() -> None:
    choices = next(parameter.choices for parameter in PARAMETERS if parameter.name == "smoothing")
    assert choices == tuple(SMOOTHINGS)
