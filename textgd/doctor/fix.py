"""A cleaned copy of a corpus: what can be repaired without a doubt, and what of each document is one too many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from textgd.corpus import Corpus
from textgd.doctor.duplicates import find_copies
from textgd.doctor.lengths import is_empty
from textgd.doctor.repair import repair
from textgd.doctor.suspects import Suspect
from textgd.errors import DataError

__all__ = ["Cleaning", "clean"]


@dataclass(frozen=True)
class Cleaning:
    """A cleaned corpus, and what was changed; rows are those of the corpus as it was, counted from 1.

    Parameters
    ----------
    corpus : Corpus
    rows : tuple of int
        Where each document of it was.
    repaired : tuple of int
        The documents that are kept, in a better spelling.
    dropped : mapping of str -> tuple of int
        The documents that are gone, by the kind of finding that they belonged to.
    suggested : tuple
        For each document that is kept, the label that the models suggest in place of its own; "" where they agree.
    """

    corpus: Corpus
    rows: tuple[int, ...]
    repaired: tuple[int, ...]
    dropped: dict[str, tuple[int, ...]]
    suggested: tuple[Any, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return what was changed as JSON data."""
        return {
            "documents": len(self.corpus),
            "repaired": list(self.repaired),
            "dropped": {kind: list(rows) for kind, rows in self.dropped.items()},
            "suspects": sum(label != "" for label in self.suggested),
        }


def clean(corpus: Corpus, suspects: Iterable[Suspect] = (), n_jobs: int | None = None) -> Cleaning:
    """Return a corpus without what `textgd.diagnose` finds and what can be mended without a doubt.

    Text that was damaged is repaired (`textgd.doctor.repair`).  Empty documents go; of documents that say the same to
    the letter those after the first, except that one of the test part is kept before others; all of them where their
    labels differ.  Where near-duplicates are in the training part and in the test part, those in the training part go.
    No label is changed.

    Raises
    ------
    DataError
        Where nothing would be left.

    Examples
    --------
    >>> texts = ("see you", "See you!", "win a prize", "win a prize", "", "cafÃ©")
    >>> cleaning = clean(Corpus(texts, ("ham", "ham", "spam", "ham", "ham", "ham"), "six"))
    >>> cleaning.corpus.texts, cleaning.repaired
    (('see you', 'café'), (6,))
    >>> cleaning.dropped
    {'empty': (5,), 'contradicting-labels': (3, 4), 'exact-duplicate': (2,)}
    """
    texts = [repair(text) for text in corpus.texts]
    repaired = replace(corpus, texts=tuple(texts))
    dropped: dict[str, set[int]] = {"empty": {row for row, text in enumerate(texts) if is_empty(text)}}
    kept = [row for row in range(len(texts)) if row not in dropped["empty"]]
    contradicting, spare = _repeated(repaired, kept, n_jobs)
    dropped |= {"contradicting-labels": contradicting, "exact-duplicate": spare}
    kept = [row for row in kept if row not in contradicting and row not in spare]
    # Dropping changes which words are rare, and with them what is nearly the same.
    dropped["split-leak"] = set()
    while crossing := _crossing(repaired, kept, n_jobs):
        dropped["split-leak"] |= crossing
        kept = [row for row in kept if row not in crossing]
    if not kept:
        raise DataError(f"{corpus.name}: nothing would be left of it once it is cleaned. See what is wrong first.")
    suggested = {suspect.row - 1: suspect.suggested for suspect in suspects}
    return Cleaning(
        repaired.select(kept),
        tuple(row + 1 for row in kept),
        tuple(row + 1 for row in kept if texts[row] != corpus.texts[row]),
        {kind: tuple(row + 1 for row in sorted(rows)) for kind, rows in dropped.items() if rows},
        tuple(suggested.get(row, "") for row in kept),
    )


def _repeated(corpus: Corpus, rows: Sequence[int], n_jobs: int | None) -> tuple[set[int], set[int]]:
    """Return the documents that contradict others, and those that repeat one that is kept."""
    from textgd.corpus.duplicates import duplicate_groups

    groups = duplicate_groups([corpus.texts[row] for row in rows], "exact", n_jobs)
    members: dict[int, list[int]] = {}
    for row, group in zip(rows, groups.tolist(), strict=True):
        members.setdefault(group, []).append(row)
    contradicting: set[int] = set()
    spare: set[int] = set()
    for group_rows in members.values():
        if len({corpus.labels[row] for row in group_rows}) > 1:
            contradicting.update(group_rows)
        elif len(group_rows) > 1:
            tested = [row for row in group_rows if corpus.split is not None and corpus.split[row] == "test"]
            spare.update(set(group_rows) - {(tested or group_rows)[0]})
    return contradicting, spare


def _crossing(corpus: Corpus, rows: Sequence[int], n_jobs: int | None) -> set[int]:
    """Return the training documents that are nearly the same as one of the test part."""
    if corpus.split is None or "test" not in corpus.split:
        return set()
    near = find_copies([corpus.texts[row] for row in rows], n_jobs).near
    parts = np.array([corpus.split[row] or "" for row in rows])
    crossing = np.isin(near, near[parts == "test"]) & (parts == "train")
    return {rows[place] for place in np.flatnonzero(crossing).tolist()}
