"""``textgd perplexity``: how typical texts are of each class."""

from __future__ import annotations

from typing import Any

import click

from textgd.cli.console import Stages, escape, percent, print_json, table
from textgd.cli.options import corpus_names, json_option, model_file, reading_options


@click.command(short_help="Tell how typical texts are of each class.")
@model_file
@click.argument("source", metavar="CORPUS", shell_complete=corpus_names)
@reading_options(labeled=True)
@json_option
def perplexity(model_path: str, source: str, as_json: bool, **options: Any) -> None:
    """Tell how typical labeled texts are of each class: their perplexity by its language model.

    CORPUS is a file or folder with labeled text, or the name of a registered corpus; where it has an official test
    part, only that is used. The lower a perplexity, the more typical is the text; unknown words are included, and so
    is the end of each text.
    """
    stages = Stages("load", "read", "score")
    with stages("load", "loading the model"):
        from textgd.modelfile import load_model

        scorer = load_model(model_path).scorer
    from textgd.cli.sources import official_test, open_corpus
    from textgd.evaluation.perplexity import evaluate_perplexity

    corpus = official_test(open_corpus(source, options, stages))
    with stages("score", "scoring"):
        found = evaluate_perplexity(scorer, corpus.texts, corpus.labels)
    if as_json:
        print_json({"corpus": corpus.name, **found.to_dict()})
        return
    models = [escape(label) for label in found.classes]
    rows = [
        [escape(label), f"{part.n_documents:,}", f"{part.n_tokens:,}", percent(part.unknown_rate)]
        + [f"{value:,.1f}" for value in part.perplexities]
        for label, part in found.parts.items()
    ]
    click.echo(table(["texts of", "documents", "tokens", "unknown %", *(f"by {model}" for model in models)], rows))
