"""The vectorizers agree with scikit-learn's entry by entry, and say what is wrong."""

from __future__ import annotations

import io
import pickle
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sklearn
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction import text as peers
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.validation import check_is_fitted

from textgd.errors import DataError, InvalidParameterError, UnknownNameError
from textgd.text import CountVectorizer, TfidfVectorizer, TokenizedDocuments, Vocabulary
from textgd.text.features import HashedFeatures

DOCUMENTS = [
    "Free entry! WIN a prize, free entry now",
    "the meeting is at noon, the other one is not",
    "",
    "win win win",
    "Été été ete ÉTÉ, the \u0130stanbul meeting",
    "x_y 42 日本語 日本 \U0001f600\u200d\U0001f600 शब्द\x00free\x00entry",
    "...",
    "now a prize: the free prize",
]
UNSEEN = ["free prizes at noon", "", "nothing known here", "WIN été", "the other the other one"]
RANGES = [(1, 1), (1, 2), (2, 2), (2, 3), (1, 3), (4, 6)]
ANALYZERS = ["word", "char", "char_wb"]
NOTHING_LEFT = r"empty vocabulary|After pruning|max_df corresponds"


def quietly(function: Callable[[], Any]) -> Any:
    """Call a peer without the warnings that it gives about combinations of parameters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function()


def peer_of(ours: CountVectorizer) -> Any:
    kind = peers.TfidfVectorizer if isinstance(ours, TfidfVectorizer) else peers.CountVectorizer
    known = kind().get_params()
    params = {name: value for name, value in ours.get_params().items() if name in known}
    params["tokenizer"] = None if params["tokenizer"] == "sklearn" else params["tokenizer"]
    if params["token_pattern"] is None:
        del params["token_pattern"]
    return kind(**params)


def assert_same(ours: csr_matrix, theirs: csr_matrix, rtol: float = 0.0) -> None:
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    assert ours.indices.dtype == theirs.indices.dtype
    assert ours.indptr.dtype == theirs.indptr.dtype
    assert ours.indptr.tolist() == theirs.indptr.tolist()
    assert ours.has_canonical_format
    theirs = theirs.sorted_indices()
    assert ours.indices.tolist() == theirs.indices.tolist()
    np.testing.assert_allclose(ours.data, theirs.data, rtol=rtol, atol=0)


def check_with_peer(
    ours: CountVectorizer, documents: Sequence[str], unseen: Sequence[str] = (), rtol: float = 0
) -> Any:
    """Fit both; the peer's ValueError is ours too.  Returns the fitted peer, if there is one."""
    theirs = peer_of(ours)
    try:
        expected = quietly(lambda: theirs.fit_transform(documents))
    except ValueError as error:
        if not re.match(NOTHING_LEFT, str(error)):
            raise
        with pytest.raises(ValueError, match=NOTHING_LEFT):
            ours.fit_transform(documents)
        return None
    assert_same(ours.fit_transform(documents), expected, rtol)
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    assert ours.vocabulary_ == theirs.vocabulary_
    assert ours.fixed_vocabulary_ == theirs.fixed_vocabulary_
    assert_same(ours.transform(documents), expected, rtol)
    if unseen:
        assert_same(ours.transform(unseen), theirs.transform(unseen), rtol)
    if isinstance(ours, TfidfVectorizer) and ours.use_idf:
        assert ours.idf_.dtype == theirs.idf_.dtype
        np.testing.assert_allclose(ours.idf_, theirs.idf_, rtol=rtol, atol=0)
    return theirs


# Counts


@pytest.mark.parametrize("ngram_range", RANGES)
@pytest.mark.parametrize("analyzer", ANALYZERS)
def test_counts(analyzer: str, ngram_range: tuple[int, int]) -> None:
    check_with_peer(CountVectorizer(tokenizer="sklearn", analyzer=analyzer, ngram_range=ngram_range), DOCUMENTS, UNSEEN)


