"""What every vector-level model keeps: scikit-learn's own list of checks, without a silent skip.

Models that read tokens in their order take no matrices, which that list feeds; what of it is about estimators in
general is held here for them too, on tokenized documents.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from sklearn.base import clone, is_classifier
from sklearn.datasets import make_blobs
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import train_test_split
from sklearn.utils.estimator_checks import check_estimator, check_parameters_default_constructible

from textgd.discriminative import LinearSVC, LogisticRegression
from textgd.errors import DataError, InvalidParameterError
from textgd.hybrid import NBSVM
from textgd.models import COUNTS, MODELS, TOKENS
from textgd.text import LogCountRatio, TokenizedDocuments

# Needs SCIPY_ARRAY_API to be set before scipy is imported, and says nothing about models on numpy.
SKIPPED = {"check_array_api_input"}
# These feed negative features to a model whose tag says that it takes none; below they are made with counts.
NEGATIVE = {
    "check_class_weight_classifiers": "feeds negative features in spite of the tag positive_only",
    "check_decision_proba_consistency": "feeds negative features in spite of the tag positive_only",
}

ESTIMATORS: dict[str, Any] = {
    **{name: model.create() for name, model in MODELS.items() if model.reads == COUNTS},
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


# Models that read tokens in their order.

OF_TOKENS: dict[str, Any] = {
    **{name: model.create() for name, model in MODELS.items() if model.reads == TOKENS},
    "unigrams": MODELS["lm"].create(order=1, background=0.0),
    "witten-bell": MODELS["lm"].create(smoothing="witten-bell", prune=(0, 0, 1)),
    "absolute": MODELS["lm"].create(smoothing="absolute"),
    "jelinek-mercer": MODELS["lm"].create(smoothing="jelinek-mercer"),
    "additive": MODELS["lm"].create(order=2, smoothing="additive", alpha=0.25),
}
NAMES_OF_CLASSES = np.array(["b", "a", "c"])

each_of_tokens = pytest.mark.parametrize("estimator", OF_TOKENS.values(), ids=list(OF_TOKENS))


def sentences(seed: int = 0, n: int = 60) -> tuple[TokenizedDocuments, NDArray[np.str_]]:
    """Return documents of three classes that share their words, each word more likely after some than after others."""
    rng = np.random.default_rng(seed)
    after = np.random.default_rng(0).dirichlet(np.full(9, 0.4), (3, 9))
    y = np.arange(n) % 3
    documents = []
    for c in y:
        words = [int(rng.integers(9))]
        for _ in range(rng.integers(1, 14)):
            words.append(int(rng.choice(9, p=after[c, words[-1]])))
        documents.append([f"w{word}" for word in words[1:]])
    return TokenizedDocuments.from_tokens(documents), NAMES_OF_CLASSES[y]


@each_of_tokens
def test_it_is_an_estimator_by_scikit_learns_rules(estimator: Any) -> None:
    check_parameters_default_constructible(type(estimator).__name__, estimator)
    assert is_classifier(estimator)
    copied = clone(estimator)
    assert copied is not estimator
    assert copied.get_params() == estimator.get_params()
    assert repr(estimator).startswith("NgramClassifier(")
    assert clone(estimator).set_params(order=4).order == 4
    with pytest.raises(ValueError, match="Invalid parameter 'ordre'"):
        clone(estimator).set_params(ordre=4)


@each_of_tokens
def test_it_has_to_be_fitted(estimator: Any) -> None:
    X, _ = sentences()
    unfitted = clone(estimator)
    assert not any(name.endswith("_") and not name.startswith("_") for name in vars(unfitted))
    for call in (unfitted.predict, unfitted.predict_proba, unfitted.predict_log_proba):
        with pytest.raises(NotFittedError):
            call(X)
    with pytest.raises(NotFittedError):
        unfitted.scorer()


@each_of_tokens
def test_fit_returns_the_estimator_and_changes_neither_parameters_nor_input(estimator: Any) -> None:
    X, y = sentences()
    weights = np.arange(60) % 3 + 1
    before = X.ids.copy(), X.indptr.copy(), y.copy(), weights.copy(), list(X.vocabulary)
    for array in (X.ids, X.indptr, y, weights):
        array.flags.writeable = False
    fitted = clone(estimator)
    assert fitted.fit(X, y, weights) is fitted
    fitted.fit_out_of_fold(X, y, weights)
    fitted.predict_proba(X)
    assert fitted.get_params() == estimator.get_params()
    for array, expected in zip((X.ids, X.indptr, y, weights), before, strict=False):
        assert_array_equal(array, expected)
    assert list(X.vocabulary) == before[-1]


@each_of_tokens
def test_answers_of_tokens_fit_each_other(estimator: Any) -> None:
    X, y = sentences()
    fitted = clone(estimator).fit(X, y)
    assert fitted.classes_.tolist() == ["a", "b", "c"]
    new, truth = sentences(seed=1, n=90)
    log_proba = fitted.predict_log_proba(new)
    assert log_proba.shape == (90, 3)
    assert log_proba.dtype == np.float64
    assert_array_equal(fitted.predict_proba(new), np.exp(log_proba))
    assert_allclose(fitted.predict_proba(new).sum(axis=1), 1.0, rtol=1e-12)
    assert_array_equal(fitted.predict(new), fitted.classes_[log_proba.argmax(axis=1)])
    # What tells these classes apart is above all which word follows which.
    assert (fitted.predict(new) == truth).mean() > (0.6 if estimator.order > 1 else 0.4)
    # One at a time, and none.
    one_by_one = [fitted.predict_log_proba(new[row : row + 1]) for row in range(90)]
    assert_allclose(np.concatenate(one_by_one), log_proba, rtol=1e-12, atol=1e-12)
    assert fitted.predict(new[:0]).shape == (0,)
    assert fitted.predict_proba(new[:0]).shape == (0, 3)


@each_of_tokens
def test_fitting_twice_is_fitting_once(estimator: Any) -> None:
    X, y = sentences()
    expected = clone(estimator).fit(X, y).predict_log_proba(X)
    other, labels = sentences(seed=3, n=20)
    fitted = clone(estimator).fit(other, np.where(labels == "a", 1, 0))
    assert fitted.classes_.tolist() == [0, 1]
    assert_array_equal(fitted.fit(X, y).predict_log_proba(X), expected)
    assert_array_equal(fitted.fit(X, y).predict_log_proba(X), expected)
    order = np.random.default_rng(0).permutation(60)
    shuffled = clone(estimator).fit(X.select(order), y[order])
    if estimator.smoothing == "kneser-ney" and estimator.order > 1:
        # The discounts are KenLM's to the digit, and in its statistics the n-gram that it comes to last counts
        # otherwise than all others (NgramCounts.last): with as little text as here, another order shifts them a bit.
        assert_allclose(shuffled.predict_proba(X), np.exp(expected), rtol=0, atol=0.02)
    else:
        assert_allclose(shuffled.predict_log_proba(X), expected, rtol=1e-9, atol=1e-12)


@each_of_tokens
def test_labels_may_be_named_anyhow(estimator: Any) -> None:
    X, y = sentences()
    expected = clone(estimator).fit(X, y)
    for names in (np.array([2, 7, 9]), np.array([-1.0, 0.0, 5.0]), np.array(["x y", "x z", "é"])):
        fitted = clone(estimator).fit(X, names[np.searchsorted(["a", "b", "c"], y)])
        assert_array_equal(fitted.classes_, names)
        assert_array_equal(fitted.predict(X), names[np.searchsorted(["a", "b", "c"], expected.predict(X))])
        assert_array_equal(fitted.predict_log_proba(X), expected.predict_log_proba(X))


@each_of_tokens
def test_one_class_alone_is_refused(estimator: Any) -> None:
    X, y = sentences()
    with pytest.raises(DataError, match="one class, and at least two are needed"):
        clone(estimator).fit(X, np.full(len(y), "a"))


@each_of_tokens
def test_a_weight_of_a_document_is_so_many_copies(estimator: Any) -> None:
    X, y = sentences()
    weights = np.random.default_rng(2).integers(0, 4, 60)
    rows = np.repeat(np.arange(60), weights)
    weighted = clone(estimator).fit(X, y, weights)
    copied = clone(estimator).fit(X.select(rows), y[rows])
    assert_array_equal(weighted.predict_log_proba(X), copied.predict_log_proba(X))
    assert not np.allclose(weighted.predict_log_proba(X), clone(estimator).fit(X, y).predict_log_proba(X), rtol=1e-3)
    ones = clone(estimator).fit(X, y, np.ones(60))
    assert_array_equal(ones.predict_log_proba(X), clone(estimator).fit(X, y).predict_log_proba(X))


@each_of_tokens
def test_part_of_a_document_is_no_weight(estimator: Any) -> None:
    """Unlike sums, n-grams cannot be counted by halves: how many occur once, and how many twice, would be undefined."""
    X, y = sentences()
    weights = np.ones(60)
    weights[17] = 0.5
    for fit in (clone(estimator).fit, clone(estimator).fit_out_of_fold):
        with pytest.raises(InvalidParameterError, match=r"sample_weight .* has to be whole numbers .* there is 0\.5"):
            fit(X, y, weights)


@pytest.mark.parametrize("copied", [lambda e: pickle.loads(pickle.dumps(e)), copy.deepcopy], ids=["pickle", "deepcopy"])
@each_of_tokens
def test_copies_of_the_estimator_answer_alike(estimator: Any, copied: Callable[[Any], Any]) -> None:
    X, y = sentences()
    fitted = clone(estimator).fit(X, y)
    expected = fitted.predict_log_proba(X)
    assert_array_equal(copied(fitted).predict_log_proba(X), expected)
    assert_array_equal(copied(clone(estimator)).fit(X, y).predict_log_proba(X), expected)
