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
from textgd.parameters import PARAMETERS
from textgd.scoring import LinearScorer

ROOT = Path(__file__).resolve().parent.parent
NAMES = {p.name: p for p in PARAMETERS}

each_model = pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))


def fitted(model: Model, **parameters: Any) -> Any:
    return model.create(**parameters).fit([[2, 0, 1], [0, 1, 0], [1, 0, 3]], ["a", "b", "a"])


def test_the_names_that_users_type() -> None:
    assert {"nb", "cnb", "bnb"} <= set(MODELS)
    assert all(name == model.name for name, model in MODELS.items())
    assert len({model.factory for model in MODELS.values()}) == len(MODELS)
    assert len({model.title for model in MODELS.values()}) == len(MODELS)


def test_the_registry_cannot_be_changed_by_accident() -> None:
    with pytest.raises(TypeError):
        MODELS["nb"] = MODELS["cnb"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        MODELS["nb"].name = "cnb"  # type: ignore[misc]
    with pytest.raises(TypeError):
        MODELS["nb"].defaults["binary"] = False  # type: ignore[index]


@each_model
def test_entry_is_well_formed(model: Model) -> None:
    assert model.family in FAMILIES
    assert model.abilities <= {PROBABILITIES, LOG_PROB, OTHER_PRIOR}
    assert set(model.parameters) <= {name for name, p in NAMES.items() if p.of_model}
    # A model's own value is only asked for where the parameter's default leaves it open.
    assert all(NAMES[name].default is None and not NAMES[name].of_model for name in model.defaults)


@each_model
def test_entry_makes_an_estimator_that_takes_its_parameters(model: Model) -> None:
    estimator = model.create()
    assert type(estimator).__name__ == model.factory.partition(":")[2]
    assert set(model.parameters) <= set(inspect.signature(type(estimator)).parameters)
    # What is None is the estimator's own.
    assert model.create(**dict.fromkeys(model.parameters)).get_params() == estimator.get_params()


@each_model
def test_parameters_reach_the_estimator(model: Model) -> None:
    values: dict[str, Any] = {"alpha": 0.25, "class_prior": [0.9, 0.1]}
    for name in model.parameters:
        assert model.create(**{name: values[name]}).get_params()[name] == values[name]
        if name == "class_prior":
            plain, other = fitted(model), fitted(model, **{name: values[name]})
            assert not np.allclose(plain.predict_proba([[0, 0, 0]]), other.predict_proba([[0, 0, 0]]))


@each_model
def test_parameters_of_other_models_are_refused(model: Model) -> None:
    values: dict[str, Any] = {"alpha": 0.5, "class_prior": "uniform"}
    for name in {p.name for p in PARAMETERS if p.of_model} - set(model.parameters):
        with pytest.raises(InvalidParameterError) as caught:
            model.create(**{name: values[name]})
        message = str(caught.value)
        having = [other.name for other in MODELS.values() if name in other.parameters]
        for piece in (model.name, name, f"--{NAMES[name].option}", repr(values[name]), *having):
            assert piece in message


@each_model
def test_abilities_are_true(model: Model) -> None:
    estimator = fitted(model)
    X = np.array([[1, 0, 1], [0, 0, 0]])
    assert (PROBABILITIES in model.abilities) == hasattr(estimator, "predict_proba")
    if PROBABILITIES in model.abilities:
        np.testing.assert_allclose(estimator.predict_proba(X).sum(axis=1), 1.0)
    assert (LOG_PROB in model.abilities) == hasattr(estimator, "log_prob")
    if LOG_PROB in model.abilities:
        assert (estimator.log_prob(X) < 0).all()
    assert (OTHER_PRIOR in model.abilities) == hasattr(estimator, "with_class_prior")
    assert (OTHER_PRIOR in model.abilities) == ("class_prior" in model.parameters)
    if OTHER_PRIOR in model.abilities:
        other = estimator.with_class_prior({"a": 0.0, "b": 1.0})
        assert other.predict(X).tolist() == ["b", "b"]


@each_model
def test_estimators_hand_over_a_scorer_that_predicts_as_they_do(model: Model) -> None:
    estimator = fitted(model)
    scorer = estimator.scorer()
    X = np.array([[1, 0, 1], [0, 2, 0]])
    assert isinstance(scorer, LinearScorer)
    np.testing.assert_allclose(scorer.log_proba(X), estimator.predict_log_proba(X), rtol=0, atol=1e-12)


@each_model
def test_defaults_are_used_and_can_be_overruled(model: Model) -> None:
    vectorizer = TextClassifier(model=model.name).build_vectorizer().get_params()
    for name, value in model.defaults.items():
        if name in vectorizer:
            assert vectorizer[name] == value
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
