"""What an estimator on raw documents inherits; what it does as a TextClassifier is in tests/contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError

import textgd
from textgd import TextClassifier
from textgd.errors import InvalidParameterError, ModelFileError
from textgd.generative import MultinomialNB
from textgd.learning.text_estimator import TextEstimator
from textgd.modelfile import load_model
from textgd.text import CountVectorizer

TEXTS = ["win a free prize", "win cash now", "free cash", "see you at lunch", "are you home", "the film at home"]
LABELS = ["spam", "spam", "spam", "ham", "ham", "ham"]
NEW = ["win a film", "", "at home now", "xylophone"]


class Words(TextEstimator):
    """As little as an estimator has to say of itself."""

    def __init__(self, calibrate: str | None = "auto", class_prior: Any = None, n_jobs: int | None = None) -> None:
        self.calibrate = calibrate
        self.class_prior = class_prior
        self.n_jobs = n_jobs

    def build_vectorizer(self) -> CountVectorizer:
        return CountVectorizer(binary=True)

    def build_model(self) -> MultinomialNB:
        return MultinomialNB()


class Named(Words):
    """One that can be saved."""

    def __init__(self, notes: Any = None, calibrate: str | None = "auto") -> None:
        super().__init__(calibrate)
        self.notes = notes

    def file_info(self) -> dict[str, Any]:
        return {"model": "words", "parameters": {"notes": self.notes}}


class Weighted(Words):
    """One whose model weighs the classes by itself, so that calibration has to as well."""

    def __init__(self, class_weight: Any = None) -> None:
        super().__init__()
        self.class_weight = class_weight


@pytest.mark.parametrize("parameters", [{}, {"calibrate": None}, {"class_prior": [0.2, 0.8]}], ids=str)
def test_it_learns_by_what_it_says_it_is_made_of(parameters: dict[str, Any]) -> None:
    estimator = Words(**parameters).fit(TEXTS, LABELS)
    same = TextClassifier(ngram_range=(1, 1), **parameters).fit(TEXTS, LABELS)
    assert_array_equal(estimator.predict_log_proba(NEW), same.predict_log_proba(NEW))
    assert_array_equal(estimator.predict(NEW), same.predict(NEW))
    assert estimator.calibration_ == same.calibration_
    assert estimator.classes_.tolist() == ["ham", "spam"]
    assert set(estimator.fit_times_) == {"scan", "fit"}
    assert isinstance(estimator.vectorizer_, CountVectorizer)
    assert isinstance(estimator.model_, MultinomialNB)
    assert is_classifier(estimator)
    assert clone(estimator).get_params() == Words(**parameters).get_params()
    with pytest.raises(NotFittedError):
        clone(estimator).predict(NEW)


def test_what_it_leaves_open_has_a_default() -> None:
    estimator = Words()
    assert estimator.class_weight is None
    assert estimator.feature_groups(None) == {}
    assert estimator.is_probabilistic()
    assert hasattr(Words(calibrate=None), "predict_proba")


def test_what_it_has_to_say_is_asked_for(tmp_path: Path) -> None:
    class Nothing(TextEstimator):
        calibrate = class_prior = n_jobs = None

    for call in (Nothing().build_vectorizer, Nothing().build_model, Nothing().file_info):
        with pytest.raises(NotImplementedError):
            call()
    with pytest.raises(NotImplementedError):
        Words().fit(TEXTS, LABELS).save(tmp_path / "m")
    assert list(tmp_path.iterdir()) == []


def test_class_weights_are_those_of_the_documents_that_calibrate(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    learn = textgd.learning.text_estimator.learn_calibration

    def record(method: str, held_out: Any, codes: Any, weights: Any = None) -> Any:
        asked.append(weights)
        return learn(method, held_out, codes, weights)

    monkeypatch.setattr(textgd.learning.text_estimator, "learn_calibration", record)
    weights = [1.0, 2.0, 1.0, 1.0, 1.0, 0.5]
    for class_weight, expected in (
        (None, weights),
        ({"spam": 3.0}, [3.0, 6.0, 3.0, 1.0, 1.0, 0.5]),
        ("balanced", np.array(weights) * [6.5 / 8, 6.5 / 8, 6.5 / 8, 6.5 / 5, 6.5 / 5, 6.5 / 5]),
    ):
        Weighted(class_weight).fit(TEXTS, LABELS, weights)
        assert_allclose(asked.pop(), expected, rtol=1e-12)
    with pytest.raises(InvalidParameterError, match="class_weight names no class: 'eggs'"):
        Weighted({"eggs": 1.0}).fit(TEXTS, LABELS)


@pytest.mark.parametrize(
    ("notes", "kept"),
    [
        (None, None),
        ((1, 2), [1, 2]),
        ({"b", "a"}, ["a", "b"]),
        (frozenset({"b", "a"}), ["a", "b"]),
        (np.array([1.5, 2.5]), [1.5, 2.5]),
        (np.float32(0.5), 0.5),
        (pd.Series(["a", "b"]), ["a", "b"]),
        (pl.Series([1, 2]), [1, 2]),
        ({1: 0.5, 2: np.float64(0.5)}, {"items": [[1, 0.5], [2, 0.5]]}),
        ([{"a": (1, {2})}], [{"items": [["a", [1, [2]]]]}]),
    ],
    # No set in a name: its order differs from one process to the next, and several run the tests together.
    ids=lambda value: type(value).__name__,
)
def test_parameters_are_saved_as_json(notes: Any, kept: Any, tmp_path: Path) -> None:
    estimator = Named(notes, calibrate=None).fit(TEXTS, LABELS)
    estimator.save(tmp_path / "m", {"corpus": "mails"})
    saved = load_model(tmp_path / "m")
    assert saved.info == {"model": "words", "parameters": {"notes": kept}, "training": {"corpus": "mails"}}
    assert_array_equal(saved.scorer.predict(NEW).log_proba, estimator.predict_log_proba(NEW))


def test_a_function_among_the_parameters_is_named(tmp_path: Path) -> None:
    estimator = Named([{"a": str.split}], calibrate=None).fit(TEXTS, LABELS)
    with pytest.raises(ModelFileError, match=r"The notes is a Python function.*Use a notes by name"):
        estimator.save(tmp_path / "m")
    assert list(tmp_path.iterdir()) == []


def test_stop_words_of_any_kind_come_back(tmp_path: Path) -> None:
    for words in ({"the", "a"}, frozenset({"a", "the"}), ["a", "the"], ("a", "the")):
        for model in ("nb", "lm"):
            classifier = TextClassifier(model=model, stop_words=words).fit(TEXTS, LABELS)
            classifier.save(tmp_path / "m")
            loaded = textgd.load(tmp_path / "m")
            assert loaded.stop_words == ("a", "the")
            assert_array_equal(loaded.predict_log_proba(NEW), classifier.predict_log_proba(NEW))
