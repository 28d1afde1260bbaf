"""Language models as ARPA files: written, read back, read from others, and refused."""

from __future__ import annotations

import gzip
import math
import os
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from textgd.errors import DataError, ModelFileError
from textgd.lm.arpa import read_arpa, write_arpa
from textgd.lm.model import NgramModel
from textgd.text import Vocabulary

LN10 = math.log(10)

WORDS = [line.split() for line in ("the cat sat on the mat", "the dog sat", "a cat and a dog", "", "the cat")]
CHARACTERS = [list("the cat sat"), list("on a  mat"), list("\tthe\n")]
# Every term that the format has no place for, and some that only look so.
AWKWARD = [
    *("", " ", "\t", "\n", "\r\n", "\x00", "\x0b", "\x1f", "\x85", "\xa0", "\u2028", "\u3000", "a b", " a", "a "),
    *("<s>", "</s>", "<unk>", "<UNK>", "<S>", "<s", "<", "\\u003cs>", "<\\u0073>", "\\u003c", "<s> "),
    *(
        "\\",
        "\\u",
        "\\u0020",
        "\\\\u0020",
        "\\\\",
        "\\u005cu0020",
        "\\u00a0",
        "\\u00A0",
        "\\ud800",
        "\\u002",
        "\\u 0020",
    ),
    *("\\uffff", "\\uFFFF", "\uffff", "\ufeff", "\ud800", "\udfff\ud800", "\U0001f600", "é"),
    *("\\data\\", "\\end\\", "\\1-grams:", "-1.5", "ngram 1=2"),
]

BIGRAMS = """\\data\\
ngram 1=5
ngram 2=4

\\1-grams:
-1.5\t<unk>\t0
0\t<s>\t-0.3
-0.5\t</s>\t0
-0.6\ta\t-0.2
-0.7\tb\t-0.1

\\2-grams:
-0.25\t<s> a
-0.4\ta a
-0.2\ta </s>
-0.9\ta b

\\end\\
"""


def written(model: NgramModel, folder: Path, name: str = "model.arpa") -> Path:
    write_arpa(folder / name, model)
    return folder / name


def file_of(text: str | bytes, folder: Path) -> Path:
    path = folder / "given.arpa"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def ngrams_of(model: NgramModel) -> dict[tuple[str, ...], tuple[float, float]]:
    """Return log10 p and log10 backoff of each n-gram, control tokens as numbers."""
    names = [*map(repr, model.vocabulary), "<unk>", "</s>", "<s>"]
    found: dict[tuple[str, ...], tuple[float, float]] = {}
    above: list[tuple[str, ...]] = [()]
    for level in model.levels:
        here = []
        for i, prefix in enumerate(above):
            here += [(*prefix, names[token]) for token in level.tokens[level.starts[i] : level.starts[i + 1]]]
        backoffs = level.log_backoff if len(level.log_backoff) else np.zeros(len(here))
        found.update(zip(here, zip(level.log_prob / LN10, backoffs / LN10, strict=True), strict=True))
        above = here
    return found


def read_slowly(text: str) -> dict[tuple[str, ...], tuple[float, float]]:
    """Return the same of a file without escapes, line by line."""
    found = {}
    n = 0
    for line in text.splitlines():
        if line.startswith("\\"):
            n = int(line[1]) if line.endswith("-grams:") else 0
        elif n and line.strip():
            fields = line.split()
            tokens = tuple(t if t in ("<s>", "</s>", "<unk>") else repr(t) for t in fields[1 : n + 1])
            found[tokens] = float(fields[0]), float(fields[n + 1]) if len(fields) > n + 1 else 0.0
    return found


def same(
    found: dict[tuple[str, ...], tuple[float, float]], expected: dict[tuple[str, ...], tuple[float, float]]
) -> None:
    assert found.keys() == expected.keys()
    for ngram, (log_prob, log_backoff) in expected.items():
        if ngram != ("<s>",):
            assert found[ngram][0] == pytest.approx(log_prob, rel=1e-6, abs=1e-8)
        assert found[ngram][1] == pytest.approx(log_backoff, rel=1e-6, abs=1e-8)


