"""``textgd explain``: the library's explanation as text, JSON and a page, and nothing of the document gets through."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

import textgd
from textgd.cli.highlight import highlight
from textgd.explanation import Explanation

TEXT = "WIN a free prize, see you at lunch"
HOSTILE = (
    'Free <script>alert(1)</script> & "win"\x1b[31m red\x1b]0;title\x07 \u202eevil\u202c \u2067a\u2069 \u200f\u200e'
    " \ufeff\x9b31m"
    "</span><img src=x onerror=alert(2)>\x00\r\nnow\ud800\u2028 prize"
)
# What no terminal may get: control characters but the line end, and marks that turn the direction of writing.
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\ud800-\udfff]"
)


@pytest.fixture
def explanation(model: Path) -> Explanation:
    return textgd.load(model).explain(TEXT)


def test_json_is_the_librarys(run: Any, model: Path, explanation: Explanation) -> None:
    done = run("explain", model, TEXT, "--json").json
    assert done == json.loads(json.dumps(explanation.to_dict()))
    total = done["bias"] + sum(piece["contribution"] for piece in done["contributions"])
    assert total == pytest.approx(done["log_odds"], abs=1e-9)
    assert done["label"] == "spam"
    other = run("explain", model, TEXT, "--json", "--label", "ham").json
    assert (other["label"], other["log_odds"]) == ("ham", -done["log_odds"])


def test_a_sum_a_document_and_a_table(run: Any, model: Path, explanation: Explanation) -> None:
    done = run("explain", model, TEXT, "--top", "3")
    assert done.err == ""
    first, second, third = done.out.rstrip("\n").split("\n\n", 2)
    pieces = explanation.log_odds - explanation.bias
    assert first == (
        f"spam: probability {explanation.probability:.4f}, log-odds {explanation.log_odds:+.3f} = "
        f"bias {explanation.bias:+.3f} + {len(explanation.values)} pieces {pieces:+.3f}"
    )
    assert re.sub(r"\[[+-]+|\]", "", second).strip() == TEXT
    legend, table = third.split("\n\n")
    assert legend == "  [+...] for spam, [-...] against it"
    rows = [line.split() for line in table.split("\n")]
    assert rows[0] == ["piece", "times", "nats"]
    for row, (name, times, value) in zip(rows[1:4], explanation.strongest(3), strict=True):
        assert row == [*name.split(), str(times), f"{value:+.3f}"]
    assert rows[4][0] == f"({len(explanation.features) - 3}"
    shown = sum(float(row[-1]) for row in rows[1:])
    assert shown == pytest.approx(pieces, abs=0.003)
    assert "times" not in run("explain", model, "xylophone").out


def test_what_is_not_known_is_said(run: Any, model: Path) -> None:
    for text in ("", "xylophone qwerty"):
        done = run("explain", model, text)
        assert "bias decides alone" in done.err
        assert "+ 0 pieces +0.000" in done.lines[0]
        assert "[+...]" not in done.out


def test_models_without_probabilities_have_scores(run: Any, mails: Path) -> None:
    run("train", mails, "-o", "unsure.textgd", "--model", "svm", "--calibrate", "none")
    done = run("explain", "unsure.textgd", TEXT)
    assert done.lines[0].startswith("spam: its score less that of ham is +")
    assert done.lines[-2].split()[0]
    told = run("explain", "unsure.textgd", TEXT, "--json").json
    assert (told["unit"], told["probability"], told["against"]) == ("score", None, "ham")
    run("explain", "unsure.textgd", TEXT, "--html", "page.html")
    assert "no probabilities" in Path("page.html").read_text()


@pytest.mark.parametrize("name", ["lm", "charlm"])
def test_language_models_end_their_texts(run: Any, mails: Path, name: str) -> None:
    run("train", mails, "-o", "m.textgd", "--model", name)
    told = run("explain", "m.textgd", TEXT, "--json").json
    assert told["contributions"][-1]["text"] == "</s>"
    total = told["bias"] + sum(piece["contribution"] for piece in told["contributions"])
    assert total == pytest.approx(told["log_odds"], abs=1e-9)
    words = {line.split()[0] for line in run("explain", "m.textgd", TEXT).lines[5:] if line}
    assert ("WIN" if name == "charlm" else "win") in words


# Where the text comes from


def test_one_document_is_read_whole(run: Any, model: Path) -> None:
    expected = run("explain", model, "win a prize\nsee you", "--json").out
    for end in (b"", b"\n", b"\r\n"):
        assert run("explain", model, "-", "--json", stdin=b"win a prize\nsee you" + end).out == expected
    Path("mail.txt").write_bytes("win café".encode("latin-1"))
    told = run("explain", model, "--input", "mail.txt", "--encoding", "latin-1", "--json").json
    assert told == run("explain", model, "win café", "--json").json
    assert "is not UTF-8" in run("explain", model, "--input", "mail.txt", code=1).err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Give one text"),
        (["a", "b"], "these are 2. Put quotes around it"),
        (["a", "--input", "f.txt"], "Give one text"),
        (["a", "--encoding", "latin-1"], "here the text is an argument"),
        (["a", "--label", "spma"], "no class 'spma'. Did you mean spam"),
        (["a", "--top", "-1"], "-1 is not in the range"),
        (["a", "--html", "page.txt"], "end with .html"),
    ],
)
def test_wrong_usage(run: Any, model: Path, arguments: list[str], said: str) -> None:
    done = run("explain", model, *arguments, code=2)
    assert done.out == ""
    assert said in done.err


def test_what_is_not_there(run: Any, model: Path) -> None:
    assert "No such file: nope.textgd" in run("explain", "nope.textgd", "a", code=1).err
    assert "no such file: nope.txt" in run("explain", model, "--input", "nope.txt", code=1).err
    Path("broken.textgd").write_bytes(model.read_bytes()[:-10])
    assert "broken.textgd" in run("explain", "broken.textgd", "a", code=1).err
    assert "no folder" in run("explain", model, "a", "--html", "nowhere/page.html", code=1).err
    Path("mail.html").write_text(TEXT, encoding="utf-8")
    assert (
        "mail.html is what is read" in run("explain", model, "--input", "mail.html", "--html", "mail.html", code=2).err
    )
    assert Path("mail.html").read_text(encoding="utf-8") == TEXT


# What a document may do


def test_nothing_of_a_document_gets_through(run: Any, mails: Path, model: Path) -> None:
    run("train", mails, "-o", "c.textgd", "--model", "charlm")
    for path in (model, "c.textgd"):
        shown = run("explain", path, HOSTILE, "--html", "page.html")
        assert UNSAFE.search(shown.out) is None
        told = run("explain", path, HOSTILE, "--json")
        assert UNSAFE.search(told.out) is None
        pieces = told.json["contributions"]
        assert all(piece["text"] == (HOSTILE[piece["start"] : piece["end"]] or "</s>") for piece in pieces)
        page = Path("page.html").read_text(encoding="utf-8")
        assert UNSAFE.search(page.replace("\n", "")) is None
        for markup in ("<script", "<img", "alert(1)</script"):
            assert markup not in page


def test_colors_say_for_and_against(explanation: Explanation, model: Path) -> None:
    colored = highlight(explanation, color=True)
    assert re.sub("\x1b\\[[0-9;]*m", "", colored).split("\n")[0].strip() == TEXT
    assert re.search("\x1b\\[38;5;16m\x1b\\[48;5;39mWIN", colored) or "\x1b[48;5;39m" in colored
    # Every color ends before its line does.
    lines = highlight(textgd.load(model).explain("win\nfree\n\nlunch see"), color=True).split("\n")
    for line in lines:
        assert line.count("\x1b[0m") == line.count("\x1b[38;5;16m")
        assert not re.search("\x1b\\[4[^m]*m[^\x1b]*$", line)


def test_colors_are_for_terminals(explanation: Explanation, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    assert "\x1b" not in highlight(explanation)
    monkeypatch.setattr("sys.stdout", Terminal())
    assert "\x1b" in highlight(explanation)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in highlight(explanation)


def test_long_documents_are_shown_around_their_strongest_pieces(model: Path) -> None:
    filler = "xylophone " * 900
    text = f"{filler}WIN cash prize {filler}see you at lunch {filler}"
    shown = highlight(textgd.load(model).explain(text), color=False)
    assert len(shown) < 2_500
    for word in ("WIN", "cash", "prize", "lunch", "see"):
        assert word in shown
    gaps = [int(n.replace(",", "")) for n in re.findall(r"\[\.\.\. ([\d,]+) characters \.\.\.\]", shown)]
    assert len(gaps) == 3
    kept = re.sub(r"\n\s*\[\.\.\. [\d,]+ characters \.\.\.\](\n|$)", "", shown.split("\n\n  [+")[0])
    assert sum(gaps) + len(re.sub(r"\[[+-]+|\]|\n  |^  ", "", kept)) == pytest.approx(len(text), abs=10)
    unknown = highlight(textgd.load(model).explain(filler), color=False)
    assert unknown.startswith("  xylophone")
    assert "characters ...]" in unknown


def test_a_line_of_a_megabyte(run: Any, model: Path) -> None:
    """A page that a browser opens, and a terminal that is not flooded."""
    text = ("win a free prize see you at lunch xylophone " * 23_000)[:1_000_000]
    Path("long.txt").write_text(text)
    shown = run("explain", model, "--input", "long.txt", "--html", "page.html").out
    assert len(shown) < 5_000
    assert len(Path("page.html").read_text()) < 12_000_000
    Path("same.txt").write_text("win " * 20_000)
    run("explain", model, "--input", "same.txt", "--html", "page.html")
    assert Path("page.html").read_text().count("<span") < 10
