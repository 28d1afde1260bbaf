"""The page of robustness curves: all that they say, and nothing that a name could do to it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.made_up import make_robustness
from textgd.report import robustness_page

EVIL = "<script>alert(1)</script>"


def plain_text(page: str) -> str:
    """Return what a reader sees, without the picture."""
    parts: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            parts.append(data)

    Reader().feed(re.sub(r"<svg.*?</svg>|<style>.*?</style>", "", page, flags=re.DOTALL))
    return re.sub(r"\s+", " ", " ".join(parts))


def test_everything_is_said() -> None:
    curves = make_robustness(gaps={"nb (zero)": (1,)})
    text = plain_text(robustness_page(curves, "textgd curve sms --axis missing"))
    assert curves.verdict in text
    for words in (
        "Error, in %, by words lost from the test documents",
        "any words of the test documents are lost, the same ones for all models".capitalize(),
        "Lost since 0 %, in points",
        "nb (zero), nb (marginalize)",
        "What failed",
        "ValueError: too many gaps",
        "30 % (10 of 10)",
        "textgd curve sms --axis missing",
        "1,114, in each repeat",
    ):
        assert words in text
    loss = next(loss for loss in curves.losses if (loss.line, loss.level) == ("lr (zero)", 0.9))
    assert f"+{100 * loss.loss:.1f} [{100 * loss.low:.1f}, {100 * loss.high:.1f}]" in text


def test_the_least_of_each_column_is_bold() -> None:
    page = robustness_page(make_robustness(noise=1e-6), "")
    assert sorted(re.findall(r'class="best">([\d.]+)', page)) == ["12.00", "2.00", "5.00"]


@pytest.mark.parametrize("axis", ["missing", "prior"])
def test_names_are_escaped(axis: str) -> None:
    lines = {(EVIL, ""): (0.1, 0.2, 0.3), ("nb", ""): (0.1, 0.2, 0.3)}
    page = robustness_page(make_robustness(lines, axis=axis, corpus=EVIL, settings={"positive": EVIL}), EVIL)
    assert "<script" not in page


def test_one_line_and_one_level_make_a_page() -> None:
    curves = make_robustness({("nb", ""): (0.1,)}, levels=(0.0,), n_repeats=1, is_official=True)
    text = plain_text(robustness_page(curves, ""))
    assert "One repeat, so no intervals" in text
    assert "the official test part" in text
    assert "Lost since" not in text
