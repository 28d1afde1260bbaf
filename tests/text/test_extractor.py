"""Compiled rows are the reference's; and small work is done without any compiled code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgd.text import Analysis, Tokenizer
from textgd.text.extractor import Extractor
from textgd.text.features import HashedFeatures
from textgd.text.rows import Rows
from textgd.text.selection import fixed_features
from textgd.text.vectorizer import CountVectorizer
from textgd.text.weighting import Tfidf

ROOT = Path(__file__).resolve().parents[2]
RANGES = [(1, 1), (1, 3), (2, 3), (4, 6)]


def assert_same(rows: Rows, expected: Rows) -> None:
    assert rows.shape == expected.shape
    assert (rows.indices.dtype, rows.indptr.dtype) == (expected.indices.dtype, expected.indptr.dtype)
    assert rows.data.dtype == expected.data.dtype
    assert rows.indptr.tolist() == expected.indptr.tolist()
    assert rows.indices.tolist() == expected.indices.tolist()
    assert rows.data.tolist() == expected.data.tolist()


def check(extractor: Extractor, documents: list[str]) -> None:
    expected, known = extractor.read_slowly(documents)
    rows, compiled_known = extractor.read(documents)
    assert_same(rows, expected)
    assert_same(extractor.rows(documents, n_jobs=1), expected)
    assert compiled_known.tolist() == known.tolist()
    assert compiled_known.dtype == known.dtype == np.int64
    ngrams = [list(extractor.analysis.ngrams(document)) for document in documents]
    assert extractor.n_ngrams(documents).tolist() == [len(found) for found in ngrams]
    assert extractor.n_ngrams(documents, distinct=True).tolist() == [len(set(found)) for found in ngrams]


OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "everything": {
        "negation": True,
        "stem": "english",
        "mask_numbers": True,
        "mask_urls": True,
        "strip_accents": "unicode",
    },
    "stop words": {"stop_words": ("free", "a", "!"), "punctuation": False},
    "sklearn": {"name": "sklearn", "lowercase": False},
    "whitespace": {"name": "whitespace", "strip_accents": "ascii"},
    "tweet": {"name": "nltk:tweet"},
    "pattern": {"name": r"pattern:\w+"},
}


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("ngram_range", RANGES)
@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
@pytest.mark.usefixtures("many_shards")
def test_compiled_rows_are_those_of_the_reference(
    analyzer: str, ngram_range: tuple[int, int], options: str, hard_documents: list[str]
) -> None:
    analysis = Analysis(Tokenizer(**OPTIONS[options]), analyzer, ngram_range)
    # Features from a half of the documents, so that the others hold what is not known.
    seen, documents = hard_documents[::12], hard_documents[::6]
    names = sorted({analysis.name(ngram) for d in seen for ngram in analysis.ngrams(d)})
    if not names:
        names = ["free"]
    check(Extractor(analysis, fixed_features(names[::2], analysis)), documents)
    check(Extractor(analysis, fixed_features(names[::-3], analysis), binary=True, dtype=np.float32), documents)
    check(Extractor(analysis, HashedFeatures(64)), documents)


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
@given(data=st.data())
def test_any_text(analyzer: str, texts: st.SearchStrategy[str], data: st.DataObject) -> None:
    seen, documents = data.draw(st.lists(texts, max_size=4)), data.draw(st.lists(texts, max_size=4))
    analysis = Analysis(analyzer=analyzer, ngram_range=data.draw(st.sampled_from(RANGES)))
    names = [analysis.name(ngram) for d in seen + documents[:1] for ngram in analysis.ngrams(d)]
    names = sorted(set(names)) or ["free"]
    chosen = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=30, unique=True))
    check(Extractor(analysis, fixed_features(chosen, analysis)), documents)
    check(Extractor(analysis, HashedFeatures(16), binary=data.draw(st.booleans())), documents)


@pytest.mark.parametrize("limits", [{}, {"min_df": 2}, {"max_features": 5}, {"ngram_range": (2, 3), "max_df": 2}])
@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
def test_learned_features(analyzer: str, limits: dict[str, Any], hard_documents: list[str]) -> None:
    fitted = CountVectorizer(analyzer=analyzer, **{"ngram_range": (1, 3), **limits}).fit(hard_documents[::10])
    check(fitted.extractor_, hard_documents[::7])


def test_long_documents_with_many_features() -> None:
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(700)]
    documents = [" ".join(rng.choice(words, n)) for n in (0, 1, 31, 32, 33, 34, 700, 3000)]
    for n_features in (3, 200, 256, 257, 600):
        chosen = [*rng.permutation(words)[:n_features].tolist(), *(f"w{i} w{i + 1}" for i in range(50))]
        analysis = Analysis(ngram_range=(1, 2))
        check(Extractor(analysis, fixed_features(chosen, analysis)), documents)


def test_weights() -> None:
    analysis = Analysis()
    features = fixed_features(["a", "b"], analysis)
    weights = Tfidf(np.array([1.0, 3.0]), norm=None)
    for documents in (["a b b", "", "c"], ["b"]):
        rows = Extractor(analysis, features, tfidf=weights).rows(documents)
        counts = Extractor(analysis, features).rows(documents)
        assert_same(rows, weights.apply(counts))
    assert Extractor(analysis, features, tfidf=weights).read(["a b b c"])[0].data.tolist() == [1, 6]
    assert Extractor(analysis, features, tfidf=weights).read(["a b b c"])[1].tolist() == [3]


@pytest.mark.parametrize(
    ("analyzer", "document", "known"),
    [("word", "a x b a.", 3), ("word", "", 0), ("char", "ab xa", 3), ("char_wb", "ab xa", 3)],
)
def test_known_tokens(analyzer: str, document: str, known: int) -> None:
    analysis = Analysis(analyzer=analyzer)
    extractor = Extractor(analysis, fixed_features(["a", "b"], analysis))
    for _, counts in (extractor.read([document]), extractor.read_slowly([document])):
        assert counts.tolist() == [known]


def test_every_token_is_known_to_a_hash() -> None:
    extractor = Extractor(Analysis(ngram_range=(1, 2)), HashedFeatures(8))
    assert extractor.read(["a b c!", ""])[1].tolist() == [4, 0]


def test_names() -> None:
    analysis = Analysis(ngram_range=(1, 2))
    assert Extractor(analysis, fixed_features(["b a", "a"], analysis)).feature_names([1, 0, 1]) == ["a", "b a", "a"]
    assert Extractor(analysis, HashedFeatures(8)).feature_names(np.array([7, 0])) == ["#7", "#0"]


# Without compiled code

WITHOUT = """
import sys
import numpy as np
from textgd.text import Analysis, Tokenizer, Vocabulary
from textgd.text.extractor import Extractor
from textgd.text.features import HashedFeatures, Level, NgramFeatures
from textgd.text.weighting import Tfidf

