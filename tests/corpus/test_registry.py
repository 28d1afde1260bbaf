"""The manifests, and what a manifest may not be."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from textgd.corpus import find_manifest, load_corpus, registered
from textgd.corpus.registry import Manifest, corpora_folder, read_manifest, registered_names
from textgd.errors import DataError, TextgdError, UnknownNameError

MINE = """
name = "mine"
task = "spam"
language = "en"
license = "MIT"
citation = "Mine."
description = "Two messages."
documents = 2
split = {}
members = ["mine.csv"]

[class_counts]
ham = 1
spam = 1

[source]
ecosystem = "shipped"

[reading]
format = "csv"
text_column = "said"
label_column = 1
where = { good = "yes" }
labels = { 0 = "ham", 1 = "spam" }
"""
ROWS = "kind,said,good\n0,hello,yes\n1,win,yes\n2,what,no\n"
PACKAGE = 'ecosystem = "pypi"\npackage = "some-package"\nversion = "1.0"\nsha256 = "' + "0" * 64 + '"'


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    (tmp_path / "mine.csv").write_text(ROWS)
    path = tmp_path / "manifest.toml"
    path.write_text(MINE)
    return path


def test_the_registered_corpora() -> None:
    assert list(registered()) == registered_names()
    assert set(registered()) == {
        "imdb-reviews", "rt-snippets", "sms-spam", "spamassassin", "starter-sentiment", "starter-spam", "tweets",
    }  # fmt: skip


@pytest.mark.parametrize("manifest", registered().values(), ids=list(registered()))
def test_manifest_is_consistent(manifest: Manifest) -> None:
    assert manifest.name == manifest.folder.name
    assert manifest.folder.parent == corpora_folder()
    assert manifest.task in {"spam", "sentiment"}
    assert sum(manifest.class_counts.values()) == manifest.documents > 200
    assert min(manifest.class_counts.values()) >= 100
    if manifest.reading.labels:
        assert set(manifest.reading.labels.values()) == set(manifest.class_counts)


@pytest.mark.parametrize("name", ["starter-spam", "starter-sentiment"])
def test_starter_agrees_with_its_text(name: str) -> None:
    manifest = find_manifest(name)
    (member,) = manifest.members
    lines = (manifest.folder / member).read_text(encoding="utf-8").splitlines()
    assert Counter(line.split("\t")[0] for line in lines) == dict(manifest.class_counts)
    assert load_corpus(name).class_counts == dict(manifest.class_counts)
    assert len(set(lines)) == len(lines) == manifest.documents
    assert "demonstration" in manifest.description


def test_unknown_name_suggests() -> None:
    with pytest.raises(UnknownNameError, match=r"'tweet'. Did you mean tweets"):
        find_manifest("tweet")
    with pytest.raises(DataError, match="no such file"):
        find_manifest("missing.toml")


def test_a_users_manifest_is_a_corpus(mine: Path) -> None:
    assert find_manifest(mine) == find_manifest(mine.parent) == read_manifest(mine)
    corpus = load_corpus(mine)
    assert (corpus.texts, corpus.labels, corpus.name) == (("hello", "win"), ("ham", "spam"), "mine")


def test_a_split_is_counted(mine: Path) -> None:
    (mine.parent / "mine.csv").write_text("kind,said,good,split\n0,hello,yes,train\n1,win,yes,test\n")
    with pytest.raises(TextgdError, match=r"part of the split differ .* expected none but test 1, train 1"):
        load_corpus(mine)
    mine.write_text(MINE.replace("split = {}", "split = { train = 1, test = 1 }"))
    assert load_corpus(mine).split == ("train", "test")


def test_numbers_that_do_not_hold_are_told(mine: Path) -> None:
    (mine.parent / "mine.csv").write_text(ROWS + "1,more,yes\n")
    with pytest.raises(TextgdError, match="expected ham 1, spam 1 but ham 1, spam 2"):
        load_corpus(mine)


def test_a_label_outside_the_mapping_is_told(mine: Path) -> None:
    (mine.parent / "mine.csv").write_text(ROWS + "2,more,yes\n")
    with pytest.raises(DataError, match="label '2' is not among those expected: 0, 1"):
        load_corpus(mine)


def test_a_missing_member_is_told(mine: Path) -> None:
    (mine.parent / "mine.csv").unlink()
    with pytest.raises(DataError, match=r"mine\.csv is missing"):
        load_corpus(mine)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('task = "spam"\n', "", "the key 'task' is missing"),
        ('task = "spam"', "task = 3", "the key 'task' is 3; it must be of type str"),
        ('task = "spam"', 'task = " "', "the key 'task' is ' '"),
        ('task = "spam"', 'task = "spam"\ntaks = "spam"', "no key is named 'taks'. Did you mean task"),
        ('name = "mine"', 'name = "../mine"', "the key 'name'"),
        ("documents = 2", "documents = 3", "documents is 3, but class_counts add up to 2"),
        ("documents = 2", "documents = true", "the key 'documents' is True; it must be of type int"),
        ("split = {}", "split = { later = 2 }", "no part is named 'later'"),
        ("ham = 1", 'ham = "1"', "the key 'ham' is '1'; it must be of type int"),
        ('["mine.csv"]', "[]", "the key 'members' names no file"),
        ('["mine.csv"]', '["../mine.csv"]', "is no relative path"),
        ('["mine.csv"]', '["/etc/passwd"]', "is no relative path"),
        ('["mine.csv"]', "[3]", "is no relative path"),
        ('format = "csv"', 'format = "xml"', "the key 'format' is 'xml'"),
        ('format = "csv"', "", "the key 'format' is missing"),
        ('format = "csv"', 'format = "csv"\ncolor = 1', "no key is named 'color'"),
        ('format = "csv"', 'format = "csv"\nerrors = "ignore"', "named 'ignore'"),
        ('"shipped"', '"conda"', "the key 'ecosystem' is 'conda'"),
        ('"shipped"', '"pypi"', "the key 'package' is missing"),
        ('"shipped"', '"shipped"\nversion = "1"', "no key is named 'version'"),
        ('ecosystem = "shipped"', PACKAGE.replace("some-package", "--index-url=x"), "the key 'package'"),
        ('ecosystem = "shipped"', PACKAGE.replace("1.0", "1.0 --pre"), "the key 'version'"),
        ('ecosystem = "shipped"', PACKAGE.replace("0" * 64, "0" * 63), "the key 'sha256'"),
        ("[reading]", "[reading", "is not valid TOML"),
    ],
)
def test_a_bad_key_is_named(old: str, new: str, said: str, mine: Path) -> None:
    assert old in MINE
    mine.write_text(MINE.replace(old, new))
    with pytest.raises(TextgdError, match=said):
        find_manifest(mine)


def test_a_good_package_is_accepted(mine: Path) -> None:
    mine.write_text(MINE.replace('ecosystem = "shipped"', PACKAGE))
    assert str(find_manifest(mine).source) == "pypi some-package 1.0"
    npm = PACKAGE.replace("pypi", "npm").replace("some-package", "@scope/some-package")
    mine.write_text(MINE.replace('ecosystem = "shipped"', npm))
    assert find_manifest(mine).source.package == "@scope/some-package"
