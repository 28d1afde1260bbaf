"""Word dropout: copies without some words, which stay with their documents, weigh nothing more and teach something."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import vstack

from textgd import TextClassifier
from textgd.discriminative import LogisticRegression
from textgd.errors import InvalidParameterError
from textgd.generative import MultinomialNB
from textgd.learning.folds import find_copy_folds, find_folds
from textgd.learning.word_dropout import blank_out, with_copies
from textgd.models import COUNTS, MODELS
from textgd.text import CountVectorizer
from textgd.text.gaps import GAP

RNG = np.random.default_rng(0)
# Two words tell the classes apart, each by itself; the rest is noise.
NOISE = [" ".join(RNG.choice(list("abcdefgh"), 4)) for _ in range(40)]
TEXTS = [f"{('good fine', 'bad dull')[k % 2]} {noise}" for k, noise in enumerate(NOISE)]
LABELS = np.array(["pos", "neg"] * 20)


def read(ngram_range: tuple[int, int] = (1, 2), **parameters: Any) -> tuple[Any, Any, Any]:
    vectorizer = CountVectorizer(ngram_range=ngram_range, **parameters)
    tokens = vectorizer.build_analysis().scan(TEXTS)
    return vectorizer, tokens, vectorizer.fit_transform(tokens)


def test_copies_lose_tokens_with_all_their_n_grams() -> None:
    vectorizer, tokens, X = read()
    names = vectorizer.get_feature_names_out().tolist()
    copies = blank_out(vectorizer.extractor_, tokens, 0.3)
    lost = []
    for copy in copies:
        assert copy.shape == X.shape
        assert (X - copy).min() >= 0
        for text, row in zip(TEXTS, copy.toarray(), strict=True):
            there = {name for name, count in zip(names, row, strict=True) if count}
            assert all(set(name.split()) <= there for name in there)
            # Of two words side by side that are both there once, the bigram is there too.
            words = text.split()
            for pair in itertools.pairwise(words):
                if set(pair) <= there and words.count(pair[0]) == words.count(pair[1]) == 1:
                    assert " ".join(pair) in there
        lost.append(1.0 - copy[:, [" " not in name for name in names]].sum() / len(tokens.ids))
    assert_allclose(lost, 0.3, atol=0.08)
    assert (copies[0] != copies[1]).nnz > 0
    for again in blank_out(vectorizer.extractor_, tokens, 0.3, n_jobs=1), blank_out(vectorizer.extractor_, tokens, 0.3):
        assert all((a != b).nnz == 0 for a, b in zip(copies, again, strict=True))
    assert all((copy != X).nnz == 0 for copy in blank_out(vectorizer.extractor_, tokens, 0.0))


def test_versions_of_a_document_are_held_out_together() -> None:
    vectorizer, tokens, X = read()
    codes = (LABELS == "pos").astype(np.intp)
    rows, labels, weights = with_copies(X, blank_out(vectorizer.extractor_, tokens, 0.4), codes, None)
    assert rows.shape[0] == len(labels) == len(weights) == 4 * len(TEXTS)
    assert weights.sum() == pytest.approx(len(TEXTS))
    folds = find_copy_folds(rows, labels, 5, 4)
    assert [sorted(set((fold % len(TEXTS)).tolist())) for fold in folds] == [
        fold.tolist() for fold in find_folds(X, codes, 5)
    ]
    assert sorted(np.concatenate(folds).tolist()) == list(range(len(labels)))


@pytest.mark.parametrize("model", [LogisticRegression(C=1.0), LogisticRegression(C="auto"), MultinomialNB()], ids=repr)
def test_copies_that_lost_nothing_change_nothing(model: Any) -> None:
    _, _, X = read()
    plain = model.fit_out_of_fold(X.astype(np.float64), LABELS)
    expected = model.scorer().scores(X)
    rows = with_copies(X.astype(np.float64), [X.astype(np.float64)] * 3, LABELS, None)
    held_out = model.fit_copies(*rows, 4, out_of_fold=True)
    assert_allclose(model.scorer().scores(X), expected, rtol=1e-6, atol=1e-6)
    assert_allclose(held_out.scores, plain.scores, rtol=1e-6, atol=1e-6)
    assert [fold.tolist() for fold in held_out.folds] == [fold.tolist() for fold in plain.folds]
    assert model.fit_copies(*rows, 4, out_of_fold=False) is None


def test_weights_are_shared_out() -> None:
    _, _, X = read()
    weights = np.arange(len(TEXTS)) % 3.0
    rows, labels, shares = with_copies(X, [X], LABELS, weights)
    assert (rows != vstack([X, X])).nnz == 0
    assert labels.tolist() == [*LABELS, *LABELS]
    assert_array_equal(shares, np.tile(weights / 2, 2))


@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if model.reads == COUNTS])
def test_every_model_of_counts_learns_with_it(name: str) -> None:
    classifier = TextClassifier(model=name, word_dropout=0.4).fit(TEXTS, LABELS)
    plain = TextClassifier(model=name).fit(TEXTS, LABELS)
    assert classifier.vectorizer_.get_feature_names_out().tolist() == plain.vectorizer_.get_feature_names_out().tolist()
    assert classifier.predict(TEXTS).tolist() == LABELS.tolist()
    half = [text.replace("fine", GAP).replace("dull", GAP) for text in TEXTS]
    assert classifier.predict(half, missing=GAP).tolist() == LABELS.tolist()
    assert not np.array_equal(classifier.predict_proba(TEXTS), plain.predict_proba(TEXTS))
    again = TextClassifier(model=name, word_dropout=0.4, n_jobs=1).fit(TEXTS, LABELS)
    assert_array_equal(again.predict_proba(TEXTS), classifier.predict_proba(TEXTS))


def test_a_model_relies_less_on_one_word_where_another_says_the_same() -> None:
    texts = ["good fine"] * 5 + ["bad dull"] * 5 + ["fine x", "dull y"]
    labels = ["pos"] * 5 + ["neg"] * 5 + ["pos", "neg"]
    shares = []
    for dropout in (0.0, 0.5):
        model = TextClassifier(model="lr", tfidf=False, ngram_range=(1, 1), calibrate=None, word_dropout=dropout)
        model.fit(texts, labels)
        weights = dict(zip(model.vectorizer_.get_feature_names_out(), model.model_.coef_[0], strict=True))
        shares.append(weights["good"] / weights["fine"])
    # The one that is there more often weighs more, and less so where it may be gone.
    assert shares[0] < 0.9
    assert abs(np.log(shares[1])) < 0.6 * abs(np.log(shares[0]))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"model": "lm"}, r"The model lm has no word_dropout \(--word-dropout\).*choose a model that has it: nb, "),
        ({"model": "charlm"}, "The model charlm has no word_dropout"),
        ({"model": "lr", "analyzer": "char"}, "the analyzer 'char' reads no words"),
        ({"model": "lr", "word_dropout": 1.0}, "word_dropout is 1.0; a number from 0 to 0.99 is expected"),
        ({"model": "lr", "word_dropout": -0.1}, "word_dropout is -0.1"),
        ({"model": "lr", "word_dropout": "much"}, "word_dropout is 'much'"),
    ],
    ids=str,
)
def test_what_is_refused(parameters: Any, message: str) -> None:
    with pytest.raises(InvalidParameterError, match=message):
        TextClassifier(**{"word_dropout": 0.3, **parameters}).fit(TEXTS, LABELS)
