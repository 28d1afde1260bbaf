"""What every vector-level model keeps: scikit-learn's own list of checks, without a silent skip."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from sklearn.base import clone, is_classifier
from sklearn.datasets import make_blobs
from sklearn.model_selection import train_test_split
from sklearn.utils.estimator_checks import check_estimator

from textgd.discriminative import LinearSVC, LogisticRegression
from textgd.hybrid import NBSVM
from textgd.models import MODELS
from textgd.text import LogCountRatio

# Needs SCIPY_ARRAY_API to be set before scipy is imported, and says nothing about models on numpy.
SKIPPED = {"check_array_api_input"}
# These feed negative features to a model whose tag says that it takes none; below they are made with counts.
NEGATIVE = {
    "check_class_weight_classifiers": "feeds negative features in spite of the tag positive_only",
    "check_decision_proba_consistency": "feeds negative features in spite of the tag positive_only",
}

ESTIMATORS: dict[str, Any] = {
    **{name: model.create() for name, model in MODELS.items()},
    "LogisticRegression": LogisticRegression(),
    "LinearSVC": LinearSVC(),
    "LinearSVC hinge": LinearSVC(loss="hinge"),
    "NBSVM": NBSVM(),
    "NBSVM log_loss": NBSVM(loss="log_loss"),
    "LogCountRatio": LogCountRatio(),
}
# Some checks compare to 7 digits what a large C makes slow to solve.
ESTIMATORS["svm"].set_params(max_iter=100_000)

each_estimator = pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=list(ESTIMATORS))
each_linear = pytest.mark.parametrize(
    "estimator",
    [e for e in ESTIMATORS.values() if "C" in e.get_params()],
    ids=[name for name, e in ESTIMATORS.items() if "C" in e.get_params()],
)


# Some checks feed features of about 100, which few passes do not solve; scikit-learn runs its own models likewise.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@each_estimator
def test_scikit_learns_checks(estimator: Any) -> None:
    expected = NEGATIVE if isinstance(estimator, NBSVM) else {}
    results = check_estimator(estimator, expected_failed_checks=expected, on_skip=None, on_fail=None)
    assert len(results) > (50 if is_classifier(estimator) else 45)
    allowed = {"passed", "skipped", "xfail"}
    assert {r["check_name"]: r["exception"] for r in results if r["status"] not in allowed} == {}
    assert {r["check_name"] for r in results if r["status"] == "skipped"} <= SKIPPED
    failed = {r["check_name"]: r["exception"] for r in results if r["status"] == "xfail"}
    # The second check is about probabilities, and runs where there are some.
    with_probabilities = hasattr(estimator, "predict_proba")
    run = {name for name in expected if with_probabilities or name != "check_decision_proba_consistency"}
    assert set(failed) == run
    assert all("Negative values in data passed to NBSVM" in str(error) for error in failed.values())


# The two checks on counts.


def counts(n_classes: int, seed: int = 0, n_rows: int = 90) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return noisy counts and classes that share most of their words."""
    rng = np.random.default_rng(seed)
    y = np.arange(n_rows) % n_classes
    return rng.poisson(rng.gamma(1.0, 1.0, (n_classes, 8))[y]).astype(np.float64), y


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("n_classes", [2, 3])
@each_linear
def test_a_class_of_great_weight_is_always_predicted(estimator: Any, n_classes: int) -> None:
    """As check_class_weight_classifiers: nearly all weight on one class leaves nothing for the others."""
    X, y = make_blobs(centers=n_classes, random_state=0, cluster_std=20)
    X -= X.min()
    X_train, X_test, y_train, _ = train_test_split(X, y, test_size=0.5, random_state=0)
    for heavy in range(n_classes):
        weight = {c: 1000.0 if c == heavy else 1e-4 for c in range(n_classes)}
        weighted = clone(estimator).set_params(class_weight=weight).fit(X_train, y_train)
        assert (weighted.predict(X_test) == heavy).mean() > 0.87


@each_linear
def test_a_class_weight_is_a_weight_of_its_documents(estimator: Any) -> None:
    X, y = counts(3)
    by_class = clone(estimator).set_params(class_weight={0: 2.0, 2: 0.5}).fit(X, y)
    by_document = clone(estimator).fit(X, y, sample_weight=np.array([2.0, 1.0, 0.5])[y])
    assert_array_equal(by_class.coef_, by_document.coef_)
    assert not np.allclose(by_class.coef_, clone(estimator).fit(X, y).coef_, rtol=1e-3)


@each_linear
def test_balanced_is_the_inverse_of_the_frequencies(estimator: Any) -> None:
    X, y = counts(2)
    rows = np.flatnonzero((y == 0) | (np.arange(len(y)) % 6 == 1))
    n = np.bincount(y[rows])
    balanced = clone(estimator).set_params(class_weight="balanced").fit(X[rows], y[rows])
    stated = clone(estimator).set_params(class_weight=dict(enumerate(len(rows) / (2 * n)))).fit(X[rows], y[rows])
    assert n[0] > 2 * n[1]
    assert_array_equal(balanced.coef_, stated.coef_)
    assert not np.allclose(balanced.coef_, clone(estimator).fit(X[rows], y[rows]).coef_, rtol=1e-3)


@pytest.mark.parametrize(
    "estimator", [e for e in ESTIMATORS.values() if hasattr(e, "predict_proba") and hasattr(e, "decision_function")]
)
def test_probabilities_rise_with_the_score(estimator: Any) -> None:
    """As check_decision_proba_consistency: both put documents in the same order."""
    X, y = counts(2)
    new, _ = counts(2, seed=0, n_rows=200)
    fitted = clone(estimator).fit(X, y)
    score, proba = fitted.decision_function(new), fitted.predict_proba(new)[:, 1]
    order = np.argsort(score)
    assert np.ptp(score) > 0.1
    assert (np.diff(proba[order]) >= 0).all()
    # The score is the log-odds of the second class.
    assert_allclose(np.log(proba / fitted.predict_proba(new)[:, 0]), score, rtol=1e-9, atol=1e-12)
