"""Terms are sorted, found, taken and hashed as Python does it with lists of bytes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from textgd.kernels import terms as kernels

Packed = tuple[NDArray[np.uint8], NDArray[np.int64]]

MASK = 0xFFFFFFFFFFFFFFFF

# Many NULs and few other bytes, so that terms begin each other; lengths gather at the borders of the eight bytes that
# a hash and the seven that a sort takes at once.
few_bytes = st.sampled_from(b"\x00\x00ab\x7f\x80\xff")
lengths = st.one_of(st.integers(0, 40), st.sampled_from([6, 7, 8, 9, 13, 14, 15, 16, 17, 21, 22, 24, 255, 256, 300]))
short_terms = st.lists(few_bytes, max_size=18).map(bytes)
long_terms = st.builds(
    lambda n, tail, byte: bytes([byte]) * max(0, n - len(tail)) + tail, lengths, short_terms, few_bytes
)
lists_of_terms = st.lists(st.one_of(short_terms, long_terms, st.binary(max_size=20)), max_size=40)

BORDERS = [b"a" * n + tail for n in range(18) for tail in (b"", b"\x00", b"\x00\x00", b"b")]


def pack(terms: list[bytes]) -> Packed:
    return np.frombuffer(b"".join(terms), np.uint8), np.cumsum([0, *map(len, terms)]).astype(np.int64)


def unpack(packed: Packed) -> list[bytes]:
    blob, offsets = packed
    return [blob[a:b].tobytes() for a, b in itertools.pairwise(offsets)]


def slow_hash(term: bytes) -> int:
    h = int(kernels.HASH_START)
    words = [int.from_bytes(term[i : i + 8], "little") for i in range(0, len(term), 8)]
    for word in [*words, len(term)]:
        h = ((h ^ word) * int(kernels.HASH_FACTOR)) & MASK
        h ^= h >> 32
    return h


@given(lists_of_terms)
@example([])
@example([b""])
@example([b"", b"\x00", b"", b"\x00\x00"])
@example(BORDERS[::-1])
@example([b"a" * 7, b"a" * 6 + b"\x00", b"a" * 6, b"a" * 8, b"a" * 7 + b"\x00", b"a" * 14, b"a" * 13 + b"\x00"])
@example([b"x" * 1000 + b"b", b"x" * 1000, b"x" * 999, b"x" * 1000 + b"a", b"x" * 1000])
def test_sort_is_that_of_bytes(terms: list[bytes]) -> None:
    order = kernels.sort_terms(*pack(terms))
    assert sorted(order.tolist()) == list(range(len(terms)))
    assert [terms[i] for i in order] == sorted(terms)


def test_many_random_terms_are_sorted() -> None:
    rng = np.random.default_rng(0)
    terms = [rng.integers(97, 100, n, np.uint8).tobytes() for n in rng.integers(0, 30, 20_000)]
    assert [terms[i] for i in kernels.sort_terms(*pack(terms))] == sorted(terms)


@given(lists_of_terms)
@example([b"a", b"a", b"", b"", b"a\x00"])
@example([b"a" * 8, b"a" * 8, b"a" * 7 + b"b", b"a" * 9])
def test_equal_neighbours_are_found(terms: list[bytes]) -> None:
    ordered = sorted(terms)
    expected = [i > 0 and ordered[i] == ordered[i - 1] for i in range(len(ordered))]
    blob, offsets = pack(terms)
    order = np.array(sorted(range(len(terms)), key=terms.__getitem__), np.int64)
    assert kernels.same_neighbours(blob, offsets, order).tolist() == expected


@given(lists_of_terms, lists_of_terms)
@example([], [])
@example([b""], [])
@example([], [b""])
@example(BORDERS, BORDERS[::2])
@example([b"a", b"ab", b"b"], [b"ab"])
def test_known_terms_are_found(terms: list[bytes], known: list[bytes]) -> None:
    terms, known = sorted(set(terms)), sorted({*known, *terms[::2]})
    found = kernels.find_sorted(*pack(terms), *pack(known))
    place = {term: i for i, term in enumerate(known)}
    assert found.dtype == np.int32
    assert found.tolist() == [*(place.get(term, len(known)) for term in terms), len(known)]


@given(lists_of_terms, st.data())
def test_terms_are_taken_in_any_order_and_more_than_once(terms: list[bytes], data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(0, len(terms) - 1), max_size=20)) if terms else []
    taken = kernels.take_terms(*pack(terms), np.array(numbers, np.int64))
    assert unpack(taken) == [terms[i] for i in numbers]
    assert taken[1].dtype == np.int64


@given(lists_of_terms)
@example(BORDERS)
def test_hash_is_the_one_written_down(terms: list[bytes]) -> None:
    hashes = kernels.hash_terms(*pack(terms))
    assert hashes.dtype == np.uint64
    assert hashes.tolist() == [slow_hash(term) for term in terms]


def test_hashes_tell_terms_apart_that_differ_in_their_length_alone() -> None:
    terms = [b"\x00" * n for n in range(40)]
    assert len(set(kernels.hash_terms(*pack(terms)).tolist())) == len(terms)


# The hash table


def insert(terms: list[bytes], table: kernels.TermTable) -> tuple[list[int], kernels.TermTable]:
    """Number terms as the scanner does, kernel by kernel."""
    blob, offsets = pack(terms)
    buffer = np.concatenate([blob, np.full(kernels.PADDING, 0x7F, np.uint8)])
    numbers = []
    for start, end in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
        head = np.uint64(kernels.first_word(buffer, start, end))
        h = np.uint64(kernels.hash_term(buffer, start, end))
        number = kernels.find_term(table.slots, table.offsets, table.blob, buffer, start, end, head, h)
        if number < 0:
            if not kernels.has_room(table, end - start):
                table = kernels.make_room(table, end - start)
            number = kernels.append_term(table, buffer, start, end, head, h)
        numbers.append(number)
    return numbers, table


def terms_of(table: kernels.TermTable) -> list[bytes]:
    n, filled = table.counters.tolist()
    return unpack((table.blob[:filled], table.offsets[: n + 1]))


@given(lists_of_terms)
@example(BORDERS + BORDERS)
@example([b"x" * 255, b"x" * 256, b"x" * 257, b"x" * 255, b"x" * 257, b"x" * 256])
@example([b"12345678", b"12345678\x00", b"123456789", b"1234567"])
@example([b"12345678" + tail for tail in (b"", b"a", b"b", b"abcdefgh", b"abcdefgi", b"abcdefghi", b"abcdefghj")])
def test_table_numbers_terms_in_the_order_of_their_first_insertion(terms: list[bytes]) -> None:
    expected: dict[bytes, int] = {}
    for term in terms:
        expected.setdefault(term, len(expected))
    numbers, table = insert(terms, kernels.new_table(0))
    assert numbers == [expected[term] for term in terms]
    assert terms_of(table) == list(expected)


@pytest.mark.parametrize("expected_terms", [0, 1000, 100_000])
def test_table_grows_with_many_terms(expected_terms: int) -> None:
    # Long ones too, so that the bytes run out before the slots do, and the other way round.
    terms = [b"%d" % i if i % 50 else b"%0300d" % i for i in range(5000)]
    table = kernels.new_table(expected_terms)
    first, table = insert(terms, table)
    again, table = insert(terms[::-1], table)
    assert first == list(range(len(terms)))
    assert again == first[::-1]
    assert terms_of(table) == terms


def test_table_takes_one_term_longer_than_itself() -> None:
    numbers, table = insert([b"a", b"b" * 100_000, b"a", b"c" * 300_000, b"b" * 100_000], kernels.new_table(0))
    assert numbers == [0, 1, 0, 2, 1]
    assert terms_of(table) == [b"a", b"b" * 100_000, b"c" * 300_000]
