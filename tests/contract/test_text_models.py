"""What every text-level model keeps: textgd's own list of checks, over the whole registry.

Documents come in any container and give the same answer; what is no list of documents is refused with advice; what is
learned depends on the data alone; a saved model answers as the fitted one; scikit-learn's tools can drive it.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import check_parameters_default_constructible

import textgd
import textgd.lm.query
import textgd.text.counting
import textgd.text.rows
import textgd.text.scanner
from textgd import TextClassifier
from textgd.errors import DataError, InvalidParameterError, TextgdError, UnknownNameError
from textgd.learning.calibration import CALIBRATIONS
from textgd.metrics import evaluate_predictions
from textgd.models import COUNTS, MODELS, PROBABILITIES, TOKENS
from textgd.parameters import FEATURES, MODEL, PARAMETERS, TEXT
from textgd.text import LogCountRatio

TEXTS = [
    "WIN a free prize now! Text WIN to 80086",
    "free entry: don't miss it, win cash 💰💰",
    "free cash prize, call now",
    "claim your free prize: win win win",
    "see you at lunch, I did not like the naïve film",
    "are you home? the train is late :-(",
    "明日は雨です, see you 你好",
    "lunch at home, then the film",
]
LABELS = ["spam"] * 4 + ["ham"] * 4
NEW = ["a free lunch", "", "win the film 💰", "xylophone", " \n", "see you at home now", "明日 free"]

Make = Callable[..., TextClassifier]

NOT_CALIBRATED = "The probabilities are not calibrated, since there are too few different documents"


@pytest.fixture(params=list(MODELS))
def model(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


# What is about features, or about tokens in their order, is asked of the models that read these: they take the place
# of the fixture's models.
OF_COUNTS = [name for name, model in MODELS.items() if model.reads == COUNTS]
OF_TOKENS = [name for name, model in MODELS.items() if model.reads == TOKENS]
each_of_counts = pytest.mark.parametrize("model", OF_COUNTS)
each_of_tokens = pytest.mark.parametrize("model", OF_TOKENS)


@pytest.fixture
def make(model: str) -> Make:
    return lambda **parameters: TextClassifier(model=model, **parameters)


@pytest.fixture
def fitted(make: Make) -> TextClassifier:
    return make().fit(TEXTS, LABELS)


def assert_same_model(one: TextClassifier, other: TextClassifier) -> None:
    """Check that two classifiers learned the same, as exactly as their family computes.

    Naive Bayes counts, so the order of the documents cannot matter to it; nor to the language models, as long as there
    is too little text for discounts of its own: KenLM's, which theirs are, depend a bit on where the text ends. The
    linear models are solved in float32, where rounding depends on the order; and the best temperature is searched for
    to 8 digits.
    """
    counts = MODELS[one.model].family == "generative"
    scores, expected = (c.text_scorer_.predict(NEW) for c in (one, other))
    assert_allclose(scores.scores, expected.scores, rtol=1e-12 if counts else 1e-4, atol=0 if counts else 1e-5)
    assert (scores.log_proba is None) == (expected.log_proba is None)
    if scores.log_proba is not None and one.calibrate is None:
        tolerance = {"rtol": 1e-12} if counts else {"rtol": 1e-4, "atol": 1e-5}
        assert_allclose(scores.log_proba, expected.log_proba, **tolerance)
    elif scores.log_proba is not None:
        proba, expected_proba = np.exp(scores.log_proba), np.exp(expected.log_proba)
        assert_allclose(proba, expected_proba, rtol=0, atol=1e-6 if counts else 1e-4)


# Containers.

CONTAINERS: dict[str, Callable[[list[str]], Any]] = {
    "list": list,
    "tuple": tuple,
    "object array": lambda texts: np.array(texts, object),
    "text array": np.array,
    "column of an array": lambda texts: np.array(texts, object)[:, None],
    "pandas series": lambda texts: pd.Series(texts, index=range(100, 100 + len(texts))),
    "pandas strings": lambda texts: pd.Series(texts, dtype="string"),
    "pandas frame": lambda texts: pd.DataFrame({"text": texts}),
    "polars series": pl.Series,
    "polars frame": lambda texts: pl.DataFrame({"text": texts}),
    "arrow array": pa.array,
    "arrow chunks": lambda texts: pa.chunked_array([texts[:1], texts[1:]]),
    "arrow table": lambda texts: pa.table({"text": texts}),
    "str of numpy": lambda texts: [np.str_(text) for text in texts],
}


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=list(CONTAINERS))
def test_documents_in_any_container_give_equal_results(
    container: Callable[[list[str]], Any], make: Make, fitted: TextClassifier
) -> None:
    expected = fitted.predict_log_proba(NEW)
    assert_array_equal(make().fit(container(TEXTS), LABELS).predict_log_proba(NEW), expected)
    assert_array_equal(fitted.predict_log_proba(container(NEW)), expected)
    assert_array_equal(fitted.predict(container(NEW)), fitted.predict(NEW))


def lines() -> Iterator[str]:
    yield from TEXTS


REFUSED: dict[str, tuple[Any, list[str]]] = {
    "single str": ("win a prize", ["single str", "[text]"]),
    "bytes": (b"win a prize", ["single bytes"]),
    "generator": (lines(), ["generator", "list(documents)"]),
    "map": (map(str, TEXTS), ["map", "list(documents)"]),
    "None": (None, ["NoneType"]),
    "number": (5, ["int"]),
    "mapping": ({"a": 1}, ["dict"]),
    "set": ({"a", "b"}, ["set", "order"]),
    "None inside": (["a", None, "b"], ["row 1", "missing", "''"]),
    "NaN inside": (["a", "b", float("nan")], ["row 2", "missing"]),
    "number inside": (["a", 5], ["row 1", "int", "5"]),
    "bytes inside": ([["a"], b"b"], ["row 0", "list"]),
    "pandas with NaN": (pd.Series(["a", np.nan], dtype=object), ["row 1", "missing"]),
    "pandas with NA": (pd.Series(["a", pd.NA], dtype="string"), ["row 1", "missing"]),
    "polars with null": (pl.Series(["a", None]), ["row 1", "missing"]),
    "arrow with null": (pa.array(["a", None]), ["row 1", "missing"]),
    "two columns": (pd.DataFrame({"a": ["x"], "b": ["y"]}), ["2 columns", "the column that holds the text"]),
    "two polars columns": (pl.DataFrame({"a": ["x"], "b": ["y"]}), ["2 columns"]),
    "two arrow columns": (pa.table({"a": ["x"], "b": ["y"]}), ["2 columns"]),
    "numbers": (np.zeros((3, 2)), ["2 columns"]),
    "cube": (np.zeros((3, 2, 1)), ["shape (3, 2, 1)"]),
}


@pytest.mark.parametrize(("documents", "pieces"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_no_list_of_documents_is_refused(
    documents: Any, pieces: list[str], make: Make, fitted: TextClassifier
) -> None:
    for call in (fitted.predict, fitted.predict_proba, lambda d: make().fit(d, LABELS)):
        with pytest.raises(DataError) as caught:
            call(documents)
        for piece in ["raw_documents", *pieces]:
            assert piece in str(caught.value)


# Labels.


@pytest.mark.parametrize(
    ("labels", "piece"),
    [
        (LABELS[:-1], "8 documents and 7 labels"),
        ([*LABELS, "ham"], "8 documents and 9 labels"),
        (["spam"] * 8, "All 8 documents have the label 'spam'"),
        ([*LABELS[:-1], None], "row 7 is missing"),
        ([*LABELS[:-1], float("nan")], "row 7 is missing"),
        ([*LABELS[:-1], 1], "mixed types (int, str)"),
        (None, "y is None"),
        ("spamspam", "y is str"),
    ],
    ids=str,
)
def test_labels_that_cannot_be_used_are_refused(labels: Any, piece: str, make: Make) -> None:
    with pytest.raises(DataError) as caught:
        make().fit(TEXTS, labels)
    assert piece in str(caught.value)


@pytest.mark.parametrize(
    ("one", "two"), [("spam", "ham"), (1, 0), (True, False), (2.0, -1.0), ("two words", "tab\tbed"), ("😀", "")]
)
def test_labels_of_any_type_come_out_as_they_went_in(one: Any, two: Any, make: Make, fitted: TextClassifier) -> None:
    labels = [one if label == "spam" else two for label in LABELS]
    classifier = make().fit(TEXTS, labels)
    assert classifier.classes_.tolist() == sorted([one, two])
    back = {one: "spam", two: "ham"}
    predicted = classifier.predict(TEXTS).tolist()
    assert all(type(label) is type(one) for label in predicted)
    assert [back[label] for label in predicted] == fitted.predict(TEXTS).tolist()
    order = [fitted.classes_.tolist().index(back[label]) for label in classifier.classes_.tolist()]
    assert_array_equal(classifier.predict_proba(NEW), fitted.predict_proba(NEW)[:, order])


# Answers.


def test_shapes_and_the_order_of_columns(fitted: TextClassifier) -> None:
    log_proba = fitted.predict_log_proba(NEW)
    assert fitted.classes_.tolist() == ["ham", "spam"]
    assert log_proba.shape == (len(NEW), 2)
    assert log_proba.dtype == np.float64
    assert_array_equal(fitted.predict_proba(NEW), np.exp(log_proba))
    assert_allclose(fitted.predict_proba(NEW).sum(axis=1), 1.0, rtol=1e-12)
    assert_array_equal(fitted.predict(NEW), fitted.classes_[log_proba.argmax(axis=1)])
    assert fitted.predict(["free prize, win", "lunch and the film"]).tolist() == ["spam", "ham"]
    assert fitted.score(TEXTS, LABELS) == 1.0


def test_one_answer_a_document_alone_or_among_others(fitted: TextClassifier) -> None:
    together = fitted.predict_log_proba(NEW)
    alone = np.vstack([fitted.predict_log_proba([text]) for text in NEW])
    assert_array_equal(alone, together)
    assert_array_equal(fitted.predict_log_proba(NEW[::-1]), together[::-1])


def test_no_documents_give_no_answers(fitted: TextClassifier) -> None:
    assert fitted.predict([]).shape == (0,)
    assert fitted.predict_proba([]).shape == (0, 2)


@each_of_counts
def test_documents_without_a_known_word_all_get_one_answer(make: Make, model: str) -> None:
    """Which is the prior, in models of what is there; in models of what is absent, the prior and the absence."""
    labels = ["ham", *["spam"] * 5, *["ham"] * 2]
    classifier = make().fit(TEXTS, labels)
    proba = classifier.predict_proba(["", " \n\t", "xylophone", "xylophone quux", "\ud800"])
    assert_array_equal(proba, np.tile(proba[0], (5, 1)))
    assert np.isfinite(np.log(proba)).all()
    scorer = classifier.text_scorer_
    nothing = np.zeros((1, scorer.extractor.features.n_columns))
    assert scorer.probabilities is not None
    expected = scorer.probabilities.log_proba(classifier.model_.scorer().scores(nothing))
    assert_allclose(np.log(proba[:1]), expected, rtol=1e-12)


@each_of_counts
def test_without_calibration_they_get_the_models_own_answer(make: Make, model: str) -> None:
    labels = ["ham", *["spam"] * 5, *["ham"] * 2]
    classifier = make(calibrate=None).fit(TEXTS, labels)
    prediction = classifier.text_scorer_.predict(["", "xylophone"])
    nothing = np.zeros((1, classifier.text_scorer_.extractor.features.n_columns))
    estimator = classifier.model_
    assert_array_equal(prediction.scores, np.tile(estimator.scorer().scores(nothing), (2, 1)))
    if PROBABILITIES not in MODELS[model].abilities:
        assert prediction.log_proba is None
        return
    proba = classifier.predict_proba([""])
    assert_allclose(proba, estimator.predict_proba(nothing), rtol=1e-12)
    if model == "nb":
        assert_allclose(proba[0], [3 / 8, 5 / 8], rtol=1e-12)
    if model == "cnb":
        assert_allclose(proba[0], [0.5, 0.5], rtol=1e-12)


@each_of_tokens
def test_to_language_models_every_unknown_word_says_something(make: Make, model: str) -> None:
    """Namely how much of each class's text is words that are met for the first time; and so does where a text ends."""
    labels = ["ham", *["spam"] * 5, *["ham"] * 2]
    classifier = make(calibrate=None).fit(TEXTS, labels)
    # One character each, none of them known.
    texts = ["", "ж", "ж ж" if model == "lm" else "жж", "щ ж" if model == "lm" else "щж", "\ud800 ж"]
    prediction = classifier.text_scorer_.predict(texts)
    proba = classifier.predict_proba(texts)
    assert prediction.n_known_tokens.tolist() == [0, 0, 0, 0, 0 if model == "lm" else 1]
    assert np.isfinite(prediction.log_proba).all()
    # Which unknown word it is does not matter, how many there are does.
    assert_array_equal(proba[2], proba[3])
    assert len(np.unique(proba[:3], axis=0)) == 3
    models = classifier.model_.models_
    background = classifier.model_.background
    for row, n in enumerate((0, 1, 2)):
        own = np.exp([m.token_log_probs(["ж"] * n) for m in models])
        mixed = (1 - background) * own + background * own.mean(axis=0)
        joint = np.log(mixed).sum(axis=1) + np.log([3 / 8, 5 / 8])
        assert_allclose(prediction.scores[row], joint, rtol=1e-9)
    # The same with calibration, and white space is nothing to words.
    calibrated = make().fit(TEXTS, labels)
    proba = calibrated.predict_proba([*texts, "  \n", " щ\t"])
    assert np.isfinite(np.log(proba)).all()
    assert_array_equal(proba[2], proba[3])
    if model == "lm":
        assert_array_equal(proba[-2:], proba[:2])


