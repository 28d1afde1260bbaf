"""What a fitted model is: the same score from every kind of matrix, and no surprise at the edges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix
from scipy.special import logsumexp

import textgd.text.rows
from textgd import TextClassifier
from textgd.probabilities import Isotonic, OneVsRest, Probabilities, Reweighted, Sigmoid, Softmax, log_sum_exp
from textgd.scoring import LinearScorer, TextScorer
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


def test_contrast_is_a_class_against_the_mean_of_the_others() -> None:
    weights = np.array([[1.0, 5.0], [3.0, 0.0], [8.0, 1.0]])
    scorer = LinearScorer(weights, np.zeros(3))
    assert_array_equal(scorer.contrast(0), [1.0 - 5.5, 5.0 - 0.5])
    assert_array_equal(scorer.contrast(2), [8.0 - 2.0, 1.0 - 2.5])
    assert_array_equal(LinearScorer(weights[:2], np.zeros(2)).contrast(1), [2.0, -5.0])
    assert_array_equal(LinearScorer(weights[:1], np.zeros(1)).contrast(0), [1.0, 5.0])


def test_one_row_of_weights_tells_two_classes_apart() -> None:
    X, alone = counts(9, 5), linear(1, 5)
    scorer = LinearScorer(alone.weights, alone.intercept, is_contrast=True)
    for matrix in (X, csr_matrix(X), as_rows(X)):
        lines = scorer.lines(matrix)
        assert_array_equal(lines, alone.scores(matrix))
        assert_array_equal(scorer.scores(matrix), np.concatenate([np.zeros((9, 1)), lines], axis=1))
    assert scorer.scores(csr_matrix((0, 5))).shape == (0, 2)
    assert_array_equal(scorer.contrast(1), alone.weights[0])
    assert_array_equal(scorer.contrast(0), -alone.weights[0])
    # The same as a row for each class, of which the first says nothing.
    both = LinearScorer(np.vstack([np.zeros(5), alone.weights]), np.array([0.0, *alone.intercept]))
    assert_allclose(both.scores(X), scorer.scores(X), rtol=1e-15)
    for c in (0, 1):
        assert_array_equal(both.contrast(c), scorer.contrast(c))


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
    for c, factor in enumerate(nats):
        assert scorer.unit(c) == ("score" if factor is None else "nats")
        features = scorer.extractor.features.n_columns
        top = dict(scorer.top_features(c, features))
        names = scorer.extractor.feature_names(list(range(features)))
        expected = scorer.scorer.contrast(c) * (1.0 if factor is None else factor)
        assert_allclose([top[name] for name in names], expected, rtol=1e-12)


def test_a_nat_is_what_one_occurrence_adds_to_the_log_odds() -> None:
    for probabilities in (Softmax(3.0), Sigmoid((0.4,), (1.0,)), Reweighted(Softmax(2.0), (0.5, 1.5))):
        scorer = scorer_with(probabilities)
        name, weight = scorer.top_features(1, 1)[0]
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
    top = scorer.top_features(1, 3)
    contrast = dict(zip(classifier.vectorizer_.get_feature_names_out(), scorer.scorer.contrast(1), strict=True))
    assert top[0] == ("win", contrast["win"])
    assert [weight for _, weight in top] == sorted(contrast.values(), reverse=True)[:3]
    # Of equal weight: the order of the columns.
    assert [name for name, _ in top[1:]] == ["a", "cash"]


def test_top_features_stop_at_the_last_feature(classifier: TextClassifier) -> None:
    scorer = classifier.text_scorer_
    assert len(scorer.top_features(0, 10_000)) == scorer.extractor.features.n_columns
    assert scorer.top_features(0, 0) == []


def test_prediction_counts_the_tokens_that_are_known(classifier: TextClassifier) -> None:
    prediction = classifier.text_scorer_.predict(["win win a yacht", "", "yacht"])
    assert prediction.n_known_tokens.tolist() == [3, 0, 0]
    assert prediction.log_proba.shape == (3, 2)
    assert classifier.text_scorer_.labels(prediction)[0] == "spam"


def test_a_scorer_is_frozen(classifier: TextClassifier) -> None:
    with pytest.raises(AttributeError):
        classifier.text_scorer_.scorer.weights = np.zeros((2, 1))  # type: ignore[misc]
