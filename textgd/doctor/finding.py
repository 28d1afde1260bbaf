"""One thing that is wrong with a corpus: what, where, how bad, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from textgd.corpus import Corpus

__all__ = ["HEADINGS", "SEVERITIES", "Example", "Finding", "examples_of", "excerpt", "percent_of", "writable"]

#: From what makes results wrong to what is only worth knowing.
SEVERITIES = ("error", "warning", "note")
#: What stands above all findings of a severity.
HEADINGS = dict(zip(SEVERITIES, ("Errors", "Warnings", "Notes"), strict=True))

_N_EXAMPLES = 3


@dataclass(frozen=True)
class Example:
    """A document of a finding.

    Parameters
    ----------
    row : int
        Counted from 1, as all rows that people see.
    label : str
    text : str
        Shortened, otherwise as it stands in the corpus.
    """

    row: int
    label: str
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data, in which half a character, which no UTF-8 can hold, is replaced."""
        return {"row": self.row, "label": writable(self.label), "text": writable(self.text)}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Parameters
    ----------
    kind : str
        A word for it, such as "near-duplicate".
    severity : {"error", "warning", "note"}
    message : str
        A sentence.
    remedy : str
        What to do.
    rows : tuple of int
        The documents that are concerned, counted from 1; of label errors the most suspicious first.
    examples : tuple of Example
    groups : tuple of tuple of int
        Where documents belong together, which of `rows` do.
    """

    kind: str
    severity: str
    message: str
    remedy: str
    rows: tuple[int, ...] = ()
    examples: tuple[Example, ...] = ()
    groups: tuple[tuple[int, ...], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "rows": list(self.rows),
            "message": writable(self.message),
            "remedy": self.remedy,
            "examples": [example.to_dict() for example in self.examples],
            **({"groups": [list(group) for group in self.groups]} if self.groups else {}),
        }


def examples_of(
    corpus: Corpus, positions: Iterable[int], width: int = 200, around: Sequence[int] | None = None
) -> tuple[Example, ...]:
    """Return the first few of some documents, by their positions from 0.

    Parameters
    ----------
    corpus : Corpus
    positions : iterable of int
    width : int
        The longest text.
    around : sequence of int, optional
        The place in each text that has to be seen.

    Examples
    --------
    >>> examples_of(Corpus(("win a free prize",), ("spam",), "one"), [0], width=10, around=[10])
    (Example(row=1, label='spam', text='…ree prize'),)
    """
    chosen = [int(position) for _, position in zip(range(_N_EXAMPLES), positions, strict=False)]
    places = [0] * len(chosen) if around is None else list(around)
    return tuple(
        Example(position + 1, str(corpus.labels[position]), excerpt(corpus.texts[position], place, width))
        for position, place in zip(chosen, places, strict=False)
    )


def excerpt(text: str, place: int = 0, width: int = 200) -> str:
    """Return a part of a text, `width` characters at the most, that has the character at `place`."""
    if len(text) <= width:
        return text
    start = 0 if place < 3 * width // 4 else min(place - width // 4, len(text) - width + 1)
    room = width - (start > 0)
    end = start + room
    if end < len(text):
        end -= 1
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def percent_of(count: int, total: int) -> str:
    """Return a share in words.

    Examples
    --------
    >>> percent_of(1, 8), percent_of(1, 100_000)
    ('12.5 %', 'less than 0.1 %')
    """
    share = 100.0 * count / total if total else 0.0
    if 0.0 < share < 0.1:
        return "less than 0.1 %"
    return f"{share:.1f} %".replace(".0 %", " %")


def writable(text: str) -> str:
    """Return a text that UTF-8 can hold, halves of characters replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")