FEW = ["win cash", "see you", "good film"]


def test_one_document_a_class_is_enough(make: Make) -> None:
    classifier = make(calibrate=None).fit(FEW, ["a", "b", "c"])
    assert classifier.predict(["cash", "you", "film"]).tolist() == ["a", "b", "c"]


def test_what_cannot_be_calibrated_is_told_and_is_the_models_own(make: Make, model: str) -> None:
    texts, labels = [*FEW, *FEW[:2]], ["a", "b", "c", "a", "b"]
    own = make(calibrate=None).fit(texts, labels)
    with pytest.warns(UserWarning, match=NOT_CALIBRATED) as caught:
        classifier = make().fit(texts, labels)
    assert [warning.filename for warning in caught] == [__file__]
    assert classifier.calibration_ is None
    assert_array_equal(classifier.predict(NEW), own.predict(NEW))
    assert hasattr(classifier, "predict_proba") == (PROBABILITIES in MODELS[model].abilities)
    if PROBABILITIES in MODELS[model].abilities:
        assert_array_equal(classifier.predict_log_proba(NEW), own.predict_log_proba(NEW))


def test_more_classes_than_two(make: Make, model: str) -> None:
    texts = [f"word{c} word{c} common" for c in range(12)]
    others = [f"word{c} rare{c} common other" for c in range(12)]
    classifier = make().fit(texts + others, list(range(12)) * 2)
    assert classifier.predict(texts).tolist() == list(range(12))
    proba = classifier.predict_proba(texts)
    assert proba.shape == (12, 12)
    assert_allclose(proba.sum(axis=1), 1.0, rtol=1e-12)
    assert proba.diagonal().min() > proba[~np.eye(12, dtype=bool)].max()
    if PROBABILITIES in MODELS[model].abilities:
        # Two documents a class make calibration cautious; the model's own probabilities are surer.
        proba = make(calibrate=None).fit(texts + others, list(range(12)) * 2).predict_proba(texts)
        assert proba.diagonal().min() > 1.5 * proba[~np.eye(12, dtype=bool)].max()


