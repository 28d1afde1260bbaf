from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.lm import NgramModel
from textgd.lm.filling import MAX_FILLINGS, MAX_GAPS, Filled, fill_models
from textgd.scoring import LanguageScorer
from textgd.text.documents import TokenizedDocuments

TERMS = "abcd"
EVERYTHING = 10**4


def fit(corpora: list[list[list[str]]], order: int, **how: Any) -> list[NgramModel]:
    """Return a model of each corpus, all of one vocabulary."""
    every = TokenizedDocuments.from_tokens([list(TERMS), *itertools.chain(*corpora)])
    bounds = np.cumsum([1, *map(len, corpora)])
    return [
        NgramModel.fit(every.select(np.arange(first, end)), order, **how) for first, end in itertools.pairwise(bounds)
    ]


def enumerate_fillings(
    models: list[NgramModel], tokens: list[int | None], background: float
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return all fillings, and ln P of the document with each by each model."""
    gaps = [place for place, token in enumerate(tokens) if token is None]
    fillings = np.array(list(itertools.product(range(models[0].unknown + 1), repeat=len(gaps))))
    rows = np.repeat(np.array([[-1 if t is None else t for t in tokens]], np.int32), len(fillings), axis=0)
    rows[:, gaps] = fillings
    documents = TokenizedDocuments(
        rows.ravel(), np.arange(len(rows) + 1, dtype=np.int64) * len(tokens), models[0].vocabulary
    )
    return fillings, LanguageScorer(tuple(models), np.zeros(len(models)), background).scores(documents)


def check_given(filled: Filled, fillings: NDArray[np.intp], log_probs: NDArray[np.float64]) -> None:
    """Check ln P of the fillings that are given, which are different ones."""
    known = {tuple(filling): row for filling, row in zip(fillings.tolist(), log_probs, strict=True)}
    given = list(map(tuple, filled.fillings.tolist()))
    assert len(set(given)) == len(given)
    for filling, row in zip(given, filled.log_probs, strict=True):
        np.testing.assert_allclose(row, known[filling], rtol=1e-10, atol=1e-10)


def check_filled(
    filled: Filled, fillings: NDArray[np.intp], log_probs: NDArray[np.float64], n: int, n_terms: int
) -> None:
    np.testing.assert_allclose(filled.log_prob, np.logaddexp.reduce(log_probs, axis=0), rtol=1e-10, atol=1e-10)
    check_given(filled, fillings, log_probs)
    possible = log_probs[(fillings < n_terms).all(axis=1)]
    for found, every in zip(filled.log_probs.T, possible.T, strict=True):
        np.testing.assert_allclose(np.sort(found)[::-1][:n], np.sort(every)[::-1][:n], rtol=1e-10, atol=1e-10)
    shares = np.exp(filled.log_probs - filled.log_prob).mean(axis=1)
    assert (np.diff(shares) <= 1e-12).all()


documents = st.lists(st.lists(st.sampled_from(TERMS[:3]), max_size=7), min_size=1, max_size=8)
smoothings = st.sampled_from(["kneser-ney", "witten-bell", "absolute", "jelinek-mercer", "additive"])


@given(
    corpora=st.lists(documents, min_size=1, max_size=2),
    order=st.integers(1, 4),
    smoothing=smoothings,
    is_pruned=st.booleans(),
    tokens=st.lists(st.integers(0, len(TERMS)), max_size=9),
    gaps=st.lists(st.integers(0, 9), min_size=1, max_size=3),
    n=st.integers(1, 30),
    background=st.sampled_from([0.0, 0.3]),
)
def test_sums_and_best_fillings_are_those_of_all_fillings_enumerated(
    corpora: list[list[list[str]]],
    order: int,
    smoothing: str,
    is_pruned: bool,
    tokens: list[int],
    gaps: list[int],
    n: int,
    background: float,
) -> None:
    models = fit(corpora, order, smoothing=smoothing, prune=[0, 1][:order] if is_pruned else None)
    with_gaps: list[int | None] = list(tokens)
    for gap in gaps:
        with_gaps.insert(gap, None)
    filled = fill_models(models, with_gaps, n, background, EVERYTHING)
    check_filled(filled, *enumerate_fillings(models, with_gaps, background), n, len(TERMS))


PLACES = {
    "one": [4],
    "start": [0],
    "end": [8],
    "both ends": [0, 8],
    "adjacent": [3, 4],
    "adjacent at the start": [0, 1],
    "adjacent at the end": [7, 8],
    "one between": [3, 5],
    "two between": [2, 5],
    "far apart": [1, 7],
    "near and far": [0, 1, 8],
    "three adjacent": [4, 5, 6],
}


@pytest.fixture(scope="module")
def corpora() -> list[list[list[str]]]:
    rng = np.random.default_rng(4)
    return [
        [rng.choice(list(TERMS), rng.integers(3, 12), p=p).tolist() for _ in range(40)]
        for p in ([0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.4, 0.3])
    ]


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("places", PLACES.values(), ids=PLACES)
def test_gaps_anywhere(corpora: list[list[list[str]]], order: int, places: list[int]) -> None:
    models = fit(corpora, order)
    tokens = [None if place in places else place * 7 % (len(TERMS) + 1) for place in range(9)]
    filled = fill_models(models, tokens, 3, 0.5, EVERYTHING)
    check_filled(filled, *enumerate_fillings(models, tokens, 0.5), 3, len(TERMS))


def test_a_document_that_is_one_gap(corpora: list[list[list[str]]]) -> None:
    models = fit(corpora, 3)
    check_filled(fill_models(models, [None], 2), *enumerate_fillings(models, [None], 0.0), 2, len(TERMS))


@pytest.mark.parametrize(("order", "places"), [(1, [0, 1, 2, 3]), (2, [0, 2, 4, 6]), (3, [1, 4, 7]), (4, [0, 4, 8])])
def test_gaps_that_are_order_apart_are_exact_with_any_beam(
    corpora: list[list[list[str]]], order: int, places: list[int]
) -> None:
    models = fit(corpora, order)
    tokens = [None if place in places else place % len(TERMS) for place in range(9)]
    check_filled(fill_models(models, tokens, 5, 0.5, beam=1), *enumerate_fillings(models, tokens, 0.5), 5, len(TERMS))


@pytest.mark.parametrize("beam", [2, 3, 4])
@pytest.mark.parametrize("places", [[3, 4], [3, 5], [0, 1, 2]])
def test_a_narrow_beam_comes_near_the_sum_and_is_exact_in_what_it_gives(
    corpora: list[list[list[str]]], places: list[int], beam: int
) -> None:
    models = fit(corpora, 3)
    tokens = [None if place in places else place % len(TERMS) for place in range(9)]
    fillings, log_probs = enumerate_fillings(models, tokens, 0.5)
    filled = fill_models(models, tokens, 4, 0.5, beam)
    check_given(filled, fillings, log_probs)
    # Without what was not kept it would be less by more than this.
    np.testing.assert_allclose(filled.log_prob, np.logaddexp.reduce(log_probs, axis=0), atol=0.2)


def test_what_is_not_kept_continues_as_what_is() -> None:
    # Whatever a context of unigrams is, the next token does not depend on it: nothing is lost with a beam of one.
    model = fit([[list("aabcd")] * 5], 2, prune=[0, 100])[0]
    tokens: list[int | None] = [0, None, None, None, 1]
    wide, narrow = (fill_models([model], tokens, 1, beam=beam) for beam in (EVERYTHING, 1))
    np.testing.assert_allclose(narrow.log_prob, wide.log_prob, rtol=1e-6)
    np.testing.assert_allclose(narrow.log_probs, wide.log_probs, rtol=1e-6)


def test_all_that_may_stand_in_a_gap_sums_to_one() -> None:
    rng = np.random.default_rng(0)
    numbers = np.minimum(rng.zipf(1.3, (300, 12)), 400)
    model = NgramModel.fit([list(map(str, row)) for row in numbers.tolist()], 3)
    n_terms = model.unknown
    tokens: list[int | None] = [*model.read([["1", "2"]]).ids.tolist(), None, *model.read([["1", "3"]]).ids.tolist()]
    fillings, log_probs = enumerate_fillings([model], tokens, 0.0)
    filled = fill_models([model], tokens, MAX_FILLINGS)
    assert len(filled.fillings) == n_terms
    check_filled(filled, fillings, log_probs, MAX_FILLINGS, n_terms)
    shares = np.exp(filled.log_probs - filled.log_prob).sum() + np.exp(log_probs[-1] - filled.log_prob)
    np.testing.assert_allclose(shares, 1.0, rtol=1e-10)


def test_many_gaps_far_apart_have_the_best_fillings_of_each(corpora: list[list[list[str]]]) -> None:
    models = fit(corpora[:1], 2)
    tokens: list[int | None] = [None if place % 3 == 1 else 0 for place in range(3 * MAX_GAPS)]
    filled = fill_models(models, tokens, MAX_FILLINGS)
    assert filled.fillings.shape == (MAX_FILLINGS, MAX_GAPS)
    assert len(np.unique(filled.fillings[0])) == 1
    assert filled.log_prob[0] > filled.log_probs[:, 0].max()


def test_fillings_are_all_that_there_are_where_more_are_asked_for(corpora: list[list[list[str]]]) -> None:
    models = fit(corpora, 2)
    assert fill_models(models, [0, None, 1], 100).fillings.shape == (len(TERMS), 1)
    assert fill_models(models, [None, None], 100).fillings.shape == (len(TERMS) ** 2, 2)


def test_a_vocabulary_of_nothing_fills_nothing() -> None:
    model = NgramModel.fit([[], []], 2)
    filled = fill_models([model], [None, None], 3)
    assert filled.fillings.shape == (0, 2)
    assert filled.log_probs.shape == (0, 1)
    np.testing.assert_allclose(filled.log_prob, enumerate_fillings([model], [None, None], 0.0)[1][0], rtol=1e-10)


def test_a_document_that_is_impossible(corpora: list[list[list[str]]]) -> None:
    model = fit(corpora[:1], 1)[0]
    level = model.levels[0]
    log_prob = level.log_prob.copy()
    log_prob[0] = -np.inf
    model = dataclasses.replace(model, levels=(dataclasses.replace(level, log_prob=log_prob),))
    filled = fill_models([model], [0, None], 2)
    assert filled.log_prob.tolist() == [-np.inf]
    assert filled.log_probs.ravel().tolist() == [-np.inf] * 2
    possible = fill_models([model], [1, None], 2)
    assert np.isfinite(possible.log_probs).all()
    assert 0 not in possible.fillings


@pytest.mark.parametrize(
    ("tokens", "n", "beam", "message"),
    [
        ([0, 1], 1, 1, f"There are 0 gaps; from 1 to {MAX_GAPS} can be filled at a time."),
        ([], 1, 1, "There are 0 gaps"),
        ([None] * (MAX_GAPS + 1), 1, 1, f"There are {MAX_GAPS + 1} gaps"),
        ([None], 0, 1, f"n is 0; a whole number from 1 to {MAX_FILLINGS:g} is expected."),
        ([None], 1, 0, "beam is 0; a whole number from 1 on is expected."),
    ],
)
def test_what_cannot_be_filled(tokens: list[int | None], n: int, beam: int, message: str) -> None:
    model = NgramModel.fit([["a", "b"]], 2)
    with pytest.raises(InvalidParameterError) as error:
        fill_models([model], tokens, n, beam=beam)
    assert message in str(error.value)
