"""What unlabeled text is worth to naive Bayes by expectation maximization (Nigam et al. 2000), and to its opponents.

20 newsgroups by the paper's protocol as far as the data allow: as many labeled documents of each class, 10,000 others
of the training part without their labels, the official test part; headers are cut off at the first empty line.
Reviews: 200 labeled ones and 10,000 of the unlabeled part.  Everything by `TextClassifier.fit(..., unlabeled=)` with
its own defaults, the weight of the unlabeled documents included; "words" stands for ngram_range=(1, 1) (--ngrams 1),
which the repeats of 20 newsgroups have, for they take a fifth of the time; the defaults are told of the first draw.
Intervals are of 95 %, by Student's t over draws; with a single draw, by the test documents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from textgd import Corpus, TextClassifier
from textgd.corpus import read_documents
from textgd.errors import DataError

CORPORA = {"20ng": "20ng", "imdb": "imdb"}
N_UNLABELED = 10_000
_BESIDE = "imdb-unsup.jsonl.gz"
_WORDS = {"ngram_range": (1, 1)}
# (corpus, labeled documents): what is asked of nb with unlabeled text, in points of accuracy against nb without.
TARGETS = {("20ng", 40): 10.0, ("20ng", 300): 10.0, ("20ng", 5500): -0.5, ("imdb", 200): 0.0}

Right = NDArray[np.bool_]


@dataclass(frozen=True)
class Line:
    """A model with and without unlabeled documents; accuracies in percent, one for each draw."""

    corpus: str
    n_labeled: int
    model: str
    features: str
    alone: list[float]
    joined: list[float]
    weights: list[float]
    gain: tuple[float, float, float]
    seconds: list[float]


def reproduce(
    name: str, corpus: Corpus, repeats: int, progress: Callable[[str], None], *, folder: Path | None = None
) -> list[Line]:
    """Return what unlabeled documents change."""
    if corpus.split is None:
        raise DataError(f"{name} has no official split, which this study tests on.")
    is_news = name == "20ng"
    texts = [_body(text) for text in corpus.texts] if is_news else list(corpus.texts)
    train, test = (np.flatnonzero(np.array([part == which for part in corpus.split])) for which in ("train", "test"))
    if is_news:
        plans = [(n, "nb", _WORDS, repeats) for n in (40, 300, 5500)] + [(n, "nb", {}, 1) for n in (40, 300, 5500)]
    else:
        plans = [(200, model, {}, repeats) for model in ("nb", "lr")]
    beside = None if folder is None else folder / _BESIDE
    others = None
    if not is_news:
        if beside is None or not beside.is_file():
            raise DataError(f"{name} needs {_BESIDE} beside it: reviews without labels.")
        others = read_documents(beside)[:N_UNLABELED]
    labels = np.array(corpus.labels)
    lines = []
    for n, model, parameters, n_draws in plans:
        draws = []
        for seed in range(n_draws):
            progress(f"{name}: {model}, {n} labeled documents, draw {seed + 1} of {n_draws}")
            rows, rest = _draw(labels, train, n, seed)
            unlabeled = [texts[row] for row in rest[:N_UNLABELED]] if others is None else others
            draws.append(_compare(model, parameters, texts, labels, rows, test, unlabeled))
        lines.append(_line(name, n, model, parameters, draws))
    return lines


def _body(text: str) -> str:
    head, blank, body = text.partition("\n\n")
    return body if blank else head


def _draw(labels: NDArray[Any], train: NDArray[np.intp], n: int, seed: int) -> tuple[Any, Any]:
    """Return as many rows of each class, and the other ones, in random order."""
    order = np.random.default_rng(seed).permutation(train)
    classes = np.unique(labels)
    rows = np.concatenate([order[labels[order] == label][: n // len(classes)] for label in classes])
    return rows, order[~np.isin(order, rows)]


def _compare(
    model: str, parameters: Any, texts: list[str], labels: Any, rows: Any, test: Any, unlabeled: list[str]
) -> tuple[Right, Right, float, float]:
    """Return which test documents are right without and with unlabeled ones, their weight, and the seconds."""
    training, known = [texts[row] for row in rows], {texts[row] for row in [*rows, *test]}
    unlabeled = [text for text in unlabeled if text not in known and text.strip()]
    tested = [texts[row] for row in test]
    alone = TextClassifier(model=model, **parameters).fit(training, labels[rows])
    started = perf_counter()
    joined = TextClassifier(model=model, **parameters).fit(training, labels[rows], unlabeled=unlabeled)
    seconds = perf_counter() - started
    right = [classifier.predict(tested) == labels[test] for classifier in (alone, joined)]
    assert joined.unlabeled_weight_ is not None
    return right[0], right[1], joined.unlabeled_weight_, seconds


def _line(name: str, n: int, model: str, parameters: Any, draws: list[tuple[Right, Right, float, float]]) -> Line:
    alone, joined = ([100.0 * float(draw[k].mean()) for draw in draws] for k in (0, 1))
    gains = np.array(joined) - np.array(alone)
    if len(draws) == 1:
        gains = 100.0 * (draws[0][1].astype(float) - draws[0][0])
    mean, error = float(gains.mean()), float(gains.std(ddof=1)) / np.sqrt(len(gains))
    half = float(student.ppf(0.975, len(gains) - 1)) * error
    features = "words" if parameters else "default"
    weights, seconds = [draw[2] for draw in draws], [draw[3] for draw in draws]
    return Line(name, n, model, features, alone, joined, weights, (mean, mean - half, mean + half), seconds)


def markdown(results: Sequence[Sequence[Line]]) -> str:
    """Return the table."""
    lines = [
        "| corpus | labeled | model | features | draws | alone, % | with unlabeled, % | gain, points | target "
        "| weights | seconds |",
        f"| --- | ---: | --- | --- |{' ---: |' * 7}",
    ]
    for line in (line for result in results for line in result):
        mean, low, high = line.gain
        target = TARGETS.get((line.corpus, line.n_labeled)) if line.model == "nb" else None
        cells = [
            line.corpus,
            f"{line.n_labeled:,}",
            line.model,
            line.features,
            str(len(line.alone)),
            f"{np.mean(line.alone):.1f}",
            f"{np.mean(line.joined):.1f}",
            f"{mean:+.1f} [{low:+.1f}, {high:+.1f}]",
            "" if target is None else f"≥ {target:+g}",
            " ".join(f"{weight:g}" for weight in line.weights),
            f"{np.mean(line.seconds):.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def to_json(results: Sequence[Sequence[Line]]) -> list[dict[str, Any]]:
    """Return everything that was measured."""
    return [asdict(line) for result in results for line in result]
