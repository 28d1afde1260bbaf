"""From a corpus to advice which model to take, within a time."""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from textgd.advice.candidates import list_candidates
from textgd.advice.changes import find_changes
from textgd.advice.choice import choose
from textgd.advice.findings import Findings
from textgd.advice.gains import INTERRUPTED, Gain, decisive_gain, measure_gains, unlabeled_changes, with_gain
from textgd.advice.lost_words import lost_words, not_measured
from textgd.advice.needs import check_needs, lacking, spelled
from textgd.advice.reasons import find_reasons, find_runner_up
from textgd.advice.result import Advice, Change, Reason
from textgd.advice.study import Study
from textgd.advice.terms import Terms
from textgd.advice.wording import Words
from textgd.corpus import load_corpus
from textgd.corpus.unlabeled import unseen_documents
from textgd.errors import DataError, InvalidParameterError
from textgd.evaluation.comparison_display import time_label
from textgd.evaluation.costs import Clock
from textgd.evaluation.measures import check_defined, find_measure
from textgd.evaluation.provenance import versions, words_of
from textgd.models import EVERY, MISSING, MODELS, find_model
from textgd.text.documents import check_documents
from textgd.text.threads import effective_jobs
from textgd.validation import check_number

__all__ = ["advise"]

# The share of the time that is kept for learning from unlabeled documents, where there are some.
_UNLABELED = 0.3
# And for predicting with words missing, where that is needed.
_MISSING = 0.2


def advise(
    corpus: Any,
    *,
    models: Sequence[str] | str | None = None,
    needs: Sequence[str] | str = (),
    max_latency: float | None = None,
    max_train: float | None = None,
    unlabeled: Any = None,
    budget: float | None = 60.0,
    metric: str = "accuracy",
    random_state: int | None = None,
    n_jobs: int | None = None,
    spent: float = 0.0,
    progress: Callable[[int, int], None] | None = None,
    command_line: Sequence[str] | None = None,
    unlabeled_words: Sequence[str] = (),
) -> Advice:
    """Recommend a model for a corpus, from a small study within a time.

    The study finds out what each model costs, then cross-validates the models on the same folds, with ever more
    documents up to all of them; where the time does not do for that, on a part of the documents, and those that are
    furthest behind leave.  Of an official split only the training part is seen.

    Parameters
    ----------
    corpus : Corpus, or whatever `textgd.load_corpus` takes
    models : sequence of str, optional
        Names of the registry, also in one string with commas between; None: all.
    needs : sequence of str
        What the model must be able to do, such as "generate": see `textgd.advice.needs.every_need`.
    max_latency : float, optional
        The most seconds that a prediction for one document may take, in the median, with one thread, once all is
        loaded.
    max_train : float, optional
        The most seconds that training on all documents may take, as ``textgd train`` does it.
    unlabeled : documents, optional
        More documents of the same kind, without labels: what learning from them gains is measured, and where that puts
        a model ahead it is recommended so.
    budget : float, optional
        Seconds for everything; None: as long as it takes.
    metric : str
        See `textgd.evaluation.measures.find_measure`.
    random_state : int, optional
        The seed; None draws one, which the result tells.
    n_jobs : int, optional
        Threads.
    spent : float
        Seconds of the budget that are spent already, such as on reading the corpus.
    progress : callable, optional
        Told how many fits are done and how many there can be.
    command_line : sequence of str, optional
        How ``textgd train`` is told the corpus; by default its path, or the name of a registered one.
    unlabeled_words : sequence of str
        How it is told the unlabeled documents.

    Returns
    -------
    Advice
        After an interrupt (Ctrl-C) what was measured until then says; `settings` says so.

    Raises
    ------
    DataError
        For documents that nothing can be learned from, and where no model keeps to the limits.
    InvalidParameterError, UnknownNameError
        For a parameter outside what is allowed, and a budget that does not suffice for the smallest study.

    Notes
    -----
    Scores, differences and their intervals are those of learning curves (`textgd.evaluation.uncertainty`) at the
    largest size, where all that is learned from is a fold's training part: the corrected resampled t-test of Nadeau and
    Bengio (2003).  How one is chosen by them: `textgd.advice.choice.choose`.  Which models there is time for depends on
    the machine, and times are measured: so the choice among models of about the same score may differ from run to run.

    Examples
    --------
    >>> texts = [f"{text} {number}" for number in range(20) for text in ("so good", "fine", "so bad", "awful")]
    >>> advice = advise((texts, ["pos", "pos", "neg", "neg"] * 20), models="nb,lr", needs="generate", random_state=0)
    >>> advice.model, advice.reasons[0].kind, advice["lr"].outcome
    ('nb', 'score', 'lacks generate')
    """
    clock = Clock(budget, spent)
    measure = find_measure(metric)
    names = _models(models)
    terms = Terms(check_needs(needs, names), max_latency, max_train)
    for name, value in (("budget", budget), ("max_latency", max_latency), ("max_train", max_train)):
        if value is not None:
            check_number(name, value, 0, above=True)
    seed = secrets.randbits(32) if random_state is None else random_state
    check_number("random_state", seed, 0, 2**32 - 1, whole=True)
    whole = load_corpus(corpus)
    documents = whole.part("train")
    check_defined(measure, documents.name, len(documents.classes))
    others: Sequence[str] = ()
    if unlabeled is not None:
        # Nor those of the test part, which is to stay unseen.
        others, left_out = unseen_documents(check_documents(unlabeled, "unlabeled"), whole.texts)
        if left_out:
            warnings.warn(left_out, stacklevel=2)
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, done + 1)

    capable = [name for name in names if not lacking(find_model(name), terms.needs)]
    study = Study(
        documents, names, capable, measure, int(seed), effective_jobs(n_jobs), n_jobs, clock, terms.allow, tell
    )
    asks_missing = MISSING in terms.needs
    study.kept_back = (_UNLABELED if others else 0.0) + (_MISSING if asks_missing else 0.0)
    is_interrupted = False
    try:
        study.run()
    except KeyboardInterrupt:
        if not (study.rounds and study.rounds[0].sizes):
            raise
        is_interrupted = True
    if not study.rounds:
        raise _nobody(study, terms)
    findings = Findings(documents.name, measure, study.rounds, study.expenses, len(documents))
    eligible = terms.allowed(names, study.expenses)
    choice = choose(findings, eligible)
    failures = {**study.failures, **study.rounds[0].failures}
    if choice is None:
        raise DataError(f"No model could be tried. {'; '.join(f'{name}: {why}' for name, why in failures.items())}")
    bounds = [(low, high) for rows in findings.errors.values() for _, low, high in rows[-1:].tolist()]
    words = Words.of(measure, bounds)
    gains: list[Gain] = []
    unknown: dict[str, str] = {}
    if others and is_interrupted:
        unknown = {choice.model: INTERRUPTED}
    elif others:
        study.kept_back = _MISSING if asks_missing else 0.0
        gains, unknown = measure_gains(findings, choice, eligible, others, study.left, int(seed), n_jobs)
        is_interrupted = INTERRUPTED in unknown.values()
    gained = decisive_gain(gains, max_train)
    study.kept_back = 0.0
    if progress is not None:
        progress(1, 1)
    told = words_of(corpus) if command_line is None else command_line
    if told is not None and gained is not None:
        told = [*told, *unlabeled_words]
    changes = find_changes(findings, choice, terms, names, words, gained)
    changes += unlabeled_changes(gains, unknown, gained, words)
    choice = choice if gained is None else with_gain(choice, gained)
    reasons = find_reasons(findings, choice, terms, eligible, len(names), words, gained)
    if asks_missing:
        found: Change | Reason = not_measured(choice.model, INTERRUPTED)
        try:
            if not is_interrupted:
                found = lost_words(findings, choice, words, study.left, int(seed), n_jobs)
        except KeyboardInterrupt:
            is_interrupted = True
        changes += [found] if isinstance(found, Change) else []
        reasons += [found] if isinstance(found, Reason) else []
    if is_interrupted:
        warnings.warn("Interrupted: this is what was measured until then.", stacklevel=2)
    return Advice(
        corpus=documents.name,
        metric=measure.name,
        model=choice.model,
        reasons=reasons,
        runner_up=find_runner_up(findings, choice, words, gained),
        would_change=changes,
        models=list_candidates(findings, choice, terms, names, gained),
        curves=findings.curves,
        command_line=told,
        seconds=clock.spent,
        settings={
            "n_documents": len(documents),
            "n_read": study.n_read,
            "n_left_out": len(whole) - len(documents),
            "classes": {str(label): count for label, count in documents.class_counts.items()},
            "folds": findings.n_folds,
            "rounds": len(study.rounds),
            "sizes": findings.sizes,
            "n_unlabeled": len(others),
            "learns_from_unlabeled": gained is not None,
            "needs": list(terms.needs),
            "max_latency": max_latency,
            "max_train": max_train,
            "budget": budget,
            "seed": int(seed),
            "interrupted": is_interrupted,
            "failures": failures,
            "notes": sorted(set().union(*(race.notes for race in study.rounds))),
            "versions": versions(),
        },
    )


