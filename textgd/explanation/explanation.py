"""Why a model says what it says of one document."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Contribution", "Explanation", "Feature", "Run"]


class Contribution(NamedTuple):
    """What one piece of a document adds.

    Attributes
    ----------
    text : str
        The piece as it stands in the document; where it covers no characters, the name of its feature.
    start, end : int
        The piece is ``document[start:end]``.
    contribution : float
    """

    text: str
    start: int
    end: int
    contribution: float


class Feature(NamedTuple):
    """What all occurrences of a feature add together.

    Attributes
    ----------
    name : str
        As the model reads it: lower-cased, stemmed, masked.  Of single characters, the word that they are in.
    times : int
        How often it occurs.
    contribution : float
    """

    name: str
    times: int
    contribution: float


class Run(NamedTuple):
    """A stretch of the document that speaks for or against the label about equally all over.

    Attributes
    ----------
    start, end : int
        It is ``document[start:end]``.
    level : int
        How much it speaks for the label, or below 0 against it.
    contribution : float
    """

    start: int
    end: int
    level: int
    contribution: float


@dataclass(frozen=True, eq=False)
class Explanation:
    """How the pieces of a document add up to the log-odds of a label: ``bias + Σ contributions = log_odds``.

    Parameters
    ----------
    text : str
        The document.
    label : str, int, float or bool
    unit : {"nats", "score"}
        Nats of log-odds; of a model without probabilities, its score.
    log_odds : float
        ln p / (1 - p) of the label, or by how much its score is ahead of that of `against`.
    probability : float or None
    bias : float
        What `log_odds` are before anything is read.
    against : label or None
        What the label is compared with: None for all others together.
    values : float64 array of shape (n_pieces,)
        The contributions.
    starts, ends : int64 arrays of shape (n_pieces,)
        Where each piece stands.
    features : tuple of str
        The names of the distinct features.
    codes : int64 array of shape (n_pieces,)
        The feature of each piece.
    borders : int64 array of shape (n_segments + 1,)
        Where the document may be cut to be shown: at its tokens, or before its words where characters are read.
    has_words : bool
        Whether `strongest` is about the words between `borders`, since the pieces are single characters.

    Examples
    --------
    >>> from textgd import TextClassifier
    >>> texts = ["win a free prize now", "free entry: win cash", "see you at lunch", "are you home now"]
    >>> classifier = TextClassifier(ngram_range=(1, 1)).fit(texts, ["spam", "spam", "ham", "ham"])
    >>> explanation = classifier.explain("FREE lunch, free")
    >>> explanation.label, round(explanation.log_odds, 3), round(explanation.bias, 3)
    ('spam', 0.256, 0.0)
    >>> [(piece.text, piece.start, round(piece.contribution, 3)) for piece in explanation.contributions]
    [('FREE', 0, 0.56), ('lunch', 5, -0.863), ('free', 12, 0.56)]
    """

    text: str
    label: Any
    unit: str
    log_odds: float
    probability: float | None
    bias: float
    against: Any
    values: NDArray[np.float64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    features: tuple[str, ...]
    codes: NDArray[np.int64]
    borders: NDArray[np.int64]
    has_words: bool = False

    @cached_property
    def contributions(self) -> tuple[Contribution, ...]:
        """The contribution of each piece, in the order of the document."""
        pieces = zip(self.codes.tolist(), self.starts.tolist(), self.ends.tolist(), self.values.tolist(), strict=True)
        return tuple(
            Contribution(self.text[start:end] or self.features[code], start, end, value)
            for code, start, end, value in pieces
        )

    def strongest(self, n: int | None = None) -> list[Feature]:
        """Return the `n` features that add or take most, all their occurrences together, strongest first."""
        names, codes, values = (self.features, self.codes, self.values) if not self.has_words else self._words()
        totals = np.bincount(codes, values, len(names))
        times = np.bincount(codes, minlength=len(names))
        order = np.argsort(-np.abs(totals), kind="stable")[:n]
        return [Feature(names[k], int(times[k]), float(totals[k])) for k in order.tolist()]

    def _words(self) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.float64]]:
        """Return the names of the words and of what covers no characters, which one each is, and what it adds."""
        cuts = zip(self.borders[:-1].tolist(), self.borders[1:].tolist(), strict=True)
        words = [self.text[start:end].strip() for start, end in cuts]
        bare = np.flatnonzero(self.starts == self.ends)
        words += [self.features[code] for code in self.codes[bare].tolist()]
        names = {word: k for k, word in enumerate(dict.fromkeys(words))}
        codes = np.fromiter(map(names.__getitem__, words), np.int64, len(words))
        return tuple(names), codes, np.concatenate([self.segments(), self.values[bare]])

    def heat(self) -> NDArray[np.float64]:
        """Return how much of the contributions each character carries, shape (n_characters,).

        Each contribution is spread evenly over the characters that its piece covers, so that the heat adds up to the
        contributions of all pieces that cover any.
        """
        lengths = self.ends - self.starts
        covers = lengths > 0
        starts, ends = self.starts[covers], self.ends[covers]
        each = self.values[covers] / lengths[covers]
        n = len(self.text) + 1
        # At each character, what begins there less what ended before it.
        heat = np.cumsum(np.bincount(starts, each, n) - np.bincount(ends, each, n), dtype=np.float64)
        n_covering = np.cumsum(np.bincount(starts, minlength=n) - np.bincount(ends, minlength=n))
        # What rounding leaves where nothing lies is nothing.
        heat[n_covering == 0] = 0.0
        return heat[:-1]

    def segments(self) -> NDArray[np.float64]:
        """Return the heat between each two `borders`, shape (n_segments,)."""
        if len(self.borders) < 2:
            return np.zeros(0)
        return np.add.reduceat(self.heat(), self.borders[:-1])

    def runs(self, n_levels: int) -> list[Run]:
        """Return the whole document, cut where its level changes: as strong as the strongest segment is `n_levels`.

        White space between two segments of one level has that level too.
        """
        segments = self.segments()
        top = float(np.abs(segments).max(initial=0.0))
        levels = (
            np.rint(segments * (n_levels / top)).astype(np.int64) if top > 0.0 else np.zeros(len(segments), np.int64)
        )
        is_gap = np.array(
            [self.text[a:b].isspace() for a, b in zip(self.borders[1:-2], self.borders[2:-1], strict=True)]
        )
        if len(levels) > 2:
            levels[1:-1] = np.where(is_gap & (levels[:-2] == levels[2:]), levels[2:], levels[1:-1])
        changes = np.flatnonzero(np.diff(levels, prepend=n_levels + 1))
        bounds = np.append(self.borders[changes], len(self.text)).tolist()
        totals = np.add.reduceat(segments, changes) if len(changes) else segments
        return list(map(Run, bounds[:-1], bounds[1:], levels[changes].tolist(), totals.tolist()))

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        return {
            "label": self.label,
            "log_odds": self.log_odds,
            "bias": self.bias,
            "probability": self.probability,
            "unit": self.unit,
            "against": self.against,
            "contributions": [piece._asdict() for piece in self.contributions],
        }