def check_round_trip(model: NgramModel, documents: list[list[str]], folder: Path) -> None:
    back = read_arpa(written(model, folder))
    assert list(back.vocabulary) == list(model.vocabulary)
    assert back.order == model.order
    for level, expected in zip(back.levels, model.levels, strict=True):
        assert level.starts.dtype == level.tokens.dtype == np.int32
        assert level.log_prob.dtype == level.log_backoff.dtype == np.float32
        np.testing.assert_array_equal(level.starts, expected.starts)
        np.testing.assert_array_equal(level.tokens, expected.tokens)
        np.testing.assert_allclose(level.log_prob, expected.log_prob, rtol=1e-7, atol=2e-8)
        np.testing.assert_allclose(level.log_backoff, expected.log_backoff, rtol=1e-7, atol=2e-8)
    probed = [*documents, ["never seen", *documents[0]]]
    np.testing.assert_allclose(back.log_probs(probed), model.log_probs(probed), rtol=0, atol=1e-6)
    for document in probed:
        for context in (document, document[:1]):
            expected_next = model.next_probabilities(context)
            np.testing.assert_allclose(back.next_probabilities(context), expected_next, rtol=0, atol=1e-6)


# Round trips


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@pytest.mark.parametrize("documents", [WORDS, CHARACTERS, [AWKWARD, AWKWARD[::-1]], [[]]])
def test_round_trip(documents: list[list[str]], order: int, tmp_path: Path) -> None:
    check_round_trip(NgramModel.fit(documents, order), documents, tmp_path)


@pytest.mark.parametrize("smoothing", ["witten-bell", "additive", "jelinek-mercer"])
def test_round_trip_of_other_smoothing_and_of_pruned_models(smoothing: str, tmp_path: Path) -> None:
    model = NgramModel.fit(WORDS, 3, smoothing, prune=(0, 0, 1))
    check_round_trip(model, WORDS, tmp_path)
    assert read_arpa(tmp_path / "model.arpa").smoothing == {"name": "arpa"}


anything = st.text(st.characters(exclude_categories=()), max_size=4)
# The characters that the escapes are made of.
confusable = st.text(st.sampled_from("\\u0025cCfFaA<s>/ \t"), max_size=9)


@given(
    st.lists(st.lists(st.one_of(anything, confusable, st.sampled_from(AWKWARD)), max_size=8), min_size=1, max_size=5),
    st.integers(1, 4),
)
@example([["\\u0020", " ", "\\u005cu0020"]], 2)
def test_any_tokens_come_back(tmp_path_factory: pytest.TempPathFactory, documents: list[list[str]], order: int) -> None:
    check_round_trip(NgramModel.fit(documents, order), documents, tmp_path_factory.getbasetemp())


@given(
    st.lists(st.floats(-300, 0, width=32), min_size=1, max_size=20), st.lists(st.floats(-50, 50, width=32), min_size=1)
)
@example([-0.0, -1e-10, -5e-9, -99.999999], [0.0, 1e-9, -1e-9, 12.0])
def test_numerals_are_those_that_python_prints(
    tmp_path_factory: pytest.TempPathFactory, log_probs: list[float], log_backoffs: list[float]
) -> None:
    model = NgramModel.fit([[f"{i}" for i in range(max(len(log_probs), len(log_backoffs)))]], 2)
    level = model.levels[0]
    level.log_prob[: len(log_probs)] = log_probs
    level.log_backoff[: len(log_backoffs)] = log_backoffs
    path = written(model, tmp_path_factory.getbasetemp())
    values = np.concatenate([level.log_prob[:-3], level.log_backoff[:-3]]).astype(np.float64) / LN10
    lines = sorted(line.split("\t") for line in path.read_text().split("\n\n")[1].splitlines()[4:])
    place = {term: i for i, term in enumerate(model.vocabulary)}
    numerals = [""] * len(values)
    for log_prob, term, log_backoff in lines:
        numerals[place[term]], numerals[place[term] + len(place)] = log_prob, log_backoff
    for numeral, value in zip(numerals, values.tolist(), strict=True):
        plain = [f"{value:.{n}f}" for n in (7, 8)]
        assert numeral in [re.sub(r"\.?0*$", "", text) if float(text) else "0" for text in plain]


