"""The floors of the package hold, and light commands stay light."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from importlinter.cli import lint_imports

from textgd import TextClassifier
from textgd.models import MODELS

ROOT = Path(__file__).resolve().parent.parent

# Runs the command in the arguments after the first as the console script would, then writes which top-level modules
# the process has loaded into the file that the first names.
COMMAND_THEN_MODULES = """
import json, sys
listing, *sys.argv[1:] = sys.argv[1:]
from textgd.cli import main
try:
    code = main()
except SystemExit as stop:
    code = stop.code
with open(listing, "w") as file:
    json.dump(sorted({name.partition(".")[0] for name in sys.modules}), file)
sys.exit(code)
"""

TEXTS = [f"{text} {number}" for number in range(10) for text in ("win a free prize now", "see you at lunch")]
LABELS = ["spam", "ham"] * 10


def modules_after(folder: Path, *arguments: str) -> tuple[set[str], str]:
    """Return the modules that a ``textgd`` process with these arguments loaded, and what it printed."""
    listing = folder / "modules.json"
    done = subprocess.run(
        [sys.executable, "-c", COMMAND_THEN_MODULES, str(listing), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(listing.read_text())), done.stdout


def test_rooms_import_only_from_the_floors_below(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename=str(ROOT / "setup.cfg"), no_cache=True, no_logo=True)
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_no_heavy_library(tmp_path: Path, option: str) -> None:
    modules, printed = modules_after(tmp_path, option)
    assert "textgd" in printed
    assert modules.isdisjoint({"numpy", "scipy", "sklearn", "nltk", "numba", "safetensors", "matplotlib"})


@pytest.mark.parametrize(
    "parameters",
    [
        *({"model": model} for model in MODELS),
        {"model": "svm", "calibrate": None},
        {"model": "lr", "calibrate": "isotonic", "class_prior": "uniform"},
    ],
    ids=str,
)
def test_predicting_and_explaining_load_only_what_scoring_needs(tmp_path: Path, parameters: dict[str, Any]) -> None:
    TextClassifier(**parameters).fit(TEXTS, LABELS).save(tmp_path / "tiny.textgd")
    for command, said in (("predict", "spam"), ("explain", "spam:")):
        modules, printed = modules_after(tmp_path, command, "tiny.textgd", "a free prize")
        assert printed.split()[0] == said
        assert modules.isdisjoint({"sklearn", "scipy", "nltk", "matplotlib", "numba"})


@pytest.mark.parametrize("model", ["nb", "lr", "lm"])
def test_missing_words_load_no_more(tmp_path: Path, model: str) -> None:
    TextClassifier(model=model).fit(TEXTS, LABELS).save(tmp_path / "tiny.textgd")
    modules, printed = modules_after(tmp_path, "predict", "tiny.textgd", "a ___ prize ___", "--missing", "___")
    assert printed.split() == ["spam"]
    assert modules.isdisjoint({"sklearn", "scipy", "nltk", "matplotlib", "numba"})
