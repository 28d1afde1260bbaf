"""Class frequencies found from unlabeled documents, and probabilities for other class frequencies."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar

from textgd import TextClassifier
from textgd.errors import DataError, InvalidParameterError
from textgd.probabilities import Reweighted
from textgd.scoring import TextScorer
from textgd.scoring.priors import estimate_class_prior

TEXTS = ["win a free prize", "win cash now", "free cash now", "see you at lunch", "are you home", "the film at home"]
LABELS = ["spam", "spam", "spam", "ham", "ham", "ham"]
NEW = ["win a film", "", "at home now", "free prize", "you win"]
HALF = np.array([0.5, 0.5])


def draw(rng: np.random.Generator, n: int, prior: NDArray[np.float64], apart: float) -> NDArray[np.float64]:
    """Return ln P(class | x) under equal frequencies, x normal around a corner of its class."""
    k = len(prior)
    corners = apart * np.eye(k)
    x = rng.normal(corners[rng.choice(k, n, p=prior)])
    scores = -((x[:, None] - corners) ** 2).sum(axis=2) / 2
    log_proba: NDArray[np.float64] = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    return log_proba


def test_one_document_by_hand() -> None:
    # Half a document of each class is added to the likelihood of the one that is there.
    found = estimate_class_prior(np.log([[0.8, 0.2]]), HALF, ["a", "b"])
    q = brentq(lambda q: 0.75 / (q + (1 - q) / 4) + 0.5 / q - 0.5 / (1 - q), 0.01, 0.99)
    assert_allclose(found.prior, [q, 1 - q], atol=0.01)
    # At the other end the likelihood is a quarter of its maximum, and 0.15 of it is deep enough to be outside.
    assert (found.low[0], found.high[0], found.low[1], found.high[1]) == (0.0, 1.0, 0.0, 1.0)
    assert (found.classes, found.n_documents, found.converged) == (("a", "b"), 1, True)
    assert json.loads(json.dumps(found.to_dict()))["prior"] == found.prior.tolist()


@pytest.mark.parametrize("training", [[0.5, 0.5], [0.9, 0.1]], ids=str)
def test_it_is_the_plain_iteration_of_saerens(training: list[float]) -> None:
    pi = np.array(training)
    log_proba = draw(np.random.default_rng(0), 4000, np.array([0.2, 0.8]), 2.0) + np.log(pi)
    log_proba -= np.logaddexp.reduce(log_proba, axis=1, keepdims=True)
    q = pi
    for _ in range(500):
        joint = np.exp(log_proba) * q / pi
        q = (joint / joint.sum(axis=1, keepdims=True)).mean(axis=0)
    found = estimate_class_prior(log_proba, pi)
    assert_allclose(found.prior, q, atol=5e-4)  # one document in 4000 is added
    assert_allclose(found.prior.sum(), 1.0, rtol=1e-12)


def test_the_interval_is_where_the_likelihood_is_deep() -> None:
    log_proba = draw(np.random.default_rng(1), 80, np.array([0.8, 0.2]), 2.0)
    ratios = np.exp(log_proba)

    def log_likelihood(q: float) -> float:
        return float(np.log(q * ratios[:, 0] + (1 - q) * ratios[:, 1]).sum())

    top = minimize_scalar(lambda q: -log_likelihood(q), bounds=(0, 1), method="bounded", options={"xatol": 1e-9}).x
    depth = log_likelihood(top) - 3.841459 / 2
    found = estimate_class_prior(log_proba, HALF)
    low = brentq(lambda q: log_likelihood(q) - depth, 1e-6, top)
    high = brentq(lambda q: log_likelihood(q) - depth, top, 1 - 1e-6)
    assert_allclose([found.low[0], found.high[0]], [low, high], atol=1e-3)
    assert_allclose([found.low[1], found.high[1]], [1 - high, 1 - low], atol=1e-3)


def test_the_other_classes_are_at_their_best_in_an_interval() -> None:
    log_proba = draw(np.random.default_rng(2), 120, np.array([0.6, 0.3, 0.1]), 1.5)
    ratios = np.exp(log_proba)

    def profile(q: float) -> float:
        def loss(share: float) -> float:
            return -float(np.log(ratios @ [q, (1 - q) * share, (1 - q) * (1 - share)]).sum())

        return -float(minimize_scalar(loss, bounds=(0, 1), method="bounded").fun)

    found = estimate_class_prior(log_proba, np.full(3, 1 / 3))
    best = max(profile(q) for q in np.linspace(0.4, 0.8, 81))
    for bound in (found.low[0], found.high[0]):
        assert_allclose(profile(bound), best - 3.841459 / 2, atol=0.03)


@pytest.mark.parametrize(
    ("n", "prior", "apart"), [(60, [0.9, 0.1], 3.0), (60, [1.0, 0.0], 2.0), (80, [0.5, 0.3, 0.2], 2.0)]
)
def test_intervals_hold_the_truth(n: int, prior: list[float], apart: float) -> None:
    rng, true = np.random.default_rng(3), np.array(prior)
    repeats = 100
    covered = np.zeros(len(true))
    for _ in range(repeats):
        found = estimate_class_prior(draw(rng, n, true, apart), np.full(len(true), 1 / len(true)))
        covered += (found.low <= true) & (true <= found.high)
        assert ((found.low <= found.prior) & (found.prior <= found.high)).all()
    assert (covered >= 0.88 * repeats).all()


def test_an_absent_class_is_rare_and_not_impossible() -> None:
    found = estimate_class_prior(np.log([[0.99, 0.01]] * 50), HALF)
    assert 0.0 < found.prior[1] < 0.02
    assert found.low[1] == 0.0
    assert found.high[1] < 0.1
    assert found.high[0] == 1.0


def test_a_class_that_training_made_impossible_stays_so() -> None:
    with np.errstate(divide="ignore"):
        log_proba = np.log([[0.7, 0.3, 0.0], [0.2, 0.8, 0.0]])
    found = estimate_class_prior(log_proba, np.array([0.5, 0.5, 0.0]))
    assert found.prior[2] == found.low[2] == found.high[2] == 0.0


def test_certain_documents() -> None:
    with np.errstate(divide="ignore"):
        log_proba = np.log(np.repeat([[1.0, 0.0], [0.0, 1.0]], [3, 1], axis=0))
    found = estimate_class_prior(log_proba, HALF)
    assert_allclose(found.prior, [3.5 / 5, 1.5 / 5])
    assert 0.2 < found.low[0] < 0.75 < found.high[0] < 1.0


def test_what_does_not_converge_says_so() -> None:
    log_proba = draw(np.random.default_rng(4), 300, np.array([0.9, 0.1]), 0.5)
    with pytest.warns(
        UserWarning, match="did not converge in 3 steps: the probabilities hardly tell the classes apart"
    ):
        found = estimate_class_prior(log_proba, HALF, max_iterations=3)
    assert (found.n_iterations, found.converged) == (3, False)


def test_nothing_is_estimated_from_nothing() -> None:
    with pytest.raises(DataError, match="There is no document to estimate the class frequencies from"):
        estimate_class_prior(np.zeros((0, 2)), HALF)


# Of a classifier


def _prior(classifier: TextClassifier) -> NDArray[np.float64]:
    prior = classifier.text_scorer_.class_prior
    assert prior is not None
    return prior


def _proba(scorer: TextScorer) -> NDArray[np.float64]:
    log_proba = scorer.predict(NEW).log_proba
    assert log_proba is not None
    return np.exp(log_proba)


@pytest.fixture(scope="module")
def classifier() -> TextClassifier:
    return TextClassifier().fit(TEXTS, LABELS)


def test_bayes_rule_by_hand(classifier: TextClassifier) -> None:
    proba = classifier.predict_proba(NEW)
    joint = proba / [0.5, 0.5] * [0.9, 0.1]
    for prior in ({"spam": 0.1, "ham": 0.9}, [0.9, 0.1]):
        got = classifier.predict_proba(NEW, class_prior=prior)
        assert_allclose(got, joint / joint.sum(axis=1, keepdims=True), rtol=1e-12)
        assert classifier.predict(NEW, class_prior=prior).tolist() == classifier.classes_[got.argmax(axis=1)].tolist()
        assert_allclose(np.exp(classifier.predict_log_proba(NEW, class_prior=prior)), got)
    assert_allclose(classifier.predict_proba(NEW, class_prior="uniform"), proba, rtol=1e-12)
    assert_array_equal(classifier.predict_proba(NEW), proba)


@pytest.mark.parametrize("calibrate", ["temperature", "sigmoid", "isotonic", None])
def test_priors_follow_each_other_without_a_trace(calibrate: str | None) -> None:
    texts, labels, weights = TEXTS * 2, LABELS * 2, [1, 1, 1, 3, 3, 3] * 2
    trained = TextClassifier(calibrate=calibrate, class_prior=[0.3, 0.7]).fit(texts, labels, sample_weight=weights)
    plain = TextClassifier(calibrate=calibrate).fit(texts, labels, sample_weight=weights)
    assert_allclose(_prior(plain), [0.75, 0.25])
    assert_allclose(_prior(trained), [0.3, 0.7])
    assert_allclose(trained.predict_proba(NEW), plain.predict_proba(NEW, class_prior=[0.3, 0.7]), rtol=1e-9)
    again = trained.text_scorer_.with_class_prior("uniform").with_class_prior([0.75, 0.25])
    assert isinstance(again.probabilities, Reweighted)
    assert not isinstance(again.probabilities.base, Reweighted)
    assert_allclose(_proba(again), plain.predict_proba(NEW), rtol=1e-9)


def test_balanced_classes_are_the_prior_of_what_was_learned() -> None:
    model = TextClassifier(model="lr", C=1.0, class_weight="balanced").fit(
        TEXTS * 2 + TEXTS[3:], LABELS * 2 + LABELS[3:]
    )
    assert_allclose(_prior(model), [0.5, 0.5])


def test_estimate_is_used_as_the_prior(classifier: TextClassifier) -> None:
    found = classifier.estimate_class_prior(NEW)
    assert (found.classes, found.n_documents) == (("ham", "spam"), len(NEW))
    got = classifier.predict_proba(NEW, class_prior="estimate")
    assert_array_equal(got, classifier.predict_proba(NEW, class_prior=found.prior))
    with pytest.raises(DataError, match="no document"):
        classifier.predict([], class_prior="estimate")
    assert classifier.predict([], class_prior="uniform").tolist() == []


def test_labels_that_are_numbers() -> None:
    classifier = TextClassifier().fit(TEXTS, [1, 1, 1, 0, 0, 0])
    got = classifier.predict_proba(NEW, class_prior={1: 0.2, 0: 0.8})
    assert_array_equal(got, classifier.predict_proba(NEW, class_prior=[0.8, 0.2]))
    assert classifier.estimate_class_prior(NEW).classes == (0, 1)


@pytest.mark.parametrize(
    ("prior", "message"),
    [
        ({"spam": 0.6, "ham": 0.6}, "sum to 1"),
        ({"spam": 0.6, "eggs": 0.4}, "class_prior names no class: 'eggs'"),
        ("even", "class_prior is 'even'; allowed are 'uniform', 'estimate', a probability for each class"),
        ([1.0], "one probability for each of the 2 classes"),
    ],
    ids=["sum", "class", "word", "shape"],
)
def test_priors_that_are_refused(classifier: TextClassifier, prior: Any, message: str) -> None:
    with pytest.raises(InvalidParameterError, match=message):
        classifier.predict(NEW, class_prior=prior)


def test_an_impossible_class_stays_impossible() -> None:
    classifier = TextClassifier(class_prior={"ham": 1.0, "spam": 0.0}).fit(TEXTS, LABELS)
    assert_array_equal(classifier.predict_proba(NEW, class_prior=[1.0, 0.0])[:, 1], 0.0)
    with pytest.raises(
        InvalidParameterError, match=r"class_prior has 0\.5 for 'spam', which was given the probability 0"
    ):
        classifier.predict(NEW, class_prior="uniform")
    assert classifier.estimate_class_prior(NEW).prior.tolist() == [1.0, 0.0]


def test_models_that_cannot(classifier: TextClassifier) -> None:
    scores = TextClassifier(model="svm", calibrate=None).fit(TEXTS, LABELS)
    for call in (lambda: scores.predict(NEW, class_prior="uniform"), lambda: scores.estimate_class_prior(NEW)):
        with pytest.raises(InvalidParameterError, match=r"class_prior needs probabilities\. This model has scores"):
            call()
    old = replace(classifier.text_scorer_, class_prior=None)
    with pytest.raises(InvalidParameterError, match="an earlier version wrote it: train the model again"):
        old.with_class_prior("uniform")
