"""Labels that are likely wrong, the most suspicious first, and how many are wrong in all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.corpus import Corpus
from textgd.doctor.confident import class_thresholds, confident_classes, noise_interval
from textgd.doctor.finding import Finding, examples_of, excerpt, percent_of
from textgd.doctor.opinions import Progress, View, ask_models, pool_opinions, view_for
from textgd.metrics import Interval, wilson_interval

__all__ = ["LabelCheck", "Suspect", "check_labels"]

# Fewer documents teach no model enough to doubt a label.
_FEWEST = 50
# With more errors than this, confident learning takes hard documents for wrong labels: on rt-polarity as it is
# published it finds a tenth.
_HARD = 0.1


@dataclass(frozen=True)
class Suspect:
    """A document whose label the models doubt.

    Parameters
    ----------
    row : int
        Counted from 1.
    label, suggested : label
        What it has, and what the models say.
    probability : float
        Of the suggested label.
    own_probability : float
        Of the label that it has.
    text : str
        Shortened.
    """

    row: int
    label: Any
    suggested: Any
    probability: float
    own_probability: float
    text: str


@dataclass(frozen=True)
class LabelCheck:
    """What models that have not seen the documents say of their labels.

    Parameters
    ----------
    suspects : tuple of Suspect
        All documents whose own label is not the most probable one, the most suspicious first.
    noise : Interval or None
        The share of labels that are wrong, estimated; None where labels were not checked.
    error : Interval or None
        The share of documents where the models and the label disagree.
    explained : float or None
        The share of that which wrong labels explain.
    models : tuple of str
    n_folds : int
    n_checked : int
    skipped : str or None
        Why labels were not checked, or not thoroughly.
    """

    suspects: tuple[Suspect, ...] = ()
    noise: Interval | None = None
    error: Interval | None = None
    explained: float | None = None
    models: tuple[str, ...] = ()
    n_folds: int = 0
    n_checked: int = 0
    skipped: str | None = None

    def findings(self, corpus: Corpus) -> list[Finding]:
        """Return the finding of label errors, if there is a suspect."""
        if not self.suspects or self.noise is None:
            return []
        n_wrong = round(self.noise.value * self.n_checked)
        low, high = (round(bound * self.n_checked) for bound in (self.noise.low, self.noise.high))
        n = len(self.suspects)
        most = min(max(n_wrong, 10), n)
        message = (
            f"The models disagree with the labels of {n:,} document{'s' if n > 1 else ''} "
            f"({percent_of(n, self.n_checked)}); by confident learning about {n_wrong:,} labels are wrong "
            f"({low:,} to {high:,}). The most suspicious are listed first."
        )
        if self.error is not None and self.error.value > _HARD:
            message += " Where models are wrong so often, some of these are only hard to tell."
        return [
            Finding(
                "label-error",
                "warning" if self.noise.value >= 0.01 else "note",
                message,
                f"Read {f'the first {most:,}' if most > 1 else 'it'} and correct what is wrong; --fix writes what the "
                "models suggest into a column of its own and changes no label.",
                tuple(suspect.row for suspect in self.suspects),
                examples_of(corpus, (suspect.row - 1 for suspect in self.suspects)),
            )
        ]


def check_labels(
    corpus: Corpus,
    groups: NDArray[np.intp],
    *,
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> LabelCheck:
    """Ask models that have not seen the documents which labels they doubt.

    Parameters
    ----------
    corpus : Corpus
    groups : intp array of shape (n_documents,)
        Documents that say the same, which must not vouch for each other.
    random_state : int
        Of the bootstrap that gives the interval.
    n_jobs : int, optional
    progress : callable, optional
    """
    classes = sorted(set(corpus.labels), key=str)
    if len(classes) < 2:
        return LabelCheck(skipped="labels were not checked: there is one class only, so no label to doubt.")
    if len(corpus) < _FEWEST:
        return LabelCheck(
            skipped=f"labels were not checked: {len(corpus)} documents are too few to learn from; {_FEWEST} are enough."
        )
    number = {label: k for k, label in enumerate(classes)}
    codes = np.array([number[label] for label in corpus.labels], np.intp)
    view = view_for(sum(map(len, corpus.texts)), len(classes))
    opinions = ask_models(corpus.texts, codes, groups, view, n_jobs, progress)
    if opinions is None:
        return LabelCheck(
            skipped="labels were not checked: fewer than two classes have different documents, some to learn from and "
            "some to hold out."
        )
    rows, own = opinions.rows, codes[opinions.rows]
    probabilities = pool_opinions(list(opinions.scores.values()), own)
    return _checked(corpus, classes, rows, own, probabilities, view, random_state)


def _checked(
    corpus: Corpus,
    classes: list[Any],
    rows: NDArray[np.intp],
    own: NDArray[np.intp],
    probabilities: NDArray[np.float64],
    view: View,
    random_state: int,
) -> LabelCheck:
    best = probabilities.argmax(axis=1)
    places = np.arange(len(rows))
    of_own, of_best = probabilities[places, own], probabilities[places, best]
    doubted = np.flatnonzero(best != own)
    thresholds = class_thresholds(probabilities, own)
    order = doubted[np.argsort(-_doubt(probabilities, own, thresholds)[doubted], kind="stable")]
    suspects = tuple(
        Suspect(
            row=int(rows[i]) + 1,
            label=classes[own[i]],
            suggested=classes[best[i]],
            probability=float(of_best[i]),
            own_probability=float(of_own[i]),
            text=excerpt(corpus.texts[rows[i]]),
        )
        for i in order.tolist()
    )
    confident = confident_classes(probabilities, thresholds)
    noise = noise_interval(confident, own, len(classes), random_state)
    error = wilson_interval(len(doubted), len(rows))
    explained = min(noise.value / error.value, 1.0) if error.value > 0.0 else None
    return LabelCheck(
        suspects, noise, error, explained, view.names, view.n_folds, len(rows), _skipped(corpus, rows, view)
    )


def _doubt(
    probabilities: NDArray[np.float64], own: NDArray[np.intp], thresholds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how much more probable another class is than the label, in nats.

    Each class is measured by how probable it is for the documents that have its label: those of a rare class are less
    sure all of them, and would be the first suspects otherwise.
    """
    with np.errstate(divide="ignore"):
        relative = np.log(probabilities) - np.log(thresholds)
    places = np.arange(len(own))
    of_own = relative[places, own]
    relative[places, own] = -np.inf
    doubt: NDArray[np.float64] = relative.max(axis=1) - of_own
    return doubt


def _skipped(corpus: Corpus, rows: NDArray[np.intp], view: View) -> str | None:
    said = []
    if len(rows) < len(corpus):
        said.append(
            f"the labels of {len(corpus) - len(rows):,} documents were not checked: their class has no other document "
            "to learn it from"
        )
    if not view.is_whole:
        said.append(
            f"for the size of the corpus and its number of classes, labels were checked by {len(view.names)} models in "
            f"{view.n_folds} folds, without the one that reads characters"
        )
    return "; ".join(said) + "." if said else None
