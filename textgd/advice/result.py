"""Advice: which model to take, why, what comes next, and what would change that."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from textgd.evaluation.curves import LearningCurves
from textgd.metrics import Interval
from textgd.plain import plain

__all__ = ["Advice", "Candidate", "Change", "Reason", "RunnerUp"]


@dataclass(frozen=True)
class Reason:
    """A reason, which is a measured number.

    Parameters
    ----------
    kind : str
        ``score``, ``ahead``, ``as_good``, ``family``, ``unlabeled``, ``more_data``, ``missing``,
        ``train``, ``latency``, ``size`` or ``need``.
    text : str
        A sentence.
    value, low, high : float
        The number and the bounds of its 95 % interval; NaN where there is none.
    unit : str
        ``metric``, ``seconds``, ``bytes`` or ``models``.
    """

    kind: str
    text: str
    value: float
    low: float
    high: float
    unit: str


@dataclass(frozen=True)
class RunnerUp:
    """The model that comes next.

    Parameters
    ----------
    model : str
    difference : Interval
        How far the recommended model is ahead of it, in the unit of the metric; negative where it is behind.
    p_value : float
        Of no difference, two-sided.
    text : str
        A sentence.
    """

    model: str
    difference: Interval
    p_value: float
    text: str


@dataclass(frozen=True)
class Change:
    """What would change the answer, or was not measured and may.

    Parameters
    ----------
    what : str
        ``more_data``, ``less_data``, ``latency``, ``training_time``, ``need``, ``unlabeled``, ``missing``, ``time``,
        ``chance`` or ``nothing``.
    text : str
        A sentence.
    model : str or None
        What would be recommended then; None where that is not known.
    value, low, high : float
        The number that says so, in the unit of the metric, or a number of documents; NaN where there is none.
    """

    what: str
    text: str
    model: str | None
    value: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")


@dataclass(frozen=True)
class Candidate:
    """A model of the study.

    Parameters
    ----------
    model, family, title : str
    score : Interval or None
        By cross-validation, with its 95 % interval; None where there is none.
    n_train : int
        The most documents that it learned from for that.
    train_seconds : float or None
        Of training on all documents as ``textgd train`` does.
    is_measured : bool
        Whether that was measured, or foretold from fewer documents.
    seconds_per_document : Interval or None
    n_bytes : int or None
        Of its file.
    n_costed : int
        The most documents that it was trained on to find out what it costs; that many are behind its file.
    outcome : str
        ``recommended``, ``runner-up``, ``as good``, ``behind``, or why it is not taken.
    is_eligible : bool
        Whether it has what is needed and keeps to the limits.
    """

    model: str
    family: str
    title: str
    score: Interval | None
    n_train: int
    train_seconds: float | None
    is_measured: bool
    seconds_per_document: Interval | None
    n_bytes: int | None
    n_costed: int
    outcome: str
    is_eligible: bool

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it, but for NaN."""
        fields = asdict(self)
        return {("bytes" if name == "n_bytes" else name): value for name, value in fields.items()}


@dataclass(frozen=True, eq=False)
class Advice:
    """Which model to take.

    Parameters
    ----------
    corpus, metric : str
    model : str
        The one that is recommended.
    reasons : sequence of Reason
    runner_up : RunnerUp or None
        None where there is no other model to take.
    would_change : sequence of Change
    models : sequence of Candidate
        The recommended one first, then by score.
    curves : LearningCurves
        Of the leaders and the best of each family.
    command_line : sequence of str, or None
        How ``textgd train`` is told the corpus, and unlabeled documents where they are to be learned from; None for
        documents in memory.
    seconds : float
        What all of it took.
    settings : mapping
        Budget, needs, limits, documents, folds, seed, versions.
    """

    corpus: str
    metric: str
    model: str
    reasons: Sequence[Reason]
    runner_up: RunnerUp | None
    would_change: Sequence[Change]
    models: Sequence[Candidate]
    curves: LearningCurves = field(repr=False)
    command_line: Sequence[str] | None
    seconds: float
    settings: Mapping[str, Any] = field(repr=False)

    def __getitem__(self, name: str) -> Candidate:
        """Return the model of that name."""
        return next(candidate for candidate in self.models if candidate.model == name)

    @property
    def command(self) -> str | None:
        """The command that trains the model, for a shell; None for documents in memory."""
        if self.command_line is None:
            return None
        return shlex.join(["textgd", "train", *self.command_line, "--model", self.model])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON can hold it; NaN becomes None."""
        whole: dict[str, Any] = plain(
            {
                "model": self.model,
                "reasons": self.reasons,
                "runner_up": self.runner_up,
                "would_change": self.would_change,
                "corpus": self.corpus,
                "metric": self.metric,
                "command": self.command,
                "models": [candidate.to_dict() for candidate in self.models],
                "curves": json.loads(self.curves.to_json()),
                "seconds": self.seconds,
                "settings": dict(self.settings),
            }
        )
        return whole
