"""Robustness curves: the same models where something is made worse, level by level, and what that says about them."""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Any

import numpy as np

from textgd.corpus import load_corpus
from textgd.errors import DataError
from textgd.evaluation.axes import Axis, find_axis
from textgd.evaluation.experiment import Outcome, run
from textgd.evaluation.learning_curve import MOST_REPEATS
from textgd.evaluation.level_task import LevelTask
from textgd.evaluation.level_tasks import enter_for
from textgd.evaluation.measures import check_defined, find_measure
from textgd.evaluation.reading import Reading
from textgd.evaluation.robustness_result import LevelFailure, RobustnessCurves
from textgd.evaluation.robustness_statistics import compare_levels, find_losses
from textgd.evaluation.robustness_verdict import write_robustness_verdict
from textgd.evaluation.scores import CurveScores
from textgd.evaluation.splitting import split_corpus
from textgd.evaluation.uncertainty import mean_errors
from textgd.text.threads import effective_jobs
from textgd.validation import check_number

__all__ = ["robustness_curves"]


def robustness_curves(
    models: Any,
    corpus: Any,
    axis: str,
    levels: Any = None,
    repeats: int = 20,
    test_size: float = 0.2,
    metric: str = "accuracy",
    random_state: int | None = None,
    n_jobs: int | None = None,
    *,
    deletion: str | None = None,
    positive: Any = None,
    duplicates: str | None = "exact",
    budget: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RobustnessCurves:
    """Compare models where something is made worse, level by level, with the uncertainty of every statement.

    In each repeat documents are drawn for a test part, and all models learn from the others.  What is made worse at a
    level is worse at the next one too, and the same for every model.

    Parameters
    ----------
    models : sequence or mapping, or None
        As in `textgd.learning_curves`; estimators that are none of this package's cannot be read with missing words.
    corpus : Corpus, or whatever `textgd.load_corpus` takes
        Where it has an official test part, that is what all repeats test on.
    axis : {"missing", "label-noise", "prior"}
        missing: words are lost from the test documents, and each model answers in each way that it has to deal with
        that.  label-noise: training labels are replaced by another class.  prior: test documents are drawn such that
        one class has another share, and each model answers as it is, with the share estimated from the documents
        alone, and with the true one.
    levels : sequence of float, optional
        Shares, ascending: of the words, of the labels, of the documents.  The one at which nothing is made worse is
        always there.  See `textgd.evaluation.axes.AXES` for those that are there by default.
    repeats : int
        How often documents are drawn, up to 1000; with `budget`, at most.
    test_size, metric, random_state, n_jobs, duplicates, budget, progress
        As in `textgd.learning_curves`.
    deletion : {"random", "worst"}, optional
        Which words are lost: any, the same ones for all models, unless something else is said; or of each document
        those that speak most for its class, by what the very model says.  For the axis "missing".
    positive : label, optional
        The class whose share moves; by default the rarest.  For the axis "prior".

    Returns
    -------
    RobustnessCurves
        After an interrupt (Ctrl-C) of the repeats that were done; `settings` says so.

    Raises
    ------
    DataError
        For documents that no experiment can be made of.
    InvalidParameterError, UnknownNameError
        For a parameter outside what is allowed.

    Notes
    -----
    The intervals count that repeats draw from the same documents, as those of learning curves do
    (`textgd.evaluation.uncertainty`); what a model loses is a paired difference from the level at which nothing is
    made worse.

    Examples
    --------
    >>> texts = ["good film", "so good", "fine", "bad film", "so bad", "awful"] * 5
    >>> texts = [f"{text} {number}" for number, text in enumerate(texts)]
    >>> labels = (["pos"] * 3 + ["neg"] * 3) * 5
    >>> curves = robustness_curves(["nb", "lr"], (texts, labels), "label-noise", [0.2], repeats=3, random_state=0)
    >>> curves.levels.tolist(), curves.test_scores["nb"].shape
    ([0.0, 0.2], (2, 3))
    """
    started = monotonic()
    chosen = find_axis(axis)
    measure = find_measure(metric)
    check_number("repeats", repeats, 1, MOST_REPEATS, whole=True)
    seed = secrets.randbits(32) if random_state is None else random_state
    check_number("random_state", seed, 0, 2**32 - 1, whole=True)
    if budget is not None:
        check_number("budget", budget, 0, above=True)
    n_cores = effective_jobs(n_jobs)
    n_workers = min(n_cores, repeats)
    entry = enter_for(
        chosen, models, measure, deletion=deletion, positive=positive, n_jobs=max(1, n_cores // n_workers)
    )
    documents = load_corpus(corpus)
    check_defined(measure, documents.name, len(documents.classes))
    data = split_corpus(documents, test_size, repeats, seed, duplicates, n_jobs)
    task = entry.task(Reading(documents.texts, data.learned, n_jobs), data, seed, levels)
    for contestant in task.contestants:
        contestant.prepare(task.reading)
    outcome = run(task, n_workers, None if budget is None else started + budget, budget, progress)
    n_done = next(iter(outcome.scores.values())).shape[1]
    settings = {
        **data.settings(seed, n_done, test_size, duplicates),
        **task.told,
        "interrupted": outcome.is_interrupted,
        "notes": list(outcome.notes),
    }
    if outcome.is_interrupted:
        warnings.warn(f"Interrupted: this is what {n_done} of {repeats} repeats say.", stacklevel=2)
    return _judged(chosen, task, outcome, settings)


def _judged(axis: Axis, task: LevelTask, outcome: Outcome, settings: dict[str, Any]) -> RobustnessCurves:
    """Return the curves with all that they say."""
    if not any(np.isfinite(scores[..., 0]).any() for scores in outcome.scores.values()):
        first = outcome.gaps[0]
        raise DataError(f"No model gave a result. {first.line}: {first.reason}")
    measure, data, levels = task.measure, task.data, task.levels
    errors = {name: measure.error(scores) for name, scores in outcome.scores.items()}
    design = data.design()
    scores = CurveScores(
        np.full(len(levels), design.n_train),
        {name: error[..., 0] for name, error in errors.items()},
        {name: error[..., 1:] for name, error in errors.items()},
        design,
    )
    bounds = (0.0, 1.0) if measure.is_share else (0.0, np.inf)
    curves = RobustnessCurves(
        corpus=data.documents.name,
        axis=axis.name,
        metric=measure.name,
        models=task.describe(outcome.chosen),
        levels=levels,
        reference=task.reference,
        test_scores={name: scores[..., 0] for name, scores in outcome.scores.items()},
        errors={name: mean_errors(scores, name, bounds) for name in scores.names},
        losses=find_losses(scores, levels, task.reference),
        comparisons=compare_levels(scores, levels),
        verdict="",
        failures=tuple(LevelFailure(*gap) for gap in outcome.gaps),
        design=design,
        settings=settings,
    )
    return replace(curves, verdict=write_robustness_verdict(curves))