@pytest.mark.parametrize(
    "params",
    [
        {"lowercase": False},
        {"strip_accents": "unicode"},
        {"strip_accents": "ascii"},
        {"strip_accents": peers.strip_accents_unicode},
        {"strip_accents": str.upper, "lowercase": False},
        {"stop_words": "english"},
        {"stop_words": ["free", "the", "entry"]},
        {"stop_words": ["free", "the", "entry"], "ngram_range": (2, 3)},
        {"token_pattern": r"(?u)\b\w+\b"},
        {"token_pattern": r"[a-z]+"},
        {"token_pattern": r"(\w)\w*"},
        {"binary": True},
        {"binary": True, "dtype": np.float32},
        {"min_df": 2},
        {"min_df": 0.25},
        {"min_df": 0.0},
        {"max_df": 2},
        {"max_df": 0.3, "ngram_range": (1, 2)},
        {"min_df": 2, "max_df": 3, "ngram_range": (1, 2)},
        {"max_features": 3},
        {"max_features": 3, "binary": True},
        {"max_features": 12, "ngram_range": (1, 2), "min_df": 1, "max_df": 2},
        {"max_features": 10_000},
        {"preprocessor": str.upper},
        {"preprocessor": lambda text: text[::-1], "strip_accents": "ascii", "ngram_range": (1, 2)},
        {"tokenizer": str.split},
        {"tokenizer": lambda text: text.split(" "), "ngram_range": (1, 2)},
        {"analyzer": str.split},
        {"analyzer": lambda text: text.lower().split(), "max_features": 4, "binary": True},
        {"ngram_range": [1, 2]},
    ],
)
@pytest.mark.filterwarnings("ignore:.*token_pattern")
def test_parameters(params: dict[str, Any]) -> None:
    if isinstance(params.get("ngram_range"), list):  # which scikit-learn has no word for
        expected = CountVectorizer(tokenizer="sklearn", ngram_range=(1, 2)).fit_transform(DOCUMENTS)
        assert_same(CountVectorizer(tokenizer="sklearn", **params).fit_transform(DOCUMENTS), expected)
        return
    check_with_peer(CountVectorizer(**{"tokenizer": "sklearn", **params}), DOCUMENTS, UNSEEN)


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8, np.float32, np.float64, "float64"])
def test_dtypes(dtype: Any) -> None:
    check_with_peer(CountVectorizer(tokenizer="sklearn", dtype=dtype), DOCUMENTS, UNSEEN)
    check_with_peer(CountVectorizer(tokenizer="sklearn", dtype=dtype, max_features=4, binary=True), DOCUMENTS, UNSEEN)


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.float32, np.float64])
def test_ties_at_the_limit_fall_as_in_scikit_learn(dtype: type) -> None:
    rng = np.random.default_rng(0)
    for size in (10, 300):
        documents = [" ".join(f"w{i}" for i in rng.integers(0, size, 50)) for _ in range(30)]
        for max_features in (1, 5, 50):
            check_with_peer(
                CountVectorizer(tokenizer="sklearn", max_features=max_features, dtype=dtype, ngram_range=(1, 2)),
                documents,
            )


settings_of_vectorizers = st.fixed_dictionaries(
    {"analyzer": st.sampled_from(ANALYZERS), "ngram_range": st.sampled_from(RANGES)},
    optional={
        "lowercase": st.just(False),
        "strip_accents": st.sampled_from(["unicode", "ascii"]),
        "stop_words": st.sampled_from(["english", ["free", "entry"]]),
        "binary": st.just(True),
        "min_df": st.sampled_from([2, 0.3]),
        "max_df": st.sampled_from([0.6, 2]),
        "max_features": st.sampled_from([1, 3, 10]),
    },
)


@pytest.mark.parametrize("make", [CountVectorizer, TfidfVectorizer])
@settings(max_examples=300)
@given(data=st.data())
def test_any_text_and_any_parameters(
    make: type[CountVectorizer], texts: st.SearchStrategy[str], data: st.DataObject
) -> None:
    params = data.draw(settings_of_vectorizers)
    documents = data.draw(st.lists(texts, min_size=1, max_size=6))
    unseen = data.draw(st.lists(texts, max_size=3))
    check_with_peer(make(tokenizer="sklearn", **params), documents, unseen, rtol=1e-12)


@pytest.mark.parametrize("analyzer", ANALYZERS)
@pytest.mark.parametrize("ngram_range", [(1, 1), (1, 3), (4, 6)])
@pytest.mark.usefixtures("many_shards")
def test_shards_and_threads_change_nothing(
    analyzer: str, ngram_range: tuple[int, int], hard_documents: list[str]
) -> None:
    for n_jobs in (1, 2, 3):
        ours = CountVectorizer(
            tokenizer="sklearn", analyzer=analyzer, ngram_range=ngram_range, n_jobs=n_jobs, max_features=500
        )
        check_with_peer(ours, hard_documents[::3], hard_documents[1::3])


def test_many_documents_of_many_lengths() -> None:
    rng = np.random.default_rng(1)
    words = [f"w{i}" for i in range(3000)]
    documents = [" ".join(words[i] for i in rng.zipf(1.3, n) % 3000) for n in rng.integers(0, 4000, 200)]
    for n_jobs in (1, 2):
        check_with_peer(
            CountVectorizer(tokenizer="sklearn", ngram_range=(1, 2), n_jobs=n_jobs), documents, documents[:9]
        )