# Probabilities.


def test_every_model_is_calibrated(fitted: TextClassifier) -> None:
    assert fitted.calibration_ in CALIBRATIONS
    assert fitted.text_scorer_.probabilities is not None


@pytest.mark.parametrize("calibrate", CALIBRATIONS)
def test_the_calibration_that_is_asked_for_is_used(calibrate: str, make: Make) -> None:
    classifier = make(calibrate=calibrate).fit(TEXTS, LABELS)
    assert classifier.calibration_ == calibrate
    kind = {"temperature": "softmax"}.get(calibrate, calibrate)
    assert getattr(classifier.text_scorer_.probabilities, "kind", None) == kind
    # Only what the scores stand for is learned again: they are the same.
    own = make(calibrate=None).fit(TEXTS, LABELS)
    assert_array_equal(classifier.text_scorer_.predict(NEW).scores, own.text_scorer_.predict(NEW).scores)


def test_a_temperature_changes_no_label(make: Make, model: str) -> None:
    texts, y = corpus(300)
    own = make(calibrate=None).fit(texts, y)
    classifier = make(calibrate="temperature").fit(texts, y)
    assert_array_equal(classifier.predict(texts), own.predict(texts))
    assert not np.allclose(classifier.predict_proba(texts), np.eye(3)[classifier.predict(texts)], atol=1e-3)


