"""Folds: every document tests once, classes are spread evenly, near-duplicates stay together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from textgd.errors import DataError
from textgd.evaluation.folds import draw_folds


@given(st.data())
def test_every_document_tests_once_and_every_class_is_spread(data: st.DataObject) -> None:
    n_folds = data.draw(st.integers(2, 7))
    sizes = data.draw(st.lists(st.integers(n_folds, 40), min_size=2, max_size=4))
    codes = np.random.default_rng(0).permutation(np.repeat(np.arange(len(sizes)), sizes))
    folds = draw_folds(codes, np.arange(len(codes)), n_folds, (data.draw(st.integers(0, 99)), 0))
    assert np.sort(np.concatenate(folds)).tolist() == list(range(len(codes)))
    counts = np.array([np.bincount(codes[rows], minlength=len(sizes)) for rows in folds])
    assert (np.ptp(counts, axis=0) <= 1).all()
    assert np.ptp(counts.sum(axis=1)) <= 1


@given(st.data())
def test_groups_stay_together_and_the_rest_makes_up_for_them(data: st.DataObject) -> None:
    n = data.draw(st.integers(30, 80))
    codes = np.array(data.draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    drawn = data.draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n))
    groups = np.unique(drawn, return_inverse=True)[1]
    assume(all(len(np.unique(groups[codes == code])) >= 3 for code in (0, 1)))
    folds = draw_folds(codes, groups, 3, (1, 0))
    assert np.sort(np.concatenate(folds)).tolist() == list(range(n))
    where = {int(group): {k for k, rows in enumerate(folds) if group in groups[rows]} for group in groups}
    assert {len(places) for places in where.values()} == {1}
    largest = np.bincount(groups).max()
    counts = np.array([np.bincount(codes[rows], minlength=2) for rows in folds])
    # Of one class a fold has at most one group more than another; the other class decides where a mixed group goes.
    assert np.ptp(counts.sum(axis=1)) <= 2 * largest


def test_one_large_group_is_balanced_by_single_documents() -> None:
    codes = np.repeat([0, 1], [40, 40])
    groups = np.r_[np.zeros(10, int), np.arange(1, 71)]
    folds = draw_folds(codes, groups, 4, (0, 0))
    assert [np.bincount(codes[rows]).tolist() for rows in folds] == [[10, 10]] * 4


def test_the_seed_and_the_repeat_decide_alone() -> None:
    codes, groups = np.repeat([0, 1], 20), np.arange(40)
    first, again, other = (draw_folds(codes, groups, 5, seed) for seed in ((3, 0), (3, 0), (3, 1)))
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert any((a != b).any() for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize(
    ("codes", "groups", "message"),
    [
        ([0] * 9, range(9), r"one class only, 'ham'\. Two classes at least"),
        ([0] * 9 + [1] * 3, range(12), r"Class 'spam' has 3 documents, too few for cv=5 \(--cv 5\).* Take 3 folds or"),
        ([0] * 9 + [1], range(10), r"Class 'spam' has 1 document; two different ones"),
        ([0] * 9 + [1] * 3, [*range(9), 9, 9, 9], r"Class 'spam' has 3 documents that are near-duplicates"),
        ([0] * 9 + [1] * 6, [*range(9), 9, 9, 9, 10, 10, 11], r"6 documents, of which 3 are different, too few"),
    ],
)
def test_a_class_has_to_be_in_every_fold(codes: list[int], groups: list[int], message: str) -> None:
    with pytest.raises(DataError, match=message):
        draw_folds(np.array(codes), np.array(groups), 5, (0, 0), ["ham", "spam"])
