"""The page of a diagnosis: the facts, every finding with examples and a remedy, the labels to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textgd.doctor import Diagnosis, Finding
from textgd.doctor.finding import HEADINGS
from textgd.evaluation.display import visible
from textgd.metrics import Interval
from textgd.report.pages import (
    Html,
    details,
    element,
    facts,
    page,
    paragraph,
    section,
    table,
)

__all__ = ["diagnosis_page"]

# A page stays readable, and small, with so many; JSON has them all.
_ROWS, _GROUPS, _SUSPECTS = 2000, 200, 200
_STYLE = "td.left { overflow-wrap: anywhere; } h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; }\n"


def diagnosis_page(diagnosis: Diagnosis, command: str) -> str:
    """Return what the doctor found as one HTML page.

    Parameters
    ----------
    diagnosis : Diagnosis
    command : str
        What made it.
    """
    found = [
        section(heading, *map(_finding, of_severity))
        for severity, heading in HEADINGS.items()
        if (of_severity := [finding for finding in diagnosis.findings if finding.severity == severity])
    ]
    return page(
        f"What is wrong with {visible(diagnosis.corpus, 80)}",
        paragraph(_lead(diagnosis), class_="lead"),
        facts(_facts(diagnosis)),
        *(paragraph(f"Note: {text}", class_="note") for text in diagnosis.notes),
        *found,
        _suspects(diagnosis),
        section("How this came about", element("pre", command)),
        style=_STYLE,
    )


def _lead(diagnosis: Diagnosis) -> str:
    counts = {
        heading.lower(): sum(finding.severity == severity for finding in diagnosis.findings)
        for severity, heading in HEADINGS.items()
    }
    told = [f"{n} {heading if n != 1 else heading.removesuffix('s')}" for heading, n in counts.items() if n]
    return f"{diagnosis.n_documents:,} documents: {', '.join(told) if told else 'nothing was found'}."


def _facts(diagnosis: Diagnosis) -> dict[str, Any]:
    check, lengths = diagnosis.labels, diagnosis.lengths
    told: dict[str, Any] = {
        "classes": ", ".join(f"{visible(str(label), 40)} {n:,}" for label, n in diagnosis.class_counts.items()),
        "length in characters": ", ".join(f"{name} {n:,}" for name, n in lengths.items() if name != "total"),
    }
    if diagnosis.split_counts:
        told["official split"] = ", ".join(f"{part} {n:,}" for part, n in diagnosis.split_counts.items())
    if check.noise is not None and check.error is not None:
        told["labels that are wrong, estimated"] = _percent(check.noise)
        told["labels that the models disagree with"] = _percent(check.error)
        if check.explained is not None:
            told["of that explained by wrong labels"] = f"{100 * check.explained:.0f} %"
        told["models"] = f"{', '.join(check.models)}; {check.n_folds} folds"
    return told


def _percent(interval: Interval) -> str:
    return f"{100 * interval.value:.1f} % [{100 * interval.low:.1f}, {100 * interval.high:.1f}]"


def _finding(finding: Finding) -> Html:
    examples = [[f"{e.row:,}", visible(e.label, 40), _shown(e.text)] for e in finding.examples]
    return element(
        "div",
        element("h3", finding.kind),
        paragraph(visible(finding.message, 1000)),
        table(["row", "label", "text"], examples, left=3) if examples else Html(""),
        paragraph(element("b", "What to do: "), finding.remedy),
        _rows(finding),
    )


def _shown(text: str) -> str:
    """Return a text on one line in which what cannot be seen is written out, for that may be what is wrong with it."""
    line = text.replace("\r\n", " ").replace("\n", " ").replace("\t", " ")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)


def _rows(finding: Finding) -> Html:
    if len(finding.rows) <= len(finding.examples):
        return Html("")
    if finding.groups:
        groups = [_numbers(group) for group in finding.groups[:_GROUPS]]
        return details(
            f"All {len(finding.groups):,} groups", paragraph("; ".join(groups) + _more(len(finding.groups), _GROUPS))
        )
    return details(
        f"All {len(finding.rows):,} rows",
        paragraph(_numbers(finding.rows[:_ROWS]) + _more(len(finding.rows), _ROWS)),
    )


def _numbers(rows: Sequence[int]) -> str:
    return ", ".join(map(str, rows))


def _more(n: int, shown: int) -> str:
    return f" … and {n - shown:,} more (--json lists all)" if n > shown else ""


def _suspects(diagnosis: Diagnosis) -> Html:
    if not diagnosis.suspects:
        return Html("")
    rows = [
        [
            f"{s.row:,}",
            visible(str(s.label), 40),
            visible(str(s.suggested), 40),
            f"{s.probability:.3f}",
            _shown(s.text),
        ]
        for s in diagnosis.suspects[:_SUSPECTS]
    ]
    return section(
        "Labels to look at",
        table(["row", "label", "suggested", "p", "text"], rows, left=5),
        paragraph(
            "The most suspicious first; p is the probability of the suggested label, by models that have not seen the "
            f"document.{_more(len(diagnosis.suspects), _SUSPECTS)}",
            class_="note",
        ),
    )
