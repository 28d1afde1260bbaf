"""The outer split, and scores on it."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from textgd.classifier import TextClassifier
from textgd.corpus import Corpus, holdout
from textgd.errors import DataError
from textgd.evaluation.measures import find_measure
from textgd.metrics.intervals import wilson_interval
from textgd.tuning.outer import draw_outer, score

RNG = np.random.default_rng(1)
LABELS = [str(label) for label in RNG.choice(["pos", "neg"], 200)]
WORDS = {"pos": ["good", "fine", "great"], "neg": ["bad", "awful", "poor"]}
TEXTS = [
    " ".join([*RNG.choice([*WORDS["pos"], *WORDS["neg"], *WORDS[label]], 3), *RNG.choice(list("abcdefghij"), 5)])
    for label in LABELS
]
CORPUS = Corpus(tuple(TEXTS), tuple(LABELS), "made-up")


def test_it_trains_on_what_the_command_trains_on() -> None:
    outer = draw_outer(CORPUS, 0.25, 7)
    train, test = holdout(CORPUS.labels, test_size=0.25, random_state=7)
    assert outer.train.tolist() == train.tolist()
    assert set(outer.test.tolist()) <= set(test.tolist())
    assert len(outer.test) + outer.n_left_out == len(test)
    assert not outer.is_official


def test_near_duplicates_of_what_was_learned_do_not_test() -> None:
    doubled = Corpus((*TEXTS, *(f"{text.upper()}!" for text in TEXTS)), (*LABELS, *LABELS), "doubled")
    outer = draw_outer(doubled, 0.25, 0)
    seen = {doubled.texts[row].lower().rstrip("!") for row in outer.train.tolist()}
    assert outer.n_left_out > 20
    assert all(doubled.texts[row].lower().rstrip("!") not in seen for row in outer.test.tolist())


def test_copies_alone_cannot_test() -> None:
    copies = Corpus(("so good", "so bad") * 20, ("pos", "neg") * 20, "copies")
    with pytest.raises(DataError, match="nothing to test on"):
        draw_outer(copies, 0.2, 0)


def test_an_official_test_part_is_taken_as_it_is() -> None:
    split = ["train"] * 150 + ["test"] * 50
    outer = draw_outer(Corpus(tuple(TEXTS), tuple(LABELS), "official", tuple(split)), 0.2, 0)
    assert (outer.train.tolist(), outer.test.tolist()) == (list(range(150)), list(range(150, 200)))
    assert outer.is_official
    assert outer.n_left_out == 0


def test_a_test_part_with_a_class_that_nothing_was_learned_of_is_refused() -> None:
    split, labels = ["train"] * 150 + ["test"] * 50, (*LABELS[:199], "news")
    with pytest.raises(DataError, match="official: the test part of the split has class 'news', of which the training"):
        draw_outer(Corpus(tuple(TEXTS), labels, "official", tuple(split)), 0.2, 0)


def test_scores_are_what_scikit_learn_says() -> None:
    outer = draw_outer(CORPUS, 0.3, 0)
    train, test = ([CORPUS.texts[row] for row in rows.tolist()] for rows in (outer.train, outer.test))
    y, truth = ([CORPUS.labels[row] for row in rows.tolist()] for rows in (outer.train, outer.test))
    classifier = TextClassifier(model="svm").fit(train, y)
    predicted = classifier.predict(test)
    found = score(classifier.text_scorer_, CORPUS, outer.test, find_measure("accuracy"), 0)
    assert found.interval == wilson_interval(int((predicted == np.array(truth)).sum()), len(truth))
    f1 = score(classifier.text_scorer_, CORPUS, outer.test, find_measure("f1"), 0)
    assert f1.interval.value == pytest.approx(f1_score(truth, predicted, average="macro"), abs=1e-12)
    assert f1.interval.low < f1.interval.value < f1.interval.high


def test_a_difference_is_paired() -> None:
    outer = draw_outer(CORPUS, 0.3, 0)
    train, y = ([values[row] for row in outer.train.tolist()] for values in (CORPUS.texts, CORPUS.labels))
    measure = find_measure("accuracy")
    first, again, other = (
        score(TextClassifier(model=model).fit(train, y).text_scorer_, CORPUS, outer.test, measure, 0)
        for model in ("svm", "svm", "nb")
    )
    assert first.ahead_of(again).low == first.ahead_of(again).high == 0.0
    difference = first.ahead_of(other)
    assert difference.value == pytest.approx(first.interval.value - other.interval.value)
    assert difference.low <= difference.value <= difference.high
    apart = np.hypot(first.draws.std(), other.draws.std())
    assert difference.high - difference.low < 2 * 1.96 * apart
