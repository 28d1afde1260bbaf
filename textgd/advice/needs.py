"""What a task needs of a model, by the names of the abilities that the registry lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from textgd.errors import InvalidParameterError, UnknownNameError, suggestion
from textgd.models import LOG_PROB, MODELS, OTHER_PRIOR, PROBABILITIES, UNLABELED, Model

__all__ = ["check_needs", "every_need", "lacking", "spelled"]

# What every model can do in a classifier, which calibrates it and lets it learn from its own answers, by whatever way.
_OF_EVERY = ("explain", OTHER_PRIOR, PROBABILITIES, UNLABELED)
# What people call an ability whose name says how it is done.
_SYNONYMS: Mapping[str, str] = {"novelty": LOG_PROB}


def every_need() -> tuple[str, ...]:
    """Return all that can be needed.

    Examples
    --------
    >>> {"generate", "explain"} <= set(every_need())
    True
    """
    return tuple(sorted({*_OF_EVERY}.union(*(model.abilities for model in MODELS.values()))))


def check_needs(needs: str | Sequence[str], models: Sequence[str]) -> tuple[str, ...]:
    """Return needs by the registry's names, each once.

    Parameters
    ----------
    needs : str or sequence of str
        Names, with dashes or underscores; in one string with commas between.
    models : sequence of str
        Those that are asked for.

    Raises
    ------
    UnknownNameError
        For what no model can be asked for.
    InvalidParameterError
        Where none of the models can do all of it.

    Examples
    --------
    >>> check_needs("generate, explain", ["nb", "lr"]), check_needs(["novelty", "class-prior"], ["nb"])
    (('generate', 'explain'), ('log_prob', 'class_prior'))
    """
    names: list[Any] = [name.strip() for name in needs.split(",")] if isinstance(needs, str) else list(needs)
    found: dict[str, None] = {}
    for name in filter(None, names):
        need = _SYNONYMS.get(name, str(name).replace("-", "_"))
        if need not in every_need():
            known = [*map(spelled, every_need()), *_SYNONYMS]
            raise UnknownNameError(f"There is no need {name!r}. {suggestion(str(name), known)}")
        found[need] = None
    if not any(not lacking(MODELS[model], tuple(found)) for model in models):
        able = "; ".join(f"{spelled(need)}: {', '.join(_able(need, models)) or 'none'}" for need in found)
        raise InvalidParameterError(
            f"needs is {', '.join(map(spelled, found))}; none of the models {', '.join(models)} has all of that. Those "
            f"that have {able}. Need less, or ask for other models."
        )
    return tuple(found)


def spelled(need: str) -> str:
    """Return how a need is written, as options and their values are.

    Examples
    --------
    >>> spelled("class_prior")
    'class-prior'
    """
    return need.replace("_", "-")


def lacking(model: Model, needs: Sequence[str]) -> tuple[str, ...]:
    """Return what a model lacks of what is needed."""
    return tuple(need for need in needs if need not in _OF_EVERY and need not in model.abilities)


def _able(need: str, models: Sequence[str]) -> list[str]:
    return [model for model in models if not lacking(MODELS[model], [need])]
