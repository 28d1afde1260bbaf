"""From names and estimators to those who take part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import import_module
from itertools import count
from typing import Any

from textgd.classifier import TextClassifier
from textgd.errors import InvalidParameterError
from textgd.evaluation.choice import Choice
from textgd.evaluation.contestants import Contestant, TextContestant
from textgd.evaluation.measures import Measure
from textgd.evaluation.outside import OutsideContestant
from textgd.learning.text_estimator import TextEstimator
from textgd.models import MODELS, find_model

__all__ = ["enter"]


def enter(
    models: Any,
    measure: Measure,
    *,
    tune: bool = False,
    families: bool = False,
    n_jobs: int = 1,
    everything: bool = False,
    needs: str | None = None,
) -> list[Contestant]:
    """Return those who take part.

    Parameters
    ----------
    models : sequence of str or estimator, mapping of name -> str or estimator, or None
        Names of the registry, estimators with `fit` and `predict`, and names of such classes, ``module:Class``, which
        are made without arguments; a pair (name, estimator) has a name of its own.  None: all of the registry.
    measure : Measure
    tune : bool
        Choose the parameters of the registry's models in each subset.
    families : bool
        One for each family, the best of its models, chosen in each subset.
    n_jobs : int
        Threads of a fit.
    everything : bool
        Ask estimators of one's own for scores also where the measure does not need them, if they have any.

    needs : {"labels", "scores", "probabilities"}, optional
        What they must give; by default what the measure needs.

    Raises
    ------
    InvalidParameterError, UnknownNameError

    Examples
    --------
    >>> from textgd.evaluation.measures import find_measure
    >>> [contestant.name for contestant in enter(["nb", "lr"], find_measure("accuracy"))]
    ['nb', 'lr']
    """
    # Probabilities are worth comparing once they are calibrated; a label or an order of documents needs none.
    needs = measure.needs if needs is None else needs
    calibrate = "auto" if needs == "probabilities" else None
    named = _named(list(MODELS) if models is None else models)
    if not families:
        return [_contestant(name, model, measure, needs, calibrate, tune, n_jobs, everything) for name, model in named]
    members: dict[str, list[TextContestant]] = {}
    for _, model in named:
        if not isinstance(model, str):
            raise InvalidParameterError(
                f"families=True (--families) chooses among models of the registry; {type(model).__name__} is none. "
                f"Allowed: {', '.join(MODELS)}."
            )
        family = find_model(model).family
        members.setdefault(family, []).extend(_candidates(model, calibrate, tune, n_jobs))
    return [Choice(family, family, f"the best {family} model", few, measure) for family, few in members.items()]


def _named(models: Any) -> list[tuple[str, Any]]:
    """Return each contestant with a name that no other has."""
    if isinstance(models, str) or not isinstance(models, Mapping | Sequence) or not models:
        raise InvalidParameterError(
            f"models is {models!r:.60}; a list of names and estimators is expected, such as ['nb', 'lr']. "
            f"Names: {', '.join(MODELS)}."
        )
    if isinstance(models, Mapping):
        named = list(models.items())
    else:
        named = [model if isinstance(model, tuple) and len(model) == 2 else (_name(model), model) for model in models]
    named = [(name, _imported(model)) for name, model in named]
    given = Counter(name for name, _ in named)
    result: list[tuple[str, Any]] = []
    for name, model in named:
        if given[name] == 1:
            result.append((name, model))
            continue
        if isinstance(model, str) and name == model:
            raise InvalidParameterError(f"The model {name!r} is named twice; name each once.")
        taken = {*given, *(other for other, _ in result)}
        result.append((next(new for new in (f"{name}-{n}" for n in count(1)) if new not in taken), model))
    return result


def _imported(model: Any) -> Any:
    """Return the estimator that ``module:Class`` names; anything else is returned as it is."""
    if not isinstance(model, str) or ":" not in model:
        return model
    module, _, cls = model.partition(":")
    try:
        return getattr(import_module(module), cls)()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise InvalidParameterError(
            f"The model {model!r} cannot be made: {error}. Allowed are names ({', '.join(MODELS)}), and module:Class "
            "of an estimator that needs no arguments, such as sklearn.naive_bayes:ComplementNB."
        ) from error


def _name(model: Any) -> str:
    if isinstance(model, str):
        return model.rpartition(":")[2]
    if isinstance(model, TextClassifier):
        return model.model
    return type(model).__name__


def _contestant(
    name: str,
    model: Any,
    measure: Measure,
    needs: str,
    calibrate: str | None,
    tune: bool,
    n_jobs: int,
    everything: bool,
) -> Contestant:
    if isinstance(model, str):
        known = find_model(model)
        if tune and known.tuning:
            return Choice(name, known.family, known.title, _candidates(model, calibrate, tune, n_jobs), measure)
        return TextContestant(name, known.family, known.title, TextClassifier(model=model, calibrate=calibrate), n_jobs)
    if isinstance(model, TextEstimator):
        registered = MODELS.get(str(model.file_info()["model"]))
        family, title = (None, type(model).__name__) if registered is None else (registered.family, registered.title)
        return TextContestant(name, family, title, model, n_jobs)
    missing = [method for method in ("fit", "predict") if not hasattr(model, method)]
    if missing or isinstance(model, type):
        what = "is a class, not an object; write it with ()" if isinstance(model, type) else f"has no {missing[0]}"
        raise InvalidParameterError(
            f"{name}: {model!r:.60} {what}. Allowed are names ({', '.join(MODELS)}) and estimators with fit and "
            "predict."
        )
    return OutsideContestant(name, model, needs, everything)


def _candidates(model: str, calibrate: str | None, tune: bool, n_jobs: int) -> list[TextContestant]:
    """Return a model with each of the settings that are worth trying, its own first."""
    known = find_model(model)
    candidates = []
    for settings in known.tuning if tune and known.tuning else ({},):
        shown = ", ".join(f"{key}={value}" for key, value in settings.items())
        estimator = TextClassifier(model=model, calibrate=calibrate, **settings)
        name = f"{model} ({shown})" if shown else model
        candidates.append(TextContestant(name, known.family, known.title, estimator, n_jobs))
    return candidates
