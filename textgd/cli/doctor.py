"""``textgd doctor``: what is wrong with labeled text, and what to do about it."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Any

import click

from textgd.cli.console import Countdown, Stages, note, print_json
from textgd.cli.experiment_options import jobs_option
from textgd.cli.options import corpus_names, json_option, reading_options, seed_option
from textgd.cli.page_option import page_option
from textgd.cli.sources import STDIN, refuse_overwriting
from textgd.errors import InvalidParameterError

if TYPE_CHECKING:
    from textgd.corpus import Corpus
    from textgd.doctor import Cleaning, Diagnosis


@click.command(short_help="Find what is wrong with labeled text: copies, leaks, damage, labels.")
@click.argument("source", metavar="CORPUS", shell_complete=corpus_names)
@click.option("--top", type=click.IntRange(0), default=10, show_default=True, help="List so many suspicious labels.")
@click.option(
    "--fix", "fixed_path", type=click.Path(), metavar="FILE", help="Write a cleaned copy: .csv, .tsv or .jsonl."
)
@json_option
@page_option("--html")
@seed_option("resamples that give the interval of the label noise")
@jobs_option("Models")
@reading_options(labeled=True)
@click.pass_context
def doctor(
    context: click.Context,
    /,
    source: str,
    top: int,
    fixed_path: str | None,
    as_json: bool,
    html_path: str | None,
    seed: int,
    n_jobs: int | None,
    **options: Any,
) -> None:
    """Find what is wrong with labeled text, and say what to do about it.

    CORPUS is a file or folder with labeled text, the name of a registered corpus (textgd corpora list), or - for
    standard input. It looks for exact and near-duplicates, also with different labels or on both sides of the split;
    for tokens that give a class away; damaged encodings; classes, lengths and languages unlike the rest; and for labels
    that are likely wrong, by models that have not seen the document. Rows are documents, counted from 1; a header is
    none.

    --fix never changes the source, and no label. The copy has its encodings repaired; it leaves out empty documents,
    copies but for the first, documents with contradicting labels, and training documents that are in the test part as
    well; a column "suspect" has the label that the models suggest, where they doubt.
    """
    _check_destinations(source, fixed_path, html_path)
    stages = Stages("read", "load", "look")
    from textgd.cli.sources import open_corpus

    # A cleaned copy has all that the source has.
    corpus = open_corpus(source, options if fixed_path is None else {**options, "columns": None}, stages)
    if fixed_path is not None and "suspect" in (corpus.columns or {}):
        raise InvalidParameterError(
            f"{corpus.name} has a column 'suspect' already, where --fix writes what the models suggest. Rename it."
        )
    with stages("load", "loading libraries"):
        from textgd.doctor import diagnose
    with stages("look", "looking for copies, leaks and damage"), Countdown("fits", "putting it together") as progress:
        diagnosis = diagnose(corpus, random_state=seed, n_jobs=n_jobs, progress=progress)
    for text in diagnosis.notes:
        note(f"note: {text}")
    cleaning = None if fixed_path is None else _fix(corpus, diagnosis, fixed_path, n_jobs)
    if html_path is not None:
        from textgd.report import diagnosis_page, write_page

        write_page(html_path, diagnosis_page(diagnosis, shlex.join(["textgd", *sys.argv[1:]])))
        note(f"wrote {html_path}")
    if as_json:
        print_json({**diagnosis.to_dict(), **({} if cleaning is None else {"fix": cleaning.to_dict()})})
    else:
        from textgd.cli.doctor_tables import show_diagnosis

        show_diagnosis(diagnosis, top)
    if diagnosis.is_interrupted:
        context.exit(1)


def _check_destinations(source: str, fixed_path: str | None, html_path: str | None) -> None:
    """Refuse, before anything is computed, what could not be written in the end, and what is read here."""
    if html_path is not None:
        from textgd.report import check_page

        refuse_overwriting(html_path, source)
        check_page(html_path)
    if fixed_path is not None:
        from textgd.corpus.writing import check_corpus_file

        check_corpus_file(fixed_path, None if source == STDIN else source)


def _fix(corpus: Corpus, diagnosis: Diagnosis, path: str, n_jobs: int | None) -> Cleaning:
    """Write the cleaned copy, and say what was changed."""
    from textgd.corpus.writing import write_corpus
    from textgd.doctor import clean

    cleaning = clean(corpus, diagnosis.suspects, n_jobs)
    write_corpus(cleaning.corpus, path, {"suspect": cleaning.suggested})
    gone = [f"{len(rows):,} dropped ({kind})" for kind, rows in cleaning.dropped.items()]
    changes = ", ".join([*([f"{len(cleaning.repaired):,} repaired"] if cleaning.repaired else []), *gone])
    n_suspects = sum(label != "" for label in cleaning.suggested)
    note(
        f"wrote {path}: {len(cleaning.corpus):,} of {len(corpus):,} documents, {changes or 'nothing to change'}; "
        f"{n_suspects:,} with a suggestion in the column suspect, no label changed"
    )
    return cleaning
