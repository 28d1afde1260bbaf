"""Calibration finds what scikit-learn's finds, and changes nothing where it cannot know better."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.special import expit, softmax
from sklearn import calibration as peers
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import log_loss

from textgd.errors import UnknownNameError
from textgd.learning.calibration import CALIBRATIONS, check_calibration, learn_calibration
from textgd.learning.folds import HeldOut
from textgd.probabilities import Isotonic, Sigmoid, Softmax

Floats = NDArray[np.float64]

METHODS = ["temperature", "sigmoid", "isotonic"]


def drawn(
    n_classes: int, n_rows: int = 400, size: float = 1.5, seed: int = 0
) -> tuple[Floats, NDArray[np.int64], Floats]:
    """Scores that are log-odds, classes drawn by them, and weights."""
    rng = np.random.default_rng(seed)
    scores = size * rng.normal(size=(n_rows, n_classes))
    classes = (softmax(scores, axis=1).cumsum(axis=1) < rng.uniform(size=(n_rows, 1))).sum(axis=1)
    return scores, classes, rng.uniform(0.1, 3.0, n_rows)


def held_out(scores: Floats, n_folds: int = 5) -> HeldOut:
    return HeldOut(scores, [np.arange(start, len(scores), n_folds) for start in range(n_folds)])


def proba(method: str, scores: Floats, classes: Any, weights: Any = None) -> Floats:
    name, calibration = learn_calibration(method, held_out(scores), classes, weights)
    assert name == method
    proba: Floats = np.exp(calibration.log_proba(scores))
    return proba


def targets_of(classes: Any, weights: Floats, n_classes: int) -> Floats:
    """All documents right but for as much as one more would be wrong, times the documents' weights."""
    wrong = 1 / (weights.sum() + 1)
    targets = np.zeros((len(classes), n_classes))
    for row, (k, weight) in enumerate(zip(classes, weights, strict=True)):
        targets[row] = weight * wrong / (n_classes - 1)
        targets[row, k] = weight * (1 - wrong)
    return targets


# scikit-learn is the judge.


