"""Contributions add up to the log-odds that the model predicts, for every model, and are what formulas say."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tests.explanation.drawn import corpus, draw, fitted, scorer
from textgd.errors import DataError, UnknownNameError
from textgd.explanation import Explanation, explain, explainer
from textgd.models import COUNTS, MODELS
from textgd.probabilities import Isotonic, OneVsRest, Probabilities, Reweighted, Sigmoid, Softmax, log_odds
from textgd.scoring import TextScorer

CURVE = ((-9.0, -1.0, 0.5, 4.0), (0.01, 0.2, 0.2, 0.95))


def calibrations(n: int) -> list[Probabilities | None]:
    """Return probabilities of every kind."""
    n_lines = 1 if n == 2 else n
    sigmoid = Sigmoid(tuple(0.3 + 0.2 * k for k in range(n_lines)), tuple(0.1 * k for k in range(n_lines)))
    isotonic = Isotonic((CURVE[0],) * n_lines, (CURVE[1],) * n_lines)
    return [
        None,
        Softmax(),
        Softmax(7.5),
        OneVsRest(),
        sigmoid,
        isotonic,
        Reweighted(sigmoid, tuple(0.5 + k for k in range(n))),
        Reweighted(isotonic, tuple(0.5 + k for k in range(n))),
    ]


def check(scorer: TextScorer, document: str, label: Any = None) -> Explanation:
    """Check that an explanation adds up to what is predicted."""
    explanation = explain(scorer, document, label)
    prediction = scorer.predict([document])
    c = int(prediction.columns[0]) if label is None else scorer.column(label)
    assert explanation.label == scorer.classes.tolist()[c]
    if prediction.log_proba is None:
        others = np.delete(prediction.scores[0], c)
        expected = prediction.scores[0, c] - others.max()
        assert (explanation.unit, explanation.probability) == ("score", None)
    else:
        expected = log_odds(prediction.log_proba)[0, c]
        assert (explanation.unit, explanation.against) == ("nats", None)
        assert explanation.probability == pytest.approx(math.exp(prediction.log_proba[0, c]), rel=1e-9, abs=1e-300)
    assert explanation.log_odds == pytest.approx(expected, rel=1e-9, abs=1e-9)
    total = explanation.bias + sum(piece.contribution for piece in explanation.contributions)
    assert total == pytest.approx(explanation.log_odds, rel=1e-9, abs=1e-9)
    for piece in explanation.contributions:
        assert 0 <= piece.start <= piece.end <= len(document)
        assert piece.text == document[piece.start : piece.end] or piece.start == piece.end
    return explanation


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("model", MODELS)
def test_contributions_add_up(model: str, n_classes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In all more than a thousand random documents; and what is left to rounding is next to nothing."""
    settled = explainer._settled

    def held(values: Any, total: float) -> Any:
        assert abs(total - values.sum()) <= 1e-9 * (1.0 + np.abs(values).sum())
        return settled(values, total)

    monkeypatch.setattr(explainer, "_settled", held)
    rng = random.Random(f"{model} {n_classes}")
    n_pieces = 0
    for probabilities in calibrations(n_classes):
        calibrated = replace(scorer(model, n_classes), probabilities=probabilities)
        for _ in range(7):
            document = draw(rng, rng.choice([None, "spam", "news"]), rng.randint(0, 30))
            label = rng.choice([None, *calibrated.classes.tolist()])
            n_pieces += len(check(calibrated, document, label).values)
    assert n_pieces > 300


