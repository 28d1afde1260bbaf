"""A fold is a fit from scratch; equal models are tied; chance does not win; the same with any number of jobs."""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import CountVectorizer as PeerVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, brier_score_loss, f1_score, log_loss, roc_auc_score
from sklearn.model_selection import cross_val_score
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

import textgd
from textgd.classifier import TextClassifier
from textgd.corpus import Corpus
from textgd.corpus.duplicates import duplicate_groups
from textgd.errors import DataError, InvalidParameterError, UnknownNameError
from textgd.evaluation.comparing import compare
from textgd.evaluation.comparison import ModelComparison
from textgd.evaluation.folds import draw_folds

WORDS = {"ham": "see you at home lunch ok then tomorrow love", "spam": "win free cash prize now call claim text"}
TIMES = ("fit_seconds", "predict_seconds", "seconds_per_document")


def make_corpus(n: int = 150, share: float = 0.3, classes: tuple[str, ...] = ("ham", "spam"), seed: int = 0) -> Corpus:
    rng = np.random.default_rng(seed)
    shared = ["the", "a", "to", "is", "it", "in", "we", "and", "of", "for"]
    words = dict(zip(classes, [*map(str.split, WORDS.values()), ["film", "plot", "actor", "scene"]], strict=False))
    labels = [classes[i % len(classes)] for i in range(n)]
    texts = [
        " ".join(rng.choice(words[label] if rng.random() < share else shared) for _ in range(rng.integers(4, 12)))
        for label in labels
    ]
    return Corpus(tuple(texts), tuple(labels), "made")


CORPUS = make_corpus()
THREE = make_corpus(classes=("a", "b", "c"))


def folds_of(corpus: Corpus, cv: int, repeat: int = 0) -> list[np.ndarray]:
    codes = np.unique(corpus.labels, return_inverse=True)[1]
    return draw_folds(codes, duplicate_groups(corpus.texts), cv, (0, repeat))


def without_times(comparison: ModelComparison) -> Any:
    data = json.loads(comparison.to_json())
    for model in data["models"]:
        for key in TIMES:
            assert model.pop(key) > 0.0
    return data


def refitted(estimator: TextClassifier, corpus: Corpus, cv: int) -> tuple[np.ndarray, dict[str, list[float]], int]:
    """Return who is right, scikit-learn's scores of each fold, and the file's size, of fits from scratch."""
    texts, labels = np.array(corpus.texts, object), np.array(corpus.labels)
    scores: dict[str, list[float]] = {name: [] for name in ("accuracy", "f1_macro", "roc_auc", "log_loss", "brier")}
    right, sizes = np.zeros(len(texts), bool), []
    for test in folds_of(corpus, cv):
        train = np.setdiff1d(np.arange(len(texts)), test)
        estimator.fit(list(texts[train]), list(labels[train]))
        sizes.append(estimator.file_size())
        prediction = estimator._predict(list(texts[test]))
        named = estimator.classes_[prediction.columns]
        right[test] = named == labels[test]
        scores["accuracy"].append(accuracy_score(labels[test], named))
        scores["f1_macro"].append(f1_score(labels[test], named, average="macro"))
        if len(estimator.classes_) == 2:
            margin = prediction.scores[:, 1] - prediction.scores[:, 0]
            scores["roc_auc"].append(roc_auc_score(labels[test] == estimator.classes_[1], margin))
        if prediction.log_proba is not None:
            proba = np.exp(prediction.log_proba)
            scores["log_loss"].append(log_loss(labels[test], proba, labels=estimator.classes_))
            half = {"scale_by_half": True, "labels": estimator.classes_}
            scores["brier"].append(brier_score_loss(labels[test], proba, **half))
    return right, scores, sizes[0]


@pytest.mark.parametrize("corpus", [CORPUS, THREE], ids=["two", "three"])
@pytest.mark.parametrize(
    ("name", "metric"), [("nb", "accuracy"), ("lm", "f1_macro"), ("svm", "log_loss"), ("nblr", "f1_macro")]
)
def test_a_fold_is_a_fit_from_scratch(name: str, metric: str, corpus: Corpus) -> None:
    comparison = compare([name], corpus, cv=4, metric=metric, random_state=0)
    calibrate = "auto" if metric == "log_loss" else None
    _, scores, size = refitted(TextClassifier(model=name, calibrate=calibrate), corpus, 4)
    (model,) = comparison.models
    is_two = corpus is CORPUS
    expected = {"accuracy", "f1_macro"} | ({"roc_auc", "lam"} if is_two else set())
    expected |= {"log_loss", "brier", "ece"} if calibrate else set()
    assert set(model.metrics) == set(model.fold_scores) == expected
    assert next(iter(model.metrics)) == metric
    for measured in expected & scores.keys():
        np.testing.assert_allclose(model.fold_scores[measured], scores[measured], rtol=1e-9, err_msg=measured)
        assert model.metrics[measured].value == pytest.approx(np.mean(scores[measured]))
    assert model.n_bytes == size