@pytest.mark.parametrize("factor", [0.2, 1.0, 30.0])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n_classes", [2, 4])
def test_temperature_agrees_with_scikit_learn(n_classes: int, weighted: bool, factor: float) -> None:
    scores, classes, weights = drawn(n_classes)
    scores = factor * scores
    given = weights if weighted else None
    # The peer has no targets between 0 and 1; a row of each class with its part of the weight is the same.
    targets = targets_of(classes, weights if weighted else np.ones(len(classes)), n_classes)
    peer = peers._TemperatureScaling()
    peer.fit(np.repeat(scores, n_classes, axis=0), np.tile(np.arange(n_classes), len(scores)), targets.ravel())
    _, found = learn_calibration("temperature", held_out(scores), classes, given)
    assert isinstance(found, Softmax)
    assert_allclose(1.0 / found.temperature, peer.beta_, rtol=1e-5)
    assert_allclose(np.exp(found.log_proba(scores)), peer.predict(scores), rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize("factor", [1e-4, 1.0, 20.0])
@pytest.mark.parametrize("weighted", [False, True])
def test_sigmoid_agrees_with_scikit_learn(weighted: bool, factor: float) -> None:
    scores, classes, weights = drawn(2)
    scores, given = factor * scores, weights if weighted else None
    ahead = scores[:, 1] - scores[:, 0]
    # What the peer returns are the slope and the intercept of the odds against the class, of scores about 1.
    slope, intercept = peers._sigmoid_calibration(ahead / factor, classes, given)
    _, found = learn_calibration("sigmoid", held_out(scores), classes, given)
    assert isinstance(found, Sigmoid)
    assert_allclose(found.slopes, [-slope / factor], rtol=1e-3)
    assert_allclose(found.intercepts, [-intercept], atol=1e-3)


def test_sigmoid_of_more_classes_is_each_against_the_rest() -> None:
    scores, classes, weights = drawn(3)
    lines = []
    for k in range(3):
        rest = np.delete(scores, k, axis=1)
        ahead = scores[:, k] - np.log(np.exp(rest).sum(axis=1))
        slope, intercept = peers._sigmoid_calibration(ahead, (classes == k).astype(int), weights)
        lines.append(expit(-(slope * ahead + intercept)))
    shares = np.stack(lines, axis=1)
    assert_allclose(proba("sigmoid", scores, classes, weights), shares / shares.sum(axis=1, keepdims=True), rtol=2e-3)


@pytest.mark.parametrize("weighted", [False, True])
def test_isotonic_agrees_with_scikit_learn(weighted: bool) -> None:
    scores, classes, weights = drawn(2)
    given = weights if weighted else np.ones(len(classes))
    ahead = scores[:, 1] - scores[:, 0]
    curve = IsotonicRegression(out_of_bounds="clip").fit(ahead, classes, given)
    _, found = learn_calibration("isotonic", held_out(scores), classes, given)
    new, _, _ = drawn(2, seed=1)
    # Only the certain ends are drawn in.
    least = 1.0 / (given.sum() + 2.0)
    expected = np.clip(curve.predict(new[:, 1] - new[:, 0]), least, 1.0 - least)
    assert 0 < (expected == least).sum() < 100
    assert_allclose(np.exp(found.log_proba(new))[:, 1], expected, rtol=0, atol=least)
    inside = (expected > 0.1) & (expected < 0.9)
    assert inside.sum() > 100
    assert_allclose(np.exp(found.log_proba(new))[inside, 1], expected[inside], rtol=1e-9)


# What calibration is for.


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_model_twice_as_sure_as_it_should_be_is_mended(n_classes: int) -> None:
    scores, classes, _ = drawn(n_classes, 5000)
    _, found = learn_calibration("temperature", held_out(2 * scores), classes)
    assert isinstance(found, Softmax)
    assert_allclose(found.temperature, 2.0, rtol=0.1)
    for method in METHODS:
        new, truth, _ = drawn(n_classes, 5000, seed=1)
        _, calibration = learn_calibration(method, held_out(2 * scores), classes)
        mended = log_loss(truth, np.exp(calibration.log_proba(2 * new)))
        ideal, unmended = (log_loss(truth, softmax(factor * new, axis=1)) for factor in (1, 2))
        assert mended - ideal < 0.2 * (unmended - ideal)


def test_a_quarter_of_the_documents_by_hand() -> None:
    """Three of four are right, each believed by 4/5, whatever the scores are."""
    share = (3 * 4 / 5 + 1 / 5) / 4
    for score in (1e-9, 0.5, 1.0, 1e6):
        scores = np.array([[0.0, score]] * 4)
        assert_allclose(proba("temperature", scores, np.array([1, 1, 1, 0])), [[1 - share, share]] * 4, rtol=1e-6)


def test_a_few_documents_that_are_all_right_make_nothing_certain() -> None:
    scores = np.array([[5.0, 0.0], [4.0, 0.0], [0.0, 3.0], [0.0, 6.0]])
    certain = proba("temperature", scores, np.array([0, 0, 1, 1])).max(axis=1)
    assert (certain > 0.6).all()
    assert (certain < 0.9).all()


@pytest.mark.parametrize("n_classes", [2, 5])
def test_temperature_changes_no_label(n_classes: int) -> None:
    scores, classes, _ = drawn(n_classes)
    assert_array_equal(proba("temperature", scores, classes).argmax(axis=1), scores.argmax(axis=1))


@pytest.mark.parametrize("n_classes", [2, 3, 6])
@pytest.mark.parametrize("method", METHODS)
def test_probabilities_sum_to_one_and_nothing_is_certain(method: str, n_classes: int) -> None:
    scores, classes, weights = drawn(n_classes, size=3.0)
    found = proba(method, scores, classes, weights)
    assert_allclose(found.sum(axis=1), 1.0, rtol=1e-12)
    assert (found > 0).all()
    assert (found < 1).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_weight_is_so_many_documents(method: str) -> None:
    scores, classes, _ = drawn(3, 90)
    times = 1 + np.arange(90) % 3
    whole = learn_calibration(method, held_out(scores), classes, times.astype(float))[1]
    copies = learn_calibration(method, held_out(np.repeat(scores, times, axis=0)), np.repeat(classes, times))[1]
    assert_allclose(np.exp(whole.log_proba(scores)), np.exp(copies.log_proba(scores)), rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("score", [0.0, -0.7, -700.0])
def test_scores_that_tell_nothing(score: float, method: str) -> None:
    """All scores are equal: no warning, no division by zero, and no certainty about new documents."""
    noise = np.array([[0.0, 1.0], [1.0, 0.0]] * 2) * abs(score) * 1e-15
    scores = np.full((4, 2), score) + noise
    classes = np.array([0, 1, 0, 1])
    _, found = learn_calibration(method, held_out(scores, 2), classes)
    assert_allclose(np.exp(found.log_proba(np.full((1, 2), score))), [[0.5, 0.5]], rtol=0.4)
    if method == "temperature":
        assert found == Softmax(1.0)


# The choice of the method.


def own_losses(method: str, given: HeldOut, classes: Any, weights: Any) -> Floats:
    """Each fold's log loss by a calibration learned from the others."""
    losses = np.zeros(len(classes))
    for held in given.folds:
        rest = np.setdiff1d(np.arange(len(classes)), held)
        others = HeldOut(given.scores[rest], [np.arange(len(rest))])
        _, found = learn_calibration(method, others, classes[rest], weights[rest])
        losses[held] = -found.log_proba(given.scores[held])[np.arange(len(held)), classes[held]]
    return losses


def errors(method: str, given: HeldOut, classes: Any, weights: Any) -> float:
    """Each fold's weight of wrong labels by a calibration learned from the others."""
    wrong = np.zeros(len(classes))
    for held in given.folds:
        rest = np.setdiff1d(np.arange(len(classes)), held)
        others = HeldOut(given.scores[rest], [np.arange(len(rest))])
        _, found = learn_calibration(method, others, classes[rest], weights[rest])
        wrong[held] = found.log_proba(given.scores[held]).argmax(axis=1) != classes[held]
    return float(weights @ wrong)


def expected_choice(given: HeldOut, classes: Any, weights: Any) -> str:
    losses = {method: own_losses(method, given, classes, weights) for method in METHODS}
    means = {method: np.average(loss, weights=weights) for method, loss in losses.items()}
    clear = ["temperature"]
    for method in METHODS[1:]:
        gain = losses["temperature"] - losses[method]
        spread = np.sqrt(np.average((gain - np.average(gain, weights=weights)) ** 2, weights=weights))
        no_more_errors = errors(method, given, classes, weights) <= errors("temperature", given, classes, weights)
        if means["temperature"] - means[method] > spread / np.sqrt(len(gain)) and no_more_errors:
            clear.append(method)
    return min(clear, key=lambda method: means[method])


def shifted(scores: Floats) -> Floats:
    return scores + np.array([0.0, 2.0])


def bent(scores: Floats) -> Floats:
    ahead = scores[:, 1] - scores[:, 0]
    return np.stack([np.zeros(len(ahead)), np.sign(ahead) * np.expm1(np.abs(ahead))], axis=1)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("change", "n_rows", "expected"),
    [
        (lambda scores: 3.0 * scores, 800, "temperature"),
        (shifted, 800, "sigmoid"),
        (shifted, 6, "temperature"),
        (lambda scores: bent(shifted(scores)), 2000, "isotonic"),
    ],
    ids=["too sure", "shifted", "shifted, of few", "bent"],
)
def test_auto_takes_what_does_best_where_it_is_clear(change: Any, n_rows: int, expected: str, seed: int) -> None:
    scores, classes, weights = drawn(2, n_rows, seed=seed)
    given = held_out(change(scores), 3)
    if n_rows < 10:
        classes = np.array([0, 0, 0, 1, 1, 1])
    for of_rows in (weights, np.ones(n_rows)):
        method, found = learn_calibration("auto", given, classes, of_rows)
        assert method == expected_choice(given, classes, of_rows) == expected
        rows = given.rows
        assert rows.tolist() == list(range(n_rows))
        assert found == CALIBRATIONS[expected](given.scores, classes, of_rows)


def test_rows_in_no_fold_are_not_looked_at() -> None:
    scores, classes, weights = drawn(2, 300)
    weights[::7] = 0.0
    rows = np.flatnonzero(weights)
    given = HeldOut(shifted(scores), [rows[::2], rows[1::2]])
    expected = learn_calibration("auto", given, classes, weights)
    changed = classes.copy()
    changed[::7] = 1 - changed[::7]
    assert learn_calibration("auto", given, changed, weights) == expected
    assert expected[0] == "sigmoid"


def test_names() -> None:
    for name in ("auto", *METHODS):
        check_calibration(name)
    with pytest.raises(UnknownNameError, match=r"^calibrate is 'isotonik'; .*isotonic"):
        learn_calibration("isotonik", held_out(np.zeros((4, 2))), np.array([0, 1, 0, 1]))
    assert isinstance(learn_calibration("isotonic", *drawn_pair())[1], Isotonic)


def drawn_pair() -> tuple[HeldOut, NDArray[np.int64]]:
    scores, classes, _ = drawn(2, 30)
    return held_out(scores), classes
