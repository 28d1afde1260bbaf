"""NB-SVM: the paper's formulas on scikit-learn's solvers, and the stack as its definition says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn import linear_model, svm
from sklearn.naive_bayes import MultinomialNB as Peer

from textgd.discriminative import LinearSVC, LogisticRegression
from textgd.errors import DataError, InvalidParameterError
from textgd.hybrid import NBSVM
from textgd.learning.folds import find_folds
from textgd.learning.stacking import Stack, fit_stack
from textgd.probabilities import OneVsRest, Softmax
from textgd.text import LogCountRatio

Floats = NDArray[np.float64]

EXACT: dict[str, Any] = {"tol": 1e-9, "max_iter": 100000}
both_losses = pytest.mark.parametrize("loss", ["squared_hinge", "log_loss"])
N_BANDS = 8


def data(n_classes: int = 2, n_rows: int = 80, seed: int = 0) -> tuple[Floats, NDArray[np.int64]]:
    """Counts whose features are in all sorts of numbers of documents; the last one is in none."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_rows)
    y[: 2 * n_classes] = np.arange(2 * n_classes) % n_classes
    rates = rng.gamma(0.8, 1.0, (n_classes, 30)) * np.logspace(-2, 0.5, 30)
    X = rng.poisson(rates[y]).astype(float)
    X[:, -1] = 0
    return X, y


def slow_ratio(X: Floats, is_class: Any, weights: Any, alpha: float) -> Floats:
    p = np.array([sum(weights[i] * X[i, j] for i in np.flatnonzero(is_class)) for j in range(X.shape[1])])
    q = np.array([sum(weights[i] * X[i, j] for i in np.flatnonzero(~is_class)) for j in range(X.shape[1])])
    seen = p + q > 0
    smooth_p, smooth_q = p + alpha, q + alpha
    r = np.log(smooth_p / smooth_p[seen].sum()) - np.log(smooth_q / smooth_q[seen].sum())
    return np.where(seen, r, 0.0)


def peer_line(loss: str, X: Floats, is_class: Any, weights: Any, C: float, intercept: bool) -> tuple[Floats, float]:
    peer: Any
    if loss == "log_loss":
        peer = linear_model.LogisticRegression(
            solver="liblinear", C=C, fit_intercept=intercept, tol=1e-10, max_iter=10000
        )
    else:
        peer = svm.LinearSVC(C=C, fit_intercept=intercept, tol=1e-10, max_iter=10**6, dual=False)
    peer.fit(X, is_class, weights)
    return peer.coef_[0], float(np.ravel(peer.intercept_)[0])


def targets_of(n_classes: int) -> Any:
    return [1] if n_classes == 2 else range(n_classes)


# The paper.


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fit_intercept", [False, True])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(("C", "beta", "alpha"), [(1.0, 0.25, 1.0), (0.1, 0.0, 0.5), (5.0, 1.0, 2.0), (1.0, 0.7, 0.1)])
@both_losses
def test_the_formulas_of_the_paper(
    loss: str, C: float, beta: float, alpha: float, n_classes: int, fit_intercept: bool, weighted: bool
) -> None:
    X, y = data(n_classes)
    weights = np.random.default_rng(1).uniform(0.5, 2.0, len(y)) if weighted else np.ones(len(y))
    ours = NBSVM(C, beta=beta, alpha=alpha, loss=loss, fit_intercept=fit_intercept, **EXACT)
    ours.fit(csr_matrix(X), y, weights if weighted else None)
    seen = X.any(axis=0)
    assert 20 < seen.sum() < 30
    new, _ = data(n_classes, seed=5)
    scores = []
    for line, target in enumerate(targets_of(n_classes)):
        r = slow_ratio(X, y == target, weights, alpha)
        w, b = peer_line(loss, X * r, y == target, weights, C, fit_intercept)
        mean = np.abs(w[seen]).mean()
        odds = weights[y == target].sum() / weights[y != target].sum()
        w = (1 - beta) * mean + beta * w
        b = (1 - beta) * mean * np.log(odds) + beta * b if fit_intercept else 0.0
        assert_allclose(ours.log_count_ratio_[line], r, rtol=1e-10, atol=1e-12)
        assert_allclose(ours.coef_[line], r * w, rtol=1e-5, atol=1e-6)
        assert_allclose(ours.intercept_[line], b, rtol=1e-5, atol=1e-6)
        scores.append(new * r @ w + b)
    found = ours.decision_function(new)
    assert_allclose(found, scores[0] if n_classes == 2 else np.transpose(scores), rtol=1e-4, atol=1e-5)


