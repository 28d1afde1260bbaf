"""What models were worth on the same documents becomes a comparison: which measures, in what order, tests adjusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from textgd.evaluation.calibration_measures import BRIER, ECE
from textgd.evaluation.comparison import ComparedModel, ComparedPair, ModelComparison, ModelFailure
from textgd.evaluation.measures import MEASURES, Measure, check_defined
from textgd.evaluation.ranking import rank, write_ranking
from textgd.evaluation.uncertainty import holm

__all__ = ["bounds_of", "judge", "measures_beside"]


def measures_beside(main: Measure, corpus: str, n_classes: int, has_probabilities: bool) -> list[Measure]:
    """Return what is measured: what counts first, then all else that so many classes and such models allow.

    Raises
    ------
    InvalidParameterError
        Where what counts is not defined for so many classes.

    Examples
    --------
    >>> [measure.name for measure in measures_beside(MEASURES["roc_auc"], "mine", 2, has_probabilities=False)]
    ['roc_auc', 'accuracy', 'f1_macro', 'lam']
    """
    check_defined(main, corpus, n_classes)
    others = [
        measure
        for measure in (*MEASURES.values(), BRIER, ECE)
        if measure is not main
        and (n_classes == 2 or not measure.two_classes)
        and (has_probabilities or measure.needs != "probabilities")
    ]
    return [main, *others]


def bounds_of(measure: Measure) -> tuple[float, float]:
    """Return between which numbers a score lies."""
    # These two are no shares that are shown in percent, and yet they end at 1.
    return (0.0, 1.0) if measure.is_share or measure in (BRIER, ECE) else (0.0, float("inf"))


def judge(
    corpus: str,
    measure: Measure,
    models: Sequence[ComparedModel],
    compare_two: Callable[[str, str], ComparedPair],
    failures: Sequence[ModelFailure],
    settings: Mapping[str, Any],
) -> ModelComparison:
    """Return the comparison of models that are measured.

    Parameters
    ----------
    corpus : str
        Its name.
    measure : Measure
        What they are ranked by.
    models : sequence of ComparedModel
    compare_two : callable
        From the names of two models, the better one first, to what is between them; the p-values are adjusted here.
    failures : sequence of ModelFailure
    settings : mapping
    """
    ranked = rank(models, measure)
    pairs = [compare_two(first.name, second.name) for first, second in combinations(ranked, 2)]
    of_difference, of_mcnemar = holm([pair.p_value for pair in pairs]), holm([pair.mcnemar_p for pair in pairs])
    adjusted = tuple(
        replace(pair, p_holm=float(p), mcnemar_holm=float(q))
        for pair, p, q in zip(pairs, of_difference, of_mcnemar, strict=True)
    )
    ranking = write_ranking(ranked, adjusted, measure)
    return ModelComparison(corpus, measure.name, tuple(ranked), adjusted, ranking, tuple(failures), settings)
