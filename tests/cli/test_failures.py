"""Whatever is wrong: a sentence on standard error, exit code 1 or 2, and every file as it was."""

from __future__ import annotations

import errno
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SOME = "".join(f"{label},{text}\n" for label, text in [("spam", "win cash"), ("ham", "see you")] * 10)
LINES = [json.dumps({"text": f"document {n}", "label": "ab"[n % 2]}) for n in range(9)]


def assert_sentence(done: Any, *words: str) -> None:
    assert done.out == ""
    last = [line for line in done.err.splitlines() if line.startswith("error: ")]
    assert len(last) == 1
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err


CORPORA: dict[str, tuple[bytes, str]] = {
    "empty.csv": (b"", "empty.csv is empty"),
    "blank.csv": (b"\n \n", "blank.csv is empty"),
    "header.csv": (b"label,text\n", "a header and no rows"),
    "one-class.csv": (b"label,text\nham,a\nham,b\n", "one class only, 'ham'"),
    "single.csv": (f"label,text\n{SOME}odd,one\n".encode(), "class 'odd' has one document"),
    "missing.csv": (f"kind,words,more\n{SOME.replace(',', ',x,')}".encode(), "from 1: --text-column, --label-column."),
    "taken-for-data.csv": (f"kind,words\n{SOME}".encode(), "If it names the column, say --header."),
    "doubled.csv": (b"label,text,text\nham,a,b\n", "2 columns are named 'text' (columns 2 and 3)"),
    "quote.csv": (f'label,text\n{SOME}spam,"open\nham,more\n'.encode(), "the quote opened on line 22 is not closed"),
    "ragged.csv": (f"label,text\n{SOME}ham,one,two\n".encode(), "line 22 has 3 columns"),
    "null.jsonl": ("\n".join([*LINES, '{"text": null, "label": "a"}']).encode(), "line 10 has null for 'text'"),
    "nan.jsonl": ("\n".join([*LINES, '{"text": NaN, "label": "a"}']).encode(), "line 10 has NaN for 'text'"),
    "number.jsonl": ("\n".join([*LINES, '{"text": 12, "label": "a"}']).encode(), "line 10 has 12 for 'text'"),
    "nan-label.jsonl": ("\n".join([*LINES, '{"text": "x", "label": NaN}']).encode(), "NaN for its label"),
    "cut.jsonl": ("\n".join([*LINES, '{"text": "x", "lab']).encode(), "line 10 is not valid JSON"),
    "latin.csv": (f"label,text\n{SOME}ham,café\n".encode("latin-1"), "byte 0xe9 at offset"),
    "utf16.csv": (f"label,text\n{SOME}".encode("utf-16"), "--encoding utf-16"),
    "cut.csv.gz": (b"\x1f\x8b\x08\x00\x00\x00", "gzip data is damaged"),
    "empties.csv": (b"label,text\n" + b"spam,\nham,\n" * 50_000, "empty vocabulary"),
    "swapped.csv": (b"".join(b"text %d,%s\n" % (n, b"ab"[n % 2 : n % 2 + 1]) for n in range(9)), "Say --text-column 1"),
}


@pytest.mark.parametrize("name", CORPORA)
def test_corpus_that_cannot_be_used(run: Any, name: str) -> None:
    content, words = CORPORA[name]
    Path(name).write_bytes(content)
    assert_sentence(run("train", name, code=1), words)
    assert os.listdir() == [name]


