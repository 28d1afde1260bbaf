"""Every format carries the same small corpus, and bad content of each is named."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgd.corpus import load_corpus, read_documents
from textgd.corpus.folders import Entry
from textgd.corpus.formats import read_entries
from textgd.corpus.reading import Reading
from textgd.errors import DataError, InvalidParameterError, UnknownNameError

Write = Callable[[str, "str | bytes"], Path]

TEXTS = ('win "cash" now', "", "see you at 6 🙂", "naïve, très; très", '"quoted"', "nul\0byte", "line\u2028sep\x85 end")
LABELS = ("spam", "ham", "ham", "a b", "spam", "ham", "😀")


def as_csv(texts: Sequence[str], labels: Sequence[str], delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(("text", "label"))
    writer.writerows(zip(texts, labels, strict=True))
    return out.getvalue().encode()


def as_tsv(texts: Sequence[str], labels: Sequence[str]) -> bytes:
    def cell(value: str) -> str:
        wrapped = len(value) >= 2 and value[0] == value[-1] == '"'
        return '"' + value.replace('"', '""') + '"' if wrapped else value

    rows = [("label", "text"), *zip(labels, texts, strict=True)]
    return "".join(f"{cell(label)}\t{cell(text)}\n" for label, text in rows).encode()


def as_jsonl(texts: Sequence[str], labels: Sequence[str]) -> bytes:
    rows = zip(texts, labels, strict=True)
    return "".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in rows).encode()


def as_lines(texts: Sequence[str], labels: Sequence[str]) -> bytes:
    return "".join(f"{label}\t{text}\n" for text, label in zip(texts, labels, strict=True)).encode()


def as_fasttext(texts: Sequence[str], labels: Sequence[str]) -> bytes:
    return "".join(f"__label__{label} {text}\n" for text, label in zip(texts, labels, strict=True)).encode()


WRITERS: dict[str, Callable[[Sequence[str], Sequence[str]], bytes]] = {
    "csv": as_csv,
    "tsv": as_tsv,
    "jsonl": as_jsonl,
    "lines": as_lines,
    "fasttext": as_fasttext,
}
SUFFIXES = {"csv": ".csv", "tsv": ".tsv", "jsonl": ".jsonl", "lines": ".txt", "fasttext": ".txt"}


FILE_FORMATS = sorted(WRITERS)


class _Stdin:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


# A fastText label ends at the first blank.
def labels_for(form: str) -> tuple[str, ...]:
    return tuple(label.replace(" ", "_") for label in LABELS) if form == "fasttext" else LABELS


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("form", FILE_FORMATS)
def test_file_is_recognized_and_read(form: str, packed: bool, write: Write) -> None:
    data = WRITERS[form](TEXTS, labels_for(form))
    name = "corpus" + SUFFIXES[form]
    # gzip is told by its magic bytes, so the name need not say it
    corpus = load_corpus(write(name, gzip.compress(data) if packed else data))
    assert corpus.texts == TEXTS
    assert corpus.labels == labels_for(form)
    assert corpus.name == name
    assert corpus.split is None


@pytest.mark.parametrize("form", FILE_FORMATS)
def test_standard_input_is_recognized_and_read(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", _Stdin(WRITERS[form](TEXTS, labels_for(form))))
    corpus = load_corpus("-")
    assert (corpus.texts, corpus.labels, corpus.name) == (TEXTS, labels_for(form), "stdin")


@pytest.mark.parametrize("form", FILE_FORMATS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_other_unicode_encodings(form: str, encoding: str, write: Write) -> None:
    text = WRITERS[form](TEXTS, labels_for(form)).decode()
    path = write("corpus" + SUFFIXES[form], text.encode(encoding))
    given_encoding = None if encoding == "utf-8-sig" else encoding
    assert load_corpus(path, encoding=given_encoding).texts == TEXTS


@pytest.mark.parametrize("form", FILE_FORMATS)
def test_windows_line_ends(form: str, write: Write) -> None:
    data = WRITERS[form](("one", "two"), ("a", "b")).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert load_corpus(write("corpus" + SUFFIXES[form], data)).texts == ("one", "two")


def characters(exclude: str) -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs"], exclude_characters=exclude), max_size=30)


# What each format cannot hold: lines cannot hold line ends, a tab ends a cell or a label, a blank a fastText label.
CARRIES = {
    "csv": ("", ""),
    "tsv": ("\n\r\t", "\n\r\t"),
    "jsonl": ("", ""),
    "lines": ("\n\r", "\n\r\t"),
    "fasttext": ("\n\r_", "\n\r\t _"),
}


@pytest.mark.parametrize("form", FILE_FORMATS)
@given(data=st.data())
def test_format_round_trips(form: str, data: st.DataObject) -> None:
    in_text, in_label = CARRIES[form]
    label = characters(in_label + "\ufeff").filter(bool)
    rows = data.draw(st.lists(st.tuples(characters(in_text), label), min_size=1, max_size=5))
    texts, labels = ([row[column] for row in rows] for column in (0, 1))
    found = read_entries([Entry("x", WRITERS[form](texts, labels))], "x", Reading(format=form))
    assert (found.texts, found.labels, found.split) == (texts, labels, None)


@given(st.lists(st.tuples(characters("\ufeff"), st.sampled_from(["spam", "ham", "a b", "🙂"])), min_size=1))
def test_folders_round_trip(rows: list[tuple[str, str]]) -> None:
    entries = [Entry(f"{label}/{n}.txt", text.encode()) for n, (text, label) in enumerate(rows)]
    found = read_entries(entries, "x", Reading(format="folders"))
    assert list(zip(found.texts, found.labels, strict=True)) == rows


@given(st.lists(characters("\ufeff\n\r"), min_size=1))
def test_files_round_trip(texts: list[str]) -> None:
    entry = Entry("spam.txt", "".join(text + "\n" for text in texts).encode())
    found = read_entries([entry], "x", Reading(format="files"))
    assert (found.texts, set(found.labels)) == (texts, {"spam"})


def test_delimiters_of_csv_are_recognized(write: Write) -> None:
    texts, labels = ("a, b; c", 'd "e"'), ("x", "y")
    for name, delimiter in (("comma.csv", ","), ("semicolon.csv", ";")):
        assert load_corpus(write(name, as_csv(texts, labels, delimiter))).texts == texts
    tabs = write("tabs.csv", 'ham\t"Hi, you, ""there"""\nspam\tWin, now\n')
    assert load_corpus(tabs).texts == ('Hi, you, "there"', "Win, now")
    quoted = write("quoted.tsv", 'label\ttext\nham\t"one\ttwo"\n')
    assert load_corpus(quoted, format="csv").texts == ("one\ttwo",)


