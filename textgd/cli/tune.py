"""``textgd tune``: the model and the parameters that do best on a corpus, found within a time."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from textgd.cli.console import Countdown, Stages, escape, note, print_json, table
from textgd.cli.experiment_options import jobs_option
from textgd.cli.options import (
    corpus_names,
    json_option,
    metric_option,
    reading_options,
    seed_option,
    test_size_option,
)
from textgd.cli.sources import STDIN, words_of
from textgd.cli.values import Budget, Bytes, ShortTime

if TYPE_CHECKING:
    from textgd.metrics.intervals import Interval
    from textgd.tuning.result import Tuning

_ROWS = 15


@click.command(short_help="Search for the model and parameters that do best, within a time.")
@click.argument("source", metavar="CORPUS", shell_complete=corpus_names)
@click.option(
    "--model",
    "models",
    default="any",
    show_default=True,
    metavar="NAMES",
    help="Models to search among, with commas between; any, or all, for the whole registry.",
)
@click.option(
    "--budget",
    type=Budget(),
    default="60s",
    show_default=True,
    metavar="TIME",
    help="Time for everything: 60s, 5m; none to try all there is, however long that takes.",
)
@metric_option("What the search is for, and what is measured in the end")
@click.option(
    "--max-size", type=Bytes(), metavar="SIZE", help="The most that the model's file may have: 5MB, 500kB, or bytes."
)
@click.option(
    "--max-latency",
    type=ShortTime(),
    metavar="TIME",
    help="The most that a document may take, such as 1ms: the median of predictions one by one, with one thread, once "
    "the model is loaded.",
)
@click.option(
    "-o", "--output", type=click.Path(), metavar="FILE", help="Save the winner, as it is fitted on the training part."
)
@test_size_option
@seed_option("draws")
@jobs_option("Candidates")
@reading_options(labeled=True)
@json_option
@click.pass_context
def tune(
    context: click.Context,
    /,
    source: str,
    models: str,
    budget: float,
    metric: str,
    max_size: int | None,
    max_latency: float | None,
    output: str | None,
    test_size: float,
    seed: int,
    n_jobs: int | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Search for the model and the parameters that do best, and say what that is worth.

    CORPUS is a file or folder with labeled text, the name of a registered corpus (textgd corpora list), or - for
    standard input. Candidates are judged on documents of the training part that are held out of each fit; the winner
    and the best model as it is are scored at last on documents that the search has not seen. The last line is the
    command that trains the winner.
    """
    started = time.monotonic()
    if output == STDIN:
        raise click.UsageError("A model is not written to standard output; name a file: -o best.textgd.")
    if output is not None:
        from textgd.container import check_destination

        check_destination(output)
    from textgd.cli.sources import open_corpus

    stages = Stages("read", "load", "search")
    words = words_of(source, options)
    corpus = open_corpus(source, options, stages)
    with stages("load", "loading libraries"):
        from textgd.tuning.search import tune as search
    limit = budget if budget < float("inf") else None
    # What reading took is part of the time that was given.
    spent = time.monotonic() - started
    left = None if limit is None else max(limit - spent, 0.0)
    with stages("search", "searching"), Countdown("candidates", "scoring the winner", left) as progress:
        tuning = search(
            corpus,
            models,
            metric,
            limit,
            max_size,
            max_latency,
            seed,
            n_jobs,
            test_size=test_size,
            spent=spent,
            progress=progress,
            command_line=words,
        )
    if output is not None and tuning.classifier is not None:
        notes = {"corpus": tuning.corpus, "command": tuning.command, "metric": tuning.metric}
        tuning.classifier.save(output, {**notes, "score": tuning.to_dict()["score"]})
    if as_json:
        print_json({**tuning.to_dict(), "file": output if tuning.classifier is not None else None})
    else:
        _show(tuning, output)
    if tuning.settings["interrupted"]:
        if output is not None and tuning.classifier is None:
            note(f"note: {output} was not written, for the winner is not fitted on all training documents yet")
        context.exit(1)


