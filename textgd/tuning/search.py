"""The search for better parameters, from a corpus to a winner with its score on documents that it has not seen."""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from textgd.corpus import Corpus, load_corpus
from textgd.corpus.splits import SEED, TEST_SIZE
from textgd.errors import InvalidParameterError
from textgd.evaluation.costs import Clock
from textgd.evaluation.design import class_codes, nested_order
from textgd.evaluation.latency import measure_latency
from textgd.evaluation.measures import Measure, check_defined, find_measure
from textgd.evaluation.provenance import versions, words_of
from textgd.metrics.intervals import Interval
from textgd.models import EVERY, MODELS, find_model
from textgd.text.threads import effective_jobs
from textgd.tuning.costs import Costs
from textgd.tuning.halving import Halving
from textgd.tuning.limits import Limits
from textgd.tuning.listing import list_left_out, list_tried
from textgd.tuning.outer import OuterSplit, Scored, draw_outer, score
from textgd.tuning.refusals import nothing_fits, too_short
from textgd.tuning.result import Tuning
from textgd.tuning.space import Candidate
from textgd.tuning.trials import Bench, Trial, reads
from textgd.tuning.winner import best_default, choose
from textgd.validation import check_number

__all__ = ["tune"]

# Scoring takes about as long as reading, twice; and a moment that no measurement has told.
_SCORING, _MOMENT = 2.0, 0.2
# Kept for whatever takes longer than expected.
_RESERVE = 0.03


def tune(
    corpus: Any,
    model: str | Sequence[str] = "any",
    metric: str = "accuracy",
    budget: float | None = 60.0,
    max_size: int | None = None,
    max_latency: float | None = None,
    random_state: int | None = None,
    n_jobs: int | None = None,
    *,
    test_size: float = TEST_SIZE,
    max_candidates: int = 300,
    spent: float = 0.0,
    progress: Callable[[int, int], None] | None = None,
    command_line: Sequence[str] | None = None,
) -> Tuning:
    """Search for the model and the parameters that do best, within a time and under limits.

    The search sees the training part alone (that of ``textgd train``): candidates are judged there on documents that
    are held out of each fit, first on few documents and at last on all of them.  The winner and the best default are
    then scored on the documents that the search has not seen.

    Parameters
    ----------
    corpus : Corpus, or whatever `textgd.load_corpus` takes
    model : str, or sequence of str
        Names of the registry, also in one string with commas between; "any" or "all" is all of them.
    metric : str
        See `textgd.evaluation.measures.find_measure`.
    budget : float, optional
        Seconds for everything.  What can be tried in that time depends on the machine; None takes as long as it takes,
        and gives the same result on any.
    max_size : int, optional
        The most bytes that the model's file may have.
    max_latency : float, optional
        The most seconds that a prediction for one document may take, in the median, with one thread, once all is
        loaded.
    random_state : int, optional
        The seed; None draws one, which the result tells.
    n_jobs : int, optional
        Threads; apart from what there is time for, the result does not depend on it.
    test_size : float
        Share of the documents for the outer split, where the corpus has no test part of its own.
    max_candidates : int
        Most candidates on the first rung.
    spent : float
        Seconds of the budget that are spent already, such as on reading the corpus.
    progress : callable, optional
        Told how many candidates were tried and how many there can be.
    command_line : sequence of str, optional
        How ``textgd train`` is told the corpus, for the command of the result; by default its path, or the name of a
        registered one.  Documents in memory have none, and the result no command.

    Returns
    -------
    Tuning
        After an interrupt (Ctrl-C) the best so far; `settings` says so.

    Raises
    ------
    DataError
        For documents that nothing can be learned from, and where the limits allow no candidate.
    InvalidParameterError, UnknownNameError
        For a parameter outside what is allowed, and a budget that does not suffice for one default.

    References
    ----------
    Jamieson and Talwalkar (2016), Non-stochastic Best Arm Identification and Hyperparameter Optimization.

    Examples
    --------
    >>> texts = [f"{text} {number}" for number in range(20) for text in ("so good", "fine", "so bad", "awful")]
    >>> tuning = tune((texts, ["pos", "pos", "neg", "neg"] * 20), "nb", random_state=0, max_candidates=3, budget=None)
    >>> tuning.model, tuning.is_default, tuning.score.value
    ('nb', True, 1.0)
    """
    clock = Clock(budget, spent)
    measure = find_measure(metric)
    models = _models(model)
    limits = _check(budget, max_size, max_latency, max_candidates)
    seed = secrets.randbits(32) if random_state is None else random_state
    check_number("random_state", seed, 0, 2**32 - 1, whole=True)
    jobs = effective_jobs(n_jobs)
    documents = load_corpus(corpus)
    check_defined(measure, documents.name, len(documents.classes))
    outer = draw_outer(documents, test_size, seed, jobs)
    halving = _halving(documents, outer, measure, limits, models, clock, max_candidates, (int(seed), jobs), progress)
    is_interrupted = False
    try:
        halving.run()
    except KeyboardInterrupt:
        is_interrupted = True
    rung = next((rung for rung in reversed(halving.rungs) if rung.trials), None)
    fitted = [] if rung is None else [trial for trial in rung.trials if trial.error < float("inf")]
    if is_interrupted and not fitted:
        raise KeyboardInterrupt
    if rung is None or not fitted or not (rung.is_whole or is_interrupted):
        raise too_short(halving, models)
    winner, default = choose(fitted, limits), best_default(fitted)
    if winner is None:
        raise nothing_fits(fitted, limits)
    scored, scored_default = (
        None
        if trial is None or trial.classifier is None
        else score(trial.classifier.text_scorer_, documents, outer.test, measure, int(seed), jobs)
        for trial in (winner, default)
    )
    winner = _measured(winner, documents, outer)
    if progress is not None:
        progress(1, 1)
    if is_interrupted:
        warnings.warn("Interrupted: this is the best of what was tried until then.", stacklevel=2)
    told = words_of(corpus) if command_line is None else command_line
    split = [] if outer.is_official else _split_options(test_size, int(seed))
    return Tuning(
        corpus=documents.name,
        metric=measure.name,
        model=winner.candidate.model,
        parameters=winner.candidate.parameters,
        default=None if default is None else default.candidate.model,
        score=None if scored is None else scored.interval,
        default_score=None if scored_default is None else scored_default.interval,
        difference=_difference(scored, scored_default),
        tried=list_tried(halving, measure, winner, limits),
        seconds=clock.spent,
        settings={
            "n_train": len(outer.train),
            "n_test": len(outer.test),
            "is_official": outer.is_official,
            "n_left_out": outer.n_left_out,
            "classes": {str(label): count for label, count in documents.class_counts.items()},
            "models": models,
            "budget": budget,
            "max_size": max_size,
            "max_latency": max_latency,
            "test_size": None if outer.is_official else float(test_size),
            "seed": int(seed),
            "rungs": [rung.size for rung in halving.rungs],
            "interrupted": is_interrupted,
            "notes": sorted(set().union(*(rung.notes for rung in halving.rungs))),
            "left_out": list_left_out(halving),
            "versions": versions(),
        },
        command_line=None if told is None else [*told, *split],
        n_bytes=winner.n_bytes,
        seconds_per_document=winner.latency,
        classifier=winner.classifier,
    )


