"""One file for arrays and a JSON manifest: a safetensors container, sealed, written whole or not at all.

Nothing in the file is code.  Reading checks the sizes before memory is taken, then the checksums.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd import __version__
from textgd.errors import ModelFileError, TextgdError

__all__ = [
    "FORMAT",
    "MALFORMED",
    "Arrays",
    "check_destination",
    "check_starts",
    "container_bytes",
    "damaged",
    "open_beside",
    "read_container",
    "reported",
    "take_array",
    "write_container",
]

FORMAT = 2
_MANIFEST = "textgd"
_MAX_HEADER = 1 << 26
_DTYPES = {"U8": np.uint8, "I32": np.int32, "I64": np.int64, "F32": np.float32, "F64": np.float64}

# What reading a file raises that was not written by `write_container`, or was changed since.
MALFORMED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)

Arrays = dict[str, NDArray[Any]]


# Writing


def write_container(path: str | os.PathLike[str], arrays: Arrays, manifest: Mapping[str, Any]) -> None:
    """Write beside `path`, then move the file there: what stood there before is whole until then.

    Parameters
    ----------
    path : path of the file
        A textgd model that is there is replaced; any other file is left alone.
    arrays : dict of str -> array
    manifest : mapping
        JSON-ready; the format, the version of textgd and a checksum of the arrays are added.

    Raises
    ------
    ModelFileError
        Where the manifest is no JSON, or the file cannot be written.
    """
    path = check_destination(path)
    data = container_bytes(arrays, manifest)
    with reported(path, "written"), open_beside(path) as file:
        file.write(data)


def container_bytes(arrays: Arrays, manifest: Mapping[str, Any]) -> bytes:
    """Return what `write_container` writes.

    Raises
    ------
    ModelFileError
        Where the manifest is no JSON.
    """
    from safetensors.numpy import save

    described = {"format": FORMAT, "textgd": __version__, **manifest, "sha256": _checksum(arrays)}
    # One entry alone: safetensors writes several in any order, and the same model has to give the same bytes.
    data: bytes = save({name: np.ascontiguousarray(a) for name, a in arrays.items()}, {_MANIFEST: _seal(described)})
    return data


def _seal(manifest: Mapping[str, Any]) -> str:
    """Return a manifest as text behind its own checksum, which any version can verify before it reads further."""
    try:
        # ASCII, because a label or a path may hold lone surrogates, which no UTF-8 has.
        text = json.dumps(manifest, allow_nan=False, sort_keys=True)
    except (TypeError, ValueError) as error:
        raise ModelFileError(f"The model cannot be saved, because a part of it is no JSON data: {error}.") from error
    return f"{_sha256(text)} {text}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _looks_like_model(path: Path) -> bool:
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = file.read(length) if length <= _MAX_HEADER else b""
    with contextlib.suppress(*MALFORMED):
        return isinstance(json.loads(header)["__metadata__"][_MANIFEST], str)
    return False


def check_destination(
    path: str | os.PathLike[str],
    kind: str = "textgd model",
    example: str = "model.textgd",
    is_kind: Callable[[Path], bool] = _looks_like_model,
) -> Path:
    """Return where a model of that path will stand; refuse a place that could not be written to in the end.

    Parameters
    ----------
    path : path of the file
    kind, example : str
        What the file will be, and how one is named: for the messages.
    is_kind : callable
        Whether a file that is there is of the same kind, so that it may be replaced.

    Raises
    ------
    ModelFileError
        For a folder, a device, a missing folder, no permission, and a file of another kind.
    """
    path = Path(os.path.realpath(path))
    with reported(path, "written"):
        if path.is_dir():
            raise ModelFileError(f"{path} is a folder; name a file for the model, such as {path / example}.")
        if not path.parent.is_dir():
            raise ModelFileError(f"There is no folder {path.parent} for the model; make it first.")
        if path.exists() and not path.is_file():
            raise ModelFileError(f"{path} is a device or a pipe, not a file; name a file for the model.")
        if path.exists() and path.stat().st_size and not is_kind(path):
            raise ModelFileError(f"{path} is there and is no {kind}, so it is not overwritten; choose another name.")
        with open_beside(path, keep=False):
            pass
    return path


@contextlib.contextmanager
def open_beside(path: Path, keep: bool = True) -> Iterator[Any]:
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
def reported(path: Path, what: str) -> Iterator[None]:
    """Say of an error of the system which file cannot be `what`: read or written."""
    try:
        yield
    except OSError as error:
        if isinstance(error, TextgdError):
            raise
        raise ModelFileError(f"{path} cannot be {what}: {error.strerror or error}.") from error


# Reading


def damaged(path: Path, why: str) -> ModelFileError:
    """Return the error for a damaged file."""
    return ModelFileError(f"{path} is damaged: {why}. Train the model again, or fetch an intact copy.")


def read_container(path: str | os.PathLike[str]) -> tuple[Arrays, dict[str, Any]]:
    """Return the arrays, which stay on disk until they are used (memory map), and the manifest.

    Raises
    ------
    ModelFileError
        Where the file is missing, is no textgd model, is from a newer format, or is damaged.
    """
    path = Path(path)
    with reported(path, "read"):
        if path.is_dir():
            raise ModelFileError(f"{path} is a folder, not a textgd model.")
        if not path.exists():
            raise ModelFileError(f"No such file: {path}. Make a model: textgd train CORPUS --model nb -o {path.name}")
        size = path.stat().st_size
        if size < 8:
            raise ModelFileError(f"{path} is not a textgd model: it has {size} bytes.")
        file = np.memmap(path, np.uint8, "r")
    try:
        return _read(path, file)
    except MALFORMED as error:
        if isinstance(error, ModelFileError):
            raise
        raise damaged(path, f"its header is not as it should be ({type(error).__name__}: {error})") from error


def _read(path: Path, file: NDArray[np.uint8]) -> tuple[Arrays, dict[str, Any]]:
    length = int.from_bytes(file[:8].tobytes(), "little")
    not_a_model = f"{path} is not a textgd model. Make one: textgd train CORPUS --model nb -o {path.name}"
    if length > _MAX_HEADER or file[8:9].tobytes() != b"{":
        raise ModelFileError(not_a_model)
    if 8 + length > len(file):
        raise damaged(path, "it is cut off in its header")
    header = json.loads(file[8 : 8 + length].tobytes())
    metadata = header.pop("__metadata__", {})
    if _MANIFEST not in metadata:
        raise ModelFileError(not_a_model)
    manifest = _unseal(path, metadata[_MANIFEST])
    arrays = _map_arrays(path, header, file[8 + length :])
    if _checksum(arrays) != manifest["sha256"]:
        raise damaged(path, "its checksum does not match its content")
    return arrays, manifest


def _unseal(path: Path, sealed: str) -> dict[str, Any]:
    """Return the manifest; the format is looked at before anything that another format may do otherwise."""
    checksum, _, text = sealed.partition(" ")
    if _sha256(text) != checksum:
        raise damaged(path, "its manifest does not match its checksum")
    manifest: dict[str, Any] = json.loads(text)
    if manifest["format"] != FORMAT:
        remedy = "Update it: pip install -U textgd." if manifest["format"] > FORMAT else "Train the model again."
        raise ModelFileError(
            f"{path} has the format {manifest['format']}, written by textgd {manifest['textgd']}; this is textgd "
            f"{__version__}, which reads the format {FORMAT}. {remedy}"
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
            raise damaged(path, f"its array {name!r} is not where it should be")
        if end - start != math.prod(entry["shape"]) * dtype.itemsize or end > len(body):
            raise damaged(path, f"its array {name!r} is cut off or has another size than it says")
        arrays[name] = body[start:end].view(dtype).reshape(entry["shape"])
        expected = end
    if expected != len(body):
        raise damaged(path, f"{len(body) - expected} bytes follow its last array")
    return arrays


def take_array(arrays: Arrays, name: str, n_dimensions: int, *types: type[np.generic]) -> NDArray[Any]:
    """Return an array that the compiled code may be given; raise ValueError where it is of another kind."""
    array = arrays[name]
    if array.ndim != n_dimensions or array.dtype not in types:
        raise ValueError(f"its {name} are {array.dtype} in {array.ndim} dimensions")
    return array


def check_starts(name: str, starts: NDArray[Any], end: int) -> None:
    """Raise ValueError unless `starts` ascend from 0 to `end`, so that they may be used to slice."""
    if len(starts) == 0 or starts[0] != 0 or starts[-1] != end or (starts[1:] < starts[:-1]).any():
        raise ValueError(f"its {name} do not ascend from 0 to {end}")


def _checksum(arrays: Arrays) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(array.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()
