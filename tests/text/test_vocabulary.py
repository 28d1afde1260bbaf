"""Terms and their numbers."""

from __future__ import annotations

import pickle
from typing import Any

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


# In files


@given(terms)
@example([])
@example([""])
@example(["", "\ud800", "\U00010000", "é"])
def test_packed_and_unpacked(given_terms: list[str]) -> None:
    vocabulary = Vocabulary.from_terms(given_terms)
    arrays = vocabulary.pack()
    assert sorted(arrays) == ["term_offsets", "terms"]
    unpacked = Vocabulary.unpack({**arrays, "other": np.zeros(3)})
    assert list(unpacked) == list(vocabulary)
    assert unpacked.blob.tolist() == vocabulary.blob.tolist()
    assert unpacked.offsets.tolist() == vocabulary.offsets.tolist()


# "a", "é", "bc" in UTF-8.
TERMS = np.frombuffer("aébc".encode(), np.uint8)
OFFSETS = np.array([0, 1, 3, 5])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"terms": TERMS.astype(np.int32)}, "its terms are int32 in 1 dimensions"),
        ({"terms": TERMS[None]}, "its terms are uint8 in 2 dimensions"),
        ({"terms": TERMS[:4]}, "its term_offsets do not ascend from 0 to 4"),
        ({"terms": np.append(TERMS, TERMS[:1])}, "its term_offsets do not ascend from 0 to 6"),
        ({"terms": np.array([97, 0xFF, 97, 98, 99], np.uint8)}, "can't decode byte 0xff"),
        ({"terms": np.array([97, 98, 99, 98, 0xC3], np.uint8)}, "unexpected end of data"),
        ({"term_offsets": OFFSETS.astype(np.int32)}, "its term_offsets are int32"),
        ({"term_offsets": OFFSETS.astype(float)}, "its term_offsets are float64"),
        ({"term_offsets": np.array([0, 1, 0, 5])}, "do not ascend"),
        ({"term_offsets": np.array([1, 3, 5])}, "do not ascend from 0"),
        ({"term_offsets": np.array([-1, 1, 3, 5])}, "do not ascend from 0"),
        ({"term_offsets": np.array([0, 1, 3])}, "do not ascend from 0 to 5"),
        ({"term_offsets": np.array([0, 1, 3, 6])}, "do not ascend from 0 to 5"),
        ({"term_offsets": np.zeros(0, np.int64)}, "do not ascend from 0 to 5"),
        ({"term_offsets": np.array([0, 2, 3, 5])}, "a term begins inside a character"),
    ],
)
def test_damaged_arrays_are_refused(change: dict[str, Any], message: str) -> None:
    assert list(Vocabulary.unpack({"terms": TERMS, "term_offsets": OFFSETS})) == ["a", "é", "bc"]
    with pytest.raises(ValueError, match=message):
        Vocabulary.unpack({"terms": TERMS, "term_offsets": OFFSETS, **change})


@pytest.mark.parametrize("name", ["terms", "term_offsets"])
def test_missing_arrays_are_refused(name: str) -> None:
    arrays = Vocabulary.from_terms(["a"]).pack()
    del arrays[name]
    with pytest.raises(KeyError, match=name):
        Vocabulary.unpack(arrays)


def test_pickle_holds_only_the_terms() -> None:
    vocabulary = Vocabulary.from_terms(["a", "é", "\ud800"])
    before = len(pickle.dumps(vocabulary))
    _ = vocabulary.table, vocabulary.term_hashes
    assert len(pickle.dumps(vocabulary)) == before
    copied = pickle.loads(pickle.dumps(vocabulary))
    assert list(copied) == list(vocabulary)
    assert copied.term_hashes.tolist() == vocabulary.term_hashes.tolist()
