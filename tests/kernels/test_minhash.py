"""The hashes are those of a slow reference, agree as often as sets are similar, and no pair is joined that is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from textgd.kernels.minhash import (
    N_BANDS,
    N_HASHES,
    WIDTH,
    band_keys,
    is_similar,
    join_similar,
    shingle_sets,
    signatures,
)

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15

text_lists = st.lists(st.text("abc", max_size=12), min_size=1, max_size=6)


def encoded(texts: list[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return characters and starts, read-only as the callers' are: other arrays would be compiled for anew."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32)
    return codes, np.cumsum([0, *map(len, texts)])


def slow_mix(h: int) -> int:
    h ^= h >> 33
    h = h * 0xFF51AFD7ED558CCD & MASK
    h ^= h >> 33
    h = h * 0xC4CEB9FE1A85EC53 & MASK
    return h ^ h >> 33


def shingles(text: str) -> set[str]:
    return {text[i : i + WIDTH] for i in range(max(1, len(text) - WIDTH + 1))}


def slow_hash(shingle: str) -> int:
    h = len(shingle)
    for character in shingle:
        h = (h + ord(character)) * GOLDEN & MASK
    return slow_mix(h) >> 32


def slow_signature(text: str) -> list[int]:
    hashes = [slow_hash(shingle) for shingle in shingles(text)]
    drawn = [slow_mix((j + 1) * GOLDEN & MASK) for j in range(N_HASHES)]
    return [min((h ^ d >> 32) * (d & 0xFFFFFFFF | 1) & 0xFFFFFFFF for h in hashes) for d in drawn]


def similarity(left: str, right: str) -> float:
    a, b = shingles(left), shingles(right)
    return len(a & b) / len(a | b)


def joined(texts: list[str], threshold: float = 0.8) -> list[int]:
    least = signatures(*encoded(texts))
    keys = band_keys(least)
    firsts = join_similar(least, keys, np.argsort(keys, axis=1), *shingle_sets(*encoded(texts)), threshold)
    return [int(first) for first in firsts]


@given(text_lists)
@example([""])
@example(["é語😀", "", "é語😀é語😀"])
def test_signatures_are_those_of_the_reference(texts: list[str]) -> None:
    least = signatures(*encoded(texts))
    assert (least.dtype, least.shape) == (np.uint32, (len(texts), N_HASHES))
    assert least.tolist() == [slow_signature(text) for text in texts]


@given(text_lists)
@example([""])
def test_sets_are_those_of_the_reference(texts: list[str]) -> None:
    hashes, starts = shingle_sets(*encoded(texts))
    found = [hashes[starts[d] : starts[d + 1]].tolist() for d in range(len(texts))]
    assert found == [sorted(map(slow_hash, shingles(text))) for text in texts]
    assert starts[-1] == len(hashes)


@given(st.text("ab", max_size=15), st.text("ab", max_size=15))
@example("abcdefgh", "abcdefghi")  # 4 of 5: not below 0.8
def test_similarity_is_that_of_the_sets(left: str, right: str) -> None:
    hashes, starts = shingle_sets(*encoded([left, right]))
    for threshold in (0.5, 0.8, 1.0):
        assert is_similar(hashes, *starts[[0, 1, 1, 2]], threshold) == (similarity(left, right) >= threshold)


def test_hashes_agree_as_often_as_the_sets_share() -> None:
    rng = np.random.default_rng(0)
    estimates, truth = [], []
    for n_shared in np.linspace(0, 400, 60).astype(int):
        front, left, right = ("".join(rng.choice(list("abcdefgh"), n)) for n in (n_shared, 100, 100))
        least = signatures(*encoded([front + left, front + right]))
        estimates.append((least[0] == least[1]).mean())
        truth.append(similarity(front + left, front + right))
    errors = np.array(estimates) - truth
    # What 126 independent hashes would give is a standard deviation of 0.045 at most.
    assert abs(errors.mean()) < 0.02
    assert errors.std() < 0.05


def test_a_band_has_a_number_of_its_own() -> None:
    """Equal numbers in different bands are no meeting, and one hash of a band makes another number."""
    least = np.zeros((2, N_HASHES), np.uint32)
    least[1, 7] = 1
    keys = band_keys(least)
    assert keys.shape == (N_BANDS, 2)
    assert len(np.unique(keys[:, 0])) == N_BANDS
    assert np.flatnonzero(keys[:, 0] != keys[:, 1]).tolist() == [1]


@given(st.lists(st.text("ab", max_size=30), max_size=30))
def test_only_similar_texts_are_joined_and_very_similar_ones_always(texts: list[str]) -> None:
    texts = texts or [""]
    firsts = joined(texts)
    # What chains of similar pairs join: the most that may be together.
    most = list(range(len(texts)))
    for a in range(len(texts)):
        for b in range(a):
            if similarity(texts[a], texts[b]) >= 0.8:
                most = [most[b] if group == most[a] else group for group in most]
            if similarity(texts[a], texts[b]) >= 0.95:
                assert firsts[a] == firsts[b]
    for d, first in enumerate(firsts):
        assert first <= d
        assert firsts[first] == first
        assert most[first] == most[d]


@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_the_threshold_decides(threshold: float) -> None:
    text = "the quick brown fox jumps over the lazy dog and the cat sleeps"
    assert joined([text, text + "s", text], threshold) == [0, 0 if threshold < 1 else 1, 0]