def test_calibrated_probabilities_are_those_of_documents_not_seen(make: Make, model: str) -> None:
    texts, y = corpus(1200)
    new, truth = texts[600:], y[600:]
    classifier = make().fit(texts[:600], y[:600])
    proba = classifier.predict_proba(new)
    loss = log_loss(truth, proba)
    evaluation = evaluate_predictions(truth, classifier.predict(new), classifier.classes_, proba)
    assert loss == pytest.approx(evaluation["log_loss"].value, rel=1e-9)
    assert loss < 0.5 * np.log(3)
    # 0.03 is what 600 documents in 15 bins get by chance where the probabilities are right.
    assert evaluation["ece"].value < 0.06
    if PROBABILITIES in MODELS[model].abilities:
        own = log_loss(truth, make(calibrate=None).fit(texts[:600], y[:600]).predict_proba(new))
        # Bernoulli's model is the one that is much too sure here; the others lose little by it.
        assert loss < (0.6 * own if model == "bnb" else own + 0.04)


def test_without_calibration_there_may_be_no_probabilities(make: Make, model: str) -> None:
    for classifier in (make(calibrate=None), make(calibrate=None).fit(TEXTS, LABELS)):
        for name in ("predict_proba", "predict_log_proba"):
            assert hasattr(classifier, name) == (PROBABILITIES in MODELS[model].abilities)
            if PROBABILITIES not in MODELS[model].abilities:
                with pytest.raises(AttributeError) as caught:
                    getattr(classifier, name)
                assert "calibrate='auto'" in str(caught.value.__cause__)
    assert classifier.predict(["free prize, win", "lunch and the film"]).tolist() == ["spam", "ham"]


def test_other_class_priors_follow_bayes_rule(make: Make) -> None:
    labels = ["ham", *["spam"] * 5, *["ham"] * 2]
    learned = make().fit(TEXTS, labels).predict_proba(NEW)
    for prior in ({"ham": 0.9, "spam": 0.1}, [0.9, 0.1]):
        odds = learned * [0.9, 0.1] / np.array([3 / 8, 5 / 8])
        got = make(class_prior=prior).fit(TEXTS, labels).predict_proba(NEW)
        assert_allclose(got, odds / odds.sum(axis=1, keepdims=True), rtol=1e-9)
    with pytest.raises(InvalidParameterError, match=r"class_prior .*lacks the class 'spam'"):
        make(class_prior={"ham": 1.0}).fit(TEXTS, labels)


# Learning.


def test_not_fitted_is_said(make: Make, tmp_path: Path) -> None:
    classifier = make()
    for call in (classifier.predict, classifier.predict_proba, classifier.predict_log_proba):
        with pytest.raises(NotFittedError):
            call(TEXTS)
    with pytest.raises(NotFittedError):
        classifier.save(tmp_path / "m")
    assert list(tmp_path.iterdir()) == []
    assert not any(name.endswith("_") and not name.startswith("_") for name in vars(classifier))


def test_fit_returns_the_classifier_and_leaves_its_parameters(make: Make, model: str) -> None:
    given: dict[str, Any] = {"ngram_range": (1, 1)} if model in OF_COUNTS else {"order": 2, "prune": [0, 0]}
    classifier = make(**given)
    before = classifier.get_params()
    assert classifier.fit(TEXTS, LABELS) is classifier
    assert classifier.get_params() == before


def test_fitting_twice_is_fitting_once(make: Make, fitted: TextClassifier) -> None:
    expected = fitted.predict_log_proba(NEW)
    classifier = make()
    with pytest.warns(UserWarning, match=NOT_CALIBRATED):
        classifier.fit(["quite other texts", "in another order", "and more"], [3, 1, 2])
    assert_array_equal(classifier.fit(TEXTS, LABELS).predict_log_proba(NEW), expected)
    assert_array_equal(classifier.fit(TEXTS, LABELS).predict_log_proba(NEW), expected)
    assert classifier.classes_.tolist() == ["ham", "spam"]


@pytest.mark.parametrize("calibrate", ["auto", *CALIBRATIONS, None])
def test_the_order_of_the_documents_does_not_matter(calibrate: str | None, make: Make) -> None:
    order = np.random.default_rng(0).permutation(len(TEXTS))
    classifier = make(calibrate=calibrate).fit([TEXTS[i] for i in order], [LABELS[i] for i in order])
    assert_same_model(classifier, make(calibrate=calibrate).fit(TEXTS, LABELS))