def test_corpus_that_is_unusual_and_fine(run: Any) -> None:
    Path("nul.tsv").write_text("spam\twin\0 cash\nham\tsee you\n" * 10)
    assert run("train", "nul.tsv", "--json", "--calibrate", "none").json["n_train"] == 16
    Path("long.tsv").write_text(f"spam\t{'win cash ' * 1_000_000}\n" + "ham\tsee\nspam\twin\nham\tyou\n" * 3)
    assert run("train", "long.tsv", "--json", "--calibrate", "none").json["n_features"] < 20
    Path("empties.csv").write_text("label,text\n" + "spam,\nham,\n" * 50_000 + "ham,hello\n")
    assert run("train", "empties.csv", "--seed", "1", "--json", "--calibrate", "none").json["n_test"] == 20_001


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("nothing.csv", 1, "no such file: nothing.csv"),
        ("sms-span", 2, "Did you mean sms-spam?"),
        ("", 2, "no corpus is named ''"),
        (".", 1, "a directory, and not one of labeled text"),
        (os.devnull, 1, "is empty"),
    ],
)
def test_source_that_is_none(run: Any, model: Path, source: str, code: int, words: str) -> None:
    assert_sentence(run("train", source, code=code), words)
    assert_sentence(run("train", "starter-spam", "--test", source, code=code), words)
    assert_sentence(run("evaluate", model, source, code=code), words)
    assert os.listdir() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--model nbb", "Did you mean nb or cnb?"),
        ("--model NB", "Did you mean nb or cnb?"),
        ("--ngrams 0", "--ngrams is 0-0"),
        ("--ngrams 2-1", "such as 1-2"),
        ("--ngrams abc", "--ngrams: 'abc' is no span"),
        ("--ngrams 1-256", "at most 255"),
        ("--min-df abc", "--min-df: 'abc' is no number"),
        ("--min-df -1", "--min-df is -1"),
        ("--min-df nan", "--min-df is nan"),
        ("--min-df 100000", "Lower --min-df or raise --max-df"),
        ("--max-df 0.0", "Lower --min-df or raise --max-df"),
        ("--max-features 0", "--max-features is 0"),
        ("--hashing 1000", "--hashing is 1000; a power of two up to 1073741824"),
        ("--alpha 0", "--alpha is 0.0"),
        ("--alpha=-1", "--alpha is -1.0"),
        ("--alpha nan", "--alpha is nan"),
        ("--alpha abc", "'abc' is not a valid float"),
        ("--class-prior unifrm", "--class-prior is 'unifrm'"),
        ("--class-prior spam=0.6", "lacks the class 'ham'"),
        ("--class-prior spam=0.6,ham=0.6", "sum to 1.2"),
        ("--class-prior spam=0.6,haam=0.4", "names no class: 'haam'"),
        ("--class-prior spam=x", "'spam=x' is no class with its number"),
        ("--class-prior spam=0.5,spam=0.5", "--class-prior: 'spam' is there twice"),
        ("--class-prior balanced", "--class-prior is 'balanced'; allowed are 'uniform'"),
        ("--class-prior uniform --model svm --calibrate none", "--class-prior needs probabilities"),
        ("--class-prior spam=0.6 --model svm", "lacks the class 'ham'"),
        ("--model lsvm", "Did you mean svm"),
        ("--model svm --C 0", "--C is 0.0; a number above 0, or 'auto', is expected."),
        ("--model lr --C=-1", "--C is -1.0"),
        ("--model lr --C nan", "--C is nan"),
        ("--model lr --C inf", "--C is inf"),
        ("--model nblr --C much", "--C is 'much'; a number above 0, or 'auto', is expected."),
        ("--model nbsvm --C spam=2", "--C is 'spam=2'"),
        ("--C 1", "The model nb has no --C; it is 1.0 here."),
        ("--C 1", "choose a model that has it: lr, svm, nbsvm, nblr."),
        ("--c 1", "Did you mean '--C'?"),
        ("--model svm --alpha 1", "The model svm has no --alpha; it is 1.0 here."),
        ("--model lr --alpha 1", "choose a model that has it: nb, cnb, bnb, nbsvm, nblr, lm, charlm."),
        ("--model nbsvm --alpha 0", "--alpha is 0.0"),
        ("--model nbsvm --beta 1.5", "--beta is 1.5; a number from 0 to 1, or 'auto', is expected."),
        ("--model nblr --beta half", "--beta is 'half'; a number from 0 to 1, or 'auto', is expected."),
        ("--model nblr --beta=-0.1", "--beta is -0.1"),
        ("--model svm --beta 0.5", "The model svm has no --beta; it is 0.5 here."),
        ("--beta auto", "choose a model that has it: nbsvm, nblr."),
        ("--model lr --class-weight eqal", "--class-weight is 'eqal'; allowed are 'balanced'"),
        ("--model lr --class-weight 2", "--class-weight is '2'; allowed are 'balanced'"),
        ("--model lr --class-weight uniform", "--class-weight is 'uniform'; allowed are 'balanced'"),
        ("--model svm --class-weight eggs=2", "names no class: 'eggs'. The classes are 'ham', 'spam'."),
        ("--model svm --class-weight spam=0", "--class-weight of 'spam' is 0.0; a number above 0 is expected."),
        ("--model svm --class-weight spam=x", "--class-weight: 'spam=x' is no class with its number"),
        ("--model cnb --class-weight balanced", "The model cnb has no --class-weight"),
        ("--calibrate nonsense", "'nonsense' is not one of 'auto', 'temperature', 'sigmoid', 'isotonic', 'none'"),
        ("--calibrate None", "'None' is not one of"),
        ("--tokenizer wrd", "Did you mean word?"),
        ("--tokenizer pattern:[", "not a regular expression"),
        ("--stem klingon", "--stem is 'klingon'"),
        ("--analyzer chr", "'chr' is not one of"),
        ("--strip-accents all", "'all' is not one of"),
        ("--jobs 0", "--jobs is 0"),
        ("--seed -1", "--seed"),
        ("--seed 99999999999", "--seed"),
        ("--test-size 0", "--test-size 0.0"),
        ("--test-size 1", "--test-size 1.0"),
        ("--test-size nan", "--test-size nan"),
        ("--test-size 0.001", "too few to hold one of each"),
        ("--test-size 20%", "'20%' is not a valid float"),
        ("--test-size 0.3 --test starter-spam", "with --test nothing is split"),
        ("--seed 1 --test starter-spam", "with --test nothing is split"),
        ("--format cvs", "Did you mean csv?"),
        ("--format text", "--format text cannot be used here"),
        ("--text-column 0", "columns are counted from 1"),
        ("--text-column text --label-column text", "--text-column and --label-column are both 'text'"),
        ("--encoding utf-88", "--encoding utf-88: no such text encoding"),
        ("--ngram 1-2", "Did you mean '--ngrams'?"),
        ("--min-fd 2", "--min-df"),
        ("more", "unexpected extra argument (more)"),
        ("-o -", "not written to standard output"),
    ],
)
def test_option_that_cannot_be(run: Any, mails: Path, options: str, words: str) -> None:
    assert_sentence(run("train", mails, *options.split(), code=2), words)
    assert os.listdir() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--text-column nope", "there is no column 'nope' (--text-column)"),
        ("--label-column 9", "there is no column '9' (--label-column)"),
        ("--format jsonl", "line 1 is not valid JSON"),
        ("--format folders", "is no directory"),
        ("--encoding ascii", "is not ascii"),
    ],
)
def test_option_that_does_not_fit_the_file(run: Any, mails: Path, options: str, words: str) -> None:
    assert_sentence(run("train", mails, *options.split(), code=1), words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["trian"], "No such command 'trian'"),
        (["corpora", "lst"], "No such command 'lst'"),
        (["predict"], "Missing argument 'MODEL'"),
        (["evaluate", "m.textgd"], "Missing argument 'CORPUS'"),
        (["inspect", "m.textgd", "--top", "x"], "--top"),
        (["--bogus"], "'--bogus'"),
        (["train", "-", "--test", "-"], "Standard input can be one of CORPUS, --test and --unlabeled"),
    ],
)
def test_usage(run: Any, arguments: list[str], words: str) -> None:
    done = run(*arguments, code=2)
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert words in done.err
    assert done.err.splitlines()[-1].startswith("Try 'textgd ")


