"""Wrong labels: so many, the same ones and more at the next level, and a fit on them as from scratch."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation.small import CORPUS, REPEATS, parts, split_small
from textgd import TextClassifier, robustness_curves
from textgd.evaluation.design import nested_order
from textgd.evaluation.label_noise import _STREAM, flip_labels


@given(
    counts=st.lists(st.integers(1, 12), min_size=2, max_size=4),
    shares=st.tuples(st.floats(0, 0.99), st.floats(0, 0.99)),
    seed=st.integers(0, 99),
)
def test_flips(counts: list[int], shares: tuple[float, float], seed: int) -> None:
    codes = np.repeat(np.arange(len(counts)), counts)
    order = nested_order(codes, np.arange(len(codes)), np.random.default_rng(seed))
    few, many = (flip_labels(codes, order, share, len(counts), (seed,)) for share in sorted(shares))
    is_wrong, is_wrong_later = few != codes, many != codes
    assert is_wrong.sum() == min(round(min(shares) * len(codes)), len(codes) - len(counts))
    # What is wrong stays so, and the same.
    np.testing.assert_array_equal(many[is_wrong], few[is_wrong])
    assert (is_wrong_later | ~is_wrong).all()
    assert set(codes[~is_wrong_later]) == set(range(len(counts)))
    assert set(many) <= set(range(len(counts)))


def test_each_class_loses_the_same_share() -> None:
    codes = np.repeat([0, 1, 2], [60, 30, 10])
    order = nested_order(codes, np.arange(100), np.random.default_rng(0))
    noisy = flip_labels(codes, order, 0.3, 3, (0,))
    np.testing.assert_allclose(np.bincount(codes[noisy != codes]), [18, 9, 3], atol=1)


def test_a_level_is_a_fit_from_scratch() -> None:
    levels = [0.0, 0.3]
    curves = robustness_curves(["nb", "lr"], CORPUS, "label-noise", levels, REPEATS, random_state=0, n_jobs=1)
    data = split_small()
    for repeat, split in enumerate(data.splits):
        train, _, test, truth = parts(split)
        for p, level in enumerate(levels):
            noisy = flip_labels(data.codes, split.order, level, 2, (0, repeat, _STREAM))
            labels = data.classes[noisy][split.order]
            for name in ("nb", "lr"):
                classifier = TextClassifier(model=name, calibrate=None).fit(train, labels)
                assert curves.test_scores[name][p, repeat] == classifier.score(test, truth)