@pytest.mark.parametrize("calibrate", ["auto", *CALIBRATIONS, None])
def test_a_weight_counts_as_so_many_copies(calibrate: str | None, make: Make) -> None:
    # Not by tf-idf: document frequencies are those of the documents, as in scikit-learn's pipelines.
    weights = [1, 2, 3, 1, 2, 1, 1, 3]
    copies = make(calibrate=calibrate, tfidf=False).fit(np.repeat(TEXTS, weights), np.repeat(LABELS, weights))
    weighted = make(calibrate=calibrate, tfidf=False).fit(TEXTS, LABELS, sample_weight=weights)
    assert_same_model(weighted, copies)
    plain = make(calibrate=calibrate, tfidf=False).fit(TEXTS, LABELS)
    scores = [c.text_scorer_.predict(NEW).scores for c in (weighted, plain)]
    assert not np.allclose(*scores, rtol=1e-3)
    with pytest.raises(ValueError, match="sample_weight"):
        make().fit(TEXTS, LABELS, sample_weight=[1.0])


@pytest.mark.parametrize("calibrate", ["auto", None])
def test_a_document_of_weight_zero_is_not_learned_from(calibrate: str | None, make: Make) -> None:
    # Its words are in the vocabulary all the same, so they are those of other documents here.
    texts, labels = [*TEXTS, "claim your free prize", "see you at lunch"], [*LABELS, "ham", "spam"]
    weighted = make(calibrate=calibrate, tfidf=False).fit(texts, labels, sample_weight=[1] * 8 + [0] * 2)
    assert_same_model(weighted, make(calibrate=calibrate, tfidf=False).fit(TEXTS, LABELS))
    counted = make(calibrate=calibrate, tfidf=False).fit(texts, labels)
    scores = [c.text_scorer_.predict(NEW).scores for c in (weighted, counted)]
    assert not np.allclose(*scores, rtol=1e-3)


def test_a_class_whose_documents_all_weigh_nothing_is_not_there(make: Make) -> None:
    classifier = make().fit([*TEXTS, "quite another"], [*LABELS, "eggs"], sample_weight=[1] * 8 + [0])
    assert classifier.classes_.tolist() == ["ham", "spam"]
    assert_same_model(classifier, make().fit(TEXTS, LABELS))


def test_the_input_is_not_changed(make: Make) -> None:
    texts, labels = list(TEXTS), list(LABELS)
    array, frame = np.array(TEXTS, object), pd.DataFrame({"text": TEXTS})
    make().fit(texts, labels).predict(texts)
    make().fit(array, np.array(labels)).predict(array)
    make().fit(frame, pd.Series(labels)).predict(frame)
    assert (texts, labels, array.tolist(), frame["text"].tolist()) == (TEXTS, LABELS, TEXTS, TEXTS)


@each_of_tokens
def test_a_document_is_learned_from_whole_or_not_at_all(make: Make, model: str) -> None:
    """Part of a document is nothing that a language model could count; the other models weigh."""
    weights = [1.0, 1.0, 2.0, 0.5, 1.0, 1.0, 0.0, 1.0]
    for calibrate in ("auto", None):
        with pytest.raises(InvalidParameterError, match=r"sample_weight .* whole numbers .* counts whole doc.* 0\.5"):
            make(calibrate=calibrate).fit(TEXTS, LABELS, sample_weight=weights)
    for whole in ([1, 0, 2, 1, 1, 1, 1, 3], np.array([1, 0, 2, 1, 1, 1, 1, 3], np.float32)):
        make().fit(TEXTS, LABELS, sample_weight=whole)


def corpus(n: int) -> tuple[list[str], NDArray[np.int64]]:
    rng = np.random.default_rng(4)
    words = np.array([f"w{i}é" if i % 7 else f"w{i}😀" for i in range(400)])
    y = rng.integers(0, 3, n)
    return [" ".join(words[rng.integers(0, 150, rng.integers(0, 40)) + 100 * c]) for c in y], y


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        *((model, {}) for model in MODELS),
        *(
            (model, parameters)
            for model in OF_COUNTS
            for parameters in ({"tfidf": True, "min_df": 3}, {"analyzer": "char_wb"}, {"hashing": 512})
        ),
        *(
            (model, parameters)
            for model in OF_TOKENS
            for parameters in ({"order": 2, "smoothing": "jelinek-mercer"}, {"prune": (0, 0, 1)}, {"background": 0.0})
        ),
    ],
    ids=str,
)
def test_the_number_of_threads_does_not_matter(
    parameters: dict[str, Any], make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Shares so small that there is work for all threads.
    monkeypatch.setattr(textgd.text.scanner, "_SHARD_CHARACTERS", (5_000, 1 << 24))
    monkeypatch.setattr(textgd.text.counting, "_SHARD_TOKENS", 2_000)
    monkeypatch.setattr(textgd.text.rows, "_BLOCK", 1_000)
    monkeypatch.setattr(textgd.lm.query, "_SHARD", 3_000)
    texts, y = corpus(800)
    expected = None
    for n_jobs in (1, 3, None):
        scores = make(n_jobs=n_jobs, **parameters).fit(texts, y).predict_log_proba(texts)
        expected = scores if expected is None else expected
        assert_array_equal(scores, expected)


# Saved, pickled, copied.


def test_a_saved_model_answers_as_the_fitted_one(fitted: TextClassifier, tmp_path: Path) -> None:
    fitted.save(tmp_path / "m")
    loaded = textgd.load(tmp_path / "m")
    assert_array_equal(loaded.predict_log_proba(NEW), fitted.predict_log_proba(NEW))
    assert_array_equal(loaded.predict(NEW), fitted.predict(NEW))
    assert_array_equal(loaded.classes_, fitted.classes_)
    assert loaded.get_params() == fitted.get_params()
    loaded.save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "m").read_bytes()