# Models


def flipped(position: int) -> Callable[[bytes], bytes]:
    def flip(data: bytes) -> bytes:
        damaged = bytearray(data)
        damaged[position] ^= 1
        return bytes(damaged)

    return flip


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "five bytes": lambda data: data[:5],
    "cut in its header": lambda data: data[:300],
    "cut in its arrays": lambda data: data[: len(data) - 100],
    "longer": lambda data: data + b"\0",
    "flipped length": flipped(1),
    "flipped header": flipped(200),
    "flipped weight": flipped(-9),
    "text": lambda data: b"label,text\nspam,win\n" * 100,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_model_that_cannot_be_read(run: Any, model: Path, mails: Path, damage: str) -> None:
    Path("m.textgd").write_bytes(DAMAGES[damage](model.read_bytes()))
    for arguments in (["predict", "m.textgd", "x"], ["evaluate", "m.textgd", mails], ["inspect", "m.textgd"]):
        assert_sentence(run(*arguments, code=1), "m.textgd is ")


def test_model_that_is_none(run: Any) -> None:
    with zipfile.ZipFile("m.zip", "w") as archive:
        archive.writestr("a", "b")
    assert_sentence(run("predict", "m.zip", "x", code=1), "m.zip is not a textgd model", "textgd train CORPUS")
    assert_sentence(run("predict", "nothing.textgd", "x", code=1), "nothing.textgd", "No such file")
    assert_sentence(run("predict", ".", "x", code=1), "is a folder")


