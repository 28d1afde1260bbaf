"""``textgd curve``: several models over growing training sets."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from textgd.cli.console import Countdown, Stages, note
from textgd.cli.curve_files import check_destinations, curves_json, load_curves, write_curves
from textgd.cli.curve_tables import show_curves
from textgd.cli.experiment_options import (
    duplicates_method,
    duplicates_option,
    jobs_option,
    model_names,
    models_option,
)
from textgd.cli.options import corpus_names, metric_option, reading_options, seed_option, test_size_option
from textgd.cli.page_option import page_option
from textgd.cli.robustness_tables import show_robustness
from textgd.cli.sources import STDIN
from textgd.cli.values import Levels, Seconds

if TYPE_CHECKING:
    from textgd.cli.curve_files import Curves

_REPEATS = 20
# With a budget as many as fit; more than that narrow no interval any further.
_MOST_REPEATS = 200
_SIZE, _UNLABELED, _MISSING, _LABEL_NOISE, _PRIOR = "size", "unlabeled", "missing", "label-noise", "prior"
_LEARNING = (_SIZE, _UNLABELED)
_ROBUSTNESS = (_MISSING, _LABEL_NOISE, _PRIOR)
# Which axes an option is for, where it is not for all of them.
_AXES_OF: Mapping[str, tuple[str, ...]] = {
    "sizes": _LEARNING,
    "tune": (_SIZE,),
    "families": (_SIZE,),
    "unlabeled": (_UNLABELED,),
    "times": _LEARNING,
    "levels": _ROBUSTNESS,
    "deletion": (_MISSING,),
    "positive": (_PRIOR,),
}
# What --from goes with; all else would make other curves.
_WITH_FROM = ("earlier", "json_path", "csv_path", "times", "plot_path", "report_path")


@click.command(short_help="Compare models over growing training sets, or where something gets worse: who wins where.")
@click.argument("source", metavar="[CORPUS]", required=False, shell_complete=corpus_names)
@models_option()
@click.option(
    "--axis",
    type=click.Choice((*_LEARNING, *_ROBUSTNESS)),
    default=_SIZE,
    show_default=True,
    help="What the curves run over: the documents to learn from; the same, with and without unlabeled ones beside "
    "them; words lost from the test documents; wrong labels in the training part; the share of a class among the test "
    "documents.",
)
@click.option("--families", is_flag=True, help="One line a family: its best model, chosen inside the training part.")
@click.option("--tune", is_flag=True, help="Choose the models' parameters in each subset, by documents held out of it.")
@click.option(
    "--sizes",
    metavar="SIZES",
    help="Documents to learn from: 50,100,200,max, or a range such as 20:max:log or 100:2000:lin:5. "
    "Default: 8 sizes from 20 to all.",
)
@click.option(
    "--unlabeled",
    metavar="FILE",
    type=click.Path(),
    help="Documents without labels, which each model learns from on a second line. For --axis unlabeled.",
)
@click.option(
    "--levels",
    type=Levels(),
    metavar="SHARES",
    help="How much is lost or wrong, or how frequent the class is: 0,0.1,0.5 or 0,10%,50%. Default: six levels. For "
    "--axis missing, label-noise and prior.",
)
@click.option(
    "--deletion",
    type=click.Choice(("random", "worst")),
    help="Which words are lost: any (random, the default), or of each document those that speak most for its class, by "
    "what each model itself says. For --axis missing.",
)
@click.option("--positive", metavar="CLASS", help="The class whose share moves. Default: the rarest. For --axis prior.")
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
@click.option(
    "--csv", "csv_path", type=click.Path(), metavar="FILE", help="Write a row a model, size or level, and repeat."
)
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

    With --axis unlabeled each model has a second line, on which it learns from the documents of --unlabeled too. With
    another --axis they learn from all documents, and something gets worse from level to level: words are lost,
    labels are wrong, or a class has another share than in training; who loses least?

    CORPUS is a file or folder with labeled text, the name of a registered corpus (textgd corpora list), or - for
    standard input. All models learn from the same nested subsets and are tested on the same documents; the last
    paragraph says what that comes to.
    """
    given = [parameter for parameter in _given(context) if parameter.name not in _WITH_FROM]
    if earlier is None and source is None:
        raise click.UsageError("Name a CORPUS, such as sms-spam, or curves to show with --from FILE.")
    if earlier is not None and given:
        what = "CORPUS" if given[0].name == "source" else given[0].opts[0]
        raise click.UsageError(f"--from shows curves that are there; {what} would make others. Leave one out.")
    if earlier is None:
        _check_axis(options["axis"], context)
        _check_unlabeled(options["axis"], source, options["unlabeled"])
    check_destinations((source, earlier, options["unlabeled"]), json_path, csv_path, plot_path, report_path)
    curves = load_curves(earlier) if source is None and earlier is not None else _compute(str(source), options)
    if curves.design.is_official and any(parameter.name == "test_size" for parameter in given):
        note(f"note: --test-size not used: {curves.corpus} has a test part of its own")
    write_curves(curves, json_path, csv_path, times, plot_path, report_path)
    if json_path == STDIN:
        click.echo(curves_json(curves, times))
    else:
        _show(curves, has_chart=not (plot_path or report_path))
    if curves.settings.get("interrupted") and earlier is None:
        context.exit(1)


