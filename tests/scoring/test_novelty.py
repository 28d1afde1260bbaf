"""How strange a document is: p-values that hold for documents of any length, and small where a text is of no class."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

import textgd
from textgd import TextClassifier
from textgd.errors import InvalidParameterError
from textgd.learning.novelty import learn_novelty
from textgd.models import LOG_PROB, MODELS
from textgd.probabilities import log_sum_exp
from textgd.scoring import Novelty

ALIKE = [name for name, model in MODELS.items() if LOG_PROB in model.abilities]
OTHERS = [name for name in MODELS if name not in ALIKE]
WORDS = {
    "spam": ["win", "a", "free", "prize", "cash", "now", "call", "text", "claim", "entry"],
    "ham": ["see", "you", "at", "home", "for", "lunch", "ok"],
}


def corpus(n: int = 80) -> tuple[list[str], list[str]]:
    rng = np.random.default_rng(0)
    labels = ["spam", "ham"] * (n // 2)
    texts = [" ".join(rng.choice(WORDS[label], rng.integers(4, 12)).tolist()) for label in labels]
    return texts, labels


def made_up(rng: np.random.Generator, n: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return scores of one class, whose spread a token falls with the length, and the lengths."""
    lengths = rng.integers(1, 200, n)
    per_token = 5.0 + 3.0 / lengths + rng.gamma(2.0, 1.0 / np.sqrt(lengths))
    return -(per_token * lengths)[:, None], lengths


def test_a_p_value_by_hand() -> None:
    # Four documents of two tokens, 1, 2, 3 and 4 nats a token.
    lengths, nothing = np.full(4, 2), np.zeros(4, np.int64)
    novelty = Novelty.learn(np.zeros(1), -2.0 * np.array([[2.0], [1.0], [4.0], [3.0]]), lengths, nothing)
    assert novelty is not None
    per_token = np.array([4.5, 4.0, 3.5, 3.0, 1.5, 0.5])
    p = novelty.p_values(-2.0 * per_token[:, None], np.full(6, 2), np.zeros(6, np.int64))
    assert_allclose(p, [1 / 5, 2 / 5, 2 / 5, 3 / 5, 4 / 5, 5 / 5])


def test_unknown_tokens_cost_what_is_left_to_them() -> None:
    lengths, n_unknown = np.array([3, 3]), np.array([1, 0])
    unseen = np.log([0.1, 0.2])
    scores = np.log([[0.3, 0.1], [0.03, 0.02]])  # the same with and without the word that the first one does not know
    one = Novelty.learn(unseen, scores, lengths, n_unknown)
    other = Novelty.learn(unseen, np.log([[0.03, 0.02]] * 2), lengths, np.zeros(2, np.int64))
    assert one is not None
    assert other is not None
    assert_allclose(one.medians, other.medians)
    assert_allclose(one.medians, -np.log(0.05) / 3)


@pytest.mark.parametrize("shortest", [1, 100])
def test_one_document_in_twenty_is_called_novel_whatever_its_length(shortest: int) -> None:
    rng = np.random.default_rng(1)
    scores, lengths = made_up(rng, 4000)
    novelty = Novelty.learn(np.zeros(1), scores, lengths, np.zeros(4000, np.int64))
    assert novelty is not None
    scores, lengths = made_up(rng, 8000)
    is_asked = (lengths >= shortest) & (lengths < shortest + 100)
    p = novelty.p_values(scores, lengths, np.zeros(8000, np.int64))[is_asked]
    for level in (0.05, 0.5):
        assert_allclose((p <= level).mean(), level, atol=0.2 * level + 0.003)


def test_documents_of_equal_length_are_judged_together_in_whatever_order() -> None:
    rng = np.random.default_rng(3)
    lengths = np.repeat([2, 3, 5], 300)
    scores = -lengths[:, None] * (1.0 + rng.random((900, 1)))
    found = Novelty.learn(np.zeros(1), scores, lengths, np.zeros(900, np.int64))
    order = rng.permutation(900)
    assert found is not None
    assert found == Novelty.learn(np.zeros(1), scores[order], lengths[order], np.zeros(900, np.int64))
    assert_allclose(np.exp(found.log_lengths), [2, 3, 5])
    assert_allclose(found.medians, np.median((-scores[:, 0] / lengths).reshape(3, 300), axis=1))


