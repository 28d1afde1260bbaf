"""Logistic regression: the weights, the objective and the probabilities of scikit-learn's liblinear."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.sparse import csr_matrix
from sklearn import linear_model as peers
from sklearn.multiclass import OneVsRestClassifier

from textgd.discriminative import LogisticRegression
from textgd.probabilities import OneVsRest, Softmax

EXACT: dict[str, Any] = {"tol": 1e-9, "max_iter": 100000}


def data(n_classes: int = 2, n_rows: int = 80, seed: int = 0) -> tuple[csr_matrix, NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_rows)
    y[:n_classes] = np.arange(n_classes)
    return csr_matrix(rng.poisson(rng.gamma(0.5, 1.0, (n_classes, 25))[y]).astype(float)), y


def peer(**parameters: Any) -> peers.LogisticRegression:
    return peers.LogisticRegression(solver="liblinear", tol=1e-10, max_iter=10000, **parameters)


def objective(model: Any, X: csr_matrix, y: Any, costs: Any) -> float:
    w = np.append(model.coef_[0], model.intercept_)
    margins = np.where(y == 1, 1, -1) * (X @ w[:-1] + w[-1])
    return float(0.5 * w @ w + costs @ np.logaddexp(0.0, -margins))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("class_weight", [None, "balanced", {0: 0.3, 1: 2.0}], ids=["-", "balanced", "mapping"])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
def test_two_classes_agree_with_liblinear(C: float, fit_intercept: bool, class_weight: Any, weighted: bool) -> None:
    X, y = data()
    weights = np.random.default_rng(1).uniform(0.1, 3.0, len(y)) if weighted else None
    settings = {"C": C, "fit_intercept": fit_intercept, "class_weight": class_weight}
    ours = LogisticRegression(**settings, **EXACT).fit(X, y, weights)
    theirs = peer(**settings).fit(X, y, weights)
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-5, atol=1e-6)
    assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-5, atol=1e-6)
    new, _ = data(seed=9)
    assert_allclose(ours.predict_proba(new), theirs.predict_proba(new), rtol=1e-4, atol=1e-12)
    assert_allclose(ours.predict_log_proba(new), theirs.predict_log_proba(new), rtol=1e-4, atol=1e-9)
    if class_weight is None:
        costs = C * (np.ones(len(y)) if weights is None else weights)
        assert_allclose(objective(ours, X, y, costs), objective(theirs, X, y, costs), rtol=1e-9)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("n_classes", [3, 5])
def test_more_classes_agree_with_one_against_the_rest(n_classes: int, fit_intercept: bool, weighted: bool) -> None:
    X, y = data(n_classes)
    repeats = np.random.default_rng(1).integers(1, 4, len(y)) if weighted else np.ones(len(y), int)
    rows = np.repeat(np.arange(len(y)), repeats)
    ours = LogisticRegression(fit_intercept=fit_intercept, **EXACT).fit(X, y, repeats)
    theirs = OneVsRestClassifier(peer(fit_intercept=fit_intercept)).fit(X[rows], y[rows])
    assert_allclose(ours.coef_, np.vstack([e.coef_ for e in theirs.estimators_]), rtol=1e-5, atol=1e-7)
    assert_allclose(ours.intercept_, np.ravel([e.intercept_ for e in theirs.estimators_]), rtol=1e-5, atol=1e-7)
    new, _ = data(n_classes, seed=9)
    assert_allclose(ours.decision_function(new), theirs.decision_function(new), rtol=1e-5, atol=1e-6)
    assert_allclose(ours.predict_proba(new), theirs.predict_proba(new), rtol=1e-4, atol=1e-12)


def test_the_tolerance_of_everyday_use() -> None:
    """By default, a small problem is solved to the last digits all the same."""
    X, y = data()
    assert_allclose(LogisticRegression().fit(X, y).coef_, peer().fit(X, y).coef_, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("C", [0.1, 1.0, 10.0])
def test_two_documents_by_hand(C: float) -> None:
    """A word each and no intercept: the weight is where it equals C times the share of doubt."""
    weight = brentq(lambda w: w - C / (1.0 + np.exp(w)), 0.0, 100.0, xtol=1e-14)
    ours = LogisticRegression(C=C, fit_intercept=False).fit([[1.0, 0.0], [0.0, 1.0]], ["a", "b"])
    assert_allclose(ours.coef_, [[-weight, weight]], rtol=1e-9)
    assert_allclose(ours.predict_proba([[0.0, 2.0]]), [[1 / (1 + np.exp(2 * weight)), 1 / (1 + np.exp(-2 * weight))]])


@given(st.integers(0, 10**6), st.sampled_from([2, 3]), st.sampled_from([0.01, 1.0, 30.0]))
def test_probabilities_sum_to_one_and_are_ordered_as_the_scores(seed: int, n_classes: int, C: float) -> None:
    X, y = data(n_classes, 20, seed)
    ours = LogisticRegression(C=C).fit(X, y)
    new, _ = data(n_classes, 20, seed + 1)
    log_proba = ours.predict_log_proba(new)
    assert_allclose(np.exp(log_proba).sum(axis=1), 1.0, rtol=1e-12)
    scores = ours.decision_function(new)
    if n_classes == 2:
        assert_allclose(log_proba[:, 1] - log_proba[:, 0], scores, rtol=1e-9, atol=1e-9)
    else:
        order = np.argsort(scores, axis=1)
        assert (np.diff(np.take_along_axis(log_proba, order, axis=1), axis=1) >= -1e-12).all()


def test_what_its_scores_stand_for() -> None:
    assert LogisticRegression().fit(*data()).probabilities() == Softmax()
    assert LogisticRegression().fit(*data(3)).probabilities() == OneVsRest()
