"""The registry: every entry is what it says, so that nothing else has to know a model by name."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from textgd import TextClassifier
from textgd.errors import InvalidParameterError, UnknownNameError
from textgd.models import FAMILIES, LOG_PROB, MODELS, OTHER_PRIOR, PROBABILITIES, Model, find_model
from textgd.parameters import MODEL, PARAMETERS
from textgd.scoring import LinearScorer

ROOT = Path(__file__).resolve().parent.parent
NAMES = {p.name: p for p in PARAMETERS}
OF_MODEL = {p.name for p in PARAMETERS if p.part == MODEL}
VALUES: dict[str, Any] = {"alpha": 0.25, "C": 0.125, "beta": 0.5, "class_weight": {"a": 1.0, "b": 9.0}}

each_model = pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))


def fitted(model: Model, **parameters: Any) -> Any:
    return model.create(**parameters).fit([[2, 0, 1], [0, 1, 0], [1, 0, 3]], ["a", "b", "a"])


def test_the_names_that_users_type() -> None:
    families: dict[str, list[str]] = {}
    for model in MODELS.values():
        families.setdefault(model.family, []).append(model.name)
    assert families == {
        "generative": ["nb", "cnb", "bnb"],
        "discriminative": ["lr", "svm"],
        "hybrid": ["nbsvm", "nblr"],
    }
    assert all(name == model.name for name, model in MODELS.items())
    assert len({(model.factory, *sorted(model.fixed.items())) for model in MODELS.values()}) == len(MODELS)
    assert len({model.title for model in MODELS.values()}) == len(MODELS)


def test_the_registry_cannot_be_changed_by_accident() -> None:
    with pytest.raises(TypeError):
        MODELS["nb"] = MODELS["cnb"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        MODELS["nb"].name = "cnb"  # type: ignore[misc]
    with pytest.raises(TypeError):
        MODELS["nb"].defaults["binary"] = False  # type: ignore[index]
    with pytest.raises(TypeError):
        MODELS["nbsvm"].fixed["loss"] = "log_loss"  # type: ignore[index]


@each_model
def test_entry_is_well_formed(model: Model) -> None:
    assert model.family in FAMILIES
    assert model.abilities <= {PROBABILITIES, LOG_PROB, OTHER_PRIOR}
    assert set(model.parameters) <= {*OF_MODEL, "n_jobs"}
    assert np.dtype(model.dtype) in (np.float32, np.float64)
    # A model's own value is only asked for where the parameter's default leaves it open.
    assert all(NAMES[name].default is None for name in model.defaults)
    assert {name for name in model.defaults if name in OF_MODEL} <= set(model.parameters)
    # What is fixed is nobody's to choose.
    assert not set(model.fixed) & set(NAMES)


@each_model
def test_entry_makes_an_estimator_that_takes_its_parameters(model: Model) -> None:
    estimator = model.create()
    assert type(estimator).__name__ == model.factory.partition(":")[2]
    assert set(model.parameters) <= set(inspect.signature(type(estimator)).parameters)
    # What is None is the estimator's own.
    assert model.create(**dict.fromkeys(model.parameters)).get_params() == estimator.get_params()
    parameters = estimator.get_params()
    assert {name: parameters[name] for name in model.fixed} == dict(model.fixed)
    own = {name: value for name, value in model.defaults.items() if name in model.parameters}
    assert {name: parameters[name] for name in own} == own


@each_model
def test_parameters_reach_the_estimator(model: Model) -> None:
    for name in OF_MODEL & set(model.parameters):
        assert model.create(**{name: VALUES[name]}).get_params()[name] == VALUES[name]
        plain, other = (fitted(model, **given).scorer() for given in ({}, {name: VALUES[name]}))
        assert not np.allclose(plain.weights, other.weights, rtol=1e-3)


@each_model
def test_parameters_of_other_models_are_refused(model: Model) -> None:
    for name in OF_MODEL - set(model.parameters):
        with pytest.raises(InvalidParameterError) as caught:
            model.create(**{name: VALUES[name]})
        message = str(caught.value)
        having = [other.name for other in MODELS.values() if name in other.parameters]
        for piece in (model.name, name, f"--{NAMES[name].option}", repr(VALUES[name]), *having):
            assert piece in message


@each_model
def test_abilities_are_true(model: Model) -> None:
    estimator = fitted(model)
    X = np.array([[1, 0, 1], [0, 0, 0]])
    assert (PROBABILITIES in model.abilities) == hasattr(estimator, "predict_proba")
    assert (PROBABILITIES in model.abilities) == (estimator.probabilities() is not None)
    if PROBABILITIES in model.abilities:
        np.testing.assert_allclose(estimator.predict_proba(X).sum(axis=1), 1.0)
    assert (LOG_PROB in model.abilities) == hasattr(estimator, "log_prob")
    if LOG_PROB in model.abilities:
        assert (estimator.log_prob(X) < 0).all()
    assert (OTHER_PRIOR in model.abilities) == hasattr(estimator, "with_class_prior")
    assert (LOG_PROB in model.abilities) == (OTHER_PRIOR in model.abilities)
    if OTHER_PRIOR in model.abilities:
        other = estimator.with_class_prior({"a": 0.0, "b": 1.0})
        assert other.predict(X).tolist() == ["b", "b"]


@each_model
def test_estimators_hand_over_a_scorer_that_predicts_as_they_do(model: Model) -> None:
    estimator = fitted(model)
    scorer = estimator.scorer()
    X = np.array([[1, 0, 1], [0, 2, 0]])
    assert isinstance(scorer, LinearScorer)
    scores = scorer.scores(X)
    assert scores.shape == (2, 2)
    assert np.abs(scores[:, 1] - scores[:, 0]).min() > 1e-9
    np.testing.assert_array_equal(estimator.classes_[scores.argmax(axis=1)], estimator.predict(X))
    if hasattr(estimator, "decision_function"):
        np.testing.assert_allclose(scores[:, 1], estimator.decision_function(X), rtol=1e-12)
    probabilities = estimator.probabilities()
    if probabilities is not None:
        log_proba = probabilities.log_proba(scores)
        np.testing.assert_allclose(log_proba, estimator.predict_log_proba(X), rtol=0, atol=1e-12)


@each_model
def test_estimators_score_what_they_have_not_learned_from(model: Model) -> None:
    rng = np.random.default_rng(0)
    y = np.array(["b", "a", "c"])[np.arange(30) % 3]
    X = rng.poisson(rng.gamma(1.0, 1.0, (3, 8))[np.arange(30) % 3]).astype(float)
    weights = rng.uniform(0.5, 2.0, 30)
    weights[[3, 11]] = 0.0
    estimator = model.create()
    held_out = estimator.fit_out_of_fold(X, y, weights)
    expected = model.create().fit(X, y, weights)
    np.testing.assert_array_equal(estimator.scorer().weights, expected.scorer().weights)
    assert held_out.scores.shape == (30, 3)
    assert len(held_out.folds) == 5
    assert sorted(np.concatenate(held_out.folds).tolist()) == [row for row in range(30) if weights[row]]
    np.testing.assert_array_equal(held_out.scores[[3, 11]], 0.0)
    seen = estimator.scorer().scores(X)
    for held in held_out.folds:
        others = np.setdiff1d(np.arange(30), held)
        apart = model.create().fit(X[others], y[others], weights[others])
        if model.family == "generative":  # the class probabilities stay those of all rows
            apart.class_log_prior_ = estimator.class_log_prior_
        scores = apart.scorer().scores(X[held])
        if model.name in ("nb", "cnb", "bnb", "lr", "svm"):  # the others weigh evidence by all that is held out
            np.testing.assert_allclose(held_out.scores[held], scores, rtol=1e-6, atol=1e-6)
        assert not np.allclose(held_out.scores[held], seen[held], rtol=1e-3)
    assert model.create().fit_out_of_fold(X[:4], y[:4]) is None


@each_model
def test_defaults_are_used_and_can_be_overruled(model: Model) -> None:
    vectorizer = TextClassifier(model=model.name).build_vectorizer().get_params()
    for name, value in model.defaults.items():
        if name in vectorizer:
            assert vectorizer[name] == value
    assert vectorizer["dtype"] == np.dtype(model.dtype)
    kind = "TfidfVectorizer" if model.defaults.get("tfidf") else "CountVectorizer"
    assert type(TextClassifier(model=model.name).build_vectorizer()).__name__ == kind
    counts = TextClassifier(model=model.name, tfidf=False).build_vectorizer()
    assert type(counts).__name__ == "CountVectorizer"
    other = TextClassifier(model=model.name, ngram_range=(2, 3), binary=False, tfidf=True).build_vectorizer()
    assert (other.ngram_range, other.binary, type(other).__name__) == ((2, 3), False, "TfidfVectorizer")


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("nbb", ["no model 'nbb'", "Did you mean", "nb", "Allowed: "]),
        ("NB", ["no model 'NB'", "Allowed: "]),
        ("", ["no model ''"]),
        (None, ["no model None"]),
        (["nb"], ["no model ['nb']"]),
    ],
)
def test_an_unknown_model_is_answered_with_the_nearest(name: Any, pieces: list[str]) -> None:
    with pytest.raises(UnknownNameError) as caught:
        find_model(name)
    for piece in [*pieces, *MODELS]:
        assert piece in str(caught.value)


def test_the_registry_is_read_without_what_learns() -> None:
    script = "import sys, textgd.models; print(*{'numpy', 'scipy', 'sklearn', 'numba', 'nltk'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
