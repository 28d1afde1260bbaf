"""What a fitted model is: the same score from every kind of matrix, and no surprise at the edges.

Scores by language models are held against Bayes' rule in tests/generative/test_ngram_classifier.py; here is how they
come about on raw documents.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix
from scipy.special import logsumexp

import textgd.lm.query
import textgd.text.rows
from textgd import TextClassifier
from textgd.errors import InvalidParameterError, UnknownNameError
from textgd.probabilities import Isotonic, OneVsRest, Probabilities, Reweighted, Sigmoid, Softmax, log_sum_exp
from textgd.scoring import LanguageScorer, LinearScorer, TextScorer
from textgd.text.rows import Rows


def as_rows(dense: NDArray[np.float64]) -> Rows:
    matrix = csr_matrix(dense)
    return Rows(matrix.indptr, matrix.indices, matrix.data, matrix.shape[1])


def counts(n_rows: int, n_columns: int, seed: int = 0, rate: float = 0.4) -> NDArray[np.float64]:
    return np.random.default_rng(seed).poisson(rate, (n_rows, n_columns)).astype(np.float64)


def linear(n_classes: int, n_columns: int, binarize: float | None = None, seed: int = 1) -> LinearScorer:
    rng = np.random.default_rng(seed)
    return LinearScorer(rng.normal(size=(n_classes, n_columns)), rng.normal(size=n_classes), binarize)


@pytest.mark.parametrize("binarize", [None, 0.0, 0.5, 1.0, 1.5])
@pytest.mark.parametrize("n_classes", [1, 2, 5])
def test_rows_csr_and_dense_score_alike(n_classes: int, binarize: float | None) -> None:
    X, scorer = counts(40, 17), linear(n_classes, 17, binarize)
    features = X if binarize is None else np.where(binarize < X, 1.0, 0.0)
    expected = np.array(
        [[sum(w * x for w, x in zip(weights, row, strict=True)) for weights in scorer.weights] for row in features]
    )
    for matrix in (X, X.tolist(), csr_matrix(X), as_rows(X)):
        assert_allclose(scorer.scores(matrix), expected + scorer.intercept, rtol=0, atol=1e-12)
    assert_array_equal(scorer.scores(csr_matrix(X)), scorer.scores(as_rows(X)))


@pytest.mark.parametrize("kind", [csc_matrix, coo_matrix])
def test_other_sparse_matrices_are_not_read_as_rows(kind: type) -> None:
    X, scorer = counts(6, 6), linear(2, 6)
    assert_allclose(scorer.scores(kind(X)), scorer.scores(X), rtol=0, atol=1e-12)


@pytest.mark.parametrize("matrix", [np.zeros((3, 4)), csr_matrix((3, 4)), as_rows(np.zeros((3, 4)))])
def test_empty_rows_score_the_intercept(matrix: object) -> None:
    scorer = linear(2, 4)
    assert_array_equal(scorer.scores(matrix), np.tile(scorer.intercept, (3, 1)))


@pytest.mark.parametrize("matrix", [np.zeros((0, 4)), csr_matrix((0, 4)), as_rows(np.zeros((0, 4)))])
def test_no_rows_give_no_scores(matrix: object) -> None:
    assert linear(3, 4).scores(matrix).shape == (0, 3)
    assert Softmax().log_proba(linear(3, 4).scores(matrix)).shape == (0, 3)


@given(
    lengths=st.lists(st.integers(0, 7), max_size=25),
    block=st.integers(1, 9),
    n_classes=st.integers(1, 3),
)
def test_blocks_do_not_change_a_score(lengths: list[int], block: int, n_classes: int) -> None:
    rng = np.random.default_rng(len(lengths))
    X = np.zeros((len(lengths), 8))
    for row, length in enumerate(lengths):
        X[row, rng.permutation(8)[:length]] = rng.integers(1, 4, length)
    scorer = linear(n_classes, 8)
    whole = scorer.scores(as_rows(X))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textgd.text.rows, "_BLOCK", block)
        assert len(textgd.text.rows.row_blocks(as_rows(X).indptr)) >= min(sum(lengths) // (block + 7), 1)
        assert_array_equal(scorer.scores(as_rows(X)), whole)
    assert_allclose(whole, scorer.scores(X), rtol=0, atol=1e-12)


def test_small_blocks_are_many() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textgd.text.rows, "_BLOCK", 10)
        blocks = textgd.text.rows.row_blocks(as_rows(np.ones((50, 4))).indptr)
    assert len(blocks) > 10
    assert [row for block in blocks for row in range(block.start, block.stop)] == list(range(50))


@pytest.mark.parametrize("dtype", [np.bool_, np.int32, np.int64, np.float32])
def test_counts_of_any_type_score_alike(dtype: type) -> None:
    X, scorer = counts(9, 5).clip(0, 1), linear(2, 5)
    assert_array_equal(scorer.scores(csr_matrix(X.astype(dtype))), scorer.scores(csr_matrix(X)))


def test_log_sum_exp_is_scipys() -> None:
    scores = np.random.default_rng(0).normal(scale=300, size=(50, 4))
    assert_allclose(log_sum_exp(scores), logsumexp(scores, axis=1), rtol=1e-14)


def test_log_sum_exp_of_impossible_and_of_extreme_rows() -> None:
    inf = np.inf
    scores = np.array([[-inf, -inf], [-inf, -3.0], [-1e300, -1e300], [1e300, 0.0], [inf, 0.0]])
    assert_array_equal(log_sum_exp(scores), [-inf, -3.0, -1e300, 1e300, inf])


def test_log_proba_sums_to_one_even_far_out() -> None:
    scorer = LinearScorer(np.array([[-1e4], [-2e4]]), np.zeros(2))
    assert_array_equal(np.exp(Softmax().log_proba(scorer.scores(np.array([[0.0], [1.0]])))), [[0.5, 0.5], [1.0, 0.0]])


def test_a_class_without_probability_stays_without() -> None:
    scorer = LinearScorer(np.zeros((2, 1)), np.array([0.0, -np.inf]))
    assert_array_equal(Softmax().log_proba(scorer.scores(as_rows(np.ones((1, 1))))), [[0.0, -np.inf]])


def test_parts_and_the_baseline_add_up_to_the_scores() -> None:
    X = counts(9, 5)
    for scorer in (
        linear(3, 5),
        linear(2, 5),
        replace(linear(1, 5), is_contrast=True),
        replace(linear(2, 5), binarize=1.0),
        replace(linear(2, 5), weights=linear(2, 5).weights.astype(np.float32)),
    ):
        for row, scores in zip(X, scorer.scores(X), strict=True):
            columns = np.flatnonzero(row)
            parts = scorer.parts(columns, row[columns])
            assert parts.shape == (len(columns), len(scores))
            assert parts.dtype == np.float64
            assert_allclose(scorer.baseline + parts.sum(axis=0), scores, rtol=1e-13)
        if scorer.binarize is None:
            assert_array_equal(scorer.alone(slice(1, 4)), scorer.parts(np.arange(1, 4), np.ones(3)))


def test_one_row_of_weights_tells_two_classes_apart() -> None:
    X, alone = counts(9, 5), linear(1, 5)
    scorer = LinearScorer(alone.weights, alone.intercept, is_contrast=True)
    for matrix in (X, csr_matrix(X), as_rows(X)):
        lines = scorer.lines(matrix)
        assert_array_equal(lines, alone.scores(matrix))
        assert_array_equal(scorer.scores(matrix), np.concatenate([np.zeros((9, 1)), lines], axis=1))
    assert scorer.scores(csr_matrix((0, 5))).shape == (0, 2)
    assert_array_equal(scorer.alone(slice(None)), np.stack([np.zeros(5), alone.weights[0]], axis=1))
    assert_array_equal(scorer.baseline, [0.0, *alone.intercept])
    # The same as a row for each class, of which the first says nothing.
    both = LinearScorer(np.vstack([np.zeros(5), alone.weights]), np.array([0.0, *alone.intercept]))
    assert_allclose(both.scores(X), scorer.scores(X), rtol=1e-15)
    assert_array_equal(both.alone(slice(None)), scorer.alone(slice(None)))


def test_weights_of_half_the_size_are_summed_in_full() -> None:
    X, full = counts(50, 400), linear(2, 400)
    half = LinearScorer(full.weights.astype(np.float32), full.intercept)
    expected = X @ half.weights.astype(np.float64).T + half.intercept
    for matrix in (X, csr_matrix(X), csr_matrix(X.astype(np.float32)), as_rows(X)):
        scores = half.scores(matrix)
        assert scores.dtype == np.float64
        assert_allclose(scores, expected, rtol=0, atol=1e-12)


# Units.


def scorer_with(probabilities: Probabilities | None, n_classes: int = 2) -> TextScorer:
    texts = ["win cash now", "win a prize", "lunch at noon", "see you at lunch", "rain again", "rain and wind"]
    classes = ["spam", "spam", "ham", "ham", "weather", "weather"][: 2 * n_classes]
    classifier = TextClassifier(ngram_range=(1, 1)).fit(texts[: 2 * n_classes], classes)
    return replace(classifier.text_scorer_, probabilities=probabilities)


@pytest.mark.parametrize(
    ("probabilities", "n_classes", "nats"),
    [
        (None, 2, [None, None]),
        (Softmax(), 2, [1.0, 1.0]),
        (Softmax(4.0), 3, [0.25, 0.25, 0.25]),
        (OneVsRest(), 3, [1.0, 1.0, 1.0]),
        (Sigmoid((0.5,), (1.0,)), 2, [0.5, 0.5]),
        (Sigmoid((0.5, 2.0, 3.0), (0.0, 0.0, 0.0)), 3, [0.5, 2.0, 3.0]),
        (Isotonic(((0.0, 1.0),), ((0.2, 0.8),)), 2, [None, None]),
        (Reweighted(Softmax(4.0), (0.5, 2.0)), 2, [0.25, 0.25]),
        (Reweighted(Isotonic(((0.0, 1.0),), ((0.2, 0.8),)), (0.5, 2.0)), 2, [None, None]),
    ],
    ids=str,
)
def test_weights_of_features_are_in_nats_where_that_is_constant(
    probabilities: Probabilities | None, n_classes: int, nats: list[float | None]
) -> None:
    scorer = scorer_with(probabilities, n_classes)
    n = scorer.extractor.n_features
    names = scorer.extractor.feature_names(list(range(n)))
    alone = scorer.scorer.alone(slice(None))
    listed = scorer.top_features(n)
    for c, factor in enumerate(nats):
        assert scorer.unit(c) == ("score" if factor is None else "nats")
        top = dict(listed[c])
        if factor is None or (n_classes == 2 and probabilities is not None):
            expected = (alone[:, c] - np.delete(alone, c, axis=1).mean(axis=1)) * (1.0 if factor is None else factor)
        else:
            # What the log-odds of documents are that are one feature alone, less those of an empty one.
            proba = np.exp(scorer.predict(["", *names]).log_proba)[:, c]
            odds = np.log(proba / (1.0 - proba))
            expected = odds[1:] - odds[0]
        assert_allclose([top[name] for name in names], expected, rtol=1e-9, atol=1e-12)


def test_a_nat_is_what_one_occurrence_adds_to_the_log_odds() -> None:
    for probabilities in (Softmax(3.0), Sigmoid((0.4,), (1.0,)), Reweighted(Softmax(2.0), (0.5, 1.5))):
        scorer = scorer_with(probabilities)
        name, weight = scorer.top_features(1)[1][0]
        log_proba = scorer.predict(["xylophone", f"xylophone {name}"]).log_proba
        assert log_proba is not None
        odds = log_proba[:, 1] - log_proba[:, 0]
        assert odds[1] - odds[0] == pytest.approx(weight, rel=1e-9)


# Labels.


def test_a_prediction_without_probabilities_goes_by_the_score() -> None:
    scorer = scorer_with(None)
    prediction = scorer.predict(["win cash", "lunch at noon"])
    assert prediction.log_proba is None
    assert prediction.columns.tolist() == [1, 0]
    assert scorer.labels(prediction).tolist() == ["spam", "ham"]


def test_a_prediction_with_probabilities_goes_by_these() -> None:
    # So strong a prior that no score overcomes it.
    scorer = scorer_with(Reweighted(Softmax(), (1e30, 1e-30)))
    prediction = scorer.predict(["win cash"])
    assert prediction.scores.argmax() == 1
    assert prediction.columns.tolist() == [0]
    assert scorer.labels(prediction).tolist() == ["ham"]


@pytest.fixture(scope="module")
def classifier() -> TextClassifier:
    texts = ["win cash now", "win a prize", "lunch at noon", "see you at lunch"]
    classifier = TextClassifier(ngram_range=(1, 1), calibrate=None)
    return classifier.fit(texts, ["spam", "spam", "ham", "ham"])


def test_top_features_are_those_of_the_class_in_falling_order(classifier: TextClassifier) -> None:
    scorer = classifier.text_scorer_
    top = scorer.top_features(3)[1]
    weights = scorer.weights(slice(None))[:, 1]
    by_name = dict(zip(classifier.vectorizer_.get_feature_names_out(), weights, strict=True))
    assert top[0] == ("win", by_name["win"])
    assert [weight for _, weight in top] == sorted(by_name.values(), reverse=True)[:3]
    # Of equal weight: the order of the columns.
    assert [name for name, _ in top[1:]] == ["a", "cash"]


def test_top_features_stop_at_the_last_feature(classifier: TextClassifier) -> None:
    scorer = classifier.text_scorer_
    assert [len(top) for top in scorer.top_features(10_000)] == [scorer.extractor.n_features] * 2
    assert scorer.top_features(0) == [[], []]


def test_top_features_of_many_blocks_are_those_of_one(
    classifier: TextClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer = classifier.text_scorer_
    whole = [scorer.top_features(n) for n in (1, 4, 100)]
    for size in (1, 2, 3):
        monkeypatch.setattr("textgd.scoring.text._BLOCK", size)
        assert [scorer.top_features(n) for n in (1, 4, 100)] == whole


def test_a_class_that_is_ruled_out_has_no_log_odds() -> None:
    scorer = scorer_with(Reweighted(Softmax(), (1.0, 0.0)))
    assert [scorer.unit(c) for c in (0, 1)] == ["score", "score"]
    assert np.isfinite([weight for top in scorer.top_features(5) for _, weight in top]).all()
    with pytest.raises(InvalidParameterError, match="need probabilities"):
        scorer_with(None).log_odds(np.zeros((1, 2)))


def test_log_odds_are_those_of_the_probabilities() -> None:
    scorer = scorer_with(Sigmoid((0.5, 2.0, 3.0), (0.0, 0.0, 0.0)), 3)
    prediction = scorer.predict(["win cash", "lunch rain", ""])
    p = np.exp(prediction.log_proba)
    assert_allclose(scorer.log_odds(prediction.scores), np.log(p / (1 - p)), rtol=1e-9, atol=1e-12)
    # Where probabilities round to 1, the others still tell how far they are from it.
    far = scorer_with(Softmax()).log_odds(np.array([[0.0, 800.0]]))
    assert far.tolist() == [[-800.0, 800.0]]


def test_prediction_counts_the_tokens_that_are_known(classifier: TextClassifier) -> None:
    prediction = classifier.text_scorer_.predict(["win win a yacht", "", "yacht"])
    assert prediction.n_known_tokens.tolist() == [3, 0, 0]
    assert prediction.log_proba.shape == (3, 2)
    assert classifier.text_scorer_.labels(prediction)[0] == "spam"


def test_a_scorer_is_frozen(classifier: TextClassifier) -> None:
    with pytest.raises(AttributeError):
        classifier.text_scorer_.scorer.weights = np.zeros((2, 1))  # type: ignore[misc]


@pytest.mark.parametrize("labels", [["spam", "ham"], [1, 0], [True, False], [2.0, -1.0], ["1", "01"]], ids=str)
def test_a_class_is_found_by_its_label_and_by_what_that_looks_like(labels: list[Any]) -> None:
    scorer = TextClassifier(ngram_range=(1, 1), calibrate=None).fit(["win", "see"], labels).text_scorer_
    for label in labels:
        assert scorer.classes.tolist()[scorer.column(label)] == label
        assert scorer.classes.tolist()[scorer.column(str(label))] == label
    with pytest.raises(UnknownNameError, match=rf"no class 'eggs'.*Allowed: .*{labels[0]}"):
        scorer.column("eggs")


# Language models.

FAMILIES_OF_TEXTS = {
    "spam": ["WIN a free prize now!", "free entry: win cash, win it now", "a free 💰 for you", "win win win"],
    "ham": ["see you at lunch", "are you home? the train is late", "明日 see you at home", ""],
    "news": ["the film is late", "a train, a late train", "it is a prize for the film", "lunch is free"],
}
TRAINED = [text for texts in FAMILIES_OF_TEXTS.values() for text in texts]
OF_TRAINED = [label for label in FAMILIES_OF_TEXTS for _ in range(4)]
NEW = ["win the train", "", "xylophone", " \n", "WIN WIN, see you", "naïve \ud800 film", "free " * 40]


@pytest.fixture(scope="module", params=["lm", "charlm"])
def language(request: pytest.FixtureRequest) -> TextClassifier:
    return TextClassifier(model=request.param, order=4, calibrate=None).fit(TRAINED, OF_TRAINED)


def test_language_models_score_few_documents_as_they_score_many(
    language: TextClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer = language.text_scorer_
    assert isinstance(scorer.scorer, LanguageScorer)
    texts = [*TRAINED, *NEW]
    fast, slow = scorer.predict(texts), scorer.predict_slowly(texts)
    assert_allclose(fast.scores, slow.scores, rtol=0, atol=1e-9)
    assert_allclose(fast.log_proba, slow.log_proba, rtol=0, atol=1e-9)
    assert_array_equal(fast.n_known_tokens, slow.n_known_tokens)
    # As where the compiled code is not loaded: the reference scores few.
    monkeypatch.setattr(textgd.lm.query, "is_loaded", lambda: False)
    monkeypatch.setattr("textgd.text.sequences.is_read_slowly", lambda documents: True)
    assert_array_equal(scorer.predict(texts).scores, slow.scores)
    # And the compiled code more.
    monkeypatch.setattr(textgd.lm.query, "_FEW", 10)
    assert_array_equal(scorer.predict(texts).scores, fast.scores)


@pytest.mark.parametrize("size", [1, 7, 1 << 18])
def test_shards_do_not_change_a_score_of_language_models(
    size: int, language: TextClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [*TRAINED, *NEW]
    whole = language.text_scorer_.predict(texts)
    monkeypatch.setattr(textgd.lm.query, "_SHARD", size)
    for n_jobs in (1, 3):
        prediction = language.text_scorer_.predict(texts, n_jobs)
        assert_array_equal(prediction.scores, whole.scores)
        assert_array_equal(prediction.n_known_tokens, whole.n_known_tokens)


def test_no_documents_have_no_scores(language: TextClassifier) -> None:
    for prediction in (language.text_scorer_.predict([]), language.text_scorer_.predict_slowly([])):
        assert prediction.scores.shape == prediction.log_proba.shape == (0, 3)
        assert prediction.n_known_tokens.shape == (0,)


def test_known_tokens_are_those_of_the_vocabulary(language: TextClassifier) -> None:
    scorer = language.text_scorer_
    known = set(scorer.extractor.vocabulary)
    texts = ["win win a yacht", "", "ж", "A 💰!"]
    cut = list if language.model == "charlm" else lambda text: text.replace("!", " !").split()
    expected = [sum(token in known for token in cut(text.lower())) for text in texts]
    assert scorer.predict(texts).n_known_tokens.tolist() == expected
    assert expected[0] > 0


def test_a_score_of_a_text_with_its_end(language: TextClassifier) -> None:
    """The scores are ln P(c) + ln P(x | c): of all texts that can be, an empty one has the share of its end."""
    scorer = language.text_scorer_
    ends = np.array([model.token_log_probs([])[0] for model in scorer.scorer.models])
    own = 0.5 * np.exp(ends) + 0.5 * np.exp(ends).mean()
    assert_allclose(scorer.predict([""]).scores[0], np.log(own) + np.log(1 / 3), rtol=1e-9)


@pytest.mark.parametrize(
    ("probabilities", "factor"),
    [
        (Softmax(), 1.0),
        (Softmax(4.0), 0.25),
        (Sigmoid((0.5,) * 3, (1.0,) * 3), 0.5),
        (Isotonic(((0.0, 1.0),) * 3, ((0.2, 0.8),) * 3), None),
        (None, None),
    ],
    ids=str,
)
def test_top_terms_of_language_models_are_what_they_say_alone(
    probabilities: Probabilities | None, factor: float | None, language: TextClassifier
) -> None:
    scorer = replace(language.text_scorer_, probabilities=probabilities)
    models = scorer.scorer.models
    n_terms = len(models[0].vocabulary)
    of_each = np.array([model.next_probabilities(from_start=False)[:n_terms] for model in models])
    background = scorer.scorer.background
    parts = np.log((1 - background) * of_each + background * of_each.mean(axis=0)).T
    baseline = scorer.scorer.baseline
    for c in range(3):
        assert scorer.unit(c) == ("score" if factor is None else "nats")
        if factor is None or probabilities is None:
            expected = parts[:, c] - np.delete(parts, c, axis=1).mean(axis=1)
        else:
            p = np.exp(probabilities.log_proba(np.vstack([baseline, baseline + parts])))[:, c]
            odds = np.log(p / (1 - p))
            expected = odds[1:] - odds[0]
        top = scorer.top_features(n_terms + 9)[c]
        assert len(top) == n_terms
        assert [weight for _, weight in top] == sorted((weight for _, weight in top), reverse=True)
        of = dict(top)
        assert_allclose([of[term] for term in models[0].vocabulary], expected, rtol=0, atol=1e-5)
        assert scorer.top_features(2)[c] == top[:2]


def test_top_words_are_those_that_a_class_has_more_often() -> None:
    classifier = TextClassifier(model="lm", calibrate=None).fit(TRAINED, OF_TRAINED)
    spam = classifier.classes_.tolist().index("spam")
    assert classifier.text_scorer_.top_features(1)[spam][0][0] == "win"


def test_a_scorer_of_language_models_is_frozen(language: TextClassifier) -> None:
    with pytest.raises(AttributeError):
        language.text_scorer_.scorer.background = 0.0  # type: ignore[misc]
