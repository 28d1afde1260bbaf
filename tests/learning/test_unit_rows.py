"""Held-out rows of unit length are what they would be if only the others' features were known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix

from textgd.discriminative import LinearSVC, LogisticRegression
from textgd.generative import ComplementNB, MultinomialNB
from textgd.hybrid import NBSVM
from textgd.learning.unit_rows import KnownFeatures
from textgd.text import TfidfVectorizer

TEXTS = [
    f"{word} {other} {word}{number}"
    for number in range(8)
    for word, other in [("free", "prize"), ("lunch", "home"), ("cash", "prize"), ("train", "late")]
]
LABELS = np.array(["spam", "ham"] * 16)


def test_rows_as_they_are_have_no_length() -> None:
    counts = KnownFeatures(csr_matrix([[1.0, 1.0], [0.0, 1.0]]))
    assert not counts.has_unit_rows
    assert counts.lengths(np.array([0])) is None


def test_an_empty_row_and_one_with_nothing_known_keep_their_score() -> None:
    rows = KnownFeatures(csr_matrix([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.6, 0.8, 0.0], [1.0, 0.0, 0.0]]))
    assert rows.has_unit_rows
    assert_array_equal(rows.without(np.array([1, 2])), [True, False, False])
    lengths = rows.lengths(np.array([0, 1, 2]))
    assert lengths is not None
    assert_allclose(lengths, [1.0, 1.0, 0.6])


@pytest.mark.parametrize(
    "model",
    [LinearSVC(), LogisticRegression(10), NBSVM(beta=0.5), MultinomialNB(), ComplementNB()],
    ids=repr,
)
def test_a_held_out_document_scores_as_a_new_one(model: Any) -> None:
    X = TfidfVectorizer().fit_transform(TEXTS)
    held_out = model.fit_out_of_fold(X, LABELS)
    assert held_out is not None
    for fold in held_out.folds:
        rest = np.setdiff1d(np.arange(len(TEXTS)), fold)
        known = np.flatnonzero(X[rest].getnnz(axis=0))
        fresh = type(model)(**model.get_params()).fit(X[rest][:, known], LABELS[rest])
        new = X[fold][:, known]
        lengths = np.sqrt(np.asarray(new.multiply(new).sum(axis=1)).ravel())
        assert lengths.min() < 0.9
        if hasattr(fresh, "class_log_prior_"):
            # Holding out makes no class rarer.
            fresh.class_log_prior_ = model.class_log_prior_
        scores = fresh.scorer().scores(csr_matrix(new.multiply(1 / lengths[:, None])))
        assert_allclose(held_out.scores[fold], scores, rtol=1e-6, atol=1e-8)
