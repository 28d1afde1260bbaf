"""Expectation maximization: against loops that follow the equations, and what must hold for any documents."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning

from textgd.generative import MultinomialNB
from textgd.generative.expectation_maximization import LENGTH, PRIOR_DOCUMENTS, fit_em


def documents(
    n: int, n_unlabeled: int, n_classes: int = 2, seed: int = 0, spread: float = 0.3
) -> tuple[Any, Any, Any, Any]:
    """Return counts and classes of labeled documents, and of unlabeled ones, of unequal length."""
    rng = np.random.default_rng(seed)
    words = rng.dirichlet(np.full(40, spread), n_classes)
    y, hidden = np.arange(n) % n_classes, rng.integers(n_classes, size=n_unlabeled)
    lengths = rng.integers(5, 60, n + n_unlabeled)
    rows = np.array([rng.multinomial(m, words[c]) for m, c in zip(lengths, [*y, *hidden], strict=True)])
    return csr_matrix(rows[:n]), y, csr_matrix(rows[n:]), hidden


def slow_em(X: Any, y: Any, U: Any, weight: float, alpha: float, n_iter: int) -> tuple[list[float], list[list[float]]]:
    """Return the penalized log-likelihood after each pass, and P(w | c) at the end, by plain loops."""
    labeled = [[LENGTH * v / sum(row) if sum(row) else 0.0 for v in row] for row in X.toarray().tolist()]
    others = [[LENGTH * v / sum(row) if sum(row) else 0.0 for v in row] for row in U.toarray().tolist()]
    classes, words = sorted(set(y.tolist())), range(X.shape[1])
    prior = [sum(c == k for c in y) / len(y) for k in classes]
    total = [sum(row[w] for row in labeled) + weight * sum(row[w] for row in others) for w in words]
    n = len(labeled) + weight * len(others)
    pseudo = [alpha * PRIOR_DOCUMENTS * t / n for t in total]

    def conditional(shares: list[list[float]]) -> list[list[float]]:
        result = []
        for k in classes:
            counts = [
                pseudo[w]
                + sum(row[w] for row, c in zip(labeled, y, strict=True) if c == k)
                + weight * sum(row[w] * share[k] for row, share in zip(others, shares, strict=True))
                for w in words
            ]
            result.append([count / sum(counts) for count in counts])
        return result

    def joint(row: list[float], theta: list[list[float]], k: int) -> float:
        return math.log(prior[k]) + sum(row[w] * math.log(theta[k][w]) for w in words if row[w])

    def expect(theta: list[list[float]]) -> list[list[float]]:
        shares = []
        for row in others:
            odds = [math.exp(joint(row, theta, k) - joint(row, theta, 0)) for k in classes]
            shares.append([odd / sum(odds) for odd in odds])
        return shares

    theta, path = conditional([[0.0 for _ in classes] for _ in others]), []
    for _ in range(n_iter):
        theta = conditional(expect(theta))
        value = sum(joint(row, theta, k) for row, k in zip(labeled, y, strict=True))
        value += weight * sum(math.log(sum(math.exp(joint(row, theta, k)) for k in classes)) for row in others)
        path.append(value + sum(pseudo[w] * math.log(theta[k][w]) for k in classes for w in words if pseudo[w]))
    return path, theta


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("weight", [0.2, 1.0])
def test_agrees_with_loops_that_follow_the_equations(weight: float, n_classes: int) -> None:
    X, y, U, _ = documents(6, 15, n_classes)
    found = fit_em(X, y, U, weight, alpha=0.05)
    path, theta = slow_em(X, y, U, weight, 0.05, found.n_iter)
    assert found.n_iter > 2
    assert_allclose(found.log_likelihoods, path, rtol=1e-9)  # words that nobody has are not quite impossible
    seen = np.asarray(X.sum(axis=0) + U.sum(axis=0)).ravel() > 0
    assert_allclose(np.exp(found.model.feature_log_prob_[:, seen]), np.array(theta)[:, seen], rtol=1e-8)


@given(
    st.integers(2, 12),
    st.integers(1, 30),
    st.floats(0.01, 1.0),
    st.sampled_from([0.001, 0.1, 1.0]),
    st.sampled_from([None, 3.0, LENGTH]),
    st.integers(0, 10_000),
)
@settings(max_examples=60, deadline=None)
def test_the_likelihood_never_falls(
    n: int, n_unlabeled: int, weight: float, alpha: float, length: float | None, seed: int
) -> None:
    X, y, U, _ = documents(n, n_unlabeled, 2, seed)
    path = fit_em(X, y, U, weight, alpha=alpha, length=length, tol=0.0, max_iter=30, warn=False).log_likelihoods
    assert (np.diff(path) >= -1e-12 * np.abs(path[1:])).all()


def test_unlabeled_documents_teach_what_a_few_labels_do_not() -> None:
    X, y, U, hidden = documents(2, 400, spread=2.0)
    alone = np.mean(MultinomialNB().fit(X, y).predict(U) == hidden)
    assert np.mean(fit_em(X, y, U, alpha=0.1).model.predict(U) == hidden) > alone + 0.04


def test_without_weight_it_is_naive_bayes_smoothed_towards_the_words_of_all_documents() -> None:
    X, y, U, _ = documents(8, 20)
    found = fit_em(X, y, U, 0.0, length=None)
    words = np.asarray(X.sum(axis=0)).ravel()
    pseudo = np.maximum(PRIOR_DOCUMENTS * words / len(y), 1e-10)
    peer = MultinomialNB(alpha=pseudo).fit(X, y)
    assert_allclose(found.model.feature_log_prob_, peer.feature_log_prob_, rtol=1e-12)
    assert found.converged


def test_the_class_probabilities_stay_those_of_the_labeled_documents() -> None:
    X, y, U, _ = documents(9, 50)
    assert_allclose(np.exp(fit_em(X, y, U).model.class_log_prior_), [5 / 9, 4 / 9])
    assert_allclose(np.exp(fit_em(X, y, U, fit_prior=False).model.class_log_prior_), [0.5, 0.5])
    assert_allclose(np.exp(fit_em(X, y, U, class_count=[1, 3]).model.class_log_prior_), [0.25, 0.75])


def test_a_weight_is_as_many_copies() -> None:
    X, y, U, _ = documents(6, 20)
    weights = np.array([2.0, 1.0, 3.0, 1.0, 1.0, 2.0])
    rows = np.repeat(np.arange(6), weights.astype(int))
    weighted, copied = fit_em(X, y, U, sample_weight=weights), fit_em(X[rows], y[rows], U)
    assert_allclose(weighted.model.feature_log_prob_, copied.model.feature_log_prob_, rtol=1e-9)
    assert_allclose(weighted.log_likelihoods, copied.log_likelihoods, rtol=1e-12)


def test_empty_documents_and_unknown_words_change_nothing() -> None:
    X, y, U, _ = documents(6, 20)
    wide = [csr_matrix((part.data, part.indices, part.indptr), (part.shape[0], 41)) for part in (X, U)]
    found, same = fit_em(X, y, U), fit_em(wide[0], y, wide[1])
    assert_allclose(same.model.feature_log_prob_[:, :40], found.model.feature_log_prob_, rtol=1e-9)
    empty = csr_matrix((3, 40))
    more = fit_em(csr_matrix(np.vstack([X.toarray(), empty.toarray()[:2]])), [*y, 0, 1], U, class_count=[3, 3])
    assert np.isfinite(more.log_likelihoods).all()


def test_more_passes_needed_than_allowed() -> None:
    X, y, U, _ = documents(4, 100)
    with pytest.warns(ConvergenceWarning, match=r"max_iter=2 passes over 100 .* nats .*--unlabeled-weight 0\.05"):
        found = fit_em(X, y, U, 0.5, alpha=0.01, max_iter=2, tol=1e-9)
    assert (found.n_iter, found.converged) == (2, False)


def test_a_model_learns_by_it_with_its_own_parameters() -> None:
    X, y, U, _ = documents(6, 30)
    model = MultinomialNB(alpha=0.3, fit_prior=False)
    learned = model.learn_unlabeled(X, y, U, 0.5)
    expected = fit_em(X, y, U, 0.5, alpha=0.3, fit_prior=False).model
    assert_array_equal(learned.predict_joint_log_proba(U), expected.predict_joint_log_proba(U))
    assert model.alpha == 0.3
    assert not hasattr(model, "feature_log_prob_")
