"""Saved models on one test file: scores against scikit-learn, intervals, labels that a model does not know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, f1_score, log_loss, roc_auc_score

from textgd.classifier import TextClassifier
from textgd.corpus import Corpus
from textgd.errors import InvalidParameterError, ModelFileError
from textgd.evaluation.comparing import compare
from textgd.metrics import wilson_interval
from textgd.metrics.calibration import calibration_error

WORDS = {"ham": "see you at home lunch ok then tomorrow love", "spam": "win free cash prize now call claim text"}
WORDS |= {"odd": "film plot actor scene story"}


def documents(n: int, seed: int, labels: tuple[Any, ...] = ("ham", "spam"), share: float = 0.3) -> Corpus:
    rng = np.random.default_rng(seed)
    names = dict(zip(labels, WORDS.values(), strict=False))
    drawn = [labels[i] for i in rng.integers(len(labels), size=n)]
    texts = [
        " ".join(
            rng.choice(names[label].split()) if rng.random() < share else rng.choice(["the", "a", "to", "is"])
            for _ in range(8)
        )
        for label in drawn
    ]
    return Corpus(tuple(texts), tuple(drawn), "made")


TEST = documents(80, 1)


@pytest.fixture(scope="module")
def save(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a function that trains a model and saves it."""
    folder = tmp_path_factory.mktemp("models")

    def saved(name: str, corpus: Corpus | None = None, training: dict[str, Any] | None = None, **settings: Any) -> Path:
        corpus = documents(60, 2) if corpus is None else corpus
        path = folder / name
        TextClassifier(**settings).fit(corpus.texts, corpus.labels).save(path, training)
        return path

    return saved


def test_scores_are_those_of_scikit_learn(save: Callable[..., Path]) -> None:
    nb, lr = save("nb.textgd", model="nb"), save("lr.textgd", model="lr", max_features=40)
    comparison = compare([nb, lr], TEST, random_state=0)
    right = {}
    for path, settings in ((nb, {"model": "nb"}), (lr, {"model": "lr", "max_features": 40})):
        training = documents(60, 2)
        peer = TextClassifier(**settings).fit(training.texts, training.labels)
        named, proba = peer.predict(TEST.texts), peer.predict_proba(TEST.texts)
        model = comparison[str(path)]
        measured = {name: interval.value for name, interval in model.metrics.items()}
        expected = {
            "accuracy": accuracy_score(TEST.labels, named),
            "f1_macro": f1_score(TEST.labels, named, average="macro"),
            "log_loss": log_loss(TEST.labels, proba),
            "roc_auc": roc_auc_score(np.array(TEST.labels) == "spam", proba[:, 1]),
        }
        assert {name: measured[name] for name in expected} == pytest.approx(expected, abs=1e-9)
        right[str(path)] = named == np.array(TEST.labels)
        n_right = int(right[str(path)].sum())
        assert model.metrics["accuracy"] == wilson_interval(n_right, len(TEST))
        assert model.metrics["ece"] == calibration_error(proba.max(axis=1), named == np.array(TEST.labels))
        for metric, interval in model.metrics.items():
            assert metric == "ece" or interval.low <= interval.value <= interval.high
        assert model.n_bytes == path.stat().st_size
        assert (model.family, np.isnan(model.fit_seconds)) == ("generative" if path == nb else "discriminative", True)
        assert model.seconds_per_document == pytest.approx(model.predict_seconds / len(TEST))
    (pair,) = comparison.pairs
    first, second = right[pair.first], right[pair.second]
    counts = int((first & ~second).sum()), int((second & ~first).sum())
    assert (*pair.only_first, *pair.only_second) == counts
    assert pair.p_value == pair.mcnemar_p == pytest.approx(binomtest(counts[0], sum(counts)).pvalue)
    assert pair.difference.value == pytest.approx((counts[0] - counts[1]) / len(TEST))
    assert pair.difference.low <= pair.difference.value <= pair.difference.high


def test_the_bootstrap_of_a_difference_is_that_of_pairs(save: Callable[..., Path]) -> None:
    nb, svm = save("a.textgd", model="nb"), save("b.textgd", model="svm")
    comparison = compare({"nb": nb, "svm": svm}, TEST, random_state=0)
    (pair,) = comparison.pairs
    gain = (sum(pair.only_first) - sum(pair.only_second)) / len(TEST)
    spread = np.sqrt(((sum(pair.only_first) + sum(pair.only_second)) / len(TEST) - gain**2) / len(TEST))
    assert (pair.difference.high - pair.difference.low) / 2.0 == pytest.approx(1.96 * spread, rel=0.25)
    judged = compare({"nb": nb, "svm": svm}, TEST, metric="log_loss", random_state=0)
    (pair,) = judged.pairs
    losses = [judged[name].metrics["log_loss"].value for name in (pair.first, pair.second)]
    assert pair.difference.value == pytest.approx(losses[1] - losses[0])
    assert pair.difference.value >= 0.0
    assert (pair.p_value < 0.05) == (pair.difference.low > 0.0)


