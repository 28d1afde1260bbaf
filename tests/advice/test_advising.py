"""Advice on made-up corpora where the answer is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from textgd import Advice, Corpus, TextClassifier, advise
from textgd.advice import study
from textgd.advice.display import cells
from textgd.errors import DataError, InvalidParameterError, UnknownNameError
from textgd.evaluation.comparing import compare

FILLERS = list("abcdefghijklmnopqrstuvwxyz")
WORDS = {"pos": ["good", "fine", "great", "lovely"], "neg": ["bad", "awful", "poor", "dull"]}


def by_order(n: int = 160) -> Corpus:
    """Return texts of the same words in both classes, whose order alone tells them apart."""
    rng = np.random.default_rng(1)
    labels, texts = [], []
    for k in range(n):
        pair = ("not good", "good not")[k % 2]
        words = rng.choice(FILLERS, 6).tolist()
        place = int(rng.integers(len(words) + 1))
        texts.append(" ".join([*words[:place], pair, *words[place:]]))
        labels.append(("before", "behind")[k % 2])
    return Corpus(tuple(texts), tuple(labels), "by-order")


def by_spelling(n: int = 160) -> Corpus:
    """Return texts whose words occur once each, and end as the words of their class do."""
    rng = np.random.default_rng(2)
    texts = [" ".join("".join(rng.choice(FILLERS, 7)) + ("ity", "ous")[k % 2] for _ in range(4)) for k in range(n)]
    return Corpus(tuple(texts), ("noun", "adjective") * (n // 2), "by-spelling")


def by_words(n: int = 240, noise: float = 0.1, seed: int = 0) -> Corpus:
    """Return texts with words of their class, some of them labeled otherwise."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(["pos", "neg"], n)
    texts = [" ".join([*rng.choice(WORDS[label], 2), *rng.choice(FILLERS, 8)]) for label in labels]
    flipped = np.where(rng.random(n) < noise, np.where(labels == "pos", "neg", "pos"), labels)
    return Corpus(tuple(texts), tuple(map(str, flipped)), "by-words")


@cache
def advised(**parameters: Any) -> Advice:
    """Return advice on the texts that differ in their words."""
    return advise(by_words(), **{"models": "nb,lm,svm", "budget": None, "random_state": 0, "n_jobs": 1, **parameters})


def test_only_what_reads_characters_is_recommended_where_no_word_recurs() -> None:
    advice = advise(by_spelling(), models="nb,lm,svm,charlm", budget=None, random_state=0, n_jobs=1)
    assert advice.model == "charlm"
    (score, *_), ahead = advice.reasons, [reason for reason in advice.reasons if reason.kind == "family"]
    assert (score.kind, score.value) == ("score", 1.0)
    assert [reason.low > 0.0 for reason in ahead] == [True]
    assert advice.runner_up is not None
    assert advice.runner_up.difference.low > 0.2
    assert {candidate.outcome for candidate in advice.models} == {"recommended", "runner-up, behind", "behind"}


def test_what_reads_the_order_is_told_from_what_does_not() -> None:
    corpus = by_order()
    advice = advise(corpus, models="lm,nb", budget=None, random_state=0, n_jobs=1)
    assert advice.reasons[0].value > 0.95
    # Counts of words alone are the same in both classes.
    unordered = compare({"words": TextClassifier(model="nb", ngram_range=(1, 1))}, corpus, cv=5, random_state=0)
    assert unordered["words"].metrics["accuracy"].high < advice.reasons[0].low


def test_the_score_is_that_of_a_cross_validation_on_the_same_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "_MOST_ROUNDS", 1)
    advice = advised(n_jobs=None)
    compared = compare(["nb", "lm", "svm"], by_words(), cv=5, random_state=0)
    for candidate in advice.models:
        assert candidate.score is not None
        assert candidate.score.value == pytest.approx(compared[candidate.model].metrics["accuracy"].value)
        assert candidate.n_train == max(advice.settings["sizes"]) == 192
    assert advice.settings["rounds"] == 1
    assert advice.runner_up is not None
    pair = next(p for p in compared.pairs if {p.first, p.second} == {advice.model, advice.runner_up.model})
    assert abs(advice.runner_up.difference.value) == pytest.approx(pair.difference.value)


