"""The page of an explanation says what the explanation says, and holds the document and nothing that it could do."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.explanation.drawn import fitted
from textgd.errors import InvalidParameterError, TextgdError
from textgd.explanation import Explanation
from textgd.report import check_page, explanation_page, write_page

TEXT = "Free entry: WIN a prize\r\nnow! See you at <b>lunch</b> & \u202ehome"


class Page(HTMLParser):
    """A page as a browser reads it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.tags: set[str] = set()
        self.document = ""
        self.stretches: list[tuple[str, str, str]] = []
        self.rows: list[list[str]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert all(not name.startswith("on") for name, _ in attributes)
        if tag != "meta":
            self.open.append((tag, dict(attributes)))
        if tag == "tr":
            self.rows.append([])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tag, attributes = self.open[-1] if self.open else ("", {})
        if any(outer.get("class") == "document" for _, outer in self.open):
            self.document += data
            if tag == "span":
                self.stretches.append((data, str(attributes["class"]), str(attributes["title"])))
        if tag in ("td", "th"):
            self.rows[-1].append(data)


def page(explanation: Explanation) -> Page:
    return Page(explanation_page(explanation, "textgd explain m.textgd"))


@pytest.mark.parametrize("model", ["nb", "svm", "lm", "charlm"])
def test_a_page_holds_the_document_its_colors_and_the_table(model: str) -> None:
    explanation = fitted(model).explain(TEXT, "spam")
    read = page(explanation)
    assert read.document == TEXT.replace("\r\n", "\n").replace("\u202e", "\ufffd")
    runs = [run for run in explanation.runs(10) if run.level]
    assert [(kind, title) for _, kind, title in read.stretches] == [
        (f"{'f' if run.level > 0 else 'a'}{abs(run.level)}", f"{run.contribution:+.3f} {explanation.unit}")
        for run in runs
    ]
    assert {"f10", "a10"} & {kind for _, kind, _ in read.stretches}
    strongest = explanation.strongest(100)
    listed = [[name.replace("\u202e", "\ufffd"), str(times), f"{value:+.3f}"] for name, times, value in strongest]
    assert [row for row in read.rows[1:] if len(row) == 3] == listed


def test_a_page_of_nothing() -> None:
    text = explanation_page(fitted("nb").explain(""), "textgd explain m.textgd")
    assert Page(text).document == ""
    assert "its bias decides alone" in text


@settings(max_examples=50)
@given(st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from("<>&\"'/= \nfree")), max_size=60))
def test_no_document_becomes_markup(text: str) -> None:
    plain = page(fitted("nb").explain("free")).tags
    made = page(fitted("nb").explain(text))
    assert made.tags - {"span"} <= plain | {"p"}
    hostile = replace(fitted("nb").explain(text), label=text)
    assert page(hostile).tags - {"span"} <= plain | {"p"}


def test_a_page_is_written_whole(tmp_path: Path) -> None:
    explanation = fitted("nb").explain(TEXT)
    write_page(tmp_path / "why.html", explanation_page(explanation, "textgd explain m.textgd 'a & b'"))
    text = (tmp_path / "why.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "<pre>textgd explain m.textgd &#x27;a &amp; b&#x27;</pre>" in text
    with pytest.raises(InvalidParameterError, match=r"end with \.html"):
        check_page(tmp_path / "why.txt")
    with pytest.raises(TextgdError, match="no folder"):
        check_page(tmp_path / "none" / "why.html")