# What is written


def test_the_layout_is_that_of_kenlm(tmp_path: Path) -> None:
    # Of a file that can be written down: read, and written again.
    model = read_arpa(file_of(BIGRAMS, tmp_path))
    text = written(model, tmp_path).read_text()
    in_order = BIGRAMS.replace("-0.25\t<s> a\n", "").replace("-0.2\ta </s>\n-0.9\ta b\n", "-0.9\ta b\n-0.2\ta </s>\n")
    assert text == in_order.replace("\n\n\\end", "\n-0.25\t<s> a\n\n\\end")


def test_only_terms_that_need_it_are_escaped(tmp_path: Path) -> None:
    text = written(NgramModel.fit([AWKWARD], 1), tmp_path).read_bytes().decode("utf-8", "surrogatepass")
    tokens = [line.split("\t")[1] for line in text.split("\n") if "\t" in line]
    escapes = {
        **{
            "": "\\uffff",
            " ": "\\u0020",
            "\t": "\\u0009",
            "\n": "\\u000a",
            "\r\n": "\\u000d\\u000a",
            "\x00": "\\u0000",
        },
        **{"\x0b": "\\u000b", "\x1f": "\\u001f", "\x85": "\\u0085", "\xa0": "\\u00a0", "\u2028": "\\u2028"},
        **{"\u3000": "\\u3000", "a b": "a\\u0020b", " a": "\\u0020a", "a ": "a\\u0020", "<s> ": "<s>\\u0020"},
        **{"<s>": "\\u003cs>", "</s>": "\\u003c/s>", "<unk>": "\\u003cunk>", "<UNK>": "\\u003cUNK>"},
        **{"\\u 0020": "\\u\\u00200020", "ngram 1=2": "ngram\\u00201=2"},
    }
    looks_escaped = r"\\(u[0-9a-fA-F]{4})"
    expected = [escapes.get(term, re.sub(looks_escaped, r"\\u005c\1", term)) for term in AWKWARD]
    assert sorted(tokens) == sorted(["<unk>", "<s>", "</s>", *expected])
    assert expected.count("\\u005cu0020") == 1
    assert len(set(tokens)) == len(AWKWARD) + 3


KENLM_TEXT = """
w21 w0 w7 w17 w5 w51 w1 w12 w1 w8 w0 w1 w4 w14
w0 w8 w0 w52 w19 w16 w2
w5 w55 w0 w0 w52 w19 w12 w7 w0 w10 w12 w59 w8 w3
w24 w7 w0 w4 w0 w0 w4 w38 w43 w0 w0 w32 w7 w1 w8 w0 w4 w1
w0 w0 w0 w10 w12 w1
w0 w0 w21 w31 w1 w44 w0 w42 w52
"""
# From what lmplz -o 3 --discount_fallback makes of it.
KENLM_LINES = """
-1.784057	<unk>	0
0	<s>	-0.054848667
-1.1105164	</s>	0
-0.82315737	w0	-0.13244201
-1.3854315	w12	-0.14392535
-0.82810086	w1 </s>	0
-1.1525259	<s> w21	-0.30103
-0.65389043	w0 w0	-0.30103
-1.3033246	w1 w44	-0.30103
-0.48908043	w12 w1 </s>
-0.7115917	w0 w0 w0
-0.25887567	w19 w12 w7
-0.28836504	w44 w0 w42
"""


def test_figures_of_kenlm(tmp_path: Path) -> None:
    model = NgramModel.fit([line.split() for line in KENLM_TEXT.strip().splitlines()], 3)
    text = written(model, tmp_path).read_text()
    assert text.startswith("\\data\\\nngram 1=29\nngram 2=55\nngram 3=64\n\n\\1-grams:\n-1.784057")
    assert [line.split("\t")[1] for line in text.splitlines()[6:9]] == ["<unk>", "<s>", "</s>"]
    figures = {fields[1]: fields for fields in (line.split("\t") for line in text.splitlines()) if len(fields) > 1}
    for line in KENLM_LINES.strip().splitlines():
        log_prob, ngram, *backoff = line.split("\t")
        found = figures[ngram]
        assert len(found) == 2 + len(backoff)
        assert [float(found[0]), *map(float, found[2:])] == pytest.approx(
            [float(log_prob), *map(float, backoff)], abs=1e-6
        )


