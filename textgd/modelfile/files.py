"""A fitted model to one file and back: its arrays, a manifest that describes them, and probe sentences.

The container checks that the file is what was written; here the bounds of every number that is used as an index are
checked, and that the probe sentences get the scores they got when the model was saved.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.container import MALFORMED, Arrays, damaged, read_container, write_container
from textgd.errors import ModelFileError, TextgdError
from textgd.probabilities import Probabilities
from textgd.scoring import LinearScorer, TextScorer
from textgd.text.analysis import Analysis
from textgd.text.extractor import Extractor
from textgd.text.features import HashedFeatures, Level, NgramFeatures
from textgd.text.vocabulary import UTF8, Vocabulary
from textgd.text.weighting import Tfidf

__all__ = ["SavedModel", "load_model", "save_model"]

_PROBES = ("", "Free entry: text WIN to 80086 now!", "I did not like it at all, what a waste of two hours.")
_PROBE_TERMS = 12
_LABELS = (str, int, float, bool)


class SavedModel(NamedTuple):
    """What a model file holds.

    ``info`` says how the model came about: the name of its model, its parameters and its training.
    """

    scorer: TextScorer
    info: dict[str, Any]


def save_model(path: str | os.PathLike[str], scorer: TextScorer, info: Mapping[str, Any]) -> None:
    """Write a model to one file, in place of a model that is there; any other file is left alone.

    Parameters
    ----------
    path : path of the file
    scorer : TextScorer
    info : mapping
        JSON-ready; returned by `load_model`.

    Raises
    ------
    ModelFileError
        Where the model cannot be saved (a tokenizer that is a function), or the file cannot be written.
    """
    arrays, manifest = _describe(scorer)
    write_container(path, arrays, {**manifest, "info": dict(info), "probes": _probe(scorer)})


def load_model(path: str | os.PathLike[str]) -> SavedModel:
    """Read a model file; its arrays stay on disk until they are used (memory map).

    Raises
    ------
    ModelFileError
        Where the file is missing, is no textgd model, is from a newer format, or is damaged.
    """
    arrays, manifest = read_container(path)
    path = Path(path)
    try:
        scorer = _build(arrays, manifest)
        _check_probes(path, scorer, manifest["probes"])
        return SavedModel(scorer, dict(manifest["info"]))
    except ModelFileError:
        raise
    except (*MALFORMED, TextgdError) as error:
        raise damaged(path, f"its manifest is not as it should be ({type(error).__name__}: {error})") from error


# What is in a manifest


def _describe(scorer: TextScorer) -> tuple[Arrays, dict[str, Any]]:
    extractor, linear = scorer.extractor, scorer.scorer
    arrays: Arrays = {"weights": linear.weights, "intercept": linear.intercept}
    manifest: dict[str, Any] = {
        "kind": "linear",
        "classes": _label_list(scorer.classes),
        "binarize": linear.binarize,
        "is_contrast": linear.is_contrast,
        "probabilities": None if scorer.probabilities is None else scorer.probabilities.to_dict(),
        "analysis": extractor.analysis.to_dict(),
        "binary": extractor.binary,
        "dtype": np.dtype(extractor.dtype).str,
        "n_columns": extractor.features.n_columns,
        "n_levels": None,
        "tfidf": None,
    }
    if isinstance(extractor.features, NgramFeatures):
        features = extractor.features
        manifest["n_levels"] = len(features.levels)
        arrays |= {"terms": features.vocabulary.blob, "term_offsets": features.vocabulary.offsets}
        for n, level in enumerate(features.levels, 1):
            arrays |= {f"starts{n}": level.starts, f"tokens{n}": level.tokens, f"columns{n}": level.columns}
    if extractor.tfidf is not None:
        tfidf = extractor.tfidf
        manifest["tfidf"] = {"norm": tfidf.norm, "sublinear_tf": tfidf.sublinear_tf, "dtype": np.dtype(tfidf.dtype).str}
        if tfidf.idf is not None:
            arrays["idf"] = tfidf.idf
    return arrays, manifest


def _label_list(classes: NDArray[Any]) -> list[Any]:
    labels: list[Any] = classes.tolist()
    for label in labels:
        if not isinstance(label, _LABELS):
            raise ModelFileError(
                f"The label {label!r} is {type(label).__name__}; a model file holds labels that are str, int, float "
                "or bool."
            )
    return labels


def _build(arrays: Arrays, manifest: dict[str, Any]) -> TextScorer:
    if manifest["kind"] != "linear":
        raise ValueError(f"its kind is {manifest['kind']!r}")
    n_columns = int(manifest["n_columns"])
    labels = list(manifest["classes"])
    if not labels or not all(isinstance(label, _LABELS) for label in labels):
        raise ValueError("its classes are no list of labels")
    classes = np.array(labels)
    linear = _build_linear(arrays, manifest, len(classes), n_columns)
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
        idf = _take(arrays, "idf", 1, np.float32, np.float64) if "idf" in arrays else None
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
    probabilities = None
    if manifest["probabilities"] is not None:
        probabilities = Probabilities.from_dict(manifest["probabilities"], len(classes))
    return TextScorer(extractor, linear, classes, probabilities)


def _build_linear(arrays: Arrays, manifest: dict[str, Any], n_classes: int, n_columns: int) -> LinearScorer:
    weights = _take(arrays, "weights", 2, np.float32, np.float64)
    intercept = _take(arrays, "intercept", 1, np.float64)
    is_contrast = bool(manifest["is_contrast"])
    n_lines = 1 if is_contrast else n_classes
    if is_contrast and n_classes != 2:
        raise ValueError(f"it tells {n_classes} classes apart by the weights of one")
    if weights.shape != (n_lines, n_columns) or intercept.shape != (n_lines,):
        raise ValueError("its weights do not fit its classes and features")
    binarize = None if manifest["binarize"] is None else float(manifest["binarize"])
    return LinearScorer(weights, intercept, binarize, is_contrast)


def _number_type(name: str) -> np.dtype[Any]:
    dtype = np.dtype(name)
    if dtype.kind not in "iuf":
        raise ValueError(f"{name!r} is no type of numbers")
    return dtype


def _take(arrays: Arrays, name: str, n_dimensions: int, *types: type[np.generic]) -> NDArray[Any]:
    """Return an array that the compiled code may be given."""
    array = arrays[name]
    if array.ndim != n_dimensions or array.dtype not in types:
        raise ValueError(f"its {name} are {array.dtype} in {array.ndim} dimensions")
    return array


def _build_features(arrays: Arrays, n_levels: int, n_columns: int) -> NgramFeatures:
    """Return features whose numbers may be used as indices without another look."""
    blob = _take(arrays, "terms", 1, np.uint8)
    offsets = _take(arrays, "term_offsets", 1, np.int64)
    n_terms = len(offsets) - 1
    _check_starts("term_offsets", offsets, len(blob))
    blob.tobytes().decode(*UTF8)
    if (blob[offsets[offsets < len(blob)]] & 0xC0 == 0x80).any():
        raise ValueError("a term begins inside a character")
    if n_levels < 1:
        raise ValueError(f"it has {n_levels} levels of n-grams")
    levels = []
    n_above = 1
    for n in range(1, n_levels + 1):
        level = Level(
            _take(arrays, f"starts{n}", 1, np.int32, np.int64),
            _take(arrays, f"tokens{n}", 1, np.int32),
            _take(arrays, f"columns{n}", 1, np.int32),
        )
        if level.starts.shape != (n_above + 1,) or level.columns.shape != level.tokens.shape:
            raise ValueError(f"the arrays of its {n}-grams do not fit each other")
        _check_starts(f"starts{n}", level.starts, len(level.tokens))
        if level.tokens.min() < 0 or level.tokens.max() >= n_terms:
            raise ValueError(f"a token of its {n}-grams is outside its vocabulary")
        if level.columns.min() < -1 or level.columns.max() >= n_columns:
            raise ValueError(f"a column of its {n}-grams is outside its features")
        levels.append(level)
        n_above = len(level.tokens)
    return NgramFeatures(Vocabulary(blob, offsets), tuple(levels), n_columns)


def _check_starts(name: str, starts: NDArray[Any], end: int) -> None:
    if len(starts) == 0 or starts[0] != 0 or starts[-1] != end or (starts[1:] < starts[:-1]).any():
        raise ValueError(f"its {name} do not ascend from 0 to {end}")


# Probes


def _probe(scorer: TextScorer) -> list[dict[str, Any]]:
    """Return sentences with their scores; the last one is made of terms that the model knows."""
    texts = list(_PROBES)
    if isinstance(scorer.extractor.features, NgramFeatures):
        vocabulary = scorer.extractor.features.vocabulary
        chosen = np.linspace(0, len(vocabulary) - 1, min(_PROBE_TERMS, len(vocabulary))).astype(int)
        texts.append(" ".join(vocabulary[number] for number in chosen.tolist()))
    scores = _score_probes(scorer, texts)
    return [{"text": text, "scores": row.tolist()} for text, row in zip(texts, scores, strict=True)]


def _score_probes(scorer: TextScorer, texts: list[str]) -> NDArray[np.float64]:
    """Return scores, and log-probabilities where there are some, shape (n_texts, n_classes or twice as many)."""
    rows, known = scorer.extractor.read_slowly(texts)
    if scorer.extractor.tfidf is not None:
        rows = scorer.extractor.tfidf.apply(rows)
    with np.errstate(all="ignore"):
        prediction = scorer.predict_rows(rows, known)
    parts = [prediction.scores, *([] if prediction.log_proba is None else [prediction.log_proba])]
    # A class with the probability 0 has the score -inf, which JSON cannot hold.
    return np.maximum(np.concatenate(parts, axis=1), np.finfo(np.float64).min)


def _check_probes(path: Path, scorer: TextScorer, probes: list[dict[str, Any]]) -> None:
    expected = np.array([probe["scores"] for probe in probes])
    got = _score_probes(scorer, [probe["text"] for probe in probes])
    if got.shape != expected.shape or not np.allclose(got, expected, rtol=1e-6, atol=1e-6):
        raise ModelFileError(
            f"{path} does not score as it did when it was saved: its probe sentences get other scores here. "
            "Its text may be cut into other tokens by this version of Python or of a tokenizer's library; "
            "train the model again here."
        )