def test_our_own_tokenizers_have_the_same_columns_and_rows() -> None:
    params: dict[str, Any] = {"ngram_range": (1, 3), "negation": True, "mask_numbers": True, "stem": "english"}
    ours = CountVectorizer(**params)
    tokenize = ours.build_analysis().tokenizer.tokens
    theirs = peers.CountVectorizer(tokenizer=tokenize, token_pattern=None, lowercase=False, ngram_range=(1, 3))
    assert_same(ours.fit_transform(DOCUMENTS), theirs.fit_transform(DOCUMENTS))
    assert_same(ours.transform(UNSEEN), theirs.transform(UNSEEN))
    assert ours.vocabulary_ == theirs.vocabulary_


def test_columns_are_in_the_order_of_tokens() -> None:
    # That is the order of the names but for tokens with control characters, which sort before the space between tokens.
    documents = ["a b a\x00 a\x01b", "a b"]
    ours = CountVectorizer(token_pattern=r"\S+", ngram_range=(1, 2))
    theirs = peers.CountVectorizer(token_pattern=r"\S+", ngram_range=(1, 2)).fit(documents)
    X = ours.fit_transform(documents)
    names = ours.get_feature_names_out().tolist()
    assert names == sorted(theirs.vocabulary_, key=str.split)
    assert names != sorted(theirs.vocabulary_)
    np.testing.assert_array_equal(
        X.toarray(), theirs.transform(documents).toarray()[:, [theirs.vocabulary_[n] for n in names]]
    )


def test_a_tokenizer_is_given_the_document_as_scikit_learn_gives_it() -> None:
    check_with_peer(CountVectorizer(tokenizer=str.split), ["Don\u2019t don't"])


@pytest.mark.parametrize("stop_words", [{"free", "the"}, frozenset({"free", "the"}), ("the", "free")])
def test_stop_words_in_any_collection(stop_words: Any) -> None:
    expected = CountVectorizer(stop_words=["free", "the"]).fit_transform(DOCUMENTS)
    assert_same(CountVectorizer(stop_words=stop_words).fit_transform(DOCUMENTS), expected)


def test_build_functions() -> None:
    ours = CountVectorizer(tokenizer="sklearn", ngram_range=(1, 2), strip_accents="unicode", stop_words=["the"])
    theirs = peer_of(ours)
    for document in DOCUMENTS:
        assert ours.build_analyzer()(document) == theirs.build_analyzer()(document)
        assert ours.build_preprocessor()(document) == theirs.build_preprocessor()(document)
        assert ours.build_tokenizer()(document) == theirs.build_tokenizer()(document)


# Tf-idf


@pytest.mark.parametrize("sublinear_tf", [False, True])
@pytest.mark.parametrize("smooth_idf", [False, True])
@pytest.mark.parametrize("use_idf", [False, True])
@pytest.mark.parametrize("norm", ["l2", "l1", None])
def test_weights(norm: str | None, use_idf: bool, smooth_idf: bool, sublinear_tf: bool) -> None:
    ours = TfidfVectorizer(
        tokenizer="sklearn",
        ngram_range=(1, 2),
        norm=norm,
        use_idf=use_idf,
        smooth_idf=smooth_idf,
        sublinear_tf=sublinear_tf,
    )
    check_with_peer(ours, DOCUMENTS, UNSEEN, rtol=1e-12)


@pytest.mark.parametrize("analyzer", ANALYZERS)
def test_weights_of_characters(analyzer: str) -> None:
    ours = TfidfVectorizer(tokenizer="sklearn", analyzer=analyzer, ngram_range=(3, 5), min_df=2)
    check_with_peer(ours, DOCUMENTS, UNSEEN, rtol=1e-12)


def test_weights_of_other_types() -> None:
    check_with_peer(TfidfVectorizer(tokenizer="sklearn", dtype=np.float32), DOCUMENTS, UNSEEN, rtol=1e-6)
    check_with_peer(TfidfVectorizer(tokenizer="sklearn", binary=True, max_features=5), DOCUMENTS, UNSEEN, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.int64, bool, str])
def test_weights_need_a_floating_type(dtype: Any) -> None:
    with pytest.raises(InvalidParameterError, match="tf-idf weights need a floating type"):
        TfidfVectorizer(dtype=dtype).fit(["a"])


def test_an_unknown_norm() -> None:
    with pytest.raises(InvalidParameterError, match="norm is 'l3'; allowed are 'l1', 'l2' and None"):
        TfidfVectorizer(norm="l3").fit(["a"])


# A fixed vocabulary