def test_two_documents_by_hand() -> None:
    """Of "good" and "bad" r is ln 2 and -ln 2; the squared hinge then is minimal where w = 2 r (1 - r w)."""
    r = np.log(2.0)
    w = 2 * r / (1 + 2 * r * r)
    for beta in (0.0, 0.25, 1.0):
        ours = NBSVM(beta=beta, fit_intercept=False).fit([[1, 0], [0, 1]], ["bad", "good"])
        assert_allclose(ours.log_count_ratio_, [[-r, r]], rtol=1e-12)
        assert_allclose(ours.coef_, [[-r * w, r * w]], rtol=1e-9)


@pytest.mark.parametrize("fit_prior", [False, True])
@both_losses
def test_beta_0_is_naive_bayes(loss: str, fit_prior: bool) -> None:
    X, y = data()
    X[0] += 1
    new, _ = data(seed=5)
    ours = NBSVM(beta=0, loss=loss, fit_intercept=fit_prior).fit(X, y)
    log_prob = Peer(fit_prior=fit_prior).fit(X, y).predict_joint_log_proba(new)
    naive = log_prob[:, 1] - log_prob[:, 0]
    scores = ours.decision_function(new)
    factor = scores[0] / naive[0]
    assert factor > 0
    assert_allclose(scores, factor * naive, rtol=1e-9, atol=1e-9)
    assert_array_equal(ours.predict(new), (naive > 0).astype(int))


@pytest.mark.parametrize("n_classes", [2, 3])
@both_losses
def test_beta_1_is_the_classifier_on_weighted_features(loss: str, n_classes: int) -> None:
    X, y = data(n_classes)
    ours = NBSVM(0.5, beta=1, loss=loss, **EXACT).fit(X, y)
    weigher = LogCountRatio().fit(X, y)
    plain = LogisticRegression if loss == "log_loss" else LinearSVC
    for line, target in enumerate(targets_of(n_classes)):
        r = weigher.log_count_ratio_[line]
        alone = plain(0.5, **EXACT).fit(X * r, y == target)
        assert_allclose(ours.coef_[line], alone.coef_[0] * r, rtol=1e-6, atol=1e-7)
        assert_allclose(ours.intercept_[line], alone.intercept_[0], rtol=1e-6, atol=1e-7)


def test_single_scores_are_no_probabilities() -> None:
    ours = NBSVM().fit(*data())
    assert ours.probabilities() is None
    assert not hasattr(ours, "predict_proba")
    assert not hasattr(ours, "evidence_weights_")


# The stack.


def bands_of(X: Floats, weights: Any) -> NDArray[np.int64]:
    """0 for features in one document, 1 for two and three, 2 for four to seven, and so on."""
    frequency = weights @ (X > 0)
    return np.array([min(int(np.log2(max(f, 1))), N_BANDS - 1) for f in frequency])


