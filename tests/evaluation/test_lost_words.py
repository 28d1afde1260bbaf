"""Lost words: a level is what each model says of texts with gaps, in each way it reads them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.evaluation.small import CORPUS, REPEATS, parts, split_small
from textgd import TextClassifier, robustness_curves
from textgd.errors import InvalidParameterError
from textgd.evaluation.lost_words import _STREAM
from textgd.explanation.telling import rank_words
from textgd.text.gaps import GAP, remove_words

LEVELS = [0.0, 0.5]
# The words after "word dropout" say how much.
READINGS = {
    "nb (zero)": ("nb", {}, "zero"),
    "nb (marginalize)": ("nb", {}, "marginalize"),
    "lr (zero)": ("lr", {}, "zero"),
    "lr (mean)": ("lr", {}, "mean"),
    "lr (word dropout 0.3)": ("lr", {"word_dropout": 0.3}, "zero"),
    "charlm (zero)": ("charlm", {}, "zero"),
}


def test_a_level_is_a_prediction_for_texts_with_gaps() -> None:
    curves = robustness_curves(["nb", "lr", "charlm"], CORPUS, "missing", LEVELS, REPEATS, random_state=0, n_jobs=1)
    assert [model.name for model in curves.models] == list(READINGS)
    assert [(model.model, model.reading) for model in curves.models[3:5]] == [
        ("lr", "mean"),
        ("lr", "word dropout 0.3"),
    ]
    for repeat, split in enumerate(split_small().splits):
        train, labels, test, truth = parts(split)
        for p, level in enumerate(LEVELS):
            texts = remove_words(test, level, np.random.default_rng((0, repeat, _STREAM)))
            for name, (model, parameters, impute) in READINGS.items():
                classifier = TextClassifier(model=model, calibrate=None, **parameters).fit(train, labels)
                right = classifier.predict(texts, missing=GAP, impute=impute) == truth
                assert curves.test_scores[name][p, repeat] == np.mean(right), name


def test_an_adversary_takes_the_words_that_the_model_goes_by() -> None:
    worst = robustness_curves(["nb"], CORPUS, "missing", LEVELS, 1, random_state=0, n_jobs=1, deletion="worst")
    anywhere = robustness_curves(["nb"], CORPUS, "missing", LEVELS, 1, random_state=0, n_jobs=1)
    (split,) = split_small(1).splits
    train, labels, test, truth = parts(split)
    classifier = TextClassifier(calibrate=None).fit(train, labels)
    damaged = []
    for text, label in zip(test, truth, strict=True):
        column = classifier.text_scorer_.column(label)
        ranked = rank_words(classifier.text_scorer_, text, column)
        gone = set(ranked[: round(0.5 * len(ranked))])
        damaged.append(" ".join(GAP if span in gone else text[slice(*span)] for span in sorted(ranked)))
    for impute in ("zero", "marginalize"):
        expected = np.mean(classifier.predict(damaged, missing=GAP, impute=impute) == truth)
        assert worst.test_scores[f"nb ({impute})"][1, 0] == expected
        assert expected < anywhere.test_scores[f"nb ({impute})"][1, 0] - 0.2
    assert worst.settings["deletion"] == "worst"
    assert "most telling words lost" in worst.verdict


def test_estimators_of_ones_own_cannot_read_gaps() -> None:
    with pytest.raises(InvalidParameterError, match=r"ComplementNB is an estimator of your own.*axis missing is for"):
        robustness_curves(["nb", "sklearn.naive_bayes:ComplementNB"], CORPUS, "missing")


def test_deletions_that_are_none() -> None:
    with pytest.raises(InvalidParameterError, match="deletion is 'best'; allowed are 'random' and 'worst'"):
        robustness_curves(["nb"], CORPUS, "missing", deletion="best")
