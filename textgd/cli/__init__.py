"""The command line: one module a command; each parses, calls the library and prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from textgd import __version__
from textgd.cli.corpora import corpora
from textgd.cli.evaluate import evaluate
from textgd.cli.inspect import inspect
from textgd.cli.predict import predict
from textgd.cli.train import train
from textgd.errors import TextgdError

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="textgd")
def textgd() -> None:
    """Classify text with generative and discriminative models, side by side.

    Start with: textgd train --model nb
    """


for command in (train, predict, evaluate, inspect, corpora):
    textgd.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every failure ends with a sentence on standard error and exit code 1 or 2."""
    try:
        args = None if arguments is None else list(arguments)
        code = textgd.main(args=args, prog_name="textgd", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has enough. Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except TextgdError as error:
        _fail(str(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted; files are as they were.", 1)
    except MemoryError:
        _fail("not enough memory for this. Fewer features need less: --min-df 2, --ngrams 1, or --hashing.", 1)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _fail(f"{where}{error.strerror or error}.", 1)
    else:
        sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int) -> None:
    click.echo(f"error: {message}", err=True)
    sys.exit(code)
