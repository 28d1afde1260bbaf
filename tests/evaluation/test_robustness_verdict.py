"""The verdict on robustness curves says what the numbers say, and no more."""

from __future__ import annotations

import pytest

from tests.made_up import make_robustness

ONE_WAY = {("nb", ""): (0.04, 0.05, 0.12), ("lr", ""): (0.02, 0.06, 0.25)}


def test_every_sentence() -> None:
    assert make_robustness(noise=1e-6).verdict == (
        "sms-spam, error: with 90 % of the words lost, generative (nb (marginalize)) 12.00 % [12.00, 12.00] against "
        "discriminative (lr (mean)) 22.00 % [22.00, 22.00], p < 0.001. Lost since 0 %, in points: nb (marginalize) "
        "8.00 [8.00, 8.00] and lr (mean) 20.00 [20.00, 20.00]. The order changes: lr (mean) is ahead at 0 %, nb "
        "(marginalize) is ahead at 90 %. Gained there on (zero), in points: nb: marginalize +8.00; lr: mean +3.00."
    )


@pytest.mark.parametrize(
    ("axis", "settings", "phrase"),
    [
        ("missing", {"deletion": "random"}, "with 90 % of the words lost, "),
        ("missing", {"deletion": "worst"}, "with 90 % of the most telling words lost, "),
        ("label-noise", {}, "with 90 % of the training labels wrong, "),
        ("prior", {"positive": "spam\x1b"}, "with 90 % spam� among the test documents, "),
    ],
)
def test_levels_are_named_for_what_they_are(axis: str, settings: dict[str, str], phrase: str) -> None:
    assert phrase in make_robustness(axis=axis, settings=settings).verdict


def test_the_far_level_is_the_one_farthest_from_the_reference() -> None:
    curves = make_robustness(ONE_WAY, axis="prior", levels=(0.05, 0.8, 0.9), reference=0.8)
    assert "with 5 % spam among the test documents, discriminative (lr) 2.1 %" in curves.verdict
    assert "Lost since 80 %, in points: lr -4.4 " in curves.verdict
    assert "The order changes: lr is ahead at 5 %, nb is ahead at 80 % and 90 %." in curves.verdict


def test_without_a_difference_none_is_claimed() -> None:
    same = {("nb", ""): (0.04, 0.05, 0.12), ("lr", ""): (0.04, 0.05, 0.12)}
    verdict = make_robustness(same).verdict
    assert verdict.endswith("They are not told apart at any level.")
    assert "ahead" not in verdict
    three = {**same, ("nbsvm", ""): (0.04, 0.05, 0.12)}
    assert make_robustness(three).verdict.endswith("No two of them are told apart at any level.")
    third = {**same, ("nbsvm", ""): (0.01, 0.02, 0.03)}
    assert make_robustness(third).verdict.endswith(
        "nbsvm is ahead of lr and nb at every level. Not told apart at any level: lr and nb."
    )


def test_a_lead_at_every_level_and_at_some() -> None:
    throughout = {("nb", ""): (0.04, 0.05, 0.12), ("lr", ""): (0.10, 0.15, 0.25)}
    assert "nb is ahead of lr at every level." in make_robustness(throughout).verdict
    some = {("nb", ""): (0.10, 0.15, 0.12), ("lr", ""): (0.10, 0.15, 0.25)}
    assert "nb is surely ahead of lr at 90 % alone." in make_robustness(some).verdict


def test_one_repeat_gives_no_interval() -> None:
    verdict = make_robustness(n_repeats=1).verdict
    assert "One repeat: no interval can be given." in verdict
    for word in ("[", "p =", "p <", "surely", "told apart"):
        assert word not in verdict


def test_what_is_not_sure_is_said_to_be_so() -> None:
    lines = {("nb", "zero"): (0.04, 0.05, 0.121), ("nb", "marginalize"): (0.04, 0.05, 0.12)}
    assert "nb: marginalize +0.3, not surely" in make_robustness(lines, noise=0.01).verdict


def test_gaps_are_told() -> None:
    verdict = make_robustness(gaps={"lr (mean)": (1, 2), "nb (zero)": (0, 1, 2)}).verdict
    assert verdict.endswith("nb (zero) gave no result. lr (mean) gave none at 30 % and 90 %.")
    every = dict.fromkeys(("nb (zero)", "nb (marginalize)", "lr (zero)", "lr (mean)"), (0, 1, 2))
    assert make_robustness(gaps=every).verdict == "sms-spam, error: no model gave a result."
