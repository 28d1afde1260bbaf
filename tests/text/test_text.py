"""The front door of the room."""

from __future__ import annotations

import subprocess
import sys

import pytest

import textgd.text


def test_every_name_is_there() -> None:
    for name in textgd.text.__all__:
        assert getattr(textgd.text, name).__name__ == name
        assert name in dir(textgd.text)


def test_an_unknown_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Vectorizer'"):
        textgd.text.Vectorizer  # noqa: B018


def test_a_tokenizer_alone_is_light() -> None:
    code = (
        "import sys; from textgd.text import Tokenizer; print(Tokenizer().tokens('So good!'));"
        "print(sorted({'numpy', 'scipy', 'sklearn', 'numba', 'nltk'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['so', 'good', '!']", "[]"]
