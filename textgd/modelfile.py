"""One file for a fitted model: a safetensors container with arrays, and a JSON manifest in its metadata.

Nothing in the file is code.  Reading checks the sizes before memory is taken, the checksum, the bounds of every
number that is used as an index, and last that probe sentences get the scores they got when the model was saved.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd import __version__
from textgd.errors import ModelFileError, TextgdError
from textgd.scoring import LinearScorer, TextScorer
from textgd.text.analysis import Analysis
from textgd.text.extractor import Extractor
from textgd.text.features import HashedFeatures, Level, NgramFeatures
from textgd.text.vocabulary import UTF8, Vocabulary
from textgd.text.weighting import Tfidf

__all__ = ["FORMAT", "SavedModel", "check_destination", "load_model", "save_model"]

FORMAT = 1
_MANIFEST = "textgd"
_MAX_HEADER = 1 << 26
_DTYPES = {"U8": np.uint8, "I32": np.int32, "I64": np.int64, "F32": np.float32, "F64": np.float64}
_PROBES = ("", "Free entry: text WIN to 80086 now!", "I did not like it at all, what a waste of two hours.")
_PROBE_TERMS = 12

# What reading a file raises that was not written by `save_model`, or was changed since.
_MALFORMED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)

Arrays = dict[str, NDArray[Any]]


class SavedModel(NamedTuple):
    """What a model file holds.

    ``info`` says how the model came about: the name of its model, its parameters and its training.
    """

    scorer: TextScorer
    info: dict[str, Any]


# Writing


def save_model(path: str | os.PathLike[str], scorer: TextScorer, info: Mapping[str, Any]) -> None:
    """Write a model beside `path`, then move it there: what stood there before is whole until then.

    Parameters
    ----------
    path : path of the file
        A textgd model that is there is replaced; any other file is left alone.
    scorer : TextScorer
    info : mapping
        JSON-ready; returned by `load_model`.

    Raises
    ------
    ModelFileError
        Where the model cannot be saved (a tokenizer that is a function), or the file cannot be written.
    """
    path = check_destination(path)
    arrays, manifest = _describe(scorer)
    manifest |= {"format": FORMAT, "textgd": __version__, "info": dict(info), "probes": _probe(scorer)}
    _write(path, arrays, manifest)


def _seal(manifest: Mapping[str, Any]) -> str:
    """Return a manifest as text behind its own checksum, which any version can verify before it reads further."""
    try:
        # ASCII, because a label or a path may hold lone surrogates, which no UTF-8 has.
        text = json.dumps(manifest, allow_nan=False, sort_keys=True)
    except (TypeError, ValueError) as error:
        raise ModelFileError(f"The model cannot be saved, because a part of it is no JSON data: {error}.") from error
    return f"{_sha256(text)} {text}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode(*UTF8)).hexdigest()


def _write(path: Path, arrays: Arrays, manifest: dict[str, Any]) -> None:
    from safetensors.numpy import save

    # One entry alone: safetensors writes several in any order, and the same model has to give the same bytes.
    metadata = {_MANIFEST: _seal({**manifest, "sha256": _checksum(arrays)})}
    data = save({name: np.ascontiguousarray(array) for name, array in arrays.items()}, metadata)
    with _reported(path, "written"), _beside(path) as file:
        file.write(data)


def check_destination(path: str | os.PathLike[str]) -> Path:
    """Return where a model of that path will stand; refuse a place that could not be written to in the end.

    Raises
    ------
    ModelFileError
        For a folder, a device, a missing folder, no permission, and a file that is no textgd model.
    """
    path = Path(os.path.realpath(path))
    with _reported(path, "written"):
        if path.is_dir():
            raise ModelFileError(f"{path} is a folder; name a file for the model, such as {path / 'model.textgd'}.")
        if not path.parent.is_dir():
            raise ModelFileError(f"There is no folder {path.parent} for the model; make it first.")
        if path.exists() and not path.is_file():
            raise ModelFileError(f"{path} is a device or a pipe, not a file; name a file for the model.")
        if path.exists() and path.stat().st_size and not _looks_like_model(path):
            raise ModelFileError(
                f"{path} is there and is no textgd model, so it is not overwritten; choose another name."
            )
        with _beside(path, keep=False):
            pass
    return path


def _looks_like_model(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(8 + _MAX_HEADER)
    with contextlib.suppress(*_MALFORMED):
        header = json.loads(start[8 : 8 + int.from_bytes(start[:8], "little")])
        return isinstance(header["__metadata__"][_MANIFEST], str)
    return False


@contextlib.contextmanager
def _beside(path: Path, keep: bool = True) -> Iterator[Any]:
    """Open a file beside `path` that takes its place once all is written, or goes without a trace."""
    # Not after the path: a name that is as long as the system allows has to fit as well.
    handle, name = tempfile.mkstemp(prefix=".textgd-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if keep:
            # mkstemp makes private files; a model is as readable as any other new file.
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
            os.replace(name, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


@contextlib.contextmanager
def _reported(path: Path, what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, TextgdError):
            raise
        raise ModelFileError(f"{path} cannot be {what}: {error.strerror or error}.") from error


# Reading


def load_model(path: str | os.PathLike[str]) -> SavedModel:
    """Read a model file; its arrays stay on disk until they are used (memory map).

    Raises
    ------
    ModelFileError
        Where the file is missing, is no textgd model, is from a newer format, or is damaged.
    """
    path = Path(path)
    with _reported(path, "read"):
        if path.is_dir():
            raise ModelFileError(f"{path} is a folder, not a textgd model.")
        size = path.stat().st_size
        if size < 8:
            raise ModelFileError(f"{path} is not a textgd model: it has {size} bytes.")
        file = np.memmap(path, np.uint8, "r")
    try:
        arrays, manifest = _read(path, file)
        scorer = _build(arrays, manifest)
        _check_probes(path, scorer, manifest["probes"])
        return SavedModel(scorer, dict(manifest["info"]))
    except ModelFileError:
        raise
    except (*_MALFORMED, TextgdError) as error:
        raise _damaged(path, f"its manifest is not as it should be ({type(error).__name__}: {error})") from error


def _damaged(path: Path, why: str) -> ModelFileError:
    return ModelFileError(f"{path} is damaged: {why}. Train the model again, or fetch an intact copy.")


def _read(path: Path, file: NDArray[np.uint8]) -> tuple[Arrays, dict[str, Any]]:
    length = int.from_bytes(file[:8].tobytes(), "little")
    not_a_model = f"{path} is not a textgd model. Make one: textgd train CORPUS --model nb -o {path.name}"
    if length > _MAX_HEADER or file[8:9].tobytes() != b"{":
        raise ModelFileError(not_a_model)
    if 8 + length > len(file):
        raise _damaged(path, "it is cut off in its header")
    try:
        header = json.loads(file[8 : 8 + length].tobytes())
        metadata = header.pop("__metadata__", {})
    except _MALFORMED as error:
        raise _damaged(path, f"its header cannot be read ({error})") from error
    if _MANIFEST not in metadata:
        raise ModelFileError(not_a_model)
    manifest = _unseal(path, metadata[_MANIFEST])
    arrays = _map_arrays(path, header, file[8 + length :])
    if _checksum(arrays) != manifest["sha256"]:
        raise _damaged(path, "its checksum does not match its content")
    return arrays, manifest


def _unseal(path: Path, sealed: str) -> dict[str, Any]:
    """Return the manifest; the format is looked at before anything that another format may do otherwise."""
    checksum, _, text = sealed.partition(" ")
    if _sha256(text) != checksum:
        raise _damaged(path, "its manifest does not match its checksum")
    manifest: dict[str, Any] = json.loads(text)
    if manifest["format"] > FORMAT:
        raise ModelFileError(
            f"{path} has the format {manifest['format']}, written by textgd {manifest['textgd']}; this is textgd "
            f"{__version__}, which reads formats up to {FORMAT}. Update it: pip install -U textgd."
        )
    return manifest


def _map_arrays(path: Path, header: dict[str, Any], body: NDArray[np.uint8]) -> Arrays:
    """Return the arrays as views of the file; nothing is read or copied."""
    arrays: Arrays = {}
    expected = 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        start, end = entry["data_offsets"]
        dtype = np.dtype(_DTYPES[entry["dtype"]])
        if start != expected or any(type(n) is not int or n < 0 for n in entry["shape"]):
            raise _damaged(path, f"its array {name!r} is not where it should be")
        if end - start != math.prod(entry["shape"]) * dtype.itemsize or end > len(body):
            raise _damaged(path, f"its array {name!r} is cut off or has another size than it says")
        arrays[name] = body[start:end].view(dtype).reshape(entry["shape"])
        expected = end
    if expected != len(body):
        raise _damaged(path, f"{len(body) - expected} bytes follow its last array")
    return arrays


def _checksum(arrays: Arrays) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(array.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


# What is in a manifest


def _describe(scorer: TextScorer) -> tuple[Arrays, dict[str, Any]]:
    extractor, linear = scorer.extractor, scorer.scorer
    arrays: Arrays = {"weights": linear.weights, "intercept": linear.intercept}
    manifest: dict[str, Any] = {
        "kind": "linear",
        "classes": _label_list(scorer.classes),
        "binarize": linear.binarize,
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


_LABELS = (str, int, float, bool)


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
    weights = _take(arrays, "weights", 2, np.float64)
    intercept = _take(arrays, "intercept", 1, np.float64)
    if weights.shape != (len(classes), n_columns) or intercept.shape != (len(classes),):
        raise ValueError("its weights do not fit its classes and features")
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
    binarize = None if manifest["binarize"] is None else float(manifest["binarize"])
    return TextScorer(extractor, LinearScorer(weights, intercept, binarize), classes)


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
    return [{"text": text, "log_proba": row.tolist()} for text, row in zip(texts, scores, strict=True)]


def _score_probes(scorer: TextScorer, texts: list[str]) -> NDArray[np.float64]:
    rows, _ = scorer.extractor.read_slowly(texts)
    if scorer.extractor.tfidf is not None:
        rows = scorer.extractor.tfidf.apply(rows)
    with np.errstate(all="ignore"):
        log_proba = scorer.scorer.log_proba(rows)
    # A class with the probability 0 has the score -inf, which JSON cannot hold.
    return np.maximum(log_proba, np.finfo(np.float64).min)


def _check_probes(path: Path, scorer: TextScorer, probes: list[dict[str, Any]]) -> None:
    expected = np.array([probe["log_proba"] for probe in probes])
    got = _score_probes(scorer, [probe["text"] for probe in probes])
    if got.shape != expected.shape or not np.allclose(got, expected, rtol=1e-6, atol=1e-6):
        raise ModelFileError(
            f"{path} does not score as it did when it was saved: its probe sentences get other probabilities here. "
            "Its text may be cut into other tokens by this version of Python or of a tokenizer's library; "
            "train the model again here."
        )
