"""``textgd evaluate``: a saved model on labeled documents."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING, Any

import click

from textgd.cli.console import Stages, escape, note, print_json, print_lines
from textgd.cli.options import corpus_names, json_option, model_file, reading_options
from textgd.cli.page_option import page_option
from textgd.cli.sources import STDIN, refuse_overwriting
from textgd.cli.values import Share

if TYPE_CHECKING:
    from textgd.scoring import TextScorer

_SHOWN_ERRORS = 5
_KEPT_ERRORS = 20


@click.command(short_help="Test a saved model on labeled documents.")
@model_file
@click.argument("source", metavar="CORPUS", shell_complete=corpus_names)
@click.option("--positive", metavar="LABEL", help="Of two classes the positive one. Default: the second, sorted.")
@click.option(
    "--threshold", type=float, metavar="P", help="Call as the positive class what has this probability or more."
)
@click.option(
    "--max-ham-loss",
    type=Share(),
    metavar="SHARE",
    help="Find the smallest threshold that, with 95 % confidence, calls no more of the negative documents positive: "
    "0.1% or 0.001.",
)
@click.option(
    "--by",
    multiple=True,
    metavar="COLUMN",
    help="Figures for parts of the documents: by length (in characters), or by a column of CORPUS; may be repeated.",
)
@click.option(
    "--errors",
    "n_errors",
    type=click.IntRange(0),
    metavar="N",
    help=f"Show so many of the worst errors. Default: {_SHOWN_ERRORS}, as JSON and in a report {_KEPT_ERRORS}.",
)
@page_option("--report")
@click.option("--plot-dir", type=click.Path(), metavar="FOLDER", help="Draw the curves into files of a folder: .png.")
@reading_options(labeled=True)
@json_option
def evaluate(
    model_path: str,
    source: str,
    positive: str | None,
    threshold: float | None,
    max_ham_loss: float | None,
    by: tuple[str, ...],
    n_errors: int | None,
    report_path: str | None,
    plot_dir: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Test a saved model on labeled documents: every figure with its 95 % interval.

    CORPUS is a file or folder with labeled text, or the name of a registered corpus (textgd corpora list); where it
    has an official test part, only that is used. Without labels, the predictions are printed.
    """
    if threshold is not None and max_ham_loss is not None:
        raise click.UsageError("--threshold sets what --max-ham-loss looks for; leave one of them out.")
    if threshold is not None:
        from textgd.metrics.thresholds import check_threshold

        check_threshold(threshold)
    _check_destinations(report_path, plot_dir, (model_path, source))
    stages = Stages("load", "read", "evaluate")
    with stages("load", "loading the model"):
        from textgd.modelfile import has_seen, load_model

        scorer, info = load_model(model_path)
    from textgd.cli.sources import official_test, open_corpus
    from textgd.errors import UnlabeledError
    from textgd.metrics.slices import LENGTH

    columns = tuple(dict.fromkeys(name for name in by if name != LENGTH))
    try:
        whole = open_corpus(source, {**options, "columns": columns}, stages)
    except UnlabeledError as reason:
        if source == STDIN:
            raise
        about_scores = {
            "--positive": positive,
            "--threshold": threshold,
            "--max-ham-loss": max_ham_loss,
            "--by": by,
            "--errors": n_errors,
            "--report": report_path,
            "--plot-dir": plot_dir,
        }
        unused = [option for option, value in about_scores.items() if value not in (None, ())]
        _predict(scorer, source, options, str(reason), unused, as_json)
        return
    tested = official_test(whole)
    if has_seen(info, whole.name, tested is not whole):
        note(
            f"note: the model was trained on a corpus named {whole.name}; if these are the same documents, it has "
            "seen them, and the figures flatter it"
        )
    from textgd.metrics import evaluate as test

    kept = max(n_errors or 0, _KEPT_ERRORS) if n_errors is None or report_path else n_errors
    with stages("evaluate", "testing"):
        evaluation = test(
            scorer,
            whole,
            positive=positive,
            threshold=threshold,
            max_ham_loss=max_ham_loss,
            by=tuple(dict.fromkeys(by)),
            n_errors=kept,
        )
    if plot_dir is not None:
        from textgd.plots import save_evaluation_plots

        for path in save_evaluation_plots(evaluation, plot_dir):
            note(f"wrote {path}")
    if report_path is not None:
        from textgd.report import evaluation_page, write_page

        command = shlex.join(["textgd", *sys.argv[1:]])
        write_page(report_path, evaluation_page(evaluation, os.path.basename(model_path), whole.name, command))
        note(f"wrote {report_path}")
    if as_json:
        print_json({"corpus": whole.name, **evaluation.to_dict(), "times": stages.times})
        return
    from textgd.cli.evaluation import show_claim, show_errors, show_evaluation, show_slices, show_thresholds

    click.echo(f"{model_path} on {escape(whole.name)}{_called(evaluation.positive, threshold)}\n")
    show_evaluation(evaluation, has_intervals=True)
    if (threshold is not None or max_ham_loss is not None) and evaluation.thresholds:
        show_thresholds(evaluation)
    if evaluation.claim is not None:
        show_claim(evaluation.claim, evaluation.sides)
    show_slices(evaluation)
    n_wrong = int(evaluation.confusion.sum() - evaluation.confusion.trace())
    show_errors(evaluation.errors[: _SHOWN_ERRORS if n_errors is None else n_errors], n_wrong)


def _called(positive: Any, threshold: float | None) -> str:
    return "" if threshold is None else f", called {escape(positive)} from a probability of {threshold:g} on"


def _check_destinations(report_path: str | None, plot_dir: str | None, read: tuple[str, ...]) -> None:
    """Refuse, before anything is computed, what could not be written in the end, and what is read here."""
    refuse_overwriting(report_path, *read)
    refuse_overwriting(plot_dir, *read)
    if report_path is not None:
        from textgd.report import check_page

        check_page(report_path, has_pictures=True)
    if plot_dir is not None:
        from textgd.plots import check_plot_folder

        check_plot_folder(plot_dir)


def _predict(
    scorer: TextScorer, source: str, options: dict[str, Any], reason: str, unused: list[str], as_json: bool
) -> None:
    """Print predictions in the place of a score."""
    from textgd.cli.wording import in_options
    from textgd.corpus import read_documents

    if unused:
        note(f"note: {', '.join(unused)} not used: without labels there is no score")
    documents = read_documents(source, **{name: options[name] for name in ("format", "text_column", "encoding")})
    labels = scorer.labels(scorer.predict(documents)).tolist()
    if as_json:
        name = os.path.basename(source)
        print_json({"corpus": name, "metrics": None, "reason": in_options(reason), "predictions": labels})
        return
    note(f"note: no score, because there are no labels: {in_options(reason)}")
    print_lines(map(escape, labels))
