"""Robustness curves as a whole: whoever takes part, however many repeats at a time, and what is refused."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pytest

from tests.evaluation.small import CORPUS, make_corpus
from textgd import robustness_curves
from textgd.corpus import Corpus
from textgd.errors import DataError, InvalidParameterError, UnknownNameError
from textgd.evaluation import robustness, schedule


def test_nothing_depends_on_how_many_run_at_a_time() -> None:
    for axis in ("missing", "label-noise", "prior"):
        one, two = (
            robustness_curves(["nb", "lr"], CORPUS, axis, [0.4], 3, random_state=5, n_jobs=n_jobs) for n_jobs in (1, 2)
        )
        assert one.to_json() == two.to_json()
        assert json.loads(one.to_json())["settings"]["seed"] == 5


def test_estimators_of_ones_own_learn_from_wrong_labels() -> None:
    models = ["nb", "sklearn.naive_bayes:ComplementNB"]
    curves = robustness_curves(models, CORPUS, "label-noise", [0.3], 2, random_state=0, n_jobs=1)
    assert [model.family for model in curves.models] == ["generative", None]
    assert np.isfinite(curves.test_scores["ComplementNB"]).all()


def test_an_official_test_part_is_what_all_repeats_test_on() -> None:
    split = tuple("test" if k % 4 == 0 else "train" for k in range(len(CORPUS.texts)))
    hard = make_corpus(n_words=3)
    corpus = Corpus(hard.texts, hard.labels, "official", split)
    curves = robustness_curves(["nb"], corpus, "prior", [0.5], 2, random_state=0, n_jobs=1)
    assert curves.design.is_official
    # As it is, no repeat differs from another; with another share each draws its own.
    assert len(set(curves.test_scores["nb (as is)"][list(curves.levels).index(curves.reference)])) == 1
    low, high = curves.errors["nb (as is)"][0, 1:]
    assert low < high


class _Failing:
    """Fails where labels are wrong: it has seen which ones are right."""

    def __init__(self) -> None:
        self.labels = dict(zip(CORPUS.texts, CORPUS.labels, strict=True))

    def fit(self, X: list[str], y: Any) -> None:
        if any(self.labels[text] != label for text, label in zip(X, y, strict=True)):
            raise ValueError("a wrong label")

    def predict(self, X: list[str]) -> list[Any]:
        return [self.labels[text] for text in X]


def test_a_failure_is_a_gap_and_nothing_else() -> None:
    # Texts of both classes would be wrong under one of their labels.
    assert len(set(CORPUS.texts)) == len({*zip(CORPUS.texts, CORPUS.labels, strict=True)})
    models = {"mine": _Failing(), "nb": "nb"}
    curves = robustness_curves(models, CORPUS, "label-noise", [0.2], 2, random_state=0, n_jobs=1)
    (failure,) = curves.failures
    assert (failure.line, failure.level, failure.n_repeats, failure.reason) == (
        "mine",
        0.2,
        2,
        "ValueError: a wrong label",
    )
    assert curves.test_scores["mine"][0].tolist() == [1.0, 1.0]
    assert np.isfinite(curves.test_scores["nb"]).all()
    with pytest.raises(DataError, match=r"No model gave a result\. mine \(as is\): .*no predict_proba"):
        robustness_curves({"mine": _Failing()}, CORPUS, "prior", [0.5], 2, random_state=0, n_jobs=1)


def test_a_budget_ends_it_after_as_many_repeats_as_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each look at the clock is a second later than the last one.
    seconds = itertools.count()
    for module in (schedule, robustness):
        monkeypatch.setattr(module, "monotonic", lambda: next(seconds))
    told: list[tuple[int, int]] = []
    curves = robustness_curves(
        ["nb"], CORPUS, "missing", [0.5], 1000, random_state=0, budget=60, progress=lambda *done: told.append(done)
    )
    assert 1 <= curves.n_repeats < 1000
    assert curves.settings["repeats_asked"] == 1000
    assert told[0] == (1, 4 * 1000)
    with pytest.raises(InvalidParameterError, match=r"of its 12 results were there.*fewer levels \(--levels\)"):
        robustness_curves(["nb"], CORPUS, "missing", random_state=0, budget=1e-4)


@pytest.mark.parametrize(
    ("axis", "arguments", "error", "message"),
    [
        ("cheese", {}, UnknownNameError, "There is no axis 'cheese'"),
        ("missing", {"positive": "spam"}, InvalidParameterError, "positive .* is for the axis prior; the axis here is"),
        (
            "prior",
            {"deletion": "worst"},
            InvalidParameterError,
            "deletion .* is for the axis missing; the axis here is",
        ),
        ("prior", {"positive": "cheese"}, UnknownNameError, "small has no class 'cheese'"),
        ("prior", {"levels": [0.999]}, DataError, "too few test documents to give a class the share 99.9 %"),
        ("label-noise", {"levels": [1.5]}, InvalidParameterError, "levels is"),
        ("label-noise", {"repeats": 0}, InvalidParameterError, "repeats is 0"),
        ("label-noise", {"metric": "cheese"}, UnknownNameError, "There is no metric 'cheese'"),
        ("label-noise", {"budget": 0}, InvalidParameterError, "budget is 0"),
        ("label-noise", {"test_size": 2}, InvalidParameterError, "test_size is 2"),
        ("label-noise", {"random_state": -1}, InvalidParameterError, "random_state is -1"),
    ],
)
def test_what_cannot_be(axis: str, arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        robustness_curves(["nb"], CORPUS, axis, **{"repeats": 2, "random_state": 0, "n_jobs": 1, **arguments})
