"""Linear models on reviews: against scikit-learn's on the same features, and against Vowpal Wabbit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from .data import Data
from .measure import Benchmark, BenchmarkError, Pair, Sample, Target
from .process import Command, processes, program, textgd

_SKLEARN = "scikit-learn"
_TRIGRAMS: dict[str, Any] = {"ngram_range": (1, 3), "min_df": 2, "binary": True}
_BIGRAMS: dict[str, Any] = {"ngram_range": (1, 2)}
# The interpolation that is best for the peer on this corpus.
_BETA = 0.5

Classify = Callable[[list[str]], Any]


def _ours(**parameters: Any) -> Any:
    from textgd import TextClassifier

    return TextClassifier(**parameters)


def _sklearn_nblr(texts: list[str], labels: list[str]) -> Classify:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = CountVectorizer(**_TRIGRAMS)
    X = vectorizer.fit_transform(texts).astype(np.float64)
    is_positive = np.array(labels) == max(labels)
    counts = [np.asarray(X[rows].sum(axis=0)).ravel() + 1.0 for rows in (is_positive, ~is_positive)]
    ratio = np.log(counts[0] / counts[0].sum()) - np.log(counts[1] / counts[1].sum())
    model = LogisticRegression(solver="liblinear", dual=True, tol=0.1).fit(X.multiply(ratio).tocsr(), is_positive)
    weights = model.coef_[0]
    blend = ratio * ((1.0 - _BETA) * np.abs(weights).mean() + _BETA * weights)

    def classify(new: list[str]) -> Any:
        scores = vectorizer.transform(new) @ blend + model.intercept_
        return np.where(scores > 0, max(labels), min(labels))

    return classify


def _fit(data: Data) -> Pair:
    def measured(train: Callable[[list[str], list[str]], Classify]) -> Sample:
        start = perf_counter()
        classify = train(data.train, data.train_labels)
        seconds = perf_counter() - start
        return Sample(seconds, accuracy=float((classify(data.test) == np.array(data.test_labels)).mean()))

    def ours(texts: list[str], labels: list[str]) -> Classify:
        classifier = _ours(model="nblr", **_TRIGRAMS).fit(texts, labels)
        return lambda new: classifier.predict(new)

    def warm_up() -> None:
        few = slice(None, None, 50)
        for train in (ours, _sklearn_nblr):
            train(data.train[few], data.train_labels[few])

    return Pair(lambda: measured(ours), lambda: measured(_sklearn_nblr), warm_up)


def _train(data: Data) -> Pair:
    def ours(corpus: Path) -> Command:
        options = ("--model", "nblr", "--ngrams", "1-3", "--min-df", "2")
        return textgd("train", corpus, *options, "-o", data.scratch / "nblr.textgd", "--json")

    def theirs(corpus: Path) -> Command:
        return program("train_vw", corpus, data.scratch / "passes.model", "10")

    return processes(ours(data.corpus), theirs(data.corpus), warm_up=[ours(data.few), theirs(data.few)])


def _predict(data: Data) -> Pair:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    ours = _ours(model="svm", tokenizer="sklearn", binary=False, C=1.0, **_BIGRAMS)
    peer = make_pipeline(TfidfVectorizer(**_BIGRAMS), LinearSVC())
    for model in (ours, peer):
        model.fit(data.train, data.train_labels)

    def measured(model: Any) -> Sample:
        start = perf_counter()
        labels = model.predict(data.test)
        return Sample(perf_counter() - start, accuracy=float((labels == np.array(data.test_labels)).mean()))

    def warm_up() -> None:
        for model in (ours, peer):
            model.predict(data.test[::50])

    return Pair(lambda: measured(ours), lambda: measured(peer), warm_up)


def _solve(data: Data, loss: str) -> Pair:
    """Return ours on float32 and liblinear, both as they come, on the same tf-idf matrix; the objective is compared."""
    from sklearn import linear_model, svm

    from textgd import discriminative
    from textgd.text import TfidfVectorizer

    X = TfidfVectorizer(**_BIGRAMS, binary=True, dtype=np.float32).fit_transform(data.train)
    wide = X.astype(np.float64)
    labels = np.array(data.train_labels)
    signs = np.where(labels == max(labels), 1.0, -1.0)
    cost = 100.0 if loss == "log_loss" else 3.0
    found: dict[str, float] = {}

    def objective(model: Any) -> float:
        weights, intercept = model.coef_[0].astype(np.float64), float(model.intercept_[0])
        margins = signs * (wide @ weights + intercept)
        losses = np.logaddexp(0.0, -margins) if loss == "log_loss" else np.maximum(0.0, 1.0 - margins) ** 2
        return float(0.5 * (weights @ weights + intercept**2) + cost * losses.sum())

    def ours() -> Any:
        make = discriminative.LogisticRegression if loss == "log_loss" else discriminative.LinearSVC
        return make(C=cost, n_jobs=1).fit(X, labels)

    def theirs() -> Any:
        if loss == "log_loss":
            model = linear_model.LogisticRegression(C=cost, solver="liblinear", dual=True, tol=0.1)
        else:
            model = svm.LinearSVC(C=cost, dual=True, tol=0.1)
        return model.fit(wide, labels)

    def measured(name: str, fit: Callable[[], Any]) -> Sample:
        start = perf_counter()
        model = fit()
        seconds = perf_counter() - start
        found[name] = objective(model)
        return Sample(seconds)

    def check() -> None:
        if found["ours"] > 1.001 * found["theirs"]:
            raise BenchmarkError(f"the objective is {found['ours']:g}, the peer's {found['theirs']:g}")

    return Pair(partial(measured, "ours", ours), partial(measured, "theirs", theirs), ours, check)


BENCHMARKS = [
    Benchmark(
        "fit-nblr",
        _SKLEARN,
        "TextClassifier(model='nblr', min_df=2).fit, text to calibrated model; the peer: the same features",
        _fit,
        Target(8, at_least=True),
    ),
    Benchmark(
        "train-nblr",
        "Vowpal Wabbit, 10 passes",
        "textgd train imdb.jsonl.gz --model nblr --ngrams 1-3 --min-df 2, whole process; the peer: bigrams",
        _train,
        Target(1, at_least=True),
        modules=("vowpalwabbit",),
        commands=("textgd",),
    ),
    Benchmark(
        "predict-reviews",
        _SKLEARN,
        "TextClassifier(model='svm').predict of the test part, text to labels; the peer: TfidfVectorizer and LinearSVC",
        _predict,
        Target(15, at_least=True),
    ),
    *(
        Benchmark(
            f"solve-{name}",
            "liblinear",
            f"{what} on tf-idf of words and bigrams, one thread, matrix to weights, the objective no worse",
            partial(_solve, loss=loss),
            Target(2, at_least=True),
        )
        for name, what, loss in (
            ("lr", "LogisticRegression(C=100).fit", "log_loss"),
            ("svm", "LinearSVC(C=3).fit", "squared_hinge"),
        )
    ),
]
