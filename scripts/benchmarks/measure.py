"""How two sides are compared: in pairs, alternately, in one run, so that a slow minute of the machine hits both."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any


class BenchmarkError(Exception):
    """A benchmark that could not be measured: a command failed, or two results that have to agree do not."""


@dataclass(frozen=True)
class Sample:
    """One measurement of one side."""

    seconds: float
    peak_mb: float | None = None
    accuracy: float | None = None


Side = Callable[[], Sample]


@dataclass(frozen=True)
class Pair:
    """Both sides of a benchmark, ready to be measured; `check` looks at their last results."""

    ours: Side
    peer: Side | None
    warm_up: Callable[[], object]
    check: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Target:
    """What is promised: with `at_least` peer / ours, otherwise ours / peer; seconds where there is no peer."""

    bound: float
    at_least: bool = False

    def is_met(self, figure: float) -> bool:
        return figure >= self.bound if self.at_least else figure <= self.bound


@dataclass(frozen=True)
class Benchmark:
    """A permanent name, the peer, and how to make the pair.

    `quantity` is the field of a sample that is compared; `pairs_per_repeat` is more than 1 for what takes no time;
    `modules` and `commands` are what has to be installed, `reads_corpus` says whether the data has to be there.
    """

    name: str
    peer: str | None
    what: str
    prepare: Callable[[Any], Pair]
    target: Target | None = None
    quantity: str = "seconds"
    pairs_per_repeat: int = 1
    modules: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    reads_corpus: bool = True

    @property
    def title(self) -> str:
        return f"{self.name} / {self.peer}" if self.peer else self.name


@dataclass(frozen=True)
class Result:
    """The samples of a benchmark and what follows from them."""

    benchmark: Benchmark
    ours: Sequence[Sample]
    peer: Sequence[Sample]

    @property
    def figures(self) -> list[float]:
        """What the target speaks of, for each pair."""
        ours, peer = self.values(self.ours), self.values(self.peer)
        if not peer:
            return ours
        target = self.benchmark.target
        if target is None or target.at_least:
            return [b / a for a, b in zip(ours, peer, strict=True)]
        return [a / b for a, b in zip(ours, peer, strict=True)]

    @property
    def is_met(self) -> bool | None:
        target = self.benchmark.target
        return None if target is None else target.is_met(median(self.figures))

    def values(self, samples: Sequence[Sample]) -> list[float]:
        return [getattr(sample, self.benchmark.quantity) for sample in samples]


def measure(benchmark: Benchmark, data: Any, repeats: int) -> Result:
    """Warm up, then measure pairs, each side going first in every second pair."""
    pair = benchmark.prepare(data)
    pair.warm_up()
    ours: list[Sample] = []
    peer: list[Sample] = []
    for turn in range(repeats * benchmark.pairs_per_repeat):
        sides = [(pair.ours, ours)] + ([(pair.peer, peer)] if pair.peer else [])
        for side, samples in sides if turn % 2 == 0 else reversed(sides):
            samples.append(side())
        pair.check()
    return Result(benchmark, ours, peer)


def in_process(
    ours: Callable[[list[str]], Any],
    peer: Callable[[list[str]], Any],
    documents: list[str],
    compare: Callable[[Any, Any], object] | None = None,
) -> Pair:
    """Return the pair of two functions of the documents; what they return is compared outside the measured time."""
    results: dict[str, Any] = {}

    def run(name: str, function: Callable[[list[str]], Any], documents: list[str]) -> Sample:
        gc.collect()
        start = perf_counter()
        result = function(documents)
        seconds = perf_counter() - start
        if compare is not None:
            results[name] = result
        return Sample(seconds)

    def check() -> None:
        if compare is not None:
            compare(results.pop("ours"), results.pop("peer"))

    def warm_up() -> None:
        few = documents[:: max(1, len(documents) // 500)]
        run("ours", ours, few)
        run("peer", peer, few)
        check()

    return Pair(lambda: run("ours", ours, documents), lambda: run("peer", peer, documents), warm_up, check)
