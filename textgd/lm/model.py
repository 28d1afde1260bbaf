"""A fitted n-gram language model: immutable arrays, and what can be asked of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import DataError
from textgd.lm.limits import MAX_TOKENS
from textgd.text.documents import TokenizedDocuments, check_token_lists
from textgd.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from textgd.lm.query import ModelIndex
    from textgd.lm.smoothing import Smoothing

__all__ = ["Level", "NgramModel"]


@dataclass(frozen=True, eq=False)
class Level:
    """The n-grams of one order in a trie, in lexicographic order of their token numbers.

    Parameters
    ----------
    starts : int32 array of shape (n_ngrams_above + 1,)
        Where the n-grams that begin with each n-gram of the order below start.
    tokens : int32 array of shape (n_ngrams,)
        The last token of each.
    log_prob : float32 array of shape (n_ngrams,)
        ln p of the last token after the others.
    log_backoff : float32 array of shape (n_ngrams,)
        ln of what p is multiplied with where the n-gram is the context of a token that was not seen after it; empty
        at the highest order.
    """

    starts: NDArray[np.int32]
    tokens: NDArray[np.int32]
    log_prob: NDArray[np.float32]
    log_backoff: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class NgramModel:
    """An n-gram language model in backoff form.

    Tokens are numbered as in the vocabulary; after its terms come ``<unk>``, ``</s>`` and ``<s>``.  A term that is
    spelled like one of these is text, and another token.

    Parameters
    ----------
    vocabulary : Vocabulary
    levels : tuple of Level
        One an order; the first holds every token.
    smoothing : dict
        How it was smoothed: the name of the method, its parameters, what it learned, and the orders for which
        it had to fall back on a default.  JSON-ready.

    Examples
    --------
    >>> model = NgramModel.fit([["a", "b", "a"], ["a", "b"]], order=2)
    >>> round(model.log_prob(["a", "b"]), 4), round(model.perplexity([["a", "b"], ["b"]]), 4)
    (-2.1051, 2.8153)
    """

    vocabulary: Vocabulary
    levels: tuple[Level, ...]
    smoothing: dict[str, Any]

    @classmethod
    def fit(
        cls,
        documents: Sequence[Sequence[str]] | TokenizedDocuments,
        order: int = 3,
        smoothing: str | Smoothing = "kneser-ney",
        prune: Sequence[int] | None = None,
    ) -> NgramModel:
        """Estimate a model.

        Parameters
        ----------
        documents : sequence of sequences of str, or TokenizedDocuments
            Each is read between ``<s>``, which is a context alone, and ``</s>``, which is predicted.  The terms of
            tokenized documents are the vocabulary, those too that do not occur; tokens that it does not know
            are read as ``<unk>``.
        order : int
            How many tokens an n-gram has, from 1 to 12.
        smoothing : Smoothing, or str
            `KneserNey`, `WittenBell`, `AbsoluteDiscounting`, `JelinekMercer`, `Additive`, or the name of one.
        prune : sequence of int, optional
            For each order, how often an n-gram may occur and be left out; what it had goes to the order below.

        Raises
        ------
        InvalidParameterError, UnknownNameError, DataError
        """
        from textgd.lm.builder import build

        return build(_tokenized(documents), order, smoothing, prune)

    def __getstate__(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}  # not what can be computed again

    @property
    def order(self) -> int:
        """How many tokens the longest n-grams have."""
        return len(self.levels)

    @property
    def unknown(self) -> int:
        """The number of ``<unk>``."""
        return len(self.vocabulary)

    @property
    def end(self) -> int:
        """The number of ``</s>``."""
        return len(self.vocabulary) + 1

    @property
    def start(self) -> int:
        """The number of ``<s>``."""
        return len(self.vocabulary) + 2

    @cached_property
    def index(self) -> ModelIndex:
        """The n-grams as the compiled code looks them up."""
        from textgd.lm.query import index_model

        return index_model(self)

    def log_prob(self, tokens: Sequence[str]) -> float:
        """Return ln P of one document, ``</s>`` included, after ``<s>``; tokens that are not known are ``<unk>``."""
        return float(self.log_probs([tokens])[0])

    def log_probs(
        self, documents: Sequence[Sequence[str]] | TokenizedDocuments, n_jobs: int | None = None
    ) -> NDArray[np.float64]:
        """Return ln P of each document, shape (n_documents,); the result does not depend on `n_jobs`."""
        from textgd.lm.query import score

        return score(self, self.read(documents), n_jobs)

    def token_log_probs(self, tokens: Sequence[str]) -> NDArray[np.float64]:
        """Return ln p of each token after those before it, and of ``</s>`` at last, shape (n_tokens + 1,)."""
        from textgd.lm.query import score_slowly

        return score_slowly(self, self.read([tokens]).ids)

    def cross_entropy(self, documents: Sequence[Sequence[str]] | TokenizedDocuments) -> float:
        """Return the nats a token of documents, ``</s>`` of each counted as a token."""
        documents = self.read(documents)
        if len(documents) == 0:
            raise DataError("The cross-entropy of no documents is not defined; give one at least.")
        return -float(self.log_probs(documents).sum()) / (len(documents.ids) + len(documents))

    def perplexity(self, documents: Sequence[Sequence[str]] | TokenizedDocuments) -> float:
        """Return the perplexity of documents, e to the power of their cross-entropy, unknown tokens included."""
        return float(np.exp(self.cross_entropy(documents)))

    def next_probabilities(self, context: Sequence[str] = (), from_start: bool = True) -> NDArray[np.float64]:
        """Return p of every token after a context, shape (n_terms + 2,): the terms, ``<unk>``, ``</s>``.

        Parameters
        ----------
        context : sequence of str
        from_start : bool
            The context stands at the beginning of a document.
        """
        from textgd.lm.query import next_log_probs

        ids = self.read([context]).ids.tolist()
        probabilities: NDArray[np.float64] = np.exp(next_log_probs(self, [self.start, *ids] if from_start else ids))
        return probabilities

    def generate(
        self,
        *,
        prompt: Sequence[str] = (),
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        max_tokens: int = MAX_TOKENS,
        min_tokens: int = 0,
        random_state: Any = None,
    ) -> list[str]:
        """Return the tokens of a document drawn from the model, those of the prompt first.

        The parameters are those of `textgd.lm.sampler.Sampler`, which draws many documents faster; `random_state` is
        an int, a Generator, or None for another document each time.
        """
        from textgd.lm.sampler import Sampler

        sampler = Sampler(self, temperature, top_k, top_p)
        drawn = sampler.draw(self.read([prompt]).ids.tolist(), max_tokens, min_tokens, random_state)
        return [*prompt, *map(sampler.term, drawn)]

    def read(self, documents: Sequence[Sequence[str]] | TokenizedDocuments) -> TokenizedDocuments:
        """Return documents with the numbers of the model's vocabulary."""
        documents = _tokenized(documents)
        return documents if documents.vocabulary is self.vocabulary else documents.aligned(self.vocabulary)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to one file that holds no code.

        Raises
        ------
        ModelFileError
        """
        from textgd.lm.storage import save

        save(path, self)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> NgramModel:
        """Return the model that was saved to `path`; its arrays stay on disk until they are used (memory map).

        Raises
        ------
        ModelFileError
        """
        from textgd.lm.storage import load

        return load(path)


def _tokenized(documents: Sequence[Sequence[str]] | TokenizedDocuments) -> TokenizedDocuments:
    if isinstance(documents, TokenizedDocuments):
        return documents
    return TokenizedDocuments.from_tokens(check_token_lists(documents))
