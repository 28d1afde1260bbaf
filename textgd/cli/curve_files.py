"""What ``textgd curve`` reads and writes: saved curves, JSON, tables, pictures, pages."""

from __future__ import annotations

import csv
import io
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from textgd.cli.console import note
from textgd.cli.curve_tables import has_times
from textgd.cli.sources import STDIN, refuse_overwriting

if TYPE_CHECKING:
    from textgd.evaluation.curves import LearningCurves
    from textgd.evaluation.robustness_result import RobustnessCurves

    Curves = LearningCurves | RobustnessCurves

__all__ = ["check_destinations", "curves_json", "load_curves", "write_curves"]


def load_curves(path: str) -> Curves:
    """Return the curves of any kind that --json has written."""
    from textgd.errors import DataError
    from textgd.evaluation.saved_curves import curves_from_json

    try:
        text = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    return curves_from_json(text, path)


def check_destinations(
    sources: Sequence[str | None],
    json_path: str | None,
    csv_path: str | None,
    plot_path: str | None,
    report_path: str | None,
) -> None:
    """Refuse, before anything is computed, what could not be written in the end, and what is read here."""
    paths = json_path, csv_path, plot_path, report_path
    files = [os.path.realpath(path) for path in paths if path is not None and path != STDIN]
    if len(set(files)) < len(files):
        raise click.UsageError(f"{max(files, key=files.count)} is named for two results; give each a file of its own.")
    for path in paths:
        refuse_overwriting(path, *sources)
    if STDIN in (csv_path, plot_path, report_path):
        raise click.UsageError("Only --json can be printed (-); name a file for the others.")
    if plot_path is not None:
        from textgd.plots import check_picture

        check_picture(plot_path)
    if report_path is not None:
        from textgd.report import check_page

        check_page(report_path, has_pictures=True)
    for path, kind in ((json_path, "JSON"), (csv_path, "CSV")):
        if path is not None and path != STDIN:
            from textgd.files import check_destination

            check_destination(path, kind)


def write_curves(
    curves: Curves,
    json_path: str | None,
    csv_path: str | None,
    times: bool,
    plot_path: str | None,
    report_path: str | None,
) -> None:
    """Write what was asked for to files."""
    from textgd.evaluation.curves import LearningCurves

    if times and (json_path or csv_path) and not (isinstance(curves, LearningCurves) and has_times(curves)):
        note("note: there are no times in these curves; --times writes them where the curves are made")
    for path, kind in ((json_path, "JSON"), (csv_path, "CSV")):
        if path is not None and path != STDIN:
            from textgd.files import check_destination, write_whole

            data = _csv(curves, times) if kind == "CSV" else f"{curves_json(curves, times)}\n".encode()
            write_whole(check_destination(path, kind), data)
    if plot_path is not None:
        from textgd.plots import save_plot

        save_plot(curves, plot_path)
    if report_path is not None:
        from textgd.report import curves_page, robustness_page, write_page

        command = shlex.join(["textgd", *sys.argv[1:]])
        page = curves_page(curves, command) if isinstance(curves, LearningCurves) else robustness_page(curves, command)
        write_page(report_path, page)
    for path in (json_path, csv_path, plot_path, report_path):
        if path is not None and path != STDIN:
            note(f"wrote {path}")


def curves_json(curves: Curves, times: bool) -> str:
    """Return curves as one line of JSON, with the times if they are wanted and are there."""
    from textgd.evaluation.curves import LearningCurves

    return curves.to_json(times) if isinstance(curves, LearningCurves) else curves.to_json()


def _csv(curves: Curves, times: bool) -> bytes:
    from textgd.evaluation.curves import LearningCurves

    records = curves.to_records(times) if isinstance(curves, LearningCurves) else curves.to_records()
    text = io.StringIO()
    writer = csv.DictWriter(text, list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue().encode("utf-8", "surrogatepass")
