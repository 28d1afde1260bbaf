"""The registered corpora: one folder each under ``corpora/``, described by its manifest.toml."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from textgd.corpus.corpus import PARTS
from textgd.corpus.reading import LABELED_FORMATS, Reading
from textgd.errors import DataError, UnknownNameError, suggestion

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["MANIFEST", "Manifest", "Source", "corpora_folder", "find_manifest", "registered"]

MANIFEST = "manifest.toml"

_PYTHON_PACKAGE = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_NPM_PACKAGE = r"(?:@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*"
_PACKAGE = {"pypi": _PYTHON_PACKAGE, "npm": _NPM_PACKAGE}
_SHIPPED = "shipped"
_NAME = r"[a-z0-9][a-z0-9-]*"
_VERSION = r"[0-9][A-Za-z0-9.+!_-]*"
_SHA256 = r"[0-9a-f]{64}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the text comes from.

    Parameters
    ----------
    ecosystem : {"pypi", "npm", "shipped"}
        Whose package holds it; "shipped" text stands beside the manifest and needs no more than that.
    package, version, sha256 : str
        The package, its exact version, and the checksum of the archive that is downloaded.
    """

    ecosystem: str
    package: str = ""
    version: str = ""
    sha256: str = ""

    @property
    def shipped(self) -> bool:
        """Whether the text stands beside the manifest."""
        return self.ecosystem == _SHIPPED

    def __str__(self) -> str:
        """Name the package and its version."""
        return self.ecosystem if self.shipped else f"{self.ecosystem} {self.package} {self.version}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known about a corpus before it is read; the fields are the keys of its manifest.toml.

    Parameters
    ----------
    name, task, language, license, citation, description : str
        What the corpus is, for people.
    documents : int
        How many documents it has.
    class_counts : mapping of str to int
        How many documents each class has.
    split : mapping of str to int
        How many documents each part of the official split has; empty where there is none.
    source : Source
        Where the text comes from.
    members : tuple of str
        The files to read: paths, or patterns with ``*`` in a part of the path, inside the archive or beside
        the manifest.
    reading : Reading
        How these files are read.
    folder : Path
        Where the manifest lies; not a key.
    """

    name: str
    task: str
    language: str
    license: str
    citation: str
    description: str
    documents: int
    class_counts: Mapping[str, int]
    split: Mapping[str, int]
    source: Source
    members: tuple[str, ...]
    reading: Reading
    folder: Path


def corpora_folder() -> Path:
    """Return the folder of the registered corpora: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "corpora"
    return installed if installed.is_dir() else package.parent / "corpora"


def registered() -> dict[str, Manifest]:
    """Return the registered corpora by name, sorted."""
    return {path.parent.name: read_manifest(path) for path in sorted(corpora_folder().glob(f"*/{MANIFEST}"))}


def registered_names() -> list[str]:
    """Return the names of the registered corpora, sorted, without reading their manifests."""
    return sorted(path.parent.name for path in corpora_folder().glob(f"*/{MANIFEST}"))


def find_manifest(name: str | os.PathLike[str]) -> Manifest:
    """Return the manifest of a registered corpus, or the one at a path.

    Parameters
    ----------
    name : str or path-like
        A registered name, the path of a manifest.toml, or the path of a folder that holds one.

    Examples
    --------
    >>> find_manifest("starter-spam").task
    'spam'
    """
    if isinstance(name, str) and name in registered_names():
        return read_manifest(corpora_folder() / name / MANIFEST)
    path = manifest_path(Path(name))
    if path is not None:
        return read_manifest(path)
    if Path(name).suffix == ".toml":
        raise DataError(f"no such file: {name}")
    raise UnknownNameError(f"no corpus is named {str(name)!r}. {suggestion(str(name), registered_names())}")


def manifest_path(path: Path) -> Path | None:
    """Return the manifest that a path means, or None when it means something else."""
    if path.suffix == ".toml" and os.path.isfile(path):
        return path
    inside = path / MANIFEST
    return inside if os.path.isfile(inside) else None


