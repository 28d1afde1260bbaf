"""Tables of classes agree with the definition, character by character."""

from __future__ import annotations

import numpy as np
import pytest

from textgd.kernels.classes import APOSTROPHE, LETTER, MARK, SINGLE, SPACE, SYMBOL
from textgd.text.characters import character_class, class_table
from textgd.text.tokenizer import BUILT_IN

every_tokenizer = pytest.mark.parametrize("tokenizer", BUILT_IN)


@every_tokenizer
def test_table_holds_the_class_of_every_code_point(tokenizer: str) -> None:
    # Without the cache around it, which a million characters would only flush.
    classify = character_class.__wrapped__
    expected = np.fromiter((classify(tokenizer, chr(code)) for code in range(0x110000)), np.uint8, 0x110000)
    table = class_table(tokenizer, ascii_only=False)
    assert table.dtype == np.uint8
    assert table.shape == (0x110000,)
    assert [hex(code) for code in np.flatnonzero(table != expected)[:20]] == []


@every_tokenizer
def test_table_for_ascii_has_the_same_beginning(tokenizer: str) -> None:
    ascii_only, full = class_table(tokenizer, ascii_only=True), class_table(tokenizer, ascii_only=False)
    assert ascii_only.shape == full.shape
    assert ascii_only[:128].tolist() == full[:128].tolist()


@pytest.mark.parametrize(
    ("characters", "kind"),
    [
        ("azAZ09_éßİªʰ\u1d2cⅧ½²٣한ש\U0001d7d8\U0001d400", LETTER),
        (
            " \t\n\x00\x1f\x7f\x85\xa0\xad\u200b\u200c\u200d\u200f\u2028\u3000\ud800\udfff\ue000\ufeff\uffff\U0010ffff",
            SPACE,
        ),
        ("\u0301\u20dd\ufe0f\u20e3\U000e0100\u093f\u05b8", MARK),
        ("'", APOSTROPHE),
        ('!"#$%&()*+,-./:;<=>?@[\\]^`{|}~€…。\u2019‿№\U0001f600\U0001f3fd\U0001f1e9', SYMBOL),
        ("語日々〇かカｶﾞ\u3099ーไ\u0e31๑ພမខ្\U00020000\uf900", SINGLE),
    ],
)
def test_classes_of_the_word_tokenizer(characters: str, kind: int) -> None:
    kinds = {c: character_class("word", c) for c in characters}
    assert kinds == dict.fromkeys(characters, kind)


@pytest.mark.parametrize("characters", ["azé_語\u1d2c½", "! '\u0301\x00\u200d\ud800\U0001f600"])
def test_classes_of_the_sklearn_tokenizer_are_those_of_a_word_character(characters: str) -> None:
    kind = LETTER if characters.startswith("a") else SPACE
    assert {character_class("sklearn", c) for c in characters} == {kind}


def test_classes_of_the_whitespace_tokenizer() -> None:
    assert {character_class("whitespace", c) for c in " \t\n\x1c\x85\xa0\u2028\u3000"} == {SPACE}
    assert {character_class("whitespace", c) for c in "a!\x00\u200b\ufeff\u0301\ud800語"} == {LETTER}