def test_what_is_kept_is_small_and_never_understates_a_p_value() -> None:
    rng = np.random.default_rng(2)
    n = 3000
    scores, lengths = made_up(rng, n)
    nothing = np.zeros(n, np.int64)
    novelty = Novelty.learn(np.zeros(1), scores, lengths, nothing)
    assert novelty is not None
    assert len(novelty.scale) == len(novelty.ranks) <= 200
    per_token = -scores[:, 0] / lengths
    places = np.log(lengths)
    z = (per_token - np.interp(places, novelty.log_lengths, novelty.medians)) / np.interp(
        places, novelty.log_lengths, novelty.spreads
    )
    exact = (1 + (z >= z[:, None]).sum(axis=1)) / (n + 1)
    p = novelty.p_values(scores, lengths, nothing)
    assert (p >= exact - 1e-12).all()
    assert (p <= exact + 0.011).all()
    strangest = exact <= 100 / (n + 1)
    assert_allclose(p[strangest], exact[strangest])
    assert Novelty.from_dict(novelty.to_dict(), 1) == novelty


def test_texts_without_a_token_are_not_strange() -> None:
    nothing = np.zeros(3, np.int64)
    assert Novelty.learn(np.zeros(2), np.zeros((3, 2)), nothing, nothing) is None
    novelty = Novelty.learn(np.zeros(1), -np.array([[1.0], [2.0], [9.0]]), np.array([1, 1, 0]), nothing)
    assert novelty is not None
    assert novelty.n_documents == 2
    assert novelty.p_values(-np.array([[5.0], [5.0]]), np.array([0, 1]), np.zeros(2, np.int64)).tolist() == [1.0, 1 / 3]


def test_texts_that_are_all_the_same() -> None:
    ones, nothing = np.ones(60, np.int64), np.zeros(60, np.int64)
    novelty = Novelty.learn(np.zeros(1), np.full((60, 1), -3.0), ones, nothing)
    assert novelty is not None
    p = novelty.p_values(-np.array([[3.0], [3.1], [2.0]]), np.ones(3, np.int64), np.zeros(3, np.int64))
    assert_allclose(p, [1.0, 1 / 61, 1.0])


@pytest.mark.parametrize(
    "change",
    [
        {"unseen": [0.0, 0.0]},
        {"spreads": [0.0]},
        {"medians": [float("nan")]},
        {"log_lengths": []},
        {"ranks": [1, 2]},
        {"scale": [1.0, 2.0]},
        {"n_documents": 1},
        {"more": [1.0]},
    ],
    ids=str,
)
def test_damage_is_noticed(change: dict[str, Any]) -> None:
    described: dict[str, Any] = {
        "unseen": [-1.0],
        "log_lengths": [1.0],
        "medians": [2.0],
        "spreads": [0.5],
        "ranks": [0, 1],
        "scale": [1.0, -1.0],
        "n_documents": 2,
    }
    assert Novelty.from_dict(described, 1).n_documents == 2
    with pytest.raises((ValueError, TypeError)):
        Novelty.from_dict({**described, **change}, 1)


# Of a classifier


@pytest.mark.parametrize(
    "parameters",
    [
        {"model": "nb"},
        {"model": "nb", "binary": False, "ngram_range": (1, 1)},
        {"model": "nb", "min_df": 2},
        {"model": "bnb", "binary": False},
        {"model": "lm", "order": 2},
    ],
    ids=str,
)
def test_what_is_unknown_where_it_is_held_out_is_counted(parameters: dict[str, Any]) -> None:
    texts, labels = corpus()
    texts = [f"{text} odd{k // 3} {'odd' * (k % 2)}{k} odd{k // 3}" for k, text in enumerate(texts)]
    classifier = TextClassifier(**parameters).fit(texts, labels)
    vectorizer = classifier.build_vectorizer()
    X = vectorizer.fit_transform(texts)
    learned = classifier.learn(X, np.array(labels), hold_out=True)
    assert learned.held_out is not None
    reader: Any = classifier.text_scorer_.extractor
    terms: list[list[tuple[str, ...]]] = [list(reader.analysis.ngrams(text)) for text in texts]
    if parameters["model"] == "bnb" or (parameters["model"] == "nb" and parameters.get("binary", True)):
        terms = [sorted(set(ngrams)) for ngrams in terms]
    features = {reader.analysis.parse(name) for name in reader.feature_names(range(reader.n_features))}
    n_unknown = np.zeros(len(texts), np.int64)
    for held in learned.held_out.folds:
        seen = {term for k in range(len(texts)) if k not in held.tolist() for term in terms[k]} & features
        for k in held:
            n_unknown[k] = sum(term not in seen for term in terms[k])
    assert n_unknown.max() > 1
    lengths = np.array([len(ngrams) for ngrams in terms]) + (parameters["model"] == "lm")
    scores = learned.held_out.scores - log_sum_exp(learned.scorer.baseline[None])
    expected = Novelty.learn(learned.model.unseen_log_prob(), scores, lengths, n_unknown)
    found = classifier.text_scorer_.novelty
    assert found is not None
    assert expected is not None
    assert_allclose(found.medians, expected.medians)
    assert_allclose(found.scale, expected.scale)


