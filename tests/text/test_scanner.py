"""The compiled scan gives the tokens of the reference, however documents are cut into shards."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgd.errors import InvalidParameterError
from textgd.text import Analysis, TokenizedDocuments, Tokenizer
from textgd.text.tokenizer import BUILT_IN

STOP_WORDS = ("free", "not", "!", "語", "don't", "é")
N_JOBS = (1, 2, 3)


def words_of(tokenized: TokenizedDocuments) -> list[list[str]]:
    terms = list(tokenized.vocabulary)
    ends = tokenized.indptr.tolist()
    return [[terms[i] for i in tokenized.ids[a:b].tolist()] for a, b in itertools.pairwise(ends)]


def reference(analysis: Analysis, documents: Sequence[str]) -> list[list[str]]:
    return [[token for piece in analysis.pieces(d) for token in piece] for d in documents]


def check(tokenized: TokenizedDocuments, expected: list[list[str]]) -> None:
    assert words_of(tokenized) == expected
    # The vocabulary holds what occurs and nothing else, in the order of code points.
    assert list(tokenized.vocabulary) == sorted({token for tokens in expected for token in tokens})
    assert (tokenized.ids.dtype, tokenized.indptr.dtype) == ("int32", "int64")
    assert len(tokenized) == len(expected)


def combinations(name: str) -> Iterator[dict[str, Any]]:
    for lowercase, punctuation, accents, urls, numbers, negation, stem, stop_words in itertools.product(
        (True, False),
        (True, False),
        (None, "unicode", "ascii"),
        (False, True),
        (False, True),
        (False,) if name == "sklearn" else (False, True),
        (None, "english"),
        (None, STOP_WORDS),
    ):
        yield {
            "name": name,
            "lowercase": lowercase,
            "punctuation": punctuation,
            "strip_accents": accents,
            "mask_urls": urls,
            "mask_numbers": numbers,
            "negation": negation,
            "stem": stem,
            "stop_words": stop_words,
        }


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_combination_of_options(name: str, hard_documents: list[str]) -> None:
    # All documents with the few options that touch every character, a sixth of them with all the others.
    for number, options in enumerate(combinations(name)):
        plain = not (options["stem"] or options["stop_words"] or options["mask_numbers"])
        documents = hard_documents if plain else hard_documents[number % 6 :: 6]
        analysis = Analysis(Tokenizer(**options))
        check(analysis.scan(documents), reference(analysis, documents))


tokenizers = st.builds(
    Tokenizer,
    name=st.sampled_from(["word", "whitespace"]),
    lowercase=st.booleans(),
    punctuation=st.booleans(),
    strip_accents=st.sampled_from([None, None, "unicode", "ascii"]),
    mask_urls=st.booleans(),
    mask_numbers=st.booleans(),
    negation=st.booleans(),
    stem=st.sampled_from([None, "english"]),
    stop_words=st.sampled_from([None, (), STOP_WORDS]),
)


@pytest.mark.parametrize("name", BUILT_IN)
@given(data=st.data())
def test_built_in_tokenizers(name: str, texts: st.SearchStrategy[str], data: st.DataObject) -> None:
    documents = data.draw(st.lists(texts, max_size=4))
    analysis = Analysis(Tokenizer(name, lowercase=data.draw(st.booleans())))
    check(analysis.scan(documents), reference(analysis, documents))


@given(data=st.data())
def test_options(texts: st.SearchStrategy[str], data: st.DataObject) -> None:
    documents = data.draw(st.lists(texts, max_size=4))
    analysis = Analysis(data.draw(tokenizers))
    check(analysis.scan(documents), reference(analysis, documents))


@pytest.mark.parametrize("analyzer", ["char", "char_wb"])
@given(data=st.data())
def test_characters(analyzer: str, texts: st.SearchStrategy[str], data: st.DataObject) -> None:
    documents = data.draw(st.lists(texts, max_size=4))
    analysis = Analysis(data.draw(tokenizers), analyzer)
    check(analysis.scan(documents), reference(analysis, documents))


@pytest.mark.parametrize("analyzer", ["char", "char_wb"])
def test_white_space_between_characters(analyzer: str) -> None:
    spaces = ["", " ", "\t", "  ", "\n ", "\x85", "\u2028\u3000", " \xa0", "\x1c\x1d"]
    documents = [f"{a}x{b}yz{c}" for a, b, c in itertools.product(spaces, repeat=3)] + spaces
    analysis = Analysis(analyzer=analyzer)
    check(analysis.scan(documents), reference(analysis, documents))


@pytest.mark.parametrize("name", BUILT_IN)
def test_long_words_and_long_documents(name: str) -> None:
    documents = [
        "a" * n + "é" * n + "'b " + "語" * n for n in (7, 8, 9, 255, 256, 511, 512, 513, 1023, 1024, 1025, 5000)
    ]
    documents += ["x " * 1500 + "it's\U0001f600 " * 1500 + "e\u0301" * 3000, "'a" * 2000, "a\u2019" * 2000]
    analysis = Analysis(Tokenizer(name))
    check(analysis.scan(documents), reference(analysis, documents))


def test_all_documents_empty() -> None:
    for documents in ([], [""], ["", " ", ""]):
        for analyzer in ("word", "char", "char_wb"):
            analysis = Analysis(analyzer=analyzer)
            check(analysis.scan(documents), reference(analysis, documents))


@pytest.mark.parametrize("name", ["nltk:tweet", "nltk:treebank", "nltk:toktok", r"pattern:\w+ ?\w*"])
@given(data=st.data())
def test_tokenizers_without_a_compiled_scanner(name: str, texts: st.SearchStrategy[str], data: st.DataObject) -> None:
    documents = data.draw(st.lists(texts, max_size=3))
    analysis = Analysis(Tokenizer(name, negation=True))
    check(analysis.scan(documents), reference(analysis, documents))


def test_functions() -> None:
    documents = ["New York, not  here", "", "b,a"]
    analysis = Analysis(Tokenizer(function=lambda text: text.split(",")))
    check(analysis.scan(documents), [["new\xa0york", "\xa0not\xa0\xa0here"], [""], ["b", "a"]])
    analysis = Analysis(Tokenizer(preprocessor=lambda text: text.swapcase() + " ΑΣ É"))
    check(analysis.scan(["Ab"]), [["aB", "ΑΣ", "É"]])
    check(analysis.scan(["Ab"]), reference(analysis, ["Ab"]))


# Shards and threads


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("options", [{}, {"stem": "english", "stop_words": STOP_WORDS}])
@pytest.mark.usefixtures("many_shards")
def test_shards_change_nothing(name: str, options: dict[str, Any], hard_documents: list[str]) -> None:
    analysis = Analysis(Tokenizer(name, **options))
    expected = reference(analysis, hard_documents)
    for n_jobs in N_JOBS:
        check(analysis.scan(hard_documents, n_jobs), expected)


@pytest.mark.usefixtures("many_shards")
def test_empty_documents_between_shards() -> None:
    for documents in ([], ["", ""], ["", "a b", "", "", "long document", "", "b"]):
        for n_jobs in N_JOBS:
            check(Analysis().scan(documents, n_jobs), [d.split() for d in documents])


def test_threads_change_nothing(hard_documents: list[str]) -> None:
    one, two, three = (Analysis().scan(hard_documents * 3, n_jobs) for n_jobs in N_JOBS)
    for other in (two, three):
        assert (one.ids == other.ids).all()
        assert (one.indptr == other.indptr).all()
        assert (one.vocabulary.blob == other.vocabulary.blob).all()
        assert (one.vocabulary.offsets == other.vocabulary.offsets).all()


@pytest.mark.parametrize("n_jobs", [0, 1.5, "2", True])
def test_a_wrong_number_of_threads(n_jobs: Any) -> None:
    with pytest.raises(InvalidParameterError, match="n_jobs is"):
        Analysis().scan(["a"], n_jobs)
