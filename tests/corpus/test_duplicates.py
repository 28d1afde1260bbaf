"""Documents that say the same are found, those that do not stay apart."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from textgd.corpus.duplicates import SIMILARITY, duplicate_groups, normalized
from textgd.errors import UnknownNameError

few_texts = st.lists(st.text("aAbÉé ﬁ.!1語", max_size=12), max_size=12)


def shingles(text: str) -> set[str]:
    return {text[i : i + 5] for i in range(max(1, len(text) - 4))}


def similarity(left: str, right: str) -> float:
    """The reference: exact, of two texts at a time."""
    a, b = shingles(normalized(left)), shingles(normalized(right))
    return len(a & b) / len(a | b)


def words(rng: np.random.Generator, n: int) -> NDArray[np.str_]:
    """As many different words, of 2 to 9 letters."""
    alphabet = list("abcdefghijklmnopqrstuvwxyz")
    drawn: dict[str, None] = {}
    while len(drawn) < n:
        drawn["".join(rng.choice(alphabet, rng.integers(2, 10)))] = None
    return np.array(list(drawn))


def zipf(rng: np.random.Generator, vocabulary: NDArray[np.str_], n: int) -> list[str]:
    weights = 1.0 / np.arange(1, len(vocabulary) + 1)
    drawn: list[str] = rng.choice(vocabulary, n, p=weights / weights.sum()).tolist()
    return drawn


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Call me!", "call me"),
        ("Win $$$ now", "WIN now."),
        ("a b\nc\td", "abcd"),
        ("ﬁne", "FINE"),
        ("Ｆｕｌｌ width", "full width"),
        ("cafe\u0301", "CAFÉ"),
        ("straße", "STRASSE"),
        ("ᾳ", "ΑΙ"),
        ("well\u200bcome", "wellcome"),
        ("fine\ufe0f", "fine"),
        ("❤ you", "you"),
        (" :-)\n", ":-)"),
        ("", "  "),
    ],
)
def test_the_same_letters_and_digits_are_the_same(left: str, right: str) -> None:
    assert normalized(left) == normalized(right)
    assert duplicate_groups([left, "other", right]).tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("left", "right"),
    [("cafe", "café"), ("item 1", "item 2"), (":-)", ":-("), ("", "!"), ("कि", "का"), ("日本", "日木"), ("\ud800", "")],
)
def test_other_letters_or_digits_are_not(left: str, right: str) -> None:
    assert duplicate_groups([left, right]).tolist() == [0, 1]


@given(st.text(max_size=30))
def test_case_and_white_space_around_do_not_matter(text: str) -> None:
    assert normalized(f" {text}\n") == normalized(text)
    assert normalized(text.casefold()) == normalized(text) or normalized(text) == text.strip()


@given(st.text(st.characters(max_codepoint=127), max_size=30))
def test_plain_ascii_is_normalized_as_all_text_is(text: str) -> None:
    assert normalized(text) == ("".join(filter(str.isalnum, text.casefold())) or text.strip())


def test_no_method_keeps_all_apart() -> None:
    assert duplicate_groups(["a", "a", "b"], None).tolist() == [0, 1, 2]


@pytest.mark.parametrize("method", ["exact", "minhash", None])
def test_no_documents(method: str | None) -> None:
    groups = duplicate_groups([], method)
    assert groups.shape == (0,)
    assert groups.dtype == np.intp


def test_unknown_method() -> None:
    with pytest.raises(UnknownNameError, match=r"no method 'minhas'.*Did you mean minhash\? Allowed: exact, minhash"):
        duplicate_groups(["a"], "minhas")


@pytest.mark.parametrize("method", ["exact", "minhash"])
@given(few_texts, st.randoms(use_true_random=False))
@example(["", " ", "!!!!!", "!!!!!!!!"], None)
def test_groups_do_not_depend_on_the_order_of_documents(method: str, texts: list[str], random: object) -> None:
    groups = duplicate_groups(texts, method)
    assert list(dict.fromkeys(groups.tolist())) == list(range(len(set(groups.tolist()))))
    order = list(range(len(texts)))
    if random is None:
        order.reverse()
    else:
        random.shuffle(order)  # type: ignore[attr-defined]
    other = duplicate_groups([texts[i] for i in order], method)
    back = np.empty(len(texts), np.intp)
    back[order] = other
    assert np.array_equal(groups[:, None] == groups, back[:, None] == back)


@given(few_texts)
def test_what_is_exactly_the_same_is_nearly_the_same(texts: list[str]) -> None:
    exact, near = duplicate_groups(texts), duplicate_groups(texts, "minhash")
    assert len(set(zip(exact.tolist(), near.tolist(), strict=True))) == len(set(exact.tolist()))


@pytest.mark.parametrize("n_words", [12, 40, 200])
def test_planted_near_duplicates_are_found_and_others_are_not_joined(n_words: int) -> None:
    """Each text and a copy with some words changed, added or dropped; all pairs held against the reference."""
    rng = np.random.default_rng(n_words)
    vocabulary = words(rng, 3000)
    texts: list[str] = []
    for _ in range(300):
        original = zipf(rng, vocabulary, n_words)
        copy = list(original)
        for _ in range(int(rng.integers(1, 2 + n_words // 15))):
            at = int(rng.integers(len(copy)))
            copy[at : at + int(rng.integers(2))] = zipf(rng, vocabulary, int(rng.integers(2)))
        texts += [" ".join(original), " ".join(copy).upper() + "!"]
    groups = duplicate_groups(texts, "minhash")
    is_found = groups[::2] == groups[1::2]
    shared = np.array([similarity(texts[i], texts[i + 1]) for i in range(0, len(texts), 2)])
    clear = shared >= SIMILARITY + 0.02
    assert clear.sum() >= 100
    assert is_found[clear].mean() >= 0.95
    assert is_found[shared >= 0.9].all()
    assert not is_found[shared < SIMILARITY].any()
    # No text is with one of another pair.
    assert len(set(groups.tolist())) == len(texts) - is_found.sum()


def test_threads_change_nothing() -> None:
    rng = np.random.default_rng(1)
    vocabulary = words(rng, 500)
    originals = [zipf(rng, vocabulary, 100) for _ in range(400)]
    texts = [" ".join(text[start:]) for text in originals for start in (0, 3)]
    groups = duplicate_groups(texts, "minhash", n_jobs=1)
    assert np.array_equal(groups, duplicate_groups(texts, "minhash", n_jobs=3))
    assert groups.tolist() == list(itertools.chain.from_iterable((i, i) for i in range(400)))


def test_a_chain_of_near_duplicates_is_one_group() -> None:
    text = "the quick brown fox jumps over the lazy dog while the other animals of the forest watch it and laugh"
    chain = [text[start : start + 80] for start in range(0, 22, 2)]
    assert similarity(chain[0], chain[-1]) < SIMILARITY
    assert duplicate_groups(["something else", *chain], "minhash").tolist() == [0] + [1] * len(chain)


@pytest.mark.parametrize("texts", [["ok", "okay"], ["yes", "no"], ["call", "calls"], ["see you", "see you too"]])
def test_short_texts_stay_apart_unless_they_are_the_same(texts: list[str]) -> None:
    assert duplicate_groups([*texts, texts[0].upper()], "minhash").tolist() == [0, 1, 0]


def test_scripts_without_spaces() -> None:
    text = "这是一个用来测试近似重复文档检测功能的比较长的句子它没有空格但是有足够多的字符可以比较"
    assert duplicate_groups([text, "完全不同的另一个句子。", text + "。吗"], "minhash").tolist() == [0, 1, 0]
