"""Tf-idf by its definition, and the rows it leaves alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfTransformer

from textgd.errors import InvalidParameterError
from textgd.text import rows as rows_module
from textgd.text.rows import Rows
from textgd.text.weighting import Tfidf, document_frequency, inverse_document_frequency

COUNTS = np.array([[2, 0, 1, 0], [0, 0, 0, 0], [1, 1, 0, 0], [3, 0, 0, 0]])


def rows_of(counts: Any, dtype: Any = np.int64) -> Rows:
    counts = np.asarray(counts)
    indptr = np.cumsum([0, *(counts > 0).sum(axis=1)])
    return Rows(indptr, np.nonzero(counts)[1].astype(np.int32), counts[counts > 0].astype(dtype), counts.shape[1])


def idf_of(counts: Any, smooth: bool, dtype: Any = np.float64) -> Any:
    return inverse_document_frequency(document_frequency(rows_of(counts)), len(counts), smooth, dtype)


def test_document_frequency() -> None:
    frequency = document_frequency(rows_of(COUNTS))
    assert frequency.tolist() == [3, 1, 1, 0]
    assert frequency.dtype == np.int64


def test_idf_by_hand() -> None:
    # Three, one, one and none of four documents.
    assert idf_of(COUNTS, True).tolist() == [1 + math.log(5 / n) for n in (4, 2, 2, 1)]
    assert idf_of(COUNTS, False).tolist() == [1 + math.log(4 / 3), 1 + math.log(4), 1 + math.log(4), math.inf]


@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_idf_is_that_of_scikit_learn(smooth: bool, dtype: Any) -> None:
    counts = COUNTS[:, :3]
    peer = TfidfTransformer(smooth_idf=smooth).fit(rows_of(counts, dtype).to_scipy())
    idf = idf_of(counts, smooth, dtype)
    assert idf.dtype == dtype
    assert idf.tolist() == peer.idf_.astype(dtype).tolist()


def test_weights_by_hand() -> None:
    idf = np.array([1.0, 2.0, 3.0, 4.0])
    rows = rows_of(COUNTS)
    assert Tfidf(idf, None).apply(rows).data.tolist() == [2, 3, 1, 2, 3]
    assert Tfidf(None, None).apply(rows).data.tolist() == [2, 1, 1, 1, 3]
    np.testing.assert_allclose(Tfidf(idf, "l1").apply(rows).data, [2 / 5, 3 / 5, 1 / 3, 2 / 3, 1], rtol=1e-15)
    l2 = [2 / math.sqrt(13), 3 / math.sqrt(13), 1 / math.sqrt(5), 2 / math.sqrt(5), 1]
    np.testing.assert_allclose(Tfidf(idf).apply(rows).data, l2, rtol=1e-15)
    sublinear = Tfidf(None, None, sublinear_tf=True).apply(rows).data
    np.testing.assert_allclose(sublinear, [1 + math.log(2), 1, 1, 1, 1 + math.log(3)], rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_type_and_the_counts_are_kept(dtype: Any) -> None:
    rows = rows_of(COUNTS)
    before = rows.data.copy()
    weighted = Tfidf(np.ones(4, dtype), dtype=dtype).apply(rows)
    assert weighted.data.dtype == dtype
    assert weighted.shape == rows.shape
    assert rows.data.tolist() == before.tolist()
    assert rows.data.dtype == np.int64


def test_counts_that_are_weights_already_are_not_written_to() -> None:
    rows = rows_of(COUNTS, np.float64)
    before = rows.data.tolist()
    Tfidf(np.full(4, 2.0), sublinear_tf=True).apply(rows)
    assert rows.data.tolist() == before


def test_no_rows_and_empty_rows() -> None:
    empty = Rows(np.array([0, 0, 0]), np.zeros(0, np.int32), np.zeros(0, np.int64), 3)
    for norm in ("l1", "l2", None):
        assert Tfidf(np.ones(3), norm).apply(empty).shape == (2, 3)
    none = Rows(np.array([0]), np.zeros(0, np.int32), np.zeros(0, np.int64), 3)
    assert len(Tfidf(np.ones(3)).apply(none)) == 0


@pytest.mark.parametrize("norm", ["L2", "max", 2])
def test_an_unknown_norm(norm: Any) -> None:
    with pytest.raises(InvalidParameterError, match=r"norm is .*; allowed are 'l1', 'l2' and None"):
        Tfidf(None, norm)


@pytest.mark.parametrize("norm", ["l1", "l2", None])
def test_blocks_and_threads_change_nothing(norm: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    counts = rng.poisson(0.3, (60, 30)) * (rng.random((60, 1)) < 0.8)
    idf = rng.random(30) + 1
    whole = Tfidf(idf, norm, True).apply(rows_of(counts), 1)
    monkeypatch.setattr(rows_module, "_BLOCK", 7)
    for n_jobs in (1, 2, 3):
        assert Tfidf(idf, norm, True).apply(rows_of(counts), n_jobs).data.tolist() == whole.data.tolist()
