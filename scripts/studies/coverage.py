"""How often the 95 % intervals of an evaluation hold the true value, for each metric, on made-up populations.

A population is two million documents with labels and probabilities; its own figures are the truth.  Each draw takes
documents of it at random, as a test file would, and evaluates them.  The last row is the promise of --max-ham-loss: how
often the true share of the negative documents that is lost at the threshold found is within the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.metrics.intervals import Interval
from textgd.metrics.measuring import measure
from textgd.metrics.predictions import Predictions
from textgd.metrics.thresholds import claim_threshold

_N_POPULATION = 2_000_000
_LIMIT = 0.01
PROMISE = "max_ham_loss"


@dataclass
class Coverage:
    """How the intervals of one population did.

    Parameters
    ----------
    name : str
    n_documents : int
        Of each draw.
    truth : dict of str to float
    outcomes : dict of str to [int, int, int]
        In how many draws the interval lay above the truth, held it, lay below it.
    """

    name: str
    n_documents: int
    truth: dict[str, float]
    outcomes: dict[str, list[int]] = field(default_factory=dict)

    def share(self, name: str) -> float:
        """Return the share of the intervals that held the truth."""
        above, held, below = self.outcomes[name]
        return held / (above + held + below)


def _filter(rng: np.random.Generator, n: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """A spam filter: a fifth is spam, few errors, a little too sure."""
    truth = (rng.random(n) < 0.2).astype(np.intp)
    score = np.where(truth == 1, 4.0, -5.0) + rng.normal(0.0, 2.2, n)
    return truth, _two(1.3 * score + 0.3)


def _reviews(rng: np.random.Generator, n: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Reviews: balanced, a fifth is wrong, much too sure."""
    truth = (rng.random(n) < 0.5).astype(np.intp)
    return truth, _two(2.2 * (np.where(truth == 1, 1.2, -1.2) + rng.normal(0.0, 1.3, n)))


def _honest(rng: np.random.Generator, n: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """A model whose probabilities are exactly right."""
    probabilities = _two(rng.normal(0.0, 2.0, n))
    return (rng.random(n) < probabilities[:, 1]).astype(np.intp), probabilities


def _topics(rng: np.random.Generator, n: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Four topics of different sizes."""
    truth = rng.choice(4, n, p=[0.5, 0.25, 0.15, 0.1])
    scores = rng.normal(0.0, 1.0, (n, 4))
    scores[np.arange(n), truth] += 1.8
    shares = np.exp(1.5 * scores)
    return truth, shares / shares.sum(axis=1, keepdims=True)


def _two(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    positive = 1.0 / (1.0 + np.exp(-odds))
    return np.stack([1.0 - positive, positive], axis=1)


#: What is drawn from, and how many documents at a time.
POPULATIONS: dict[str, tuple[Callable[..., tuple[NDArray[Any], NDArray[Any]]], int]] = {
    "spam filter, 1,000": (_filter, 1000),
    "reviews, 1,000": (_reviews, 1000),
    "reviews, 200": (_reviews, 200),
    "honest, 1,000": (_honest, 1000),
    "four topics, 1,000": (_topics, 1000),
}


def reproduce(
    name: str,
    corpus: None,
    repeats: int,
    progress: Callable[[str], None],
    n_population: int = _N_POPULATION,
) -> Coverage:
    """Return how the intervals of one population do in so many draws."""
    make, n = POPULATIONS[name]
    # Of its own, so that the luck of one population is not that of the others.
    rng = np.random.default_rng([0, list(POPULATIONS).index(name)])
    truth, probabilities = make(rng, n_population)
    whole = _figures(_predictions(truth, probabilities))
    coverage = Coverage(name, n, {figure: interval.value for figure, interval in whole.items()})
    for _ in range(repeats):
        rows = rng.integers(0, len(truth), n)
        for figure, interval in _figures(_predictions(truth[rows], probabilities[rows])).items():
            if np.isfinite([interval.low, interval.high]).all():
                outcome = coverage.outcomes.setdefault(figure, [0, 0, 0])
                value = coverage.truth[figure]
                outcome[0 if value < interval.low else 1 if value <= interval.high else 2] += 1
        if probabilities.shape[1] == 2:
            claim = claim_threshold(probabilities[rows, 1], truth[rows] == 1, _LIMIT)
            is_lost = probabilities[truth == 0, 1] >= (1.0 if claim.threshold is None else claim.threshold)
            coverage.outcomes.setdefault(PROMISE, [0, 0, 0])[1 if is_lost.mean() <= _LIMIT else 2] += 1
    progress(f"  {min(map(coverage.share, coverage.outcomes)):.3f} is the least coverage, of {len(whole)} figures")
    return coverage


def _predictions(truth: NDArray[np.intp], probabilities: NDArray[np.float64]) -> Predictions:
    n_classes = probabilities.shape[1]
    chosen = probabilities.argmax(axis=1)
    labels = tuple("abcd"[:n_classes])
    positive = 1 if n_classes == 2 else None
    return Predictions(labels, n_classes, truth, chosen, chosen, probabilities, probabilities, positive)


def _figures(predictions: Predictions) -> dict[str, Interval]:
    metrics, classes = measure(predictions)
    for report in classes:
        for name in ("precision", "recall", "f1", "roc_auc", "average_precision"):
            metrics[f"{name} of {report.label}"] = getattr(report, name)
    return metrics


def markdown(results: Sequence[Coverage]) -> str:
    """Return the table, a row a figure, in percent."""
    figures = list(dict.fromkeys(figure for coverage in results for figure in coverage.outcomes))
    figures = [*(figure for figure in figures if figure != PROMISE), PROMISE]
    head = ["figure", *(coverage.name for coverage in results)]
    lines = [_row(head), _row(["---"] * len(head))]
    for figure in figures:
        cells = [f"{100 * c.share(figure):.1f}" if figure in c.outcomes else "" for c in results]
        lines.append(_row([figure, *cells]))
    return "\n".join(lines)


def to_json(results: Sequence[Coverage]) -> list[dict[str, Any]]:
    """Return everything that was counted."""
    return [vars(coverage) for coverage in results]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
