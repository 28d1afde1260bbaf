"""Documents in another script or another language than the rest, or in none."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from textgd.corpus import Corpus
from textgd.doctor.finding import Finding, examples_of, percent_of
from textgd.doctor.scripts import script_of_letter
from textgd.lm import NgramModel
from textgd.text.analysis import Analysis

__all__ = ["character_surprise", "find_language_outliers", "script_of"]

# Below so many letters or characters there is no telling.
_LETTERS, _CHARACTERS = 5, 20
# A script that so few documents are written in stands out.
_RARE = 0.05
# The beginning tells the language; so many characters teach what a language is like.
_BEGINNING, _ENOUGH = 400, 2_000_000
_ORDER = 4
_FEWEST = 100
# Robust standard deviations above what is usual for the length, and nats a character at the least.
_FAR, _LEAST_EXCESS = 6.0, 0.5


def script_of(text: str) -> str | None:
    """Return the script that most letters of a text's beginning are in; None where there are too few.

    Examples
    --------
    >>> script_of("see you later"), script_of("привет как дела"), script_of("12 :-)")
    ('LATIN', 'CYRILLIC', None)
    """
    letters = Counter(script_of_letter(c) for c in text[:_BEGINNING] if c.isalpha())
    return letters.most_common(1)[0][0] if letters.total() >= _LETTERS else None


def find_language_outliers(corpus: Corpus, near: NDArray[np.intp], n_jobs: int | None = None) -> list[Finding]:
    """Return the documents whose script few others have, and those whose characters follow each other as in no other.

    Parameters
    ----------
    corpus : Corpus
    near : intp array of shape (n_documents,)
        The group of each document's near-duplicates, which must not speak for it.
    n_jobs : int, optional
    """
    findings = []
    scripts = [script_of(text) for text in corpus.texts]
    counts = Counter(script for script in scripts if script is not None)
    rare = {script for script, count in counts.items() if count <= _RARE * counts.total()}
    odd = [row for row, script in enumerate(scripts) if script in rare]
    if odd:
        usual = ", ".join(script.capitalize() for script in counts if script not in rare)
        n = len(odd)
        findings.append(
            Finding(
                "language-outlier",
                "warning",
                f"{n:,} document{'s' if n > 1 else ''} ({percent_of(n, len(corpus))}) {'are' if n > 1 else 'is'} in "
                f"another script than the rest ({usual}): {', '.join(sorted(script.capitalize() for script in rare))}.",
                "Drop them if the model is not for them; else add more, for these are too few to learn from.",
                tuple(row + 1 for row in odd),
                examples_of(corpus, odd),
            )
        )
    findings.extend(_strange(corpus, near, set(odd), n_jobs))
    return findings


def _strange(corpus: Corpus, near: NDArray[np.intp], told: set[int], n_jobs: int | None) -> list[Finding]:
    surprise = character_surprise(corpus.texts, near, n_jobs)
    if surprise is None:
        return []
    far = [row for row in np.argsort(-surprise, kind="stable").tolist() if surprise[row] > _FAR and row not in told]
    if not far:
        return []
    n = len(far)
    return [
        Finding(
            "language-outlier",
            "note",
            f"{n:,} document{'s' if n > 1 else ''} ({percent_of(n, len(corpus))}) {'are' if n > 1 else 'is'} spelled "
            "unlike the rest: another language, code, encoded data or noise.",
            "Look at them; drop what the model is not for.",
            tuple(row + 1 for row in far),
            examples_of(corpus, far),
        )
    ]


def character_surprise(
    texts: tuple[str, ...], groups: NDArray[np.intp], n_jobs: int | None = None
) -> NDArray[np.float64] | None:
    """Return how unlike the others the characters of each document follow each other, in standard deviations.

    Each half of the documents is read by a language model of characters that the other half taught.  Its nats a
    character are compared with the median of all, and with how far documents of that length are spread around it.

    Returns
    -------
    float64 array of shape (n_documents,), or None
        0 where there are too few characters to tell, and where the distance is too small to speak of; None where there
        are too few documents.
    """
    lengths = np.array([min(len(text), _BEGINNING) for text in texts])
    long = np.flatnonzero(lengths >= _CHARACTERS)
    if len(long) < _FEWEST:
        return None
    documents = Analysis(analyzer="char").scan([texts[row][:_BEGINNING] for row in long.tolist()], n_jobs)
    half = groups[long] % 2
    nats = np.empty(len(long))
    sizes = np.diff(documents.indptr)
    for side in (0, 1):
        taught = np.flatnonzero(half != side)
        read = np.flatnonzero(half == side)
        if len(taught) == 0 or len(read) == 0:
            return None
        # Spread over the whole: corpora are often sorted.
        step = max(1, int(sizes[taught].sum()) // _ENOUGH)
        model = NgramModel.fit(documents.select(taught[::step]), order=_ORDER, smoothing="witten-bell")
        nats[read] = -model.log_probs(documents.select(read), n_jobs) / (sizes[read] + 1)
    excess = nats - np.median(nats)
    # The spread falls with the length; documents of about one length are judged together.
    spread = np.empty(len(long))
    order = np.argsort(sizes, kind="stable")
    for some in np.array_split(order, min(10, max(1, len(order) // _FEWEST))):
        spread[some] = 1.4826 * np.median(np.abs(excess[some] - np.median(excess[some])))
    surprise = np.zeros(len(texts))
    surprise[long] = np.where(excess >= _LEAST_EXCESS, excess / np.maximum(spread, 0.02), 0.0)
    return surprise
