"""What gives a class away that no text to be classified will have: its own name, a header, an id, a signature."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from textgd.corpus import Corpus
from textgd.doctor.finding import Finding, examples_of, percent_of
from textgd.errors import DataError
from textgd.text import CountVectorizer

__all__ = ["find_leaks"]

# A token leaks that stands in so large a share of the documents of a class, and so many of all that have it are of the
# class, and so many would be if all other documents were as many as those of the class.  Telling words do not reach
# that: "£" in spam messages 34 %, 98.1 % and 99.6 %, "hockey" among newsgroups 39 %, 94.9 % and 99.7 %.  The names of
# companies and people in mail do: "enron" 40 %, 100 % and 99.8 %.
_COVERAGE, _PURITY, _BALANCED = 0.3, 0.99, 0.99
# The word of the label itself is looked at more closely.
_NAME_COVERAGE, _NAME_PURITY, _NAME_BALANCED = 0.1, 0.95, 0.97
# So many documents have to have it; where all of a class have it, and no other, fewer are enough.
_DOCUMENTS, _OF_ALL, _OF_NAME = 40, 10, 5
_ALL = 0.9
# "label: spam", "class=spam", "__label__spam", "[spam]" and the like; the label goes where the braces are.
_KEY = r"\b(?:label|class|category|target|topic|tag|sentiment|polarity)"
_MARK = rf"(?:{_KEY}\s*[:=]\s*[\"']?|__label__|[\[<(#]\s*)(?P<label>{{}})(?!\w)"
_SHOWN = 5


def find_leaks(corpus: Corpus, n_jobs: int | None = None) -> list[Finding]:
    """Return what alone decides on a class.

    Examples
    --------
    >>> texts = [f"label: {'spam' if i % 2 else 'ham'} text number {i}" for i in range(40)]
    >>> corpus = Corpus(tuple(texts), ("ham", "spam") * 20, "marked")
    >>> [(finding.kind, finding.severity, len(finding.rows)) for finding in find_leaks(corpus)]
    [('leak', 'error', 20), ('leak', 'error', 20)]
    """
    labels = sorted(set(corpus.labels), key=str)
    if len(labels) < 2:
        return []
    number = {label: k for k, label in enumerate(labels)}
    codes = np.array([number[label] for label in corpus.labels])
    marked = _marks(corpus, labels, codes)
    told = {finding.rows for finding in marked}
    return [*marked, *(found for found in _tokens(corpus, labels, codes, n_jobs) if found.rows not in told)]


def _marks(corpus: Corpus, labels: list[Any], codes: NDArray[np.intp]) -> list[Finding]:
    """Return the labels that are written into texts as labels."""
    spelled = {str(label).strip().lower(): k for k, label in enumerate(labels) if str(label).strip()}
    pattern = re.compile(_MARK.format("|".join(map(re.escape, sorted(spelled, key=len, reverse=True)))), re.IGNORECASE)
    marks: dict[int, dict[int, re.Match[str]]] = {k: {} for k in range(len(labels))}
    for row, text in enumerate(corpus.texts):
        if found := pattern.search(text):
            marks[spelled.get(found["label"].lower(), codes[row])][row] = found
    findings = []
    for k, found_in in marks.items():
        own = [row for row in found_in if codes[row] == k]
        size = int((codes == k).sum())
        if len(own) < max(_OF_NAME, _NAME_COVERAGE * size) or len(own) < _NAME_PURITY * len(found_in):
            continue
        findings.append(
            Finding(
                "leak",
                "error",
                f"The label '{labels[k]}' is written into {percent_of(len(own), size)} of the documents of its class: "
                f"'{found_in[own[0]][0]}'.",
                "Take the label out of the text: a model learns to read it, and fails where it is not written.",
                tuple(row + 1 for row in own),
                examples_of(corpus, own, around=[found_in[row].start() for row in own]),
            )
        )
    return findings


def _tokens(corpus: Corpus, labels: list[Any], codes: NDArray[np.intp], n_jobs: int | None) -> list[Finding]:
    sizes = np.bincount(codes, minlength=len(labels))
    vectorizer = CountVectorizer(
        ngram_range=(1, 2), binary=True, min_df=min(_OF_NAME, len(corpus)), dtype=np.float32, n_jobs=n_jobs
    )
    try:
        X = vectorizer.fit_transform(list(corpus.texts)).tocsc()
    except DataError:  # no token is in so many documents
        return []
    names = vectorizer.get_feature_names_out()
    of_class = csr_matrix((np.ones(len(codes)), (codes, np.arange(len(codes)))), (len(labels), len(codes)))
    counts = (of_class @ X).toarray()
    total = counts.sum(axis=0)
    findings = []
    for k, label in enumerate(labels):
        rest = len(codes) - sizes[k]
        coverage, elsewhere = counts[k] / sizes[k], (total - counts[k] + 0.5) / (rest + 1.0)
        purity, balanced = counts[k] / total, coverage / (coverage + elsewhere)
        telling = (coverage >= _COVERAGE) & (purity >= _PURITY) & (balanced >= _BALANCED) & (counts[k] >= _DOCUMENTS)
        telling |= (coverage >= _ALL) & (purity == 1.0) & (counts[k] >= _OF_ALL)
        own = np.isin(names, _names_of(label))
        own &= (coverage >= _NAME_COVERAGE) & (purity >= _NAME_PURITY) & (counts[k] >= _OF_NAME)
        own &= balanced >= _NAME_BALANCED
        chosen = _without_repeats(np.flatnonzero(telling | own), coverage, names)
        if not len(chosen):
            continue
        rows = np.unique(np.concatenate([X.indices[X.indptr[c] : X.indptr[c + 1]] for c in chosen]))
        rows = rows[codes[rows] == k]
        told = ", ".join(f"'{names[c]}' ({100 * coverage[c]:.0f} %)" for c in chosen[:_SHOWN])
        more = f" and {len(chosen) - _SHOWN} more" if len(chosen) > _SHOWN else ""
        what = "the word of the label itself" if own[chosen].any() else "a name, a header, an id, a signature"
        place = re.compile("|".join(rf"(?<!\w){re.escape(str(names[c]).split(' ')[0])}(?!\w)" for c in chosen), re.I)
        places = [found.start() if (found := place.search(corpus.texts[row])) else 0 for row in rows[:3].tolist()]
        findings.append(
            Finding(
                "leak",
                "error" if coverage[chosen[0]] >= _ALL else "warning",
                f"{'Each of these alone decides' if len(chosen) > 1 else 'This alone decides'} on the class '{label}', "
                f"with its share of the documents of the class: {told}{more}. It may be {what}.",
                "Ask whether a new text will have it. If not, take it out of the texts, or test on texts without it.",
                tuple((rows + 1).tolist()),
                examples_of(corpus, rows.tolist(), around=places),
            )
        )
    return findings


def _names_of(label: Any) -> list[str]:
    """Return the words of a label that are long enough to be no word by chance."""
    return [word for word in re.findall(r"[^\W_]+", str(label).lower()) if len(word) >= 3 and not word.isdigit()]


def _without_repeats(chosen: NDArray[np.intp], coverage: NDArray[np.float64], names: Any) -> NDArray[np.intp]:
    """Return features by their coverage, without the longer ones that hold one that is as good."""
    order = sorted(chosen.tolist(), key=lambda c: (-round(float(coverage[c]), 2), str(names[c]).count(" "), c))
    kept: list[int] = []
    for c in order:
        words = set(str(names[c]).split(" "))
        if not any(words & set(str(names[other]).split(" ")) for other in kept):
            kept.append(c)
    return np.array(kept, np.intp)