@pytest.mark.parametrize(
    "vocabulary",
    [
        ["free", "entry", "the"],
        ("the", "unheard", "free"),
        {"the", "unheard", "free"},
        {"the": 2, "free": 0, "entry": 1},
        {"free entry": 1, "free": 3, "the": 0, "entry now": 2, "is": 4, "win win win": 5},
        ["free entry", "win a prize", "the free prize", "free"],
        {"free": 0},
        ["", "free"],
    ],
)
@pytest.mark.parametrize("ngram_range", [(1, 1), (1, 3), (2, 2)])
def test_fixed_vocabulary(vocabulary: Any, ngram_range: tuple[int, int]) -> None:
    params: dict[str, Any] = {"tokenizer": "sklearn", "vocabulary": vocabulary, "ngram_range": ngram_range}
    check_with_peer(CountVectorizer(**params), DOCUMENTS, UNSEEN)
    check_with_peer(CountVectorizer(**params, binary=True), DOCUMENTS, UNSEEN)
    check_with_peer(TfidfVectorizer(**params), DOCUMENTS, UNSEEN, rtol=1e-12)
    # Without fitting too.
    assert_same(CountVectorizer(**params).transform(UNSEEN), peer_of(CountVectorizer(**params)).transform(UNSEEN))


@pytest.mark.parametrize("analyzer", ANALYZERS)
@given(data=st.data())
def test_any_fixed_vocabulary(analyzer: str, texts: st.SearchStrategy[str], data: st.DataObject) -> None:
    documents = data.draw(st.lists(texts, min_size=1, max_size=4))
    params: dict[str, Any] = {"tokenizer": "sklearn", "analyzer": analyzer, "ngram_range": (1, 3)}
    analyze = CountVectorizer(**params).build_analyzer()
    names = [*sorted({name for d in documents for name in analyze(d)}), "unheard of", "xyz"]
    chosen = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=20, unique=True))
    check_with_peer(CountVectorizer(**params, vocabulary=chosen), documents)
    check_with_peer(CountVectorizer(**params, vocabulary={name: i for i, name in enumerate(chosen)}), documents)


@pytest.mark.parametrize("analyzer", ["char", "char_wb"])
def test_a_nameless_feature_of_characters(analyzer: str) -> None:
    for vocabulary in (["", "a"], ["b", "", "a"], [""]):
        check_with_peer(CountVectorizer(tokenizer="sklearn", analyzer=analyzer, vocabulary=vocabulary), ["ab ba"])


def test_weights_of_a_fixed_vocabulary_have_to_be_learned() -> None:
    with pytest.raises(NotFittedError):
        TfidfVectorizer(vocabulary=["free", "entry"]).transform(DOCUMENTS)
    with pytest.raises(NotFittedError):
        TfidfVectorizer(hashing=2**4).transform(DOCUMENTS)


# Names


@pytest.mark.parametrize(
    ("analyzer", "ngram_range"), [("word", (1, 1)), ("word", (1, 3)), ("word", (2, 2)), ("char_wb", (2, 5))]
)
def test_vocabulary_is_a_mapping(analyzer: str, ngram_range: tuple[int, int]) -> None:
    ours = CountVectorizer(tokenizer="sklearn", analyzer=analyzer, ngram_range=ngram_range).fit(DOCUMENTS)
    expected = peer_of(ours).fit(DOCUMENTS).vocabulary_
    vocabulary = ours.vocabulary_
    assert isinstance(vocabulary, Mapping)
    assert len(vocabulary) == len(expected)
    assert vocabulary == expected
    assert expected == vocabulary
    assert vocabulary != {**expected, "unheard": len(expected)}
    assert dict(vocabulary) == expected
    assert list(vocabulary) == sorted(expected)
    assert list(vocabulary.keys()) == sorted(expected)
    assert list(vocabulary.values()) == list(range(len(expected)))
    assert list(vocabulary.items()) == sorted(expected.items())
    assert all(name in vocabulary and vocabulary[name] == column for name, column in expected.items())
    for unknown in (
        "",
        " ",
        "unheard",
        "free unheard",
        "unheard free",
        "the other one is",
        "\ud800",
        "freeze",
        5,
        None,
    ):
        assert unknown not in vocabulary
        assert vocabulary.get(unknown, -7) == -7
        with pytest.raises(KeyError):
            vocabulary[unknown]
    assert repr(vocabulary) == f"FeatureMapping({len(expected)} features)"


def test_a_prefix_that_was_pruned_is_no_feature() -> None:
    vocabulary = CountVectorizer(tokenizer="sklearn", ngram_range=(2, 2)).fit(DOCUMENTS).vocabulary_
    assert "free entry" in vocabulary
    assert "free" not in vocabulary


