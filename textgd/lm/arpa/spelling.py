"""How tokens are spelled in an ARPA file; see `textgd.lm.arpa` for what is escaped."""

from __future__ import annotations

import re

from textgd.text.vocabulary import encode

__all__ = ["CONTROL", "END", "START", "UNKNOWN", "escape", "unescape"]

UNKNOWN, START, END = b"<unk>", b"<s>", b"</s>"
# KenLM takes the second spelling of <unk> as well.
CONTROL = (b"<unk>", b"<UNK>", b"<s>", b"</s>")
_EMPTY = "\\uffff"
_TO_ESCAPE = re.compile(r"[\s\0]|\\(?=u[0-9a-fA-F]{4})")
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")


def escape(term: str) -> str:
    """Return how a term is spelled."""
    if encode(term) in CONTROL:
        return f"\\u003c{term[1:]}"
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", term) or _EMPTY


def unescape(token: str) -> str:
    """Return the term that `escape` made this of; a token that it would not have written so stands for itself."""
    if token == _EMPTY:
        return ""
    term = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), token)
    return term if escape(term) == token else token
