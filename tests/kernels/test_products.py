"""Sums over rows are those of numpy on the dense matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from textgd.kernels.products import add_counts, add_rows, grouped_products

Floats = NDArray[np.float64]

# Small halves: every sum is exact, in single precision too.
halves = st.integers(-6, 6).map(lambda n: n / 2)
matrices = st.tuples(st.integers(1, 7), st.integers(1, 6)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.one_of(st.just(0.0), halves))
)
index_types = pytest.mark.parametrize("index_type", [np.uint32, np.uint64])
value_types = pytest.mark.parametrize("value_type", [np.float32, np.float64])


def csr(X: Floats, index_type: Any, value_type: Any) -> tuple[Any, Any, Any]:
    matrix = csr_matrix(X)
    return matrix.indptr.astype(np.uint64), matrix.indices.astype(index_type), matrix.data.astype(value_type)


@index_types
@value_types
@given(matrices, st.data())
def test_add_rows(index_type: Any, value_type: Any, X: Floats, data: st.DataObject) -> None:
    n_rows, n_columns = X.shape
    rows = np.array(data.draw(st.lists(st.integers(0, n_rows - 1))), np.uint64)
    factors = data.draw(arrays(np.float64, n_rows, elements=halves))
    sums = np.arange(n_columns, dtype=value_type)
    expected = sums + sum((factors[int(i)] * X[int(i)] for i in rows), np.zeros(n_columns))
    add_rows(*csr(X, index_type, value_type), rows, factors, sums)
    assert sums.tolist() == expected.tolist()


@index_types
@value_types
@given(matrices, st.data())
def test_add_counts(index_type: Any, value_type: Any, X: Floats, data: st.DataObject) -> None:
    n_rows, n_columns = X.shape
    rows = np.array(sorted(data.draw(st.sets(st.integers(0, n_rows - 1)))), np.uint64)
    factors = data.draw(arrays(np.float64, n_rows, elements=halves))
    is_class = data.draw(arrays(np.uint8, n_rows, elements=st.integers(0, 1)))
    counts, frequencies = np.ones((2, n_columns)), np.full(n_columns, 2.0)
    add_counts(*csr(X, index_type, value_type), rows, factors, is_class, counts, frequencies)
    few = rows.astype(int)
    weighted = factors[few, None] * X[few]
    chosen = is_class[few] == 1
    expected = np.stack([weighted[~chosen].sum(axis=0), weighted[chosen].sum(axis=0)])
    assert (counts - 1.0).tolist() == expected.tolist()
    assert (frequencies - 2.0).tolist() == (factors[few] @ (X[few] != 0)).tolist()


@index_types
@value_types
@given(matrices, st.data())
def test_grouped_products(index_type: Any, value_type: Any, X: Floats, data: st.DataObject) -> None:
    n_rows, n_columns = X.shape
    rows = np.array(data.draw(st.lists(st.integers(0, n_rows - 1))), np.uint64)
    weights = data.draw(arrays(np.float64, n_columns, elements=halves))
    groups = data.draw(arrays(np.uint8, n_columns, elements=st.integers(0, 3)))
    products = np.full((len(rows), 4), np.nan)
    grouped_products(*csr(X, index_type, value_type), rows, weights, groups, products)
    expected = [[X[int(i)] @ np.where(groups == group, weights, 0.0) for group in range(4)] for i in rows]
    assert products.tolist() == expected


def test_grouped_products_in_the_large() -> None:
    rng = np.random.default_rng(0)
    X, weights, groups = rng.poisson(0.2, (300, 500)).astype(float), rng.normal(size=500), rng.integers(0, 8, 500)
    products = np.empty((300, 8))
    rows = np.arange(300, dtype=np.uint64)
    grouped_products(*csr(X, np.uint32, np.float64), rows, weights, groups.astype(np.uint8), products)
    assert_allclose(products, (X * weights) @ (groups[:, None] == np.arange(8)), rtol=1e-12, atol=1e-12)
