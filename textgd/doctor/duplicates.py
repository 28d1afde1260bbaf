"""Documents that are there more than once: exactly, nearly, with different labels, on both sides of the split."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.corpus import Corpus
from textgd.corpus.duplicates import duplicate_groups, normalized
from textgd.corpus.shared_words import SHARE, nearly_equal_groups
from textgd.doctor.finding import Finding, examples_of, percent_of

__all__ = ["Copies", "find_copies", "find_duplicates"]

Groups = list[NDArray[np.intp]]


@dataclass(frozen=True, eq=False)
class Copies:
    """Which documents say the same.

    Parameters
    ----------
    exact, near : intp arrays of shape (n_documents,)
        The number of each document's group: of those with the same letters and digits, and of those that differ in a
        few words too.
    """

    exact: NDArray[np.intp]
    near: NDArray[np.intp]


def find_copies(texts: Sequence[str], n_jobs: int | None = None) -> Copies:
    """Find the copies among documents; those without a letter or digit are copies of each other only where equal."""
    exact = duplicate_groups(texts, "exact", n_jobs)
    # The first of each group stands for it.
    first = np.unique(exact, return_index=True)[1]
    return Copies(exact, nearly_equal_groups([texts[i] for i in first.tolist()], n_jobs)[exact])


def find_duplicates(corpus: Corpus, copies: Copies) -> list[Finding]:
    """Return what is there more than once.

    Examples
    --------
    >>> texts = ("see you at lunch", "See you at lunch!", "win a prize")
    >>> corpus = Corpus(texts, ("ham", "spam", "spam"), "three")
    >>> [(finding.kind, finding.rows) for finding in find_duplicates(corpus, find_copies(corpus.texts))]
    [('exact-duplicate', (1, 2)), ('contradicting-labels', (1, 2))]
    """
    exact, near = _groups(copies.exact), _groups(copies.near)
    # What says the same to the letter is told once.
    near = [group for group in near if len(set(copies.exact[group].tolist())) > 1]
    return [
        *_repeated(corpus, exact),
        *_nearly_repeated(corpus, near),
        *_contradicting(corpus, exact, near),
        *_leaking(corpus, exact, near),
    ]


def _groups(numbers: NDArray[np.intp]) -> Groups:
    """Return the groups of more than one document, in the order of their first."""
    order = np.argsort(numbers, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)
    return sorted((part for part in parts if len(part) > 1), key=lambda part: int(part[0]))


def _finding(corpus: Corpus, kind: str, severity: str, groups: Groups, message: str, remedy: str) -> Finding:
    rows = tuple(tuple((group + 1).tolist()) for group in groups)
    examples = (example for group in groups[:2] for example in examples_of(corpus, _telling(corpus, kind, group)))
    return Finding(
        kind, severity, message, remedy, tuple(row for group in rows for row in group), tuple(examples), rows
    )


def _telling(corpus: Corpus, kind: str, group: NDArray[np.intp]) -> list[int]:
    """Return two documents of a group that show why it is one: that differ where it is about a difference."""
    first, *others = group.tolist()

    def says(i: int) -> Any:
        if kind == "contradicting-labels":
            return corpus.labels[i]
        if kind == "split-leak":
            return None if corpus.split is None else corpus.split[i]
        return None if kind == "exact-duplicate" else normalized(corpus.texts[i])

    return [first, next((i for i in others if says(i) != says(first)), others[0])]


def _repeated(corpus: Corpus, groups: Groups) -> Iterable[Finding]:
    if not groups:
        return
    n_spare = sum(len(group) - 1 for group in groups)
    n_equal = sum(len(group) - len({corpus.texts[i] for i in group.tolist()}) for group in groups)
    yield _finding(
        corpus,
        "exact-duplicate",
        "warning",
        groups,
        f"{_count(n_spare, 'document')} ({percent_of(n_spare, len(corpus))}) "
        f"{'repeat' if n_spare > 1 else 'repeats'} an earlier one: "
        f"{n_equal:,} to the byte, {n_spare - n_equal:,} but for case, white space or punctuation.",
        "Keep one of each: copies count twice in training, and flatter a test that holds them (--fix keeps the first).",
    )


def _nearly_repeated(corpus: Corpus, groups: Groups) -> Iterable[Finding]:
    if not groups:
        return
    n = sum(map(len, groups))
    yield _finding(
        corpus,
        "near-duplicate",
        "warning" if n * 50 > len(corpus) else "note",
        groups,
        f"{_count(n, 'document')} ({percent_of(n, len(corpus))}) in {_count(len(groups), 'group')} differ from another "
        f"in no more than {100 * SHARE:.0f} % of their words: templates, forwarded mail, second versions.",
        "Keep each group on one side of a split (textgd curve --duplicates minhash), or keep one document of it.",
    )


def _contradicting(corpus: Corpus, exact: Groups, near: Groups) -> Iterable[Finding]:
    torn = [group for group in exact if _differs(corpus.labels, group)]
    if torn:
        n = sum(map(len, torn))
        yield _finding(
            corpus,
            "contradicting-labels",
            "error",
            torn,
            f"{_count(n, 'document')} in {_count(len(torn), 'group')} say the same and have different labels: one of "
            "the labels is wrong, or the text does not decide it.",
            "Decide on one label for each group, or drop it (--fix drops all of it).",
        )
    is_told = {int(i) for group in torn for i in group}
    nearly = [group for group in near if _differs(corpus.labels, np.array([i for i in group if int(i) not in is_told]))]
    if nearly:
        n = sum(map(len, nearly))
        yield _finding(
            corpus,
            "contradicting-labels",
            "warning",
            nearly,
            f"{_count(n, 'document')} in {_count(len(nearly), 'group')} are nearly the same and have different labels.",
            "Look at each group: a few words may turn the meaning, or a label is wrong.",
        )


def _leaking(corpus: Corpus, exact: Groups, near: Groups) -> Iterable[Finding]:
    if corpus.split is None or "test" not in corpus.split:
        return
    split = corpus.split
    n_test = sum(part == "test" for part in split)
    for groups, how, severity in ((exact, "to the letter", "error"), (near, "nearly", "warning")):
        crossing = [group for group in groups if {"train", "test"} <= {split[i] for i in group.tolist()}]
        if crossing:
            n = sum(split[i] == "test" for group in crossing for i in group.tolist())
            yield _finding(
                corpus,
                "split-leak",
                severity,
                crossing,
                f"{_count(n, 'document')} of the test part ({percent_of(n, n_test)}) "
                f"{'are' if n > 1 else 'is'} in the training part, {how}: models are tested on what they have seen.",
                "Drop the copies in the training part, which leaves the test as it is known (--fix does).",
            )


def _differs(labels: Sequence[Any], group: NDArray[np.intp]) -> bool:
    return len({labels[i] for i in group.tolist()}) > 1


def _count(n: int, thing: str) -> str:
    return f"{n:,} {thing}{'' if n == 1 else 's'}"
