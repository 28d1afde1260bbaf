"""The page of an evaluation: whole, says what was measured, and no document gets a tag of its own into it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.report.test_curves import EVIL, Page
from textgd.errors import InvalidParameterError, TextgdError
from textgd.metrics import Evaluation, evaluate_predictions
from textgd.report import check_page, evaluation_page, write_page

HOSTILE = (EVIL, "\u202egnirts", "\x1b[31mred", "x" * 1_000_000, "</td></table><h1>no")


def make(labels: list[str], **settings: Any) -> Evaluation:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, len(labels), 200)
    scores = rng.random((200, len(labels)))
    scores[np.arange(200), truth] += 0.5
    shares = scores / scores.sum(axis=1, keepdims=True)
    called = [labels[c] for c in shares.argmax(axis=1)]
    return evaluate_predictions([labels[c] for c in truth], called, labels, shares, **settings)


def written(evaluation: Evaluation, folder: Path, model: str = "m.textgd", corpus: str = "c.tsv") -> Page:
    write_page(folder / "page.html", evaluation_page(evaluation, model, corpus, "textgd evaluate m.textgd c.tsv"))
    return Page((folder / "page.html").read_text(encoding="utf-8"))


def test_it_says_what_was_measured(tmp_path: Path) -> None:
    source = ["mail", "web"] * 100
    evaluation = make(["ham", "spam"], texts=["some text"] * 200, columns={"source": source}, max_ham_loss=0.2)
    read = written(evaluation, tmp_path)
    accuracy = evaluation["accuracy"]
    lead = read.texts["p"][0]
    assert f"accuracy {100 * accuracy.value:.2f} % [{100 * accuracy.low:.2f}, {100 * accuracy.high:.2f}]" in lead
    assert "of ham is called spam" in lead
    mcc = evaluation["mcc"]
    assert read.row("MCC")[2:] == [f"{mcc.value:.4f}", f"[{mcc.low:.4f}, {mcc.high:.4f}]"]
    assert [tag for tag, _ in read.elements].count("svg") == 5
    assert read.row("mail")[1] == "100"
    first = evaluation.errors[0]
    assert read.row(f"{first.row:,}")[1:4] == [first.true, first.called, "some text"]
    assert any("exact upper bound" in words for words in read.texts["p"])


def test_several_classes_without_probabilities(tmp_path: Path) -> None:
    evaluation = evaluate_predictions(list("abcd"), list("aabb"), list("abc"), texts=list("wxyz"))
    read = written(evaluation, tmp_path)
    assert "Macro F1" in read.texts["p"][0]
    assert any("the model has never seen" in words and "d (1)" in words for words in read.texts["p"])
    assert read.row("precision of c") == ["precision of c", "no document was called c"]
    assert [tag for tag, _ in read.elements].count("svg") == 1


def test_hostile_documents_labels_and_names_stay_text(tmp_path: Path) -> None:
    texts = [HOSTILE[i % len(HOSTILE)] for i in range(200)]
    evaluation = make([EVIL, "</table>"], texts=texts, columns={EVIL: texts}, n_errors=50)
    read = written(evaluation, tmp_path, EVIL, EVIL)
    tags = {tag for tag, _ in read.elements}
    assert tags.isdisjoint({"script", "img"})
    assert [tag for tag, _ in read.elements].count("h1") == 1
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert all(c.isprintable() or c in "\n\t" for c in text)
    assert len(text) < 1_500_000
    assert not any(name.startswith("on") for _, attributes in read.elements for name in attributes)


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameterError, match=r"end with \.html"):
        check_page(tmp_path / "page.txt", has_pictures=True)
    with pytest.raises(TextgdError, match="make it first"):
        check_page(tmp_path / "none" / "page.html")