def test_a_need_leaves_only_models_that_have_it() -> None:
    advice = advised(needs="generate,fill")
    assert advice.model == "lm"
    assert advice.runner_up is None
    assert {c.model: c.outcome for c in advice.models if not c.is_eligible} == {
        "nb": "lacks fill",
        "svm": "lacks generate, fill",
    }
    # They were tried all the same, so that it is known what the need costs.
    assert advice["nb"].score is not None
    need = next(reason for reason in advice.reasons if reason.kind == "need")
    assert "has generate, fill, as 1 of 3 models do" in need.text


def test_what_a_need_costs_is_told_with_its_interval() -> None:
    dropped = [change for change in advised(needs="fill").would_change if change.what == "need"]
    for change in dropped:
        assert change.model in ("nb", "svm")
        assert change.low <= change.value <= change.high
        assert "without the need of fill" in change.text
    asked = [change for change in advised().would_change if "fill" in change.text]
    assert [change.model for change in asked] == ["lm"] or advised().model == "lm"


def slow(monkeypatch: pytest.MonkeyPatch, seconds: dict[str, float], train: dict[str, float]) -> None:
    """Let models cost what a test says."""
    from textgd.metrics import Interval

    measure: Callable[..., Any] = study.measure_expenses

    def measured(*arguments: Any) -> Any:
        expenses, failures = measure(*arguments)
        return {
            name: replace(
                expense,
                latency=Interval(seconds[name], seconds[name], seconds[name]),
                train_seconds=train[name],
            )
            for name, expense in expenses.items()
        }, failures

    monkeypatch.setattr(study, "measure_expenses", measured)


def test_limits_leave_only_models_that_keep_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    slow(monkeypatch, {"nb": 0.003, "lm": 0.001, "svm": 0.004}, {"nb": 1.0, "lm": 5.0, "svm": 2.0})
    advice = advised(max_latency=0.002, n_jobs=None)
    assert advice.model == "lm"
    assert advice["nb"].outcome == "too slow: 3.0 ms a document"
    assert any(
        change.what == "latency" and "without the limit of 2.0 ms" in change.text for change in advice.would_change
    )
    with pytest.raises(DataError, match=r"max_latency is 0.0001 seconds .*lm, the fastest, takes 1.0 ms a document"):
        advised(max_latency=0.0001, n_jobs=None)
    with pytest.raises(DataError, match=r"No model that has fill keeps .*max_train is 4 .*lm, .* takes 5.0 s\. Allow"):
        advised(max_train=4.0, needs="fill", n_jobs=None)


def test_of_models_as_good_one_that_costs_half_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = by_words(noise=0.0)
    for cheap in ("nb", "cnb"):
        seconds = {"nb": 0.01, "cnb": 0.01, cheap: 0.001}
        slow(monkeypatch, seconds, {"nb": 1.0, "cnb": 1.0})
        advice = advise(corpus, models="nb,cnb", budget=None, random_state=0, n_jobs=1)
        assert advice.model == cheap
        monkeypatch.undo()


def test_of_an_official_split_the_test_part_stays_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = by_words()
    split = Corpus(corpus.texts, corpus.labels, "split", ("train",) * 160 + ("test",) * 80)
    wrong = Corpus(corpus.texts, (*corpus.labels[:160], *(["pos", "neg"] * 40)), "split", split.split)
    found = [
        advise(c, models="nb,svm", budget=None, random_state=0, n_jobs=1).to_dict()["models"] for c in (split, wrong)
    ]
    assert [m["score"] for m in found[0]] == [m["score"] for m in found[1]]
    assert {m["n_train"] for m in found[0]} == {128}


def test_unlabeled_documents_are_measured() -> None:
    more = by_words(300, seed=7).texts
    advice = advise(by_words(40, noise=0.0), models="nb,svm", budget=None, random_state=0, n_jobs=1, unlabeled=more)
    assert advice.settings["n_unlabeled"] == 300
    told = [r for r in advice.reasons if r.kind == "unlabeled"] or [
        c for c in advice.would_change if c.what == "unlabeled"
    ]
    assert all("300" in one.text and one.low <= one.value <= one.high for one in told)
    assert told
    assert any(change.text.endswith("give some (--unlabeled)") for change in advised().would_change)
    with pytest.raises(DataError, match="no text in the unlabeled documents"):
        advise(by_words(40), models="nb", budget=None, unlabeled=[" "])


def test_what_missing_words_cost_is_measured_where_that_is_needed() -> None:
    corpus = by_words(80, noise=0.0)
    advice = advise(corpus, models="nb,svm", needs="missing", budget=None, random_state=0, n_jobs=1)
    assert (advice.model, advice["svm"].outcome) == ("nb", "lacks missing")
    (missing,) = [reason for reason in advice.reasons if reason.kind == "missing"]
    assert missing.low <= missing.value <= missing.high
    assert missing.value < advice.reasons[0].value  # what tells the classes apart is gone from some texts
    assert "with 30 % of the words missing" in missing.text
    assert not [reason for reason in advised().reasons if reason.kind == "missing"]


