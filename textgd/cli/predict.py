"""``textgd predict``: one line for each document."""

from __future__ import annotations

import sys
from typing import Any

import click

from textgd.cli.console import Stages, escape, print_json
from textgd.cli.options import json_option, model_file, reading_options
from textgd.errors import InvalidParameterError

NO_ANSWER = "?"


@click.command()
@model_file
@click.argument("texts", metavar="TEXT...", nargs=-1)
@click.option("--input", "input_path", metavar="FILE", help="Read the documents from a file.")
@click.option("--proba", is_flag=True, help="Add the label's probability.")
@click.option("--abstain", type=float, metavar="P", help=f"Answer {NO_ANSWER} below this probability.")
@reading_options("DOCUMENT_FORMATS")
@json_option
def predict(
    model_path: str,
    texts: tuple[str, ...],
    input_path: str | None,
    proba: bool,
    abstain: float | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Predict the label of each TEXT, or of each line of standard input (-).

    The label is the first column of each output line; columns are separated by tabs.
    """
    if abstain is not None and not 0.0 < abstain <= 1.0:
        raise InvalidParameterError(f"--abstain is {abstain:g}; a probability above 0 and up to 1 is expected.")
    if (input_path is None) == (not texts):
        raise click.UsageError("Give texts, or - for standard input, or --input FILE, and only one of them.")
    Stages()
    from textgd.modelfile import load_model

    scorer = load_model(model_path).scorer
    documents = _read(texts, input_path, options)
    import numpy as np

    prediction = scorer.predict(documents)
    probabilities = np.exp(prediction.log_proba)
    best = probabilities.argmax(axis=1).tolist()
    classes = scorer.classes.tolist()
    lines = []
    for row, column in enumerate(best):
        probability = float(probabilities[row, column])
        sure = abstain is None or probability >= abstain
        label = classes[column] if sure else NO_ANSWER
        if as_json:
            print_json(
                {
                    "id": row,
                    "label": label,
                    "probabilities": dict(zip(map(str, classes), probabilities[row].tolist(), strict=True)),
                    "n_known_tokens": int(prediction.n_known_tokens[row]),
                }
            )
        else:
            lines.append(f"{escape(label)}\t{probability:.4f}" if proba else escape(label))
    if lines:
        sys.stdout.write("\n".join(lines) + "\n")


def _read(texts: tuple[str, ...], input_path: str | None, options: dict[str, Any]) -> list[str]:
    from textgd.corpus import read_documents

    if input_path is not None:
        return read_documents(input_path, **options)
    if texts == ("-",):
        return read_documents("-", **options)
    given = [f"--{name.replace('_', '-')}" for name, value in options.items() if value is not None]
    if given:
        raise click.UsageError(f"{', '.join(given)} is about reading a file; here the texts are arguments.")
    return list(texts)
