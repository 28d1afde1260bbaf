"""Whether textgd advise, with a minute for a corpus, picks a model that a full comparison finds as good as the best.

For each corpus: the advice within its budget, and textgd compare of all models on all documents of the training part,
each tested once.  The pick is good where its score lies within the 95 % interval of the best model's; beside that
stands the paired difference of the two with its interval.  The advice does not see the comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

from textgd import Corpus, advise, compare
from textgd.models import MODELS

CORPORA = ("sms", "rt-polarity", "subj", "rt2k", "enron1", "imdb", "20ng")
BUDGET = 60.0
TARGET = 5
# Of large corpora fewer folds say as much, and ten take very long.
_FOLDS, _FEW_FOLDS, _MANY = 10, 5, 12_000


@dataclass(frozen=True)
class Result:
    """What was advised, and what the comparison says of it; scores in percent, (value, low, high)."""

    corpus: str
    n_documents: int
    n_read: int
    pick: str
    seconds: float
    advised: tuple[float, float, float]
    folds: int
    best: str
    of_best: tuple[float, float, float]
    of_pick: tuple[float, float, float]
    behind: tuple[float, float, float]
    compare_seconds: float

    @property
    def is_good(self) -> bool:
        """Whether the pick is within the interval of the best model."""
        return self.of_pick[0] >= self.of_best[1]


def reproduce(name: str, corpus: Corpus, repeats: int, progress: Callable[[str], None]) -> Result:
    """Return what is advised for a corpus, and what all models are worth there; folds are drawn `repeats` times."""
    progress(f"{name}: advice within {BUDGET:.0f} s")
    started = perf_counter()
    advice = advise(corpus, budget=BUDGET, random_state=0)
    seconds = perf_counter() - started
    documents = corpus.part("train")
    folds = _FEW_FOLDS if len(documents) > _MANY else _FOLDS
    progress(f"{name}: {advice.model} after {seconds:.0f} s; comparing all models in {folds} folds")
    started = perf_counter()
    compared = compare(list(MODELS), documents, cv=folds, repeats=repeats, random_state=1)
    best = compared.models[0]
    behind = (0.0, 0.0, 0.0)
    if best.name != advice.model:
        pair = next(p for p in compared.pairs if {p.first, p.second} == {best.name, advice.model})
        behind = _percent(pair.difference)
    score = advice[advice.model].score
    assert score is not None
    return Result(
        name,
        len(documents),
        advice.settings["n_read"],
        advice.model,
        seconds,
        _percent(score),
        folds,
        best.name,
        _percent(best.metrics["accuracy"]),
        _percent(compared[advice.model].metrics["accuracy"]),
        behind,
        perf_counter() - started,
    )


def _percent(interval: Any) -> tuple[float, float, float]:
    return 100.0 * interval.value, 100.0 * interval.low, 100.0 * interval.high


def markdown(results: Sequence[Result]) -> str:
    """Return the table."""
    lines = [
        "| corpus | documents | of them studied | advised | after, s | accuracy by advise, % | folds of compare | "
        "best model | its accuracy, % | that of the advised, % | behind the best, points | within its interval | "
        "compare, s |",
        f"| --- | ---: | ---: | --- |{' ---: |' * 3} --- |{' ---: |' * 3} --- | ---: |",
    ]
    for result in results:
        cells = [
            result.corpus,
            f"{result.n_documents:,}",
            f"{result.n_read:,}",
            result.pick,
            f"{result.seconds:.0f}",
            _interval(result.advised),
            f"{result.folds}",
            result.best,
            _interval(result.of_best),
            f"{result.of_pick[0]:.2f}",
            _interval(result.behind) if result.pick != result.best else "-",
            "yes" if result.is_good else "no",
            f"{result.compare_seconds:.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    good = sum(result.is_good for result in results)
    lines.append(f"\nWithin the interval of the best model on {good} of {len(results)} corpora; target: {TARGET} of 6.")
    return "\n".join(lines)


def _interval(numbers: tuple[float, float, float]) -> str:
    value, low, high = numbers
    return f"{value:.2f} [{low:.2f}, {high:.2f}]"


def to_json(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return everything that was measured."""
    return [{**asdict(result), "is_good": result.is_good} for result in results]
