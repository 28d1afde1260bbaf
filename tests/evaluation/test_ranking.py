"""The sentence: it tells every pair, and claims nothing that the p-values do not say."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgd.evaluation.comparison import ComparedModel, ComparedPair
from textgd.evaluation.measures import find_measure
from textgd.evaluation.ranking import rank, write_ranking
from textgd.metrics import Interval

ACCURACY, LAM = find_measure("accuracy"), find_measure("lam")


def model(name: str, value: float, metric: str = "accuracy") -> ComparedModel:
    interval = Interval(value, value - 0.01, value + 0.01)
    return ComparedModel(name, None, name, {}, {metric: interval}, {}, 0.0, 0.0, 0.0, None)


def sentence(names: str, differing: str, metric: str = "accuracy") -> str:
    """Return the sentence on models in their order, where these pairs differ, each of one letter a model."""
    models = [model(name, 0.9 - 0.01 * k, metric) for k, name in enumerate(names)]
    pairs = []
    for first, second in combinations(names, 2):
        p = 0.01 if first + second in differing.split() else 0.5
        pairs.append(ComparedPair(first, second, Interval(0.01, 0, 0), p, p, (), (), p, p, 0, 0, 0))
    return write_ranking(models, pairs, find_measure(metric))


@pytest.mark.parametrize(
    ("names", "differing", "expected"),
    [
        ("ab", "", "a and b are tied: no difference is significant; a has the best value (90.0 %)."),
        ("ab", "ab", "a is best (90.0 %), significantly ahead of b."),
        ("abc", "", "all 3 are tied: no difference is significant; a has the best value (90.0 %)."),
        ("abc", "ab ac", "a is best (90.0 %), significantly ahead of b and c; b and c are tied."),
        ("abc", "ac", "a is best (90.0 %), tied with b and significantly ahead of c; b and c are tied."),
        ("abc", "bc", "a is best (90.0 %), tied with b and c; b is significantly ahead of c."),
        (
            "abcde",
            "ab ac ad ae be ce de",
            "a is best (90.0 %), significantly ahead of b, c, d and e; b, c and d are significantly ahead of e; "
            "b, c and d are tied.",
        ),
        (
            "abcd",
            "ab ac ad bd",
            "a is best (90.0 %), significantly ahead of b, c and d; b is significantly ahead of d; b and c are tied; "
            "c and d are tied.",
        ),
    ],
)
def test_sentences(names: str, differing: str, expected: str) -> None:
    assert sentence(names, differing) == f"accuracy: {expected}"


@given(st.integers(2, 7), st.data())
def test_every_pair_is_told_once_for_all(n: int, data: st.DataObject) -> None:
    names = "abcdefg"[:n]
    all_pairs = ["".join(pair) for pair in combinations(names, 2)]
    differing = set(data.draw(st.lists(st.sampled_from(all_pairs))))
    told = sentence(names, " ".join(differing))
    if not differing:
        assert "no difference is significant" in told
        return
    ahead, tied = set(), set()
    for clause in told.removeprefix("accuracy: ").removesuffix(".").split("; "):
        if match := re.fullmatch(r"(.*) are tied", clause):
            tied |= {"".join(pair) for pair in combinations(re.findall(r"\b[a-g]\b", match[1]), 2)}
            continue
        who, _, rest = clause.partition(" is best " if " is best " in clause else " significantly ahead of ")
        winners = re.findall(r"\b[a-g]\b", who)
        if " is best " in clause:
            with_, _, rest = rest.partition("significantly ahead of")
            tied |= {f"a{name}" for name in re.findall(r"\b[b-g]\b", with_)}
        ahead |= {winner + loser for winner in winners for loser in re.findall(r"\b[b-g]\b", rest)}
    assert ahead == differing
    assert tied == set(all_pairs) - differing


def test_the_order_is_that_of_the_measure() -> None:
    models = [model("a", 0.2, "lam"), model("b", 0.1, "lam"), model("c", np.nan, "lam"), model("d", 0.1, "lam")]
    assert [m.name for m in rank(models, LAM)] == ["b", "d", "a", "c"]
    assert sentence("ab", "ab", "lam").startswith("lam: a is best (90.0 %)")


def test_models_without_a_result_are_named() -> None:
    models = [model("a", 0.9), model("b", 0.8), model("c", np.nan)]
    nothing = Interval(np.nan, np.nan, np.nan)
    pairs = [
        ComparedPair("a", "b", Interval(0.1, 0, 0), 0.01, 0.01, (), (), 1.0, 1.0, 0, 0, 0),
        *(ComparedPair(x, "c", nothing, np.nan, np.nan, (), (), np.nan, np.nan, 0, 0, 0) for x in "ab"),
    ]
    told = write_ranking(models, pairs, ACCURACY)
    assert told == "accuracy: a is best (90.0 %), significantly ahead of b; c gave no result."
    assert write_ranking(models[2:], [], ACCURACY) == "accuracy: no model gave a result."
    assert write_ranking(models[:1], [], ACCURACY) == "accuracy: a has 90.0 %."


def test_equal_values_are_both_the_best() -> None:
    models = [model("a", 0.9), model("b", 0.9), model("c", 0.8)]
    pairs = [
        ComparedPair(x, y, Interval(0.0, 0, 0), 1.0, 1.0, (), (), 1.0, 1.0, 0, 0, 0) for x, y in ("ab", "ac", "bc")
    ]
    assert write_ranking(models, pairs, ACCURACY).endswith("; a and b have the best value (90.0 %).")
