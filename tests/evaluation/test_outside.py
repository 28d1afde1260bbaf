"""Estimators of the user's own: which of them read documents, and that none changes what another reads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from textgd import learning_curves

TEXTS = [f"{word} {number} {number + 1}" for number in range(30) for word in ("good film", "so bad", "fine")]
LABELS = ["pos", "neg", "pos"] * 30
SIZES = [12, 30]
TEXT_PIPELINE = make_pipeline(TfidfVectorizer(), LogisticRegression())


class _InPlace(ClassifierMixin, BaseEstimator):
    def fit(self, X: Any, y: Any) -> _InPlace:
        X.data[:] = 0
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        X.data[:] = 0
        return np.full(X.shape[0], self.classes_[0])


@pytest.mark.parametrize(
    "estimator",
    [
        GridSearchCV(TEXT_PIPELINE, {"logisticregression__C": [1.0, 10.0]}, cv=2),
        CalibratedClassifierCV(TEXT_PIPELINE, cv=2),
        VotingClassifier([("one", TEXT_PIPELINE), ("other", TEXT_PIPELINE)]),
        make_pipeline(FeatureUnion([("none", "drop"), ("words", TfidfVectorizer())]), LogisticRegression()),
        make_pipeline("passthrough", TfidfVectorizer(), LogisticRegression()),
        make_pipeline(FunctionTransformer(list), TfidfVectorizer(), LogisticRegression()),
        # Those learn from counts.
        GridSearchCV(MultinomialNB(), {"alpha": [0.1, 1.0]}, cv=2),
        make_pipeline(FunctionTransformer(lambda X: X.toarray(), accept_sparse=True), GaussianNB()),
        RandomForestClassifier(5, random_state=0),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_estimators_made_of_others_get_what_their_parts_read(estimator: Any) -> None:
    curves = learning_curves({"mine": estimator}, (TEXTS, LABELS), SIZES, 2, random_state=0)
    assert not curves.failures


def test_an_estimator_that_works_in_place_does_not_change_what_others_read() -> None:
    peer = MultinomialNB()
    alone = learning_curves({"peer": peer}, (TEXTS, LABELS), SIZES, 2, random_state=0)
    beside = learning_curves({"mine": _InPlace(), "peer": peer}, (TEXTS, LABELS), SIZES, 2, random_state=0)
    np.testing.assert_array_equal(beside.test_scores["peer"], alone.test_scores["peer"])
    assert (beside.test_scores["mine"] < alone.test_scores["peer"]).all()
