"""``textgd export``: a model in the format of another program."""

from __future__ import annotations

import click

from textgd.cli.console import Stages, print_json
from textgd.cli.options import json_option, model_file

FORMATS = ("arpa",)


@click.command(short_help="Write a class's language model for other programs.")
@model_file
@click.option("--to", "target", type=click.Choice(FORMATS), required=True, help="The format.")
@click.option("--label", metavar="LABEL", help="The class whose language model it is.")
@click.option("-o", "--output", metavar="PATH", required=True, help="File to write; .gz is compressed.")
@json_option
def export(model_path: str, target: str, label: str | None, output: str, as_json: bool) -> None:
    """Write the language model of a class to an ARPA file, which KenLM and others read.

    Tokens that the format cannot hold are escaped: white space in them, and texts that look like <s>, </s> or <unk>.
    """
    Stages()  # tells of a first compilation
    from textgd.errors import InvalidParameterError
    from textgd.modelfile import load_model
    from textgd.scoring import LanguageScorer

    scorer = load_model(model_path).scorer
    if not isinstance(scorer.scorer, LanguageScorer):
        raise InvalidParameterError(
            f"{model_path} has no language models, and the format {target} holds nothing else. Train some: "
            "textgd train CORPUS --model lm."
        )
    labels = [str(known) for known in scorer.classes.tolist()]
    if label is None:
        raise click.UsageError(f"Name the class whose model it is: --label {' or --label '.join(labels)}.")
    from textgd.lm.arpa import write_arpa

    model = scorer.scorer.models[scorer.column(label)]
    write_arpa(output, model)
    counts = [len(level.tokens) for level in model.levels]
    if as_json:
        print_json({"file": output, "label": label, "order": model.order, "ngrams": counts})
    else:
        click.echo(f"{output}: {', '.join(f'{n:,} {k}-grams' for k, n in enumerate(counts, 1))} of {label}")
