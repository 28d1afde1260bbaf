"""How long things will take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgd.tuning.costs import Costs
from textgd.tuning.space import Candidate

SVM, OTHER = Candidate("svm"), Candidate("svm", (("C", 1.0),))


def test_nothing_is_known_of_what_was_never_tried() -> None:
    costs = Costs()
    assert costs.of_fit(SVM, 1000, 1) == costs.of_reading("words", 1000) == 0.0
    costs.add(Candidate("nb"), 100, 5.0, 1)
    assert costs.of_fit(SVM, 1000, 1) == 0.0


@given(constant=st.floats(0.0, 2.0), slope=st.floats(1e-4, 1e-2), growth=st.integers(2, 10))
def test_a_line_is_continued_within_bounds(constant: float, slope: float, growth: int) -> None:
    costs = Costs()
    for size in (100, 1000):
        costs.add(SVM, size, constant + slope * size, 1)
    line = constant + slope * 1000 * growth
    most = (constant + slope * 1000) * growth**1.08
    expected = min(max(line * growth**0.08, 0.4 * most), most)
    assert costs.of_fit(SVM, 1000 * growth, 1) == pytest.approx(expected)
    assert expected >= min(line, most)


def test_fewer_documents_take_less() -> None:
    costs = Costs()
    costs.add(SVM, 1000, 2.0, 1)
    assert costs.of_fit(SVM, 250, 1) == pytest.approx(0.5)


def test_another_of_the_model_is_taken_for_a_little_dearer() -> None:
    costs = Costs()
    costs.add(SVM, 1000, 2.0, 1)
    assert costs.of_fit(OTHER, 1000, 1) == pytest.approx(1.3 * 2.0)


def test_threads_count_on_both_sides() -> None:
    costs = Costs()
    costs.add(SVM, 1000, 2.0, 2)
    assert costs.of_fit(SVM, 1000, 2) == pytest.approx(2.0)
    assert costs.of_fit(SVM, 1000, 1) == pytest.approx(3.2)


def test_what_was_measured_while_code_was_loaded_is_forgotten() -> None:
    costs = Costs()
    costs.add(SVM, 60, 20.0, 1)
    costs.add_reading("words", 60, 5.0)
    costs.clear()
    assert costs.of_fit(SVM, 1000, 1) == costs.of_reading("words", 1000) == 0.0
