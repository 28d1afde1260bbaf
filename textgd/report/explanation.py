"""The page of one explanation: the document in colors, the sum, and the strongest pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from textgd.evaluation.display import visible
from textgd.report.pages import Html, element, facts, page, paragraph, section, table

if TYPE_CHECKING:
    from textgd.explanation import Explanation

__all__ = ["explanation_page"]

# Shades of either color, and the pieces that are listed.
_LEVELS = 10
_LISTED = 100
# A token may be as long as a text.
_NAME = 80
# Text stays readable on the strongest shade.
_OPAQUE = 0.6

_STYLE = """
:root { --for: 0 114 178; --against: 213 94 0; }
@media (prefers-color-scheme: dark) { :root { --for: 86 180 233; --against: 240 140 40; } }
.document { background: var(--shade); padding: .9rem 1.1rem; border-radius: .35rem; white-space: pre-wrap;
  overflow-wrap: anywhere; unicode-bidi: plaintext; line-height: 1.75; }
.document span, .legend span { border-radius: .2rem; padding: .1rem 0; print-color-adjust: exact; }
.legend span { padding: .1rem .45rem; }
"""


def explanation_page(explanation: Explanation, command: str) -> str:
    """Return an explanation as one HTML page.

    Parameters
    ----------
    explanation : Explanation
    command : str
        What made it.
    """
    label, unit = explanation.label, explanation.unit
    return page(
        f"Why {label}",
        paragraph(_sentence(explanation), class_="lead"),
        _legend(label),
        element("div", *_document(explanation), class_="document"),
        _strongest(explanation),
        section("How this adds up", facts(_sum(explanation))),
        section("How this came about", element("pre", command)),
        paragraph(_what(unit), class_="note"),
        style=_STYLE + _shades(),
    )


def _sentence(explanation: Explanation) -> str:
    if explanation.probability is None:
        return (
            f"The score of {explanation.label} is {explanation.log_odds:+.3f} ahead of that of {explanation.against}."
        )
    return (
        f"{explanation.label} has the probability {explanation.probability:.4f}: log-odds of "
        f"{explanation.log_odds:+.3f} nats against all other labels together."
    )


def _what(unit: str) -> str:
    if unit == "score":
        return "The model has scores and no probabilities, so contributions are in units of its score."
    return (
        "Log-odds are ln p / (1 - p). The bias is what they are before anything is read; with the contributions of all "
        "pieces it sums to what the model says of the whole document. A color is as strong as what its stretch adds."
    )


def _sum(explanation: Explanation) -> dict[str, Any]:
    whole = "log-odds" if explanation.probability is not None else f"score ahead of {explanation.against}"
    return {
        "before anything is read (bias)": f"{explanation.bias:+.3f}",
        f"{len(explanation.values):,} pieces": f"{explanation.log_odds - explanation.bias:+.3f}",
        whole: f"{explanation.log_odds:+.3f}",
    }


def _legend(label: Any) -> Html:
    return paragraph(
        element("span", f"for {label}", class_=f"f{_LEVELS}"),
        " ",
        element("span", f"against {label}", class_=f"a{_LEVELS}"),
        class_="legend",
    )


def _document(explanation: Explanation) -> Iterator[Any]:
    """Yield the document: neighbors of one shade are one element, so that a long document stays a small page."""
    for start, end, level, contribution in explanation.runs(_LEVELS):
        text = explanation.text[start:end].replace("\r\n", "\n")
        if level == 0:
            yield text
        else:
            shade = f"{'f' if level > 0 else 'a'}{abs(level)}"
            yield element("span", text, class_=shade, title=f"{contribution:+.3f} {explanation.unit}")


def _strongest(explanation: Explanation) -> Html:
    listed = explanation.strongest(_LISTED)
    if not listed:
        return paragraph("The model knows nothing in this document, so that its bias decides alone.", class_="note")
    rows = [
        [visible(name, _NAME) if name.strip() else repr(name), times, f"{value:+.3f}"] for name, times, value in listed
    ]
    return section("Strongest pieces", table(["piece", "times", explanation.unit], rows))


def _shades() -> str:
    """Return the rules of the shades."""
    return "".join(
        f".{name}{level} {{ background: rgb(var(--{color}) / {_OPAQUE * level / _LEVELS:.2f}); }}\n"
        for name, color in (("f", "for"), ("a", "against"))
        for level in range(1, _LEVELS + 1)
    )