def test_names_of_a_fixed_vocabulary() -> None:
    given_names = {"free entry": 1, "free": 2, "the": 0}
    ours = CountVectorizer(vocabulary=given_names)
    assert ours.get_feature_names_out().tolist() == ["the", "free entry", "free"]
    assert ours.vocabulary_ == given_names
    assert list(ours.vocabulary_.items()) == [("the", 0), ("free entry", 1), ("free", 2)]


@pytest.mark.parametrize("make", [CountVectorizer, TfidfVectorizer])
def test_inverse_transform(make: type[CountVectorizer]) -> None:
    ours = make(tokenizer="sklearn", ngram_range=(1, 2))
    theirs = check_with_peer(ours, DOCUMENTS, rtol=1e-12)
    matrix = ours.transform(UNSEEN)
    expected = [row.tolist() for row in theirs.inverse_transform(matrix)]
    for given_matrix in (matrix, matrix.tocsc(), matrix.tocoo(), matrix.toarray()):
        assert [row.tolist() for row in ours.inverse_transform(given_matrix)] == expected
    assert ours.inverse_transform(matrix[0])[0].tolist() == expected[0]


# Where documents come from


def test_documents_in_files(tmp_path: Path) -> None:
    texts = ["été free", "free entry"]
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="latin-1")
    expected = CountVectorizer().fit_transform(texts)
    by_name = CountVectorizer(input="filename", encoding="latin-1")
    assert_same(by_name.fit_transform([str(path) for path in paths]), expected)
    assert_same(by_name.transform(paths), expected)
    files = [io.BytesIO(text.encode("latin-1")) for text in texts]
    assert_same(CountVectorizer(input="file", encoding="latin-1").fit_transform(files), expected)
    assert_same(CountVectorizer(input="file").fit_transform([io.StringIO(text) for text in texts]), expected)
    assert_same(CountVectorizer(encoding="latin-1").fit_transform([text.encode("latin-1") for text in texts]), expected)
    assert_same(CountVectorizer().fit_transform([texts[0].encode(), texts[1]]), expected)