def test_format_can_be_forced(write: Write) -> None:
    path = write("corpus.csv", 'spam\ttake, "this"\nham\t"wrapped"\n')
    assert load_corpus(path, format="lines").texts == ('take, "this"', '"wrapped"')
    assert load_corpus(path, format="tsv").texts == ('take, "this"', "wrapped")


def test_tsv_keeps_quotes_that_do_not_wrap_the_cell(write: Write) -> None:
    path = write("x.tsv", 'a\t"x" and "y"\nb\t"\nc\topen " only\nd\t""\n')
    assert load_corpus(path).texts == ('"x" and "y"', '"', 'open " only', "")


def test_lines_keep_further_tabs(write: Write) -> None:
    assert load_corpus(write("x.txt", "a\tone\ttwo\n"), format="lines").texts == ("one\ttwo",)


def test_unclosed_quote_names_the_line_where_it_opened(write: Write) -> None:
    path = write("x.csv", 'text,label\n"fine\nover two lines",a\nplain,"open\nc,d\ne,f\n')
    with pytest.raises(DataError, match=r"x\.csv: the quote opened on line 4 .*noticed on line 6"):
        load_corpus(path)
    path = write("y.csv", 'text,label\na,b\n"open,c\nd,e\n"f",g\n')
    with pytest.raises(DataError, match=r"the quote opened on line 3 .*noticed on line 5"):
        load_corpus(path)


@pytest.mark.parametrize("content", ["text,label\na,b\nc\n", "text,label\na,b\nc,d,e\n"])
def test_csv_row_of_another_width_is_named(content: str, write: Write) -> None:
    with pytest.raises(DataError, match=r"line 3 has [13] columns, but the first row has 2"):
        load_corpus(write("x.csv", content))


def test_tsv_row_of_another_width_is_named(write: Write) -> None:
    with pytest.raises(DataError, match="line 3 has 3 columns, but the first row has 2"):
        load_corpus(write("x.tsv", "label\ttext\na\tb\nc\td\te\n"))


def test_csv_line_numbers_count_lines_within_quotes(write: Write) -> None:
    with pytest.raises(DataError, match="line 4 has no label"):
        load_corpus(write("x.csv", 'text,label\n"one\ntwo",a\nthree,\n'))


