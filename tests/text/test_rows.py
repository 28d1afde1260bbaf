"""Sparse rows without scipy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgd.text import rows as module
from textgd.text.rows import Rows, index_dtype, row_blocks, row_sums


@pytest.mark.parametrize("dtype", [np.float64, np.int64])
@given(lists=st.lists(st.lists(st.integers(-9, 9), max_size=4), max_size=8))
def test_row_sums(dtype: type, lists: list[list[int]]) -> None:
    values = np.array([value for row in lists for value in row], dtype)
    indptr = np.cumsum([0, *map(len, lists)])
    sums = row_sums(values, indptr)
    assert sums.dtype == dtype
    assert sums.tolist() == [sum(row) for row in lists]


@pytest.mark.parametrize(
    ("indptr", "sums"),
    [([0], []), ([0, 0], [0]), ([0, 0, 2, 2, 3, 3], [0, 3, 0, 4, 0]), ([0, 3], [7]), ([0, 0, 0, 3], [0, 0, 7])],
)
def test_row_sums_with_empty_rows(indptr: list[int], sums: list[int]) -> None:
    values = np.array([1, 2, 4])[: indptr[-1]]
    assert row_sums(values, np.array(indptr)).tolist() == sums


def test_row_sums_leave_values_behind_the_last_row_alone() -> None:
    assert row_sums(np.array([1, 2, 4, 8]), np.array([0, 1, 3])).tolist() == [1, 6]


@pytest.mark.parametrize(("n_entries", "dtype"), [(0, np.int32), (2**31 - 1, np.int32), (2**31, np.int64)])
def test_index_dtype(n_entries: int, dtype: Any) -> None:
    assert index_dtype(n_entries) is dtype


def test_rows() -> None:
    rows = Rows(np.array([0, 2, 2, 3]), np.array([0, 2, 1]), np.array([1.0, 2.0, 3.0]), 3)
    assert len(rows) == 3
    assert rows.shape == (3, 3)
    matrix = rows.to_scipy()
    assert matrix.toarray().tolist() == [[1, 0, 2], [0, 0, 0], [0, 3, 0]]
    assert matrix.has_canonical_format
    assert np.shares_memory(matrix.data, rows.data)
    changed = rows.with_data(rows.data * 2)
    assert changed.to_scipy().toarray().tolist() == [[2, 0, 4], [0, 0, 0], [0, 6, 0]]
    assert rows.data.tolist() == [1, 2, 3]


@pytest.mark.parametrize("size", [1, 3, 100])
@given(lengths=st.lists(st.integers(0, 7), max_size=12))
def test_blocks_hold_every_row_once(size: int, lengths: list[int]) -> None:
    indptr = np.cumsum([0, *lengths])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK", size)
        blocks = row_blocks(indptr)
    rows = [row for block in blocks for row in range(block.start, block.stop)]
    assert rows == list(range(len(lengths)))
    for block in blocks:
        n_entries = int(indptr[block.stop] - indptr[block.start])
        assert n_entries <= size + max(lengths)
