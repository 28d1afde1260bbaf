"""Language models as arrays and back, checked: for files of one model, and of classifiers that hold several."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from textgd.container import MALFORMED, Arrays, check_starts, damaged, read_container, take_array, write_container
from textgd.errors import ModelFileError, TextgdError
from textgd.lm.model import Level, NgramModel
from textgd.text.vocabulary import Vocabulary

__all__ = ["KIND", "load", "pack_levels", "save", "unpack_levels"]

KIND = "ngram-model"
# ln of a probability, rounded.
_MOST = 1e-4


def pack_levels(model: NgramModel, prefix: str = "") -> Arrays:
    """Return the arrays of a model but its vocabulary, their names with a prefix; see `unpack_levels`."""
    arrays: Arrays = {}
    for n, level in enumerate(model.levels, 1):
        if n > 1:
            arrays |= {f"{prefix}starts{n}": level.starts, f"{prefix}tokens{n}": level.tokens}
        arrays[f"{prefix}log_prob{n}"] = level.log_prob
        if n < model.order:
            arrays[f"{prefix}log_backoff{n}"] = level.log_backoff
    return arrays


def unpack_levels(
    arrays: Arrays, order: int, vocabulary: Vocabulary, smoothing: dict[str, Any], prefix: str = ""
) -> NgramModel:
    """Return the model, whose numbers may be used as indices without another look.

    Raises
    ------
    ValueError, KeyError
        Where the arrays are not what `pack_levels` made of a model.
    """
    if order < 1:
        raise ValueError(f"its order is {order}")
    n_types = len(vocabulary) + 3
    n_above = 1
    levels = []
    for n in range(1, order + 1):
        log_prob = take_array(arrays, f"{prefix}log_prob{n}", 1, np.float32)
        if n == 1:
            starts, tokens = np.array([0, n_types], np.int32), np.arange(n_types, dtype=np.int32)
        else:
            starts = take_array(arrays, f"{prefix}starts{n}", 1, np.int32)
            tokens = take_array(arrays, f"{prefix}tokens{n}", 1, np.int32)
        backoff = np.zeros(0, np.float32)
        if n < order:
            backoff = take_array(arrays, f"{prefix}log_backoff{n}", 1, np.float32)
            if backoff.shape != log_prob.shape:
                raise ValueError(f"the backoffs of its {n}-grams do not fit them")
        if starts.shape != (n_above + 1,) or log_prob.shape != tokens.shape:
            raise ValueError(f"the arrays of its {n}-grams do not fit each other")
        check_starts(f"starts{n}", starts, len(tokens))
        if n > 1 and len(tokens) and (tokens.min() < 0 or tokens.max() >= n_types - 1):  # <s> follows nothing
            raise ValueError(f"a token of its {n}-grams is none that can follow")
        begins = np.zeros(len(tokens) + 1, np.bool_)
        begins[starts] = True
        if not (begins[1:-1] | (tokens[1:] > tokens[:-1])).all():
            raise ValueError(f"the tokens of its {n}-grams do not ascend")
        if not (log_prob <= _MOST).all() or not (backoff < np.inf).all():
            raise ValueError(f"a probability of its {n}-grams is none")
        levels.append(Level(starts, tokens, log_prob, backoff))
        n_above = len(tokens)
    return NgramModel(vocabulary, tuple(levels), dict(smoothing))


def save(path: str | os.PathLike[str], model: NgramModel) -> None:
    """Write one model to a file; see `NgramModel.save`."""
    manifest = {"kind": KIND, "order": model.order, "smoothing": model.smoothing}
    write_container(path, {**model.vocabulary.pack(), **pack_levels(model)}, manifest)


def load(path: str | os.PathLike[str]) -> NgramModel:
    """Read one model from a file; see `NgramModel.load`."""
    arrays, manifest = read_container(path)
    path = Path(path)
    if manifest.get("kind") != KIND:
        raise ModelFileError(f"{path} is no single language model but a classifier; read it by textgd.load.")
    try:
        return unpack_levels(arrays, int(manifest["order"]), Vocabulary.unpack(arrays), manifest["smoothing"])
    except (*MALFORMED, TextgdError) as error:
        raise damaged(path, f"its manifest is not as it should be ({type(error).__name__}: {error})") from error
