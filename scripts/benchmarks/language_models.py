"""N-gram language models: against scikit-learn's counting, KenLM's scoring, and nltk."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from time import perf_counter, process_time
from typing import Any

import numpy as np

from .data import Data
from .measure import Benchmark, BenchmarkError, Pair, Sample, Target

# The peer takes eleven minutes for 2,000, and we a twelfth of a second.
_SENTENCES = 300
_TEXTS, _WORDS = 1000, 40
# How far two programs' sums of logarithms may be apart, relative to the sum.
_TOLERANCE = 1e-4


def _timed(clock: Callable[[], float], work: Callable[[], object]) -> Sample:
    gc.collect()
    start = clock()
    result = work()
    seconds = clock() - start
    del result
    return Sample(seconds)


def _train(data: Data, order: int) -> Pair:
    from sklearn.feature_extraction.text import CountVectorizer

    from textgd.lm import NgramModel
    from textgd.text import Analysis

    documents = Analysis().scan(data.train)
    few = Analysis().scan(data.train[::500])

    def peer(texts: list[str]) -> Any:
        return CountVectorizer(ngram_range=(1, 2)).fit_transform(texts)

    return Pair(
        lambda: _timed(process_time, lambda: NgramModel.fit(documents, order=order)),
        lambda: _timed(process_time, lambda: peer(data.train)),
        lambda: (NgramModel.fit(few, order=order), peer(data.train[::500])),
    )


def _score(data: Data) -> Pair:
    import kenlm

    from textgd.lm import NgramModel, write_arpa
    from textgd.text import Analysis, Tokenizer

    tokenize = Tokenizer().tokens
    training, testing = ([" ".join(tokenize(text)) for text in texts] for texts in (data.train, data.test))
    analysis = Analysis(Tokenizer("whitespace", lowercase=False))
    model = NgramModel.fit(analysis.scan(training), order=3)
    arpa = data.scratch / "reviews.arpa"
    write_arpa(arpa, model)
    loaded = kenlm.Model(str(arpa))
    sums: dict[str, float] = {}

    def ours(texts: list[str]) -> None:
        sums["ours"] = float(model.log_probs(analysis.scan(texts, vocabulary=model.vocabulary)).sum())

    def theirs(texts: list[str]) -> None:
        sums["theirs"] = sum(loaded.score(text) for text in texts) * np.log(10.0)

    def check() -> None:
        if abs(sums["ours"] - sums["theirs"]) > _TOLERANCE * abs(sums["theirs"]):
            raise BenchmarkError(f"ln P of the test part is {sums['ours']:.0f}, the peer's {sums['theirs']:.0f}")

    return Pair(
        lambda: _timed(perf_counter, lambda: ours(testing)),
        lambda: _timed(perf_counter, lambda: theirs(testing)),
        lambda: (ours(testing[::50]), theirs(testing[::50])),
        check,
    )


def _small(data: Data) -> Pair:
    from nltk.lm import KneserNeyInterpolated
    from nltk.lm.preprocessing import pad_both_ends, padded_everygram_pipeline
    from nltk.util import ngrams

    from textgd.lm import NgramModel
    from textgd.text import Tokenizer

    tokens = [Tokenizer().tokens(text) for text in data.sentences[:_SENTENCES]]

    def ours(documents: list[list[str]]) -> None:
        NgramModel.fit(documents, order=3).log_probs(documents)

    def theirs(documents: list[list[str]]) -> None:
        model = KneserNeyInterpolated(3)
        model.fit(*padded_everygram_pipeline(3, documents))
        for document in documents:
            sum(model.logscore(ngram[-1], ngram[:-1]) for ngram in ngrams(pad_both_ends(document, n=3), 3))

    return Pair(
        lambda: _timed(perf_counter, lambda: ours(tokens)),
        lambda: _timed(perf_counter, lambda: theirs(tokens)),
        lambda: (ours(tokens[:20]), theirs(tokens[:20])),
    )


def _generate(data: Data) -> Pair:
    from textgd.lm import NgramModel
    from textgd.lm.sampler import Sampler
    from textgd.text import Analysis

    is_positive = np.array(data.train_labels) == max(data.train_labels)
    model = NgramModel.fit(Analysis().scan([t for t, own in zip(data.train, is_positive, strict=True) if own]), order=3)

    def ours(n: int) -> Any:
        sampler = Sampler(model)
        return [sampler.draw(max_tokens=_WORDS, min_tokens=_WORDS, seed=[0, i]) for i in range(n)]

    return Pair(lambda: _timed(perf_counter, lambda: ours(_TEXTS)), None, lambda: ours(1))


def _load(data: Data) -> Pair:
    from textgd.lm import NgramModel
    from textgd.text import Analysis

    path = data.scratch / "reviews.textgd"
    NgramModel.fit(Analysis().scan(data.train), order=3).save(path)

    def ours() -> Sample:
        sample = _timed(perf_counter, lambda: NgramModel.load(path))
        return Sample(sample.seconds, peak_mb=path.stat().st_size / 1e6)

    return Pair(ours, None, ours)


BENCHMARKS = [
    *(
        Benchmark(
            f"train-lm-{order}",
            "scikit-learn",
            f"NgramModel.fit of order {order} on the scanned training part, processor time; the peer: "
            "CountVectorizer(ngram_range=(1, 2)) on its text",
            partial(_train, order=order),
            Target(bound),
        )
        for order, bound in ((3, 0.25), (5, 0.45))
    ),
    Benchmark(
        "score-lm",
        "KenLM",
        "ln P of each review of the test part, from text of tokens with spaces between, order 3; the peer: Model.score "
        "of the same, from the same ARPA file",
        _score,
        Target(1.5, at_least=True),
        modules=("kenlm",),
    ),
    Benchmark(
        "small-lm",
        "nltk",
        f"training on {_SENTENCES:,} sentences and scoring them, order 3; the peer: KneserNeyInterpolated",
        _small,
        Target(100, at_least=True),
        modules=("nltk",),
    ),
    Benchmark(
        "generate-lm",
        None,
        f"{_TEXTS:,} texts of {_WORDS} words from a model of the positive reviews, the sampler made anew",
        _generate,
        Target(2.0),
    ),
    Benchmark("load-lm", None, "NgramModel.load of the training part's model of order 3", _load, Target(0.2)),
]
