"""A subset of documents that were read once is what a vectorizer makes of its text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textgd.errors import DataError, InvalidParameterError
from textgd.text import Analysis, CountVectorizer, TfidfVectorizer
from textgd.text.subsets import CountedDocuments, NestedCounts, NestedTokens

WORDS = ["a", "so", "good", "bad", "film", "never", "é", "!"]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join), min_size=4, max_size=12)


def subset(vectorizer: CountVectorizer, texts: list[str], order: Any, test: Any, sizes: list[int]) -> Any:
    analysis = vectorizer.build_analysis()
    counted = CountedDocuments.of(analysis.scan(texts), analysis)
    nested = NestedCounts(counted, np.array(order), np.array(test))
    for size in sizes:
        nested.grow(size)
    kept = vectorizer.keep(nested)
    weigh = vectorizer.weighting(nested.frequencies[kept], nested.size)
    return weigh(nested.training(kept)).to_scipy(), weigh(nested.testing(kept)).to_scipy(), nested.lengths(kept)


VECTORIZERS = [
    CountVectorizer(),
    CountVectorizer(ngram_range=(1, 3), binary=True, dtype=np.float32),
    CountVectorizer(ngram_range=(2, 2)),
    CountVectorizer(analyzer="char", ngram_range=(2, 4)),
    CountVectorizer(analyzer="char_wb", ngram_range=(3, 4)),
    CountVectorizer(min_df=2, max_df=0.8),
    CountVectorizer(max_features=3),
    CountVectorizer(max_features=3, binary=True),
    TfidfVectorizer(ngram_range=(1, 2), binary=True, dtype=np.float32),
    TfidfVectorizer(norm=None, sublinear_tf=True),
    TfidfVectorizer(use_idf=False, min_df=2),
]


@pytest.mark.parametrize("vectorizer", VECTORIZERS, ids=repr)
@given(texts=TEXTS, data=st.data())
@settings(max_examples=20, deadline=None)
def test_a_subset_is_what_its_text_gives(vectorizer: CountVectorizer, texts: list[str], data: Any) -> None:
    order = data.draw(st.permutations(range(len(texts))))
    size = data.draw(st.integers(2, len(texts) - 1))
    first = data.draw(st.integers(1, size))
    training, testing = [texts[row] for row in order[:size]], [texts[row] for row in order[size:]]
    try:
        expected = vectorizer.fit_transform(training)
    except (DataError, InvalidParameterError) as error:
        with pytest.raises(type(error), match=str(error)[:20]):
            subset(vectorizer, texts, order, order[size:], [first, size])
        return
    train, test, lengths = subset(vectorizer, texts, order, order[size:], [first, size])
    for found, wanted in ((train, expected), (test, vectorizer.transform(testing))):
        assert found.shape == wanted.shape
        assert found.dtype == wanted.dtype
        np.testing.assert_array_equal(found.indptr, wanted.indptr)
        np.testing.assert_array_equal(found.indices, wanted.indices)
        np.testing.assert_array_equal(found.data, wanted.data)  # to the last bit
    np.testing.assert_array_equal(lengths, vectorizer.feature_lengths())


@given(texts=TEXTS, data=st.data())
@settings(max_examples=30, deadline=None)
def test_counts_of_classes_grow_with_the_subset(texts: list[str], data: Any) -> None:
    order = np.array(data.draw(st.permutations(range(len(texts)))))
    codes = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(texts), max_size=len(texts))))
    counted = CountedDocuments.of(Analysis().scan(texts), Analysis())
    nested = NestedCounts(counted, order, order[:0])
    matrix = counted.rows.to_scipy().toarray().astype(int)
    for size in sorted(data.draw(st.lists(st.integers(1, len(texts)), min_size=1, max_size=4))):
        nested.grow(size)
        rows = matrix[order[:size]]
        for binary in (False, True):
            seen = (rows > 0) if binary else rows
            expected = [seen[codes[:size] == code].sum(axis=0) for code in range(3)]
            np.testing.assert_array_equal(nested.class_counts(codes, 3, binary), expected)
        np.testing.assert_array_equal(nested.frequencies, (rows > 0).sum(axis=0))
        np.testing.assert_array_equal(nested.totals(), rows.sum(axis=0))


@pytest.mark.parametrize("analysis", [Analysis(), Analysis(analyzer="char")], ids=["word", "char"])
@given(texts=TEXTS, data=st.data())
@settings(max_examples=30, deadline=None)
def test_tokens_of_a_subset_are_those_of_its_text(analysis: Analysis, texts: list[str], data: Any) -> None:
    order = data.draw(st.permutations(range(len(texts))))
    size = data.draw(st.integers(1, len(texts)))
    expected = analysis.scan([texts[row] for row in order[:size]])
    known = analysis.scan([texts[row] for row in order[size:]]).aligned(expected.vocabulary)
    nested = NestedTokens(analysis.scan(texts), np.array(order), np.array(order[size:], np.intp))
    for found, wanted in zip(nested.subset(size), (expected, known), strict=True):
        assert list(found.vocabulary) == list(wanted.vocabulary)
        np.testing.assert_array_equal(found.indptr, wanted.indptr)
        np.testing.assert_array_equal(found.ids, wanted.ids)
