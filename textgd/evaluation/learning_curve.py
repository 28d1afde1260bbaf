"""Learning curves: several models on the same nested subsets, and what that says about them."""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Callable
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.corpus import load_corpus
from textgd.corpus.unlabeled import unseen_documents
from textgd.errors import DataError, InvalidParameterError
from textgd.evaluation.contestants import Contestant
from textgd.evaluation.crossover import find_crossovers
from textgd.evaluation.curves import Failure, LearningCurves
from textgd.evaluation.design import size_schedule
from textgd.evaluation.entries import enter
from textgd.evaluation.experiment import Outcome, run
from textgd.evaluation.extrapolation import extrapolate
from textgd.evaluation.growing import GrowingTask
from textgd.evaluation.measures import Measure, check_defined, find_measure
from textgd.evaluation.reading import Reading
from textgd.evaluation.scores import CurveScores, Design
from textgd.evaluation.splitting import split_corpus
from textgd.evaluation.uncertainty import compare, mean_errors
from textgd.evaluation.unlabeled import with_unlabeled
from textgd.evaluation.verdict import write_verdict
from textgd.text.documents import check_documents
from textgd.text.threads import effective_jobs
from textgd.validation import check_number

__all__ = ["MOST_REPEATS", "judged", "learning_curves"]

# As many as Ng and Jordan drew.  What repeats share sets a limit to what more of them can tell.
MOST_REPEATS = 1000


