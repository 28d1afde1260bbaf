"""Telling copies: every run that stands in the training text is found, and others hardly ever."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from textgd.kernels.copies import BITS_PER_WINDOW
from textgd.lm.copies import CopyFilter
from textgd.text import TokenizedDocuments

# Of as few tokens as documents of several classes share.
NUMBERS = st.integers(0, 5)
TEXTS = st.lists(st.lists(NUMBERS, max_size=30), max_size=8)


def tokenized(documents: list[list[int]]) -> TokenizedDocuments:
    """Return documents of numbers, which stay the tokens' numbers."""
    vocabulary = TokenizedDocuments.from_tokens([[f"t{number:04}" for number in range(10_000)]]).vocabulary
    ends = np.cumsum([0, *map(len, documents)])
    return TokenizedDocuments(np.array([n for d in documents for n in d], np.int32), ends, vocabulary)


def array(tokens: list[int]) -> NDArray[np.int32]:
    return np.array(tokens, np.int32)


def windows(tokens: list[int], window: int) -> list[tuple[int, ...]]:
    return [tuple(tokens[i : i + window]) for i in range(len(tokens) - window + 1)]


def longest_run(documents: list[list[int]], tokens: list[int], window: int) -> int:
    """Return what the filter is to say, by comparing all windows."""
    known = {part for document in documents for part in windows(document, window)}
    longest = run = 0
    for part in windows(tokens, window):
        run = run + 1 if part in known else 0
        longest = max(longest, run + window - 1 if run else 0)
    return longest


def longest_common_run(documents: list[list[int]], tokens: list[int]) -> int:
    """Return the length of the longest run of tokens that one of the documents has as well."""
    runs = {tuple(tokens[i:j]) for i in range(len(tokens)) for j in range(i + 1, len(tokens) + 1)}
    return max((len(run) for run in runs if any(run in windows(d, len(run)) for d in documents)), default=0)


@given(documents=TEXTS, tokens=st.lists(NUMBERS, max_size=40), window=st.integers(1, 6))
def test_the_longest_run(documents: list[list[int]], tokens: list[int], window: int) -> None:
    found = CopyFilter.of(tokenized(documents), window).longest_run(array(tokens))
    assert type(found) is int
    # A window that is not there may be taken for one that is, never the other way round.
    assert found >= longest_run(documents, tokens, window)
    assert found == 0 or window <= found <= len(tokens)


@given(documents=TEXTS, tokens=st.lists(NUMBERS, max_size=16), window=st.integers(1, 6))
def test_no_run_in_common_is_missed(documents: list[list[int]], tokens: list[int], window: int) -> None:
    found = CopyFilter.of(tokenized(documents), window).longest_run(array(tokens))
    common = longest_common_run(documents, tokens)
    assert found >= common or common < window


@given(data=st.data(), documents=TEXTS.filter(any), window=st.integers(1, 8))
def test_no_false_negatives(data: st.DataObject, documents: list[list[int]], window: int) -> None:
    copies = CopyFilter.of(tokenized(documents), window)
    document = data.draw(st.sampled_from([d for d in documents if d]))
    first = data.draw(st.integers(0, len(document) - 1))
    end = data.draw(st.integers(first + 1, len(document)))
    copied = document[first:end]
    before, after = (data.draw(st.lists(NUMBERS, max_size=5)) for _ in range(2))
    if len(copied) >= window:
        assert copies.longest_run(array(copied)) == len(copied)
        assert copies.longest_run(array([*before, *copied, *after])) >= len(copied)
    else:
        assert copies.longest_run(array(copied)) == 0  # shorter than can be told


@pytest.mark.parametrize("window", [1, 2, 8, 32])
@pytest.mark.parametrize("n_tokens", [2_000, 200_000])
def test_false_positives_are_rare(n_tokens: int, window: int) -> None:
    rng = np.random.default_rng(window)
    # So many different tokens that hardly any window is there twice, in the text or out of it.
    n_types = 10_000 if window > 1 else n_tokens * 50
    text = rng.integers(0, n_types, n_tokens).astype(np.int32)
    documents = TokenizedDocuments(text, np.arange(0, n_tokens + 1, 100), tokenized([]).vocabulary)
    copies = CopyFilter.of(documents, window)
    known = {part.tobytes() for d in range(len(documents)) for part in split(documents[d : d + 1].ids, window)}
    asked = rng.integers(0, n_types, (20_000, window)).astype(np.int32)
    others = [tokens for tokens in asked if tokens.tobytes() not in known]
    assert len(others) > 15_000
    share = np.mean([copies.longest_run(tokens) > 0 for tokens in others])
    # (1 - e^(-7/10))^7 = 0.82 % is what seven bits of ten a window give; a longer run of them all by chance is rarer.
    assert share == pytest.approx((1 - np.exp(-7 / 10)) ** 7, abs=0.003)
    runs = [copies.longest_run(rng.integers(0, n_types, window + 1).astype(np.int32)) for _ in range(5_000)]
    if window > 1:
        assert np.mean([run == window + 1 for run in runs]) < 0.001


