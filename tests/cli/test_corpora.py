"""``textgd corpora``: what is registered, and where it is."""

from __future__ import annotations

from typing import Any

import pytest

from textgd.corpus import find_manifest, registered
from textgd.corpus.fetch import corpus_path


def test_list_has_every_corpus(run: Any) -> None:
    listed = run("corpora", "list", "--json").json
    assert [entry["name"] for entry in listed] == list(registered())
    for entry in listed:
        manifest = find_manifest(entry["name"])
        assert entry["documents"] == manifest.documents
        assert entry["classes"] == list(manifest.class_counts)
        assert entry["here"] == manifest.source.shipped  # the tests' cache is empty
    lines = run("corpora", "list").lines
    assert [line.split()[0] for line in lines] == ["name", *registered()]


@pytest.mark.parametrize("name", ["starter-spam", "tweets"])
def test_show_and_path(run: Any, name: str) -> None:
    manifest = find_manifest(name)
    shown = run("corpora", "show", name, "--json").json
    assert shown["class_counts"] == dict(manifest.class_counts)
    assert shown["path"] == str(corpus_path(manifest))
    assert run("corpora", "path", name).out == f"{corpus_path(manifest)}\n"
    path = run("corpora", "path", name, "--json").json
    assert path == {"name": name, "path": shown["path"], "here": shown["here"]}
    lines = run("corpora", "show", name).lines
    assert [line.split("  ")[0].replace(" ", "_") for line in lines] == list(shown)


def test_what_ships_is_fetched_already(run: Any) -> None:
    done = run("corpora", "fetch", "starter-spam", "--json")
    assert (done.json["documents"], done.err) == (272, "")


def test_fetching_tells_how_it_goes(run: Any) -> None:
    done = run("corpora", "fetch", "sms-spam", code=1)
    first, last = done.err.splitlines()
    assert first.startswith("sms-spam: downloading ")
    assert last.startswith("error: sms-spam: pip could not download ")


@pytest.mark.parametrize("command", ["show", "path", "fetch"])
def test_unknown_name_suggests(run: Any, command: str) -> None:
    assert "Did you mean sms-spam?" in run("corpora", command, "sms-span", code=2).err
