"""What a search found."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from textgd.classifier import TextClassifier
from textgd.metrics.intervals import Interval
from textgd.plain import plain

__all__ = ["Tried", "Tuning"]


@dataclass(frozen=True)
class Tried:
    """A candidate that was tried.

    Parameters
    ----------
    options : str
        Those of ``textgd train`` that give it.
    model : str
    parameters : mapping
        What a `textgd.TextClassifier` takes.
    n_documents : int
        The most that it was tried on.
    score : Interval
        On these documents, each held out once, with its 95 % interval.  Scores of other numbers of documents are no
        scores of the same thing.
    n_bytes : int or None
        Of its file, where a limit asked for it.
    seconds_per_document : float or None
        Of one prediction, where a limit asked for it.
    outcome : str
        ``"winner"``, ``"finalist"``, or why it got no further.
    """

    options: str
    model: str
    parameters: Mapping[str, Any]
    n_documents: int
    score: Interval
    n_bytes: int | None
    seconds_per_document: float | None
    outcome: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        of_fields: dict[str, Any] = plain(self)
        return {("bytes" if name == "n_bytes" else name): value for name, value in of_fields.items()}


@dataclass(frozen=True, eq=False)
class Tuning:
    """The winner of a search, and what it is worth.

    Parameters
    ----------
    corpus : str
    metric : str
    model : str
        The winner's.
    parameters : mapping
        Its parameters, of a `textgd.TextClassifier`; those at their default left out.
    default : str or None
        The model whose default it is compared with: the best of all defaults, by the search.  None where no default was
        fitted on all documents: the limits allowed none, and there was no time for one to compare with.
    score, default_score : Interval or None
        On the documents of the outer split, with 95 % intervals; None where the search was interrupted before.
    difference : Interval or None
        Score minus the default's, on the same documents, by the paired bootstrap.
    tried : sequence of Tried
        The winner first; then the others, those that got furthest in front.
    seconds : float
        What all of it took.
    settings : mapping
    command_line : sequence of str, or None
        How ``textgd train`` is told the corpus and its split; None for documents in memory, which it cannot be told.
    n_bytes : int or None
        Of the winner's file.
    seconds_per_document : float or None
        The median time of the winner for one document, with one thread, once all is loaded.
    classifier : TextClassifier or None
        The winner, fitted on the training part; None where the search was interrupted before.
    """

    corpus: str
    metric: str
    model: str
    parameters: Mapping[str, Any]
    default: str | None
    score: Interval | None
    default_score: Interval | None
    difference: Interval | None
    tried: Sequence[Tried]
    seconds: float
    settings: Mapping[str, Any]
    command_line: Sequence[str] | None
    n_bytes: int | None = None
    seconds_per_document: float | None = None
    classifier: TextClassifier | None = field(default=None, repr=False)

    @property
    def is_default(self) -> bool:
        """Whether nothing did better than a model as it is."""
        return set(self.parameters) == {"model"}

    @property
    def command(self) -> str | None:
        """The command that trains the winner on the same documents, for a shell; None for documents in memory."""
        if self.command_line is None:
            return None
        return f"{shlex.join(['textgd', 'train', *self.command_line])} {self.tried[0].options}"

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the fitted classifier as JSON can hold it; what is undefined is None."""
        result = {
            "corpus": self.corpus,
            "metric": self.metric,
            "model": self.model,
            "parameters": dict(self.parameters),
            "command": self.command,
            "score": self.score,
            "default": self.default,
            "default_score": self.default_score,
            "difference": self.difference,
            "bytes": self.n_bytes,
            "seconds_per_document": self.seconds_per_document,
            "tried": [tried.to_dict() for tried in self.tried],
            "seconds": self.seconds,
            "settings": dict(self.settings),
        }
        whole: dict[str, Any] = plain(result)
        return whole
