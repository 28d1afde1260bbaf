"""The report: one file that is whole, valid, loads nothing, runs nothing, and says what the curves say."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from tests.made_up import make_curves
from textgd.errors import MissingExtraError, TextgdError
from textgd.evaluation.crossover import Crossover
from textgd.evaluation.curves import LearningCurves
from textgd.report import curves_page, write_page
from textgd.report.pages import Html, details, element, facts, page, paragraph, section, table

VOID = {"meta", "br", "hr", "img", "input", "link"}
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\x00\x1b'


class Page(HTMLParser):
    """A page as a browser reads it: its elements, which must be closed in order, and its text by element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.rows: list[list[str]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)
            if any(cell in self.open for cell in ("td", "th")):
                self.rows[-1][-1] += data

    def row(self, first: str) -> list[str]:
        """Return the first row that starts so."""
        return next(row for row in self.rows if row[0] == first)


def _page(curves: LearningCurves, folder: Path, command: str = "textgd curve sms-spam") -> Page:
    write_page(folder / "curve.html", curves_page(curves, command))
    return Page((folder / "curve.html").read_text(encoding="utf-8"))


# Pieces


def test_pieces_escape_what_is_no_html() -> None:
    assert element("p", "<b>", Html("<b></b>"), class_="a\"b'") == '<p class="a&quot;b&#x27;">&lt;b&gt;<b></b></p>'
    assert paragraph("a", class_="note") == '<p class="note">a</p>'
    assert section("A & B", "x") == "<section><h2>A &amp; B</h2>x</section>"
    assert details("more", "x") == "<details><summary>more</summary>x</details>"
    assert element("p", "a\x00b\ud800") == "<p>a�b?</p>"


def test_tables_name_their_columns_and_rows() -> None:
    read = Page(table(["class", "documents"], [["<ham>", 12], ["spam", 7]]))
    assert read.rows == [["class", "documents"], ["<ham>", "12"], ["spam", "7"]]
    assert [attributes.get("scope") for tag, attributes in read.elements if tag == "th"] == ["col", "col", "row", "row"]
    assert [attributes.get("class") for tag, attributes in read.elements if tag == "td"] == [None, None]


def test_facts_spell_values() -> None:
    values = {
        "a": None,
        "b": True,
        "c": [1, "x"],
        "d": {"numpy": "2.0", "scipy": "1.0"},
        "e": 25_000,
        "f": 0.5,
        "g": [],
    }
    read = Page(facts(values))
    assert read.texts["dt"] == list(values)
    assert read.texts["dd"] == ["none", "yes", "1, x", "numpy 2.0, scipy 1.0", "25,000", "0.5", "none"]


def test_a_page_is_whole() -> None:
    read = Page(page("<title>", paragraph("x"), "y < z"))
    assert read.texts["title"] == read.texts["h1"] == ["<title>"]
    assert "".join(read.texts["body"]).strip() == "y < z"
    assert ("html", {"lang": "en"}) in read.elements


# The report


CURVES = {
    "five models": make_curves(("nb", "lm", "lr", "svm", "nbsvm")),
    "one model": make_curves(("nb",)),
    "log loss": make_curves(metric="log_loss"),
    "one repeat": make_curves(("nb", "lr"), n_repeats=1),
    "gaps": make_curves(("nb", "lr", "mine"), gaps={"lr": (0, 1, 7), "mine": tuple(range(8))}),
    "all failed": make_curves(("nb", "lr"), gaps=dict.fromkeys(("nb", "lr"), tuple(range(8)))),
    "nothing compared": replace(make_curves(), comparisons=(), crossovers=(), extrapolations=()),
}


@pytest.mark.parametrize("curves", CURVES.values(), ids=CURVES)
def test_every_report_is_valid_and_loads_nothing(curves: LearningCurves, tmp_path: Path) -> None:
    read = _page(curves, tmp_path)
    names = [tag for tag, _ in read.elements]
    assert names.count("svg") == 1
    assert not set(names) & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    for _, attributes in read.elements:
        for key, value in attributes.items():
            assert not key.startswith("on")
            if key in ("href", "xlink:href", "src"):
                assert (value or "").startswith("#")
    text = (tmp_path / "curve.html").read_text(encoding="utf-8")
    assert "@import" not in text
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", text))
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert "nan" not in re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", text, flags=re.DOTALL).lower()
    assert [path.name for path in tmp_path.iterdir()] == ["curve.html"]


def test_it_says_the_verdict_the_errors_and_the_command(tmp_path: Path) -> None:
    curves = make_curves(("nb", "svm"), verdict="nb is ahead below 310 documents.")
    read = _page(curves, tmp_path, "textgd curve sms-spam --models 'nb,svm'")
    assert "nb is ahead below 310 documents." in read.texts["p"]
    assert read.texts["pre"] == ["textgd curve sms-spam --models 'nb,svm'"]
    row = read.row("20")
    for name, cell in zip(("nb", "svm"), row[1:], strict=True):
        mean, low, high = 100.0 * curves.errors[name][0]
        assert cell == f"{mean:.1f} [{low:.1f}, {high:.1f}]"
    bold = [attributes for tag, attributes in read.elements if tag == "span" and attributes.get("class") == "best"]
    assert len(bold) == len(curves.train_sizes)
    shown = dict(zip(read.texts["dt"], read.texts["dd"], strict=True))
    assert shown["repeats done"] == "20"
    assert shown["versions"] == "textgd 0.1.0, numpy 2.0"


