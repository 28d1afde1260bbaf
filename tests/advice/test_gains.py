"""What unlabeled documents are said to change."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from textgd import Advice, Corpus, advise
from textgd.advice import gains
from textgd.advice.findings import Lead
from textgd.advice.gains import INTERRUPTED, NO_TIME, Gain, decisive_gain, unlabeled_changes
from textgd.advice.race import Race
from textgd.advice.wording import Words
from textgd.evaluation.measures import find_measure
from textgd.metrics import Interval

WORDS = Words(find_measure("accuracy"), 1)
SURE, OPEN = Lead(Interval(0.2, 0.1, 0.3), 0.01), Lead(Interval(0.1, -0.1, 0.3), 0.3)


def by_rare_words(n: int, seed: int) -> Corpus:
    """Return texts whose words are of one class each, so many of them that few documents do not have them all."""
    rng = np.random.default_rng(seed)
    labels = tuple(("pos", "neg")[k % 2] for k in range(n))
    texts = tuple(" ".join(f"{label}{word}" for word in rng.integers(0, 300, 3)) for label in labels)
    return Corpus(texts, labels, "by-rare-words")


@cache
def advised(budget: float | None = None) -> Advice:
    more = by_rare_words(600, 1).texts
    return advise(by_rare_words(60, 0), models="nb,svm", budget=budget, random_state=0, n_jobs=1, unlabeled=more)


def test_a_model_that_is_ahead_with_unlabeled_documents_alone_is_recommended_with_them() -> None:
    advice = advised()
    assert (advice.model, advice.settings["learns_from_unlabeled"]) == ("nb", True)
    (gain,) = [reason for reason in advice.reasons if reason.kind == "unlabeled"]
    assert gain.low > 0.0
    assert gain.text.startswith("600 unlabeled documents more make that better by")
    # What was measured without them says so, and nothing is claimed of models that were not tried with them.
    (train,) = [reason for reason in advice.reasons if reason.kind == "train"]
    assert train.text.endswith("without unlabeled documents")
    assert advice.runner_up is not None
    assert (advice.runner_up.model, advice["svm"].outcome.split()[0]) == ("svm", "runner-up,")
    assert not {"chance", "latency", "training_time", "more_data", "less_data"} & {c.what for c in advice.would_change}


def test_what_could_not_be_measured_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(trial: Any, number: int, n_splits: int) -> Any:
        raise gains._NotMeasured("it failed: ValueError: no")

    monkeypatch.setattr(gains._Trial, "_run", nobody)
    advice = advise(by_rare_words(20, 0), models="nb", budget=None, random_state=0, n_jobs=1, unlabeled=["pos1 pos2"])
    (told,) = [change for change in advice.would_change if change.what == "unlabeled"]
    assert told.text.endswith("what nb would gain was not measured, for it failed: ValueError: no")
    assert not advice.settings["learns_from_unlabeled"]


def test_an_interrupt_leaves_what_was_measured_before(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Race.run

    def interrupted(race: Race, models: Any, size: int) -> bool:
        if any("unlabeled" in name for name in models):
            raise KeyboardInterrupt
        return run(race, models, size)

    monkeypatch.setattr(Race, "run", interrupted)
    with pytest.warns(UserWarning, match="Interrupted"):
        advice = advise(by_rare_words(20, 0), models="nb", budget=None, random_state=0, n_jobs=1, unlabeled=["pos1"])
    assert advice.settings["interrupted"]
    assert any(INTERRUPTED in change.text for change in advice.would_change)


def test_no_more_unlabeled_documents_are_learned_from_than_there_is_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def run(trial: Any, number: int, n_splits: int) -> Any:
        tried.append((number, n_splits))
        clock[0] += 0.01 * number * n_splits
        return None, ""

    clock, found = [0.0], Gain("nb", 0, SURE, "nb", SURE, 1.0)
    monkeypatch.setattr(gains._Trial, "_run", run)
    monkeypatch.setattr(gains._Trial, "_judged", lambda trial, race, name, number: replace(found, n_unlabeled=number))
    monkeypatch.setattr(gains, "monotonic", lambda: clock[0])
    advice = advised()  # for its folds alone
    assert tried == []
    race: Any = type("Race", (), {"n_workers": 1, "data": type("Data", (), {"splits": range(5)})})
    findings: Any = type("Findings", (), {"rounds": [race], "sizes": [advice.settings["sizes"][-1]]})
    trial = gains._Trial(findings, "nb", "nb", ["text"] * 2000, 1, lambda: 60.0 - clock[0], 0.0)
    number = trial.gain().n_unlabeled
    assert tried == [(200, 1), (number, 5)]
    assert 200 < number < 2000
    assert clock[0] <= 60.0
    late = replace(trial, left=lambda: 5.0)
    with pytest.raises(gains._NotMeasured, match="lack of time"):
        late.gain()


def test_what_takes_too_long_to_train_is_not_decisive() -> None:
    slow, fast = Gain("nb", 9, SURE, "lm", SURE, 5.0), Gain("lm", 9, SURE, "lm", OPEN, 1.0)
    assert decisive_gain([slow, fast]) is slow
    assert decisive_gain([slow, fast], max_train=2.0) is None
    assert decisive_gain([fast]) is None


def test_sentences_are_of_what_was_measured() -> None:
    gain = Gain("nb", 900, SURE, "lm", OPEN, 1.0)
    (told,) = unlabeled_changes([gain], {}, None, WORDS)
    assert told.text == (
        "unlabeled documents: with 900 nb gains 20.0 points [10.0, 30.0]; it is then ahead of lm by 10.0 points "
        "[-10.0, 30.0], which may be noise"
    )
    sure = replace(gain, over_choice=SURE)
    without, unknown = unlabeled_changes([sure], {"lm": NO_TIME}, sure, WORDS)
    assert without.text == "without the unlabeled documents: lm, 20.0 points [10.0, 30.0] behind"
    assert (without.model, without.value, without.low, without.high) == ("lm", -0.2, -0.3, -0.1)
    assert unknown.text.endswith("what lm would gain was not measured, for lack of time; --budget gives more")
