"""What is worth trying: all of it can be tried, alone and together."""

from __future__ import annotations

from itertools import combinations

import pytest

from textgd.classifier import TextClassifier
from textgd.models import MODELS
from textgd.parameters import MODEL, PARAMETERS, TEXT
from textgd.tuning.space import Candidate, combine, single_changes


@pytest.mark.parametrize("name", MODELS)
def test_every_change_and_every_two_make_a_classifier(name: str) -> None:
    changes = single_changes(MODELS[name], is_limited=True)
    singles = [Candidate(name).changed(change) for change in changes]
    pairs = [Candidate(name).changed(*two) for two in combinations(changes, 2)]
    candidates = {candidate for candidate in [*singles, *pairs] if candidate is not None}
    assert len(candidates) > 2 * len(changes)
    for candidate in candidates:
        classifier = TextClassifier(**candidate.parameters)
        classifier.build_vectorizer()
        classifier.build_model()


@pytest.mark.parametrize("name", MODELS)
def test_no_change_is_the_model_as_it_is(name: str) -> None:
    own = TextClassifier(model=name)
    described = repr(vars(own.build_vectorizer())), own.build_model().get_params()
    for change in single_changes(MODELS[name], is_limited=True):
        changed = TextClassifier(model=name, **change)
        assert (repr(vars(changed.build_vectorizer())), changed.build_model().get_params()) != described, change


@pytest.mark.parametrize("name", MODELS)
def test_the_registry_holds_what_is_of_the_model_alone(name: str) -> None:
    parts = {p.name: p.part for p in PARAMETERS}
    for change in (*MODELS[name].search, *MODELS[name].smaller):
        assert all(parts[key] != TEXT for key in change)
        assert any(parts[key] == MODEL or key in ("binary", "tfidf") for key in change)


def test_a_limit_of_size_asks_for_smaller_models_first() -> None:
    limited = single_changes(MODELS["svm"], is_limited=True)
    assert [dict(change) for change in limited[:2]] == [{"min_df": 5}, {"hashing": 2**18}]
    assert all(change in limited for change in single_changes(MODELS["svm"]))
    assert dict(single_changes(MODELS["lm"], is_limited=True)[0]) == {"order": 3, "prune": (0, 0, 1)}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"C": 1.0}, {"C": 3.0, "binary": True}),
        ({"analyzer": "char_wb"}, {"negation": True}),
        ({"hashing": 2**16}, {"min_df": 2}),
    ],
)
def test_what_does_not_go_together(first: dict[str, object], second: dict[str, object]) -> None:
    assert Candidate("svm").changed(first, second) is None
    assert Candidate("svm").changed(second, first) is None


def test_the_order_of_changes_makes_no_other_candidate() -> None:
    one, other = {"min_df": 2}, {"C": 1.0}
    assert Candidate("svm").changed(one, other) == Candidate("svm").changed(other, one)


def test_combinations_come_by_the_sum_of_their_gains() -> None:
    gains = [({"C": 1.0}, 0.01), ({"min_df": 2}, 0.03), ({"lowercase": False}, 0.02), ({"negation": True}, 0.0)]
    found = [dict(candidate.changes) for candidate in combine("svm", gains)]
    assert found == [
        {"C": 1.0, "lowercase": False, "min_df": 2},
        {"lowercase": False, "min_df": 2},
        {"C": 1.0, "min_df": 2},
        {"C": 1.0, "lowercase": False},
    ]
    based = combine("svm", gains, {"max_features": 100})
    assert all(dict(candidate.changes)["max_features"] == 100 for candidate in based)
