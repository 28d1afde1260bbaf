"""Rows of a matrix, over its own arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import csr_matrix

from textgd.learning.sparse_rows import SparseRows


def matrix(dtype: Any = np.float64, index_type: Any = np.int32) -> csr_matrix:
    found = csr_matrix(np.random.default_rng(0).poisson(0.5, (20, 9)).astype(dtype))
    found.indices, found.indptr = found.indices.astype(index_type), found.indptr.astype(index_type)
    return found


@pytest.mark.parametrize("index_type", [np.int32, np.int64])
def test_the_arrays_are_shared(index_type: Any) -> None:
    X = matrix(index_type=index_type)
    rows = SparseRows.of(X)
    assert rows.n_columns == 9
    assert np.shares_memory(rows.data, X.data)
    assert np.shares_memory(rows.indices, X.indices)
    assert rows.indices.dtype == np.dtype(index_type).str.replace("i", "u")
    assert [array.tolist() for array in rows.arrays] == [X.indptr.tolist(), X.indices.tolist(), X.data.tolist()]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scaled(dtype: Any) -> None:
    X = matrix(dtype)
    before = X.data.copy()
    factors = np.linspace(-1, 1, 9)
    scaled = SparseRows.of(X).scaled(factors)
    assert scaled.data.dtype == dtype
    again = csr_matrix((scaled.data, X.indices, X.indptr), X.shape)
    assert_allclose(again.toarray(), X.toarray() * factors, rtol=1e-6)
    assert X.data.tolist() == before.tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_products(dtype: Any) -> None:
    X = matrix(dtype)
    weights = np.linspace(-1, 2, 9)
    chosen = np.array([3, 0, 3, 19], np.uint64)
    products = SparseRows.of(X).products(chosen, weights)
    assert products.dtype == np.float64
    assert_allclose(products[:, 0], (X @ weights)[chosen.astype(int)], rtol=1e-6)
    groups = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2], np.uint8)
    grouped = SparseRows.of(X).products(chosen, weights, groups, 4)
    assert grouped.shape == (4, 4)
    assert_allclose(grouped[:, 1], X.toarray()[chosen.astype(int)][:, 1::3] @ weights[1::3], rtol=1e-6)
    assert not grouped[:, 3].any()
    assert_allclose(grouped.sum(axis=1), products[:, 0], rtol=1e-6)
