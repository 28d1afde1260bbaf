"""Text classification that says which family of model the data at hand deserve, and how sure that is."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textgd.classifier import TextClassifier as TextClassifier
    from textgd.classifier import load as load
    from textgd.corpus import Corpus as Corpus
    from textgd.corpus import load_corpus as load_corpus
    from textgd.errors import TextgdError as TextgdError

__version__ = "0.1.0"

# Handed on lazily (PEP 562): ``import textgd`` costs nothing, and each name only what it needs.
_HOMES = {
    "Corpus": "corpus",
    "TextClassifier": "classifier",
    "TextgdError": "errors",
    "load": "classifier",
    "load_corpus": "corpus",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
