"""``textgd fill``: the gaps in a text."""

from __future__ import annotations

import click

from textgd.cli.console import Stages, escape, percent, print_json, table
from textgd.cli.options import json_option, model_file


@click.command(short_help="Fill the gaps in a text.")
@model_file
@click.argument("text")
@click.option("-n", "--number", "n", type=int, default=5, show_default=True, help="How many fillings.")
@json_option
def fill(model_path: str, text: str, n: int, as_json: bool) -> None:
    """Fill the gaps in TEXT, each written ___ and standing for one word.

    The best fillings are shown with their probability, and with what the model says of the class of the text that is
    filled so; and first of all, with what it says whatever stands in the gaps.
    """
    Stages()  # tells of a first compilation
    from textgd.modelfile import load_model

    scorer = load_model(model_path).scorer
    from textgd.generative.filling import fill as fill_gaps

    filled = fill_gaps(scorer, text, n)
    labels = [str(label) for label in scorer.classes.tolist()]
    if as_json:
        print_json(
            {
                "text": text,
                "probabilities": dict(zip(labels, filled.posterior.tolist(), strict=True)),
                "fillings": [
                    {
                        "words": list(filling.words),
                        "text": filling.text,
                        "probability": filling.probability,
                        "probabilities": dict(zip(labels, filling.posterior.tolist(), strict=True)),
                    }
                    for filling in filled.fillings
                ],
            }
        )
        return
    header = ["text", "filling %", *(f"{escape(label)} %" for label in labels)]
    rows = [[escape(text), "", *map(percent, filled.posterior.tolist())]]
    rows += [
        [escape(filling.text), percent(filling.probability), *map(percent, filling.posterior.tolist())]
        for filling in filled.fillings
    ]
    click.echo(table(header, rows))
