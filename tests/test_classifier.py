"""The text classifier's own numbers and refusals; what every text-level model keeps is in tests/contract."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer as PeerCountVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer as PeerTfidfVectorizer
from sklearn.linear_model import LogisticRegression as PeerLogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import BernoulliNB, ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC as PeerLinearSVC

import textgd.learning.text_estimator
from textgd import TextClassifier
from textgd.errors import DataError, InvalidParameterError, TextgdError
from textgd.learning.calibration import learn_calibration
from textgd.learning.folds import HeldOut
from textgd.lm import Additive, KneserNey, NgramModel
from textgd.lm.smoothing import SMOOTHINGS
from textgd.models import COUNTS, MODELS, OTHER_PRIOR, TOKENS
from textgd.parameters import PARAMETERS
from textgd.probabilities import Softmax
from textgd.scoring import LanguageScorer
from textgd.validation import check_labels

WORDS = [
    "win",
    "free",
    "prize",
    "cash",
    "now",
    "lunch",
    "home",
    "film",
    "good",
    "bad",
    "not",
    "like",
    "see",
    "you",
    "at",
]
WORDS += ["the", "a", "is", "it", "was", "İstanbul", "naïve"]


def corpus(n: int = 120, seed: int = 0) -> tuple[list[str], list[str]]:
    rng = np.random.default_rng(seed)
    labels = ["ham", "spam", "news"]
    weights = rng.dirichlet(np.full(len(WORDS), 0.4), 3)
    y = rng.integers(0, 3, n)
    texts = [" ".join(rng.choice(WORDS, rng.integers(0, 12), p=weights[c])).capitalize() + "!" for c in y]
    return texts, [labels[c] for c in y]


# Against scikit-learn.


@pytest.mark.parametrize(
    ("parameters", "peer"),
    [
        ({}, make_pipeline(PeerCountVectorizer(binary=True, ngram_range=(1, 2)), MultinomialNB())),
        (
            {"binary": False, "ngram_range": (1, 1), "alpha": 0.1, "min_df": 2, "max_df": 0.5},
            make_pipeline(PeerCountVectorizer(min_df=2, max_df=0.5), MultinomialNB(alpha=0.1)),
        ),
        (
            {"model": "cnb", "tfidf": True, "binary": False},
            make_pipeline(PeerTfidfVectorizer(ngram_range=(1, 2)), ComplementNB()),
        ),
        (
            {"model": "bnb", "max_features": 15, "lowercase": False},
            make_pipeline(
                PeerCountVectorizer(binary=True, ngram_range=(1, 2), max_features=15, lowercase=False), BernoulliNB()
            ),
        ),
        (
            {"analyzer": "char_wb", "class_prior": "uniform", "binary": False},
            make_pipeline(PeerCountVectorizer(analyzer="char_wb", ngram_range=(3, 5)), MultinomialNB(fit_prior=False)),
        ),
        (
            {"stop_words": ["the", "a"], "strip_accents": "unicode", "class_prior": [0.2, 0.3, 0.5]},
            make_pipeline(
                PeerCountVectorizer(binary=True, ngram_range=(1, 2), stop_words=["the", "a"], strip_accents="unicode"),
                MultinomialNB(class_prior=[0.2, 0.3, 0.5]),
            ),
        ),
    ],
    ids=["default", "counts", "cnb", "bnb", "char_wb", "stop words"],
)
def test_probabilities_are_those_of_a_scikit_learn_pipeline(parameters: dict[str, Any], peer: Any) -> None:
    texts, labels = corpus()
    new, _ = corpus(60, seed=1)
    ours = TextClassifier(tokenizer="sklearn", calibrate=None, **parameters).fit(texts, labels)
    peer.fit(texts, labels)
    assert_array_equal(ours.classes_, peer.classes_)
    assert_allclose(ours.predict_proba(new), peer.predict_proba(new), rtol=0, atol=1e-10)
    assert_allclose(ours.predict_log_proba(new), peer.predict_log_proba(new), rtol=1e-10, atol=1e-10)
    assert_array_equal(ours.predict(new), peer.predict(new))


def test_sample_weights_are_those_of_a_scikit_learn_pipeline() -> None:
    texts, labels = corpus()
    weights = np.random.default_rng(0).uniform(0, 2, len(texts))
    peer = make_pipeline(PeerCountVectorizer(binary=True, ngram_range=(1, 2)), MultinomialNB())
    peer.fit(texts, labels, multinomialnb__sample_weight=weights)
    ours = TextClassifier(tokenizer="sklearn", calibrate=None).fit(texts, labels, weights)
    assert_allclose(ours.predict_proba(texts), peer.predict_proba(texts), rtol=0, atol=1e-10)


def tfidf_pipeline(estimator: Any) -> Any:
    return make_pipeline(PeerTfidfVectorizer(binary=True, ngram_range=(1, 2)), OneVsRestClassifier(estimator))


@pytest.mark.parametrize("C", [0.1, 10.0])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_linear_models_are_those_of_a_scikit_learn_pipeline(n_classes: int, C: float) -> None:
    """Of scikit-learn's liblinear, that is, to what float32 allows."""
    texts, labels = corpus()
    kept = [row for row, label in enumerate(labels) if n_classes == 3 or label != "news"]
    texts, labels = [texts[row] for row in kept], [labels[row] for row in kept]
    new, _ = corpus(60, seed=1)
    lr = TextClassifier(model="lr", C=C, tokenizer="sklearn", calibrate=None).fit(texts, labels)
    peer = tfidf_pipeline(PeerLogisticRegression(C=C, solver="liblinear", tol=1e-10, max_iter=10_000))
    peer.fit(texts, labels)
    assert_allclose(lr.predict_proba(new), peer.predict_proba(new), rtol=0, atol=1e-5)
    svm = TextClassifier(model="svm", C=C, tokenizer="sklearn", calibrate=None).fit(texts, labels)
    peer = tfidf_pipeline(PeerLinearSVC(C=C, tol=1e-10, max_iter=100_000, random_state=0)).fit(texts, labels)
    lines = svm.text_scorer_.predict(new).scores
    scores = peer.decision_function(new)
    assert_allclose(lines[:, 1] if n_classes == 2 else lines, scores, rtol=0, atol=1e-4 if C < 1 else 5e-3)
    if n_classes == 2:
        assert_array_equal(lines[:, 0], 0.0)
    sure = np.abs(scores) > 0.01 if n_classes == 2 else np.diff(np.sort(scores))[:, -1] > 0.01
    assert sure.mean() > 0.8
    assert_array_equal(svm.predict(new)[sure], peer.predict(new)[sure])


