"""Curves are scikit-learn's; thinned out they still lie on them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_curve, roc_auc_score, roc_curve

from textgd.metrics.ranking import rank, roc_auc, weighted_auc

documents = st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=2, max_size=60).filter(
    lambda rows: len({is_class for is_class, _ in rows}) == 2
)


@given(documents)
def test_curves_are_scikit_learns(rows: list[tuple[bool, int]]) -> None:
    is_class, scores = (np.array(column) for column in zip(*rows, strict=True))
    scores = scores.astype(np.float64)
    ranking = rank("a", is_class, scores, scores, step=0.0)
    assert ranking is not None
    false, true, thresholds = roc_curve(is_class, scores, drop_intermediate=False)
    np.testing.assert_allclose(ranking.false_positive_rate, false[1:], atol=1e-12)
    np.testing.assert_allclose(ranking.true_positive_rate, true[1:], atol=1e-12)
    np.testing.assert_array_equal(ranking.thresholds, thresholds[1:])
    precision, recall, _ = precision_recall_curve(is_class, scores)
    np.testing.assert_allclose(ranking.precision, precision[-2::-1], atol=1e-12)
    np.testing.assert_allclose(ranking.true_positive_rate, recall[-2::-1], atol=1e-12)


@given(documents)
def test_both_ways_to_the_area_agree(rows: list[tuple[bool, int]]) -> None:
    is_class, scores = (np.array(column) for column in zip(*rows, strict=True))
    area = roc_auc(is_class, scores.astype(np.float64))[0]
    assert area == pytest.approx(roc_auc_score(is_class, scores), abs=1e-12)
    assert weighted_auc(is_class, scores.astype(np.float64), np.ones((1, len(scores))))[0] == pytest.approx(area)


def test_a_thinned_curve_has_few_points_and_all_of_them_are_on_it() -> None:
    rng = np.random.default_rng(0)
    is_class = rng.random(20_000) < 0.3
    scores = rng.normal(is_class.astype(float), 1.0)
    whole, thin = (rank("a", is_class, scores, scores, step) for step in (0.0, 1 / 128))
    assert whole is not None
    assert thin is not None
    assert len(thin.thresholds) < 700 < 20_000 == len(whole.thresholds)
    at = {threshold: i for i, threshold in enumerate(whole.thresholds.tolist())}
    rows = [at[threshold] for threshold in thin.thresholds.tolist()]
    for name in ("false_positive_rate", "true_positive_rate", "precision"):
        np.testing.assert_array_equal(getattr(thin, name), getattr(whole, name)[rows])
    assert (thin.true_positive_rate[-1], thin.false_positive_rate[-1]) == (1.0, 1.0)
    steps = np.abs(np.diff(thin.true_positive_rate))
    assert steps.max() < 2 / 128


@pytest.mark.parametrize("is_class", [[True, True], [False, False]])
def test_one_class_has_no_curve(is_class: list[bool]) -> None:
    scores: Any = np.array([0.1, 0.2])
    assert rank("a", np.array(is_class), scores, scores) is None
    assert np.isnan(roc_auc(np.array(is_class), scores)[0])
