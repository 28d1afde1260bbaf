"""What a token is, by worked examples: the reference that the compiled scanner is held to."""

from __future__ import annotations

import json
import pickle
import re
import unicodedata
from typing import Any

import nltk.tokenize
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.stem.snowball import SnowballStemmer
from sklearn.feature_extraction.text import CountVectorizer

from textgd.errors import DataError, InvalidParameterError, ModelFileError, UnknownNameError
from textgd.text import Tokenizer
from textgd.text.tokenizer import BUILT_IN, NEGATED, NLTK, NUMBER, URL

WORDS: list[tuple[str, list[str]]] = [
    ("", []),
    (" \t\n\x00\u200b", []),
    ("So good", ["so", "good"]),
    ("I a_b _ 1st", ["i", "a_b", "_", "1st"]),
    # Apostrophes stay inside words only, typewriter's and typesetter's alike.
    ("don't DON\u2019T rock'n'roll", ["don't", "don't", "rock'n'roll"]),
    ("'tis dogs' a''b '' '", ["'", "tis", "dogs", "'", "a", "'", "'", "b", "'", "'", "'"]),
    ("l'\u0301e e\u0301'e", ["l", "'", "e", "e\u0301'e"]),
    ("a'語 語'a", ["a", "'", "語", "語", "'", "a"]),
    # Everything else that can be printed stands alone.
    ("wow!!! 50% (off) $5.00", ["wow", "!", "!", "!", "50", "%", "(", "off", ")", "$", "5", ".", "00"]),
    ("a-b.c/d", ["a", "-", "b", ".", "c", "/", "d"]),
    ("\U0001f600\U0001f600 ok\u2764\ufe0f", ["\U0001f600", "\U0001f600", "ok", "\u2764"]),
    ("\U0001f469\u200d\U0001f467", ["\U0001f469", "\U0001f467"]),
    ("\U0001f44d\U0001f3fd", ["\U0001f44d", "\U0001f3fd"]),
    ("1\ufe0f\u20e3", ["1\ufe0f\u20e3"]),
    ("a\x00b\xa0c\x85d\u2028e\xadf\ue000g\ud800h", ["a", "b", "c", "d", "e", "f", "g", "h"]),
    # Marks belong to their letter.
    ("e\u0301t\u0302e\u0301 \u0301 a!\u0301b", ["e\u0301t\u0302e\u0301", "a", "!", "b"]),
    ("हिन्दी שָׁלוֹם", ["हिन्दी", "שָׁלוֹם"]),
    ("\u1d2c ʰa №5 ½", ["\u1d2c", "ʰa", "№", "5", "½"]),
    # One token a character where words are not set apart.
    ("日本語abcかな", ["日", "本", "語", "abc", "か", "な"]),
    ("ไทย๑๒", ["ไ", "ท", "ย", "๑", "๒"]),
    ("か\u3099 한국어", ["か", "\u3099", "한국어"]),
    ("語\ufe00", ["語"]),
    # Lower case by str.lower: two characters from one, and the final sigma.
    ("İSTANBUL ΟΔΟΣ ΣΑΣ.", ["i\u0307stanbul", "οδος", "σας", "."]),
]


@pytest.mark.parametrize(("text", "tokens"), WORDS)
def test_words(text: str, tokens: list[str]) -> None:
    assert Tokenizer().tokens(text) == tokens


