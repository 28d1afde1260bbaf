"""ClassLanguageModel: the text-level estimator, and that it is `TextClassifier(model="lm")`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

import textgd
from textgd import TextClassifier
from textgd.errors import DataError, InvalidParameterError, UnknownNameError
from textgd.generative import ClassLanguageModel
from textgd.lm import KneserNey, NgramModel, WittenBell

TEXTS = [
    "win a free prize now",
    "free entry: win cash",
    "claim your prize, win it now",
    "cash prize, call now",
    "see you at lunch",
    "are you home now",
    "lunch at home, then a film",
    "the train is late, see you",
]
LABELS = ["spam"] * 4 + ["ham"] * 4
NEW = ["a free lunch", "", "xyzzy", "see you, win cash"]


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ({}, {"model": "lm"}),
        ({"order": 2, "smoothing": WittenBell()}, {"model": "lm", "order": 2, "smoothing": "witten-bell"}),
        ({"analyzer": "char", "order": 6}, {"model": "charlm"}),
        ({"calibrate": None, "background": 0.0}, {"model": "lm", "calibrate": None, "background": 0.0}),
        ({"class_prior": "uniform", "prune": (0, 0, 1)}, {"model": "lm", "class_prior": "uniform", "prune": (0, 0, 1)}),
    ],
)
def test_it_is_the_text_classifier_of_language_models(own: dict[str, Any], other: dict[str, Any]) -> None:
    model = ClassLanguageModel(**own).fit(TEXTS, LABELS)
    classifier = TextClassifier(**other).fit(TEXTS, LABELS)
    np.testing.assert_array_equal(model.predict(NEW), classifier.predict(NEW))
    np.testing.assert_array_equal(model.predict_proba(NEW), classifier.predict_proba(NEW))


@pytest.mark.parametrize("analyzer", ["word", "char"])
def test_what_is_saved_answers_the_same(analyzer: str, tmp_path: Path) -> None:
    model = ClassLanguageModel(analyzer=analyzer, order=4).fit(TEXTS, LABELS)
    model.save(tmp_path / "model.textgd")
    loaded = textgd.load(tmp_path / "model.textgd")
    assert loaded.model == {"word": "lm", "char": "charlm"}[analyzer]
    assert loaded.order == 4
    np.testing.assert_array_equal(loaded.predict_proba(NEW), model.predict_proba(NEW))
    again = clone(loaded).fit(TEXTS, LABELS)
    np.testing.assert_array_equal(again.predict_proba(NEW), model.predict_proba(NEW))


def test_log_prob_and_perplexity_are_those_of_the_models_alone() -> None:
    model = ClassLanguageModel(order=2, calibrate=None).fit(TEXTS, LABELS)
    tokenize = model.text_scorer_.extractor.analysis.tokenizer.tokens
    log_prob, perplexity = model.log_prob(NEW), model.perplexity(NEW)
    for c, label in enumerate(model.classes_):
        alone = model.language_model(label)
        assert isinstance(alone, NgramModel)
        for d, text in enumerate(NEW):
            assert log_prob[d, c] == pytest.approx(alone.log_prob(tokenize(text)))
            assert perplexity[d, c] == pytest.approx(alone.perplexity([tokenize(text)]))
    with pytest.raises(UnknownNameError, match="no class 'eggs'"):
        model.language_model("eggs")


def test_it_says_where_discounts_are_defaults() -> None:
    model = ClassLanguageModel(order=2, calibrate=None).fit(TEXTS, LABELS)
    assert set(model.fallback_orders_) == {"ham", "spam"}
    for label, orders in model.fallback_orders_.items():
        record = model.language_model(label).smoothing
        assert orders == record["fallback_orders"]
        for order in orders:
            assert tuple(record["discounts"][order - 1]) == KneserNey().fallback
    assert ClassLanguageModel(smoothing="witten-bell", calibrate=None).fit(TEXTS, LABELS).fallback_orders_ == {}


def test_it_writes_and_fills() -> None:
    model = ClassLanguageModel(calibrate=None).fit(TEXTS, LABELS)
    texts = model.generate("spam", 3, random_state=1, max_tokens=7, prompt="win")
    assert texts == model.generate("spam", 3, random_state=1, max_tokens=7, prompt="win")
    assert all(text.startswith("win") for text in texts)
    filled = model.fill("see ___ at lunch", 2)
    assert filled.fillings[0].words == ("you",)
    assert model.classes_[filled.posterior.argmax()] == "ham"
    with pytest.raises(InvalidParameterError, match="generate has no topk; allowed are temperature"):
        model.generate("spam", topk=3)


@pytest.mark.parametrize(
    ("parameters", "piece"),
    [
        ({"order": 0}, "order is 0"),
        ({"order": 50}, "order is 50"),
        ({"background": 1.0}, "background is 1.0"),
        ({"analyzer": "char_wb"}, "analyzer is 'char_wb'"),
        ({"smoothing": "kneserney"}, "Did you mean kneser-ney"),
        ({"prune": (1, 0)}, "prune is (1, 0)"),
    ],
)
def test_parameters_that_there_are_not(parameters: dict[str, Any], piece: str) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        ClassLanguageModel(**parameters).fit(TEXTS, LABELS)
    assert piece in str(caught.value)


@pytest.mark.parametrize("analyzer", ["word", "char"])
def test_documents_without_a_token_are_refused(analyzer: str) -> None:
    with pytest.raises(DataError, match="No document has a token to learn from"):
        ClassLanguageModel(analyzer=analyzer, calibrate=None).fit(["", "", ""], [0, 1, 1])
