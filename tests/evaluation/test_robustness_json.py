"""Robustness curves as JSON and back, and what is said of JSON that holds none."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from tests.made_up import make_curves, make_robustness
from textgd import RobustnessCurves
from textgd.errors import DataError
from textgd.evaluation.saved_curves import curves_from_json


def test_there_and_back() -> None:
    curves = make_robustness(gaps={"nb (zero)": (1,)})
    again = RobustnessCurves.from_json(curves.to_json())
    assert again.to_json() == curves.to_json()
    assert again.models == curves.models
    assert again.failures == curves.failures
    np.testing.assert_array_equal(again.test_scores["nb (zero)"], curves.test_scores["nb (zero)"])
    assert "NaN" not in curves.to_json()


def test_each_kind_is_read_as_what_it_is() -> None:
    for curves in (make_robustness(), make_curves()):
        assert type(curves_from_json(curves.to_json())) is type(curves)
    for text in ("[]", "{}", "1", "no", '{"kind": "textgd cheese"}'):
        with pytest.raises(DataError, match=r"mine\.json (is no JSON|holds no learning curves)"):
            curves_from_json(text, "mine.json")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("format", 99, "is in format 99 of robustness curves; this version of textgd reads format 1"),
        ("axis", "cheese", "is damaged: UnknownNameError|There is no axis 'cheese'"),
        ("levels", [0.0, 0.9, 0.3], "its levels do not ascend"),
        ("reference", 0.5, "its reference is none of them"),
        ("levels", [0.0, 0.3], "do not fit its levels"),
        ("models", [], "it has no line"),
        ("errors", {}, "is damaged"),
        (
            "losses",
            [{"line": "x", "level": 0.3, "loss": 1, "low": 1, "high": 1, "p_value": 1, "p_holm": 1}],
            "of lines",
        ),
        ("design", {"n_train": "many", "n_test": 3}, "n_train of a Design is 'many'"),
    ],
)
def test_damage_is_told(key: str, value: Any, message: str) -> None:
    data = {**json.loads(make_robustness().to_json()), key: value}
    with pytest.raises(DataError, match=message):
        RobustnessCurves.from_json(json.dumps(data))


def test_records() -> None:
    curves = make_robustness(gaps={"nb (zero)": (1,)}, n_repeats=2)
    records = curves.to_records()
    assert len(records) == 4 * 3 * 2
    assert {
        key: records[2][key] for key in ("line", "model", "reading", "family", "level", "repeat", "test_score")
    } == {
        "line": "nb (zero)",
        "model": "nb",
        "reading": "zero",
        "family": "generative",
        "level": 0.3,
        "repeat": 0,
        "test_score": None,
    }
    assert curves.to_frame().shape == (24, 10)
    assert repr(curves).startswith("RobustnessCurves('sms-spam', missing, accuracy, nb (zero), ")
