"""Every method of smoothing: by hand, by a slow formula in fractions, by nltk, and by KenLM's own figures."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nltk.lm import Lidstone
from nltk.lm.preprocessing import padded_everygrams
from nltk.lm.vocabulary import Vocabulary as PeerVocabulary
from numpy.testing import assert_allclose

from textgd.errors import InvalidParameterError, UnknownNameError
from textgd.lm import AbsoluteDiscounting, Additive, JelinekMercer, KneserNey, NgramModel, WittenBell
from textgd.lm.counts import count_ngrams
from textgd.lm.held_out import held_out_weights
from textgd.lm.query import find_context
from textgd.lm.smoothing import SMOOTHINGS, Smoothing, find_smoothing
from textgd.text import TokenizedDocuments

Documents = list[list[str]]
Gram = tuple[str, ...]

# The logarithms of a model are 32 bits wide.
SINGLE = 2e-6

START, END, UNKNOWN = "<s>", "</s>", "<unk>"

texts = st.lists(st.lists(st.sampled_from("abc"), max_size=7), min_size=1, max_size=6)


def zipf_text(n: int = 400, n_terms: int = 300, seed: int = 0) -> Documents:
    rng = np.random.default_rng(seed)
    shares = 1.0 / np.arange(1, n_terms + 1)
    numbers = [rng.choice(n_terms, rng.integers(1, 15), p=shares / shares.sum()) for _ in range(n)]
    return [[f"w{number}" for number in document] for document in numbers]


def ngrams(documents: Documents, n: int) -> Counter[Gram]:
    counts: Counter[Gram] = Counter()
    for document in documents:
        padded = (START, *document, END)
        counts.update(padded[i : i + n] for i in range(len(padded) - n + 1))
    del counts[START,]
    return counts


def adjusted(documents: Documents, n: int, order: int) -> Counter[Gram]:
    raw = ngrams(documents, n)
    if n == order:
        return raw
    extensions = Counter(gram[1:] for gram in ngrams(documents, n + 1))
    return Counter({gram: raw[gram] if gram[0] == START else extensions[gram] for gram in raw})


def contexts(documents: Documents, order: int) -> list[Gram]:
    """Return contexts from the start of a document, seen and not."""
    found: dict[Gram, None] = {(START,): None, (START, UNKNOWN): None, (START, "b", "b", "b", "b"): None}
    for document in documents:
        found.update(dict.fromkeys((START, *document[:i]) for i in range(len(document) + 1)))
    return list(found)


Follow = Callable[[Gram, int], tuple[dict[str, Fraction], Fraction]]


def interpolated(follow: Follow, tokens: Sequence[str], order: int) -> Callable[[Gram, str], Fraction]:
    """Return p(token | context), where `follow` gives the own shares of an order after a context, and gamma."""
    shares = cache(follow)

    def probability(context: Gram, token: str) -> Fraction:
        context = context[len(context) - min(len(context), order - 1) :]
        own, gamma = shares(context, len(context) + 1)
        below = probability(context[1:], token) if context else Fraction(1, len(tokens))
        return own.get(token, Fraction(0)) + gamma * below

    return probability


def check_against(model: NgramModel, documents: Documents, probability: Callable[[Gram, str], Fraction]) -> None:
    tokens = [*model.vocabulary, UNKNOWN, END]
    for context in contexts(documents, model.order):
        expected = [float(probability(context, token)) for token in tokens]
        assert_allclose(sum(expected), 1.0, rtol=1e-12)
        assert_allclose(model.next_probabilities(context[1:]), expected, rtol=SINGLE, err_msg=str(context))


def following(counts: Counter[Gram], context: Gram) -> dict[str, int]:
    return {gram[-1]: count for gram, count in counts.items() if gram[:-1] == context}


# By hand. The text is "a b", "a"; a, b, <unk> and </s> can follow, each with 1/4 of the uniform distribution.
# Unigrams: a 2, b 1, </s> 2. Bigrams: <s> a 2, a b 1, a </s> 1, b </s> 1.

BY_HAND = [["a", "b"], ["a"]]


def unigrams(model: NgramModel) -> list[float]:
    return np.exp(model.levels[0].log_prob[:-1].astype(float)).tolist()


def fractions(text: str) -> list[float]:
    return [float(Fraction(number)) for number in text.split()]


def test_kneser_ney_by_hand() -> None:
    model = NgramModel.fit(BY_HAND, order=2)
    # a is seen after <s>; b after a; </s> after a and b: adjusted counts 1, 1, 2, of 4 in all. No count is 3, in no
    # order: D1, D2 = 1/2, 1. gamma = (1/2 + 1/2 + 1)/4 = 1/2, so each token has 1/2 * 1/4 = 1/8 beside its own.
    # a: (1 - 1/2)/4 + 1/8 = 2/8, b the same, <unk>: 1/8, </s>: (2 - 1)/4 + 1/8 = 3/8.
    assert_allclose(unigrams(model), fractions("2/8 2/8 1/8 3/8"), rtol=SINGLE)
    # After <s> (2, both a): a gets (2 - 1)/2 = 1/2, gamma is 1/2.
    assert_allclose(model.next_probabilities(), fractions("5/8 1/8 1/16 3/16"), rtol=SINGLE)
    # After a (2): b and </s> get (1 - 1/2)/2 = 1/4 each, gamma is (1/2 + 1/2)/2 = 1/2.
    assert_allclose(model.next_probabilities(["a"]), fractions("2/16 6/16 1/16 7/16"), rtol=SINGLE)
    # After b (1): </s> gets 1/2, gamma is 1/2.
    assert_allclose(model.next_probabilities(["b"]), fractions("2/16 2/16 1/16 11/16"), rtol=SINGLE)
    # Nothing was seen after <unk>.
    assert_allclose(model.next_probabilities(["c"]), unigrams(model), rtol=SINGLE)
    assert_allclose(np.exp(model.levels[0].log_backoff), fractions("1/2 1/2 1 1 1/2"), rtol=SINGLE)
    assert model.smoothing == {
        "name": "kneser-ney",
        "fallback": [0.5, 1.0, 1.5],
        "discounts": [[0.5, 1.0, 1.5], [0.5, 1.0, 1.5]],
        "fallback_orders": [1, 2],
        "prune": None,
    }


def test_witten_bell_by_hand() -> None:
    model = NgramModel.fit(BY_HAND, order=2, smoothing="witten-bell")
    # 5 tokens of 3 types: gamma = 3/8, and 3/8 * 1/4 = 3/32.
    assert_allclose(unigrams(model), fractions("11/32 7/32 3/32 11/32"), rtol=SINGLE)
    # After <s> 2 of 1 type: gamma = 1/3; after a 2 of 2 types: 1/2; after b 1 of 1 type: 1/2.
    assert_allclose(model.next_probabilities(), fractions("75/96 7/96 3/96 11/96"), rtol=SINGLE)
    assert_allclose(model.next_probabilities(["a"]), fractions("11/64 23/64 3/64 27/64"), rtol=SINGLE)
    assert_allclose(model.next_probabilities(["b"]), fractions("11/64 7/64 3/64 43/64"), rtol=SINGLE)


def test_absolute_discounting_by_hand() -> None:
    model = NgramModel.fit(BY_HAND, order=2, smoothing="absolute")
    # One unigram occurs once, two twice: D = 1/(1 + 2*2) = 1/5, gamma = 3/5/5 = 3/25, and 3/25 * 1/4 = 3/100.
    # a and </s>: (2 - 1/5)/5 = 36/100, b: (1 - 1/5)/5 = 16/100.
    assert_allclose(unigrams(model), fractions("39/100 19/100 3/100 39/100"), rtol=SINGLE)
    # Three bigrams occur once, one twice: D = 3/(3 + 2*1) = 3/5.
    # After <s>: a gets (2 - 3/5)/2 = 7/10, gamma is 3/10; after a: b and </s> get (1 - 3/5)/2 = 1/5, gamma is 3/5.
    assert_allclose(model.next_probabilities(), fractions("817/1000 57/1000 9/1000 117/1000"), rtol=SINGLE)
    assert_allclose(model.next_probabilities(["a"]), fractions("117/500 157/500 9/500 217/500"), rtol=SINGLE)
    assert model.smoothing["discounts"] == [0.2, 0.6]
    assert model.smoothing["fallback_orders"] == []


def test_additive_by_hand() -> None:
    model = NgramModel.fit(BY_HAND, order=2, smoothing=Additive(0.5))
    # Four tokens at 1/2 each are 2 more than were seen.
    assert_allclose(model.next_probabilities(), fractions("5/8 1/8 1/8 1/8"), rtol=SINGLE)
    assert_allclose(model.next_probabilities(["a"]), fractions("1/8 3/8 1/8 3/8"), rtol=SINGLE)
    assert_allclose(model.next_probabilities(["b"]), fractions("1/6 1/6 1/6 3/6"), rtol=SINGLE)
    assert_allclose(model.next_probabilities(["c"]), fractions("1/4 1/4 1/4 1/4"), rtol=SINGLE)
    alone = NgramModel.fit(BY_HAND, order=1, smoothing="additive")
    assert_allclose(alone.next_probabilities(["a"]), fractions("3/9 2/9 1/9 3/9"), rtol=SINGLE)


# By a slow formula


def slow_kneser_ney(documents: Documents, order: int, discounts: list[list[float]]) -> Follow:
    counts = [adjusted(documents, n, order) for n in range(1, order + 1)]

    def follow(context: Gram, n: int) -> tuple[dict[str, Fraction], Fraction]:
        found = following(counts[n - 1], context)
        total = sum(found.values())
        if not total:
            return {}, Fraction(1)
        off = {token: Fraction(discounts[n - 1][min(count, 3) - 1]) for token, count in found.items()}
        return {token: (found[token] - off[token]) / total for token in found}, sum(off.values()) / total

    return follow


def slow_absolute(documents: Documents, order: int, discounts: list[float]) -> Follow:
    counts = [ngrams(documents, n) for n in range(1, order + 1)]

    def follow(context: Gram, n: int) -> tuple[dict[str, Fraction], Fraction]:
        found = following(counts[n - 1], context)
        total = sum(found.values())
        if not total:
            return {}, Fraction(1)
        off = Fraction(discounts[n - 1])
        return {token: (count - off) / total for token, count in found.items()}, off * len(found) / total

    return follow


def slow_witten_bell(documents: Documents, order: int) -> Follow:
    counts = [ngrams(documents, n) for n in range(1, order + 1)]

    def follow(context: Gram, n: int) -> tuple[dict[str, Fraction], Fraction]:
        found = following(counts[n - 1], context)
        both = sum(found.values()) + len(found)
        if not found:
            return {}, Fraction(1)
        return {token: Fraction(count, both) for token, count in found.items()}, Fraction(len(found), both)

    return follow


def slow_jelinek_mercer(documents: Documents, order: int, weights: list[list[float]]) -> Follow:
    counts = [ngrams(documents, n) for n in range(1, order + 1)]

    def follow(context: Gram, n: int) -> tuple[dict[str, Fraction], Fraction]:
        found = following(counts[n - 1], context)
        total = sum(found.values())
        if not total:
            return {}, Fraction(1)
        weight = Fraction(weights[n - 1][int(math.log2(total))])
        return {token: weight * count / total for token, count in found.items()}, 1 - weight

    return follow


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@given(documents=texts)
@example([[]])
@example([["a", "b"] * 3] * 4)
def test_kneser_ney_is_the_formula(order: int, documents: Documents) -> None:
    model = NgramModel.fit(documents, order=order)
    slow = slow_kneser_ney(documents, order, model.smoothing["discounts"])
    check_against(model, documents, interpolated(slow, [*model.vocabulary, UNKNOWN, END], order))


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@given(documents=texts)
@example([[]])
def test_absolute_discounting_is_the_formula(order: int, documents: Documents) -> None:
    model = NgramModel.fit(documents, order=order, smoothing=AbsoluteDiscounting(0.75))
    discounts, fallback_orders = [], []
    for n in range(1, order + 1):
        number = Counter(ngrams(documents, n).values())
        if number[1] and number[2]:
            discounts.append(number[1] / (number[1] + 2 * number[2]))
        else:
            discounts.append(0.75)
            fallback_orders.append(n)
    assert model.smoothing["discounts"] == discounts
    assert model.smoothing["fallback_orders"] == fallback_orders
    slow = slow_absolute(documents, order, discounts)
    check_against(model, documents, interpolated(slow, [*model.vocabulary, UNKNOWN, END], order))


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@given(documents=texts)
@example([[]])
def test_witten_bell_is_the_formula(order: int, documents: Documents) -> None:
    model = NgramModel.fit(documents, order=order, smoothing=WittenBell())
    slow = slow_witten_bell(documents, order)
    check_against(model, documents, interpolated(slow, [*model.vocabulary, UNKNOWN, END], order))


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@given(documents=texts)
@example([[]])
@example([["a", "b", "c"] * 2] * 40)
def test_jelinek_mercer_is_the_formula(order: int, documents: Documents) -> None:
    model = NgramModel.fit(documents, order=order, smoothing=JelinekMercer())
    slow = slow_jelinek_mercer(documents, order, model.smoothing["weights"])
    check_against(model, documents, interpolated(slow, [*model.vocabulary, UNKNOWN, END], order))


@pytest.mark.parametrize("alpha", [0.01, 3.5])
@pytest.mark.parametrize("order", [1, 2, 4])
@given(documents=texts)
@example([[]])
def test_additive_is_the_formula(order: int, alpha: float, documents: Documents) -> None:
    model = NgramModel.fit(documents, order=order, smoothing=Additive(alpha))
    tokens = [*model.vocabulary, UNKNOWN, END]
    counts = [ngrams(documents, n) for n in range(1, order + 1)]

    def probability(context: Gram, token: str) -> Fraction:
        # The whole context counts, or what there is of it after <s>.
        context = context[len(context) - min(len(context), order - 1) :]
        found = following(counts[len(context)], context)
        added = Fraction(alpha)
        return (found.get(token, 0) + added) / (sum(found.values()) + added * len(tokens))

    check_against(model, documents, probability)


@pytest.mark.parametrize("alpha", [0.1, 1.0])
@pytest.mark.parametrize("order", [2, 3])
def test_additive_agrees_with_nltk(order: int, alpha: float) -> None:
    documents = zipf_text(60, 20)
    model = NgramModel.fit(documents, order=order, smoothing=Additive(alpha))
    tokens = [*model.vocabulary, UNKNOWN, END]
    # nltk counts <UNK> by itself. Without <s>, which it reads as <UNK> then, its vocabulary is what can follow.
    vocabulary = PeerVocabulary([*model.vocabulary, END], unk_cutoff=1)
    assert len(vocabulary) == len(tokens)
    peer = Lidstone(alpha, order, vocabulary)
    peer.fit(padded_everygrams(order, document) for document in documents)
    for context in contexts(documents[:20], order):
        if not {*context[1:]} <= {*tokens[:-2]}:
            continue
        seen = ((START,) * order + context)[-(order - 1) :]
        expected = [peer.score(token, seen) for token in tokens]
        assert_allclose(model.next_probabilities(context[1:]), expected, rtol=SINGLE)


# The weights of Jelinek and Mercer


def slow_weights(
    documents: Documents, order: int, iterations: int = 200, tolerance: float = 1e-6
) -> tuple[list[list[float]], int]:
    """Return the weights by 24 buckets, by expectation maximization over each single token, and its iterations."""
    counts = [ngrams(documents, n) for n in range(1, order + 1)]
    totals = [Counter[Gram]() for _ in counts]
    for total, of_order in zip(totals, counts, strict=True):
        for gram, count in of_order.items():
            total[gram[:-1]] += count
    tokens = {token for document in documents for token in document} | {UNKNOWN, END}
    events: list[list[tuple[int, float] | None]] = []
    for document in documents:
        padded = (START, *document, END)
        for i in range(1, len(padded)):
            event: list[tuple[int, float] | None] = []
            for n in range(1, order + 1):
                gram = padded[i - n + 1 : i + 1] if i - n + 1 >= 0 else ()
                others = totals[n - 1][gram[:-1]] - 1 if gram else 0
                if others > 0:
                    event.append((int(math.log2(others)), (counts[n - 1][gram] - 1) / others))
                else:
                    event.append(None)
            events.append(event)
    weights = [[0.5] * 24 for _ in range(order)]
    before = -math.inf
    for iteration in range(1, iterations + 1):
        taken = [[0.0] * 24 for _ in range(order)]
        reached = [[0.0] * 24 for _ in range(order)]
        likelihood = 0.0
        for event in events:
            mixed = [1.0 / len(tokens)]
            for n, at in enumerate(event):
                weight, share = (weights[n][at[0]], at[1]) if at else (0.0, 0.0)
                mixed.append(weight * share + (1.0 - weight) * mixed[-1])
            likelihood += math.log(mixed[-1]) / len(events)
            to_here = 1.0
            for n in reversed(range(order)):
                if (at := event[n]) is not None:
                    weight = weights[n][at[0]]
                    taken[n][at[0]] += to_here * weight * at[1] / mixed[-1]
                    reached[n][at[0]] += to_here * mixed[n + 1] / mixed[-1]
                    to_here *= 1.0 - weight
        for n in range(order):
            known = [bucket for bucket in range(24) if reached[n][bucket] > 0]
            for bucket in range(24):
                # The nearest that is less frequent, else more.
                nearest = max([k for k in known if k <= bucket], default=min(known, default=-1))
                learned = taken[n][nearest] / reached[n][nearest] if known else 0.5
                weights[n][bucket] = min(max(learned, 1e-4), 1 - 1e-4)
        if likelihood - before < tolerance:
            return weights, iteration
        before = likelihood
    return weights, iterations


@pytest.mark.parametrize("order", [1, 2, 3])
def test_held_out_weights_are_those_of_single_tokens(order: int) -> None:
    documents = [*zipf_text(60, 12), [], ["w1"], *[["w2", "w3"]] * 5]
    found = held_out_weights(count_ngrams(TokenizedDocuments.from_tokens(documents), order))
    expected, iterations = slow_weights(documents, order)
    assert 5 < iterations < 200
    assert_allclose(np.array(found), expected, rtol=1e-9)


@given(documents=texts)
@example([[]])
@example([["a"]])
@example([["a"] * 7] * 6)
def test_held_out_weights_of_any_little_text(documents: Documents) -> None:
    counts = count_ngrams(TokenizedDocuments.from_tokens(documents), 2)
    expected, _ = slow_weights(documents, 2, 12, -math.inf)
    with pytest.MonkeyPatch.context() as patch:
        # As many steps as the reference: a rounding error must not decide which step is the last.
        patch.setattr("textgd.lm.held_out._ITERATIONS", 12)
        patch.setattr("textgd.lm.held_out._TOLERANCE", -math.inf)
        found = held_out_weights(counts)
    assert_allclose(np.array(found), expected, rtol=1e-9)
    assert all(((weights >= 1e-4) & (weights <= 1 - 1e-4)).all() for weights in found)


def test_held_out_weights_of_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    # What comes after an a is nearly certain, after a z nothing is; the even ones of both are equally frequent.
    rng = np.random.default_rng(0)
    n = 60
    numbers = [0]
    for _ in range(20_000):
        last = numbers[-1]
        is_certain = last < n and rng.random() < 0.9
        numbers.append((last + n if last % 2 else last + 1) if is_certain else int(rng.integers(2 * n)))
    names = [f"{letter}{i:02}" for letter in "az" for i in range(n)]
    counts = count_ngrams(TokenizedDocuments.from_tokens([[names[i] for i in numbers]]), 2)
    whole = held_out_weights(counts)[1]
    monkeypatch.setattr("textgd.lm.held_out._SAMPLE", len(counts.orders[1].tokens) // 3)
    sample = held_out_weights(counts)[1]
    assert not np.array_equal(sample, whole)
    assert 0.6 < whole[6] < 0.7
    assert_allclose(sample[6], whole[6], atol=0.12)


def test_jelinek_mercer_records_its_weights() -> None:
    documents = zipf_text(60, 12)
    model = NgramModel.fit(documents, order=2, smoothing="jelinek-mercer")
    found = held_out_weights(count_ngrams(TokenizedDocuments.from_tokens(documents), 2))
    assert model.smoothing["weights"] == [weights.tolist() for weights in found]


# KenLM's figures: what its lmplz 3.0 estimated from these lines with -o 3 --discount_fallback.

TINY = """\
w21 w0 w7 w17 w5 w51 w1 w12 w1 w8 w0 w1 w4 w14
w0 w8 w0 w52 w19 w16 w2
w5 w55 w0 w0 w52 w19 w12 w7 w0 w10 w12 w59 w8 w3
w24 w7 w0 w4 w0 w0 w4 w38 w43 w0 w0 w32 w7 w1 w8 w0 w4 w1
w0 w0 w0 w10 w12 w1
w0 w0 w21 w31 w1 w44 w0 w42 w52
"""
TINY_NGRAMS: dict[str, tuple[float, float | None]] = {
    "<unk>": (-1.784057, 0.0),
    "</s>": (-1.1105164, 0.0),
    "w0": (-0.82315737, -0.13244201),
    "w8": (-1.3854315, -0.15305318),
    "w14": (-1.6524799, -0.11763948),
    "<s> w0": (-0.87800604, -0.30103),
    "w0 w0": (-0.65389043, -0.30103),
    "w1 </s>": (-0.82810086, 0.0),
    "w42 w52": (-0.5784403, -0.30103),
    "w12 w1": (-0.63422525, -0.30103),
    "<s> w0 w0": (-0.3523519, None),
    "w0 w0 w0": (-0.7115917, None),
    "w12 w1 </s>": (-0.48908043, None),
    "w0 w4 w1": (-0.6329631, None),
    "<s> w5 w55": (-0.24579628, None),
}
TINY_SCORES = {
    "w0": -2.42199444770813,
    "w0 w0 w85": -4.558403491973877,
    "unseen1 unseen2": -4.733479022979736,
    "w1 w0 w85 w147 w157 w690": -10.424030303955078,
    "w2 w28 w119 w1 w908 w16 w0": -12.180211067199707,
    "unseen2 w0 w1178 w5 w19 w1255 w30": -12.601044654846191,
    "w10 w0 w62 w39 w7 w14 w96": -12.38387393951416,
    "w55 w0 w63 w51 w190 w411 w82 w1117": -14.395309448242188,
}


@pytest.fixture(scope="module")
def tiny() -> NgramModel:
    return NgramModel.fit([line.split() for line in TINY.splitlines()], order=3)


@pytest.mark.parametrize("ngram", TINY_NGRAMS)
def test_ngrams_have_kenlms_figures(tiny: NgramModel, ngram: str) -> None:
    special = {START: tiny.start, END: tiny.end, UNKNOWN: tiny.unknown}
    tokens = [special[token] if token in special else tiny.vocabulary.find(token) for token in ngram.split()]
    node = find_context(tiny, tokens)
    assert node is not None
    level = tiny.levels[len(tokens) - 1]
    log10_prob, log10_backoff = TINY_NGRAMS[ngram]
    assert_allclose(level.log_prob[node] / math.log(10), log10_prob, rtol=0, atol=1e-5)
    if log10_backoff is None:
        assert len(level.log_backoff) == 0
    else:
        assert_allclose(level.log_backoff[node] / math.log(10), log10_backoff, rtol=0, atol=1e-5)


def test_there_are_as_many_ngrams_as_kenlm_has(tiny: NgramModel) -> None:
    assert [len(level.tokens) for level in tiny.levels] == [29, 55, 64]
    assert tiny.smoothing["fallback_orders"] == [3]
    assert tiny.smoothing["discounts"][2] == [0.5, 1.0, 1.5]


@pytest.mark.parametrize("line", TINY_SCORES)
def test_lines_score_as_in_kenlm(tiny: NgramModel, line: str) -> None:
    assert_allclose(tiny.log_prob(line.split()) / math.log(10), TINY_SCORES[line], rtol=0, atol=1e-4)


# Discounts


def slow_discounts(documents: Documents, n: int, order: int) -> list[Fraction]:
    """Return D1, D2 and D3 of an order; the n-gram that KenLM comes to last enters with its raw count."""
    counts = adjusted(documents, n, order)
    if n < order:
        padded = [[START] * (order - 1) + document + [END] for document in documents]
        by_appearance = dict.fromkeys([START, END, *(token for document in documents for token in document)])
        numbers = {token: i for i, token in enumerate(by_appearance)}
        windows = [d[i : i + order] for d in padded for i in range(len(d) - order + 1)]
        last = tuple(max(windows, key=lambda gram: [numbers[token] for token in reversed(gram)])[order - n :])
        if last[:2] != (START, START):
            counts[last] = ngrams(documents, n)[last]
    n1, n2, n3, n4 = (sum(count == k for count in counts.values()) for k in (1, 2, 3, 4))
    y = Fraction(n1, n1 + 2 * n2)
    return [1 - 2 * y * Fraction(n2, n1), 2 - 3 * y * Fraction(n3, n2), 3 - 4 * y * Fraction(n4, n3)]


def test_discounts_of_enough_text_are_the_formulas() -> None:
    documents = zipf_text()
    model = NgramModel.fit(documents, order=3)
    assert model.smoothing["fallback_orders"] == []
    expected = [[float(d) for d in slow_discounts(documents, n, 3)] for n in (1, 2, 3)]
    assert_allclose(model.smoothing["discounts"], expected, rtol=1e-12)
    slow = slow_kneser_ney(documents, 3, expected)
    probability = interpolated(slow, [*model.vocabulary, UNKNOWN, END], 3)
    for context in contexts(documents[:3], 3):
        found = model.next_probabilities(context[1:])[::40]
        tokens = [*model.vocabulary, UNKNOWN, END][::40]
        assert_allclose(found, [float(probability(context, token)) for token in tokens], rtol=SINGLE)


# Unigrams that give D3 = 3 - 4 Y n4 / n3 <= 0: far more fourfold tokens than threefold ones.
SKEWED = [["once", "twice", "twice"], ["thrice"] * 3, *[[f"w{i}"] * 4 for i in range(40)]]


@pytest.mark.parametrize(
    ("documents", "order", "fallback_orders"),
    [
        ([[]], 1, [1]),
        ([["a", "b"]], 3, [1, 2, 3]),
        (SKEWED, 1, [1]),
        ([*SKEWED, *[["x", "y"]]], 1, [1]),
    ],
)
def test_fallback_discounts(documents: Documents, order: int, fallback_orders: list[int]) -> None:
    model = NgramModel.fit(documents, order=order, smoothing=KneserNey(fallback=(0.25, 0.5, 2.0)))
    assert model.smoothing["fallback_orders"] == fallback_orders
    assert model.smoothing["discounts"] == [[0.25, 0.5, 2.0]] * order
    slow = slow_kneser_ney(documents, order, [[0.25, 0.5, 2.0]] * order)
    check_against(model, documents[:2], interpolated(slow, [*model.vocabulary, UNKNOWN, END], order))


def test_a_discount_of_no_fourfold_ngram_is_the_whole_count() -> None:
    # n1, n2, n3, n4 = 5, 3, 1, 0 with </s>, which occurs three times: Y = 5/11; D = 5/11, 2 - 3 Y/3 = 17/11, 3.
    documents = [["a", "b", "c", "d", "e"], ["f", "g", "h"], ["f", "g", "h"]]
    model = NgramModel.fit(documents, order=1)
    assert_allclose(model.smoothing["discounts"], [fractions("5/11 17/11 3")], rtol=1e-14)
    assert model.smoothing["fallback_orders"] == []
    # (1 - 5/11)/14 each of its own for those seen once, nothing for </s>; gamma = (5*5/11 + 3*17/11 + 3)/14.
    gamma = Fraction(5 * 5 + 3 * 17 + 33, 11 * 14)
    assert_allclose(model.next_probabilities()[-1], float(gamma / 10), rtol=SINGLE)
    assert_allclose(model.next_probabilities()[0], float(Fraction(6, 11 * 14) + gamma / 10), rtol=SINGLE)


# As parameters


@pytest.mark.parametrize("name", SMOOTHINGS)
def test_methods_by_their_name(name: str) -> None:
    by_name, by_class = find_smoothing(name), SMOOTHINGS[name]()
    assert by_name == by_class
    assert find_smoothing(by_class) is by_class
    assert by_name.to_dict()["name"] == name
    model = NgramModel.fit(BY_HAND, order=2, smoothing=name)
    assert model.smoothing["name"] == name
    # What a model records is what its file will say.
    assert json.loads(json.dumps(model.smoothing)) == model.smoothing


@pytest.mark.parametrize(
    ("given_name", "pieces"),
    [
        ("kneser_ney", ["'kneser_ney'", "Did you mean kneser-ney?", "witten-bell"]),
        ("wittenbell", ["Did you mean witten-bell?"]),
        ("", ["Allowed: absolute, additive, jelinek-mercer, kneser-ney, witten-bell."]),
        (None, ["None", "Allowed"]),
        (KneserNey, ["KneserNey", "Allowed"]),
        (["additive"], ["additive", "Allowed"]),
    ],
)
def test_unknown_methods(given_name: Any, pieces: list[str]) -> None:
    with pytest.raises(UnknownNameError) as caught:
        NgramModel.fit(BY_HAND, smoothing=given_name)
    for piece in ["smoothing", *pieces]:
        assert piece in str(caught.value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: KneserNey((0.5, 1.0)), "fallback is .*three discounts"),  # type: ignore[arg-type]
        (lambda: KneserNey((0.0, 1.0, 1.5)), "fallback"),
        (lambda: KneserNey((1.5, 1.0, 1.5)), "fallback"),
        (lambda: KneserNey((0.5, 1.0, 3.5)), "fallback"),
        (lambda: KneserNey((0.5, float("nan"), 1.5)), "fallback"),
        (lambda: AbsoluteDiscounting(0.0), "fallback is 0"),
        (lambda: AbsoluteDiscounting(1.5), "fallback is 1.5"),
        (lambda: AbsoluteDiscounting(float("nan")), "fallback is nan"),
        (lambda: Additive(0), "alpha is 0"),
        (lambda: Additive(-1.0), "alpha is -1"),
        (lambda: Additive(float("inf")), "alpha is inf"),
        (lambda: Additive("1"), "alpha is '1'"),  # type: ignore[arg-type]
    ],
)
def test_parameters_outside_what_is_allowed(make: Callable[[], Smoothing], message: str) -> None:
    with pytest.raises(InvalidParameterError, match=message):
        make()


def test_parameters_at_the_edge_of_what_is_allowed() -> None:
    KneserNey((1.0, 2.0, 3.0))
    AbsoluteDiscounting(1.0)
    Additive(1e-300)
