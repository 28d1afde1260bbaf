"""Label errors: what is known of confident learning, and that flipped labels come first."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from tests.doctor.made_up import sound
from textgd.corpus import Corpus
from textgd.doctor.confident import class_thresholds, confident_classes, noise_interval
from textgd.doctor.duplicates import find_copies
from textgd.doctor.opinions import OPINIONS, ask_models, pool_opinions, view_for
from textgd.doctor.suspects import LabelCheck, check_labels


def flipped(corpus: Corpus, n: int, seed: int = 0) -> tuple[Corpus, set[int]]:
    """The corpus with n labels exchanged, and their rows from 1."""
    rows = set(random.Random(seed).sample(range(len(corpus)), n))
    labels = tuple("ba"["ab".index(label)] if i in rows else label for i, label in enumerate(corpus.labels))
    return replace(corpus, labels=labels), {row + 1 for row in rows}


def check(corpus: Corpus, n_jobs: int | None = None) -> LabelCheck:
    return check_labels(corpus, find_copies(corpus.texts).exact, n_jobs=n_jobs)


@pytest.fixture(scope="module")
def checked() -> tuple[LabelCheck, set[int], Corpus]:
    corpus, rows = flipped(sound(400, length=(25, 45)), 20)
    return check(corpus), rows, corpus


def test_flipped_labels_are_the_first_suspects(checked: tuple[LabelCheck, set[int], Corpus]) -> None:
    found, rows, corpus = checked
    first = [suspect.row for suspect in found.suspects[:20]]
    assert len(rows.intersection(first)) >= 17
    assert all(suspect.label == corpus.labels[suspect.row - 1] != suspect.suggested for suspect in found.suspects)
    assert all(suspect.probability > 0.5 > suspect.own_probability for suspect in found.suspects)
    # Of two classes, whose thresholds are constant, the order inside each is that of the probabilities.
    for label in "ab":
        odds = [suspect.own_probability for suspect in found.suspects if suspect.label == label]
        assert odds == sorted(odds)


def test_the_noise_is_estimated_with_an_interval(checked: tuple[LabelCheck, set[int], Corpus]) -> None:
    found, _, corpus = checked
    assert found.noise is not None
    assert found.error is not None
    assert found.noise.low <= 0.05 <= found.noise.high
    assert found.error.value == len(found.suspects) / len(corpus)
    assert found.explained == pytest.approx(found.noise.value / found.error.value)
    assert (found.models, found.n_folds, found.n_checked) == (tuple(OPINIONS), 20, 400)
    (finding,) = found.findings(corpus)
    assert finding.rows == tuple(suspect.row for suspect in found.suspects)


def test_threads_change_nothing(checked: tuple[LabelCheck, set[int], Corpus]) -> None:
    found, _, corpus = checked
    assert check(corpus, n_jobs=1) == found


def test_no_document_is_judged_by_a_copy_of_itself() -> None:
    corpus = sound(60)
    twice = replace(corpus, texts=corpus.texts * 2, labels=corpus.labels * 2)
    codes = np.array(["ab".index(label) for label in twice.labels])
    alone = ask_models(corpus.texts, codes[:60], np.arange(60), view_for(1))
    both = ask_models(twice.texts, codes, np.tile(np.arange(60), 2), view_for(1))
    assert alone is not None
    assert both is not None
    # Held out together, both copies score the same; held out apart each would be known by heart.
    for own in both.scores.values():
        np.testing.assert_allclose(own[:60], own[60:], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("corpus", "why"),
    [
        (Corpus(("a b",) * 60, ("x",) * 60, "one"), "one class only"),
        (Corpus(("a b", "c d"), ("x", "y"), "two"), "2 documents are too few"),
        (Corpus(("a b", *(f"c {i}" for i in range(60))), ("x", *("y",) * 60), "lonely"), "fewer than two classes"),
    ],
)
def test_what_cannot_be_checked_is_said(corpus: Corpus, why: str) -> None:
    found = check(corpus)
    assert found.skipped is not None
    assert why in found.skipped
    assert found.findings(corpus) == []


def test_a_class_of_one_document_is_left_out_and_told() -> None:
    corpus = sound(80)
    with_one = replace(corpus, labels=("c", *corpus.labels[1:]))
    found = check(with_one)
    assert found.n_checked == 79
    assert found.skipped is not None
    assert "1 documents were not checked" in found.skipped or "1 document was not checked" in found.skipped


# The parts


def test_pooling_is_logistic_regression_on_the_log_odds() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 2, 500)
    odds = (2.0 * codes - 1.0)[:, None] * [0.8, 0.3] + rng.normal(size=(500, 2))
    scores = [np.stack([np.zeros(500), odds[:, m]], axis=1) for m in range(2)]
    pooled = pool_opinions(scores, codes.astype(np.intp))
    # A penalty so small that both are the same to three digits.
    reference = LogisticRegression(C=1e3).fit(odds, codes).predict_proba(odds)
    np.testing.assert_allclose(pooled, reference, atol=5e-3)


@given(st.integers(2, 4), st.integers(0, 2**32 - 1))
def test_confident_joint_against_the_definition(n_classes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.ones(n_classes), 40)
    codes = rng.integers(0, n_classes, 40).astype(np.intp)
    thresholds = class_thresholds(probabilities, codes)
    confident = confident_classes(probabilities, thresholds)
    for i in range(40):
        sure = [k for k in range(n_classes) if (codes == k).any() and probabilities[i, k] >= thresholds[k]]
        assert confident[i] == (max(sure, key=lambda k: probabilities[i, k]) if sure else -1)
    joint = np.zeros((n_classes, n_classes))
    for label, true in zip(codes, confident, strict=True):
        if true >= 0:
            joint[label, true] += 1.0
    sizes = np.bincount(codes, minlength=n_classes)
    scaled = joint / np.maximum(joint.sum(axis=1), 1.0)[:, None] * sizes[:, None] / 40
    wrong = scaled.sum() - np.trace(scaled)
    noise = noise_interval(confident, codes, n_classes, 0)
    assert noise.value == pytest.approx(wrong)
    assert 0.0 <= noise.low <= noise.value <= noise.high <= 1.0