def test_one_file_name_is_no_list_of_names(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("free entry")
    with pytest.raises(DataError, match="single str"):
        CountVectorizer(input="filename").fit(str(tmp_path / "a.txt"))


def test_bytes_of_another_encoding() -> None:
    with pytest.raises(DataError, match=r"not utf-8: byte 0xe9 at 1.*encoding='latin-1'"):
        CountVectorizer().fit([b"t\xe9"])
    names = CountVectorizer(decode_error="ignore").fit([b"t\xe9"]).get_feature_names_out()
    assert names.tolist() == ["t"]
    names = CountVectorizer(decode_error="replace", tokenizer="whitespace").fit([b"t\xe9"]).get_feature_names_out()
    assert names.tolist() == ["t\ufffd"]


@pytest.mark.parametrize("analyzer", ANALYZERS)
def test_tokenized_documents_are_counted_without_text(analyzer: str) -> None:
    ours = CountVectorizer(analyzer=analyzer, ngram_range=(1, 2), min_df=2)
    expected = ours.fit_transform(DOCUMENTS)
    tokenized = ours.build_analysis().scan(DOCUMENTS)
    again = clone(ours)
    assert_same(again.fit_transform(tokenized), expected)
    assert again.vocabulary_ == ours.vocabulary_


@pytest.mark.parametrize("params", [{"hashing": 16}, {"vocabulary": ["free", "the"]}])
def test_tokenized_documents_fit_fixed_features_too(params: dict[str, Any]) -> None:
    ours = CountVectorizer(**params)
    tokenized = ours.build_analysis().scan(DOCUMENTS)
    assert_same(clone(ours).fit_transform(tokenized), ours.fit_transform(DOCUMENTS))


def test_tokenized_documents_that_a_vocabulary_does_not_know() -> None:
    whole = TokenizedDocuments.from_tokens([["a", "b", "c", "a", "b"]])
    known = TokenizedDocuments.from_tokens([["a", "b"]]).vocabulary
    ours = CountVectorizer(ngram_range=(1, 2))
    assert ours.fit_transform(whole.aligned(known)).toarray().tolist() == [[2, 2, 2]]
    assert ours.get_feature_names_out().tolist() == ["a", "a b", "b"]


# Hashing


@pytest.mark.parametrize("make", [CountVectorizer, TfidfVectorizer])
@pytest.mark.parametrize("analyzer", ANALYZERS)
@pytest.mark.parametrize("n_columns", [1, 8, 2**20])
def test_hashed_features(make: type[CountVectorizer], analyzer: str, n_columns: int) -> None:
    params: dict[str, Any] = {"analyzer": analyzer, "ngram_range": (1, 4), "hashing": n_columns}
    hashed = make(**params)
    matrix = hashed.fit_transform(DOCUMENTS)
    assert matrix.shape == (len(DOCUMENTS), n_columns)
    assert matrix.has_canonical_format
    assert_same(hashed.transform(DOCUMENTS), matrix)
    assert_same(make(**params, n_jobs=1).fit_transform(DOCUMENTS), matrix)

    counts = CountVectorizer(**params).fit_transform(DOCUMENTS)
    expected = np.zeros((*matrix.shape[:1], n_columns), np.int64) if n_columns <= 8 else None
    features = HashedFeatures(n_columns)
    analysis = hashed.build_analysis()
    for row, document in enumerate(DOCUMENTS):
        columns = [features.column(ngram) for ngram in analysis.ngrams(document)]
        assert dict(zip(counts[row].indices, counts[row].data, strict=True)) == {c: columns.count(c) for c in columns}
        if expected is not None:
            np.add.at(expected[row], columns, 1)
    if expected is not None:
        assert counts.toarray().tolist() == expected.tolist()


def test_hashed_and_binary() -> None:
    matrix = CountVectorizer(hashing=4, binary=True, ngram_range=(1, 2)).fit_transform(DOCUMENTS)
    assert set(matrix.data.tolist()) == {1}
    assert matrix.dtype == np.int64


@pytest.mark.usefixtures("many_shards")
def test_hashed_features_do_not_depend_on_other_documents(hard_documents: list[str]) -> None:
    hashed = CountVectorizer(hashing=2**10, ngram_range=(1, 3))
    whole = hashed.transform(hard_documents)
    for row in range(0, len(hard_documents), 20):
        assert_same(hashed.transform(hard_documents[row : row + 1]), whole[row])


def test_hashed_columns_stay_what_they_are() -> None:
    # A saved model counts on these numbers.
    columns = HashedFeatures(2**20).column
    assert [columns(("spam",)), columns(("free", "entry")), columns(("été",))] == [456075, 985708, 475683]


def test_hashing_keeps_no_names() -> None:
    hashed = CountVectorizer(hashing=4).fit(DOCUMENTS)
    assert not hasattr(hashed, "vocabulary_")
    with pytest.raises(InvalidParameterError, match="hashing keeps no names"):
        hashed.get_feature_names_out()
    with pytest.raises(InvalidParameterError, match="hashing keeps no names"):
        hashed.inverse_transform(hashed.transform(DOCUMENTS))
    hashed.set_params(hashing=None).fit(DOCUMENTS)
    assert "free" in hashed.vocabulary_
    hashed.set_params(hashing=4).fit(DOCUMENTS)
    assert not hasattr(hashed, "vocabulary_")


# As scikit-learn's estimators


@pytest.mark.parametrize("make", [CountVectorizer, TfidfVectorizer])
def test_before_fitting(make: type[CountVectorizer]) -> None:
    for use in (
        lambda: make().transform(["a"]),
        lambda: make().get_feature_names_out(),
        lambda: make().inverse_transform(np.ones((1, 1))),
        lambda: check_is_fitted(make()),
    ):
        with pytest.raises(NotFittedError):
            use()
    assert not hasattr(make(), "vocabulary_")
    with pytest.raises(NotFittedError):
        TfidfVectorizer().idf_  # noqa: B018


@pytest.mark.parametrize("make", [CountVectorizer, TfidfVectorizer])
def test_parameters_are_complete(make: type[CountVectorizer]) -> None:
    peer = peers.TfidfVectorizer if make is TfidfVectorizer else peers.CountVectorizer
    assert set(peer().get_params()) <= set(make().get_params())
    ours = make(ngram_range=(1, 2), min_df=2, hashing=8, n_jobs=2, stop_words=["a"])
    copy = clone(ours)
    assert copy is not ours
    assert copy.get_params() == ours.get_params()
    assert copy.set_params(min_df=3, analyzer="char").get_params() == {
        **ours.get_params(),
        "min_df": 3,
        "analyzer": "char",
    }
    with pytest.raises(TypeError):
        make(ngrams=(1, 2))
    with pytest.raises(ValueError, match="Invalid parameter 'ngrams'"):
        make().set_params(ngrams=(1, 2))


def test_defaults_are_those_of_scikit_learn_where_they_mean_the_same() -> None:
    different = {"tokenizer", "token_pattern"}
    for make, peer in ((CountVectorizer, peers.CountVectorizer), (TfidfVectorizer, peers.TfidfVectorizer)):
        theirs = {name: value for name, value in peer().get_params().items() if name not in different}
        ours = make().get_params()
        assert {name: ours[name] for name in theirs} == theirs


@pytest.mark.parametrize("make", [CountVectorizer, TfidfVectorizer])
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"ngram_range": (1, 2)},
        {"hashing": 8},
        {"vocabulary": ["free", "the"]},
        {"analyzer": "char_wb"},
        {"stem": "english"},
        {"tokenizer": "nltk:tweet"},
        {"tokenizer": str.split},
        {"strip_accents": peers.strip_accents_unicode},
        {"analyzer": str.split},
    ],
)
def test_pickling(make: type[CountVectorizer], params: dict[str, Any]) -> None:
    ours = make(**params)
    expected = ours.fit_transform(DOCUMENTS)
    copy = pickle.loads(pickle.dumps(ours))
    assert_same(copy.transform(DOCUMENTS), expected)
    if "hashing" not in params:
        assert copy.vocabulary_ == ours.vocabulary_
    assert_same(clone(copy).fit_transform(DOCUMENTS), expected)


