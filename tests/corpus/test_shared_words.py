"""Documents that differ in a few words: the index finds the pairs that looking at all pairs does."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.doctor.made_up import edited, sound, vocabulary
from textgd.corpus.duplicates import normalized
from textgd.corpus.shared_words import nearly_equal_groups, nearly_equal_pairs


def bag(text: str) -> Counter[str]:
    forms = (normalized(word) for word in text.split())
    return Counter(form for form in forms if any(map(str.isalnum, form)))


def slow_pairs(texts: list[str]) -> set[tuple[int, int]]:
    """The reference: all pairs, as the docstring says it."""
    bags = [bag(text) for text in texts]
    elements = [{(word, k) for word, n in own.items() for k in range(n)} for own in bags]
    frequency = Counter(element for own in elements for element in own)
    pairs = set()
    for a, b in combinations(range(len(texts)), 2):
        longer = max(len(elements[a]), len(elements[b]))
        allowed = max(1, min(int(0.15 * longer + 0.5), int(0.11 * longer + 0.5) + 2))
        shared = elements[a] & elements[b]
        information = sum(np.log(len(texts) / frequency[element]) for element in shared)
        # An index of the words has nothing to find where no word is shared.
        if shared and longer - len(shared) <= allowed and information >= 11.0:
            pairs.add((b, a))
    return pairs


@given(st.randoms(use_true_random=False))
def test_the_index_finds_what_looking_at_all_pairs_finds(rng: random.Random) -> None:
    words = vocabulary(30)
    texts = [" ".join(rng.choices(words, k=rng.randint(0, 9))) for _ in range(8)]
    texts += [edited(rng.choice(texts) or "x", rng, words) for _ in range(8)]
    # Many documents that share nothing with them make their words rare.
    texts += [f"filler{i}" for i in range(40)]
    rng.shuffle(texts)
    assert set(map(tuple, nearly_equal_pairs(texts).tolist())) == slow_pairs(texts)


def test_the_reference_agrees_on_long_documents() -> None:
    rng = random.Random(3)
    words = vocabulary(300)
    texts = [" ".join(rng.choices(words, k=rng.choice([40, 41, 70, 120]))) for _ in range(12)]
    texts += [edited(text, rng, words) for text in texts]
    pairs = set(map(tuple, nearly_equal_pairs(texts).tolist()))
    assert pairs == slow_pairs(texts)
    assert len(pairs) >= 12


def test_nearly_all_planted_copies_are_found_and_nothing_else() -> None:
    corpus = sound(600)
    rng = random.Random(0)
    words = vocabulary(900)
    sources = rng.sample(range(len(corpus)), 200)
    texts = [*corpus.texts, *(edited(corpus.texts[source], rng, words) for source in sources)]
    groups = nearly_equal_groups(texts)
    assert np.mean([groups[600 + k] == groups[source] for k, source in enumerate(sources)]) >= 0.99
    alone = np.bincount(groups[:600])
    assert alone.max() == 1


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("I'll call you later in the meeting, ok?", "i'll CALL you later in the meeting", True),
        ("the the the the the the the", "the", False),
        ("", "", True),
        ("...", "!!!", False),
        ("我今天去公园散步看见一只猫", "他昨天在学校读书没有看见狗", False),
        ("我今天去公园散步看见一只猫和一只鸟在树上唱歌", "我今天去公园散步看见一只猫和一只鸟在树上唱", True),
    ],
)
def test_pairs(left: str, right: str, same: bool) -> None:
    others = [f"other{i} text{i} is{i} here{i}" for i in range(200)]
    groups = nearly_equal_groups([left, *others, right])
    assert bool(groups[0] == groups[-1]) is same


def test_no_documents() -> None:
    assert nearly_equal_groups([]).shape == (0,)
    assert nearly_equal_pairs([]).shape == (0, 2)
