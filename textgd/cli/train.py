"""``textgd train``: labeled text to a saved model, judged on text that it has not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from textgd.cli.console import Stages, escape, note, print_json, table
from textgd.cli.options import (
    corpus_names,
    json_option,
    parameter_options,
    reading_options,
    seed_option,
    take_parameters,
    test_size_option,
)

if TYPE_CHECKING:
    from textgd.corpus import Corpus
    from textgd.scoring import TextScorer

DEFAULT_CORPUS = "sms-spam"
FALLBACK_CORPUS = "starter-spam"


@click.command(short_help="Train a model, test it on documents held out, save it.")
@click.argument("source", metavar="[CORPUS]", required=False, shell_complete=corpus_names)
@click.option("-o", "--output", default="model.textgd", show_default=True, type=click.Path(), help="File to save to.")
@test_size_option
@click.option(
    "--test", "test_source", metavar="CORPUS", shell_complete=corpus_names, help="Test on these documents instead."
)
@click.option(
    "--unlabeled",
    "unlabeled_source",
    metavar="FILE",
    type=click.Path(),
    help="Learn from these documents too, which have no label: nb by expectation maximization, other models by "
    "self-training.",
)
@click.option("--refit", is_flag=True, help="Save a model that is fitted on everything, after the test.")
@seed_option("split")
@parameter_options
@reading_options(labeled=True)
@json_option
@click.pass_context
def train(
    context: click.Context,
    /,
    source: str | None,
    output: str,
    test_size: float,
    test_source: str | None,
    unlabeled_source: str | None,
    refit: bool,
    seed: int,
    as_json: bool,
    **options: Any,
) -> None:
    """Train a model, test it on documents held out, and save it.

    CORPUS is a file or folder with labeled text, the name of a registered corpus (textgd corpora list), or - for
    standard input; sms-spam where none is named.
    """
    parameters = take_parameters(options)
    of_split = [f"--{name.replace('_', '-')}" for name in ("test_size", "seed") if _is_given(context, name)]
    _check_sources(source, test_source, unlabeled_source, output, of_split)
    if unlabeled_source is None and _is_given(context, "unlabeled_weight"):
        raise click.UsageError("--unlabeled-weight says what unlabeled documents count; name some with --unlabeled.")
    stop_words = parameters["stop_words"]
    if isinstance(stop_words, tuple) and len(stop_words) == 1:
        note(f"note: --stop-words leaves out the one word {stop_words[0]!r}; a ready list is there for english alone")
    stages = Stages("read", "load", "scan", "fit", "evaluate", *(("refit",) if refit else ()), "save")
    from textgd.cli.sources import open_unlabeled
    from textgd.container import check_destination
    from textgd.models import find_model

    model = find_model(parameters["model"])
    check_destination(output)
    corpus, test_corpus = _open(source, test_source, options, stages)
    unlabeled = None if unlabeled_source is None else open_unlabeled(unlabeled_source, options["encoding"], stages)
    with stages("load", "loading libraries"):
        from textgd.classifier import TextClassifier
        from textgd.cli.evaluation import show_evaluation
        from textgd.corpus import holdout
        from textgd.metrics import evaluate
    if test_corpus is None:
        rows = holdout(corpus.labels, test_size=test_size, random_state=seed, split=corpus.split)
        training, testing = (corpus.select(part.tolist()) for part in rows)
        if of_split and corpus.part_rows("test") is not None:
            note(f"note: {' and '.join(of_split)} not used: {corpus.name} has a test part of its own")
    else:
        training, testing = corpus, test_corpus
    _tell_overlap(training, testing)
    if unlabeled is not None:
        unlabeled = _without_copies(unlabeled, training, testing)
    classifier = TextClassifier(**parameters)
    with stages("fit", "scanning and fitting"):
        classifier.fit(training.texts, training.labels, unlabeled=unlabeled)
    # The classifier timed its own scan, which is a stage of its own here.
    stages.add("scan", classifier.fit_times_["scan"])
    stages.add("fit", -classifier.fit_times_["scan"])
    with stages("evaluate", "testing"):
        evaluation = evaluate(classifier, testing, n_jobs=parameters["n_jobs"])
    _tell_fallback(classifier.text_scorer_)
    n_features = classifier.text_scorer_.extractor.n_features
    calibration, cost_search = classifier.calibration_, _cost_search(classifier.model_)
    cost, share = getattr(classifier.model_, "C_", None), classifier.unlabeled_weight_
    saved_on = training
    if refit:
        saved_on = corpus if test_corpus is None else _joined(corpus, test_corpus)
        with stages("refit", "fitting on everything"):
            classifier.fit(saved_on.texts, saved_on.labels, unlabeled=unlabeled)
    result = {
        "corpus": corpus.name,
        "model": model.name,
        "family": model.family,
        "n_train": len(training),
        "n_test": len(testing),
        "n_saved_on": len(saved_on),
        "class_counts": {str(label): count for label, count in saved_on.class_counts.items()},
        "n_features": n_features,
        "n_features_saved": classifier.text_scorer_.extractor.n_features,
        "calibration": calibration,
        "calibration_saved": classifier.calibration_,
        "C": cost,
        "C_saved": getattr(classifier.model_, "C_", None),
        "cost_search": cost_search,
        "n_unlabeled": None if unlabeled is None else len(unlabeled),
        "unlabeled_weight": share,
        "unlabeled_weight_saved": classifier.unlabeled_weight_,
        **evaluation.summary(),
    }
    with stages("save", "saving"):
        classifier.save(output, result)
    if as_json:
        print_json({**result, "file": output, "times": stages.times})
        return
    click.echo(_describe(corpus))
    click.echo(
        f"{model.name}: {model.title} ({model.family}), {result['n_features']:,} features, "
        f"trained on {len(training):,}, tested on {len(testing):,}{'' if test_corpus is None else _of(testing)}\n"
    )
    if cost_search is not None:
        lines = [[f"{tried['C']:g}", f"{tried['log_loss']:.4f}"] for tried in cost_search]
        click.echo(
            f"C = {cost:g} is the least cost that does as well as any on documents held out of the training part:\n"
        )
        click.echo(f"{table(['C', 'log loss'], lines)}\n")
    if unlabeled is not None:
        click.echo(f"{_unlabeled_use(len(unlabeled), share, parameters['unlabeled_weight'])}\n")
    show_evaluation(evaluation, calibration)
    click.echo(f"\n{stages.summary()}")
    what = f"fitted on all {len(saved_on):,} documents" if refit else "fitted on the training part"
    click.echo(f'saved {output}, {what}; try: textgd predict {output} "some text"')


def _is_given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _check_sources(
    source: str | None, test_source: str | None, unlabeled_source: str | None, output: str, of_split: list[str]
) -> None:
    from textgd.cli.sources import STDIN, refuse_overwriting

    if test_source is not None and of_split:
        raise click.UsageError(f"{' and '.join(of_split)} would split CORPUS, but with --test nothing is split.")
    if [source, test_source, unlabeled_source].count(STDIN) > 1:
        raise click.UsageError("Standard input can be one of CORPUS, --test and --unlabeled.")
    if output == STDIN:
        raise click.UsageError("A model is not written to standard output; name a file: -o model.textgd.")
    refuse_overwriting(output, unlabeled_source)


def _open(
    source: str | None, test_source: str | None, options: dict[str, Any], stages: Stages
) -> tuple[Corpus, Corpus | None]:
    """Return what is named to train on, and to test on."""
    from textgd.cli.sources import is_described, official_test, open_corpus

    if test_source is None:
        return _open_or_default(source, options, stages), None
    # The options are about files: with one registered corpus, they are about the other.
    free: dict[str, Any] = {}
    described = [is_described(name or DEFAULT_CORPUS) for name in (source, test_source)]
    for_training = free if described == [True, False] else options
    for_testing = free if described == [False, True] else options
    corpus = _open_or_default(source, for_training, stages)
    return corpus, official_test(open_corpus(test_source, for_testing, stages))


def _open_or_default(source: str | None, options: dict[str, Any], stages: Stages) -> Corpus:
    from textgd.cli.sources import open_corpus
    from textgd.errors import FetchError

    if source is not None:
        return open_corpus(source, options, stages)
    try:
        return open_corpus(DEFAULT_CORPUS, options, stages)
    except FetchError as error:
        note(f"note: {error}")
        note(
            f"note: training on {FALLBACK_CORPUS} instead, a small corpus written for demonstration; its figures say "
            f"little. Once {DEFAULT_CORPUS} can be had: textgd corpora fetch {DEFAULT_CORPUS}"
        )
        return open_corpus(FALLBACK_CORPUS, options, stages)


def _tell_overlap(training: Corpus, testing: Corpus) -> None:
    seen = set(training.texts)
    known = sum(text in seen for text in testing.texts)
    if known:
        note(f"note: {known:,} of the {len(testing):,} test documents are training documents as well")


def _without_copies(unlabeled: list[str], training: Corpus, testing: Corpus) -> list[str]:
    """Return the unlabeled documents that are neither learned from with a label nor tested on."""
    from textgd.corpus.unlabeled import unseen_documents

    for part, what in ((training, "training"), (testing, "test")):
        unlabeled, left_out = unseen_documents(unlabeled, part.texts, what)
        if left_out:
            note(f"note: {left_out.removesuffix('.')}")
    return unlabeled


def _unlabeled_use(n: int, share: float | None, asked: Any) -> str:
    """Return what became of the unlabeled documents."""
    chosen = ", chosen on labeled documents that were held out" if asked == "auto" else ""
    if share:
        return f"learned from {n:,} unlabeled documents too, each of which counts {share:g}{chosen}"
    why = ": held-out documents show no gain beyond noise" if chosen else ""
    return f"the {n:,} unlabeled documents are not used{why}"


def _tell_fallback(scorer: TextScorer) -> None:
    """Say where the counts, as with little text or few different tokens, did not give a language model's discounts."""
    orders_of = getattr(scorer.scorer, "fallback_orders", None)
    orders = {} if orders_of is None else {str(label): orders_of(c) for c, label in enumerate(scorer.classes.tolist())}
    told = [
        f"{escape(label)} (order{'s' * (len(found) > 1)} {', '.join(map(str, found))})"
        for label, found in orders.items()
        if found
    ]
    if told:
        note(f"note: the counts do not give the discounts of {', '.join(told)}; the default ones are used there")


def _cost_search(model: Any) -> list[dict[str, float]] | None:
    """Return the held-out log loss of each C that was tried, where it was chosen."""
    search = getattr(model, "search_", None)
    if search is None:
        return None
    return [{"C": C, "log_loss": loss} for C, loss in zip(search.costs, search.log_losses, strict=True)]


def _joined(first: Corpus, second: Corpus) -> Corpus:
    from textgd.corpus import Corpus

    return Corpus((*first.texts, *second.texts), (*first.labels, *second.labels), first.name)


def _describe(corpus: Corpus) -> str:
    counts = ", ".join(f"{escape(label)} {count:,}" for label, count in corpus.class_counts.items())
    return f"{escape(corpus.name)}: {len(corpus):,} documents ({counts})"


def _of(corpus: Corpus) -> str:
    return f" of {escape(corpus.name)}"
