"""What textgd says when something is wrong.

Every message names the thing, its value, what is allowed and the remedy, in sentences.  The command line
prints the message after ``error:`` and exits with :attr:`TextgdError.exit_code`; the library raises.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "DataError",
    "FetchError",
    "InvalidParameterError",
    "MissingExtraError",
    "ModelFileError",
    "TextgdError",
    "UnknownNameError",
    "UnlabeledError",
    "suggestion",
]


class TextgdError(Exception):
    """The root of all errors that textgd raises on purpose."""

    exit_code = 1


class DataError(TextgdError, ValueError):
    """Documents, labels or a corpus file that cannot be used as they are."""


class UnlabeledError(DataError):
    """A file that has documents, as far as can be seen, and no label for any of them."""


class InvalidParameterError(TextgdError, ValueError):
    """A parameter or option outside what is allowed."""

    exit_code = 2


class UnknownNameError(InvalidParameterError):
    """A model, corpus, tokenizer or label name that does not exist."""


class ModelFileError(TextgdError, ValueError):
    """A file that is not a textgd model, or one that is damaged or from a newer format."""


class FetchError(TextgdError, OSError):
    """A registered corpus that could not be fetched, verified or unpacked."""


class MissingExtraError(TextgdError, ImportError):
    """An optional dependency is not installed; the message holds the command that installs it."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs the extra '{extra}', which is not installed: pip install 'textgd[{extra}]'")


def suggestion(name: str, allowed: Iterable[str]) -> str:
    """Return the end of an unknown-name message: the nearest names, then all that are allowed.

    Examples
    --------
    >>> suggestion("nbb", ["nb", "cnb"])
    'Did you mean nb or cnb? Allowed: cnb, nb.'
    """
    names = sorted(allowed)
    close = difflib.get_close_matches(name.lower(), names, n=2)
    question = f"Did you mean {' or '.join(close)}? " if close else ""
    return f"{question}Allowed: {', '.join(names)}."