def read_manifest(path: Path) -> Manifest:
    """Read a manifest and check every key of it."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not valid TOML: {error}.") from None
    top = _Table(content, str(path))
    source = _source(_Table(top.take("source", dict), f"{path} [source]"))
    reading = _reading(_Table(top.take("reading", dict), f"{path} [reading]"))
    manifest = Manifest(
        name=top.text("name", _NAME),
        **{key: top.text(key) for key in ("task", "language", "license", "citation", "description")},
        documents=top.take("documents", int),
        class_counts=top.counts("class_counts"),
        split=top.counts("split"),
        source=source,
        members=_members(top),
        reading=reading,
        folder=path.parent,
    )
    top.end()
    _check(manifest, path)
    return manifest


class _Table:
    """A table of a manifest whose keys are taken one by one, so that missing, wrong and left-over ones show."""

    def __init__(self, content: dict[str, Any], where: str) -> None:
        self.content = dict(content)
        self.known: list[str] = []
        self.where = where

    def take(self, key: str, kind: type, default: Any = ...) -> Any:
        self.known.append(key)
        if key not in self.content:
            if default is ...:
                raise DataError(f"{self.where}: the key {key!r} is missing.")
            return default
        value = self.content.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise DataError(f"{self.where}: the key {key!r} is {value!r}; it must be of type {kind.__name__}.")
        return value

    def text(self, key: str, pattern: str = r"(?s).*\S.*", default: Any = ...) -> str:
        value = self.take(key, str, default)
        if not re.fullmatch(pattern, value):
            raise DataError(f"{self.where}: the key {key!r} is {value!r}, which it cannot be (pattern {pattern}).")
        return str(value)

    def counts(self, key: str) -> Mapping[str, int]:
        table = _Table(self.take(key, dict), f"{self.where} [{key}]")
        return MappingProxyType({name: table.take(name, int) for name in list(table.content)})

    def texts(self, key: str) -> dict[str, str]:
        table = _Table(self.take(key, dict, {}), f"{self.where} [{key}]")
        return {name: table.take(name, str) for name in list(table.content)}

    def end(self) -> None:
        for key in self.content:
            raise DataError(f"{self.where}: no key is named {key!r}. {suggestion(key, self.known)}")


def _members(top: _Table) -> tuple[str, ...]:
    members: list[object] = top.take("members", list)
    if not members:
        raise DataError(f"{top.where}: the key 'members' names no file.")
    for member in members:
        if not isinstance(member, str) or {"..", ""} & set(member.split("/")):
            raise DataError(f"{top.where}: the member {member!r} is no relative path without '..'.")
    return tuple(str(member) for member in members)


def _source(table: _Table) -> Source:
    ecosystem = table.text("ecosystem")
    if ecosystem == _SHIPPED:
        source = Source(ecosystem)
    elif ecosystem in _PACKAGE:
        source = Source(
            ecosystem,
            package=table.text("package", _PACKAGE[ecosystem]),
            version=table.text("version", _VERSION),
            sha256=table.text("sha256", _SHA256),
        )
    else:
        raise DataError(
            f"{table.where}: the key 'ecosystem' is {ecosystem!r}. {suggestion(ecosystem, (*_PACKAGE, _SHIPPED))}"
        )
    table.end()
    return source


def _reading(table: _Table) -> Reading:
    settings: dict[str, Any] = {"format": table.text("format", "|".join(LABELED_FORMATS))}
    for name, kind in (("encoding", str), ("errors", str), ("header", bool)):
        if name in table.content:
            settings[name] = table.take(name, kind)
    for name in ("text_column", "label_column"):
        if name in table.content:
            settings[name] = table.take(name, int if isinstance(table.content[name], int) else str)
    settings |= {name: MappingProxyType(table.texts(name)) for name in ("where", "labels")}
    table.known = [field.name for field in fields(Reading)]
    table.end()
    return Reading(**settings)


def _check(manifest: Manifest, path: Path) -> None:
    """Check what one key alone cannot tell."""
    total = sum(manifest.class_counts.values())
    if total != manifest.documents:
        raise DataError(f"{path}: documents is {manifest.documents}, but class_counts add up to {total}.")
    unknown = set(manifest.split) - set(PARTS)
    if unknown:
        raise DataError(f"{path} [split]: no part is named {min(unknown)!r}. {suggestion(min(unknown), PARTS)}")
