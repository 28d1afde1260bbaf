"""Splits keep groups together, subsets are nested and mirror the classes, sizes are what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from textgd.errors import DataError, InvalidParameterError
from textgd.evaluation.design import Split, draw_order, draw_split, nested_order, size_schedule, without_duplicates

Ints = NDArray[np.intp]

seeds = st.tuples(st.integers(0, 2**32), st.integers(0, 100))
shares = st.floats(0.01, 0.99)


@st.composite
def classes(draw: st.DrawFn) -> Ints:
    """Return the classes of some documents, each class with two at least, in any order or sorted."""
    counts = draw(st.lists(st.integers(2, 40), min_size=2, max_size=5))
    codes = np.repeat(np.arange(len(counts)), counts)
    if draw(st.booleans()):
        codes = np.random.default_rng(draw(st.integers(0, 99))).permutation(codes)
    return codes


@st.composite
def grouped_classes(draw: st.DrawFn) -> tuple[Ints, Ints]:
    """Return classes and groups; a group may hold documents of several classes."""
    codes = draw(classes())
    wanted = draw(st.lists(st.integers(0, len(codes) - 1), min_size=len(codes), max_size=len(codes)))
    n_single = draw(st.integers(0, len(codes)))
    rows = np.random.default_rng(draw(st.integers(0, 99))).permutation(len(codes))
    groups = np.array(wanted)
    groups[rows[:n_single]] = len(codes) + np.arange(n_single)
    return codes, np.unique(groups, return_inverse=True)[1]


def singles(codes: Ints) -> Ints:
    return np.arange(len(codes))


def class_counts(codes: Ints, n_classes: int) -> list[int]:
    return [int(count) for count in np.bincount(codes, minlength=n_classes)]


def assert_mirrors(codes: Ints, order: Ints) -> None:
    """Check every front part of an order that can hold all classes."""
    n_classes = len(np.unique(codes[order]))
    totals = np.bincount(codes[order])
    counts = np.zeros_like(totals)
    for size, code in enumerate(codes[order].tolist(), start=1):
        counts[code] += 1
        if size < n_classes:
            continue
        assert (counts >= 1).all()
        # Some number times its share, rounded, is what each class has, or one document where that would be none.
        least = ((counts - 0.5) / totals)[counts > 1]
        most = (counts + 0.5) / totals
        assert least.max(initial=0.0) <= most.min() + 1e-12
        if n_classes == 2 and (counts > 1).all():
            assert np.abs(counts - size * totals / len(order)).max() <= 0.5 + 1e-9


# Splits


@given(classes(), shares, seeds)
def test_without_groups_each_class_has_its_share(codes: Ints, test_size: float, seed: tuple[int, int]) -> None:
    split = draw_split(codes, singles(codes), test_size, seed)
    assert sorted([*split.order, *split.test]) == list(range(len(codes)))
    assert (np.diff(split.test) > 0).all()
    for tested, total in zip(np.bincount(codes[split.test]), np.bincount(codes), strict=True):
        assert 1 <= tested <= total - 1
        assert abs(tested - test_size * total) <= 0.5 or tested in (1, total - 1)


@given(grouped_classes(), shares, seeds)
def test_no_group_is_on_both_sides(data: tuple[Ints, Ints], test_size: float, seed: tuple[int, int]) -> None:
    codes, groups = data
    try:
        split = draw_split(codes, groups, test_size, seed)
    except DataError as error:
        assert "near-duplicates" in str(error)  # noqa: PT017
        # Only where groups hold several classes, or a class is one group.
        mixed = len(np.unique(np.c_[codes, groups], axis=0)) > len(np.unique(groups))
        assert mixed or any(len(np.unique(groups[codes == code])) == 1 for code in codes)
        return
    assert sorted([*split.order, *split.test]) == list(range(len(codes)))
    assert not set(groups[split.order]) & set(groups[split.test])
    assert set(codes[split.order]) == set(codes[split.test]) == set(codes)
    assert_mirrors(codes, split.order)


@given(classes(), st.integers(1, 4), shares, seeds)
def test_groups_of_one_class_come_as_near_to_the_share_as_they_can(
    codes: Ints, largest: int, test_size: float, seed: tuple[int, int]
) -> None:
    codes = np.sort(codes)
    # Runs of up to `largest` documents of a class, and the rest of each class one by one.
    places = np.arange(len(codes)) - np.searchsorted(codes, codes)
    runs = np.where(places < np.bincount(codes)[codes] // 2, places // largest, 1000 + places)
    groups = np.unique(codes * 10_000 + runs, return_inverse=True)[1]
    assume(all(len(np.unique(groups[codes == code])) > 1 for code in range(codes.max() + 1)))
    split = draw_split(codes, groups, test_size, seed)
    for code, total in enumerate(np.bincount(codes)):
        share = min(max(int(test_size * total + 0.5), 1), total - 1)
        tested = int((codes[split.test] == code).sum())
        assert abs(tested - share) <= largest // 2 + (tested < share or share == 1) * largest


def test_small_groups_leave_the_parts_their_sizes() -> None:
    codes = np.repeat([0, 1], [300, 100])
    groups = np.r_[np.repeat(np.arange(20), 5), 20 + np.arange(300)]
    for repeat in range(50):
        split = draw_split(codes, groups, 0.2, (0, repeat))
        assert class_counts(codes[split.test], 2) == [60, 20]


def test_every_document_is_tested_about_as_often() -> None:
    """Those in groups too: a test part without near-duplicates would be another corpus."""
    codes = np.repeat([0, 1], [100, 100])
    groups = np.r_[np.repeat(np.arange(10), 4), 10 + np.arange(160)]
    tested = np.zeros(len(codes))
    for repeat in range(400):
        tested[draw_split(codes, groups, 0.25, (0, repeat)).test] += 1 / 400
    # The standard deviation of one document's share is 0.022.
    assert abs(tested[:40].mean() - 0.25) < 0.05
    assert abs(tested - 0.25).max() < 0.09


def test_two_groups_are_split_whatever_their_sizes() -> None:
    codes = np.array([0] * 10 + [1] * 2)
    groups = np.array([0] * 9 + [1, 2, 3])
    split = draw_split(codes, groups, 0.5, (0, 0))
    assert split.test.tolist()[0] == 9
    assert class_counts(codes[split.order], 2) == [9, 1]
    split = draw_split(codes, np.array([0] * 5 + [1] * 5 + [2, 3]), 0.9, (0, 0))
    assert class_counts(codes[split.test], 2) == [5, 1]


def test_a_group_of_two_classes_goes_where_the_smaller_one_needs_it() -> None:
    """The second class has two groups, and one of them is full of documents of the first."""
    codes = np.array([0] * 20 + [1, 1])
    groups = np.array([0] * 15 + list(range(1, 6)) + [0, 6])
    for repeat in range(20):
        split = draw_split(codes, groups, 0.2, (0, repeat))
        assert (codes[split.test] == 1).sum() == 1
        assert set(codes[split.test]) == {0, 1}


@given(grouped_classes(), seeds)
def test_the_same_seed_gives_the_same_split(data: tuple[Ints, Ints], seed: tuple[int, int]) -> None:
    codes, groups = data

    def drawn() -> list[list[int]] | str:
        try:
            split = draw_split(codes, groups, 0.3, seed)
        except DataError as error:
            return str(error)
        return [split.order.tolist(), split.test.tolist()]

    first = drawn()
    np.random.default_rng(0).random(10)
    assert drawn() == first


def test_repeats_and_seeds_differ() -> None:
    codes = np.repeat([0, 1], 50)
    splits = [draw_split(codes, singles(codes), 0.2, seed) for seed in ((0, 0), (0, 1), (1, 0), (1, 1))]
    assert len({tuple(split.test.tolist()) for split in splits}) == 4
    assert len({tuple(split.order.tolist()) for split in splits}) == 4


def test_sorted_labels_are_as_good_as_shuffled_ones() -> None:
    """Documents in the order of a file that is sorted by label: nothing depends on where they stand."""
    codes = np.repeat([0, 1, 2], [60, 30, 10])
    split = draw_split(codes, singles(codes), 0.2, (0, 0))
    assert class_counts(codes[split.test], 3) == [12, 6, 2]
    assert class_counts(codes[split.order[:20]], 3) == [12, 6, 2]
    # Within a class too, early and late documents come at random.
    mean_place = np.mean([draw_split(codes, singles(codes), 0.2, (0, r)).order[:40].mean() for r in range(50)])
    assert abs(mean_place - 49.5) < 5


@pytest.mark.parametrize(
    ("codes", "groups", "labels", "said"),
    [
        ([], [], None, "no classes"),
        ([0, 0], [0, 1], ["ham"], "one class only, 'ham'"),
        ([0, 0, 1], [0, 1, 2], ["ham", "spam"], "Class 'spam' has 1 document; at least 2"),
        ([0, 0, 1, 1], [0, 1, 2, 2], None, "All 2 documents of class 1 are near-duplicates of each other"),
        # Three classes that share three groups in a ring: two groups are on one side.
        ([0, 0, 1, 1, 2, 2], [0, 1, 1, 2, 2, 0], ["a", "b", "c"], r"Class '[abc]' has no document left for the"),
    ],
)
def test_impossible_splits(codes: list[int], groups: list[int], labels: Sequence[str] | None, said: str) -> None:
    with pytest.raises(DataError, match=said):
        draw_split(np.array(codes, np.intp), np.array(groups, np.intp), 0.5, (0, 0), labels)


@pytest.mark.parametrize("test_size", [0, 1, 1.5, -0.2, True, "0.2", None, float("nan")])
def test_test_size_is_a_share(test_size: Any) -> None:
    with pytest.raises(InvalidParameterError, match=r"test_size is .*; allowed is a share between 0 and 1"):
        draw_split(np.array([0, 0, 1, 1]), np.arange(4), test_size, (0, 0))


def test_a_split_is_frozen() -> None:
    split = Split(np.array([0]), np.array([1]))
    with pytest.raises(AttributeError):
        split.test = np.array([0])  # type: ignore[misc]


# Nested subsets


@given(classes(), st.integers(0, 99))
@example(np.array([0] * 50 + [1, 2, 3]), 0)
def test_every_front_part_mirrors_the_classes(codes: Ints, seed: int) -> None:
    order = nested_order(codes, np.arange(len(codes)), np.random.default_rng(seed))
    assert sorted(order) == list(range(len(codes)))
    assert order.dtype == np.intp
    assert_mirrors(codes, order)


@pytest.mark.parametrize("counts", [[50, 50], [90, 10], [60, 30, 10], [40, 30, 20, 10]])
def test_front_parts_are_within_one_document_of_the_shares(counts: list[int]) -> None:
    codes = np.repeat(np.arange(len(counts)), counts)
    order = nested_order(codes, np.arange(len(codes)), np.random.default_rng(0))
    for size in range(20, 101):
        exact = size * np.array(counts) / 100
        assert np.abs(class_counts(codes[order[:size]], len(counts)) - exact).max() <= 1.0


def test_rows_may_be_some_of_all_and_lack_a_class() -> None:
    codes = np.array([0, 2, 0, 2, 1, 2])
    order = draw_order(codes, np.array([5, 0, 3, 2]), (0, 0))
    assert sorted(order.tolist()) == [0, 2, 3, 5]
    assert set(codes[order[:2]]) == {0, 2}
    assert draw_order(codes, np.array([], np.intp), (0, 0)).tolist() == []


def test_orders_of_repeats_differ_and_are_repeatable() -> None:
    codes = np.repeat([0, 1], 30)
    rows = np.arange(60)
    assert draw_order(codes, rows, (3, 4)).tolist() == draw_order(codes, rows, (3, 4)).tolist()
    assert draw_order(codes, rows, (3, 4)).tolist() != draw_order(codes, rows, (3, 5)).tolist()


def test_no_class_is_ahead_in_all_repeats() -> None:
    """Of two classes with the same claim either has the odd document."""
    codes = np.repeat([0, 1], 30)
    odd = [int(codes[draw_order(codes, np.arange(60), (0, repeat))[:21]].sum()) for repeat in range(40)]
    assert set(odd) == {10, 11}


def test_near_duplicates_of_the_test_part_are_not_learned_from() -> None:
    codes = np.array([0, 0, 1, 1, 0, 1])
    groups = np.array([0, 1, 2, 3, 1, 4])
    assert without_duplicates(codes, np.array([3, 1, 0, 2]), np.array([4, 5]), groups).tolist() == [3, 0, 2]


def test_a_class_must_not_vanish() -> None:
    codes = np.array([0, 1, 1, 1, 0])
    groups = np.array([0, 1, 1, 1, 2])
    with pytest.raises(DataError, match="All training documents of class 'spam' are near-duplicates of test documents"):
        without_duplicates(codes, np.array([0, 1, 2]), np.array([3, 4]), groups, ["ham", "spam"])


# Sizes


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ("20:max:log", [20, 44, 97, 213, 469, 1032, 2272, 5000]),
        ("20:max", [20, 44, 97, 213, 469, 1032, 2272, 5000]),
        ("50:max:log:3", [50, 500, 5000]),
        (" 100 : MAX : LIN : 3 ", [100, 2550, 5000]),
        ("100:2000:lin:5", [100, 575, 1050, 1525, 2000]),
        ("3:6:log:8", [3, 4, 5, 6]),
        ("50,100, 200,max", [50, 100, 200, 5000]),
        ("10,20:80:lin:4,max", [10, 20, 40, 60, 80, 5000]),
        ("max", [5000]),
        ("max:max", [5000]),
        ("40", [40]),
        (40, [40]),
        ([10, 100], [10, 100]),
        ((10, "max"), [10, 5000]),
        (np.array([10, 100]), [10, 100]),
        (np.array([10.0, 100.0]), [10, 100]),
        (range(10, 40, 10), [10, 20, 30]),
    ],
)
def test_sizes_that_can_be_read(sizes: Any, expected: list[int]) -> None:
    schedule = size_schedule(sizes, 5000, 3)
    assert schedule.tolist() == expected
    assert schedule.dtype == np.int64


@given(st.integers(2, 30), st.integers(1, 10**7))
def test_the_default_sizes(n_classes: int, n_most: int) -> None:
    least = max(20, 2 * n_classes)
    if n_most < least:
        with pytest.raises(DataError, match=f"fewer than the smallest size, {least}.*--sizes {n_classes}:max:log"):
            size_schedule(None, n_most, n_classes)
        return
    schedule = size_schedule(None, n_most, n_classes)
    assert schedule[-1] == n_most
    assert len(schedule) <= 8
    if len(schedule) > 1:
        assert schedule[0] == least
        assert (schedule[1:] > 1.15 * schedule[:-1]).all()
    if n_most > 5 * least:
        assert len(schedule) == 8


@given(st.integers(1, 500), st.integers(0, 10**6), st.integers(2, 40), st.sampled_from(["log", "lin"]))
def test_ranges_ascend_between_their_ends(first: int, width: int, number: int, spacing: str) -> None:
    last = first + width
    schedule = size_schedule(f"{first}:{last}:{spacing}:{number}", last, 1)
    assert (schedule[0], schedule[-1]) == (first, last) or width == 0
    assert len(schedule) <= number
    assert (np.diff(schedule) > 0).all()
    if spacing == "lin" and width >= number:
        assert len(schedule) == number


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ("", "'' is no whole number of documents"),
        ("a few", "'a few' is no whole number of documents"),
        ("10,,20", "'' is no whole number of documents"),
        ("10.5", "'10.5' is no whole number of documents"),
        ("-5,20", "'-5' is no whole number of documents"),
        ("1" * 5000, "is no whole number of documents"),
        ([0.1, 0.5], "0.1 is no whole number of documents"),
        ([float("nan")], "nan is no whole number of documents"),
        ([float("inf")], "inf is no whole number of documents"),
        ([True], "True is no whole number of documents"),
        ([None], "None is no whole number of documents"),
        ([[10, 20]], r"\[10, 20\] is no whole number of documents"),
        ({}, "there is no size among them"),
        ([], "there is no size among them"),
        ("20:max:cubic", "'20:max:cubic' is no range"),
        ("20:max:log:5:6", "'20:max:log:5:6' is no range"),
        ("20:max:log:many", "'many' is no whole number"),
        ("20:max:log:1", "asks for 1"),
        ("20:max:log:max", "asks for 0"),
        ("0:max", "the range '0:max' starts below 1"),
        ("30:20", "goes from 30 down to 20"),
        ("10,20,20", "20 is followed by 20"),
        ([100, 50], "100 is followed by 50"),
        ("50,200,300,max", "300 is above the 100 documents of the training part. Allowed is 3 to 100"),
        ("20:200", "200 is above the 100 documents"),
        ([2, 10], "a subset of 2 cannot hold one of each of the 3 classes. Allowed is 3 to 100"),
        (-5, "a subset of -5 cannot"),
    ],
)
def test_sizes_that_cannot_be(sizes: Any, said: str) -> None:
    with pytest.raises(InvalidParameterError, match=rf"^train_sizes \(--sizes\) is .*{said}"):
        size_schedule(sizes, 100, 3)


def test_the_message_says_what_can_be_asked_for() -> None:
    with pytest.raises(InvalidParameterError, match=r"Allowed are ascending whole numbers.*20:max:log") as caught:
        size_schedule("9" * 5000, 100, 3)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("sizes", ["200:max", "200,300", [200, 1000], "200", 200])
def test_fewer_documents_than_the_smallest_size(sizes: Any) -> None:
    with pytest.raises(DataError, match="The training part has 100 documents, fewer than the smallest size, 200"):
        size_schedule(sizes, 100, 3)
