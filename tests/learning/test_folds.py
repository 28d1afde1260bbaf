"""Where a row is held out depends on what is in it, and on nothing else."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from textgd.learning.folds import find_folds, fold_count

Row = tuple[int, tuple[int, ...]]

rows = st.tuples(st.integers(0, 2), st.tuples(*[st.integers(0, 2)] * 3))
# Each class has a row at least.
training_sets = st.lists(rows, max_size=40).map(lambda more: [(c, (c, 0, 0)) for c in range(3)] + more)


def folds_of(training: list[Row], n_folds: int) -> list[NDArray[np.intp]]:
    X = csr_matrix(np.array([features for _, features in training], float))
    return find_folds(X, np.array([c for c, _ in training]), n_folds)


@given(training_sets, st.integers(2, 6))
def test_what_folds_are(training: list[Row], n_folds: int) -> None:
    folds = folds_of(training, n_folds)
    distinct = Counter(c for c, _ in set(training))
    can_be = {c for c, n in distinct.items() if n > 1}
    if len(can_be) < 2:
        assert folds == []
        return
    assert sorted(np.concatenate(folds).tolist()) == [i for i, (c, _) in enumerate(training) if c in can_be]
    assert 1 < len(folds) <= n_folds
    assert min(map(len, folds)) > 0
    contents = [{training[i] for i in fold} for fold in folds]
    assert sum(map(len, contents)) == sum(distinct[c] for c in can_be), "equal rows of a class are in one fold"
    for c in can_be:
        sizes = [sum(of == c for of, _ in content) for content in contents]
        assert max(sizes) == -(-distinct[c] // n_folds)
        assert max(sizes) < distinct[c], "every class is known to the rest"


@given(training_sets, st.integers(2, 6), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(training: list[Row], n_folds: int, random: Any) -> None:
    def contents(rows: list[Row]) -> list[Counter[Row]]:
        return [Counter(rows[i] for i in fold) for fold in folds_of(rows, n_folds)]

    shuffled = training.copy()
    random.shuffle(shuffled)
    assert contents(shuffled) == contents(training)


@given(training_sets)
def test_copies_change_nothing(training: list[Row]) -> None:
    folds = [{training[i] for i in fold} for fold in folds_of(training, 4)]
    assert [{training[i % len(training)] for i in fold} for fold in folds_of(training * 3, 4)] == folds


def test_no_fold_gets_what_is_left_over_of_all_classes() -> None:
    """Six rows a class in five folds: the sixth ones of the classes are spread too."""
    training: list[Row] = [(c, (c + 1, n + 1, 0)) for c in range(5) for n in range(6)]
    assert sorted(len(fold) for fold in folds_of(training, fold_count(100))) == [6] * 5


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("index_type", [np.int32, np.int64])
def test_types_do_not_matter(dtype: Any, index_type: Any) -> None:
    rng = np.random.default_rng(0)
    X, classes = csr_matrix(rng.poisson(0.5, (60, 8)).astype(float)), np.arange(60) % 4
    expected = [fold.tolist() for fold in find_folds(X, classes, 5)]
    other = X.astype(dtype)
    other.indices, other.indptr = other.indices.astype(index_type), other.indptr.astype(index_type)
    assert len(expected) == 5
    assert [fold.tolist() for fold in find_folds(other, classes, 5)] == expected
