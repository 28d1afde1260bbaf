"""Sums over gaps by compiled code are those of the reference, and of all fillings one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from tests.lm.test_filling import TERMS, corpora, documents, enumerate_fillings, fit, smoothings  # noqa: F401
from textgd.lm import NgramModel, gaps
from textgd.lm.filling import fill_models
from textgd.lm.forest import plant
from textgd.lm.gaps import GapSums, sum_over_gaps
from textgd.lm.gaps_slowly import sum_over_gaps_slowly
from textgd.lm.mixture import Mixture
from textgd.lm.smoothing import Additive
from textgd.text.documents import TokenizedDocuments

EVERYTHING = 1000


def with_gaps(model: NgramModel, *rows: list[int]) -> TokenizedDocuments:
    """Return documents of token numbers, -1 where there is a gap."""
    ids = np.array([token for row in rows for token in row], np.int32)
    return TokenizedDocuments(ids, np.cumsum([0, *map(len, rows)]), model.vocabulary)


def sums(
    models: list[NgramModel],
    rows: list[list[int]],
    background: float = 0.5,
    beam: int = EVERYTHING,
    n_followed: int = EVERYTHING,
    **how: Any,
) -> GapSums:
    forest = plant(models, n_followed)
    return sum_over_gaps(Mixture(tuple(models), background), forest, with_gaps(models[0], *rows), beam, **how)


def brute_force(models: list[NgramModel], row: list[int], background: float) -> Any:
    _, log_probs = enumerate_fillings(models, [None if token < 0 else token for token in row], background)
    return np.logaddexp.reduce(log_probs, axis=0)


@settings(max_examples=60)
@given(
    texts=st.lists(documents, min_size=1, max_size=3),
    order=st.integers(1, 5),
    smoothing=smoothings,
    prune=st.sampled_from([None, [0, 1], [0, 0, 1]]),
    row=st.lists(st.integers(0, len(TERMS)), max_size=8),
    places=st.lists(st.integers(0, 8), min_size=1, max_size=4),
    background=st.sampled_from([0.0, 0.3]),
)
def test_sums_are_those_of_all_fillings_enumerated(
    texts: list[list[list[str]]],
    order: int,
    smoothing: str,
    prune: list[int] | None,
    row: list[int],
    places: list[int],
    background: float,
) -> None:
    models = fit(texts, order, smoothing=smoothing, prune=prune and prune[:order])
    for place in places:
        row.insert(place, -1)
    found = sums(models, [row], background)
    assert_allclose(found.log_prob[0], brute_force(models, row, background), rtol=0, atol=1e-9)
    assert_allclose(found.doubtful, 0.0, atol=1e-9)


@pytest.fixture(scope="module")
def many_terms() -> list[NgramModel]:
    """Two models of 300 terms: more than any beam of the tests follows."""
    return fit(large_corpora(2, 300), 3)


def large_corpora(n_classes: int, n_terms: int) -> list[list[list[str]]]:
    rng = np.random.default_rng(0)
    chances = 1.0 / np.arange(1, n_terms + 1)
    texts = []
    for _ in range(n_classes):
        # A walk: what stands before a token tells of it.
        follow = rng.permutation(n_terms)
        rows = []
        for _ in range(60):
            row = [int(rng.choice(n_terms, p=chances / chances.sum()))]
            while len(row) < 20:
                row.append(
                    int(follow[row[-1]] if rng.random() < 0.4 else rng.choice(n_terms, p=chances / chances.sum()))
                )
            rows.append([f"w{token:03}" for token in row])
        texts.append(rows)
    return texts


def random_rows(model: NgramModel, share: float, n: int, length: int) -> list[list[int]]:
    rng = np.random.default_rng(1)
    rows = rng.integers(0, model.unknown + 1, (n, length))
    rows[rng.random(rows.shape) < share] = -1
    return rows.tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize(("beam", "n_followed"), [(1, 1), (4, 3), (16, 8)])
def test_compiled_sums_are_the_references(order: int, beam: int, n_followed: int) -> None:
    models = fit(large_corpora(2, 60), order)
    rows = random_rows(models[0], 0.5, 4, 15)
    fast = sums(models, rows, 0.3, beam, n_followed)
    slow = sum_over_gaps_slowly(Mixture(tuple(models), 0.3), with_gaps(models[0], *rows), beam, n_followed)
    assert_allclose(fast.log_prob, slow.log_prob, rtol=0, atol=1e-9)
    assert_allclose(fast.doubtful, slow.doubtful, rtol=0, atol=1e-9)
    assert (fast.doubtful > 0.0).all() == (order > 1)


@pytest.mark.parametrize("n_classes", [1, 3, 20])
def test_gaps_that_are_order_apart_are_exact_with_any_beam(n_classes: int) -> None:
    models = fit(large_corpora(n_classes, 40), 3)
    row = [-1, 2, 3, -1, 0, 40, -1, 44, 1, -1, 2]
    found = sums(models, [row], 0.5, beam=1, n_followed=1)
    tokens = [None if token < 0 else token for token in row]
    assert_allclose(found.log_prob[0], fill_models(models, tokens, 1, 0.5, 1).log_prob, rtol=1e-9)
    assert_array_equal(found.doubtful, 0.0)


def test_one_gap_in_a_large_vocabulary_is_exact(many_terms: list[NgramModel]) -> None:
    unknown = many_terms[0].unknown
    rows = [[3, 5, -1, 7, 9], [-1], [-1, 0], [0, -1], [200, -1, unknown], [unknown, unknown, -1, unknown, unknown]]
    found = sums(many_terms, rows, 0.5, beam=2, n_followed=2)
    for row, log_prob in zip(rows, found.log_prob, strict=True):
        assert_allclose(log_prob, brute_force(many_terms, row, 0.5), rtol=1e-9)


def test_a_wider_beam_comes_nearer(many_terms: list[NgramModel]) -> None:
    rows = random_rows(many_terms[0], 0.6, 3, 10)
    exact = sums(many_terms, rows, 0.5, 1500, EVERYTHING)
    errors, doubts = [], []
    for beam in (1, 16, 256):
        found = sums(many_terms, rows, 0.5, beam, EVERYTHING)
        errors.append(float(np.abs(found.log_prob - exact.log_prob).mean()))
        doubts.append(float(found.doubtful.mean()))
    assert errors == sorted(errors, reverse=True)
    assert doubts == sorted(doubts, reverse=True)
    assert errors[0] < 0.5


def test_nothing_depends_on_threads_or_on_the_documents_beside(
    many_terms: list[NgramModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [[], [1, 2], *random_rows(many_terms[0], 0.4, 8, 10), [-1] * 6]
    expected = sums(many_terms, rows, beam=4, n_jobs=1)
    monkeypatch.setattr(gaps, "_SHARD", 2)
    for n_jobs in (1, 3):
        assert_array_equal(sums(many_terms, rows, beam=4, n_jobs=n_jobs).log_prob, expected.log_prob)
    assert_array_equal(sums(many_terms, rows[-1:], beam=4).log_prob, expected.log_prob[-1:])
    assert sums(many_terms, [], beam=4).log_prob.shape == (0, 2)


def test_a_document_of_gaps_alone_has_the_probability_of_its_length(many_terms: list[NgramModel]) -> None:
    # By one model of bigrams, P(</s>) after any three tokens is a product of matrices.
    models = fit(large_corpora(1, 20), 2)
    model = models[0]
    inside = model.unknown + 1
    step = np.exp([np.log(model.next_probabilities([t], from_start=False)) for t in [*model.vocabulary, "?"]])
    first = model.next_probabilities()
    expected = first[:inside] @ step[:, :inside] @ step[:, :inside] @ step[:, model.end]
    assert_allclose(sums(models, [[-1] * 3], 0.0).log_prob[0, 0], np.log(expected), rtol=1e-9)


def test_gaps_by_hand() -> None:
    # Counts are a 3, b 3, </s> 2; one is added to each of these and of <unk>: p(a) = 4/12, p(</s>) = 3/12.
    model = NgramModel.fit([["a", "b"], ["a", "b", "a", "b"]], 1, Additive(1.0))
    assert_allclose(np.exp(sums([model], [[0, -1]], 0.0).log_prob[0, 0]), 4 / 12 * (9 / 12) * (3 / 12), rtol=1e-6)
    assert_allclose(np.exp(sums([model], [[-1, -1]], 0.0).log_prob[0, 0]), (9 / 12) ** 2 * (3 / 12), rtol=1e-6)