def test_kenlm_reads_what_is_written(tmp_path: Path) -> None:
    kenlm = pytest.importorskip("kenlm")
    documents = [line.split() for line in KENLM_TEXT.strip().splitlines()]
    for name, prune in [("model.arpa", None), ("model.arpa.gz", (0, 0, 1))]:
        model = NgramModel.fit([*documents, ["<s>", "w0", "</s>", "<unk>"]], 3, prune=prune)
        theirs = kenlm.Model(str(written(model, tmp_path, name)))
        assert theirs.order == 3
        for document in [*documents, [], ["w0", "unseen", "w1"], ["w59", "w0", "w0", "w0", "w31"]]:
            score = theirs.score(" ".join(document), bos=True, eos=True)
            assert score == pytest.approx(model.log_prob(document) / LN10, abs=1e-4)


def test_gzip_by_the_name_alone(tmp_path: Path) -> None:
    model = NgramModel.fit(WORDS, 2)
    plain, packed = written(model, tmp_path), written(model, tmp_path, "model.arpa.gz")
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    again = written(model, tmp_path, "again.arpa.gz")
    assert again.read_bytes() == packed.read_bytes()
    # Reading goes by the content.
    expected = ngrams_of(read_arpa(plain))
    assert ngrams_of(read_arpa(packed)) == ngrams_of(read_arpa(packed.rename(tmp_path / "other.arpa"))) == expected


def test_a_probability_of_0(tmp_path: Path) -> None:
    model = NgramModel.fit(WORDS, 2)
    model.levels[0].log_prob[0] = model.levels[0].log_backoff[1] = -np.inf
    path = written(model, tmp_path)
    assert {line.split("\t")[0] for line in path.read_text().splitlines() if line.split("\t")[1:2] == ["a"]} == {"-99"}
    assert read_arpa(path).levels[0].log_prob[0] == pytest.approx(-99 * LN10)


def test_nothing_is_above_1_by_rounding(tmp_path: Path) -> None:
    model = NgramModel.fit(WORDS, 2)
    model.levels[1].log_prob[:] = 1e-7
    assert (read_arpa(written(model, tmp_path)).levels[1].log_prob == 0).all()


# Where it is written


@pytest.mark.parametrize("name", ["model.arpa", "model.arpa.gz"])
def test_an_arpa_file_is_replaced_and_any_other_file_left_alone(name: str, tmp_path: Path) -> None:
    path = written(NgramModel.fit(WORDS, 2), tmp_path, name)
    write_arpa(path, NgramModel.fit(WORDS, 3))
    assert read_arpa(path).order == 3
    assert [p.name for p in tmp_path.iterdir()] == [name]
    for content in (b"a corpus\n", b"\x1f\x8b no gzip", gzip.compress(b"a corpus"), gzip.compress(b"\\data\\")[:-12]):
        path.write_bytes(content)
        with pytest.raises(ModelFileError, match="no ARPA file, so it is not overwritten"):
            write_arpa(path, NgramModel.fit(WORDS, 2))
        assert path.read_bytes() == content


def test_places_that_cannot_be_written_to(tmp_path: Path) -> None:
    model = NgramModel.fit(WORDS, 2)
    for path, message in [
        (tmp_path, r"is a folder; name a file for the model, such as .*model\.arpa"),
        (tmp_path / "missing" / "model.arpa", "There is no folder"),
        (Path(os.devnull), "is a device"),
        (tmp_path / ("n" * 300), "cannot be written"),
    ]:
        with pytest.raises(ModelFileError, match=message):
            write_arpa(path, model)
    assert list(tmp_path.iterdir()) == []


