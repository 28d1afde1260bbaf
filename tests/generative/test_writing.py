"""Writing texts of a class, by language models and by naive Bayes, and checking them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from textgd import TextClassifier
from textgd.errors import DataError, InvalidParameterError, UnknownNameError
from textgd.generative.ways import Writing
from textgd.generative.writing import Check, check_texts, is_bag_of_words, unknown_words, write
from textgd.scoring import TextScorer

TEXTS = [
    "win a free prize now, call 80086",
    "free entry: win cash now",
    "claim your free prize now",
    "win cash, claim it now",
    "see you at lunch today",
    "are you home now? see you there",
    "lunch at home, then a film",
    "the train is late, see you at home",
]
LABELS = ["spam"] * 4 + ["ham"] * 4
LONG = "one two three four five six seven eight nine ten eleven twelve thirteen"


def scorer(model: str = "lm", texts: list[str] = TEXTS, labels: Any = LABELS, **parameters: Any) -> TextScorer:
    return TextClassifier(model=model, calibrate=None, **parameters).fit(texts, labels).text_scorer_


@pytest.fixture(scope="module")
def lm() -> TextScorer:
    return scorer()


def test_the_same_seed_gives_the_same_texts_however_many(lm: TextScorer) -> None:
    texts = write(lm, "spam", 5, random_state=7)
    assert texts == write(lm, "spam", 5, random_state=7)
    assert texts[:2] == write(lm, "spam", 2, random_state=7)
    assert texts != write(lm, "spam", 5, random_state=8)
    assert write(lm, "spam", 3) != write(lm, "spam", 3)


def test_texts_are_of_their_class(lm: TextScorer) -> None:
    for label in ("spam", "ham"):
        texts = write(lm, label, 50, Writing(temperature=0.4), random_state=0)
        check = check_texts(lm, label, texts)
        assert check.own_class >= 0.9
        assert check.perplexity is not None
        assert check.perplexity < 20


def test_tokens_are_put_together_for_reading() -> None:
    model = scorer(texts=['He said "yes" (twice), it\'s 5%!'] * 2 + ["no"] * 2, labels=[1, 1, 0, 0])
    assert write(model, 1, 1, Writing(temperature=0), 0) == ['he said "yes" (twice), it\'s 5%!']
    assert write(model, "1", 1, Writing(temperature=0), 0) == write(model, 1, 1, Writing(temperature=0), 0)
    negated = scorer(texts=["I did not like it"] * 2 + ["no"] * 2, labels=[1, 1, 0, 0], negation=True)
    assert write(negated, 1, 1, Writing(temperature=0), 0) == ["i did not like it"]


def test_the_prompt_comes_first(lm: TextScorer) -> None:
    texts = write(lm, "ham", 20, Writing(prompt="See you", min_tokens=1), 3)
    assert all(text.startswith("see you ") for text in texts)
    assert unknown_words(lm, "see xyzzy now") == ["xyzzy"]
    assert all(text.startswith("xyzzy") for text in write(lm, "ham", 5, Writing(prompt="xyzzy"), 3))


def test_lengths_are_those_asked_for(lm: TextScorer) -> None:
    for text in write(lm, "ham", 20, Writing(min_tokens=4, max_tokens=6), 1):
        assert 4 <= len(lm.extractor.analysis.pieces(text)[0]) <= 6


def test_characters_are_written_without_gaps_at_the_ends() -> None:
    model = scorer("charlm", order=4)
    texts = write(model, "spam", 20, Writing(max_tokens=40), 0)
    assert all(text == " ".join(text.split()) for text in texts)
    assert all(text.startswith("win ca") for text in write(model, "spam", 3, Writing(prompt="win ca"), 0))
    # A word that is over goes on with another one.
    after = write(model, "spam", 20, Writing(prompt="win ", temperature=0), 0)
    assert len(set(after)) == 1
    assert after[0].startswith("win ")
    # The space is part of the prompt: the same letters go on otherwise without it.
    assert model.extractor.analysis.pieces("win ")[0][-1] == " "
    assert any(text.split()[1] in ("cash", "a", "cash,") for text in after)


def test_what_recites_is_drawn_again() -> None:
    texts = [f"{LONG} {word}" for word in ("a", "b")] + ["x y z one two", "two three x y"]
    model = scorer(texts=texts * 3, labels=["long", "long", "short", "short"] * 3)
    recited = write(model, "long", 20, Writing(temperature=0.05), 0)
    assert check_texts(model, "long", recited).longest_copy == 14
    guarded = write(model, "long", 20, Writing(temperature=1.5, max_copy=8), 0)
    check = check_texts(model, "long", guarded)
    assert check.longest_copy is not None
    assert check.longest_copy <= 8
    assert guarded == write(model, "long", 20, Writing(temperature=1.5, max_copy=8), 0)
    with pytest.raises(DataError, match="recite more than 8 tokens"):
        write(model, "long", 1, Writing(temperature=0, max_copy=8), 0)
    with pytest.raises(InvalidParameterError, match="max_copy is 7"):
        write(model, "long", 1, Writing(max_copy=7))


def test_naive_bayes_writes_words_of_its_multinomial() -> None:
    model = scorer("nb", ngram_range=(1, 2), binary=False)
    assert is_bag_of_words(model)
    texts = write(model, "spam", 3000, Writing(max_tokens=1), 0)
    linear, extractor = model.scorer, model.extractor
    names = extractor.feature_names(np.arange(extractor.n_features))
    weights = np.exp(linear.weights[1])  # type: ignore[union-attr]
    single = {name: weight for name, weight in zip(names, weights, strict=True) if " " not in name}
    total = sum(single.values())
    for name in ("now", "free", "lunch"):
        assert texts.count(name) / 3000 == pytest.approx(single[name] / total, abs=0.02)
    assert set(texts) <= set(single)
    assert [len(text.split()) for text in write(model, "spam", 2, Writing(max_tokens=9), 0)] == [9, 9]
    assert set(write(model, "spam", 99, Writing(max_tokens=1, top_k=2), 0)) <= {"now", "free", "win", ","}
    assert len(set(write(model, "spam", 9, Writing(max_tokens=1, temperature=0), 0))) == 1
    check = check_texts(model, "spam", texts[:50])
    assert (check.perplexity, check.longest_copy, check.copy_window) == (None, None, None)


@pytest.mark.parametrize("name", ["cnb", "bnb", "lr", "svm", "nbsvm", "nblr"])
def test_other_models_do_not_write(name: str) -> None:
    model = scorer(name)
    assert not is_bag_of_words(model)
    with pytest.raises(InvalidParameterError, match=r"cannot write.*--model lm"):
        write(model, "spam")


@pytest.mark.parametrize("parameters", [{"hashing": 64}, {"ngram_range": (2, 2)}, {"analyzer": "char"}])
def test_naive_bayes_without_words_does_not_write(parameters: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameterError, match="no words to write with"):
        write(scorer("nb", **parameters), "spam")


@pytest.mark.parametrize(
    ("writing", "piece"),
    [
        ({"temperature": -1}, "temperature is -1"),
        ({"top_k": 0}, "top_k is 0"),
        ({"top_p": 2.0}, "top_p is 2.0"),
        ({"max_tokens": 0}, "max_tokens is 0"),
        ({"min_tokens": 61}, "min_tokens is 61 and max_tokens is 60"),
    ],
)
@pytest.mark.parametrize("name", ["lm", "nb"])
def test_ways_to_write_that_there_are_not(writing: dict[str, Any], piece: str, name: str) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        write(scorer(name), "spam", 1, Writing(**writing))
    assert piece in str(caught.value)


def test_labels_and_numbers_that_there_are_not(lm: TextScorer) -> None:
    with pytest.raises(UnknownNameError, match=r"no class 'spma'\. Did you mean spam"):
        write(lm, "spma")
    with pytest.raises(InvalidParameterError, match="n is 0"):
        write(lm, "spam", 0)
    with pytest.raises(InvalidParameterError, match="random_state is -1"):
        write(lm, "spam", 1, random_state=-1)
    with pytest.raises(DataError, match="no texts to check"):
        check_texts(lm, "spam", [])


def test_a_class_of_empty_documents_writes_nothing() -> None:
    model = scorer(texts=["", "  ", "see you", "at lunch"], labels=["empty", "empty", "ham", "ham"])
    with pytest.raises(DataError, match="nothing to write"):
        write(model, "empty")
    assert write(model, "ham", 1, random_state=0)


def test_the_check_counts_by_hand(lm: TextScorer) -> None:
    check = check_texts(lm, "ham", ["see you at home", "see you at lunch"])
    assert isinstance(check, Check)
    assert (check.own_class, check.distinct_1, check.distinct_2) == (1.0, 5 / 8, 4 / 6)
    assert (check.longest_copy, check.copy_window) == (0, 8)
