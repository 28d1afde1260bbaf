"""``textgd compare``: several models on the same documents, and which of them differ."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Any

import click

from textgd.cli.compare_tables import show_comparison
from textgd.cli.console import Countdown, Stages, escape, note, print_json
from textgd.cli.experiment_options import (
    duplicates_method,
    duplicates_option,
    jobs_option,
    model_names,
    models_option,
)
from textgd.cli.options import corpus_names, json_option, metric_option, reading_options, seed_option
from textgd.cli.page_option import page_option
from textgd.cli.sources import open_corpus, refuse_overwriting
from textgd.wording import counted

if TYPE_CHECKING:
    from textgd.evaluation.comparison import ModelComparison

# What only models that are fitted have a use for.
_OF_FOLDS = ("cv", "repeats", "duplicates")


@click.command(short_help="Compare models by cross-validation, or saved ones on a test file.")
@click.argument("source", metavar="CORPUS", shell_complete=corpus_names)
@models_option(" Or files of saved models alone, which are tested on CORPUS as they are.")
@click.option("--cv", type=int, default=10, show_default=True, help="Folds of the cross-validation.")
@click.option("--repeats", type=int, default=1, show_default=True, help="How often folds are drawn.")
@metric_option("What models are ranked and compared by")
@duplicates_option("in one fold")
@seed_option("folds, or resamples of the test documents")
@json_option
@page_option("--report")
@jobs_option("Folds")
@reading_options(labeled=True)
@click.pass_context
def compare(context: click.Context, /, source: str, as_json: bool, report_path: str | None, **options: Any) -> None:
    """Compare models on the same documents: what each is worth and costs, and which of them differ.

    CORPUS is a file or folder with labeled text, the name of a registered corpus (textgd corpora list), or - for
    standard input. Each document is tested once by models that have not seen it; of a corpus with an official test
    part the training part alone is used, so that the test part stays unseen until one is chosen. The last sentence
    says what it comes to.
    """
    models = model_names(options.pop("models"), may_be_saved=True)
    if report_path is not None:
        from textgd.models import is_saved
        from textgd.report import check_page

        refuse_overwriting(report_path, source, *filter(is_saved, models))
        check_page(report_path)
    comparison = _compute(source, models, options)
    if not comparison.is_cross_validated:
        for parameter in context.command.params:
            given = context.get_parameter_source(str(parameter.name)) is click.core.ParameterSource.COMMANDLINE
            if given and parameter.name in _OF_FOLDS:
                note(f"note: {parameter.opts[0]} not used: saved models are tested as they are")
    _tell(comparison)
    if as_json:
        print_json(comparison.to_dict())
    else:
        show_comparison(comparison)
    if report_path is not None:
        from textgd.report import comparison_page, write_page

        write_page(report_path, comparison_page(comparison, shlex.join(["textgd", *sys.argv[1:]])))
        note(f"wrote {report_path}")
    if comparison.settings.get("interrupted"):
        context.exit(1)


def _compute(source: str, models: list[str], options: dict[str, Any]) -> ModelComparison:
    stages = Stages("read", "load", "compare")
    experiment = {name: options.pop(name) for name in ("cv", "repeats", "metric", "n_jobs")}
    experiment |= {
        "random_state": options.pop("seed"),
        "duplicates": duplicates_method(options.pop("duplicates")),
    }
    corpus = open_corpus(source, options, stages)
    with stages("load", "loading libraries"):
        from textgd.evaluation.comparing import compare
    with (
        stages("compare", "reading and counting the documents"),
        Countdown("fits", "comparing the models") as progress,
    ):
        return compare(models, corpus, progress=progress, **experiment)


def _tell(comparison: ModelComparison) -> None:
    """Say what the figures do not, and the reader has to know."""
    settings, corpus = comparison.settings, escape(comparison.corpus)
    if left_out := settings["n_left_out"]:
        part = "training" if comparison.is_cross_validated else "test"
        why = "; the other documents stay unseen" if comparison.is_cross_validated else ""
        doing = "comparing" if comparison.is_cross_validated else "testing"
        documents = counted(settings["n_documents"], "document")
        note(
            f"note: {doing} on the {documents} of the {part} part of {corpus}, of "
            f"{settings['n_documents'] + left_out:,}{why}"
        )
    for failure in comparison.failures:
        note(
            f"note: {escape(failure.model)} failed in {failure.n_folds} of {settings['folds_done']} folds: "
            f"{escape(failure.reason)}"
        )
    for text in settings.get("notes", []):
        note(f"note: some fits warned: {escape(text)}")
    if settings.get("classes_differ"):
        note("note: these models do not have the same classes; a class that a model lacks counts as its error")
    for model in comparison.models:
        if model.unseen:
            labels = ", ".join(f"{escape(label)} ({count:,})" for label, count in model.unseen.items())
            left_out = " and left out of ROC AUC and lam" if "lam" in model.metrics else ""
            note(f"note: labels that {escape(model.name)} has never seen, counted as wrong{left_out}: {labels}")
        if model.has_seen:
            note(
                f"note: {escape(model.name)} was trained on a corpus named {corpus}; if these are the same documents, "
                "it has seen them, and its figures flatter it"
            )
