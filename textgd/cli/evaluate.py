"""``textgd evaluate``: a saved model on labeled documents."""

from __future__ import annotations

from typing import Any

import click

from textgd.cli.console import Stages, note, print_json
from textgd.cli.options import corpus_names, json_option, model_file, reading_options


@click.command()
@model_file
@click.argument("source", metavar="CORPUS", shell_complete=corpus_names)
@reading_options("LABELED_FORMATS")
@json_option
def evaluate(model_path: str, source: str, as_json: bool, **options: Any) -> None:
    """Test a saved model on labeled documents.

    Where CORPUS has an official test part, only that is used.
    """
    stages = Stages()
    from textgd.modelfile import load_model

    scorer = load_model(model_path).scorer
    with stages("read", "reading"):
        from textgd.corpus import load_corpus

        corpus = load_corpus(source, **options)
        if corpus.split is not None and "test" in corpus.split:
            rows = [row for row, part in enumerate(corpus.split) if part == "test"]
            note(f"note: testing on the {len(rows):,} documents of its test part, of {len(corpus):,}")
            corpus = corpus.select(rows)
    from textgd.cli.evaluation import evaluate_classifier, show_evaluation

    with stages("evaluate", "testing"):
        evaluation = evaluate_classifier(scorer, corpus)
    if as_json:
        print_json({"corpus": corpus.name, **evaluation.to_dict(), "times": stages.times})
        return
    click.echo(f"{model_path} on {corpus.name}\n")
    show_evaluation(evaluation)
