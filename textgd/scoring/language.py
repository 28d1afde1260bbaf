"""A score by one language model a class, and Bayes' rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError
from textgd.lm.copies import CopyFilter
from textgd.lm.forest import Forest, plant
from textgd.lm.gaps import FOLLOWED, sum_over_gaps
from textgd.lm.gaps_slowly import sum_over_gaps_slowly
from textgd.lm.mixing import mix_logs
from textgd.lm.mixture import Mixture
from textgd.lm.model import NgramModel
from textgd.lm.query import document_sums, is_loaded, shards, token_scores, token_scores_slowly
from textgd.text.documents import TokenizedDocuments
from textgd.text.rows import row_sums
from textgd.text.threads import run_in_threads

__all__ = ["LanguageScorer"]

_Score = Callable[[TokenizedDocuments], NDArray[np.float64]]

# So few gaps are summed over before the compiled code is loaded.
_FEW_GAPS = 10


@dataclass(frozen=True, eq=False)
class LanguageScorer:
    """ln P(c) + ln P(x | c), each class a language model of its own over one vocabulary.

    What a class says of a token is mixed with what all classes say on the average, so that no single token that one of
    them has never seen decides: p(w | h, c) = (1 - background) p_c(w | h) + background mean_k p_k(w | h).

    Parameters
    ----------
    models : tuple of NgramModel
        One a class.
    log_prior : float64 array of shape (n_classes,)
    background : float
        From 0, where each class speaks for itself, to below 1.
    copies : CopyFilter, optional
        Which runs of tokens stand in the text that was learned from.
    """

    models: tuple[NgramModel, ...]
    log_prior: NDArray[np.float64]
    background: float = 0.0
    copies: CopyFilter | None = None

    def scores(self, documents: TokenizedDocuments, n_jobs: int | None = None) -> NDArray[np.float64]:
        """Return the joint log-probability of each document with each class, shape (n_documents, n_classes).

        The number -1 is a gap, where one token stands: the probability is the sum over all that it may be, exact or as
        near as `textgd.lm.gaps.sum_over_gaps` tells.
        """
        return self._with_gaps_apart(
            documents, partial(self._score_whole, n_jobs=n_jobs), partial(self._sum, n_jobs=n_jobs)
        )

    def scores_slowly(self, documents: TokenizedDocuments) -> NDArray[np.float64]:
        """Return what `scores` does: the reference of the compiled code."""
        return self._with_gaps_apart(documents, self._score_slowly, self._sum_slowly)

    def _with_gaps_apart(self, documents: TokenizedDocuments, whole: _Score, gapped: _Score) -> NDArray[np.float64]:
        """Return the scores of documents, those that have gaps by a way of their own."""
        has_gap = row_sums((documents.ids < 0).astype(np.int64), documents.indptr) > 0
        if not has_gap.any():
            return whole(documents)
        scores = np.empty((len(documents), len(self.models)))
        scores[~has_gap] = whole(documents.select(np.flatnonzero(~has_gap)))
        scores[has_gap] = gapped(documents.select(np.flatnonzero(has_gap)))
        return scores

    def _score_whole(self, documents: TokenizedDocuments, n_jobs: int | None) -> NDArray[np.float64]:
        if is_loaded():
            for model in self.models:
                _ = model.index  # made once, before threads ask for it
        parts = run_in_threads(lambda rows: self._score(documents[rows], token_scores), shards(documents), n_jobs)
        return np.concatenate([np.zeros((0, len(self.models))), *parts])

    def _score_slowly(self, documents: TokenizedDocuments) -> NDArray[np.float64]:
        return self._score(documents, token_scores_slowly)

    def _sum(self, documents: TokenizedDocuments, n_jobs: int | None) -> NDArray[np.float64]:
        if not is_loaded() and int((documents.ids < 0).sum()) <= _FEW_GAPS:
            return self._sum_slowly(documents)
        return sum_over_gaps(self._mixture, self._forest, documents, n_jobs=n_jobs).log_prob + self.log_prior

    def _sum_slowly(self, documents: TokenizedDocuments) -> NDArray[np.float64]:
        return sum_over_gaps_slowly(self._mixture, documents).log_prob + self.log_prior

    @cached_property
    def _forest(self) -> Forest:
        return plant(self.models, FOLLOWED)

    @property
    def _mixture(self) -> Mixture:
        return Mixture(self.models, self.background)

    def _score(
        self,
        documents: TokenizedDocuments,
        token_scores: Callable[[NgramModel, TokenizedDocuments], NDArray[np.float64]],
    ) -> NDArray[np.float64]:
        return self.totals(self._parts(documents, token_scores), documents)

    def _parts(
        self,
        documents: TokenizedDocuments,
        token_scores: Callable[[NgramModel, TokenizedDocuments], NDArray[np.float64]],
    ) -> NDArray[np.float64]:
        return mix_logs(np.stack([token_scores(model, documents) for model in self.models]), self.background).T

    @property
    def baseline(self) -> NDArray[np.float64]:
        """The score of each class before anything is read, shape (n_classes,)."""
        return self.log_prior

    def parts(self, documents: TokenizedDocuments) -> NDArray[np.float64]:
        """Return what each token, and the end of each document after its last one, adds to the score of each class.

        Shape (n_tokens + n_documents, n_classes).

        Raises
        ------
        InvalidParameterError
            Where documents have gaps: tokens on both sides of one add to the score together.
        """
        if (documents.ids < 0).any():
            raise InvalidParameterError(
                "What each token adds to a score is not defined where words are missing: those around a gap add to "
                "it together. Explain a text without gaps."
            )
        return self._parts(documents, token_scores)

    def totals(self, parts: NDArray[np.float64], documents: TokenizedDocuments) -> NDArray[np.float64]:
        """Return the score of each document with each class from its `parts`, shape (n_documents, n_classes)."""
        likelihoods = np.stack([document_sums(scores, documents) for scores in parts.T], axis=1)
        joint: NDArray[np.float64] = likelihoods + self.log_prior
        return joint

    def fallback_orders(self, c: int) -> list[int]:
        """Return the orders of a class for whose discounts there was too little text, so that they have defaults."""
        orders: list[int] = self.models[c].smoothing.get("fallback_orders", [])
        return orders

    def alone(self, features: slice) -> NDArray[np.float64]:
        """Return what each of some terms, out of any context, adds to the score of each class, shape (n, n_classes)."""
        terms = slice(*features.indices(self.models[0].unknown))
        alone = np.stack([model.levels[0].log_prob[terms].astype(np.float64) for model in self.models])
        return mix_logs(alone, self.background).T
