"""Each check finds what was planted into a sound corpus, with its rows, and nothing in the corpus as it was."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from tests.doctor.made_up import edited, sound, vocabulary
from textgd.corpus import Corpus
from textgd.doctor.classes import find_class_problems
from textgd.doctor.duplicates import find_copies, find_duplicates
from textgd.doctor.encodings import find_damage
from textgd.doctor.finding import Finding
from textgd.doctor.languages import find_language_outliers, script_of
from textgd.doctor.leaks import find_leaks
from textgd.doctor.lengths import find_length_outliers, is_empty

SOUND = sound()


def with_texts(corpus: Corpus, changes: dict[int, str]) -> Corpus:
    """The corpus with other texts in some rows, counted from 1."""
    texts = list(corpus.texts)
    for row, text in changes.items():
        texts[row - 1] = text
    return replace(corpus, texts=tuple(texts))


def of_kind(findings: list[Finding], kind: str) -> list[Finding]:
    return [finding for finding in findings if finding.kind == kind]


def duplicates(corpus: Corpus) -> list[Finding]:
    return find_duplicates(corpus, find_copies(corpus.texts))


def languages(corpus: Corpus) -> list[Finding]:
    return find_language_outliers(corpus, np.arange(len(corpus)))


@pytest.mark.parametrize(
    "check", [duplicates, find_class_problems, find_damage, find_leaks, find_length_outliers, languages]
)
def test_nothing_is_found_where_nothing_is_wrong(check: object) -> None:
    assert check(SOUND) == []  # type: ignore[operator]


# Copies


def test_copies_of_every_kind_are_told_apart() -> None:
    rng = random.Random(1)
    exact, shouted = SOUND.texts[0], f"{SOUND.texts[1].upper()}!"
    near = edited(SOUND.texts[2], rng, vocabulary(900))
    corpus = with_texts(SOUND, {201: exact, 202: shouted, 203: near})
    found = {finding.kind: finding for finding in duplicates(corpus)}
    assert found.keys() == {"exact-duplicate", "near-duplicate"}
    assert found["exact-duplicate"].groups == ((1, 201), (2, 202))
    assert found["exact-duplicate"].rows == (1, 201, 2, 202)
    assert "1 to the byte, 1 but for case" in found["exact-duplicate"].message
    assert found["near-duplicate"].groups == ((3, 203),)
    assert [example.row for example in found["near-duplicate"].examples] == [3, 203]


def test_contradicting_labels_are_errors_where_texts_are_equal_and_warnings_where_they_nearly_are() -> None:
    near = edited(SOUND.texts[2], random.Random(1), vocabulary(900))
    corpus = with_texts(SOUND, {202: SOUND.texts[0], 204: near})
    found = of_kind(duplicates(corpus), "contradicting-labels")
    assert [(finding.severity, finding.groups) for finding in found] == [
        ("error", ((1, 202),)),
        ("warning", ((3, 204),)),
    ]
    assert {example.label for example in found[0].examples} == {"a", "b"}


def test_copies_on_both_sides_of_the_split_are_found_and_others_are_not() -> None:
    split = ("train",) * 150 + ("test",) * 150
    corpus = replace(with_texts(SOUND, {201: SOUND.texts[0], 203: SOUND.texts[204], 5: SOUND.texts[6]}), split=split)
    (leak,) = of_kind(duplicates(corpus), "split-leak")
    assert (leak.severity, leak.groups) == ("error", ((1, 201),))
    assert "1 document of the test part (0.7 %) is in the training part" in leak.message


# Classes


def test_classes_that_are_small_uneven_or_spelled_in_several_ways() -> None:
    labels = ["spam"] * 250 + ["Spam "] * 12 + ["ham"] * 4 + ["rare"] + ["ok"] * 33
    found = find_class_problems(replace(SOUND, labels=tuple(labels)))
    assert [finding.rows for finding in of_kind(found, "label-spelling")] == [tuple(range(251, 263))]
    small = of_kind(found, "small-class")
    assert [(finding.severity, finding.rows) for finding in small] == [
        ("warning", (263, 264, 265, 266)),
        ("error", (267,)),
    ]
    (balance,) = of_kind(found, "class-balance")
    assert balance.severity == "warning"
    assert "250 times" in balance.message


def test_one_class_and_classes_that_a_part_of_the_split_lacks() -> None:
    (alone,) = find_class_problems(replace(SOUND, labels=("a",) * 300))
    assert (alone.kind, alone.severity) == ("one-class", "error")
    labels = ("a",) * 140 + ("b",) * 10 + ("a",) * 140 + ("c",) * 10
    split = ("train",) * 150 + ("test",) * 150
    found = of_kind(find_class_problems(replace(SOUND, labels=labels, split=split)), "split-class")
    assert [(finding.severity, finding.rows) for finding in found] == [
        ("error", tuple(range(291, 301))),
        ("warning", tuple(range(141, 151))),
    ]


# Damage, lengths, languages


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("a cafÃ© there", "warning"),
        ("lost \ufffd here", "warning"),
        ("half \ud83d here", "warning"),
        ("nul \x00 here", "warning"),
        ("it\x92s", "warning"),
        ("mark \ufeff here", "warning"),
        ("cafe\u0301", "note"),
        ("fish &amp; chips", "note"),
        ("one<br />two", "note"),
    ],
)
def test_damage_is_found_and_shown(text: str, severity: str) -> None:
    long = f"{'word ' * 100}{text}"
    (finding,) = find_damage(with_texts(SOUND, {7: text, 9: long}))
    assert (finding.kind, finding.severity, finding.rows) == ("encoding", severity, (7, 9))
    # The example of a long text is cut around the damage.
    assert finding.examples[1].text.startswith("…")
    assert text.split()[0] in finding.examples[1].text


def test_empty_and_far_too_long_documents() -> None:
    found = find_length_outliers(with_texts(SOUND, {3: "", 4: " \n\u200b", 5: "word " * 5000}))
    assert [(finding.kind, finding.rows) for finding in found] == [("empty", (3, 4)), ("length-outlier", (5,))]
    assert not is_empty(":-)")


def test_other_scripts_and_other_spellings_stand_out() -> None:
    changes = {11: "привет как твои дела сегодня", 21: "xkq zzt wqx jjq xxz qqk zxj kqx wzz", 31: "??? 123 :-)"}
    script, spelling = languages(with_texts(SOUND, changes))
    assert (script.rows, spelling.rows) == ((11,), (21,))
    assert "Cyrillic" in script.message
    assert script_of("日本語のテキスト") == script_of("中文文本内容") == "CJK"


# Leaks


def test_a_token_that_alone_decides_is_found_and_words_that_only_tell_are_not() -> None:
    texts = [f"{text} xid77" if i % 2 and i % 3 else text for i, text in enumerate(SOUND.texts)]
    (leak,) = find_leaks(replace(SOUND, texts=tuple(texts)))
    assert (leak.kind, leak.severity) == ("leak", "warning")
    assert leak.rows == tuple(i + 1 for i in range(300) if i % 2 and i % 3)
    assert "'xid77' (67 %)" in leak.message
    # The same in one of thirty of the other class, and in too few documents.
    impure = [f"{text} xid77" if i % 30 == 0 else text for i, text in enumerate(texts)]
    rare = [f"{text} xid77" if i % 12 == 1 else text for i, text in enumerate(SOUND.texts)]
    assert find_leaks(replace(SOUND, texts=tuple(impure))) == []
    assert find_leaks(replace(SOUND, texts=tuple(rare))) == []


@pytest.mark.parametrize("mark", ["label: {}", "[{}]", "class={}", "__label__{}", "#{}"])
def test_a_label_that_is_written_into_texts_is_an_error(mark: str) -> None:
    names = {"a": "pos", "b": "neg"}
    labels = tuple(names[label] for label in SOUND.labels)
    texts = [f"{mark.format(labels[i])} {text}" if i % 10 == 0 else text for i, text in enumerate(SOUND.texts)]
    (leak,) = find_leaks(replace(SOUND, texts=tuple(texts), labels=labels))
    assert (leak.severity, leak.rows) == ("error", tuple(range(1, 301, 10)))
    assert mark.format("pos").removesuffix("]") in leak.message


def test_the_word_of_the_label_is_looked_at_more_closely_than_others() -> None:
    labels = tuple({"a": "spam", "b": "ham"}[label] for label in SOUND.labels)
    texts = [f"{text} spam" if i % 10 == 0 else text for i, text in enumerate(SOUND.texts)]
    (leak,) = find_leaks(replace(SOUND, texts=tuple(texts), labels=labels))
    assert (leak.severity, len(leak.rows)) == ("warning", 30)
    assert "the word of the label itself" in leak.message
