"""How strange a document is to every class: its probability against that of held-out training documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.probabilities import log_sum_exp
from textgd.scoring.language import LanguageScorer
from textgd.scoring.linear import LinearScorer
from textgd.text.extractor import Extractor
from textgd.text.rows import row_sums
from textgd.text.sequences import SequenceReader

__all__ = ["NO_NOVELTY", "Novelty", "beyond_empty", "counts_once", "open_scores"]

#: What is said where a model cannot.
NO_NOVELTY = (
    "Novelty needs P(text), and documents that were held out in training. The models nb, bnb, lm and charlm have both, "
    "without tf-idf and hashing, and with calibrate='auto' (--calibrate auto), where there are documents enough and "
    "this version trained them: train one of these."
)

Numbers = NDArray[np.float64]

# Documents of about one length that are described together at the least, and into how many lengths all are cut at most.
_ALIKE, _LENGTHS = 50, 12
# From the middle of a normal distribution to its upper quartile.
_QUARTILE = 0.6744898
# The strangest documents, all of which are kept, and how many of the others.
_STRANGEST, _OTHERS = 100, 100


@dataclass(frozen=True)
class Novelty:
    """How improbable held-out training documents are, for others to be held against.

    The strangeness of a document is -ln P(x) a token (or a feature, where a model counts features), as far above the
    median of documents of its length as theirs spread; what an empty document has of it, by all words being absent, is
    taken off first.  P(x) is open to unknown tokens: what a model leaves to one that it has never seen is shared by as
    many of them as it knows (by Zipf's law a text lacks about three quarters as many types as it has: Chao's estimate
    from those that occur once and twice).

    The p-value is conformal: of documents that come from the source of the training documents, a share of at most p is
    as strange as that, whatever the model (Laxhammar and Falkman 2010; Vovk, Gammerman and Shafer 2005, chapter 2), but
    for what the folds' models had less to learn from.  Where features are chosen (min_df, max_df, max_features),
    held-out documents had a say in it and new ones look stranger: nearly one in ten is novel at 0.05.

    Parameters
    ----------
    unseen : tuple of float, one a class
        What an unknown token adds to ln P(x, c), where the score leaves out something.
    log_lengths, medians, spreads : tuples of float
        ln of a length, and the strangeness of documents of that length; in between interpolated.
    ranks : tuple of int, ascending
    scale : tuple of float, falling
        The strangeness of so many documents is greater.
    n_documents : int

    References
    ----------
    A. Chao (1984), Nonparametric estimation of the number of classes in a population.
    """

    unseen: tuple[float, ...]
    log_lengths: tuple[float, ...]
    medians: tuple[float, ...]
    spreads: tuple[float, ...]
    ranks: tuple[int, ...]
    scale: tuple[float, ...]
    n_documents: int

    @classmethod
    def learn(cls, unseen: Numbers, scores: Numbers, lengths: NDArray[Any], n_unknown: NDArray[Any]) -> Novelty | None:
        """Return it from documents that were held out; None where none of them has a token.

        Parameters
        ----------
        unseen : float64 array of shape (n_classes,)
        scores : float64 array of shape (n_documents, n_classes)
            ln P(x, c), as far as known tokens go, `beyond_empty`.
        lengths, n_unknown : arrays of shape (n_documents,)
            Tokens (or features) of each document, and how many of them were not known where it was held out.
        """
        is_there = lengths > 0
        if not is_there.any():
            return None
        lengths = lengths[is_there]
        per_token = _per_token(unseen, scores[is_there], lengths, n_unknown[is_there])
        parts = _alike(lengths)
        quartiles = np.array([np.quantile(per_token[part], (0.5, 0.75)) for part in parts])
        widths = (quartiles[:, 1] - quartiles[:, 0]) / _QUARTILE
        # Documents that are all alike have no spread: anything else is strange.
        widths = np.maximum(widths, 1e-6 * np.abs(quartiles[:, 0]) + 1e-12)
        found = cls(
            tuple(unseen.tolist()),
            tuple(float(np.log(np.median(lengths[part]))) for part in parts),
            tuple(quartiles[:, 0].tolist()),
            tuple(widths.tolist()),
            (),
            (),
            len(lengths),
        )
        falling = -np.sort(-found._standardized(per_token, lengths))
        kept = np.arange(min(_STRANGEST, len(falling)))
        if len(falling) > _STRANGEST:
            others = np.linspace(_STRANGEST, len(falling) - 1, _OTHERS).round().astype(int)
            kept = np.unique(np.concatenate([kept, others]))
        values: dict[str, Any] = {
            **asdict(found),
            "ranks": tuple(kept.tolist()),
            "scale": tuple(falling[kept].tolist()),
        }
        return cls(**values)

    def p_values(self, scores: Numbers, lengths: NDArray[Any], n_unknown: NDArray[Any]) -> Numbers:
        """Return p-values for "none of these classes", shape (n_documents,); 1 for a document without any token.

        The parameters are those of `learn`.  It is (1 + held-out documents at least as strange) / (1 + all of them);
        between documents that are kept, the greater number counts.
        """
        there = np.flatnonzero(lengths > 0)
        per_token = _per_token(np.array(self.unseen), scores[there], lengths[there], n_unknown[there])
        strangeness = self._standardized(per_token, lengths[there])
        # How many kept ones are at least as strange; those between the last of them and the next one might be as well.
        n_kept = np.searchsorted(-np.array(self.scale), -strangeness, side="right")
        as_strange = np.append(self.ranks, self.n_documents)[n_kept]
        p_values = np.ones(len(lengths))
        p_values[there] = (1.0 + as_strange) / (1.0 + self.n_documents)
        return p_values

    def _standardized(self, per_token: Numbers, lengths: NDArray[Any]) -> Numbers:
        places = np.log(lengths)
        standardized: Numbers = (per_token - np.interp(places, self.log_lengths, self.medians)) / np.interp(
            places, self.log_lengths, self.spreads
        )
        return standardized

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, described: dict[str, Any], n_classes: int) -> Novelty:
        """Return it from JSON data, checked.

        Raises
        ------
        ValueError, TypeError, LookupError
            Where the data do not describe any.
        """
        values: dict[str, Any] = {
            name: int(value) if name == "n_documents" else tuple(map(int if name == "ranks" else float, value))
            for name, value in described.items()
        }
        found = cls(**values)
        knots = (found.log_lengths, found.medians, found.spreads)
        numbers = np.concatenate([found.unseen, *knots, found.scale])
        ranks = np.array([*found.ranks, found.n_documents])
        if not (
            np.isfinite(numbers).all()
            and len(found.unseen) == n_classes
            and 0 < len(found.log_lengths) == len(found.medians) == len(found.spreads)
            and (np.diff(found.log_lengths) > 0).all()
            and min(found.spreads) > 0
            and 0 < len(found.ranks) == len(found.scale)
            and (np.diff(ranks) > 0).all()
            and ranks[0] == 0
            and (np.diff(found.scale) <= 0).all()
        ):
            raise ValueError("its novelty is no distribution of strangeness")
        return found


def _alike(lengths: NDArray[Any]) -> list[NDArray[np.intp]]:
    """Return documents of about the same length, from the shortest on; those of equal length stay together."""
    order = np.argsort(lengths, kind="stable")
    ascending, n = lengths[order], min(max(len(lengths) // _ALIKE, 1), _LENGTHS)
    cuts = [0]
    for k in range(1, n):
        cut = int(np.searchsorted(ascending, ascending[k * len(order) // n]))
        if cut - cuts[-1] >= _ALIKE:
            cuts.append(cut)
    return np.split(order, cuts[1:])


def open_scores(
    reader: Extractor | SequenceReader,
    scorer: LinearScorer | LanguageScorer,
    documents: Sequence[str],
    n_jobs: int | None = None,
) -> tuple[Numbers, NDArray[np.int64], NDArray[np.int64]]:
    """Return what `Novelty.p_values` takes: scores, and the tokens of each document with how many are unknown.

    The end of a document that is not empty is a token where a model predicts it; a model of features counts n-grams.
    """
    rows: Any
    rows, known = reader.read(documents, n_jobs)
    scores = beyond_empty(scorer, scorer.scores(rows, n_jobs))
    if isinstance(reader, SequenceReader):
        lengths = np.diff(rows.indptr)
        return scores, lengths + (lengths > 0), lengths - known
    distinct = counts_once(reader, scorer)
    lengths = reader.n_ngrams(documents, n_jobs, distinct=distinct)
    counted = np.diff(rows.indptr) if distinct else row_sums(rows.data, rows.indptr).astype(np.int64)
    return scores, lengths, lengths - counted


def beyond_empty(scorer: LinearScorer | LanguageScorer, scores: Numbers) -> Numbers:
    """Return ln P(x, c) less ln P of an empty document: to Bernoulli naive Bayes absent words speak, and many do.

    Divided by the tokens of a short document these would outweigh those.
    """
    beyond: Numbers = scores - log_sum_exp(scorer.baseline[None])
    return beyond


def counts_once(reader: Extractor, scorer: LinearScorer | LanguageScorer) -> bool:
    """Whether a feature counts once a document."""
    return reader.binary or (isinstance(scorer, LinearScorer) and scorer.binarize is not None)


def _per_token(unseen: Numbers, scores: Numbers, lengths: NDArray[Any], n_unknown: NDArray[Any]) -> Numbers:
    """Return -ln P(x) a token."""
    per_token: Numbers = -log_sum_exp(scores + np.multiply.outer(n_unknown, unseen)) / lengths
    return per_token
