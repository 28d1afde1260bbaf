"""``textgd predict``: one line for each document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from textgd.cli.console import Stages, escape, note, print_lines, to_json
from textgd.cli.missing_words import count_missing
from textgd.cli.options import json_option, missing_options, model_file, reading_options
from textgd.cli.sources import STDIN, announce_stdin
from textgd.cli.values import ClassPrior, Share
from textgd.errors import InvalidParameterError
from textgd.wording import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from textgd.scoring import Prediction, PriorEstimate, TextScorer

NO_ANSWER = "?"
NOVEL, NOT_NOVEL = "novel", "-"
NOVELTY_LEVEL = 0.05


@click.command(short_help="Predict the label of each text.")
@model_file
@click.argument("texts", metavar="TEXT...", nargs=-1)
@click.option("--input", "input_path", metavar="FILE", type=click.Path(), help="Read the documents from a file.")
@click.option("--proba", is_flag=True, help="Add the label's probability.")
@click.option("--abstain", type=float, metavar="P", help=f"Answer {NO_ANSWER} below this probability.")
@click.option(
    "--class-prior",
    type=ClassPrior(),
    metavar="PRIOR",
    help="How frequent the classes are among these texts: uniform, spam=0.6,ham=0.4, or estimate, which finds it from "
    "the texts. Default: as the model was trained for.",
)
@click.option(
    "--novelty",
    is_flag=True,
    help="Add how often a text like those of the training part is as improbable as this one, and whether that makes it "
    f"{NOVEL}: of none of the classes.",
)
@click.option(
    "--novelty-level",
    type=Share(),
    metavar="P",
    help=f"With --novelty: call texts {NOVEL} where that is at most P. Default: {NOVELTY_LEVEL}.",
)
@missing_options
@reading_options(labeled=False)
@json_option
def predict(
    model_path: str,
    texts: tuple[str, ...],
    input_path: str | None,
    proba: bool,
    abstain: float | None,
    class_prior: Any,
    novelty: bool,
    novelty_level: float | None,
    missing: str | None,
    impute: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Predict the label of each TEXT, or of each line of standard input (-).

    The label is the first column of each output line; columns are separated by tabs. Tabs, line ends and
    backslashes in a label are escaped.
    """
    if abstain is not None and not 0.0 < abstain <= 1.0:
        raise InvalidParameterError(f"--abstain is {abstain:g}; a probability above 0 and up to 1 is expected.")
    if (input_path is None) == (not texts) or (STDIN in texts and len(texts) > 1):
        raise click.UsageError("Give texts, or - for standard input, or --input FILE, and only one of them.")
    if novelty_level is not None and not novelty:
        raise click.UsageError("--novelty-level is about --novelty: give that as well.")
    if novelty and missing is not None:
        raise click.UsageError("--novelty compares whole texts, and --missing says that words are missing: give one.")
    source = STDIN if texts == (STDIN,) else input_path
    given = [f"--{name.replace('_', '-')}" for name, value in options.items() if value is not None]
    if given and source is None:
        raise click.UsageError(f"{', '.join(given)} is about reading a file; here the texts are arguments.")
    Stages()  # tells of a first compilation
    from textgd.modelfile import load_model
    from textgd.scoring import ESTIMATE

    scorer = load_model(model_path).scorer
    # What the model cannot do is said before documents are waited for.
    _check_abilities(scorer, proba, abstain, novelty)
    if class_prior is not None and class_prior != ESTIMATE:
        scorer = scorer.with_class_prior(_of_labels(class_prior, scorer))
    documents = list(texts) if source is None else _read(source, options)
    prediction = scorer.predict(documents, missing=missing, impute=impute)
    n_missing = None if missing is None else count_missing(scorer, documents, missing, prediction)
    if class_prior == ESTIMATE:
        estimate = scorer.estimate_class_prior(prediction)
        note(_told(estimate))
        prediction = scorer.with_class_prior(estimate.prior).judge(prediction)
    strange = _strange(scorer, documents, novelty_level) if novelty else None
    print_lines(_lines(scorer.classes.tolist(), prediction, proba, abstain, n_missing, strange, as_json))


