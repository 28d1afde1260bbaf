from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.generative.filling import fill
from textgd.generative.ngram_classifier import NgramClassifier
from textgd.lm.filling import MAX_FILLINGS, MAX_GAPS
from textgd.probabilities import Probabilities, Sigmoid, Softmax, log_sum_exp
from textgd.scoring import LinearScorer, TextScorer
from textgd.text.analysis import Analysis
from textgd.text.gaps import GAP
from textgd.text.sequences import SequenceVectorizer
from textgd.text.tokenizer import Tokenizer

TEXTS = {
    "pos": ["a good film", "so good a film .", "a very good plot , a film", "I loved it", "good , I loved the film ."],
    "neg": ["a bad film", "a dull film .", "so bad a plot , so dull", "I hated it"],
}


def train(
    order: int = 3,
    background: float = 0.5,
    probabilities: Probabilities | None = None,
    analyzer: str = "word",
    texts: dict[str, list[str]] = TEXTS,
    **tokenizer: Any,
) -> TextScorer:
    vectorizer = SequenceVectorizer(Analysis(Tokenizer(**tokenizer), analyzer))
    X = vectorizer.fit_transform(list(itertools.chain(*texts.values())))
    y = np.repeat(list(texts), list(map(len, texts.values())))
    classifier = NgramClassifier(order=order, background=background).fit(X, y)
    return TextScorer(vectorizer.extractor_, classifier.scorer(), classifier.classes_, probabilities)


UNKNOWN = "unheardof"


def every_filling(scorer: TextScorer, text: str) -> tuple[NDArray[np.float64], dict[tuple[str, ...], float]]:
    """Return the class probabilities of a text with gaps, and the probability of every filling, from all of them."""
    words = [*scorer.extractor.feature_names(np.arange(scorer.extractor.n_features)), UNKNOWN]
    fillings = list(itertools.product(words, repeat=text.count(GAP)))
    scores = scorer.predict([put(text, filling) for filling in fillings]).scores
    total = log_sum_exp(scores.T)
    posterior = np.exp((scorer.probabilities or Softmax()).log_proba(total[None])[0])
    shares = np.exp(scores - total) @ posterior
    return posterior, dict(zip(fillings, shares.tolist(), strict=True))


def put(text: str, words: tuple[str, ...]) -> str:
    for word in words:
        text = text.replace(GAP, word, 1)
    return text


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("background", [0.0, 0.5])
@pytest.mark.parametrize(
    "text",
    [
        "___",
        "A ___ film.",
        "___ good film",
        "I loved  ___!",
        "A ___ ___ , so\n good",
        "___ film, a very bad plot: ___",
        "(___) unheard words ___",
    ],
)
@pytest.mark.parametrize("probabilities", [None, Softmax(3.0), Sigmoid((0.5,), (0.1,))])
def test_all_fillings_enumerated_say_the_same(
    order: int, background: float, text: str, probabilities: Probabilities | None
) -> None:
    scorer = train(order, background, probabilities)
    posterior, every = every_filling(scorer, text)
    filled = fill(scorer, text, 7)
    assert filled.classes.tolist() == ["neg", "pos"]
    np.testing.assert_allclose(filled.posterior, posterior, rtol=1e-9)
    assert sum(every.values()) == pytest.approx(1.0, rel=1e-9)
    best = sorted((p for words, p in every.items() if UNKNOWN not in words), reverse=True)[:7]
    np.testing.assert_allclose([filling.probability for filling in filled.fillings], best, rtol=1e-9)
    for filling in filled.fillings:
        assert filling.probability == pytest.approx(every[filling.words], rel=1e-9)
        assert filling.text == put(text, filling.words)
        answer = scorer.predict([filling.text]).scores
        np.testing.assert_allclose(filling.posterior, np.exp((probabilities or Softmax()).log_proba(answer))[0])


def test_a_filling_is_worth_its_share_whichever_class_it_comes_from() -> None:
    filled = fill(train(), "a very ___ plot", MAX_FILLINGS)
    by_word = {filling.words[0]: filling for filling in filled.fillings}
    assert filled.fillings[0].words == ("good",)
    assert by_word["good"].posterior[1] > filled.posterior[1] > by_word["bad"].posterior[1]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("___", ["", ""]),
        ("\t ___ \n", ["\t ", " \n"]),
        ('(___), "___"!', ["(", '), "', '"!']),
        ("un-___'s", ["un-", "'s"]),
        ("____ ___", ["____ ", ""]),
        ("___x x___ _____ ___", ["___x x___ _____ ", ""]),
        ("Über ___ é", ["Über ", " é"]),
    ],
)
def test_a_gap_is_a_word_of_its_own_and_the_text_around_it_stays(text: str, pieces: list[str]) -> None:
    for filling in fill(train(), text, 3).fillings:
        assert filling.text == pieces[0] + "".join(
            word + piece for word, piece in zip(filling.words, pieces[1:], strict=True)
        )


@pytest.mark.parametrize(
    "tokenizer", [{"name": "whitespace"}, {"name": "sklearn"}, {"negation": True}, {"name": "pattern:[a-z]+"}]
)
def test_every_tokenizer_of_words(tokenizer: dict[str, Any]) -> None:
    filled = fill(train(**tokenizer), "not a ___ film , I ___ it", 4)
    assert len(filled.fillings) == 4
    assert all(0.0 < filling.probability < 1.0 for filling in filled.fillings)


def test_a_negated_word_is_the_word() -> None:
    scorer = train(negation=True, texts={"pos": ["not good", "good"] * 3, "neg": ["not bad", "bad"]})
    assert "NOT_good" in scorer.extractor.feature_names(np.arange(scorer.extractor.n_features))
    filled = fill(scorer, "not ___", 10)
    assert [filling.text for filling in filled.fillings[:2]] == ["not good", "not bad"]
    assert sorted(filling.words for filling in filled.fillings) == [("bad",), ("good",), ("not",)]


def test_fewer_fillings_than_asked_for() -> None:
    scorer = train()
    filled = fill(scorer, "a ___ film", MAX_FILLINGS)
    assert len(filled.fillings) == scorer.extractor.n_features
    assert sum(filling.probability for filling in filled.fillings) < 1.0


def test_threads_change_nothing() -> None:
    one, many = (fill(train(), "a ___ ___ film", 5, n_jobs) for n_jobs in (1, 2))
    assert [filling.text for filling in one.fillings] == [filling.text for filling in many.fillings]
    np.testing.assert_array_equal(one.posterior, many.posterior)


@pytest.mark.parametrize(
    ("text", "n", "message"),
    [
        ("a good film", 5, "The text has 0 gaps; from 1 to 10 are expected. Mark each with ___ (three underscores)"),
        ("a ____ film", 5, "The text has 0 gaps"),
        ("", 5, "The text has 0 gaps"),
        (f"{GAP} " * (MAX_GAPS + 1), 5, "The text has 11 gaps"),
        ("a ___ film", 0, "n is 0; a whole number from 1 to 1000 is expected."),
    ],
)
def test_texts_that_cannot_be_filled(text: str, n: int, message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        fill(train(), text, n)
    assert message in str(error.value)


def test_models_that_fill_nothing() -> None:
    scorer = train()
    linear = LinearScorer.__new__(LinearScorer)
    with pytest.raises(InvalidParameterError, match=r"it is linear .* textgd train CORPUS --model lm\."):
        fill(dataclasses.replace(scorer, scorer=linear), "a ___ film")
    with pytest.raises(InvalidParameterError, match=r"its tokens are characters \(analyzer 'char'\)"):
        fill(train(analyzer="char"), "a ___ film")
