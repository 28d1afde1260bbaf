"""Scoring documents in which words are missing: what a model may put in their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.scoring.language import LanguageScorer
from textgd.scoring.linear import LinearScorer
from textgd.text.extractor import Extractor
from textgd.text.gaps import GAP, GappedTexts
from textgd.text.sequences import SequenceReader
from textgd.validation import AUTO, check_choice

__all__ = ["IMPUTATIONS", "can_marginalize", "check_no_imputation", "gapped_scores"]

MARGINALIZE, ZERO, MEAN = "marginalize", "zero", "mean"
#: What may be put in the place of a missing word; `gapped_scores` tells what each is.
IMPUTATIONS = (AUTO, MARGINALIZE, ZERO, MEAN)

Reader = Extractor | SequenceReader
Scorer = LinearScorer | LanguageScorer

# How long the rest of a vector of length 1 is, by the share of it that is there: parts of it stand at right angles.
_LENGTHS = {"l2": np.sqrt, "l1": np.positive}

_TRAIN_AGAIN = (
    "The model's file says nothing of missing words, since an earlier version wrote it: train the model again."
)


def gapped_scores(
    reader: Reader, scorer: Scorer, documents: Sequence[str], mark: str, impute: str = AUTO, n_jobs: int | None = None
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the scores of documents in which words are missing, and how many tokens of each the model knows.

    Parameters
    ----------
    reader : Extractor or SequenceReader
    scorer : LinearScorer or LanguageScorer
    documents : sequence of str
    mark : str
        Stands in the place of each missing word, by itself; see `textgd.text.gaps.GappedTexts.cut`.
    impute : {"auto", "marginalize", "zero", "mean"}
        "auto" marginalizes where the model can; else it is "zero".
    n_jobs : int, optional
        Threads; the scores do not depend on it.

    Returns
    -------
    scores : float64 array of shape (n_documents, n_classes)
    n_known_tokens : int64 array of shape (n_documents,)

    Raises
    ------
    InvalidParameterError

    Notes
    -----
    "marginalize" sums the joint probability over all that may stand in the gaps.  Multinomial naive Bayes takes the
    n-grams of a document for independent draws, so what was not observed drops out of its product: n-grams that touch a
    gap are left out, and no n-gram reaches across one.  On counts of words that is the sum itself.  Language models of
    words sum over every term in every gap (`textgd.scoring.LanguageScorer`).

    "zero" takes the words for words that the text does not have.  To a linear classifier every n-gram that touches a
    gap then is a feature of value 0; measured on reviews and messages, it is no less accurate so than with the n-grams
    that would form across gaps, and trained with word dropout more so.  A model that marginalizes has done that by
    marginalizing; there, and where tokens are characters, the text is closed up, and n-grams form across gaps.

    "mean" puts what the mean training document adds to the scores in the place of what is lost, for linear models.
    With a share q of the n-grams of a document lost, its score is ``b + w·x + q w·m``: x holds the n-grams that touch
    no gap, m is the mean training row.  A row that is scaled to length 1 is that of a part of the document alone, which
    would be a part of length sqrt(1 - q) in the whole one's row: so much x counts then, and 1 - q for ``norm="l1"``.

    Bernoulli naive Bayes does not marginalize: what is absent counts in its score as much as what is there, and the
    calibration of its probabilities, learned from whole documents, holds for no other number of absent features.
    """
    impute = _resolved(reader, scorer, impute)
    texts = GappedTexts.cut(documents, mark)
    is_linear = isinstance(scorer, LinearScorer) and not scorer.marginalizes
    if impute == ZERO and not (is_linear and reader.analysis.analyzer == "word"):
        rows, known = reader.read(texts.closed(), n_jobs)
        return _scores(scorer, rows, n_jobs), known
    if isinstance(reader, SequenceReader):
        tokens, known = reader.read_gapped(texts, n_jobs)
        return _scores(scorer, tokens, n_jobs), known
    if impute == MEAN and isinstance(scorer, LinearScorer):
        rows, known, lost = _read_with_shares(reader, texts, n_jobs)
        norm = None if reader.tfidf is None else reader.tfidf.norm
        kept = np.ones(len(lost)) if norm is None else _LENGTHS[norm](1.0 - lost)
        return scorer.imputed_scores(rows, kept, lost, n_jobs), known
    rows, known, _ = reader.read_gapped(texts, n_jobs)
    return _scores(scorer, rows, n_jobs), known


def check_no_imputation(impute: str) -> None:
    """Refuse to impute where no mark says which words are missing.

    Raises
    ------
    InvalidParameterError
    """
    check_choice("impute", impute, IMPUTATIONS)
    if impute != AUTO:
        raise InvalidParameterError(
            f"impute is {impute!r}, and nothing says which words are missing; name the mark in their place: "
            f"missing={GAP!r} (--missing {GAP})."
        )


def can_marginalize(reader: Reader, scorer: Scorer) -> bool:
    """Whether a model can sum over what may stand in a gap.

    Raises
    ------
    InvalidParameterError
        Where that is not known of it.
    """
    # Of characters, it is not known how many a missing word has.
    if isinstance(scorer, LanguageScorer):
        return reader.analysis.analyzer == "word"
    if scorer.marginalizes is None:
        raise InvalidParameterError(_TRAIN_AGAIN)
    return scorer.marginalizes and reader.analysis.analyzer == "word"


def _resolved(reader: Reader, scorer: Scorer, impute: str) -> str:
    """Return what to do with missing words: one of all but "auto"."""
    check_choice("impute", impute, IMPUTATIONS)
    can = can_marginalize(reader, scorer)
    if impute == AUTO:
        return MARGINALIZE if can else ZERO
    if impute == ZERO or (impute == MARGINALIZE and can):
        return impute
    if impute == MARGINALIZE:
        raise InvalidParameterError(
            "impute is 'marginalize', and this model cannot sum over missing words: only multinomial naive Bayes and "
            f"language models of words can. Allowed are {_named(AUTO, ZERO, *_means(scorer))}; or train one that can "
            "(textgd train CORPUS --model nb, --model lm)."
        )
    if not isinstance(scorer, LinearScorer):
        raise InvalidParameterError(
            "impute is 'mean', and language models have no mean document: their scores are not linear. Allowed are "
            f"{_named(AUTO, *([MARGINALIZE] if can else []), ZERO)}."
        )
    if scorer.mean is None:
        raise InvalidParameterError(_TRAIN_AGAIN)
    return MEAN


def _means(scorer: Scorer) -> list[str]:
    return [MEAN] if isinstance(scorer, LinearScorer) else []


def _named(*names: str) -> str:
    return ", ".join(map(repr, names))


def _read_with_shares(reader: Extractor, texts: GappedTexts, n_jobs: int | None) -> Any:
    """Return the features of what is there, how many tokens are known, and the share of n-grams that is lost."""
    if reader.analysis.analyzer == "word":
        return reader.read_gapped(texts, n_jobs)
    # How many characters are missing is not known, but how many words are.
    rows, known = reader.read(texts.closed(), n_jobs)
    n_words = np.fromiter((len(piece.split()) for piece in texts.pieces), np.int64, len(texts.pieces))
    return rows, known, texts.lost_share(n_words, (1, 1))


def _scores(scorer: Scorer, read: Any, n_jobs: int | None) -> NDArray[np.float64]:
    return scorer.scores(read, n_jobs)