@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.jsonl", "x.txt", "x"])
@pytest.mark.parametrize("content", [b"", b"\n\r\n", gzip.compress(b"", mtime=0)])
def test_empty_file(name: str, content: bytes, write: Write) -> None:
    with pytest.raises(DataError, match=f"{name} is empty"):
        load_corpus(write(name, content))


@pytest.mark.parametrize(("name", "content"), [("x.csv", "text,label\n"), ("x.tsv", "text\tlabel"), ("x", "text,y\n")])
def test_header_only(name: str, content: str, write: Write) -> None:
    with pytest.raises(DataError, match=f"{name} has a header and no rows"):
        load_corpus(write(name, content))


def test_wrong_encoding_names_byte_place_and_option(write: Write) -> None:
    content = "text,label\nfine,a\ncafé,b\n".encode("latin-1")
    for data in (content, gzip.compress(content)):
        with pytest.raises(DataError, match=r"byte 0xe9 at offset 21 \(line 3\).*--encoding latin-1") as caught:
            load_corpus(write("x.csv", data))
        assert "encoding='latin-1'" in str(caught.value)
    assert load_corpus(write("x.csv", content), encoding="latin-1").texts == ("fine", "café")


def test_offset_counts_the_byte_order_mark(write: Write) -> None:
    with pytest.raises(DataError, match=r"byte 0xff at offset 5 \(line 1\)"):
        load_corpus(write("x.txt", b"\xef\xbb\xbfa\t\xff\n"), format="lines")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_foreign_byte_order_mark_names_the_encoding(encoding: str, write: Write) -> None:
    path = write("x.csv", "text,label\na,b\n".encode(encoding))
    with pytest.raises(DataError, match=f"mark of {encoding.upper()}.*--encoding {encoding}"):
        load_corpus(path)


def test_damaged_gzip(write: Write) -> None:
    whole = gzip.compress(as_csv(TEXTS, LABELS))
    for data in (whole[:-9], whole[:12] + b"\xff" + whole[13:]):
        with pytest.raises(DataError, match=r"x\.csv: the gzip data is damaged"):
            load_corpus(write("x.csv", data))


def test_unrecognizable_format_lists_all(write: Write) -> None:
    with pytest.raises(DataError, match=r"--format\) one of csv, tsv, jsonl, fasttext, lines, folders, files"):
        load_corpus(write("x.txt", "just a sentence, as it comes\n"))


def test_unknown_format_and_encoding(write: Write) -> None:
    path = write("x.csv", as_csv(TEXTS, LABELS))
    with pytest.raises(UnknownNameError, match="Did you mean jsonl"):
        load_corpus(path, format="json")
    with pytest.raises(UnknownNameError, match="format='text'"):
        load_corpus(path, format="text")
    with pytest.raises(InvalidParameterError, match="--encoding utf-9"):
        load_corpus(path, encoding="utf-9")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"text": "a", "label": }', r"line 2 is not valid JSON .* at column 24"),
        ('["a", "b"]', r'line 2 is \["a", "b"\], not a JSON object'),
        ('{"text": null, "label": "x"}', "line 2 has null for 'text', not a string"),
        ('{"text": 3, "label": "x"}', "line 2 has 3 for 'text', not a string"),
        ('{"text": "a", "label": null}', "line 2 has null for its label"),
        ('{"text": "a", "label": NaN}', "line 2 has NaN for its label"),
        ('{"text": "a", "label": ["x"]}', r'line 2 has \["x"\] for its label'),
        ('{"text": "a", "label": ""}', "line 2 has no label"),
        ('{"text": "a"}', "line 2 has no 'label'. It has: 'text'"),
        ("[" * 100_000, "line 2 is nested too deeply"),
    ],
)
def test_bad_json_line_is_named(line: str, said: str, write: Write) -> None:
    path = write("x.jsonl", '{"text": "fine", "label": "x"}\n' + line + "\n")
    with pytest.raises(DataError, match=said):
        load_corpus(path)


def test_json_array_is_explained(write: Write) -> None:
    with pytest.raises(DataError, match=r"line 1 is not valid JSON .*one object a line, not one array"):
        load_corpus(write("x.json", '[\n{"text": "a", "label": "b"}\n]\n'))


