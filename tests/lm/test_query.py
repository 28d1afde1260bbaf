"""Scores by compiled code are those of the slow reference, and those of the formula."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from textgd.lm import NgramModel, query
from textgd.lm.query import (
    document_sums,
    find_context,
    is_loaded,
    log_prob,
    next_log_probs,
    score,
    score_slowly,
    shards,
    token_scores,
    token_scores_slowly,
)
from textgd.text import TokenizedDocuments, Vocabulary

Documents = list[list[int]]
Gram = tuple[int, ...]

VOCABULARY = Vocabulary.from_terms(["a", "b", "c", "d"])
UNKNOWN, END, START = 4, 5, 6

documents_of_ids = st.lists(st.lists(st.integers(0, UNKNOWN), max_size=9), min_size=1, max_size=6)


def tokenized(documents: Documents, vocabulary: Vocabulary = VOCABULARY) -> TokenizedDocuments:
    ids = np.array([token for document in documents for token in document], np.int32)
    return TokenizedDocuments(ids, np.cumsum([0, *map(len, documents)]), vocabulary)


def table(model: NgramModel) -> dict[Gram, tuple[float, float]]:
    """Return ln p and the logarithm of the backoff of every n-gram, spelled out by way of the starts."""
    found: dict[Gram, tuple[float, float]] = {}
    above: list[Gram] = [()]
    for level in model.levels:
        prefixes = [gram for i, gram in enumerate(above) for _ in range(level.starts[i + 1] - level.starts[i])]
        above = [(*prefix, token) for prefix, token in zip(prefixes, level.tokens.tolist(), strict=True)]
        backoffs = level.log_backoff if len(level.log_backoff) else np.zeros(len(above))
        assert len(backoffs) == len(above)
        for gram, probability, backoff in zip(above, level.log_prob, backoffs, strict=True):
            found[gram] = float(probability), float(backoff)
    return found


def formula(ngrams: dict[Gram, tuple[float, float]], gram: Gram) -> float:
    """Return ln p of the last token after the others, as it stands in the textbook."""
    if gram in ngrams:
        return ngrams[gram][0]
    return ngrams.get(gram[:-1], (0.0, 0.0))[1] + formula(ngrams, gram[1:])


PRUNINGS = st.sampled_from([None, (0, 0, 1), (0, 1), (0, 1, 2)])
SMOOTHINGS = st.sampled_from(["kneser-ney", "witten-bell", "additive"])


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@given(text=documents_of_ids, new=documents_of_ids, prune=PRUNINGS, smoothing=SMOOTHINGS)
@example([[]], [[]], None, "kneser-ney")
@example([[]], [[], [0, 1, 2, 3, 4], []], None, "kneser-ney")
@example([[0, 1, 2, 3, 0, 1, 2, 3]] * 2, [[1, 2, 3, 0], [3, 2, 1], [0, 1, 2, 3, 0, 1]], (0, 1), "witten-bell")
def test_compiled_scores_are_the_references(
    order: int, text: Documents, new: Documents, prune: tuple[int, ...] | None, smoothing: str
) -> None:
    model = NgramModel.fit(tokenized(text), order, smoothing, prune and prune[:order])
    assert is_loaded()
    documents = tokenized([*new, *text])
    compiled, slow = token_scores(model, documents), token_scores_slowly(model, documents)
    assert compiled.shape == slow.shape == (len(documents.ids) + len(documents),)
    assert compiled.dtype == slow.dtype == np.float64
    assert_allclose(compiled, slow, rtol=0, atol=1e-9)

    ngrams = table(model)
    expected = []
    for document in [*new, *text]:
        padded = (START, *document, END)
        expected += [formula(ngrams, padded[max(0, i - order + 1) : i + 1]) for i in range(1, len(padded))]
    assert_allclose(compiled, expected, rtol=0, atol=1e-9)
    sums = [of_one.sum() for of_one in np.split(slow, np.cumsum([len(d) + 1 for d in [*new, *text]])[:-1])]
    assert_allclose(score(model, documents), sums, rtol=0, atol=1e-8)
    assert_allclose(document_sums(compiled, documents), sums, rtol=0, atol=1e-8)


@given(text=documents_of_ids, order=st.integers(1, 5), context=st.lists(st.integers(0, UNKNOWN), max_size=6))
@example([[0, 1, 2]], 3, [])
@example([[0, 1, 2]], 3, [UNKNOWN, UNKNOWN, UNKNOWN])
def test_what_can_follow_is_what_each_token_scores(text: Documents, order: int, context: list[int]) -> None:
    model = NgramModel.fit(tokenized(text), order)
    ngrams = table(model)
    for whole in (context, [START, *context]):
        following = next_log_probs(model, whole)
        assert following.shape == (6,)
        used = whole[len(whole) - min(len(whole), order - 1) :]
        assert_allclose(following, [log_prob(model, used, token) for token in range(6)], rtol=0, atol=1e-9)
        assert_allclose(following, [formula(ngrams, (*used, token)) for token in range(6)], rtol=0, atol=1e-9)


@given(text=documents_of_ids)
def test_contexts_are_found(text: Documents) -> None:
    model = NgramModel.fit(tokenized(text), 3, prune=(0, 0, 1))
    ngrams = table(model)
    for first in range(7):
        assert find_context(model, [first]) == first
        for second in range(7):
            node = find_context(model, [first, second])
            assert (node is not None) == ((first, second) in ngrams)
            if node is not None:
                assert model.levels[1].log_prob[node] == ngrams[first, second][0]
            for third in range(7):
                assert (find_context(model, [first, second, third]) is not None) == ((first, second, third) in ngrams)


def large_model(order: int = 3) -> tuple[NgramModel, TokenizedDocuments]:
    rng = np.random.default_rng(0)
    terms = [f"w{i:04}" for i in range(3000)]
    vocabulary = Vocabulary.from_terms(terms)
    documents = [(rng.zipf(1.2, rng.integers(0, 90)) % 3001).tolist() for _ in range(400)]
    model = NgramModel.fit(tokenized(documents[:200], vocabulary), order=order)
    return model, tokenized(documents, vocabulary)


def test_a_large_model() -> None:
    model, documents = large_model()
    # More n-grams than there are in any of the small ones: their keys collide in the table.
    assert sum(len(level.tokens) for level in model.levels) > 10_000
    assert_allclose(token_scores(model, documents), token_scores_slowly(model, documents), rtol=0, atol=1e-9)


@pytest.mark.parametrize("size", [1, 7, 100, 10**9])
def test_shards_make_no_difference(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    model, documents = large_model(2)
    expected = score(model, documents, 1)
    monkeypatch.setattr(query, "_SHARD", size)
    cut = shards(documents)
    assert [row for rows in cut for row in range(rows.start, rows.stop)] == list(range(len(documents)))
    assert (len(cut) == 1) == (size == 10**9)
    for n_jobs in (1, 2, 7, None):
        assert_array_equal(score(model, documents, n_jobs), expected)


@pytest.mark.parametrize("documents", [[], [[]], [[], [], []], [[], [0], [], [1, 2], []]], ids=str)
def test_shards_of_few_documents(documents: Documents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "_SHARD", 1)
    rows = [row for part in shards(tokenized(documents)) for row in range(part.start, part.stop)]
    assert rows == list(range(len(documents)))
    model = NgramModel.fit(tokenized([[0, 1, 2], [3]]), order=2)
    expected = [score_slowly(model, np.array(document, np.int32)).sum() for document in documents]
    assert_allclose(score(model, tokenized(documents)), expected, rtol=1e-12)


def test_few_tokens_do_without_compiled_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> NoReturn:
        raise AssertionError("compiled code was asked for")

    model, documents = large_model(2)
    expected = score(model, documents)
    new = NgramModel(model.vocabulary, model.levels, model.smoothing)
    with monkeypatch.context() as patch:
        patch.setattr(query, "is_loaded", lambda: False)
        patch.setattr("textgd.kernels.ngram_scores.score_documents", refuse)
        few = documents[:20]
        assert 0 < len(few.ids) <= 2000
        assert_allclose(score(new, few), expected[:20], rtol=1e-12)
        assert "index" not in vars(new)
        with pytest.raises(AssertionError, match="compiled code"):
            score(new, documents, 1)
    assert_array_equal(score(new, documents), expected)


def test_once_it_is_loaded_compiled_code_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> NoReturn:
        raise AssertionError("the reference was asked for")

    model, documents = large_model(2)
    monkeypatch.setattr(query, "token_scores_slowly", refuse)
    assert is_loaded()
    assert np.isfinite(score(model, documents[:1])).all()


def test_arrays_that_cannot_be_written_to() -> None:
    # As a memory-mapped model file has them.
    model, documents = large_model(3)
    expected = score(model, documents)
    for level in model.levels:
        for array in (level.starts, level.tokens, level.log_prob, level.log_backoff):
            array.flags.writeable = False
    again = NgramModel(model.vocabulary, model.levels, model.smoothing)
    assert_array_equal(score(again, documents), expected)
    assert_array_equal(next_log_probs(again, [0, 1]), next_log_probs(model, [0, 1]))