@pytest.mark.parametrize("prior", [None, [0.25, 0.75]], ids=["learned prior", "other prior"])
@pytest.mark.parametrize("calibrate", ["auto", *CALIBRATIONS, None])
def test_a_saved_model_keeps_what_its_scores_stand_for(
    calibrate: str | None, prior: Any, make: Make, model: str, tmp_path: Path
) -> None:
    has_none = calibrate is None and PROBABILITIES not in MODELS[model].abilities
    classifier = make(calibrate=calibrate, class_prior=prior)
    if has_none and prior is not None:
        with pytest.raises(InvalidParameterError, match=r"class_prior needs probabilities.*calibrate='auto'"):
            classifier.fit(TEXTS, LABELS)
        return
    classifier.fit(TEXTS, LABELS).save(tmp_path / "m")
    loaded = textgd.load(tmp_path / "m")
    expected, got = (c.text_scorer_.predict(NEW) for c in (classifier, loaded))
    assert_array_equal(got.scores, expected.scores)
    assert loaded.text_scorer_.probabilities == classifier.text_scorer_.probabilities
    assert loaded.get_params() == {**classifier.get_params(), "class_prior": prior and tuple(prior)}
    if has_none:
        assert got.log_proba is None
        assert not hasattr(loaded, "predict_proba")
    else:
        assert_allclose(loaded.predict_proba(NEW), classifier.predict_proba(NEW), rtol=0, atol=1e-12)
        assert_array_equal(got.log_proba, expected.log_proba)


@pytest.mark.parametrize("copied", [lambda c: pickle.loads(pickle.dumps(c)), copy.deepcopy], ids=["pickle", "deepcopy"])
def test_copies_answer_alike(copied: Callable[[Any], Any], fitted: TextClassifier, tmp_path: Path) -> None:
    expected = fitted.predict_log_proba(NEW)
    assert_array_equal(copied(fitted).predict_log_proba(NEW), expected)
    fitted.save(tmp_path / "m")
    assert_array_equal(copied(textgd.load(tmp_path / "m")).predict_log_proba(NEW), expected)


def test_a_clone_is_not_fitted(fitted: TextClassifier) -> None:
    assert clone(fitted).get_params() == fitted.get_params()
    with pytest.raises(NotFittedError):
        clone(fitted).predict(NEW)


# Among scikit-learn's tools.


def test_it_is_a_classifier_by_scikit_learns_rules(make: Make) -> None:
    check_parameters_default_constructible("TextClassifier", make())
    assert is_classifier(make())
    assert repr(make()).startswith("TextClassifier(")
    tags = get_tags(make())
    assert tags.input_tags.string
    assert not tags.input_tags.two_d_array
    assert tags.target_tags.required


def test_cross_validation(make: Make) -> None:
    scores = cross_val_score(make(), TEXTS, LABELS, cv=StratifiedKFold(4))
    assert scores.shape == (4,)
    assert scores.mean() >= 0.75
    frame = pd.Series(TEXTS, index=range(50, 58))
    assert_array_equal(cross_val_score(make(), frame, pd.Series(LABELS), cv=StratifiedKFold(4)), scores)


def test_cross_validation_in_two_processes(make: Make) -> None:
    settings: dict[str, Any] = {
        "cv": StratifiedKFold(4),
        "scoring": ["accuracy", "neg_log_loss"],
        "return_estimator": True,
    }
    together = cross_validate(make(), TEXTS, LABELS, n_jobs=2, **settings)
    alone = cross_validate(make(), TEXTS, LABELS, **settings)
    assert_array_equal(together["test_accuracy"], alone["test_accuracy"])
    # joblib gives its processes another number of BLAS threads, and these another order of summation.
    assert_allclose(together["test_neg_log_loss"], alone["test_neg_log_loss"], rtol=1e-5)
    for one, other in zip(together["estimator"], alone["estimator"], strict=True):
        assert_allclose(one.predict_proba(NEW), other.predict_proba(NEW), rtol=0, atol=1e-6)


def test_weights_are_routed(make: Make, model: str) -> None:
    weights = np.array([1.0, 5.0, 0.5, 2.0, 1.0, 3.0, 0.5, 1.0])
    if model in OF_TOKENS:  # which count whole documents
        weights = 2 * weights
    folds = StratifiedKFold(2)
    with config_context(enable_metadata_routing=True):
        classifier = make().set_fit_request(sample_weight=True).set_score_request(sample_weight=False)
        result = cross_validate(
            classifier, TEXTS, LABELS, cv=folds, params={"sample_weight": weights}, return_estimator=True
        )
    for (rows, _), routed in zip(folds.split(TEXTS, LABELS), result["estimator"], strict=True):
        part = [TEXTS[row] for row in rows], [LABELS[row] for row in rows]
        expected = make().fit(*part, sample_weight=weights[rows]).text_scorer_.predict(NEW)
        assert_array_equal(routed.predict_log_proba(NEW), expected.log_proba)
        plain = make().fit(*part).text_scorer_.predict(NEW)
        assert not np.allclose(expected.scores, plain.scores, rtol=1e-3)


