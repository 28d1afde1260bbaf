"""The whole search, on made-up text that takes no time."""

from __future__ import annotations

import dataclasses
import json
import math
import shlex
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from textgd.classifier import TextClassifier
from textgd.corpus import Corpus, holdout
from textgd.errors import DataError, InvalidParameterError, UnknownNameError
from textgd.evaluation import costs
from textgd.evaluation.measures import find_measure
from textgd.metrics.intervals import Interval, wilson_interval
from textgd.tuning import halving, trials
from textgd.tuning.limits import NOTES_BYTES
from textgd.tuning.listing import _interval
from textgd.tuning.result import Tuning
from textgd.tuning.search import tune
from textgd.tuning.space import Candidate
from textgd.tuning.trials import Trial

WORDS = {"pos": ["good", "fine", "great", "lovely"], "neg": ["bad", "awful", "poor", "dull"]}
FILLERS = list("abcdefghijklmnopqrstuvwxyz")


def make(n: int, seed: int = 0) -> Corpus:
    """Return a corpus in which each class has words of its own, and some of the other."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(["pos", "neg"], n)
    texts = [
        " ".join(
            [*rng.choice(WORDS[label], 2), *rng.choice([*WORDS["pos"], *WORDS["neg"]], 2), *rng.choice(FILLERS, 8)]
        )
        for label in labels
    ]
    return Corpus(tuple(texts), tuple(map(str, labels)), "made-up")


CORPUS = make(300)
ACCURACY = find_measure("accuracy")


@pytest.fixture
def rungs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few documents do for a rung."""
    monkeypatch.setattr(halving, "_LEAST", 20)
    monkeypatch.setattr(halving, "_LEAST_A_CLASS", 10)


def tuned(**parameters: Any) -> Tuning:
    return tune(CORPUS, **{"model": "nb", "budget": None, "random_state": 0, "max_candidates": 8, **parameters})


@pytest.mark.usefixtures("rungs")
def test_the_default_of_each_model_climbs_with_it() -> None:
    tuning = tuned(model="nb,svm,lm", max_candidates=24)
    assert tuning.settings["rungs"] == [27, 80, 240]
    by_size = {size: {t.options for t in tuning.tried if t.n_documents >= size} for size in (27, 80, 240)}
    assert len(by_size[27]) > len(by_size[80]) > len(by_size[240]) > 1
    for options in by_size.values():
        models = {option.split()[1] for option in options}
        assert {f"--model {model}" for model in models} <= options
    # Of three models two climb, of two one.
    assert [len({option.split()[1] for option in by_size[size]}) for size in (27, 80, 240)] == [3, 2, 1]


@pytest.mark.usefixtures("rungs")
@pytest.mark.parametrize("model", ["nb", "nb,svm"])
def test_the_result_does_not_depend_on_the_number_of_threads(model: str) -> None:
    one, three = (tuned(model=model, n_jobs=n, max_candidates=14).to_dict() for n in (1, 3))
    for result in (one, three):
        del result["seconds"], result["seconds_per_document"], result["tried"][0]["seconds_per_document"]
    assert one == three
    assert len(one["tried"]) > 4


def test_the_command_says_what_the_classifier_is() -> None:
    tuning = tuned(max_candidates=30, random_state=3, test_size=0.25, command_line=["made-up"])
    train, _ = holdout(CORPUS.labels, test_size=0.25, random_state=3)
    texts, labels = ([values[row] for row in train.tolist()] for values in (CORPUS.texts, CORPUS.labels))
    again = TextClassifier(**tuning.parameters).fit(texts, labels)
    assert tuning.classifier is not None
    assert np.array_equal(again.predict_log_proba(CORPUS.texts), tuning.classifier.predict_log_proba(CORPUS.texts))
    assert tuning.command is not None
    assert tuning.command.startswith("textgd train made-up --test-size 0.25 --seed 3 --model nb")