@pytest.mark.parametrize("model", MODELS)
def test_calibration_is_learned_from_scores_of_documents_held_out(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def learn(method: str, held_out: HeldOut, classes: Any, weights: Any = None) -> Any:
        asked.append((method, held_out, classes, weights))
        return learn_calibration(method, held_out, classes, weights)

    monkeypatch.setattr(textgd.learning.text_estimator, "learn_calibration", learn)
    texts, labels = corpus()
    weights = np.random.default_rng(0).uniform(0.5, 2, len(texts))
    if MODELS[model].reads == TOKENS:  # which count whole documents
        weights = np.ceil(weights)
    _, expected_codes = np.unique(labels, return_inverse=True)
    chosen = set()
    for method in ("auto", "temperature", "sigmoid", "isotonic"):
        classifier = TextClassifier(model=model, calibrate=method).fit(texts, labels, weights)
        wanted, held_out, codes, given = asked.pop()
        assert wanted == method
        assert_array_equal(codes, expected_codes)
        assert_array_equal(given, weights)
        name, expected = learn_calibration(method, held_out, expected_codes, weights)
        assert classifier.calibration_ == name
        assert classifier.text_scorer_.probabilities == expected
        chosen.add(name)
    assert chosen == {"temperature", "sigmoid", "isotonic"}
    assert sorted(np.concatenate(held_out.folds).tolist()) == list(range(len(texts)))
    # A model that has seen a document is surer of it than one that has not.
    seen = classifier.text_scorer_.predict(texts).scores
    gap = [np.take_along_axis(s, codes[:, None], 1).ravel() - s.mean(axis=1) for s in (seen, held_out.scores)]
    assert gap[0].mean() > gap[1].mean()


def test_the_defaults_of_the_models_are_binary_bigrams() -> None:
    texts, labels = corpus()
    implicit = TextClassifier().fit(texts, labels)
    explicit = TextClassifier(model="nb", ngram_range=(1, 2), binary=True, tfidf=False).fit(texts, labels)
    assert_array_equal(implicit.predict_log_proba(texts), explicit.predict_log_proba(texts))
    assert not np.allclose(
        implicit.predict_proba(texts), TextClassifier(ngram_range=(1, 1)).fit(texts, labels).predict_proba(texts)
    )


def test_one_model_in_the_classifier_and_in_its_parts() -> None:
    texts, labels = corpus()
    classifier = TextClassifier(calibrate=None).fit(texts, labels)
    X = classifier.vectorizer_.transform(texts)
    assert_allclose(classifier.model_.predict_log_proba(X), classifier.predict_log_proba(texts), rtol=0, atol=1e-12)
    assert set(classifier.fit_times_) == {"scan", "fit"}
    assert all(seconds > 0 for seconds in classifier.fit_times_.values())


# Language models.


@pytest.mark.parametrize("model", ["lm", "charlm"])
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"order": 1},
        {"order": 2, "smoothing": "witten-bell", "background": 0.0},
        {"smoothing": "additive", "alpha": 0.25},
        {"smoothing": Additive(0.25)},
        {"smoothing": KneserNey((0.25, 0.5, 1.0)), "order": 2},
        {"prune": [0, 1], "background": 0.9},
    ],
    ids=str,
)
def test_language_models_are_one_a_class_and_bayes_rule(model: str, parameters: dict[str, Any]) -> None:
    """Each learned from the tokens of its class alone, all with one vocabulary."""
    texts, labels = corpus()
    new, _ = corpus(30, seed=1)
    classifier = TextClassifier(model=model, calibrate=None, **parameters).fit(texts, labels)

    def cut(text: str) -> list[str]:
        return text.lower().replace("!", " !").split() if model == "lm" else list(text.lower())

    documents = [cut(text) for text in texts]
    vocabulary = sorted({token for document in documents for token in document})
    extractor = classifier.text_scorer_.extractor
    assert list(extractor.vocabulary) == vocabulary
    how = {"order": MODELS[model].defaults["order"], "smoothing": "kneser-ney", "background": 0.5, **parameters}
    if "alpha" in how:
        how["smoothing"] = Additive(how["alpha"])
    tokens, known = extractor.read(texts)
    assert known.tolist() == [len(document) for document in documents]
    found = [[vocabulary[number] for number in tokens[row : row + 1].ids] for row in range(len(texts))]
    assert found == documents
    classes, codes = np.unique(labels, return_inverse=True)
    models = [
        NgramModel.fit(tokens.select(np.flatnonzero(codes == c)), how["order"], how["smoothing"], how.get("prune"))
        for c in range(3)
    ]
    for row, text in enumerate(new):
        own = np.exp([m.token_log_probs(cut(text)) for m in models])
        mixed = (1 - how["background"]) * own + how["background"] * own.mean(axis=0)
        joint = np.log(mixed).sum(axis=1) + np.log(np.bincount(codes) / len(codes))
        assert_allclose(classifier.text_scorer_.predict([text]).scores[0], joint, rtol=1e-9)
        proba = np.exp(joint - joint.max())
        assert_allclose(classifier.predict_proba([text])[0], proba / proba.sum(), rtol=1e-7)
        assert classifier.predict(new)[row] == classes[joint.argmax()]


