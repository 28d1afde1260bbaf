"""Perplexity by class: against each language model asked for itself, and what is counted on the way."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import textgd
from textgd import TextClassifier
from textgd.errors import DataError, InvalidParameterError
from textgd.evaluation.perplexity import PerplexityTable, evaluate_perplexity
from textgd.models import COUNTS, MODELS, TOKENS

TEXTS = [
    "win a free prize now",
    "free entry: win cash now",
    "win win win",
    "see you at lunch",
    "are you home now",
    "lunch at home, then the film",
]
LABELS = ["spam", "spam", "spam", "ham", "ham", "ham"]
NEW = ["win a film", "", "xylophone quux", "see you now", "free prize, yes", "you win"]
OF_NEW = ["spam", "ham", "ham", "ham", "spam", "other"]


@pytest.fixture(scope="module", params=[m.name for m in MODELS.values() if m.reads == TOKENS])
def classifier(request: pytest.FixtureRequest) -> TextClassifier:
    return TextClassifier(model=request.param, order=3).fit(TEXTS, LABELS)


@pytest.fixture(scope="module")
def table(classifier: TextClassifier) -> PerplexityTable:
    return evaluate_perplexity(classifier.text_scorer_, NEW, OF_NEW)


def cut(classifier: TextClassifier, text: str) -> list[str]:
    """Return the tokens of a text, by other means."""
    return list(text) if classifier.model == "charlm" else text.replace(",", " ,").replace(":", " :").split()


def log_prob(classifier: TextClassifier, c: int, text: str) -> float:
    """Return ln P of a text and its end by the language model of a class, one token after the other."""
    model = classifier.model_.models_[c]
    tokens = cut(classifier, text)
    terms = [*model.vocabulary, None, None]
    total = 0.0
    for i, token in enumerate([*tokens, None]):
        p = model.next_probabilities(tokens[:i])
        end = len(terms) - 1
        number = end if i == len(tokens) else terms.index(token) if token in model.vocabulary else end - 1
        total += math.log(p[number])
    return total


def test_each_document_by_hand(classifier: TextClassifier, table: PerplexityTable) -> None:
    assert table.classes == ["ham", "spam"]
    assert table.documents.shape == (6, 2)
    for row, text in enumerate(NEW):
        n_tokens = len(cut(classifier, text))
        assert table.n_tokens[row] == n_tokens
        for c in range(2):
            # The end of a document is predicted as well.
            expected = math.exp(-log_prob(classifier, c, text) / (n_tokens + 1))
            assert table.documents[row, c] == pytest.approx(expected, rel=1e-5)
    assert table.labels == OF_NEW
    assert (table.documents > 1).all()


def test_the_documents_of_a_label_are_one_text(classifier: TextClassifier, table: PerplexityTable) -> None:
    assert list(table.parts) == ["ham", "other", "spam"]
    known = set(classifier.text_scorer_.extractor.vocabulary)
    for label, part in table.parts.items():
        texts = [text for text, of in zip(NEW, OF_NEW, strict=True) if of == label]
        tokens = [token for text in texts for token in cut(classifier, text)]
        assert part.n_documents == len(texts)
        assert part.n_tokens == len(tokens)
        unknown = sum(token not in known for token in tokens)
        assert part.unknown_rate == (unknown / len(tokens) if tokens else pytest.approx(math.nan, nan_ok=True))
        for c in range(2):
            total = sum(log_prob(classifier, c, text) for text in texts)
            expected = math.exp(-total / (len(tokens) + len(texts)))
            assert part.perplexities[c] == pytest.approx(expected, rel=1e-5)


def test_it_is_that_of_the_language_models_themselves(classifier: TextClassifier, table: PerplexityTable) -> None:
    for c, label in enumerate(["ham", "spam"]):
        model = classifier.model_.models_[c]
        for other, part in table.parts.items():
            documents = [cut(classifier, text) for text, of in zip(NEW, OF_NEW, strict=True) if of == other]
            assert part.perplexities[c] == pytest.approx(model.perplexity(documents), rel=1e-9)
        of_each = [model.perplexity([cut(classifier, text)]) for text in NEW]
        assert_allclose(table.documents[:, c], of_each, rtol=1e-9)
        # What a model has learned from it finds less surprising than the other does.
        own = [text for text, of in zip(TEXTS, LABELS, strict=True) if of == label]
        part = evaluate_perplexity(classifier.text_scorer_, own, [label] * 3).parts[label]
        assert part.perplexities[c] < part.perplexities[1 - c]


def test_a_saved_model_says_the_same(classifier: TextClassifier, table: PerplexityTable, tmp_path: Any) -> None:
    classifier.save(tmp_path / "m")
    loaded = evaluate_perplexity(textgd.load(tmp_path / "m").text_scorer_, NEW, OF_NEW)
    assert loaded.to_dict() == table.to_dict()


def test_neither_prior_nor_calibration_nor_background_plays_a_part() -> None:
    expected = None
    for parameters in ({}, {"class_prior": [0.9, 0.1]}, {"calibrate": None}, {"background": 0.0}, {"background": 0.9}):
        classifier = TextClassifier(model="lm", **parameters).fit(TEXTS, LABELS)
        found = evaluate_perplexity(classifier.text_scorer_, NEW, OF_NEW).to_dict()
        expected = found if expected is None else expected
        assert found == expected


# As data.


def test_everything_is_json(classifier: TextClassifier, table: PerplexityTable) -> None:
    data = table.to_dict()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert set(data) == {"classes", "parts", "documents"}
    assert data["classes"] == ["ham", "spam"]
    for label, part in data["parts"].items():
        assert set(part) == {"n_documents", "n_tokens", "unknown_rate", "perplexities"}
        assert part["perplexities"] == dict(zip(["ham", "spam"], table.parts[label].perplexities, strict=True))
    assert [document["id"] for document in data["documents"]] == list(range(6))
    assert [document["label"] for document in data["documents"]] == OF_NEW
    for row, document in enumerate(data["documents"]):
        assert set(document) == {"id", "label", "n_tokens", "n_unknown", "perplexities"}
        assert document["n_tokens"] == len(cut(classifier, NEW[row]))
        assert document["perplexities"] == dict(zip(["ham", "spam"], table.documents[row].tolist(), strict=True))
    # To make data of it does not change it.
    assert table.to_dict() == data
    assert isinstance(table.parts["ham"].perplexities, list)


def test_the_share_of_unknown_words_by_hand() -> None:
    classifier = TextClassifier(model="lm").fit(TEXTS, LABELS)
    table = evaluate_perplexity(classifier.text_scorer_, ["win a yacht !", "yacht", ""], ["a", "a", "b"])
    assert table.n_tokens.tolist() == [4, 1, 0]
    assert table.n_unknown.tolist() == [2, 1, 0]
    assert table.parts["a"].unknown_rate == 3 / 5
    assert table.parts["a"].n_tokens == 5
    # Of no token there is no share, and the end alone has a perplexity.
    part = table.parts["b"]
    assert (part.n_documents, part.n_tokens) == (1, 0)
    assert math.isnan(part.unknown_rate)
    ends = [math.exp(-model.log_prob([])) for model in classifier.model_.models_]
    assert part.perplexities == pytest.approx(ends, rel=1e-9)
    data = table.to_dict()
    assert data["parts"]["b"]["unknown_rate"] is None
    assert [document["n_unknown"] for document in data["documents"]] == [2, 1, 0]
    json.dumps(data, allow_nan=False)


@pytest.mark.parametrize("labels", [[0, 1], [True, False], [1.0, -3.0], ["tab\tbed", ""]], ids=str)
def test_labels_of_any_type(labels: list[Any]) -> None:
    y = [labels[label == "spam"] for label in LABELS]
    classifier = TextClassifier(model="lm", order=2).fit(TEXTS, y)
    table = evaluate_perplexity(classifier.text_scorer_, TEXTS, y)
    assert table.classes == [str(label) for label in sorted(labels)]
    assert list(table.parts) == sorted(str(label) for label in labels)
    assert sum(part.n_documents for part in table.parts.values()) == 6
    data = table.to_dict()
    assert [document["label"] for document in data["documents"]] == y
    json.dumps(data)


def test_documents_as_the_command_line_gives_them() -> None:
    # Labels from a file are text, whatever the model's are.
    classifier = TextClassifier(model="lm", order=2).fit(TEXTS, [int(label == "spam") for label in LABELS])
    table = evaluate_perplexity(classifier.text_scorer_, TEXTS, [str(int(label == "spam")) for label in LABELS])
    assert list(table.parts) == table.classes == ["0", "1"]
    assert [part.n_documents for part in table.parts.values()] == [3, 3]


def test_many_classes() -> None:
    texts = [f"word{c} word{c} common {other}" for c in range(5) for other in "xyz"]
    y = [f"class {c}" for c in range(5) for _ in range(3)]
    classifier = TextClassifier(model="lm", order=2).fit(texts, y)
    table = evaluate_perplexity(classifier.text_scorer_, texts, y)
    assert table.documents.shape == (15, 5)
    values = np.array([part.perplexities for part in table.parts.values()])
    assert values.argmin(axis=1).tolist() == list(range(5))


def test_few_documents_and_many() -> None:
    """Documents together get what each gets alone, however many they are."""
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(60)]
    texts = [" ".join(rng.choice(words, rng.integers(0, 30))) for _ in range(400)]
    y = [("a", "b", "c")[row % 3] for row in range(400)]
    classifier = TextClassifier(model="lm").fit(texts[:200], y[:200])
    whole = evaluate_perplexity(classifier.text_scorer_, texts, y)
    for row in range(0, 400, 37):
        alone = evaluate_perplexity(classifier.text_scorer_, texts[row : row + 1], y[row : row + 1])
        assert_allclose(alone.documents[0], whole.documents[row], rtol=1e-12)
        assert_allclose(alone.parts[y[row]].perplexities, whole.documents[row], rtol=1e-12)
    # A part's perplexity is the mean over its tokens, ends included, of what each document's says.
    weights = whole.n_tokens + 1
    for label, part in whole.parts.items():
        rows = np.array(y) == label
        mean = np.average(np.log(whole.documents[rows]), axis=0, weights=weights[rows])
        assert_allclose(part.perplexities, np.exp(mean), rtol=1e-9)


def test_columns_of_a_frame() -> None:
    classifier = TextClassifier(model="lm").fit(TEXTS, LABELS)
    expected = evaluate_perplexity(classifier.text_scorer_, NEW, OF_NEW)
    frame = pd.DataFrame({"text": NEW, "label": OF_NEW}, index=range(90, 96))
    found = evaluate_perplexity(classifier.text_scorer_, frame["text"].tolist(), frame["label"].tolist())
    assert found.to_dict() == expected.to_dict()


# What is refused.


@pytest.mark.parametrize("model", [m.name for m in MODELS.values() if m.reads == COUNTS])
def test_models_without_language_models_have_none(model: str) -> None:
    scorer = TextClassifier(model=model).fit(TEXTS, LABELS).text_scorer_
    with pytest.raises(InvalidParameterError, match=r"has no language models.*textgd train CORPUS --model lm"):
        evaluate_perplexity(scorer, NEW, OF_NEW)


def test_no_documents(classifier: TextClassifier) -> None:
    with pytest.raises(DataError, match="no document to score"):
        evaluate_perplexity(classifier.text_scorer_, [], [])
