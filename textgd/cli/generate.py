"""``textgd generate``: texts of a class."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from textgd.cli.console import Stages, escape, note, percent, print_json, print_lines
from textgd.cli.options import json_option, model_file
from textgd.generative.ways import Writing

_DEFAULTS = Writing()


@click.command(short_help="Write texts of a class.")
@model_file
@click.option("--label", metavar="LABEL", help="The class to write for.")
@click.option("-n", "--number", "n", type=int, default=1, show_default=True, help="How many texts.")
@click.option("--seed", type=int, help="The same seed gives the same texts.")
@click.option(
    "--temperature",
    type=float,
    default=_DEFAULTS.temperature,
    show_default=True,
    help="Below 1 more of what is probable; 0 is always the most probable token.",
)
@click.option("--top-k", type=int, help="Choose among so many tokens, the most probable ones.")
@click.option("--top-p", type=float, help="Choose among the most probable tokens that have this probability together.")
@click.option("--prompt", default=_DEFAULTS.prompt, metavar="TEXT", help="What each text begins with.")
@click.option("--max-tokens", type=int, default=_DEFAULTS.max_tokens, show_default=True, help="Stop at so many tokens.")
@click.option(
    "--min-tokens", type=int, default=_DEFAULTS.min_tokens, show_default=True, help="Do not end before so many tokens."
)
@click.option("--max-copy", type=int, metavar="N", help="Draw again what recites more than N tokens of training text.")
@click.option("--check", is_flag=True, help="Say how good the texts are, on standard error.")
@json_option
def generate(
    model_path: str, label: str | None, n: int, seed: int | None, check: bool, as_json: bool, **how: Any
) -> None:
    """Write texts of a class, one a line.

    Language models (lm, charlm) write word by word, or character by character. Naive Bayes (nb) writes bags of words:
    words of the class in no order, as many as --max-tokens says.
    """
    Stages()  # tells of a first compilation
    from textgd.modelfile import load_model

    scorer = load_model(model_path).scorer
    labels = [str(known) for known in scorer.classes.tolist()]
    if label is None:
        raise click.UsageError(f"Name the class to write for: --label {' or --label '.join(labels)}.")
    from textgd.generative.writing import check_texts, is_bag_of_words, unknown_words, write

    texts = write(scorer, label, n, Writing(**how), seed)
    if unknown := unknown_words(scorer, how["prompt"]):
        note(f"note: the model does not know {', '.join(map(repr, unknown))}, which guides it to nothing")
    if is_bag_of_words(scorer):
        note("note: naive Bayes writes a bag of words; their order means nothing")
    found = check_texts(scorer, label, texts) if check else None
    if as_json:
        print_json({"label": label, "texts": texts, **({"check": asdict(found)} if found is not None else {})})
        return
    print_lines(escape(text) for text in texts)
    if found is None:
        return
    note(
        f"{percent(found.own_class)} % are classified as {escape(label)}   "
        f"distinct tokens {percent(found.distinct_1)} %, pairs {percent(found.distinct_2)} %"
    )
    if found.perplexity is not None:
        note(f"perplexity by the model of {escape(label)}: {found.perplexity:.1f}")
    if found.longest_copy is not None:
        longest = found.longest_copy or f"fewer than {found.copy_window}"
        note(f"longest run of tokens that stands in the training text: {longest}")
