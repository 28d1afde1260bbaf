"""Results as lines, as a Markdown table and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from .measure import Benchmark, Result, Sample, Target

HEADER = ("benchmark", "peer", "textgd", "peer's", "ratio (min–max)", "target", "")


def cells(result: Result) -> tuple[str, ...]:
    """Return one row of the table."""
    benchmark, figures = result.benchmark, result.figures
    ratio = f"{_number(median(figures))} {unit(benchmark)} ({_number(min(figures))}–{_number(max(figures))})"
    verdict = {True: "met", False: "**missed**", None: ""}[result.is_met]
    return (
        benchmark.name,
        benchmark.peer or "",
        _side(result, result.ours),
        _side(result, result.peer),
        ratio,
        target_text(benchmark),
        verdict,
    )


def line(result: Result) -> str:
    """Return the result for the terminal."""
    _, _, ours, peer, ratio, target, verdict = cells(result)
    parts = [f"{ours}", f"peer {peer}" if peer else "", ratio, target and f"target {target} {verdict.strip('*')}"]
    return f"{result.benchmark.title}: " + " | ".join(part for part in parts if part)


def markdown(results: Sequence[Result], machine: Mapping[str, Any], note: str) -> str:
    """Return the table, and under it where it was measured."""
    rows = [HEADER, ("---",) * len(HEADER), *map(cells, results)]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    where = f"{machine['processor']}, {machine['cores']} cores; {machine['system']}; {machine['date']}; {versions}."
    lines += ["", f"{where} {note}".strip()]
    return "\n".join(lines)


def to_json(result: Result) -> dict[str, Any]:
    """Return everything that was measured."""
    benchmark, figures = result.benchmark, result.figures
    return {
        "name": benchmark.name,
        "peer": benchmark.peer,
        "what": benchmark.what,
        "quantity": benchmark.quantity,
        "ours": [asdict(sample) for sample in result.ours],
        "theirs": [asdict(sample) for sample in result.peer],
        "ratio": {"median": median(figures), "min": min(figures), "max": max(figures)},
        "target": target_text(benchmark),
        "met": result.is_met,
    }


def target_text(benchmark: Benchmark) -> str:
    target: Target | None = benchmark.target
    if target is None:
        return ""
    return f"{'≥' if target.at_least else '≤'} {target.bound:g} {unit(benchmark)}"


def unit(benchmark: Benchmark) -> str:
    if benchmark.peer:
        return "×"
    return "MB" if benchmark.quantity == "peak_mb" else "s"


def _side(result: Result, samples: Sequence[Sample]) -> str:
    """Return the medians of one side: what is compared first, then what else is known."""
    if not samples:
        return ""
    text = f"{_number(median(sample.seconds for sample in samples))} s"
    peaks = [sample.peak_mb for sample in samples if sample.peak_mb is not None]
    accuracies = [sample.accuracy for sample in samples if sample.accuracy is not None]
    if result.benchmark.quantity == "peak_mb":
        text = f"{median(peaks):.0f} MB, {text}"
    if accuracies:
        text += f", {100 * median(accuracies):.2f} %"
    return text


def _number(value: float) -> str:
    """Return three digits."""
    return f"{value:.0f}" if value >= 100 else f"{value:#.3g}"