@pytest.mark.parametrize(("model", "window"), [("lm", 8), ("charlm", 32)])
def test_language_models_can_tell_what_they_have_read(model: str, window: int) -> None:
    texts, labels = corpus()
    scorer = TextClassifier(model=model).fit(texts, labels).text_scorer_
    assert isinstance(scorer.scorer, LanguageScorer)
    copies = scorer.scorer.copies
    assert copies is not None
    assert copies.window == window
    tokens, _ = scorer.extractor.read(texts)
    longest = int(np.diff(tokens.indptr).argmax())
    document = tokens[longest : longest + 1].ids
    assert copies.longest_run(document) == len(document) >= window
    assert copies.longest_run(document[::-1].copy()) == 0


# Class priors.


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("prior", "expected"),
    [
        ("uniform", [1 / 3, 1 / 3, 1 / 3]),
        ({"spam": 0.2, "ham": 0.5, "news": 0.3}, [0.5, 0.3, 0.2]),
        ([0.5, 0.3, 0.2], [0.5, 0.3, 0.2]),
        (pd.Series([0.5, 0.3, 0.2]), [0.5, 0.3, 0.2]),
    ],
    ids=["uniform", "mapping", "list", "series"],
)
def test_class_priors(model: str, prior: Any, expected: list[float]) -> None:
    texts, labels = corpus()
    _, totals = np.unique(labels, return_counts=True)
    learned = TextClassifier(model=model).fit(texts, labels)
    classifier = TextClassifier(model=model, class_prior=prior).fit(texts, labels)
    assert classifier.calibration_ == learned.calibration_
    # Bayes' rule: the frequencies of the training part out, the given prior in.
    odds = learned.predict_proba(texts) / totals * expected
    assert_allclose(classifier.predict_proba(texts), odds / odds.sum(axis=1, keepdims=True), rtol=1e-9)
    assert not np.allclose(classifier.predict_proba(texts), learned.predict_proba(texts), atol=1e-3)


