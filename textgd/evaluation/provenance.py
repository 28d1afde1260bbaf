"""What software a result came from."""

from __future__ import annotations

import platform

import numpy as np
import sklearn

from textgd import __version__

__all__ = ["versions"]


def versions() -> dict[str, str]:
    """Return the versions of what numbers depend on."""
    return {
        "textgd": __version__,
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }
