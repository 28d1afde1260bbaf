"""All checks of a corpus, one after the other."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from textgd.corpus import Corpus, load_corpus
from textgd.doctor.classes import find_class_problems
from textgd.doctor.diagnosis import Diagnosis
from textgd.doctor.duplicates import Copies, find_copies, find_duplicates
from textgd.doctor.encodings import find_damage
from textgd.doctor.finding import SEVERITIES, Finding
from textgd.doctor.languages import find_language_outliers
from textgd.doctor.leaks import find_leaks
from textgd.doctor.lengths import find_length_outliers
from textgd.doctor.opinions import Progress
from textgd.doctor.suspects import LabelCheck, check_labels
from textgd.errors import DataError
from textgd.text.threads import effective_jobs

__all__ = ["diagnose"]

_INTERRUPTED = LabelCheck(skipped="labels were not checked: it was interrupted.")


def diagnose(
    corpus: Any, *, random_state: int = 0, n_jobs: int | None = None, progress: Progress | None = None
) -> Diagnosis:
    """Find what is wrong with labeled text.

    Damaged encodings; exact and near-duplicates, also with different labels or on both sides of the split; what gives a
    class away; classes too small, uneven, or spelled in several ways; empty documents, and those of another length or
    language than the rest; labels that are likely wrong, with an estimate of how many.

    Parameters
    ----------
    corpus : Corpus, or whatever `textgd.load_corpus` takes
    random_state : int
        Seed of the bootstrap; nothing else is random.
    n_jobs : int, optional
        Threads; None and -1 are all cores.  The result does not depend on it.
    progress : callable, optional
        Told how many fits of how many are done while labels are checked, which takes most of the time.

    Returns
    -------
    Diagnosis
        An interrupt (Ctrl-C) while labels are checked gives what was found before.

    Raises
    ------
    DataError
        For a corpus without documents, and one that cannot be read.
    InvalidParameterError

    Examples
    --------
    >>> texts = ["see you at lunch", "See you at lunch!", "win a prize", "", "cafÃ© at six"]
    >>> diagnosis = diagnose((texts, ["ham", "spam", "spam", "spam", "ham"]))
    >>> [(finding.kind, finding.rows) for finding in diagnosis.findings if finding.severity == "error"]
    [('contradicting-labels', (1, 2))]
    >>> diagnosis.notes
    ('labels were not checked: 5 documents are too few to learn from; 50 are enough.',)
    """
    corpus = load_corpus(corpus)
    effective_jobs(n_jobs)
    if len(corpus) == 0:
        raise DataError(f"{corpus.name} has no documents: there is nothing to look at.")
    copies = find_copies(corpus.texts, n_jobs)
    findings = _findings(corpus, copies, n_jobs)
    is_interrupted = False
    try:
        labels = check_labels(corpus, copies.exact, random_state=random_state, n_jobs=n_jobs, progress=progress)
    except KeyboardInterrupt:
        labels, is_interrupted = _INTERRUPTED, True
    findings += labels.findings(corpus)
    counts = Counter(corpus.labels)
    parts = Counter(part for part in corpus.split or () if part is not None)
    return Diagnosis(
        corpus.name,
        {label: counts[label] for label in sorted(counts, key=str)},
        {part: parts[part] for part in ("train", "dev", "test") if part in parts},
        _lengths(corpus),
        tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))),
        labels,
        () if labels.skipped is None else (labels.skipped,),
        is_interrupted,
    )


def _findings(corpus: Corpus, copies: Copies, n_jobs: int | None) -> list[Finding]:
    return [
        *find_class_problems(corpus),
        *find_duplicates(corpus, copies),
        *find_leaks(corpus, n_jobs),
        *find_damage(corpus),
        *find_length_outliers(corpus),
        *find_language_outliers(corpus, copies.near, n_jobs),
    ]


def _lengths(corpus: Corpus) -> dict[str, int]:
    lengths = np.array([len(text) for text in corpus.texts])
    quantiles = np.quantile(lengths, [0.0, 0.05, 0.5, 0.95, 1.0], method="inverted_cdf").astype(int)
    named = dict(zip(("min", "5 %", "median", "95 %", "max"), quantiles.tolist(), strict=True))
    return {**named, "total": int(lengths.sum())}