@pytest.mark.parametrize("prior", ["uniform", [0.5, 0.3, 0.2]], ids=str)
@pytest.mark.parametrize("model", [m.name for m in MODELS.values() if OTHER_PRIOR in m.abilities and m.reads == COUNTS])
def test_a_class_prior_is_that_of_a_model_fitted_with_it(model: str, prior: Any) -> None:
    texts, labels = corpus()
    weights = np.random.default_rng(0).uniform(0, 2, len(texts))
    classifier = TextClassifier(model=model, class_prior=prior, calibrate=None).fit(texts, labels, weights)
    X = classifier.vectorizer_.transform(texts)
    expected = classifier.model_.with_class_prior(prior).predict_log_proba(X)
    assert_allclose(classifier.predict_log_proba(texts), expected, rtol=1e-9, atol=1e-12)
    assert not np.allclose(classifier.predict_log_proba(texts), classifier.model_.predict_log_proba(X), atol=1e-3)


@pytest.mark.parametrize("model", [m.name for m in MODELS.values() if m.reads == TOKENS])
def test_a_class_prior_is_that_of_language_models_scored_with_it(model: str) -> None:
    texts, labels = corpus()
    weights = np.random.default_rng(0).integers(0, 3, len(texts))
    classifier = TextClassifier(model=model, class_prior=[0.5, 0.3, 0.2], calibrate=None).fit(texts, labels, weights)
    scorer = replace(classifier.model_.scorer(), log_prior=np.log([0.5, 0.3, 0.2]))
    tokens, _ = classifier.text_scorer_.extractor.read(texts)
    expected = Softmax().log_proba(scorer.scores(tokens))
    assert_allclose(classifier.predict_log_proba(texts), expected, rtol=1e-9, atol=1e-12)
    assert not np.allclose(classifier.predict_log_proba(texts), classifier.model_.predict_log_proba(tokens), atol=1e-3)


def test_a_class_prior_of_zero_needs_no_warning() -> None:
    prior = {"a": 1, "b": 0}
    classifier = TextClassifier(class_prior=prior, calibrate=None).fit(["x y", "z y"], ["a", "b"])
    assert classifier.predict_proba(["z"]).tolist() == [[1.0, 0.0]]
    calibrated = TextClassifier(class_prior=prior).fit(["x y", "x", "z y", "z"], ["a", "a", "b", "b"])
    assert calibrated.predict_proba(["z"]).tolist() == [[1.0, 0.0]]


@pytest.mark.parametrize(
    ("prior", "piece"),
    [
        ("equal", "'uniform'"),
        ({"ham": 1.0}, "lacks the class 'news'"),
        ({"ham": 0.5, "news": 0.3, "spam": 0.1, "eggs": 0.1}, "names no class: 'eggs'"),
        ([0.5, 0.5], "3 classes"),
        ([0.5, 0.5, 0.5], "sum to 1.5"),
    ],
)
def test_wrong_class_priors_are_refused(prior: Any, piece: str) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        TextClassifier(class_prior=prior).fit(*corpus())
    assert "class_prior" in str(caught.value)
    assert piece in str(caught.value)


# Parameters.


def test_parameters_are_the_table_and_nothing_else() -> None:
    classifier = TextClassifier()
    assert classifier.get_params() == {p.name: p.default for p in PARAMETERS}
    with pytest.raises(TypeError, match="ngram_rnge"):
        TextClassifier(ngram_rnge=(1, 2))  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="ngram_rnge"):
        classifier.set_params(ngram_rnge=(1, 2))


def test_parameters_are_set_and_cloned_as_they_are() -> None:
    values = {p.name: object() for p in PARAMETERS}
    classifier = TextClassifier(**values)
    assert classifier.get_params() == values
    for name, value in classifier.get_params().items():
        assert value is values[name]
    assert TextClassifier().set_params(**values).get_params() == values
    real = {"model": "bnb", "ngram_range": (1, 3), "class_prior": {"a": 0.5, "b": 0.5}, "stop_words": ["x"]}
    assert clone(TextClassifier(**real)).get_params() == TextClassifier(**real).get_params()


