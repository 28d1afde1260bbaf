"""Pictures dwell on what the verdict speaks of."""

from __future__ import annotations

from dataclasses import replace

from tests.made_up import make_curves
from textgd.evaluation.crossover import Crossover
from textgd.evaluation.highlights import find_leaders, marked_crossovers


def test_leaders_are_the_best_of_each_family_or_the_two_best() -> None:
    assert find_leaders(make_curves(("nb", "lm", "lr", "svm", "nbsvm"))) == ("lm", "svm", "nbsvm")
    assert find_leaders(make_curves(("bnb", "nb", "lm"))) == ("nb", "lm")
    assert find_leaders(make_curves(("nb",))) == ("nb",)
    # An estimator of unknown family joins no family.
    assert find_leaders(make_curves(("nb", "mine", "svm"))) == ("nb", "svm")


def test_a_model_that_got_further_leads_one_that_did_not() -> None:
    assert find_leaders(make_curves(("nb", "lm", "svm"), gaps={"lm": (7,)})) == ("nb", "svm")
    assert find_leaders(make_curves(("lm", "svm"), gaps={"svm": tuple(range(8))})) == ("lm",)


def test_only_decided_crossings_of_leaders_are_marked() -> None:
    curves = make_curves(("nb", "lm", "svm"))
    given_ = [
        Crossover("nb", "lm", 100.0, 50.0, 200.0, 0.99, "once"),
        Crossover("nb", "svm", 100.0, 50.0, 200.0, 0.99, "once"),
        Crossover("lm", "svm", 100.0, 50.0, 200.0, 0.99, "once"),
    ]
    assert marked_crossovers(replace(curves, crossovers=tuple(given_))) == (given_[2],)
    for kind, n in {"several": 1, "undecided": 0, "outside": 0, "always": 0, "never": 0}.items():
        changed = replace(curves, crossovers=(replace(given_[2], kind=kind),))
        assert len(marked_crossovers(changed)) == n


def test_a_crossing_is_marked_only_if_it_is_sure_among_all_that_could_be_said() -> None:
    crossover = Crossover("nb", "svm", 310.0, 180.0, 520.0, 0.99, "once")
    for names, n in ((("nb", "svm"), 1), (("nb", "lr", "svm"), 0)):
        curves = make_curves(names)
        # At 0.005 the later lead is sure among the 8 sizes of one pair, but not among those of two.
        p_values = {("nb", "svm", 20): 1e-6, ("nb", "svm", 4460): 0.005}
        compared = [replace(c, p_value=p_values.get((c.first, c.second, c.size), 1.0)) for c in curves.comparisons]
        curves = replace(curves, comparisons=tuple(compared), crossovers=(crossover,))
        assert len(marked_crossovers(curves)) == n
