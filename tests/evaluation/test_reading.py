"""The common reading: what is read alike, and that no reader is changed by it."""

from __future__ import annotations

import numpy as np

from textgd.evaluation.reading import Reading, SubsetReading, _keys
from textgd.text.vectorizer import CountVectorizer, TfidfVectorizer

TEXTS = ["so good", "so bad", "very good", "bad film"]


def test_a_vectorizer_stays_as_it_is() -> None:
    # Several repeats read with the same one at the same time.
    vectorizer = TfidfVectorizer(hashing=64)
    reading = Reading(TEXTS, np.ones(4, bool))
    reading.prepare(vectorizer)
    subset = SubsetReading(reading, np.arange(3), np.array([3]))
    subset.grow(2)
    features = subset.features(vectorizer)
    expected = TfidfVectorizer(hashing=64).fit(TEXTS[:2])
    assert (features.training()[0] != expected.transform(TEXTS[:2])).nnz == 0
    assert (features.testing() != expected.transform(TEXTS[3:])).nnz == 0
    assert not hasattr(vectorizer, "extractor_")


def test_long_parameters_that_look_alike_are_told_apart() -> None:
    # As text numpy leaves out the middle of a long array.
    some, others = ([f"w{number}" for number in range(2000)] for _ in range(2))
    others[1000] = "another"
    keys = [_keys(CountVectorizer(stop_words=np.array(words), hashing=64)) for words in (some, others)]
    assert keys[0] != keys[1]
    assert keys[0] == _keys(CountVectorizer(stop_words=np.array(some), hashing=64, n_jobs=2))
