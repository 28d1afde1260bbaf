"""The words that tell a class are those without which its lead is least."""

from __future__ import annotations

import numpy as np
import pytest

from textgd import TextClassifier
from textgd.explanation.telling import rank_words
from textgd.text.gaps import GAP

TEXTS = [
    "win a free prize now", "free entry: win cash now", "you win, claim a prize", "cash prize! text now",
    "see you at lunch", "are you home now?", "a lunch at home", "text you later ok",
]  # fmt: skip
LABELS = ["spam"] * 4 + ["ham"] * 4


@pytest.mark.parametrize("text", ["you win a free lunch now", "Cash? claim it at home.", "a free free entry, ok"])
@pytest.mark.parametrize("label", ["spam", "ham"])
def test_brute_force_agrees(text: str, label: str) -> None:
    """Naive Bayes on counts loses of a word just what its n-grams add, so each may be tried alone."""
    classifier = TextClassifier(model="nb", binary=False, ngram_range=(1, 2), calibrate=None).fit(TEXTS, LABELS)
    scorer = classifier.text_scorer_
    ranked = rank_words(scorer, text, scorer.column(label))
    sign = 1.0 if label == "spam" else -1.0
    gapped = [f"{text[:start]}{GAP}{text[end:]}" for start, end in ranked]
    scores = scorer.predict(gapped, missing=GAP, impute="marginalize").scores
    leads = sign * (scores[:, 1] - scores[:, 0])
    assert (np.diff(leads) > -1e-9).all()
    assert sorted(text[start:end] for start, end in ranked) == sorted(
        text.translate({ord(c): " " for c in "?,."}).split()
    )


def test_language_models_and_texts_without_words() -> None:
    scorer = TextClassifier(model="lm", calibrate=None).fit(TEXTS, LABELS).text_scorer_
    text = "see a free prize"
    ranked = rank_words(scorer, text, scorer.column("spam"))
    assert {text[start:end] for start, end in ranked[:2]} == {"free", "prize"}
    assert rank_words(scorer, "... !", 0) == []
