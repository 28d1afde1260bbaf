"""Documents as sequences of token numbers: compiled reading is the reference's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgd.errors import DataError
from textgd.text import Analysis, TokenizedDocuments, Tokenizer, Vocabulary
from textgd.text.analysis import is_read_slowly
from textgd.text.sequences import SequenceReader, SequenceVectorizer

# Once it is loaded, `read` is the compiled one.
pytest.importorskip("numba")

ANALYSES: dict[str, Analysis] = {
    "words": Analysis(),
    "no punctuation": Analysis(Tokenizer(punctuation=False)),
    "as written": Analysis(Tokenizer(lowercase=False)),
    "sklearn": Analysis(Tokenizer("sklearn")),
    "whitespace": Analysis(Tokenizer("whitespace")),
    "masks": Analysis(Tokenizer(mask_urls=True, mask_numbers=True)),
    "negation": Analysis(Tokenizer(negation=True)),
    "stems": Analysis(Tokenizer(stem="english", stop_words=("the", "a"))),
    "accents": Analysis(Tokenizer(strip_accents="unicode")),
    "pattern": Analysis(Tokenizer(r"pattern:\w+")),
    "characters": Analysis(analyzer="char"),
    "characters as written": Analysis(Tokenizer(lowercase=False), analyzer="char"),
    "characters without accents": Analysis(Tokenizer(strip_accents="ascii"), analyzer="char"),
    # The span of n-grams is for others.
    "bigrams": Analysis(ngram_range=(2, 3)),
}
each_analysis = pytest.mark.parametrize("analysis", ANALYSES.values(), ids=list(ANALYSES))


def assert_same(found: TokenizedDocuments, expected: TokenizedDocuments) -> None:
    assert found.ids.tolist() == expected.ids.tolist()
    assert found.indptr.tolist() == expected.indptr.tolist()
    assert (found.ids.dtype, found.indptr.dtype) == (expected.ids.dtype, expected.indptr.dtype) == (np.int32, np.int64)
    assert list(found.vocabulary) == list(expected.vocabulary)


def check(reader: SequenceReader, documents: list[str], n_jobs: int | None = None) -> None:
    assert not is_read_slowly(documents)
    expected, expected_known = reader.read_slowly(documents)
    found, known = reader.read(documents, n_jobs)
    assert_same(found, expected)
    assert known.tolist() == expected_known.tolist()
    assert known.dtype == expected_known.dtype == np.int64
    pieces = [[token for piece in reader.analysis.pieces(text) for token in piece] for text in documents]
    numbers = {term: i for i, term in enumerate(reader.vocabulary)}
    assert expected.ids.tolist() == [numbers.get(token, len(numbers)) for tokens in pieces for token in tokens]
    assert expected.indptr.tolist() == np.cumsum([0, *map(len, pieces)]).tolist()
    assert known.tolist() == [sum(token in numbers for token in tokens) for tokens in pieces]


def test_by_hand() -> None:
    reader = SequenceReader(Analysis(), Vocabulary.from_terms(["prize", "a", "win", "!"]))
    for read in (reader.read, reader.read_slowly):
        tokenized, known = read(["Win a new prize!", "", "who?", "A A"])
        # ! 0, a 1, prize 2, win 3; 4 is unknown
        assert tokenized.ids.tolist() == [3, 1, 4, 2, 0, 4, 4, 1, 1]
        assert tokenized.indptr.tolist() == [0, 5, 5, 7, 9]
        assert tokenized.vocabulary is reader.vocabulary
        assert known.tolist() == [4, 0, 0, 2]
    assert reader.n_features == 4
    assert reader.feature_names([3, 0]) == ["win", "!"]
    assert reader.feature_names(np.array([1])) == ["a"]


def test_characters_by_hand() -> None:
    reader = SequenceReader(Analysis(analyzer="char"), Vocabulary.from_terms("ab "))
    for read in (reader.read, reader.read_slowly):
        tokenized, known = read(["A  bz", "", "zz"])
        # the space 0, a 1, b 2; white space is one space
        assert tokenized.ids.tolist() == [1, 0, 2, 3, 3, 3]
        assert tokenized.indptr.tolist() == [0, 4, 4, 6]
        assert known.tolist() == [3, 0, 0]


@each_analysis
def test_hard_documents(analysis: Analysis, hard_documents: list[str]) -> None:
    vectorizer = SequenceVectorizer(analysis)
    fitted = vectorizer.fit_transform(hard_documents[::2])
    reader = vectorizer.extractor_
    assert reader.analysis is analysis
    # All that was learned is known again.
    found, known = reader.read(hard_documents[::2])
    assert_same(found, fitted)
    assert known.tolist() == np.diff(fitted.indptr).tolist()
    check(reader, hard_documents)


@each_analysis
@given(data=st.data())
def test_any_documents(analysis: Analysis, data: st.DataObject, texts: st.SearchStrategy[str]) -> None:
    documents = data.draw(st.lists(texts, max_size=4))
    others = data.draw(st.lists(texts, max_size=3))
    vectorizer = SequenceVectorizer(analysis)
    fitted = vectorizer.fit_transform(documents)
    terms = {token for text in documents for piece in analysis.pieces(text) for token in piece}
    assert list(fitted.vocabulary) == sorted(terms)
    check(vectorizer.extractor_, [*others, *documents])


@pytest.mark.usefixtures("many_shards")
@pytest.mark.parametrize("analysis", [ANALYSES["words"], ANALYSES["characters"]], ids=["words", "characters"])
@pytest.mark.parametrize("n_jobs", [1, 2, None])
def test_threads_make_no_difference(analysis: Analysis, n_jobs: int | None, hard_documents: list[str]) -> None:
    one = SequenceVectorizer(analysis, 1)
    many = SequenceVectorizer(analysis, n_jobs)
    assert_same(many.fit_transform(hard_documents), one.fit_transform(hard_documents))
    check(many.extractor_, hard_documents, n_jobs)


@pytest.mark.parametrize("analysis", [ANALYSES["words"], ANALYSES["characters"]], ids=["words", "characters"])
def test_nothing_to_read(analysis: Analysis) -> None:
    vectorizer = SequenceVectorizer(analysis)
    assert len(vectorizer.fit_transform([])) == 0
    reader = vectorizer.extractor_
    assert reader.n_features == 0
    check(reader, [])
    # To a reader without terms everything is unknown.
    check(reader, ["", "a b"])
    tokenized, known = reader.read(["ab"])
    assert set(tokenized.ids.tolist()) == {0}
    assert known.tolist() == [0]


def test_few_documents_do_without_compiled_code(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = SequenceReader(Analysis(), Vocabulary.from_terms(["a", "b"]))
    expected, _ = reader.read(["a c b"])

    def refuse(*_: Any) -> None:
        raise AssertionError("compiled code was asked for")

    monkeypatch.setattr("textgd.text.sequences.is_read_slowly", lambda documents: len(documents) == 1)
    monkeypatch.setattr(Analysis, "scan", refuse)
    found, _ = reader.read(["a c b"])
    assert_same(found, expected)
    with pytest.raises(AssertionError, match="compiled code"):
        reader.read(["a c b", "a"])


@pytest.mark.parametrize("raw", ["a b", [None], [["a"]]], ids=str)
def test_what_is_no_column_is_not_learned(raw: Any) -> None:
    with pytest.raises(DataError, match="raw_documents"):
        SequenceVectorizer(Analysis()).fit_transform(raw)
