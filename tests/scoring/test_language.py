"""Language models of classes, where words are missing."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from textgd.errors import InvalidParameterError
from textgd.generative.ngram_classifier import NgramClassifier
from textgd.scoring import LanguageScorer, language
from textgd.text.documents import TokenizedDocuments

TEXTS = ["a good film so good", "so good a film", "a bad film", "a dull film so bad", "what a film"]
LABELS = ["pos", "pos", "neg", "neg", "neg"]


@pytest.fixture(scope="module")
def scorer() -> LanguageScorer:
    documents = TokenizedDocuments.from_tokens([text.split() for text in TEXTS])
    return NgramClassifier(order=3).fit(documents, LABELS).scorer()


def read(scorer: LanguageScorer, *texts: str) -> TokenizedDocuments:
    """Return documents in which each ``___`` is a gap."""
    terms = {term: number for number, term in enumerate(scorer.models[0].vocabulary)} | {"___": -1}
    rows = [[terms.get(word, len(terms) - 1) for word in text.split()] for text in texts]
    ids = np.array([token for row in rows for token in row], np.int32)
    return TokenizedDocuments(ids, np.cumsum([0, *map(len, rows)]), scorer.models[0].vocabulary)


def test_a_gap_is_the_sum_of_all_that_may_stand_in_it(scorer: LanguageScorer) -> None:
    fillings = [*scorer.models[0].vocabulary, "never-seen"]
    for text in ("a ___ film", "___ film", "a ___", "___", "so ___ a film"):
        filled = scorer.scores(read(scorer, *(text.replace("___", word) for word in fillings)))
        assert_allclose(scorer.scores(read(scorer, text))[0], np.logaddexp.reduce(filled, axis=0), rtol=1e-9)


def test_documents_without_gaps_are_scored_as_ever(scorer: LanguageScorer) -> None:
    texts = ["a good film", "a ___ film", "", "___ ___", "what a film"]
    scores = scorer.scores(read(scorer, *texts))
    assert scores.shape == (5, 2)
    for text, row in zip(texts, scores, strict=True):
        assert_array_equal(scorer.scores(read(scorer, text))[0], row)
    assert_array_equal(scores[[0, 2, 4]], scorer.scores(read(scorer, *texts[::2])))
    assert_allclose(scorer.scores_slowly(read(scorer, *texts)), scores, rtol=0, atol=1e-9)


def test_few_gaps_do_without_compiled_code(scorer: LanguageScorer, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("compiled code was asked for")

    few, many = read(scorer, "a ___ film so ___"), read(scorer, *["a ___ film so ___"] * 20)
    expected = scorer.scores(few)
    monkeypatch.setattr(language, "is_loaded", lambda: False)
    monkeypatch.setattr(language, "sum_over_gaps", refuse)
    assert_allclose(scorer.scores(few), expected, rtol=0, atol=1e-9)
    with pytest.raises(AssertionError, match="compiled code"):
        scorer.scores(many)


def test_tokens_around_a_gap_have_no_parts(scorer: LanguageScorer) -> None:
    with pytest.raises(InvalidParameterError, match="not defined where words are missing"):
        scorer.parts(read(scorer, "a ___ film"))
