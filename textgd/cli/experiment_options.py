"""Options of commands that run several models on the same documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = ["duplicates_method", "duplicates_option", "jobs_option", "model_names", "models_option"]

Command = TypeVar("Command", bound=Callable[..., Any])

_DEFAULT_MODELS = "nb,lm,lr,svm,nbsvm"
_NO_DUPLICATES = "none"


def models_option(more: str = "") -> Callable[[Command], Command]:
    """Add ``--models``; `more` says what else may be named."""
    return click.option(
        "--models",
        default=_DEFAULT_MODELS,
        show_default=True,
        metavar="NAMES",
        help="Models by their names, with commas between, all, or any, for the whole registry; and estimators of "
        f"scikit-learn's kind as module:Class.{more}",
    )


def model_names(text: str, may_be_saved: bool = False) -> list[str]:
    """Return the names that ``--models`` lists, those of the registry checked, and ``all``, or ``any``, written out.

    Parameters
    ----------
    text : str
    may_be_saved : bool
        Whether paths of saved models are allowed.

    Raises
    ------
    UnknownNameError
        With the nearest names.
    """
    from textgd.models import EVERY, MODELS, find_model, is_saved

    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise click.UsageError("--models names no model; write their names with commas between, such as nb,lr.")
    if len(names) == 1 and names[0] in EVERY:
        return list(MODELS)
    return [name if ":" in name or (may_be_saved and is_saved(name)) else find_model(name).name for name in names]


def duplicates_option(what: str) -> Callable[[Command], Command]:
    """Add ``--duplicates``: which documents stay in one `what`."""
    return click.option(
        "--duplicates",
        type=click.Choice(("exact", "minhash", _NO_DUPLICATES)),
        default="exact",
        show_default=True,
        help=f"Which documents stay {what}: those that are equal but for case, white space and punctuation, those "
        "that share most of their text, or none.",
    )


def duplicates_method(choice: str) -> str | None:
    """Return what ``--duplicates`` stands for."""
    return None if choice == _NO_DUPLICATES else choice


def jobs_option(what: str) -> Callable[[Command], Command]:
    """Add ``--jobs``: how many of `what` at a time."""
    return click.option(
        "--jobs",
        "n_jobs",
        type=int,
        help=f"{what} at a time. Default: one a core; the scores do not depend on it.",
    )