@pytest.mark.parametrize("place", ["folder", "nowhere/m.textgd", "mine.csv", "pipe", "m.zip"])
def test_destination_that_is_left_alone(run: Any, mails: Path, place: str) -> None:
    Path("folder").mkdir()
    Path("mine.csv").write_text("label,text\n")
    if hasattr(os, "mkfifo"):
        os.mkfifo("pipe")
    elif place == "pipe":
        pytest.skip("no named pipes here")
    with zipfile.ZipFile("m.zip", "w") as archive:
        archive.writestr("a", "b")
    before = {path: (path.stat().st_mode, path.stat().st_size) for path in Path().iterdir()}
    assert_sentence(run("train", mails, "-o", place, code=1), place.split("/")[0])
    assert {path: (path.stat().st_mode, path.stat().st_size) for path in Path().iterdir()} == before


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a place where nobody may write")
def test_no_permission_to_write(run: Any, mails: Path) -> None:
    assert_sentence(run("train", mails, "-o", "/proc/self/m.textgd", code=1), "cannot be written")


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "m.textgd cannot be written: No space left on device."),
        (KeyboardInterrupt(), "interrupted"),
        (MemoryError(), "not enough memory"),
    ],
)
def test_trouble_in_the_middle_of_saving(
    run: Any, mails: Path, monkeypatch: pytest.MonkeyPatch, trouble: BaseException, words: str
) -> None:
    run("train", mails, "-o", "m.textgd")
    before = Path("m.textgd").read_bytes()

    def fsync(_: int) -> None:
        if len(synced) == 1:  # the first one tried whether the place can be written to
            raise trouble
        synced.append(True)

    synced: list[bool] = []
    monkeypatch.setattr(os, "fsync", fsync)
    assert_sentence(run("train", mails, "-o", "m.textgd", "--ngrams", "1", code=1), words)
    assert Path("m.textgd").read_bytes() == before
    assert os.listdir() == ["m.textgd"]


def test_a_fault_of_textgd_itself(run: Any, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load_model(_: str) -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr("textgd.modelfile.load_model", load_model)
    assert_sentence(run("predict", model, "x", code=1), "ZeroDivisionError: by nought", "TEXTGD_DEBUG=1")
    monkeypatch.setenv("TEXTGD_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("predict", model, "x")
