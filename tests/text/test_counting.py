"""Counts of n-grams are those of a dictionary, however documents are cut."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from textgd.text import Analysis, TokenizedDocuments, Tokenizer, counting
from textgd.text.counting import child_starts, count_ngrams, look_up, preorder, to_rows
from textgd.text.rows import Rows
from textgd.text.selection import select_features

Node = tuple[int, ...]

token_lists = st.lists(st.lists(st.sampled_from("abcd"), max_size=12), max_size=6)
RANGES = [(1, 1), (1, 3), (2, 2), (2, 4), (4, 6)]


def as_counters(rows: Rows, names: list[Any]) -> list[dict[Any, int]]:
    ends = rows.indptr.tolist()
    return [
        {names[c]: n for c, n in zip(rows.indices[a:b].tolist(), rows.data[a:b].tolist(), strict=True)}
        for a, b in itertools.pairwise(ends)
    ]


@pytest.mark.parametrize("ngram_range", RANGES)
@pytest.mark.parametrize("shard_tokens", [3, 1 << 18])
@given(documents=token_lists)
@example([["a", "b"], [], ["a"] * 12, [], []])
def test_ngrams_of_tokens(shard_tokens: int, ngram_range: tuple[int, int], documents: list[list[str]]) -> None:
    analysis = Analysis(Tokenizer(function=str.split), ngram_range=ngram_range)
    tokenized = TokenizedDocuments.from_tokens(documents)
    expected = [Counter(analysis.ngrams(" ".join(document))) for document in documents]
    if not any(expected):
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "_SHARD_TOKENS", shard_tokens)
        for n_jobs in (1, 2):
            shards = count_ngrams(tokenized, analysis, n_jobs=n_jobs)
            assert sum(shard.n_documents for shard in shards) == len(documents)
            selection = select_features(shards, tokenized.vocabulary, n_jobs=n_jobs)
            names = selection.features.ngrams()
            assert names == sorted(set().union(*expected))
            frequencies = [sum(name in counts for counts in expected) for name in names]
            assert selection.document_frequency().tolist() == frequencies
            for binary in (False, True):
                rows = to_rows(shards, selection.columns, len(names), np.int64, binary, n_jobs)
                wanted = [{name: 1 if binary else n for name, n in counts.items()} for counts in expected]
                assert as_counters(rows, names) == wanted
                again = look_up(tokenized, analysis, selection.features, np.int64, binary, n_jobs)
                assert as_counters(again, names) == wanted
                assert again.indices.tolist() == rows.indices.tolist()


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
@pytest.mark.parametrize("ngram_range", [(1, 1), (2, 3)])
@pytest.mark.usefixtures("many_shards")
def test_shards_hold_every_document_once(
    analyzer: str, ngram_range: tuple[int, int], hard_documents: list[str]
) -> None:
    analysis = Analysis(analyzer=analyzer, ngram_range=ngram_range)
    tokenized = analysis.scan(hard_documents)
    shards = count_ngrams(tokenized, analysis)
    assert len(shards) > len(hard_documents) / 4
    selection = select_features(shards, tokenized.vocabulary)
    rows = to_rows(shards, selection.columns, selection.features.n_columns, np.int64)
    expected = [Counter(analysis.ngrams(document)) for document in hard_documents]
    assert as_counters(rows, selection.features.ngrams()) == expected


def test_more_documents_than_two_bytes_number() -> None:
    n = (1 << 16) + 3
    documents = TokenizedDocuments(
        np.arange(2 * n, dtype=np.int32) % 3, np.arange(0, 2 * n + 1, 2), vocabulary_of("abc")
    )
    analysis = Analysis()
    shards = count_ngrams(documents, analysis)
    selection = select_features(shards, documents.vocabulary)
    rows = to_rows(shards, selection.columns, 3, np.int64)
    assert selection.document_frequency().sum() == 2 * n
    expected = np.zeros((n, 3), np.int64)
    np.add.at(expected, (np.repeat(np.arange(n), 2), documents.ids), 1)
    assert (rows.to_scipy().toarray() == expected).all()


def test_a_hundred_thousand_empty_documents() -> None:
    analysis = Analysis(ngram_range=(1, 2))
    documents = [""] * 100_000
    documents[77_777] = "a b"
    tokenized = analysis.scan(documents)
    shards = count_ngrams(tokenized, analysis)
    selection = select_features(shards, tokenized.vocabulary)
    rows = to_rows(shards, selection.columns, 3, np.int64)
    assert rows.shape == (100_000, 3)
    assert np.flatnonzero(np.diff(rows.indptr)).tolist() == [77_777]


def vocabulary_of(letters: str) -> Any:
    return TokenizedDocuments.from_tokens([list(letters)]).vocabulary


# Tries as arrays

tries = st.sets(st.lists(st.integers(0, 2), min_size=1, max_size=4).map(tuple), max_size=20)


@given(tries, st.data())
@example({(0,)}, None)
def test_preorder_is_the_order_of_tuples(leaves: set[Node], data: st.DataObject | None) -> None:
    """A trie of tuples of numbers, in which any node may be kept."""
    nodes = {gram[:n] for gram in leaves for n in range(1, len(gram) + 1)}
    levels = [sorted(node for node in nodes if len(node) == n) for n in range(1, max(map(len, nodes), default=1) + 1)]
    above: list[Node] = [()]
    starts, kept = [], []
    for level in levels:
        starts.append(child_starts(np.array([above.index(node[:-1]) for node in level], np.int64), len(above)))
        kept.append(np.array([data is None or data.draw(st.booleans()) for _ in level], np.bool_))
        above = level
    numbers, sizes = preorder(starts, kept)
    chosen = sorted(
        node for level, keep in zip(levels, kept, strict=True) for node, k in zip(level, keep, strict=True) if k
    )
    for level, level_numbers, level_sizes in zip(levels, numbers, sizes, strict=True):
        assert level_numbers.dtype == np.int32
        assert level_numbers.tolist() == [chosen.index(node) if node in chosen else -1 for node in level]
        assert level_sizes.tolist() == [sum(other[: len(node)] == node for other in chosen) for node in level]


@given(st.lists(st.integers(0, 5)).map(sorted))
def test_child_starts(parents: list[int]) -> None:
    starts = child_starts(np.array(parents, np.int64), 6)
    assert starts.tolist() == [sum(p < k for p in parents) for k in range(7)]