@pytest.mark.parametrize("metric", ["accuracy", "f1", "log_loss"])
def test_a_class_of_the_dev_part_alone_changes_nothing(metric: str) -> None:
    split = ("train",) * 200 + ("dev",) * 40 + ("test",) * 60
    # Before the others in the alphabet, so that positions in all classes are none in those of the training part.
    labels = (*CORPUS.labels[:200], *["aside"] * 40, *CORPUS.labels[240:])
    found, plain = (
        tune(Corpus(CORPUS.texts, given, "made-up", split), "nb", metric, None, random_state=0, max_candidates=4)
        for given in (labels, CORPUS.labels)
    )
    assert [tried.score for tried in found.tried] == [tried.score for tried in plain.tried]
    assert found.score == plain.score
    assert found.tried[0].score.value > 0.8 or metric == "log_loss"


def test_only_a_corpus_that_a_command_can_be_told_has_one(tmp_path: Path) -> None:
    path = tmp_path / "two words.jsonl"
    rows = zip(CORPUS.texts, CORPUS.labels, strict=True)
    path.write_text("".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in rows))
    few: dict[str, Any] = {"model": "nb", "budget": None, "random_state": 0, "max_candidates": 1}
    for source in (path, str(path)):
        command = tune(source, **few).command
        assert command is not None
        assert shlex.split(command) == ["textgd", "train", str(path), "--model", "nb"]
    in_memory = tune((list(CORPUS.texts), list(CORPUS.labels)), **few)
    assert (in_memory.command, in_memory.to_dict()["command"]) == (None, None)
    assert tuned(max_candidates=1).command is None
    registered = Corpus(CORPUS.texts, CORPUS.labels, "starter-spam")
    assert tune(registered, **few).command == "textgd train starter-spam --model nb"


def test_scores_of_the_search_have_honest_intervals() -> None:
    tuning = tuned(max_candidates=3)
    for tried in tuning.tried:
        n_right = round(tried.score.value * tried.n_documents)
        assert tried.score == wilson_interval(n_right, tried.n_documents)
    assert math.isnan(_interval(Trial(Candidate("nb"), 24, np.full(101, np.nan), reason="it failed"), ACCURACY).value)
    sure = _interval(Trial(Candidate("nb"), 24, np.zeros(101)), ACCURACY)
    assert (sure.value, sure.high) == (1.0, 1.0)
    assert sure.low < 0.9


def test_json_has_no_number_that_json_has_not() -> None:
    tuning = tuned(max_candidates=1)
    endless = dataclasses.replace(tuning, seconds_per_document=math.inf, score=Interval(math.nan, -math.inf, math.inf))
    found = endless.to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == json.loads(json.dumps(found))
    assert found["seconds_per_document"] is None
    assert found["score"] == {"value": None, "low": None, "high": None}
    assert {"bytes", "seconds_per_document"} <= set(found) & set(found["tried"][0])


def test_what_the_winner_is_worth_is_told_of_documents_it_has_not_seen() -> None:
    tuning = tuned()
    _, test = holdout(CORPUS.labels, random_state=0)
    texts, labels = ([values[row] for row in test.tolist()] for values in (CORPUS.texts, CORPUS.labels))
    assert tuning.classifier is not None
    assert tuning.score is not None
    assert len(test) == tuning.settings["n_test"]
    assert tuning.score.value == pytest.approx(np.mean(tuning.classifier.predict(texts) == np.array(labels)))
    assert tuning.difference is not None
    assert tuning.default_score is not None
    assert tuning.difference.value == pytest.approx(tuning.score.value - tuning.default_score.value)


def test_a_change_that_helps_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    # What tells the classes apart is upper case alone, which models do not see unless they are told to.
    rng = np.random.default_rng(0)
    labels = rng.choice(["shout", "talk"], 300)
    texts = [" ".join(rng.choice(FILLERS, 9)) for _ in labels]
    cased = tuple(text.upper() if label == "shout" else text for text, label in zip(texts, labels, strict=True))
    tuning = tune(Corpus(cased, tuple(map(str, labels)), "cased"), "nb", budget=None, random_state=0, max_candidates=20)
    assert tuning.parameters == {"model": "nb", "lowercase": False}
    assert tuning.score is not None
    assert tuning.default_score is not None
    assert tuning.score.value == 1.0 > tuning.default_score.high
    assert tuning.tried[0].outcome == "winner"
    assert tuning.difference is not None
    assert tuning.difference.low > 0.0


# Limits


