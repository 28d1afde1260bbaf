"""A point of a curve is a fit from scratch, whoever takes part and however many repeats run at a time."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer as PeerVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB, GaussianNB
from sklearn.pipeline import make_pipeline

import textgd
from textgd.classifier import TextClassifier
from textgd.corpus import Corpus
from textgd.corpus.duplicates import duplicate_groups
from textgd.errors import DataError, InvalidParameterError, UnknownNameError
from textgd.evaluation import learning_curve, schedule
from textgd.evaluation.design import Split, draw_split
from textgd.evaluation.learning_curve import learning_curves
from textgd.evaluation.measures import Answers, find_measure
from textgd.models import MODELS

SIZES, REPEATS = [12, 30, 90], 2
WORDS = {"ham": "see you at home lunch ok then tomorrow love", "spam": "win free cash prize now call claim text"}


def make_corpus(n: int = 150, classes: tuple[str, ...] = ("ham", "spam"), seed: int = 0) -> Corpus:
    rng = np.random.default_rng(seed)
    shared = ["the", "a", "to", "is", "it", "in", "we", "and", "of", "for"]
    words = dict(
        zip(classes, (text.split() for text in [*WORDS.values(), "film plot actor scene story"]), strict=False)
    )
    labels = [classes[i % len(classes)] for i in range(n)]
    texts = [
        " ".join(rng.choice(words[label] if rng.random() < 0.3 else shared) for _ in range(rng.integers(4, 12)))
        for label in labels
    ]
    return Corpus(tuple(texts), tuple(labels), "made")


CORPUS = make_corpus()
THREE = make_corpus(classes=("a", "b", "c"))


def split_of(corpus: Corpus, repeat: int) -> Split:
    codes = np.unique(corpus.labels, return_inverse=True)[1]
    return draw_split(codes, duplicate_groups(corpus.texts, "exact"), 0.2, (0, repeat))


def from_scratch(estimator: Any, corpus: Corpus, metric: str) -> np.ndarray:
    """Return the scores of an estimator that is fitted anew on the text of each subset."""
    measure, codes = find_measure(metric), np.unique(corpus.labels, return_inverse=True)[1]
    scores = np.empty((len(SIZES), REPEATS))
    for r in range(REPEATS):
        split = split_of(corpus, r)
        testing, truth = [corpus.texts[row] for row in split.test], codes[split.test]
        for s, size in enumerate(SIZES):
            rows = split.order[:size]
            estimator.fit([corpus.texts[row] for row in rows], [corpus.labels[row] for row in rows])
            prediction = estimator._predict(testing)
            answers = Answers(prediction.columns, prediction.scores, prediction.log_proba)
            scores[s, r] = measure.compute(truth, answers, np.ones((1, len(truth))), len(set(codes)))[0]
    return scores


@pytest.mark.parametrize("corpus", [CORPUS, THREE], ids=["two", "three"])
@pytest.mark.parametrize("name", MODELS)
def test_a_point_is_a_fit_from_scratch(name: str, corpus: Corpus) -> None:
    curves = learning_curves([name], corpus, SIZES, REPEATS, random_state=0)
    expected = from_scratch(TextClassifier(model=name, calibrate=None), corpus, "accuracy")
    np.testing.assert_array_equal(curves.test_scores[name], expected)
    assert not curves.failures


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.filterwarnings("ignore:The probabilities are not calibrated")
def test_probabilities_are_those_of_a_fit_from_scratch(name: str) -> None:
    curves = learning_curves([name], CORPUS, SIZES, REPEATS, metric="log_loss", random_state=0)
    expected = from_scratch(TextClassifier(model=name), CORPUS, "log_loss")
    np.testing.assert_allclose(curves.test_scores[name], expected, rtol=1e-12)


@pytest.mark.parametrize("metric", ["f1_macro", "roc_auc", "lam"])
@pytest.mark.parametrize("name", ["nb", "svm", "lm"])
def test_other_metrics_are_those_of_a_fit_from_scratch(name: str, metric: str) -> None:
    curves = learning_curves([name], CORPUS, SIZES, REPEATS, metric=metric, random_state=0)
    expected = from_scratch(TextClassifier(model=name, calibrate=None), CORPUS, metric)
    np.testing.assert_allclose(curves.test_scores[name], expected, rtol=1e-12)


@pytest.mark.parametrize(
    "parameters",
    [
        {"model": "nb", "binary": False, "alpha": 0.1},
        {"model": "nb", "min_df": 2, "max_df": 0.9},
        {"model": "nb", "max_features": 10},
        {"model": "nb", "hashing": 64},
        {"model": "nb", "tfidf": True},
        {"model": "nb", "calibrate": "temperature", "class_prior": "uniform"},
        {"model": "cnb", "class_prior": None},
        {"model": "bnb", "analyzer": "char_wb"},
        {"model": "lr", "hashing": 64},
        {"model": "lr", "class_weight": "balanced", "negation": True},
        {"model": "nbsvm", "analyzer": "char", "ngram_range": (2, 3)},
        {"model": "nblr", "C": "auto", "stop_words": ["the", "a"]},
        {"model": "lm", "order": 2, "smoothing": "witten-bell", "stop_words": ["the"]},
    ],
    ids=lambda parameters: " ".join(map(str, parameters.values())),
)
def test_parameters_change_nothing_of_that(parameters: dict[str, Any]) -> None:
    estimator = TextClassifier(**{"calibrate": None, **parameters})
    curves = learning_curves([("mine", estimator)], CORPUS, SIZES, REPEATS, random_state=0)
    np.testing.assert_array_equal(curves.test_scores["mine"], from_scratch(estimator, CORPUS, "accuracy"))
    assert curves.models[0].family == MODELS[parameters["model"]].family


def test_models_that_read_alike_and_otherwise_do_not_change_each_other() -> None:
    together = learning_curves(list(MODELS), CORPUS, SIZES, REPEATS, random_state=0)
    for name in MODELS:
        alone = learning_curves([name], CORPUS, SIZES, REPEATS, random_state=0)
        np.testing.assert_array_equal(together.test_scores[name], alone.test_scores[name])


@pytest.mark.parametrize("metric", ["accuracy", "log_loss"])
def test_the_result_does_not_depend_on_the_number_of_threads(metric: str) -> None:
    one, two = (
        learning_curves(
            ["nb", "lm", "lr", "nbsvm"], CORPUS, SIZES, 3, metric=metric, random_state=0, n_jobs=n
        ).to_json()
        for n in (1, 2)
    )
    assert one == two


def test_another_seed_gives_another_result() -> None:
    first, second = (learning_curves(["nb"], CORPUS, SIZES, 3, random_state=seed) for seed in (0, 1))
    assert (first.test_scores["nb"] != second.test_scores["nb"]).any()
    unseeded = learning_curves(["nb"], CORPUS, SIZES, 3)
    again = learning_curves(["nb"], CORPUS, SIZES, 3, random_state=unseeded.settings["seed"])
    assert again.to_json() == unseeded.to_json()


# Estimators of the user's own


class _Majority:
    """Knows nothing of scikit-learn."""

    def fit(self, X: list[str], y: Any) -> None:
        assert isinstance(X, list)
        assert isinstance(X[0], str)
        self.label = max(sorted(set(y)), key=list(y).count)

    def predict(self, X: list[str]) -> list[Any]:
        return [self.label] * len(X)


class _Unfit(_Majority):
    def fit(self, X: list[str], y: Any) -> None:
        if len(X) > 12:
            raise MemoryError("too much text")
        super().fit(X, y)


def test_pipelines_learn_from_raw_documents() -> None:
    pipeline = make_pipeline(PeerVectorizer(), LogisticRegression())
    curves = learning_curves([pipeline, "nb"], CORPUS, SIZES, REPEATS, random_state=0)
    for r in range(REPEATS):
        split = split_of(CORPUS, r)
        texts, labels = (np.array(part, dtype=object) for part in (CORPUS.texts, CORPUS.labels))
        for s, size in enumerate(SIZES):
            rows = split.order[:size]
            score = pipeline.fit(texts[rows], labels[rows]).score(texts[split.test], labels[split.test])
            assert curves.test_scores["Pipeline"][s, r] == score
    assert curves.models[0].family is None


def test_estimators_join_by_the_name_of_their_class() -> None:
    named = learning_curves(["sklearn.naive_bayes:ComplementNB", "nb"], CORPUS, SIZES, REPEATS, random_state=0)
    given = learning_curves([ComplementNB()], CORPUS, SIZES, REPEATS, random_state=0)
    np.testing.assert_array_equal(named.test_scores["ComplementNB"], given.test_scores["ComplementNB"])


@pytest.mark.parametrize("metric", ["accuracy", "log_loss", "roc_auc"])
def test_bare_estimators_learn_from_counts(metric: str) -> None:
    curves = learning_curves({"peer": LogisticRegression()}, CORPUS, SIZES, REPEATS, metric=metric, random_state=0)
    assert not curves.failures
    split = split_of(CORPUS, 0)
    rows = split.order[:90]
    vectorizer = textgd.TextClassifier(model="nb", binary=False).build_vectorizer()
    X = vectorizer.fit_transform([CORPUS.texts[row] for row in rows])
    peer = LogisticRegression().fit(X, [CORPUS.labels[row] for row in rows])
    proba = peer.predict_proba(vectorizer.transform([CORPUS.texts[row] for row in split.test]))
    answers = Answers(proba.argmax(axis=1), proba, np.log(proba))
    truth = np.unique(CORPUS.labels, return_inverse=True)[1][split.test]
    expected = find_measure(metric).compute(truth, answers, np.ones((1, len(truth))), 2)
    np.testing.assert_allclose(curves.test_scores["peer"][2, 0], expected[0], rtol=1e-9)


def test_estimators_that_draw_get_a_seed() -> None:
    forest = RandomForestClassifier(n_estimators=3)
    first, second = (
        learning_curves([forest], CORPUS, SIZES, REPEATS, random_state=0, n_jobs=n).to_json() for n in (1, 2)
    )
    assert first == second


def test_names_do_not_collide() -> None:
    models = [("Majority-1", _Majority()), ("Majority", _Majority()), ("Majority", _Majority())]
    curves = learning_curves(models, CORPUS, SIZES, 1, random_state=0)
    assert [model.name for model in curves.models] == ["Majority-1", "Majority-2", "Majority-3"]


def test_a_model_that_fails_leaves_a_gap_and_its_reason() -> None:
    curves = learning_curves(
        {"unfit": _Unfit(), "dense": GaussianNB(), "nb": "nb"}, CORPUS, SIZES, REPEATS, random_state=0
    )
    assert np.isfinite(curves.test_scores["nb"]).all()
    assert np.isfinite(curves.test_scores["unfit"]).tolist() == [[True] * 2, [False] * 2, [False] * 2]
    failures = {(failure.model, failure.size): failure for failure in curves.failures}
    assert failures["unfit", 30].n_repeats == REPEATS
    assert failures["unfit", 30].reason == "MemoryError: too much text"
    assert "dense" in failures["dense", 12].reason
    assert set(failures) == {("unfit", 30), ("unfit", 90), *(("dense", size) for size in SIZES)}
    assert curves.verdict
    assert textgd.LearningCurves.from_json(curves.to_json()).to_json() == curves.to_json()


def test_a_metric_that_an_estimator_cannot_serve_is_a_gap_too() -> None:
    curves = learning_curves({"plain": _Majority(), "nb": "nb"}, CORPUS, SIZES, REPEATS, metric="auc", random_state=0)
    assert "decision_function or predict_proba" in curves.failures[0].reason


def test_where_nothing_can_be_fitted_the_reason_is_raised() -> None:
    with pytest.raises(DataError, match=r"No model could be fitted.*GaussianNB"):
        learning_curves([GaussianNB()], CORPUS, SIZES, REPEATS, random_state=0)


def test_labels_that_are_no_text_come_back_as_they_are() -> None:
    labels = [int(label == "spam") for label in CORPUS.labels]
    numbers = learning_curves(["nb", DummyClassifier()], (CORPUS.texts, labels), SIZES, REPEATS, random_state=0)
    names = learning_curves(["nb"], CORPUS, SIZES, REPEATS, random_state=0)
    np.testing.assert_array_equal(numbers.test_scores["nb"], names.test_scores["nb"])


# A choice inside the training part


def test_families_take_the_best_of_their_models() -> None:
    members = ["nb", "bnb", "lr", "svm"]
    curves = learning_curves(members, CORPUS, SIZES, REPEATS, random_state=0, families=True)
    single = learning_curves(members, CORPUS, SIZES, REPEATS, random_state=0)
    assert [model.name for model in curves.models] == ["generative", "discriminative"]
    for family, names in (("generative", members[:2]), ("discriminative", members[2:])):
        of_members = np.stack([single.test_scores[name] for name in names])
        assert (curves.test_scores[family] == of_members).any(axis=0).all()
        chosen = next(model for model in curves.models if model.name == family).settings["chosen"]
        assert all(set(counts) <= set(names) and sum(counts.values()) == REPEATS for counts in chosen.values())


def test_what_is_chosen_inside_a_subset_knows_nothing_of_the_test_part() -> None:
    texts = list(CORPUS.texts)
    split = split_of(CORPUS, 0)
    for row in split.test:
        texts[row] += " unheard"
    changed = Corpus(tuple(texts), CORPUS.labels, "changed")
    kwargs: dict[str, Any] = {"random_state": 0, "tune": True, "duplicates": None}
    first, second = (learning_curves(["nb", "lm"], c, SIZES, 1, **kwargs) for c in (CORPUS, changed))
    assert first.models == second.models


@pytest.mark.parametrize("name", MODELS)
def test_tuning_tries_what_the_registry_says(name: str) -> None:
    curves = learning_curves([name], CORPUS, SIZES, REPEATS, random_state=0, tune=True)
    settings = curves.models[0].settings
    assert len(settings["chosen among"]) == len(MODELS[name].tuning) > 1
    assert curves.settings["tuned"]
    assert np.isfinite(curves.test_scores[name]).all()


# The design


def test_an_official_test_part_is_what_all_repeats_test_on() -> None:
    split = ["train"] * 100 + ["dev"] * 20 + ["test"] * 30
    corpus = Corpus(CORPUS.texts, CORPUS.labels, "official", tuple(split))
    curves = learning_curves(["nb", "lr"], corpus, [20, "max"], 3, random_state=0, duplicates=None)
    assert curves.design.is_official
    assert curves.design.n_test == 30
    assert curves.train_sizes.tolist() == [20, 100]
    assert curves.settings["n_left_out"] == 0
    assert len(set(curves.test_scores["nb"][1])) == 1  # all documents, in another order
    fresh = TextClassifier(model="nb", calibrate=None).fit(CORPUS.texts[:100], CORPUS.labels[:100])
    expected = np.mean(fresh.predict(CORPUS.texts[120:]) == np.array(CORPUS.labels[120:]))
    assert curves.test_scores["nb"][1, 0] == expected
    assert (np.diff(curves.errors["nb"][1]) != 0).all()  # its interval is that of the test documents


def test_input_sorted_by_label_is_as_good_as_any() -> None:
    order = np.argsort(CORPUS.labels, kind="stable")
    shuffled = learning_curves(["nb", "lr"], CORPUS, SIZES, 10, random_state=0)
    ordered = learning_curves(["nb", "lr"], CORPUS.select(order.tolist()), SIZES, 10, random_state=0)
    for name in ("nb", "lr"):
        assert not ordered.failures
        np.testing.assert_allclose(ordered.errors[name][:, 0], shuffled.errors[name][:, 0], atol=0.05)


def test_shuffled_labels_teach_nothing() -> None:
    rng = np.random.default_rng(5)
    corpus = make_corpus(400)
    canary = Corpus(corpus.texts, tuple(rng.permutation(corpus.labels).tolist()), "canary")
    curves = learning_curves(["nb", "lm", "lr", "nbsvm"], canary, [20, 80, 320], 15, random_state=0)
    for name in curves.test_scores:
        _, low, high = curves.errors[name][-1]
        assert low < 0.5 < high
    assert {crossover.kind for crossover in curves.crossovers} <= {"undecided"}
    sound = learning_curves(["nb"], corpus, [20, 80, 320], 5, random_state=0)
    assert sound.errors["nb"][-1, 2] < 0.2


def test_copies_never_straddle_a_split() -> None:
    # Labels that only a copy can tell: whoever has seen it knows.
    rng = np.random.default_rng(0)
    texts = [f"w{number}" for number in range(60)]
    labels = rng.choice(["x", "y"], 60).tolist()
    copies = ([*texts, *(text.upper() + "!" for text in texts)], labels * 2)
    kept = learning_curves(["nb"], copies, ["max"], 10, random_state=0)
    let_go = learning_curves(["nb"], copies, ["max"], 10, random_state=0, duplicates=None)
    assert let_go.test_scores["nb"].mean() > 0.8
    assert kept.test_scores["nb"].mean() < 0.6


# What is refused


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"models": []}, InvalidParameterError, "a list of names"),
        ({"models": "nb"}, InvalidParameterError, "a list of names"),
        ({"models": ["nb", "nb"]}, InvalidParameterError, "named twice"),
        ({"models": ["sklearn.naive_bayes:NoNB"]}, InvalidParameterError, "cannot be made.*NoNB"),
        ({"models": ["no_such_module:NB"]}, InvalidParameterError, "cannot be made.*no_such_module"),
        ({"models": ["bayes"]}, UnknownNameError, "bayes"),
        ({"models": [LogisticRegression]}, InvalidParameterError, r"with \(\)"),
        ({"models": [object()]}, InvalidParameterError, "has no fit"),
        ({"models": [TextClassifier(model="nb", ngram_range=(0, 1))]}, InvalidParameterError, "ngram_range"),
        ({"models": [LogisticRegression()], "families": True}, InvalidParameterError, "families"),
        ({"metric": "precision"}, UnknownNameError, "precision"),
        ({"metric": "auc", "corpus": THREE}, InvalidParameterError, "two classes"),
        ({"metric": "lam", "corpus": THREE}, InvalidParameterError, "two classes"),
        ({"repeats": 0}, InvalidParameterError, "repeats"),
        ({"repeats": 10**9}, InvalidParameterError, "repeats.*1000"),
        ({"random_state": -1}, InvalidParameterError, "random_state"),
        ({"test_size": 1.5}, InvalidParameterError, "test_size"),
        ({"budget": 0}, InvalidParameterError, "budget"),
        ({"budget": 1e-9}, InvalidParameterError, "ended before one repeat"),
        ({"duplicates": "fuzzy"}, UnknownNameError, "fuzzy"),
        ({"train_sizes": [30, 20]}, InvalidParameterError, "ascending"),
        ({"train_sizes": [30, 1000]}, InvalidParameterError, "above"),
        ({"train_sizes": [1]}, InvalidParameterError, "each of the 2 classes"),
        ({"corpus": (["a", "b", "c"], ["x", "x", "y"])}, DataError, "'y'"),
        ({"corpus": (["a", "b"], ["x", "x"])}, DataError, "one class"),
    ],
)
def test_what_cannot_be_run_is_refused(kwargs: dict[str, Any], error: type[Exception], message: str) -> None:
    models, corpus = kwargs.pop("models", ["nb"]), kwargs.pop("corpus", CORPUS)
    with pytest.raises(error, match=message):
        learning_curves(models, corpus, kwargs.pop("train_sizes", SIZES), **{"repeats": 2, "random_state": 0, **kwargs})


def test_one_repeat_has_no_interval() -> None:
    curves = learning_curves(["nb", "lr"], CORPUS, SIZES, 1, random_state=0)
    assert np.isnan(curves.errors["nb"][:, 1:]).all()
    assert "one repeat" in curves.verdict


def test_a_budget_ends_the_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each look at the clock is a second later than the last one.
    seconds = itertools.count()
    for module in (schedule, learning_curve):
        monkeypatch.setattr(module, "monotonic", lambda: next(seconds))
    told: list[tuple[int, int]] = []
    curves = learning_curves(
        ["nb"], CORPUS, SIZES, 1000, random_state=0, budget=200, progress=lambda *done: told.append(done)
    )
    assert 1 <= curves.n_repeats < 200
    assert told[0] == (1, 3 * 1000)
    few = learning_curves(["nb"], CORPUS, SIZES, curves.n_repeats, random_state=0)
    np.testing.assert_array_equal(curves.test_scores["nb"], few.test_scores["nb"])


class _Interrupting(_Majority):
    """Interrupts the main thread in the middle of its fifth fit."""

    fits = 0

    def fit(self, X: list[str], y: Any) -> None:
        import _thread

        type(self).fits += 1
        if type(self).fits == 5:
            _thread.interrupt_main()
        super().fit(X, y)


def test_an_interrupt_keeps_what_is_done() -> None:
    _Interrupting.fits = 0
    with pytest.warns(UserWarning, match="Interrupted"):
        curves = learning_curves({"mine": _Interrupting(), "nb": "nb"}, CORPUS, SIZES, 1000, random_state=0, n_jobs=1)
    assert 1 <= curves.n_repeats < 1000
    assert curves.settings["interrupted"]
    assert curves.settings["repeats_asked"] == 1000


def test_an_interrupt_before_any_repeat_is_done_is_one() -> None:
    _Interrupting.fits = 4
    with pytest.raises(KeyboardInterrupt):
        learning_curves({"mine": _Interrupting(), "slow": _Slow()}, CORPUS, SIZES, 5, random_state=0, n_jobs=1)


class _Slow(_Majority):
    def fit(self, X: list[str], y: Any) -> None:
        import time

        time.sleep(0.3)
        super().fit(X, y)
