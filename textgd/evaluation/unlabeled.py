"""Models that learn from unlabeled documents beside the labeled ones, next to themselves without."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from time import thread_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.evaluation.contestants import Contestant, Point, Sheet, TextContestant
from textgd.evaluation.reading import Reading, analysis_of
from textgd.learning.unlabeled import Joint
from textgd.text.sequences import SequenceReader, SequenceVectorizer
from textgd.text.subsets import NestedTokens

__all__ = ["UnlabeledContestant", "with_unlabeled"]


def with_unlabeled(
    contestants: Sequence[Contestant],
    reading: Reading,
    texts: Sequence[str],
    unlabeled: Sequence[str],
    n_jobs: int | None,
) -> list[Contestant]:
    """Return the contestants, those of ours each with another that learns from unlabeled documents too.

    Parameters
    ----------
    contestants : sequence of Contestant
    reading : Reading
        Of the documents of the experiment; the new ones are prepared here.
    texts : sequence of str
        These documents.
    unlabeled : sequence of str
    n_jobs : int, optional
    """
    everything = Reading([*texts, *unlabeled], np.zeros(len(texts) + len(unlabeled), bool), n_jobs)
    result: list[Contestant] = []
    for contestant in contestants:
        result.append(contestant)
        if isinstance(contestant, TextContestant):
            result.append(UnlabeledContestant(contestant, everything, len(texts)))
            result[-1].prepare(reading)
    return result


class UnlabeledContestant(TextContestant):
    """A model that learns from a subset and from all unlabeled documents.

    Parameters
    ----------
    contestant : TextContestant
        The same without.
    everything : Reading
        All documents of the experiment, then the unlabeled ones.
    n_documents : int
        Those of the experiment.
    """

    def __init__(self, contestant: TextContestant, everything: Reading, n_documents: int) -> None:
        estimator, name = contestant.estimator, f"{contestant.name} + unlabeled"
        super().__init__(
            name, contestant.family, f"{contestant.title}, and unlabeled text", estimator, estimator.n_jobs
        )
        self._learns_counts = False
        self._everything, self._n_documents = everything, n_documents

    def prepare(self, reading: Reading) -> None:
        """Have the documents read as its vectorizer does, and scanned together with the unlabeled ones."""
        super().prepare(reading)
        self._everything.scan(self.estimator.build_joint_vectorizer())

    def solve(self, point: Point) -> Sheet:
        """Learn, and answer."""
        alone = self.read(point)
        X, lengths = alone.training()
        wide = WideFeatures(self.estimator.build_joint_vectorizer(), self._everything, self._n_documents, point)
        joint = Joint(wide.rows, self.estimator.feature_groups(wide.lengths))
        started = thread_time()
        learned = self.estimator.learn(X, point.labels[point.rows], None, lengths, joint=joint)
        seconds = thread_time() - started
        features: Any = wide if learned.unlabeled_weight else alone
        return self.answer(features, learned, seconds)._replace(chosen=f"weight {learned.unlabeled_weight:g}")


class WideFeatures:
    """What a vectorizer makes of a subset and of all unlabeled documents.

    Attributes
    ----------
    rows : sparse matrix, or TokenizedDocuments
        Those of the subset, then the unlabeled ones.
    lengths : uint8 array of shape (n_features,), or None
        How many tokens each feature has.
    fit_seconds, score_seconds : float
        As in `textgd.evaluation.reading.Features`.
    """

    def __init__(self, vectorizer: Any, everything: Reading, n_documents: int, point: Point) -> None:
        self._vectorizer, self._test = vectorizer, point.subset.test
        self._tokens = everything.tokens(analysis_of(vectorizer))
        order = np.concatenate([point.rows, np.arange(n_documents, len(everything.texts))])
        cost = everything.seconds_per_document(vectorizer)
        self.fit_seconds, self.score_seconds = cost * len(order), cost * len(self._test)
        started = thread_time()
        self.rows: Any
        self.lengths: NDArray[np.uint8] | None = None
        if isinstance(vectorizer, SequenceVectorizer):
            self.rows, self._testing = NestedTokens(self._tokens, order, self._test).subset(len(order))
        else:
            self.rows = self._vectorizer.fit_transform(self._tokens.select(order))
            self.lengths = self._vectorizer.feature_lengths()
        self.fit_seconds += thread_time() - started

    def testing(self) -> Any:
        """Return what is scored: rows or tokens."""
        if isinstance(self._vectorizer, SequenceVectorizer):
            return self._testing
        return self._counted

    @cached_property
    def _counted(self) -> Any:
        started = thread_time()
        rows = self._vectorizer.transform(self._tokens.select(self._test))
        self.score_seconds += thread_time() - started
        return rows

    def extractor(self) -> Any:
        """Return what reads text as the vectorizer does."""
        if isinstance(self._vectorizer, SequenceVectorizer):
            return SequenceReader(self._vectorizer.analysis, self.rows.vocabulary)
        return self._vectorizer.extractor_
