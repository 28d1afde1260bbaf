"""Models that are linear in features, as arrays and a description, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from textgd.container import Arrays, check_starts, take_array
from textgd.scoring import LinearScorer
from textgd.text.analysis import Analysis
from textgd.text.extractor import Extractor
from textgd.text.features import HashedFeatures, Level, NgramFeatures
from textgd.text.vocabulary import Vocabulary
from textgd.text.weighting import Tfidf

__all__ = ["KIND", "build", "describe"]

KIND = "linear"


def describe(extractor: Extractor, linear: LinearScorer) -> tuple[Arrays, dict[str, Any]]:
    """Return the arrays and the description of a model."""
    arrays: Arrays = {"weights": linear.weights, "intercept": linear.intercept}
    if linear.mean is not None:
        arrays["mean"] = linear.mean
    manifest: dict[str, Any] = {
        "kind": KIND,
        "binarize": linear.binarize,
        "is_contrast": linear.is_contrast,
        "marginalizes": linear.marginalizes,
        "analysis": extractor.analysis.to_dict(),
        "binary": extractor.binary,
        "dtype": np.dtype(extractor.dtype).str,
        "n_columns": extractor.n_features,
        "n_levels": None,
        "tfidf": None,
    }
    if isinstance(extractor.features, NgramFeatures):
        features = extractor.features
        manifest["n_levels"] = len(features.levels)
        arrays |= features.vocabulary.pack()
        for n, level in enumerate(features.levels, 1):
            arrays |= {f"starts{n}": level.starts, f"tokens{n}": level.tokens, f"columns{n}": level.columns}
    if extractor.tfidf is not None:
        tfidf = extractor.tfidf
        manifest["tfidf"] = {"norm": tfidf.norm, "sublinear_tf": tfidf.sublinear_tf, "dtype": np.dtype(tfidf.dtype).str}
        if tfidf.idf is not None:
            arrays["idf"] = tfidf.idf
    return arrays, manifest


def build(arrays: Arrays, manifest: dict[str, Any], n_classes: int) -> tuple[Extractor, LinearScorer]:
    """Return what `describe` was given; raise ValueError and the like where it cannot be."""
    n_columns = int(manifest["n_columns"])
    linear = _build_linear(arrays, manifest, n_classes, n_columns)
    features: NgramFeatures | HashedFeatures
    if manifest["n_levels"] is None:
        features = HashedFeatures(n_columns)
        if n_columns < 1 or n_columns & (n_columns - 1):
            raise ValueError("its number of hashed columns is no power of two")
    else:
        features = _build_features(arrays, int(manifest["n_levels"]), n_columns)
    tfidf = None
    if manifest["tfidf"] is not None:
        described = manifest["tfidf"]
        idf = take_array(arrays, "idf", 1, np.float32, np.float64) if "idf" in arrays else None
        if idf is not None and idf.shape != (n_columns,):
            raise ValueError("its idf does not fit its features")
        tfidf = Tfidf(idf, described["norm"], bool(described["sublinear_tf"]), _number_type(described["dtype"]))
    extractor = Extractor(
        Analysis.from_dict(manifest["analysis"]),
        features,
        bool(manifest["binary"]),
        tfidf,
        _number_type(manifest["dtype"]),
    )
    return extractor, linear


def _build_linear(arrays: Arrays, manifest: dict[str, Any], n_classes: int, n_columns: int) -> LinearScorer:
    weights = take_array(arrays, "weights", 2, np.float32, np.float64)
    intercept = take_array(arrays, "intercept", 1, np.float64)
    is_contrast = bool(manifest["is_contrast"])
    n_lines = 1 if is_contrast else n_classes
    if is_contrast and n_classes != 2:
        raise ValueError(f"it tells {n_classes} classes apart by the weights of one")
    if weights.shape != (n_lines, n_columns) or intercept.shape != (n_lines,):
        raise ValueError("its weights do not fit its classes and features")
    binarize = None if manifest["binarize"] is None else float(manifest["binarize"])
    # A file of an earlier version says nothing of missing words.
    mean = take_array(arrays, "mean", 1, np.float64) if "mean" in arrays else None
    if mean is not None and not (mean.shape == (n_lines,) and np.isfinite(mean).all()):
        raise ValueError("its mean row does not fit its classes")
    marginalizes = manifest.get("marginalizes")
    if marginalizes not in (True, False, None):
        raise ValueError(f"it says {marginalizes!r} of missing words")
    return LinearScorer(weights, intercept, binarize, is_contrast, marginalizes, mean)


def _number_type(name: str) -> np.dtype[Any]:
    dtype = np.dtype(name)
    if dtype.kind not in "iuf":
        raise ValueError(f"{name!r} is no type of numbers")
    return dtype


def _build_features(arrays: Arrays, n_levels: int, n_columns: int) -> NgramFeatures:
    """Return features whose numbers may be used as indices without another look."""
    vocabulary = Vocabulary.unpack(arrays)
    n_terms = len(vocabulary)
    if n_levels < 1:
        raise ValueError(f"it has {n_levels} levels of n-grams")
    levels = []
    n_above = 1
    for n in range(1, n_levels + 1):
        level = Level(
            take_array(arrays, f"starts{n}", 1, np.int32, np.int64),
            take_array(arrays, f"tokens{n}", 1, np.int32),
            take_array(arrays, f"columns{n}", 1, np.int32),
        )
        if level.starts.shape != (n_above + 1,) or level.columns.shape != level.tokens.shape:
            raise ValueError(f"the arrays of its {n}-grams do not fit each other")
        check_starts(f"starts{n}", level.starts, len(level.tokens))
        if level.tokens.min() < 0 or level.tokens.max() >= n_terms:
            raise ValueError(f"a token of its {n}-grams is outside its vocabulary")
        if level.columns.min() < -1 or level.columns.max() >= n_columns:
            raise ValueError(f"a column of its {n}-grams is outside its features")
        levels.append(level)
        n_above = len(level.tokens)
    return NgramFeatures(vocabulary, tuple(levels), n_columns)
