"""Who is better than whom, in one sentence that leaves no pair out and claims nothing that the tests do not say."""

from __future__ import annotations

import math
from collections.abc import Sequence

from textgd.evaluation.comparison import ComparedModel, ComparedPair
from textgd.evaluation.display import error_label, n_decimals, visible
from textgd.evaluation.leading import listed
from textgd.evaluation.measures import Measure
from textgd.evaluation.significance import SIGNIFICANCE

__all__ = ["rank", "write_ranking"]


def rank(models: Sequence[ComparedModel], measure: Measure) -> list[ComparedModel]:
    """Return the models, the best first; those without a result come last."""

    def error(model: ComparedModel) -> float:
        value = model.metrics[measure.name].value
        if not math.isfinite(value):
            return math.inf
        return -value if measure.greater_is_better else value

    return sorted(models, key=error)


def write_ranking(models: Sequence[ComparedModel], pairs: Sequence[ComparedPair], measure: Measure) -> str:
    """Return who is best, whom that one is significantly ahead of, and what is between the others.

    "Tied" are two models that do not differ significantly, adjusted for all pairs.  That is no order: of three models
    the first and the last may differ, and neither of them from the one between.  So every pair is told, by groups of
    models that are all tied with each other, and all that is in no common group differs.

    Parameters
    ----------
    models : sequence of ComparedModel
        The best first.
    pairs : sequence of ComparedPair
        Of the same models, the better one first.
    measure : Measure

    Examples
    --------
    >>> from textgd.evaluation.measures import find_measure
    >>> from textgd.metrics import Interval
    >>> values, p = {"svm": 0.8, "nb": 0.79, "lm": 0.7}, {("svm", "nb"): 0.3, ("svm", "lm"): 0.01, ("nb", "lm"): 0.02}
    >>> models = [
    ...     ComparedModel(name, None, name, {}, {"accuracy": Interval(v, v - 0.01, v + 0.01)}, {}, 0, 0, 0, None)
    ...     for name, v in values.items()
    ... ]
    >>> pairs = [ComparedPair(*of, Interval(0.1, 0, 0), q, q, (), (), q, q, 0, 0, 0) for of, q in p.items()]
    >>> write_ranking(models, pairs, find_measure("accuracy"))
    'accuracy: svm is best (80.0 %), tied with nb and significantly ahead of lm; nb is significantly ahead of lm.'
    """
    there = [model for model in models if math.isfinite(model.metrics[measure.name].value)]
    missing = [visible(model.name) for model in models if model not in there]
    gaps = f"; {listed(missing)} gave no result" if missing else ""
    head = f"{measure.name.replace('_', ' ')}: "
    if not there:
        return f"{head}no model gave a result."
    names = [model.name for model in there]
    ahead: dict[str, list[str]] = {name: [] for name in names}
    for pair in pairs:
        if pair.p_holm < SIGNIFICANCE:
            winner, loser = (pair.first, pair.second) if pair.difference.value > 0.0 else (pair.second, pair.first)
            ahead[winner].append(loser)
    best = there[0]
    decimals = n_decimals(measure, [(m.metrics[measure.name].low, m.metrics[measure.name].high) for m in there])
    value = error_label(measure, best.metrics[measure.name].value, decimals)
    if len(there) == 1:
        return f"{head}{visible(best.name)} has {value}{gaps}."
    if not any(ahead.values()):
        tied = f"all {len(names)} are tied" if len(names) > 2 else f"{_listed(names)} are tied"
        first = [m.name for m in there if m.metrics[measure.name].value == best.metrics[measure.name].value]
        has = "has" if len(first) == 1 else "have"
        return f"{head}{tied}: no difference is significant; {_listed(first)} {has} the best value ({value}){gaps}."
    clauses = [_best(best.name, value, names, ahead), *_others(names, ahead), *_ties(names, ahead)]
    return f"{head}{'; '.join(clauses)}{gaps}."


def _best(best: str, value: str, names: Sequence[str], ahead: dict[str, list[str]]) -> str:
    behind = [name for name in names if name in ahead[best]]
    in_front = [name for name in names if best in ahead[name]]
    tied = [name for name in names[1:] if name not in behind and name not in in_front]
    parts = [f"tied with {_listed(tied)}"] if tied else []
    if behind:
        parts.append(f"significantly ahead of {_listed(behind)}")
    if in_front:  # on the folds that both have, where one failed in some
        parts.append(f"significantly behind {_listed(in_front)}")
    return f"{visible(best)} is best ({value}), {' and '.join(parts)}"


def _others(names: Sequence[str], ahead: dict[str, list[str]]) -> list[str]:
    """Return whom the others are ahead of, those together that are ahead of the same."""
    same: dict[tuple[str, ...], list[str]] = {}
    for name in names[1:]:
        if behind := tuple(other for other in names[1:] if other in ahead[name]):
            same.setdefault(behind, []).append(name)
    return [
        f"{_listed(winners)} {'is' if len(winners) == 1 else 'are'} significantly ahead of {_listed(behind)}"
        for behind, winners in same.items()
    ]


def _ties(names: Sequence[str], ahead: dict[str, list[str]]) -> list[str]:
    """Return the largest groups without a difference among all but the best."""
    groups: list[frozenset[str]] = [frozenset()]
    for name in names[1:]:
        tied = {other for other in names if other not in ahead[name] and name not in ahead[other]}
        # A model joins what it is tied with of each group; what lies inside another group then says nothing more.
        grown = {*groups, *(group & tied | {name} for group in groups)}
        groups = [group for group in grown if not any(group < other for other in grown)]
    ordered = sorted(([n for n in names if n in group] for group in groups), key=lambda g: [names.index(n) for n in g])
    return [f"{_listed(group)} are tied" for group in ordered if len(group) > 1]


def _listed(names: Sequence[str]) -> str:
    return listed([visible(name) for name in names])
