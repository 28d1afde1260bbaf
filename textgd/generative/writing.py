"""Texts of a class, written by a model that is generative, and how good they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from textgd.errors import DataError, InvalidParameterError
from textgd.generative.ways import Writing
from textgd.lm.sampler import Sampler, check_choices, check_lengths
from textgd.scoring import LanguageScorer, LinearScorer, TextScorer
from textgd.text.detokenizer import detokenize
from textgd.text.extractor import Extractor
from textgd.text.features import NgramFeatures
from textgd.text.sequences import SequenceReader
from textgd.validation import check_number

__all__ = ["Check", "Writing", "check_texts", "is_bag_of_words", "unknown_words", "write"]

# So often a text that recites is drawn again.
_TRIES = 100
_SUMS_TO_ONE = 1e-6


@dataclass(frozen=True)
class Check:
    """What can be said of texts that were written for a class.

    Attributes
    ----------
    own_class : float
        The share that the model itself gives to the class.
    distinct_1, distinct_2 : float
        The share of different tokens among all tokens, and of different pairs among all pairs (J. Li et al., A
        Diversity-Promoting Objective Function for Neural Conversation Models, 2016).
    perplexity : float or None
        By the language model of the class; None for a bag of words.
    longest_copy : int or None
        The longest run of tokens that stands in the training text as well; 0 where it is shorter than can be told
        (`copy_window`), None where the model cannot tell.
    copy_window : int or None
    """

    own_class: float
    distinct_1: float
    distinct_2: float
    perplexity: float | None
    longest_copy: int | None
    copy_window: int | None


def write(
    scorer: TextScorer, label: Any, n: int = 1, writing: Writing | None = None, random_state: Any = None
) -> list[str]:
    """Return texts of a class.

    Parameters
    ----------
    scorer : TextScorer
        Of language models, or of multinomial naive Bayes, which writes bags of words.
    label : label
    n : int
    writing : Writing, optional
    random_state : int or None
        The same number gives the same texts, and the first of them do not depend on `n`.

    Raises
    ------
    InvalidParameterError, UnknownNameError, DataError
    """
    writing = Writing() if writing is None else writing
    check_number("n", n, 1, whole=True)
    check_choices(writing.temperature, writing.top_k, writing.top_p)
    check_lengths(writing.max_tokens, writing.min_tokens)
    if random_state is not None:
        check_number("random_state", random_state, 0, whole=True)
    entropy = np.random.SeedSequence(random_state).entropy
    draw = _drawer(scorer, scorer.column(label), writing)
    return [draw([entropy, number]) for number in range(n)]


def is_bag_of_words(scorer: TextScorer) -> bool:
    """Whether a model is a multinomial over words: what it weighs them with are the logarithms of probabilities."""
    linear = scorer.scorer
    if not isinstance(linear, LinearScorer) or linear.is_contrast or linear.binarize is not None:
        return False
    weights = linear.weights.astype(np.float64)
    return bool((weights <= 0).all() and np.allclose(np.exp(weights).sum(axis=1), 1.0, atol=_SUMS_TO_ONE))


def unknown_words(scorer: TextScorer, prompt: str) -> list[str]:
    """Return the tokens of a prompt that the model does not know: they stand there, and guide it to nothing."""
    vocabulary = scorer.extractor.vocabulary
    tokens = [token for piece in scorer.extractor.analysis.pieces(prompt) for token in piece]
    return [token for token in tokens if vocabulary is not None and vocabulary.find(token) == len(vocabulary)]


def _drawer(scorer: TextScorer, c: int, writing: Writing) -> Callable[[list[Any]], str]:
    """Return the function from a seed to a text."""
    extractor, inner = scorer.extractor, scorer.scorer
    if isinstance(extractor, SequenceReader) and isinstance(inner, LanguageScorer):
        return _of_language_model(extractor, inner, c, writing)
    if isinstance(extractor, Extractor) and isinstance(inner, LinearScorer) and is_bag_of_words(scorer):
        return _of_bag(extractor, inner, c, writing)
    raise InvalidParameterError(
        "This model cannot write: it tells classes apart, and does not say how their texts come about. "
        "Train one that does: textgd train CORPUS --model lm (or charlm, or nb for a bag of words)."
    )


def _of_language_model(
    reader: SequenceReader, scorer: LanguageScorer, c: int, writing: Writing
) -> Callable[[list[Any]], str]:
    model = scorer.models[c]
    alone = model.levels[0].log_prob
    if (alone[: model.unknown] <= alone[model.unknown]).all():
        raise DataError("There is nothing to write: no document of the class has a token.")
    copies, most = scorer.copies, writing.max_copy
    if most is not None:
        if copies is None:
            raise InvalidParameterError(
                "max_copy needs a model that can tell what it has learned from, and this one was made without; leave "
                "it out, or train the model again."
            )
        check_number("max_copy", most, copies.window, whole=True)
    sampler = Sampler(model, writing.temperature, writing.top_k, writing.top_p)
    tokens = [token for piece in reader.analysis.pieces(writing.prompt) for token in piece]
    if reader.analysis.analyzer == "char" and writing.prompt[-1:].isspace():
        tokens = [*tokens[:-1], " "]
    prompt = [reader.vocabulary.find(token) for token in tokens]

    def draw(seed: list[Any]) -> str:
        rng = np.random.default_rng(seed)
        for _ in range(_TRIES):
            drawn = sampler.draw(prompt, writing.max_tokens, writing.min_tokens, rng)
            if most is None or copies is None or copies.longest_run(np.array([*prompt, *drawn], np.int32)) <= most:
                return detokenize([*tokens, *map(sampler.term, drawn)], reader.analysis)
        raise DataError(
            f"{_TRIES} texts one after the other recite more than {most} tokens of the training text. Raise max_copy, "
            "or the temperature, or train on more text."
        )

    return draw


def _of_bag(extractor: Extractor, linear: LinearScorer, c: int, writing: Writing) -> Callable[[list[Any]], str]:
    if writing.max_copy is not None:
        raise InvalidParameterError("max_copy is for language models: a bag of words has no order that it could copy.")
    features = extractor.features
    words = np.flatnonzero(features.lengths() == 1) if isinstance(features, NgramFeatures) else np.zeros(0, np.int64)
    if len(words) == 0 or extractor.analysis.analyzer != "word":
        raise InvalidParameterError(
            "This model has no words to write with: its features are hashed, characters, or longer n-grams alone. "
            "Train one on single words: textgd train CORPUS --model nb --ngrams 1."
        )
    log_prob = linear.weights[c, words].astype(np.float64)
    order = np.argsort(-log_prob, kind="stable")
    power = 1.0 / writing.temperature if writing.temperature else 1.0
    shares = np.exp(power * (log_prob[order] - log_prob.max()))
    k = 1 if writing.temperature == 0 else writing.top_k or len(order)
    sums = np.cumsum(shares[:k])
    n = min(int(np.searchsorted(sums, (writing.top_p or 1.0) * sums[-1])) + 1, len(sums))
    names = extractor.feature_names(words[order[:n]])
    tokens = [token for piece in extractor.analysis.pieces(writing.prompt) for token in piece]

    def draw(seed: list[Any]) -> str:
        rng = np.random.default_rng(seed)
        places = np.searchsorted(sums[:n], rng.random(writing.max_tokens) * sums[n - 1], side="right")
        return " ".join([*tokens, *(names[min(place, n - 1)] for place in places.tolist())])

    return draw


def check_texts(scorer: TextScorer, label: Any, texts: Sequence[str]) -> Check:
    """Return what can be said of texts that were written for a class."""
    c = scorer.column(label)
    if not texts:
        raise DataError("There are no texts to check; write one at least.")
    own = float(np.mean(scorer.predict(list(texts)).columns == c))
    analysis = scorer.extractor.analysis
    tokens = [[token for piece in analysis.pieces(text) for token in piece] for text in texts]
    pairs = [list(pairwise(document)) for document in tokens]
    distinct_1, distinct_2 = (_distinct([item for part in parts for item in part]) for parts in (tokens, pairs))
    if not isinstance(scorer.scorer, LanguageScorer) or not isinstance(scorer.extractor, SequenceReader):
        return Check(own, distinct_1, distinct_2, None, None, None)
    read, _ = scorer.extractor.read(list(texts))
    perplexity = scorer.scorer.models[c].perplexity(read)
    copies = scorer.scorer.copies
    if copies is None:
        return Check(own, distinct_1, distinct_2, perplexity, None, None)
    runs = [copies.longest_run(ids) for ids in np.split(read.ids, read.indptr[1:-1])]
    return Check(own, distinct_1, distinct_2, perplexity, max(runs), copies.window)


def _distinct(items: Sequence[Any]) -> float:
    return len(set(items)) / len(items) if items else 0.0
