"""The page of a comparison: the sentence first, every number, and no markup from outside."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from textgd.errors import InvalidParameterError
from textgd.evaluation.comparison import ComparedModel, ComparedPair, ModelComparison, ModelFailure
from textgd.metrics import Interval
from textgd.report import check_page, comparison_page, write_page

SETTINGS = {
    "cv": 4,
    "repeats": 1,
    "folds_done": 4,
    "n_documents": 400,
    "n_left_out": 0,
    "n_test": 100.0,
    "classes": {"ham": 300, "spam": 100},
    "calibrated": False,
    "seed": 0,
}


def made_up(names: tuple[str, str] = ("nb", "svm"), settings: dict[str, Any] | None = None) -> ModelComparison:
    models = tuple(
        ComparedModel(
            name,
            family,
            "a model",
            {"calibrate": None},
            {"accuracy": Interval(value, value - 0.02, value + 0.02), "roc_auc": Interval(np.nan, np.nan, np.nan)},
            {"accuracy": (value,) * 4, "roc_auc": (np.nan,) * 4},
            0.25,
            0.01,
            0.0001,
            n_bytes,
        )
        for name, family, value, n_bytes in zip(
            names, ("generative", None), (0.912, 0.874), (4_200_000, None), strict=True
        )
    )
    pair = ComparedPair(*names, Interval(0.038, 0.01, 0.066), 0.0123, 0.0123, (31,), (16,), 0.041, 0.041, 3, 1, 0)
    failures = (ModelFailure(names[1], 1, "ValueError: <b>"),)
    settings = SETTINGS if settings is None else settings
    return ModelComparison("mails", "accuracy", models, (pair,), "nb is best.", failures, settings)


class Page(HTMLParser):
    """The cells of all tables, and all elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[str] = []
        self.in_cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self.in_cell = self.in_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.rows[-1][-1] += data


def page_of(comparison: ModelComparison, folder: Path) -> tuple[str, Page]:
    write_page(folder / "page.html", comparison_page(comparison, "textgd compare mails.csv"))
    text = (folder / "page.html").read_text(encoding="utf-8")
    return text, Page(text)


def test_the_sentence_comes_first_and_every_number_is_there(tmp_path: Path) -> None:
    text, page = page_of(made_up(), tmp_path)
    assert text.index("nb is best.") < text.index("<table>")
    assert ["nb", "generative", "91 [89, 93]", "-"] in page.rows
    assert ["svm", "not known", "87 [85, 89]", "-"] in page.rows
    assert ["nb", "svm", "+4 [1, 7]", "0.012", "0.041 31 : 16", "3, 1, 0"] in page.rows
    assert ["nb", "0.25", "0.01", "100", "4.2 MB"] in page.rows
    assert ["svm", "1", "ValueError: <b>"] in page.rows
    assert ["4", "91", "87"] in page.rows
    assert "textgd compare mails.csv" in text


def test_saved_models_have_no_folds(tmp_path: Path) -> None:
    settings = {"n_documents": 400, "n_left_out": 0, "n_test": 400, "classes": {}, "n_resamples": 2000}
    whole = made_up(settings=settings)
    models = (replace(whole.models[0], unseen={"odd": 7}, has_seen=True), whole.models[1])
    text, page = page_of(replace(whole, models=models), tmp_path)
    assert "Saved models, tested as they are." in text
    assert ["nb", "svm", "+4 [1, 7]", "0.012", "0.041 31 : 16"] in page.rows
    assert ["nb", "a model", "odd 7", "yes"] in page.rows
    assert ["svm", "a model", "none", "no"] in page.rows


def test_nothing_from_outside_becomes_markup(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>\x1b[31m\u202e"
    comparison = replace(made_up((hostile, "svm")), corpus=hostile, ranking=hostile)
    text, page = page_of(comparison, tmp_path)
    assert "script" not in page.tags
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", text)
    assert "http" not in text.replace("http-equiv", "")


def test_a_place_is_checked_before(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameterError, match=r"end with \.html"):
        check_page(tmp_path / "page.txt")
    check_page(tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []
