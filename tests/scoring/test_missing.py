"""Scores where words are missing: sums over all that may stand there, zeros, and the mean document, each by hand."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from textgd import TextClassifier, load
from textgd.errors import InvalidParameterError
from textgd.models import MISSING, MODELS
from textgd.probabilities import log_sum_exp
from textgd.scoring import LinearScorer
from textgd.scoring.missing import IMPUTATIONS, can_marginalize
from textgd.text.gaps import GAP

TEXTS = ["a good film", "so good a film", "good, very good", "a bad film", "a dull bad film", "so bad a plot"]
LABELS = ["pos", "pos", "pos", "neg", "neg", "neg"]
GAPPED = ["a ___ film", "___ good", "so ___ a ___ film", "___ ___", "a bad film", ""]
LINEAR = [name for name, model in MODELS.items() if model.reads == "counts"]


def train(model: str, **parameters: Any) -> TextClassifier:
    return TextClassifier(model=model, **{"calibrate": None, **parameters}).fit(TEXTS, LABELS)


@pytest.mark.parametrize("text", GAPPED[:4])
def test_naive_bayes_of_words_sums_over_every_word_in_every_gap(text: str) -> None:
    scorer = train("nb", ngram_range=(1, 1), binary=False).text_scorer_
    words = scorer.extractor.feature_names(np.arange(scorer.extractor.n_features))
    texts = []
    for filling in itertools.product(words, repeat=text.count(GAP)):
        filled = text
        for word in filling:
            filled = filled.replace(GAP, word, 1)
        texts.append(filled)
    expected = log_sum_exp(scorer.predict(texts).scores.T)
    assert_allclose(scorer.predict([text], missing=GAP).scores[0], expected, rtol=1e-12)
    assert_allclose(scorer.predict([text], missing=GAP, impute="marginalize").scores[0], expected, rtol=1e-12)


@pytest.mark.parametrize("impute", ["auto", "marginalize", "zero"])
def test_what_is_all_missing_is_as_probable_as_its_class(impute: str) -> None:
    classifier = TextClassifier(model="nb", calibrate=None).fit([*TEXTS, "bad"], [*LABELS, "neg"])
    prediction = classifier.text_scorer_.predict(["___", "___ (___)"], missing=GAP, impute=impute)
    assert_allclose(np.exp(prediction.log_proba)[0], [4 / 7, 3 / 7], rtol=1e-12)
    assert prediction.n_known_tokens.tolist() == [0, 0]


@pytest.mark.parametrize("name", MODELS)
def test_where_no_word_is_missing_nothing_changes(name: str) -> None:
    classifier = train(name)
    texts = [*TEXTS, "", "an unheardof film"]
    expected = classifier.text_scorer_.predict(texts)
    for impute in IMPUTATIONS:
        try:
            found = classifier.text_scorer_.predict(texts, missing=GAP, impute=impute)
        except InvalidParameterError:
            continue
        assert_array_equal(found.scores, expected.scores)
        assert_array_equal(found.n_known_tokens, expected.n_known_tokens)
        assert classifier.predict(texts, missing=GAP, impute=impute).tolist() == classifier.predict(texts).tolist()


@pytest.mark.parametrize("name", MODELS)
def test_the_registry_says_which_models_marginalize(name: str) -> None:
    scorer = train(name).text_scorer_
    can = MISSING in MODELS[name].abilities
    assert can_marginalize(scorer.extractor, scorer.scorer) == can
    auto = scorer.predict(["a good ___"], missing=GAP).scores
    if can:
        assert_array_equal(auto, scorer.predict(["a good ___"], missing=GAP, impute="marginalize").scores)
    else:
        assert_array_equal(auto, scorer.predict(["a good ___"], missing=GAP, impute="zero").scores)
        with pytest.raises(InvalidParameterError, match=r"cannot sum over missing words.*'auto', 'zero'"):
            scorer.predict(["a good ___"], missing=GAP, impute="marginalize")


@pytest.mark.parametrize(
    ("name", "parameters"), [("nb", {}), ("lm", {}), ("charlm", {}), ("lr", {"analyzer": "char_wb"})], ids=str
)
def test_zero_closes_up_the_text_where_words_marginalize_or_are_characters(name: str, parameters: Any) -> None:
    scorer = train(name, **parameters).text_scorer_
    found = scorer.predict(GAPPED, missing=GAP, impute="zero")
    expected = scorer.predict([text.replace(GAP, "") for text in GAPPED])
    assert_array_equal(found.scores, expected.scores)


@pytest.mark.parametrize("name", ["lr", "svm", "nblr", "cnb", "bnb"])
def test_zero_takes_n_grams_at_a_gap_from_a_linear_score(name: str) -> None:
    scorer = train(name, tfidf=False, ngram_range=(1, 2)).text_scorer_
    inner: Any = scorer.scorer
    weights = dict(zip(scorer.extractor.feature_names(np.arange(inner.weights.shape[1])), inner.weights.T, strict=True))
    left = [["a", "film"], ["good"], ["so", "a", "film"], [], ["a", "bad", "film", "a bad", "bad film"], []]
    lines = np.array([inner.intercept + sum(weights[ngram] for ngram in ngrams) for ngrams in left])
    found = scorer.predict(GAPPED, missing=GAP, impute="zero").scores
    assert_allclose(found[:, -lines.shape[1] :], lines, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("name", "binary"), [*((name, None) for name in LINEAR), ("bnb", False)])
def test_what_is_all_missing_scores_as_the_mean_document_that_was_learned_from(name: str, binary: bool | None) -> None:
    classifier = train(name, binary=binary)
    scorer: Any = classifier.text_scorer_.scorer
    expected = scorer.scores(classifier.vectorizer_.transform(TEXTS)).mean(axis=0)
    found = classifier.text_scorer_.predict(["___ ___ ___", "___"], missing=GAP, impute="mean").scores
    assert_allclose(found, [expected] * 2, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("tfidf", [True, False])
def test_the_mean_document_stands_in_for_the_share_that_is_lost(tfidf: bool) -> None:
    classifier = train("lr", tfidf=tfidf, ngram_range=(1, 2))
    scorer: Any = classifier.text_scorer_.scorer
    # Of four words and three bigrams, one and two are lost.
    share = 3 / 7
    there = classifier.vectorizer_.transform(["so unheardof a film"])
    mean = classifier.vectorizer_.transform(TEXTS).mean(axis=0) @ scorer.weights.T
    kept = np.sqrt(1 - share) if tfidf else 1.0
    expected = scorer.intercept + kept * (there @ scorer.weights.T) + share * mean
    found = classifier.text_scorer_.predict(["so ___ a film"], missing=GAP, impute="mean").scores
    assert_allclose(found[0, 1], np.asarray(expected).item(), rtol=1e-5)


def test_of_characters_the_share_of_words_is_what_is_lost() -> None:
    classifier = train("lr", analyzer="char", tfidf=False)
    scorer: Any = classifier.text_scorer_.scorer
    there = classifier.vectorizer_.transform(["so  a film"])
    mean = classifier.vectorizer_.transform(TEXTS).mean(axis=0) @ scorer.weights.T
    expected = scorer.intercept + there @ scorer.weights.T + 0.25 * mean
    found = classifier.text_scorer_.predict(["so ___ a film"], missing=GAP, impute="mean").scores
    assert_allclose(found[0, 1], np.asarray(expected).item(), rtol=1e-5)


def test_weights_of_documents_weigh_in_the_mean_one() -> None:
    twice = TextClassifier(model="nb", calibrate=None).fit([*TEXTS, *TEXTS[:2]], [*LABELS, *LABELS[:2]])
    weighted = TextClassifier(model="nb", calibrate=None).fit(TEXTS, LABELS, [2, 2, 1, 1, 1, 1])
    found = [c.text_scorer_.predict(["___"], missing=GAP, impute="mean").scores for c in (twice, weighted)]
    assert_allclose(found[0], found[1], rtol=1e-12)


@pytest.mark.parametrize("name", ["nb", "lr", "bnb"])
def test_a_saved_model_imputes_alike(name: str, tmp_path: Path) -> None:
    classifier = TextClassifier(model=name).fit(TEXTS * 3, LABELS * 3)
    classifier.save(tmp_path / "model.textgd")
    loaded = load(tmp_path / "model.textgd")
    for impute in ("auto", "zero", "mean"):
        expected = classifier.predict_proba(GAPPED, missing=GAP, impute=impute)
        assert_array_equal(loaded.predict_proba(GAPPED, missing=GAP, impute=impute), expected)
        assert_allclose(expected.sum(axis=1), 1.0)


def test_a_file_of_an_earlier_version_has_to_be_trained_again() -> None:
    scorer = train("lr").text_scorer_
    assert isinstance(scorer.scorer, LinearScorer)
    old = replace(scorer, scorer=replace(scorer.scorer, marginalizes=None, mean=None))
    for impute in IMPUTATIONS:
        with pytest.raises(InvalidParameterError, match="train the model again"):
            old.predict(GAPPED, missing=GAP, impute=impute)
    assert_array_equal(old.predict(TEXTS).scores, scorer.predict(TEXTS).scores)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("nb", {"impute": "zero"}, "nothing says which words are missing"),
        (
            "nb",
            {"missing": GAP, "impute": "best"},
            "impute is 'best'; allowed are 'auto', 'marg",
        ),
        ("nb", {"missing": "a gap"}, "The mark of a missing word is 'a gap'"),
        ("lm", {"missing": GAP, "impute": "mean"}, "Allowed are 'auto', 'marginalize', 'zero'"),
        ("charlm", {"missing": GAP, "impute": "mean"}, "Allowed are 'auto', 'zero'"),
    ],
)
def test_what_is_refused(name: str, arguments: Any, message: str) -> None:
    with pytest.raises(InvalidParameterError, match=message):
        train(name).predict(TEXTS, **arguments)


def test_marks_of_ones_own() -> None:
    classifier = train("nb")
    expected = classifier.predict_proba(GAPPED, missing=GAP)
    assert_array_equal(classifier.predict_proba([t.replace(GAP, "[?]") for t in GAPPED], missing="[?]"), expected)
    # A word may be the mark.
    expected = classifier.predict_proba(["a ___ film"], missing=GAP)
    assert_array_equal(classifier.predict_proba(["a good film"], missing="good"), expected)
