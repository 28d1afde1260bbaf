"""Sentences with the scores that they got when a model was saved, to be scored again when it is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import ModelFileError
from textgd.scoring import TextScorer

__all__ = ["check_probes", "make_probes"]

_PROBES = ("", "Free entry: text WIN to 80086 now!", "I did not like it at all, what a waste of two hours.")
_PROBE_TERMS = 12


def make_probes(scorer: TextScorer) -> list[dict[str, Any]]:
    """Return sentences with their scores; the last one is made of terms that the model knows."""
    texts = list(_PROBES)
    vocabulary = scorer.extractor.vocabulary
    if vocabulary is not None:
        chosen = np.linspace(0, len(vocabulary) - 1, min(_PROBE_TERMS, len(vocabulary))).astype(int)
        texts.append(" ".join(vocabulary[number] for number in chosen.tolist()))
    scores = _score_probes(scorer, texts)
    return [{"text": text, "scores": row.tolist()} for text, row in zip(texts, scores, strict=True)]


def _score_probes(scorer: TextScorer, texts: list[str]) -> NDArray[np.float64]:
    """Return scores, and log-probabilities where there are some, shape (n_texts, n_classes or twice as many)."""
    with np.errstate(all="ignore"):
        prediction = scorer.predict_slowly(texts)
    parts = [prediction.scores, *([] if prediction.log_proba is None else [prediction.log_proba])]
    # A class with the probability 0 has the score -inf, which JSON cannot hold.
    return np.maximum(np.concatenate(parts, axis=1), np.finfo(np.float64).min)


def check_probes(path: Path, scorer: TextScorer, probes: list[dict[str, Any]]) -> None:
    """Raise ModelFileError where the sentences of `make_probes` get other scores than they got."""
    expected = np.array([probe["scores"] for probe in probes])
    got = _score_probes(scorer, [probe["text"] for probe in probes])
    if got.shape != expected.shape or not np.allclose(got, expected, rtol=1e-6, atol=1e-6):
        raise ModelFileError(
            f"{path} does not score as it did when it was saved: its probe sentences get other scores here. "
            "Its text may be cut into other tokens by this version of Python or of a tokenizer's library; "
            "train the model again here."
        )
