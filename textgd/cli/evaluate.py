"""``textgd evaluate``: a saved model on labeled documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from textgd.cli.console import Stages, note, print_json
from textgd.cli.options import corpus_names, json_option, model_file, reading_options

if TYPE_CHECKING:
    from textgd.corpus import Corpus


@click.command(short_help="Test a saved model on labeled documents.")
@model_file
@click.argument("source", metavar="CORPUS", shell_complete=corpus_names)
@reading_options(labeled=True)
@json_option
def evaluate(model_path: str, source: str, as_json: bool, **options: Any) -> None:
    """Test a saved model on labeled documents.

    CORPUS is a file or folder with labeled text, or the name of a registered corpus (textgd corpora list); where it
    has an official test part, only that is used.
    """
    stages = Stages("load", "read", "evaluate")
    with stages("load", "loading the model"):
        from textgd.modelfile import load_model

        scorer, info = load_model(model_path)
    from textgd.cli.sources import official_test, open_corpus

    whole = open_corpus(source, options, stages)
    corpus = official_test(whole)
    if _has_seen(info["training"], whole, corpus):
        note(
            f"note: the model was trained on a corpus named {whole.name}; if these are the same documents, it has "
            "seen them, and the figures flatter it"
        )
    from textgd.cli.evaluation import evaluate_classifier, show_evaluation

    with stages("evaluate", "testing"):
        evaluation = evaluate_classifier(scorer, corpus)
    if as_json:
        print_json({"corpus": corpus.name, **evaluation.to_dict(), "times": stages.times})
        return
    click.echo(f"{model_path} on {corpus.name}\n")
    show_evaluation(evaluation)


def _has_seen(training: Any, whole: Corpus, tested: Corpus) -> bool:
    """Whether the notes in a model's file say that it was trained on a corpus of this name, test part and all."""
    if not isinstance(training, dict) or training.get("corpus") != whole.name:
        return False
    return tested is whole or training.get("n_saved_on") != training.get("n_train")
