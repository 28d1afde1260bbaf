"""Learning curves: against scikit-learn's on the same subsets, and what all sizes cost beside the largest."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from time import perf_counter, process_time
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from .data import Data
from .measure import Benchmark, BenchmarkError, Pair, Sample, Target
from .process import run, textgd

_SKLEARN = "scikit-learn"
_MODELS = ("nb", "lr", "svm", "nbsvm")
# How much worse our mean accuracy may be than that of the peer's model of the same kind.
TOLERANCE = 0.02


class LogCountRatioSVC(ClassifierMixin, BaseEstimator):
    """NB-SVM of the peer's parts: a linear SVM on features times their log-count ratios."""

    def fit(self, X: Any, y: Any) -> LogCountRatioSVC:
        from sklearn.svm import LinearSVC

        self.classes_ = np.unique(y)
        counts = [np.asarray(X[np.asarray(y) == label].sum(axis=0)).ravel() + 1.0 for label in self.classes_]
        self.ratio_ = np.log(counts[1] / counts[1].sum()) - np.log(counts[0] / counts[0].sum())
        self.svm_ = LinearSVC(C=0.03).fit(X.multiply(self.ratio_).tocsr(), y)
        return self

    def predict(self, X: Any) -> Any:
        return self.svm_.predict(X.multiply(self.ratio_).tocsr())


def pipelines() -> dict[str, Any]:
    """Return the peer's model of the same kind for each of ours."""
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    bigrams: dict[str, Any] = {"ngram_range": (1, 2), "binary": True}
    return {
        "nb": make_pipeline(CountVectorizer(**bigrams), MultinomialNB()),
        "lr": make_pipeline(TfidfVectorizer(**bigrams), LogisticRegression(C=100.0, solver="liblinear", dual=True)),
        "svm": make_pipeline(TfidfVectorizer(**bigrams), LinearSVC(C=3.0)),
        "nbsvm": make_pipeline(CountVectorizer(**{**bigrams, "ngram_range": (1, 3)}), LogCountRatioSVC()),
    }


def _splits(texts: Sequence[str], labels: Sequence[str], repeats: int) -> list[tuple[Any, Any]]:
    """Return the rows that learning_curves trains on, in its order, and those that it tests on."""
    from textgd.corpus.duplicates import duplicate_groups
    from textgd.evaluation.design import draw_split

    codes, groups = np.unique(labels, return_inverse=True)[1], duplicate_groups(texts)
    splits = [draw_split(codes, groups, 0.2, (0, repeat)) for repeat in range(repeats)]
    return [(split.order, split.test) for split in splits]


def _against(texts: Sequence[str], labels: Sequence[str], names: Sequence[str], sizes: list[int], repeats: int) -> Pair:
    """Return the pair of our curves and the peer's pipelines, refitted from the text of the same subsets."""
    from sklearn.model_selection import learning_curve

    from textgd import TextClassifier, learning_curves

    models = {name: TextClassifier(model=name, tokenizer="sklearn", calibrate=None) for name in names}
    peers = pipelines()
    results: dict[str, Any] = {}

    def ours(texts: Sequence[str], labels: Sequence[str], sizes: list[int], repeats: int) -> Any:
        return learning_curves(models, (texts, labels), sizes, repeats, random_state=0).test_scores

    def theirs(texts: Sequence[str], labels: Sequence[str], sizes: list[int], repeats: int) -> Any:
        splits = _splits(texts, labels, repeats)
        return {
            name: learning_curve(peers[name], texts, labels, cv=splits, train_sizes=np.array(sizes))[2]
            for name in names
        }

    def measured(name: str, curves: Callable[..., Any]) -> Sample:
        gc.collect()
        start = perf_counter()
        results[name] = curves(texts, labels, sizes, repeats)
        return Sample(perf_counter() - start)

    def check() -> None:
        for name in names:
            found, expected = results["ours"][name], results["theirs"][name]
            if name == "nb" and (found != expected).any():
                raise BenchmarkError(
                    f"accuracies of nb differ from the peer's by up to {abs(found - expected).max():g}"
                )
            if (expected.mean(axis=1) - found.mean(axis=1)).max() > TOLERANCE:
                raise BenchmarkError(f"mean accuracies of {name}: {found.mean(axis=1)}, peer {expected.mean(axis=1)}")

    few = slice(None, None, max(1, len(texts) // 400))
    warm_up = texts[few], labels[few], [100, 200], 1
    return Pair(
        lambda: measured("ours", ours),
        lambda: measured("theirs", theirs),
        lambda: (ours(*warm_up), theirs(*warm_up)),
        check,
    )


def _naive_bayes(data: Data) -> Pair:
    n = min(len(order) for order, _ in _splits(data.train, data.train_labels, 2))
    sizes = [n >> halvings for halvings in range(5, -1, -1)]
    return _against(data.train, data.train_labels, ["nb"], sizes, 2)


def _models(data: Data) -> Pair:
    from textgd.evaluation.design import size_schedule

    n = min(len(order) for order, _ in _splits(data.sentences, data.sentence_labels, 10))
    return _against(data.sentences, data.sentence_labels, _MODELS, size_schedule(None, n, 2).tolist(), 10)


def _language_models(data: Data) -> Pair:
    from textgd import learning_curves

    def curves(sizes: Any) -> Sample:
        start = process_time()
        learning_curves(["lm"], (data.sentences, data.sentence_labels), sizes, 10, random_state=0)
        return Sample(process_time() - start)

    return Pair(lambda: curves(None), lambda: curves(["max"]), lambda: curves([100, 200]))


def _memory(data: Data) -> Pair:
    command = textgd("curve", data.corpus, "--models", ",".join(_MODELS), "--repeats", "2", "--sizes", "1000,5000,max")
    return Pair(lambda: run(command), None, lambda: run(textgd("curve", data.few, "--repeats", "1", "--sizes", "50")))


BENCHMARKS = [
    Benchmark(
        "curve-nb",
        _SKLEARN,
        "learning_curves of nb on the training part, 6 sizes, 2 repeats, text to scores; the peer: learning_curve of "
        "CountVectorizer and MultinomialNB on the same subsets, the same scores",
        _naive_bayes,
        Target(30, at_least=True),
    ),
    Benchmark(
        "curve-models",
        _SKLEARN,
        "learning_curves of nb, lr, svm and nbsvm on sentences, 8 sizes, 10 repeats; the peer: pipelines of the like",
        _models,
        Target(15, at_least=True),
    ),
    Benchmark(
        "curve-lm",
        "the largest size alone",
        "learning_curves of lm on sentences, 8 sizes, 10 repeats, processor time",
        _language_models,
        Target(3),
    ),
    Benchmark(
        "curve-memory",
        None,
        "peak memory in MB of textgd curve with four models on the whole corpus, official test part",
        _memory,
        Target(2500),
        quantity="peak_mb",
        commands=("textgd",),
    ),
]