@pytest.mark.parametrize(
    ("options", "text", "tokens"),
    [
        ({"lowercase": False}, "Don\u2019t SHOUT", ["Don't", "SHOUT"]),
        ({"punctuation": False}, "wow!!! 'tis (a-b) __ \U0001f600 語。", ["wow", "tis", "a", "b", "語"]),
        ({"name": "whitespace", "punctuation": False}, "wow !!! :-) a,b", ["wow", "a,b"]),
        ({"name": "whitespace"}, "Don\u2019t  PANIC!\u2028now\x00then", ["don\u2019t", "panic!", "now\x00then"]),
        ({"name": "sklearn"}, "I am 5, x_y don't 日本 ß é\u0301é", ["am", "x_y", "don", "日本"]),
        ({"name": "sklearn", "lowercase": False}, "AB ab", ["AB", "ab"]),
        ({"strip_accents": "unicode"}, "Été ﬁn Ａ ½", ["ete", "fin", "a", "1", "⁄", "2"]),
        ({"strip_accents": "ascii"}, "Été ﬁn 日本 ½", ["ete", "fin", "12"]),
        ({"strip_accents": "unicode"}, "ℂ İ", ["C", "i"]),
        ({"mask_numbers": True}, "42 3.14 a1 ٤٢ ² x", [NUMBER, NUMBER, ".", NUMBER, "a1", NUMBER, "²", "x"]),
        ({"mask_urls": True}, "see HTTPS://T.co/A?b=1 or www.x.de", ["see", URL, "or", URL]),
        (
            {"mask_urls": True},
            'x://y <a href="http://a.b">c</a>',
            ["x", ":", "/", "/", "y", "<", "a", "href", "=", '"', URL, '"', ">", "c", "<", "/", "a", ">"],
        ),
        ({"mask_urls": True, "lowercase": False}, "See WWW.x.de", ["See", URL]),
        ({"mask_urls": True, "name": "sklearn"}, "see http://a.b/c?d", ["see", URL]),
        ({"mask_urls": True, "name": "nltk:tweet"}, "see http://a.b/c?d", ["see", URL]),
        ({"stem": "english"}, "running runs happily 42!", ["run", "run", "happili", "42", "!"]),
        ({"stem": "german"}, "Häuser laufen", ["haus", "lauf"]),
        ({"stem": "english", "mask_numbers": True, "mask_urls": True}, "5 www.x.de", [NUMBER, URL]),
        ({"stop_words": ("the", "!")}, "The cat, the end!", ["cat", ",", "end"]),
        ({"stop_words": ()}, "The end", ["the", "end"]),
        # Stop words are compared with tokens as they are before they are stemmed.
        ({"stop_words": ("running",), "stem": "english"}, "running runs", ["run"]),
        ({"stop_words": ("run",), "stem": "english"}, "running run", ["run"]),
    ],
)
def test_options(options: dict[str, Any], text: str, tokens: list[str]) -> None:
    assert Tokenizer(**options).tokens(text) == tokens


@pytest.mark.parametrize(
    ("options", "text", "tokens"),
    [
        ({}, "I did not like it, sorry", ["i", "did", "not", "NOT_like", "NOT_it", ",", "sorry"]),
        ({}, "Don\u2019t go. Stay", ["don't", "NOT_go", ".", "stay"]),
        (
            {},
            "never ever! ok? no way: yes; nothing else… fine",
            ["never", "NOT_ever", "!", "ok", "?", "no", "NOT_way", ":", "yes", ";", "nothing", "NOT_else", "…", "fine"],
        ),
        ({}, "not 好 吗。好", ["not", "NOT_好", "NOT_吗", "。", "好"]),
        # A negation inside a negation is a word like others, and the first one holds on.
        ({}, "no, not never good", ["no", ",", "not", "NOT_never", "NOT_good"]),
        # Neither symbols nor other brackets end a clause, and symbols bear no mark.
        ({}, "not (really) - good", ["not", "(", "NOT_really", ")", "-", "NOT_good"]),
        ({}, "knot notes nothingness good", ["knot", "notes", "nothingness", "good"]),
        ({"punctuation": False}, "not good, fine", ["not", "NOT_good", "fine"]),
        # What is left out still negates and still ends a clause.
        ({"stop_words": ("not", ",", "it")}, "not it good, fine", ["NOT_good", "fine"]),
        ({"stem": "english"}, "not running", ["not", "NOT_run"]),
        ({"mask_numbers": True}, "not 5 5", ["not", "NOT_" + NUMBER, "NOT_" + NUMBER]),
        ({"lowercase": False}, "NOT Good DON'T Go", ["NOT", "NOT_Good", "NOT_DON'T", "NOT_Go"]),
        ({"name": "whitespace"}, "not good, fine", ["not", "NOT_good,", "fine"]),
        ({"name": "nltk:treebank"}, "I don't care, fine", ["i", "do", "n't", "NOT_care", ",", "fine"]),
    ],
)
def test_negation(options: dict[str, Any], text: str, tokens: list[str]) -> None:
    assert Tokenizer(negation=True, **options).tokens(text) == tokens


def test_a_negation_ends_with_its_document() -> None:
    tokenizer = Tokenizer(negation=True)
    assert [tokenizer.tokens(text) for text in ("not", "good")] == [["not"], ["good"]]
    assert NEGATED == "NOT_"


