"""Damage that was done to text is undone; text that is whole stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgd.doctor.repair import has_mojibake, repair

WHOLE = [
    "plain",
    "café, naïve, Ångström",
    "«CAFÉ» et «LE MAÎTRE»",
    "SÃO PAULO e São João",
    "£5 – “quoted” … € 3",
    "привет, как дела",
    "Ελλάδα",
    "日本語 テキスト",
    "😀 ❤️",
    "tab\tand\nline",
    "Â and Ã and â alone",
    # Korean and Thai that were read as Latin-1: damaged, but by no UTF-8.
    "±³À°ÆÀ Ã¼Å© ÊÓËÃÑº¤Ø³",
]


@pytest.mark.parametrize("text", WHOLE)
def test_whole_text_stays(text: str) -> None:
    assert repair(text) == text
    assert not has_mojibake(text)


def damaged(text: str, encoding: str) -> str:
    """UTF-8 read as another encoding, with what that leaves out as in Latin-1."""
    return "".join(
        bytes([byte]).decode(encoding, "ignore") or bytes([byte]).decode("latin-1") for byte in text.encode()
    )


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("text", ["café", "it’s", "“no” – yes…", "£5", "😀 fine", "naïve à la carte", "привет"])
def test_mojibake_is_undone(text: str, encoding: str, times: int) -> None:
    read = text
    for _ in range(times):
        read = damaged(read, encoding)
    assert has_mojibake(read)
    assert repair(read) == text


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("it\x92s \x96 \x85", "it’s – …"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("\ufefftext", "text"),
        ("e\u0301", "é"),
        ("\ud83d\ude00", "😀"),
        ("\ud83d x", "\ufffd x"),
        ("\x81", ""),
        ("page\x0cend", "page\x0cend"),
    ],
)
def test_other_damage_is_undone(text: str, whole: str) -> None:
    assert repair(text) == whole


@given(st.text(st.characters(codec=None)))
def test_what_comes_out_is_whole_and_stays(text: str) -> None:
    once = repair(text)
    assert repair(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode("utf-8")