def _check_abilities(scorer: TextScorer, proba: bool, abstain: float | None, novelty: bool) -> None:
    from textgd.probabilities import NO_PROBABILITIES
    from textgd.scoring.novelty import NO_NOVELTY

    if scorer.probabilities is None and (proba or abstain is not None):
        raise InvalidParameterError(f"{'--proba' if proba else '--abstain'} needs probabilities. {NO_PROBABILITIES}")
    if scorer.novelty is None and novelty:
        raise InvalidParameterError(NO_NOVELTY)


def _of_labels(class_prior: Any, scorer: TextScorer) -> Any:
    """Return class probabilities by labels, of whatever type these are, where they are given by name."""
    if not isinstance(class_prior, dict):
        return class_prior
    labels = {str(label): label for label in scorer.classes.tolist()}
    return {labels.get(name, name): share for name, share in class_prior.items()}


def _read(source: str, options: dict[str, Any]) -> list[str]:
    from textgd.corpus import read_documents

    announce_stdin(source)
    return read_documents(source, **options)


def _told(estimate: PriorEstimate) -> str:
    shares = [
        f"{escape(label)} {prior:.3f} ({low:.3f} to {high:.3f})"
        for label, prior, low, high in zip(estimate.classes, estimate.prior, estimate.low, estimate.high, strict=True)
    ]
    return (
        f"class prior, estimated from {counted(estimate.n_documents, 'text')}: {', '.join(shares)}; 95 % intervals for "
        "the source of the texts, as far as the model is calibrated for them"
    )


class _Strange(NamedTuple):
    """P-values for texts of none of the classes, and whether they are small."""

    p_values: NDArray[np.float64]
    is_novel: NDArray[np.bool_]


def _strange(scorer: TextScorer, documents: list[str], level: float | None) -> _Strange:
    p_values = scorer.novelty_p(documents)
    level = NOVELTY_LEVEL if level is None else level
    if scorer.novelty is not None and (least := 1.0 / (1.0 + scorer.novelty.n_documents)) > level:
        held_out = counted(scorer.novelty.n_documents, "document")
        note(f"note: the model compares with {held_out}, so no text has less than {least:.2g}: none is {NOVEL}")
    return _Strange(p_values, p_values <= level)


def _lines(
    classes: list[Any],
    prediction: Prediction,
    proba: bool,
    abstain: float | None,
    n_missing: NDArray[np.int64] | None,
    strange: _Strange | None,
    as_json: bool,
) -> Iterator[str]:
    import numpy as np

    names = [str(label) for label in classes]
    probabilities = None if prediction.log_proba is None else np.exp(prediction.log_proba)
    for row, column in enumerate(prediction.columns.tolist()):
        is_sure = abstain is None or (probabilities is not None and float(probabilities[row, column]) >= abstain)
        label = classes[column] if is_sure else NO_ANSWER
        if as_json:
            answer = {"id": row, "label": label}
            if probabilities is None:
                answer["scores"] = dict(zip(names, prediction.scores[row].tolist(), strict=True))
            else:
                answer["probabilities"] = dict(zip(names, probabilities[row].tolist(), strict=True))
            answer["n_known_tokens"] = int(prediction.n_known_tokens[row])
            if n_missing is not None:
                answer["n_missing"] = int(n_missing[row])
            if strange is not None:
                answer |= {"novelty_p": float(strange.p_values[row]), "novel": bool(strange.is_novel[row])}
            yield to_json(answer)
            continue
        cells = [escape(label)]
        if proba and probabilities is not None:
            cells.append(f"{probabilities[row, column]:.4f}")
        if strange is not None:
            cells += [f"{strange.p_values[row]:.4f}", NOVEL if strange.is_novel[row] else NOT_NOVEL]
        yield "\t".join(cells)