@pytest.mark.parametrize(
    ("parameters", "pieces"),
    [
        ({"alpha": -1}, ["alpha is -1", "from 1e-10 to 1e+10"]),
        ({"alpha": 0}, ["alpha is 0"]),
        ({"alpha": float("nan")}, ["alpha is nan"]),
        ({"alpha": float("inf")}, ["alpha is inf"]),
        ({"alpha": "1"}, ["alpha is '1'"]),
        ({"alpha": 1e-300}, ["alpha is 1e-300"]),
        ({"alpha": 10**400}, ["alpha is 1000"]),
        ({"model": "svm", "C": 0}, ["C is 0;", "a number above 0, or 'auto', is expected"]),
        ({"model": "lr", "C": -1.0}, ["C is -1.0"]),
        ({"model": "nblr", "C": float("nan")}, ["C is nan"]),
        ({"model": "nbsvm", "C": float("inf")}, ["C is inf"]),
        ({"model": "lr", "C": 10**400}, ["C is 1000"]),
        ({"model": "lr", "C": True}, ["C is True"]),
        ({"model": "svm", "C": "much"}, ["C is 'much'", "'auto'"]),
        ({"model": "lr", "C": None, "class_weight": "equal"}, ["class_weight is 'equal'", "'balanced'"]),
        ({"model": "lr", "class_weight": {"z": 1.0}}, ["class_weight names no class: 'z'", "'x', 'y'"]),
        ({"model": "svm", "class_weight": {"x": 0.0}}, ["class_weight of 'x' is 0.0"]),
        ({"model": "svm", "class_weight": {"x": "2"}}, ["class_weight of 'x' is '2'"]),
        ({"model": "nbsvm", "beta": 1.5}, ["beta is 1.5; a number from 0 to 1, or 'auto', is expected"]),
        ({"model": "nblr", "beta": -0.1}, ["beta is -0.1"]),
        ({"model": "nbsvm", "beta": "half"}, ["beta is 'half'", "'auto'"]),
        ({"model": "nbsvm", "alpha": 0}, ["alpha is 0;"]),
        ({"model": "svm", "alpha": 1}, ["model svm has no alpha (--alpha)", "nb, cnb, bnb, nbsvm, nblr, lm, charlm"]),
        ({"C": 1.0}, ["model nb has no C (--C)", "lr, svm, nbsvm, nblr"]),
        ({"model": "lr", "beta": "auto"}, ["model lr has no beta (--beta)", "nbsvm, nblr"]),
        ({"class_weight": "balanced"}, ["model nb has no class_weight (--class-weight)"]),
        ({"order": 2}, ["model nb has no order (--order)", ": lm, charlm."]),
        ({"model": "lr", "smoothing": "additive"}, ["model lr has no smoothing (--smoothing)", ": lm, charlm."]),
        ({"model": "bnb", "prune": (0, 1)}, ["model bnb has no prune (--prune)", ": lm, charlm."]),
        ({"model": "nblr", "background": 0.0}, ["model nblr has no background (--background)", ": lm, charlm."]),
        ({"model": "lm", "C": 1.0}, ["model lm has no C (--C)", ": lr, svm, nbsvm, nblr."]),
        ({"model": "charlm", "class_weight": "balanced"}, ["model charlm has no class_weight (--class-weight)"]),
        ({"model": "lm", "beta": 0.5}, ["model lm has no beta (--beta)"]),
        ({"model": "lm", "ngram_range": (1, 2)}, ["model lm has no ngram_range (--ngrams)", "(1, 2)", ": nb, cnb"]),
        ({"model": "lm", "binary": True}, ["model lm has no binary (--binary)"]),
        ({"model": "charlm", "tfidf": True}, ["model charlm has no tfidf (--tfidf)"]),
        ({"model": "lm", "min_df": 2}, ["model lm has no min_df (--min-df)"]),
        ({"model": "lm", "hashing": 256}, ["model lm has no hashing (--hashing)"]),
        ({"model": "lm", "order": 0}, ["order is 0; a whole number from 1 to 12 is expected"]),
        ({"model": "lm", "order": 13}, ["order is 13;"]),
        ({"model": "charlm", "order": 2.5}, ["order is 2.5;"]),
        ({"model": "lm", "order": True}, ["order is True;"]),
        ({"model": "lm", "order": "3"}, ["order is '3';"]),
        ({"model": "lm", "smoothing": "kneser"}, ["smoothing is 'kneser'", "Did you mean kneser-ney"]),
        ({"model": "lm", "smoothing": 3}, ["smoothing is 3"]),
        ({"model": "lm", "prune": (1, 2)}, ["prune is (1, 2)", "the first 0"]),
        ({"model": "lm", "prune": (0, 2, 1)}, ["prune is (0, 2, 1)", "do not descend"]),
        ({"model": "lm", "order": 2, "prune": (0, 0, 1)}, ["prune is (0, 0, 1)", "each of the 2 orders"]),
        ({"model": "lm", "prune": ()}, ["prune is ()"]),
        ({"model": "lm", "prune": 1}, ["prune is 1"]),
        ({"model": "lm", "prune": "0,1"}, ["prune is '0,1'"]),
        ({"model": "lm", "prune": (0, 0.5)}, ["prune is (0, 0.5)"]),
        ({"model": "lm", "background": 1.0}, ["background is 1.0; a number from 0 to 0.99 is expected"]),
        ({"model": "lm", "background": -0.5}, ["background is -0.5"]),
        ({"model": "charlm", "background": float("nan")}, ["background is nan"]),
        ({"model": "lm", "background": "half"}, ["background is 'half'"]),
        ({"model": "lm", "alpha": 1.0}, ["alpha is 1.0", "kneser-ney adds nothing", "smoothing='additive'"]),
        ({"model": "lm", "smoothing": "additive", "alpha": 0}, ["alpha is 0;"]),
        ({"model": "lm", "smoothing": "additive", "alpha": float("nan")}, ["alpha is nan;"]),
        ({"model": "lm", "analyzer": "char"}, ["analyzer is 'char'", "model 'charlm'"]),
        ({"model": "lm", "analyzer": "char_wb"}, ["analyzer is 'char_wb'", "as words (model 'lm')"]),
        ({"model": "charlm", "analyzer": "char_wb"}, ["analyzer is 'char_wb'", "leave the analyzer out"]),
        ({"model": "lm", "analyzer": "words"}, ["analyzer 'words'", "Did you mean word"]),
        ({"model": "lm", "tokenizer": "wrd"}, ["tokenizer 'wrd'", "Did you mean word"]),
        ({"model": "lm", "n_jobs": 0}, ["n_jobs is 0"]),
        ({"calibrate": "isotnic"}, ["calibrate is 'isotnic'", "Did you mean isotonic?"]),
        ({"calibrate": True}, ["calibrate is True"]),
        ({"model": "svm", "class_prior": "uniform", "calibrate": None}, ["class_prior needs probabilities"]),
        ({"ngram_range": (2, 1)}, ["ngram_range is (2, 1)"]),
        ({"ngram_range": 2}, ["ngram_range is 2"]),
        ({"min_df": -1}, ["min_df is -1"]),
        ({"min_df": 1.5}, ["min_df is 1.5"]),
        ({"max_df": 0.1, "min_df": 9}, ["max_df", "min_df"]),
        ({"min_df": 100}, ["min_df"]),
        ({"max_features": 0}, ["max_features is 0"]),
        ({"hashing": 1000}, ["hashing is 1000", "power of two"]),
        ({"analyzer": "words"}, ["analyzer 'words'", "Did you mean word"]),
        ({"tokenizer": "wrd"}, ["tokenizer 'wrd'", "Did you mean word"]),
        ({"tokenizer": "pattern:("}, ["'('", "regular expression"]),
        ({"strip_accents": "all"}, ["strip_accents is 'all'"]),
        ({"stem": "klingon"}, ["stem is 'klingon'"]),
        ({"stop_words": "german"}, ["stop_words is 'german'"]),
        ({"n_jobs": 0}, ["n_jobs is 0"]),
        ({"n_jobs": 1.5}, ["n_jobs is 1.5"]),
        ({"model": "nbb"}, ["model 'nbb'", "Did you mean"]),
    ],
    ids=str,
)
def test_parameters_outside_what_is_allowed_are_refused(parameters: dict[str, Any], pieces: list[str]) -> None:
    with pytest.raises(TextgdError) as caught:
        TextClassifier(**parameters).fit(["a b", "c d"], ["x", "y"])
    for piece in pieces:
        assert piece in str(caught.value)


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        ("nb", {"model": "nope"}),
        ("nb", {"alpha": -1}),
        ("nb", {"n_jobs": 0}),
        ("nb", {"ngram_range": (0, 1)}),
        ("lm", {"model": "nope"}),
        ("lm", {"alpha": 1}),
        ("lm", {"n_jobs": 0}),
        ("lm", {"ngram_range": (1, 1)}),
        ("lm", {"order": 0}),
        ("charlm", {"analyzer": "char_wb"}),
    ],
    ids=str,
)
def test_a_refused_fit_leaves_the_fitted_model(model: str, parameters: dict[str, Any]) -> None:
    texts, labels = corpus()
    classifier = TextClassifier(model=model).fit(texts, labels)
    before, own = classifier.predict_log_proba(texts), classifier.get_params()
    with pytest.raises(InvalidParameterError):
        classifier.set_params(**parameters).fit(texts, labels)
    classifier.set_params(**own)
    assert_array_equal(classifier.predict_log_proba(texts), before)