def test_json_labels_become_strings_and_empty_lines_are_passed_over(write: Write) -> None:
    path = write("x.jsonl", '{"y": 1, "text": "a"}\n\n{"y": true, "text": "b"}\n{"y": 1.5, "text": "c"}\n \n')
    assert load_corpus(path).labels == ("1", "true", "1.5")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("no label here", "line 2 does not begin with a label"),
        ("__label__ empty", "line 2 does not begin with a label"),
        ("__label__a __label__b text", "line 2 has several labels"),
        ("__label__a text __label__b", "line 2 has several labels"),
    ],
)
def test_bad_fasttext_line_is_named(line: str, said: str, write: Write) -> None:
    with pytest.raises(DataError, match=said):
        load_corpus(write("x.txt", f"__label__a fine\n{line}\n"))


def test_fasttext_without_text_and_with_tab(write: Write) -> None:
    corpus = load_corpus(write("x.txt", "__label__a\n__label__b\tone two\n"))
    assert (corpus.texts, corpus.labels) == (("", "one two"), ("a", "b"))


def test_bad_line_is_named(write: Write) -> None:
    for line, said in (("no tab", "line 2 has no tab"), ("\ttext", "line 2 has no label before its tab")):
        with pytest.raises(DataError, match=said):
            load_corpus(write("x.txt", f"a\tfine\n{line}\n"))


def test_a_long_first_line_is_recognized(write: Write) -> None:
    long = "🙂 " * 100_000
    assert load_corpus(write("x.txt", json.dumps({"text": long, "label": "a"}, ensure_ascii=False))).texts == (long,)
    assert load_corpus(write("x.txt", f"a\t{long}")).texts == (long,)


def test_a_long_line_and_many_empty_documents(write: Write) -> None:
    long = "word " * 1_000_000
    assert load_corpus(write("x.csv", f'text,label\n"{long}",a\nb,c\n')).texts[0] == long
    corpus = load_corpus(write("x.txt", "a\t\nb\t\n" * 50_000))
    assert (len(corpus), set(corpus.texts)) == (100_000, {""})


# Documents without labels


@pytest.mark.parametrize(
    ("content", "documents"),
    [
        ("", []),
        ("\n", [""]),
        ("a", ["a"]),
        ("a\n", ["a"]),
        ("a\n\nb\r\n\r\n", ["a", "", "b", ""]),
        ("a\u2028b\x85c\x0bd\x1ce\n{\tnot a table", ["a\u2028b\x85c\x0bd\x1ce", "{\tnot a table"]),
        ("a\rb\r\r\n", ["a\rb\r"]),
        ("nul\0\n", ["nul\0"]),
    ],
)
def test_one_document_a_line(content: str, documents: list[str], write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_documents(write("x.txt", content)) == documents
    assert read_documents(write("x.gz", gzip.compress(content.encode()))) == documents
    monkeypatch.setattr(sys, "stdin", _Stdin(content.encode()))
    assert read_documents("-") == documents


def test_documents_of_tables(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_documents(write("x.csv", as_csv(TEXTS, LABELS))) == list(TEXTS)
    assert read_documents(write("x.jsonl.gz", gzip.compress(as_jsonl(TEXTS, LABELS)))) == list(TEXTS)
    assert read_documents(write("one.tsv", "a\n\nb\n")) == ["a", "", "b"]
    assert read_documents(write("named.csv", "id,said\n1,hello\n"), text_column="said") == ["hello"]
    assert read_documents(write("empty.csv", "text,label\n")) == []
    assert read_documents(write("table.txt", as_csv(TEXTS, LABELS)), format="csv") == list(TEXTS)
    monkeypatch.setattr(sys, "stdin", _Stdin(as_csv(TEXTS, LABELS)))
    assert read_documents("-", format="csv", text_column=1) == list(TEXTS)


def test_documents_refuse_what_they_cannot_do(write: Write, tmp_path: Path) -> None:
    with pytest.raises(InvalidParameterError, match="has no columns"):
        read_documents(write("x.txt", "a\n"), text_column="text")
    with pytest.raises(DataError, match=r"2 columns. Pick them by number"):
        read_documents(write("x.csv", "some,words\n"))
    with pytest.raises(UnknownNameError, match="'folders'"):
        read_documents(tmp_path, format="folders")
    with pytest.raises(DataError, match="is a directory; a file is expected"):
        read_documents(tmp_path)
    with pytest.raises(DataError, match="no such file"):
        read_documents(tmp_path / "missing.txt")
    with pytest.raises(DataError, match=r"byte 0xe9 at offset 3 \(line 2\)"):
        read_documents(write("latin.txt", b"a\nb\xe9\n"))
