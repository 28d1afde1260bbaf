"""Classifiers by one language model a class, as arrays and a description, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from textgd.container import Arrays, take_array
from textgd.lm.copies import CopyFilter
from textgd.lm.storage import pack_levels, unpack_levels
from textgd.scoring import LanguageScorer
from textgd.text.analysis import Analysis
from textgd.text.sequences import SequenceReader
from textgd.text.vocabulary import Vocabulary

__all__ = ["KIND", "build", "describe"]

KIND = "language"


def describe(reader: SequenceReader, scorer: LanguageScorer) -> tuple[Arrays, dict[str, Any]]:
    """Return the arrays and the description of a model."""
    arrays: Arrays = {"log_prior": scorer.log_prior, **reader.vocabulary.pack()}
    for c, model in enumerate(scorer.models):
        arrays |= pack_levels(model, f"{c}.")
    if scorer.copies is not None:
        arrays["copies"] = scorer.copies.bits
    manifest = {
        "kind": KIND,
        "background": scorer.background,
        "copy_window": None if scorer.copies is None else scorer.copies.window,
        "analysis": reader.analysis.to_dict(),
        "models": [{"order": model.order, "smoothing": model.smoothing} for model in scorer.models],
    }
    return arrays, manifest


def build(arrays: Arrays, manifest: dict[str, Any], n_classes: int) -> tuple[SequenceReader, LanguageScorer]:
    """Return what `describe` was given; raise ValueError and the like where it cannot be."""
    vocabulary = Vocabulary.unpack(arrays)
    log_prior = take_array(arrays, "log_prior", 1, np.float64)
    described = list(manifest["models"])
    if not len(described) == len(log_prior) == n_classes:
        raise ValueError("its language models do not fit its classes")
    models = tuple(
        unpack_levels(arrays, int(entry["order"]), vocabulary, entry["smoothing"], f"{c}.")
        for c, entry in enumerate(described)
    )
    background = float(manifest["background"])
    if not 0.0 <= background < 1.0:
        raise ValueError(f"its background is {background}")
    copies = None
    if manifest["copy_window"] is not None:
        copies = CopyFilter(int(manifest["copy_window"]), take_array(arrays, "copies", 1, np.uint8))
        if not 1 <= copies.window < 1 << 31 or len(copies.bits) == 0:
            raise ValueError("its filter of copies has no window or no bits")
    return SequenceReader(Analysis.from_dict(manifest["analysis"]), vocabulary), LanguageScorer(
        models, log_prior, background, copies
    )