i32 = np.int32
features = NgramFeatures(
    Vocabulary.from_terms(["free", "entry"]),
    (
        Level(np.array([0, 2], i32), np.array([0, 1], i32), np.array([0, 1], i32)),
        Level(np.array([0, 0, 1], i32), np.array([0], i32), np.array([2], i32)),
    ),
    3,
)
extractor = Extractor(Analysis(ngram_range=(1, 2)), features, tfidf=Tfidf(np.ones(3)))
rows, known = extractor.read(["Free entry! FREE", ""])
print(rows.indices.tolist(), rows.indptr.tolist(), rows.data.round(3).tolist(), known.tolist())
print(extractor.rows(["entry"]).indices.tolist(), extractor.feature_names([2, 0]))
print(Extractor(Analysis(), HashedFeatures(2**20)).rows(["free"]).indices.tolist())
print(sorted({"numba", "scipy", "sklearn", "nltk", "pandas"} & set(sys.modules)))
if len(sys.argv) > 1:
    print(extractor.rows(["free entry " * 2000]).indices.tolist(), "numba" in sys.modules)
"""


def run(*arguments: str) -> list[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", WITHOUT, *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.splitlines()


def test_small_work_loads_no_compiled_code() -> None:
    hashed = HashedFeatures(2**20).column(("free",))
    expected = [
        "[0, 1, 2] [0, 3, 3] [0.408, 0.816, 0.408] [3, 0]",
        "[0] ['free entry', 'entry']",
        f"[{hashed}]",
        "[]",
        "[0, 1, 2] True",
    ]
    assert run("and something large") == expected


def test_the_same_with_compiled_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert "numba" in sys.modules
    exec(WITHOUT, {})
    assert capsys.readouterr().out.splitlines()[:3] == run()[:3]
