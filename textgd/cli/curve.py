"""``textgd curve``: several models over growing training sets."""

from __future__ import annotations

import csv
import io
import os
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textgd.cli.console import Countdown, Stages, note
from textgd.cli.curve_tables import has_times, show_curves
from textgd.cli.experiment_options import (
    duplicates_method,
    duplicates_option,
    jobs_option,
    model_names,
    models_option,
)
from textgd.cli.options import corpus_names, metric_option, reading_options, seed_option, test_size_option
from textgd.cli.page_option import page_option
from textgd.cli.sources import STDIN, refuse_overwriting
from textgd.cli.values import Seconds

if TYPE_CHECKING:
    from textgd.evaluation.curves import LearningCurves

_REPEATS = 20
# With a budget as many as fit; more than that narrow no interval any further.
_MOST_REPEATS = 200
# What --from goes with; all else would make other curves.
_WITH_FROM = ("earlier", "json_path", "csv_path", "times", "plot_path", "report_path")


@click.command(short_help="Compare models over growing training sets: who wins where.")
@click.argument("source", metavar="[CORPUS]", required=False, shell_complete=corpus_names)
@models_option()
@click.option("--families", is_flag=True, help="One line a family: its best model, chosen inside the training part.")
@click.option("--tune", is_flag=True, help="Choose the models' parameters in each subset, by documents held out of it.")
@click.option(
    "--sizes",
    metavar="SIZES",
    help="Documents to learn from: 50,100,200,max, or a range such as 20:max:log or 100:2000:lin:5. "
    "Default: 8 sizes from 20 to all.",
)
@click.option(
    "--repeats",
    type=click.IntRange(1),
    help=f"How often documents are drawn, 1000 times at most. Default: {_REPEATS}, with --budget as many as fit, up to "
    f"{_MOST_REPEATS}.",
)
@click.option("--budget", type=Seconds(), metavar="TIME", help="Stop after so long: 60s, 5m.")
@metric_option("What is measured on the test documents")
@test_size_option
@duplicates_option("on one side of a split")
@seed_option("draws")
@click.option("--from", "earlier", type=click.Path(), metavar="FILE", help="Show curves that --json has written.")
@click.option("--json", "json_path", type=click.Path(), metavar="FILE", help="Write everything as JSON; - prints it.")
@click.option("--csv", "csv_path", type=click.Path(), metavar="FILE", help="Write a row a model, size and repeat.")
@click.option("--times", is_flag=True, help="Write times too, which differ from run to run, to --json and --csv.")
@click.option("--plot", "plot_path", type=click.Path(), metavar="FILE", help="Draw the curves: .png, .svg or .pdf.")
@page_option("--report")
@jobs_option("Repeats")
@reading_options(labeled=True)
@click.pass_context
def curve(
    context: click.Context,
    /,
    source: str | None,
    earlier: str | None,
    json_path: str | None,
    csv_path: str | None,
    times: bool,
    plot_path: str | None,
    report_path: str | None,
    **options: Any,
) -> None:
    """Compare models over growing training sets: who wins where, where they cross, and how sure that is.

    CORPUS is a file or folder with labeled text, the name of a registered corpus (textgd corpora list), or - for
    standard input. All models learn from the same nested subsets and are tested on the same documents; the last
    paragraph says what that comes to.
    """
    given = [parameter for parameter in context.command.params if _is_given(parameter, context)]
    if earlier is None and source is None:
        raise click.UsageError("Name a CORPUS, such as sms-spam, or curves to show with --from FILE.")
    if earlier is not None and given:
        what = "CORPUS" if given[0].name == "source" else given[0].opts[0]
        raise click.UsageError(f"--from shows curves that are there; {what} would make others. Leave one out.")
    _check_destinations(source or earlier, json_path, csv_path, plot_path, report_path)
    curves = _load(earlier) if source is None and earlier is not None else _compute(str(source), options)
    if curves.design.is_official and any(parameter.name == "test_size" for parameter in given):
        note(f"note: --test-size not used: {curves.corpus} has a test part of its own")
    _write(curves, json_path, csv_path, times, plot_path, report_path)
    if json_path == STDIN:
        click.echo(curves.to_json(times))
    else:
        show_curves(curves, has_chart=not (plot_path or report_path))
    if curves.settings.get("interrupted") and earlier is None:
        context.exit(1)


