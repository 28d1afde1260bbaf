"""The package as its users get it: the public names, the version, and a complete list of what is shipped."""

from __future__ import annotations

import configparser
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

import textgd

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def setup_cfg() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_public_names_are_these_and_no_more() -> None:
    assert sorted(textgd.__all__) == [
        "Advice",
        "Corpus",
        "Diagnosis",
        "Evaluation",
        "LearningCurves",
        "ModelComparison",
        "RobustnessCurves",
        "TextClassifier",
        "TextgdError",
        "Tuning",
        "__version__",
        "advise",
        "compare",
        "diagnose",
        "evaluate",
        "evaluate_predictions",
        "learning_curves",
        "load",
        "load_corpus",
        "robustness_curves",
        "tune",
    ]


@pytest.mark.parametrize("name", textgd.__all__)
def test_public_name_resolves_and_is_listed(name: str) -> None:
    assert getattr(textgd, name) is not None
    assert name in dir(textgd)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="TextClasifier"):
        _ = textgd.TextClasifier  # type: ignore[attr-defined]


def test_import_loads_nothing_heavy() -> None:
    script = "import sys, textgd; print(*{'numpy', 'scipy', 'sklearn', 'nltk', 'numba'}.intersection(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_installed_version_is_the_package_version() -> None:
    assert importlib.metadata.version("textgd") == textgd.__version__


def test_every_package_is_shipped(setup_cfg: configparser.ConfigParser) -> None:
    in_tree = {path.parent.relative_to(ROOT) for path in (ROOT / "textgd").rglob("__init__.py")}
    listed = setup_cfg["options"]["packages"].split()
    assert listed == sorted({".".join(folder.parts) for folder in in_tree} | {"textgd.corpora"})


def test_every_module_is_in_a_package() -> None:
    folders = {path.parent for path in (ROOT / "textgd").rglob("*.py")}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_every_corpus_file_is_shipped(setup_cfg: configparser.ConfigParser) -> None:
    pattern = setup_cfg["options.package_data"]["textgd.corpora"]
    shipped = set((ROOT / "corpora").glob(pattern))
    assert {path for path in (ROOT / "corpora").rglob("*") if path.is_file()} == shipped
    assert {path.parent / "manifest.toml" for path in shipped} <= shipped


def test_typing_marker_is_shipped(setup_cfg: configparser.ConfigParser) -> None:
    assert (ROOT / "textgd" / setup_cfg["options.package_data"]["textgd"]).is_file()