@pytest.mark.parametrize(
    "options",
    [
        {"model": "nb", "calibrate": "auto", "hashing": 64},
        {"model": "nb", "calibrate": "isotonic", "tfidf": True, "ngram_range": (1, 3), "class_prior": "uniform"},
        {"model": "nb", "analyzer": "char", "binary": False, "calibrate": "temperature"},
        {"model": "cnb", "analyzer": "char_wb", "ngram_range": (1, 4), "strip_accents": "unicode"},
        {"model": "bnb", "min_df": 2, "mask_urls": True, "mask_numbers": True, "negation": True},
        {"model": "lr", "calibrate": "sigmoid", "tokenizer": "sklearn", "lowercase": False},
        {"model": "svm", "tokenizer": "whitespace", "stem": "english"},
        {"model": "nbsvm", "calibrate": "auto", "tokenizer": r"pattern:\w+", "stop_words": ("free", "you")},
        {"model": "nblr", "tokenizer": "nltk:tweet", "punctuation": False},
        {"model": "lr", "tokenizer": "nltk:treebank", "analyzer": "char_wb", "hashing": 128, "tfidf": True},
        {"model": "lm", "order": 2, "smoothing": "witten-bell", "background": 0.0, "class_prior": "uniform"},
        {"model": "lm", "tokenizer": "nltk:toktok", "mask_numbers": True, "calibrate": "isotonic"},
        {"model": "charlm", "order": 3, "strip_accents": "ascii", "calibrate": "auto"},
    ],
    ids=str,
)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_every_way_of_reading_adds_up(options: dict[str, Any], n_classes: int) -> None:
    rng = random.Random(8)
    for _ in range(5):
        check(scorer(n_classes=n_classes, **options), draw(rng, "spam", 12))


@settings(max_examples=40)
@given(data=st.data(), model=st.sampled_from(["nb", "lm", "charlm"]))
def test_any_text_adds_up(data: st.DataObject, model: str) -> None:
    text = data.draw(
        st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from("aefnrw  \n")), max_size=30)
    )
    check(replace(scorer(model, 3), probabilities=Softmax(3.0)), text)


# By formulas


def pieces(explanation: Explanation) -> dict[str, float]:
    return {piece.text: piece.contribution for piece in explanation.contributions}


def test_naive_bayes_adds_the_log_ratio_of_each_word() -> None:
    classifier = fitted("nb", ngram_range=(1, 1), binary=False)
    model = classifier.model_
    ratio = model.feature_log_prob_[1] - model.feature_log_prob_[0]
    column = classifier.vectorizer_.vocabulary_
    explanation = classifier.explain("Free lunch – FREE xylophone", "spam")
    found = [(piece.text, piece.start, piece.end) for piece in explanation.contributions]
    assert found == [("Free", 0, 4), ("lunch", 5, 10), ("FREE", 13, 17)]
    expected = [ratio[column[word]] for word in ("free", "lunch", "free")]
    assert_allclose([piece.contribution for piece in explanation.contributions], expected, rtol=1e-9)
    assert explanation.bias == pytest.approx(float(np.diff(model.class_log_prior_)[0]), abs=1e-12)
    other = classifier.explain("Free lunch – FREE xylophone", "news")
    assert other.log_odds == -explanation.log_odds
    assert_allclose(other.values, -explanation.values, rtol=1e-12)


def test_presence_is_shared_by_the_occurrences() -> None:
    classifier = fitted("nb", ngram_range=(1, 1), binary=True)
    once, twice = (classifier.explain(text, "spam").values for text in ("free", "free free"))
    assert_allclose(twice, [once[0] / 2] * 2, rtol=1e-12)


def test_absence_is_part_of_the_bias_of_bernoulli() -> None:
    classifier = fitted("bnb", ngram_range=(1, 1))
    model = classifier.model_
    absent = np.log1p(-np.exp(model.feature_log_prob_))
    bias = np.diff(model.class_log_prior_ + absent.sum(axis=1))[0]
    free = classifier.vectorizer_.vocabulary_["free"]
    explanation = classifier.explain("free", "spam")
    assert explanation.bias == pytest.approx(float(bias), rel=1e-9)
    expected = np.diff(model.feature_log_prob_[:, free] - absent[:, free])
    assert_allclose(explanation.values, expected, rtol=1e-9)


def test_tfidf_weighs_what_a_linear_model_adds() -> None:
    classifier = fitted("lr", ngram_range=(1, 2))
    text = "free cash now, free"
    row = classifier.vectorizer_.transform([text]).toarray()[0]
    names = classifier.vectorizer_.get_feature_names_out()
    expected = {names[k]: row[k] * classifier.model_.coef_[0, k] for k in np.flatnonzero(row)}
    explanation = classifier.explain(text, "spam")
    found = {feature.name: feature.contribution for feature in explanation.strongest()}
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-6)
    assert pieces(explanation)[", free" if ", free" in names else "cash"] != 0.0