def learning_curves(
    models: Any,
    corpus: Any,
    train_sizes: Any = None,
    repeats: int = 20,
    test_size: float = 0.2,
    metric: str = "accuracy",
    random_state: int | None = None,
    n_jobs: int | None = None,
    *,
    tune: bool = False,
    families: bool = False,
    unlabeled: Any = None,
    duplicates: str | None = "exact",
    budget: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LearningCurves:
    """Compare models over growing training sets, with the uncertainty of every statement.

    In each repeat documents are drawn for a test part, and the others form nested subsets that hold every class in its
    share; every model learns from the same documents and is tested on the same ones.  What a model does at a size is
    what it would do if it were fitted on the text of that subset alone.

    Parameters
    ----------
    models : sequence or mapping, or None
        Names of the registry, estimators with `fit` and `predict` on raw documents or on counts of words and pairs of
        words, names of such classes ("sklearn.naive_bayes:ComplementNB"), or pairs (name, estimator); None: the whole
        registry.  What an estimator learns from follows from its tags (`__sklearn_tags__`): counts where they say a
        two-dimensional array, and nothing of text; else documents.  It gets a seed where it draws and has none.
    corpus : Corpus, or whatever `textgd.load_corpus` takes
        Where it has an official test part, that is what all repeats test on.
    train_sizes : sequence of int, or str, optional
        Numbers of documents: ascending, or as text such as "20:max:log".  See `textgd.evaluation.design.size_schedule`.
    repeats : int
        How often documents are drawn, up to 1000; with `budget`, at most.
    test_size : float
        Share of the documents to test on.
    metric : {"accuracy", "f1_macro", "log_loss", "roc_auc", "lam"}
        See `textgd.evaluation.measures.MEASURES`.  For "log_loss" the models' probabilities are calibrated.
    random_state : int, optional
        The seed; None draws one, which the result tells.
    n_jobs : int, optional
        Repeats at a time; the scores do not depend on it.
    tune : bool
        Choose the parameters of the registry's models inside each subset, by documents that are held out of it.
    families : bool
        One line for each family of the models: its best member, chosen inside each subset.
    unlabeled : sequence of str, optional
        Documents whose labels are not known: each model of ours gets a second line, which learns from all of them at
        every size (`TextClassifier.fit`).  Those that are documents of the corpus as well are left out.
    duplicates : {"exact", "minhash", None}
        Which documents are so alike that they stay on one side of a split.
    budget : float, optional
        Seconds to spend: as many repeats as fit.
    progress : callable, optional
        Told how many fits are done and how many there are.

    Returns
    -------
    LearningCurves
        After an interrupt (Ctrl-C) of the repeats that were done; `settings` says so.

    Raises
    ------
    DataError
        For documents that no experiment can be made of.
    InvalidParameterError, UnknownNameError
        For a parameter outside what is allowed.

    References
    ----------
    Ng and Jordan (2001), On Discriminative vs. Generative Classifiers.  Nadeau and Bengio (2003), Inference for the
    Generalization Error.

    Examples
    --------
    >>> corpus = (["good film", "so good", "fine", "bad film", "so bad", "awful"] * 5, ["pos"] * 3 + ["neg"] * 3)
    >>> texts = [f"{text} {number}" for number, text in enumerate(corpus[0])]
    >>> curves = learning_curves(["nb", "lr"], (texts, corpus[1] * 5), [4, 20], repeats=3, random_state=0)
    >>> curves.train_sizes.tolist(), curves.test_scores["nb"].shape
    ([4, 20], (2, 3))
    """
    started = monotonic()
    measure = find_measure(metric)
    check_number("repeats", repeats, 1, MOST_REPEATS, whole=True)
    seed = secrets.randbits(32) if random_state is None else random_state
    check_number("random_state", seed, 0, 2**32 - 1, whole=True)
    if budget is not None:
        check_number("budget", budget, 0, above=True)
    n_cores = effective_jobs(n_jobs)
    n_workers = min(n_cores, repeats)
    contestants = enter(models, measure, tune=tune, families=families, n_jobs=max(1, n_cores // n_workers))
    if unlabeled is not None and (tune or families):
        choosing = "tune=True (--tune)" if tune else "families=True (--families)"
        raise InvalidParameterError(
            f"unlabeled= (--unlabeled) compares models as they are, and {choosing} chooses among them. Leave one out."
        )
    documents = load_corpus(corpus)
    check_defined(measure, documents.name, len(documents.classes))
    data = split_corpus(documents, test_size, repeats, seed, duplicates, n_jobs)
    sizes = size_schedule(train_sizes, data.n_train, len(data.classes))
    reading = Reading(documents.texts, data.learned, n_jobs)
    for contestant in contestants:
        contestant.prepare(reading)
    more: dict[str, Any] = {}
    if unlabeled is not None:
        others, left_out = unseen_documents(check_documents(unlabeled, "unlabeled"), documents.texts)
        if left_out:
            warnings.warn(left_out, stacklevel=2)
        more = {"n_unlabeled": len(others)}
        contestants = with_unlabeled(contestants, reading, documents.texts, others, n_jobs)
    task = GrowingTask(contestants, reading, data, measure, seed, sizes)
    outcome = run(task, n_workers, None if budget is None else started + budget, budget, progress)
    n_done = next(iter(outcome.scores.values())).shape[1]
    settings = {
        **data.settings(seed, n_done, test_size, duplicates),
        "interrupted": outcome.is_interrupted,
        "tuned": bool(tune),
        "notes": list(outcome.notes),
        **more,
    }
    if outcome.is_interrupted:
        warnings.warn(f"Interrupted: this is what {n_done} of {repeats} repeats say.", stacklevel=2)
    return judged(documents.name, measure, contestants, sizes, outcome, data.design(), settings)


def judged(
    corpus: str,
    measure: Measure,
    contestants: list[Contestant],
    sizes: NDArray[np.int64],
    outcome: Outcome,
    design: Design,
    settings: dict[str, Any],
) -> LearningCurves:
    """Return the curves with all that they say."""
    if not any(np.isfinite(scores[..., 0]).any() for scores in outcome.scores.values()):
        first = outcome.gaps[0]
        raise DataError(
            f"No model could be fitted at any size. {first.line} with {first.point} documents: {first.reason}"
        )
    errors = {name: measure.error(scores) for name, scores in outcome.scores.items()}
    scores = CurveScores(
        sizes,
        {name: error[..., 0] for name, error in errors.items()},
        {name: error[..., 1:] for name, error in errors.items()},
        design,
    )
    bounds = (0.0, 1.0) if measure.is_share else (0.0, np.inf)
    means = {name: mean_errors(scores, name, bounds) for name in scores.names}
    comparisons = compare(scores)
    extrapolations = tuple(extrapolate(scores, name, means[name], bounds) for name in scores.names)
    models = tuple(contestant.describe(outcome.chosen.get(contestant.name)) for contestant in contestants)
    return LearningCurves(
        corpus=corpus,
        metric=measure.name,
        models=models,
        train_sizes=sizes,
        test_scores={name: scores[..., 0] for name, scores in outcome.scores.items()},
        errors=means,
        fit_times=outcome.fit_times,
        score_times=outcome.score_times,
        comparisons=comparisons,
        crossovers=find_crossovers(scores, comparisons),
        extrapolations=extrapolations,
        verdict=write_verdict(corpus, measure, models, scores, means, comparisons, extrapolations),
        failures=tuple(Failure(*gap) for gap in outcome.gaps),
        design=design,
        settings=settings,
    )
