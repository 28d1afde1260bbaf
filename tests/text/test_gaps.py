"""Texts in which words are missing: what a mark is, what stands beside it, and how the rest is read."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgd.errors import InvalidParameterError
from textgd.text import Analysis, CountVectorizer, TfidfVectorizer, TokenizedDocuments, Tokenizer
from textgd.text.analysis import is_read_slowly
from textgd.text.gaps import GAP, MISSING, GappedTexts, find_words, remove_words, replace_words
from textgd.text.sequences import SequenceVectorizer

# Once it is loaded, `read_gapped` is the compiled one.
pytest.importorskip("numba")

# Some characters of every kind that a tokenizer or a mark treats in its own way.
TEXT = st.text(alphabet="ab_' .,²é你я\N{RIGHT SINGLE QUOTATION MARK}\u0301-\n", max_size=25)


@pytest.mark.parametrize(
    ("mark", "text", "n_gaps"),
    [
        (GAP, "a ___ film", 1),
        (GAP, "___", 1),
        (GAP, "___ ___", 2),
        (GAP, "(___), ___!", 2),
        (GAP, "it is ____ or __", 0),
        (GAP, "______", 0),
        (GAP, "x___ ___y é___ 你___", 0),
        ("[UNK]", "a [UNK][UNK] film [unk] x[UNK]", 2),
        ("*", "a * film ** *", 2),
        ("???", "a ??? film ????", 1),
        (".*", "a .* film xx", 1),
        ("gap", "a gap, gaps, Gap", 1),
    ],
)
def test_a_mark_stands_by_itself(mark: str, text: str, n_gaps: int) -> None:
    texts = GappedTexts.cut(["before", text, ""], mark)
    assert texts.n_gaps.tolist() == [0, n_gaps, 0]
    assert mark.join(texts.pieces[1:-1]) == text
    assert texts.closed()[::2] == ["before", ""]


@pytest.mark.parametrize("mark", ["", " ", "_ _", "___\n", "\u2003", None, 3, b"___"], ids=repr)
def test_what_is_no_mark(mark: Any) -> None:
    for use in (lambda: GappedTexts.cut(["a"], mark), lambda: remove_words(["a"], 0.5, np.random.default_rng(0), mark)):
        with pytest.raises(InvalidParameterError, match="characters without white space are expected, such as '___'"):
            use()


@given(TEXT)
def test_words_are_those_of_the_default_tokenizer(text: str) -> None:
    words = [text[start:end].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'") for start, end in find_words(text)]
    tokens = Tokenizer(lowercase=False).tokens(text)
    assert words == [token for token in tokens if any(map(str.isalnum, token))]


@given(TEXT, st.floats(0, 1), st.sampled_from([GAP, "[UNK]", "*", "gap"]), st.integers(0, 3))
def test_so_many_words_are_removed_and_all_else_stays(text: str, share: float, mark: str, seed: int) -> None:
    text = text.replace(mark, "")
    n_words = len(find_words(text))
    (removed,) = remove_words([text], share, np.random.default_rng(seed), mark)
    texts = GappedTexts.cut([removed], mark)
    lost = round(share * n_words)
    assert texts.n_gaps.tolist() == [lost]
    # Each piece is there as it was, but for white space that keeps a mark apart.
    pieces = [re.escape(piece.strip()) for piece in texts.pieces]
    assert re.search(r"\s*.+?\s*".join(pieces), text, re.DOTALL)
    # The same draws and a greater share remove the same words and more.
    (more,) = remove_words([text], 1.0, np.random.default_rng(seed), mark)
    assert GappedTexts.cut([more], mark).n_gaps.tolist() == [n_words]


def test_each_word_is_removed_with_the_same_chance() -> None:
    texts = remove_words(["a b c d e"] * 4000, 0.4, np.random.default_rng(0))
    lost = np.array([[word == GAP for word in text.split()] for text in texts])
    assert (lost.sum(axis=1) == 2).all()
    np.testing.assert_allclose(lost.mean(axis=0), 0.4, atol=0.03)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan"), "half"])
def test_a_share_is_from_0_to_1(share: Any) -> None:
    with pytest.raises(InvalidParameterError, match="share"):
        remove_words(["a"], share, np.random.default_rng(0))


def test_a_mark_is_kept_apart_from_words_beside_it() -> None:
    assert replace_words("我爱电影", [(1, 2), (2, 3)]) == "我 ___ ___ 影"
    assert replace_words("50% off", [(0, 2), (4, 7)]) == "___% ___"


@given(st.lists(st.lists(st.sampled_from(["a", "b", None]), max_size=7), max_size=4), st.integers(1, 3), st.data())
def test_shares_are_counted_n_gram_by_n_gram(documents: list[list[str | None]], low: int, data: st.DataObject) -> None:
    high = data.draw(st.integers(low, 4))
    texts = GappedTexts.cut([" ".join(token or GAP for token in tokens) for tokens in documents])
    n_tokens = np.array([len(piece.split()) for piece in texts.pieces], np.int64)
    shares = texts.lost_share(n_tokens, (low, high))
    for tokens, share in zip(documents, shares, strict=True):
        windows = [tokens[i : i + n] for n in range(low, high + 1) for i in range(len(tokens) - n + 1)]
        windows = windows or [[token] for token in tokens]
        expected = sum(None in window for window in windows) / max(len(windows), 1)
        assert share == pytest.approx(expected)


TEXTS = ["a good film", "not so good, a film", "don't see it: 3 of 10 films http://a.b", "a b c", ""]
# Gaps at both ends, side by side, alone, after a negation, and none.
GAPPED = [
    "___ good film",
    "a ___ ___",
    "___",
    "not ___ good, a film",
    "",
    "no gap; so good a film",
    "see ___ http://a.b",
]
VECTORIZERS: dict[str, CountVectorizer] = {
    "words": CountVectorizer(),
    "to trigrams": CountVectorizer(ngram_range=(1, 3)),
    "bigrams of presence": CountVectorizer(ngram_range=(2, 2), binary=True),
    "tf-idf": TfidfVectorizer(ngram_range=(1, 2)),
    "hashed": CountVectorizer(ngram_range=(1, 2), hashing=64),
    "negation": CountVectorizer(ngram_range=(1, 2), negation=True),
    "stems": CountVectorizer(stem="english", stop_words=("a",), ngram_range=(1, 2)),
    "sklearn": CountVectorizer(tokenizer="sklearn", ngram_range=(1, 2)),
    "pattern": CountVectorizer(tokenizer=r"pattern:\w+", ngram_range=(1, 2)),
}


@pytest.mark.parametrize("name", VECTORIZERS)
def test_rows_hold_what_touches_no_gap(name: str) -> None:
    extractor = VECTORIZERS[name].fit(TEXTS).extractor_
    texts = GappedTexts.cut(GAPPED)
    assert not is_read_slowly(texts.pieces)
    fast, slow = extractor.read_gapped(texts), extractor.read_gapped_slowly(texts)
    found = fast.rows.to_scipy().toarray()
    np.testing.assert_allclose(found, slow.rows.to_scipy().toarray(), rtol=1e-12)
    assert fast.n_known_tokens.tolist() == slow.n_known_tokens.tolist()
    assert fast.lost.tolist() == slow.lost.tolist()
    # A word that nobody knows in the gap leaves the same n-grams, where tokens do not depend on those before them.
    if name not in ("hashed", "negation"):
        filled = [text.replace(GAP, "unheardof") for text in GAPPED]
        np.testing.assert_allclose(found, extractor.rows(filled).to_scipy().toarray(), rtol=1e-12)
    for text, row, lost in zip(GAPPED, found, fast.lost, strict=True):
        if GAP not in text:
            assert lost == 0.0
            np.testing.assert_array_equal(row, extractor.rows([text]).to_scipy().toarray()[0])
    assert fast.lost[2] == 1.0
    assert not found[2].any()
    assert fast.n_known_tokens[2] == 0


@given(st.lists(st.lists(st.sampled_from(["a", "b", "zzz", GAP]), max_size=6), max_size=4))
def test_tokens_have_a_number_of_their_own_where_they_are_missing(documents: list[list[str]]) -> None:
    vectorizer = SequenceVectorizer(Analysis())
    vectorizer.fit_transform(["b a"])
    reader = vectorizer.extractor_
    read, known = reader.read_gapped(GappedTexts.cut([" ".join(tokens) for tokens in documents]))
    numbers = {"a": 0, "b": 1, "zzz": 2, GAP: MISSING}
    assert read.ids.tolist() == [numbers[token] for tokens in documents for token in tokens]
    assert read.indptr.tolist() == np.cumsum([0, *map(len, documents)]).tolist()
    assert known.tolist() == [sum(token in ("a", "b") for token in tokens) for tokens in documents]
    assert isinstance(read, TokenizedDocuments)
