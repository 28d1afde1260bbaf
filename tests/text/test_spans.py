"""The tokens that are placed are those that models read, and they stand where they came from."""

from __future__ import annotations

import html
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textgd.text import Analysis, Tokenizer
from textgd.text.spans import PlacedTokens, place_tokens
from textgd.text.tokenizer import BUILT_IN, NLTK, NUMBER, URL

OPTIONS: list[dict[str, Any]] = [
    {},
    {"lowercase": False},
    {"strip_accents": "unicode"},
    {"strip_accents": "ascii"},
    {"lowercase": False, "strip_accents": "ascii", "mask_urls": True},
    {"mask_urls": True, "mask_numbers": True, "punctuation": False},
    {"mask_urls": True, "strip_accents": "unicode", "negation": True, "stem": "english"},
    {"stop_words": ("the", "free", "a"), "negation": True},
    {"name": "sklearn", "strip_accents": "unicode"},
    {"name": "whitespace", "mask_urls": True},
    {"name": r"pattern:\w+(?:'\w+)?"},
    {"name": r"pattern:\w*(\d)?\S", "strip_accents": "ascii"},
    {"name": "pattern:x*", "mask_urls": True},
    {"name": "nltk:tweet"},
    {"name": "nltk:treebank", "strip_accents": "unicode"},
    {"name": "nltk:toktok", "mask_urls": True, "mask_numbers": True},
    {"function": lambda text: text.split(",")},
    {"function": lambda text: text[::-1].split()},
    {"preprocessor": lambda text: html.unescape(text).upper()},
    {"preprocessor": lambda text: " ".join(reversed(text.split()))},
]
ANALYSES = [
    *(Analysis(Tokenizer(**options)) for options in OPTIONS),
    *(
        Analysis(Tokenizer(**options), analyzer)
        for analyzer in ("char", "char_wb")
        for options in ({}, OPTIONS[3], OPTIONS[6], OPTIONS[18])
    ),
]


def pieces(placed: PlacedTokens) -> list[list[str]]:
    return [placed.tokens[a:b] for a, b in pairwise(placed.piece_starts.tolist())]


def check(analysis: Analysis, document: str) -> PlacedTokens:
    placed = place_tokens(analysis, document)
    assert pieces(placed) == analysis.pieces(document)
    starts, ends = placed.starts, placed.ends
    assert starts.dtype == ends.dtype == np.int64
    assert starts.shape == ends.shape == (len(placed),)
    if len(placed):
        assert starts.min() >= 0
        assert ends.max() <= len(document)
        assert (starts <= ends).all()
        assert (np.diff(starts) >= 0).all()
        assert (np.diff(ends) >= 0).all()
    return placed


@pytest.mark.parametrize("number", range(len(ANALYSES)))
def test_tokens_are_those_that_are_read(number: int, hard_documents: list[str]) -> None:
    for document in hard_documents:
        check(ANALYSES[number], document)


@settings(max_examples=60)
@given(data=st.data(), number=st.integers(0, len(ANALYSES) - 1))
def test_tokens_of_any_text(data: st.DataObject, number: int, texts: st.SearchStrategy[str]) -> None:
    check(ANALYSES[number], data.draw(texts))


@pytest.mark.parametrize("name", [*BUILT_IN, r"pattern:\w+"])
def test_plain_tokens_are_cut_out_of_the_document(name: str, hard_documents: list[str]) -> None:
    analysis = Analysis(Tokenizer(name))
    n_tokens = 0
    for document in hard_documents:
        placed = check(analysis, document)
        for token, start, end in zip(placed.tokens, placed.starts, placed.ends, strict=True):
            shown = document[start:end].lower().replace("σ", "ς")
            shown = shown.replace("’", "'") if name == "word" else shown
            # One character may be two in lower case, of which a token begins or ends with one.
            assert token.replace("σ", "ς") in shown
            assert len(shown) - len(token) <= 2
            n_tokens += 1
    assert n_tokens > 100


def shown(document: str, **options: Any) -> list[tuple[str, str]]:
    """Return the tokens, and what they stand for."""
    analyzer = options.pop("analyzer", "word")
    placed = check(Analysis(Tokenizer(**options), analyzer), document)
    cut = (document[a:b] for a, b in zip(placed.starts, placed.ends, strict=True))
    return list(zip(placed.tokens, cut, strict=True))


def test_what_was_changed_stands_for_what_it_was() -> None:
    assert shown("ΟΔΟΣ İS Don’t") == [("οδος", "ΟΔΟΣ"), ("i̇s", "İS"), ("don't", "Don’t")]
    assert shown("Café cafe\u0301 Ünï", strip_accents="unicode") == [
        ("cafe", "Café"),
        ("cafe", "cafe\u0301"),
        ("uni", "Ünï"),
    ]
    assert shown("ﬁne 語 naïve–ok", strip_accents="ascii") == [("fine", "ﬁne"), ("naiveok", "naïve–ok")]
    assert shown("See HTTP://x.y/A?b. Now", mask_urls=True) == [
        ("see", "See"),
        (URL, "HTTP://x.y/A?b"),
        (".", "."),
        ("now", "Now"),
    ]
    assert shown("12 Cats, not dogs", mask_numbers=True, negation=True, punctuation=False, stem="english") == [
        (NUMBER, "12"),
        ("cat", "Cats"),
        ("not", "not"),
        ("NOT_dog", "dogs"),
    ]
    assert shown("½ a", strip_accents="unicode")[:3] == [("1", "½"), ("⁄", "½"), ("2", "½")]


def test_characters_stand_for_what_was_folded() -> None:
    assert shown("A \t\nb\tİ", analyzer="char") == [
        ("a", "A"),
        (" ", " \t\n"),
        ("b", "b"),
        ("\t", "\t"),
        ("i", "İ"),
        ("\u0307", "İ"),
    ]
    assert shown(" Ab\t c", analyzer="char_wb") == [
        (" ", ""),
        ("a", "A"),
        ("b", "b"),
        (" ", ""),
        (" ", ""),
        ("c", "c"),
        (" ", ""),
    ]
    placed = place_tokens(Analysis(analyzer="char_wb"), " Ab\t c")
    assert placed.starts.tolist() == [1, 1, 2, 3, 5, 5, 6]
    assert shown("", analyzer="char") == shown(" ", analyzer="char_wb") == []


@pytest.mark.parametrize("name", NLTK)
def test_tokens_of_nltk_are_found(name: str) -> None:
    found = shown('She said: "so good",  they\'re  (we all) happy &amp; free...', name=name)
    for token, text in found:
        if token.isalnum():
            assert token == text.lower()
    assert found[0] == ("she", "She")
    if name == "nltk:treebank":
        assert [text for token, text in found if token in ("``", "''")] == ['"', '"']


def test_a_function_of_the_users_is_followed() -> None:
    assert shown("Big apples, and Pears", function=lambda text: ["apples", "and pears"], lowercase=True) == [
        ("apples", "apples"),
        ("and\xa0pears", "and Pears"),
    ]
    assert shown("A &lt; b or c", preprocessor=html.unescape, lowercase=False) == [
        ("A", "A"),
        ("<", "&lt;"),
        ("b", "b"),
        ("or", "or"),
        ("c", "c"),
    ]
