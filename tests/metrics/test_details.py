"""Calibration curves, slices and the worst errors: each by a slow count."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve as peer_curve

from textgd.errors import DataError
from textgd.metrics import evaluate_predictions, wilson_interval
from textgd.metrics.calibration import calibration_curve, calibration_error
from textgd.metrics.slices import length_slices, value_slices


def test_the_calibration_curve_is_scikit_learns() -> None:
    rng = np.random.default_rng(1)
    probability = rng.random(500)
    is_right = rng.random(500) < probability**2
    curve = calibration_curve("a", probability, is_right)
    shares, means = peer_curve(is_right, probability, n_bins=15)
    assert [share.value for share in curve.share] == pytest.approx(shares.tolist(), rel=1e-12)
    assert curve.probability.tolist() == pytest.approx(means.tolist(), rel=1e-12)
    assert curve.n_documents.sum() == 500
    assert curve.share[0] == wilson_interval(round(curve.share[0].value * curve.n_documents[0]), curve.n_documents[0])


def test_the_calibration_error_of_an_honest_model_is_not_held_against_it() -> None:
    rng = np.random.default_rng(2)
    confidence = 0.5 + 0.5 * rng.random(300)
    error = calibration_error(confidence, rng.random(300) < confidence)
    # Chance alone makes such an error; the interval knows, and reaches down to where the truth is.
    assert error.value > 0.03
    assert error.low < 0.005
    far = calibration_error(np.full(2000, 0.9), rng.random(2000) < 0.6)
    assert far.low < 0.3 < far.high
    assert far.high - far.low < 0.06


def test_lengths_are_cut_into_parts_of_about_one_size() -> None:
    texts = ["x" * n for n in np.random.default_rng(0).integers(1, 500, 1000)]
    slices = length_slices(texts)
    rows = np.concatenate([rows for _, rows in slices])
    assert sorted(rows.tolist()) == list(range(1000))
    assert [len(part) for _, part in slices] == pytest.approx([200] * 5, abs=8)
    longest = [max(len(texts[i]) for i in part) for _, part in slices]
    shortest = [min(len(texts[i]) for i in part) for _, part in slices]
    assert all(a < b for a, b in zip(longest[:-1], shortest[1:], strict=True))
    assert [name for name, _ in length_slices(["same", "size"])] == ["4 characters"]


def test_many_values_end_in_one_part() -> None:
    values = [f"v{min(i // 2, i - 30)}" if i > 40 else "v" for i in range(100)]
    slices = value_slices(values)
    assert len(slices) == 20
    assert slices[0][0] == "v"
    assert slices[-1][0] == f"{len(set(values)) - 19} other values"
    assert sorted(np.concatenate([rows for _, rows in slices]).tolist()) == list(range(100))


def test_a_slice_is_the_evaluation_of_its_documents() -> None:
    rng = np.random.default_rng(4)
    truth, called = rng.choice(list("ab"), (2, 120)).tolist()
    source = rng.choice(["mail", "web", "sms"], 120).tolist()
    evaluation = evaluate_predictions(truth, called, list("ab"), columns={"source": source})
    for part in evaluation.slices["source"]:
        rows = [i for i, value in enumerate(source) if value == part.name]
        alone = evaluate_predictions([truth[i] for i in rows], [called[i] for i in rows], list("ab"))
        assert part.n_documents == len(rows)
        assert (part.accuracy, part.hm, part.sm) == (alone["accuracy"], alone["hm"], alone["sm"])
        assert part.f1_macro.value == pytest.approx(alone["f1_macro"].value, rel=1e-12)
    with pytest.raises(DataError, match="source has 3 values for 120 documents"):
        evaluate_predictions(truth, called, list("ab"), columns={"source": ["a", "b", "c"]})


def test_a_slice_of_one_class_without_errors_is_no_certainty() -> None:
    parts = evaluate_predictions(list("aaab"), list("aaab"), list("ab"), columns={"s": ["x", "x", "x", "y"]}).slices[
        "s"
    ]
    assert (parts[0].name, parts[0].f1_macro.value) == ("x", 1.0)
    assert parts[0].f1_macro.low < 0.9
    assert parts[0].sm is not None
    assert np.isnan(parts[0].sm.value)


def test_the_worst_errors_come_first() -> None:
    probabilities = np.array([[0.9, 0.1], [0.3, 0.7], [0.4, 0.6], [0.01, 0.99], [0.8, 0.2]])
    texts = ["fine", "short", "x" * 600, "certain", "fine too"]
    evaluation = evaluate_predictions(list("aaaaa"), list("abbba"), list("ab"), probabilities, texts=texts, n_errors=2)
    assert [(error.row, error.true, error.called) for error in evaluation.errors] == [(4, "a", "b"), (2, "a", "b")]
    assert [error.probability for error in evaluation.errors] == [0.99, 0.7]
    every = evaluate_predictions(
        list("aaaaa"), list("abbba"), list("ab"), probabilities, texts=texts, rows=[7, 9, 11, 13, 15]
    )
    assert [error.row for error in every.errors] == [14, 10, 12]
    assert (every.errors[2].text, every.errors[2].is_cut) == ("x" * 500, True)
    assert evaluate_predictions(list("aaaaa"), list("abbba"), list("ab"), probabilities).errors == ()


def test_without_probabilities_the_lead_over_the_next_tells() -> None:
    scores = np.array([[0.0, 1.0, 0.9], [5.0, 7.0, 0.0], [-9.0, -1.0, -8.0]])
    evaluation = evaluate_predictions(list("aaa"), list("bbb"), list("abc"), scores=scores, texts=["p", "q", "r"])
    assert [error.text for error in evaluation.errors] == ["r", "q", "p"]
    assert all(error.probability is None for error in evaluation.errors)