def test_scores_are_against_the_best_other_class() -> None:
    classifier = fitted("svm", 3)
    text = "free cash"
    scores = classifier.text_scorer_.predict([text]).scores[0]
    explanation = classifier.explain(text)
    order = np.argsort(-scores)
    assert (explanation.label, explanation.against) == tuple(classifier.classes_[order[:2]])
    assert explanation.log_odds == pytest.approx(scores[order[0]] - scores[order[1]], rel=1e-12)
    worst = classifier.explain(text, classifier.classes_[order[2]])
    assert worst.against == explanation.label
    assert worst.log_odds < 0


@pytest.mark.parametrize("model", ["lm", "charlm"])
def test_language_models_add_what_each_token_is_more_probable(model: str) -> None:
    classifier = fitted(model, background=0.25)
    text = "Free yacht now!"
    tokens = list(text.lower()) if model == "charlm" else ["free", "yacht", "now", "!"]
    each = np.exp([m.token_log_probs(tokens) for m in classifier.text_scorer_.scorer.models])
    mixed = np.log(0.75 * each + 0.25 * each.mean(axis=0))
    explanation = classifier.explain(text, "spam")
    assert_allclose(explanation.values, mixed[1] - mixed[0], rtol=1e-9, atol=1e-12)
    assert "".join(piece.text for piece in explanation.contributions[:-1]).lower() == "".join(tokens)
    end = explanation.contributions[-1]
    assert (end.text, end.start, end.end) == ("</s>", len(text), len(text))
    assert explanation.bias == pytest.approx(0.0, abs=1e-12)


def test_hashed_features_find_their_occurrences() -> None:
    """With as few columns as these, n-grams share them, and each occurrence gets its share."""
    classifier = fitted("nb", ngram_range=(1, 1), binary=False, hashing=4)
    explanation = classifier.explain("free win prize cash see you", "spam")
    features = classifier.text_scorer_.extractor.features
    weights = np.diff(classifier.text_scorer_.scorer.weights, axis=0)[0]
    expected = [weights[features.column((piece.text,))] for piece in explanation.contributions]
    assert_allclose(explanation.values, expected, rtol=1e-9)
    assert len(explanation.features) == len({features.column((piece.text,)) for piece in explanation.contributions})


@pytest.mark.parametrize("model", [name for name, model in MODELS.items() if model.reads == COUNTS])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_what_is_inspected_is_what_is_explained(model: str, n_classes: int) -> None:
    """A text that is one feature alone gets the weight that is listed for it."""
    one = scorer(model, n_classes, "sigmoid", ngram_range=(1, 1))
    for c, features in enumerate(one.top_features(3)):
        for name, weight in features:
            explanation = explain(one, name, one.classes.tolist()[c])
            assert explanation.unit == one.unit(c) == "nats"
            assert sum(explanation.values) == pytest.approx(weight, rel=1e-6, abs=1e-9)


# Corners


def test_nothing_leaves_the_bias() -> None:
    for text in ("", "xylophone qwerty", " \n"):
        explanation = check(scorer("nb", 3), text)
        assert explanation.contributions == ()
        assert explanation.log_odds == explanation.bias
    assert [piece.text for piece in check(scorer("lm", 3), "").contributions] == ["</s>"]


@pytest.mark.parametrize("text", [["free"], b"free", None, 3, ("a", "b")])
def test_one_text_at_a_time(text: Any) -> None:
    with pytest.raises(DataError, match=f"One text is explained.* {type(text).__name__}"):
        fitted("nb").explain(text)


def test_labels_are_those_of_the_model() -> None:
    with pytest.raises(UnknownNameError, match=r"no class 'spma'\. Did you mean spam"):
        fitted("nb").explain("free", "spma")
    texts, labels = corpus(2)
    numbered = fitted("nb").__class__(calibrate=None).fit(texts, [labels.index(label) for label in labels])
    assert numbered.explain("free", "1").label == numbered.explain("free", 1).label == 1


def test_a_label_that_is_ruled_out_cannot_be_explained() -> None:
    certain = replace(scorer("nb"), probabilities=Reweighted(Softmax(), (0.0, 1.0)))
    for label in ("news", "spam"):
        with pytest.raises(DataError, match="rules a label out"):
            explain(certain, "free", label)
    three = replace(scorer("nb", 3), probabilities=Reweighted(Softmax(), (0.0, 1.0, 1.0)))
    check(three, "free cash lunch")
