"""``textgd inspect``: what is in a saved model."""

from __future__ import annotations

import os

import click

from textgd.cli.console import escape, print_json, table
from textgd.cli.options import json_option, model_file


@click.command()
@model_file
@click.option("--top", type=click.IntRange(0), default=10, show_default=True, help="So many features a class.")
@json_option
def inspect(model_path: str, top: int, as_json: bool) -> None:
    """Show how a model was made, and the features that speak most for each class.

    The weight of a feature is what one occurrence adds to the log-odds of the class, in nats; of more than two
    classes, against the mean of the others.
    """
    from textgd.modelfile import load_model

    scorer, info = load_model(model_path)
    features = {str(label): scorer.top_features(c, top) for c, label in enumerate(scorer.classes.tolist())}
    if as_json:
        listed = {
            label: [{"feature": name, "weight": weight} for name, weight in pairs] for label, pairs in features.items()
        }
        print_json({**info, "bytes": os.path.getsize(model_path), "features": listed})
        return
    training = info["training"]
    click.echo(f"{model_path}: {info['model']}, {os.path.getsize(model_path) / 1e6:.1f} MB")
    if training:
        accuracy = training["accuracy"]["value"]
        click.echo(
            f"trained on {training['n_saved_on']:,} documents of {training['corpus']}, {training['n_features']:,} "
            f"features; accuracy {100 * accuracy:.2f} % on {training['n_test']:,} held out"
        )
    changed = {name: value for name, value in info["parameters"].items() if name != "model" and value != _default(name)}
    if changed:
        click.echo("with " + ", ".join(f"{name}={value}" for name, value in changed.items()))
    for label, pairs in features.items():
        click.echo()
        rows = [[escape(name), f"{weight:+.3f}"] for name, weight in pairs]
        click.echo(table([f"speaks for {escape(label)}", "nats"], rows))


def _default(name: str) -> object:
    from textgd.parameters import PARAMETERS

    return next((parameter.default for parameter in PARAMETERS if parameter.name == name), None)