def split(tokens: NDArray[np.int32], window: int) -> list[NDArray[np.int32]]:
    return [tokens[i : i + window] for i in range(len(tokens) - window + 1)]


def test_runs_of_many_documents_by_brute_force() -> None:
    rng = np.random.default_rng(5)
    documents = [rng.integers(0, 300, rng.integers(0, 60)).tolist() for _ in range(80)]
    copies = CopyFilter.of(tokenized(documents), 3)
    exact = []
    for _ in range(400):
        # Pieces of what is there, with something else between.
        pieces = [documents[rng.integers(80)][rng.integers(20) :][: rng.integers(12)] for _ in range(3)]
        tokens = [n for piece in pieces for n in (*piece, *rng.integers(300, 10_000, rng.integers(3)).tolist())]
        found = copies.longest_run(array(tokens))
        expected = longest_run(documents, tokens, 3)
        assert found >= expected
        exact.append(found == expected)
    assert np.mean(exact) > 0.95


# What a run is


def test_a_run_ends_where_a_document_does() -> None:
    copies = CopyFilter.of(tokenized([[1, 2, 3, 4], [5, 6, 7, 8]]), 3)
    assert copies.longest_run(array([1, 2, 3, 4])) == 4
    assert copies.longest_run(array([3, 4, 5, 6])) == 0
    assert copies.longest_run(array([1, 2, 3, 4, 5, 6, 7, 8])) == 4
    assert copies.longest_run(array([9, 2, 3, 4, 9, 5, 6, 7, 8])) == 4


def test_windows_that_overlap_make_one_run() -> None:
    # Each window is there, though no document has them all.
    copies = CopyFilter.of(tokenized([[1, 2, 3], [2, 3, 4], [3, 4, 5]]), 3)
    assert copies.longest_run(array([1, 2, 3, 4, 5])) == 5


def test_the_order_of_tokens_matters_and_their_place_does_not() -> None:
    copies = CopyFilter.of(tokenized([[1, 2, 3, 4]]), 2)
    assert copies.longest_run(array([4, 3, 2, 1])) == 0
    assert copies.longest_run(array([9, 9, 9, 2, 3])) == 2


def test_windows_of_other_lengths_are_other_windows() -> None:
    documents = tokenized([[0, 0, 0, 0, 0, 0]])
    assert CopyFilter.of(documents, 3).longest_run(array([0, 0])) == 0
    for window in (1, 2, 3, 6):
        assert CopyFilter.of(documents, window).longest_run(array([0] * 9)) == 9
    assert CopyFilter.of(documents, 7).longest_run(array([0] * 9)) == 0


@pytest.mark.parametrize("documents", [[], [[]], [[], [1, 2], []], [[1, 2]] * 5], ids=str)
def test_documents_shorter_than_a_window_leave_nothing(documents: list[list[int]]) -> None:
    copies = CopyFilter.of(tokenized(documents), 3)
    assert not copies.bits.any()
    assert copies.longest_run(array([1, 2, 3])) == 0
    assert copies.longest_run(array([])) == 0


def test_unknown_tokens_are_tokens() -> None:
    documents = tokenized([[1, 10_000, 2]])
    assert len(documents.vocabulary) == 10_000
    copies = CopyFilter.of(documents, 3)
    assert copies.longest_run(array([1, 10_000, 2])) == 3
    assert copies.longest_run(array([1, 3, 2])) == 0


# As an object


def test_it_depends_on_the_windows_alone() -> None:
    documents = [[1, 2, 3, 4], [5, 6, 7], [1, 1, 1, 1]]
    copies = CopyFilter.of(tokenized(documents), 3)
    assert copies.bits.dtype == np.uint8
    assert len(copies.bits) == BITS_PER_WINDOW * 5 // 8 + 8
    for other in (documents, documents[::-1]):
        assert CopyFilter.of(tokenized(other), 3).bits.tolist() == copies.bits.tolist()
    # A part of a larger array is read from its own place.
    joined = tokenized([[9, 9], *documents, [8, 8, 8]])
    assert CopyFilter.of(joined[1:4], 3).bits.tolist() == copies.bits.tolist()


def test_it_keeps_no_tokens() -> None:
    copies = CopyFilter.of(tokenized([[1234, 5678, 910]]), 3)
    held = copies.bits.tobytes()
    for number in (1234, 5678, 910):
        assert np.int32(number).tobytes() not in held
    assert vars(copies).keys() == {"window", "bits"}


def test_it_is_frozen_and_can_be_pickled() -> None:
    copies: Any = CopyFilter.of(tokenized([[1, 2, 3, 4]]), 3)
    with pytest.raises(AttributeError):
        copies.window = 2
    other = pickle.loads(pickle.dumps(copies))
    assert other.window == 3
    assert other.longest_run(array([1, 2, 3, 4])) == 4


def test_bits_may_be_read_only() -> None:
    copies = CopyFilter.of(tokenized([[1, 2, 3, 4]]), 3)
    copies.bits.flags.writeable = False  # as they are in a file
    tokens = array([1, 2, 3, 4])
    tokens.flags.writeable = False
    assert copies.longest_run(tokens) == 4
