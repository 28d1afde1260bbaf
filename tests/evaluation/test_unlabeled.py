"""Learning curves with and without unlabeled documents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from textgd import TextClassifier, learning_curves
from textgd.errors import InvalidParameterError
from textgd.evaluation.design import class_codes, draw_split


def texts_of(n: int, seed: int) -> tuple[list[str], list[str]]:
    rng = np.random.default_rng(seed)
    labels = ["ham", "spam"] * (n // 2)
    return [" ".join(f"{label[0]}{i}" for i in rng.integers(60, size=8)) for label in labels], labels


TEXTS, LABELS = texts_of(60, 0)
MORE, _ = texts_of(200, 1)


@pytest.fixture(scope="module")
def curves() -> Any:
    # The last is a document of the corpus, and is left out.
    with pytest.warns(UserWarning, match="1 of the 201 unlabeled documents is a labeled one as well"):
        return learning_curves(
            ["nb", "lm"], (TEXTS, LABELS), [8, 40], repeats=2, random_state=0, unlabeled=[*MORE, TEXTS[0]], n_jobs=1
        )


def test_each_model_has_a_second_line(curves: Any) -> None:
    assert [model.name for model in curves.models] == ["nb", "nb + unlabeled", "lm", "lm + unlabeled"]
    assert [model.family for model in curves.models] == ["generative"] * 4
    assert curves.settings["n_unlabeled"] == 200
    assert set(curves.models[1].settings["chosen"]) == {"8", "40"}
    assert not curves.failures


@pytest.mark.parametrize("model", ["nb", "lm"])
def test_a_point_is_a_fit_from_scratch(curves: Any, model: str) -> None:
    codes = class_codes(LABELS, ["ham", "spam"])
    for repeat in range(2):
        split = draw_split(codes, np.arange(60), 0.2, (0, repeat), ["ham", "spam"])
        for s, size in enumerate((8, 40)):
            rows = split.order[:size]
            classifier = TextClassifier(model=model, calibrate=None)
            classifier.fit([TEXTS[r] for r in rows], [LABELS[r] for r in rows], unlabeled=MORE)
            right = classifier.predict([TEXTS[r] for r in split.test]) == np.array(LABELS)[split.test]
            assert curves.test_scores[f"{model} + unlabeled"][s, repeat] == pytest.approx(right.mean())


def test_they_are_not_chosen_among() -> None:
    with pytest.raises(InvalidParameterError, match=r"families=True \(--families\) chooses among them"):
        learning_curves(["nb"], (TEXTS, LABELS), unlabeled=MORE, families=True)
