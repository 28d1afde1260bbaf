"""Options that several commands share; those of the classifier come from the table in `textgd.parameters`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from textgd.errors import InvalidParameterError
from textgd.parameters import PARAMETERS, Parameter

__all__ = ["corpus_names", "json_option", "model_file", "parameter_options", "reading_options", "take_parameters"]

Command = TypeVar("Command", bound=Callable[..., Any])


def parameter_options(command: Command) -> Command:
    """Add an option for each parameter of a text classifier."""
    for parameter in reversed(PARAMETERS):
        command = _option(parameter)(command)
    return command


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


def _option(parameter: Parameter) -> Callable[[Command], Command]:
    name = "/".join(f"--{flag}" for flag in parameter.option.split("/"))
    settings: dict[str, Any] = {"default": parameter.default, "help": parameter.text}
    if parameter.kind is not bool:
        settings["type"] = click.Choice(parameter.choices) if parameter.choices else parameter.kind
        settings["show_default"] = parameter.default is not None
    if parameter.name == "model":
        settings["shell_complete"] = _complete_models
        settings["metavar"] = "NAME"
    return click.option(name, parameter.name, **settings)


def reading_options(formats: str) -> Callable[[Command], Command]:
    """Add the options that say how a file is read; `formats` names the tuple of formats in `textgd.corpus`."""

    def add(command: Command) -> Command:
        labeled = formats == "LABELED_FORMATS"
        options = [
            click.option("--format", metavar="NAME", help="How the file is written; recognized by default."),
            click.option("--text-column", metavar="COLUMN", help="Name or number (from 1) of the text's column."),
            click.option("--encoding", help="Of the file; UTF-8 by default."),
        ]
        if labeled:
            options[2:2] = [
                click.option("--label-column", metavar="COLUMN", help="Name or number of the label's column."),
                click.option("--header/--no-header", default=None, help="Whether the first row names the columns."),
            ]
        for option in reversed(options):
            command = option(command)
        return command

    return add


def json_option(command: Command) -> Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def model_file(command: Command) -> Command:
    """Add the argument for a saved model."""
    return click.argument("model_path", metavar="MODEL", type=click.Path())(command)


def corpus_names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
    """Complete the names of registered corpora, and files."""
    from click.shell_completion import CompletionItem

    from textgd.corpus import registered

    names = [name for name in registered() if name.startswith(incomplete)]
    return [*map(CompletionItem, names), CompletionItem(incomplete, type="file")]


def _complete_models(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    from textgd.models import MODELS

    return [name for name in MODELS if name.startswith(incomplete)]
