"""Curves made up from prescribed errors: what pictures, pages and terminals are tested with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from textgd.evaluation.crossover import Crossover
from textgd.evaluation.curves import CurveModel, Failure, LearningCurves
from textgd.evaluation.extrapolation import Extrapolation
from textgd.evaluation.measures import find_measure
from textgd.evaluation.robustness_result import LevelFailure, LineModel, RobustnessCurves
from textgd.evaluation.robustness_statistics import compare_levels, find_losses
from textgd.evaluation.robustness_verdict import write_robustness_verdict
from textgd.evaluation.scores import CurveScores, Design
from textgd.evaluation.uncertainty import Comparison, mean_errors
from textgd.models import MODELS

# The error at m documents is a + b * m ** -c.
SHAPES = {
    "nb": (0.012, 0.35, 0.55),
    "lm": (0.010, 0.42, 0.56),
    "lr": (0.011, 1.2, 0.75),
    "svm": (0.008, 1.0, 0.70),
    "nbsvm": (0.007, 0.55, 0.62),
    "cnb": (0.014, 0.36, 0.55),
    "bnb": (0.02, 0.30, 0.42),
    "charlm": (0.013, 0.6, 0.6),
    "nblr": (0.008, 0.62, 0.64),
}
SIZES = (20, 43, 93, 201, 434, 937, 2022, 4460)
SCALE = {"accuracy": 1.0, "f1_macro": 1.4, "log_loss": 4.0, "roc_auc": 0.3, "lam": 0.9}


def make_curves(
    names: tuple[str, ...] = ("nb", "svm"),
    sizes: tuple[int, ...] = SIZES,
    n_repeats: int = 20,
    metric: str = "accuracy",
    corpus: str = "sms-spam",
    gaps: Mapping[str, tuple[int, ...]] | None = None,
    families: Mapping[str, str | None] | None = None,
    noise: float = 0.12,
    floor: float = 0.0,
    crossovers: tuple[Crossover, ...] | None = None,
    settings: Mapping[str, Any] | None = None,
    verdict: str = "sms-spam, error: generative (nb) is ahead below 310 documents [180, 520].",
    is_official: bool = False,
) -> LearningCurves:
    """Return curves of models, known by name or not; `gaps` has the numbers of the sizes that a model failed at."""
    rng = np.random.default_rng(0)
    measure = find_measure(metric)
    m = np.array(sizes, np.int64)
    errors, scores, fit, score = {}, {}, {}, {}
    extrapolations, failures = [], []
    for k, name in enumerate(names):
        a, b, c = SHAPES.get(name, (0.01 + 0.002 * k, 0.4 + 0.1 * k, 0.5))
        level = floor + SCALE[metric] * (a + b * m.astype(float) ** -c)
        draws = level[:, None] * (1.0 + noise * rng.standard_normal((len(m), n_repeats)))
        for i in (gaps or {}).get(name, ()):
            draws[i] = np.nan
            failures.append(Failure(name, int(m[i]), n_repeats, "ValueError: n_samples=20 is too few"))
        mean = draws.mean(axis=1)
        half = 2.1 * level * noise * np.sqrt(1.0 / n_repeats + 0.25) if n_repeats > 1 else np.full(len(m), np.nan)
        top = 1.0 if measure.is_share else np.inf
        errors[name] = np.stack([mean, np.maximum(mean - half, 0.0), np.minimum(mean + half, top)], axis=1)
        errors[name][np.isnan(mean)] = np.nan
        scores[name] = measure.error(draws)
        fit[name] = 1e-5 * (k + 1) * m[:, None] * (1.0 + 0.1 * rng.random((len(m), n_repeats)))
        score[name] = 0.01 * (k + 1) * np.ones((len(m), n_repeats))
        last = float(mean[-1])
        refused = n_repeats < 2 or np.isnan(last)
        twice = floor + SCALE[metric] * (a + b * (2.0 * m[-1]) ** -c)
        width = 0.0 if refused else 0.6 * float(half[-1])
        value = np.nan if refused else min(float(twice), last)
        extrapolations.append(
            Extrapolation(
                name,
                None if refused else "pow3",
                int(2 * m[-1]),
                value,
                value - width,
                value + width,
                last,
                "with one repeat there is no interval" if refused else None,
                () if refused else (a, b, c),
            )
        )
    comparisons = []
    for first, second in combinations(names, 2):
        for i, size in enumerate(m):
            difference = float(errors[second][i, 0] - errors[first][i, 0])
            spread = 0.005 * float(np.nansum(errors[first][:, 0])) / len(m) or 1.0
            p = float(np.exp(-abs(difference) / spread)) if n_repeats > 1 else np.nan
            ends = (difference - spread, difference + spread) if n_repeats > 1 else (np.nan, np.nan)
            holm = 8.0 * p if 8.0 * p < 1.0 else p / p
            comparisons.append(Comparison(first, second, int(size), difference, *ends, p, holm))
    if crossovers is None:
        crossovers = tuple(_crossover(first, second, errors, m, n_repeats) for first, second in combinations(names, 2))
    return LearningCurves(
        corpus=corpus,
        metric=metric,
        models=tuple(_model(name, families) for name in names),
        train_sizes=m,
        test_scores=scores,
        errors=errors,
        fit_times=fit,
        score_times=score,
        comparisons=tuple(comparisons),
        crossovers=crossovers,
        extrapolations=tuple(extrapolations),
        verdict=verdict,
        failures=tuple(failures),
        design=Design(int(m[-1]), max(int(m[-1]) // 4, 1), is_official),
        settings=settings
        if settings is not None
        else {"seed": 0, "repeats": n_repeats, "duplicates": "exact", "versions": {"textgd": "0.1.0", "numpy": "2.0"}},
    )


def _model(name: str, families: Mapping[str, str | None] | None) -> CurveModel:
    known = MODELS.get(name)
    family = families[name] if families and name in families else known.family if known else None
    return CurveModel(name, family, known.title if known else name, {"ngram_range": [1, 2], "alpha": 1.0})


def _crossover(first: str, second: str, errors: Mapping[str, Any], m: Any, n_repeats: int) -> Crossover:
    there = np.isfinite(errors[first][:, 0] + errors[second][:, 0])
    m = m[there]
    if len(m) == 0 or n_repeats == 1:
        return Crossover(first, second, None, None, None, float("nan"), "undecided")
    ahead = errors[second][there, 0] > errors[first][there, 0]
    changes = np.flatnonzero(ahead[1:] != ahead[:-1])
    if len(changes) == 0:
        return Crossover(first, second, None, None, None, 0.0, "always" if ahead[0] else "never")
    size = float(np.sqrt(m[changes[0]] * m[changes[0] + 1]))
    kind = "once" if len(changes) == 1 else "several"
    return Crossover(first, second, size, 0.6 * size, 1.7 * size, 0.99, kind)


LEVELS = (0.0, 0.3, 0.9)
# Errors at these levels, by line: the model and how it is used.
LINES = {
    ("nb", "zero"): (0.04, 0.06, 0.20),
    ("nb", "marginalize"): (0.04, 0.05, 0.12),
    ("lr", "zero"): (0.02, 0.06, 0.25),
    ("lr", "mean"): (0.02, 0.05, 0.22),
}


def make_robustness(
    lines: Mapping[tuple[str, str], tuple[float, ...]] | None = None,
    levels: tuple[float, ...] = LEVELS,
    axis: str = "missing",
    reference: float = 0.0,
    n_repeats: int = 10,
    metric: str = "accuracy",
    corpus: str = "sms-spam",
    gaps: Mapping[str, tuple[int, ...]] | None = None,
    noise: float = 0.005,
    settings: Mapping[str, Any] | None = None,
    is_official: bool = False,
) -> RobustnessCurves:
    """Return robustness curves with these errors at the levels, a reading of "" for one way alone; `gaps` by line."""
    rng = np.random.default_rng(0)
    models, errors, failures = [], {}, []
    for (model, reading), level_errors in (LINES if lines is None else lines).items():
        known = MODELS.get(model)
        name = f"{model} ({reading})" if reading else model
        draws = np.array(level_errors)[:, None] + noise * rng.standard_normal((len(levels), n_repeats))
        for i in (gaps or {}).get(name, ()):
            draws[i] = np.nan
            failures.append(LevelFailure(name, levels[i], n_repeats, "ValueError: too many gaps"))
        errors[name] = draws
        family, title = (known.family, known.title) if known else (None, model)
        models.append(LineModel(name, family, title, {"alpha": 1.0}, model, reading))
    nothing = {name: np.zeros((*rows.shape, 0)) for name, rows in errors.items()}
    design = Design(4460, 1114, is_official)
    scores = CurveScores(np.full(len(levels), design.n_train), errors, nothing, design)
    curves = RobustnessCurves(
        corpus=corpus,
        axis=axis,
        metric=metric,
        models=tuple(models),
        levels=np.array(levels),
        reference=reference,
        test_scores={name: find_measure(metric).error(rows) for name, rows in errors.items()},
        errors={name: mean_errors(scores, name) for name in errors},
        losses=find_losses(scores, np.array(levels), reference),
        comparisons=compare_levels(scores, np.array(levels)),
        verdict="",
        failures=tuple(failures),
        design=design,
        settings={"seed": 0, "deletion": "random", "positive": "spam"} if settings is None else settings,
    )
    return replace(curves, verdict=write_robustness_verdict(curves))