def test_in_a_column_transformer(make: Make, fitted: TextClassifier) -> None:
    frame = pd.DataFrame({"number": range(8), "text": TEXTS})
    new = pd.DataFrame({"number": range(len(NEW)), "text": NEW})
    for output in ("default", "pandas", "polars"):
        picked = ColumnTransformer([("text", "passthrough", ["text"])]).set_output(transform=output)
        pipeline = make_pipeline(picked, make()).fit(frame, LABELS)
        assert_array_equal(pipeline.predict_proba(new), fitted.predict_proba(NEW))


@each_of_counts
def test_parts_of_it_among_other_columns(make: Make, model: str) -> None:
    frame = pd.DataFrame({"number": [9, 8, 9, 8, 0, 1, 0, 1], "text": TEXTS})
    columns = ColumnTransformer([("text", make().build_vectorizer(), "text"), ("n", "passthrough", ["number"])])
    pipeline = make_pipeline(columns, make().build_model()).fit(frame, LABELS)
    assert pipeline.predict(frame).tolist() == LABELS
    names = columns.get_feature_names_out()
    assert (names[0].startswith("text__"), names[-1]) == (True, "n__number")
    assert pipeline[-1].coef_.shape == (1, len(names))
    # Where the text says nothing, the other column decides; to Bernoulli's model it is there or not.
    unknown = pd.DataFrame({"number": [9, 0], "text": ["", ""]})
    scores = pipeline[-1].scorer().scores(columns.transform(unknown))
    difference = np.diff(scores[:, 1] - scores[:, 0])[0]
    weight = pipeline[-1].coef_[0, -1]
    assert weight > 0
    assert difference == pytest.approx(-weight * (1 if model == "bnb" else 9), rel=1e-5)


@each_of_counts
def test_ratios_of_counts_before_any_model(make: Make, model: str) -> None:
    vectorizer = make(tfidf=False).build_vectorizer()
    pipeline = make_pipeline(vectorizer, LogCountRatio()).fit(TEXTS, LABELS)
    names = pipeline.get_feature_names_out()
    assert_array_equal(names, vectorizer.get_feature_names_out())
    X = pipeline.transform(["win a xylophone"])
    ratio = dict(zip(names, pipeline[-1].log_count_ratio_[0], strict=True))
    expected = {name: ratio[name] for name in ("win", "a", "win a") if name in ratio}
    assert {names[i]: value for i, value in zip(X.indices, X.data, strict=True)} == pytest.approx(expected)
    # scikit-learn's frames hold no sparse columns, and it says so.
    with pytest.raises(ValueError, match="outputs a scipy sparse matrix"):
        LogCountRatio().set_output(transform="pandas").fit_transform(vectorizer.transform(TEXTS), LABELS)


def test_grid_search_over_costs(make: Make, model: str) -> None:
    if "C" not in MODELS[model].parameters:
        with pytest.raises(InvalidParameterError, match=f"model {model} has no C"):
            GridSearchCV(make(), {"C": [1.0]}, cv=2, error_score="raise").fit(TEXTS, LABELS)
        return
    costs = [1e-4, 1.0]
    texts, y = corpus(24)
    settings: dict[str, Any] = {"cv": StratifiedKFold(2), "scoring": "neg_log_loss"}
    search = GridSearchCV(make(calibrate="sigmoid"), {"C": costs}, n_jobs=2, **settings).fit(texts, y)
    expected = [cross_val_score(make(calibrate="sigmoid", C=C), texts, y, **settings).mean() for C in costs]
    assert_allclose(search.cv_results_["mean_test_score"], expected, rtol=1e-5)
    assert expected[0] != expected[1]
    assert search.best_params_["C"] == costs[int(np.argmax(expected))]
    chosen = make(C="auto").fit(TEXTS, LABELS).model_
    assert chosen.search_.best == chosen.C_
    stated = make(C=chosen.C_).fit(TEXTS, LABELS)
    assert_array_equal(stated.model_.coef_, chosen.coef_)


def test_grid_search_in_two_processes(make: Make, model: str) -> None:
    own = {name: [0.1, 1.0] for name in ("alpha", "C") if name in MODELS[model].parameters}
    grid: dict[str, Any] = {"tokenizer": ["word", "sklearn"]}
    if model in OF_COUNTS:
        grid |= {"ngram_range": [(1, 1), (1, 2)], **dict([*own.items()][:1])}
    else:
        grid |= {"order": [1, 3], "smoothing": ["kneser-ney", "witten-bell"]}
    search = GridSearchCV(make(), grid, cv=2, n_jobs=2).fit(TEXTS, LABELS)
    alone = GridSearchCV(make(), grid, cv=2).fit(TEXTS, LABELS)
    assert_array_equal(search.cv_results_["mean_test_score"], alone.cv_results_["mean_test_score"])
    assert search.best_params_ == alone.best_params_
    assert search.predict(["win a free prize"]).tolist() == ["spam"]


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_calibration_by_scikit_learn(method: str, make: Make) -> None:
    calibrated = CalibratedClassifierCV(make(), method=method, cv=2).fit(TEXTS * 3, LABELS * 3)
    assert calibrated.predict(["win a free prize", "lunch and the film"]).tolist() == ["spam", "ham"]
    assert_allclose(calibrated.predict_proba(NEW).sum(axis=1), 1.0)


