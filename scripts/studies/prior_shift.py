"""What new class frequencies cost, and what is regained by the true ones and by those found from the texts themselves.

Each model learns the training part of a corpus with as many documents of two classes, and is tested on draws of its
test part in which one class has a tenth of the documents: as it is, with the true frequencies (class_prior), and with
those that are estimated from the draw (class_prior="estimate").  Regained is the gain in accuracy by the estimate as a
share of the gain by the truth, of the means over all draws.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import mean, stdev
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd import Corpus, TextClassifier
from textgd.errors import DataError
from textgd.scoring import Prediction

CORPORA = ("imdb",)
MODELS = ("nb", "lm", "lr", "svm", "nbsvm")
RARE = 0.1
N_DOCUMENTS = 5000
#: The share that has to be regained, and how near the prior has to be found.
TARGETS = {"regained": 0.8, "error": 0.03}


@dataclass(frozen=True)
class Line:
    """A model and the class that is rare; a list has one number for each draw."""

    corpus: str
    model: str
    rare: str
    as_is: list[float]
    estimated: list[float]
    true: list[float]
    found: list[float]
    covered: list[bool]

    @property
    def regained(self) -> float:
        """The gain by the estimate as a share of the gain by the truth."""
        gain = mean(self.true) - mean(self.as_is)
        return (mean(self.estimated) - mean(self.as_is)) / gain if gain > 0.0 else float("nan")

    @property
    def errors(self) -> list[float]:
        """How far from the truth each share was found."""
        return [abs(share - RARE) for share in self.found]


def reproduce(name: str, corpus: Corpus, repeats: int, progress: Callable[[str], None]) -> list[Line]:
    """Return what each model loses and regains."""
    if corpus.split is None or len(corpus.classes) != 2:
        raise DataError(f"{name} has no official split, or not two classes; this study needs both.")
    train, test = corpus.part("train"), corpus.part("test")
    lines = []
    for model in MODELS:
        progress(f"{name}: {model}")
        classifier = TextClassifier(model=model).fit(list(train.texts), list(train.labels))
        scorer = classifier.text_scorer_
        whole = scorer.predict(list(test.texts))
        codes = np.searchsorted(scorer.classes, np.array(test.labels))
        for rare, label in enumerate(scorer.classes.tolist()):
            line = Line(name, model, str(label), [], [], [], [], [])
            for seed in range(repeats):
                rows = draw(codes, rare, seed)
                _judge(line, scorer, _part(whole, rows), codes[rows], rare)
            lines.append(line)
    return lines


def draw(codes: NDArray[np.integer], rare: int, seed: int) -> NDArray[np.integer]:
    """Return rows of which a tenth is of the rare class."""
    rng = np.random.default_rng(seed)
    sizes = {rare: round(RARE * N_DOCUMENTS), 1 - rare: round((1.0 - RARE) * N_DOCUMENTS)}
    return np.concatenate([rng.choice(np.flatnonzero(codes == c), n, replace=False) for c, n in sizes.items()])


def _part(whole: Prediction, rows: NDArray[np.integer]) -> Prediction:
    assert whole.log_proba is not None
    return Prediction(whole.scores[rows], whole.log_proba[rows], whole.n_known_tokens[rows])


def _judge(line: Line, scorer: Any, prediction: Prediction, codes: NDArray[np.integer], rare: int) -> None:
    estimate = scorer.estimate_class_prior(prediction)
    true = np.full(2, 1.0 - RARE)
    true[rare] = RARE
    line.as_is.append(float((prediction.columns == codes).mean()))
    for prior, shares in ((estimate.prior, line.estimated), (true, line.true)):
        shares.append(float((scorer.with_class_prior(prior).judge(prediction).columns == codes).mean()))
    line.found.append(float(estimate.prior[rare]))
    line.covered.append(bool(estimate.low[rare] <= RARE <= estimate.high[rare]))


def markdown(results: Sequence[list[Line]]) -> str:
    """Return the table, with the targets in its head."""
    lines = [
        "| corpus | model | rare class, 10 % | accuracy as it is, % | with the estimate, % | with the truth, % "
        f"| regained (target {TARGETS['regained']:.0%} or more) | share found, % "
        f"| farthest from 10 % (target {TARGETS['error']:.2f} or less) | intervals that hold it |",
        f"| --- | --- | --- |{' ---: |' * 7}",
    ]
    for line in (line for result in results for line in result):
        cells = [
            line.corpus,
            line.model,
            line.rare,
            _percent(line.as_is),
            _percent(line.estimated),
            _percent(line.true),
            f"{line.regained:.0%}",
            _percent(line.found),
            f"{max(line.errors):.3f}",
            f"{sum(line.covered)} of {len(line.covered)}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _percent(shares: Sequence[float]) -> str:
    spread = f" ± {100 * stdev(shares):.2f}" if len(shares) > 1 else ""
    return f"{100 * mean(shares):.2f}{spread}"


def to_json(results: Sequence[list[Line]]) -> list[dict[str, Any]]:
    """Return everything that was measured."""
    return [{**asdict(line), "regained": line.regained} for result in results for line in result]