def test_a_model_is_tied_with_itself(save: Callable[..., Path]) -> None:
    same = save("c.textgd", model="nb")
    for metric in ("accuracy", "f1_macro", "log_loss", "roc_auc", "lam"):
        comparison = compare({"one": same, "two": same}, TEST, metric=metric, random_state=0)
        (pair,) = comparison.pairs
        assert (pair.p_holm, pair.mcnemar_holm) == (1.0, 1.0)
        assert vars(pair.difference) == {"value": 0.0, "low": 0.0, "high": 0.0}
        assert "one and two are tied" in comparison.ranking


def test_the_same_again_and_with_any_number_of_threads(save: Callable[..., Path]) -> None:
    models = [save("d.textgd", model="nb"), save("e.textgd", model="lm")]
    one, two = (compare(models, TEST, random_state=5, n_jobs=jobs) for jobs in (1, 2))
    for a, b in zip(one.models, two.models, strict=True):
        assert a.metrics == b.metrics
    assert one.pairs == two.pairs
    other = compare(models, TEST, random_state=6)
    assert other.models[0].metrics == one.models[0].metrics
    assert other.pairs[0].difference.value == one.pairs[0].difference.value


def test_labels_that_a_model_has_never_seen_are_errors(save: Callable[..., Path]) -> None:
    three = documents(90, 3, ("ham", "spam", "odd"))
    models = {"two": save("f.textgd", model="nb"), "three": save("g.textgd", three, model="nb")}
    comparison = compare(models, three, random_state=0)
    n_odd = three.labels.count("odd")
    assert (comparison["two"].unseen, comparison["three"].unseen) == ({"odd": n_odd}, {})
    assert comparison.settings["classes_differ"]
    assert comparison["two"].metrics["accuracy"].value <= 1.0 - n_odd / len(three)
    assert "roc_auc" not in comparison["two"].metrics
    assert comparison["two"].metrics["log_loss"].value > comparison["three"].metrics["log_loss"].value
    assert comparison.ranking.startswith("accuracy: three is best")


def test_labels_are_told_by_their_looks(save: Callable[..., Path]) -> None:
    numbered, text = documents(60, 2, (0, 1)), documents(60, 2, ("0", "1"))
    comparison = compare([save("h.textgd", numbered, model="nb")], documents(80, 1, ("0", "1")), random_state=0)
    expected = compare([save("i.textgd", text, model="nb")], documents(80, 1, ("0", "1")), random_state=0)
    assert comparison.models[0].metrics["accuracy"] == expected.models[0].metrics["accuracy"]
    assert comparison.models[0].unseen == {}


def test_a_model_without_probabilities(save: Callable[..., Path]) -> None:
    models = {"nb": save("j.textgd", model="nb"), "svm": save("k.textgd", model="svm", calibrate=None)}
    comparison = compare(models, TEST, random_state=0)
    assert np.isnan(comparison["svm"].metrics["log_loss"].value)
    assert np.isfinite(comparison["svm"].metrics["roc_auc"].value)
    with pytest.raises(
        InvalidParameterError,
        match="metric is 'log_loss', which needs probabilities of svm",
    ):
        compare(models, TEST, metric="log_loss")


def test_one_document_has_no_interval_of_a_loss(save: Callable[..., Path]) -> None:
    comparison = compare([save("l.textgd", model="nb")], TEST.select([0]), random_state=0)
    metrics = comparison.models[0].metrics
    assert metrics["accuracy"] == wilson_interval(round(metrics["accuracy"].value), 1)
    assert np.isnan([metrics["log_loss"].high, metrics["roc_auc"].value]).all()


def test_the_official_test_part_is_tested_and_a_training_on_it_told(save: Callable[..., Path]) -> None:
    split = tuple("test" if row % 2 else "train" for row in range(len(TEST)))
    official = Corpus(TEST.texts, TEST.labels, "made", split)
    notes = {"corpus": "made", "n_train": 40, "n_saved_on": 40}
    honest = save("m.textgd", model="nb", training=notes)
    refitted = save("n.textgd", model="nb", training={**notes, "n_saved_on": 80})
    comparison = compare([honest, refitted], official, random_state=0)
    assert (comparison.settings["n_documents"], comparison.settings["n_left_out"]) == (40, 40)
    assert (comparison[str(honest)].has_seen, comparison[str(refitted)].has_seen) == (False, True)
    assert compare([honest], TEST, random_state=0).models[0].has_seen


def test_files_that_are_no_models(save: Callable[..., Path], tmp_path: Path) -> None:
    good = save("o.textgd", model="nb")
    with pytest.raises(ModelFileError, match="No such file"):
        compare([good, tmp_path / "no.textgd"], TEST)
    (tmp_path / "text.textgd").write_text("no model at all")
    with pytest.raises(ModelFileError, match="not a textgd model"):
        compare([good, tmp_path / "text.textgd"], TEST)
    with pytest.raises(InvalidParameterError, match="named twice"):
        compare([good, good], TEST)
    with pytest.raises(InvalidParameterError, match="Saved models are tested on documents as they are"):
        compare([good, "nb"], TEST)
