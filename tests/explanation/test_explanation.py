"""What is shown of an explanation holds all of it: heat, stretches, features."""

from __future__ import annotations

import json
import random
from dataclasses import FrozenInstanceError, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from tests.explanation.drawn import draw, fitted
from textgd.explanation import Explanation

KINDS = ["nb", "svm", "lm", "charlm"]
TEXT = "Free entry: WIN a prize now!\n\nSee you at home, free lunch"


def explanations() -> list[Explanation]:
    rng = random.Random(4)
    texts = [TEXT, "", " ", "free", *(draw(rng, "spam", 15) for _ in range(5))]
    made = [fitted(kind, 3 if kind == "lm" else 2).explain(text) for kind in KINDS for text in texts]
    return [*made, *(fitted("nb", analyzer="char_wb").explain(text) for text in texts)]


ALL = explanations()


@pytest.mark.parametrize("explanation", ALL, ids=lambda explanation: repr(explanation.text)[:20])
def test_heat_is_what_covers_each_character(explanation: Explanation) -> None:
    expected = np.zeros(len(explanation.text))
    for piece in explanation.contributions:
        if piece.end > piece.start:
            expected[piece.start : piece.end] += piece.contribution / (piece.end - piece.start)
    heat = explanation.heat()
    assert heat.dtype == np.float64
    assert_allclose(heat, expected, rtol=0, atol=1e-12 * (1 + np.abs(explanation.values).sum()))
    covered = np.zeros(len(explanation.text), bool)
    for piece in explanation.contributions:
        covered[piece.start : piece.end] = True
    assert (heat[~covered] == 0.0).all()
    assert_allclose(explanation.segments().sum(), heat.sum(), atol=1e-9)


@pytest.mark.parametrize("n_levels", [1, 3, 10])
@pytest.mark.parametrize("explanation", ALL, ids=lambda explanation: repr(explanation.text)[:20])
def test_runs_are_the_whole_document(explanation: Explanation, n_levels: int) -> None:
    runs = explanation.runs(n_levels)
    assert "".join(explanation.text[run.start : run.end] for run in runs) == explanation.text
    assert all(run.start < run.end for run in runs)
    levels = [run.level for run in runs]
    assert all(before != after for before, after in pairwise(levels))
    heat = explanation.heat()
    for run in runs:
        assert run.contribution == pytest.approx(heat[run.start : run.end].sum(), abs=1e-9)
        assert abs(run.level) <= n_levels
        assert run.level == 0 or run.level * run.contribution > 0 or explanation.text[run.start : run.end].isspace()
    if explanation.segments().any():
        assert max(map(abs, levels)) == n_levels


def test_the_strongest_are_all_occurrences_together() -> None:
    explanation = fitted("nb", ngram_range=(1, 1), binary=False).explain("free Free lunch FREE to")
    features = explanation.strongest()
    assert features[0][:2] == ("free", 3)
    assert sum(feature.times for feature in features) == len(explanation.contributions)
    assert_allclose(sum(feature.contribution for feature in features), explanation.log_odds - explanation.bias)
    sizes = [abs(feature.contribution) for feature in features]
    assert sizes == sorted(sizes, reverse=True)
    assert explanation.strongest(2) == features[:2]
    assert explanation.strongest(0) == []


def test_characters_are_listed_as_words() -> None:
    explanation = fitted("charlm").explain("win  free win\n")
    features = {feature.name: feature for feature in explanation.strongest()}
    assert features.keys() == {"win", "free", "</s>"}
    assert features["win"].times == 2
    assert_allclose(sum(feature.contribution for feature in features.values()), explanation.log_odds - explanation.bias)
    win = sum(piece.contribution for piece in explanation.contributions if piece.end <= 5 or 10 <= piece.start < 14)
    assert features["win"].contribution == pytest.approx(win)


def test_features_are_named_as_they_are_read() -> None:
    explanation = fitted("nb", ngram_range=(1, 1), mask_numbers=True, negation=True).explain("12 not Free")
    named = dict(zip(explanation.codes.tolist(), explanation.contributions, strict=True))
    assert {explanation.features[code]: piece.text for code, piece in named.items()}["__number__"] == "12"


@pytest.mark.parametrize("explanation", ALL[:: len(ALL) // 9], ids=lambda explanation: repr(explanation.text)[:20])
def test_data_are_json(explanation: Explanation) -> None:
    data = json.loads(json.dumps(explanation.to_dict(), allow_nan=False))
    assert list(data) == ["label", "log_odds", "bias", "probability", "unit", "against", "contributions"]
    assert len(data["contributions"]) == len(explanation.values)
    for entry, piece in zip(data["contributions"], explanation.contributions, strict=True):
        assert list(entry.items()) == list(piece._asdict().items())
        assert list(entry) == ["text", "start", "end", "contribution"]


def test_an_explanation_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        ALL[0].bias = 0.0  # type: ignore[misc]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.floats(-5, 5)), max_size=30))
def test_heat_of_any_pieces(drawn: list[tuple[int, int, float]]) -> None:
    starts, ends = (np.array([side(a, b) for a, b, _ in drawn], np.int64) for side in (min, max))
    values = np.array([value for _, _, value in drawn])
    made = replace(ALL[0], text="x" * 20, starts=starts, ends=ends, values=values)
    expected = np.zeros(20)
    for start, end, value in zip(starts, ends, values, strict=True):
        if end > start:
            expected[start:end] += value / (end - start)
    assert_allclose(made.heat(), expected, atol=1e-12)


def test_nothing_has_no_heat() -> None:
    empty = fitted("nb").explain("")
    assert_array_equal(empty.heat(), np.zeros(0))
    assert empty.runs(3) == []
    assert empty.strongest() == []
