"""The linear SVM: the weights and the objective of scikit-learn's liblinear."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn import svm as peers

from textgd.discriminative import LinearSVC
from textgd.errors import InvalidParameterError

EXACT: dict[str, Any] = {"tol": 1e-9, "max_iter": 200000}


def data(n_classes: int = 2, n_rows: int = 70, seed: int = 0) -> tuple[csr_matrix, NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_rows)
    y[:n_classes] = np.arange(n_classes)
    return csr_matrix(rng.poisson(rng.gamma(0.5, 1.0, (n_classes, 20))[y]).astype(float)), y


def objective(model: Any, X: csr_matrix, y: Any, costs: Any, power: int) -> list[float]:
    """That of each class against the rest."""
    targets = [1] if len(model.classes_) == 2 else model.classes_
    values = []
    for target, w, b in zip(targets, model.coef_, np.broadcast_to(model.intercept_, len(targets)), strict=True):
        short = np.maximum(0.0, 1.0 - np.where(y == target, 1, -1) * (X @ w + b))
        values.append(float(0.5 * (w @ w + b * b) + costs @ short**power))
    return values


def weights_of_classes(class_weight: Any, y: Any, weights: Any) -> Any:
    """The weight of each row's class."""
    if class_weight == "balanced":
        totals = np.bincount(y, weights)
        return (totals.sum() / (len(totals) * totals))[y]
    return np.array([class_weight.get(label, 1.0) for label in y.tolist()])


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("class_weight", [None, "balanced", {0: 0.3}], ids=["-", "balanced", "mapping"])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize(("loss", "dual"), [("squared_hinge", True), ("squared_hinge", False), ("hinge", True)])
def test_agrees_with_liblinear(
    loss: str, dual: bool, n_classes: int, fit_intercept: bool, class_weight: Any, weighted: bool
) -> None:
    X, y = data(n_classes)
    weights = np.random.default_rng(1).uniform(0.1, 3.0, len(y)) if weighted else None
    settings = {"C": 0.1, "fit_intercept": fit_intercept, "loss": loss, "class_weight": class_weight}
    ours = LinearSVC(**settings, **EXACT).fit(X, y, weights)
    if n_classes > 2 and class_weight is not None:
        # liblinear weighs the errors of a class alone, not those of the rest; as weights of rows they are the same.
        settings["class_weight"] = None
        weights = np.ones(len(y)) if weights is None else weights
        weights = weights * weights_of_classes(class_weight, y, weights)
    theirs = peers.LinearSVC(dual=dual, random_state=0, tol=1e-10, max_iter=10**6, **settings).fit(X, y, weights)
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-5, atol=1e-6)
    assert_allclose(ours.intercept_, np.broadcast_to(theirs.intercept_, len(ours.coef_)), rtol=1e-5, atol=1e-6)
    new, _ = data(n_classes, seed=9)
    assert_allclose(ours.decision_function(new), theirs.decision_function(new), rtol=1e-4, atol=1e-5)
    if class_weight is None:
        costs = 0.1 * (np.ones(len(y)) if weights is None else weights)
        power = 1 if loss == "hinge" else 2
        assert_allclose(objective(ours, X, y, costs, power), objective(theirs, X, y, costs, power), rtol=1e-8)


@pytest.mark.parametrize("C", [1e-4, 0.01, 1.0, 100.0])
@pytest.mark.parametrize("loss", ["squared_hinge", "hinge"])
def test_any_cost_agrees_with_liblinear(loss: str, C: float) -> None:
    X, y = data(seed=1)
    ours = LinearSVC(C, loss=loss, **EXACT).fit(X, y)
    theirs = peers.LinearSVC(C=C, loss=loss, random_state=0, tol=1e-9, max_iter=10**6).fit(X, y)
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-4, atol=1e-6)
    assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("C", [0.1, 0.5, 1.0, 10.0])
def test_two_documents_by_hand(C: float) -> None:
    """A word each and no intercept: w = 2C(1 - w) of the squared loss; of the other it grows until the margin is 1."""
    X, y = [[1.0, 0.0], [0.0, 1.0]], ["a", "b"]
    squared = LinearSVC(C, fit_intercept=False).fit(X, y)
    assert_allclose(squared.coef_, [[-2 * C / (1 + 2 * C), 2 * C / (1 + 2 * C)]], rtol=1e-9)
    plain = LinearSVC(C, loss="hinge", fit_intercept=False).fit(X, y)
    assert_allclose(plain.coef_, [[-min(C, 1.0), min(C, 1.0)]], rtol=1e-9)


def test_the_widest_margin() -> None:
    """Vapnik's picture: the support vectors are at 1 and -1, and the others do not count."""
    X = np.array([[3.0, 1.0], [4.0, 2.0], [6.0, 0.0], [1.0, 3.0], [2.0, 4.0], [0.0, 7.0]])
    y = np.array([1, 1, 1, 0, 0, 0])
    ours = LinearSVC(1e4, loss="hinge", **EXACT).fit(X, y)
    assert_allclose(ours.coef_, [[0.5, -0.5]], rtol=1e-6)
    assert_allclose(ours.intercept_, [0.0], atol=1e-6)
    assert_allclose(ours.decision_function(X), [1.0, 1.0, 3.0, -1.0, -1.0, -3.5], rtol=1e-6)


def test_empty_documents_without_an_intercept() -> None:
    X = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    for loss in ("hinge", "squared_hinge"):
        ours = LinearSVC(loss=loss, fit_intercept=False).fit(X, [1, 1, 0, 0])
        assert_allclose(ours.coef_, LinearSVC(loss=loss, fit_intercept=False).fit(X[::2], [1, 0]).coef_, rtol=1e-9)


def test_its_scores_are_no_probabilities() -> None:
    ours = LinearSVC().fit(*data())
    assert ours.probabilities() is None
    assert not hasattr(ours, "predict_proba")
    assert not hasattr(ours, "predict_log_proba")


@pytest.mark.parametrize("loss", ["log_loss", "squared", None, 1])
def test_losses_that_are_refused(loss: Any) -> None:
    with pytest.raises(InvalidParameterError, match=r"loss is .*; allowed are 'squared_hinge', 'hinge'\."):
        LinearSVC(loss=loss).fit(*data())