def slow_stack(
    X: Floats, is_class: Any, y: Any, weights: Any, loss: str, C: float, intercept: bool
) -> tuple[Stack, Floats, float, Floats]:
    """Return the stack, the weights of the features, the intercept, and the held-out log-odds."""

    def learn(rows: Any) -> tuple[Floats, NDArray[np.int64], Floats, float]:
        r = slow_ratio(X[rows], is_class[rows], weights[rows], 1.0)
        w, b = peer_line(loss, X[rows] * r, is_class[rows], weights[rows], C, intercept)
        return r, bands_of(X[rows], weights[rows]), w, b

    evidence = np.full((len(X), N_BANDS + 1), np.nan)
    for fold in find_folds(csr_matrix(X), y, 5):
        r, bands, w, b = learn(np.setdiff1d(np.arange(len(X)), fold))
        for band in range(N_BANDS):
            evidence[fold, band] = (X[fold] * r)[:, bands == band].sum(axis=1)
        evidence[fold, N_BANDS] = X[fold] * r @ w + b
    stack = fit_stack(evidence, [0] * N_BANDS + [1], is_class, weights)
    r, bands, w, b = learn(np.arange(len(X)))
    coef = r * (stack.weights[bands] + stack.weights[-1] * w)
    return stack, coef, stack.weights[-1] * b + stack.intercept, stack.log_odds(evidence)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fit_intercept", [False, True])
@pytest.mark.parametrize("n_classes", [2, 3])
@both_losses
def test_the_stack_by_its_definition(loss: str, n_classes: int, fit_intercept: bool, weighted: bool) -> None:
    X, y = data(n_classes, 300, seed=2)
    weights = np.random.default_rng(1).uniform(0.5, 2.0, len(y)) if weighted else np.ones(len(y))
    assert set(bands_of(X, np.ones(len(y)))) >= {0, 3, 5, 7}
    ours = NBSVM(0.3, beta="auto", loss=loss, fit_intercept=fit_intercept, **EXACT)
    held_out = ours.fit_out_of_fold(csr_matrix(X), y, weights if weighted else None)
    assert ours.evidence_weights_.shape == (len(targets_of(n_classes)), N_BANDS + 1)
    assert held_out is not None
    for line, target in enumerate(targets_of(n_classes)):
        stack, coef, intercept, odds = slow_stack(X, y == target, y, weights, loss, 0.3, fit_intercept)
        assert_allclose(ours.evidence_weights_[line], stack.weights, rtol=1e-3, atol=1e-4)
        assert_allclose(ours.coef_[line], coef, rtol=1e-3, atol=1e-4)
        assert_allclose(ours.intercept_[line], intercept, rtol=1e-3, atol=1e-4)
        assert_allclose(held_out.scores[:, target], odds, rtol=1e-3, atol=2e-3)


def test_its_scores_are_log_odds() -> None:
    X, y = data()
    ours = NBSVM(beta="auto").fit(X, y)
    assert ours.probabilities() == Softmax()
    scores = ours.decision_function(X)
    assert_allclose(ours.predict_proba(X), np.stack([expit(-scores), expit(scores)], axis=1), rtol=1e-9)
    assert_allclose(ours.predict_log_proba(X), np.log(ours.predict_proba(X)), rtol=1e-9, atol=1e-12)
    X, y = data(3)
    ours = NBSVM(beta="auto").fit(X, y)
    assert ours.probabilities() == OneVsRest()
    shares = expit(ours.decision_function(X))
    assert_allclose(ours.predict_proba(X), shares / shares.sum(axis=1, keepdims=True), rtol=1e-9)


def standard(scores: Floats) -> Floats:
    centered: Floats = (scores - scores.mean()) / scores.std()
    return centered


@both_losses
def test_with_one_document_of_a_class_the_prior_decides(loss: str) -> None:
    X, _ = data(n_rows=12)
    is_class = np.arange(12) == 7
    ours = NBSVM(0.3, beta="auto", loss=loss, **EXACT).fit(X, np.where(is_class, "rare", "common"))
    r = slow_ratio(X, is_class, np.ones(12), 1.0)
    w, b = peer_line(loss, X * r, is_class, np.ones(12), 0.3, True)
    # One nat for each standard deviation of what the two say, and the odds of the class: 1 to 11.
    naive, linear = X @ r, X * r @ w + b
    assert_allclose(ours.evidence_weights_, [[1 / naive.std()] * N_BANDS + [1 / linear.std()]], rtol=1e-6)
    assert_allclose(ours.decision_function(X), standard(naive) + standard(linear) - np.log(11), rtol=1e-5, atol=1e-6)


