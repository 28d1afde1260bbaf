"""A class of another share: as many documents as there can be, and what a model says with other priors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation.small import CORPUS, REPEATS, parts, split_small
from textgd import TextClassifier, robustness_curves
from textgd.corpus import Corpus
from textgd.errors import DataError, UnknownNameError
from textgd.evaluation.moved_prior import _STREAM, _with_class_counts, choose_class, class_share, draw_share
from textgd.evaluation.robustness_display import sides_of
from textgd.evaluation.splitting import split_corpus
from textgd.scoring.priors import estimate_class_prior


@given(
    counts=st.lists(st.integers(3, 40), min_size=2, max_size=4),
    share=st.floats(0.05, 0.95),
    more=st.floats(0.05, 0.95),
    seed=st.integers(0, 99),
)
def test_shares(counts: list[int], share: float, more: float, seed: int) -> None:
    codes = np.repeat(np.arange(len(counts)), counts)

    def draw(share: float) -> np.ndarray | None:
        try:
            return draw_share(codes, 1, share, np.random.default_rng(seed))
        except DataError:
            return None

    drawn = draw(share)
    if drawn is None:
        return
    n_ours = int(np.sum(codes[drawn] == 1))
    assert abs(n_ours - share * len(drawn)) <= 1.0
    # No more documents could be had: one side is whole, but for what rounding takes.
    assert n_ours >= counts[1] - 1 or len(drawn) - n_ours >= len(codes) - counts[1] - 1
    assert set(codes[drawn]) == set(range(len(counts)))
    natural = counts[1] / len(codes)
    further = draw(more)
    if further is not None and min(share, more) >= natural:
        greater, less = (further, drawn) if more >= share else (drawn, further)
        assert set(greater[codes[greater] != 1]) <= set(less[codes[less] != 1])


def test_too_few_documents() -> None:
    with pytest.raises(DataError, match="too few test documents to give a class the share 99 %"):
        draw_share(np.array([0, 0, 0, 1, 1, 1]), 1, 0.99, np.random.default_rng(0))


def test_resamples_keep_the_shares() -> None:
    truth, weights = np.array([0, 0, 0, 1, 1]), np.array([[1, 1, 1, 1, 1], [0, 3, 1, 2, 0], [1, 1, 1, 0, 0]], float)
    balanced = _with_class_counts(weights, truth, 2)
    np.testing.assert_allclose(balanced[0], 1.0)
    np.testing.assert_allclose(balanced[1], [0, 9 / 4, 3 / 4, 2, 0])
    assert np.isnan(balanced[2, 3:]).all()


def test_the_rarest_class_moves_unless_another_is_named() -> None:
    data = split_small()
    assert data.classes[choose_class(data)] == "spam"
    assert data.classes[choose_class(data, "ham")] == "ham"
    assert class_share(data, 1) == pytest.approx(7 / 24)
    even = Corpus(tuple(f"text {k}" for k in range(20)), ("no", "yes") * 10, "even")
    assert choose_class(split_corpus(even, 0.2, 1, 0, None, 1)) == 1
    with pytest.raises(UnknownNameError, match=r"small has no class 'spma' .--positive.*spam"):
        choose_class(data, "spma")


def test_a_level_is_a_prediction_under_its_prior() -> None:
    curves = robustness_curves(["nb"], CORPUS, "prior", [0.6], REPEATS, random_state=0, n_jobs=1, metric="log_loss")
    assert curves.settings["positive"] == "spam"
    assert curves.levels.tolist() == [curves.reference, 0.6]
    data = split_small()
    for repeat, split in enumerate(data.splits):
        train, labels, test, _ = parts(split)
        classifier = TextClassifier(model="nb").fit(train, labels)
        codes = data.codes[split.test]
        every = np.arange(len(codes))
        drawn = draw_share(codes, 1, 0.6, np.random.default_rng((0, repeat, _STREAM)))
        learned = np.bincount(data.codes[split.order]) / len(split.order)
        for p, rows in enumerate((every, drawn)):
            texts = [test[row] for row in rows]
            estimate = estimate_class_prior(classifier.predict_log_proba(texts), learned).prior
            priors = {"as is": None, "estimated prior": estimate, "true prior": np.bincount(codes[rows]) / len(rows)}
            for reading, prior in priors.items():
                given = None if prior is None else dict(zip(data.classes.tolist(), prior.tolist(), strict=True))
                log_proba = classifier.predict_log_proba(texts, class_prior=given)
                expected = -np.mean(log_proba[np.arange(len(rows)), codes[rows]])
                assert curves.test_scores[f"nb ({reading})"][p, repeat] == pytest.approx(expected, rel=1e-9)


def test_a_model_without_probabilities_has_no_result_and_the_others_have() -> None:
    curves = robustness_curves(
        {"svc": "sklearn.svm:LinearSVC", "nb": "nb"}, CORPUS, "prior", [0.6], 1, random_state=0, n_jobs=1
    )
    assert {failure.line for failure in curves.failures} == {
        "svc (as is)",
        "svc (estimated prior)",
        "svc (true prior)",
    }
    assert "svc has no predict_proba" in curves.failures[0].reason
    assert np.isfinite(curves.test_scores["nb (true prior)"]).all()
    # What nobody has is no side of the verdict.
    assert {side.model.partition(" (")[2] for side in sides_of(curves)} <= {"as is)", "estimated prior)"}
