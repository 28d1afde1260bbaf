"""The whole of it: findings by severity, JSON, an interrupt; and a second look at a cleaned corpus."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import NoReturn

import numpy as np
import pytest

import textgd
from tests.doctor.made_up import sound
from textgd.corpus import Corpus
from textgd.doctor import clean
from textgd.doctor.finding import SEVERITIES
from textgd.doctor.opinions import OPINIONS
from textgd.errors import DataError


def sick() -> Corpus:
    """A sound corpus with a split, and something wrong of every kind that can be mended."""
    corpus = sound(160)
    texts = list(corpus.texts)
    texts[10], texts[12] = "", "  "
    texts[21] = texts[23] = f"{texts[21]} cafÃ©"
    texts[31] = texts[32]
    texts[100] = texts[0]
    texts[104] = f"{texts[4]} really"
    texts[141] = texts[143]
    texts[60] = f"{texts[60]} \x92 \x00"
    return replace(corpus, texts=tuple(texts), split=("train",) * 90 + ("test",) * 70)


@pytest.fixture(scope="module")
def diagnosis() -> textgd.Diagnosis:
    return textgd.diagnose(sick())


def test_findings_come_by_severity_and_hold_their_rows(diagnosis: textgd.Diagnosis) -> None:
    severities = [SEVERITIES.index(finding.severity) for finding in diagnosis.findings]
    assert severities == sorted(severities)
    found = {finding.kind: set(finding.rows) for finding in diagnosis.findings if finding.severity == "error"}
    assert found == {"contradicting-labels": {32, 33}, "split-leak": {1, 101}}
    rows = {finding.kind: finding.rows for finding in diagnosis.findings}
    assert rows["empty"] == (11, 13)
    assert all(finding.remedy.endswith(".") and finding.message.endswith(".") for finding in diagnosis.findings)


def test_json_holds_what_there_is(diagnosis: textgd.Diagnosis) -> None:
    data = json.loads(json.dumps(diagnosis.to_dict(), allow_nan=False))
    assert data["documents"] == 160
    assert data["split"] == {"train": 90, "test": 70}
    assert data["classes"] == [{"label": "a", "documents": 80}, {"label": "b", "documents": 80}]
    for finding in data["findings"]:
        assert {"kind", "severity", "rows", "message", "remedy", "examples"} <= finding.keys()
        assert (
            finding["kind"] != "exact-duplicate"
            or [row for group in finding["groups"] for row in group] == finding["rows"]
        )
    assert [suspect["row"] for suspect in data["suspects"]] == [suspect.row for suspect in diagnosis.suspects]


def test_labels_of_any_type_are_judged() -> None:
    corpus = sound(60)
    numbers = Corpus(corpus.texts, tuple(np.int64("ab".index(label)) for label in corpus.labels), "numbers")
    data = json.loads(json.dumps(textgd.diagnose(numbers).to_dict()))
    assert [entry["label"] for entry in data["classes"]] == [0, 1]
    mixed = Corpus(("x", "y"), (1, "one"), "mixed")
    assert [entry["label"] for entry in textgd.diagnose(mixed).to_dict()["classes"]] == [1, "one"]


def test_an_interrupt_gives_what_was_found_before() -> None:
    def interrupt(done: int, of: int) -> NoReturn:
        raise KeyboardInterrupt

    ended = textgd.diagnose(sick(), n_jobs=1, progress=interrupt)
    assert ended.is_interrupted
    assert ended.notes == ("labels were not checked: it was interrupted.",)
    assert {"exact-duplicate", "empty", "encoding"} <= {finding.kind for finding in ended.findings}


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    textgd.diagnose(sound(60), n_jobs=1, progress=lambda done, of: told.append((done, of)))
    n_fits = 20 * len(OPINIONS)
    assert told == [(k + 1, n_fits) for k in range(n_fits)]


def test_no_documents() -> None:
    with pytest.raises(DataError, match="no documents"):
        textgd.diagnose(([], []))


# Cleaning


def test_a_second_look_finds_nothing_that_was_mended(diagnosis: textgd.Diagnosis) -> None:
    corpus = sick()
    cleaning = clean(corpus, diagnosis.suspects)
    assert cleaning.dropped == {
        "empty": (11, 13),
        "contradicting-labels": (32, 33),
        "exact-duplicate": (1, 24, 144),
        "split-leak": (5,),
    }
    assert set(cleaning.repaired) == {22, 61}
    kept = [row - 1 for row in cleaning.rows]
    assert cleaning.corpus.labels == tuple(corpus.labels[row] for row in kept)
    assert corpus.split is not None
    assert cleaning.corpus.split == tuple(corpus.split[row] for row in kept)
    suggestions = {suspect.row: suspect.suggested for suspect in diagnosis.suspects}
    assert cleaning.suggested == tuple(suggestions.get(row, "") for row in cleaning.rows)
    again = {finding.kind for finding in textgd.diagnose(cleaning.corpus).findings}
    assert again.isdisjoint({"empty", "contradicting-labels", "exact-duplicate", "split-leak", "encoding"})


def test_nothing_left_is_an_error() -> None:
    with pytest.raises(DataError, match="nothing would be left"):
        clean(Corpus(("same", "same", ""), ("x", "y", "x"), "none"))


def test_a_sound_corpus_stays_as_it_is() -> None:
    corpus = sound(50)
    cleaning = clean(corpus)
    assert (cleaning.corpus, cleaning.dropped, cleaning.repaired) == (corpus, {}, ())