@pytest.mark.parametrize(
    ("crossover", "words"),
    [
        (Crossover("nb", "svm", 310.0, 180.0, 520.0, 0.99, "once"), "nb below 310 [180, 520]; svm above"),
        (Crossover("nb", "svm", None, None, None, 0.01, "always"), "nb, throughout"),
        (Crossover("nb", "svm", None, None, None, 0.01, "never"), "svm, throughout"),
        (
            Crossover("nb", "svm", 310.0, 180.0, None, 0.9, "several"),
            "changes several times, most clearly at 310 [180, …]",
        ),
        (Crossover("nb", "svm", 310.0, None, 520.0, 0.6, "undecided"), "undecided; may change at 310 […, 520]"),
        (Crossover("nb", "svm", None, None, None, np.nan, "undecided"), "undecided"),
        (
            Crossover("nb", "svm", 9000.0, 6000.0, None, 0.1, "outside"),
            "nb; svm expected above 9,000 [6,000, …]",
        ),
        (Crossover("nb", "svm", 10.0, None, 15.0, 0.1, "outside"), "svm; nb expected below 10 […, 15]"),
    ],
)
def test_it_says_where_which_model_is_ahead(crossover: Crossover, words: str, tmp_path: Path) -> None:
    curves = make_curves(("nb", "svm"))
    if crossover.kind == "outside":
        # One of them leads at every size.
        first = crossover.size is not None and crossover.size > 20
        compared = [replace(c, difference=0.01 if first else -0.01) for c in curves.comparisons]
        curves = replace(curves, comparisons=tuple(compared))
    read = _page(replace(curves, crossovers=(crossover,)), tmp_path)
    assert read.row("nb, svm")[1] == words


def test_the_best_within_a_time_can_be_read_off(tmp_path: Path) -> None:
    curves = make_curves(("nb", "svm"))
    curves.fit_times["nb"][:], curves.score_times["nb"][:] = 0.001, 0.001
    curves.fit_times["svm"][:], curves.score_times["svm"][:] = 1.5, 0.25
    read = _page(curves, tmp_path)
    assert read.row("0.003 s")[1:3] == ["nb", "4,460 documents"]
    assert read.row("3 s")[1:3] == ["svm", "4,460 documents"]
    times = next(row for row in reversed(read.rows) if row[0] == "4,460")
    assert times[2] == "1,750 1,500 + 250"


def test_times_that_were_not_kept_are_not_shown(tmp_path: Path) -> None:
    curves = make_curves()
    nothing = {name: np.full_like(times, np.nan) for name, times in curves.fit_times.items()}
    read = _page(replace(curves, fit_times=nothing, score_times=nothing), tmp_path)
    assert not any(heading.startswith("Time") for heading in read.texts["h2"])


def test_it_tells_of_failures_and_refusals(tmp_path: Path) -> None:
    read = _page(make_curves(("nb", "lr"), gaps={"lr": (0, 1)}), tmp_path)
    assert ["lr", "20 (20 of 20), 43 (20 of 20)", "ValueError: n_samples=20 is too few"] in read.rows
    once = _page(make_curves(("nb", "lr"), n_repeats=1), tmp_path)
    assert once.row("nb")[1] == "none: with one repeat there is no interval"
    assert any("One repeat, so no intervals" in text for text in once.texts["p"])


def test_nothing_in_a_result_can_inject(tmp_path: Path) -> None:
    curves = make_curves((EVIL, "nb"), corpus=EVIL, verdict=EVIL, settings={EVIL: EVIL}, gaps={EVIL: (0,)})
    models = tuple(replace(model, family=EVIL, title=EVIL, settings={EVIL: EVIL}) for model in curves.models)
    failures = tuple(replace(failure, reason=EVIL) for failure in curves.failures)
    read = _page(replace(curves, models=models, failures=failures), tmp_path, EVIL)
    assert not {tag for tag, _ in read.elements} & {"script", "img"}
    assert not any(key.startswith("on") for _, attributes in read.elements for key in attributes)
    assert "".join(read.texts["pre"]) == EVIL.replace("\x00", "�").replace("\x1b", "�")


def test_the_same_curves_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        write_page(tmp_path / name, curves_page(make_curves(("nb", "lm", "svm")), "textgd curve"))
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_the_picture_follows_the_light_of_the_page(tmp_path: Path) -> None:
    write_page(tmp_path / "curve.html", curves_page(make_curves(), ""))
    text = (tmp_path / "curve.html").read_text(encoding="utf-8")
    svg = text[text.index("<svg") : text.index("</svg>")]
    assert "var(--c0072b2, #0072b2)" in svg
    assert "currentColor" in svg
    assert re.sub(r"var\([^)]*\)", "", svg).count("#0072b2") == 0
    # Nothing is painted behind it.
    assert "fill: #ffffff" not in svg


def test_places_that_cannot_be_written_and_a_missing_matplotlib(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TextgdError, match="is a folder; name a file for the report"):
        write_page(tmp_path, curves_page(make_curves(), ""))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'textgd\[plot\]'"):
        write_page(tmp_path / "curve.html", curves_page(make_curves(), ""))
    assert not list(tmp_path.iterdir())