def test_disagreements_are_counted_over_all_documents() -> None:
    comparison = compare(["nb", "svm"], CORPUS, cv=5, random_state=0)
    right = {n: refitted(TextClassifier(model=n, calibrate=None), CORPUS, 5)[0] for n in ("nb", "svm")}
    (pair,) = comparison.pairs
    first, second = right[pair.first], right[pair.second]
    assert (pair.only_first, pair.only_second) == (((first & ~second).sum(),), ((second & ~first).sum(),))
    gains = np.subtract(*(comparison[name].fold_scores["accuracy"] for name in (pair.first, pair.second)))
    assert (pair.wins, pair.ties, pair.losses) == (
        (gains > 1e-9).sum(),
        (abs(gains) < 1e-9).sum(),
        (gains < -1e-9).sum(),
    )
    assert pair.difference.value == pytest.approx(gains.mean())


def test_scores_are_those_of_cross_val_score() -> None:
    texts, labels = list(CORPUS.texts), list(CORPUS.labels)
    folds = folds_of(CORPUS, 5)
    splits = [(np.setdiff1d(np.arange(len(texts)), rows), rows) for rows in folds]
    peer = make_pipeline(PeerVectorizer(ngram_range=(1, 2), binary=True), MultinomialNB())
    models = {"ours": TextClassifier(model="nb", tokenizer="sklearn", calibrate=None), "theirs": peer}
    comparison = compare(models, CORPUS, cv=5, random_state=0)
    expected = cross_val_score(peer, texts, labels, cv=splits)
    np.testing.assert_array_equal(comparison["ours"].fold_scores["accuracy"], expected)
    np.testing.assert_array_equal(comparison["theirs"].fold_scores["accuracy"], expected)
    (pair,) = comparison.pairs
    assert (pair.p_holm, pair.mcnemar_holm, pair.ties) == (1.0, 1.0, 5)
    assert "are tied" in comparison.ranking


def test_own_estimators_give_what_they_have() -> None:
    models = {
        "logistic": LogisticRegression(),
        "svc": LinearSVC(),
        "cnb": make_pipeline(PeerVectorizer(), ComplementNB()),
    }
    comparison = compare(models, CORPUS, cv=3, random_state=0)
    for model in comparison.models:
        assert np.isfinite(model.metrics["roc_auc"].value)
        assert (model.family, model.n_bytes) == (None, None)
    judged = compare(models, CORPUS, cv=3, metric="log_loss", random_state=0)
    assert np.isnan(judged["svc"].metrics["log_loss"].value)
    assert "svc gave no result" in judged.ranking
    assert [(failure.model, failure.n_folds) for failure in judged.failures] == [("svc", 3)]


@pytest.mark.parametrize("metric", ["accuracy", "log_loss"])
def test_the_same_with_any_number_of_jobs(metric: str) -> None:
    one, two = (
        compare(["nb", "svm", "lm"], CORPUS, cv=4, repeats=2, metric=metric, random_state=3, n_jobs=jobs)
        for jobs in (1, 2)
    )
    assert without_times(one) == without_times(two)
    assert len(one.models[0].fold_scores["accuracy"]) == 8
    assert len(one.pairs[0].only_first) == 2
    assert without_times(compare(["nb", "svm", "lm"], CORPUS, cv=4, repeats=2, random_state=4)) != without_times(one)


def test_labels_drawn_at_random_have_no_winner() -> None:
    rng = np.random.default_rng(0)
    winners = 0
    for seed in range(6):
        labels = tuple(rng.permutation(CORPUS.labels).tolist())
        comparison = compare(["nb", "bnb", "svm"], Corpus(CORPUS.texts, labels, "chance"), cv=5, random_state=seed)
        assert comparison.models[0].metrics["accuracy"].low < 0.6
        winners += "are tied: no difference" not in comparison.ranking
    assert winners == 0