def test_a_file_of_fewer_documents_says_so() -> None:
    advice = advised()
    shown = cells(replace(advice["nb"], is_measured=False, n_costed=200), advice)
    assert shown[-1].endswith("B from 200")
    assert cells(advice["nb"], advice)[-1].endswith("B")
    assert advice["nb"].n_costed == 240


def test_json_holds_everything() -> None:
    found = advised().to_dict()
    assert list(found)[:4] == ["model", "reasons", "runner_up", "would_change"]
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert set(found["reasons"][0]) == {"kind", "text", "value", "low", "high", "unit"}
    assert {"model", "difference", "p_value", "text"} == set(found["runner_up"])
    assert found["command"] is None
    assert found["curves"]["train_sizes"] == found["settings"]["sizes"]


def test_the_same_seed_gives_the_same_scores_whatever_the_number_of_threads() -> None:
    one, two = (advised(n_jobs=n).to_dict() for n in (1, 2))
    assert {m["model"]: m["score"] for m in one["models"]} == {m["model"]: m["score"] for m in two["models"]}


# Time


def test_too_short_a_budget_says_what_it_takes() -> None:
    with pytest.raises(InvalidParameterError, match=r"budget is 0.001 seconds, .* that takes about \d+ seconds here"):
        advised(budget=0.001)


def test_models_leave_where_there_is_no_time_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "_PROBES", (24, 24, 48))
    monkeypatch.setattr(study.Race, "seconds", lambda race, models, size: 0.02 * size * len(models))
    clock = {"left": 30.0}
    run = study.Race.run

    def running(race: Any, models: list[str], size: int) -> bool:
        clock["left"] -= 0.02 * size * len(models)
        return run(race, models, size)

    monkeypatch.setattr(study.Race, "run", running)
    monkeypatch.setattr(study.Study, "left", lambda self: clock["left"])
    monkeypatch.setattr(study.Study, "_affordable", lambda self, ranked: np.arange(240))
    advice = advise(by_words(), models="nb,cnb,bnb,svm", budget=None, random_state=0, n_jobs=1)
    left = [candidate for candidate in advice.models if candidate.n_train < 192]
    assert left
    for candidate in left:
        behind, untried = f"behind with {candidate.n_train:,} documents", "not tried, for lack of time"
        assert candidate.outcome == (behind if candidate.n_train else untried)
    assert {candidate.family for candidate in advice.models if candidate.n_train == 192} >= {"discriminative"}
    assert clock["left"] >= 0.0


def test_a_part_is_studied_where_there_is_no_time_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "_PROBES", (24, 24, 48))
    monkeypatch.setattr(study.Study, "_seconds", lambda self, models, size: 0.0 if size < 120 else float("inf"))
    advice = advise(by_words(), models="nb,svm", budget=60.0, random_state=0, n_jobs=1)
    assert 48 < advice.settings["n_read"] < 150
    assert any(change.what == "time" for change in advice.would_change)


# Bad input


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"needs": "sing"}, UnknownNameError, "There is no need 'sing'. .*generate"),
        (
            {"needs": "fill", "models": "nb,svm"},
            InvalidParameterError,
            "needs is fill; none of the models nb, svm has all of that. Those that have fill: none",
        ),
        ({"needs": "class_priors"}, UnknownNameError, "Did you mean class-prior"),
        ({"models": "nbb"}, UnknownNameError, "There is no model 'nbb'"),
        ({"models": "nb,nb"}, InvalidParameterError, "named twice"),
        ({"models": ""}, InvalidParameterError, "names no model"),
        ({"budget": -1.0}, InvalidParameterError, "budget is -1"),
        ({"max_latency": 0}, InvalidParameterError, "max_latency is 0"),
        ({"max_train": "soon"}, InvalidParameterError, "max_train is 'soon'"),
        ({"metric": "beauty"}, UnknownNameError, "There is no metric"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_bad_parameters(parameters: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        advise(by_words(20), **parameters)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["ham"] * 4, "one class only, 'ham'"),
        (["ham", "ham", "ham", "spam"], "Class 'spam' has 1 document; two different ones"),
    ],
)
def test_corpora_that_are_too_small(labels: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        advise((["a b", "c d", "e f", "g h"], labels))
