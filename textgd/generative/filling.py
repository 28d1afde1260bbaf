"""Filling gaps in texts by a classifier of language models: what may stand there, and what class it would make them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.lm.filling import MAX_FILLINGS, MAX_GAPS, fill_models
from textgd.probabilities import Softmax
from textgd.scoring import LanguageScorer, TextScorer
from textgd.text.gaps import GAP, MISSING, GappedTexts
from textgd.text.sequences import SequenceReader
from textgd.text.tokenizer import NEGATED
from textgd.validation import check_number

__all__ = ["FilledText", "Filling", "fill"]

# The best fillings are looked for among so many of each class.
_CANDIDATES = 100


@dataclass(frozen=True, eq=False)
class Filling:
    """Words for the gaps of a text.

    Attributes
    ----------
    words : tuple of str
        One a gap.
    text : str
        The text with these words in its gaps.
    probability : float
        Of these words in the gaps, given the rest of the text.
    posterior : float64 array of shape (n_classes,)
        The probability of each class, given the filled text.
    """

    words: tuple[str, ...]
    text: str
    probability: float
    posterior: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FilledText:
    """What a classifier makes of a text with gaps.

    Attributes
    ----------
    classes : array of shape (n_classes,)
    posterior : float64 array of shape (n_classes,)
        The probability of each class, given the text, whatever stands in its gaps.
    fillings : tuple of Filling
        The most probable ones, the best first.
    """

    classes: NDArray[Any]
    posterior: NDArray[np.float64]
    fillings: tuple[Filling, ...]


def fill(scorer: TextScorer, text: str, n: int = 5, n_jobs: int | None = None) -> FilledText:
    """Fill the gaps of a text.

    Parameters
    ----------
    scorer : TextScorer
        Of language models on words.
    text : str
        Each ``___`` that stands by itself, between white space or punctuation, is a gap of one word.
    n : int
        How many fillings are given, or all where there are fewer.
    n_jobs : int, optional
        Threads; the result does not depend on it.

    Raises
    ------
    InvalidParameterError

    Notes
    -----
    A text with gaps is as probable under a class as all texts together that fill them, with the vocabulary's terms or
    with words that it does not know.  The class probabilities come from that as from any text's.  A filling's
    probability is the mean over the classes, as probable as they are, of its share in the sum of each.
    `textgd.lm.filling.fill_models` tells which gaps are near to each other, so that their sum is approximate.

    Each piece of text between gaps is cut into tokens by itself: a negation before a gap does not reach the words
    after it.

    Examples
    --------
    >>> from textgd.generative.ngram_classifier import NgramClassifier
    >>> from textgd.text.analysis import Analysis
    >>> from textgd.text.sequences import SequenceVectorizer
    >>> vectorizer = SequenceVectorizer(Analysis())
    >>> X = vectorizer.fit_transform(["a good film", "so good a film", "a bad film", "a dull film"])
    >>> model = NgramClassifier(order=2).fit(X, ["pos", "pos", "neg", "neg"])
    >>> scorer = TextScorer(vectorizer.extractor_, model.scorer(), model.classes_)
    >>> for filling in fill(scorer, "A ___ film!", n=3).fillings:
    ...     print(filling.text, round(filling.probability, 2), filling.posterior.round(2))
    A bad film! 0.31 [0.85 0.15]
    A dull film! 0.31 [0.85 0.15]
    A good film! 0.18 [0.32 0.68]
    """
    check_number("n", n, 1, MAX_FILLINGS, whole=True)
    models, reader = _check_scorer(scorer)
    gapped = GappedTexts.cut([text])
    pieces = gapped.pieces
    if not 2 <= len(pieces) <= MAX_GAPS + 1:
        raise InvalidParameterError(
            f"The text has {len(pieces) - 1} gaps; from 1 to {MAX_GAPS} are expected. Mark each with {GAP} (three "
            f"underscores) in the place of one word: The film is {GAP}."
        )
    documents, _ = reader.read_gapped(gapped, n_jobs)
    tokens = [None if token == MISSING else token for token in documents.ids.tolist()]
    filled = fill_models(models.models, tokens, max(n, _CANDIDATES), models.background)
    probabilities = scorer.probabilities or Softmax()
    log_posterior = probabilities.log_proba((filled.log_prob + models.log_prior)[None])[0]
    shares = np.exp(filled.log_probs - filled.log_prob + log_posterior).sum(axis=1)
    of_words: dict[tuple[str, ...], float] = {}
    for numbers, share in zip(filled.fillings, shares.tolist(), strict=True):
        words = _words(reader, numbers)
        of_words[words] = of_words.get(words, 0.0) + share
    best = sorted(of_words, key=of_words.__getitem__, reverse=True)[:n]
    texts = [_put(pieces, words) for words in best]
    posteriors = np.exp(probabilities.log_proba(scorer.predict(texts, n_jobs).scores))
    fillings = map(Filling, best, texts, map(of_words.__getitem__, best), posteriors)
    return FilledText(scorer.classes, np.exp(log_posterior), tuple(fillings))


def _check_scorer(scorer: TextScorer) -> tuple[LanguageScorer, SequenceReader]:
    """Return the language models and what they read."""
    models, reader = scorer.scorer, scorer.extractor
    if not (isinstance(models, LanguageScorer) and isinstance(reader, SequenceReader)):
        raise InvalidParameterError(
            "This model fills no gaps: it is linear and has no language models. Train one that has: "
            "textgd train CORPUS --model lm."
        )
    if reader.analysis.analyzer != "word":
        raise InvalidParameterError(
            f"This model fills no gaps: its tokens are characters (analyzer {reader.analysis.analyzer!r}), and a gap "
            "stands for a word. Train one of words: textgd train CORPUS --model lm."
        )
    return models, reader


def _words(reader: SequenceReader, numbers: NDArray[np.int64]) -> tuple[str, ...]:
    """Return terms as words: negated or not, a word is the same."""
    words = reader.feature_names(numbers)
    if reader.analysis.tokenizer.negation:
        words = [word.removeprefix(NEGATED) for word in words]
    return tuple(words)


def _put(pieces: list[str], words: tuple[str, ...]) -> str:
    """Return the text with words in its gaps."""
    return pieces[0] + "".join(word + piece for word, piece in zip(words, pieces[1:], strict=True))
