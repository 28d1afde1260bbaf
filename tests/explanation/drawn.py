"""Classifiers of every model on texts of two and of three classes, and documents that are drawn from their words."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

from textgd import TextClassifier
from textgd.scoring import TextScorer

WORDS = {
    "ham": ["lunch", "home", "see", "you", "Later", "ok", "thanks", "meeting", "tomorrow", "love", "😀", "don't"],
    "news": ["film", "train", "minister", "the", "Weather", "rain", "late", "goal", "vote", "语", "12", "€"],
    "spam": ["free", "WIN", "prize", "cash", "now", "claim", "urgent", "call", "text", "entry", "£1000", "!"],
}
OTHER = ["a", "to", "and", ",", "yacht", "Straße", "İ", "naïve", "\n", "\t", "https://x.y/z?a=1", "not", "e\u0301"]


def draw(rng: random.Random, label: str | None, n: int) -> str:
    """Return words, most of them of the label, joined by white space of all kinds."""
    pool = [word for words in WORDS.values() for word in words] + OTHER
    words = (rng.choice(WORDS[label]) if label and rng.random() < 0.6 else rng.choice(pool) for _ in range(n))
    return "".join(word + rng.choice([" ", " ", " ", "  ", "", "\n"]) for word in words)


@cache
def corpus(n_classes: int) -> tuple[list[str], list[str]]:
    """Return texts and their labels."""
    rng = random.Random(3)
    labels = sorted(WORDS)[-n_classes:] * 20
    return [draw(rng, label, rng.randint(3, 12)) for label in labels], labels


@cache
def fitted(model: str, n_classes: int = 2, calibrate: str | None = None, **options: Any) -> TextClassifier:
    """Return a classifier, fitted once."""
    return TextClassifier(model=model, calibrate=calibrate, **options).fit(*corpus(n_classes))


def scorer(model: str, n_classes: int = 2, calibrate: str | None = None, **options: Any) -> TextScorer:
    """Return what it learned."""
    return fitted(model, n_classes, calibrate, **options).text_scorer_