def _halving(
    documents: Corpus,
    outer: OuterSplit,
    measure: Measure,
    limits: Limits,
    models: list[str],
    clock: Clock,
    max_candidates: int,
    chance: tuple[int, int],
    progress: Callable[[int, int], None] | None,
) -> Halving:
    seed, jobs = chance
    labels = np.array(documents.labels)[outer.train]
    # Those of the training part: a class that is in the dev part alone is none of the models'.
    classes = np.unique(labels)
    codes = class_codes(labels.tolist(), classes.tolist())
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, max(done + 1, max_candidates))

    costs = Costs()
    texts = [documents.texts[row] for row in outer.train.tolist()]
    bench = Bench(texts, labels, codes, classes, measure, limits, costs, seed, jobs, tell)
    order = nested_order(codes, np.arange(len(codes)), np.random.default_rng([seed, 1]))

    def ending(candidate: Candidate) -> float:
        reserve = 0.0 if clock.budget is None else _RESERVE * clock.budget
        return _SCORING * costs.of_reading(reads(candidate), len(outer.test)) + _MOMENT + reserve

    return Halving(bench, models, order, clock, max_candidates, ending)


# What is asked for


def _models(model: str | Sequence[str]) -> list[str]:
    names = [name.strip() for name in model.split(",")] if isinstance(model, str) else list(model)
    if len(names) == 1 and names[0] in EVERY:
        return list(MODELS)
    if not names or names == [""]:
        raise InvalidParameterError(f"model names no model; allowed are any and {', '.join(MODELS)}.")
    found = [find_model(name).name for name in names]
    for name in found:
        if found.count(name) > 1:
            raise InvalidParameterError(f"The model {name!r} is named twice; name each once.")
    return found


def _check(budget: Any, max_size: Any, max_latency: Any, max_candidates: Any) -> Limits:
    if budget is not None:
        check_number("budget", budget, 0, above=True)
    if max_size is not None:
        check_number("max_size", max_size, 1, whole=True)
    if max_latency is not None:
        check_number("max_latency", max_latency, 0, above=True)
    check_number("max_candidates", max_candidates, 1, whole=True)
    return Limits(max_size, max_latency)


def _split_options(test_size: float, seed: int) -> list[str]:
    options = [] if test_size == TEST_SIZE else ["--test-size", f"{test_size:g}"]
    return options if seed == SEED else [*options, "--seed", str(seed)]


# What comes out


def _measured(winner: Trial, documents: Corpus, outer: OuterSplit) -> Trial:
    """Return the winner with the size and the latency that no limit has asked for."""
    classifier = winner.classifier
    if classifier is None:
        return winner
    n_bytes = classifier.file_size() if winner.n_bytes is None else winner.n_bytes
    latency = winner.latency
    if latency is None:
        few = [documents.texts[row] for row in outer.train[:300].tolist()]
        latency = measure_latency(classifier.text_scorer_, few)
    return replace(winner, n_bytes=n_bytes, latency=latency)


def _difference(scored: Scored | None, default: Scored | None) -> Interval | None:
    return None if scored is None or default is None else scored.ahead_of(default)
