"""What software a result came from."""

from __future__ import annotations

import os
import platform
from typing import Any

import numpy as np
import sklearn

from textgd import __version__
from textgd.corpus import Corpus
from textgd.corpus.registry import registered_names

__all__ = ["versions", "words_of"]


def words_of(corpus: Any) -> list[str] | None:
    """Return how a command is told a corpus, its path or registered name; None where it is in memory alone.

    Examples
    --------
    >>> words_of("mails.csv"), words_of((["some text"], ["ham"]))
    (['mails.csv'], None)
    """
    if isinstance(corpus, str | os.PathLike):
        return [os.fspath(corpus)]
    return [corpus.name] if isinstance(corpus, Corpus) and corpus.name in registered_names() else None


def versions() -> dict[str, str]:
    """Return the versions of what numbers depend on."""
    return {
        "textgd": __version__,
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }
