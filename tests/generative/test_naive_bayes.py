"""Naive Bayes: the textbook's numbers, scikit-learn's numbers, and what follows from a joint probability."""

from __future__ import annotations

import itertools
import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import logsumexp
from sklearn import naive_bayes as peers
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from textgd.errors import InvalidParameterError
from textgd.generative import BernoulliNB, ComplementNB, MultinomialNB
from textgd.probabilities import Softmax
from textgd.text import CountVectorizer
from textgd.validation import resolve_class_prior

ALL = [MultinomialNB, ComplementNB, BernoulliNB]
JOINT = [MultinomialNB, BernoulliNB]


def data(n_classes: int = 2, sparse: bool = False, n_rows: int = 60, seed: int = 0) -> tuple[Any, NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    y = np.arange(n_rows) % n_classes
    X = rng.poisson(rng.gamma(0.5, 1.0, (n_classes, 23))[y])
    X[:3] = 0
    return (csr_matrix(X) if sparse else X), y


# The worked examples of Manning, Raghavan and Schütze 2008, sections 13.2 and 13.3, in fractions.

CHINA = ["Chinese Beijing Chinese", "Chinese Chinese Shanghai", "Chinese Macao", "Tokyo Japan Chinese"]
CHINA_TEST = ["Chinese Chinese Chinese Tokyo Japan"]


def china(model: Any) -> tuple[Any, Any, dict[str, int]]:
    vectorizer = CountVectorizer()
    model.fit(vectorizer.fit_transform(CHINA), ["c", "c", "c", "j"])
    return model, vectorizer.transform(CHINA_TEST), dict(vectorizer.vocabulary_.items())


def test_textbook_multinomial() -> None:
    model, X, column = china(MultinomialNB())
    conditional = np.exp(model.feature_log_prob_)
    for word, in_c, in_j in [("chinese", "3/7", "2/9"), ("tokyo", "1/14", "2/9"), ("beijing", "1/7", "1/9")]:
        assert_allclose(conditional[:, column[word]], [float(Fraction(in_c)), float(Fraction(in_j))], rtol=1e-14)
    c = Fraction(3, 4) * Fraction(3, 7) ** 3 * Fraction(1, 14) ** 2
    j = Fraction(1, 4) * Fraction(2, 9) ** 5
    assert_allclose(np.exp(model.predict_joint_log_proba(X)), [[float(c), float(j)]], rtol=1e-13)
    assert_allclose(model.predict_proba(X), [[float(c / (c + j)), float(j / (c + j))]], rtol=1e-13)
    assert_allclose(np.exp(model.log_prob(X)), [float(c + j)], rtol=1e-13)
    assert model.predict(X).tolist() == ["c"]


def test_textbook_bernoulli() -> None:
    model, X, column = china(BernoulliNB())
    conditional = np.exp(model.feature_log_prob_)
    for word, in_c, in_j in [("chinese", "4/5", "2/3"), ("tokyo", "1/5", "2/3"), ("beijing", "2/5", "1/3")]:
        assert_allclose(conditional[:, column[word]], [float(Fraction(in_c)), float(Fraction(in_j))], rtol=1e-14)
    c = Fraction(3, 4) * Fraction(4, 5) * Fraction(1, 5) ** 2 * Fraction(3, 5) ** 3
    j = Fraction(1, 4) * Fraction(2, 3) ** 3 * Fraction(2, 3) ** 3
    assert_allclose(np.exp(model.predict_joint_log_proba(X)), [[float(c), float(j)]], rtol=1e-13)
    assert_allclose(model.predict_proba(X), [[float(c / (c + j)), float(j / (c + j))]], rtol=1e-13)
    assert model.predict(X).tolist() == ["j"]


def test_complement_by_hand() -> None:
    """The weight of a word is what its absence from the other classes says (Rennie et al. 2003, table 4)."""
    model, X, column = china(ComplementNB())
    # Outside c there are 3 words, one of them Chinese; outside j there are 8, five of them Chinese.
    for word, not_c, not_j in [("chinese", "2/9", "6/14"), ("tokyo", "2/9", "1/14"), ("macao", "1/9", "2/14")]:
        expected = [-np.log(float(Fraction(not_c))), -np.log(float(Fraction(not_j)))]
        assert_allclose(model.feature_log_prob_[:, column[word]], expected, rtol=1e-14)
    score_c, score_j = Fraction(9, 2) ** 5, Fraction(14, 6) ** 3 * Fraction(14) ** 2
    total = score_c + score_j
    assert_allclose(model.predict_proba(X), [[float(score_c / total), float(score_j / total)]], rtol=1e-13)


# scikit-learn is the judge.


@pytest.mark.parametrize("alpha", [1e-10, 0.1, 1.0, 20.0])
@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("n_classes", [2, 5])
@pytest.mark.parametrize(
    "settings", [{}, {"fit_prior": False}, {"class_prior": True}, {"weights": True}], ids=lambda s: next(iter(s), "-")
)
@pytest.mark.parametrize("model", ALL)
def test_agrees_with_scikit_learn(
    model: type, settings: dict[str, Any], n_classes: int, sparse: bool, alpha: float
) -> None:
    X, y = data(n_classes, sparse)
    new, _ = data(n_classes, sparse, seed=7)
    settings = dict(settings)
    weights = np.random.default_rng(3).uniform(0, 3, len(y)) if settings.pop("weights", False) else None
    if "class_prior" in settings:
        settings["class_prior"] = np.arange(1, n_classes + 1) / sum(range(n_classes + 1))
    ours = model(alpha=alpha, **settings).fit(X, y, sample_weight=weights)
    theirs = getattr(peers, model.__name__)(alpha=alpha, **settings).fit(X, y, sample_weight=weights)
    for matrix in (X, new):
        expected = theirs.predict_joint_log_proba(matrix)
        assert_allclose(ours.predict_joint_log_proba(matrix), expected, rtol=1e-12, atol=1e-10)
        assert_allclose(ours.predict_log_proba(matrix), theirs.predict_log_proba(matrix), rtol=1e-12, atol=1e-10)
        assert_array_equal(ours.predict(matrix), theirs.predict(matrix))


def test_complement_with_norm_agrees_with_scikit_learn() -> None:
    X, y = data(5)
    ours, theirs = ComplementNB(norm=True).fit(X, y), peers.ComplementNB(norm=True).fit(X, y)
    assert_allclose(ours.predict_log_proba(X), theirs.predict_log_proba(X), rtol=0, atol=1e-10)


@pytest.mark.parametrize("model", ALL)
def test_a_single_class_agrees_with_scikit_learn(model: type) -> None:
    X, y = data(1)
    ours, theirs = model().fit(X, y), getattr(peers, model.__name__)().fit(X, y)
    assert_allclose(ours.predict_joint_log_proba(X), theirs.predict_joint_log_proba(X), rtol=0, atol=1e-10)


@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("threshold", [0.0, 0.5, 1.0, 1.5, 2.5])
def test_binarize_agrees_with_scikit_learn(threshold: float, sparse: bool) -> None:
    X, y = data(3, sparse)
    ours, theirs = BernoulliNB(binarize=threshold).fit(X, y), peers.BernoulliNB(binarize=threshold).fit(X, y)
    assert_allclose(ours.predict_joint_log_proba(X), theirs.predict_joint_log_proba(X), rtol=0, atol=1e-10)
    # The scorer is what a model file holds: given the counts themselves, it says the same.
    assert_allclose(ours.scorer().scores(X), ours.predict_joint_log_proba(X), rtol=0, atol=1e-10)


def test_without_binarize_the_features_are_taken_as_they_are() -> None:
    X, y = data(3)
    X = X.clip(0, 1)
    ours, theirs = BernoulliNB(binarize=None).fit(X, y), peers.BernoulliNB(binarize=None).fit(X, y)
    assert_allclose(ours.predict_joint_log_proba(X), theirs.predict_joint_log_proba(X), rtol=0, atol=1e-10)
    assert ours.scorer().binarize is None
    assert_array_equal(ours.scorer().scores(X), ours.predict_joint_log_proba(X))


# Learning in parts.


@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("model", ALL)
def test_partial_fit_equals_fit(model: type, sparse: bool) -> None:
    X, y = data(3, sparse)
    weights = np.random.default_rng(0).integers(1, 4, len(y)).astype(float)
    whole = model().fit(X, y, sample_weight=weights)
    parts = model()
    for start in range(0, len(y), 7):
        part = slice(start, start + 7)
        parts.partial_fit(X[part], y[part], classes=[0, 1, 2], sample_weight=weights[part])
    assert_array_equal(parts.predict_joint_log_proba(X), whole.predict_joint_log_proba(X))
    for attribute in ("class_count_", "feature_count_", "class_log_prior_", "feature_log_prob_"):
        assert_array_equal(getattr(parts, attribute), getattr(whole, attribute))


@pytest.mark.parametrize("model", ALL)
def test_after_partial_fit_nothing_of_before_is_left(model: type) -> None:
    X, y = data(2)
    started = model().fit(X[:20], y[:20])
    before = started.coef_.copy()
    started.partial_fit(X[20:], y[20:])
    assert not np.array_equal(started.coef_, before)
    assert_array_equal(started.coef_, model().fit(X, y).coef_)


# The linear form.


@pytest.mark.parametrize("model", ALL)
def test_linear_form_of_two_classes_is_the_log_odds_of_the_second(model: type) -> None:
    X, y = data(2)
    fitted = model().fit(X, y)
    assert fitted.coef_.shape == (1, X.shape[1])
    assert fitted.intercept_.shape == (1,)
    new = np.random.default_rng(5).integers(0, 2, (200, X.shape[1]))
    log_odds = np.diff(fitted.predict_log_proba(new), axis=1)
    assert_allclose(new @ fitted.coef_.T + fitted.intercept_, log_odds, rtol=0, atol=1e-10)


@pytest.mark.parametrize("model", ALL)
def test_linear_form_of_many_classes_is_the_joint(model: type) -> None:
    X, y = data(5)
    fitted = model().fit(X, y)
    assert fitted.coef_.shape == (5, X.shape[1])
    assert fitted.intercept_.shape == (5,)
    new = np.random.default_rng(5).integers(0, 2, (200, X.shape[1]))
    scores = new @ fitted.coef_.T + fitted.intercept_
    assert_allclose(scores, fitted.predict_joint_log_proba(new), rtol=0, atol=1e-10)
    assert_allclose(scores - logsumexp(scores, axis=1, keepdims=True), fitted.predict_log_proba(new), atol=1e-10)


@pytest.mark.parametrize("attribute", ["coef_", "intercept_"])
@pytest.mark.parametrize("model", ALL)
def test_linear_form_needs_fitting(model: type, attribute: str) -> None:
    with pytest.raises(NotFittedError):
        getattr(model(), attribute)
    assert not hasattr(model(), attribute)


# P(x).


@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("model", JOINT)
def test_log_prob_sums_the_joint(model: type, sparse: bool) -> None:
    X, y = data(4, sparse)
    fitted = model().fit(X, y)
    log_prob = fitted.log_prob(X)
    assert log_prob.shape == (len(y),)
    assert_allclose(log_prob, logsumexp(fitted.predict_joint_log_proba(X), axis=1), rtol=1e-13)
    # P(x) = P(x, c) / P(c | x) for every class.
    assert_allclose(
        fitted.predict_joint_log_proba(X) - fitted.predict_log_proba(X), np.tile(log_prob[:, None], 4), rtol=1e-10
    )


@pytest.mark.parametrize("length", [0, 1, 3])
def test_multinomial_probabilities_of_all_documents_of_a_length_sum_to_one(length: int) -> None:
    X, y = data(3)
    model = MultinomialNB(alpha=0.3).fit(X[:, :4], y)
    documents = [np.bincount(tokens, minlength=4) for tokens in itertools.product(range(4), repeat=length)]
    if not length:
        documents = [np.zeros(4, int)]
    assert len(documents) == 4**length
    assert_allclose(np.exp(model.log_prob(np.array(documents))).sum(), 1.0, rtol=1e-12)


def test_bernoulli_probabilities_of_all_documents_sum_to_one() -> None:
    X, y = data(3)
    model = BernoulliNB(alpha=0.3).fit(X[:, :6], y)
    documents = np.array(list(itertools.product([0, 1], repeat=6)))
    assert_allclose(np.exp(model.log_prob(documents)).sum(), 1.0, rtol=1e-12)


@pytest.mark.parametrize("ability", ["log_prob", "with_class_prior"])
def test_complement_claims_no_joint_probability(ability: str) -> None:
    assert not hasattr(ComplementNB, ability)


# Other priors.


@pytest.mark.parametrize(
    "prior", [{"b": 0.2, "a": 0.1, "c": 0.7}, [0.1, 0.2, 0.7], (0.1, 0.2, 0.7), np.array([0.1, 0.2, 0.7])], ids=type
)
@pytest.mark.parametrize("model", JOINT)
def test_another_prior_is_a_fit_with_that_prior(model: type, prior: Any) -> None:
    X, y = data(3)
    labels = np.array(["a", "b", "c"])[y]
    original = model().fit(X, labels)
    before = pickle.dumps(original)
    other = original.with_class_prior(prior)
    refitted = model(class_prior=[0.1, 0.2, 0.7]).fit(X, labels)
    assert_allclose(other.predict_joint_log_proba(X), refitted.predict_joint_log_proba(X), rtol=0, atol=1e-12)
    assert type(other) is model
    assert pickle.dumps(original) == before


@pytest.mark.parametrize("model", JOINT)
def test_uniform_prior(model: type) -> None:
    X, y = data(3)
    y[y == 2] = np.arange((y == 2).sum()) % 5 // 2
    original = model().fit(X, y)
    expected = model(fit_prior=False).fit(X, y)
    other = original.with_class_prior("uniform")
    assert_allclose(other.predict_log_proba(X), expected.predict_log_proba(X), rtol=0, atol=1e-12)
    assert not np.allclose(original.class_log_prior_, other.class_log_prior_)


@pytest.mark.parametrize("model", JOINT)
def test_a_prior_of_zero_rules_a_class_out(model: type) -> None:
    X, y = data(2)
    other = model().fit(X, y).with_class_prior([1.0, 0.0])
    assert_array_equal(other.predict_proba(X), np.tile([1.0, 0.0], (len(y), 1)))


@pytest.mark.parametrize("model", JOINT)
def test_the_copy_with_another_prior_learns_on_by_itself(model: type) -> None:
    X, y = data(2)
    original = model().fit(X, y)
    before = pickle.dumps(original)
    original.with_class_prior("uniform").partial_fit(X, y)
    assert pickle.dumps(original) == before


@pytest.mark.parametrize("model", JOINT)
def test_another_prior_needs_fitting(model: type) -> None:
    with pytest.raises(NotFittedError):
        model().with_class_prior("uniform")


@pytest.mark.parametrize(
    ("prior", "pieces"),
    [
        ("equal", ["'equal'", "'uniform'", "None"]),
        ({"a": 0.5, "b": 0.5}, ["lacks the class 'c'", "'a', 'b', 'c'"]),
        ({"a": 0.5, "b": 0.3, "c": 0.1, "d": 0.1}, ["names no class: 'd'", "'a', 'b', 'c'"]),
        ([0.5, 0.5], ["shape (2,)", "3 classes"]),
        (0.5, ["shape ()"]),
        ([[0.2, 0.3, 0.5]], ["shape (1, 3)"]),
        ([0.5, 0.5, 0.5], ["[0.5, 0.5, 0.5]", "sum to 1.5"]),
        ([1.5, -0.5, 0.0], ["[1.5, -0.5, 0.0]", "at least 0"]),
        ([float("nan"), 0.5, 0.5], ["nan"]),
        ([float("inf"), 0.5, 0.5], ["inf"]),
        ({"a": "much", "b": 0.3, "c": 0.1}, ["much", "numbers"]),
        ([None, [], 1.0], ["None", "numbers"]),
    ],
)
def test_what_is_no_prior_is_refused(prior: Any, pieces: list[str]) -> None:
    X, y = data(3)
    model = MultinomialNB().fit(X, np.array(["a", "b", "c"])[y])
    with pytest.raises(InvalidParameterError) as caught:
        model.with_class_prior(prior)
    for piece in ["class_prior", *pieces]:
        assert piece in str(caught.value)


@pytest.mark.parametrize("labels", [[0, 1], [False, True], [1.0, 2.0], ["no", "yes"]], ids=str)
def test_prior_by_labels_of_any_type(labels: list[Any]) -> None:
    classes = np.array(labels)
    assert resolve_class_prior(dict(zip(labels[::-1], [0.75, 0.25], strict=True)), classes).tolist() == [0.25, 0.75]
    assert resolve_class_prior(dict(zip(classes, [0.25, 0.75], strict=True)), classes).tolist() == [0.25, 0.75]


# Held-out scores.


@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("model", ALL)
def test_held_out_scores_are_those_of_a_model_of_the_other_rows(model: type, sparse: bool) -> None:
    X, y = data(3, sparse)
    weights = np.random.default_rng(1).uniform(0.5, 2, len(y))
    weights[[7, 30]] = 0.0
    labels = np.array(["a", "b", "c"])[y]
    fitted = model(alpha=0.5)
    held_out = fitted.fit_out_of_fold(X, labels, weights)
    assert_array_equal(fitted.coef_, model(alpha=0.5).fit(X, labels, weights).coef_)
    assert sorted(np.concatenate(held_out.folds).tolist()) == np.flatnonzero(weights).tolist()
    assert_array_equal(held_out.scores[[7, 30]], 0.0)
    for held in held_out.folds:
        others = np.setdiff1d(np.arange(len(y)), held)
        peer = model(alpha=0.5).fit(X[others], labels[others], weights[others])
        # Holding out makes no class rarer.
        peer.class_log_prior_ = fitted.class_log_prior_
        assert_allclose(held_out.scores[held], peer.scorer().scores(X[held]), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("model", ALL)
def test_rows_that_are_all_alike_cannot_be_held_out(model: type) -> None:
    X, labels = np.array([[1, 0], [1, 0], [0, 1], [1, 1]]), ["a", "a", "b", "b"]
    fitted = model()
    assert fitted.fit_out_of_fold(X, labels) is None
    assert_array_equal(fitted.coef_, model().fit(X, labels).coef_)


@pytest.mark.parametrize("model", ALL)
def test_its_scores_stand_for_bayes_rule(model: type) -> None:
    X, y = data(3)
    fitted = model().fit(X, y)
    assert fitted.probabilities() == Softmax()
    assert_allclose(Softmax().log_proba(fitted.scorer().scores(X.clip(0, 1))), fitted.predict_log_proba(X.clip(0, 1)))


# As estimators.


@pytest.mark.parametrize("model", ALL)
def test_parameters_are_scikit_learns(model: type) -> None:
    assert model().get_params() == getattr(peers, model.__name__)().get_params()


@pytest.mark.parametrize("model", ALL)
def test_clone_and_pickle(model: type) -> None:
    X, y = data(2)
    fitted = model(alpha=0.5).fit(X, y)
    assert clone(fitted).get_params() == fitted.get_params()
    copied = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(copied.predict_joint_log_proba(X), fitted.predict_joint_log_proba(X))


@pytest.mark.parametrize("cls", [MultinomialNB, ComplementNB])
def test_counts_that_were_added_up_teach_the_same_as_the_documents(cls: Any) -> None:
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 3, (30, 8)), np.arange(30) % 3
    model = cls(alpha=0.3).fit(X, y)
    counts = np.stack([X[y == c].sum(axis=0) for c in range(3)]).astype(float)
    other = cls(alpha=0.3).fit_counts(np.arange(3), np.bincount(y).astype(float), counts)
    np.testing.assert_array_equal(other.predict_proba(X), model.predict_proba(X))
    assert vars(other).keys() == vars(model).keys()
