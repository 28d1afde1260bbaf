"""What a contestant says of itself: the size of the file that holds what it learned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from textgd.classifier import TextClassifier
from textgd.evaluation.contestants import Point, TextContestant
from textgd.evaluation.reading import Reading, SubsetReading
from textgd.models import MODELS

WORDS = {"ham": "see you at home lunch ok then tomorrow love", "spam": "win free cash prize now call claim text"}


def documents(n: int = 60) -> tuple[list[str], list[str]]:
    rng = np.random.default_rng(3)
    labels = [str(rng.choice(list(WORDS))) for _ in range(n)]
    shared = ["the", "a", "to", "is", "it"]
    return [" ".join(rng.choice(WORDS[label].split() + shared, 8)) for label in labels], labels


def size_of(estimator: TextClassifier, texts: list[str], labels: list[str], order: Any) -> int:
    """Return what a contestant says after learning from those rows in that order."""
    contestant = TextContestant("it", None, "it", estimator, n_jobs=1)
    reading = Reading(texts, np.ones(len(texts), bool), 1)
    contestant.prepare(reading)
    test = np.setdiff1d(np.arange(len(texts)), order)
    subset = SubsetReading(reading, order, test)
    subset.grow(len(order))
    classes, codes = np.unique(labels, return_inverse=True)
    sheet = contestant.solve(Point(subset, np.array(labels), codes, classes, 0))
    assert sheet.n_bytes is not None
    return sheet.n_bytes()


@pytest.mark.parametrize(
    "parameters",
    [
        *({"model": name, "calibrate": None} for name in MODELS),
        {"model": "lr", "word_dropout": 0.3},
        {"model": "nb", "hashing": 2**8},
    ],
    ids=str,
)
def test_the_size_is_that_of_a_file_of_a_fit_from_scratch(parameters: dict[str, Any], tmp_path: Path) -> None:
    texts, labels = documents()
    order = np.random.default_rng(0).permutation(60)[:45]
    estimator = TextClassifier(**parameters)
    estimator.fit([texts[row] for row in order], [labels[row] for row in order])
    estimator.save(tmp_path / "model.textgd")
    expected = (tmp_path / "model.textgd").stat().st_size
    assert estimator.file_size() == expected
    assert size_of(TextClassifier(**parameters), texts, labels, order) == expected


@pytest.mark.parametrize(
    "parameters",
    [
        *({"model": name} for name in MODELS),
        {"model": "svm", "min_df": 2},
        {"model": "nb", "min_df": 2},
        {"model": "nb", "analyzer": "char_wb"},
        {"model": "nblr", "word_dropout": 0.3, "min_df": 2},
        {"model": "lr", "word_dropout": 0.3, "hashing": 2**8, "calibrate": None},
    ],
    ids=str,
)
def test_what_learned_from_all_documents_is_a_fit_from_scratch(parameters: dict[str, Any], tmp_path: Path) -> None:
    texts, labels = documents()
    contestant = TextContestant("it", None, "it", TextClassifier(**parameters), n_jobs=1)
    reading = Reading(texts, np.ones(len(texts), bool), 1)
    contestant.prepare(reading)
    subset = SubsetReading(reading, np.arange(60), np.zeros(0, np.intp))
    subset.grow(60)
    classes, codes = np.unique(labels, return_inverse=True)
    point = Point(subset, np.array(labels), codes, classes, 0)
    features = contestant.read(point)
    learned, _ = contestant.learn(point, features)
    contestant.classifier(features, learned).save(tmp_path / "learned.textgd")
    TextClassifier(**parameters).fit(texts, labels).save(tmp_path / "fitted.textgd")
    assert (tmp_path / "learned.textgd").read_bytes() == (tmp_path / "fitted.textgd").read_bytes()
