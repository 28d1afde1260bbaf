"""Self-training: scikit-learn does the same, and what a label that was given depends on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix
from sklearn.semi_supervised import SelfTrainingClassifier

from textgd.discriminative import LinearSVC, LogisticRegression
from textgd.generative import MultinomialNB
from textgd.generative.ngram_classifier import NgramClassifier
from textgd.learning.self_training import self_train
from textgd.text.documents import TokenizedDocuments


def rows_and_labels(n: int = 10, n_unlabeled: int = 60, seed: int = 0) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    words = rng.dirichlet(np.full(30, 1.0), 3)
    y = np.arange(n + n_unlabeled) % 3
    return csr_matrix([rng.multinomial(12, words[c]).astype(float) for c in y]), np.array(["a", "b", "c"])[y[:n]]


@pytest.mark.parametrize(
    ("model", "threshold"),
    [(MultinomialNB(), 0.95), (MultinomialNB(alpha=20.0), 0.7), (LogisticRegression(C=0.3, tol=1e-8), 0.7)],
    ids=["nb", "nb smoothed", "lr"],
)
def test_agrees_with_scikit_learn(model: Any, threshold: float) -> None:
    rows, labels = rows_and_labels()
    trained = self_train(model, rows, labels, 1.0, threshold=threshold, calibrated=False)
    codes = np.searchsorted(["a", "b", "c"], labels)
    marked = np.concatenate([codes, np.full(rows.shape[0] - len(labels), -1)])
    peer = SelfTrainingClassifier(type(model)(**model.get_params()), threshold=threshold, max_iter=10).fit(rows, marked)
    assert trained.n_rounds > 1
    assert_array_equal(trained.codes, peer.transduction_[len(labels) :])
    assert_allclose(trained.model.predict_proba(rows), peer.predict_proba(rows), rtol=1e-6)


def test_given_labels_count_as_much_as_asked() -> None:
    rows, labels = rows_and_labels()
    trained = self_train(MultinomialNB(), rows, labels, 0.25, calibrated=False, max_rounds=1)
    given = np.flatnonzero(trained.codes >= 0)
    chosen = np.concatenate([np.arange(10), 10 + given])
    weights = np.concatenate([np.ones(10), np.full(len(given), 0.25)])
    by_hand = MultinomialNB().fit(rows[chosen], [*labels, *np.array(["a", "b", "c"])[trained.codes[given]]], weights)
    assert_allclose(trained.model.feature_log_prob_, by_hand.feature_log_prob_, rtol=1e-12)


def test_nothing_is_given_a_label_where_nothing_is_sure() -> None:
    rows, labels = rows_and_labels(30)
    labels = np.random.default_rng(1).permutation(labels)
    trained = self_train(LogisticRegression(), rows, labels, 1.0)
    assert (trained.codes.max(), trained.n_rounds) == (-1, 0)
    alone = LogisticRegression().fit(rows[:30], labels)
    assert_allclose(trained.model.coef_, alone.coef_, rtol=1e-9)


def test_a_model_without_probabilities_is_sure_by_calibrated_ones() -> None:
    rows, labels = rows_and_labels(30)
    assert self_train(LinearSVC(), rows, labels, 1.0, threshold=0.6).n_rounds > 0
    # Two documents, of one class each: none can be held out, and no probability is there to be sure by.
    alone = self_train(LinearSVC(), rows[[0, 1, *range(30, 90)]], labels[:2], 1.0)
    assert alone.n_rounds == 0


def test_language_models_read_whole_documents() -> None:
    tokens = [["good", "film"], ["bad", "film"], ["so", "good"], ["so", "bad"]] * 3 + [["good", "fun"], ["bad", "bore"]]
    rows = TokenizedDocuments.from_tokens(tokens)
    trained = self_train(NgramClassifier(order=1), rows, np.array(["p", "n"] * 6), 1.0, calibrated=False, threshold=0.6)
    assert trained.codes.tolist() == [1, 0]
