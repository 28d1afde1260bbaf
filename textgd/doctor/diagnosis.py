"""What the doctor found: the facts of a corpus, what is wrong with it, and which labels to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from textgd.doctor.finding import Finding, writable
from textgd.doctor.suspects import LabelCheck, Suspect
from textgd.metrics import Interval

__all__ = ["Diagnosis", "plain"]


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a corpus.

    Parameters
    ----------
    corpus : str
        Its name.
    class_counts : mapping of label -> int
        Documents of each class.
    split_counts : mapping of str -> int
        Documents of each part of the official split; empty where there is none.
    lengths : mapping of str -> int
        Characters of the documents: "min", "5 %", "median", "95 %", "max", "total".
    findings : tuple of Finding
        Errors first, then warnings, then notes.
    labels : LabelCheck
        What models say of the labels.
    notes : tuple of str
        What was not looked at, and why.
    is_interrupted : bool
        Whether somebody ended it early.
    """

    corpus: str
    class_counts: Mapping[Any, int]
    split_counts: Mapping[str, int]
    lengths: Mapping[str, int]
    findings: tuple[Finding, ...]
    labels: LabelCheck
    notes: tuple[str, ...] = ()
    is_interrupted: bool = False

    @property
    def n_documents(self) -> int:
        """How many documents the corpus has."""
        return sum(self.class_counts.values())

    @property
    def suspects(self) -> tuple[Suspect, ...]:
        """The documents whose label the models doubt, the most suspicious first."""
        return self.labels.suspects

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data; rows are counted from 1."""
        check = self.labels
        return {
            "corpus": self.corpus,
            "documents": self.n_documents,
            "classes": [{"label": plain(label), "documents": n} for label, n in self.class_counts.items()],
            "split": dict(self.split_counts),
            "lengths": dict(self.lengths),
            "findings": [finding.to_dict() for finding in self.findings],
            "labels": {
                "checked": check.n_checked,
                "models": list(check.models),
                "folds": check.n_folds,
                "noise": _interval(check.noise),
                "error": _interval(check.error),
                "explained": check.explained,
            },
            "suspects": [
                {
                    **asdict(suspect),
                    "label": plain(suspect.label),
                    "suggested": plain(suspect.suggested),
                    "text": writable(suspect.text),
                }
                for suspect in self.suspects
            ],
            "notes": list(self.notes),
            "interrupted": self.is_interrupted,
        }


def plain(label: Any) -> Any:
    """Return a label as JSON can hold it: a number or a truth value as it is, all else as text.

    Examples
    --------
    >>> plain("spam"), plain(3), plain(("a", 1))
    ('spam', 3, "('a', 1)")
    """
    item = getattr(label, "item", None)
    value = item() if callable(item) else label
    if isinstance(value, bool | int | float):
        return value
    return writable(str(value))


def _interval(interval: Interval | None) -> dict[str, float] | None:
    return None if interval is None else {"value": interval.value, "low": interval.low, "high": interval.high}
