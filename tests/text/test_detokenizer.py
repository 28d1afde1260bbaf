"""From tokens to text that reads well, of which nothing but white space, quotes and marks of negation is made anew."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgd.text import Analysis, Tokenizer
from textgd.text.detokenizer import detokenize

WORDS = Analysis()
NEGATION = Analysis(Tokenizer(negation=True))
CHARACTERS = Analysis(analyzer="char")


def tokens_of(text: str, analysis: Analysis = WORDS) -> list[str]:
    return [token for piece in analysis.pieces(text) for token in piece]


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ([], ""),
        (["word"], "word"),
        (["see", "you", "at", "home"], "see you at home"),
        (["so", "good", ",", "so", "bad", "."], "so good, so bad."),
        (["why", "?", "now", "!"], "why? now!"),
        (["a", ":", "b", ";", "c"], "a: b; c"),
        (["(", "a", "film", ")"], "(a film)"),
        (["50", "%", "off", "for", "$", "5"], "50% off for $5"),
        (["don't", "miss", "it's", "end"], "don't miss it's end"),
        # As nltk's tokenizer cuts.
        (["do", "n't", "you", "'re", "it", "'s"], "don't you're it's"),
        (['"', "good", '"'], '"good"'),
        (["a", '"', "b", "c", '"', "d", '"', "e", '"', "."], 'a "b c" d "e".'),
        (['"', "open"], '"open'),
        (["``", "good", "''", "film"], '"good" film'),
        (["naïve", "明", "💰", "!"], "naïve 明 💰!"),
    ],
)
def test_words(tokens: list[str], text: str) -> None:
    assert detokenize(tokens, WORDS) == text
    assert detokenize(tuple(tokens), WORDS) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("ok then", "ok then"),
        (" ok  then ", "ok then"),
        ("\tok\n\nthen", "ok then"),
        ("a.b ,c", "a.b ,c"),
        ('so "good" ,', 'so "good" ,'),
        ("do n't", "do n't"),
        ("NOT_a", "NOT_a"),
        ("naïve 明💰", "naïve 明💰"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_characters_stay_as_they_are_but_white_space(text: str, expected: str) -> None:
    for analysis in (CHARACTERS, Analysis(analyzer="char", ngram_range=(1, 6))):
        assert detokenize(list(text), analysis) == expected


@given(st.text())
def test_characters_of_any_text(text: str) -> None:
    assert detokenize(list(text), CHARACTERS) == " ".join(text.split())
    assert detokenize(tokens_of(text, CHARACTERS), CHARACTERS) == " ".join(text.lower().split())


def test_marks_of_negation_are_taken_off() -> None:
    tokens = ["i", "did", "not", "NOT_like", "NOT_it", ",", "sorry"]
    assert tokens_of("I did not like it, sorry", NEGATION) == tokens
    assert detokenize(tokens, NEGATION) == "i did not like it, sorry"
    # Where no mark was made, it is a word like others.
    assert detokenize(["NOT_like"], WORDS) == "NOT_like"
    # One mark is made, and one taken off.
    assert detokenize(["NOT_NOT_like"], NEGATION) == "NOT_like"
    # Words that are cut at a negation are cut again.
    assert tokens_of(detokenize(tokens, NEGATION), NEGATION) == tokens


SYMBOLS = [symbol for symbol in string.punctuation if symbol not in "\"'`_"]


@given(st.lists(st.sampled_from(["a", "film", "don't", "5", "naïve", "é", "明", "💰", "_", *SYMBOLS]), max_size=12))
def test_common_text_is_read_again_as_it_was(tokens: list[str]) -> None:
    assert tokens_of(detokenize(tokens, WORDS)) == tokens


# nltk writes these as one word: cannot, gonna, lemme.
TOGETHER = {"can", "d", "gim", "gon", "got", "lem", "mor", "wan", "cannot"}


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60))
def test_no_letter_and_no_mark_is_lost(text: str) -> None:
    tokens = tokens_of(text)
    found = detokenize(tokens, WORDS)
    # Two backquotes or apostrophes are a quote in the Penn Treebank, so they come out as one.
    quotes = str.maketrans("", "", "\"'`")
    assert "".join(found.split()).translate(quotes) == "".join("".join(tokens).split()).translate(quotes)
    if not {"'", "`", '"'} & set(tokens) and not TOGETHER & set(tokens):
        words = [token for token in tokens if token.isalpha() and token.isascii()]
        assert [token for token in tokens_of(found) if token.isalpha() and token.isascii()] == words


@given(st.lists(st.sampled_from(["a", "b", '"', "."]), max_size=12))
def test_quotes_open_and_close_in_turn(tokens: list[str]) -> None:
    text = detokenize(tokens, WORDS)
    assert text.count('"') == tokens.count('"')
    assert tokens_of(text) == tokens
    # After an opening quote and before a closing one there is no space.
    for number, part in enumerate(text.split('"')[:-1]):
        if number % 2:
            assert part == part.strip() or not part.strip()


@given(st.lists(st.sampled_from(["a", "NOT_b", '"', "not", ",", "\u00a0"]), max_size=8))
def test_the_tokens_are_left_alone(tokens: list[str]) -> None:
    before = list(tokens)
    for analysis in (WORDS, NEGATION, CHARACTERS):
        detokenize(tokens, analysis)
    assert tokens == before


@pytest.mark.parametrize("name", ["whitespace", "sklearn", "nltk:tweet", "nltk:treebank", "pattern:[a-z]+"])
def test_tokens_of_any_tokenizer(name: str) -> None:
    text = "see the so-called film at 5 , it is good :-) #win"
    analysis = Analysis(Tokenizer(name=name))
    found = detokenize(tokens_of(text, analysis), analysis)
    assert found.startswith("see the so")
    assert tokens_of(found, analysis)[:4] == tokens_of(text, analysis)[:4]