@pytest.mark.parametrize("model", [m.name for m in MODELS.values() if "alpha" in m.parameters])
@pytest.mark.parametrize("alpha", [1e-10, 1e10, np.float32(0.5), 2])
def test_smoothing_at_its_limits_gives_probabilities(model: str, alpha: float) -> None:
    texts, labels = ["a b c", "a d", "e", ""], ["x", "y", "y", "z"]
    ways: list[dict[str, Any]] = [{"binary": True}, {"binary": False}]
    if MODELS[model].reads == TOKENS:
        ways = [{"smoothing": "additive"}, {"smoothing": "additive", "order": 1, "background": 0.0}]
    for way in ways:
        classifier = TextClassifier(model=model, alpha=alpha, calibrate=None, **way).fit(texts, labels)
        proba = classifier.predict_proba([*texts, "a b c d e", "a " * 500, "unknown"])
        assert np.isfinite(classifier.predict_log_proba(["a b c d e " * 50])).all()
        assert_allclose(proba.sum(axis=1), 1.0, rtol=1e-12)


@pytest.mark.parametrize("model", [m.name for m in MODELS.values() if "C" in m.parameters])
@pytest.mark.parametrize("C", [1e-100, 1e-6, 1e6, np.float32(0.5), 2])
def test_costs_at_their_limits_give_probabilities(model: str, C: float) -> None:
    texts, labels = ["a b c", "a d", "e", "b", "c f", "a"], ["x", "y", "y", "z", "z", "x"]
    classifier = TextClassifier(model=model, C=C, calibrate="temperature").fit(texts, labels)
    assert type(classifier.model_.C_) is float
    assert classifier.model_.C_ == C
    proba = classifier.predict_proba([*texts, "a b c d e", "a " * 500, "unknown"])
    assert np.isfinite(classifier.predict_log_proba(["a b c d e " * 50])).all()
    assert_allclose(proba.sum(axis=1), 1.0, rtol=1e-12)