def _is_given(parameter: click.Parameter, context: click.Context) -> bool:
    """Whether an option that --from does not go with is on the command line."""
    source = context.get_parameter_source(str(parameter.name))
    return parameter.name not in _WITH_FROM and source is click.core.ParameterSource.COMMANDLINE


def _compute(source: str, options: dict[str, Any]) -> LearningCurves:
    stages = Stages("read", "load", "curves")
    models = model_names(options.pop("models"))
    repeats, budget = options.pop("repeats"), options.pop("budget")
    experiment = {
        "train_sizes": options.pop("sizes"),
        "repeats": repeats or (_REPEATS if budget is None else _MOST_REPEATS),
        "metric": options.pop("metric"),
        "test_size": options.pop("test_size"),
        "random_state": options.pop("seed"),
        "tune": options.pop("tune"),
        "families": options.pop("families"),
        "n_jobs": options.pop("n_jobs"),
        "duplicates": duplicates_method(options.pop("duplicates")),
    }
    from textgd.cli.sources import open_corpus

    started = time.monotonic()
    corpus = open_corpus(source, options, stages)
    with stages("load", "loading libraries"):
        from textgd.errors import InvalidParameterError
        from textgd.evaluation.learning_curve import learning_curves
    # What reading took is part of the time that was given.
    left = None if budget is None else max(budget - (time.monotonic() - started), 1e-3)
    with (
        stages("curves", "reading and counting the documents"),
        Countdown("fits", "comparing the models", left) as progress,
    ):
        try:
            return learning_curves(models, corpus, budget=left, progress=progress, **experiment)
        except InvalidParameterError as error:
            if left is None:
                raise
            said = str(error).replace(f"budget is {left:g} seconds", f"budget is {budget:g} seconds")
            raise type(error)(said) from error


def _load(path: str) -> LearningCurves:
    from textgd.errors import DataError
    from textgd.evaluation.curve_json import from_json

    try:
        text = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    return from_json(text, path)


def _check_destinations(source: str | None, *paths: str | None) -> None:
    """Refuse, before anything is computed, what could not be written in the end, and what is read here."""
    json_path, csv_path, plot_path, report_path = paths
    files = [os.path.realpath(path) for path in paths if path is not None and path != STDIN]
    if len(set(files)) < len(files):
        raise click.UsageError(f"{max(files, key=files.count)} is named for two results; give each a file of its own.")
    for path in paths:
        refuse_overwriting(path, source)
    if STDIN in (csv_path, plot_path, report_path):
        raise click.UsageError("Only --json can be printed (-); name a file for the others.")
    if plot_path is not None:
        from textgd.plots import check_picture

        check_picture(plot_path)
    if report_path is not None:
        from textgd.report import check_page

        check_page(report_path, has_pictures=True)
    for path, kind in ((json_path, "JSON"), (csv_path, "CSV")):
        if path is not None and path != STDIN:
            from textgd.files import check_destination

            check_destination(path, kind)


def _write(
    curves: LearningCurves,
    json_path: str | None,
    csv_path: str | None,
    times: bool,
    plot_path: str | None,
    report_path: str | None,
) -> None:
    if times and (json_path or csv_path) and not has_times(curves):
        note("note: there are no times in these curves; --times writes them where the curves are made")
    for path, kind in ((json_path, "JSON"), (csv_path, "CSV")):
        if path is not None and path != STDIN:
            from textgd.files import check_destination, write_whole

            data = _csv(curves, times) if kind == "CSV" else f"{curves.to_json(times)}\n".encode()
            write_whole(check_destination(path, kind), data)
    if plot_path is not None:
        from textgd.plots import save_plot

        save_plot(curves, plot_path)
    if report_path is not None:
        from textgd.report import curves_page, write_page

        write_page(report_path, curves_page(curves, shlex.join(["textgd", *sys.argv[1:]])))
    for path in (json_path, csv_path, plot_path, report_path):
        if path is not None and path != STDIN:
            note(f"wrote {path}")


def _csv(curves: LearningCurves, times: bool) -> bytes:
    records = curves.to_records(times)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue().encode("utf-8", "surrogatepass")
