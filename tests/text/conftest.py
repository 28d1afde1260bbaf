"""Text that is hard on tokenizers, and a way to cut it into many shards."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from textgd.text import counting, scanner

PLAIN = ("a", "I", "Free", "free", "entry", "spam", "MATH", "don't", "Not", "never", "42", "3", "x_y", " ", " ", " ")
PLAIN = (*PLAIN, ". ", ", ", "!", "'", "''", "-", "\n", "\t", "  ", "https://t.co/A?b=1", "www.Ab.de/x, ", "_", "__")
STRANGE = (
    *("\u0301", "e\u0301", "\u20dd", "\ufe0f", "1\ufe0f\u20e3", "\U000e0100"),  # marks, variation selectors
    *("\ud800", "\udfff", "\udc80", "\ud83d\ude00"),  # surrogates, alone and in a pair that nobody joined
    *("\U0001f600", "\U0001f469\u200d\U0001f469\u200d\U0001f467", "\u2764\ufe0f", "\U0001f1e9\U0001f1ea"),  # emoji
    *("語", "日本", "カタカナ", "ｶﾞ", "か\u3099", "々", "〇", "\U00020000", "한국"),
    *("ไทย", "ที่", "๑๒", "ພາ", "မြ", "ខ្មែ"),
    *("שלום", "שָׁ", "مرحبا", "\u0644\u200c\u0627", "\u200f", "\u202e", "हिन्दी", "क्\u200dष"),
    *("\x00", "\x01", "\x1c", "\x1f", "\x7f", "\x80", "\x85", "\xa0", "\xad", "\u2028", "\u2029", "\u3000", "\u200b"),
    *("İ", "ı", "ΟΔΟΣ", "Σ", "ΑΣ.", "ß", "ẞ", "\u212a", "Ǆ", "ﬁ", "ﬃ", "ℂ", "Ａ", "Å", "é", "É", "№", "½", "Ⅷ", "²"),
    *("\u2019", "don\u2019t", "CAN\u2019T", "l\u2019été", "ʼ", "\u1d2c", "ʰ", "ª", "‿", "…", "。", "！", "€", "\ufeff"),
    *("٣", "٤٢", "१२", "\U0001d7d8", "①", "\ue000", "\U000f0000", "\U0010ffff", "\ufffe", "\u0378", "\U0001d400"),
)

_pieces = st.one_of(st.sampled_from(PLAIN), st.sampled_from(PLAIN), st.sampled_from(STRANGE))
_any_text = st.text(st.characters(exclude_categories=()), max_size=4)


@st.composite
def hard_texts(draw: st.DrawFn) -> str:
    return "".join(draw(st.lists(st.one_of(_pieces, _pieces, _pieces, _any_text), max_size=14)))


@pytest.fixture(scope="session")
def texts() -> st.SearchStrategy[str]:
    """Return a strategy: every kind of string, likely enough with words that recur."""
    return hard_texts()


@pytest.fixture(scope="session")
def hard_documents() -> list[str]:
    """Return documents that hold every strange piece: alone, inside a word, between words and doubled."""
    documents = ["", " ", "\n\n", "plain words only", "It's NOT good, but I don't mind. Never say never! 42 3.14"]
    documents += [
        "see https://t.co/A?b=1 or www.Ab.de/x, not http://x.y",
        "'quoted' rock'n'roll '' 'tis dogs' a'1 _'_ a''b",
    ]
    for piece in STRANGE:
        documents += [piece, f"Word{piece}word's", f"not {piece} b {piece}{piece}. c"]
    return documents


@pytest.fixture
def many_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut documents into shards of hardly more than one document each."""
    monkeypatch.setattr(scanner, "_SHARD_CHARACTERS", (1, 4))
    monkeypatch.setattr(counting, "_SHARD_TOKENS", 3)
