"""How a diagnosis is shown in a terminal: the facts, the findings by severity, the labels to look at."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

import click

from textgd.cli.console import escape, shorten, table
from textgd.cli.curve_tables import class_counts

if TYPE_CHECKING:
    from textgd.doctor import Diagnosis, Finding

__all__ = ["show_diagnosis"]

_WIDTH = 100
_TEXT = 76


def show_diagnosis(diagnosis: Diagnosis, top: int) -> None:
    """Print what was found; `top` is how many suspicious labels are listed."""
    from textgd.doctor.finding import HEADINGS

    click.echo("\n".join(_facts(diagnosis)))
    for severity, heading in HEADINGS.items():
        if findings := [finding for finding in diagnosis.findings if finding.severity == severity]:
            click.echo(f"\n{heading}\n")
            click.echo("\n\n".join(map(_finding, findings)))
    if not diagnosis.findings:
        click.echo("\nNothing was found.")
    if top and diagnosis.suspects:
        click.echo(f"\n{_suspects(diagnosis, top)}")


def _facts(diagnosis: Diagnosis) -> list[str]:
    parts = ", ".join(f"{part} {n:,}" for part, n in diagnosis.split_counts.items())
    lengths = diagnosis.lengths
    lines = [
        f"{escape(diagnosis.corpus)}: {diagnosis.n_documents:,} documents ({class_counts(diagnosis.class_counts)})"
        + (f", official split: {parts}" if parts else ""),
        f"length: {lengths['median']:,} characters (median; 5 % have {lengths['5 %']:,} or fewer, 5 % "
        f"{lengths['95 %']:,} or more, the longest {lengths['max']:,})",
    ]
    check = diagnosis.labels
    if check.noise is not None and check.error is not None:
        noise, error = check.noise, check.error
        explained = "" if check.explained is None else f"; wrong labels explain {100 * check.explained:.0f} % of that"
        lines.append(
            f"labels: about {100 * noise.value:.1f} % are wrong [{100 * noise.low:.1f}, {100 * noise.high:.1f}]; the "
            f"models disagree with {100 * error.value:.1f} %{explained} ({', '.join(check.models)}; "
            f"{check.n_folds} folds)"
        )
    return [piece for line in lines for piece in wrap(line, _WIDTH, subsequent_indent="  ")]


def _finding(finding: Finding) -> str:
    lines = wrap(f"{finding.kind}: {escape(finding.message)}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    if finding.kind != "label-error":  # whose documents have a table of their own
        for example in finding.examples:
            lines.append(f"    row {example.row:,}  {shorten(example.label, 20)}  {shorten(example.text, _TEXT)}")
        if (more := len(finding.rows) - len(finding.examples)) > 0:
            lines.append(f"    … and {more:,} more (--json lists all rows)")
    lines += wrap(finding.remedy, _WIDTH, initial_indent="  → ", subsequent_indent="    ", break_on_hyphens=False)
    return "\n".join(lines)


def _suspects(diagnosis: Diagnosis, top: int) -> str:
    rows = [
        [
            f"{suspect.row:,}",
            shorten(suspect.label, 24),
            shorten(suspect.suggested, 24),
            f"{suspect.probability:.3f}",
            shorten(suspect.text, _TEXT),
        ]
        for suspect in diagnosis.suspects[:top]
    ]
    shown = table(["row", "label", "suggested", "p", "text"], rows, left=5)
    more = len(diagnosis.suspects) - top
    return f"Labels to look at\n\n{shown}" + (f"\n… and {more:,} more (--top, --json)" if more > 0 else "")
