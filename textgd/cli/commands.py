"""The group of all commands."""

from __future__ import annotations

import click

from textgd import __version__
from textgd.cli.advise import advise
from textgd.cli.compare import compare
from textgd.cli.corpora import corpora
from textgd.cli.curve import curve
from textgd.cli.doctor import doctor
from textgd.cli.evaluate import evaluate
from textgd.cli.explain import explain
from textgd.cli.export import export
from textgd.cli.fill import fill
from textgd.cli.generate import generate
from textgd.cli.inspect import inspect
from textgd.cli.perplexity import perplexity
from textgd.cli.predict import predict
from textgd.cli.train import train
from textgd.cli.tune import tune

__all__ = ["PROGRAM", "textgd"]

PROGRAM = "textgd"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name=PROGRAM)
def textgd() -> None:
    """Classify text with generative and discriminative models, side by side.

    Start with: textgd train --model nb
    """


for command in (
    train,
    curve,
    compare,
    tune,
    advise,
    doctor,
    predict,
    evaluate,
    explain,
    inspect,
    generate,
    fill,
    perplexity,
    export,
    corpora,
):
    textgd.add_command(command)
