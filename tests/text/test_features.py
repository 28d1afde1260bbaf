"""The trie of features: from an n-gram to its column, and back to its name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgd.text import Analysis, Vocabulary
from textgd.text.features import FeatureMapping, HashedFeatures, Level, NgramFeatures
from textgd.text.selection import fixed_features

Gram = tuple[str, ...]

tokens = st.sampled_from(["a", "b", "c", "é", "\U0001f600", "\ud800", "ab"])
grams = st.lists(st.lists(tokens, min_size=1, max_size=4).map(tuple), min_size=1, max_size=25, unique=True)


@pytest.fixture
def features() -> NgramFeatures:
    """Return the features a (1), a b (0), b a b (2), where b and b a are none."""
    i32 = np.int32
    return NgramFeatures(
        Vocabulary.from_terms(["a", "b"]),
        (
            Level(np.array([0, 2]), np.array([0, 1], i32), np.array([1, -1], i32)),
            Level(np.array([0, 1, 2]), np.array([1, 0], i32), np.array([0, -1], i32)),
            Level(np.array([0, 0, 1]), np.array([1], i32), np.array([2], i32)),
        ),
        3,
    )


def test_columns_by_hand(features: NgramFeatures) -> None:
    columns = {("a",): 1, ("a", "b"): 0, ("b", "a", "b"): 2}
    for gram in [*columns, ("b",), ("b", "a"), ("c",), ("a", "c"), ("c", "a"), ("b", "b"), ("b", "a", "a"), ()]:
        assert features.column(gram) == columns.get(gram, -1)
    assert features.column(("b", "a", "b", "a")) == -1


def test_ngrams_by_hand(features: NgramFeatures) -> None:
    assert features.ngrams() == [("a", "b"), ("a",), ("b", "a", "b")]
    assert features.ngrams([2, 0, 2]) == [("b", "a", "b"), ("a", "b"), ("b", "a", "b")]
    assert features.ngrams(np.array([1])) == [("a",)]
    assert features.ngrams([]) == []
    assert features.ngrams([1, 2] * 600) == [("a",), ("b", "a", "b")] * 600


def test_mapping_by_hand(features: NgramFeatures) -> None:
    mapping = FeatureMapping(features, Analysis(ngram_range=(1, 3)))
    assert dict(mapping) == {"a b": 0, "a": 1, "b a b": 2}
    assert mapping.names([2, 1]) == ["b a b", "a"]
    assert "b" not in mapping
    with pytest.raises(TypeError):
        hash(mapping)


@given(grams)
def test_columns_and_names_agree(chosen: list[Gram]) -> None:
    analysis = Analysis(ngram_range=(1, 4))
    features = fixed_features([analysis.name(gram) for gram in chosen], analysis)
    assert features.ngrams() == chosen
    assert features.ngrams(range(len(chosen))[::-1]) == chosen[::-1]  # type: ignore[arg-type]
    for column, gram in enumerate(chosen):
        assert features.column(gram) == column
        for shorter in range(1, len(gram)):
            assert features.column(gram[:shorter]) == (chosen.index(gram[:shorter]) if gram[:shorter] in chosen else -1)


# Hashed


@pytest.mark.parametrize("n_columns", [1, 2, 1024, 2**30])
@given(gram=st.lists(tokens, min_size=1, max_size=5).map(tuple))
def test_hashed_columns_are_bounded(n_columns: int, gram: Gram) -> None:
    column = HashedFeatures(n_columns).column(gram)
    assert 0 <= column < n_columns
    # More columns split those that there are.
    assert HashedFeatures(2**30).column(gram) % n_columns == column


def test_order_and_length_matter_to_a_hash() -> None:
    column = HashedFeatures(2**30).column
    distinct: list[Any] = [("a", "b"), ("b", "a"), ("a",), ("a", "a"), ("ab",), ("a", "b", "a"), ("b", "a", "a")]
    distinct += [("a" * n,) for n in range(2, 40)] + [("\x00" * n,) for n in range(1, 40)]
    assert len({column(gram) for gram in distinct}) == len(distinct)


def test_hashed_columns_spread() -> None:
    column = HashedFeatures(64).column
    counts = np.bincount([column((f"w{i}",)) for i in range(6400)], minlength=64)
    assert counts.min() > 60
    assert counts.max() < 140
    pairs = np.bincount([column((f"w{i % 80}", f"w{i // 80}")) for i in range(6400)], minlength=64)
    assert pairs.min() > 60
    assert pairs.max() < 140