def test_a_limit_of_size_is_kept_by_the_file(tmp_path: Path) -> None:
    train, _ = holdout(CORPUS.labels, random_state=0)
    texts, labels = ([values[row] for row in train.tolist()] for values in (CORPUS.texts, CORPUS.labels))
    limit = TextClassifier(model="svm").fit(texts, labels).file_size() // 2
    tuning = tuned(model="svm", max_size=limit + NOTES_BYTES, max_candidates=12)
    assert tuning.classifier is not None
    tuning.classifier.save(tmp_path / "small.textgd")
    assert (tmp_path / "small.textgd").stat().st_size == tuning.n_bytes
    assert tuning.n_bytes is not None
    assert tuning.n_bytes <= limit
    outcomes = {tried.options: tried.outcome for tried in tuning.tried}
    assert outcomes["--model svm"] == "too large"
    assert all((tried.n_bytes or 0) <= limit for tried in tuning.tried if tried.outcome in ("winner", "finalist"))
    assert any("max_features" in tried.parameters for tried in tuning.tried)


def test_a_limit_of_latency_drops_what_is_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    def latency(scorer: Any, documents: Any) -> float:
        return 0.002 if scorer.extractor.analysis.ngram_range == (1, 2) else 0.0005

    monkeypatch.setattr(trials, "measure_latency", latency)
    tuning = tuned(model="svm", max_latency=0.001)
    outcomes = {tried.options: tried.outcome for tried in tuning.tried}
    assert outcomes["--model svm"] == "too slow"
    assert tuning.parameters["ngram_range"] in ((1, 1), (1, 3))
    with pytest.raises(DataError, match=r"max_latency is 0.0001 .* the fastest, --model svm.*takes 0.0005"):
        tuned(model="svm", max_latency=0.0001)


def test_where_nothing_fits_the_smallest_is_named() -> None:
    with pytest.raises(DataError, match=r"max_size is 3,000 bytes .*the smallest, --model svm .*has [\d,]+\. Allow"):
        tuned(model="svm", max_size=3000)


# Time


