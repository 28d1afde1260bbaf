"""What each model loses where half of the words of a test document are missing, by each way that it has to answer.

Robustness curves over missing words at one level, at random: sums over all that may stand in the gaps against words
that are taken as not there (zero), a share of the mean training document (mean), and training with word dropout.
Language models sum over gaps one by one, which takes time on long texts: of a large test part they get some documents
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textgd import Corpus, RobustnessCurves, robustness_curves
from textgd.models import MISSING, MODELS, TOKENS

CORPORA = ("imdb", "sms")
GENTLE = ("nb", "lr", "svm", "nbsvm")
SLOW = tuple(name for name, model in MODELS.items() if model.reads == TOKENS and MISSING in model.abilities)
LOST = 0.5
#: As many test documents at most for models that sum over gaps one by one.
FEW = 1000


@dataclass(frozen=True)
class Measured:
    """The curves of some models on some test documents."""

    corpus: str
    curves: RobustnessCurves


def reproduce(name: str, corpus: Corpus, repeats: int, progress: Callable[[str], None]) -> list[Measured]:
    """Return what each model loses."""
    small = _few_to_test(corpus)
    together = [(GENTLE + SLOW, corpus)] if small is corpus else [(GENTLE, corpus), (SLOW, small)]
    measured = []
    for models, part in together:
        progress(f"{name}: {', '.join(models)}")
        curves = robustness_curves(list(models), part, "missing", [LOST], repeats, random_state=0)
        measured.append(Measured(name, curves))
    return measured


def _few_to_test(corpus: Corpus) -> Corpus:
    """Return the corpus with fewer test documents, where it has an official test part that is large."""
    rows = corpus.part_rows("test")
    if rows is None or len(rows) <= FEW:
        return corpus
    left_out = np.random.default_rng(0).permutation(np.asarray(rows))[FEW:]
    return corpus.select(np.setdiff1d(np.arange(len(corpus)), left_out).tolist())


def markdown(results: Sequence[list[Measured]]) -> str:
    """Return the table; the target is that sums over gaps beat zeros."""
    lines = [
        "| corpus | model | accuracy of whole texts, % | half of the words missing, % | lost, points "
        "| against its (zero), points (target for marginalize: above 0) | tested on |",
        f"| --- | --- |{' ---: |' * 5}",
    ]
    for measured in (measured for result in results for measured in result):
        curves = measured.curves
        at = int(np.flatnonzero(curves.levels == LOST)[0])
        losses = {loss.line: loss for loss in curves.losses if loss.level == LOST}
        for line, errors in curves.errors.items():
            loss = losses[line]
            cells = [
                measured.corpus,
                line,
                _interval(*(1.0 - errors[0, [0, 2, 1]])),
                _interval(*(1.0 - errors[at, [0, 2, 1]])),
                _interval(loss.loss, loss.low, loss.high),
                _gain(curves, line),
                f"{curves.design.n_test:,} × {curves.n_repeats}",
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _gain(curves: RobustnessCurves, line: str) -> str:
    zero = f"{line.partition(' (')[0]} (zero)"
    for pair in curves.comparisons:
        if pair.level == LOST and {pair.first, pair.second} == {zero, line}:
            sign = 1.0 if pair.first == line else -1.0
            low, high = sorted((sign * pair.low, sign * pair.high))
            return _interval(sign * pair.difference, low, high)
    return ""


def _interval(value: float, low: float, high: float) -> str:
    return f"{100 * value:.2f} [{100 * low:.2f}, {100 * high:.2f}]"


def to_json(results: Sequence[list[Measured]]) -> list[dict[str, Any]]:
    """Return everything that was measured."""
    return [record for result in results for measured in result for record in measured.curves.to_records()]
