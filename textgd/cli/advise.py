"""``textgd advise``: which model to take for a corpus, and why."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from textgd.cli.console import Countdown, Stages, escape, note, print_json, table
from textgd.cli.curve_tables import class_counts
from textgd.cli.experiment_options import jobs_option, model_names
from textgd.cli.options import corpus_names, json_option, metric_option, reading_options, seed_option
from textgd.cli.page_option import page_option
from textgd.cli.sources import STDIN, open_corpus, open_unlabeled, refuse_overwriting, words_of
from textgd.cli.values import Budget, Seconds, ShortTime
from textgd.wording import counted

if TYPE_CHECKING:
    from textgd.advice.result import Advice


class _NeedOption(click.Option):
    """An option whose help lists all that can be needed, which is loaded for that alone."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        from textgd.advice.needs import every_need, spelled

        text = self.help or ""
        self.help = f"{text} Of {', '.join(map(spelled, every_need()))}."
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = text


@click.command(short_help="Recommend a model, with reasons, from a small study within a time.")
@click.argument("source", metavar="CORPUS", shell_complete=corpus_names)
@click.option(
    "--need",
    "needs",
    cls=_NeedOption,
    metavar="NAMES",
    default="",
    help="What the model must be able to do, with commas between.",
)
@click.option(
    "--max-latency",
    type=ShortTime(),
    metavar="TIME",
    help="The most that a document may take, such as 1ms: the median of predictions one by one, with one thread, once "
    "the model is loaded.",
)
@click.option(
    "--max-train", type=Seconds(), metavar="TIME", help="The most that training on all documents may take: 10s, 2m."
)
@click.option(
    "--unlabeled",
    metavar="FILE",
    help="More documents of the same kind, without labels: what learning from them gains is measured.",
)
@click.option(
    "--models", default="all", show_default=True, metavar="NAMES", help="Models to choose among, with commas between."
)
@click.option(
    "--budget",
    type=Budget(),
    default="60s",
    show_default=True,
    metavar="TIME",
    help="Time for everything: 60s, 5m; none for all documents, however long that takes.",
)
@metric_option("What models are compared by")
@seed_option("folds and subsets")
@json_option
@page_option("--report")
@jobs_option("Folds")
@reading_options(labeled=True)
@click.pass_context
def advise(
    context: click.Context,
    /,
    source: str,
    needs: str,
    max_latency: float | None,
    max_train: float | None,
    unlabeled: str | None,
    models: str,
    budget: float,
    metric: str,
    seed: int,
    as_json: bool,
    report_path: str | None,
    n_jobs: int | None,
    **options: Any,
) -> None:
    """Recommend a model for a corpus, with reasons that are measured, and say what would change that.

    CORPUS is a file or folder with labeled text, the name of a registered corpus (textgd corpora list), or - for
    standard input. A small study tries the models on the same documents, of a corpus with an official test part on its
    training part alone. The last line is the command that trains the model.
    """
    started = time.monotonic()
    names = model_names(models)
    if source == unlabeled == STDIN:
        raise click.UsageError("CORPUS and --unlabeled cannot both be standard input (-); name a file for one.")
    if report_path is not None:
        from textgd.report import check_page

        refuse_overwriting(report_path, source, unlabeled)
        check_page(report_path, has_pictures=True)
    stages = Stages("read", "load", "study")
    words = words_of(source, options)
    corpus = open_corpus(source, options, stages)
    others = None if unlabeled is None else open_unlabeled(unlabeled, options["encoding"], stages)
    with stages("load", "loading libraries"):
        from textgd.advice.advising import advise as ask
    limit = budget if budget < float("inf") else None
    # What reading took is part of the time that was given.
    spent = time.monotonic() - started
    left = None if limit is None else max(limit - spent, 0.0)
    with stages("study", "trying the models"), Countdown("fits", "weighing the results", left) as progress:
        advice = ask(
            corpus,
            models=names,
            needs=needs,
            max_latency=max_latency,
            max_train=max_train,
            unlabeled=others,
            budget=limit,
            metric=metric,
            random_state=seed,
            n_jobs=n_jobs,
            spent=spent,
            progress=progress,
            command_line=words,
            unlabeled_words=() if unlabeled is None else ("--unlabeled", unlabeled),
        )
    for text in advice.settings["notes"]:
        note(f"note: some fits warned: {escape(text)}")
    for name, reason in advice.settings["failures"].items():
        note(f"note: {name} failed: {escape(reason)}")
    if as_json:
        print_json(advice.to_dict())
    else:
        _show(advice)
    if report_path is not None:
        from textgd.report import advice_page, write_page

        write_page(report_path, advice_page(advice, shlex.join(["textgd", *sys.argv[1:]])))
        note(f"wrote {report_path}")
    if advice.settings["interrupted"]:
        context.exit(1)


def _show(advice: Advice) -> None:
    """Print the recommendation, its reasons, all models, and what would change the answer."""
    from textgd.advice.display import cells, header, how_studied

    settings = advice.settings
    chosen = advice[advice.model]
    click.echo(f"{chosen.model}: {chosen.title}, {chosen.family}\n")
    click.echo(_listed(reason.text for reason in advice.reasons))
    rows = [[escape(cell) for cell in cells(candidate, advice)] for candidate in advice.models]
    click.echo(f"\n{table(header(advice), rows, left=3)}\n")
    counts = class_counts(settings["classes"])
    click.echo(f"{escape(advice.corpus)}: {counted(settings['n_documents'], 'document')} ({counts})")
    for line in how_studied(advice):
        click.echo(line)
    if advice.runner_up is not None:
        click.echo(f"\nrunner-up: {advice.runner_up.model}, {advice.runner_up.text}")
    click.echo("\nwhat would change the answer:")
    click.echo(_listed(change.text for change in advice.would_change))
    if advice.command is not None:
        click.echo(f"\n{escape(advice.command)}")


def _listed(texts: Iterable[str]) -> str:
    return "\n".join(f"- {escape(text)}" for text in texts)
