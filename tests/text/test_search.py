"""Pieces are found where they were cut out, in their order, and the changed ones between their neighbors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgd.text.search import find_in_order


@pytest.mark.parametrize(
    ("pieces", "text", "found"),
    [
        ([], "abc", []),
        (["a", "b"], "", ["", ""]),
        (["a", "", "b"], "a b", ["a", "", "b"]),
        (["``", "a", "''"], '"a"', ['"', "a", '"']),
        # Two that are not there share what lies between.
        (["a", "x", "y", "b"], "a 1 2 b", ["a", "1 2", "1 2", "b"]),
        (["x", "y"], " 1 ", ["1", "1"]),
        # None is taken for one far behind: those that follow are found where they are.
        (["good", "x", "bad"], "good bad " + "word " * 500 + "x", ["good", "", "bad"]),
        # White space of any length, and many changed pieces, do not lead astray.
        (["a", "b"], "a" + " " * 5000 + "b", ["a", "b"]),
        (["a", *["?"] * 9, "b"], "a" + " cd" * 500 + " b", ["a", *["cd" + " cd" * 499] * 9, "b"]),
    ],
)
def test_pieces_are_found(pieces: list[str], text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in find_in_order(pieces, text)] == found


@given(st.lists(st.text("ab ", min_size=1, max_size=3)), st.text("ab ", max_size=20))
def test_places_ascend(pieces: list[str], text: str) -> None:
    spans = find_in_order(pieces, text)
    assert len(spans) == len(pieces)
    places = [place for span in spans for place in span]
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert [start for start, _ in spans] == sorted(start for start, _ in spans)
    assert [end for _, end in spans] == sorted(end for _, end in spans)
    assert max(places, default=0) <= len(text)


@given(st.lists(st.tuples(st.text("abc", min_size=1, max_size=4), st.sampled_from(["", " ", "\n  "]))))
def test_what_was_cut_is_where_it_was(cut: list[tuple[str, str]]) -> None:
    text, expected = "", []
    for piece, gap in cut:
        expected.append((len(text), len(text) + len(piece)))
        text += piece + gap
    assert find_in_order([piece for piece, _ in cut], text) == expected