def _models(models: Sequence[str] | str | None) -> list[str]:
    if models is None:
        return list(MODELS)
    names = [name.strip() for name in models.split(",")] if isinstance(models, str) else list(models)
    if len(names) == 1 and names[0] in EVERY:
        return list(MODELS)
    found = [find_model(name).name for name in names if name]
    if not found:
        raise InvalidParameterError(f"models (--models) names no model; allowed are {', '.join(MODELS)}.")
    for name in found:
        if found.count(name) > 1:
            raise InvalidParameterError(f"The model {name!r} is named twice; name each once.")
    return found


def _nobody(study: Study, terms: Terms) -> DataError:
    """Return that no model keeps to the limits, with those that come nearest."""
    costs = {name: expense for name, expense in study.expenses.items() if name in study.capable}
    if not costs:
        first = next(iter(study.failures.items()))
        return DataError(f"No model could be trained. {first[0]}: {first[1]}")
    nearest = []
    if terms.max_latency is not None:
        name = min(costs, key=lambda name: costs[name].latency.value)
        nearest.append(
            f"max_latency is {terms.max_latency:g} seconds (--max-latency), and {name}, the fastest, takes "
            f"{time_label(costs[name].latency.value)} a document"
        )
    if terms.max_train is not None:
        name = min(costs, key=lambda name: costs[name].train_seconds)
        nearest.append(
            f"max_train is {terms.max_train:g} seconds (--max-train), and {name}, the fastest to train, takes "
            f"{time_label(costs[name].train_seconds)}"
        )
    having = f" that has {', '.join(map(spelled, terms.needs))}" if terms.needs else ""
    return DataError(f"No model{having} keeps to the limits: {'; '.join(nearest)}. Allow more.")
