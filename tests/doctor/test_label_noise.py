"""A small version of scripts/reproduce.py label-noise: what is planted is counted, and most of it is found."""

from __future__ import annotations

import json

from scripts.studies.label_noise import flip, markdown, near_groups, reproduce, to_json
from tests.doctor.made_up import sound
from textgd.doctor.duplicates import find_copies


def test_what_is_planted_is_counted_and_found() -> None:
    corpus = sound(240, length=(25, 45))
    said: list[str] = []
    result = reproduce("sound", corpus, 1, said.append)
    assert said == ["sound: flips, repeat 1 of 1"]
    assert result.exact == [1.0]
    assert result.near[0] >= 0.95
    assert result.n_near_groups == 0
    assert 0.5 <= result.flips[0] <= 1.0
    row = markdown([result]).splitlines()[-1]
    assert row.startswith(f"| sound | 240 | {100 * result.flips[0]:.1f} |")
    assert json.loads(json.dumps(to_json([result])))[0]["flips"] == result.flips


def test_a_flip_gives_another_label_to_one_in_twenty() -> None:
    corpus = sound(240)
    flipped, rows = flip(corpus, 0)
    assert len(rows) == 12
    assert {i for i, (a, b) in enumerate(zip(corpus.labels, flipped.labels, strict=True)) if a != b} == rows
    assert near_groups(find_copies(("a b c", "A b c!", "other"))) == []
