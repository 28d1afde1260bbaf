"""The option of commands that write their result as a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = ["page_option"]

Command = TypeVar("Command", bound=Callable[..., Any])


def page_option(name: str) -> Callable[[Command], Command]:
    """Add ``--report`` or ``--html``, by its name; the command takes it as ``report_path`` or ``html_path``."""
    return click.option(
        name,
        f"{name.removeprefix('--')}_path",
        type=click.Path(),
        metavar="FILE",
        help="Write a page with everything: .html.",
    )