def test_in_a_pipeline(make: Make, fitted: TextClassifier) -> None:
    pipeline = make_pipeline(FunctionTransformer(), make()).fit(TEXTS, LABELS)
    assert_array_equal(pipeline.predict_proba(NEW), fitted.predict_proba(NEW))


# Names and parameters.


OF_THE_TEXT: dict[str, Any] = {
    "tokenizer": "whitespace",
    "lowercase": False,
    "punctuation": False,
    "strip_accents": "unicode",
    "mask_numbers": True,
    "mask_urls": True,
    "negation": True,
    "stem": "english",
    "stop_words": "english",
    "n_jobs": 1,
}
OF_THE_FEATURES: dict[str, Any] = {
    "ngram_range": (1, 3),
    "binary": False,
    "tfidf": True,
    "min_df": 2,
    "max_df": 0.9,
    "max_features": 7,
    "hashing": 64,
}


def test_the_parameters_below_are_all() -> None:
    assert {"analyzer", *OF_THE_TEXT} == {p.name for p in PARAMETERS if p.part == TEXT}
    assert set(OF_THE_FEATURES) == {p.name for p in PARAMETERS if p.part == FEATURES}


@each_of_counts
def test_every_parameter_of_the_text_is_taken(make: Make, model: str) -> None:
    for name, value in {"analyzer": "char", **OF_THE_TEXT, **OF_THE_FEATURES}.items():
        classifier = make(**{name: value}).fit(TEXTS, LABELS)
        assert_allclose(classifier.predict_proba(NEW).sum(axis=1), 1.0, rtol=1e-12)
        if name not in ("tfidf", "ngram_range"):
            assert getattr(classifier.vectorizer_, name) == value


@each_of_tokens
def test_language_models_take_every_parameter_of_the_text(make: Make, model: str) -> None:
    for name, value in {"analyzer": MODELS[model].analyzer, **OF_THE_TEXT}.items():
        classifier = make(**{name: value}).fit(TEXTS, LABELS)
        assert_allclose(classifier.predict_proba(NEW).sum(axis=1), 1.0, rtol=1e-12)
        analysis = classifier.vectorizer_.analysis
        assert analysis == classifier.text_scorer_.extractor.analysis
        if name == "n_jobs":
            assert classifier.vectorizer_.n_jobs == classifier.model_.n_jobs == value
        elif name == "analyzer":
            assert analysis.analyzer == value
        elif name == "stop_words":
            assert analysis.tokenizer.stop_words is not None
            assert {"the", "and"} <= set(analysis.tokenizer.stop_words)
        else:
            assert getattr(analysis.tokenizer, {"tokenizer": "name"}.get(name, name)) == value
    # And what it says happens: to words all of it, to characters what comes before they are cut.
    texts, labels = [*TEXTS, "win at https://win.example/now"], [*LABELS, "spam"]
    plain = set(make().fit(texts, labels).text_scorer_.extractor.vocabulary)
    changed = {
        name
        for name, value in OF_THE_TEXT.items()
        if set(make(**{name: value}).fit(texts, labels).text_scorer_.extractor.vocabulary) != plain
    }
    before = {"lowercase", "strip_accents", "mask_urls"}
    assert changed == (before if model == "charlm" else set(OF_THE_TEXT) - {"n_jobs"})


@each_of_tokens
def test_language_models_count_no_features(make: Make, model: str) -> None:
    for name, value in OF_THE_FEATURES.items():
        if value is not False:
            with pytest.raises(InvalidParameterError, match=rf"model {model} has no {name} \(--.*choose a model that"):
                make(**{name: value}).fit(TEXTS, LABELS)
    # Flags that say no ask for nothing.
    expected = make().fit(TEXTS, LABELS).predict_log_proba(NEW)
    assert_array_equal(make(binary=False, tfidf=False).fit(TEXTS, LABELS).predict_log_proba(NEW), expected)


def test_parameters_of_other_models_are_refused(model: str, make: Make) -> None:
    values: dict[str, Any] = {
        "alpha": 0.5,
        "C": 0.5,
        "beta": 0.5,
        "class_weight": "balanced",
        "order": 2,
        "smoothing": "additive",
        "prune": (0, 1),
        "background": 0.25,
    }
    assert set(values) == {p.name for p in PARAMETERS if p.part == MODEL}
    for name in values:
        classifier = make(**{name: values[name]})
        if name in MODELS[model].parameters:
            if name == "alpha" and model in OF_TOKENS:  # what one smoothing of several adds
                classifier.set_params(smoothing="additive")
            classifier.fit(TEXTS, LABELS)
        else:
            with pytest.raises(InvalidParameterError, match=f"model {model} has no {name}"):
                classifier.fit(TEXTS, LABELS)


def test_an_unknown_model_is_answered_with_the_nearest(model: str) -> None:
    with pytest.raises(UnknownNameError, match=rf"no model '{model}x'.*Did you mean .*{model}"):
        TextClassifier(model=f"{model}x").fit(TEXTS, LABELS)


def test_errors_are_both_textgds_and_pythons() -> None:
    assert issubclass(DataError, ValueError)
    assert issubclass(InvalidParameterError, ValueError)
    assert issubclass(UnknownNameError, TextgdError)
