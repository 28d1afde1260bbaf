"""What all linear classifiers do with a matrix, weights, folds and a cost to be chosen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from textgd.discriminative import LinearSVC, LogisticRegression
from textgd.errors import DataError, InvalidParameterError
from textgd.hybrid import NBSVM
from textgd.learning.folds import find_folds
from textgd.learning.stacking import fit_scale

# Exact, so that two ways to the same optimum can be compared.
EXACT: dict[str, Any] = {"tol": 1e-9, "max_iter": 100000}
MODELS = [
    LogisticRegression(**EXACT),
    LinearSVC(**EXACT),
    LinearSVC(loss="hinge", **EXACT),
    NBSVM(**EXACT),
    NBSVM(beta="auto", loss="log_loss", **EXACT),
]
models = pytest.mark.parametrize("model", MODELS, ids=["logistic", "svm", "hinge", "nbsvm", "nbsvm-auto"])
both = pytest.mark.parametrize("n_classes", [2, 3])


def data(n_classes: int = 2, n_rows: int = 60, seed: int = 0) -> tuple[csr_matrix, NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    y = np.arange(n_rows) % n_classes
    return csr_matrix(rng.poisson(rng.gamma(0.5, 1.0, (n_classes, 20))[y]).astype(float)), y


def same(ours: Any, theirs: Any, rtol: float = 1e-5) -> None:
    assert_allclose(ours.coef_, theirs.coef_, rtol=rtol, atol=rtol)
    assert_allclose(ours.intercept_, theirs.intercept_, rtol=rtol, atol=rtol)


def messy(X: csr_matrix) -> csr_matrix:
    """The same matrix with its entries in disorder, halves of entries, and zeros that are stored."""
    coo = coo_matrix(X)
    rows, columns, values = coo.row, coo.col, coo.data
    zero_rows, zero_columns = np.nonzero(X.toarray() == 0)
    rows = np.r_[rows, rows, zero_rows[::3]]
    columns = np.r_[columns, columns, zero_columns[::3]]
    values = np.r_[0.25 * values, 0.75 * values, np.zeros(len(zero_rows[::3]))]
    order = np.random.default_rng(0).permutation(len(rows))
    order = order[np.argsort(rows[order], kind="stable")]
    indptr = np.cumsum(np.r_[0, np.bincount(rows, minlength=X.shape[0])])
    return csr_matrix((values[order], columns[order], indptr), X.shape)


def wide_indices(X: csr_matrix) -> csr_matrix:
    X = X.copy()
    X.indices, X.indptr = X.indices.astype(np.int64), X.indptr.astype(np.int64)
    return X


@pytest.mark.parametrize(
    "form", [messy, wide_indices, csc_matrix, coo_matrix, lambda X: X.toarray(), lambda X: X.astype(np.int64)]
)
@models
def test_the_form_of_the_matrix_does_not_matter(model: Any, form: Any) -> None:
    X, y = data(3)
    given = form(X)
    parts = ["data", "indices", "indptr"] if hasattr(given, "indptr") else []
    before = [getattr(given, name).copy() for name in parts]
    ours = clone(model).fit(given, y)
    same(ours, clone(model).fit(X, y))
    for name, array in zip(parts, before, strict=True):
        assert_array_equal(getattr(given, name), array)
        assert getattr(given, name).dtype == array.dtype
    assert_allclose(ours.decision_function(given), ours.decision_function(X), rtol=1e-9, atol=1e-9)


@both
@models
def test_threads_change_nothing(model: Any, n_classes: int) -> None:
    X, y = data(n_classes)
    alone = clone(model).set_params(n_jobs=1).fit_out_of_fold(X, y)
    for n_jobs in (2, 3, None):
        held_out = clone(model).set_params(n_jobs=n_jobs).fit_out_of_fold(X, y)
        assert_array_equal(held_out.scores, alone.scores)
    one, many = (clone(model).set_params(n_jobs=n_jobs).fit(X, y) for n_jobs in (1, 3))
    assert_array_equal(one.coef_, many.coef_)
    assert_array_equal(one.intercept_, many.intercept_)


@both
@models
def test_a_weight_is_so_many_rows(model: Any, n_classes: int) -> None:
    X, y = data(n_classes)
    times = np.random.default_rng(1).integers(0, 4, len(y))
    rows = np.repeat(np.arange(len(y)), times)
    weighted = clone(model).fit(X, y, sample_weight=times)
    repeated = clone(model).fit(X[rows], y[rows])
    same(weighted, repeated, 1e-4)
    assert (times == 0).any()


@models
def test_a_weight_of_zero_removes_a_row_and_its_class(model: Any) -> None:
    X, y = data(3)
    without = y != 1
    weighted = clone(model).fit(X, y, sample_weight=without.astype(float))
    removed = clone(model).fit(X[without], y[without])
    assert weighted.classes_.tolist() == [0, 2]
    assert_array_equal(weighted.coef_, removed.coef_)
    assert_array_equal(weighted.intercept_, removed.intercept_)


@models
def test_the_weights_of_a_class_are_those_of_its_rows(model: Any) -> None:
    X, y = data(3)
    y = np.where(y == 2, 2, np.arange(len(y)) % 4 // 3)
    weights = np.random.default_rng(2).uniform(0.2, 2.0, len(y))
    by_class = clone(model).set_params(class_weight={0: 0.5, 2: 3.0}).fit(X, y, sample_weight=weights)
    by_row = clone(model).fit(X, y, sample_weight=weights * np.array([0.5, 1.0, 3.0])[y])
    same(by_class, by_row, 1e-9)
    balanced = clone(model).set_params(class_weight="balanced").fit(X, y)
    share = len(y) / (3 * np.bincount(y))
    same(balanced, clone(model).fit(X, y, sample_weight=share[y]), 1e-9)


@models
def test_single_precision(model: Any) -> None:
    X, y = data(3)
    double = clone(model).fit(X, y)
    single = clone(model).set_params(tol=1e-4, max_iter=1000).fit(X.astype(np.float32), y)
    assert single.coef_.dtype == np.float32
    assert double.coef_.dtype == np.float64
    assert single.intercept_.dtype == np.float64
    same(single, double, 2e-3)


@models
def test_labels_are_those_of_the_best_score(model: Any) -> None:
    names = np.array(["neg", "neutral", "pos"])
    for n_classes in (2, 3):
        X, y = data(n_classes)
        ours = clone(model).fit(X, names[y])
        scores = ours.decision_function(X)
        assert_allclose(scores, (X @ ours.coef_.T + ours.intercept_).squeeze(), rtol=1e-9, atol=1e-9)
        best = (scores > 0).astype(int) if n_classes == 2 else scores.argmax(axis=1)
        assert_array_equal(ours.predict(X), names[best])
        assert (ours.predict(X) == names[y]).mean() > 0.9


@models
def test_it_says_that_it_did_not_converge(model: Any) -> None:
    X, y = data(3, seed=3)
    hasty = clone(model).set_params(C=1000, tol=1e-9, max_iter=1)
    with pytest.warns(ConvergenceWarning, match=r"max_iter=1 .*Lower C \(--C\), or raise max_iter or tol") as noted:
        hasty.fit(X, y)
    assert noted[0].filename == __file__
    assert hasty.n_iter_.tolist() == [1, 1, 1]
    assert clone(model).fit(X, y).n_iter_.max() > 1


@pytest.mark.parametrize("weight", [1e4, 1e12])
@models
def test_huge_class_weights(model: Any, weight: float) -> None:
    X, y = data(2, seed=4)
    ours = clone(model).set_params(class_weight={1: weight}, tol=0.1).fit(X, y)
    assert np.isfinite(ours.coef_).all()
    assert (ours.predict(X)[y == 1] == 1).all()


@pytest.mark.parametrize("model", MODELS[:4], ids=["logistic", "svm", "hinge", "nbsvm"])
def test_tiny_sample_weights(model: Any) -> None:
    X, y = data(2, seed=4)
    weights = np.where(np.arange(len(y)) < 40, 1.0, [1e-120, 1e-200] * 30)
    weighted = clone(model).fit(X, y, sample_weight=weights)
    if isinstance(model, NBSVM):
        # What is seen counts as seen, however little.
        assert_array_equal(weighted.log_count_ratio_ != 0, [X.toarray().any(axis=0)])
    same(weighted, clone(model).fit(X[:40], y[:40]))


@pytest.mark.parametrize("model", MODELS[:3], ids=["logistic", "svm", "hinge"])
def test_unscaled_features(model: Any) -> None:
    X, y = data(2, seed=5)
    X = csr_matrix(X.multiply(np.logspace(-6, 6, 20)))
    with pytest.warns(ConvergenceWarning, match="features of very different size do that too: scale them"):
        ours = clone(model).set_params(tol=1e-3, max_iter=50).fit(X, y)
    assert np.isfinite(ours.coef_).all()
    assert (ours.predict(X) == y).mean() > 0.6


@pytest.mark.parametrize("intercept", [True, False])
@models
def test_empty_documents(model: Any, intercept: bool) -> None:
    X, y = data(2)
    X = csr_matrix(np.where(np.arange(60)[:, None] < 10, 0.0, X.toarray()))
    ours = clone(model).set_params(fit_intercept=intercept).fit(X, y)
    assert_allclose(ours.decision_function(X)[:10], ours.intercept_[0], rtol=1e-9)
    if not intercept and model.get_params().get("beta") != "auto":
        assert ours.intercept_.tolist() == [0.0]
        same(ours, clone(ours).fit(X[10:], y[10:]))


# Held-out scores.


@both
@models
def test_out_of_fold_scores_are_those_of_models_that_have_not_seen_the_rows(model: Any, n_classes: int) -> None:
    X, y = data(n_classes)
    weights = np.where(np.arange(60) % 7 == 2, 0.0, np.random.default_rng(0).uniform(0.5, 2.0, 60))
    ours = clone(model)
    held_out = ours.fit_out_of_fold(X, y, weights)
    kept = np.flatnonzero(weights)
    folds = [kept[fold] for fold in find_folds(X[kept], y[kept], 5)]
    assert [fold.tolist() for fold in held_out.folds] == [fold.tolist() for fold in folds]
    assert held_out.scores.shape == (60, n_classes)
    assert not held_out.scores[weights == 0].any()
    if n_classes == 2:
        assert not held_out.scores[:, 0].any()
    same(ours, clone(model).fit(X, y, weights), 1e-9)
    if model.get_params().get("beta") == "auto":
        return
    for fold in folds:
        rest = np.setdiff1d(kept, fold)
        expected = clone(model).fit(X[rest], y[rest], weights[rest]).decision_function(X[fold])
        found = held_out.scores[fold, 1] if n_classes == 2 else held_out.scores[fold]
        assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@models
def test_a_class_with_one_document_leaves_none_to_hold_out(model: Any) -> None:
    X, y = data(2, 20)
    y = (np.arange(20) == 3).astype(int)
    ours = clone(model)
    assert ours.fit_out_of_fold(X, y) is None
    assert np.isfinite(ours.coef_).all()


# The choice of C.


@both
@pytest.mark.parametrize("model", MODELS[:4], ids=["logistic", "svm", "hinge", "nbsvm"])
def test_auto_takes_the_cost_with_the_least_log_loss(model: Any, n_classes: int) -> None:
    X, y = data(n_classes, seed=6)
    ours = clone(model).set_params(C="auto", tol=1e-5).fit(X, y)
    costs, losses = ours.search_.costs, ours.search_.log_losses
    assert ours.search_.best == ours.C_
    assert losses[costs.index(ours.C_)] <= 1.005 * min(losses)
    assert len(set(losses)) > 3
    same(ours, clone(model).set_params(C=ours.C_).fit(X, y))
    # The losses of the smallest costs by hand, where no fold has stopped.
    for C, loss in list(zip(costs, losses, strict=True))[:2]:
        total = 0.0
        for fold in find_folds(X, y, 3):
            rest = np.setdiff1d(np.arange(len(y)), fold)
            scores = clone(model).set_params(C=C).fit(X[rest], y[rest]).decision_function(X[fold])
            columns = scores.reshape(len(fold), -1)
            for k, column in enumerate(columns.T):
                is_class = y[fold] == (1 if n_classes == 2 else k)
                margins = np.where(is_class, column, -column)
                if isinstance(model, LogisticRegression):
                    own = np.logaddexp(0.0, -margins).mean()
                else:
                    own = fit_scale(column, is_class, np.ones(len(fold))).log_loss
                total += len(fold) * own / columns.shape[1]
        assert_allclose(loss, total / len(y), rtol=1e-4)


@models
def test_auto_needs_documents_to_hold_out(model: Any) -> None:
    X, _ = data(2, 20)
    y = (np.arange(20) == 3).astype(int)
    with pytest.raises(DataError, match=r"C is 'auto', which needs at least two different documents.*pass a number"):
        clone(model).set_params(C="auto").fit(X, y)


def test_the_cost_that_was_given_is_the_cost_that_was_used() -> None:
    ours = LogisticRegression(C=2).fit(*data())
    assert ours.C_ == 2.0
    assert ours.search_ is None


# What is refused.


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("C", 0, "C is 0; a number above 0, or 'auto', is expected"),
        ("C", -1.0, "C is -1.0; a number above 0"),
        ("C", float("nan"), "C is nan; a number above 0"),
        ("C", float("inf"), "C is inf; a number above 0"),
        ("C", "x", "C is 'x'; a number above 0, or 'auto'"),
        ("C", None, "C is None"),
        ("C", True, "C is True"),
        ("tol", 0.0, "tol is 0.0; a number above 0 is expected"),
        ("tol", "0.1", "tol is '0.1'"),
        ("max_iter", 0, "max_iter is 0; a whole number from 1 on is expected"),
        ("max_iter", 1.5, "max_iter is 1.5; a whole number"),
        ("class_weight", {7: 1.0}, "class_weight names no class: 7. The classes are 0, 1."),
        ("class_weight", {1: 0}, "class_weight of 1 is 0; a number above 0"),
        ("class_weight", {1: float("nan")}, "class_weight of 1 is nan"),
        ("class_weight", "foo", "class_weight is 'foo'; allowed are 'balanced'"),
        ("n_jobs", 0, "n_jobs is 0"),
    ],
)
@models
def test_parameters_that_are_refused(model: Any, name: str, value: Any, message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        clone(model).set_params(**{name: value}).fit(*data())
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones(59), "sample_weight has the shape (59,)"),
        (np.ones((60, 1)), "sample_weight has the shape (60, 1)"),
        (np.r_[np.ones(59), -1.0], "the weight of row 59 is -1.0"),
        (np.r_[np.nan, np.ones(59)], "the weight of row 0 is nan"),
        (np.zeros(60), "weights are zero for all documents"),
        (["x"] * 60, "sample_weight holds what is no number"),
        (np.tile([1.0, 0.0], 30), "All 30 documents have the label 0: one class"),
    ],
)
@models
def test_weights_that_are_refused(model: Any, weights: Any, message: str) -> None:
    with pytest.raises(DataError) as error:
        clone(model).fit(*data(), sample_weight=weights)
    assert message in str(error.value)


@models
def test_data_that_are_refused(model: Any) -> None:
    X, y = data()
    with pytest.raises(DataError, match="All 60 documents have the label 'a': one class"):
        clone(model).fit(X, ["a"] * 60)
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        clone(model).fit(X, np.linspace(0, 1, 60))
    broken = X.copy()
    broken.data[3] = np.nan
    with pytest.raises(ValueError, match="contains NaN"):
        clone(model).fit(broken, y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        clone(model).fit(X, y[:-1])
    fitted = clone(model).fit(X, y)
    with pytest.raises(ValueError, match="19 features"):
        fitted.predict(X[:, :19])
    with pytest.raises(NotFittedError):
        clone(model).predict(X)