# Labels.


@pytest.mark.parametrize(
    "y",
    [
        ["a", "b", "a"],
        ("a", "b", "a"),
        np.array(["a", "b", "a"]),
        np.array(["a", "b", "a"], object),
        [np.str_("a"), "b", np.str_("a")],
        pd.Series(["a", "b", "a"], index=[7, 7, 9]),
        pd.Series(["a", "b", "a"], dtype="category"),
        pd.Series(["a", "b", "a"], dtype="string"),
        pl.Series(["a", "b", "a"]),
        pl.Series(["a", "b", "a"], dtype=pl.Categorical),
        pa.array(["a", "b", "a"]),
        pa.chunked_array([["a", "b"], ["a"]]),
    ],
    ids=lambda y: f"{type(y).__module__.partition('.')[0]}.{type(y).__name__}",
)
def test_labels_in_any_column(y: Any) -> None:
    labels = check_labels(y, 3)
    assert labels.tolist() == ["a", "b", "a"]
    assert labels.dtype.kind == "U"


@pytest.mark.parametrize(
    ("y", "kind"),
    [
        ([1, 0, 1], "i"),
        (np.array([1, 0, 1], np.int8), "i"),
        (pd.Series([1, 0, 1], dtype="Int64"), "i"),
        (pa.array([1, 0, 1]), "i"),
        ([np.int64(1), 0, 1], "i"),
        ([1.0, -2.0, 1.0], "f"),
        ([True, False, True], "b"),
        (np.array([True, False, True]), "b"),
    ],
)
def test_labels_keep_their_type(y: Any, kind: str) -> None:
    labels = check_labels(y, 3)
    assert labels.dtype.kind == kind
    assert labels.tolist() == np.asarray(y).tolist()


