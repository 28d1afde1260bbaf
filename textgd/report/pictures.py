"""Pictures inside a page, whose colors follow the page's light."""

from __future__ import annotations

from textgd.plots.look import COLORS, INK
from textgd.report.pages import Html, element, to_html

__all__ = ["PICTURE_STYLE", "picture"]

# On a dark page: the same hues, lighter.
_DARK = dict(
    zip(
        COLORS,
        ("#56a8e0", "#ff8a45", "#2cc295", "#e29cc4", "#f0b53c", "#8accf5", "#c9ced4", "#a3abb4"),
        strict=True,
    )
)
_RULES = " ".join(f"--c{color[1:]}: {lighter};" for color, lighter in _DARK.items())
#: The rules that a page with pictures adds.
PICTURE_STYLE = f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_RULES} }} }}\n"


def picture(svg: str, words: str, caption: str | None = None) -> Html:
    """Return a picture as a figure of the page.

    Parameters
    ----------
    svg : str
        As `textgd.plots` gives it.
    words : str
        What it shows, for those who do not see it.
    caption : str, optional
    """
    svg = svg.replace(INK, "currentColor")
    for color in COLORS:
        svg = svg.replace(color, f"var(--c{color[1:]}, {color})")
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{to_html(words)}" ', 1)
    # The outline of a marker has the page's color.
    svg = svg.replace("stroke: #ffffff", "stroke: var(--page, #fff)")
    below = () if caption is None else (element("figcaption", caption),)
    return element("figure", Html(svg), *below)