def test_documents_of_no_weight_teach_nothing() -> None:
    texts, labels = corpus(40)
    weights = np.append(np.ones(40), 0.0)
    classifier = TextClassifier(min_df=1).fit([*texts, "quartz"], [*labels, "ham"], weights)
    found = classifier.text_scorer_.novelty
    assert found is not None
    assert found.n_documents == 40
    X = classifier.vectorizer_.transform([*texts, "quartz"])
    learned = classifier.learn(X, np.array([*labels, "ham"]), weights)
    again = learn_novelty(learned.model, learned.held_out, X, classifier.vectorizer_.extractor_, None, weights)
    assert again == found


@pytest.mark.parametrize("model", ALIKE)
def test_strange_texts_have_small_p_values(model: str, tmp_path: Path) -> None:
    texts, labels = corpus()
    classifier = TextClassifier(model=model).fit(texts, labels)
    p = classifier.novelty(["win a free prize now ok", "quixotic zephyrs jinx vexed fjord waltz gymnasts", ""])
    assert p[0] > 0.05
    assert p[1] == 1 / (len(texts) + 1)
    assert p[2] == 1.0
    path = tmp_path / "m.textgd"
    classifier.save(path)
    assert_array_equal(
        textgd.load(path).novelty(["win a free prize now ok", "zephyrs"]),
        classifier.novelty(["win a free prize now ok", "zephyrs"]),
    )
    assert classifier.novelty([]).shape == (0,)


@pytest.mark.parametrize("model", ["nb", "bnb", "lm"])
def test_few_words_are_not_strange_for_being_few(model: str) -> None:
    texts, labels = corpus()
    p = TextClassifier(model=model).fit(texts, labels).novelty(["win a", "see you", "free prize", "at home"])
    assert (p > 0.05).all()


@pytest.mark.parametrize(
    "parameters",
    [
        *({"model": name} for name in OTHERS),
        {"model": "nb", "tfidf": True},
        {"model": "nb", "hashing": 64},
        {"model": "nb", "calibrate": None},
    ],
    ids=str,
)
def test_models_that_cannot_say_which_ones_can(parameters: dict[str, Any]) -> None:
    texts, labels = corpus(20)
    classifier = TextClassifier(**parameters).fit(texts, labels)
    with pytest.raises(InvalidParameterError, match=r"Novelty needs P.text.*nb, bnb, lm and charlm"):
        classifier.novelty(texts)


def test_a_model_of_an_earlier_version() -> None:
    texts, labels = corpus(20)
    scorer = replace(TextClassifier().fit(texts, labels).text_scorer_, novelty=None)
    with pytest.raises(InvalidParameterError, match="this version trained them"):
        scorer.novelty_p(texts)


@pytest.mark.parametrize("model", ["nb", "lm"])
def test_without_compiled_code_it_is_the_same(model: str, tmp_path: Path) -> None:
    texts, labels = corpus(40)
    classifier = TextClassifier(model=model).fit(texts, labels)
    classifier.save(tmp_path / "m.textgd")
    code = (
        "import sys\nfrom textgd.modelfile import load_model\n"
        "scorer = load_model(sys.argv[1]).scorer\nprint(scorer.novelty_p(['win a a zephyr', '']).tolist())\n"
        "assert not {'numba', 'sklearn', 'nltk', 'scipy'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "m.textgd"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(classifier.novelty(["win a a zephyr", ""]).tolist())