@pytest.mark.parametrize(
    ("y", "pieces"),
    [
        (None, ["y is None"]),
        ("aba", ["y is str", "one label a document"]),
        ({"a": 0, "b": 1, "c": 2}, ["y is dict"]),
        ({"a", "b", "c"}, ["y is set"]),
        (5, ["y is int"]),
        (np.array(5), ["shape ()"]),
        (["a", "b"], ["3 documents and 2 labels"]),
        (["a", "b", "a", "b"], ["3 documents and 4 labels"]),
        (np.array([["a"], ["b"], ["a"]]), ["shape (3, 1)", "the one that holds the labels"]),
        (pd.DataFrame({"y": ["a", "b", "a"]}), ["shape (3, 1)"]),
        (pl.DataFrame({"y": ["a", "b", "a"], "z": 1}), ["shape (3, 2)"]),
        (pa.table({"y": ["a", "b", "a"]}), ["shape (3, 1)"]),
        (["a", None, "b"], ["row 1", "missing"]),
        (["a", "b", float("nan")], ["row 2", "missing"]),
        (pd.Series(["a", pd.NA, "b"], dtype="string"), ["row 1", "missing"]),
        (pd.Series([1, None, 2], dtype="Int64"), ["row 1", "missing"]),
        (pd.Series(pd.to_datetime(["2020-01-01", None, None])), ["row 0", "Timestamp"]),
        (np.array(["2020-01-01", "NaT", "2020-01-02"], "datetime64[D]"), ["row 0", "date"]),
        (pl.Series(["a", None, "b"]), ["row 1", "missing"]),
        (pa.array(["a", "b", None]), ["row 2", "missing"]),
        (["a", 1, "b"], ["mixed types (int, str)"]),
        ([0, True, 1], ["mixed types (bool, int)"]),
        ([0, 1.0, 1], ["mixed types (float, int)"]),
        ([["a"], ["b"], ["a"]], ["row 0", "list"]),
        ([b"a", b"b", b"a"], ["row 0", "bytes"]),
        ([0.5, 1.0, 1.5], ["row 0", "0.5", "whole numbers", "str"]),
        ([1.0, float("inf"), 1.0], ["row 1", "inf"]),
        (["a", "a\0", "b"], ["row 1", "NUL"]),
        ([1j, 2j, 3j], ["row 0", "complex"]),
        ([2**63, 2**63 + 1, 1], [str(2**63 + 1), "64 bits", "str"]),
        ([-(2**70), 1, 2], [str(-(2**70)), "64 bits"]),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, list) else "",
)
def test_labels_that_cannot_be_learned_from(y: Any, pieces: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        check_labels(y, 3)
    for piece in pieces:
        assert piece in str(caught.value)
    with pytest.raises(DataError):
        TextClassifier().fit(["u v", "v w", "w u"], y)


@pytest.mark.parametrize("model", MODELS)
def test_nothing_to_learn_from(model: str) -> None:
    with pytest.raises(DataError, match="no documents"):
        TextClassifier(model=model).fit([], [])
    with pytest.raises(DataError, match=r"All 2 documents have the label 'a'.*at least two are needed"):
        TextClassifier(model=model).fit(["u", "v"], ["a", "a"])
    with pytest.raises(DataError, match="weights are zero for all documents"):
        TextClassifier(model=model).fit(["u", "v"], ["a", "b"], [0, 0])


def test_no_features_to_learn_from() -> None:
    with pytest.raises(DataError, match="empty vocabulary"):
        TextClassifier().fit(["", " \n"], ["a", "b"])
    with pytest.raises(DataError, match="After pruning, no terms remain"):
        TextClassifier(min_df=2, max_df=0.5).fit(["u", "v", "u", "u"], ["a", "b", "a", "a"])


def test_a_class_whose_documents_are_all_empty() -> None:
    classifier = TextClassifier(calibrate=None).fit(["", "", "win", "cash"], ["a", "a", "b", "b"])
    assert_allclose(classifier.predict_proba(["", "yacht"]), 0.5)
    assert np.isfinite(classifier.predict_log_proba(["win", ""])).all()


@pytest.mark.parametrize("model", [m.name for m in MODELS.values() if m.reads == TOKENS])
@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_a_class_whose_documents_are_all_empty_is_one_of_empty_documents(smoothing: str, model: str) -> None:
    """To a language model that a text has no words is as good a sign as any word."""
    texts, labels = ["", "", "win", "cash"], ["a", "a", "b", "b"]
    classifier = TextClassifier(model=model, smoothing=smoothing, calibrate=None).fit(texts, labels)
    assert classifier.predict(texts).tolist() == labels
    assert classifier.predict_proba([""])[0, 0] > 0.5
    assert np.isfinite(classifier.predict_log_proba(["win", "", "yacht", "win cash yacht"])).all()
