"""Log-count ratios: by hand, as naive Bayes has them, and what they do to a matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.naive_bayes import MultinomialNB as Peer

from textgd.errors import DataError, InvalidParameterError
from textgd.generative import MultinomialNB
from textgd.text import LogCountRatio
from textgd.text.log_count_ratio import log_count_ratio

counts = arrays(np.float64, 6, elements=st.sampled_from([0.0, 0.0, 1.0, 2.0, 7.0, 0.5]))
alphas = st.floats(1e-3, 100.0)


def data(n_classes: int = 2, seed: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    y = np.arange(40) % n_classes
    X = rng.poisson(rng.gamma(0.5, 1.0, (n_classes, 15))[y])
    X[0] += 1
    return X, y


def test_by_hand() -> None:
    """Three of "good" and one of "film" against one of "film": 4/6 to 1/3 and 2/6 to 2/3, beside a word not seen."""
    ratio = log_count_ratio(np.array([3.0, 1.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    assert_allclose(ratio, [np.log(2.0), -np.log(2.0), 0.0], rtol=1e-14)
    half = log_count_ratio(np.array([1.0, 0.0]), np.array([0.0, 2.0]), 0.5)
    # 1.5/2 to 0.5/3, and 0.5/2 to 2.5/3.
    assert_allclose(half, [np.log(4.5), np.log(0.3)], rtol=1e-14)


@given(counts, counts, alphas)
def test_what_holds_for_all_counts(p: Any, q: Any, alpha: float) -> None:
    ratio = log_count_ratio(p, q, alpha)
    seen = (p + q) > 0
    assert not ratio[~seen].any()
    assert_allclose(log_count_ratio(q, p, alpha), -ratio, rtol=1e-9, atol=1e-12)
    assert_allclose(log_count_ratio(p, p, alpha), 0.0, atol=1e-12)
    assert_allclose(log_count_ratio(p[seen], q[seen], alpha), ratio[seen], rtol=1e-12)
    if seen.any():
        # Its exponential is the ratio of two distributions.
        other = (q[seen] + alpha) / (q[seen] + alpha).sum()
        assert_allclose((np.exp(ratio[seen]) * other).sum(), 1.0, rtol=1e-9)


@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("alpha", [0.01, 1.0, 10.0])
def test_two_classes_are_those_of_naive_bayes(alpha: float, sparse: bool) -> None:
    X, y = data()
    X = csr_matrix(X) if sparse else X
    ours = LogCountRatio(alpha).fit(X, y)
    log_prob = Peer(alpha=alpha).fit(X, y).feature_log_prob_
    assert_allclose(ours.log_count_ratio_, [log_prob[1] - log_prob[0]], rtol=1e-10, atol=1e-12)
    assert_allclose(ours.log_count_ratio_, MultinomialNB(alpha=alpha).fit(X, y).coef_, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("n_classes", [3, 5])
def test_more_classes_are_each_against_the_rest(n_classes: int) -> None:
    X, y = data(n_classes)
    X[:, 4] = 0
    ours = LogCountRatio(0.5).fit(X, y)
    assert ours.log_count_ratio_.shape == (n_classes, 15)
    for k, ratio in enumerate(ours.log_count_ratio_):
        log_prob = Peer(alpha=0.5).fit(np.delete(X, 4, axis=1), y == k).feature_log_prob_
        assert_allclose(np.delete(ratio, 4), log_prob[1] - log_prob[0], rtol=1e-10, atol=1e-12)
        assert ratio[4] == 0.0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_transform_multiplies(n_classes: int, dtype: Any) -> None:
    X, y = data(n_classes)
    given_X = csr_matrix(X.astype(dtype))
    before = given_X.copy()
    ours = LogCountRatio().fit(given_X, y)
    found = ours.transform(given_X)
    assert isinstance(found, csr_matrix)
    assert found.dtype == dtype
    expected = np.hstack([X * ratio for ratio in ours.log_count_ratio_])
    assert_allclose(found.toarray(), expected, rtol=1e-6)
    assert_allclose(ours.transform(X).toarray(), expected, rtol=1e-12)
    assert_array_equal(given_X.toarray(), before.toarray())


def test_names() -> None:
    X, y = data()
    names = [f"w{j}" for j in range(15)]
    assert LogCountRatio().fit(X, y).get_feature_names_out(names).tolist() == names
    X, y = data(3)
    ours = LogCountRatio().fit(X, np.array(["a", "b", "c"])[y])
    out = ours.get_feature_names_out(names)
    assert out.tolist() == [f"{name} | {label}" for label in "abc" for name in names]
    assert ours.transform(X).shape[1] == len(out)


@pytest.mark.parametrize("alpha", [0, -1.0, float("nan"), "1", None, True])
def test_alphas_that_are_refused(alpha: Any) -> None:
    with pytest.raises(InvalidParameterError, match=r"alpha is .*; a number from 1e-10 to 1e\+10 is expected\."):
        LogCountRatio(alpha).fit(*data())


def test_data_that_are_refused() -> None:
    X, y = data()
    with pytest.raises(DataError, match="Negative values in data passed to LogCountRatio: the least is -4;"):
        LogCountRatio().fit(np.where(X == 1, -4, X), y)
    with pytest.raises(DataError, match="All 40 documents have the label 0"):
        LogCountRatio().fit(X, np.zeros(40, int))
    with pytest.raises(ValueError, match="Unknown label type"):
        LogCountRatio().fit(X, np.linspace(0, 1, 40))
    with pytest.raises(ValueError, match="14 features"):
        LogCountRatio().fit(X, y).transform(X[:, :14])
