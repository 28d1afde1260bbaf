"""What a fitted model is: the same score from every kind of matrix, and no surprise at the edges."""

from __future__ import annotations

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
from textgd.scoring import LinearScorer, log_sum_exp
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
        assert_allclose(scorer.joint(matrix), expected + scorer.intercept, rtol=0, atol=1e-12)
    assert_array_equal(scorer.joint(csr_matrix(X)), scorer.joint(as_rows(X)))


@pytest.mark.parametrize("kind", [csc_matrix, coo_matrix])
def test_other_sparse_matrices_are_not_read_as_rows(kind: type) -> None:
    X, scorer = counts(6, 6), linear(2, 6)
    assert_allclose(scorer.joint(kind(X)), scorer.joint(X), rtol=0, atol=1e-12)


@pytest.mark.parametrize("matrix", [np.zeros((3, 4)), csr_matrix((3, 4)), as_rows(np.zeros((3, 4)))])
def test_empty_rows_score_the_intercept(matrix: object) -> None:
    scorer = linear(2, 4)
    assert_array_equal(scorer.joint(matrix), np.tile(scorer.intercept, (3, 1)))


@pytest.mark.parametrize("matrix", [np.zeros((0, 4)), csr_matrix((0, 4)), as_rows(np.zeros((0, 4)))])
def test_no_rows_give_no_scores(matrix: object) -> None:
    assert linear(3, 4).joint(matrix).shape == (0, 3)
    assert linear(3, 4).log_proba(matrix).shape == (0, 3)


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
    whole = scorer.joint(as_rows(X))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textgd.text.rows, "_BLOCK", block)
        assert len(textgd.text.rows.row_blocks(as_rows(X).indptr)) >= min(sum(lengths) // (block + 7), 1)
        assert_array_equal(scorer.joint(as_rows(X)), whole)
    assert_allclose(whole, scorer.joint(X), rtol=0, atol=1e-12)


def test_small_blocks_are_many() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textgd.text.rows, "_BLOCK", 10)
        blocks = textgd.text.rows.row_blocks(as_rows(np.ones((50, 4))).indptr)
    assert len(blocks) > 10
    assert [row for block in blocks for row in range(block.start, block.stop)] == list(range(50))


@pytest.mark.parametrize("dtype", [np.bool_, np.int32, np.int64, np.float32])
def test_counts_of_any_type_score_alike(dtype: type) -> None:
    X, scorer = counts(9, 5).clip(0, 1), linear(2, 5)
    assert_array_equal(scorer.joint(csr_matrix(X.astype(dtype))), scorer.joint(csr_matrix(X)))


def test_log_sum_exp_is_scipys() -> None:
    scores = np.random.default_rng(0).normal(scale=300, size=(50, 4))
    assert_allclose(log_sum_exp(scores), logsumexp(scores, axis=1), rtol=1e-14)


def test_log_sum_exp_of_impossible_and_of_extreme_rows() -> None:
    inf = np.inf
    scores = np.array([[-inf, -inf], [-inf, -3.0], [-1e300, -1e300], [1e300, 0.0], [inf, 0.0]])
    assert_array_equal(log_sum_exp(scores), [-inf, -3.0, -1e300, 1e300, inf])


def test_log_proba_sums_to_one_even_far_out() -> None:
    scorer = LinearScorer(np.array([[-1e4], [-2e4]]), np.zeros(2))
    assert_array_equal(np.exp(scorer.log_proba(np.array([[0.0], [1.0]]))), [[0.5, 0.5], [1.0, 0.0]])


def test_a_class_without_probability_stays_without() -> None:
    scorer = LinearScorer(np.zeros((2, 1)), np.array([0.0, -np.inf]))
    assert_array_equal(scorer.log_proba(as_rows(np.ones((1, 1)))), [[0.0, -np.inf]])


def test_contrast_is_a_class_against_the_mean_of_the_others() -> None:
    weights = np.array([[1.0, 5.0], [3.0, 0.0], [8.0, 1.0]])
    scorer = LinearScorer(weights, np.zeros(3))
    assert_array_equal(scorer.contrast(0), [1.0 - 5.5, 5.0 - 0.5])
    assert_array_equal(scorer.contrast(2), [8.0 - 2.0, 1.0 - 2.5])
    assert_array_equal(LinearScorer(weights[:2], np.zeros(2)).contrast(1), [2.0, -5.0])
    assert_array_equal(LinearScorer(weights[:1], np.zeros(1)).contrast(0), [1.0, 5.0])


@pytest.fixture(scope="module")
def classifier() -> TextClassifier:
    texts = ["win cash now", "win a prize", "lunch at noon", "see you at lunch"]
    return TextClassifier(ngram_range=(1, 1)).fit(texts, ["spam", "spam", "ham", "ham"])


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