def test_what_stood_there_stays_where_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(NgramModel.fit(WORDS, 2), tmp_path)
    before = path.read_bytes()

    def fail(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("textgd.lm.arpa.writing._lines_of", fail)
    with pytest.raises(ModelFileError, match="cannot be written: No space left"):
        write_arpa(path, NgramModel.fit(WORDS, 3))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


# What others write


def test_scores_by_hand(tmp_path: Path) -> None:
    model = read_arpa(file_of(BIGRAMS, tmp_path))
    assert list(model.vocabulary) == ["a", "b"]
    same(ngrams_of(model), read_slowly(BIGRAMS))
    for document, log10_prob in [
        (["a"], -0.25 - 0.2),
        ([], -0.3 - 0.5),
        (["a", "a"], -0.25 - 0.4 - 0.2),
        # <s> has no bigram with b, b none with a.
        (["b", "a"], (-0.3 - 0.7) + (-0.1 - 0.6) - 0.2),
        (["a", "c", "b"], -0.25 + (-0.2 - 1.5) - 0.7 + (-0.1 - 0.5)),
    ]:
        assert model.log_prob(document) / LN10 == pytest.approx(log10_prob, abs=1e-6)
    assert model.next_probabilities(["a"]) == pytest.approx([10**-0.4, 10**-0.9, 10**-1.7, 10**-0.2])
    assert model.levels[0].log_prob[model.start] == -np.inf


SRILM = """

\\data\\
ngram  1 =  5
ngram 2=4
ngram 3=1

\\1-grams:
-5e-1   </s>
-99\t<s>\t-3.0E-1

-6.e-01\ta   -2e-1
-.7 b -1E-1
 -1.5 <UNK>
\\2-grams:
-0.25 <s> a 1e-1
-0.4 a  a
-2e-1\ta\t</s>
-0.9 a b -0
\\3-grams:
-0.125 <s> a b

\\end\\

"""


@pytest.mark.parametrize("mark", ["", "\ufeff", "Notes of the toolkit,\n in two lines.\n"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_files_of_other_toolkits(mark: str, newline: str, tmp_path: Path) -> None:
    model = read_arpa(file_of((mark + SRILM.lstrip("\n")).replace("\n", newline), tmp_path))
    same(ngrams_of(model), read_slowly(SRILM.replace("<UNK>", "<unk>")))
    assert model.log_prob(["a", "b"]) / LN10 == pytest.approx(-0.25 - 0.125 - 0.1 - 0.5, abs=1e-6)
    assert model.log_prob(["a", "a"]) / LN10 == pytest.approx(-0.25 + (0.1 - 0.4) - 0.2, abs=1e-6)


def test_tokens_that_only_look_escaped(tmp_path: Path) -> None:
    # Not as they would be written: they stand for themselves.
    tokens = ["\\u0041", "\\u00A0", "x\\u003cs>", "\\u003c", "\\u005c", "\\u003cb", "a\\uffff"]
    lines = "".join(f"-1 {token}\n" for token in tokens)
    text = f"\\data\\\nngram 1={len(tokens) + 1}\n\\1-grams:\n-1 </s>\n{lines}\\end\\\n"
    model = read_arpa(file_of(text, tmp_path))
    assert list(model.vocabulary) == sorted(tokens)
    check_round_trip(model, [tokens], tmp_path)


def test_only_ascii_space_parts_fields(tmp_path: Path) -> None:
    model = read_arpa(file_of(BIGRAMS.replace("b", "b\xa0\x0b\u2028b"), tmp_path))
    assert list(model.vocabulary) == ["a", "b\xa0\x0b\u2028b"]


def test_missing_control_tokens(tmp_path: Path) -> None:
    text = BIGRAMS.replace("-1.5\t<unk>\t0\n", "").replace("1=5", "1=4")
    model = read_arpa(file_of(text, tmp_path))
    assert model.levels[0].log_prob[model.unknown] == pytest.approx(-100 * LN10)
    assert model.levels[0].log_backoff[model.unknown] == 0
    assert model.log_prob(["a", "c"]) / LN10 == pytest.approx(-0.25 + (-0.2 - 100) - 0.5, rel=1e-6)
    text = "\\data\\\nngram 1=1\n\\1-grams:\n-1\ta\n\\end\\\n"
    model = read_arpa(file_of(text, tmp_path))
    assert model.log_prob(["a"]) / LN10 == pytest.approx(-101)
    assert read_arpa(file_of("\\data\\\nngram 1=0\n\\1-grams:\n\\end\\", tmp_path)).vocabulary.offsets.tolist() == [0]


@pytest.mark.parametrize("numeral", ["-inf", "-1e300", "-1e999"])
def test_numbers_beyond_32_bits(numeral: str, tmp_path: Path) -> None:
    model = read_arpa(file_of(BIGRAMS.replace("-0.6\ta\t-0.2", f"{numeral}\ta\t{numeral}"), tmp_path))
    assert model.levels[0].log_prob[0] == model.levels[0].log_backoff[0] == -np.inf
    model = read_arpa(file_of(BIGRAMS.replace("-0.6", "-1e20"), tmp_path))
    assert read_arpa(written(model, tmp_path)).levels[0].log_prob[0] == pytest.approx(-1e9 * LN10)


@pytest.mark.parametrize("size", [40, 64, 100, 257])
def test_blocks_do_not_show(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = NgramModel.fit([*WORDS, *CHARACTERS], 4)
    path = written(model, tmp_path)
    expected, read = path.read_bytes(), ngrams_of(read_arpa(path))
    monkeypatch.setattr("textgd.lm.arpa.lines._BLOCK", size)
    monkeypatch.setattr("textgd.lm.arpa.writing._N_LINES", 3)
    assert written(model, tmp_path).read_bytes() == expected
    assert ngrams_of(read_arpa(path)) == read
    lines = expected.split(b"\n")
    lines[22] = b"x" + lines[22]
    damaged = file_of(b"\n".join(lines), tmp_path)
    with pytest.raises(DataError, match="line 23: log10 p has to be"):
        read_arpa(damaged)


# Files that are refused


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # Cut off, or without the lines that part it.
        ("\\end\\\n", "", r"line 17: the file ends here, but the rest of the 2-grams is still to come; it was cut off"),
        ("-0.9\ta b\n\n\\end\\\n", "-0.", r"line 15: the file ends here, but the rest of the 2-grams"),
        ("\\end\\", "\\en", r"line 18: \\end\\ is expected after the 2-grams, not '\\\\en'"),
        ("\\2-grams:", "\\3-grams:", r"line 12: \\2-grams: is expected after the 1-grams, not '\\\\3-grams:'"),
        ("\\end\\", "\\3-grams:\n\\end\\", r"line 18: \\end\\ is expected"),
        ("\\end\\\n", "\\end\\\n\nmore", r"line 20: nothing is expected after \\end\\, but there is 'more'"),
        # The header.
        ("1=5", "1=6", r"line 12: there are 5 1-grams before it, but the header says 6"),
        ("2=4", "2=3", r"line 18: there are 4 2-grams before it, but the header says 3"),
        ("ngram 2=4\n", "", r"line 5: log10 p, 1 token and no backoff are expected, but there are 3 fields"),
        ("ngram 1=5\nngram 2=4\n", "", r"line 3: the header has to say how many n-grams there are"),
        ("ngram 2", "ngram 3", r"line 3: the number of 2-grams is expected, ngram 2=\.\.\., not 'ngram 3=4'"),
        ("2=4", "2=four", r"line 3: ngram 2=\.\.\. or \\1-grams: is expected, not 'ngram 2=four'"),
        ("2=4", "2=-4", r"line 3: ngram 2=\.\.\. or"),
        ("2=4", "2=4000000000", r"line 3: so many n-grams cannot be held"),
        ("2=4", "2=" + "4" * 5000, r"line 3: ngram 2=\.\.\. or .*44\.\.\.'\.$"),
        (
            "ngram 2=4\n",
            "".join(f"ngram {n}=4\n" for n in range(2, 14)),
            r"order 13; the highest that can be read is 12",
        ),
        # Numbers.
        ("-0.6", "0.6", r"line 9: log10 p has to be a number that is not above 0, not '0\.6'"),
        ("-0.6", "1e-9", r"line 9: log10 p has to be"),
        ("-0.6", "nan", r"line 9: log10 p has to be .*'nan'"),
        ("-0.6", "inf", r"line 9: log10 p has to be"),
        ("-0.6", "-0,6", r"line 9: log10 p has to be .*'-0,6'"),
        ("-0.6", "-0_6", r"line 9: log10 p has to be .*'-0_6'"),
        ("-0.6", "--6", r"line 9: log10 p has to be"),
        ("-0.6", "-0x6", r"line 9: log10 p has to be"),
        ("-0.6", "-0." + "6" * 100, r"line 9: log10 p has to be"),
        ("-0.9", "a", r"line 16: log10 p has to be .*'a'"),
        ("-0.3", "nan", r"line 7: a backoff has to be a number, not 'nan'"),
        ("-0.3", "inf", r"line 7: a backoff has to be"),
        ("-0.3", "1e300", r"line 7: a backoff has to be"),
        ("-0.3", "x", r"line 7: a backoff has to be a number, not 'x'"),
        # Fields.
        (
            "\ta\t-0.2",
            "",
            r"line 9: log10 p, 1 token and a backoff or none are expected, but there are 1 fields: '-0\.6'",
        ),
        ("\ta\t-0.2", "\ta c d", r"line 9: log10 p, 1 token and .* 4 fields: '-0\.6\\ta c d'"),
        ("<s> a", "<s>", r"line 13: log10 p, 2 tokens and no backoff are expected, but there are 2 fields"),
        ("<s> a", "<s> a\t0", r"line 13: log10 p, 2 tokens and no backoff are expected, but there are 4 fields"),
        ("\\2-grams:", " \\2-grams:", r"line 12: log10 p, 1 token .* 1 fields"),
        # N-grams.
        ("\tb\t", "\ta\t", r"line 10: the 1-gram 'a' is there for the second time, after line 9"),
        ("\tb\t", "\t<UNK>\t", r"line 10: the 1-gram '<UNK>' is there for the second time, after line 6"),
        ("a b", "a a", r"line 16: this 2-gram is there for the second time, after line 14"),
        ("a b", "a c", r"line 16: the token 'c' is not among the 1-grams"),
        ("a b", "a <s>", r"line 16: <s> stands inside of the 2-gram 'a <s>', but it is never predicted"),
        ("<s>\t", "c\t", r"line 11: the 1-grams end here, but <s> is not among them, which a model of order 2 needs"),
        ("</s>\t", "c\t", r"line 11: the 1-grams end here, but </s> is not among them"),
        # What is not text.
        ("-0.7\tb", "-0.7\tb\0", r"line 10: there is a NUL byte in it"),
    ],
)
def test_damaged_files(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert BIGRAMS.count(old) == 1
    path = file_of(BIGRAMS.replace(old, new), tmp_path)
    with pytest.raises(DataError, match=message) as caught:
        read_arpa(path)
    assert str(caught.value).startswith(f"{path}, line ")


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("\\data\\\n", r"line 1: the file ends here, but ngram 1=\.\.\. is still to come; it was cut off"),
        ("\\data\\\nngram 1=5\nngram 2=4", r"line 3: the file ends here, but \\1-grams: is still to come"),
        (
            "1-grams:\n-1.5\t<unk>\t0\n0\t<s",
            r"line 6: the file ends here, but the rest of the 1-grams is still to come",
        ),
        ("\\2-grams:\n", r"line 12: the file ends here, but the rest of the 2-grams"),
    ],
)
def test_where_a_file_was_cut_off(part: str, message: str, tmp_path: Path) -> None:
    path = file_of(BIGRAMS[: BIGRAMS.index(part) + len(part)], tmp_path)
    with pytest.raises(DataError, match=message):
        read_arpa(path)


def test_no_beginning_of_a_file_is_taken_for_the_whole(tmp_path: Path) -> None:
    for size in range(len(BIGRAMS) - 1):
        path = file_of(BIGRAMS[:size], tmp_path)
        with pytest.raises(DataError, match=re.escape(str(path))):
            read_arpa(path)
    assert read_arpa(file_of(BIGRAMS[:-1], tmp_path)).order == 2


@given(st.binary(max_size=4), st.integers(0, len(BIGRAMS)), st.integers(0, 4))
def test_any_damage_is_found_or_read(
    tmp_path_factory: pytest.TempPathFactory, put: bytes, at: int, n_removed: int
) -> None:
    text = BIGRAMS.encode()
    folder = tmp_path_factory.getbasetemp()
    try:
        model = read_arpa(file_of(text[:at] + put + text[at + n_removed :], folder))
    except DataError:
        return
    check_round_trip(model, [["a", "b"]], folder)


def test_an_ngram_without_its_prefix(tmp_path: Path) -> None:
    text = BIGRAMS.replace("ngram 2=4", "ngram 2=4\nngram 3=1\nngram 4=1")
    trigrams = "\\3-grams:\n-0.1 b a a\n\\4-grams:\n-0.1 b a a a\n\\end"
    with pytest.raises(
        DataError, match=r"line 21: the 3-gram 'b a a' begins with 'b a', which is not among the 2-grams"
    ):
        read_arpa(file_of(text.replace("\\end", trigrams), tmp_path))
    trigrams = trigrams.replace("b a a\n", "a a a\n").replace("b a a a", "a a b a")
    with pytest.raises(DataError, match=r"line 23: the 4-gram 'a a b a' begins with 'a a b', which .* the 3-grams"):
        read_arpa(file_of(text.replace("\\end", trigrams), tmp_path))
    trigrams = trigrams.replace("-0.1 a a a\n", "")
    with pytest.raises(DataError, match=r"line 22: the 4-gram 'a a b a' begins with 'a a b'"):
        read_arpa(file_of(text.replace("\\end", trigrams).replace("3=1", "3=0"), tmp_path))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; an ARPA file is expected"),
        (b"\n \n\n", "is empty"),
        (b"-1\ta\n", r"is no ARPA file, which is text that begins with the line \\data\\"),
        (b"mmap lm http://kheafield.com/code format version 5\n\0", "no ARPA file.*A binary model cannot be read"),
        (bytes(range(256)) * 100, "no ARPA file"),
        (b"note\n" * 300_000, "no ARPA file"),
        (b"\0" * (1 << 24), "line 1: it has more than 8388608 bytes, so this is no ARPA file"),
        (BIGRAMS.encode().replace(b"\tb", b"\tb\xff"), r"line 10: the token 'b.' is not UTF-8"),
        (b"\\data\\\nngram 1=1\n\\1-grams:\n" + b"-" * (1 << 24), "line 4: it has more than 8388608 bytes"),
        (gzip.compress(BIGRAMS.encode(), mtime=0)[:-20], "the gzip data is damaged or cut off"),
        (gzip.compress(BIGRAMS.encode(), mtime=0)[:-8] + b"\0" * 8, "the gzip data is damaged or cut off"),
        (b"\x1f\x8b" + bytes(100), "the gzip data is damaged or cut off"),
    ],
)
def test_what_is_no_arpa_file(content: bytes, message: str, tmp_path: Path) -> None:
    path = file_of(content, tmp_path)
    with pytest.raises(DataError, match=message) as caught:
        read_arpa(path)
    assert str(path) in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"No such file: .*missing"):
        read_arpa(tmp_path / "missing")
    with pytest.raises(DataError, match="is a folder; an ARPA file is expected"):
        read_arpa(tmp_path)
    with pytest.raises(DataError, match="cannot be read: File name too long"):
        read_arpa(tmp_path / ("n" * 300))


def test_the_vocabulary_is_sorted_by_code_points(tmp_path: Path) -> None:
    text = BIGRAMS.replace("\tb\t", "\t\uffff\t").replace("a b", "a \uffff").replace("-1.5\t<unk>", "-1.5\t\U00010000")
    model = read_arpa(file_of(text, tmp_path))
    assert (
        list(model.vocabulary)
        == list(Vocabulary.from_terms(["\U00010000", "\uffff", "a"]))
        == ["a", "\uffff", "\U00010000"]
    )
    assert model.levels[1].tokens[:3].tolist() == [0, 1, model.end]
