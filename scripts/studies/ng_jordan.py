"""Ng and Jordan 2001, On Discriminative vs. Generative Classifiers: the two regimes, on text, with their uncertainty.

The paper draws the error of naive Bayes and of logistic regression over growing training sets of 15 data sets, 1000
random splits each; in 9 of them logistic regression is worse at first and overtakes inside the range.  Here it is
naive Bayes and one language model a class against logistic regression and a linear SVM, each as textgd has it by
default, on corpora of text.  The paper counts what its pictures show; so is counted here too, by the mean errors, and
beside it what the data decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from textgd import Corpus, LearningCurves, learning_curves
from textgd.evaluation.crossover import ALWAYS, NEVER, ONCE, OUTSIDE, Crossover, leads, split_by
from textgd.evaluation.display import crossing_label, error_label
from textgd.evaluation.measures import find_measure

CORPORA = ("sms", "enron1", "enron2", "enron3", "rt-polarity", "subj", "sst2", "rt2k", "imdb", "20ng")
GENERATIVE, DISCRIMINATIVE = ("nb", "lm"), ("lr", "svm")
# What the paper compares, and in how many of its data sets the discriminative one overtakes.
PAPER = ("nb", "lr")
PUBLISHED = (9, 15)
_COLUMNS = 3


def reproduce(
    name: str, corpus: Corpus, repeats: int, progress: Callable[[str], None], kept: Path | None = None
) -> LearningCurves:
    """Return the curves of all four models on a corpus; those that `kept` holds are taken from there."""
    path = None if kept is None else kept / f"{name}.json"
    if path is not None and path.is_file():
        return LearningCurves.from_json(path.read_bytes())
    renamed = Corpus(corpus.texts, corpus.labels, name, corpus.split)
    curves = learning_curves([*GENERATIVE, *DISCRIMINATIVE], renamed, None, repeats, random_state=0)
    progress(curves.verdict)
    if path is not None:
        path.write_text(curves.to_json(times=True), encoding="utf-8")
    return curves


def markdown(results: Sequence[LearningCurves]) -> str:
    """Return the table, a row a corpus, and how often the two regimes are seen."""
    pairs = list(product(GENERATIVE, DISCRIMINATIVE))
    head = ["corpus", "to learn from", *(f"{a} against {b}" for a, b in pairs), "least error with all"]
    lines = [_row(head), _row(["---"] * len(head))]
    for curves in results:
        crossings = [_words(curves, *pair) for pair in pairs]
        sizes = f"{curves.train_sizes[0]:,} to {curves.train_sizes[-1]:,}"
        lines.append(_row([curves.corpus, sizes, *crossings, _best(curves)]))
    decided = [_row(["**two regimes, decided**", "", *(_count(results, pair, _is_decided) for pair in pairs), ""])]
    seen = [_row(["**two regimes, by the means**", "", *(_count(results, pair, _is_seen) for pair in pairs), ""])]
    note = (
        "Who is ahead up to how many documents, with the 95 % interval, and who from there on. In Ng and Jordan's "
        f"figure {PAPER[0]} is ahead of {PAPER[1]} first and overtaken inside the range in {PUBLISHED[0]} of "
        f"{PUBLISHED[1]} data sets."
    )
    return "\n".join([*lines, *decided, *seen, "", note])


def to_json(results: Sequence[LearningCurves]) -> list[dict[str, Any]]:
    """Return what the table says."""
    return [
        {
            "corpus": curves.corpus,
            "verdict": curves.verdict,
            "train_sizes": curves.train_sizes.tolist(),
            "errors": {name: rows.tolist() for name, rows in curves.errors.items()},
            "pairs": [
                {
                    **vars(_crossover(curves, *pair)),
                    "decided": _is_decided(curves, *pair),
                    "seen": _is_seen(curves, *pair),
                }
                for pair in product(GENERATIVE, DISCRIMINATIVE)
            ],
        }
        for curves in results
    ]


def draw(results: Sequence[LearningCurves], path: Path) -> None:
    """Draw all curves in one picture."""
    from matplotlib.figure import Figure
    from PIL import Image

    n_rows = -(-len(results) // _COLUMNS)
    figure = Figure(figsize=(5.6 * _COLUMNS, 4.4 * n_rows), layout="constrained")
    axes = np.atleast_1d(figure.subplots(n_rows, _COLUMNS)).ravel()
    for curves, ax in zip(results, axes, strict=False):
        curves.plot(ax)
    for ax in axes[len(results) :]:
        ax.set_axis_off()
    figure.savefig(path, dpi=75)
    if path.suffix == ".png":
        # A few colors do, and a third of the bytes.
        with Image.open(path) as picture:
            few = picture.convert("RGB").quantize(48)
        few.save(path, optimize=True)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _crossover(curves: LearningCurves, first: str, second: str) -> Crossover:
    return next(c for c in curves.crossovers if (c.first, c.second) == (first, second))


def _of_pair(curves: LearningCurves, first: str, second: str) -> list[Any]:
    return [c for c in curves.comparisons if (c.first, c.second) == (first, second)]


def _starts_ahead(curves: LearningCurves, first: str, second: str) -> bool:
    ahead = split_by(_crossover(curves, first, second), _of_pair(curves, first, second))
    return ahead[int(curves.train_sizes[0])] == 1


def _is_decided(curves: LearningCurves, first: str, second: str) -> bool:
    """Whether the generative model is ahead at first and overtaken inside the range, decided for this pair."""
    crossover = _crossover(curves, first, second)
    return crossover.kind == ONCE and crossover.size is not None and _starts_ahead(curves, first, second)


def _is_seen(curves: LearningCurves, first: str, second: str) -> bool:
    """Whether the mean errors say so: ahead on the smaller half of the sizes, behind with all documents."""
    differences = curves.errors[second][:, 0] - curves.errors[first][:, 0]
    return bool(differences[: len(differences) // 2].mean() > 0.0 > differences[-1])


def _words(curves: LearningCurves, first: str, second: str) -> str:
    """Return who is ahead where."""
    crossover, ahead = _crossover(curves, first, second), leads(_of_pair(curves, first, second))
    if crossover.kind == ONCE and crossover.size is not None:
        names = (first, second) if _starts_ahead(curves, first, second) else (second, first)
        return f"{names[0]} to {crossing_label(crossover)}, then {names[1]}"
    if crossover.kind == ALWAYS:
        return f"{first} throughout"
    if crossover.kind == NEVER:
        return f"{second} throughout"
    won = {side: [size for size, leader in ahead.items() if leader == side] for side in (1, -1)}
    parts = [f"{name} {_span(sizes)}" for name, sizes in ((first, won[1]), (second, won[-1])) if sizes]
    beyond = f", crossing expected near {crossing_label(crossover)}" if crossover.kind == OUTSIDE else ", else open"
    return f"{' and '.join(parts)}{beyond}" if parts else "open"


def _span(sizes: Sequence[int]) -> str:
    return f"at {sizes[0]:,}" if len(sizes) == 1 else f"from {sizes[0]:,} to {sizes[-1]:,}"


def _best(curves: LearningCurves) -> str:
    measure = find_measure(curves.metric)
    there = [name for name in curves.errors if np.isfinite(curves.errors[name][-1, 0])]
    if not there:
        return "none"
    name = min(there, key=lambda name: float(curves.errors[name][-1, 0]))
    value, low, high = (error_label(measure, number, 1, unit=False) for number in curves.errors[name][-1])
    return f"{name} {value} % [{low}, {high}]"


def _count(results: Sequence[LearningCurves], pair: tuple[str, str], holds: Callable[..., bool]) -> str:
    return f"**{sum(holds(curves, *pair) for curves in results)} of {len(results)}**"