def _given(context: click.Context) -> list[click.Parameter]:
    """Return what is on the command line."""
    sources = {parameter: context.get_parameter_source(str(parameter.name)) for parameter in context.command.params}
    return [parameter for parameter, source in sources.items() if source is click.core.ParameterSource.COMMANDLINE]


def _check_axis(axis: str, context: click.Context) -> None:
    """Refuse options that mean nothing on an axis."""
    for parameter in _given(context):
        axes = _AXES_OF.get(str(parameter.name), (axis,))
        if axis not in axes:
            *first, last = (f"--axis {name}" for name in axes)
            of = f"{', '.join(first)} and {last}" if first else last
            raise click.UsageError(f"{parameter.opts[0]} is for {of}; the axis here is {axis}. Leave it out.")


def _check_unlabeled(axis: str, source: str | None, unlabeled: str | None) -> None:
    if axis == _UNLABELED and unlabeled is None:
        raise click.UsageError(
            "--axis unlabeled compares models with and without unlabeled documents; name a file of "
            "them: --unlabeled more.txt."
        )
    if source == unlabeled == STDIN:
        raise click.UsageError("Standard input can be CORPUS or --unlabeled, and not both.")


def _show(curves: Curves, has_chart: bool) -> None:
    from textgd.evaluation.curves import LearningCurves

    if isinstance(curves, LearningCurves):
        show_curves(curves, has_chart)
    else:
        show_robustness(curves, has_chart)


def _compute(source: str, options: dict[str, Any]) -> Curves:
    stages = Stages("read", "load", "curves")
    axis, models = options.pop("axis"), model_names(options.pop("models"))
    repeats, budget = options.pop("repeats"), options.pop("budget")
    experiment = {
        "repeats": repeats or (_REPEATS if budget is None else _MOST_REPEATS),
        "metric": options.pop("metric"),
        "test_size": options.pop("test_size"),
        "random_state": options.pop("seed"),
        "n_jobs": options.pop("n_jobs"),
        "duplicates": duplicates_method(options.pop("duplicates")),
    }
    learning = {"train_sizes": options.pop("sizes"), "tune": options.pop("tune"), "families": options.pop("families")}
    robustness = {name: options.pop(name) for name in ("levels", "deletion", "positive")}
    from textgd.cli.sources import open_corpus, open_unlabeled

    started = time.monotonic()
    unlabeled = options.pop("unlabeled")
    corpus = open_corpus(source, options, stages)
    if unlabeled is not None:
        learning["unlabeled"] = open_unlabeled(unlabeled, options["encoding"], stages)
    with stages("load", "loading libraries"):
        from textgd.errors import InvalidParameterError
        from textgd.evaluation.learning_curve import learning_curves
        from textgd.evaluation.robustness import robustness_curves
    # What reading took is part of the time that was given.
    left = None if budget is None else max(budget - (time.monotonic() - started), 1e-3)
    what = "results" if axis in (_MISSING, _PRIOR) else "fits"
    with (
        stages("curves", "reading and counting the documents"),
        Countdown(what, "comparing the models", left) as progress,
    ):
        try:
            if axis in _ROBUSTNESS:
                return robustness_curves(
                    models, corpus, axis, budget=left, progress=progress, **robustness, **experiment
                )
            return learning_curves(models, corpus, budget=left, progress=progress, **learning, **experiment)
        except InvalidParameterError as error:
            if left is None:
                raise
            said = str(error).replace(f"budget is {left:g} seconds", f"budget is {budget:g} seconds")
            raise type(error)(said) from error
