"""The labels: spelled in several ways, too few documents, none in one part of the split, one class far ahead."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import Any

from textgd.corpus import Corpus
from textgd.doctor.finding import Finding, examples_of, percent_of

__all__ = ["find_class_problems"]

# Of fewer documents no share can be told from another: nine of nine may stand for 66 % or for 100 %.
_FEW = 10
# So many times as many documents as the smallest class has.
_UNEVEN, _VERY_UNEVEN = 10, 100


def find_class_problems(corpus: Corpus) -> list[Finding]:
    """Return what is wrong with the labels as such.

    Examples
    --------
    >>> corpus = Corpus(("a", "b", "c"), ("spam", "Spam ", "spam"), "three")
    >>> [finding.kind for finding in find_class_problems(corpus)]
    ['label-spelling', 'small-class', 'small-class']
    """
    counts = Counter(corpus.labels)
    return [
        *_one_class(counts),
        *_spellings(corpus, counts),
        *_small(corpus, counts),
        *_uneven(counts),
        *_absent(corpus, counts),
    ]


def _rows(corpus: Corpus, labels: set[Any]) -> list[int]:
    return [row for row, label in enumerate(corpus.labels) if label in labels]


def _one_class(counts: Counter[Any]) -> list[Finding]:
    if len(counts) > 1:
        return []
    return [
        Finding(
            "one-class",
            "error",
            f"All documents have the label '{next(iter(counts))}': there is nothing to tell apart.",
            "Add documents of another class, or check which column is the label (--label-column).",
        )
    ]


def _spellings(corpus: Corpus, counts: Counter[Any]) -> list[Finding]:
    forms: dict[str, list[Any]] = {}
    for label in counts:
        form = unicodedata.normalize("NFKC", str(label)).casefold()
        forms.setdefault("".join(filter(str.isalnum, form)) or form, []).append(label)
    findings = []
    for variants in forms.values():
        if len(variants) > 1:
            ordered = sorted(variants, key=lambda label: (-counts[label], str(label)))
            rows = _rows(corpus, set(ordered[1:]))
            told = ", ".join(f"'{label}' ({counts[label]:,})" for label in ordered)
            findings.append(
                Finding(
                    "label-spelling",
                    "warning",
                    f"One label may be spelled in {len(ordered)} ways, which count as classes of their own: {told}.",
                    f"If they are the same class, write all as '{ordered[0]}'.",
                    tuple(row + 1 for row in rows),
                    examples_of(corpus, rows),
                )
            )
    return findings


def _small(corpus: Corpus, counts: Counter[Any]) -> list[Finding]:
    findings = []
    for label, count in counts.items():
        if count < _FEW:
            rows = _rows(corpus, {label})
            alone = count == 1
            findings.append(
                Finding(
                    "small-class",
                    "error" if alone else "warning",
                    f"The class '{label}' has {count} document{'' if alone else 's'}: "
                    + ("it can be learned from or tested on, not both." if alone else "too few to test on."),
                    f"Add documents of it, {_FEW} at the least, merge it with another class, or drop it.",
                    tuple(row + 1 for row in rows),
                    examples_of(corpus, rows),
                )
            )
    return findings


def _uneven(counts: Counter[Any]) -> list[Finding]:
    (largest, most), (smallest, least) = counts.most_common(1)[0], min(counts.items(), key=lambda item: item[1])
    if most < _UNEVEN * least:
        return []
    return [
        Finding(
            "class-balance",
            "warning" if most >= _VERY_UNEVEN * least else "note",
            f"The class '{largest}' has {most / least:.0f} times as many documents as '{smallest}': saying '{largest}' "
            f"each time is right in {percent_of(most, counts.total())}.",
            "Judge by f1_macro or mcc, not by accuracy; --class-weight balanced makes the rare classes count.",
        )
    ]


def _absent(corpus: Corpus, counts: Counter[Any]) -> list[Finding]:
    if corpus.split is None or not {"train", "test"} <= set(corpus.split):
        return []
    of_part = {
        part: {label for label, own in zip(corpus.labels, corpus.split, strict=True) if own == part}
        for part in ("train", "test")
    }
    findings = []
    for part, severity, why in (
        ("train", "error", "a model cannot know it, and is wrong each time"),
        ("test", "warning", "the test says nothing of it"),
    ):
        missing = [
            label for label in counts if label not in of_part[part] and label in of_part.get(_other(part), set())
        ]
        for label in missing:
            rows = _rows(corpus, {label})
            findings.append(
                Finding(
                    "split-class",
                    severity,
                    f"The class '{label}' has no document in the {part} part: {why}.",
                    "Split anew, each class in both parts, or drop the class.",
                    tuple(row + 1 for row in rows),
                    examples_of(corpus, rows),
                )
            )
    return findings


def _other(part: str) -> str:
    return "test" if part == "train" else "train"
