"""Rows have the same digest where they hold the same, and another one where they do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from textgd.kernels.digests import row_digests

MASK = (1 << 64) - 1

few_values = st.sampled_from([0.0, 0.0, 1.0, 2.0, 0.5])
matrices = st.integers(1, 12).flatmap(lambda n: arrays(np.float64, (n, 4), elements=few_values))


def digests_of(X: Any, index_type: Any = np.int32, value_type: Any = np.float64) -> NDArray[np.uint64]:
    matrix = csr_matrix(X)
    digests: NDArray[np.uint64] = row_digests(
        matrix.indptr.astype(index_type), matrix.indices.astype(index_type), matrix.data.astype(value_type)
    )
    return digests


def slow_digest(row: NDArray[np.float64]) -> int:
    """What the kernel does, in Python's numbers."""
    columns = np.flatnonzero(row)
    h = len(columns)
    for column, bits in zip(columns.tolist(), row[columns].view(np.uint64).tolist(), strict=True):
        h = ((h ^ ((column + bits) & MASK)) * 0xFF51AFD7ED558CCD) & MASK
        h ^= h >> 33
    h = (h * 0xC4CEB9FE1A85EC53) & MASK
    return h ^ (h >> 33)


@given(matrices)
def test_equal_where_the_rows_are(X: NDArray[np.float64]) -> None:
    digests = digests_of(X)
    assert digests.dtype == np.uint64
    assert digests.tolist() == [slow_digest(row) for row in X]
    same_rows = (X[:, None] == X[None]).all(axis=2)
    assert ((digests[:, None] == digests[None]) == same_rows).all()


@pytest.mark.parametrize("index_type", [np.int32, np.int64, np.uint32, np.uint64])
@pytest.mark.parametrize("value_type", [np.float32, np.float64, np.int64])
def test_types_do_not_matter(index_type: Any, value_type: Any) -> None:
    X = np.random.default_rng(0).poisson(0.4, (50, 30))
    assert digests_of(X, index_type, value_type).tolist() == digests_of(X).tolist()


def test_no_two_of_many_rows_share_one() -> None:
    """One and two words, each with the counts 1 to 3: what texts are full of."""
    columns = np.arange(400)
    single = vstack([csr_matrix((np.full(400, n), (columns, columns)), (400, 400)) for n in (1.0, 2.0, 3.0)])
    left, right = np.triu_indices(400, 1)
    rows = np.arange(len(left))
    pairs = [
        csr_matrix((np.r_[np.full(len(left), a), np.full(len(left), b)], (np.r_[rows, rows], np.r_[left, right])))
        for a, b in [(1.0, 1.0), (1.0, 2.0), (2.0, 1.0)]
    ]
    digests = digests_of(vstack([single, *pairs]))
    assert len(np.unique(digests)) == len(digests) == 1200 + 3 * len(left)
