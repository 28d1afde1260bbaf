"""The scanner's kernels on bytes and numbers; what tokens should be is tested in tests/text."""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from textgd.kernels.classes import LETTER, MARK, SINGLE, SPACE, SYMBOL
from textgd.kernels.scan import rewrite_tokens, scan_words
from textgd.kernels.terms import PADDING, new_table


@pytest.fixture(scope="module")
def classes() -> Any:
    """Return a table where letters and ``é`` are letters, U+0301 a mark, ``!`` and ``€`` symbols, CJK single."""
    table = np.full(0x110000, SPACE, np.uint8)
    table[[*range(ord("a"), ord("z") + 1), ord("é"), 0x1D400]] = LETTER
    table[0x301] = MARK
    table[[ord("!"), ord("€"), 0x1F600]] = SYMBOL
    table[ord("語")] = SINGLE
    return table


def scan(documents: list[str], classes: Any, keep_single: bool = True, keep_symbols: bool = True) -> list[list[str]]:
    encoded = [document.encode() for document in documents]
    buffer = np.frombuffer(b"".join(encoded) + bytes(PADDING), np.uint8).copy()
    starts = np.cumsum([0, *map(len, encoded)]).astype(np.int64)
    table, ids, lengths = scan_words(buffer, starts, classes, keep_single, keep_symbols, new_table(0))
    n, filled = table.counters.tolist()
    blob = table.blob[:filled].tobytes()
    terms = [blob[a:b].decode() for a, b in itertools.pairwise(table.offsets[: n + 1].tolist())]
    assert len(set(terms)) == len(terms)
    assert len(ids) == lengths.sum()
    ends = np.cumsum([0, *lengths]).tolist()
    return [[terms[i] for i in ids[a:b].tolist()] for a, b in itertools.pairwise(ends)]


TOKENS = {
    (True, True): "[a-zé\U0001d400][a-zé\U0001d400\u0301]*|[!€\U0001f600語]",
    (True, False): "[a-zé\U0001d400][a-zé\U0001d400\u0301]*|語",
    (False, False): "[a-zé\U0001d400][a-zé\U0001d400\u0301]+",
}
characters = st.sampled_from("aabbzé\U0001d400\u0301 !€\U0001f600語\n")
# Runs that reach over the places where a scanner may pause.
runs = st.builds(lambda c, n: c * n, characters, st.sampled_from([1, 2, 7, 8, 9, 340, 341, 511, 512, 1022, 1023, 1025]))


@pytest.mark.parametrize(("keep_single", "keep_symbols"), TOKENS)
@given(documents=st.lists(st.one_of(st.text(characters), st.lists(runs, max_size=6).map("".join)), max_size=5))
@example([])
@example(["", "", ""])
@example(["a" * n + " " + "é" * 600 for n in range(1020, 1030)])
@example(["ab " * 2000 + "é\u0301" * 700 + "!"])
@example(["a", "b", "a b"] * 10)
def test_tokens_are_those_of_a_pattern(
    classes: Any, keep_single: bool, keep_symbols: bool, documents: list[str]
) -> None:
    pattern = re.compile(TOKENS[keep_single, keep_symbols])
    assert scan(documents, classes, keep_single, keep_symbols) == [pattern.findall(d) for d in documents]


def test_a_word_ends_with_its_document(classes: Any) -> None:
    assert scan(["ab", "cd", "\u0301e"], classes) == [["ab"], ["cd"], ["e"]]


def test_many_terms_and_many_tokens(classes: Any) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(word) for word in itertools.islice(itertools.product(letters, repeat=4), 20_000)]
    words += ["é" * n for n in range(1, 400)]
    documents = [" ".join(words), "!" * 5000, " ".join(words[::-1])]
    assert scan(documents, classes) == [words, ["!"] * 5000, words[::-1]]


# Rewriting

N = 5
flags = st.lists(st.booleans(), min_size=N, max_size=N)
numbers = st.lists(st.integers(-1, 9), min_size=N, max_size=N)


@given(
    documents=st.lists(st.lists(st.integers(0, N - 1), max_size=10), max_size=4),
    negators=flags,
    ends=flags,
    plain=numbers,
    negated=numbers,
)
@example(
    [[0, 1, 2, 1], [1]], [True, *[False] * 4], [False, False, True, False, False], [0, 1, -1, 3, 4], [5, 6, 7, 8, 9]
)
def test_tokens_are_rewritten(
    documents: list[list[int]], negators: list[bool], ends: list[bool], plain: list[int], negated: list[int]
) -> None:
    expected = []
    for document in documents:
        inside = False
        out = []
        for term in document:
            out.append((negated if inside else plain)[term])
            inside = not ends[term] and (inside or negators[term])
        expected.append([term for term in out if term >= 0])
    ids, lengths = rewrite_tokens(
        np.array([term for document in documents for term in document], np.int32),
        np.cumsum([0, *map(len, documents)]).astype(np.int64),
        np.array(negators),
        np.array(ends),
        np.array(plain, np.int32),
        np.array(negated, np.int32),
    )
    assert lengths.tolist() == list(map(len, expected))
    assert ids.tolist() == [term for document in expected for term in document]
