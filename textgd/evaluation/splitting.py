"""The documents of an experiment: a corpus, split anew in each repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.corpus import Corpus
from textgd.corpus.duplicates import duplicate_groups
from textgd.corpus.splits import holdout
from textgd.errors import DataError
from textgd.evaluation.design import Split, class_codes, draw_order, draw_split, without_duplicates
from textgd.evaluation.provenance import versions
from textgd.evaluation.scores import Design

__all__ = ["SplitCorpus", "split_corpus"]


@dataclass(frozen=True, eq=False)
class SplitCorpus:
    """A corpus, split anew in each repeat.

    Attributes
    ----------
    documents : Corpus
    labels : array of shape (n_documents,)
    codes : intp array of shape (n_documents,)
        The same as positions in `classes`.
    classes : array of shape (n_classes,)
        Sorted.
    splits : sequence of Split
        One for each repeat.
    is_official : bool
        All repeats test on one official test part.
    n_duplicates : int
        Documents that are near-duplicates of another one.
    """

    documents: Corpus
    labels: NDArray[Any]
    codes: NDArray[np.intp]
    classes: NDArray[Any]
    splits: Sequence[Split]
    is_official: bool
    n_duplicates: int

    @property
    def n_train(self) -> int:
        """Documents that every repeat can learn from."""
        return min(len(split.order) for split in self.splits)

    @property
    def learned(self) -> NDArray[np.bool_]:
        """Which documents may be learned from in any repeat, shape (n_documents,)."""
        learned = np.ones(len(self.labels), bool)
        if self.is_official:
            learned[:] = False
            learned[self.splits[0].order] = True
        return learned

    def design(self) -> Design:
        """Return how documents were drawn."""
        n_test = round(float(np.mean([len(split.test) for split in self.splits])))
        return Design(self.n_train, n_test, self.is_official, len(self.classes))

    def settings(self, seed: int, repeats: int, test_size: float, duplicates: str | None) -> dict[str, Any]:
        """Return what results say of the documents and their splits; `repeats` were done."""
        documents = self.documents
        return {
            "n_documents": len(documents),
            "classes": {str(label): count for label, count in documents.class_counts.items()},
            "seed": int(seed),
            "repeats": repeats,
            "repeats_asked": len(self.splits),
            "interrupted": False,
            "test_size": None if self.is_official else float(test_size),
            "duplicates": duplicates,
            "n_duplicates": self.n_duplicates,
            # Of an official training part, for they are near-duplicates of test documents.
            "n_left_out": (documents.split or ()).count("train") - self.n_train if self.is_official else 0,
            "versions": versions(),
        }


def split_corpus(
    documents: Corpus, test_size: float, repeats: int, seed: int, duplicates: str | None, n_jobs: int | None
) -> SplitCorpus:
    """Split a corpus anew for each repeat, or take its official test part in all of them.

    Parameters
    ----------
    documents : Corpus
    test_size, repeats, duplicates, n_jobs
        As in `textgd.learning_curves`.
    seed : int

    Raises
    ------
    DataError
        For documents that no experiment can be made of.
    InvalidParameterError
        For a `test_size` that is no share.

    Examples
    --------
    >>> corpus = Corpus([f"text {n}" for n in range(10)], ["ham", "spam"] * 5, name="mine")
    >>> split = split_corpus(corpus, 0.2, 3, 0, "exact", 1)
    >>> split.n_train, [len(one.test) for one in split.splits], split.is_official
    (8, [2, 2, 2], False)
    """
    classes = documents.classes
    codes = class_codes(documents.labels, classes)
    groups = duplicate_groups(documents.texts, duplicates, n_jobs)
    splits, is_official = _splits(documents, codes, groups, test_size, repeats, seed)
    n_duplicates = len(groups) - int(groups.max()) - 1
    return SplitCorpus(
        documents, np.array(documents.labels), codes, np.array(classes), splits, is_official, n_duplicates
    )


def _splits(
    corpus: Corpus, codes: NDArray[np.intp], groups: NDArray[np.intp], test_size: float, repeats: int, seed: int
) -> tuple[list[Split], bool]:
    """Return the split of each repeat, and whether all test on one official test part."""
    labels = corpus.classes
    if corpus.part_rows("test") is None:
        return [draw_split(codes, groups, test_size, (seed, r), labels) for r in range(repeats)], False
    train, test = holdout(corpus.labels, split=corpus.split)
    train = without_duplicates(codes, train, test, groups, labels)
    absent = np.setdiff1d(codes[test], codes[train])
    if len(absent) or len(np.unique(codes[train])) < len(labels):
        missing = next(label for code, label in enumerate(labels) if code not in set(codes[train].tolist()))
        raise DataError(f"{corpus.name}: the training part of the split has no document of class {missing!r}.")
    return [Split(draw_order(codes, train, (seed, r)), test) for r in range(repeats)], True