def test_refitting_forgets() -> None:
    ours = CountVectorizer().fit(["a b"])
    assert ours.fit(["c"]).get_feature_names_out().tolist() == ["c"]
    assert ours.transform(["a c"]).toarray().tolist() == [[1]]


def test_a_pipeline_and_a_grid_search() -> None:
    texts = ["free entry win", "win a free prize", "meeting at noon", "the meeting is off"] * 6
    labels = np.array(["spam", "spam", "ham", "ham"] * 6)
    pipeline = make_pipeline(TfidfVectorizer(n_jobs=1), LogisticRegression())
    assert pipeline.fit(texts, labels).predict(["win free", "meeting"]).tolist() == ["spam", "ham"]
    assert pipeline[:-1].get_feature_names_out().tolist() == sorted({w for t in texts for w in t.split()})
    grid = {"tfidfvectorizer__ngram_range": [(1, 1), (1, 2)], "tfidfvectorizer__min_df": [1, 2]}
    search = GridSearchCV(pipeline, grid, cv=3, n_jobs=2).fit(texts, labels)
    assert search.best_score_ == 1.0
    assert search.predict(["free"]).tolist() == ["spam"]


def test_pandas_output_of_other_transformers_does_no_harm() -> None:
    with sklearn.config_context(transform_output="pandas"):
        assert_same(CountVectorizer().fit_transform(DOCUMENTS), CountVectorizer().fit(DOCUMENTS).transform(DOCUMENTS))


def test_stateless_vectorizers_need_no_fitting() -> None:
    hashed = CountVectorizer(hashing=16)
    assert_same(hashed.transform(UNSEEN), CountVectorizer(hashing=16).fit(DOCUMENTS).transform(UNSEEN))
    fixed = CountVectorizer(vocabulary=["free"])
    assert fixed.transform(["free free"]).toarray().tolist() == [[2]]


# What is refused


@pytest.mark.parametrize(
    ("params", "documents", "message"),
    [
        ({}, [""], "empty vocabulary; perhaps the documents only contain stop words"),
        ({"min_df": 2}, [""], "empty vocabulary; perhaps the documents only contain stop words"),
        ({}, [], "empty vocabulary; perhaps the documents only contain stop words"),
        ({}, ["", " \n"], "empty vocabulary"),
        ({"tokenizer": "sklearn"}, ["a b c"], "empty vocabulary"),
        ({"stop_words": ["a"]}, ["a a"], "empty vocabulary"),
        ({"ngram_range": (3, 3)}, ["a b"], "empty vocabulary"),
        ({"analyzer": "char"}, [""], "empty vocabulary"),
        ({"analyzer": "char_wb", "ngram_range": (3, 5)}, [" "], "empty vocabulary"),
        ({"min_df": 2}, ["a", "b"], r"After pruning, no terms remain\. Try a lower min_df or a higher max_df.*2 doc"),
        ({"max_df": 0.5}, ["a", "a"], "After pruning, no terms remain"),
        ({"min_df": 3, "max_df": 2}, ["a", "a"], "max_df corresponds to < documents than min_df.*max_df=2 is 2 of 2"),
        ({"min_df": 0.9, "max_df": 0.1}, ["a", "b"], "max_df corresponds to < documents than min_df"),
    ],
)
def test_nothing_is_left(params: dict[str, Any], documents: list[str], message: str) -> None:
    with pytest.raises((DataError, InvalidParameterError), match=message):
        CountVectorizer(**params).fit(documents)
    with pytest.raises((DataError, InvalidParameterError), match=message):
        TfidfVectorizer(**params).fit_transform(documents)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"min_df": -1}, "min_df is -1; a number of documents"),
        ({"min_df": 1.5}, r"min_df is 1\.5; .* a share of them \(float from 0\.0 to 1\.0\)"),
        ({"min_df": "2"}, "min_df is '2'"),
        ({"min_df": True}, "min_df is True"),
        ({"min_df": None}, "min_df is None"),
        ({"min_df": float("nan")}, "min_df is nan"),
        ({"max_df": 0}, "max_df is 0"),
        ({"max_df": -0.1}, r"max_df is -0\.1"),
        ({"max_features": 0}, "max_features is 0; a whole number from 1 on, or None"),
        ({"max_features": 2.0}, r"max_features is 2\.0"),
        ({"max_features": True}, "max_features is True"),
        ({"hashing": 1000}, r"hashing is 1000; a power of two up to 2\*\*30"),
        ({"hashing": 0}, "hashing is 0"),
        ({"hashing": -8}, "hashing is -8"),
        ({"hashing": 2**31}, "hashing is 2147483648"),
        ({"hashing": 8.0}, r"hashing is 8\.0"),
        ({"hashing": True}, "hashing is True"),
        ({"hashing": 8, "vocabulary": ["a"]}, "hashing and vocabulary exclude each other"),
        ({"input": "text"}, "input is 'text'; allowed are 'content', 'filename' and 'file'"),
        ({"stop_words": "german"}, "stop_words is 'german'; allowed are 'english', a list"),
        ({"ngram_range": (2, 1)}, r"ngram_range is \(2, 1\); two whole numbers"),
        ({"ngram_range": 2}, "ngram_range is 2; two whole numbers"),
        ({"analyzer": "chars"}, r"no analyzer 'chars'\. Did you mean char"),
        ({"analyzer": 5}, "analyzer is 5"),
        ({"tokenizer": 5}, "tokenizer is 5; it has to be a name or a function"),
        ({"token_pattern": "("}, "not a regular expression"),
        ({"token_pattern": "(a)(b)"}, "has 2 groups; at most one is allowed"),
        ({"strip_accents": "all"}, "strip_accents is 'all'"),
        ({"n_jobs": 0}, "n_jobs is 0"),
        ({"stem": True}, "stem is True"),
        ({"stop_words": 5}, "stop_words is 5"),
        ({"stop_words": ["a", 1]}, "stop_words"),
    ],
)
def test_wrong_parameters(params: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterError, match=message):
        CountVectorizer(**params).fit(["a b"])


