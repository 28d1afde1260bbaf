"""``textgd train``: labeled text to a saved model, judged on text that it has not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from textgd.cli.console import Stages, note, print_json
from textgd.cli.options import corpus_names, json_option, parameter_options, reading_options, take_parameters

if TYPE_CHECKING:
    from textgd.corpus import Corpus

DEFAULT_CORPUS = "sms-spam"
FALLBACK_CORPUS = "starter-spam"


@click.command()
@click.argument("source", metavar="[CORPUS]", required=False, shell_complete=corpus_names)
@click.option("-o", "--output", default="model.textgd", show_default=True, type=click.Path(), help="File to save to.")
@click.option("--test-size", type=float, default=0.2, show_default=True, help="Share of the documents to test on.")
@click.option("--test", "test_source", metavar="CORPUS", help="Test on these documents instead.")
@click.option("--refit", is_flag=True, help="Save a model that is fitted on everything, after the test.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the random split.")
@parameter_options
@reading_options("LABELED_FORMATS")
@json_option
def train(
    source: str | None,
    output: str,
    test_size: float,
    test_source: str | None,
    refit: bool,
    seed: int,
    as_json: bool,
    **options: Any,
) -> None:
    """Train a model, test it on documents held out, and save it.

    CORPUS is a file or folder with labeled text, or the name of a registered corpus (textgd corpora list);
    sms-spam where none is named.
    """
    parameters = take_parameters(options)
    stages = Stages()
    from textgd.modelfile import check_destination
    from textgd.models import find_model

    model = find_model(parameters["model"])
    check_destination(output)
    with stages("read", "reading"):
        from textgd.corpus import load_corpus

        corpus = _load(source, options)
        test_corpus = None if test_source is None else load_corpus(test_source, **options)
    with stages("load", "loading libraries"):
        from textgd.classifier import TextClassifier
        from textgd.cli.evaluation import evaluate_classifier, show_evaluation
        from textgd.corpus import holdout
    if test_corpus is None:
        rows = holdout(corpus.labels, test_size=test_size, random_state=seed, split=corpus.split)
        training, testing = (corpus.select(part.tolist()) for part in rows)
    else:
        training, testing = corpus, test_corpus
    classifier = TextClassifier(**parameters)
    _fit(classifier, training, stages)
    with stages("evaluate", "testing"):
        evaluation = evaluate_classifier(classifier.text_scorer_, testing, parameters["n_jobs"])
    saved_on = training
    if refit:
        saved_on = corpus if test_corpus is None else _joined(corpus, test_corpus)
        _fit(classifier, saved_on, stages)
    result = {
        "corpus": corpus.name,
        "model": model.name,
        "family": model.family,
        "n_train": len(training),
        "n_test": len(testing),
        "n_saved_on": len(saved_on),
        "class_counts": {str(label): count for label, count in saved_on.class_counts.items()},
        "n_features": classifier.text_scorer_.extractor.features.n_columns,
        **evaluation.to_dict(),
    }
    with stages("save", "saving"):
        classifier.save(output, result)
    if as_json:
        print_json({**result, "file": output, "times": stages.times})
        return
    click.echo(f"{_describe(corpus)}")
    click.echo(
        f"{model.name}: {model.title} ({model.family}), {result['n_features']:,} features, "
        f"trained on {len(training):,}, tested on {len(testing):,}\n"
    )
    show_evaluation(evaluation)
    click.echo(f"\n{stages.summary()}")
    what = "fitted on all documents" if refit else "fitted on the training part"
    click.echo(f'saved {output}, {what}; try: textgd predict {output} "some text"')


def _fit(classifier: Any, corpus: Corpus, stages: Stages) -> None:
    with stages("fit", "scanning and fitting"):
        classifier.fit(corpus.texts, corpus.labels)
    # The classifier timed its own scan, which is a stage of its own here.
    scan = classifier.fit_times_["scan"]
    stages.times["scan"] = stages.times.get("scan", 0.0) + scan
    stages.times["fit"] -= scan


def _load(source: str | None, options: dict[str, Any]) -> Corpus:
    from textgd.corpus import load_corpus
    from textgd.errors import FetchError

    if source is not None:
        return load_corpus(source, **options)
    try:
        return load_corpus(DEFAULT_CORPUS, **options)
    except FetchError as error:
        note(f"note: {error}")
        note(
            f"note: training on {FALLBACK_CORPUS} instead, a small corpus written for demonstration; "
            f"its figures say little. Once there is a network: textgd corpora fetch {DEFAULT_CORPUS}"
        )
        return load_corpus(FALLBACK_CORPUS)


def _joined(first: Corpus, second: Corpus) -> Corpus:
    from textgd.corpus import Corpus

    return Corpus((*first.texts, *second.texts), (*first.labels, *second.labels), first.name)


def _describe(corpus: Corpus) -> str:
    from textgd.cli.console import escape

    counts = ", ".join(f"{escape(label)} {count:,}" for label, count in corpus.class_counts.items())
    return f"{corpus.name}: {len(corpus):,} documents ({counts})"
