"""One language model a class: Bayes' rule over what each says, mixed with what all say, and held-out scores."""

from __future__ import annotations

import math
import pickle
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.special import logsumexp
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from textgd.errors import DataError, InvalidParameterError, UnknownNameError
from textgd.generative.ngram_classifier import BACKGROUND, NgramClassifier
from textgd.lm import Additive, KneserNey, NgramModel, WittenBell
from textgd.lm.smoothing import SMOOTHINGS
from textgd.probabilities import Softmax
from textgd.scoring import LanguageScorer
from textgd.text import TokenizedDocuments, Vocabulary

Documents = list[list[str]]

SPAM = [["win", "a", "prize"], ["win", "cash", "now"], ["a", "free", "prize"], ["win", "win", "now"]]
HAM = [["see", "you", "now"], ["see", "a", "film"], ["are", "you", "at", "home"], ["a", "home"], ["you", "see"]]
TEXT = TokenizedDocuments.from_tokens([*SPAM, *HAM])
LABELS = ["spam"] * len(SPAM) + ["ham"] * len(HAM)
NEW = [["win", "a", "film"], ["you", "win"], [], ["unknown", "prize", "now"], ["see", "you", "at", "home"]]


def zipf_text(n: int = 90, n_classes: int = 3, seed: int = 0) -> tuple[TokenizedDocuments, NDArray[np.int64]]:
    """Return documents over the words of all classes, some frequent in each, and their classes."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % n_classes
    shares = 1.0 / np.arange(1, 41)
    documents = []
    for c in y:
        of_class = np.roll(shares, 3 * c) / shares.sum()
        documents.append([f"w{w}" for w in rng.choice(40, rng.integers(0, 15), p=of_class)])
    return TokenizedDocuments.from_tokens(documents), y


def models_of(X: TokenizedDocuments, y: Any, rows: Any, classes: Any, **parameters: Any) -> list[NgramModel]:
    rows, y = np.asarray(rows), np.asarray(y)
    return [NgramModel.fit(X.select(rows[y[rows] == c]), **parameters) for c in classes]


# Bayes' rule


def test_by_hand() -> None:
    X = TokenizedDocuments.from_tokens([["a", "a"], ["a", "b"], ["b"]])
    fitted = NgramClassifier(order=1, smoothing="additive", background=0.0).fit(X, ["x", "x", "y"])
    # x: a 3, b 1, </s> 2 of 6, and one more for each of a, b, <unk>, </s>: 4/10, 2/10, 1/10, 3/10; y: 1, 2, 1, 2 of 6.
    x, y = 2 / 3 * 0.4 * 0.2 * 0.3, 1 / 3 * (1 / 6) * (2 / 6) * (2 / 6)
    new = TokenizedDocuments.from_tokens([["a", "b"], ["b", "b", "new"], []])
    assert_allclose(fitted.predict_proba(new)[0], [x / (x + y), y / (x + y)], rtol=1e-5)
    x, y = 2 / 3 * 0.2**2 * 0.1 * 0.3, 1 / 3 * (2 / 6) ** 2 * (1 / 6) * (2 / 6)
    assert_allclose(fitted.predict_proba(new)[1], [x / (x + y), y / (x + y)], rtol=1e-5)
    x, y = 2 / 3 * 0.3, 1 / 3 * (2 / 6)
    assert_allclose(fitted.predict_proba(new)[2], [x / (x + y), y / (x + y)], rtol=1e-5)
    assert fitted.predict(new).tolist() == ["x", "y", "x"]


def test_mixed_by_hand() -> None:
    X = TokenizedDocuments.from_tokens([["a", "a"], ["a", "b"], ["b"]])
    fitted = NgramClassifier(order=1, smoothing="additive", background=0.25).fit(X, ["x", "x", "y"])
    of_x, of_y = np.array([0.4, 0.2, 0.1, 0.3]), np.array([1, 2, 1, 2]) / 6
    both = (of_x + of_y) / 2
    of_x, of_y = 0.75 * of_x + 0.25 * both, 0.75 * of_y + 0.25 * both
    x, y = 2 / 3 * of_x[[0, 1, 3]].prod(), 1 / 3 * of_y[[0, 1, 3]].prod()
    new = TokenizedDocuments.from_tokens([["a", "b"]])
    scores = fitted.scorer().scores(fitted.models_[0].read(new))
    assert_allclose(scores, np.log([[x, y]]), rtol=1e-6)
    assert_allclose(fitted.predict_proba(new), [[x / (x + y), y / (x + y)]], rtol=1e-5)


@pytest.mark.parametrize("order", [1, 2, 4])
@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_without_a_background_each_class_speaks_for_itself(smoothing: str, order: int) -> None:
    fitted = NgramClassifier(order=order, smoothing=smoothing, background=0.0).fit(TEXT, LABELS)
    new = TokenizedDocuments.from_tokens(NEW)
    assert fitted.classes_.tolist() == ["ham", "spam"]
    assert_allclose(fitted.class_log_prior_, np.log([5 / 9, 4 / 9]), rtol=1e-14)
    ham, spam = models_of(TEXT, LABELS, range(9), ["ham", "spam"], order=order, smoothing=smoothing)
    joint = np.stack([ham.log_probs(new) + math.log(5 / 9), spam.log_probs(new) + math.log(4 / 9)], axis=1)
    log_proba = joint - logsumexp(joint, axis=1, keepdims=True)
    assert_allclose(fitted.predict_log_proba(new), log_proba, rtol=1e-9, atol=1e-12)
    assert_allclose(fitted.predict_proba(new), np.exp(log_proba), rtol=1e-9)
    assert fitted.predict(new).tolist() == fitted.classes_[joint.argmax(axis=1)].tolist()


@pytest.mark.parametrize("background", [0.0, 0.01, 0.5, 0.99])
@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_each_token_is_mixed_with_what_all_classes_say(n_classes: int, background: float) -> None:
    X, y = zipf_text(60, n_classes)
    fitted = NgramClassifier(order=3, background=background).fit(X, y)
    new, _ = zipf_text(20, n_classes, seed=5)
    scores = fitted.scorer().scores(fitted.models_[0].read(new))
    for document, row in enumerate(scores):
        tokens = [new.vocabulary[i] for i in new.select(np.array([document])).ids]
        own = np.exp([model.token_log_probs(tokens) for model in fitted.models_])
        mixed = (1 - background) * own + background * own.mean(axis=0)
        assert_allclose(row, np.log(mixed).sum(axis=1) + fitted.class_log_prior_, rtol=1e-9)
    assert_allclose(fitted.predict_log_proba(new), Softmax().log_proba(scores), rtol=1e-12)


def test_no_single_token_decides() -> None:
    # "film" stands in ham alone, all else says spam.
    text = TokenizedDocuments.from_tokens([*SPAM * 40, *HAM * 40])
    labels = ["spam"] * 160 + ["ham"] * 200
    new = TokenizedDocuments.from_tokens([["win", "film", "prize"]])
    alone = NgramClassifier(order=1, background=0.0).fit(text, labels).predict_log_proba(new)[0]
    mixed = NgramClassifier(order=1).fit(text, labels).predict_log_proba(new)[0]
    assert np.ptp(mixed) < np.ptp(alone)
    # At most ln((1 - b/2) / (b/2)) a token and its end, and the prior.
    assert np.ptp(mixed) < 4 * math.log((1 - BACKGROUND / 2) / (BACKGROUND / 2)) + math.log(5 / 4)
    assert NgramClassifier().background == BACKGROUND == 0.5


def test_a_background_of_equal_models_changes_nothing() -> None:
    model = NgramModel.fit(TEXT, order=2)
    prior = np.log([0.2, 0.3, 0.5])
    scores = LanguageScorer((model,) * 3, prior, 0.7).scores(TEXT)
    assert_allclose(scores, model.log_probs(TEXT)[:, None] + prior, rtol=1e-12)


def test_very_improbable_documents() -> None:
    fitted = NgramClassifier(order=2).fit(TEXT, LABELS)
    long = TokenizedDocuments.from_tokens([["unknown", "win"] * 20_000])
    assert np.isfinite(fitted.predict_log_proba(long)).all()
    assert_allclose(fitted.predict_proba(long).sum(), 1.0, rtol=1e-12)


def test_scores_slowly_are_the_same() -> None:
    X, y = zipf_text()
    scorer = NgramClassifier(order=3).fit(X, y).scorer()
    assert isinstance(scorer, LanguageScorer)
    assert_allclose(scorer.scores(X), scorer.scores_slowly(X), rtol=0, atol=1e-9)
    assert scorer.scores(X[:0]).shape == scorer.scores_slowly(X[:0]).shape == (0, 3)


@pytest.mark.parametrize("background", [0.0, 0.4])
def test_terms_alone_add_what_they_are_worth_out_of_context(background: float) -> None:
    X, y = zipf_text()
    fitted = NgramClassifier(order=2, background=background).fit(X, y)
    of_each = np.array([model.next_probabilities(from_start=False)[:-2] for model in fitted.models_])
    alone = np.log((1 - background) * of_each + background * of_each.mean(axis=0))
    assert_allclose(fitted.scorer().alone(slice(None)), alone.T, atol=1e-6)
    assert_allclose(fitted.scorer().alone(slice(2, 5)), alone.T[2:5], atol=1e-6)
    only = LanguageScorer(fitted.models_[:1], np.zeros(1))
    assert_allclose(only.alone(slice(None)), np.log(of_each[:1]).T, atol=1e-6)


def test_parts_add_up_to_the_scores() -> None:
    X, y = zipf_text()
    scorer = NgramClassifier(order=3).fit(X, y).scorer()
    few = X[:7]
    parts = scorer.parts(few)
    assert parts.shape == (len(few.ids) + len(few), 3)
    assert_allclose(scorer.totals(parts, few), scorer.scores(few), rtol=0, atol=1e-9)
    ends = few.indptr + np.arange(len(few.indptr))
    sums = [scorer.baseline + parts[a:b].sum(axis=0) for a, b in pairwise(ends)]
    assert_allclose(sums, scorer.scores(few), rtol=1e-12)


# What is learned


def test_all_classes_have_one_vocabulary() -> None:
    fitted = NgramClassifier(order=2).fit(TEXT, LABELS)
    for model in fitted.models_:
        assert model.vocabulary is TEXT.vocabulary
    # "film" and "prize" are unknown to none: each model gives both a share.
    sizes = {len(model.levels[0].tokens) for model in fitted.models_}
    assert sizes == {len(TEXT.vocabulary) + 3}


def test_parameters_reach_the_models() -> None:
    fitted = NgramClassifier(order=3, smoothing=WittenBell(), prune=(0, 1)).fit(TEXT, LABELS)
    for model in fitted.models_:
        assert model.smoothing == {"name": "witten-bell", "prune": [0, 1, 1]}
        assert model.order == 3
    for parameters in ({"smoothing": "additive", "alpha": 0.25}, {"smoothing": Additive(0.25)}):
        fitted = NgramClassifier(order=2, **parameters).fit(TEXT, LABELS)
        expected = NgramModel.fit(TEXT[:4], order=2, smoothing=Additive(0.25))
        assert_array_equal(fitted.models_[1].levels[1].log_prob, expected.levels[1].log_prob)
        assert fitted.models_[1].smoothing["alpha"] == 0.25
    assert NgramClassifier(order=2, smoothing="additive").fit(TEXT, LABELS).models_[0].smoothing["alpha"] == 1.0


def test_fallback_orders_are_told() -> None:
    scorer = NgramClassifier(order=3).fit(TEXT, LABELS).scorer()
    assert scorer.fallback_orders(0) == scorer.models[0].smoothing["fallback_orders"] != []
    scorer = NgramClassifier(order=3, smoothing="witten-bell").fit(TEXT, LABELS).scorer()
    assert scorer.fallback_orders(1) == []


def test_the_filter_of_copies_knows_what_was_learned_from() -> None:
    fitted = NgramClassifier(order=2, copy_window=3).fit(TEXT, LABELS)
    assert fitted.copies_ is not None
    assert fitted.scorer().copies is fitted.copies_
    assert fitted.copies_.longest_run(TEXT[6:7].ids) == 4  # are you at home
    assert fitted.copies_.longest_run(TEXT[6:7].ids[::-1].copy()) == 0
    assert NgramClassifier(order=2).fit(TEXT, LABELS).scorer().copies is None


@pytest.mark.parametrize("labels", [[0, 1], [False, True], [1.5, 2.5], ["no", "yes"]], ids=str)
def test_labels_of_any_type(labels: list[Any]) -> None:
    y = [labels[label == "spam"] for label in LABELS]
    fitted = NgramClassifier(order=2).fit(TEXT, y)
    assert fitted.classes_.tolist() == labels
    assert fitted.predict(TEXT).tolist() == y


def test_documents_of_another_vocabulary_are_read_anew() -> None:
    fitted = NgramClassifier(order=2).fit(TEXT, LABELS)
    new = TokenizedDocuments.from_tokens(NEW)
    aligned = new.aligned(TEXT.vocabulary)
    assert new.ids.tolist() != aligned.ids.tolist()
    assert_array_equal(fitted.predict_log_proba(new), fitted.predict_log_proba(aligned))
    assert fitted.predict(new[:0]).shape == (0,)


@pytest.mark.parametrize("n_jobs", [1, 2, 3, -1, None])
def test_threads_make_no_difference(n_jobs: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = zipf_text()
    one = NgramClassifier(order=3, n_jobs=1)
    held_out = one.fit_out_of_fold(X, y)
    monkeypatch.setattr("textgd.lm.query._SHARD", 30)
    many = NgramClassifier(order=3, n_jobs=n_jobs)
    found = many.fit_out_of_fold(X, y)
    assert held_out is not None
    assert found is not None
    assert_array_equal(found.scores, held_out.scores)
    for left, right in zip(one.models_, many.models_, strict=True):
        for a, b in zip(left.levels, right.levels, strict=True):
            assert_array_equal(a.log_prob, b.log_prob)
            assert_array_equal(a.tokens, b.tokens)
    assert_array_equal(one.predict_log_proba(X), many.predict_log_proba(X))


# Copies of documents


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_a_weight_is_so_many_copies(smoothing: str) -> None:
    X, y = zipf_text(40)
    weights = np.random.default_rng(3).integers(0, 4, 40)
    rows = np.repeat(np.arange(40), weights)
    weighted = NgramClassifier(order=3, smoothing=smoothing, prune=(0, 0, 1))
    copied = clone(weighted)
    of_weighted = weighted.fit_out_of_fold(X, y, weights)
    of_copied = copied.fit_out_of_fold(X.select(rows), y[rows])
    assert_array_equal(weighted.class_log_prior_, copied.class_log_prior_)
    for left, right in zip(weighted.models_, copied.models_, strict=True):
        assert left.smoothing == right.smoothing
        for a, b in zip(left.levels, right.levels, strict=True):
            assert_array_equal(a.starts, b.starts)
            assert_array_equal(a.tokens, b.tokens)
            assert_array_equal(a.log_prob, b.log_prob)
            assert_array_equal(a.log_backoff, b.log_backoff)
    assert_array_equal(weighted.predict_log_proba(X), copied.predict_log_proba(X))
    # Copies are held out together, and scored alike.
    assert of_weighted is not None
    assert of_copied is not None
    assert of_weighted.rows.tolist() == np.flatnonzero(weights).tolist()
    assert_array_equal(of_weighted.scores[rows], of_copied.scores)
    assert not of_weighted.scores[weights == 0].any()


def test_weights_of_one_change_nothing() -> None:
    expected = NgramClassifier(order=2).fit(TEXT, LABELS).predict_log_proba(TEXT)
    for weights in (np.ones(9), [1] * 9, np.ones(9, bool), np.ones(9, np.float32)):
        fitted = NgramClassifier(order=2).fit(TEXT, LABELS, weights)
        assert_array_equal(fitted.predict_log_proba(TEXT), expected)


@pytest.mark.parametrize("weight", [0.5, 1.25, 1 + 1e-9])
def test_documents_are_counted_whole(weight: float) -> None:
    weights = [1.0] * 8 + [weight]
    for fit in (NgramClassifier(order=2).fit, NgramClassifier(order=2).fit_out_of_fold):
        with pytest.raises(InvalidParameterError, match=f"sample_weight .* whole numbers .* here there is {weight:g}"):
            fit(TEXT, LABELS, weights)


@pytest.mark.parametrize("weights", [[1.0] * 8 + [-1.0], [1.0] * 8 + [np.nan], [1.0] * 8 + [np.inf], [1.0] * 8])
def test_weights_that_there_are_not(weights: list[float]) -> None:
    with pytest.raises(DataError, match="sample_weight"):
        NgramClassifier(order=2).fit(TEXT, LABELS, weights)


def test_weights_that_leave_nothing() -> None:
    with pytest.raises(DataError, match="Every sample_weight is 0"):
        NgramClassifier(order=2).fit(TEXT, LABELS, [0] * 9)
    with pytest.raises(DataError, match="a document at least"):
        NgramClassifier(order=2).fit(TEXT, LABELS, [1] * 4 + [0] * 5)


# Held out


@pytest.mark.parametrize("background", [0.0, 0.5])
def test_held_out_scores_are_of_models_of_the_others(background: float) -> None:
    X, y = zipf_text()
    classifier = NgramClassifier(order=3, smoothing="witten-bell", background=background)
    held_out = classifier.fit_out_of_fold(X, y)
    assert held_out is not None
    assert len(held_out.folds) == 5
    assert held_out.rows.tolist() == list(range(90))
    prior = np.log(np.bincount(y) / 90)
    for held in held_out.folds:
        others = np.setdiff1d(np.arange(90), held)
        models = models_of(X, y, others, range(3), order=3, smoothing="witten-bell")
        # A word of the held-out documents alone keeps its place in the vocabulary.
        assert all(model.vocabulary is X.vocabulary for model in models)
        expected = LanguageScorer(tuple(models), prior, background).scores(X.select(held))
        assert_allclose(held_out.scores[held], expected, rtol=1e-12)
    # The models themselves are those of all documents.
    fitted = NgramClassifier(order=3, smoothing="witten-bell", background=background).fit(X, y)
    assert_array_equal(classifier.predict_log_proba(X), fitted.predict_log_proba(X))
    assert_array_equal(classifier.class_log_prior_, prior)
    # What a model has seen it finds more probable.
    own = np.arange(90), y
    assert (held_out.scores[own] < classifier.scorer().scores(X)[own]).mean() > 0.8


def test_the_same_tokens_in_another_order_are_another_document() -> None:
    X = TokenizedDocuments.from_tokens([["a", "b"], ["b", "a"], ["c", "d"], ["d", "c"]])
    held_out = NgramClassifier(order=2).fit_out_of_fold(X, [0, 0, 1, 1])
    assert held_out is not None
    assert held_out.rows.tolist() == [0, 1, 2, 3]


def test_copies_are_held_out_together() -> None:
    X = TokenizedDocuments.from_tokens([*SPAM, *HAM, *SPAM, *HAM])
    held_out = NgramClassifier(order=2).fit_out_of_fold(X, LABELS * 2)
    assert held_out is not None
    for fold in held_out.folds:
        assert sorted(fold.tolist()) == sorted({row % 9 + add for row in fold.tolist() for add in (0, 9)})
    assert_array_equal(held_out.scores[:9], held_out.scores[9:])


# Little to learn from


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_a_single_document_a_class(smoothing: str) -> None:
    X = TokenizedDocuments.from_tokens([["win", "cash"], ["see", "you"]])
    classifier = NgramClassifier(order=3, smoothing=smoothing)
    assert classifier.fit_out_of_fold(X, ["spam", "ham"]) is None
    assert classifier.predict(X).tolist() == ["spam", "ham"]
    assert NgramClassifier(order=3, smoothing=smoothing).fit(X, ["spam", "ham"]).predict(X).tolist() == ["spam", "ham"]


def test_a_class_of_one_document_is_not_held_out() -> None:
    X = TokenizedDocuments.from_tokens([*SPAM, *HAM, ["odd", "one"], ["odd", "one"]])
    classifier = NgramClassifier(order=2)
    held_out = classifier.fit_out_of_fold(X, [*LABELS, "odd", "odd"])
    assert held_out is not None
    assert held_out.rows.tolist() == list(range(9))
    assert held_out.scores.shape == (11, 3)
    assert not held_out.scores[9:].any()
    assert np.isfinite(held_out.scores).all()
    assert classifier.predict(X).tolist() == [*LABELS, "odd", "odd"]


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_a_class_of_empty_documents(smoothing: str) -> None:
    X = TokenizedDocuments.from_tokens([[], [], [], ["see", "you"], ["you", "see", "now"], ["at", "home", "now"]])
    y = ["empty"] * 3 + ["ham"] * 3
    classifier = NgramClassifier(order=3, smoothing=smoothing)
    # All of the class are the same document.
    assert classifier.fit_out_of_fold(X, y) is None
    assert classifier.predict(X).tolist() == y
    proba = classifier.predict_proba(TokenizedDocuments.from_tokens([["unknown"], []]))
    assert np.isfinite(proba).all()
    assert proba[1, 0] > proba[0, 0]


def test_nothing_but_empty_documents() -> None:
    X = TokenizedDocuments.from_tokens([[], [], []])
    with pytest.raises(DataError, match="No document has a token to learn from"):
        NgramClassifier(order=2).fit(X, [0, 0, 1])


def test_documents_that_no_term_is_known_of() -> None:
    X = TokenizedDocuments.from_tokens(NEW).aligned(Vocabulary.from_terms([]))
    fitted = NgramClassifier(order=2).fit(X, [0, 1, 0, 1, 0])
    assert np.isfinite(fitted.predict_log_proba(X)).all()


# As an estimator


def test_clone_and_pickle() -> None:
    classifier = NgramClassifier(order=2, smoothing=KneserNey((0.25, 0.5, 1.0)), prune=(0, 1), background=0.25)
    fitted = classifier.fit(TEXT, LABELS)
    assert clone(fitted).get_params() == fitted.get_params()
    copied = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(copied.predict_log_proba(TEXT), fitted.predict_log_proba(TEXT))
    assert fitted.probabilities() == Softmax()


@pytest.mark.parametrize("call", ["predict", "predict_proba", "predict_log_proba"])
def test_it_has_to_be_fitted(call: str) -> None:
    with pytest.raises(NotFittedError):
        getattr(NgramClassifier(), call)(TEXT)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"order": 0}, "order is 0; a whole number from 1 to 12"),
        ({"order": 2.5}, r"order is 2\.5"),
        ({"prune": (1, 1)}, r"prune is \(1, 1\)"),
        ({"prune": (0, 0, 0, 1)}, "at most one for each of the 3 orders"),
        ({"smoothing": "kneserney"}, "smoothing is 'kneserney'.*Did you mean kneser-ney"),
        ({"background": -0.1}, r"background is -0\.1; a number from 0 to 0\.99"),
        ({"background": 1}, "background is 1"),
        ({"background": None}, "background is None"),
        ({"background": float("nan")}, "background is nan"),
        ({"alpha": 1.0}, r"alpha is 1\.0, and the smoothing kneser-ney adds nothing.*smoothing='additive'"),
        ({"alpha": 1.0, "smoothing": WittenBell()}, "the smoothing witten-bell adds nothing"),
        ({"alpha": 0.0, "smoothing": "additive"}, r"alpha is 0\.0; a number above 0"),
        ({"alpha": "much", "smoothing": Additive()}, "alpha is 'much'"),
        ({"n_jobs": 0}, "n_jobs is 0"),
    ],
    ids=str,
)
def test_what_is_no_parameter(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterError, match=message):
        NgramClassifier(**parameters).fit(TEXT, LABELS)


def test_check_parameters_alone() -> None:
    NgramClassifier(order=12, prune=[0] * 12, background=0.99, smoothing="additive", alpha=1e-9).check_parameters()
    with pytest.raises(UnknownNameError):
        NgramClassifier(smoothing="none").check_parameters()


def test_one_class_is_refused() -> None:
    with pytest.raises(DataError, match="All 9 documents have the label 'spam'"):
        NgramClassifier().fit(TEXT, ["spam"] * 9)
