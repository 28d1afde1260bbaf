"""From the library's words to the command line's: a message names the option that one types."""

from __future__ import annotations

import re

from textgd.parameters import PARAMETERS

__all__ = ["in_options"]

_READING = ("format", "text_column", "label_column", "encoding", "header", "test_size")
_COMPARING = ("models", "repeats", "metric", "tune", "families", "duplicates", "budget", "cv", "levels", "deletion")
_TUNING = ("max_size", "max_latency", "max_train")
_EVALUATING = ("positive", "threshold", "max_ham_loss", "by")
_OPTIONS = (
    {name: f"--{name.replace('_', '-')}" for name in (*_READING, *_COMPARING, *_TUNING, *_EVALUATING)}
    | {"train_sizes": "--sizes", "random_state": "--seed", "unlabeled": "--unlabeled", "needs": "--need"}
    | {parameter.name: f"--{parameter.option.split('/')[0]}" for parameter in PARAMETERS}
)
_VALUE = r"""(?:=(?:'[^']*'|"[^"]*"|[^\s()]*))?"""
# test_size=2 (--test-size 2)
_BOTH = re.compile(rf"\b({'|'.join(_OPTIONS)}){_VALUE} \((--(?:no-)?([A-Za-z-]+)[^()]*)\)")
# A name of one word may be a word of the sentence as well; before "is" at its beginning, and before "=", it is none.
_NAME = re.compile(rf"(?<![\w'\"-])({'|'.join(name for name in _OPTIONS if '_' in name)})(?![\w'\"])")
_SUBJECT = re.compile(rf"^({'|'.join(_OPTIONS)})(?:=(?= )|(?= is ))")


def in_options(message: str) -> str:
    """Return a message of the library with options in the place of arguments, and their values as they are typed.

    Examples
    --------
    >>> in_options("test_size=2 (--test-size 2): allowed is a share between 0 and 1.")
    '--test-size 2: allowed is a share between 0 and 1.'
    >>> in_options("ngram_range is (0, 1); a span such as (1, 2) is expected.")
    '--ngrams is 0-1; a span such as 1-2 is expected.'
    """
    message = _BOTH.sub(lambda m: m[2] if _OPTIONS[m[1]] == f"--{m[3]}" else m[0], message)
    message = _SUBJECT.sub(lambda m: _OPTIONS[m[1]], message)
    message = _NAME.sub(lambda m: _OPTIONS[m[1]], message)
    if not message.startswith("--"):
        return message
    subject = message.split()[0]
    message = re.sub(r",? (?:or|and) None\b[^.,]*,?", "", message.replace(f" ({subject})", ""))
    message = re.sub(r"\((\d+), (\d+)\)", r"\1-\2", message)
    return re.sub(r"\b2\*\*(\d+)", lambda m: str(2 ** int(m[1])), message)