def test_a_full_stop_after_an_address_ends_the_clause() -> None:
    tokens = Tokenizer(negation=True, mask_urls=True).tokens("never at www.x.de. good")
    assert tokens[-1] == "good"


@given(st.data())
def test_sklearn_is_its_default_pattern(texts: st.SearchStrategy[str], data: st.DataObject) -> None:
    text = data.draw(texts)
    assert Tokenizer("sklearn", lowercase=False).tokens(text) == re.findall(r"(?u)\b\w\w+\b", text)


@given(st.data())
def test_whitespace_is_split(texts: st.SearchStrategy[str], data: st.DataObject) -> None:
    text = data.draw(texts)
    assert Tokenizer("whitespace", lowercase=False).tokens(text) == text.split()


@given(st.data())
@pytest.mark.parametrize("strip_accents", [None, "unicode", "ascii"])
@pytest.mark.parametrize("lowercase", [True, False])
def test_preprocessing_is_that_of_scikit_learn(
    texts: st.SearchStrategy[str], lowercase: bool, strip_accents: str | None, data: st.DataObject
) -> None:
    text = data.draw(texts)
    expected = CountVectorizer(lowercase=lowercase, strip_accents=strip_accents).build_preprocessor()(text)
    assert Tokenizer("sklearn", lowercase=lowercase, strip_accents=strip_accents).preprocess(text) == expected


@given(st.data())
def test_no_printable_character_is_lost(texts: st.SearchStrategy[str], data: st.DataObject) -> None:
    text = data.draw(texts).replace("\u2019", "'")
    tokens = Tokenizer(lowercase=False).tokens(text)
    assert all(tokens)

    # Marks that follow no letter are the one exception.
    def without_marks(text: str) -> str:
        return "".join(c for c in text if c.isprintable() and c != " " and unicodedata.category(c)[0] != "M")

    assert without_marks("".join(tokens)) == without_marks(text)


# Tokenizers of others

NLTK_TEXTS = [
    "",
    "Don't you LOVE it? :-) @me #tag http://t.co/x 3.5% <b> cannot",
    'He said: "it\'s over." (Not really.) $5,000',
    "soooo happy \U0001f600\u2764\ufe0f &amp; 日本 don\u2019t",
]


@pytest.mark.parametrize(
    ("name", "peer"),
    [
        ("nltk:tweet", nltk.tokenize.TweetTokenizer()),
        ("nltk:treebank", nltk.tokenize.TreebankWordTokenizer()),
        ("nltk:toktok", nltk.tokenize.ToktokTokenizer()),
    ],
)
@pytest.mark.parametrize("text", NLTK_TEXTS)
def test_nltk(name: str, peer: Any, text: str) -> None:
    assert name in NLTK
    assert Tokenizer(name, lowercase=False).tokens(text) == [t.replace(" ", "\xa0") for t in peer.tokenize(text)]
    assert Tokenizer(name).tokens(text) == [t.replace(" ", "\xa0") for t in peer.tokenize(text.lower())]


def test_stems_are_those_of_nltk() -> None:
    words = ["generously", "consistency", "relational", "hopping", "flies", "don't"]
    stem = SnowballStemmer("english").stem
    assert Tokenizer(stem="english").tokens(" ".join(words)) == [stem(word) for word in words]


@pytest.mark.parametrize("language", SnowballStemmer.languages)
def test_masks_are_never_stemmed(language: str) -> None:
    assert Tokenizer(stem=language, mask_urls=True, mask_numbers=True).tokens("5 www.x.de") == [NUMBER, URL]


@pytest.mark.parametrize(
    ("pattern", "tokens"),
    [(r"\w+", ["win", "a", "5", "prize"]), (r"[a-z]", list("winaprize")), (r"(\w)\w+", ["w", "p"]), ("z+y", [])],
)
def test_patterns(pattern: str, tokens: list[str]) -> None:
    assert Tokenizer(f"pattern:{pattern}").tokens("WIN a 5-Prize") == tokens


def test_a_function_is_given_the_document_in_lower_case() -> None:
    assert Tokenizer(function=lambda text: [text, text[:1]]).tokens("Ab") == ["ab", "a"]
    assert Tokenizer(function=lambda text: iter(text.split())).tokens("Ab c") == ["ab", "c"]