def test_a_better_model_is_ahead() -> None:
    class Constant(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
        def fit(self, X: Any, y: Any) -> Any:
            self.classes_ = np.unique(y)
            return self

        def predict(self, X: Any) -> Any:
            return np.repeat(self.classes_[:1], X.shape[0])

    comparison = compare({"nb": "nb", "constant": Constant()}, CORPUS, cv=10, random_state=0)
    assert comparison.ranking.startswith("accuracy: nb is best (")
    assert comparison.ranking.endswith("significantly ahead of constant.")
    (pair,) = comparison.pairs
    assert pair.p_holm < 0.001
    assert pair.mcnemar_holm < 0.001
    assert (pair.wins, pair.losses) == (10, 0)


def test_a_model_that_fails_does_not_stop_the_others() -> None:
    class Failing(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
        def fit(self, X: Any, y: Any) -> Any:
            raise RuntimeError("no luck")

        def predict(self, X: Any) -> Any: ...

    comparison = compare({"nb": "nb", "failing": Failing(), "svm": "svm"}, CORPUS, cv=3, random_state=0)
    assert comparison.ranking.endswith("; failing gave no result.")
    assert comparison.models[-1].name == "failing"
    assert [vars(f) for f in comparison.failures] == [
        {"model": "failing", "n_folds": 3, "reason": "RuntimeError: no luck"}
    ]
    assert json.loads(comparison.to_json())["models"][-1]["metrics"]["accuracy"] == dict.fromkeys(
        ("value", "low", "high")
    )
    with pytest.raises(DataError, match=r"No model gave a result in any fold\. failing: RuntimeError: no luck"):
        compare({"failing": Failing()}, CORPUS, cv=3)


def test_an_official_test_part_is_left_alone() -> None:
    split = tuple("test" if row % 3 == 0 else "train" for row in range(len(CORPUS)))
    official = Corpus(CORPUS.texts, CORPUS.labels, "made", split)
    training = CORPUS.select([row for row in range(len(CORPUS)) if row % 3])
    found, expected = (compare(["nb"], corpus, cv=4, random_state=0) for corpus in (official, training))
    assert found.models[0].fold_scores == expected.models[0].fold_scores
    assert (found.settings["n_left_out"], expected.settings["n_left_out"]) == (50, 0)
    with pytest.raises(DataError, match="documents for test and none for train"):
        compare(["nb"], Corpus(CORPUS.texts, CORPUS.labels, "made", ("test",) * len(CORPUS)))


def test_copies_stay_in_one_fold() -> None:
    doubled = Corpus(CORPUS.texts * 2, tuple(np.random.default_rng(1).permutation(CORPUS.labels * 2).tolist()), "twice")
    # Random labels: with copies in the training part some could be known.
    comparison = compare(["nb"], doubled, cv=5, random_state=0, duplicates="exact")
    assert comparison.settings["n_duplicates"] >= len(CORPUS)
    assert comparison.settings["n_test"] == len(doubled) / 5
    assert comparison.models[0].metrics["accuracy"].low < 0.6


def test_an_interrupt_leaves_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop_after(n: int) -> Any:
        def progress(done: int, of: int) -> None:
            if done >= n:
                raise KeyboardInterrupt

        return progress

    with pytest.warns(UserWarning, match=r"Interrupted: this is what \d of 5 folds say"):
        comparison = compare(["nb"], CORPUS, cv=5, random_state=0, n_jobs=1, progress=stop_after(4))
    done = comparison.settings["folds_done"]
    assert comparison.settings["interrupted"]
    assert 2 <= done < 5
    whole = compare(["nb"], CORPUS, cv=5, random_state=0)
    assert comparison.models[0].fold_scores["accuracy"] == whole.models[0].fold_scores["accuracy"][:done]
    with pytest.raises(KeyboardInterrupt):
        compare(["nb"], CORPUS, cv=5, n_jobs=1, progress=stop_after(1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cv": 1}, "cv is 1; a whole number from 2 on"),
        ({"cv": 2.5}, "cv is 2.5"),
        ({"repeats": 0}, "repeats is 0; a whole number from 1 to 100"),
        ({"metric": "speed"}, "There is no metric 'speed'"),
        ({"random_state": -1}, "random_state is -1"),
        ({"duplicates": "some"}, "There is no method 'some'"),
        ({"models": ["nbb"]}, "There is no model 'nbb'"),
        ({"models": ["nb", "nb"]}, "named twice"),
        ({"models": ["nb", "x.textgd"]}, r"x\.textgd is a saved model, and 'nb' is to be fitted"),
    ],
)
def test_what_is_not_allowed(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterError, match=message):
        compare(**{"models": ["nb"], "corpus": CORPUS, **arguments})


def test_measures_of_two_classes_need_two() -> None:
    with pytest.raises(InvalidParameterError, match="metric is 'roc_auc', which is defined for two classes"):
        compare(["nb"], THREE, metric="auc")
    with pytest.raises(DataError, match="one class only"):
        compare(["nb"], Corpus(("a b", "c d"), ("x", "x"), "one"), cv=2)
    with pytest.raises(UnknownNameError):
        compare(["nb"], "no-such-corpus-" + os.urandom(2).hex())


def test_it_is_a_public_name() -> None:
    assert textgd.compare is compare
    comparison = textgd.compare(["nb"], CORPUS, cv=2, random_state=0)
    assert repr(comparison) == "ModelComparison('made', accuracy, nb)"
    assert isinstance(comparison, textgd.ModelComparison)