@both_losses
def test_auto_for_both(loss: str) -> None:
    X, y = data(n_rows=200)
    ours = NBSVM("auto", beta="auto", loss=loss, **EXACT).fit(X, y)
    assert ours.search_.best == ours.C_
    alone = NBSVM(ours.C_, beta="auto", loss=loss, **EXACT).fit(X, y)
    assert_array_equal(ours.coef_, alone.coef_)
    with pytest.raises(DataError, match="C is 'auto', which needs at least two different documents of each class"):
        NBSVM("auto", beta="auto").fit(X[:10], np.arange(10) == 3)


# What is refused.


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("beta", -0.1, "beta is -0.1; a number from 0 to 1, or 'auto', is expected."),
        ("beta", 1.1, "beta is 1.1;"),
        ("beta", float("nan"), "beta is nan;"),
        ("beta", "x", "beta is 'x';"),
        ("beta", None, "beta is None;"),
        ("alpha", 0, "alpha is 0; a number from 1e-10 to 1e+10 is expected."),
        ("alpha", -1, "alpha is -1;"),
        ("alpha", "1", "alpha is '1';"),
        ("loss", "hinge", "loss is 'hinge'; allowed are 'squared_hinge', 'log_loss'."),
        ("loss", "log", "loss is 'log';"),
        ("loss", None, "loss is None;"),
    ],
)
def test_parameters_that_are_refused(name: str, value: Any, message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        NBSVM(**{name: value}).fit(*data())
    assert message in str(error.value)


@pytest.mark.parametrize("form", [np.asarray, csr_matrix])
def test_negative_features_are_refused(form: Any) -> None:
    X, y = data()
    X[3, 4] = -2
    with pytest.raises(DataError, match="Negative values in data passed to NBSVM: the least is -2; it takes counts"):
        NBSVM().fit(form(X), y)


# Groups of features.


@both_losses
def test_groups_of_features_are_weighed_apart(loss: str) -> None:
    X, y = data(n_rows=300, seed=2)
    groups = np.arange(X.shape[1]) % 3
    ours = NBSVM(0.3, beta="auto", loss=loss, **EXACT).fit(X, y, feature_groups=groups)
    assert ours.evidence_weights_.shape == (1, 3 * N_BANDS + 1)
    counts = ours.evidence_weights_[0, :-1].reshape(3, N_BANDS)[groups, bands_of(X, np.ones(len(y)))]
    r = slow_ratio(X, y == 1, np.ones(len(y)), 1.0)
    w, _ = peer_line(loss, X * r, y == 1, np.ones(len(y)), 0.3, True)
    assert_allclose(ours.coef_[0], r * (counts + ours.evidence_weights_[0, -1] * w), rtol=1e-3, atol=1e-4)
    alone = NBSVM(0.3, beta="auto", loss=loss, **EXACT).fit(X, y)
    assert not np.allclose(ours.coef_, alone.coef_, rtol=1e-2)
    one_group = NBSVM(0.3, beta="auto", loss=loss, **EXACT).fit(X, y, feature_groups=np.zeros(X.shape[1], int))
    assert_array_equal(one_group.coef_, alone.coef_)


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([0, 1], "feature_groups has the shape (2,); a group for each of the 30 features is expected."),
        (np.full(30, -1), "feature_groups holds what is no group; whole numbers from 0 to 15 are expected."),
        (np.full(30, 16), "feature_groups holds what is no group;"),
        (np.full(30, 0.5), "feature_groups holds what is no group;"),
    ],
)
def test_groups_that_are_refused(groups: Any, message: str) -> None:
    with pytest.raises(DataError) as error:
        NBSVM(beta="auto").fit(*data(), feature_groups=groups)
    assert message in str(error.value)
