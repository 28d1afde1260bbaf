"""From a fitted model and a document to an explanation; numpy alone."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import DataError
from textgd.explanation.explanation import Explanation
from textgd.explanation.language import language_pieces
from textgd.explanation.linear import linear_pieces
from textgd.explanation.path import mean_slopes, side_slopes
from textgd.explanation.pieces import Pieces
from textgd.probabilities import Probabilities, Softmax
from textgd.scoring import LanguageScorer, TextScorer
from textgd.text.spans import PlacedTokens, place_tokens

__all__ = ["explain", "read_pieces"]

_WORD = re.compile(r"\S+")


def explain(scorer: TextScorer, document: str, label: Any = None) -> Explanation:
    """Return what each piece of a document adds to the log-odds of a label.

    A document is read from nothing to the whole: the log-odds of nothing are the bias, and what they gain on the way is
    shared by the pieces in proportion to what each adds to the scores of the classes (`textgd.explanation.path`).  For
    two classes and a calibration that is linear in the score this is weight times value.

    Parameters
    ----------
    scorer : TextScorer
    document : str
    label : label, or what it looks like; optional
        The label to explain; by default the one that the model predicts.

    Raises
    ------
    DataError
        Where the document is no str, or a class prior of 0 decides whatever it says.
    UnknownNameError
        Where the model does not know the label.
    """
    if not isinstance(document, str):
        raise DataError(f"One text is explained at a time, a str; this is {type(document).__name__}: {document!r:.60}.")
    wanted = None if label is None else scorer.column(label)
    placed = place_tokens(scorer.extractor.analysis, document)
    pieces = read_pieces(scorer, placed, len(document))
    c = wanted if wanted is not None else int(scorer.columns(pieces.scores[None])[0])
    return _explain(scorer, document, pieces, c, _borders(scorer, placed, document))


def read_pieces(scorer: TextScorer, placed: PlacedTokens, length: int) -> Pieces:
    """Return what each piece of a document of `length` characters adds to the scores, the tokens placed in it."""
    extractor: Any = scorer.extractor
    if isinstance(scorer.scorer, LanguageScorer):
        return language_pieces(extractor, scorer.scorer, placed, length)
    return linear_pieces(extractor, scorer.scorer, placed)


def _explain(scorer: TextScorer, document: str, pieces: Pieces, c: int, borders: NDArray[np.int64]) -> Explanation:
    classes = scorer.classes.tolist()
    start, end = scorer.scorer.baseline, pieces.scores
    probability = against = None
    if scorer.probabilities is None:
        slopes, rival = _lead(end, c)
        against = classes[rival]
        bias, log_odds = float(slopes @ start), float(slopes @ end)
        values = pieces.parts @ slopes
    else:
        bias, log_odds = scorer.log_odds(np.stack([start, end]))[:, c].tolist()
        if not np.isfinite([bias, log_odds]).all():
            raise DataError(
                f"The log-odds of {classes[c]!r} are {log_odds} for this text and {bias} before anything is read: "
                "a class prior of 0 rules a label out whatever the text says, so there is nothing to explain."
            )
        values = _weigh(scorer.probabilities, start, pieces, c)
        probability = float(np.exp(-np.logaddexp(0.0, -log_odds)))
    values = _settled(values[pieces.which], log_odds - bias)
    return Explanation(
        document,
        classes[c],
        "score" if scorer.probabilities is None else "nats",
        log_odds + 0.0,  # no minus before a zero
        probability,
        bias + 0.0,
        against,
        values,
        pieces.starts,
        pieces.ends,
        pieces.features,
        pieces.codes,
        borders,
        has_words=isinstance(scorer.scorer, LanguageScorer) and scorer.extractor.analysis.analyzer != "word",
    )


def _weigh(probabilities: Probabilities, start: NDArray[np.float64], pieces: Pieces, c: int) -> NDArray[np.float64]:
    """Return what a piece of each part adds to the log-odds of class `c`, shape (n_parts,)."""
    parts, end = pieces.parts, pieces.scores
    # Whether a piece speaks for the class is a matter of the scores, whatever probabilities they stand for.
    speaks_for = parts @ mean_slopes(Softmax(), start, end, c) > 0.0
    times = np.bincount(pieces.which, minlength=len(parts))
    slopes, opposite = side_slopes(probabilities, start, end, (times * speaks_for) @ parts, c)
    return np.where(speaks_for, parts @ slopes, parts @ opposite)


def _lead(scores: NDArray[np.float64], c: int) -> tuple[NDArray[np.float64], int]:
    """Return what takes the score of the best other class off that of class `c`, and which one that is."""
    others = scores.copy()
    others[c] = -np.inf
    rival = int(others.argmax())
    slopes = np.zeros(len(scores))
    slopes[[c, rival]] = 1.0, -1.0
    return slopes, rival


def _settled(values: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    """Return values that add up to the total; what they miss is rounding, and each takes its share of it."""
    sizes = np.abs(values)
    whole = float(sizes.sum())
    if whole == 0.0:
        return values
    return values + (total - math.fsum(values.tolist())) * (sizes / whole)


def _borders(scorer: TextScorer, placed: PlacedTokens, document: str) -> NDArray[np.int64]:
    is_border = np.zeros(len(document) + 1, np.bool_)
    is_border[[0, -1]] = True
    if scorer.extractor.analysis.analyzer == "word":
        is_border[placed.starts] = is_border[placed.ends] = True
    else:
        # What stands between two words belongs to the one before it.
        is_border[[match.start() for match in _WORD.finditer(document)]] = True
    return np.flatnonzero(is_border)
