"""Each measure against scikit-learn's or a formula worked by hand, with weights that are copies of documents."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, log_loss, roc_auc_score

from textgd.errors import InvalidParameterError, UnknownNameError
from textgd.evaluation.measures import MEASURES, SYNONYMS, Answers, check_defined, find_measure

CLOSE = {"rtol": 1e-12, "atol": 1e-12}
LEAST = float(np.finfo(np.float64).eps)


def lam_by_hand(truth: NDArray[np.intp], named: NDArray[np.intp], weights: NDArray[np.float64]) -> float:
    """Return the logistic average misclassification (Cormack and Lynam 2005), half an error added to each class."""
    logits = []
    for code in (0, 1):
        of_class = truth == code
        wrong = weights[of_class & (named != code)].sum() + 0.5
        rate = wrong / (weights[of_class].sum() + 1.0)
        logits.append(math.log(rate / (1.0 - rate)))
    mean = sum(logits) / 2.0
    return math.exp(mean) / (1.0 + math.exp(mean))


def peer_score(
    name: str, truth: NDArray[np.intp], answers: Answers, weights: NDArray[np.float64], n_classes: int
) -> float:
    """Return what scikit-learn says with one weight a document."""
    if name == "accuracy":
        return float(accuracy_score(truth, answers.columns, sample_weight=weights))
    if name == "f1_macro":
        there = np.unique(np.concatenate([truth[weights > 0], answers.columns[weights > 0]]))
        labels = there.tolist()
        return float(f1_score(truth, answers.columns, labels=labels, average="macro", sample_weight=weights))
    if name == "log_loss":
        assert answers.log_proba is not None
        proba, labels = np.exp(answers.log_proba), list(range(n_classes))
        return float(log_loss(truth, proba, labels=labels, sample_weight=weights))
    if name == "roc_auc":
        assert answers.scores is not None
        return float(roc_auc_score(truth, answers.scores[:, 1] - answers.scores[:, 0], sample_weight=weights))
    return lam_by_hand(truth, answers.columns, weights)


@st.composite
def cases(draw: st.DrawFn, two_classes: bool = False) -> tuple[NDArray[np.intp], Answers, NDArray[np.float64], int]:
    """Draw true classes, answers with ties among them, and weights, of which some are 0."""
    n_classes = 2 if two_classes else draw(st.integers(2, 4))
    n = draw(st.integers(2, 30))
    codes = st.integers(0, n_classes - 1)
    truth = np.array(draw(st.lists(codes, min_size=n, max_size=n)), np.intp)
    truth[:2] = [0, 1]  # both classes are there, which AUC needs
    quarters = st.lists(st.integers(0, 8), min_size=n * n_classes, max_size=n * n_classes)
    scores = np.array(draw(quarters), np.float64).reshape(n, n_classes) / 4.0
    proba = (scores + 0.25) / (scores + 0.25).sum(axis=1, keepdims=True)
    answers = Answers(scores.argmax(axis=1), scores, np.log(proba))
    rows = draw(st.lists(st.lists(st.integers(0, 3), min_size=n, max_size=n), min_size=1, max_size=3))
    weights = np.array(rows, np.float64)
    weights[:, :2] = np.maximum(weights[:, :2], 1.0)
    return truth, answers, weights, n_classes


def repeated(answers: Answers, counts: NDArray[np.intp]) -> Answers:
    def repeat(values: Any) -> Any:
        return None if values is None else np.repeat(values, counts, axis=0)

    return Answers(repeat(answers.columns), repeat(answers.scores), repeat(answers.log_proba))


@pytest.mark.parametrize("name", MEASURES)
def test_equals_the_peer(name: str) -> None:
    measure = find_measure(name)

    @given(case=cases(two_classes=measure.two_classes))
    def check(case: tuple[NDArray[np.intp], Answers, NDArray[np.float64], int]) -> None:
        truth, answers, weights, n_classes = case
        scores = measure.compute(truth, answers, weights, n_classes)
        expected = [peer_score(name, truth, answers, row, n_classes) for row in weights]
        assert scores.shape == (len(weights),)
        np.testing.assert_allclose(scores, expected, **CLOSE)

    check()


@pytest.mark.parametrize("name", MEASURES)
def test_a_weight_is_so_many_copies_of_a_document(name: str) -> None:
    measure = find_measure(name)

    @given(case=cases(two_classes=measure.two_classes))
    def check(case: tuple[NDArray[np.intp], Answers, NDArray[np.float64], int]) -> None:
        truth, answers, weights, n_classes = case
        scores = measure.compute(truth, answers, weights, n_classes)
        for row, score in zip(weights, scores, strict=True):
            counts = row.astype(np.intp)
            copies = np.repeat(truth, counts)
            ones = np.ones((1, len(copies)))
            again = measure.compute(copies, repeated(answers, counts), ones, n_classes)
            np.testing.assert_allclose(score, again[0], **CLOSE)

    check()


@pytest.mark.parametrize("name", MEASURES)
def test_the_order_of_documents_and_of_resamples_does_not_matter(name: str) -> None:
    measure = find_measure(name)

    @given(case=cases(two_classes=measure.two_classes), seed=st.integers(0, 9))
    def check(case: tuple[NDArray[np.intp], Answers, NDArray[np.float64], int], seed: int) -> None:
        truth, answers, weights, n_classes = case
        assert answers.scores is not None
        assert answers.log_proba is not None
        order = np.random.default_rng(seed).permutation(len(truth))
        shuffled = Answers(answers.columns[order], answers.scores[order], answers.log_proba[order])
        scores = measure.compute(truth, answers, weights, n_classes)
        others = measure.compute(truth[order], shuffled, weights[::-1, order], n_classes)
        np.testing.assert_allclose(others[::-1], scores, **CLOSE)

    check()


@pytest.mark.parametrize("name", MEASURES)
def test_errors_lie_where_they_are_shown(name: str) -> None:
    measure = find_measure(name)

    @given(case=cases(two_classes=measure.two_classes))
    def check(case: tuple[NDArray[np.intp], Answers, NDArray[np.float64], int]) -> None:
        truth, answers, weights, n_classes = case
        scores = measure.compute(truth, answers, weights, n_classes)
        errors = measure.error(scores)
        assert (errors >= 0).all()
        assert not measure.is_share or (errors <= 1).all()
        np.testing.assert_allclose(measure.error(errors), scores, **CLOSE)
        # Who is always right, and sure of it, has no error but for the guard of lam.
        sure = np.eye(n_classes)[truth]
        with np.errstate(divide="ignore"):
            best = measure.compute(truth, Answers(truth, sure, np.log(sure)), weights, n_classes)
        if name == "lam":
            assert (measure.error(best) <= errors + 1e-12).all()
        else:
            np.testing.assert_allclose(measure.error(best), 0.0, **CLOSE)

    check()


def ones(n: int) -> NDArray[np.float64]:
    return np.ones((1, n))


def test_a_class_that_is_neither_there_nor_named_has_no_f1() -> None:
    truth, named = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    two, three = (find_measure("f1_macro").compute(truth, Answers(named), ones(4), n)[0] for n in (2, 3))
    assert two == three == pytest.approx((2 / 3 + 4 / 5) / 2, rel=1e-12)
    # Named and not there: its F1 is 0.
    named_too = find_measure("f1_macro").compute(truth, Answers(np.array([0, 2, 1, 1])), ones(4), 3)[0]
    assert named_too == pytest.approx((2 / 3 + 1 + 0) / 3, rel=1e-12)
    # There and not named: 0 as well; a resample without it is one without the class.
    weights = np.array([[1.0, 1, 1, 1, 1], [1.0, 1, 1, 1, 0]])
    unnamed = find_measure("f1_macro").compute(
        np.array([0, 0, 1, 1, 2]), Answers(np.array([0, 1, 1, 1, 1])), weights, 3
    )
    assert unnamed.tolist() == pytest.approx([(2 / 3 + 2 * 2 / 6 + 0) / 3, (2 / 3 + 4 / 5) / 2], rel=1e-12)


def test_ties_count_half() -> None:
    truth = np.array([0, 0, 1, 1])

    def auc(ahead: list[float], weights: NDArray[np.float64] | None = None) -> float:
        scores = np.stack([np.zeros(4), np.array(ahead)], axis=1)
        answers = Answers(np.zeros(4, np.intp), scores)
        return float(find_measure("roc_auc").compute(truth, answers, ones(4) if weights is None else weights, 2)[0])

    assert auc([0.0, 0.0, 0.0, 0.0]) == 0.5
    assert auc([0.0, 1.0, 1.0, 2.0]) == 3.5 / 4
    assert auc([0.0, 1.0, 1.0, 2.0], np.array([[1.0, 3, 2, 1]])) == pytest.approx((2 + 1 + 0.5 * 6 + 3) / 12, rel=1e-12)
    assert auc([3.0, 2.0, 1.0, 0.0]) == 0.0
    assert auc([-np.inf, 0.0, 0.0, np.inf]) == 3.5 / 4


def test_auc_of_one_class_is_not_a_number() -> None:
    answers = Answers(np.zeros(3, np.intp), np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 3.0]]))
    weights = np.array([[1.0, 1, 1], [0.0, 1, 1]])
    scores = find_measure("roc_auc").compute(np.array([0, 1, 1]), answers, weights, 2)
    assert scores[0] == 1.0
    assert math.isnan(scores[1])


def test_impossible_is_no_infinite_loss() -> None:
    with np.errstate(divide="ignore"):
        log_proba = np.log(np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]))
    answers = Answers(np.array([0, 1, 0]), None, log_proba)
    losses = find_measure("log_loss").compute(np.array([1, 1, 0]), answers, ones(3), 2)
    assert losses[0] == pytest.approx((-math.log(LEAST) + 0.0 + math.log(2.0)) / 3, rel=1e-12)
    proba = np.exp(log_proba)
    assert losses[0] == pytest.approx(log_loss([1, 1, 0], proba), rel=1e-9)


def test_lam_by_its_formula() -> None:
    # 1 of 9 hams and 2 of 3 spams go wrong: rates (1 + .5) / 10 and (2 + .5) / 4.
    truth = np.array([0] * 9 + [1] * 3)
    named = np.array([1] + [0] * 8 + [0, 0, 1])
    odds = math.sqrt(0.15 / 0.85 * 0.625 / 0.375)
    score = find_measure("lam").compute(truth, Answers(named), ones(12), 2)[0]
    assert score == pytest.approx(odds / (1 + odds), rel=1e-12)
    matrix = confusion_matrix(truth, named)
    assert matrix.tolist() == [[8, 1], [2, 1]]
    # Without an error it is small and not 0; more documents make it smaller.
    few, many = (find_measure("lam").compute(t, Answers(t), ones(len(t)), 2)[0] for t in (truth, np.tile(truth, 10)))
    assert 0 < many < few < 0.1
    # A resample without spam has no such rate.
    weights = np.array([[1.0] * 12, [1.0] * 9 + [0.0] * 3, [0.0] * 9 + [1.0] * 3])
    some = find_measure("lam").compute(truth, Answers(named), weights, 2)
    assert np.isnan(some).tolist() == [False, True, True]
    assert some[0] == score


@pytest.mark.parametrize("name", ["precision", "Accuracy", "", None, ["f1"]])
def test_a_name_that_is_none(name: Any) -> None:
    names = ", ".join(sorted([*MEASURES, *SYNONYMS]))
    with pytest.raises(UnknownNameError, match=rf"There is no metric .*Allowed: {names}"):
        find_measure(name)


@pytest.mark.parametrize("name", SYNONYMS)
def test_a_synonym_is_the_same_measure(name: str) -> None:
    assert find_measure(name) is MEASURES[SYNONYMS[name]]


def test_names_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import get_scorer_names

    assert {*MEASURES, *SYNONYMS} - {*get_scorer_names()} == {"log_loss", "lam", "auc"}


@pytest.mark.parametrize("name", MEASURES)
def test_what_needs_two_classes_is_refused_for_three(name: str) -> None:
    measure = find_measure(name)
    check_defined(measure, "mine", 2)
    if not measure.two_classes:
        check_defined(measure, "mine", 3)
        return
    choose = re.escape("and mine has 3. Choose accuracy, f1_macro or log_loss (--metric).")
    with pytest.raises(InvalidParameterError, match=f"metric is '{name}', which is defined for two classes, {choose}"):
        check_defined(measure, "mine", 3)


@pytest.mark.parametrize("name", MEASURES)
def test_what_it_says_of_itself(name: str) -> None:
    measure = find_measure(name)
    assert measure.name == name
    assert measure.needs == {"log_loss": "probabilities", "roc_auc": "scores"}.get(name, "labels")
    assert measure.two_classes == (name in ("roc_auc", "lam"))
    assert measure.is_share == (name != "log_loss")
    np.testing.assert_allclose(measure.error(np.array([0.25])), 0.75 if measure.greater_is_better else 0.25)
