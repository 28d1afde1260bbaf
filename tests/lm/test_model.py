"""A language model as a whole: distributions sum to one, chains agree, and what is no text or parameter is refused."""

from __future__ import annotations

import json
import math
import pickle
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from textgd.errors import DataError, InvalidParameterError, UnknownNameError
from textgd.lm import Additive, NgramModel
from textgd.lm.limits import MAX_ORDER
from textgd.lm.smoothing import SMOOTHINGS
from textgd.text import TokenizedDocuments, Vocabulary

Documents = list[list[str]]

# The logarithms of a model are 32 bits wide.
SINGLE = 2e-6

texts = st.lists(st.lists(st.sampled_from(["a", "b", "c", "<s>", "</s>", "<unk>"]), max_size=8), min_size=1, max_size=6)


def zipf_text(n: int = 120, n_terms: int = 60, seed: int = 0) -> Documents:
    rng = np.random.default_rng(seed)
    shares = 1.0 / np.arange(1, n_terms + 1)
    numbers = [rng.choice(n_terms, rng.integers(0, 15), p=shares / shares.sum()) for _ in range(n)]
    # Documents that recur, so that n-grams of all orders are frequent and rare.
    documents = [[f"w{number}" for number in document] for document in numbers]
    return documents + documents[: n // 4] + documents[: n // 10]


TEXT = zipf_text()


def random_contexts(documents: Documents, seed: int = 0, n: int = 60) -> list[list[str]]:
    """Return contexts that were seen, that were not, and that hold unknown tokens."""
    rng = np.random.default_rng(seed)
    terms = sorted({token for document in documents for token in document})
    contexts: list[list[str]] = [[], ["unknown"], ["unknown"] * 6]
    for _ in range(n):
        document = documents[rng.integers(len(documents))]
        end = int(rng.integers(len(document) + 1))
        context = document[int(rng.integers(end + 1)) : end]
        if rng.random() < 0.5:
            context = [*context, terms[rng.integers(len(terms))]]
        if rng.random() < 0.2:
            context = [*context[:1], "unknown", *context[1:]]
        contexts.append(context)
    return contexts


def check_sums(model: NgramModel, contexts: list[list[str]]) -> None:
    for context in contexts:
        for from_start in (True, False):
            probabilities = model.next_probabilities(context, from_start)
            assert probabilities.shape == (len(model.vocabulary) + 2,)
            assert (probabilities > 0).all()
            assert_allclose(probabilities.sum(), 1.0, rtol=0, atol=SINGLE, err_msg=str((context, from_start)))


def prunings(order: int) -> list[list[int] | None]:
    return [None, [0, 1], [0, 0, 1], [0, *[2] * (order - 1)]] if order > 2 else [None, [0], [0] + [1] * (order - 1)]


# Distributions


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_every_distribution_sums_to_one(smoothing: str, order: int, tmp_path: Path) -> None:
    for prune in prunings(order):
        model = NgramModel.fit(TEXT, order=order, smoothing=smoothing, prune=prune)
        assert model.order == order
        contexts = random_contexts(TEXT)
        check_sums(model, contexts)
        model.save(tmp_path / "model")
        loaded = NgramModel.load(tmp_path / "model")
        check_sums(loaded, contexts)
        for context in contexts:
            assert_array_equal(loaded.next_probabilities(context), model.next_probabilities(context))


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@given(documents=texts, order=st.integers(1, 4), data=st.data())
@example([[]], 3, None)
@example([[], ["a"]], 2, None)
def test_distributions_of_little_text_sum_to_one(smoothing: str, documents: Documents, order: int, data: Any) -> None:
    rising = st.lists(st.integers(0, 2), max_size=order - 1).map(sorted)
    prune = data and data.draw(st.none() | rising.map(lambda thresholds: [0, *thresholds]))
    model = NgramModel.fit(documents, order=order, smoothing=smoothing, prune=prune)
    check_sums(model, [[], ["a"], ["b", "a"], ["x"], ["<s>"], *documents])


def test_distributions_of_the_highest_order() -> None:
    model = NgramModel.fit(TEXT[:40], order=MAX_ORDER, prune=(0, 0, 0, 1))
    check_sums(model, random_contexts(TEXT[:40], n=20))


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_the_start_is_never_predicted(smoothing: str) -> None:
    model = NgramModel.fit(TEXT, order=3, smoothing=smoothing)
    assert model.levels[0].log_prob[model.start] == -np.inf
    assert np.isfinite(model.levels[0].log_prob[: model.start]).all()
    for level in model.levels[1:]:
        assert level.tokens.max() == model.end
    # As a context it is one like others.
    assert np.isfinite(model.levels[0].log_backoff).all()


def test_characters() -> None:
    documents = [list("once upon a time"), list("there was a man"), list("who was at once old, and young")]
    model = NgramModel.fit(documents, order=5)
    check_sums(model, random_contexts(documents, n=20))
    assert model.perplexity(documents) < 4 < model.perplexity([list("zebras")])


# Chains


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_log_prob_is_the_chain_of_next_probabilities(smoothing: str, order: int) -> None:
    model = NgramModel.fit(TEXT, order=order, smoothing=smoothing, prune=(0, 0, 1) if order > 2 else None)
    documents = [[], ["new"], ["w0", "w1", "new", "w0", "w1", "w2"], *TEXT[:8], *zipf_text(4, seed=1)]
    for document in documents:
        numbers = [*(model.vocabulary.find(token) for token in document), model.end]
        chain = [math.log(model.next_probabilities(document[:i])[number]) for i, number in enumerate(numbers)]
        of_tokens = model.token_log_probs(document)
        assert of_tokens.shape == (len(document) + 1,)
        assert_allclose(of_tokens, chain, rtol=1e-9)
        assert_allclose(model.log_prob(document), sum(chain), rtol=1e-9)
    assert_allclose(model.log_probs(documents), [model.log_prob(document) for document in documents], rtol=1e-12)


def test_probabilities_of_all_documents_of_a_length_and_of_longer_ones_sum_to_one() -> None:
    model = NgramModel.fit([["a", "b"], ["b", "b", "a"], ["a"]], order=3)
    tokens = ["a", "b", "new"]
    ended = 0.0
    running: list[tuple[list[str], float]] = [([], 1.0)]
    for _ in range(5):
        ended += sum(math.exp(model.log_prob(document)) for document, _ in running)
        longer = []
        for document, probability in running:
            following = model.next_probabilities(document)
            longer += [([*document, token], probability * following[i]) for i, token in enumerate(tokens)]
        running = longer
        assert_allclose(ended + sum(probability for _, probability in running), 1.0, rtol=0, atol=1e-5)


def test_the_context_of_a_document_begins_at_its_start() -> None:
    model = NgramModel.fit([["a", "b"], ["a", "c"]], order=2)
    assert model.next_probabilities()[0] > 0.5
    assert model.next_probabilities(from_start=False)[0] < 0.5
    # Once the context is as long as can be, it does not matter.
    assert_array_equal(model.next_probabilities(["a"]), model.next_probabilities(["a"], from_start=False))
    assert_array_equal(model.next_probabilities(["a", "b", "a"]), model.next_probabilities(["a"]))


def test_cross_entropy_and_perplexity_by_their_definition() -> None:
    model = NgramModel.fit(TEXT, order=3)
    documents = [["w0", "w1"], [], ["new", "w5", "w2", "w0"]]
    total = sum(model.log_prob(document) for document in documents)
    # Six tokens, three ends.
    assert_allclose(model.cross_entropy(documents), -total / 9, rtol=1e-12)
    assert_allclose(model.perplexity(documents), math.exp(-total / 9), rtol=1e-12)
    tokenized = TokenizedDocuments.from_tokens(documents)
    assert model.perplexity(tokenized) == model.perplexity(documents)


def test_perplexity_of_a_uniform_distribution() -> None:
    # a, b, <unk>, </s> once each.
    model = NgramModel.fit([["a", "b"]], order=1, smoothing=Additive(1e9))
    assert_allclose(model.perplexity([["a", "b", "b"], ["new"]]), 4.0, rtol=1e-6)


def test_perplexity_of_nothing_is_refused() -> None:
    model = NgramModel.fit(TEXT, order=2)
    with pytest.raises(DataError, match="no documents"):
        model.perplexity([])
    assert model.log_probs([]).shape == (0,)
    assert model.perplexity([[]]) > 1.0


def test_more_context_makes_better_guesses() -> None:
    documents = [["a", "b", "c", "a", "d", "b"] * 3, ["b", "c", "a", "d"] * 4] * 5
    perplexities = [NgramModel.fit(documents, order=order).perplexity(documents) for order in range(1, 5)]
    assert perplexities == sorted(perplexities, reverse=True)
    assert perplexities[0] > 1.5 * perplexities[3]


# What is text, and what is known


def test_tokens_spelled_like_special_ones_are_text() -> None:
    documents = [["<s>", "</s>", "<unk>"], ["<s>", "<s>"]]
    model = NgramModel.fit(documents, order=2, smoothing=Additive(1.0))
    assert list(model.vocabulary) == ["</s>", "<s>", "<unk>"]
    assert (model.unknown, model.end, model.start) == (3, 4, 5)
    # 5 tokens can follow. After the start: "<s>" twice of two; after "<s>": "</s>", "<s>" and the end, once each.
    assert_allclose(model.next_probabilities(), np.array([1, 3, 1, 1, 1]) / 7, rtol=SINGLE)
    assert_allclose(model.next_probabilities(["<s>"]), np.array([2, 2, 1, 1, 2]) / 8, rtol=SINGLE)
    assert_allclose(model.next_probabilities(["</s>"]), np.array([1, 1, 2, 1, 1]) / 6, rtol=SINGLE)
    assert_allclose(model.next_probabilities(["<unk>"]), np.array([1, 1, 1, 1, 2]) / 6, rtol=SINGLE)
    assert_allclose(model.next_probabilities(["new"]), np.full(5, 0.2), rtol=SINGLE)
    expected = np.log([3 / 7, 2 / 8, 2 / 6, 2 / 6])
    assert_allclose(model.token_log_probs(["<s>", "</s>", "<unk>"]), expected, rtol=1e-6)


def test_renamed_tokens_make_the_same_model() -> None:
    names = {"a": "<s>", "b": "</s>", "c": "<unk>"}
    documents = [list("abcab"), list("ba"), list("aac"), []]
    renamed = [[names[token] for token in document] for document in documents]
    for order in (1, 3):
        expected = NgramModel.fit(documents, order=order).log_probs(documents)
        # Numbers differ, and with them only the order of sums.
        assert_allclose(NgramModel.fit(renamed, order=order).log_probs(renamed), expected, rtol=1e-6)


def test_tokens_of_any_kind() -> None:
    documents = [["", "a b", "\ud800", "é", "\x00"], ["", ""]]
    model = NgramModel.fit(documents, order=2)
    assert sorted(model.vocabulary) == sorted({token for document in documents for token in document})
    assert model.log_prob(["", ""]) > model.log_prob(["a b", "a b"])


def test_a_fit_on_tokenized_documents_keeps_their_vocabulary() -> None:
    vocabulary = Vocabulary.from_terms(["a", "b", "never"])
    documents = TokenizedDocuments.from_tokens([["a", "b", "odd"], ["b"]]).aligned(vocabulary)
    model = NgramModel.fit(documents, order=2, smoothing=Additive(1.0))
    assert model.vocabulary is vocabulary
    assert model.read(documents) is documents
    # a, b, never, <unk>, </s>: "odd" was read as <unk>.
    assert_allclose(model.next_probabilities(["b"]), np.array([1, 1, 1, 2, 2]) / 7, rtol=SINGLE)
    assert_allclose(model.next_probabilities(["another"]), np.array([1, 1, 1, 1, 2]) / 6, rtol=SINGLE)
    assert_array_equal(model.next_probabilities(["another"]), model.next_probabilities(["odd"]))


def test_documents_of_another_vocabulary_are_read_anew() -> None:
    model = NgramModel.fit(TEXT, order=3)
    other = TokenizedDocuments.from_tokens([["w1", "a", "w0"], ["w0", "zebra"]])
    assert other.vocabulary is not model.vocabulary
    assert_array_equal(model.log_probs(other), model.log_probs([["w1", "a", "w0"], ["w0", "zebra"]]))


def test_documents_may_be_any_sequences() -> None:
    expected = NgramModel.fit([["a", "b"], ["b"]], order=2)
    for documents in [(("a", "b"), ("b",)), [np.array(["a", "b"]), ["b"]], iter([iter("ab"), iter("b")])]:
        model = NgramModel.fit(documents, order=2)  # type: ignore[arg-type]
        assert_array_equal(model.levels[1].log_prob, expected.levels[1].log_prob)


# Pruning


@pytest.mark.parametrize("prune", [(0, 0, 1), (0, 1), (0, 1, 3, 3), [0], np.array([0, 0, 2])], ids=str)
@pytest.mark.parametrize("smoothing", ["kneser-ney", "witten-bell"])
def test_pruning_drops_the_rare_ngrams_alone(smoothing: str, prune: Any) -> None:
    model = NgramModel.fit(TEXT, order=4, smoothing=smoothing, prune=prune)
    whole = NgramModel.fit(TEXT, order=4, smoothing=smoothing)
    thresholds = [*map(int, prune)]
    thresholds += [thresholds[-1]] * (4 - len(thresholds))
    assert model.smoothing["prune"] == thresholds
    for n in range(2, 5):
        counts: Counter[tuple[int, ...]] = Counter()
        for document in TEXT:
            padded = [model.start, *(model.vocabulary.find(token) for token in document), model.end]
            counts.update(tuple(padded[i : i + n]) for i in range(len(padded) - n + 1))
        kept = sorted(gram for gram, count in counts.items() if count > thresholds[n - 1])
        assert kept
        assert spelled(model, n) == kept
        assert len(spelled(whole, n)) == len(counts)
    # The distributions that are mixed are the same: of what is kept, nothing goes away.
    assert len(model.levels[0].tokens) == len(whole.levels[0].tokens)
    assert_array_equal(model.levels[0].log_prob, whole.levels[0].log_prob)


def spelled(model: NgramModel, n: int) -> list[tuple[int, ...]]:
    above: list[tuple[int, ...]] = [()]
    for level in model.levels[:n]:
        prefixes = [gram for i, gram in enumerate(above) for _ in range(level.starts[i + 1] - level.starts[i])]
        above = [(*prefix, token) for prefix, token in zip(prefixes, level.tokens.tolist(), strict=True)]
    return above


def test_pruned_by_hand() -> None:
    # Bigrams: <s> a 2, a b 1, a </s> 1, b </s> 1. Only the first is kept.
    model = NgramModel.fit([["a", "b"], ["a"]], order=2, smoothing="witten-bell", prune=(0, 1))
    # Unigrams: a 11/32, b 7/32, <unk> 3/32, </s> 11/32; a after <s>: 2/3 + 1/3 * 11/32.
    assert spelled(model, 2) == [(model.start, 0)]
    assert_allclose(model.next_probabilities(), np.array([75, 7, 3, 11]) / 96, rtol=SINGLE)
    for context in (["a"], ["b"]):
        assert_allclose(model.next_probabilities(context), np.array([11, 7, 3, 11]) / 32, rtol=SINGLE)
    # What the context a keeps to itself is none of its n-grams': all goes to the order below.
    assert_allclose(model.levels[0].log_backoff, np.log([1, 1, 1, 1, 1 / 3]), atol=1e-6)


def test_pruned_in_part_by_hand() -> None:
    # After a: b twice, c once, at the end </s> once. c and </s> go: 1/4 + 1/4 of their own beside gamma = 3/7.
    documents = [["a", "b"], ["a", "b"], ["a", "c"], ["a"]]
    whole = NgramModel.fit(documents, order=2, smoothing="witten-bell")
    model = NgramModel.fit(documents, order=2, smoothing="witten-bell", prune=(0, 1))
    below = np.exp(whole.levels[0].log_prob[:5].astype(float))
    assert_allclose(whole.next_probabilities(["a"]), np.array([0, 2, 1, 0, 1]) / 7 + 3 / 7 * below, rtol=SINGLE)
    assert_allclose(model.next_probabilities(["a"]), np.array([0, 2, 0, 0, 0]) / 7 + 5 / 7 * below, rtol=SINGLE)


def test_pruning_nothing() -> None:
    whole = NgramModel.fit(TEXT, order=3)
    model = NgramModel.fit(TEXT, order=3, prune=(0, 0, 0))
    for kept, level in zip(model.levels, whole.levels, strict=True):
        for name in ("starts", "tokens", "log_prob", "log_backoff"):
            assert_array_equal(getattr(kept, name), getattr(level, name))


def test_pruning_everything_above_unigrams() -> None:
    model = NgramModel.fit(TEXT, order=3, prune=(0, 10_000))
    assert [len(level.tokens) for level in model.levels[1:]] == [0, 0]
    assert [len(level.starts) for level in model.levels] == [2, len(model.vocabulary) + 4, 1]
    assert_allclose(model.next_probabilities(["w0", "w1"]), model.next_probabilities(from_start=False), rtol=1e-12)
    assert_allclose(model.log_probs([["w0"], []]), [model.log_prob(["w0"]), model.log_prob([])], rtol=1e-12)


# What is recorded


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_the_record_is_json(smoothing: str) -> None:
    record = NgramModel.fit(TEXT, order=3, smoothing=smoothing, prune=(0, 0, 1)).smoothing
    assert json.loads(json.dumps(record)) == record
    assert record["name"] == smoothing
    assert record["prune"] == [0, 0, 1]


def test_pickle() -> None:
    model = NgramModel.fit(TEXT, order=3)
    before = len(pickle.dumps(model))
    expected = model.log_probs(TEXT)
    assert "index" in vars(model)
    # What can be computed again is left out.
    assert len(pickle.dumps(model)) == before
    copied = pickle.loads(pickle.dumps(model))
    assert_array_equal(copied.log_probs(TEXT), expected)
    assert copied.smoothing == model.smoothing
    assert list(copied.vocabulary) == list(model.vocabulary)


@pytest.mark.parametrize("n_jobs", [1, 2, 5, -1, None])
def test_threads_make_no_difference(n_jobs: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    model = NgramModel.fit(TEXT, order=3)
    expected = model.log_probs(TEXT, n_jobs=1)
    monkeypatch.setattr("textgd.lm.query._SHARD", 40)
    assert_array_equal(model.log_probs(TEXT, n_jobs=n_jobs), expected)


@pytest.mark.parametrize("n_jobs", [0, True, 1.5])
def test_what_is_no_number_of_threads(n_jobs: Any) -> None:
    with pytest.raises(InvalidParameterError, match="n_jobs"):
        NgramModel.fit(TEXT, order=2).log_probs(TEXT, n_jobs=n_jobs)


def test_documents_are_not_changed() -> None:
    documents = TokenizedDocuments.from_tokens(TEXT)
    before = documents.ids.copy(), documents.indptr.copy()
    NgramModel.fit(documents, order=3, prune=(0, 1)).log_probs(documents)
    assert_array_equal(documents.ids, before[0])
    assert_array_equal(documents.indptr, before[1])


# What is refused


@pytest.mark.parametrize("order", [0, -1, 50, MAX_ORDER + 1, True, 2.5, "3", None, float("nan")])
def test_what_is_no_order(order: Any) -> None:
    with pytest.raises(InvalidParameterError, match=r"order is .*; a whole number from 1 to 12 is expected"):
        NgramModel.fit(TEXT, order=order)


def test_orders_of_numpy() -> None:
    assert NgramModel.fit(TEXT, order=np.int64(2)).order == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "prune",
    [
        (),
        (1, 1, 1),
        (0, 2, 1),
        (0, 0, 0, 1),
        (0, -1),
        (-1, 0),
        (0, 0.5, 1),
        (0, True),
        (False, 1),
        (0, None),
        "001",
        5,
        0,
        True,
        {0: 0, 1: 1},
        np.array([[0, 1]]),
        np.array([0.0, 1.0]),
    ],
    ids=repr,
)
def test_what_is_no_pruning(prune: Any) -> None:
    with pytest.raises(InvalidParameterError, match=r"prune is .*such as \(0, 0, 1\)"):
        NgramModel.fit(TEXT, order=3, prune=prune)


def test_unknown_smoothing() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean kneser-ney"):
        NgramModel.fit(TEXT, smoothing="knesser-ney")


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([], "needs a document at least"),
        (["free entry"], "row 0 is str, not a list of tokens: 'free entry'"),
        ([["a"], "b"], "row 1 is str"),
        ("a b", "documents is str; a list of documents is expected"),
        (5, "documents is int"),
        (None, "documents is NoneType"),
        ([None], "row 0 is NoneType"),
        ([["a"], ["b", 5]], "row 1 holds int, not a token of text: 5"),
        ([["a", None]], "row 0 holds NoneType"),
        ([["a", b"b"]], "row 0 holds bytes"),
        ([[["a"]]], "row 0 holds list"),
    ],
    ids=repr,
)
def test_what_is_no_text(documents: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        NgramModel.fit(documents)


@pytest.mark.parametrize("call", ["log_probs", "cross_entropy", "perplexity"])
def test_what_is_no_text_is_not_scored(call: str) -> None:
    model = NgramModel.fit(TEXT, order=2)
    with pytest.raises(DataError, match="row 0 is str"):
        getattr(model, call)(["free entry"])


@pytest.mark.parametrize("call", ["log_prob", "token_log_probs", "next_probabilities"])
def test_a_text_that_is_not_cut_is_not_scored(call: str) -> None:
    model = NgramModel.fit(TEXT, order=2)
    with pytest.raises(DataError, match="row 0 is str"):
        getattr(model, call)("w0 w1")
