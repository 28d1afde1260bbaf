"""Cross-validation of several models: against scikit-learn's pipelines, refitted from text on the same folds."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np

from .curves import TOLERANCE, pipelines
from .data import Data
from .measure import Benchmark, BenchmarkError, Pair, Sample, Target

_FOLDS = 10
# The same kinds on both sides; the peer has no language model.
_MODELS = ("nb", "bnb", "lr", "svm", "nbsvm")
_WITH_LM = ("nb", "lm", "lr", "svm", "nbsvm")
# Counting models on the same counts give the same.
_EQUAL = ("nb", "bnb")


def _pipelines() -> dict[str, Any]:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import BernoulliNB
    from sklearn.pipeline import make_pipeline

    bernoulli = make_pipeline(CountVectorizer(ngram_range=(1, 2), binary=True), BernoulliNB())
    return {**pipelines(), "bnb": bernoulli}


def _splits(texts: Sequence[str], labels: Sequence[str]) -> list[tuple[Any, Any]]:
    """Return the rows that each fold of `compare` trains and tests on."""
    from textgd.corpus.duplicates import duplicate_groups
    from textgd.evaluation.folds import draw_folds

    codes = np.unique(labels, return_inverse=True)[1]
    folds = draw_folds(codes, duplicate_groups(texts), _FOLDS, (0, 0))
    return [(np.setdiff1d(np.arange(len(texts)), test), test) for test in folds]


def _against(names: Sequence[str], data: Data) -> Pair:
    """Return the pair of our comparison and the peer's five pipelines, text to scores on both sides."""
    from sklearn.model_selection import cross_val_score

    from textgd import TextClassifier, compare

    models = {name: TextClassifier(model=name, tokenizer="sklearn", calibrate=None) for name in names}
    peers = _pipelines()
    results: dict[str, dict[str, Any]] = {}

    def ours(texts: Sequence[str], labels: Sequence[str]) -> dict[str, Any]:
        comparison = compare(models, (texts, labels), cv=_FOLDS, random_state=0)
        return {name: np.array(comparison[name].fold_scores["accuracy"]) for name in names}

    def theirs(texts: Sequence[str], labels: Sequence[str]) -> dict[str, Any]:
        splits = _splits(texts, labels)
        return {name: cross_val_score(peers[name], texts, labels, cv=splits) for name in _MODELS}

    def measured(side: str, scores: Callable[..., dict[str, Any]]) -> Sample:
        gc.collect()
        start = perf_counter()
        results[side] = scores(data.sentences, data.sentence_labels)
        return Sample(perf_counter() - start)

    def check() -> None:
        for name in set(names).intersection(_MODELS):
            found, expected = results["ours"][name], results["theirs"][name]
            if name in _EQUAL and (found != expected).any():
                raise BenchmarkError(f"accuracies of {name} differ by up to {abs(found - expected).max():g}")
            if expected.mean() - found.mean() > TOLERANCE:
                raise BenchmarkError(f"mean accuracy of {name}: {found.mean():g}, peer {expected.mean():g}")

    few = slice(None, None, max(1, len(data.sentences) // 400))
    warm_up = data.sentences[few], data.sentence_labels[few]
    return Pair(
        lambda: measured("ours", ours),
        lambda: measured("theirs", theirs),
        lambda: (ours(*warm_up), theirs(*warm_up)),
        check,
    )


BENCHMARKS = [
    Benchmark(
        "compare",
        "scikit-learn",
        f"compare of {', '.join(_MODELS)} on sentences, {_FOLDS} folds, text to the ranking; the peer: cross_val_score "
        "of pipelines of the like on the same folds",
        partial(_against, _MODELS),
        Target(10, at_least=True),
    ),
    Benchmark(
        "compare-lm",
        "scikit-learn",
        f"the same with {', '.join(_WITH_LM)}, against the same five pipelines",
        partial(_against, _WITH_LM),
        Target(10, at_least=True),
    ),
]
