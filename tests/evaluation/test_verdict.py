"""Sentences: the right words for each outcome, the numbers of the statistics, and nothing claimed of equal models."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.evaluation.prescribed import power_law, prescribed_scores
from textgd.evaluation.crossover import Crossover
from textgd.evaluation.curves import CurveModel
from textgd.evaluation.extrapolation import Extrapolation
from textgd.evaluation.leading import Names, leading_clause
from textgd.evaluation.measures import find_measure
from textgd.evaluation.scores import CurveScores, Design
from textgd.evaluation.sides import Side, adjust_for_choice, choose_sides
from textgd.evaluation.uncertainty import compare, holm, mean_errors
from textgd.evaluation.verdict import write_verdict

SIZES = np.array([20, 40, 80, 160, 320, 640])
FLAT = np.full(6, 0.2)
FAMILIES = {"nb": "generative", "lm": "generative", "svm": "discriminative", "lr": "discriminative", "nbsvm": "hybrid"}
LATE = np.array([0.05, 0.04, 0.02, -0.02, -0.05, -0.06])


def verdict_on(
    curves: Mapping[str, NDArray[np.float64]],
    noise: float = 0.004,
    n_repeats: int = 12,
    families: Mapping[str, str] = FAMILIES,
    metric: str = "accuracy",
    extrapolations: Sequence[Extrapolation] = (),
    design: Design | None = None,
    corpus: str = "sms-spam",
) -> str:
    rng = np.random.default_rng(0)
    errors = {name: curve[:, None] + rng.normal(0.0, noise, (6, n_repeats)) for name, curve in curves.items()}
    nothing = {name: np.zeros((6, n_repeats, 0)) for name in errors}
    scores = CurveScores(SIZES, errors, nothing, design or Design(640, 160))
    return verdict_of(scores, families, metric, extrapolations, corpus)


def verdict_of(
    scores: CurveScores,
    families: Mapping[str, str] = FAMILIES,
    metric: str = "accuracy",
    extrapolations: Sequence[Extrapolation] = (),
    corpus: str = "sms-spam",
) -> str:
    models = [CurveModel(name, families.get(name), name, {}) for name in scores.names]
    bounds = (0.0, 1.0) if find_measure(metric).is_share else (0.0, math.inf)
    means = {name: mean_errors(scores, name, bounds) for name in scores.names}
    verdict = write_verdict(corpus, find_measure(metric), models, scores, means, compare(scores), extrapolations)
    assert "\n" not in verdict
    assert "nan" not in re.findall(r"\w+", verdict)
    assert verdict.endswith(".")
    return verdict


def test_a_crossing_of_two_families() -> None:
    twice = Extrapolation("svm", "pow3", 1280, 0.131, 0.121, 0.139, 0.14, None, (0.1, 1.0, 0.5))
    verdict = verdict_on({"nb": FLAT, "svm": FLAT + LATE}, extrapolations=[twice])
    pattern = (
        r"sms-spam, error: generative \(nb\) is ahead below \d+ documents \[\d+, \d+\]; discriminative \(svm\) above\. "
        r"At 640 documents svm 14\.\d % \[13\.\d, 14\.\d\] against nb 20\.\d % \[19\.\d, 20\.\d\], p < 0\.001\. "
        r"Doubling the data is expected to take svm to 13\.1 % \[12\.1, 13\.9\] \(the last value stays: 14\.0\)\."
    )
    assert re.fullmatch(pattern, verdict)


def test_leaders_speak_for_their_families() -> None:
    verdict = verdict_on({"nb": FLAT + 0.03, "lm": FLAT, "svm": FLAT + LATE, "lr": FLAT + LATE + 0.001})
    assert "generative (lm) is ahead below" in verdict
    assert "nb" not in verdict
    assert "Of all 4 models lr has the least error there; not told apart from it: svm." in verdict


def test_the_best_of_all_may_be_sure() -> None:
    verdict = verdict_on({"nb": FLAT + 0.03, "lm": FLAT, "svm": FLAT + LATE})
    assert "Of all 3 models svm has the least error there, significantly so." in verdict


def test_three_families() -> None:
    verdict = verdict_on({"nb": FLAT, "svm": FLAT + LATE, "nbsvm": FLAT - 0.1})
    assert "error: hybrid (nbsvm) is ahead of discriminative (svm) throughout" in verdict
    assert "nbsvm is ahead of generative (nb) throughout, from 20 to 640 documents" in verdict
    assert re.search(r"nb is ahead below \d+ documents \[\d+, \d+\], svm above\.", verdict)
    assert re.search(r"At 640 documents nbsvm 10\.\d % .* against svm 14\.\d % .* and nb 20\.\d % ", verdict)


def test_four_families_are_held_against_the_best() -> None:
    families = {name: name.upper() for name in "abcd"}
    verdict = verdict_on({name: FLAT + 0.05 * i for i, name in enumerate("abcd")}, families=families)
    assert verdict.count("A (a)") == 1
    assert verdict.count(" throughout") == 3


def test_without_families_the_best_two() -> None:
    verdict = verdict_on({"x": FLAT + 0.1, "y": FLAT, "z": FLAT + LATE}, families={})
    assert re.match(
        r"sms-spam, error: y is ahead below \d+ documents \[\d+, \d+\]; z above\. At 640 documents z", verdict
    )


def test_one_family_compares_its_models() -> None:
    assert "nb is ahead of lm throughout" in verdict_on({"nb": FLAT, "lm": FLAT + 0.1})


def test_cannot_tell() -> None:
    verdict = verdict_on({"lr": FLAT, "nb": FLAT + 0.02}, noise=0.03, design=Design(980, 20))
    pattern = (
        r"sms-spam, error: cannot tell yet: at 640 documents (discriminative|generative) \(..\) \d+ % \[.*\] against "
        r".* p = [\d.]+; about [\d,]+ repeats would decide, if the difference stays\."
    )
    assert re.fullmatch(pattern, verdict)


def test_documents_may_be_what_is_missing() -> None:
    curves = {"lr": FLAT, "nb": FLAT + 0.02}
    for official, words in ((False, "in all would decide"), (True, "to test on would decide")):
        scores = prescribed_scores(np.random.default_rng(0), curves, SIZES, 20, Design(640, 160, official), 100)
        verdict = verdict_of(scores)
        assert re.search(rf"about [\d,]+ documents {words}, if the difference stays\.", verdict)
        assert ("at 640 documents, on the official test part of 160, " in verdict) == official


def test_equal_to_the_last_digit() -> None:
    verdict = verdict_on({"lr": FLAT, "nb": FLAT}, noise=0.0)
    assert re.search(r"p = 1; (lr and nb|nb and lr) differ by at most 0\.0* points\.", verdict)


def test_ahead_below_and_undecided_above() -> None:
    verdict = verdict_on({"nb": FLAT, "svm": FLAT + np.array([0.05, 0.05, 0.05, 0.0, 0.0, 0.0])})
    assert "generative (nb) is ahead of discriminative (svm) from 20 to 80 documents; undecided above 80." in verdict


def test_a_crossing_may_be_probable_before_any_lead_is_sure() -> None:
    verdict = verdict_on({"nb": FLAT, "svm": FLAT + LATE}, noise=0.05, n_repeats=6)
    assert "cannot tell yet" in verdict
    assert re.search(r"They probably cross near \d+ documents \[\d+, \d+\]\.", verdict)


def test_one_repeat_is_said() -> None:
    verdict = verdict_on({"nb": FLAT, "svm": FLAT + LATE, "lr": FLAT + LATE + 0.1}, n_repeats=1)
    assert "error: one repeat: no interval can be given. At 640 documents discriminative (svm) 1" in verdict
    assert "[" not in verdict
    assert "p = " not in verdict
    assert verdict.endswith("Of all 3 models svm has the least error there.")


def test_one_model() -> None:
    last = Extrapolation("nb", "last", 1280, 0.2, 0.19, 0.21, 0.2, None, ())
    verdict = verdict_on({"nb": FLAT}, extrapolations=[last])
    pattern = (
        r"sms-spam, error: at 640 documents nb [\d.]+ % \[[\d.]+, [\d.]+\]\. "
        r"Doubling the data is expected to leave nb at 20\.0 % \[19\.0, 21\.0\]\."
    )
    assert re.fullmatch(pattern, verdict)


def test_no_expectation_and_why() -> None:
    refused = Extrapolation("nb", None, 1280, math.nan, math.nan, math.nan, 0.2, "it needs at least four sizes", ())
    other = Extrapolation("svm", "pow3", 1280, 0.1, 0.09, 0.11, 0.2, None, (0.1, 1.0, 0.5))
    verdict = verdict_on({"svm": FLAT + 0.1, "nb": FLAT}, extrapolations=[other, refused])
    assert verdict.endswith("What twice the data would do to nb cannot be said: it needs at least four sizes.")


def test_log_loss_is_in_nats() -> None:
    verdict = verdict_on({"nb": FLAT + 1.0, "svm": FLAT + 1.0 + LATE}, metric="log_loss")
    assert verdict.startswith("sms-spam, log loss: ")
    assert re.search(r"svm 1\.14\d* nats \[1\.1\d+, 1\.1\d+\]", verdict)
    assert "%" not in verdict


def test_gaps() -> None:
    gone = np.full(6, np.nan)
    late = np.where(SIZES < 80, np.nan, FLAT)
    early = np.where(SIZES > 160, np.nan, FLAT + 0.05)
    verdict = verdict_on({"nb": late, "svm": early, "nbsvm": gone})
    assert "generative (nb) is ahead of discriminative (svm) throughout, from 80 to 160 documents." in verdict
    assert "At 160 documents nb" in verdict
    assert "nb gave none at 20 and 40 documents." in verdict
    assert verdict.endswith("svm gave none at 320 and 640 documents. nbsvm gave no result.")
    assert verdict_on({"nb": gone, "svm": gone}) == "sms-spam, error: no model gave a result."
    assert verdict_on({"nb": FLAT, "svm": gone}).endswith("svm gave no result.")


def test_names_stay_on_one_line() -> None:
    assert verdict_on({"nb": FLAT}, corpus="a\nb").startswith("a b, error: ")


# Words of each outcome

FIRST, SECOND = Side("nb", "x (nb)"), Side("lr", "y (lr)")


@pytest.mark.parametrize(
    ("crossover", "ahead", "words"),
    [
        (("once", 81.2, 45.0, 171.0), (1, 1, 0, -1), "x (nb) is ahead below 81 documents [45, 170]; y (lr) above"),
        (("once", 81.2, 45.0, None), (-1, 1, 1, 1), "y (lr) is ahead below 81 documents [45, above 160]; x (nb) above"),
        (
            ("several", 30.0, 20.0, 40.0),
            (1, -1, -1, 1),
            "the lead changes more than once: "
            "x (nb) at 20 documents, y (lr) from 40 to 80 documents, nb at 160 documents",
        ),
        (("always", None, None, None), (1, 1, 1, 1), "x (nb) is ahead of y (lr) throughout, from 20 to 160 documents"),
        (
            ("always", None, None, None),
            (1, 0, 1, 1),
            "x (nb) is ahead of y (lr) throughout, from 20 to 160 documents; surely at 20, 80 and 160 documents",
        ),
        (
            ("never", None, None, None),
            (0, -1, -1, -1),
            "y (lr) is ahead of x (nb) throughout, from 20 to 160 documents; surely from 40 to 160 documents",
        ),
        (
            ("outside", 912.0, 400.0, None),
            (1, 1, 1, 0),
            "x (nb) is ahead of y (lr) from 20 to 80 documents; undecided above 80; "
            "if the trend goes on, lr is ahead above 910 documents [400, open]",
        ),
        (
            ("outside", 8.0, None, None),
            (0, 1, 1, 1),
            "x (nb) is ahead of y (lr) from 40 to 160 documents; undecided below 40; "
            "if the trend goes on, lr is ahead below 8 documents [open, above 20]",
        ),
        (
            ("undecided", None, None, None),
            (0, 1, 0, 1),
            "x (nb) is ahead of y (lr) from 40 to 160 documents; not surely at 80; undecided below 40",
        ),
        (
            ("undecided", None, None, None),
            (0, 0, -1, 0),
            "y (lr) is ahead of x (nb) at 80 documents; undecided elsewhere",
        ),
    ],
)
def test_words(
    crossover: tuple[str, float | None, float | None, float | None], ahead: tuple[int, ...], words: str
) -> None:
    kind, size, low, high = crossover
    found = Crossover("nb", "lr", size, low, high, 0.5, kind)
    assert leading_clause((FIRST, SECOND), found, dict(zip(SIZES.tolist(), ahead, strict=False)), Names()) == words


@pytest.mark.parametrize(
    ("ahead", "probability", "words"),
    [
        ((1, 0, 0, -1), 0.992, "x (nb) is ahead below 81 documents [45, 170]; y (lr) above"),
        (
            (1, 0, -1, 0),
            0.992,
            "x (nb) is ahead below 81 documents [45, 170]; y (lr) above, surely at 80 documents",
        ),
        (
            (1, 1, 0, 0),
            0.9923,
            "x (nb) is ahead below 81 documents [45, 170]; y (lr) above, though at no single size surely "
            "(probability of the crossing 0.992)",
        ),
        (
            (0, 0, 0, -1),
            1.0,
            "x (nb) is ahead below 81 documents [45, 170], though at no single size surely; y (lr) above "
            "(probability of the crossing > 0.999)",
        ),
    ],
)
def test_a_crossing_that_all_sizes_together_decide_says_so(
    ahead: tuple[int, ...], probability: float, words: str
) -> None:
    found = Crossover("nb", "lr", 81.2, 45.0, 171.0, probability, "once")
    at = dict(zip(SIZES.tolist(), ahead, strict=False))
    split = dict(zip(SIZES.tolist(), (1, 1, -1, -1), strict=False))
    assert leading_clause((FIRST, SECOND), found, at, Names(), split=split) == words


def verdict_with_noise(seed: int, differences: Sequence[float], noise: float, n_repeats: int) -> str:
    rng = np.random.default_rng(seed)
    curves = {"nb": FLAT, "svm": FLAT + differences}
    errors = {name: curve[:, None] + rng.normal(0.0, noise, (6, n_repeats)) for name, curve in curves.items()}
    nothing = {name: np.zeros((6, n_repeats, 0)) for name in errors}
    return verdict_of(CurveScores(SIZES, errors, nothing, Design(640, 160)))


def test_a_lead_throughout_does_not_contradict_the_last_size() -> None:
    verdict = verdict_with_noise(7, [0.05, 0.05, 0.05, 0.05, 0.03, 0.02], 0.013, 6)
    assert (
        "(nb) is ahead of discriminative (svm) throughout, from 20 to 640 documents; surely from 20 to 160 documents."
        in verdict
    )
    assert re.search(r"about [\d,]+ repeats would make it sure there too, if the difference stays\.", verdict)


def test_a_crossing_says_where_all_sizes_together_are_surer_than_each() -> None:
    verdict = verdict_with_noise(0, [0.05, 0.04, 0.01, -0.01, -0.01, -0.01], 0.01, 8)
    assert "discriminative (svm) above, though at no single size surely (probability of the crossing" in verdict


def test_what_is_open_is_said_once() -> None:
    three = {"nb": FLAT, "svm": FLAT, "nbsvm": FLAT}
    verdict = verdict_on(three, noise=0.03)
    assert re.match(r"sms-spam, error: cannot tell yet: at 640 documents \w+ \(\w+\) ", verdict)
    assert re.search(r" \(p = 1\) and \w+ \(\w+\) [\d.]+ % \[[\d., ]+\] \(p = 1\); ", verdict)
    verdict = verdict_on({**three, "nb": FLAT + 0.2}, noise=0.03)
    assert "throughout, from 20 to 640 documents; cannot tell yet of svm against nbsvm." in verdict


def test_a_line_that_stands_for_a_family_has_one_name() -> None:
    models = [CurveModel(name, name, name, {}) for name in ("generative", "discriminative")]
    assert [side.title for side in choose_sides(models, ["generative", "discriminative"])] == [
        "generative",
        "discriminative",
    ]


def test_what_is_doubled_is_said_where_it_is_not_everything() -> None:
    twice = Extrapolation("svm", "pow3", 1280, 0.131, 0.121, 0.189, 0.14, None, (0.1, 1.0, 0.5))
    verdict = verdict_on({"nb": FLAT, "svm": FLAT + LATE}, extrapolations=[twice], design=Design(6400, 1600))
    # With the decimals of the errors before it, although its own interval is wider.
    assert verdict.endswith(
        "Doubling the 640 documents is expected to take svm to 13.1 % [12.1, 18.9] (the last value stays: 14.0)."
    )


# What is counted


def test_p_values_count_all_that_could_be_said() -> None:
    scores = prescribed_scores(np.random.default_rng(0), dict.fromkeys(["nb", "lm", "svm"], FLAT), SIZES, 5)
    models = [CurveModel(name, FAMILIES[name], name, {}) for name in scores.names]
    comparisons = compare(scores)
    counted = adjust_for_choice(comparisons, models, 640)
    # Two pairs of different families at six sizes, and nb against lm at the largest.
    assert len(counted) == 13
    assert [c.p_holm for c in counted] == holm([c.p_value for c in counted]).tolist()
    assert len(adjust_for_choice(comparisons, [CurveModel(n, None, n, {}) for n in scores.names], 640)) == 18


def test_sides_are_the_best_first() -> None:
    models = [CurveModel(name, FAMILIES.get(name), name, {}) for name in ("nb", "lm", "svm", "mine")]
    assert [side.model for side in choose_sides(models, ["mine", "svm", "lm", "nb"])] == ["svm", "lm"]
    assert [side.model for side in choose_sides(models[:2], ["lm", "nb"])] == ["lm", "nb"]


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 5), st.booleans(), st.booleans())
def test_there_is_always_a_sentence(seed: int, n_repeats: int, n_models: int, official: bool, known: bool) -> None:
    rng = np.random.default_rng(seed)
    names = list(FAMILIES)[:n_models]
    errors = {name: np.round(rng.uniform(size=(6, n_repeats)), 1) for name in names}
    for values in errors.values():
        values[rng.uniform(size=values.shape) < 0.3] = np.nan
    resampled = {name: values[..., None] + rng.normal(0, 0.1, (*values.shape, 3)) for name, values in errors.items()}
    scores = CurveScores(SIZES, errors, resampled, Design(800, 200, official))
    verdict_of(scores, FAMILIES if known else {})


# Held to its word


@pytest.mark.parametrize("families", [FAMILIES, {}])
def test_of_equal_models_no_winner_is_claimed(families: Mapping[str, str]) -> None:
    curve = power_law(SIZES, 0.05, 1.0, 0.5)
    n_claimed = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        verdict = verdict_of(prescribed_scores(rng, dict.fromkeys(["nb", "lm", "svm"], curve), SIZES, 10), families)
        n_claimed += "ahead" in verdict or "significantly" in verdict or "changes" in verdict
        n_claimed += "probably" in verdict
    assert n_claimed <= 3