def _show(tuning: Tuning, output: str | None) -> None:
    from textgd.evaluation.comparison_display import bytes_label, time_label
    from textgd.evaluation.measures import find_measure

    measure, settings = find_measure(tuning.metric), tuning.settings

    def shown(interval: Interval | None, sign: str = "") -> str:
        if interval is None:
            return "-"
        scale, digits = (100.0, 2) if measure.is_share else (1.0, 4)
        numbers = (interval.value, interval.low, interval.high)
        value, low, high = ("-" if x != x else f"{scale * x:{sign}.{digits}f}" for x in numbers)
        return f"{value} [{low}, {high}]"

    unit = " %" if measure.is_share else ""
    tested = "of the official test part" if settings["is_official"] else "held out"
    click.echo(
        f"{escape(tuning.corpus)}: {settings['n_train']:,} documents to search on, {settings['n_test']:,} {tested} to "
        f"test the winner on\n"
    )
    columns = ["options of textgd train", f"{tuning.metric}{unit} [95 % interval]", "documents"]
    has_size, has_latency = settings["max_size"] is not None, settings["max_latency"] is not None
    columns += ["size"] * has_size + ["latency"] * has_latency + ["outcome"]
    rows = []
    for tried in tuning.tried[:_ROWS]:
        row = [escape(tried.options), shown(tried.score), f"{tried.n_documents:,}"]
        row += [bytes_label(tried.n_bytes)] * has_size + [time_label(tried.seconds_per_document)] * has_latency
        rows.append([*row, escape(tried.outcome)])
    click.echo(table(columns, rows))
    more = len(tuning.tried) - _ROWS
    if more > 0:
        click.echo(f"and {more} more, which --json lists")
    _tell_left_out(settings["left_out"])
    for text in settings["notes"]:
        note(f"note: some fits warned: {escape(text)}")
    click.echo()
    if tuning.score is None:
        click.echo("interrupted before the winner was fitted on all documents: there is no honest score of it yet\n")
    else:
        rows = [["winner", shown(tuning.score)]]
        if tuning.default is not None and not tuning.is_default:
            rows += [
                [f"{tuning.default} as it is", shown(tuning.default_score)],
                ["difference", shown(tuning.difference, "+")],
            ]
        click.echo(f"on {settings['n_test']:,} documents that the search has not seen:\n")
        click.echo(f"{table(['', f'{tuning.metric}{unit} [95 % interval]'], rows)}\n")
        if settings["n_left_out"]:
            click.echo(f"{settings['n_left_out']:,} more held out are near-duplicates of training documents\n")
        if tuning.is_default:
            kept = " and keeps to the limits" if has_size or has_latency else ""
            click.echo(
                f"nothing that was tried{kept} led it by more than noise: two standard errors of the difference on "
                "the documents of the search\n"
            )
        n_tried = f"{len(tuning.tried)} candidate{'s' if len(tuning.tried) > 1 else ''}"
        click.echo(
            f"{bytes_label(tuning.n_bytes)}, {time_label(tuning.seconds_per_document)} a document (median of "
            f"predictions one by one, one thread, once loaded); {n_tried} in {tuning.seconds:.0f} s"
        )
    if output is not None and tuning.classifier is not None:
        click.echo(
            f"saved {output}, fitted on the training part; try: textgd predict {shlex.quote(output)} 'some text'"
        )
    click.echo(escape(tuning.command or ""))


def _tell_left_out(left_out: Mapping[str, str]) -> None:
    """Name the models that were not tried as they are, and count the changes."""
    n_changes = 0
    for options, reason in left_out.items():
        if len(options.split()) > 2:
            n_changes += 1
        else:
            note(f"note: {escape(options)} was not tried: {escape(reason)}")
    if n_changes:
        note(f"note: for {n_changes:,} more candidate{'s' if n_changes > 1 else ''} there was no time")
