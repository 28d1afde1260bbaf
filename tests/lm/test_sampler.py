"""Sampling: every token with the probability that the model gives it, whatever way it is drawn."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from textgd.errors import DataError, InvalidParameterError
from textgd.kernels.sampling import follow, log_prob_after, mass_above, mass_of_terms, most_probable, pick
from textgd.lm import NgramModel
from textgd.lm.query import find_context, next_log_probs
from textgd.lm.sampler import LEAST_TEMPERATURE, Sampler

WORDS = [f"w{i}" for i in range(12)]


def text(seed: int = 0, n: int = 60) -> list[list[str]]:
    rng = np.random.default_rng(seed)
    shares = 1.0 / np.arange(1, 13)
    return [
        [WORDS[w] for w in rng.choice(12, rng.integers(0, 9), p=shares / shares.sum())]
        + ["w0", "w1"][: rng.integers(3)]
        for _ in range(n)
    ]


def model(order: int = 3, **parameters: Any) -> NgramModel:
    return NgramModel.fit(text(), order=order, **parameters)


MODELS = {
    "order 1": model(1),
    "order 2": model(2),
    "order 3": model(3),
    "order 5": model(5),
    "pruned": model(3, prune=(0, 1, 1)),
    "witten-bell": model(3, smoothing="witten-bell"),
    "additive": model(3, smoothing="additive"),
}
each_model = pytest.mark.parametrize("lm", MODELS.values(), ids=list(MODELS))


def contexts(lm: NgramModel) -> list[list[int]]:
    """Return contexts that were seen and that were not, at the start and inside."""
    seen = [[lm.start, *lm.read([tokens]).ids.tolist()] for tokens in text()[:6]]
    return [*seen, [lm.start], [lm.start, 3], [3, 3], [11, lm.unknown], [0, 1, 2, 3, 4, 5]]


def at(sampler: Sampler, context: list[int]) -> Any:
    node = np.int32(-1)
    for token in context:
        node = follow(node, np.int32(token), sampler.model.order, sampler._arrays)
    return node


def expected(lm: NgramModel, context: list[int], temperature: float = 1.0) -> NDArray[np.float64]:
    """Return the weights of the terms and of the end, from the whole distribution."""
    log_probs = next_log_probs(lm, context[len(context) - min(len(context), lm.order - 1) :] if lm.order > 1 else [])
    weights = np.exp(log_probs / temperature)
    return np.append(weights[: lm.unknown], weights[lm.end])


@each_model
def test_the_context_is_the_longest_one_that_is_known(lm: NgramModel) -> None:
    sampler = Sampler(lm)
    firsts = np.cumsum([0, *(len(level.tokens) for level in lm.levels)])
    for context in contexts(lm):
        longest = -1
        for length in range(1, min(lm.order - 1, len(context)) + 1):
            node = find_context(lm, context[-length:])
            longest = longest if node is None else int(firsts[length - 1]) + node
        assert at(sampler, context) == longest


@each_model
@pytest.mark.parametrize("temperature", [LEAST_TEMPERATURE, 0.3, 1.0, 2.5, 100.0])
def test_weights_are_those_of_the_whole_distribution(lm: NgramModel, temperature: float) -> None:
    sampler = Sampler(lm, temperature)
    n_types = lm.start + 1
    for context in contexts(lm):
        node, weights = at(sampler, context), expected(lm, context, temperature)
        mass = mass_of_terms(node, n_types, 1.0 / temperature, sampler._arrays)
        assert mass == pytest.approx(weights[:-1].sum(), rel=1e-4)
        of_end = np.exp(log_prob_after(node, lm.end, sampler._arrays) / temperature)
        assert of_end == pytest.approx(weights[-1], rel=1e-4)


@each_model
@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
def test_each_term_is_picked_from_its_share_of_the_line(lm: NgramModel, temperature: float) -> None:
    sampler = Sampler(lm, temperature)
    n_types = lm.start + 1
    n = 40_000
    for context in contexts(lm):
        node, weights = at(sampler, context), expected(lm, context, temperature)[:-1]
        mass = mass_of_terms(node, n_types, 1.0 / temperature, sampler._arrays)
        places = (np.arange(n) + 0.5) / n * mass
        picked = Counter(int(pick(node, x, n_types, 1.0 / temperature, sampler._arrays)) for x in places[:: n // 2000])
        shares = np.array([picked[token] for token in range(lm.unknown)]) / 2000
        np.testing.assert_allclose(shares, weights / weights.sum(), atol=0.008)
        ends = [int(pick(node, x, n_types, 1.0 / temperature, sampler._arrays)) for x in (0.0, mass, 1.01 * mass)]
        assert all(0 <= token < lm.unknown for token in ends)


@each_model
def test_the_most_probable_terms(lm: NgramModel) -> None:
    sampler = Sampler(lm)
    seen = np.zeros(lm.unknown, np.int64)
    for stamp, context in enumerate(contexts(lm), 1):
        weights = expected(lm, context)[:-1]
        for k in (1, 3, lm.unknown):
            seen[:] = 0
            log_probs, terms = most_probable(at(sampler, context), k, lm.unknown, sampler._arrays, seen, stamp)
            np.testing.assert_allclose(np.exp(log_probs), np.sort(weights)[::-1][:k], rtol=1e-5)
            np.testing.assert_allclose(weights[terms], np.exp(log_probs), rtol=1e-5)
            assert len(set(terms.tolist())) == k


@each_model
@pytest.mark.parametrize("ends", [False, True])
def test_the_mass_of_what_is_more_probable(lm: NgramModel, ends: bool) -> None:
    sampler = Sampler(lm, 0.7)
    seen = np.zeros(lm.unknown, np.int64)
    stamp = 0
    for context in contexts(lm):
        node = at(sampler, context)
        weights = expected(lm, context, 0.7)
        plain = expected(lm, context)
        weights, plain = (weights, plain) if ends else (weights[:-1], plain[:-1])
        for token in range(lm.unknown):
            stamp += 1
            log_prob = log_prob_after(node, token, sampler._arrays)
            mass = mass_above(node, log_prob, ends, lm.end, lm.unknown, 1 / 0.7, sampler._arrays, seen, stamp)
            above = weights[np.log(plain) > log_prob + 1e-5].sum()
            assert mass == pytest.approx(above, rel=1e-4, abs=1e-9)


def frequencies(sampler: Sampler, n: int = 6000, **options: Any) -> NDArray[np.float64]:
    """Return how often each term, and the end, is the first token."""
    lm = sampler.model
    first = [sampler.draw(max_tokens=1, seed=[5, i], **options) for i in range(n)]
    counts = Counter(tokens[0] if tokens else lm.unknown for tokens in first)
    return np.array([counts[token] for token in range(lm.unknown + 1)]) / n


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.7])
def test_documents_begin_as_the_model_says(temperature: float) -> None:
    lm = model()
    weights = expected(lm, [lm.start], temperature)
    np.testing.assert_allclose(frequencies(Sampler(lm, temperature)), weights / weights.sum(), atol=0.02)


@pytest.mark.parametrize(("k", "p"), [(4, None), (None, 0.6), (4, 0.8), (1, None), (100, None), (None, 1.0)])
def test_only_the_most_probable_are_drawn(k: int | None, p: float | None) -> None:
    lm = model()
    weights = expected(lm, [lm.start])
    weights /= weights.sum()
    order = np.argsort(-weights, kind="stable")
    kept = order[: k or len(order)]
    shares = weights[kept] / weights[kept].sum()
    if p is not None:
        kept = kept[: int(np.searchsorted(np.cumsum(shares), p)) + 1]
    wanted = np.zeros_like(weights)
    wanted[kept] = weights[kept] / weights[kept].sum()
    found = frequencies(Sampler(lm, top_k=k, top_p=p))
    np.testing.assert_allclose(found, wanted, atol=0.02)
    np.testing.assert_array_equal(found[wanted == 0], 0)


def test_zero_is_always_the_most_probable_token() -> None:
    lm = model()
    sampler = Sampler(lm, temperature=0)
    tokens = sampler.draw(max_tokens=30, seed=1)
    context = [lm.start]
    for token in [*tokens, *([lm.end] if len(tokens) < 30 else [])]:
        weights = expected(lm, context)
        best = lm.end if weights.argmax() == lm.unknown else int(weights.argmax())
        assert token == best
        context.append(token)
    assert tokens == sampler.draw(max_tokens=30, seed=2)


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 2**32 - 1))
def test_lengths_are_kept(least: int, more: int, seed: int) -> None:
    lm = MODELS["order 3"]
    sampler = Sampler(lm)
    tokens = sampler.draw(min_tokens=least, max_tokens=least + more + 1, seed=seed)
    assert least <= len(tokens) <= least + more + 1
    assert all(0 <= token < lm.unknown for token in tokens)
    assert tokens == sampler.draw(min_tokens=least, max_tokens=least + more + 1, seed=seed)


def test_a_model_that_never_ends_stops_at_the_greatest_length() -> None:
    lm = NgramModel.fit([["a", "b"] * 500], order=3)
    assert len(Sampler(lm, temperature=0).draw(max_tokens=77, seed=0)) == 77


def test_the_prompt_is_the_context() -> None:
    lm = NgramModel.fit([["to", "be"], ["or", "not"]] * 9, order=2)
    sampler = Sampler(lm, temperature=0)
    drawn = sampler.draw([lm.vocabulary.find("or")], seed=0)
    assert list(map(sampler.term, drawn)) == ["not"]
    assert lm.generate(prompt=["or"], temperature=0) == ["or", "not"]
    assert lm.generate(prompt=["never", "seen"], max_tokens=5, min_tokens=5, random_state=3)[:2] == ["never", "seen"]


def test_unknown_tokens_are_never_drawn() -> None:
    documents = NgramModel.fit([["a", "b"]], order=2).read([["a", "x", "y", "x"]] * 20)
    lm = NgramModel.fit(documents, order=2)
    sampler = Sampler(lm)
    assert {token for seed in range(200) for token in sampler.draw(max_tokens=9, seed=seed)} == {0, 1}


@pytest.mark.parametrize(
    ("parameters", "piece"),
    [
        ({"temperature": -0.1}, "temperature is -0.1"),
        ({"temperature": 0.01}, "0 (always the most probable token) or a number from 0.05 on"),
        ({"temperature": float("nan")}, "temperature is nan"),
        ({"top_k": 0}, "top_k is 0"),
        ({"top_k": 2.5}, "top_k is 2.5"),
        ({"top_p": 0.0}, "top_p is 0.0"),
        ({"top_p": 1.1}, "top_p is 1.1"),
    ],
)
def test_choices_that_there_are_not(parameters: dict[str, Any], piece: str) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        Sampler(MODELS["order 2"], **parameters)
    assert piece in str(caught.value)


@pytest.mark.parametrize(
    ("lengths", "piece"),
    [
        ({"max_tokens": 0}, "max_tokens is 0"),
        ({"min_tokens": -1}, "min_tokens is -1"),
        ({"max_tokens": 5, "min_tokens": 6}, "min_tokens is 6 and max_tokens is 5"),
    ],
)
def test_lengths_that_there_are_not(lengths: dict[str, int], piece: str) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        Sampler(MODELS["order 2"]).draw(**lengths)
    assert piece in str(caught.value)


def test_a_model_without_terms_writes_nothing() -> None:
    with pytest.raises(DataError, match="nothing to write"):
        Sampler(NgramModel.fit([[]], order=2))


def test_the_scratch_is_left_clean() -> None:
    sampler = Sampler(MODELS["order 3"], top_p=0.7)
    sampler.draw(max_tokens=20, min_tokens=20, seed=0)
    np.testing.assert_array_equal(sampler._seen, 0)
