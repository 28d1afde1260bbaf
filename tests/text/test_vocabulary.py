"""Terms and their numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from textgd.text import Vocabulary

terms = st.lists(st.text(st.characters(exclude_categories=()), max_size=6), max_size=20)


@given(terms, terms)
@example([], [""])
@example(["", "a", "aa", "a\x00", "\ud800", "\uffff", "\U00010000"], ["\udfff"])
def test_terms_are_numbered_by_their_code_points(given_terms: list[str], others: list[str]) -> None:
    vocabulary = Vocabulary.from_terms(iter(given_terms + given_terms[:3]))
    expected = sorted(set(given_terms))
    assert list(vocabulary) == expected
    assert len(vocabulary) == len(expected)
    assert [vocabulary[i] for i in range(len(expected))] == expected
    place = {term: i for i, term in enumerate(expected)}
    for term in [*given_terms, *others]:
        assert vocabulary.find(term) == place.get(term, len(expected))
        assert (term in vocabulary) == (term in place)


@given(terms, terms)
def test_find_all_and_take(given_terms: list[str], others: list[str]) -> None:
    vocabulary, other = Vocabulary.from_terms(given_terms), Vocabulary.from_terms([*others, *given_terms[::2]])
    assert vocabulary.find_all(other).tolist() == [*map(vocabulary.find, other), len(vocabulary)]
    numbers = np.arange(0, len(vocabulary), 2)
    assert list(vocabulary.take(numbers)) == list(vocabulary)[::2]


def test_numbers_beyond_the_vocabulary() -> None:
    vocabulary = Vocabulary.from_terms(["a", "b"])
    for number in (2, 3):
        with pytest.raises(IndexError):
            vocabulary[number]


def test_hashes_do_not_depend_on_other_terms() -> None:
    alone, among = Vocabulary.from_terms(["free"]), Vocabulary.from_terms(["a", "free", "z" * 50])
    assert alone.term_hashes[0] == among.term_hashes[1]
    assert len(set(among.term_hashes.tolist())) == 3


def test_arrays_that_cannot_be_written_to() -> None:
    # As a memory-mapped model file has them.
    vocabulary = Vocabulary.from_terms(["a", "b", "c"])
    blob, offsets = vocabulary.blob.copy(), vocabulary.offsets.copy()
    blob.flags.writeable = offsets.flags.writeable = False
    read_only = Vocabulary(blob, offsets)
    assert read_only.find_all(vocabulary).tolist() == vocabulary.find_all(read_only).tolist() == [0, 1, 2, 3]
    assert read_only.term_hashes.tolist() == vocabulary.term_hashes.tolist()
    assert list(read_only.take(np.array([0, 2]))) == ["a", "c"]