class Machine:
    """A machine whose every fit takes the seconds that a test says, on a clock of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seconds: Callable[[Candidate, int], float]) -> None:
        self.now, self._lock = 1000.0, threading.Lock()
        fit = trials.Rung._try

        def slowly(rung: Any, candidate: Candidate, *rest: Any) -> Any:
            trial = fit(rung, candidate, *rest)
            with self._lock:
                self.now += seconds(candidate, rung.size)
            rung._bench.costs.add(candidate, rung.size, seconds(candidate, rung.size), 1)
            return trial

        monkeypatch.setattr(trials.Rung, "_try", slowly)
        for module in (costs, trials):
            monkeypatch.setattr(module, "monotonic", lambda: self.now)


@pytest.mark.usefixtures("rungs")
@pytest.mark.parametrize("budget", [12.0, 30.0, 100.0])
@pytest.mark.parametrize(
    "seconds",
    [
        lambda candidate, size: 0.01 * size,
        lambda candidate, size: 0.05 + 0.02 * size * (3 if candidate.model == "svm" else 1),
        lambda candidate, size: 0.002 * size**1.15 * (1 + 2 * len(candidate.changes)),
    ],
)
def test_the_budget_is_kept(
    monkeypatch: pytest.MonkeyPatch, budget: float, seconds: Callable[[Candidate, int], float]
) -> None:
    monkeypatch.setattr(halving, "_PROBES", (10, 20))
    monkeypatch.setattr(halving, "_WARM_UP", 10)
    machine = Machine(monkeypatch, seconds)
    started = machine.now
    tuning = tuned(model="nb,svm", budget=budget, n_jobs=1, max_candidates=300)
    assert machine.now - started <= budget
    assert tuning.seconds == machine.now - started
    assert any(tried.options == f"--model {tuning.default}" and tried.n_documents == 240 for tried in tuning.tried)
    if budget == 100.0:
        assert machine.now - started > 0.4 * budget
        assert len(tuning.tried) > 10


def test_what_is_spent_already_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, lambda candidate, size: 0.01 * size)
    started = machine.now
    tuned(budget=30.0, spent=20.0, n_jobs=1, max_candidates=300)
    assert machine.now - started <= 10.0


@pytest.mark.usefixtures("rungs")
def test_too_short_a_budget_says_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halving, "_PROBES", (10, 20))
    monkeypatch.setattr(halving, "_WARM_UP", 10)
    Machine(monkeypatch, lambda candidate, size: 0.1 * size)
    with pytest.raises(
        InvalidParameterError, match=r"budget is 9 seconds, .* takes about (\d+) seconds here"
    ) as raised:
        tuned(budget=9.0, n_jobs=1)
    needed = int(str(raised.value).split("takes about ")[1].split()[0])
    assert 24 <= needed <= 60


# Interrupts


def interrupt_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    add, count = trials.Rung._add, 0

    def adding(rung: Any, trial: Trial) -> None:
        nonlocal count
        add(rung, trial)
        count += 1
        if count == number:
            raise KeyboardInterrupt

    monkeypatch.setattr(trials.Rung, "_add", adding)


def test_an_interrupt_gives_the_best_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt_at(monkeypatch, 3)
    with pytest.warns(UserWarning, match="Interrupted"):
        tuning = tuned(n_jobs=1)
    assert tuning.settings["interrupted"]
    assert len(tuning.tried) == 3
    assert tuning.score is not None


@pytest.mark.usefixtures("rungs")
def test_an_interrupt_below_the_last_rung_gives_no_honest_score(monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt_at(monkeypatch, 3)
    with pytest.warns(UserWarning, match="Interrupted"):
        tuning = tuned(n_jobs=1)
    assert (tuning.score, tuning.difference, tuning.classifier) == (None, None, None)
    assert tuning.tried[0].n_documents == 27
    assert tuning.to_dict()["score"] is None


def test_an_interrupt_before_anything_was_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(trials.Rung, "_enter", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tuned()


# What is asked for


@pytest.mark.parametrize("word", ["any", "all"])
def test_a_word_for_the_whole_registry(word: str) -> None:
    from textgd.models import MODELS

    tuning = tuned(model=word, max_candidates=len(MODELS))
    assert {tried.options for tried in tuning.tried} == {f"--model {name}" for name in MODELS}


def test_a_metric_goes_by_the_name_that_scikit_learn_has_for_it() -> None:
    assert tuned(metric="neg_log_loss", max_candidates=3).metric == "log_loss"
    loss = tuned(metric="log_loss", model="svm", max_candidates=3)
    assert loss.score is not None
    assert 0.0 < loss.score.low < loss.score.value < loss.score.high


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"model": "nbb"}, UnknownNameError, "no model 'nbb'"),
        ({"model": "nb,nb"}, InvalidParameterError, "named twice"),
        ({"model": ""}, InvalidParameterError, "names no model"),
        ({"metric": "f2"}, UnknownNameError, "no metric 'f2'"),
        ({"budget": 0}, InvalidParameterError, "budget"),
        ({"max_size": 0}, InvalidParameterError, "max_size"),
        ({"max_latency": 0}, InvalidParameterError, "max_latency"),
        ({"max_candidates": 0}, InvalidParameterError, "max_candidates"),
        ({"random_state": -1}, InvalidParameterError, "random_state"),
        ({"n_jobs": 0}, InvalidParameterError, "n_jobs"),
        ({"test_size": 2}, InvalidParameterError, "test_size"),
    ],
)
def test_what_is_refused(parameters: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        tuned(**parameters)


def test_documents_that_nothing_can_be_learned_from() -> None:
    with pytest.raises(DataError):
        tune(Corpus(("so good",) * 4, ("pos",) * 4, "one class"), "nb", budget=None)
    blank = Corpus(tuple(" " * (n + 1) for n in range(40)), ("pos", "neg") * 20, "blank")
    with pytest.raises(DataError):
        tune(blank, "nb", budget=None, max_candidates=2)


def test_three_classes_need_a_measure_for_them() -> None:
    three = Corpus((*CORPUS.texts[:60],), ("a", "b", "c") * 20, "three")
    with pytest.raises(InvalidParameterError, match="two classes"):
        tune(three, "nb", "roc_auc")
    assert tune(three, "nb", "f1", budget=None, random_state=0, max_candidates=3).metric == "f1_macro"
