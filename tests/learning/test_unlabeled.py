"""Learning from unlabeled documents too: when it is done, and what comes of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone

from textgd import TextClassifier, load
from textgd.errors import DataError, InvalidParameterError
from textgd.models import MODELS, UNLABELED


def texts_of(n: int, seed: int = 0, n_own: int = 4) -> tuple[list[str], list[str]]:
    """Return texts of two classes, each with words of its own, of which one text holds a few."""
    rng = np.random.default_rng(seed)
    labels = ["ham", "spam"] * (n // 2)
    words = {label: [f"{label[0]}{i}" for i in range(60)] for label in ("ham", "spam")}
    texts = [
        " ".join([*rng.choice(words[label], n_own), *rng.choice([f"x{i}" for i in range(30)], 6)]) for label in labels
    ]
    return texts, labels


TRAIN, LABELS = texts_of(24)
MORE, _ = texts_of(400, 1)
TEST, TRUTH = texts_of(100, 2)


def accuracy(classifier: Any) -> float:
    return float(np.mean(classifier.predict(TEST) == np.array(TRUTH)))


def test_the_gain_is_taken() -> None:
    alone = TextClassifier(calibrate=None).fit(TRAIN, LABELS)
    joined = TextClassifier().fit(TRAIN, LABELS, unlabeled=MORE)
    assert joined.unlabeled_weight_ > 0
    assert accuracy(joined) >= accuracy(alone) + 0.05
    # The words of the unlabeled documents are known.
    assert joined.text_scorer_.extractor.n_features > alone.text_scorer_.extractor.n_features


def test_without_a_gain_they_are_not_used() -> None:
    # Labels by chance: nothing is there to be learned.
    labels = np.random.default_rng(3).permutation(LABELS)
    classifier = TextClassifier().fit(TRAIN, labels, unlabeled=MORE)
    alone = TextClassifier().fit(TRAIN, labels)
    assert classifier.unlabeled_weight_ == 0.0
    assert classifier.text_scorer_.extractor.n_features == alone.text_scorer_.extractor.n_features
    assert_allclose(classifier.predict_proba(TEST), alone.predict_proba(TEST), rtol=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_every_model_learns_from_unlabeled_documents(model: str, tmp_path: Any) -> None:
    texts, labels = texts_of(24, n_own=20)
    classifier = TextClassifier(model=model, unlabeled_weight=1, n_jobs=1)
    classifier.fit(texts, labels, unlabeled=texts_of(60, 1, n_own=20)[0])
    assert classifier.unlabeled_weight_ == 1
    assert accuracy(classifier) > 0.75
    assert hasattr(classifier.build_model(), "learn_unlabeled") == (UNLABELED in MODELS[model].abilities)
    classifier.save(tmp_path / "model.textgd")
    assert_allclose(load(tmp_path / "model.textgd").predict_proba(TEST), classifier.predict_proba(TEST), rtol=1e-12)


def test_zero_is_no_use_of_them() -> None:
    classifier = TextClassifier(unlabeled_weight=0.0).fit(TRAIN, LABELS, unlabeled=MORE)
    assert classifier.unlabeled_weight_ == 0.0
    assert_allclose(classifier.predict_proba(TEST), TextClassifier().fit(TRAIN, LABELS).predict_proba(TEST))


def test_the_result_does_not_depend_on_the_number_of_threads() -> None:
    one, two = (TextClassifier(n_jobs=n).fit(TRAIN, LABELS, unlabeled=MORE) for n in (1, 2))
    assert (one.predict_proba(TEST) == two.predict_proba(TEST)).all()
    assert one.unlabeled_weight_ == two.unlabeled_weight_


def test_weights_are_as_many_copies() -> None:
    weights = np.ones(len(TRAIN))
    weights[:4] = 2
    heavy = TextClassifier(model="cnb", unlabeled_weight=0.5, calibrate=None)
    weighted = clone(heavy).fit(TRAIN, LABELS, weights, unlabeled=MORE)
    copied = heavy.fit([*TRAIN, *TRAIN[:4]], [*LABELS, *LABELS[:4]], unlabeled=MORE)
    assert_allclose(weighted.predict_proba(TEST), copied.predict_proba(TEST), rtol=1e-6)


def test_labeled_documents_among_the_unlabeled_are_left_out() -> None:
    with pytest.warns(UserWarning, match="2 of the 402 unlabeled documents are labeled ones as well, and left out"):
        with_copies = TextClassifier(unlabeled_weight=1).fit(TRAIN, LABELS, unlabeled=[*MORE, *TRAIN[:2]])
    without = TextClassifier(unlabeled_weight=1).fit(TRAIN, LABELS, unlabeled=MORE)
    assert_allclose(with_copies.predict_proba(TEST), without.predict_proba(TEST), rtol=1e-12)


@pytest.mark.parametrize(
    ("unlabeled", "error", "message"),
    [
        ([], DataError, "There is no text in the unlabeled documents"),
        (TRAIN, DataError, "All 24 unlabeled documents are labeled ones"),
        ("see you", DataError, "unlabeled is a single str"),
        (["see you", None], DataError, "unlabeled: row 1 is missing"),
    ],
    ids=["empty", "all known", "single", "missing"],
)
def test_unlabeled_documents_that_cannot_be_used(unlabeled: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        TextClassifier().fit(TRAIN, LABELS, unlabeled=unlabeled)


@pytest.mark.parametrize("weight", [-0.1, 1.5, "much", None])
def test_weights_that_are_none(weight: Any) -> None:
    with pytest.raises(InvalidParameterError, match=r"unlabeled_weight is .* a number from 0 to 1, or 'auto'"):
        TextClassifier(unlabeled_weight=weight).fit(TRAIN, LABELS, unlabeled=MORE)


def test_a_weight_needs_unlabeled_documents() -> None:
    with pytest.raises(InvalidParameterError, match=r"unlabeled_weight is 0\.5, and there are no unlabeled documents"):
        TextClassifier(unlabeled_weight=0.5).fit(TRAIN, LABELS)


def test_language_models_count_whole_documents() -> None:
    with pytest.raises(InvalidParameterError, match=r"unlabeled_weight is 0\.5; language models count whole documents"):
        TextClassifier(model="lm", unlabeled_weight=0.5).fit(TRAIN, LABELS, unlabeled=MORE)