def test_an_unknown_tokenizer() -> None:
    with pytest.raises(UnknownNameError, match=r"no tokenizer 'wrd'.*Did you mean word"):
        CountVectorizer(tokenizer="wrd").fit(["a"])


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ("free entry", r"raw_documents is a single str; a list of documents is expected\. Pass \[text\]"),
        (b"free entry", "raw_documents is a single bytes"),
        (["a", None], r"row 1 is missing \(None or NaN\)"),
        (["a", "b", 5], "row 2 is int, not text: 5"),
        ((text for text in ["a"]), "raw_documents is generator, which can be read only once"),
        (None, "raw_documents is NoneType"),
        ([b"a", None], "row 1 is missing"),
    ],
)
def test_what_is_no_text(documents: Any, message: str) -> None:
    fitted = CountVectorizer().fit(["a"])
    for use in (fitted.transform, CountVectorizer().fit, CountVectorizer().fit_transform, TfidfVectorizer().fit):
        with pytest.raises(DataError, match=message):
            use(documents)


def test_tokenized_documents_that_do_not_fit_are_refused() -> None:
    vocabulary = Vocabulary.from_terms(["a", "b"])
    for ids, indptr in (([0, 5_000_000], [0, 2]), ([0, -1], [0, 2]), ([0, 1], [0, 3]), ([0, 1], [0, 2, 1, 2])):
        documents = TokenizedDocuments(np.array(ids, np.int32), np.array(indptr, np.int64), vocabulary)
        with pytest.raises(DataError, match="do not fit their vocabulary"):
            CountVectorizer().fit_transform(documents)


def test_words_without_spaces_of_their_own_stay_inside_their_document() -> None:
    documents = TokenizedDocuments.from_tokens([["a", "b"]] * 200)
    X = CountVectorizer(analyzer="char_wb", ngram_range=(2, 3)).fit_transform(documents)
    assert X.shape == (200, 1)


def test_wrong_handlers_and_types_are_named() -> None:
    with pytest.raises(InvalidParameterError, match="decode_error is 'bogus'"):
        CountVectorizer(decode_error="bogus").fit([b"\xff"])
    for dtype in (object, "U3", np.float16):
        with pytest.raises(InvalidParameterError, match="dtype is"):
            CountVectorizer(dtype=dtype).fit(["a"])


def test_a_pickle_holds_nothing_that_can_be_computed_again() -> None:
    vectorizer = CountVectorizer(ngram_range=(1, 2)).fit(DOCUMENTS)
    before = pickle.dumps(vectorizer)
    vectorizer.transform(UNSEEN)
    assert len(pickle.dumps(vectorizer)) == len(before)
