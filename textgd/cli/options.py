"""Options that several commands share; those of the classifier come from the table in `textgd.parameters`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from textgd.corpus.splits import SEED, TEST_SIZE
from textgd.errors import InvalidParameterError
from textgd.parameters import PARAMETERS, Parameter

__all__ = [
    "corpus_names",
    "encoding_option",
    "json_option",
    "metric_option",
    "missing_options",
    "model_file",
    "parameter_options",
    "reading_options",
    "seed_option",
    "take_parameters",
    "test_size_option",
]

Command = TypeVar("Command", bound=Callable[..., Any])

# What scikit-learn's random splits take.
_MAX_SEED = 2**32 - 1


class _NamedOption(click.Option):
    """An option whose value is a name out of a list that is loaded only for help and completion."""

    def __init__(self, *args: Any, names: Callable[[], Iterable[str]], **settings: Any) -> None:
        super().__init__(*args, metavar="NAME", shell_complete=_complete(names), **settings)
        self.names = names

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        text = self.help or ""
        self.help = f"{text} One of {', '.join(self.names())}."
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = text


def _complete(names: Callable[[], Iterable[str]]) -> Callable[..., list[str]]:
    return lambda context, parameter, incomplete: [name for name in names() if name.startswith(incomplete)]


def _models() -> Iterable[str]:
    from textgd.models import MODELS

    return MODELS


def parameter_options(command: Command) -> Command:
    """Add an option for each parameter of a text classifier."""
    for parameter in reversed(PARAMETERS):
        command = _option(parameter)(command)
    return command


def _option(parameter: Parameter) -> Callable[[Command], Command]:
    settings: dict[str, Any] = {
        "default": parameter.default,
        "show_default": parameter.default is not None,
        "help": parameter.text,
    }
    if parameter.kind is not bool:
        settings["type"] = click.Choice(parameter.choices) if parameter.choices else parameter.kind
    if parameter.name == "model":
        settings |= {"cls": _NamedOption, "names": _models}
    return click.option("/".join(parameter.flags), parameter.name, **settings)


def take_parameters(values: dict[str, Any]) -> dict[str, Any]:
    """Take the classifier's parameters out of a command's values, parsed."""
    taken = {}
    for parameter in PARAMETERS:
        value = values.pop(parameter.name)
        if isinstance(value, str) and parameter.parse is not None:
            try:
                value = parameter.parse(value)
            except ValueError as error:
                raise InvalidParameterError(f"--{parameter.option}: {error}.") from error
        taken[parameter.name] = value
    return taken


def encoding_option(command: Command) -> Command:
    """Add ``--encoding``."""
    return click.option("--encoding", metavar="NAME", help="Encoding of the file; UTF-8 by default.")(command)


def reading_options(labeled: bool) -> Callable[[Command], Command]:
    """Add the options that say how a file is read."""

    def formats() -> Iterable[str]:
        from textgd.corpus import DOCUMENT_FORMATS, LABELED_FORMATS

        return LABELED_FORMATS if labeled else DOCUMENT_FORMATS

    def add(command: Command) -> Command:
        options = [
            click.option(
                "--format", cls=_NamedOption, names=formats, help="How the file is written; recognized by default."
            ),
            click.option("--text-column", metavar="COLUMN", help="Column of the text: its name, or number from 1."),
            encoding_option,
        ]
        if labeled:
            options[2:2] = [
                click.option("--label-column", metavar="COLUMN", help="Column of the label: its name, or number."),
                click.option(
                    "--header/--no-header",
                    default=None,
                    help="Whether the first row names the columns; recognized by default.",
                ),
            ]
        for option in reversed(options):
            command = option(command)
        return command

    return add


def _imputations() -> Iterable[str]:
    from textgd.scoring.missing import IMPUTATIONS

    return IMPUTATIONS


def missing_options(command: Command) -> Command:
    """Add ``--missing``, the mark of a missing word, and ``--impute``."""
    for option in (
        click.option(
            "--impute",
            cls=_NamedOption,
            names=_imputations,
            default="auto",
            show_default=True,
            help="With --missing: sum over what may stand there, take the text to have no such words, or put a share "
            "of the mean training document there; auto sums where the model can.",
        ),
        click.option(
            "--missing", metavar="MARK", help="What stands by itself in the place of each missing word, such as ___."
        ),
    ):
        command = option(command)
    return command


def test_size_option(command: Command) -> Command:
    """Add ``--test-size``."""
    return click.option(
        "--test-size",
        type=float,
        default=TEST_SIZE,
        show_default=True,
        metavar="SHARE",
        help="Share of the documents to test on, where CORPUS has no test part of its own.",
    )(command)


def seed_option(what: str) -> Callable[[Command], Command]:
    """Add ``--seed``, the seed of `what`."""
    return click.option(
        "--seed", type=click.IntRange(0, _MAX_SEED), default=SEED, show_default=True, help=f"Seed of the random {what}."
    )


def _metrics() -> Iterable[str]:
    from textgd.evaluation.measures import MEASURES

    return MEASURES


class _Metric(click.ParamType[str]):
    """The name of a measure, or scikit-learn's name for it."""

    name = "metric"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> str:
        """Return the measure's own name."""
        from textgd.evaluation.measures import find_measure

        try:
            return find_measure(value).name
        except InvalidParameterError as error:
            self.fail(str(error), parameter, context)


def metric_option(what: str) -> Callable[[Command], Command]:
    """Add ``--metric``: `what` is measured by it."""
    return click.option(
        "--metric",
        cls=_NamedOption,
        names=_metrics,
        type=_Metric(),
        default="accuracy",
        show_default=True,
        help=f"{what}: f1_macro, or f1, is the mean over classes, lam the logistic average misclassification of spam "
        "filters.",
    )


def json_option(command: Command) -> Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def model_file(command: Command) -> Command:
    """Add the argument for a saved model."""
    return click.argument("model_path", metavar="MODEL", type=click.Path())(command)


def corpus_names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
    """Complete the names of registered corpora, and files."""
    from click.shell_completion import CompletionItem

    from textgd.corpus.registry import registered_names

    names = [name for name in registered_names() if name.startswith(incomplete)]
    return [*map(CompletionItem, names), CompletionItem(incomplete, type="file")]
