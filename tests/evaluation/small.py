"""A small corpus for experiments over levels, and what a level is when it is made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from textgd.corpus import Corpus
from textgd.evaluation.design import Split
from textgd.evaluation.splitting import SplitCorpus, split_corpus

WORDS = {"ham": "see you at home lunch ok then love", "spam": "win free cash prize now call claim text"}
SHARED = ["the", "a", "to", "is", "it", "in", "we", "and"]


def make_corpus(n: int = 120, share: float = 0.3, n_words: int = 6) -> Corpus:
    """Return documents of two classes, of which a share is spam; a third of their words tell their class."""
    rng = np.random.default_rng(0)
    labels = ["spam" if k < share * n else "ham" for k in range(n)]
    texts = [
        " ".join(rng.choice(WORDS[label].split() if rng.random() < 0.4 else SHARED) for _ in range(n_words))
        for label in labels
    ]
    return Corpus(tuple(texts), tuple(labels), "small")


CORPUS = make_corpus()
REPEATS = 2


def split_small(repeats: int = REPEATS) -> SplitCorpus:
    """Return the corpus, split as robustness curves with seed 0 split it."""
    return split_corpus(CORPUS, 0.2, repeats, 0, "exact", 1)


def parts(split: Split) -> tuple[list[str], list[Any], list[str], list[Any]]:
    """Return texts and labels that train, and those that test."""
    texts, labels = CORPUS.texts, CORPUS.labels
    return (
        [texts[row] for row in split.order],
        [labels[row] for row in split.order],
        [texts[row] for row in split.test],
        [labels[row] for row in split.test],
    )