def test_a_function_is_given_the_apostrophes_of_the_document() -> None:
    assert Tokenizer(function=str.split).tokens("don\u2019t") == ["don\u2019t"]


def test_spaces_inside_tokens_do_not_break() -> None:
    assert Tokenizer(function=lambda text: text.split(",")).tokens("new york, a  b") == [
        "new\xa0york",
        "\xa0a\xa0\xa0b",
    ]
    assert Tokenizer(r"pattern:\w+ \w+").tokens("new york") == ["new\xa0york"]


def test_a_preprocessor_replaces_the_others() -> None:
    tokenizer = Tokenizer(preprocessor=lambda text: text.replace("a", " "), strip_accents="ascii", mask_urls=True)
    assert tokenizer.tokens("BaÉ www.x") == ["B", "É", "www", ".", "x"]


def test_functions_see_options_too() -> None:
    tokenizer = Tokenizer(function=str.split, mask_numbers=True, stop_words=("b",), punctuation=False, stem="english")
    assert tokenizer.tokens("5 B !! Running") == [NUMBER, "run"]


# As data

options = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from([*BUILT_IN, *NLTK, r"pattern:\w+"]),
        "lowercase": st.booleans(),
        "punctuation": st.booleans(),
        "strip_accents": st.sampled_from([None, "unicode", "ascii"]),
        "mask_urls": st.booleans(),
        "mask_numbers": st.booleans(),
        "stem": st.sampled_from([None, "english"]),
        "stop_words": st.sampled_from([None, (), ("a", "é")]),
    },
)


@given(options)
def test_data_and_back(given_options: dict[str, Any]) -> None:
    tokenizer = Tokenizer(**given_options)
    assert Tokenizer.from_dict(json.loads(json.dumps(tokenizer.to_dict()))) == tokenizer


def test_negation_survives_too() -> None:
    tokenizer = Tokenizer(negation=True, stop_words=("a",))
    copy = Tokenizer.from_dict(json.loads(json.dumps(tokenizer.to_dict())))
    assert copy == tokenizer
    assert copy.tokens("not a b") == ["not", "NOT_b"]


@pytest.mark.parametrize("name", [*BUILT_IN, *NLTK, r"pattern:\w+"])
def test_pickles_also_after_use(name: str) -> None:
    tokenizer = Tokenizer(name, stem="english", stop_words=("a",))
    before = tokenizer.tokens("a running b2")
    assert pickle.loads(pickle.dumps(tokenizer)).tokens("a running b2") == before


@pytest.mark.parametrize("what", ["function", "preprocessor"])
def test_functions_cannot_be_saved(what: str) -> None:
    tokenizer = Tokenizer(**{what: str.lower})
    name = "tokenizer" if what == "function" else what
    with pytest.raises(ModelFileError, match=f"The {name} is a Python function, and a model file holds no code"):
        tokenizer.to_dict()


# What is refused


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"name": "words"}, UnknownNameError, r"no tokenizer 'words'\. Did you mean word\? Allowed: nltk:toktok, "),
        ({"name": "nltk:punkt"}, UnknownNameError, r"no tokenizer 'nltk:punkt'.*pattern:REGEX"),
        ({"name": ""}, UnknownNameError, "no tokenizer ''"),
        ({"strip_accents": "latin"}, InvalidParameterError, "strip_accents is 'latin'; allowed are None, 'unicode'"),
        ({"stem": "englsh"}, UnknownNameError, r"stem is 'englsh'.*Did you mean english"),
        ({"name": "sklearn", "negation": True}, InvalidParameterError, "negation=True needs.*choose tokenizer='word'"),
        ({"name": "pattern:("}, InvalidParameterError, r"pattern '\(' is not a regular expression: missing \)"),
        ({"name": "pattern:(a)(b)"}, InvalidParameterError, "has 2 groups; at most one is allowed"),
    ],
)
def test_a_wrong_specification_is_refused(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Tokenizer(**options)


def test_what_functions_return_is_checked() -> None:
    with pytest.raises(DataError, match=r"tokenizer returned a token of type int \(5\); tokens have to be str"):
        Tokenizer(function=lambda text: ["a", 5]).tokens("x")
    with pytest.raises(DataError, match="preprocessor returned NoneType; it has to return a str"):
        Tokenizer(preprocessor=lambda text: None).tokens("x")
