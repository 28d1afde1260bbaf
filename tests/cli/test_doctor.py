"""``textgd doctor``: the library's diagnosis as text, JSON, a page and a cleaned copy."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

import textgd
from tests.doctor.made_up import sound
from textgd.corpus import Corpus, load_corpus
from textgd.corpus.writing import write_corpus

HOSTILE = "<script>alert(1)</script> \x1b[31mred \u202eevil \u2028 \x9b31m </td>"
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]")


@pytest.fixture
def sick(tmp_path: Path) -> Path:
    """A file with a copy, a contradiction, damage, an empty document and a document that would do harm."""
    corpus = sound(120)
    texts = list(corpus.texts)
    texts[100], texts[51], texts[20], texts[30], texts[40] = texts[0], texts[50], "cafÃ© at six", " ", HOSTILE
    write_corpus(Corpus(tuple(texts), corpus.labels, "sick"), tmp_path / "sick.jsonl")
    return tmp_path / "sick.jsonl"


def kinds(done: Any) -> set[str]:
    return {finding["kind"] for finding in done["findings"]}


def test_json_is_the_librarys(run: Any, sick: Path) -> None:
    done = run("doctor", sick, "--json")
    assert done.err == ""
    assert done.json == json.loads(json.dumps(textgd.diagnose(sick).to_dict()))
    assert {"exact-duplicate", "contradicting-labels", "encoding", "empty"} <= kinds(done.json)
    for finding in done.json["findings"]:
        assert {"kind", "severity", "rows", "message"} <= finding.keys()
    exact = next(finding for finding in done.json["findings"] if finding["kind"] == "exact-duplicate")
    assert exact["groups"] == [[1, 101], [51, 52]]


def test_text_says_what_how_bad_where_and_what_to_do(run: Any, sick: Path) -> None:
    done = run("doctor", sick, "--top", "3")
    assert done.lines[0] == "sick.jsonl: 120 documents (a 60, b 60)"
    assert [line for line in done.lines if line in ("Errors", "Warnings", "Notes")] == ["Errors", "Warnings", "Notes"]
    assert "contradicting-labels: 2 documents in 1 group say the same" in done.out
    assert "    row 21  a  cafÃ© at six" in done.lines
    assert done.out.count("\n  → ") == len(run("doctor", sick, "--json").json["findings"])
    assert "Labels to look at" in done.out
    assert not UNSAFE.search(done.out)
    assert "Labels to look at" not in run("doctor", sick, "--top", "0").out


def test_long_lists_are_cut_and_the_rest_is_counted(run: Any, tmp_path: Path) -> None:
    corpus = sound(60)
    write_corpus(Corpus(corpus.texts * 2, corpus.labels * 2, "twice"), tmp_path / "twice.csv")
    assert "    … and 116 more (--json lists all rows)" in run("doctor", "twice.csv").lines


def test_a_sound_corpus(run: Any, tmp_path: Path) -> None:
    corpus = sound(40)
    write_corpus(corpus, tmp_path / "sound.csv")
    done = run("doctor", "sound.csv")
    assert done.lines[-1] == "Nothing was found."
    assert done.err.startswith("note: labels were not checked: 40 documents are too few")


def test_fix_writes_a_copy_that_reads_again_and_has_nothing_left_to_mend(run: Any, sick: Path, tmp_path: Path) -> None:
    before = sick.read_bytes()
    done = run("doctor", sick, "--fix", "clean.csv", "--json")
    assert sick.read_bytes() == before
    fix = done.json["fix"]
    assert fix["dropped"] == {"empty": [31], "contradicting-labels": [51, 52], "exact-duplicate": [101]}
    assert fix["repaired"] == [21, 41]
    assert "wrote clean.csv: 116 of 120 documents, 2 repaired, 1 dropped (empty), 2 dropped" in done.err
    cleaned = load_corpus(tmp_path / "clean.csv")
    assert len(cleaned) == fix["documents"] == 116
    assert "café at six" in cleaned.texts
    assert kinds(run("doctor", "clean.csv", "--json").json) <= {"label-error", "near-duplicate", "language-outlier"} | {
        "encoding"
    }
    suggested = (tmp_path / "clean.csv").read_text(encoding="utf-8").splitlines()[0]
    assert suggested == "text,label,suspect"


def test_a_copy_has_all_columns_of_its_source(run: Any, tmp_path: Path) -> None:
    corpus = sound(40)
    ids = tuple(f"id-{row}" for row in range(40))
    for name in ("mails.csv", "mails.tsv", "mails.jsonl"):
        write_corpus(Corpus(corpus.texts, corpus.labels, "mails"), tmp_path / name, {"id": ids, "from": ids[::-1]})
        run("doctor", name, "--fix", "clean.csv")
        cleaned = load_corpus(tmp_path / "clean.csv", columns=None)
        assert set(cleaned.columns or ()) == {"id", "from", "suspect"}
        rows = [corpus.texts.index(text) for text in cleaned.texts]
        assert (cleaned.columns or {})["id"] == tuple(ids[row] for row in rows)
    write_corpus(Corpus(corpus.texts, corpus.labels, "mails"), tmp_path / "mails.csv", {"suspect": ids})
    done = run("doctor", "mails.csv", "--fix", "clean.csv", code=2)
    assert "has a column 'suspect' already" in done.err


def test_the_page_holds_the_findings_and_no_document_does_anything(run: Any, sick: Path, tmp_path: Path) -> None:
    done = run("doctor", sick, "--html", "page.html")
    assert done.err == "wrote page.html\n"
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "cafÃ© at six" in page
    assert "What to do" in page
    assert not UNSAFE.search(page.replace("\n", ""))
    for finding in run("doctor", sick, "--json").json["findings"]:
        assert f"<h3>{finding['kind']}</h3>" in page


def test_nothing_that_is_read_is_overwritten_and_nothing_is_computed_for_a_bad_place(run: Any, sick: Path) -> None:
    os.link(sick, sick.with_name("link.jsonl"))
    for arguments in (
        ("--fix", "sick.jsonl"),
        ("--fix", "link.jsonl"),
        ("--fix", "clean.txt"),
        ("--html", "page.txt"),
    ):
        done = run("doctor", "sick.jsonl", *arguments, code=2)
        assert done.err.startswith("error: ")
        assert done.out == ""
    assert "no folder" in run("doctor", "sick.jsonl", "--fix", "nowhere/clean.csv", code=1).err


def test_standard_input_and_registered_names(run: Any, sick: Path) -> None:
    piped = run("doctor", "-", "--format", "jsonl", "--json", stdin=sick.read_bytes()).json
    assert piped["corpus"] == "stdin"
    assert piped["findings"] == run("doctor", sick, "--json").json["findings"]
    assert "no such file" in run("doctor", "missing.csv", code=1).err


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("text,label\na b,x\nc d,x\n", "one-class"),
        ("text,label\na b,x\n", "small-class"),
        ('text,label\n" ",x\n"",y\n', "empty"),
    ],
)
def test_tiny_corpora_are_diagnosed_as_far_as_they_go(run: Any, tmp_path: Path, content: str, kind: str) -> None:
    (tmp_path / "tiny.csv").write_text(content)
    done = run("doctor", "tiny.csv", "--json")
    assert kind in kinds(done.json)
    assert "labels were not checked" in done.err


def test_a_line_of_a_megabyte(run: Any, tmp_path: Path) -> None:
    corpus = sound(60)
    texts = (f"{'lorem ipsum ' * 90_000}", *corpus.texts[1:])
    write_corpus(Corpus(texts, corpus.labels, "long"), tmp_path / "long.csv")
    done = run("doctor", "long.csv")
    assert "length-outlier: 1 document" in done.out
    assert max(map(len, done.lines)) < 160
