"""Text to matrices, in this process: against scikit-learn with the identical matrix, and against faster peers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .data import Data
from .measure import Benchmark, BenchmarkError, Pair, Target, in_process
from .process import Command, find_command, processes, program, run

_SKLEARN = "scikit-learn"
_BIGRAMS: dict[str, Any] = {"ngram_range": (1, 2)}


def _ours(name: str = "CountVectorizer", **parameters: Any) -> Any:
    from textgd import text

    return getattr(text, name)(tokenizer="sklearn", **parameters)


def _sklearn(name: str = "CountVectorizer", **parameters: Any) -> Any:
    from sklearn.feature_extraction import text

    return getattr(text, name)(**parameters)


def _fit(vectorizer: Any, documents: list[str]) -> tuple[Any, Any]:
    return vectorizer, vectorizer.fit_transform(documents)


def _same_fit(ours: tuple[Any, Any], peer: tuple[Any, Any]) -> None:
    if not np.array_equal(ours[0].get_feature_names_out(), peer[0].get_feature_names_out()):
        raise BenchmarkError("the columns are not those of the peer, or not in its order")
    _same_matrix(ours[1], peer[1])


def _same_matrix(ours: Any, peer: Any) -> None:
    for matrix in (ours, peer):
        matrix.sort_indices()
    # Counts are identical; weights may differ in the last bits.
    tolerance = 1e-12 if peer.dtype.kind == "f" else 0.0
    if not (
        ours.shape == peer.shape
        and ours.dtype == peer.dtype
        and np.array_equal(ours.indptr, peer.indptr)
        and np.array_equal(ours.indices, peer.indices)
        and np.allclose(ours.data, peer.data, rtol=tolerance, atol=0.0)
    ):
        raise BenchmarkError("the matrix is not that of the peer")


def _against_sklearn(documents: list[str], *name: str, **parameters: Any) -> Pair:
    return in_process(
        lambda documents: _fit(_ours(*name, **parameters), documents),
        lambda documents: _fit(_sklearn(*name, **parameters), documents),
        documents,
        _same_fit,
    )


def _against_lenlp(data: Data) -> Pair:
    from lenlp.sparse import CountVectorizer

    return in_process(
        lambda documents: _fit(_ours(**_BIGRAMS), documents),
        lambda documents: CountVectorizer(**_BIGRAMS).fit_transform(documents),
        data.train,
    )


def _against_wc(data: Data) -> Pair:
    command: Command = [find_command("wc") or "wc", "-w", data.text]
    ours = in_process(lambda documents: _fit(_ours(), documents), lambda documents: run(command), data.train)
    return Pair(ours.ours, lambda: run(command), ours.warm_up)


def _transform(data: Data) -> Pair:
    ours, peer = _ours(**_BIGRAMS).fit(data.train), _sklearn(**_BIGRAMS).fit(data.train)
    return in_process(ours.transform, peer.transform, data.test, _same_matrix)


def _memory(data: Data) -> Pair:
    def command(corpus: Path, library: str) -> Command:
        return program("fit_words_bigrams", corpus, library)

    warm_up = [command(data.few, "textgd"), command(data.few, "sklearn")]
    return processes(command(data.corpus, "textgd"), command(data.corpus, "sklearn"), warm_up)


BENCHMARKS = [
    Benchmark(
        "count-words-bigrams",
        _SKLEARN,
        "CountVectorizer(ngram_range=(1, 2)).fit_transform, identical matrix",
        lambda data: _against_sklearn(data.train, **_BIGRAMS),
        Target(20, at_least=True),
    ),
    Benchmark(
        "count-words-bigrams",
        "LeNLP",
        "CountVectorizer(ngram_range=(1, 2)).fit_transform, the peer with tokens of its own",
        _against_lenlp,
        Target(3, at_least=True),
        modules=("lenlp",),
    ),
    Benchmark(
        "count-words",
        _SKLEARN,
        "CountVectorizer().fit_transform, identical matrix",
        lambda data: _against_sklearn(data.train),
        Target(12, at_least=True),
    ),
    Benchmark(
        "count-words",
        "wc -w",
        "CountVectorizer().fit_transform, the peer only counts words",
        _against_wc,
        Target(3),
        commands=("wc",),
    ),
    Benchmark(
        "tfidf-char-wb-3-5",
        _SKLEARN,
        'TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5)).fit_transform, first 5,000 documents',
        lambda data: _against_sklearn(data.train[:5000], "TfidfVectorizer", analyzer="char_wb", ngram_range=(3, 5)),
        Target(20, at_least=True),
    ),
    Benchmark(
        "transform-words-bigrams",
        _SKLEARN,
        "CountVectorizer(ngram_range=(1, 2)).transform of the test part, identical matrix",
        _transform,
        Target(20, at_least=True),
    ),
    Benchmark(
        "memory-words-bigrams",
        _SKLEARN,
        "peak memory of a process that loads the training texts and counts words and bigrams",
        _memory,
        Target(0.6),
        quantity="peak_mb",
    ),
]
