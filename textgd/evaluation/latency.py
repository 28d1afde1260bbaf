"""How long a model takes for a document."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from time import perf_counter

from textgd.scoring import TextScorer

__all__ = ["measure_latencies", "measure_latency"]

_WARM_UP, _MOST_DOCUMENTS, _MOST_SECONDS = 10, 300, 0.5


def measure_latency(scorer: TextScorer, documents: Sequence[str]) -> float:
    """Return the median time that one thread takes for one document after another, in seconds.

    The first few are not counted: they load what later ones find loaded.
    """
    return median(measure_latencies(scorer, documents))


def measure_latencies(scorer: TextScorer, documents: Sequence[str]) -> list[float]:
    """Return the times of `measure_latency`, in seconds: of 300 documents at most, of fewer where they take long."""
    for document in documents[:_WARM_UP]:
        scorer.predict([document], 1)
    times: list[float] = []
    started = perf_counter()
    for document in documents[:_MOST_DOCUMENTS]:
        begun = perf_counter()
        scorer.predict([document], 1)
        ended = perf_counter()
        times.append(ended - begun)
        if ended - started > _MOST_SECONDS and len(times) >= _WARM_UP:
            break
    return times
